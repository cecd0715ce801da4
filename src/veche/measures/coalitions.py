"""Coalitions: groups every pair of which is allied in every window of a run (cliques sustained in time)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from veche.study.errors import N_, InputProblem

Pair = frozenset[int]


@dataclass(frozen=True, slots=True)
class Spell:
    """A coalition: its members (sorted), the first and last window of its run, and the statements it rests on."""

    members: tuple[int, ...]
    first: int
    last: int
    support: tuple[int, ...] = ()

    @property
    def duration(self) -> int:
        """Number of windows."""
        return self.last - self.first + 1

    @property
    def pairs(self) -> list[Pair]:
        """All pairs of members."""
        return [frozenset((a, b)) for k, a in enumerate(self.members) for b in self.members[k + 1 :]]


@dataclass(frozen=True, slots=True)
class PairEvidence:
    """What one window says of a pair, with kappa = 1.

    `mutual` is the mutual tone (NaN if a direction is not observed), `reporters` those who speak of the pair in either
    direction, `common` reporters of a joint action or shared side, `worst` the lower of the tones observed (NaN if
    none).
    """

    mutual: float = math.nan
    reporters: int = 0
    common: int = 0
    worst: float = math.nan


def allied(evidence: PairEvidence, *, theta: float = 0.25, reporters: int = 2) -> bool:
    """Decide whether a pair is allied in a window.

    Either the mutual tone is at least theta from at least `reporters` reporters, or at least so many tell of a joint
    action or a shared side; and no direction has a tone of -theta or less.

    Raises
    ------
    InputProblem
        If theta lies outside (0, 1] or the number of reporters is below 1.

    Examples
    --------
    >>> allied(PairEvidence(mutual=0.4, reporters=2, worst=0.4)), allied(PairEvidence(common=2, worst=-0.5))
    (True, False)
    """
    if not 0 < theta <= 1 or reporters < 1:
        raise InputProblem(
            N_("A pair is to be allied from a tone of {theta} and {reporters} reporters. Give a tone above 0 and at most "
               "1, and at least 1 reporter."),
            theta=theta, reporters=reporters,
        )  # fmt: skip
    if evidence.worst <= -theta:
        return False
    by_tone = evidence.mutual >= theta and evidence.reporters >= reporters
    return by_tone or evidence.common >= reporters


def fill_gaps(windows: Iterable[int], gap: int) -> tuple[int, ...]:
    """Fill interior gaps of at most `gap` windows in the windows of a pair.

    Raises
    ------
    InputProblem
        If the gap is negative.

    Examples
    --------
    >>> fill_gaps([1, 2, 3, 5], 1)
    (1, 2, 3, 4, 5)
    """
    if gap < 0:
        raise InputProblem(N_("The gap to fill is {value} windows. Give 0 or more."), value=gap)
    filled: list[int] = []
    for window in sorted(set(windows)):
        if filled and window - filled[-1] - 1 <= gap:
            filled.extend(range(filled[-1] + 1, window))
        filled.append(window)
    return tuple(filled)


def spells(allied_windows: Mapping[Pair, Iterable[int]], *, least: int = 2, gap: int = 0) -> tuple[Spell, ...]:
    """Find all coalition spells.

    A spell is a set of at least two actors and a run of windows such that every pair is allied in every window of the
    run, the run has at least `least` windows and cannot be made longer, and no larger set has a run that holds it. An
    actor may belong to several at once.

    Parameters
    ----------
    allied_windows
        For every pair of actors the windows (whole numbers) in which it is allied.
    least
        Shortest run h, at least 1.
    gap
        Interior gaps of a pair up to so many windows are filled first.

    Returns
    -------
    tuple of Spell
        Sorted by first window, last window, members; without support.

    Raises
    ------
    InputProblem
        If a pair does not have two members, or a number is out of range.

    Notes
    -----
    Grows with the number of cliques, which is exponential in the largest group of actors all allied with one another
    at worst (3^(n/3)).
    """
    if least < 1:
        raise InputProblem(N_("The shortest spell is {value} windows. Give 1 or more."), value=least)
    runs = {_checked(pair): _runs(fill_gaps(windows, gap), least) for pair, windows in allied_windows.items()}
    found: set[tuple[frozenset[int], int, int]] = set()
    # the first window of a spell is where a run of one of its pairs begins
    for first in sorted({begin for spans in runs.values() for begin, _ in spans}):
        found |= _beginning_at(first, runs, least)
    kept = [Spell(tuple(sorted(group)), first, last) for group, first, last in found]
    return tuple(sorted(kept, key=lambda s: (s.first, s.last, s.members)))


def _checked(pair: Pair) -> Pair:
    if len(pair) != 2:
        raise InputProblem(
            N_("An allied pair has {count} actors. Give the windows of pairs of two different actors."), count=len(pair)
        )
    return frozenset(pair)


def _runs(windows: Sequence[int], least: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for window in windows:
        if spans and spans[-1][1] == window - 1:
            spans[-1] = (spans[-1][0], window)
        else:
            spans.append((window, window))
    return [(a, b) for a, b in spans if b - a + 1 >= least]


def _beginning_at(
    first: int, runs: Mapping[Pair, list[tuple[int, int]]], least: int
) -> set[tuple[frozenset[int], int, int]]:
    """Find the groups whose common run begins at a window: cliques of the pairs allied from then until each end.

    A group that is not a maximal clique there is part of a larger one whose run holds the same windows.
    """
    alive = {
        pair: (begin, last) for pair, spans in runs.items() for begin, last in spans
        if begin <= first and last - first + 1 >= least
    }  # fmt: skip
    found = set()
    for last in sorted({end for _, end in alive.values()}):
        near: dict[int, set[int]] = {}
        for pair, (_, end) in alive.items():
            if end >= last:
                a, b = pair
                near.setdefault(a, set()).add(b)
                near.setdefault(b, set()).add(a)
        for group in _cliques(near):
            spans = [span for pair, span in alive.items() if pair <= group]
            if max(begin for begin, _ in spans) == first and min(end for _, end in spans) == last:
                found.add((group, first, last))
    return found


def _cliques(near: Mapping[int, set[int]]) -> Iterable[frozenset[int]]:
    """Give all maximal cliques (Bron and Kerbosch 1973, with the pivot of Tomita, Tanaka and Takahashi 2006)."""
    stack = [(frozenset[int](), set(near), set[int]())]
    while stack:
        clique, open_to, done = stack.pop()
        if not open_to and not done:
            if clique:
                yield clique
            continue
        pivot = max(open_to | done, key=lambda actor: len(near[actor] & open_to))
        for actor in sorted(open_to - near[pivot]):
            stack.append((clique | {actor}, open_to & near[actor], done & near[actor]))
            open_to = open_to - {actor}
            done = done | {actor}


@dataclass(frozen=True, slots=True)
class Supporting:
    """A statement that may support a spell: its number, the pairs it speaks of, the windows it falls into."""

    statement: int
    pairs: frozenset[Pair]
    windows: frozenset[int]
    valence: float
    shared_side: bool = False


def with_support(found: Iterable[Spell], statements: Collection[Supporting]) -> tuple[Spell, ...]:
    """Give every spell the statements it rests on.

    They are those with a valence above 0, or of a shared side, on one of its pairs in one of its windows. Without all
    of them the spell is gone; without one of them it need not be weaker, since tone is a mean.
    """
    raised = [one for one in statements if one.valence > 0 or one.shared_side]
    supported = []
    for spell in found:
        pairs, run = frozenset(spell.pairs), range(spell.first, spell.last + 1)
        ids = {s.statement for s in raised if s.pairs & pairs and any(window in run for window in s.windows)}
        supported.append(Spell(spell.members, spell.first, spell.last, tuple(sorted(ids))))
    return tuple(supported)


def sides(stance: Mapping[tuple[int, int, int], float]) -> dict[frozenset[int], frozenset[tuple[int, int]]]:
    """Find shared sides: pairs both of stance at least 1/2, of equal sign, against the same target on the same issue.

    Parameters
    ----------
    stance
        (actor, target, issue) -> stance in [-1, 1].

    Returns
    -------
    dict
        Pair -> (target, issue) on which they share a side.

    Raises
    ------
    InputProblem
        If a stance lies outside [-1, 1].
    """
    camps: dict[tuple[int, int, bool], set[int]] = {}
    for (actor, target, issue), value in stance.items():
        if not -1 <= value <= 1:
            raise InputProblem(
                N_("The stance of actor {actor} on issue {issue} is {value}. Give a number from -1 to 1."),
                actor=actor,
                issue=issue,
                value=value,
            )
        if abs(value) >= 0.5:
            camps.setdefault((target, issue, value > 0), set()).add(actor)
    shared: dict[frozenset[int], set[tuple[int, int]]] = {}
    for (target, issue, _), camp in camps.items():
        members = sorted(camp)
        for k, a in enumerate(members):
            for b in members[k + 1 :]:
                shared.setdefault(frozenset((a, b)), set()).add((target, issue))
    return {pair: frozenset(found) for pair, found in shared.items()}
