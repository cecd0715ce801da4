"""Turbulence of a town's policy field between two windows that do not overlap: components first, composite last.

All components are in [0, 1], 0 if and only if nothing changed in that respect, and missing with a reason where there
is nothing to compare.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from veche.measures._arrays import floats
from veche.measures.divergence import jensen_shannon
from veche.measures.missing import Measured, missing
from veche.measures.windows import Windows
from veche.study.errors import N_, InputProblem, Refused

#: components that enter the composite, and how many of them it needs
COMPOSITE = ("membership", "hazard", "agenda", "tone", "offices")
NEEDED = 3


@dataclass(frozen=True, slots=True)
class Turbulence:
    """Components and composite, each in [0, 1] or missing; `present` of the five parts of the composite are known."""

    membership: Measured
    pairs: Measured
    hazard: Measured
    agenda: Measured
    tone: Measured
    offices: Measured
    actors: Measured
    composite: Measured
    present: int


@dataclass(frozen=True, slots=True)
class EvidenceBase:
    """How much a window rests on: reporters and statements."""

    reporters: int
    statements: int


def membership(before: Mapping[Hashable, Hashable], after: Mapping[Hashable, Hashable]) -> Measured:
    r"""Give the change of a partition: :math:`VI(P, P')/\ln n`, over actors present in both.

    :math:`VI = 2H(P, P') - H(P) - H(P')`, the variation of information.

    Parameters
    ----------
    before, after
        Actor -> block.

    Returns
    -------
    Measured
        In [0, 1]; missing with fewer than two actors present in both.

    References
    ----------
    Meila 2007, J. Multivariate Analysis 98:873-895.

    Examples
    --------
    >>> round(membership(dict(enumerate("aabbc")), dict(enumerate("aabcc"))).value, 5)
    0.34454
    """
    common = [actor for actor in before if actor in after]
    if len(common) < 2:
        return missing(N_("fewer than two actors are present in both windows"))
    one, other = [before[a] for a in common], [after[a] for a in common]
    joint = list(zip(one, other, strict=True))
    varied = 2 * _entropy(joint) - _entropy(one) - _entropy(other)
    # equal partitions up to the names of blocks: no rounding may remain
    if len(set(joint)) == len(set(one)) == len(set(other)):
        return Measured(0.0)
    return Measured(min(1.0, max(0.0, varied / math.log(len(common)))))


def _entropy(labels: list[Hashable] | list[tuple[Hashable, Hashable]]) -> float:
    counts: dict[Hashable, int] = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    return -sum(c / len(labels) * math.log(c / len(labels)) for c in sorted(counts.values()))


def pair_change(before: Collection[frozenset[Hashable]], after: Collection[frozenset[Hashable]]) -> Measured:
    """Give 1 - common co-member pairs / pairs in either, in [0, 1]; 0 if neither window has any.

    Parameters
    ----------
    before, after
        Pairs of actors who stand together; `comembers` gives them for a partition.
    """
    return Measured(_jaccard_distance(set(before), set(after), 0.0))


def comembers(blocks: Mapping[Hashable, Hashable]) -> set[frozenset[Hashable]]:
    """Give the pairs of actors who share a block."""
    members: dict[Hashable, list[Hashable]] = {}
    for actor, block in blocks.items():
        members.setdefault(block, []).append(actor)
    return {frozenset((a, b)) for group in members.values() for k, a in enumerate(group) for b in group[k + 1 :]}


def _jaccard_distance(before: set[Hashable], after: set[Hashable], empty: float) -> float:
    either = before | after
    return 1 - len(before & after) / len(either) if either else empty


def agenda_change(before: ArrayLike, after: ArrayLike) -> Measured:
    """Give the Jensen-Shannon divergence, base 2, of issue shares, in [0, 1]; missing if a window has no issue.

    Counts or shares, same issues in the same order; rescaling either changes nothing.

    Raises
    ------
    InputProblem
        If the two differ in length or an amount is negative or not finite.
    """
    p, q = floats(before, N_("amounts")).ravel(), floats(after, N_("amounts")).ravel()
    if p.size != q.size or not bool(np.isfinite(p).all() and np.isfinite(q).all()):
        raise InputProblem(
            N_("Two agendas have {before} and {after} issues, or an amount is missing. Give amounts from 0 up for the "
               "same issues."),
            before=p.size, after=q.size,
        )  # fmt: skip
    if bool((p < 0).any() or (q < 0).any()):
        raise InputProblem(N_("An amount of an agenda is negative. Shares and counts start at 0: check the figures."))
    if not (p.sum() > 0 and q.sum() > 0):
        return missing(N_("a window has no issue"))
    p, q = p / p.sum(), q / q.sum()
    if np.allclose(p, q, rtol=0, atol=1e-12):
        return Measured(0.0)
    return Measured(float(jensen_shannon(p, q)))


def tone_change(tones: Iterable[tuple[float, float]]) -> Measured:
    """Give the mean of |x' - x|/2 over pairs observed in both windows, in [0, 1]; missing if there is none.

    Parameters
    ----------
    tones
        (before, after) in [-1, 1]; pairs with NaN on either side are left out.

    Raises
    ------
    InputProblem
        If a tone lies outside [-1, 1].
    """
    steps = []
    for before, after in tones:
        if abs(before) > 1 or abs(after) > 1:
            raise InputProblem(
                N_("The tone of a pair went from {before} to {after}. Give tones from -1 to 1."),
                before=before,
                after=after,
            )
        if not (math.isnan(before) or math.isnan(after)):
            steps.append(abs(after - before) / 2)
    return Measured(math.fsum(steps) / len(steps)) if steps else missing(N_("no pair is observed in both windows"))


def office_change(before: Mapping[Hashable, Hashable], after: Mapping[Hashable, Hashable]) -> Measured:
    """Give the share of posts whose holder changed, in [0, 1], over posts known in both windows; missing if none.

    A post that fell vacant (holder None) or was filled has changed.
    """
    common = [post for post in before if post in after]
    if not common:
        return missing(N_("no post is known in both windows"))
    return Measured(sum(before[post] != after[post] for post in common) / len(common))


def actor_change(before: Collection[Hashable], after: Collection[Hashable]) -> Measured:
    """Give 1 - actors active in both / active in either, in [0, 1]; missing if nobody is active."""
    if not before and not after:
        return missing(N_("nobody is active"))
    return Measured(_jaccard_distance(set(before), set(after), 0.0))


def rate(part: int, whole: int, reason: str) -> Measured:
    """Give a share of counted things, missing with a reason if there is nothing to count.

    Raises
    ------
    InputProblem
        If the part is negative or larger than the whole.
    """
    if not 0 <= part <= whole:
        raise InputProblem(
            N_("{part} of {whole} were counted. Give a part from 0 up to the whole."), part=part, whole=whole
        )
    return Measured(part / whole) if whole else missing(reason)


def turbulence(
    *,
    membership: Measured,
    pairs: Measured,
    hazard: Measured,
    agenda: Measured,
    tone: Measured,
    offices: Measured,
    actors: Measured,
) -> Turbulence:
    """Put components together: the composite is the unweighted mean of membership, hazard, agenda, tone, offices.

    With fewer than three of them present it is missing. Pairs and actors are shown beside it.

    Raises
    ------
    InputProblem
        If a component lies outside [0, 1].
    """
    parts = {"membership": membership, "hazard": hazard, "agenda": agenda, "tone": tone, "offices": offices}
    for name, one in {**parts, "pairs": pairs, "actors": actors}.items():
        if not one.missing and not 0 <= one.value <= 1:
            raise InputProblem(
                N_("The component {name} of turbulence is {value}. Give a number from 0 to 1."),
                name=name,
                value=one.value,
            )
    known = [one.value for one in parts.values() if not one.missing]
    if len(known) >= NEEDED:
        composite = Measured(math.fsum(known) / len(known))
    else:
        composite = missing(N_("fewer than three components are known"))
    return Turbulence(**parts, pairs=pairs, actors=actors, composite=composite, present=len(known))


def nothing_known(reason: str) -> Turbulence:
    """Give turbulence that is missing in all respects for one reason, such as too little evidence."""
    none = missing(reason)
    names = [field.name for field in fields(Turbulence) if field.name != "present"]
    return Turbulence(**dict.fromkeys(names, none), present=0)


def enough(before: EvidenceBase, after: EvidenceBase, *, reporters: int = 5, statements: int = 20) -> bool:
    """Decide whether both windows rest on enough: by default at least 5 reporters and 20 statements each."""
    return all(one.reporters >= reporters and one.statements >= statements for one in (before, after))


def check_apart(laid: Windows) -> Windows:
    """Return windows if no two overlap: overlapping ones share statements and hide change.

    Raises
    ------
    Refused
        If two overlap.
    """
    if not laid.apart:
        at = int(np.argmax(laid.start[1:] < laid.end[:-1]))
        raise Refused(
            N_("Window {window} ends at {end}, after the next has begun at {start}. Measure change only between windows "
               "that do not overlap: make the step equal to the width."),
            window=at, end=float(laid.end[at]), start=float(laid.start[at + 1]),
        )  # fmt: skip
    return laid
