"""Power, measured side by side: reputation, success in decisions with luck beside it, position, demand.

These measure different things, and the literature disagrees exactly there: no index adds them up. Brokerage is in
`veche.measures.brokerage`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures._arrays import floats
from veche.measures.missing import Measured, missing
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Reputation:
    """For every actor, reporters other than himself who name him, who were asked, and the share in [0, 1]."""

    named: NDArray[np.intp]
    asked: NDArray[np.intp]
    share: Floats


@dataclass(frozen=True, slots=True)
class Success:
    """Success of an actor in [0, 1] over `issues`, and luck: the mean success of all actors on the same issues."""

    issues: int
    success: Measured
    luck: Measured


def reputation(
    names: Iterable[tuple[int, int]], asked: Iterable[int], actors: int, own: Mapping[int, int]
) -> Reputation:
    """Give reputation: reporters other than i naming i over reporters other than i who were asked.

    Parameters
    ----------
    names
        (reporter, actor named) pairs; naming twice counts once.
    asked
        Reporters to whom the question was put. *Not asked* is not *did not name*.
    actors
        Number of actors.
    own
        Reporter -> the actor he is, for those who are actors themselves.

    Returns
    -------
    Reputation
        Share NaN where nobody else was asked.

    Raises
    ------
    InputProblem
        If somebody names without having been asked, or an actor is out of range.
    """
    reporters = set(asked)
    pairs = set(names)
    for reporter, actor in sorted(pairs):
        if reporter not in reporters or not 0 <= actor < actors:
            raise InputProblem(
                N_("Reporter {reporter} names actor {actor}, but was not asked or the actor is not among the {actors}. "
                   "List everybody asked, and number actors from 0."),
                reporter=reporter, actor=actor, actors=actors,
            )  # fmt: skip
    named = np.zeros(actors, np.intp)
    others = np.full(actors, len(reporters), np.intp)
    for reporter, actor in own.items():
        if reporter in reporters and 0 <= actor < actors:
            others[actor] -= 1
    for reporter, actor in pairs:
        named[actor] += own.get(reporter) != actor
    share = np.divide(named, others, out=np.full(actors, np.nan), where=others > 0)
    return Reputation(named, others, share)


def decision_success(stance: ArrayLike, outcome: ArrayLike) -> tuple[Success, ...]:
    r"""Give success in decisions: the mean over decided issues with a stand of :math:`(1 + s_{ik} o_k)/2`.

    Actors who agree with the winners succeed without power (luck), so the mean success of all actors on the same
    issues stands beside it.

    Parameters
    ----------
    stance
        Actors x issues in [-1, 1]; NaN where the actor took no stand.
    outcome
        o in {-1, 0, 1} for every issue; NaN where it is not decided.

    Raises
    ------
    InputProblem
        If shapes do not agree or a number is out of range.

    References
    ----------
    Barry 1980, Political Studies 28:183-194 and 338-352.

    Examples
    --------
    >>> found = decision_success([[1, -1], [1, 1]], [1, 1])
    >>> found[0].success.value, found[0].luck.value
    (0.5, 0.75)
    """
    s, o = floats(stance, N_("stances")), floats(outcome, N_("outcomes")).ravel()
    if s.ndim != 2 or s.shape[1] != o.size:
        raise InputProblem(
            N_("The stances have the shape {shape} for {issues} outcomes. Give a row for every actor and a column for "
               "every issue."),
            shape=s.shape, issues=o.size,
        )  # fmt: skip
    if bool(np.any(np.abs(s) > 1)) or not bool(np.all(np.isnan(o) | np.isin(o, (-1, 0, 1)))):
        raise InputProblem(
            N_("A stance lies outside -1 to 1, or an outcome is not -1, 0 or 1. Check the table of decisions.")
        )
    gained = (1 + s * o) / 2
    known = ~np.isnan(gained)
    counts = known.sum(axis=0)
    on_issue = np.divide(np.where(known, gained, 0).sum(axis=0), counts, out=np.full(o.size, np.nan), where=counts > 0)
    return tuple(_success(gained[i], known[i], on_issue) for i in range(len(s)))


def _success(gained: Floats, known: NDArray[np.bool_], on_issue: Floats) -> Success:
    if not known.any():
        none = missing(N_("no stand on any decided issue"))
        return Success(0, none, none)
    return Success(int(known.sum()), Measured(float(gained[known].mean())), Measured(float(on_issue[known].mean())))


def position(held: Iterable[tuple[int, str]], weights: Mapping[str, float], actors: int) -> Floats:
    """Give the summed weights of the offices each actor holds, by the study's list.

    Raises
    ------
    InputProblem
        If an office has no weight, a weight is negative, or an actor is out of range.
    """
    found = np.zeros(actors)
    for actor, office in sorted(set(held)):
        if office not in weights or not weights[office] >= 0 or not 0 <= actor < actors:
            raise InputProblem(
                N_("Actor {actor} holds the office {office}, which has no weight from 0 up, or there is no such actor. "
                   "Give the office a weight, and number actors from 0."),
                actor=actor, office=office,
            )  # fmt: skip
        found[actor] += weights[office]
    return found


def demand(asks: Iterable[tuple[int, int]], actors: int) -> tuple[dict[int, int], ...]:
    """Count the statements that ask each actor to act, by asker; an actor does not ask himself.

    Parameters
    ----------
    asks
        (asker, asked) of every statement.
    actors
        Number of actors asked.

    Returns
    -------
    tuple of dict
        For every actor: asker -> number of statements.

    Raises
    ------
    InputProblem
        If an actor is out of range.
    """
    found: tuple[dict[int, int], ...] = tuple({} for _ in range(actors))
    for asker, asked in asks:
        if not 0 <= asked < actors:
            raise InputProblem(
                N_("A statement asks actor {actor} to act, but actors are numbered from 0 to {last}. Give a number in "
                   "that range."),
                actor=asked, last=actors - 1,
            )  # fmt: skip
        if asker != asked:
            found[asked][asker] = found[asked].get(asker, 0) + 1
    return found
