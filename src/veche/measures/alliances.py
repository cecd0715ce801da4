"""Which pairs of actors are allied in which windows, from statements: the rule of coalitions applied to ties."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures.coalitions import Pair, PairEvidence, allied
from veche.measures.ties import Claims, ToldTies, mutual, over_reporters, ties
from veche.measures.windows import Shares
from veche.study.errors import N_, InputProblem

Ints = NDArray[np.intp]
_Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class CommonActs:
    """Joint actions and shared sides: window, reporter, and the pair (in any order), one row each."""

    window: Ints
    reporter: Ints
    first: Ints
    second: Ints


def joint_actions(sources: Sequence[Collection[int]], reporter: ArrayLike, fallen: Shares) -> CommonActs:
    """Give every pair among the sources of a statement, in every window it falls into.

    Parameters
    ----------
    sources
        For every statement the numbers of its actors.
    reporter
        Number of the reporter of every statement.
    fallen
        Shares of the statements in windows.

    Raises
    ------
    InputProblem
        If there is not one reporter for every statement.
    """
    who = np.asarray(reporter).ravel()
    if who.size != len(sources):
        raise InputProblem(
            N_("There are {sources} sets of sources and {reporters} reporters. Give one of each for every statement."),
            sources=len(sources), reporters=who.size,
        )  # fmt: skip
    rows: list[tuple[int, int, int, int]] = []
    for statement, window in zip(fallen.statement.tolist(), fallen.window.tolist(), strict=True):
        members = sorted(set(sources[statement]))
        rows.extend((window, int(who[statement]), a, b) for k, a in enumerate(members) for b in members[k + 1 :])
    columns = np.asarray(rows, dtype=np.intp).reshape(-1, 4).T
    return CommonActs(*columns)


def pair_evidence(
    spread: Claims, reporter: ArrayLike, valence: ArrayLike, fallen: Shares, common: CommonActs | None = None
) -> dict[tuple[int, Pair], PairEvidence]:
    """Collect what every window says of every pair spoken of, with kappa = 1.

    Parameters
    ----------
    spread, reporter, valence, fallen
        As for `veche.measures.ties.ties`.
    common
        Joint actions and shared sides, from `joint_actions` and, for stances, from `veche.measures.coalitions.sides`
        applied to the stances that one reporter tells of in one window.

    Returns
    -------
    dict
        (window, pair) -> evidence.
    """
    found = ties(spread, reporter, valence, fallen, kappa=1.0)
    low, high = np.minimum(found.source, found.target), np.maximum(found.source, found.target)
    worst: dict[_Place, float] = {}
    for window, a, b, tone in zip(*(x.tolist() for x in (found.window, low, high, found.tone)), strict=True):
        place = (window, a, b)
        worst[place] = min(tone, worst.get(place, tone))
    both = mutual(found)
    tones = {
        (window, a, b): tone
        for window, a, b, tone in zip(
            *(x.tolist() for x in (both.window, both.first, both.second, both.tone)), strict=True
        )
    }
    speaking = _speaking(spread, np.asarray(reporter).ravel(), np.asarray(valence, dtype=float).ravel(), fallen)
    together = _together(common)
    return {
        (place[0], frozenset(place[1:])): PairEvidence(
            mutual=tones.get(place, float("nan")),
            reporters=speaking.get(place, 0),
            common=len(together.get(place, ())),
            worst=worst.get(place, float("nan")),
        )
        for place in sorted(worst.keys() | together.keys())
    }


def _speaking(spread: Claims, who: Ints, value: NDArray[np.float64], fallen: Shares) -> dict[_Place, int]:
    """How many reporters speak of a pair in a window, in either direction."""
    per_statement = np.bincount(fallen.statement, minlength=who.size)
    begin = np.cumsum(per_statement) - per_statement
    times = np.where(np.isnan(value), 0, per_statement)[spread.statement]
    claim = np.repeat(np.arange(spread.statement.size), times)
    offset = np.arange(claim.size) - np.repeat(np.cumsum(times) - times, times)
    statement = spread.statement[claim]
    window = fallen.window[begin[statement] + offset]
    low, high = np.minimum(spread.source, spread.target)[claim], np.maximum(spread.source, spread.target)[claim]
    people, n = int(who.max(initial=-1)) + 1, spread.actors
    place = np.unique(((window * n + low) * n + high) * people + who[statement]) // max(people, 1)
    places, counts = np.unique(place, return_counts=True)
    pairs, seconds = np.divmod(places, max(n, 1))
    windows, firsts = np.divmod(pairs, max(n, 1))
    columns = (windows, firsts, seconds, counts)
    return {(w, a, b): count for w, a, b, count in zip(*(column.tolist() for column in columns), strict=True)}


def _together(common: CommonActs | None) -> dict[_Place, set[int]]:
    found: dict[_Place, set[int]] = {}
    if common is not None:
        columns = (common.window, common.reporter, common.first, common.second)
        for window, who, a, b in zip(*(x.tolist() for x in columns), strict=True):
            if a != b:
                found.setdefault((window, min(a, b), max(a, b)), set()).add(who)
    return found


def allied_windows(
    evidence: dict[tuple[int, Pair], PairEvidence], *, theta: float = 0.25, reporters: int = 2
) -> dict[Pair, tuple[int, ...]]:
    """Give the windows in which every pair is allied; pairs never allied are left out.

    The rule and its bounds are those of `veche.measures.coalitions.allied`.
    """
    found: dict[Pair, list[int]] = {}
    for (window, pair), one in evidence.items():
        if allied(one, theta=theta, reporters=reporters):
            found.setdefault(pair, []).append(window)
    return {pair: tuple(sorted(windows)) for pair, windows in found.items()}


@dataclass(frozen=True, slots=True, eq=False)
class AlliedPairs:
    """Allied pairs, first < second, one row for every window in which a pair is allied, sorted by all three."""

    window: Ints
    first: Ints
    second: Ints


def allied_pairs(
    told: ToldTies, common: CommonActs | None = None, *, theta: float = 0.25, reporters: int = 2
) -> AlliedPairs:
    """Give the same as `pair_evidence` and `allied_windows`, as columns: for very many windows, such as those of draws.

    Parameters
    ----------
    told
        What reporters say of pairs, from `veche.measures.ties.told_ties`.
    common
        Joint actions and shared sides.
    theta, reporters
        The rule of `veche.measures.coalitions.allied`.

    Raises
    ------
    InputProblem
        If theta lies outside (0, 1] or the number of reporters is below 1.
    """
    allied(PairEvidence(), theta=theta, reporters=reporters)
    n = told.actors
    found = over_reporters(told, 1.0)
    both = mutual(found)
    place, (source, target) = _window_and_pair(told.pair, n)
    spoken, spoken_by = _counted(place, source, target, told.reporter, n)
    shared, shared_by = np.zeros(0, np.intp), np.zeros(0, np.intp)
    if common is not None and common.window.size:
        shared, shared_by = _counted(common.window, common.first, common.second, common.reporter, n)
    keys = np.union1d(spoken, shared)
    tied = _key(found.window, found.source, found.target, n)
    worst = np.full(keys.size, np.inf)
    np.minimum.at(worst, np.searchsorted(keys, tied), found.tone)
    tone = _placed(keys, _key(both.window, both.first, both.second, n), both.tone, -np.inf)
    by_tone = (tone >= theta) & (_placed(keys, spoken, spoken_by, 0) >= reporters)
    kept = keys[(by_tone | (_placed(keys, shared, shared_by, 0) >= reporters)) & (worst > -theta)]
    window, (first, second) = _window_and_pair(kept, n)
    return AlliedPairs(window, first, second)


def _key(window: Ints, one: Ints, other: Ints, actors: int) -> Ints:
    low, high = np.minimum(one, other), np.maximum(one, other)
    return np.asarray((window * actors + low) * actors + high, dtype=np.intp)


def _window_and_pair(key: Ints, actors: int) -> tuple[Ints, tuple[Ints, Ints]]:
    rest, second = np.divmod(key, max(actors, 1))
    window, first = np.divmod(rest, max(actors, 1))
    return window, (first, second)


def _counted(window: Ints, one: Ints, other: Ints, who: Ints, actors: int) -> tuple[Ints, Ints]:
    """Places (window and unordered pair) with the number of different reporters of each."""
    people = int(who.max(initial=-1)) + 1
    told = np.unique(_key(window, one, other, actors) * max(people, 1) + who) // max(people, 1)
    places, counts = np.unique(told, return_counts=True)
    return places, counts


def _placed(keys: Ints, some: Ints, values: NDArray[Any], otherwise: float) -> NDArray[np.float64]:
    found = np.full(keys.size, otherwise, dtype=float)
    found[np.searchsorted(keys, some)] = values
    return found
