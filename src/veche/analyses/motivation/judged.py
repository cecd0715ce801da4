"""What is judged: strength of motivation, efficiency, demand, as scores of interviews about heads in office."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from veche.analyses._shared.codes import CodeRow, row
from veche.analyses._shared.heads import UNKNOWN, Heads, holders_of
from veche.analyses._shared.levels import Scale, any_of, three_steps
from veche.analyses._shared.sample import Bools, Ints, Sample
from veche.analyses._shared.scores import Scores, level_scores, mention_scores
from veche.study.errors import InputProblem
from veche.study.evidence import Evidence
from veche.words import N_

MEASURES = {
    "motivation": N_("motivation"),
    "efficiency": N_("efficiency"),
    "demand": N_("demand for power"),
}
#: what a motive is directed to
ORIENTATIONS = {
    "town": (N_("the town"), ("SERVICE", "ACHIEVE")),
    "self": (N_("oneself"), ("POWER", "CAREER", "GAIN")),
    "patron": (N_("a patron or circle"), ("CORP", "LOYAL")),
    "none": (N_("nothing: avoiding, put off"), ("AVOID", "DEMOT")),
}
#: expectations that an authority acts, in whosever name
EXPECTED = ("ELITE", "POP", "LEADER", "EXECUTOR")


@dataclass(frozen=True)
class Judged:
    """The interviews with their heads and speakers, and what they judge."""

    sample: Sample
    heads: Heads
    holder: str
    roots: dict[str, str]

    @property
    def evidence(self) -> Evidence:
        """The evidence."""
        return self.sample.evidence

    @cached_property
    def head_keys(self) -> tuple[str, ...]:
        """Id of the head on the day of each interview, or `UNKNOWN`."""
        found = (self.heads.of(one) for one in self.sample.interviews)
        return tuple(one.id if one else UNKNOWN for one in found)

    @cached_property
    def head_list(self) -> tuple[str, ...]:
        """Heads that occur, in the order of the interviews."""
        return tuple(dict.fromkeys(self.head_keys))

    @cached_property
    def head_of(self) -> Ints:
        """Number of the head of each interview."""
        place = {key: at for at, key in enumerate(self.head_list)}
        return np.array([place[key] for key in self.head_keys], dtype=np.int64)

    def head_name(self, at: int) -> str:
        """Name of a head by number."""
        actor = self.heads.actor(self.head_list[at])
        return actor.name if actor else "?"

    def names(self, here: Bools) -> str:
        """Names of the heads that some interviews judge, in order."""
        found = dict.fromkeys(self.head_of[here].tolist())
        return ", ".join(self.head_name(at) for at in found if self.head_list[at] != UNKNOWN)

    @cached_property
    def speakers(self) -> tuple[str, ...]:
        """Who speaks in each interview: self, team, outsider, unknown."""
        return tuple(self.heads.speaker(one) for one in self.sample.interviews)

    @cached_property
    def taken(self) -> frozenset[str]:
        """Ids of the codings about the wanted holder."""
        below = {
            code.id
            for root in self.roots.values()
            if root in self.evidence.codebook.by_key
            for code in self.evidence.codebook.below(self.evidence.codebook.by_key[root])
        }
        codings = [coding for coding, _ in self.evidence.counted() if coding.code_id in below]
        about = holders_of(self.evidence, codings)
        return frozenset(one for one, holder in about.items() if holder == self.holder)

    def scale(self, measure: str) -> Scale | None:
        """Ordered scale of a measure; None if the codebook has none."""
        return three_steps(self.evidence, self.roots[measure])

    @cached_property
    def levels(self) -> dict[str, Scores]:
        """Scores of motivation and efficiency, as far as the codebook has their steps."""
        scales = {name: self.scale(name) for name in ("motivation", "efficiency")}
        return {name: level_scores(self.sample, scale.heights, self.taken) for name, scale in scales.items() if scale}

    @cached_property
    def demand_rows(self) -> tuple[CodeRow, ...]:
        """Rows of demand: any expectation (the root), then each code below the root."""
        by_key, root = self.evidence.codebook.by_key, self.roots["demand"]
        top = by_key.get(root)
        keys = tuple(f"{root}.{one}" for one in EXPECTED)
        if top is None or not any(key in by_key for key in keys):
            return ()
        below = [code for code in self.evidence.codebook.below(top) if code.id != top.id and code.codable]
        return (any_of(top, by_key, keys), *(row(self.evidence.codebook, code) for code in below))

    @cached_property
    def demands(self) -> dict[str, Scores]:
        """Scores of each row of demand: 1 where the interview says so, 0 where it could."""
        return {one.key: mention_scores(self.sample, one) for one in self.demand_rows}

    @cached_property
    def compared(self) -> dict[str, Scores]:
        """Scores whose change is judged: motivation, efficiency, any demand."""
        found = dict(self.levels)
        if self.demand_rows:
            found["demand"] = self.demands[self.demand_rows[0].key]
        return found


def make_judged(sample: Sample, *, holder: str, office: str, roots: dict[str, str]) -> Judged:
    """Arrange what the interviews of a sample judge.

    Raises
    ------
    InputProblem
        If the codebook has neither levels of motivation, nor of efficiency, nor codes of demand.
    """
    found = Judged(sample, Heads(sample.evidence, office), holder, roots)
    if not found.levels and not found.demand_rows:
        raise InputProblem(
            N_(
                "The codebook has no levels below {motives} or {efficiency} (codes that end in HIGH, MID, LOW) and no codes of demand "
                "below {demand}. Name other codes, or add these."
            ),
            motives=roots["motivation"], efficiency=roots["efficiency"], demand=roots["demand"],
        )  # fmt: skip
    return found
