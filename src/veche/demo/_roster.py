"""Who is interviewed when: the sittings of the fictional fieldwork, and their records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from veche.demo._data import read
from veche.demo._ids import Ids, chance
from veche.demo._world import World
from veche.demo.bank import ROLE_GROUPS
from veche.study.interviews import ArchiveConsent, Consent, Interview, Respondent
from veche.study.record import Language

Standing = Literal["leader", "member", "outsider"]

#: on which days of a stay the interviews fall, by how many there are
_DAYS = {4: (0, 1, 2, 3), 5: (0, 1, 2, 3, 4), 6: (0, 1, 2, 2, 3, 4)}
_GROUP_OF = {role: group for group, roles in ROLE_GROUPS.items() for role in roles}
_STANDING: Mapping[str, Standing] = {
    "head_town": "leader", "head_district": "leader", "city_manager": "leader", "deputy_head": "member",
    "official_municipal": "member",
}  # fmt: skip
#: topics that may fail to come up; what must not be quoted is not asked about, it is offered
_TOPICS = tuple(f"G{n:02d}" for n in range(1, 20))


@dataclass(frozen=True, slots=True)
class Sitting:
    """One interview before a word is said: who, where, when, as what."""

    key: str
    town: str
    wave: int
    #: key of the person in the roster, of the respondent in the study, and of the person in the town, if known by name
    person: str
    respondent: str
    known_as: str | None
    sex: str
    role: str
    post: str
    date: dt.date
    number: int
    earlier_waves: tuple[int, ...]
    consent: Consent
    archive: ArchiveConsent
    interviewer: int
    not_asked: tuple[str, ...]

    @property
    def group(self) -> str:
        """The role group of the bank."""
        return _GROUP_OF[self.role]

    @property
    def standing(self) -> Standing:
        """Does the speaker belong to the head's team?"""
        return _STANDING.get(self.role, "outsider")


def sittings(seed: int, null: bool) -> list[Sitting]:
    """Return all interviews of the study in the order of their keys."""
    roster = read("roster")
    persons = {key: person for town in roster["persons"].values() for key, person in town.items()}
    drafts = [
        draft
        for town, trips in roster["trips"].items()
        for wave, stays in trips.items()
        for draft in _of_wave(roster["persons"][town], town, wave, stays, seed, null)
    ]
    respondents = _respondents(drafts)
    waves_of: dict[str, list[int]] = {}
    for draft in drafts:
        waves_of.setdefault(draft["person"], []).append(draft["wave"])
    consents = _shares(seed, "consent", len(drafts), {"quote": 0.75, "paraphrase": 0.17, "background": 0.08})
    archives = _shares(seed, "archive", len(drafts), {"open": 0.35, "restricted": 0.40, "no": 0.25})
    out = []
    for at, draft in enumerate(drafts):
        person = persons[draft["person"]]
        # background talk is never opened to other readers
        archive: ArchiveConsent = "no" if consents[at] == "background" else archives[at]
        out.append(
            Sitting(
                **draft, respondent=respondents[draft["person"]], sex=person["sex"],
                known_as=_known_as(person, null),
                earlier_waves=tuple(w for w in waves_of[draft["person"]] if w < draft["wave"]),
                consent=consents[at], archive=archive, interviewer=chance(seed, "interviewer", draft["key"]).randrange(3),
                not_asked=_not_asked(seed, draft["key"], draft["wave"], null),
            )
        )  # fmt: skip
    return out


def _known_as(person: Mapping[Any, Any], null: bool) -> str | None:
    """Who the speaker is in the town, if known by name. Who came into office later did not, where nothing changes."""
    newcomer = null and "null_2" in person and 1 not in person
    return None if newcomer else person.get("person")


def _of_wave(
    persons: Mapping[str, Mapping[Any, Any]],
    town: str,
    wave: int,
    stays: Sequence[Sequence[Any]],
    seed: int,
    null: bool,
) -> list[dict[str, Any]]:
    """Who speaks in one town and wave, on which day, in the order of the days."""
    talks = []
    for key, person in persons.items():
        if wave in person:
            role, post = person.get(f"null_{wave}", person[wave]) if null else person[wave]
            speaker = person.get("null_by", key) if null else key
            talks.append({"person": speaker, "role": role, "post": post})
    chance(seed, "order", town, wave).shuffle(talks)
    days = [first + dt.timedelta(days=offset) for first, count in stays for offset in _DAYS[count]]
    return [
        {**talk, "key": f"{town}{wave}-{number:02d}", "town": town, "wave": wave, "date": day, "number": number}
        for number, (talk, day) in enumerate(zip(talks, days, strict=True), start=1)
    ]


def _respondents(drafts: list[dict[str, Any]]) -> dict[str, str]:
    """Number the respondents by their first interview: R-01, R-02 ..."""
    first: dict[str, int] = {}
    for draft in sorted(drafts, key=lambda d: (d["date"], d["key"])):
        first.setdefault(draft["person"], len(first) + 1)
    return {person: f"R-{number:02d}" for person, number in first.items()}


def _shares(seed: int, name: str, count: int, shares: Mapping[str, float]) -> list[Any]:
    """Give out words in exact shares, in an order of chance."""
    words: list[str] = []
    for word, share in shares.items():
        words += [word] * round(share * count)
    first = next(iter(shares))
    words = (words + [first] * count)[:count]
    chance(seed, name).shuffle(words)
    return words


def _not_asked(seed: int, key: str, wave: int, null: bool) -> tuple[str, ...]:
    rng, share = chance(seed, "not asked", key), read("truth")["not_asked"]
    missed = {topic for topic in _TOPICS if rng.random() < share}
    if wave == 1 or null:
        # there was no earlier visit to compare with; in the study without change nothing is told of it
        missed.add("G17")
    return tuple(sorted(missed))


def fieldwork_records(
    found: Sequence[Sitting],
    world: World,
    ids: Ids,
    language: Language,
    waves: Mapping[int, str],
    roles: Mapping[str, str],
) -> tuple[list[Respondent], list[Interview]]:
    """Return the respondents and interviews as records; `waves` and `roles` give their ids."""
    roster = read("roster")
    respondents: dict[str, Respondent] = {}
    for one in sorted(found, key=lambda s: (s.date, s.key)):
        actor = world.actor_id(f"{one.town}.{one.known_as}") if one.known_as else None
        respondents.setdefault(
            one.respondent, Respondent(id=ids("respondent", one.person), key=one.respondent, actor_id=actor)
        )
    interviews = [
        Interview(
            id=ids("interview", one.key), key=one.key, town_id=ids("town", one.town), wave_id=waves[one.wave],
            respondent_id=ids("respondent", one.person), role_id=roles[one.role], date=one.date,
            post=roster["posts"][one.post][language], interviewer=roster["interviewers"][language][one.interviewer],
            language=language, consent=one.consent, archive=one.archive, standing=one.standing, not_asked=one.not_asked,
        )
        for one in found
    ]  # fmt: skip
    return list(respondents.values()), interviews
