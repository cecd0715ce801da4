"""The evidence on which claims are checked: scores of interviews, computed once, and which interviews are taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from veche.analyses._shared.alliances import Field, Rule, calendar_periods, town_fields
from veche.analyses._shared.branches import Branches, branches
from veche.analyses._shared.coalitions import Answers
from veche.analyses._shared.codes import CodeRow
from veche.analyses._shared.heads import Heads
from veche.analyses._shared.levels import scale_named
from veche.analyses._shared.mentions import mentions
from veche.analyses._shared.periods import Period, wave_periods
from veche.analyses._shared.relations import Relations, prepare
from veche.analyses._shared.sample import Bools, Floats, Ints, Sample
from veche.analyses._shared.scores import Scores, level_scores
from veche.analyses._shared.shifts import Least, Shift, shifts
from veche.study.errors import NotFound
from veche.study.evidence import Evidence
from veche.words import N_

#: months that a wave reaches back
REACH = 12.0


class Untestable(Exception):
    """A check cannot be made on this material: the reason is shown, nothing is guessed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Options:
    """What the run was asked for."""

    confidence: float
    minimum: int
    resamples: int
    seed: int


@dataclass(frozen=True)
class Shared:
    """What all contexts of a run hold in common."""

    sample: Sample
    weights: Floats
    heads: Heads
    cache: dict[Any, Any] = field(default_factory=dict)

    @property
    def evidence(self) -> Evidence:
        """The evidence."""
        return self.sample.evidence

    @cached_property
    def relations(self) -> Relations:
        """The statements that can be used."""
        return prepare(self.evidence)

    @cached_property
    def branches(self) -> Branches:
        """The acts between executive and assembly."""
        return branches(self.relations)

    @cached_property
    def answers(self) -> Answers:
        """What speakers say of coalitions, by answer."""
        return Answers(self.evidence)

    @cached_property
    def act_places(self) -> Ints:
        """Place in the sample of the interview of each usable statement; -1: not in the sample."""
        return np.array([self.place.get(one.id, -1) for one in self.relations.interviews], dtype=np.int64)

    @cached_property
    def acts_of_town(self) -> tuple[Ints, ...]:
        """Places of the usable statements of each town."""
        whole = self.relations
        places = {one.id: i for i, one in enumerate(whole.towns)}
        return tuple(np.flatnonzero(whole.town == places[town.id]) for town in self.sample.towns)

    @cached_property
    def fields(self) -> tuple[Field | None, ...]:
        """Each town year by year, with all its usable statements; None for one of which nobody speaks."""
        made = [town_fields(self.relations.only(at), self.calendar, Rule()) for at in self.acts_of_town]
        return tuple(one[0] if one else None for one in made)

    @cached_property
    def shifts(self) -> tuple[tuple[Shift, ...], ...]:
        """Steps of each town from wave to wave, with all its usable statements."""
        periods = wave_periods(self.evidence, REACH)
        return tuple(shifts(self.relations.only(at), periods, Rule(), Least()) for at in self.acts_of_town)

    @cached_property
    def branch_places(self) -> Ints:
        """Place in the sample of the interview of each act between executive and assembly; -1: not in the sample."""
        return np.array([self.place.get(one.id, -1) for one in self.branches.relations.interviews], dtype=np.int64)

    @cached_property
    def calendar(self) -> tuple[Period, ...]:
        """The years over all events."""
        return calendar_periods(self.relations, 12)

    @cached_property
    def of_town(self) -> tuple[Ints, ...]:
        """Places of the interviews of each town."""
        return tuple(np.flatnonzero(self.sample.town_of == town) for town in range(len(self.sample.towns)))

    @cached_property
    def head_counts(self) -> Floats:
        """Interviews by cluster, wave and number of the head in office: shape (clusters, waves, heads)."""
        sample, heads = self.sample, int(self.head_of.max(initial=-1)) + 1
        found = np.zeros((sample.cluster_town.size, len(sample.waves), heads))
        known = self.head_of >= 0
        np.add.at(found, (sample.cluster_of[known], sample.wave_of[known], self.head_of[known]), 1.0)
        return found

    @cached_property
    def interview_counts(self) -> Floats:
        """Interviews by cluster and wave."""
        sample = self.sample
        found = np.zeros((sample.cluster_town.size, len(sample.waves)))
        np.add.at(found, (sample.cluster_of, sample.wave_of), 1.0)
        return found

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Place of each interview in the sample by its id."""
        return {one.id: i for i, one in enumerate(self.sample.interviews)}

    @cached_property
    def head_of(self) -> Ints:
        """Number of the head in office on the day of each interview; -1: not known."""
        found = [one.id if one else None for one in (self.heads.of(i) for i in self.sample.interviews)]
        order = {one: at for at, one in enumerate(dict.fromkeys(one for one in found if one))}
        return np.array([order[one] if one else -1 for one in found], dtype=np.int64)

    @cached_property
    def stayed(self) -> Bools:
        """Was the head of the interview's day head in every wave of the town that has interviews?"""
        sample, found = self.sample, np.zeros(self.sample.size, dtype=bool)
        for town in range(len(sample.towns)):
            here = sample.town_of == town
            waves = set(sample.wave_of[here].tolist())
            for head in set(self.head_of[here].tolist()) - {-1}:
                judged = here & (self.head_of == head)
                if len(waves) > 1 and set(sample.wave_of[judged].tolist()) == waves:
                    found |= judged
        return found


@dataclass(frozen=True)
class Context:
    """A run on some of the interviews. `quick`: estimates only, without draws and tests; `bare`: without grounds."""

    shared: Shared
    options: Options
    kept: Bools
    quick: bool = False
    bare: bool = False

    @property
    def sample(self) -> Sample:
        """All interviews; those not kept have no scores."""
        return self.shared.sample

    @property
    def evidence(self) -> Evidence:
        """The evidence."""
        return self.shared.evidence

    def only(self, kept: Bools, *, quick: bool = False, bare: bool = False) -> Context:
        """Return the context of some of these interviews."""
        return replace(self, kept=self.kept & kept, quick=quick, bare=bare or quick)

    def acts_of(self, places: Ints) -> Bools:
        """Which acts stand in interviews that are kept, by the places of their interviews?"""
        return np.asarray((places >= 0) & self.kept[places], dtype=bool)

    def town_key(self, town: int) -> bytes:
        """Which interviews of a town are kept, as a key of what is made of them alone."""
        return self.kept[self.shared.of_town[town]].tobytes()

    def scores(self, measure: Mapping[str, Any]) -> Scores:
        """Give the scores of a measure, missing for interviews that are not kept.

        Raises
        ------
        NotFound, InputProblem
            If a code or scale is not in the codebook.
        Untestable
            If the study has nothing of the kind, such as statements.
        """
        key = repr(sorted(measure.items(), key=lambda pair: str(pair[0])))
        cache = self.shared.cache
        if key not in cache:
            cache[key] = _made(self.shared, measure)
        return replace(cache[key], values=np.where(self.kept, cache[key].values, np.nan), silent=self.bare)  # type: ignore[no-any-return]


def _made(shared: Shared, measure: Mapping[str, Any]) -> Scores:
    scores = _plain(shared, measure)
    taken = np.ones(shared.sample.size, dtype=bool)
    if by := measure.get("by"):
        taken &= _spoken_by(shared, by if isinstance(by, list) else [by])
    if towns := measure.get("towns"):
        keys = {str(one) for one in towns}
        _known_towns(shared, keys)
        taken &= np.array([shared.sample.towns[t].key in keys for t in shared.sample.town_of], dtype=bool)
    if "monotown" in measure:
        wanted = bool(measure["monotown"])
        taken &= np.array([shared.sample.towns[t].monotown is wanted for t in shared.sample.town_of], dtype=bool)
    if heads := measure.get("heads"):
        taken &= shared.stayed if heads == "stayed" else ~shared.stayed & (shared.head_of >= 0)
    return scores.only(taken)


def _known_towns(shared: Shared, keys: set[str]) -> None:
    known = {town.key for town in shared.evidence.towns}
    for key in sorted(keys - known):
        raise NotFound(
            N_("A claim names the town {key}, which the study has not. Its towns: {known}."),
            key=key,
            known=", ".join(sorted(known)),
        )


def _spoken_by(shared: Shared, by: list[str]) -> Bools:
    branch = {role.id: role.branch for role in shared.evidence.roles}
    return np.array(
        [shared.heads.speaker(one) in by or branch.get(one.role_id, "other") in by for one in shared.sample.interviews],
        dtype=bool,
    )


def _plain(shared: Shared, measure: Mapping[str, Any]) -> Scores:
    sample = shared.sample
    if "codes" in measure:
        return _mentioned(sample, _rows(shared.evidence, measure["codes"]), every=False)
    if "all_codes" in measure:
        return _mentioned(sample, _rows(shared.evidence, measure["all_codes"]), every=True)
    if "level" in measure:
        return level_scores(sample, scale_named(shared.evidence, measure["level"]).heights)
    if "votes" in measure:
        return _votes(shared, measure)
    if "direction" in measure:
        return _direction(shared, measure)
    for name in ("tone", "readiness"):
        if name in measure:
            return _steps(shared, name, measure.get("steps"))
    name = "technique" if "technique" in measure else "success"
    return _techniques(shared, name, tuple(measure[name]))


def _rows(evidence: Evidence, keys: list[str]) -> list[CodeRow]:
    book = evidence.codebook
    return [CodeRow(code, frozenset(one.id for one in book.below(code))) for code in map(evidence.code, keys)]


def _mentioned(sample: Sample, rows: list[CodeRow], *, every: bool) -> Scores:
    """1 where any row (or every row) is asserted, 0 where one could be (all could be) and is not."""
    found = mentions(sample.evidence, sample.interviews, rows)
    said = found.said.all(axis=1) if every else found.said.any(axis=1)
    asked = found.asked.all(axis=1) if every else found.asked.any(axis=1)
    ids = [found.grounds(np.arange(sample.size) == i, range(len(rows)), asked=True) for i in range(sample.size)]
    values = np.where(asked, said.astype(float), np.nan)
    return Scores(sample, values, tuple(one.supporting for one in ids), tuple(one.opposing for one in ids))


def _votes(shared: Shared, measure: Mapping[str, Any]) -> Scores:
    """Share of the rows in what an interview asserts of all rows; NaN where it asserts none."""
    sample = shared.sample
    ours = _rows(shared.evidence, measure["votes"])
    named = _rows(shared.evidence, measure.get("among") or measure["votes"])
    # a heading stands for the codes below it, each with a vote of its own
    leaves = dict.fromkeys(
        code.key
        for row in named
        for code in shared.evidence.codebook.below(row.code)
        if code.codable or code.id == row.code.id
    )
    every = [CodeRow(code, frozenset((code.id,))) for code in map(shared.evidence.code, leaves)]
    own = frozenset().union(*(row.ids for row in ours))
    found = mentions(sample.evidence, sample.interviews, every)
    inside = np.array([bool(row.ids & own) for row in every])
    told = found.said.astype(float)
    total = told.sum(axis=1)
    with np.errstate(invalid="ignore"):
        values = np.where(total > 0, told[:, inside].sum(axis=1) / total, np.nan)
    sides = [
        [
            found.grounds(np.arange(sample.size) == i, np.flatnonzero(inside == side).tolist(), asked=True).supporting
            for i in range(sample.size)
        ]
        for side in (True, False)
    ]
    return Scores(sample, values, tuple(sides[0]), tuple(sides[1]))


def _acts_by_interview(
    shared: Shared, values: Floats, weights: Floats, relations: Relations, low: float, high: float
) -> Scores:
    """Weighted mean of the values of acts in each interview; acts above the middle support, below it oppose."""
    sample, place = shared.sample, shared.place
    sums, mass = np.zeros(sample.size), np.zeros(sample.size)
    sides: tuple[list[dict[str, None]], ...] = tuple([{} for _ in range(sample.size)] for _side in range(2))
    middle = (low + high) / 2
    for at, interview in enumerate(relations.interviews):
        i = place.get(interview.id)
        if i is None or np.isnan(values[at]) or not weights[at] > 0:
            continue
        sums[i] += weights[at] * values[at]
        mass[i] += weights[at]
        sides[0 if values[at] >= middle else 1][i][relations.statements[at].id] = None
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(mass > 0, sums / np.where(mass > 0, mass, 1.0), np.nan)
    above, below = (tuple(tuple(one) for one in side) for side in sides)
    return Scores(sample, means, above, below, low, high)


def _own_wave(held: Branches) -> Floats:
    """Share of each act in the wave of its interview."""
    return (
        np.asarray(held.share[np.arange(len(held.relations)), held.relations.wave])
        if len(held.relations)
        else np.zeros(0)
    )


def _needs_acts(shared: Shared) -> Branches:
    if not len(shared.branches.relations):
        raise Untestable(N_("no usable statement tells of executive and assembly"))
    return shared.branches


def _steps(shared: Shared, name: str, steps: list[int] | None) -> Scores:
    held = _needs_acts(shared)
    told = held.step(name)
    if steps:
        inside = np.where(np.isnan(told), np.nan, np.isin(told, steps).astype(float))
        return _acts_by_interview(shared, inside, _own_wave(held), held.relations, 0.0, 1.0)
    return _acts_by_interview(shared, told, _own_wave(held), held.relations, 1.0, 5.0)


def _techniques(shared: Shared, name: str, wanted: tuple[str, ...]) -> Scores:
    held = _needs_acts(shared)
    inside = held.of(*wanted)
    if name == "technique":
        values = np.where(held.down, inside.astype(float), np.nan)
    else:
        values = np.where(held.own_down & inside, held.worth, np.nan)
    return _acts_by_interview(shared, values, _own_wave(held), held.relations, 0.0, 1.0)


def _direction(shared: Shared, measure: Mapping[str, Any]) -> Scores:
    """Of the acts between two sides, the share that goes from the first to the second; symmetric kinds left out."""
    relations = shared.relations
    first, second = frozenset(measure["from"]), frozenset(measure["to"])
    kinds = measure["direction"]
    wanted = frozenset(kinds) if isinstance(kinds, list) else None
    values = np.full(len(relations), np.nan)
    for at, (sources, targets) in enumerate(relations.branches):
        if relations.kinds[at].symmetric or (wanted is not None and relations.kinds[at].key not in wanted):
            continue
        there, back = bool(sources & first and targets & second), bool(sources & second and targets & first)
        if there != back:
            values[at] = float(there)
    if np.isnan(values).all():
        raise Untestable(N_("no usable statement tells of acts between these sides"))
    return _acts_by_interview(shared, values, np.ones(len(relations)), relations, 0.0, 1.0)
