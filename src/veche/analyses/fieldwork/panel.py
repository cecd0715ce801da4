"""How an interview stands to those of earlier waves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from veche.study.evidence import Evidence
from veche.study.interviews import Interview, Role
from veche.study.places import Wave

#: from most to least continuity
KINDS = ("same_person_same_post", "same_person_other_post", "same_post_other_person", "new", "first")


@dataclass(frozen=True, slots=True)
class Classified:
    """An interview with its place among the waves and what it is to earlier ones."""

    interview: Interview
    wave: int
    kind: str


def post(roles: Mapping[str, Role], interview: Interview) -> tuple[str, str]:
    """Name the post of an interview: its town, and the post noted, else the role; case and spaces do not matter."""
    role = roles.get(interview.role_id)
    words = interview.post.split()
    return interview.town_id, " ".join(words).casefold() if words else (role.key if role else interview.role_id)


def classify(evidence: Evidence, interviews: Sequence[Interview], waves: Sequence[Wave]) -> tuple[Classified, ...]:
    """Classify interviews against earlier waves.

    - *same person, same post*: the respondent spoke before, last in the same post of the same town;
    - *same person, other post*: the respondent spoke before, last in another post or town;
    - *same post, other person*: the respondent did not speak before, but somebody else did in this post of this town;
    - *first*: nobody spoke before in this town;
    - *new*: none of these.

    Returns
    -------
    tuple of Classified
        In the order given. Interviews of one wave are not compared with each other; if somebody spoke several times in
        the last earlier wave, any of those posts counts as the same.
    """
    order = {wave.id: place for place, wave in enumerate(waves)}
    by_person: dict[str, list[tuple[int, tuple[str, str]]]] = {}
    by_post: dict[tuple[str, str], list[tuple[int, str]]] = {}
    town_since: dict[str, int] = {}
    for one in interviews:
        wave, held = order[one.wave_id], post(evidence.role_by_id, one)
        by_person.setdefault(one.respondent_id, []).append((wave, held))
        by_post.setdefault(held, []).append((wave, one.respondent_id))
        town_since[one.town_id] = min(wave, town_since.get(one.town_id, wave))
    found = []
    for one in interviews:
        wave, held = order[one.wave_id], post(evidence.role_by_id, one)
        spoke = [(when, what) for when, what in by_person[one.respondent_id] if when < wave]
        if spoke:
            last = max(when for when, _held in spoke)
            same = held in {what for when, what in spoke if when == last}
            kind = "same_person_same_post" if same else "same_person_other_post"
        elif any(when < wave for when, _who in by_post[held]):
            kind = "same_post_other_person"
        else:
            kind = "first" if town_since[one.town_id] == wave else "new"
        found.append(Classified(one, wave, kind))
    return tuple(found)
