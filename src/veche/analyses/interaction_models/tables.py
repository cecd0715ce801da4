"""The tables of models, labels and questions: one row per case and type, typology, question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.models import PARTS, QUESTIONS, TYPE_BY_KEY, TYPES, TYPOLOGIES, why_missing
from veche.analyses._shared.places import row_label
from veche.analyses._shared.relations import SIDES
from veche.analyses.interaction_models.cases import MIXED, NONE, Case, Cases, Floats, label_of, supporters
from veche.measures.resampling import share_interval
from veche.words import N_, _

if TYPE_CHECKING:
    import pandas as pd

PART_NAMES = {
    "executive_success": N_("Contested acts of the executive succeed"),
    "assembly_success": N_("The assembly gets its own way"),
    "threat": N_("Settled by threat rather than by placement"),
    "one_sided": N_("Exchange gains the executive only"),
    "allied": N_("Both act together against a third"),
}
MODEL_COLUMNS = (
    "town", "place", "wave", "typology", "type", "model_name", "code", "membership", "low", "high", "left_low", "left_high",
    "by_executive", "by_legislative", "by_outside", "supporting", "reporters", "statements", "reason",
)  # fmt: skip
LABEL_COLUMNS = (
    "town", "place", "wave", "typology", "type", "model_name", "membership", "stays", "depends_on", "says_executive",
    "says_legislative", "says_outside", "reporters", "statements", "reason",
)  # fmt: skip
QUESTION_COLUMNS = (
    "town", "place", "wave", "question", "asked_words", "answer", "degree", "low", "high", "left_low", "left_high",
    "reporters", "reason",
)  # fmt: skip


def model_name(key: str) -> str:
    """Name a type, or the absence of one, in the language in use."""
    if key in TYPE_BY_KEY:
        return _(TYPE_BY_KEY[key].name)
    return {MIXED: _("mixed type"), NONE: _("the executive does not prevail")}.get(key, "")


class Measures:
    """Degrees of one case: on the data, on bootstrap draws, with each reporter left out, and by side."""

    def __init__(self, cases: Cases, case: Case) -> None:
        self.case, self.cell = case, case.cell
        n = len(self.cell)
        self.value = self.cell.degrees()
        self.drawn = self.cell.degrees(cases.draws(case)) if n > 1 else {}
        self.without = self.cell.degrees(1.0 - np.eye(n)) if n > 1 else {}
        self.side_cells = {side: cases.cell(case, side) for side in SIDES}
        self.sides = {side: cell.degrees() for side, cell in self.side_cells.items()}

    def bounds(self, name: str, confidence: float) -> dict[str, float]:
        """Give a degree with its interval and its range with one reporter left out."""
        if self.case.reason:
            return dict.fromkeys(("value", "low", "high", "left_low", "left_high"), np.nan)
        found = share_interval(self.value[name][0], self.drawn[name], len(self.cell), confidence).bounds
        left = self.without[name][~np.isnan(self.without[name])]
        return {
            "value": float(self.value[name][0]),
            "low": float(found.low),
            "high": float(found.high),
            "left_low": float(left.min()) if left.size else np.nan,
            "left_high": float(left.max()) if left.size else np.nan,
        }

    def reason(self, name: str) -> str:
        """Say why a degree, or its interval, is missing."""
        if self.case.reason:
            return _(self.case.reason)
        if np.isnan(self.value[name][0]):
            return _(why_missing(name, self.value))
        return _(TOGETHER_ONLY) if np.isnan(self.drawn[name]).all() else ""


def tables(cases: Cases) -> dict[str, pd.DataFrame]:
    """Make the tables ``memberships``, ``labels`` and ``questions``."""
    measured = [Measures(cases, case) for case in cases]
    return {
        "memberships": _frame([row for one in measured for row in _models(cases, one)], MODEL_COLUMNS, _NUMBERS),
        "labels": _frame([row for one in measured for row in _labels(cases, one)], LABEL_COLUMNS, ("membership",)),
        "questions": _frame([row for one in measured for row in _questions(cases, one)], QUESTION_COLUMNS, _NUMBERS),
    }


#: no part of the reporters tells all that the degree asks for
TOGETHER_ONLY = N_("known only from all reporters together: no interval")
_NUMBERS = (
    "membership", "degree", "low", "high", "left_low", "left_high", "by_executive", "by_legislative", "by_outside",
)  # fmt: skip


def _place(case: Case) -> dict[str, Any]:
    return {"town": case.town.key, "place": case.town.name, "wave": case.wave.key}


def _models(cases: Cases, one: Measures) -> Iterator[tuple[str, dict[str, Any]]]:
    case = one.case
    for kind in TYPES:
        found = one.bounds(kind.key, cases.params.confidence)
        yield row_label(case.key, kind.key), _place(case) | {
            "typology": kind.typology, "type": kind.key, "model_name": _(kind.name), "code": kind.code,
            "membership": found.pop("value"), **found,
            **{f"by_{side}": _of_side(one, side, kind.key) for side in SIDES},
            "supporting": int(supporters(kind.key, one.cell).sum()), "reporters": len(one.cell),
            "statements": cases.held.relations.count(case.acts), "reason": one.reason(kind.key),
        }  # fmt: skip


def _of_side(one: Measures, side: str, name: str) -> float:
    """Membership by the speakers of one side; missing with fewer than two of them."""
    return float(one.sides[side][name][0]) if len(one.side_cells[side]) > 1 else np.nan


def _labels(cases: Cases, one: Measures) -> Iterator[tuple[str, dict[str, Any]]]:
    case, n = one.case, len(one.cell)
    everybody = np.ones(n, dtype=bool)
    for typology in TYPOLOGIES:
        label = "" if case.reason else label_of(typology, one.value, 0, one.cell, everybody, cases.params)
        others = [] if case.reason else _without(typology, one, cases)
        depends = [who for who, other in others if other != label]
        says = {
            f"says_{side}": model_name(
                label_of(typology, one.sides[side], 0, cell, np.ones(len(cell), dtype=bool), cases.params)
            )
            if len(cell) > 1
            else ""
            for side, cell in one.side_cells.items()
        }
        yield row_label(case.key, typology), _place(case) | {
            "typology": typology, "type": label, "model_name": model_name(label),
            "membership": float(one.value[label][0]) if label in TYPE_BY_KEY else np.nan,
            "stays": "" if not label else "no" if depends else "yes", "depends_on": ", ".join(depends), **says,
            "reporters": n, "statements": cases.held.relations.count(case.acts),
            "reason": _label_reason(one, typology, label),
        }  # fmt: skip


def _label_reason(one: Measures, typology: str, label: str) -> str:
    if one.case.reason:
        return _(one.case.reason)
    if not label:
        return one.reason(next(kind.key for kind in TYPES if kind.typology == typology))
    if label == MIXED:
        return _("no type of this typology leads with enough share and reporters")
    return _("a question that this typology does not ask") if label == NONE else ""


def _without(typology: str, one: Measures, cases: Cases) -> list[tuple[str, str]]:
    """Label of the case with each reporter left out, by the key of the respondent."""
    names = {person.id: person.key for person in cases.held.relations.evidence.respondents}
    found = []
    for row, reporter in enumerate(one.cell.reporters.tolist()):
        present = np.arange(len(one.cell)) != row
        who = cases.held.relations.reporters[reporter]
        label = label_of(typology, one.without, row, one.cell, present, cases.params)
        found.append((names.get(who, who), label))
    return found


def _questions(cases: Cases, one: Measures) -> Iterator[tuple[str, dict[str, Any]]]:
    case = one.case
    for name in (*QUESTIONS, *PARTS):
        found = one.bounds(name, cases.params.confidence)
        words = _(QUESTIONS.get(name) or PART_NAMES[name])
        answer = _answer(found["low"], found["high"]) if name in QUESTIONS else ""
        yield row_label(case.key, name), _place(case) | {
            "question": name, "asked_words": words, "answer": answer, "degree": found.pop("value"), **found,
            "reporters": len(one.cell), "reason": one.reason(name),
        }  # fmt: skip


def _answer(low: float, high: float) -> str:
    """Yes or no if the interval lies on one side of one half, else uncertain; empty if nothing is known."""
    if np.isnan(low):
        return ""
    return "yes" if low > 0.5 else "no" if high < 0.5 else "uncertain"


def _frame(rows: list[tuple[str, dict[str, Any]]], columns: tuple[str, ...], numbers: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(
        [row for _label, row in rows],
        columns=list(columns),
        index=pd.Index([label for label, _row in rows], name="row", dtype=object),
    )
    types: dict[str, Any] = {name: "float64" for name in numbers if name in columns}
    types |= {name: "int64" for name in ("supporting", "reporters", "statements") if name in columns}
    return frame.astype(types)


__all__ = ["Floats", "Measures", "model_name", "tables"]
