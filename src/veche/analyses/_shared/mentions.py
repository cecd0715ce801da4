"""Who mentions what: interviews x codes, with denominators, and the way back to the codings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.codes import CodeRow, could_mention, exposed
from veche.study.codings import Coding
from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.study.result import Grounds

Bools = NDArray[np.bool_]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Mentions:
    """Interviews along the first axis, rows of codes along the second.

    `asked`: the interview stands in the denominator of the row; `asserted` and `denied` count its codings, wherever
    the interview stands.
    """

    evidence: Evidence
    interviews: tuple[Interview, ...]
    rows: tuple[CodeRow, ...]
    asked: Bools
    exposed: Bools
    asserted: Counts
    denied: Counts
    #: codings that are counted; by default every one of `Evidence.counted`
    taken: Callable[[Coding], bool] = lambda coding: True

    def only(self, interviews: Bools) -> Mentions:
        """Return the same for some of the interviews."""
        return replace(
            self,
            interviews=tuple(one for one, taken in zip(self.interviews, interviews, strict=True) if taken),
            asked=self.asked[interviews],
            exposed=self.exposed[interviews],
            asserted=self.asserted[interviews],
            denied=self.denied[interviews],
        )

    @cached_property
    def said(self) -> Bools:
        """Does an interview of the denominator assert the row?"""
        return self.asked & (self.asserted > 0)

    @cached_property
    def volunteered(self) -> Bools:
        """Does an interview outside the denominator assert the row all the same?"""
        return ~self.asked & (self.asserted > 0)

    @cached_property
    def denies(self) -> Bools:
        """Does an interview of the denominator deny the row?"""
        return self.asked & (self.denied > 0)

    @cached_property
    def _ids(self) -> dict[tuple[int, int], tuple[list[str], list[str]]]:
        found: dict[tuple[int, int], tuple[list[str], list[str]]] = {}
        for i, columns, coding in _placed(self.evidence, self.interviews, self.rows, self.taken):
            side = 0 if coding.modality == "asserted" else 1
            for k in columns:
                found.setdefault((i, k), ([], []))[side].append(coding.id)
        return found

    def grounds(
        self, interviews: Bools, rows: Iterable[int], *, asked: bool | None = True, denied: bool = False
    ) -> Grounds:
        """Return the codings of some rows in some interviews: assertions for, denials against.

        Parameters
        ----------
        interviews
            One truth value per interview.
        rows
            Places of the rows.
        asked
            Only interviews inside (true) or outside (false) the denominator; None: both.
        denied
            The number is one of denials: they are the grounds, assertions stand against it.
        """
        wanted = sorted(set(rows))
        sides: tuple[dict[str, None], dict[str, None]] = ({}, {})
        for i in np.flatnonzero(interviews).tolist():
            for k in wanted:
                if asked is not None and bool(self.asked[i, k]) != asked:
                    continue
                for side, ids in zip(sides, self._ids.get((i, k), ((), ())), strict=True):
                    side.update(dict.fromkeys(ids))
        first, second = (tuple(side) for side in sides)
        return Grounds(second, first) if denied else Grounds(first, second)


def mentions(
    evidence: Evidence,
    interviews: Sequence[Interview],
    rows: Sequence[CodeRow],
    taken: Callable[[Coding], bool] = lambda coding: True,
) -> Mentions:
    """Count the codings of each row in each interview, and which interviews stand in which denominators.

    Codings that count are those of `Evidence.counted`; hypothetical ones are neither assertions nor denials.
    """
    shape = (len(interviews), len(rows))
    counts = np.zeros((2, *shape), dtype=np.int64)
    for i, columns, coding in _placed(evidence, interviews, rows, taken):
        for k in columns:
            counts[0 if coding.modality == "asserted" else 1, i, k] += 1
    possible, asked = _denominators(evidence, interviews, rows)
    return Mentions(evidence, tuple(interviews), tuple(rows), asked, possible, counts[0], counts[1], taken)


def _placed(
    evidence: Evidence, interviews: Sequence[Interview], rows: Sequence[CodeRow], taken: Callable[[Coding], bool]
) -> Iterable[tuple[int, list[int], Coding]]:
    place = {one.id: i for i, one in enumerate(interviews)}
    columns: dict[str, list[int]] = {}
    for k, one in enumerate(rows):
        for code_id in one.ids:
            columns.setdefault(code_id, []).append(k)
    for coding, interview in evidence.counted_of(columns):
        if coding.modality == "hypothetical" or not taken(coding):
            continue
        i = place.get(interview.id)
        if i is not None:
            yield i, columns[coding.code_id], coding


def _denominators(evidence: Evidence, interviews: Sequence[Interview], rows: Sequence[CodeRow]) -> tuple[Bools, Bools]:
    """Exposure and denominator of each interview and row, worked out once per day and set of topics not asked."""
    possible = np.zeros((len(interviews), len(rows)), dtype=bool)
    asked = possible.copy()
    seen: dict[tuple[object, frozenset[str]], int] = {}
    for i, interview in enumerate(interviews):
        kind = (interview.date, frozenset(interview.not_asked))
        if kind in seen:
            possible[i], asked[i] = possible[seen[kind]], asked[seen[kind]]
            continue
        seen[kind] = i
        possible[i] = [exposed(evidence, interview, one) for one in rows]
        asked[i] = [could_mention(evidence, interview, one) for one in rows]
    return possible, asked
