"""Ties by issues: who agrees with whom on what (discourse networks), and a bounded similarity of stances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures._arrays import floats
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]
Normalisation = Literal["none", "average"]


@dataclass(frozen=True, slots=True, eq=False)
class Stances:
    """Counts of statements of actors (rows) for and against issues (columns)."""

    favour: Floats
    against: Floats

    @property
    def activity(self) -> Floats:
        """How many statements every actor made."""
        return np.asarray((self.favour + self.against).sum(axis=1), dtype=float)

    @property
    def stance(self) -> Floats:
        """Stance (P - N)/(P + N) in [-1, 1]; NaN where the actor took no stand."""
        said = self.favour + self.against
        found = np.divide(self.favour - self.against, said, out=np.full(said.shape, np.nan), where=said > 0)
        return np.asarray(found, dtype=float)


def stances(favour: ArrayLike, against: ArrayLike) -> Stances:
    """Take counts of statements, actors x issues.

    Raises
    ------
    InputProblem
        If the tables differ in shape, or a count is negative or missing.
    """
    p, n = floats(favour, N_("counts")), floats(against, N_("counts"))
    if p.ndim != 2 or p.shape != n.shape:
        raise InputProblem(
            N_("The counts for have the shape {favour}, those against {against}. Give two tables actors x issues."),
            favour=p.shape, against=n.shape,
        )  # fmt: skip
    for table in (p, n):
        if not bool(np.all(np.isfinite(table) & (table >= 0))):
            row, column = (int(k) for k in np.argwhere(~(np.isfinite(table) & (table >= 0)))[0])
            raise InputProblem(
                N_("The count of actor {row} on issue {column} is {value}. Give counts from 0 up."),
                row=row, column=column, value=float(table[row, column]),
            )  # fmt: skip
    return Stances(p, n)


def counted_stances(actor: ArrayLike, issue: ArrayLike, agrees: ArrayLike, actors: int, issues: int) -> Stances:
    """Count stance statements (actor, issue, agree or not), one row each.

    Raises
    ------
    InputProblem
        If the columns differ in length, or an actor or issue is out of range.
    """
    who, what = np.asarray(actor).ravel(), np.asarray(issue).ravel()
    yes = np.asarray(agrees, dtype=bool).ravel()
    if not who.size == what.size == yes.size:
        raise InputProblem(
            N_("There are {actors} actors, {issues} issues and {stands} stands. Give one of each for every statement."),
            actors=who.size, issues=what.size, stands=yes.size,
        )  # fmt: skip
    for column, top in ((who, actors), (what, issues)):
        wrong = (column < 0) | (column >= top)
        if bool(wrong.any()):
            raise InputProblem(
                N_("Stance statement {row} has the number {value}, but numbers run from 0 to {last}. Number actors and "
                   "issues from 0."),
                row=int(np.argmax(wrong)), value=int(column[wrong][0]), last=top - 1,
            )  # fmt: skip
    cell = who.astype(np.intp) * issues + what.astype(np.intp)
    size = actors * issues
    favour, against = (np.bincount(cell[side], minlength=size).reshape(actors, issues) for side in (yes, ~yes))
    return stances(favour, against)


def congruence(held: Stances, normalisation: Normalisation = "none") -> Floats:
    r"""Give agreement of actors: :math:`\sum_k P_{ik}P_{jk} + N_{ik}N_{jk}`, diagonal 0; grows with activity.

    `normalisation` "average" divides by :math:`(total_i + total_j)/2`; pairs without any statement are NaN then.

    References
    ----------
    Leifeld 2017, Oxford Handbook of Political Networks.
    """
    return _normalised(held, held.favour @ held.favour.T + held.against @ held.against.T, normalisation)


def conflict(held: Stances, normalisation: Normalisation = "none") -> Floats:
    r"""Give disagreement of actors: :math:`\sum_k P_{ik}N_{jk} + N_{ik}P_{jk}`, diagonal 0."""
    return _normalised(held, held.favour @ held.against.T + held.against @ held.favour.T, normalisation)


def subtract(held: Stances, normalisation: Normalisation = "none") -> Floats:
    """Give congruence minus conflict, diagonal 0."""
    difference = held.favour - held.against
    return _normalised(held, difference @ difference.T, normalisation)


def ignore(held: Stances, normalisation: Normalisation = "none") -> Floats:
    r"""Give common attention: :math:`\sum_k (P_{ik}+N_{ik})(P_{jk}+N_{jk})`, diagonal 0."""
    said = held.favour + held.against
    return _normalised(held, said @ said.T, normalisation)


def _normalised(held: Stances, network: Floats, normalisation: Normalisation) -> Floats:
    if normalisation not in ("none", "average"):
        raise InputProblem(N_("There is no normalisation {name}. Use none or average."), name=normalisation)
    if normalisation == "average":
        mean = (held.activity[:, None] + held.activity) / 2
        network = np.divide(network, mean, out=np.full(network.shape, np.nan), where=mean > 0)
    network = network.copy()
    np.fill_diagonal(network, 0)
    return network


def similarity(held: Stances) -> Floats:
    r"""Give the similarity of actors: the mean of :math:`1 - |s_{ik} - s_{jk}|` over issues both took a stand on.

    Returns
    -------
    numpy.ndarray
        Symmetric, in [-1, 1], diagonal NaN; NaN where two actors have no issue in common. It does not change when an
        actor repeats all he said on an issue.

    Notes
    -----
    Memory grows with the square of the number of actors times one issue at a time.

    Examples
    --------
    >>> float(similarity(stances([[2, 1], [0, 6]], [[0, 1], [1, 0]]))[0, 1])
    -0.5
    """
    stance = held.stance
    actors = stance.shape[0]
    total, common = np.zeros((actors, actors)), np.zeros((actors, actors))
    for column in stance.T:
        alike = 1 - np.abs(column[:, None] - column)
        both = ~np.isnan(alike)
        total += np.where(both, alike, 0)
        common += both
    found = np.full(total.shape, np.nan)
    np.divide(total, common, out=found, where=common > 0)
    np.fill_diagonal(found, np.nan)
    return found
