"""Who is allied with whom in a town, window by window, and the spells of coalitions that follow from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.parties import day_number
from veche.analyses._shared.periods import Period
from veche.analyses._shared.relations import Relations
from veche.measures.alliances import CommonActs, allied_windows, joint_actions, pair_evidence
from veche.measures.coalitions import Pair, PairEvidence, Spell, Supporting, sides, spells, with_support
from veche.measures.windows import Shares
from veche.study.errors import InputProblem
from veche.study.places import Town
from veche.words import N_

Bools = NDArray[np.bool_]

#: most windows that are laid; a date with a slip of the pen would make many more
MOST = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When a pair is allied and what counts as a coalition.

    `theta` is the least mutual tone, in (0, 1]; `reporters` who must say so, at least 1; `least` the shortest run in
    windows; `gap` how many windows inside a run may be filled.
    """

    theta: float = 0.25
    reporters: int = 2
    least: int = 2
    gap: int = 0


@dataclass(frozen=True)
class Field:
    """The acts of one town in windows of event time, who is allied in them, and the coalition spells."""

    town: Town
    acts: Relations
    periods: tuple[Period, ...]
    rule: Rule
    fallen: Shares

    @cached_property
    def observed(self) -> Bools:
        """In which windows at least as many reporters speak of the town as an alliance needs."""
        who = self.acts.reporter[self.fallen.statement]
        pairs = np.unique(np.stack([self.fallen.window, who]), axis=1) if who.size else np.zeros((2, 0), np.intp)
        counts = np.bincount(pairs[0].astype(np.intp), minlength=len(self.periods))
        return np.asarray(counts >= self.rule.reporters, dtype=bool)

    @cached_property
    def windows_of(self) -> tuple[tuple[int, ...], ...]:
        """Of each act the windows it falls into."""
        found: list[list[int]] = [[] for _ in range(len(self.acts))]
        for act, window in zip(self.fallen.statement.tolist(), self.fallen.window.tolist(), strict=True):
            found[act].append(window)
        return tuple(tuple(one) for one in found)

    @cached_property
    def pairs_of(self) -> tuple[frozenset[Pair], ...]:
        """Of each act the pairs it speaks of, in either direction."""
        found: list[set[Pair]] = [set() for _ in range(len(self.acts))]
        spread = self.acts.claims
        for act, i, j in zip(spread.statement.tolist(), spread.source.tolist(), spread.target.tolist(), strict=True):
            found[act].add(frozenset((i, j)))
        return tuple(frozenset(one) for one in found)

    @cached_property
    def joint_of(self) -> tuple[frozenset[Pair], ...]:
        """Of each act the pairs that act together in it: both among its sources, and not upon each other."""
        found = []
        for sources, targets in zip(self.acts.sources, self.acts.targets, strict=True):
            members = sorted(sources - targets) if len(sources) > 1 else []
            found.append(frozenset(frozenset((a, b)) for k, a in enumerate(members) for b in members[k + 1 :]))
        return tuple(found)

    @cached_property
    def companions(self) -> frozenset[int]:
        """Acts that could show a shared side: their reporter tells of another source, same target and issue."""
        sources: dict[tuple[int, str, int], set[int]] = {}
        keys: list[list[tuple[int, str, int]]] = []
        for act, one in enumerate(self.acts.statements):
            who, issue = int(self.acts.reporter[act]), one.issue
            keys.append([] if issue is None else [(who, issue, target) for target in self.acts.targets[act]])
            for key in keys[act]:
                sources.setdefault(key, set()).update(self.acts.sources[act])
        return frozenset(act for act, held in enumerate(keys) if any(len(sources[key]) > 1 for key in held))

    @cached_property
    def _sides(self) -> dict[tuple[int, int], dict[Pair, frozenset[int]]]:
        """For every window and reporter, the pairs of a shared side with the acts that show it."""
        grouped: dict[tuple[int, int], list[int]] = {}
        for act, window in zip(self.fallen.statement.tolist(), self.fallen.window.tolist(), strict=True):
            if act in self.companions:
                grouped.setdefault((window, int(self.acts.reporter[act])), []).append(act)
        found = {place: shared_sides(self.acts, acts) for place, acts in grouped.items()}
        return {place: pairs for place, pairs in found.items() if pairs}

    @cached_property
    def common(self) -> CommonActs:
        """Joint actions and shared sides."""
        joint = [set[int]().union(*pairs) for pairs in self.joint_of]
        acted = joint_actions(joint, self.acts.reporter, self.fallen)
        rows = [(window, who, *sorted(pair)) for (window, who), pairs in self._sides.items() for pair in pairs]
        more = np.asarray(rows, dtype=np.intp).reshape(-1, 4).T
        columns = (acted.window, acted.reporter, acted.first, acted.second)
        return CommonActs(*(np.concatenate([a, b]).astype(np.intp) for a, b in zip(columns, more, strict=True)))

    @cached_property
    def said(self) -> dict[tuple[int, Pair], PairEvidence]:
        """What every window says of every pair spoken of."""
        return pair_evidence(self.acts.claims, self.acts.reporter, self.acts.valence, self.fallen, self.common)

    @cached_property
    def allied(self) -> dict[Pair, tuple[int, ...]]:
        """Windows in which each pair is allied."""
        return allied_windows(self.said, theta=self.rule.theta, reporters=self.rule.reporters)

    @cached_property
    def runs(self) -> tuple[Spell, ...]:
        """Coalition spells without their support."""
        return spells(self.allied, least=self.rule.least, gap=self.rule.gap)

    @cached_property
    def spells(self) -> tuple[Spell, ...]:
        """Coalition spells with the places of the acts that support them."""
        return with_support(self.runs, self._supporting) if self.runs else ()

    @cached_property
    def _supporting(self) -> list[Supporting]:
        found = [
            Supporting(act, self.pairs_of[act], frozenset(windows), float(self.acts.valence[act]))
            for act, windows in enumerate(self.windows_of)
            if windows
        ]
        found += [
            Supporting(act, self.joint_of[act], frozenset(windows), 0.0, shared_side=True)
            for act, windows in enumerate(self.windows_of)
            if windows and self.joint_of[act]
        ]
        for (window, _who), pairs in self._sides.items():
            for pair, acts in pairs.items():
                found += [Supporting(a, frozenset({pair}), frozenset({window}), 0.0, shared_side=True) for a in acts]
        return found

    def told_by(self, kept: Bools) -> Field:
        """Return what is left if only some acts are kept: all of a reporter, or none."""
        if kept.all():
            return self
        number = np.cumsum(kept) - 1
        inside = kept[self.fallen.statement]
        fallen = Shares(number[self.fallen.statement[inside]], self.fallen.window[inside], self.fallen.share[inside])
        acts = self.acts.only(kept)
        found = Field(self.town, acts, self.periods, self.rule, fallen)
        # what one reporter tells does not hang on what others tell
        at = np.flatnonzero(kept).tolist()
        for name in ("windows_of", "pairs_of", "joint_of"):
            found.__dict__[name] = tuple(map(getattr(self, name).__getitem__, at))
        found.__dict__["companions"] = frozenset(int(number[act]) for act in self.companions if kept[act])
        who = set(acts.reporter.tolist())
        found.__dict__["_sides"] = {
            place: {pair: frozenset(int(number[act]) for act in held) for pair, held in pairs.items()}
            for place, pairs in self._sides.items()
            if place[1] in who
        }
        common = self.common
        mine = np.isin(common.reporter, acts.reporter)
        found.__dict__["common"] = CommonActs(
            common.window[mine], common.reporter[mine], common.first[mine], common.second[mine]
        )
        return found

    def under(self, rule: Rule) -> Field:
        """Return the same acts in the same windows under another rule."""
        other = Field(self.town, self.acts, self.periods, rule, self.fallen)
        # what does not hang on the rule need not be found anew
        for name in ("windows_of", "pairs_of", "joint_of", "companions", "_sides", "common", "said", "_supporting"):
            other.__dict__[name] = getattr(self, name)
        return other

    def speaking(self, pairs: frozenset[Pair], first: int, last: int) -> list[int]:
        """List the acts that speak of one of the pairs in the windows first to last."""
        run = range(first, last + 1)
        return [
            act for act, spoken in enumerate(self.pairs_of) if spoken & pairs and any(w in run for w in self.windows_of[act])
        ]  # fmt: skip

    def neighbour(self, window: int, step: int) -> int | None:
        """Return the nearest observed window after (step 1) or before (step -1) a window."""
        at = window + step
        while 0 <= at < len(self.periods):
            if self.observed[at]:
                return at
            at += step
        return None


def shared_sides(acts: Relations, places: Sequence[int]) -> dict[Pair, frozenset[int]]:
    """Pairs of a shared side, as one reporter tells of one window, with the acts that show it."""
    told: dict[tuple[int, int, str], list[int]] = {}
    for place in places:
        issue = acts.statements[place].issue or ""
        for i in acts.sources[place]:
            for j in acts.targets[place]:
                if i != j:
                    told.setdefault((i, j, issue), []).append(place)
    issues = {issue: k for k, issue in enumerate(sorted({issue for _, _, issue in told}))}
    stance = {
        (i, j, issues[issue]): max(-1.0, min(1.0, sum(float(acts.valence[a]) for a in held) / len(held)))
        for (i, j, issue), held in told.items()
    }
    numbers = {number: issue for issue, number in issues.items()}
    found = {}
    for pair, where in sides(stance).items():
        shown = {
            place for target, number in where if target not in pair
            for actor in pair for place in told[actor, target, numbers[number]]
        }  # fmt: skip
        if shown:
            found[pair] = frozenset(shown)
    return found


def calendar_periods(acts: Relations, months: int) -> tuple[Period, ...]:
    """Lay windows of so many months over all events, the first from January of its year.

    Raises
    ------
    InputProblem
        If the events lie so far apart that more than 5,000 windows would result.
    """
    known = acts.start[~np.isnan(acts.start)]
    if not known.size:
        return ()
    first = dt.date.fromordinal(int(known.min()))
    ends = acts.end[~np.isnan(acts.end)]
    last = dt.date.fromordinal(int(max(known.max(), ends.max(initial=0) - 1)))
    count = ((last.year - first.year) * 12 + last.month - 1) // months + 1
    if count > MOST:
        raise InputProblem(
            N_("Events lie between {first} and {last}: {count} windows of {months} months. Correct the dates of the "
               "statements or take wider windows."),
            first=first, last=last, count=count, months=months,
        )  # fmt: skip
    return tuple(_period(first.year * 12 + k * months, months) for k in range(count))


def _period(start: int, months: int) -> Period:
    """Period of months counted from year 0."""
    begin, end = _edge(start), _edge(start + months)
    last = start + months - 1
    if start % 12 == 0 and months % 12 == 0:
        label = str(start // 12) if months == 12 else f"{start // 12}–{last // 12}"
    else:
        label = f"{start // 12}-{start % 12 + 1:02d}"
    return Period(label, label, begin, end)


def _edge(months: int) -> float:
    year, month = divmod(months, 12)
    return day_number(dt.date(year, month + 1, 1)) if year <= dt.MAXYEAR else day_number(dt.date.max) + 1


def field_of(acts: Relations, town: Town, periods: Sequence[Period], rule: Rule) -> Field:
    """Give the field of a town from the acts told there."""
    chosen = tuple(periods)
    nowhere = np.zeros(0, np.intp)
    fallen = acts.shares(chosen) if chosen else Shares(nowhere, nowhere, np.zeros(0))
    return Field(town, acts, chosen, rule, fallen)


def town_fields(acts: Relations, periods: Sequence[Period], rule: Rule, towns: Iterable[int] = ()) -> tuple[Field, ...]:
    """Give the fields of all towns, or of some, in which somebody makes a statement."""
    wanted = list(towns) or range(len(acts.towns))
    found = []
    for town in wanted:
        here = acts.only(acts.town == town)
        if len(here):
            found.append(field_of(here, acts.towns[town], periods, rule))
    return tuple(found)
