"""Whether a coalition is tactical or strategic, always with the parts that say why."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from veche.measures._arrays import floats
from veche.measures.missing import Measured, missing
from veche.study.errors import N_, InputProblem

Label = Literal["strategic", "tactical", "mixed", "unknown"]

#: one electoral term, in months
TERM = 60.0


@dataclass(frozen=True, slots=True)
class Tactics:
    """The parts and the two degrees, each in [0, 1].

    `length` d is the share of a term it lasted; `issues` I the effective number of issues (at least 1), `breadth` beta
    = 1 - 1/I; `reciprocity` rho of benefits. `strategic` is the least of d, beta and rho, `tactical` the lesser of
    1 - d and 1 - beta. `label` is "unknown" where what is missing could decide it.
    """

    length: Measured
    issues: Measured
    breadth: Measured
    reciprocity: Measured
    strategic: Measured
    tactical: Measured
    label: Label


def effective_issues(counts: ArrayLike) -> Measured:
    r"""Give the effective number of issues :math:`I = \exp(-\sum p_k \ln p_k)`, in [1, number of issues].

    Missing without any joint action. It does not change when all counts are multiplied.

    Raises
    ------
    InputProblem
        If a count is negative or not finite.

    Examples
    --------
    >>> round(effective_issues([3, 2, 1]).value, 5)
    2.74946
    """
    n = floats(counts, N_("counts")).ravel()
    if not bool(np.all(np.isfinite(n) & (n >= 0))):
        raise InputProblem(N_("A count of joint actions on an issue is negative or missing. Give counts from 0 up."))
    if not n.sum() > 0:
        return missing(N_("no joint action on any issue"))
    p = n[n > 0] / n.sum()
    return Measured(min(float(p.size), max(1.0, float(np.exp(-(p * np.log(p)).sum())))))


def reciprocity(benefits: Iterable[tuple[float, float]]) -> Measured:
    r"""Give the mean over pairs with any benefit of :math:`\min(b_{ij}, b_{ji})/\max(b_{ij}, b_{ji})`, in [0, 1].

    Missing if no pair has any.

    Raises
    ------
    InputProblem
        If a benefit is negative or not finite.
    """
    parts = []
    for there, back in benefits:
        if not (math.isfinite(there) and math.isfinite(back) and min(there, back) >= 0):
            raise InputProblem(
                N_("The benefits of a pair are {there} and {back}. Give counts of benefits from 0 up."),
                there=there,
                back=back,
            )
        if max(there, back) > 0:
            parts.append(min(there, back) / max(there, back))
    return Measured(sum(parts) / len(parts)) if parts else missing(N_("no benefit is known"))


def tactics(
    duration: float,
    issue_counts: ArrayLike,
    benefits: Iterable[tuple[float, float]],
    *,
    term: float = TERM,
) -> Tactics:
    r"""Judge a spell.

    .. math:: d = \min(1, D/D^*), \quad \beta = 1 - 1/I, \quad
              strategic = \min(d, \beta, \rho), \quad tactical = \min(1 - d, 1 - \beta)

    Strategic if strategic > 1/2, tactical if tactical > 1/2, otherwise mixed; both cannot hold.

    Parameters
    ----------
    duration
        D, from the first to the last supporting event, at least 0, in the unit of `term`.
    issue_counts
        Joint actions on every issue.
    benefits
        For every pair of members the benefits either has from the other.
    term
        D*, above 0; 60 months by default.

    Returns
    -------
    Tactics
        A missing part makes the degrees that need it missing.

    Raises
    ------
    InputProblem
        If a number is out of range.

    Examples
    --------
    >>> found = tactics(48, [3, 2, 1], [(3, 2)])
    >>> round(found.strategic.value, 3), found.label
    (0.636, 'strategic')
    """
    if not (math.isfinite(duration) and duration >= 0 and math.isfinite(term) and term > 0):
        raise InputProblem(
            N_("A spell lasts {duration} in terms of {term}. Give a duration from 0 up and a term above 0."),
            duration=duration,
            term=term,
        )
    length = Measured(min(1.0, duration / term))
    issues = effective_issues(issue_counts)
    breadth = issues if issues.missing else Measured(1 - 1 / issues.value)
    mutual = reciprocity(benefits)
    strategic = _least(length, breadth, mutual)
    tactical = _least(Measured(1 - length.value), breadth if breadth.missing else Measured(1 - breadth.value))
    return Tactics(length, issues, breadth, mutual, strategic, tactical, _label(length, breadth, strategic, tactical))


def _least(*parts: Measured) -> Measured:
    """Fuzzy AND; missing with the reason of the first part that is."""
    for part in parts:
        if part.missing:
            return part
    return Measured(min(part.value for part in parts))


def _label(length: Measured, breadth: Measured, strategic: Measured, tactical: Measured) -> Label:
    if not strategic.missing and strategic.value > 0.5:
        return "strategic"
    if not tactical.missing and tactical.value > 0.5:
        return "tactical"
    # with a missing part the label is known only if what is known rules both out
    may_be_strategic = strategic.missing and all(p.missing or p.value > 0.5 for p in (length, breadth))
    may_be_tactical = tactical.missing and 1 - length.value > 0.5
    return "unknown" if may_be_strategic or may_be_tactical else "mixed"
