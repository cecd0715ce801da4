"""One centre or several, and whether the head is first: what people say of it, beside whom most name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from veche.analyses._shared.codes import CodeRow
from veche.analyses._shared.influence import Arena
from veche.analyses._shared.mentions import Mentions, mentions
from veche.analyses._shared.places import known_interviews
from veche.study.evidence import Evidence
from veche.study.result import Grounds
from veche.words import N_

ONE, SEVERAL, DIVIDED, UNKNOWN = N_("one centre"), N_("several centres"), N_("divided"), N_("not known")
FIRST, SHARED, OTHER = N_("the head"), N_("the head and others"), N_("somebody else")
#: what is judged -> code
CODES: Mapping[str, str] = {"mono": "LEAD.MONO", "poly": "LEAD.POLY", "not_first": "LEAD.HEADNOT1"}


@dataclass(frozen=True)
class Judges:
    """Respondents who say one centre, several, or that the head is not first, with their codings."""

    held: Mentions
    places: Mapping[str, int]

    def people(self, arena: Arena, name: str, *, denied: bool = False) -> frozenset[str]:
        """Respondents of a town and wave who say so, or deny it."""
        place = self.places.get(name)
        if place is None:
            return frozenset()
        said = self.held.denies[:, place] if denied else self.held.said[:, place]
        return frozenset(
            self.held.interviews[i].respondent_id for i in np.flatnonzero(said & self.here(arena)).tolist()
        )

    def asked(self, arena: Arena, name: str) -> frozenset[str]:
        """Respondents who were asked."""
        place = self.places.get(name)
        if place is None:
            return frozenset()
        told = self.held.asked[:, place] & self.here(arena)
        return frozenset(self.held.interviews[i].respondent_id for i in np.flatnonzero(told).tolist())

    def here(self, arena: Arena) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Which interviews are of a town and wave."""
        return np.array(
            [one.town_id == arena.town.id and one.wave_id == arena.wave.id for one in self.held.interviews], dtype=bool
        )

    def grounds(self, arena: Arena, name: str) -> Grounds:
        """Assertions for, denials against; of one centre the assertions of several stand against it, and the reverse."""
        first = self._of(arena, name)
        other = self._of(arena, {"mono": "poly", "poly": "mono"}.get(name, ""))
        supporting = (*first.supporting, *other.opposing)
        return Grounds(supporting, tuple(i for i in (*first.opposing, *other.supporting) if i not in set(supporting)))

    def _of(self, arena: Arena, name: str) -> Grounds:
        place = self.places.get(name)
        return self.held.grounds(self.here(arena), [place]) if place is not None else Grounds()


def judges(evidence: Evidence, codes: Mapping[str, str] = CODES) -> Judges:
    """Collect the codings of the judgements: ``mono``, ``poly``, ``not_first``."""
    rows: list[CodeRow] = []
    places: dict[str, int] = {}
    for name, key in codes.items():
        if (top := evidence.codebook.by_key.get(key)) is not None:
            places[name] = len(rows)
            rows.append(CodeRow(top, frozenset(code.id for code in evidence.codebook.below(top))))
    return Judges(mentions(evidence, known_interviews(evidence), rows), places)


def votes(arena: Arena, judged: Judges) -> tuple[frozenset[str], frozenset[str]]:
    """Who says one centre, who says several; to deny the one is to say the other. Who says both counts on both sides."""
    one = judged.people(arena, "mono") | judged.people(arena, "poly", denied=True)
    several = judged.people(arena, "poly") | judged.people(arena, "mono", denied=True)
    return one, several


def pattern(arena: Arena, judged: Judges, minimum: int) -> str:
    """One centre if at least two thirds of the voices say so, several if at most a third, else divided."""
    one, several = votes(arena, judged)
    voices = len(one) + len(several)
    if voices < minimum:
        return UNKNOWN
    share = len(one) / voices
    return ONE if share >= 2 / 3 - 1e-12 else SEVERAL if share <= 1 / 3 + 1e-12 else DIVIDED


def head_first(arena: Arena) -> str:
    """Is the formal head the one whom most name?"""
    leaders = {arena.acts.actors[a].id for a in arena.first("reputation")}
    if not leaders or not arena.head:
        return UNKNOWN
    return OTHER if not leaders & arena.head else FIRST if leaders <= arena.head else SHARED
