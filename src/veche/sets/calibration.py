r"""Calibration: from raw values, ordered judgements or indicators to memberships in sets.

Direct method (Ragin 2008), with anchors e (full exclusion), c (crossover), i (full inclusion) and the membership at the inclusion anchor ``idm``:

.. math:: m(x) = \frac{1}{1 + e^{-k (x - c)}},\quad k = \frac{L}{c - e}\ (x < c),\quad k = \frac{L}{i - c}\ (x \ge c),\quad L = \ln\frac{idm}{1 - idm}

The linear form is 0 at e, .5 ((e - x)/(e - c))^below up to c, 1 - .5 ((i - x)/(i - c))^above up to i, 1 from there. Six anchors make a bell
(e1 c1 i1 i2 c2 e2) or its inverse (i1 c1 e1 e2 c2 i2).

References: Ragin 2008, Redesigning Social Inquiry, ch. 5; Dusa 2019, QCA with R, ch. 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.sets._checks import read_numbers
from veche.sets._drawing import drawing
from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
#: memberships of the usual verbal scales, from out to in, by number of steps
VERBAL: Mapping[int, tuple[float, ...]] = {
    2: (0.0, 1.0),
    3: (0.0, 0.4, 1.0),
    4: (0.0, 0.33, 0.67, 1.0),
    5: (0.0, 0.2, 0.4, 0.8, 1.0),
    6: (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
}


def calibrate(
    values: ArrayLike,
    *anchors: float,
    shape: Literal["logistic", "linear"] = "logistic",
    idm: float = 0.95,
    below: float = 1.0,
    above: float = 1.0,
    inverted: bool = False,
    snap: float = 0.0,
) -> Floats:
    """Calibrate raw values by the direct method.

    Parameters
    ----------
    values
        Raw values, shape (cases,); missing ones stay missing.
    anchors
        Three: exclusion, crossover, inclusion, rising or falling. Six, rising: for a bell exclusion, crossover, inclusion, inclusion, crossover,
        exclusion; with `inverted` inclusion, crossover, exclusion, exclusion, crossover, inclusion.
    shape
        Logistic, or linear between the anchors.
    idm
        Membership at the inclusion anchor of the logistic form, in (0.5, 1).
    below, above
        Exponents of the linear form below and above the crossover, over 0.
    inverted
        Six anchors describe a valley instead of a bell.
    snap
        Memberships nearer than this to 0 or 1 become 0 or 1 (the R package QCA does so with 1e-4 in the linear form).

    Returns
    -------
    ndarray
        Memberships in [0, 1], shape (cases,).

    Raises
    ------
    InputProblem
        If the anchors are not three or six, not in order, a value is no number, or another option is out of its bounds.

    References
    ----------
    Ragin 2008, Redesigning Social Inquiry; Dusa 2019, QCA with R, ch. 4 (six anchors, linear form).

    Examples
    --------
    >>> calibrate([400, 550, 900], 400, 550, 900).round(2)
    array([0.05, 0.5 , 0.95])
    >>> calibrate([460, 1000], 400, 550, 900, shape="linear").round(3)
    array([0.2, 1. ])
    """
    x = read_numbers(values)
    points = read_numbers(anchors).tolist()
    if shape not in ("logistic", "linear"):
        raise InputProblem(N_("There is no form {shape}. Choose logistic or linear."), shape=shape)
    if len(points) not in (3, 6):
        raise InputProblem(
            N_("There are {count} anchors. Give three (out, crossover, in) or six (a bell)."), count=len(points)
        )
    if not (0.5 < idm < 1 and 0 < below < np.inf and 0 < above < np.inf and 0 <= snap < 0.5):
        raise InputProblem(
            N_(
                "idm is {idm}, below {below}, above {above}, snap {snap}. Give idm between 0.5 and 1, exponents over 0, and snap from 0 to under 0.5."
            ),
            idm=idm, below=below, above=above, snap=snap,
        )  # fmt: skip
    if len(points) == 3:
        _ordered(points if points[0] < points[-1] else points[::-1], given=points, strict=True)
        return _snapped(_side(x, points, shape, idm, below, above), snap)
    _ordered(points, given=points, strict=False)
    first, second = points[:3], points[3:][::-1]
    if inverted:
        first, second = first[::-1], second[::-1]
    middle = (points[2] + points[3]) / 2
    rising, falling = (_side(x, one, shape, idm, below, above) for one in (first, second))
    return _snapped(np.where(x <= middle, rising, falling), snap)


def _snapped(memberships: Floats, snap: float) -> Floats:
    low = np.where(memberships < snap, 0.0, memberships)
    return np.where(low > 1 - snap, 1.0, low)


def _ordered(points: Sequence[float], *, given: Sequence[float], strict: bool) -> None:
    steps = np.diff(points)
    bad = (
        not np.isfinite(points).all()
        or (steps < 0).any()
        or ((steps == 0).any() and (strict or (np.delete(steps, 2) == 0).any()))
    )
    if bad:
        raise InputProblem(
            N_("The anchors {anchors} are not in order. Give out, crossover and in, rising or falling, no two alike."),
            anchors=", ".join(f"{one:g}" for one in given),
        )


def _side(x: Floats, anchors: Sequence[float], shape: str, idm: float, below: float, above: float) -> Floats:
    out, cross, into = anchors
    sign = 1.0 if into > out else -1.0
    x, out, cross, into = sign * x, sign * out, sign * cross, sign * into
    if shape == "logistic":
        slope = np.log(idm / (1 - idm))
        with np.errstate(over="ignore"):
            return np.asarray(
                1 / (1 + np.exp(-(x - cross) * np.where(x < cross, slope / (cross - out), slope / (into - cross))))
            )
    low = 0.5 * np.clip((x - out) / (cross - out), 0, 1) ** below
    high = 1 - 0.5 * np.clip((into - x) / (into - cross), 0, 1) ** above
    return np.where(np.isnan(x), np.nan, np.where(x < cross, low, high))


def crisp(values: ArrayLike, *thresholds: float) -> NDArray[np.int64]:
    """Cut raw values at thresholds: 0 below the first, 1 from the first on, 2 from the second on, ...

    Parameters
    ----------
    values
        Raw values, shape (cases,).
    thresholds
        One or more, rising.

    Returns
    -------
    ndarray
        How many thresholds each value reaches, from 0 to their number, shape (cases,).

    Raises
    ------
    InputProblem
        If there is no threshold, they do not rise, or a value is missing or no number.

    References
    ----------
    Cronqvist and Berg-Schlosser 2009, in Rihoux and Ragin, Configurational Comparative Methods, ch. 4 (conditions of several values).

    Examples
    --------
    >>> crisp([300, 550, 900], 550, 850)
    array([0, 1, 2])
    """
    cuts, x = read_numbers(thresholds), read_numbers(values)
    if not cuts.size or not (np.diff(cuts) > 0).all() or np.isnan(cuts).any():
        raise InputProblem(
            N_("The thresholds {given} do not rise. Give one or more, each higher than the one before."),
            given=", ".join(map(str, thresholds)) or "–",
        )
    if np.isnan(x).any():
        raise InputProblem(
            N_("Value {place} is missing. Fill it in, or leave out the case."),
            place=int(np.flatnonzero(np.isnan(x))[0]) + 1,
        )
    return np.searchsorted(cuts, x, side="right")


def indirect(values: ArrayLike, judged: ArrayLike) -> Floats:
    r"""Calibrate by the indirect method: judged memberships of the cases are smoothed over the raw values.

    A fractional logit :math:`m(x) = 1/(1 + e^{-(b_0 + b_1 x)})` is fitted to the judgements by quasi-likelihood (Papke and Wooldridge 1996). A
    case without a judgement is calibrated by the curve of the others.

    Parameters
    ----------
    values
        Raw values, shape (cases,).
    judged
        Rough memberships given by the researcher, in [0, 1], missing (NaN) where none was given; shape (cases,).

    Returns
    -------
    ndarray
        Memberships in [0, 1], shape (cases,).

    Raises
    ------
    InputProblem
        If the shapes differ, a value is missing, a judgement is outside [0, 1], or nothing varies.

    References
    ----------
    Ragin 2008, Redesigning Social Inquiry; Papke and Wooldridge 1996, Journal of Applied Econometrics 11:619-632.

    Examples
    --------
    >>> from veche import sets
    >>> sets.indirect([300, 500, 900], [0.1, 0.4, 0.95]).round(1)
    array([0.1, 0.4, 1. ])
    """
    from scipy.optimize import minimize as search

    x, y = read_numbers(values), read_numbers(judged)
    if np.isnan(x).any():
        raise InputProblem(
            N_("Value {place} is missing. Fill it in, or leave out the case."),
            place=int(np.flatnonzero(np.isnan(x))[0]) + 1,
        )
    known = ~np.isnan(y)
    if x.shape != y.shape or x.ndim != 1 or not ((y[known] >= 0) & (y[known] <= 1)).all():
        raise InputProblem(
            N_(
                "There are {values} values and {judged} judgements. Give one judgement from 0 to 1 for each value, or NaN."
            ),
            values=x.size,
            judged=y.size,
        )
    seen, said = x[known], y[known]
    if seen.size < 2 or np.ptp(seen) == 0 or np.ptp(said) == 0:
        raise InputProblem(N_("All values or all judgements are alike. Nothing can be fitted: add cases that differ."))
    z = (x - seen.mean()) / seen.std()

    def loss(b: Floats) -> float:
        eta = b[0] + b[1] * z[known]
        return float((np.logaddexp(0, eta) - said * eta).sum())

    b = search(loss, np.zeros(2), method="BFGS").x
    # the same as 1 / (1 + exp(-eta)), which overflows
    return np.asarray((1 + np.tanh((b[0] + b[1] * z) / 2)) / 2)


def verbal(
    judgements: Sequence[str | None], scale: Sequence[str], memberships: Sequence[float] | None = None
) -> Floats:
    """Turn ordered verbal judgements into memberships.

    Parameters
    ----------
    judgements
        One word per case; None stays missing (NaN).
    scale
        The words from "out" to "in".
    memberships
        One membership per word, rising; by default those of `VERBAL` for that number of words.

    Returns
    -------
    ndarray
        Memberships in [0, 1], shape (cases,); NaN where no judgement was given.

    Raises
    ------
    InputProblem
        For a word that is not on the scale or stands there twice, or memberships that do not rise within [0, 1].

    References
    ----------
    Ragin 2008, Redesigning Social Inquiry (scales of 3 to 6 steps); Basurto and Speer 2012, Field Methods 24:155-174 (interviews).

    Examples
    --------
    >>> verbal(["no", "rather yes", None], ["no", "rather no", "rather yes", "yes"])
    array([0.  , 0.67,  nan])
    """
    steps = (
        tuple(read_numbers(memberships).tolist())
        if memberships is not None
        else VERBAL.get(len(scale), tuple(np.linspace(0, 1, max(len(scale), 2))))
    )
    if (
        len(steps) < 2
        or len(steps) != len(scale)
        or not all(b > a for a, b in pairwise(steps))
        or steps[0] < 0
        or steps[-1] > 1
    ):
        raise InputProblem(
            N_("The scale has {words} words and memberships {given}. Give one for each word, rising from 0 to 1."),
            words=len(scale),
            given=", ".join(map(str, steps)),
        )
    if len(set(scale)) < len(scale):
        twice = next(word for word in scale if list(scale).count(word) > 1)
        raise InputProblem(N_("{word} stands on the scale twice. Give every step a word of its own."), word=twice)
    value = dict(zip(scale, steps, strict=True))
    for one in judgements:
        if one is not None and one not in value:
            raise InputProblem(
                N_("{word} is not on the scale. Its words are: {words}."), word=one, words=", ".join(scale)
            )
    return np.array([np.nan if one is None else value[one] for one in judgements])


@dataclass(frozen=True, slots=True)
class Skew:
    """How cases spread over one set: `above` the crossover, `below` it, at exactly 0.5, and at the anchors 0 and 1."""

    above: int
    below: int
    half: int
    out: int
    into: int
    cases: int

    @property
    def share_above(self) -> float:
        """Share of cases above the crossover, in [0, 1]."""
        return self.above / self.cases if self.cases else float("nan")

    def to_frame(self) -> pd.DataFrame:
        """Give a table of one row: cases, above and below the crossover, at exactly 0.5, at the anchors 0 and 1, share above."""
        import pandas as pd

        row = [self.cases, self.above, self.below, self.half, self.out, self.into, self.share_above]
        return pd.DataFrame([row], columns=["cases", "above", "below", "half", "at 0", "at 1", "share above"])

    def figure(self) -> Any:
        """Draw how many cases stand where; an Altair chart."""
        return drawing("skew_chart")(self)

    def _repr_html_(self) -> str:
        return str(self.to_frame().round(3).to_html(index=False))


def skew(memberships: ArrayLike) -> Skew:
    """Count where the cases stand: a set with nearly all cases on one side carries little, and cases at exactly 0.5 belong to no row.

    Parameters
    ----------
    memberships
        In [0, 1], shape (cases,); missing ones are left out.

    Returns
    -------
    Skew
        Numbers of cases above, below and at exactly 0.5, at 0 and at 1, and of all with a value.

    Raises
    ------
    InputProblem
        For a membership outside [0, 1] or one that is no number; the message names its place.

    References
    ----------
    Schneider and Wagemann 2012, Set-Theoretic Methods; Oana, Schneider and Thomann 2021, QCA Using R, ch. 2.

    Examples
    --------
    >>> skew([0, 0.5, 0.7, 1]).half
    1
    """
    x = read_numbers(memberships)
    if ((x < 0) | (x > 1)).any():
        place = int(np.flatnonzero((x < 0) | (x > 1))[0])
        raise InputProblem(
            N_("Membership {place} is {value}. It must lie from 0 to 1: calibrate first, and leave out cases without a value."),
            place=place + 1, value=f"{x.flat[place]:g}",
        )  # fmt: skip
    x = x[~np.isnan(x)]
    above, below, half, out, into = (int(one.sum()) for one in (x > 0.5, x < 0.5, x == 0.5, x == 0, x == 1))
    return Skew(above, below, half, out, into, cases=int(x.size))
