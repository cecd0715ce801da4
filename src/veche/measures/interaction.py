"""Models of interaction between two roles: which way of getting one's way prevails, and how well each works."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from veche.measures.missing import Measured, missing
from veche.measures.proportions import wilson
from veche.study.errors import N_, InputProblem

Outcome = Literal["achieved", "partly", "failed", "unknown"]

#: groups of kinds; the share of a group is taken of the votes of all kinds, listed here or not
GROUPS: Mapping[str, frozenset[str]] = {
    "inside man": frozenset({"placement"}),
    "hidden manipulation": frozenset({"manipulation"}),
    "bargaining or waiting": frozenset({"bargaining", "waiting", "mediation"}),
    "direct pressure": frozenset({"pressure", "removal"}),
}
_WORTH: Mapping[str, float] = {"achieved": 1.0, "partly": 0.5, "failed": 0.0}


@dataclass(frozen=True, slots=True)
class Told:
    """What one statement on the pair of roles says: reporter, kind of act, its share in the window, its outcome."""

    reporter: int
    kind: str
    share: float = 1.0
    outcome: Outcome = "unknown"


@dataclass(frozen=True, slots=True)
class GroupShare:
    """Votes of a group, its share of the votes of all kinds in [0, 1], and how many reporters speak of it."""

    group: str
    votes: float
    share: Measured
    reporters: int


@dataclass(frozen=True, slots=True)
class Model:
    """Shares of the groups, and the label: a group, "mixed", or "" without any vote."""

    shares: tuple[GroupShare, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Effectiveness:
    """How well a kind works: the mean over reporters in [0, 1] with Wilson's interval on their number."""

    kind: str
    reporters: int
    mean: Measured
    low: float
    high: float


def interaction_model(
    told: Iterable[Told],
    *,
    least_share: float = 0.5,
    least_reporters: int = 3,
    groups: Mapping[str, frozenset[str]] = GROUPS,
) -> Model:
    """Give the model of a pair of roles in a town and wave.

    Every reporter has one vote (less if all he says has less mass than 1), divided over the kinds he speaks of; the
    share of a group is its votes over those of all kinds. The model is the group with the largest share if that is at
    least `least_share` and at least `least_reporters` reporters support it; otherwise, or if two groups share the
    lead, mixed.

    Parameters
    ----------
    told
        Statements on the ordered pair of roles.
    least_share
        In (0, 1].
    least_reporters
        At least 1.
    groups
        Group -> kinds, none in two groups.

    Raises
    ------
    InputProblem
        If a number is out of range or a kind stands in two groups.
    """
    if not 0 < least_share <= 1 or least_reporters < 1:
        raise InputProblem(
            N_("A model is asked to have a share of {share} and {reporters} reporters. Give a share above 0 and at most "
               "1, and at least 1 reporter."),
            share=least_share, reporters=least_reporters,
        )  # fmt: skip
    group_of = _group_of(groups)
    votes = _votes(told)
    total = sum(votes.values())
    found = []
    for group in groups:
        members = {place: vote for place, vote in votes.items() if group_of.get(place[1]) == group}
        amount = sum(members.values())
        share = Measured(min(1.0, amount / total)) if total else missing(N_("nobody speaks of these two roles"))
        found.append(GroupShare(group, amount, share, len({reporter for reporter, _ in members})))
    return Model(tuple(found), _label(found, total, least_share, least_reporters))


def _label(found: list[GroupShare], total: float, least_share: float, least_reporters: int) -> str:
    if not total:
        return ""
    leading = max(group.votes for group in found)
    first = [group for group in found if group.votes >= leading - 1e-12]
    clear = len(first) == 1 and first[0].share.value >= least_share - 1e-12 and first[0].reporters >= least_reporters
    return first[0].group if clear else "mixed"


def _group_of(groups: Mapping[str, frozenset[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    if not groups:
        raise InputProblem(N_("No groups of kinds were given. Name at least one group with its kinds."))
    for group, kinds in groups.items():
        for kind in kinds:
            if kind in found:
                raise InputProblem(
                    N_("The kind {kind} stands in the groups {first} and {second}. Put it in one."),
                    kind=kind,
                    first=found[kind],
                    second=group,
                )
            found[kind] = group
    return found


def _votes(told: Iterable[Told]) -> dict[tuple[int, str], float]:
    """Divide the one vote of every reporter over the kinds he speaks of, as much as he says of each."""
    mass: dict[tuple[int, str], float] = {}
    of_reporter: dict[int, float] = {}
    for one in told:
        if not 0 < one.share <= 1:
            raise InputProblem(
                N_("A statement of reporter {reporter} on {kind} has the share {share}. Give shares above 0 and at most 1."),
                reporter=one.reporter, kind=one.kind, share=one.share,
            )  # fmt: skip
        place = (one.reporter, one.kind)
        mass[place] = mass.get(place, 0.0) + one.share
        of_reporter[one.reporter] = of_reporter.get(one.reporter, 0.0) + one.share
    return {place: amount / max(1.0, of_reporter[place[0]]) for place, amount in mass.items()}


def effectiveness(told: Iterable[Told], confidence: float = 0.95) -> tuple[Effectiveness, ...]:
    """Give how well each kind works: achieved 1, partly 1/2, failed 0, averaged over reporters.

    A reporter counts once for a kind, with the mean of his statements of known outcome, weighed by share. The interval
    is Wilson's on the number of reporters.

    Returns
    -------
    tuple of Effectiveness
        One for every kind spoken of, sorted; missing, with NaN bounds, where no outcome is known.

    Raises
    ------
    InputProblem
        If an outcome, a share or the level of confidence is out of range.
    """
    sums: dict[str, dict[int, list[tuple[float, float]]]] = {}
    held = list(told)
    _votes(held)
    for one in held:
        by_reporter = sums.setdefault(one.kind, {})
        if one.outcome != "unknown":
            if one.outcome not in _WORTH:
                raise InputProblem(
                    N_("The outcome of a statement on {kind} is {outcome}. Use achieved, partly, failed or unknown."),
                    kind=one.kind, outcome=one.outcome,
                )  # fmt: skip
            by_reporter.setdefault(one.reporter, []).append((one.share, _WORTH[one.outcome]))
    return tuple(_effect(kind, sums[kind], confidence) for kind in sorted(sums))


def _effect(kind: str, by_reporter: Mapping[int, list[tuple[float, float]]], confidence: float) -> Effectiveness:
    means = [sum(w * x for w, x in parts) / sum(w for w, _ in parts) for parts in by_reporter.values()]
    count = len(means)
    bounds = wilson(min(float(count), sum(means)), count, confidence)
    mean = Measured(sum(means) / count) if count else missing(N_("no outcome is known"))
    return Effectiveness(kind, count, mean, float(bounds.low), float(bounds.high))


def clearly_less(one: Effectiveness, other: Effectiveness) -> bool:
    """Whether one kind works worse than another beyond doubt: its upper bound lies below the other's lower bound."""
    return one.high < other.low
