"""Turbulence of a town between the event times of two waves: the components with what each rests on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.alliances import Field, Rule, field_of, town_fields
from veche.analyses._shared.periods import Period
from veche.analyses._shared.relations import Relations
from veche.measures.coalitions import Pair
from veche.measures.missing import missing
from veche.measures.ties import ties
from veche.measures.turbulence import (
    EvidenceBase,
    Turbulence,
    actor_change,
    agenda_change,
    enough,
    membership,
    nothing_known,
    office_change,
    pair_change,
    rate,
    tone_change,
    turbulence,
)
from veche.words import N_

Ints = NDArray[np.intp]
PARTS = ("membership", "pairs", "hazard", "agenda", "tone", "offices", "actors", "composite")
TOO_LITTLE = N_("too few reporters or statements in one of the two waves")
NOBODY_LEFT = N_("nobody is left whose statements could be compared")


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    """Least evidence of both windows: reporters and statements."""

    reporters: int = 5
    statements: int = 20


@dataclass(frozen=True)
class Shift:
    """A town before and after, as two windows of event time that do not overlap.

    `field` has exactly these two windows; offices are those of the town with at least one tenure.
    """

    field: Field
    before: Period
    after: Period
    least: Least

    @property
    def key(self) -> str:
        """Town and waves, such as ``D · 1→2``."""
        return f"{self.field.town.key} · {self.before.key}→{self.after.key}"

    @cached_property
    def bases(self) -> tuple[EvidenceBase, EvidenceBase]:
        """On how many reporters and statements each window rests."""
        first, second = (self.inside(window) for window in range(2))
        acts = self.field.acts
        return (
            EvidenceBase(acts.reporters_of(first), acts.count(first)),
            EvidenceBase(acts.reporters_of(second), acts.count(second)),
        )

    def inside(self, window: int) -> NDArray[np.bool_]:
        """Which acts fall into a window, 0 or 1."""
        mask = np.zeros(len(self.field.acts), dtype=bool)
        mask[self.field.fallen.statement[self.field.fallen.window == window]] = True
        return mask

    @cached_property
    def holders(self) -> tuple[dict[Hashable, Hashable], dict[Hashable, Hashable]]:
        """Who holds every office of the town on the last day of each window; None: vacant."""
        acts = self.field.acts
        tenured = {one.office_id for one in acts.evidence.tenures}
        offices = [o for o in acts.evidence.offices if o.town_id == self.field.town.id and o.id in tenured]

        def on(day: float) -> dict[Hashable, Hashable]:
            return {o.id: tuple(sorted(acts.parties.holders(o.id, day))) or None for o in offices}

        return on(self.before.end - 1), on(self.after.end - 1)

    def measured(self, *, demanding: bool = True) -> Turbulence:
        """Compute the components and the composite.

        Parameters
        ----------
        demanding
            With too little evidence in a window nothing is given; else whatever can be computed.
        """
        if demanding and not enough(*self.bases, reporters=self.least.reporters, statements=self.least.statements):
            return nothing_known(TOO_LITTLE)
        return components(self.field, self.holders)

    def taken(self, rows: Ints, who: Ints) -> Shift:
        """Return the same with some acts, each told by the reporter given: for resampling."""
        acts = replace(self.field.acts.only(rows), reporter=np.asarray(who, dtype=np.intp))
        return replace(self, field=field_of(acts, self.field.town, self.field.periods, self.field.rule))

    def told_by(self, kept: NDArray[np.bool_]) -> Shift:
        """Return what is left if only some acts are kept: all of a reporter, or none."""
        found = replace(self, field=self.field.told_by(kept))
        found.__dict__["holders"] = self.holders
        return found

    def panel(self) -> Shift | None:
        """Return the same with only the respondents interviewed in the town in both waves; None if there are none."""
        acts, wanted = self.field.acts, (self.before.key, self.after.key)
        keys = {wave.id: wave.key for wave in acts.waves}
        waves: dict[str, set[str]] = {}
        for one in acts.evidence.interviews:
            if one.town_id == self.field.town.id:
                waves.setdefault(one.respondent_id, set()).add(keys.get(one.wave_id, ""))
        kept = np.array([set(wanted) <= waves.get(acts.reporters[int(w)], set()) for w in acts.reporter], dtype=bool)
        return self.taken(np.flatnonzero(kept), acts.reporter[kept]) if kept.any() else None


def components(field: Field, holders: tuple[dict[Hashable, Hashable], dict[Hashable, Hashable]]) -> Turbulence:
    """Compute turbulence between the two windows of a field."""
    present = _present(field)
    blocks = tuple(_blocks(field, window, present[window]) for window in range(2))
    tied = tuple({pair for pair, at in field.allied.items() if window in at} for window in range(2))
    alive = [spell for spell in field.runs if spell.first == 0]
    agendas = agenda(field)
    return turbulence(
        membership=membership(blocks[0], blocks[1]) if all(present) else missing(NOBODY_LEFT),
        pairs=pair_change(*(_hashed(one) for one in tied)),
        hazard=rate(sum(spell.last == 0 for spell in alive), len(alive), N_("no coalition at risk")),
        agenda=agenda_change(*agendas),
        tone=tone_change(tones(field)),
        offices=office_change(*holders),
        actors=actor_change(*present),
    )


def _hashed(pairs: Iterable[frozenset[int]]) -> set[frozenset[Hashable]]:
    return {frozenset[Hashable](pair) for pair in pairs}


def _present(field: Field) -> tuple[set[Hashable], set[Hashable]]:
    """Actors of whom somebody speaks, in each window."""
    found: tuple[set[Hashable], set[Hashable]] = (set(), set())
    for act, window in zip(field.fallen.statement.tolist(), field.fallen.window.tolist(), strict=True):
        found[window].update(field.acts.sources[act] | field.acts.targets[act])
    return found


def _blocks(field: Field, window: int, present: set[Hashable]) -> dict[Hashable, Hashable]:
    """Camps of a window: actors joined by allied pairs, everybody else by himself."""
    block: dict[Hashable, Hashable] = {actor: actor for actor in present}

    def top(actor: Hashable) -> Hashable:
        while block[actor] != actor:
            actor = block[actor]
        return actor

    for pair, windows in sorted(field.allied.items(), key=lambda one: sorted(one[0])):
        if window in windows:
            a, b = sorted(pair)
            block[top(a)] = top(b)
    return {actor: top(actor) for actor in present}


def agenda(field: Field) -> tuple[list[float], list[float]]:
    """Votes of reporters on every issue, in each window: of a reporter at most one on an issue."""
    mass: dict[tuple[int, str, int], float] = {}
    rows = zip(field.fallen.statement.tolist(), field.fallen.window.tolist(), field.fallen.share.tolist(), strict=True)
    for act, window, share in rows:
        if (issue := field.acts.statements[act].issue) is not None:
            place = (window, issue, int(field.acts.reporter[act]))
            mass[place] = mass.get(place, 0.0) + share
    issues = sorted({issue for _window, issue, _who in mass})
    votes: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for (window, issue, _who), amount in mass.items():
        votes[window][issue] = votes[window].get(issue, 0.0) + min(1.0, amount)
    return [votes[0].get(one, 0.0) for one in issues], [votes[1].get(one, 0.0) for one in issues]


def tones(field: Field) -> list[tuple[float, float]]:
    """Tone of every ordered pair observed in both windows, before and after."""
    return [pair for pair, _actors in pairs_in_both(field)]


def pairs_in_both(field: Field) -> list[tuple[tuple[float, float], tuple[int, int]]]:
    """Tones before and after with the ordered pair they belong to."""
    found = ties(field.acts.claims, field.acts.reporter, field.acts.valence, field.fallen)
    by_pair: dict[tuple[int, int], dict[int, float]] = {}
    columns = (found.window, found.source, found.target, found.tone)
    for window, i, j, tone in zip(*(column.tolist() for column in columns), strict=True):
        by_pair.setdefault((i, j), {})[window] = tone
    return [((at[0], at[1]), pair) for pair, at in sorted(by_pair.items()) if len(at) == 2]


def shifts(acts: Relations, periods: Sequence[Period], rule: Rule, least: Least) -> tuple[Shift, ...]:
    """Give, for every town, its consecutive waves in which it was visited and spoken of.

    `periods` are those of the waves; a town is compared from one wave with interviews to the next one.
    """
    found = []
    keys = {wave.id: wave.key for wave in acts.waves}
    short = replace(rule, least=1)
    for whole in town_fields(acts, periods, short):
        seen = {keys.get(one.wave_id) for one in acts.evidence.interviews if one.town_id == whole.town.id}
        visited = [one for one in periods if one.key in seen]
        for before, after in pairwise(visited):
            found.append(Shift(field_of(whole.acts, whole.town, (before, after), short), before, after, least))
    return tuple(found)


def sides_of(shift: Shift, part: str) -> tuple[list[int], list[int]]:
    """Places of the acts that show change in a component, and of those that show that something stayed.

    Agenda: issues named in one window only, and in both. Pairs and membership: pairs allied in one window only, and in
    both. Hazard: coalitions of the first window that ended, and those that go on. Tone: ordered pairs observed in both
    windows whose tone changed, and those whose tone did not. Actors: acts that name somebody of one window only, and
    the others. Offices rest on tenures, not on statements.
    """
    field = shift.field
    held = sorted(set(field.fallen.statement.tolist()))
    if part == "offices":
        return [], []
    if part == "agenda":
        issues = [_issues(field, window) for window in range(2)]
        spoken = [a for a in held if field.acts.statements[a].issue is not None]
        kept = issues[0] & issues[1]
        return _split(spoken, lambda a: field.acts.statements[a].issue not in kept)
    if part == "tone":
        both = pairs_in_both(field)
        moved = {pair for (x, y), pair in both if abs(x - y) > 1e-12}
        stayed = {pair for _tones, pair in both} - moved
        ordered = _ordered(field)
        first = [a for a in held if ordered[a] & moved]
        return first, [a for a in held if ordered[a] & stayed and not ordered[a] & moved]
    if part == "actors":
        before, after = _present(field)
        common = before & after
        return _split(held, lambda a: not (field.acts.sources[a] | field.acts.targets[a]) <= common)
    if part == "hazard":
        ended = [set(one.support) for one in field.spells if one.first == one.last == 0]
        going = [set(one.support) for one in field.spells if one.first == 0 and one.last == 1]
        first = sorted(set[int]().union(*ended))
        return first, sorted(set[int]().union(*going) - set(first))
    once = {pair for pair, windows in field.allied.items() if len(windows) == 1}
    return _of_pairs(field, held, once, field.allied.keys() - once)


def _split(places: Iterable[int], changed: Callable[[int], bool]) -> tuple[list[int], list[int]]:
    sides: tuple[list[int], list[int]] = ([], [])
    for place in places:
        sides[0 if changed(place) else 1].append(place)
    return sides


def _issues(field: Field, window: int) -> set[str | None]:
    at = field.fallen.statement[field.fallen.window == window].tolist()
    return {field.acts.statements[a].issue for a in at} - {None}


def _ordered(field: Field) -> dict[int, set[tuple[int, int]]]:
    found: dict[int, set[tuple[int, int]]] = {act: set() for act in range(len(field.acts))}
    spread = field.acts.claims
    for act, i, j in zip(spread.statement.tolist(), spread.source.tolist(), spread.target.tolist(), strict=True):
        found[act].add((i, j))
    return found


def _of_pairs(
    field: Field, held: Iterable[int], once: Iterable[Pair], both: Iterable[Pair]
) -> tuple[list[int], list[int]]:
    one, other = set(once), set(both)
    first, second = [], []
    for act in held:
        spoken = field.pairs_of[act] | field.joint_of[act]
        if spoken & one:
            first.append(act)
        elif spoken & other:
            second.append(act)
    return first, second


def values(one: Turbulence) -> NDArray[np.float64]:
    """Give the parts and the composite as numbers, NaN where missing, in the order of `PARTS`."""
    return np.array([getattr(one, name).value for name in PARTS])
