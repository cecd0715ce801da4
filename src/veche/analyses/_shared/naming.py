"""Who is named as influential: codes of actors in answers that speak of influence, and whom they mean in the town."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from veche.analyses._shared.parties import Parties, day_number
from veche.measures.power import Reputation, reputation
from veche.study.evidence import Evidence
from veche.study.interviews import Interview


@dataclass(frozen=True)
class Names:
    """How codes of actors lead to actors: an office stands for whoever holds it on the day of the interview."""

    evidence: Evidence
    words: Mapping[str, str]

    @cached_property
    def parties(self) -> Parties:
        """Actors and offices."""
        return Parties(self.evidence)

    @cached_property
    def _offices(self) -> dict[tuple[str | None, str], str]:
        return {(one.town_id, one.key.rpartition(".")[2]): one.id for one in self.evidence.offices}

    @cached_property
    def _actors(self) -> dict[str, str]:
        return {one.key: one.id for one in self.evidence.actors}

    @cached_property
    def _codes(self) -> dict[str, str]:
        """Id of a code -> the word; codes below one take its word unless they have one of their own."""
        book, found = self.evidence.codebook, dict[str, str]()
        for key, word in sorted(self.words.items(), key=lambda one: one[0].count(".")):
            if (top := book.by_key.get(key)) is not None:
                found.update(dict.fromkeys((code.id for code in book.below(top)), word))
        return found

    def office(self, town_id: str, word: str) -> str | None:
        """Id of the office of a town whose key ends with the word."""
        return self._offices.get((town_id, word))

    def actors(self, code_id: str, interview: Interview) -> frozenset[str]:
        """Ids of the actors a code means in an interview; empty if nobody is known to be meant."""
        word = self._codes.get(code_id)
        if word is None:
            return frozenset()
        if (office := self.office(interview.town_id, word)) is not None:
            return self.parties.holders(office, day_number(interview.date))
        town = self.evidence.town_by_id.get(interview.town_id)
        region = next((one.key for one in self.evidence.regions if town and one.id == town.region_id), "")
        for key in ((f"{town.key}.{word}" if town else ""), f"{region}.{word}", word):
            if (actor := self.parties.actor(self._actors.get(key, ""))) is not None:
                return frozenset({actor.id})
        return frozenset()


def read_names(pairs: Sequence[str]) -> dict[str, str]:
    """Read ``CODE=word`` pairs; what has no sign of equality is passed over.

    Examples
    --------
    >>> read_names(["ACT.HEAD=head", "x"])
    {'ACT.HEAD': 'head'}
    """
    found = (pair.partition("=") for pair in pairs)
    return {code.strip(): word.strip() for code, sign, word in found if sign and code.strip() and word.strip()}


@dataclass(frozen=True)
class Naming:
    """Who is named as influential: an actor's code in an answer that also speaks of influence.

    `names` maps (respondent, actor) to the codings of the actor; `asked` are the respondents to whom the topic was put.
    """

    asked: frozenset[str]
    names: Mapping[tuple[str, str], tuple[str, ...]]

    def reputation(self, actors: Sequence[str], own: Mapping[str, frozenset[str]]) -> Reputation:
        """Give the reputation of actors; nobody counts as naming himself, `own` says who is whom."""
        number = {one: i for i, one in enumerate(actors)}
        people = sorted(self.asked)
        who = {one: i for i, one in enumerate(people)}
        named = [(who[p], number[a]) for p, a in self.names if p in who and a in number]
        himself = {who[p]: number[a] for p in people for a in own.get(p, ()) if a in number}
        return reputation(named, range(len(people)), len(actors), himself)


def naming(evidence: Evidence, names: Names, talks: Sequence[Interview], topics: Collection[str]) -> Naming:
    """Collect who is named in some interviews.

    Parameters
    ----------
    evidence, names
        Evidence, and how codes lead to actors.
    talks
        Interviews of one town and wave.
    topics
        Keys of the codes that speak of influence, with all below them.
    """
    book = evidence.codebook
    tops = [book.by_key[key] for key in topics if key in book.by_key]
    wanted = {code.id for top in tops for code in book.below(top)}
    here = {talk.id for talk in talks}
    asked = {talk.respondent_id for talk in talks if any(evidence.asked(talk, top) for top in tops)}
    answers: dict[tuple[str, int], list[tuple[str, Interview, str]]] = {}
    speaking: set[tuple[str, int]] = set()
    starts: dict[str, list[int]] = {}
    for coding, talk in evidence.counted():
        if talk.id not in here or coding.modality != "asserted":
            continue
        if coding.text_id not in starts:
            text = evidence.texts.get(coding.text_id)
            starts[coding.text_id] = [turn.start for turn in text.turns] if text else []
        held = starts[coding.text_id]
        place = (coding.text_id, bisect_right(held, coding.start) if held else -1 - coding.start)
        if coding.code_id in wanted:
            speaking.add(place)
        elif meant := names.actors(coding.code_id, talk):
            answers.setdefault(place, []).extend((one, talk, coding.id) for one in sorted(meant))
    found: dict[tuple[str, str], list[str]] = {}
    for place in sorted(speaking & answers.keys()):
        for actor, talk, coding_id in answers[place]:
            # somebody volunteers an answer though the topic did not come up: he has answered it
            asked.add(talk.respondent_id)
            found.setdefault((talk.respondent_id, actor), []).append(coding_id)
    return Naming(frozenset(asked), {key: tuple(dict.fromkeys(ids)) for key, ids in sorted(found.items())})
