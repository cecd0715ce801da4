"""Agreement on given units: is the code on the turn, sentence or document or not, by each coder."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.codes import CodeRow
from veche.analyses._shared.double_coding import DoubleCoded
from veche.analyses._shared.places import row_label
from veche.analyses.agreement.parts import Found, cells, code_frame, resampling, row_of_code
from veche.analyses.agreement.units import Laid, lay
from veche.measures.agreement import (
    Agreement,
    Units,
    bennett_s,
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    given_sets,
    gwet_ac1,
    holsti,
    krippendorff_alpha,
    light_kappa,
    percent,
    presence,
    randolph_kappa,
    scott_pi,
)
from veche.study.errors import InputProblem
from veche.study.evidence import Evidence
from veche.study.result import Grounds
from veche.words import N_, _, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.agreement import Params

Ints = NDArray[np.int64]

FUNCTIONS = {
    "alpha": krippendorff_alpha, "cohen_kappa": cohen_kappa, "scott_pi": scott_pi, "fleiss_kappa": fleiss_kappa,
    "conger_kappa": conger_kappa, "light_kappa": light_kappa, "gwet_ac1": gwet_ac1, "brennan_prediger": brennan_prediger,
    "bennett_s": bennett_s, "randolph_kappa": randolph_kappa, "percent": percent, "holsti": holsti,
}  # fmt: skip
#: beside the first: a choice for two coders, and for more
_BESIDE = {2: ("percent", "alpha", "cohen_kappa", "gwet_ac1"), 3: ("percent", "alpha", "conger_kappa", "gwet_ac1")}
#: made for two coders, or for units that everybody coded
_TWO = frozenset({"cohen_kappa", "scott_pi", "bennett_s", "holsti"})
#: with more different sets of codes than this all codes together are not compared: it costs the square of that number
MOST_SETS = 1500


def given(evidence: Evidence, double: DoubleCoded, rows: Sequence[CodeRow], params: Params, main: str) -> Found:
    """Compute the tables of the designs with given units.

    Raises
    ------
    InputProblem
        If a coefficient for two coders is wanted of more, or as `lay`.
    """
    if main in _TWO and len(double.coders) > 2:
        raise InputProblem(
            N_(
                "The coefficient {coefficient} compares two coders, and there are {count} ({coders}). Choose two of them, or "
                "alpha, conger_kappa, fleiss_kappa, gwet_ac1."
            ),
            coefficient=main,
            count=len(double.coders),
            coders=", ".join(double.names),
        )
    counted = Counted(double, tuple(rows), lay(evidence, double, params.unit))
    how = resampling(params)
    beside = [name for name in _BESIDE[min(len(double.coders), 3)] if name != main]
    columns = []
    shares = counted.differing_by_row
    total = int(shares.sum())
    for at, units in enumerate(counted.presence.values()):
        first: Agreement = FUNCTIONS[main](units, interval=how)
        found = cells(first, {name: FUNCTIONS[name](units) for name in beside})
        reason = found.pop("reason")
        columns.append(
            {
                **found,
                "prevalence": first.prevalence.get(True, float("nan") if not first.prevalence else 0.0),
                "units_compared": first.units,
                "missing": float("nan") if first.share_missing is None else first.share_missing,
                "disagreements": int(shares[at]),
                "share_of_all": shares[at] / total if total else float("nan"),
                "reason": reason,
            }
        )
    notes = []
    if counted.laid.outside:
        notes.append(
            say(N_("Codings on no unit (questions of the interviewer), left out: {n}."), n=counted.laid.outside)
        )
    notes.append(
        _(
            "What a coder who worked on an interview did not code counts as no; what a coder did not work on is missing. "
            "The interval of the whole over sets of codes weighs partly equal sets (MASI)."
        )
    )
    tables = {
        "codes": code_frame(rows, columns),
        "overall": _overall(counted, how),
        "coders": coder_frame(double),
        "disagreements": counted.disagreements,
        "confusions": counted.confusions,
    }
    return Found(tables, counted.grounds, tuple(notes))


@dataclass(frozen=True)
class Counted:
    """Codings laid over units, with their codes as rows."""

    double: DoubleCoded
    rows: tuple[CodeRow, ...]
    laid: Laid

    @cached_property
    def _marks(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return coding, unit, row and coder of each coding on each unit it touches, by row and unit."""
        row_of = row_of_code(self.rows)
        codings = self.double.codings
        row = np.array([row_of.get(one.code_id, -1) for one, _coder, _document in codings], dtype=np.int64)
        coder = np.array([who for _one, who, _document in codings], dtype=np.int64)
        coding, unit = self.laid.coding, self.laid.unit
        wanted = row[coding] >= 0
        coding, unit = coding[wanted], unit[wanted]
        order = np.lexsort((coder[coding], unit, row[coding]))
        coding, unit = coding[order], unit[order]
        return coding, unit, row[coding], coder[coding]

    @cached_property
    def presence(self) -> Mapping[Hashable, Units]:
        """For each code: yes, no or missing, by unit and coder."""
        _coding, unit, row, coder = self._marks
        interviews: dict[str, int] = {}
        of_document = np.array(
            [interviews.setdefault(one.id, len(interviews)) for _document, one in self.double.documents], dtype=np.int64
        )
        return presence(
            unit, row, coder, units=self.laid.size, codes=[one.key for one in self.rows], coders=self.double.names,
            coded=self.laid.worked, clusters=of_document[self.laid.document], design=self.laid.design,
        )  # fmt: skip

    @cached_property
    def _cases(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return row, unit, who has the code and who worked there (bits), for each code on a unit."""
        _coding, unit, row, coder = self._marks
        key = row * max(self.laid.size, 1) + unit
        begins = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if key.size else np.empty(0, dtype=np.int64)
        bits = np.bitwise_or.reduceat(1 << coder, begins) if key.size else key
        at = unit[begins]
        worked = self.laid.worked[at] @ (1 << np.arange(len(self.double.coders)))
        return row[begins], at, bits, worked

    @cached_property
    def differing(self) -> tuple[Ints, Ints, Ints, Ints]:
        """The same where the coders differ."""
        row, unit, bits, worked = self._cases
        wanted = bits != worked
        return row[wanted], unit[wanted], bits[wanted], worked[wanted]

    @property
    def differing_by_row(self) -> Ints:
        """Units on which the coders differ, for each code."""
        return np.bincount(self.differing[0], minlength=len(self.rows))

    @cached_property
    def _codes_at(self) -> dict[int, dict[int, list[int]]]:
        """Rows of each coder on each unit with codings."""
        found: dict[int, dict[int, list[int]]] = {}
        _coding, unit, row, coder = self._marks
        for at, code, who in zip(unit.tolist(), row.tolist(), coder.tolist(), strict=True):
            codes = found.setdefault(at, {}).setdefault(who, [])
            if not codes or codes[-1] != code:
                codes.append(code)
        return found

    def sets(self) -> Units:
        """Return the set of codes that each coder gave to each unit."""
        cells = np.empty((self.laid.size, len(self.double.coders)), dtype=object)
        nothing: frozenset[int] = frozenset()
        for place in np.argwhere(self.laid.worked).tolist():
            cells[place[0], place[1]] = nothing
        for at, by_coder in self._codes_at.items():
            for who, codes in by_coder.items():
                cells[at, who] = frozenset(codes)
        of_document = {document.id: interview.id for document, interview in self.double.documents}
        names = [of_document[document.id] for document, _interview in self.double.documents]
        clusters = [names[at] for at in self.laid.document.tolist()]
        return given_sets(cells, coders=self.double.names, clusters=clusters, design=self.laid.design)

    @cached_property
    def _labels(self) -> list[str]:
        """What the units are called: interview and number; with the document where an interview has several."""
        several: dict[str, int] = {}
        for _document, interview in self.double.documents:
            several[interview.id] = several.get(interview.id, 0) + 1
        heads = [
            interview.key if several[interview.id] == 1 else f"{interview.key} ({n}, {document.name})"
            for n, (document, interview) in enumerate(self.double.documents, 1)
        ]
        whole = self.laid.design == "documents"
        return [
            heads[at] if whole else f"{heads[at]}:{number}"
            for at, number in zip(self.laid.document.tolist(), self.laid.number.tolist(), strict=True)
        ]

    @cached_property
    def _place_of(self) -> dict[str, int]:
        """Place among the cases that differ of each row of the table of disagreements."""
        row, unit, _bits, _worked = self.differing
        return {
            row_label(self.rows[code].key, self._labels[at]): place
            for place, (code, at) in enumerate(zip(row.tolist(), unit.tolist(), strict=True))
        }

    @cached_property
    def disagreements(self) -> pd.DataFrame:
        """Every unit on which the coders differ about a code: who has it, who has not, and what these have instead."""
        import pandas as pd

        row, unit, bits, worked = (one.tolist() for one in self.differing)
        names = self.double.names
        made: list[tuple[Any, ...]] = []
        for code, at, has, there in zip(row, unit, bits, worked, strict=True):
            lacking = [who for who in range(len(names)) if (there & ~has) >> who & 1]
            having = [who for who in range(len(names)) if has >> who & 1]
            instead = sorted({other for who in lacking for other in self._only(at, who, having)})
            made.append(
                (
                    self.rows[code].key, self.rows[code].label, self._labels[at],
                    ", ".join(names[who] for who in having), ", ".join(names[who] for who in lacking),
                    ", ".join(self.rows[other].label for other in instead),
                )
            )  # fmt: skip
        frame = pd.DataFrame(made, columns=["code", "label", "where", "has", "has_not", "instead"], dtype=object)
        frame.index = pd.Index(list(self._place_of), name="row", dtype=object)
        return frame

    def _only(self, unit: int, who: int, others: Sequence[int]) -> set[int]:
        """Rows that a coder has on a unit and none of the others."""
        there = self._codes_at[unit]
        return set(there.get(who, ())) - {code for other in others for code in there.get(other, ())}

    @cached_property
    def _confused(self) -> dict[tuple[int, int], list[int]]:
        """Units on which one coder has one code and another the other, for each pair of codes."""
        row, unit, bits, worked = (one.tolist() for one in self.differing)
        found: dict[tuple[int, int], dict[int, None]] = {}
        for code, at, has, there in zip(row, unit, bits, worked, strict=True):
            for who in range(len(self.double.coders)):
                if (there & ~has) >> who & 1:
                    having = [other for other in range(len(self.double.coders)) if has >> other & 1]
                    for other in self._only(at, who, having):
                        pair = (code, other) if code < other else (other, code)
                        found.setdefault(pair, {})[at] = None
        return {pair: list(units) for pair, units in found.items()}

    @cached_property
    def confusions(self) -> pd.DataFrame:
        """Pairs of codes of which one coder has one and another the other on the same unit, the commonest first."""
        pairs = sorted(self._confused.items(), key=lambda one: (-len(one[1]), one[0]))
        return confusion_frame(self.rows, [(pair, len(units)) for pair, units in pairs])

    def grounds(self, table: str, label: Hashable, column: str | None) -> Grounds:
        """Return the codings behind a row: agreed for it, differing against it; of a disagreement those on either side."""
        if table == "codes":
            return self._of_code(next(at for at, one in enumerate(self.rows) if one.key == label), column)
        if table == "disagreements":
            place = self._place_of[str(label)]
            row, unit, _bits, _worked = (int(one[place]) for one in self.differing)
            coding, at, code, coder = self._marks
            here = at == unit
            mine = here & (code == row)
            others = here & (code != row) & ~np.isin(coder, coder[mine])
            return Grounds(self._ids(coding[mine]), self._ids(coding[others]))
        if table == "confusions":
            pair = next(pair for pair in self._confused if row_label(*(self.rows[one].key for one in pair)) == label)
            coding, at, code, _coder = self._marks
            here = np.isin(at, self._confused[pair])
            return Grounds(self._ids(coding[here & (code == pair[0])]), self._ids(coding[here & (code == pair[1])]))
        return Grounds()

    def _of_code(self, row: int, column: str | None) -> Grounds:
        coding, at, code, _coder = self._marks
        differing = self.differing[1][self.differing[0] == row]
        mine = code == row
        apart = mine & np.isin(at, differing)
        against = self._ids(coding[apart])
        if column in ("disagreements", "share_of_all"):
            return Grounds(against)
        return Grounds(self._ids(coding[mine & ~apart]), against)

    def _ids(self, places: Ints) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.double.codings[place][0].id for place in places.tolist()))


def confusion_frame(rows: Sequence[CodeRow], pairs: Sequence[tuple[tuple[int, int], int]]) -> pd.DataFrame:
    """Return the table of pairs of codes that coders take for one another."""
    import pandas as pd

    made = [
        (rows[a].key, rows[b].key, rows[a].label, rows[b].label, count) for (a, b), count in pairs
    ]  # fmt: skip
    frame = pd.DataFrame(made, columns=["code_a", "code_b", "label_a", "label_b", "times"])
    frame["times"] = frame["times"].astype(int)
    labels = [row_label(rows[a].key, rows[b].key) for (a, b), _count in pairs]
    frame.index = pd.Index(labels, name="row", dtype=object)
    return frame


def coder_frame(double: DoubleCoded) -> pd.DataFrame:
    """Return the table by coder: interviews, codings, different codes."""
    import pandas as pd

    made = []
    for at, one in enumerate(double.coders):
        own = [coding for coding, coder, _document in double.codings if coder == at]
        there = {
            interview.id
            for (_document, interview), who in zip(double.documents, double.worked, strict=True)
            if at in who
        }
        made.append((one.name or one.key, len(there), len(own), len({coding.code_id for coding in own})))
    frame = pd.DataFrame(made, columns=["name", "interviews", "codings", "codes"])
    frame.index = pd.Index([one.key for one in double.coders], name="coder", dtype=object)
    return frame


def _overall(counted: Counted, how: Any) -> pd.DataFrame:
    """Return the agreement on all codes together, of all coders and of each pair: sets of codes, MASI distance."""
    import pandas as pd

    units = counted.sets()
    names = counted.double.names
    groups = [tuple(range(len(names)))] + ([] if len(names) == 2 else list(combinations(range(len(names)), 2)))
    made = []
    for group in groups:
        some = units if len(group) == len(names) else units.of_coders(*group)
        share = percent(some)
        # units of sets that hardly ever come twice, drawn twice, would agree with themselves; whole interviews hold enough other sets
        draws = how if how and (how.by == "clusters" or len(units.categories) <= max(units.size // 2, 3)) else None
        if len(units.categories) > MOST_SETS:
            nan = float("nan")
            found: dict[str, Any] = {"agreement": nan, "low": nan, "high": nan}
            found["reason"] = say(
                N_(
                    "{n} different sets of codes: too many to compare all with all. Choose fewer codes, or smaller units."
                ),
                n=len(units.categories),
            )
        else:
            found = cells(krippendorff_alpha(some, metric="masi", interval=draws), {})
            if draws is None and how is not None and not found["reason"]:
                found["reason"] = _(
                    "No interval: hardly any set of codes comes twice. Draw interviews instead of units."
                )
        made.append(
            {
                "agreement": found["agreement"],
                "low": found["low"],
                "high": found["high"],
                "same": float("nan") if share.value is None else share.value,
                "units_compared": share.units,
                "reason": found["reason"],
            }
        )
    index = pd.Index([" · ".join(names[one] for one in group) for group in groups], name="coder", dtype=object)
    return pd.DataFrame(made, index=index)
