"""From evidence to matrices of codes that stand together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.codes import CodeRow, row, rows_named, rows_used
from veche.analyses._shared.options import checked
from veche.analyses._shared.places import quoted, row_label
from veche.analyses.cooccurrence.spans import Ints, Reach, Spans, make_spans, reach
from veche.analyses.cooccurrence.sweep import meetings, pair_counts, shared_units, units_of, within_counts
from veche.study.evidence import Evidence
from veche.study.result import Grounds, Result
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.cooccurrence import Params


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the matrices ``pairs``, ``units``, ``jaccard``, ``within`` and the list ``together``.

    Raises
    ------
    NotFound
        If a code is not in the codebook.
    InputProblem
        If an option does not fit, two chosen codes overlap, or words and turns are to be counted without texts.
    """
    chosen = checked(params)
    rows = _rows(evidence, chosen)
    spans = make_spans(evidence, rows, chosen.modality)
    counted = Counted(evidence, chosen, spans)
    main = {
        "pairs": _matrix(counted.pairs, rows),
        "units": _matrix(counted.units, rows),
        "jaccard": _matrix(counted.jaccard, rows),
        "within": _matrix(counted.within, rows),
    }
    listed = _together(counted, rows)
    return Result(
        tables={**main, "together": listed},
        sentence=sentence(listed, chosen.unit),
        evidence=evidence,
        support=_support(counted, rows),
        highlights=tuple(listed.iloc[0][["code_a", "code_b"]]) if len(listed) else (),
        notes=_notes(counted),
    )


def _rows(evidence: Evidence, params: Params) -> tuple[CodeRow, ...]:
    if params.codes:
        return rows_named(evidence, params.codes, below=params.below)
    if not params.below:
        return rows_used(evidence, below=False)
    used = {coding.code_id for coding, _interview in evidence.counted()}
    tops = (row(evidence.codebook, code) for code in evidence.codebook.children(None))
    return tuple(one for one in tops if one.ids & used)


@dataclass(frozen=True)
class Counted:
    """All counts of one selection of codings."""

    evidence: Evidence
    params: Params
    spans: Spans

    @cached_property
    def reach(self) -> Reach:
        """Where the spans stand, by the unit; for turns and words every text is read once."""
        return reach(self.evidence, self.spans, self.params.unit, self.params.distance, self.params.measure)

    @cached_property
    def _swept(self) -> tuple[Ints, Ints]:
        return pair_counts(self.spans, self.reach)

    @cached_property
    def totals(self) -> Ints:
        """Count the codings of each code."""
        return np.bincount(self.spans.row, minlength=self.spans.rows)

    @cached_property
    def pairs(self) -> Ints:
        """Pairs of codings that stand together; on the diagonal within a code."""
        if self.params.unit == "interview":
            return _pairs_in_interviews(self.spans)
        return self._swept[0]

    @cached_property
    def units(self) -> Ints:
        """Units with both codes; on the diagonal units with the code."""
        unit = self.params.unit
        if unit in ("turn", "interview"):
            places, held = units_of(self.reach)
            return shared_units(held, self.spans.row[places], self.spans.rows)
        met = self._swept[1]
        both = met + met.T
        np.fill_diagonal(both, self.totals)
        return both

    @cached_property
    def jaccard(self) -> NDArray[np.float64]:
        """Units with both / units with either; missing on the diagonal and where neither code stands anywhere."""
        alone = self.units.diagonal()
        either = alone[:, None] + alone[None, :]
        if self.params.unit in ("turn", "interview"):
            either = either - self.units
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.where(either > 0, self.units / either, np.nan)
        np.fill_diagonal(found, np.nan)
        return np.asarray(found, dtype=float)

    @cached_property
    def within(self) -> Ints:
        """Pairs of codings where that of the row lies inside that of the column."""
        return within_counts(self.spans, reach(self.evidence, self.spans, "overlap", 0, "characters"))

    def participants(self, first: int, second: int) -> list[int]:
        """Places of the codings of two codes that stand together."""
        places = np.flatnonzero(np.isin(self.spans.row, (first, second)))
        some = self.spans.of(places)
        where = reach(self.evidence, some, self.params.unit, self.params.distance, self.params.measure)
        found = np.zeros(places.size, dtype=bool)
        for one, other in meetings(where):
            wanted = (some.row[one] != some.row[other]) | (first == second)
            found[one[wanted]] = True
            found[other[wanted]] = True
        return [int(place) for place in places[found]]

    def enclosed(self, inner: int, outer: int) -> list[int]:
        """Places of the codings of `inner` inside codings of `outer`, and of those around them."""
        places = np.flatnonzero(np.isin(self.spans.row, (inner, outer)))
        some = self.spans.of(places)
        found = np.zeros(places.size, dtype=bool)
        for one, other in meetings(reach(self.evidence, some, "overlap", 0, "characters")):
            for a, b in ((one, other), (other, one)):
                inside = (some.start[a] >= some.start[b]) & (some.end[a] <= some.end[b])
                inside &= (some.row[a] == inner) & (some.row[b] == outer)
                found[a[inside]] = True
                found[b[inside]] = True
        return [int(place) for place in places[found]]


def _pairs_in_interviews(spans: Spans) -> Ints:
    """Count pairs within interviews from counts per interview; sweeping would list every one of them."""
    from scipy.sparse import csr_array

    size = int(spans.interview.max(initial=-1)) + 1
    ones = np.ones(spans.row.size, dtype=np.int64)
    table = csr_array((ones, (spans.interview, spans.row)), shape=(size, spans.rows))
    table.sum_duplicates()
    pairs = np.asarray((table.T @ table).toarray(), dtype=np.int64)
    # n codings of a code give n^2 products but n(n-1)/2 pairs
    same = np.bincount(spans.row, minlength=spans.rows)
    np.fill_diagonal(pairs, (pairs.diagonal() - same) // 2)
    return pairs


def _matrix(values: NDArray[np.int64] | NDArray[np.float64], rows: Sequence[CodeRow]) -> pd.DataFrame:
    import pandas as pd

    keys = [one.key for one in rows]
    return pd.DataFrame(values, index=pd.Index(keys, name="code", dtype=object), columns=keys)


def _together(counted: Counted, rows: Sequence[CodeRow]) -> pd.DataFrame:
    """List the pairs of codes that stand together at least once, the most frequent first."""
    import pandas as pd

    first, second = np.nonzero(np.triu(counted.pairs, 1))
    order = np.lexsort((second, first, -counted.jaccard[first, second], -counted.pairs[first, second]))
    first, second = first[order], second[order]
    alone = counted.units.diagonal()
    ends = [(rows[i], rows[j]) for i, j in zip(first.tolist(), second.tolist(), strict=True)]
    columns = {
        "code_a": [a.key for a, _b in ends],
        "code_b": [b.key for _a, b in ends],
        "label_a": [a.label for a, _b in ends],
        "label_b": [b.label for _a, b in ends],
        "pairs": counted.pairs[first, second],
        "units": counted.units[first, second],
        "units_a": alone[first],
        "units_b": alone[second],
        "jaccard": counted.jaccard[first, second],
        "a_within_b": counted.within[first, second],
        "b_within_a": counted.within[second, first],
    }
    index = [row_label(a.key, b.key) for a, b in ends]
    return pd.DataFrame(columns, index=pd.Index(index, name="row", dtype=object))


def _support(counted: Counted, rows: Sequence[CodeRow]) -> Callable[[str, Hashable, str | None], Grounds]:
    place = {one.key: k for k, one in enumerate(rows)}

    def grounds(table: str, label: Hashable, column: str | None) -> Grounds:
        if table == "together":
            first, second = _ends(str(label), place)
            if column == "a_within_b":
                return _grounds(counted, counted.enclosed(first, second))
            if column == "b_within_a":
                return _grounds(counted, counted.enclosed(second, first))
            if column in ("units_a", "units_b"):
                return _grounds(counted, _alone(counted, first if column == "units_a" else second))
            return _grounds(counted, counted.participants(first, second))
        one = place[str(label)]
        others = range(len(rows)) if column is None else [place[column]]
        found: set[int] = set()
        for other in others:
            found.update(_cell(counted, table, one, other))
        return _grounds(counted, sorted(found))

    return grounds


def _ends(label: str, place: dict[str, int]) -> tuple[int, int]:
    """Split the label of a pair of codes, whose keys may hold the sign between them."""
    return next((place[a], place[b]) for a in place for b in place if row_label(a, b) == label)


def _cell(counted: Counted, table: str, one: int, other: int) -> list[int]:
    if table == "within":
        return counted.enclosed(one, other)
    if one == other and table != "pairs":
        return _alone(counted, one) if table == "units" else []
    return counted.participants(one, other)


def _alone(counted: Counted, code: int) -> list[int]:
    """Places of the codings behind the number of units of one code: for turns only those that touch one."""
    places = np.flatnonzero(counted.spans.row == code)
    if counted.params.unit == "turn":
        places = places[~counted.reach.skip[places]]
    return [int(place) for place in places]


def _grounds(counted: Counted, places: Sequence[int]) -> Grounds:
    """Split codings into assertions (or what was asked for) and, where all modalities are taken, denials."""
    codings = [counted.spans.codings[place] for place in places]
    against = counted.params.modality == "any"
    return Grounds(
        tuple(coding.id for coding in codings if not (against and coding.modality == "denied")),
        tuple(coding.id for coding in codings if against and coding.modality == "denied"),
    )


def sentence(listed: pd.DataFrame, unit: str) -> str:
    """Say which two codes stand together most often."""
    if not len(listed):
        return _("No two codes stand together here.")
    top = listed.iloc[0]
    message = {
        "overlap": N_("Most often {a} and {b} overlap: {pairs} pairs of passages, Jaccard {jaccard}."),
        "near": N_("Most often {a} and {b} stand near each other: {pairs} pairs of passages, Jaccard {jaccard}."),
        "turn": N_("Most often {a} and {b} stand in one turn: in {units} turns, Jaccard {jaccard}."),
        "interview": N_("Most often {a} and {b} stand in one interview: in {units} interviews, Jaccard {jaccard}."),
    }[unit]
    return say(
        message,
        a=quoted(top["label_a"]), b=quoted(top["label_b"]), pairs=top["pairs"], units=top["units"],
        jaccard=number(top["jaccard"]),
    )  # fmt: skip


def _notes(counted: Counted) -> tuple[str, ...]:
    notes = [say(N_("Codings counted: {n}; codes: {codes}."), n=counted.spans.row.size, codes=counted.spans.rows)]
    coders = {coding.coder_id for coding in counted.spans.codings}
    if len(coders) > 1:
        notes.append(
            _("Several coders coded: the same passage coded twice counts twice. Choose one coder to count it once.")
        )
    return tuple(notes)
