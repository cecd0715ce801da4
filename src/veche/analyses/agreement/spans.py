"""Agreement on free segments (their boundaries) and on characters (how far passages overlap)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.codes import CodeRow
from veche.analyses._shared.differences import Compared, Difference, compare
from veche.analyses._shared.double_coding import DoubleCoded
from veche.analyses._shared.places import row_label
from veche.analyses.agreement.given import coder_frame, confusion_frame
from veche.analyses.agreement.parts import Found, cells, code_frame, resampling, row_of_code
from veche.analyses.agreement.units import check_inside, text_of
from veche.measures.agreement import (
    Agreement,
    Overlap,
    Spans,
    Undefined,
    gamma,
    given_spans,
    over_documents,
    overlap,
    segment_agreement,
    unitizing_alpha,
)
from veche.study.codings import Coding
from veche.study.errors import InputProblem
from veche.study.evidence import Evidence
from veche.study.result import Grounds
from veche.words import N_, _, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.agreement import Params

Layers = list[list[tuple[int, int, int]]]

#: what a difference is, for people
KINDS = {
    "missing": N_("code on one side only"),
    "other code": N_("another code"),
    "boundaries": N_("other boundaries"),
    "modality": N_("asserted against denied"),
}
#: said where a design needs documents that everybody coded
NOBODY = N_("No document was coded by all of these coders. Let them code the same interviews.")
_CHARACTER = {
    "character_kappa": "kappa", "character_percent": "percent", "jaccard": "jaccard", "dice": "dice",
}  # fmt: skip


@dataclass(frozen=True)
class Marked:
    """Spans of the codes, by document and coder."""

    evidence: Evidence
    double: DoubleCoded
    rows: tuple[CodeRow, ...]
    alike: float

    @cached_property
    def codings(self) -> list[list[tuple[Coding, int, int]]]:
        """For each document its codings of these codes, with the places of coder and row."""
        row_of = row_of_code(self.rows)
        found: list[list[tuple[Coding, int, int]]] = [[] for _document in self.double.documents]
        for coding, coder, document in self.double.codings:
            if (row := row_of.get(coding.code_id)) is not None:
                found[document].append((coding, coder, row))
        return found

    @cached_property
    def lengths(self) -> list[int]:
        """Length of each text.

        Raises
        ------
        InputProblem
            If a text is not at hand, or a coding lies outside it.
        """
        found = []
        for (document, interview), codings in zip(self.double.documents, self.codings, strict=True):
            text = text_of(self.evidence, document, interview)
            check_inside(text, document, interview, [one for one, _coder, _row in codings])
            found.append(max(len(text.body), 1))
        return found

    def complete(self) -> list[int]:
        """Places of the documents on which all coders worked: free segments cannot be missing."""
        return [at for at, who in enumerate(self.double.worked) if len(who) == len(self.double.coders)]

    def layers(self, document: int, row: int | None = None) -> Layers:
        """Spans of each coder in a document, of one row or of all."""
        found: Layers = [[] for _coder in self.double.coders]
        for coding, coder, at in self.codings[document]:
            if row is None or at == row:
                found[coder].append((coding.start, coding.end, at))
        return found

    def spans(self, document: int, row: int | None = None) -> Spans:
        """The same as the measures take them."""
        return given_spans(self.layers(document, row), end=self.lengths[document], coders=self.double.names)

    def overlapping(self, row: int | None = None) -> InputProblem | None:
        """Say what stands against one layer of segments that exclude one another; None if nothing does."""
        for document in self.complete():
            for coder, spans in enumerate(self.layers(document, row)):
                for one, two in pairwise(sorted(spans)):
                    if two[0] < one[1]:
                        return InputProblem(
                            N_(
                                "In interview {interview} the segments {one} and {two} of coder {coder} overlap, and segments "
                                "of one layer must not. Join them, choose codes that exclude one another, or compare turns "
                                "(unit=turn) or characters (unit=character)."
                            ),
                            interview=self.double.documents[document][1].key,
                            one=f"{one[0]}–{one[1]} ({self.rows[one[2]].key})",
                            two=f"{two[0]}–{two[1]} ({self.rows[two[2]].key})",
                            coder=self.double.names[coder],
                        )
        return None

    @cached_property
    def compared(self) -> list[Compared]:
        """Each document compared passage by passage."""
        ids = [one.id for one in self.double.coders]
        return [
            compare([one for one, _coder, _row in codings], [ids[at] for at in sorted(who)], alike=self.alike)
            for codings, who in zip(self.codings, self.double.worked, strict=True)
        ]

    @cached_property
    def differences(self) -> dict[str, tuple[int, Difference]]:
        """Every difference with the place of its document, by the label of its row."""
        labels = {one.id: one.key for one in self.evidence.codes}
        found: dict[str, tuple[int, Difference]] = {}
        for at, compared in enumerate(self.compared):
            key = self.double.documents[at][1].key
            for one in compared.differences:
                codes = "/".join(labels.get(code, "–") for code in one.codes)
                label = row_label(codes, f"{key}:{one.start}–{one.end}")
                while label in found:
                    label += "'"
                found[label] = (at, one)
        return found

    def grounds(self, table: str, label: Hashable, column: str | None) -> Grounds:
        """Return the codings behind a row: agreed for it, differing against it; of a difference those on either side."""
        row_of = row_of_code(self.rows)
        if table == "codes":
            row = next(at for at, one in enumerate(self.rows) if one.key == label)
            same = [
                one.id
                for compared in self.compared
                for passage in compared.same
                if row_of[passage.code_id] == row
                for one in passage.codings
            ]
            apart = [
                coding.id
                for _at, one in self.differences.values()
                for coding in one.codings
                if row_of[coding.code_id] == row
            ]
            if column in ("disagreements", "share_of_all"):
                return Grounds(tuple(dict.fromkeys(apart)))
            return Grounds(tuple(dict.fromkeys(same)), tuple(dict.fromkeys(apart)))
        if table == "disagreements":
            _at, one = self.differences[str(label)]
            sides = [side for side in one.sides.values() if side]
            first = {coding.id for coding in sides[0]} if sides else set()
            return Grounds(tuple(first), tuple(c.id for side in sides[1:] for c in side))
        if table == "confusions":
            pair = next(p for p in self._confused if row_label(*(self.rows[one].key for one in p)) == label)
            codings = [c for one in self._confused[pair] for c in one.codings]
            return Grounds(*(tuple(c.id for c in codings if row_of[c.code_id] == code) for code in pair))
        return Grounds()

    @cached_property
    def _confused(self) -> dict[tuple[int, int], list[Difference]]:
        row_of = row_of_code(self.rows)
        found: dict[tuple[int, int], list[Difference]] = {}
        for _at, one in self.differences.values():
            rows = sorted({row_of[code] for code in one.codes})
            if one.kind == "other code" and len(rows) == 2:
                found.setdefault((rows[0], rows[1]), []).append(one)
        return found

    @cached_property
    def confusions(self) -> pd.DataFrame:
        """Pairs of codes that coders chose for the same words, the commonest first."""
        pairs = sorted(self._confused.items(), key=lambda one: (-len(one[1]), one[0]))
        return confusion_frame(self.rows, [(pair, len(found)) for pair, found in pairs])

    def disagreements(self) -> pd.DataFrame:
        """Every difference: what kind, where, who has what."""
        import pandas as pd

        names = {one.id: one.key for one in self.double.coders}
        labels = {code_id: one.label for one in self.rows for code_id in one.ids}
        made = []
        for at, one in self.differences.values():
            has = [
                f"{names[coder]}: {', '.join(dict.fromkeys(labels[c.code_id] for c in side))}"
                for coder, side in one.sides.items()
                if side
            ]
            lacks = [names[coder] for coder, side in one.sides.items() if not side]
            made.append(
                (
                    " / ".join(labels[code] for code in one.codes), self.double.documents[at][1].key, _(KINDS[one.kind]),
                    "; ".join(has), ", ".join(lacks), one.common,
                )
            )  # fmt: skip
        frame = pd.DataFrame(made, columns=["label", "where", "kind", "has", "has_not", "common"])
        frame.index = pd.Index(list(self.differences), name="row", dtype=object)
        return frame

    def count_by_row(self) -> tuple[list[int], int]:
        """Differences that concern each row, and all together."""
        row_of = row_of_code(self.rows)
        found = [0] * len(self.rows)
        for _at, one in self.differences.values():
            for row in {row_of[code] for code in one.codes}:
                found[row] += 1
        return found, len(self.differences)


def over_segments(evidence: Evidence, double: DoubleCoded, rows: Sequence[CodeRow], params: Params, main: str) -> Found:
    """Compute the tables of the design with free segments.

    Each code is a layer of its own: u-alpha compares its segments with their boundaries, gaps included. All codes together are one layer only where
    no coder has two segments that overlap.

    A code of which one coder has overlapping segments has no value; the reason names them.

    Raises
    ------
    InputProblem
        If units are to be drawn, or a share of segments is wanted of more than two coders.
    """
    if params.by != "interviews" and params.resamples:
        raise InputProblem(
            N_("Units are to be drawn (by=units), and free segments have none. Draw interviews (by=interviews).")
        )
    if main != "u_alpha" and len(double.coders) != 2:
        raise _two_only(main, double)
    marked = Marked(evidence, double, tuple(rows), params.alike)
    whole = marked.complete()
    how = resampling(params)
    counts, total = marked.count_by_row()
    columns = []
    for at in range(len(rows)):
        problem = marked.overlapping(at)
        spans = [marked.spans(document, at) for document in whole] if problem is None else []
        results = _of_segments(spans, double, params, problem)
        first = unitizing_alpha(spans, interval=how).u if main == "u_alpha" and spans else results[main]
        found = cells(first, {name: one for name, one in results.items() if name != main})
        reason = found.pop("reason")
        columns.append(
            {
                **found,
                "prevalence": sum(first.prevalence.values()) if spans else float("nan"),
                "units_compared": sum(one.size for one in spans),
                "disagreements": counts[at],
                "share_of_all": counts[at] / total if total else float("nan"),
                "reason": reason,
            }
        )
    notes = [
        _(
            "Segments of one code with their boundaries, gaps included (u-alpha); two segments make one passage from the "
            "share of common characters chosen. Prevalence is the share of the text marked."
        )
    ]
    if left := len(double.documents) - len(whole):
        notes.append(say(N_("Documents on which not all of the coders worked, left out here: {n}."), n=left))
    tables = {
        "codes": code_frame(rows, columns),
        "overall": _whole_layer(marked, whole, how),
        "coders": coder_frame(double),
        "disagreements": marked.disagreements(),
        "confusions": marked.confusions,
    }
    if params.gamma:
        tables["gamma"] = _gamma(marked, whole, params)
    return Found(tables, marked.grounds, tuple(notes))


def _two_only(main: str, double: DoubleCoded) -> InputProblem:
    return InputProblem(
        N_(
            "The coefficient {coefficient} compares two coders, and there are {count} ({coders}). Choose two of them, or "
            "another unit."
        ),
        coefficient=main,
        count=len(double.coders),
        coders=", ".join(double.names),
    )


def _of_segments(
    spans: Sequence[Spans], double: DoubleCoded, params: Params, problem: InputProblem | None
) -> dict[str, Agreement]:
    if not spans:
        why = Undefined("nothing comparable", NOBODY)
        if problem is not None:
            why = Undefined("nothing comparable", problem.template, problem.fields)
        names = ("u_alpha", "segment_percent", "segment_kappa") if len(double.coders) == 2 else ("u_alpha",)
        return {
            name: Agreement(
                coefficient=name, value=None, reason=why, design="free segments", units=0, coders=len(double.coders)
            )
            for name in names
        }
    results = {"u_alpha": unitizing_alpha(spans).u}
    if len(double.coders) == 2:
        matched = segment_agreement(
            spans, threshold=params.alike, codes=max(len(spans[0].values), 1), interval=resampling(params)
        )
        results |= {"segment_percent": matched.percent, "segment_kappa": matched.kappa}
    return results


def _whole_layer(marked: Marked, whole: Sequence[int], how: Any) -> pd.DataFrame:
    """Return the unitizing family of all codes as one layer, or why there is none."""
    import pandas as pd

    names = ["u_alpha", "u_alpha_binary", "cu_alpha"]
    problem = marked.overlapping()
    if problem is not None or not whole:
        reason = problem.message(_) if problem is not None else _(NOBODY)
        nan = float("nan")
        made: list[dict[str, Any]] = [
            {"agreement": nan, "low": nan, "high": nan, "coverage": nan, "reason": reason} for _name in names
        ]
        return pd.DataFrame(made, index=pd.Index(names, name="coefficient", dtype=object))
    family = unitizing_alpha([marked.spans(document) for document in whole], interval=how)
    results: dict[str, Agreement] = {"u_alpha": family.u, "u_alpha_binary": family.binary, "cu_alpha": family.cu}
    for number, one in family.ku.items():
        results[f"ku_alpha: {marked.rows[int(str(number))].key}"] = one
    made = []
    for one in results.values():
        found = cells(one, {})
        made.append(
            {
                "agreement": found["agreement"], "low": found["low"], "high": found["high"],
                "coverage": float("nan") if one.coverage is None else one.coverage, "reason": found["reason"],
            }
        )  # fmt: skip
    return pd.DataFrame(made, index=pd.Index(list(results), name="coefficient", dtype=object))


def _gamma(marked: Marked, whole: Sequence[int], params: Params) -> pd.DataFrame:
    """Return gamma and gamma-cat of each document."""
    import pandas as pd

    made = []
    keys = []
    for document in whole:
        found = gamma(marked.spans(document), seed=params.seed)
        reasons = [one.reason for one in (found.gamma, found.cat) if one.reason is not None]
        made.append(
            {
                "gamma": found.gamma.value, "gamma_cat": found.cat.value, "units_compared": found.gamma.units, "samples": found.samples,
                "reason": " ".join(dict.fromkeys(one.message(_) for one in reasons)),
            }
        )  # fmt: skip
        keys.append(marked.double.documents[document][1].key)
    frame = pd.DataFrame(made, columns=["gamma", "gamma_cat", "units_compared", "samples", "reason"])
    frame[["gamma", "gamma_cat"]] = frame[["gamma", "gamma_cat"]].astype(float)
    frame.index = pd.Index(keys, name="interview", dtype=object)
    return frame


def over_characters(
    evidence: Evidence, double: DoubleCoded, rows: Sequence[CodeRow], params: Params, main: str
) -> Found:
    """Compute the tables of the design with characters: means over documents, as NVivo gives them.

    Raises
    ------
    InputProblem
        If there are more than two coders.
    """
    if len(double.coders) != 2:
        raise _two_only(main, double)
    marked = Marked(evidence, double, tuple(rows), params.alike)
    how = resampling(params)
    overlaps: list[list[Overlap]] = [[] for _row in rows]
    for document in marked.complete():
        found = overlap(marked.spans(document), codes=list(range(len(rows))))
        for at in range(len(rows)):
            overlaps[at].append(found[at])
    counts, total = marked.count_by_row()
    columns = []
    for at, of_row in enumerate(overlaps):
        results = {
            name: over_documents(of_row, coefficient=field, interval=how if name == main else None)  # type: ignore[arg-type]
            for name, field in _CHARACTER.items()
        }
        made = cells(results[main], {name: one for name, one in results.items() if name != main})
        reason = made.pop("reason")
        length = sum(one.length for one in of_row)
        columns.append(
            {
                **made,
                "prevalence": sum(one.first + one.second for one in of_row) / (2 * length) if length else float("nan"),
                "units_compared": length,
                "disagreements": counts[at],
                "share_of_all": counts[at] / total if total else float("nan"),
                "reason": reason,
            }
        )
    notes = (
        _(
            "Characters marked with the code, means over documents. Neighbouring characters are not independent, so intervals "
            "draw documents; the share of characters is high for any rare code."
        ),
    )
    tables = {
        "codes": code_frame(rows, columns),
        "coders": coder_frame(double),
        "disagreements": marked.disagreements(),
        "confusions": marked.confusions,
    }
    return Found(tables, marked.grounds, notes)
