"""Turbulence of very many draws of the statements of a town at once: every draw has two windows of its own.

A draw takes some acts (any of them more than once), each told by a reporter of the draw and at the event time of some
act. The parts are those of `Shift.measured`, without a demand for evidence; what hangs on a draw is counted for all
draws together on columns of whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.alliances import shared_sides
from veche.analyses._shared.periods import as_windows
from veche.analyses._shared.shifts import PARTS, Shift
from veche.measures.alliances import AlliedPairs, CommonActs, allied_pairs
from veche.measures.coalitions import Pair, spells
from veche.measures.divergence import jensen_shannon
from veche.measures.resampling import ratios
from veche.measures.ties import Claims, ToldTies, over_reporters, told_ties
from veche.measures.turbulence import COMPOSITE, NEEDED, office_change
from veche.measures.windows import Shares, shares

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
#: draws that are counted together; more would need more memory and save no time
TOGETHER = 128


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """Acts by their places in the town, who tells each (numbered from 0 in the draw), and whose event time each has.

    What one reporter of the draw tells must come from one reporter of the town: a shared side is shown by acts that one
    and the same person tells of, and is looked for only where there are such.
    """

    rows: Ints
    who: Ints
    times: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Lists:
    """Some rows of whole numbers for every act: those of act k begin at `begin[k]`, and there are `size[k]`."""

    begin: Ints
    size: Ints
    columns: tuple[Ints, ...]

    def of(self, acts: Ints) -> tuple[Ints, tuple[Ints, ...]]:
        """Spread entries over the rows of their acts: number of the entry, and the columns."""
        times = self.size[acts]
        entry = np.repeat(np.arange(acts.size), times)
        offset = np.arange(entry.size) - np.repeat(np.cumsum(times) - times, times)
        at = self.begin[acts[entry]] + offset
        return entry, tuple(column[at] for column in self.columns)


def _lists(rows: Sequence[tuple[int, ...]], acts: int, width: int) -> _Lists:
    """Make lists of rows that begin with the number of their act, in its order."""
    table = np.asarray(rows, dtype=np.intp).reshape(-1, width + 1)
    size = np.bincount(table[:, 0], minlength=acts)
    return _Lists(np.cumsum(size) - size, size, tuple(table[:, k + 1] for k in range(width)))


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """The acts of several draws that fall into a window: draw x 2 + window, act, reporter, share."""

    draws: int
    window: Ints
    act: Ints
    who: Ints
    share: Floats


class ShiftDraws:
    """What draws of the acts of a shift rest on, worked out once."""

    def __init__(self, shift: Shift) -> None:
        self._shift, self._acts = shift, shift.field.acts
        self._sides: dict[tuple[int, ...], list[Pair]] = {}

    def values(self, draws: Sequence[Draw]) -> Floats:
        """Give the parts and the composite of draws, NaN where missing: shape (draws, parts), in the order of `PARTS`."""
        some = [self._values(draws[at : at + TOGETHER]) for at in range(0, len(draws), TOGETHER)]
        return np.concatenate(some) if some else np.zeros((0, len(PARTS)))

    def _values(self, draws: Sequence[Draw]) -> Floats:
        told = self._told(draws)
        spoken = told_ties(*self._spread(told))
        rule = self._shift.field.rule
        allied = allied_pairs(spoken, self._common(told), theta=rule.theta, reporters=rule.reporters)
        present = self._present(told)
        parts = {
            "membership": self._membership(allied, present), "pairs": _pairs(allied, told.draws, spoken.actors),
            "hazard": self._hazard(allied, told.draws), "agenda": self._agenda(told), "tone": _tone(spoken, told.draws),
            "offices": np.full(told.draws, office_change(*self._shift.holders).value), "actors": _actors(present),
        }  # fmt: skip
        five = np.stack([parts[name] for name in COMPOSITE])
        known = (~np.isnan(five)).sum(axis=0)
        parts["composite"] = np.where(known >= NEEDED, ratios(np.nansum(five, axis=0), known), np.nan)
        return np.stack([parts[name] for name in PARTS], axis=1)

    @cached_property
    def _parts_of_time(self) -> Floats:
        """Part of the event time of each act in each of the two windows: shape (acts, 2)."""
        fallen = shares(as_windows(self._shift.field.periods), self._acts.start, self._acts.end)
        found = np.zeros((len(self._acts), 2))
        found[fallen.statement, fallen.window] = fallen.share
        return found

    def _told(self, draws: Sequence[Draw]) -> _Told:
        number = np.repeat(np.arange(len(draws)), [one.rows.size for one in draws])
        rows, who, times = (np.concatenate([getattr(one, name) for one in draws]) for name in ("rows", "who", "times"))
        share = self._parts_of_time[times] * self._acts.confidence[rows][:, None]
        entry, window = np.nonzero(share > 0)
        return _Told(len(draws), number[entry] * 2 + window, rows[entry], who[entry], share[entry, window])

    @cached_property
    def _claims(self) -> _Lists:
        spread = self._acts.claims
        rows = zip(spread.statement.tolist(), spread.source.tolist(), spread.target.tolist(), strict=True)
        return _lists(list(rows), len(self._acts), 2)

    def _spread(self, told: _Told) -> tuple[Claims, Ints, Floats, Shares]:
        """Every entry as a statement of its own, in one window."""
        entry, (source, target) = self._claims.of(told.act)
        spread = Claims(entry, source, target, len(self._acts.actors))
        return spread, told.who, self._acts.valence[told.act], Shares(np.arange(told.act.size), told.window, told.share)

    @cached_property
    def _joint(self) -> _Lists:
        rows = [(act, *sorted(pair)) for act, pairs in enumerate(self._shift.field.joint_of) for pair in pairs]
        return _lists(rows, len(self._acts), 2)

    @cached_property
    def _companion(self) -> Bools:
        found = np.zeros(len(self._acts), dtype=bool)
        found[list(self._shift.field.companions)] = True
        return found

    def _common(self, told: _Told) -> CommonActs:
        entry, (first, second) = self._joint.of(told.act)
        rows = np.stack([told.window[entry], told.who[entry], first, second])
        return CommonActs(*np.concatenate([rows, self._shared(told)], axis=1))

    def _shared(self, told: _Told) -> Ints:
        """Shared sides: what one reporter tells of one window, looked up by the acts told."""
        taken = np.flatnonzero(self._companion[told.act])
        taken = taken[np.lexsort((told.act[taken], told.who[taken], told.window[taken]))]
        place = np.stack([told.window[taken], told.who[taken]])
        edges = np.flatnonzero(np.any(place[:, 1:] != place[:, :-1], axis=0)) + 1
        rows: list[tuple[int, int, int, int]] = []
        for acts, (window, who) in zip(
            np.split(told.act[taken], edges), place[:, np.r_[0, edges]].T.tolist() if taken.size else (), strict=False
        ):
            key = tuple(acts.tolist())
            if key not in self._sides:
                self._sides[key] = list(shared_sides(self._acts, key))
            rows += [(window, who, *sorted(pair)) for pair in self._sides[key]]
        return np.asarray(rows, dtype=np.intp).reshape(-1, 4).T

    @cached_property
    def _named(self) -> _Lists:
        """The actors of each act, numbered among those of the town."""
        number = {actor: k for k, actor in enumerate(self._town_actors.tolist())}
        parties = [a | b for a, b in zip(self._acts.sources, self._acts.targets, strict=True)]
        rows = [(act, number[one]) for act, named in enumerate(parties) for one in sorted(named)]
        return _lists(rows, len(self._acts), 1)

    @cached_property
    def _town_actors(self) -> Ints:
        return np.array(sorted(frozenset[int]().union(*self._acts.sources, *self._acts.targets)), dtype=np.intp)

    def _present(self, told: _Told) -> Bools:
        """Of whom somebody speaks: shape (draws, 2, actors of the town)."""
        found = np.zeros((told.draws * 2, self._town_actors.size), dtype=bool)
        entry, (actor,) = self._named.of(told.act)
        found[told.window[entry], actor] = True
        return found.reshape(told.draws, 2, -1)

    def _membership(self, allied: AlliedPairs, present: Bools) -> Floats:
        """Variation of information of the camps over actors present in both, divided by its largest value."""
        draws, _two, actors = present.shape
        camp = np.tile(np.arange(actors), (draws * 2, 1))
        a, b = (np.searchsorted(self._town_actors, one) for one in (allied.first, allied.second))
        while True:
            least = np.minimum(camp[allied.window, a], camp[allied.window, b])
            if not bool(((camp[allied.window, a] != least) | (camp[allied.window, b] != least)).any()):
                break
            np.minimum.at(camp, (allied.window, a), least)
            np.minimum.at(camp, (allied.window, b), least)
        common = present.all(axis=1)
        draw, actor = np.nonzero(common)
        first, second = (camp.reshape(draws, 2, actors)[draw, side, actor] for side in (0, 1))
        size = common.sum(axis=1)
        entropies = [_entropy(draw, labels, size) for labels in (first * actors + second, first, second)]
        (joint, blocks), (one, before), (other, after) = entropies
        spoken: Bools = np.asarray(present.any(axis=2), dtype=bool)
        known = spoken.all(axis=1) & (size > 1)
        varied = np.clip((2 * joint - one - other) / np.log(np.maximum(size, 2)), 0.0, 1.0)
        return np.where(known, np.where((blocks == before) & (blocks == after), 0.0, varied), np.nan)

    def _hazard(self, allied: AlliedPairs, draws: int) -> Floats:
        found, known = np.full(draws, np.nan), dict[bytes, float]()
        edges = np.searchsorted(allied.window, np.arange(0, 2 * draws + 1, 2))
        side = allied.window % 2
        for draw in np.unique(allied.window[side == 0] // 2).tolist():
            here = slice(edges[draw], edges[draw + 1])
            rows = np.stack([side[here], allied.first[here], allied.second[here]])
            if (key := rows.tobytes()) not in known:
                known[key] = self._ended(rows)
            found[draw] = known[key]
        return found

    def _ended(self, rows: Ints) -> float:
        """Of the coalitions of the first window, the share that ended with it."""
        windows: dict[Pair, list[int]] = {}
        for window, a, b in rows.T.tolist():
            windows.setdefault(frozenset((a, b)), []).append(window)
        rule = self._shift.field.rule
        alive = [one for one in spells(windows, least=rule.least, gap=rule.gap) if one.first == 0]
        return sum(one.last == 0 for one in alive) / len(alive) if alive else float("nan")

    @cached_property
    def _issue(self) -> Ints:
        names = [one.issue for one in self._acts.statements]
        number = {name: k for k, name in enumerate(sorted({one for one in names if one is not None}))}
        return np.array([-1 if one is None else number[one] for one in names], dtype=np.intp)

    def _agenda(self, told: _Told) -> Floats:
        issue = self._issue[told.act]
        spoken, issues = issue >= 0, int(self._issue.max(initial=-1)) + 1
        people = int(told.who.max(initial=0)) + 1
        key = ((told.window * issues + issue) * people + told.who)[spoken]
        places, inverse = np.unique(key, return_inverse=True)
        mass = np.bincount(inverse, weights=told.share[spoken], minlength=places.size)
        votes = np.bincount(places // people, weights=np.minimum(mass, 1.0), minlength=told.draws * 2 * issues)
        agendas = votes.reshape(told.draws, 2, issues)
        total = agendas.sum(axis=2)
        shown = np.asarray(ratios(agendas, total[:, :, None]))
        with np.errstate(invalid="ignore"):
            alike = (np.abs(shown[:, 0] - shown[:, 1]) <= 1e-12).all(axis=1)
        found = np.where(alike, 0.0, jensen_shannon(agendas[:, 0], agendas[:, 1]))
        return np.where((total > 0).all(axis=1), found, np.nan)


def _entropy(draw: Ints, labels: Ints, size: Ints) -> tuple[Floats, Ints]:
    """Entropy of the labels of each draw, and how many different ones there are."""
    width = int(labels.max(initial=0)) + 1
    places, counts = np.unique(draw * width + labels, return_counts=True)
    of = places // width
    share = counts / size[of]
    found = np.bincount(of, weights=-share * np.log(share), minlength=size.size).astype(float)
    return found, np.bincount(of, minlength=size.size)


def _pairs(allied: AlliedPairs, draws: int, actors: int) -> Floats:
    """1 - pairs allied in both windows / in either; 0 if none is."""
    key = (allied.window // 2 * actors + allied.first) * actors + allied.second
    places, times = np.unique(key, return_counts=True)
    of = places // (actors * actors)
    either = np.bincount(of, minlength=draws)
    both = np.bincount(of[times == 2], minlength=draws)
    return np.where(either > 0, 1 - both / np.maximum(either, 1), 0.0)


def _tone(spoken: ToldTies, draws: int) -> Floats:
    """Mean of half the change of tone over ordered pairs observed in both windows."""
    found = over_reporters(spoken)
    n = found.actors
    key = (found.window // 2 * n + found.source) * n + found.target
    sides = [np.flatnonzero(found.window % 2 == side) for side in (0, 1)]
    places, first, second = np.intersect1d(key[sides[0]], key[sides[1]], assume_unique=True, return_indices=True)
    moved = np.abs(found.tone[sides[1][second]] - found.tone[sides[0][first]]) / 2
    of = places // (n * n)
    return np.asarray(ratios(np.bincount(of, weights=moved, minlength=draws), np.bincount(of, minlength=draws)))


def _actors(present: Bools) -> Floats:
    either, both = present.any(axis=1).sum(axis=1), present.all(axis=1).sum(axis=1)
    return 1 - np.asarray(ratios(both, either))
