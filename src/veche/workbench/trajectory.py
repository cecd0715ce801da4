"""All that one respondent said on one code, wave after wave, with the role and the post held then."""

from __future__ import annotations

from dataclasses import dataclass

from veche.study import Code, Evidence, Interview, NotFound, Respondent, Role, Town, Wave
from veche.study.errors import N_
from veche.workbench.alignment import Side, codings_by_interview, side_of


@dataclass(frozen=True, slots=True)
class Station:
    """One meeting with a respondent: where, when, in which role, and what was said there on the code."""

    interview: Interview
    town: Town
    wave: Wave
    role: Role
    side: Side
    #: is the role another one than at the meeting before?
    moved: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """A code (with those below it) that a respondent speaks of: depth in the tree, number of passages at each meeting."""

    code: Code
    depth: int
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Passages in all meetings together."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A respondent on a code: the meetings in order of date."""

    respondent: Respondent
    code: Code
    stations: tuple[Station, ...]


def meetings(evidence: Evidence, respondent: Respondent) -> tuple[Interview, ...]:
    """Return the interviews of a respondent in order of date."""
    found = (one for one in evidence.interviews if one.respondent_id == respondent.id)
    return tuple(sorted(found, key=lambda one: (one.date, one.key)))


def trajectory(evidence: Evidence, respondent: Respondent, code: Code) -> Trajectory:
    """Follow a respondent on one code and all codes below it; every meeting is there, also those that are silent on it."""
    held = meetings(evidence, respondent)
    codings = codings_by_interview(evidence, held)
    below = evidence.codebook.below(code)
    stations: list[Station] = []
    for one in held:
        stations.append(
            Station(
                one, evidence.town_by_id[one.town_id], evidence.wave_by_id[one.wave_id], evidence.role_by_id[one.role_id],
                side_of(evidence, one, below, codings[one.id]),
                bool(stations) and stations[-1].interview.role_id != one.role_id,
            )
        )  # fmt: skip
    return Trajectory(respondent, code, tuple(stations))


def reached(evidence: Evidence, respondent: Respondent) -> tuple[Reach, ...]:
    """Return the codes that a respondent speaks of, in order of the codebook; a heading counts what stands below it.

    A count is of passages: codings of the same code, or of codes below one heading, that overlap are one passage.
    """
    held = meetings(evidence, respondent)
    codings = codings_by_interview(evidence, held)
    found = []
    for depth, code in evidence.codebook.tree():
        below = evidence.codebook.below(code)
        counts = tuple(len(side_of(evidence, one, below, codings[one.id]).passages) for one in held)
        if any(counts):
            found.append(Reach(code, depth, counts))
    return tuple(found)


def first_code(evidence: Evidence, respondent: Respondent) -> Code:
    """Return the code that a respondent speaks of most; of equals, or if none is spoken of, the first of the codebook.

    Raises
    ------
    NotFound
        If the study has no codes at all.
    """
    found = [one for one in reached(evidence, respondent) if one.code.codable]
    if found:
        return max(found, key=lambda one: one.total).code
    first = next((one for _depth, one in evidence.codebook.tree()), None)
    if first is None:
        raise NotFound(N_("The codebook of the study is empty. Add codes first."))
    return first
