"""Who has power, by four measures that are never added up: named, prevailing, in office, between others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from veche.analyses._shared.actor_codes import NAMES
from veche.analyses._shared.naming import Names, Naming, naming, read_names
from veche.analyses._shared.parties import Parties, day_number
from veche.analyses._shared.periods import Period, wave_periods
from veche.analyses._shared.relations import Relations, prepare
from veche.measures.brokerage import betweenness, constraint
from veche.measures.power import Success, decision_success, position
from veche.measures.ties import ties
from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.study.places import Town, Wave

#: fewest who must name somebody for him to lead the list of names
NAMED_BY = 2
WORTH = {"achieved": 1.0, "partly": 0.0, "failed": -1.0}


@dataclass(frozen=True)
class Decision:
    """Something somebody set out to do on an issue, as told: who, with or against whom, and what came of it.

    `outcome` is 1 achieved, 0 partly, -1 failed: the rounded mean over the reporters who know it; `stance` is 1 for
    those who act and the mean valence for those acted upon.
    """

    issue: str
    stance: Mapping[int, float]
    outcome: float
    acts: tuple[int, ...]


def decisions(acts: Relations, places: Sequence[int]) -> tuple[Decision, ...]:
    """Put together what several reporters tell of the same sources, targets and issue, where an outcome is known."""
    told: dict[tuple[str, tuple[int, ...], tuple[int, ...]], list[int]] = {}
    for a in places:
        one = acts.statements[a]
        if one.issue is not None and one.outcome in WORTH:
            told.setdefault((one.issue, tuple(sorted(acts.sources[a])), tuple(sorted(acts.targets[a]))), []).append(a)
    return tuple(
        Decision(issue, _stances(acts, sources, targets, held), _outcome(acts, held), tuple(held))
        for (issue, sources, targets), held in sorted(told.items())
    )


def _stances(
    acts: Relations, sources: Collection[int], targets: Collection[int], held: Sequence[int]
) -> dict[int, float]:
    by_reporter: dict[int, list[float]] = {}
    for a in held:
        by_reporter.setdefault(int(acts.reporter[a]), []).append(float(acts.valence[a]))
    mean = sum(sum(one) / len(one) for one in by_reporter.values()) / len(by_reporter)
    return dict.fromkeys(targets, max(-1.0, min(1.0, mean))) | dict.fromkeys(sources, 1.0)


def _outcome(acts: Relations, held: Sequence[int]) -> float:
    by_reporter: dict[int, list[float]] = {}
    for a in held:
        by_reporter.setdefault(int(acts.reporter[a]), []).append(WORTH[acts.statements[a].outcome])
    mean = sum(sum(one) / len(one) for one in by_reporter.values()) / len(by_reporter)
    return 1.0 if mean >= 0.5 else -1.0 if mean <= -0.5 else 0.0


def successes(found: Sequence[Decision], actors: Sequence[int]) -> tuple[Success, ...]:
    """Give the success of actors in decisions, with luck beside it.

    Luck is the mean success of all actors who took a stand, not only of those asked for.
    """
    everybody = sorted({one for decision in found for one in decision.stance} | set(actors))
    stance = np.full((len(everybody), len(found)), np.nan)
    row = {one: i for i, one in enumerate(everybody)}
    for k, decision in enumerate(found):
        for actor, value in decision.stance.items():
            stance[row[actor], k] = value
    measured = decision_success(stance, [one.outcome for one in found])
    return tuple(measured[row[one]] for one in actors)


@dataclass(frozen=True)
class Standing:
    """One actor in a town and wave. Shares and degrees are NaN where undefined.

    `named` of `asked` others name him; `success` and `luck` over decisions, of which `tellers` reporters tell; `position`
    weighs the offices he holds; `between` and `constraint` are of the network of ties told of, undefined if one reporter
    only tells of it.
    """

    actor: int
    named: int
    asked: int
    share: float
    success: Success
    tellers: int
    started: int
    position: float
    offices: tuple[str, ...]
    between: float
    constraint: float


@dataclass(frozen=True)
class Arena:
    """A town in a wave: who stands where, and what it rests on. `acts` are those of the town."""

    town: Town
    wave: Wave
    talks: tuple[Interview, ...]
    acts: Relations
    places: tuple[int, ...]
    naming: Naming
    found: tuple[Decision, ...]
    standings: tuple[Standing, ...]
    head: frozenset[str]

    @property
    def key(self) -> str:
        """Town and wave, such as ``D · 1``."""
        return f"{self.town.key} · {self.wave.key}"

    def name(self, actor: int) -> str:
        """Name of an actor."""
        return self.acts.actors[actor].name

    def first(self, list_name: str, minimum: int = 1) -> tuple[int, ...]:
        """Who of the town leads a list: ``reputation``, ``success`` or ``position``; several if they share the lead.

        In decisions only actors with at least `minimum` of them are ranked, in reputation only those whom two name.
        Levels above the town are left out: the question is who is first in it.
        """
        worth = {one.actor: self.worth(one, list_name, minimum) for one in self.standings if self.local(one.actor)}
        known = {actor: value for actor, value in worth.items() if value == value and value > 0}
        most = max(known.values(), default=0.0)
        return tuple(actor for actor, value in known.items() if value >= most - 1e-12)

    def local(self, actor: int) -> bool:
        """Does an actor belong to the town?"""
        return self.branch(actor) != "above"

    def branch(self, actor: int) -> str:
        """What an actor is, seen from the town."""
        return self.acts.parties.branch(self.acts.actors[actor].id, self.town.id)

    def worth(self, one: Standing, list_name: str, minimum: int = 1) -> float:
        """What a list ranks an actor by; NaN where it does not."""
        if list_name == "reputation":
            return one.share if one.named >= NAMED_BY else float("nan")
        if list_name == "position":
            return one.position
        return one.success.success.value if one.success.issues >= minimum and one.tellers > 1 else float("nan")


def arena(
    acts: Relations, town: Town, wave: Wave, period: Period, names: Names, topics: Collection[str], head: str
) -> Arena:
    """Measure the power of everybody in a town and wave.

    Parameters
    ----------
    acts
        Statements of all towns.
    town, wave, period
        Where, when told, and the event time of the wave.
    names, topics
        How codes lead to actors, and the codes that speak of influence.
    head
        Last word of the key of the formal head's office.
    """
    evidence = acts.evidence
    talks = tuple(one for one in evidence.interviews if one.town_id == town.id and one.wave_id == wave.id)
    here = acts.only(np.array([one.id == town.id for one in acts.towns], dtype=bool)[acts.town])
    share = here.share_in(period)
    places = tuple(np.flatnonzero(share > 0).tolist())
    named = naming(evidence, names, talks, topics)
    told = decisions(here, places)
    number = {one.id: i for i, one in enumerate(here.actors)}
    day = max((day_number(one.date) for one in talks), default=period.end - 1)
    held = _offices(evidence, names.parties, town, day, number)
    people = sorted(
        {number[a] for _p, a in named.names if a in number} | {a for one in told for a in one.stance} | {a for a, _o in held}
    )  # fmt: skip
    office = names.office(town.id, head)
    return Arena(
        town, wave, talks, here, places, named, told, _standings(here, places, people, named, told, held, talks, period),
        names.parties.holders(office, day) if office else frozenset(),
    )  # fmt: skip


def arenas(
    evidence: Evidence,
    *,
    names: Sequence[str] = NAMES,
    topics: Collection[str] = ("LEAD", "RES"),
    head: str = "head",
    reach: float = 12.0,
    acts: Relations | None = None,
) -> tuple[Arena, ...]:
    """Measure every town in every wave in which it was visited: the lists of power that claims rest on.

    Parameters
    ----------
    evidence
        Evidence.
    names
        Pairs ``CODE=word`` from codes of actors to offices and actors.
    topics, head
        As for `arena`.
    reach
        How many months before its first day the event time of a wave begins.
    acts
        Statements already prepared.
    """
    held = prepare(evidence) if acts is None else acts
    known = Names(evidence, read_names(names))
    periods = {one.key: one for one in wave_periods(evidence, reach)}
    seen = {(one.town_id, one.wave_id) for one in evidence.interviews}
    return tuple(
        arena(held, town, wave, periods[wave.key], known, topics, head)
        for town in held.towns
        for wave in held.waves
        if (town.id, wave.id) in seen
    )


def _offices(
    evidence: Evidence, parties: Parties, town: Town, day: float, number: Mapping[str, int]
) -> set[tuple[int, str]]:
    """Who holds which office of the town on a day."""
    return {
        (number[actor], one.id) for one in evidence.offices if one.town_id == town.id
        for actor in parties.holders(one.id, day) if actor in number
    }  # fmt: skip


def _standings(
    acts: Relations, places: Sequence[int], people: Sequence[int], named: Naming, told: Sequence[Decision],
    held: set[tuple[int, str]], talks: Sequence[Interview], period: Period,
) -> tuple[Standing, ...]:  # fmt: skip
    if not people:
        return ()
    keys = [acts.actors[a].id for a in people]
    known = named.reputation(keys, _own(acts, talks))
    success = successes(told, people)
    weights = {one.id: max(one.weight, 0.0) for one in acts.evidence.offices}
    posts = position(held, weights, len(acts.actors))
    names = {one.id: one.name for one in acts.evidence.offices}
    between, tight = _brokers(acts.only(np.array(places, dtype=np.intp)), period)
    return tuple(
        Standing(
            actor, int(known.named[k]), int(known.asked[k]), float(known.share[k]), success[k],
            len({int(acts.reporter[a]) for one in told if actor in one.stance for a in one.acts}),
            sum(one.stance.get(actor) == 1.0 and any(actor in acts.sources[a] for a in one.acts) for one in told),
            float(posts[actor]), tuple(sorted(names[o] for a, o in held if a == actor)),
            between.get(actor, float("nan")), tight.get(actor, float("nan")),
        )
        for k, actor in enumerate(people)
    )  # fmt: skip


def _own(acts: Relations, talks: Sequence[Interview]) -> dict[str, frozenset[str]]:
    """Who is whom: respondents who are actors themselves."""
    wanted = {talk.respondent_id for talk in talks}
    found = {}
    for one in acts.evidence.respondents:
        actor = acts.parties.actor(one.actor_id or "")
        if one.id in wanted and actor is not None:
            found[one.id] = frozenset({actor.id})
    return found


def _brokers(acts: Relations, period: Period) -> tuple[dict[int, float], dict[int, float]]:
    """Betweenness, normalised, and Burt's constraint in the network of all ties told of, weighed by votes; nothing of one reporter."""
    if acts.reporters_of() < 2:
        return {}, {}
    found = ties(acts.claims, acts.reporter, acts.valence, acts.shares([period]))
    people = sorted({*found.source.tolist(), *found.target.tolist()})
    at = {one: i for i, one in enumerate(people)}
    weights = np.zeros((len(people), len(people)))
    for i, j, votes in zip(found.source.tolist(), found.target.tolist(), found.votes.tolist(), strict=True):
        weights[at[i], at[j]] += votes
        weights[at[j], at[i]] += votes
    return (
        dict(zip(people, betweenness(weights, normalised=True).tolist(), strict=True)),
        dict(zip(people, constraint(weights).tolist(), strict=True)),
    )
