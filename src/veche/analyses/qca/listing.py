"""Tables of the comparison itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from veche.analyses._shared.places import row_label
from veche.sets import record, select_cases
from veche.words import _

if TYPE_CHECKING:
    from veche.analyses.qca.compute import Compared

SOLUTIONS = ("outcome", "solution", "model", "term", "inclusion", "pri", "covered", "unique", "share")
COUNTS = (
    "outcome",
    "solution",
    "minimal_models",
    "all_counted",
    "terms",
    "terms_least",
    "core",
    "interchangeable",
    "reason",
)
TRUTH = ("outcome", "term", "result", "cases", "inclusion", "pri", "against")
NECESSITY = ("outcome", "term", "inclusion", "relevance", "covered")
CALIBRATED = ("town", "place", "wave", "set", "membership", "error", "interviews", "reason")
RECORD = ("name", "recorded")
CASES = ("outcome", "term", "case", "x", "y", "standing", "only_this")


def table(lines: Sequence[dict[str, Any]], columns: Sequence[str], labels: Sequence[str]) -> pd.DataFrame:
    """Make a table whose rows are named by some of their columns; equal names get a number."""
    names: list[str] = []
    for line in lines:
        name = row_label(*(str(line[one]) for one in labels))
        names.append(name if name not in names else row_label(name, str(len(names) + 1)))
    return pd.DataFrame(list(lines), columns=list(columns), index=pd.Index(names, name="row", dtype=object))


def tables(compared: Compared) -> dict[str, pd.DataFrame]:
    """Give ``solutions``, ``solution_counts``, ``truth_table``, ``necessity``, ``calibrated`` and ``set_cases``."""
    found = compared.found.tables() if compared.found else {}

    def renamed(name: str, words: dict[str, str]) -> list[dict[str, Any]]:
        if name not in found:
            return []
        lines: list[dict[str, Any]] = found[name].rename(columns=words).to_dict("records")  # type: ignore[assignment]
        return lines

    fits = {
        "inclS": "inclusion",
        "PRI": "pri",
        "covS": "covered",
        "covU": "unique",
        "in_models": "share",
        "kind": "solution",
    }
    counts = {"kind": "solution", "models": "minimal_models", "complete": "all_counted", "least": "terms_least"}
    needed = {"expression": "term", "inclN": "inclusion", "RoN": "relevance", "covN": "covered"}
    return {
        "solutions": table(renamed("solutions", fits), SOLUTIONS, ("outcome", "solution", "model", "term")),
        "solution_counts": table(renamed("models", counts), COUNTS, ("outcome", "solution")),
        "truth_table": table(_truth(compared), TRUTH, ("outcome", "term")),
        "necessity": table(renamed("necessity", needed), NECESSITY, ("outcome", "term")),
        "calibrated": table(_calibrated(compared), CALIBRATED, ("set", "town", "wave")),
        "set_cases": table(_cases(compared), CASES, ("term", "case")),
    }


def record_of(compared: Compared) -> pd.DataFrame:
    """Give the record of the comparison, line by line: data, calibration, settings, solver, versions, answer."""
    if compared.found is None:
        return table([], RECORD, ("name",))
    made = record(compared.found, calibration={one.name: str(one) for one in compared.rules})
    settings = dataclasses.asdict(made.settings)
    lines = {
        "data": made.data, "outcome": made.outcome, "conditions": ", ".join(made.conditions), "cases": made.cases,
        **{f"set {name}": words for name, words in made.calibration.items()},
        **{name: ", ".join(map(str, value)) if isinstance(value, tuple) else value for name, value in settings.items()},
        "solver": made.solver, "version": made.version, "numpy": made.numpy, "answer": made.answer,
    }  # fmt: skip
    return table([{"name": name, "recorded": str(value)} for name, value in lines.items()], RECORD, ("name",))


def _truth(compared: Compared) -> list[dict[str, Any]]:
    return [
        {
            "outcome": side.outcome, "term": side.table.frame.write(row.cube), "result": row.out, "cases": ", ".join(row.cases),
            "inclusion": row.inclusion, "pri": row.pri, "against": against.get(row.number, ""),
        }
        for side in (compared.found.sides if compared.found else ())
        for against in ({row.number: ", ".join(names) for row, names in side.table.contradictory},)
        for row in side.table.rows
    ]  # fmt: skip


def _calibrated(compared: Compared) -> list[dict[str, Any]]:
    return [
        {
            "town": one.town.key, "place": one.town.name, "wave": one.wave.key, "set": one.name, "membership": one.membership,
            "error": one.error, "interviews": one.interviews, "reason": _(one.reason) if one.reason else "",
        }
        for one in compared.values
    ]  # fmt: skip


def _cases(compared: Compared) -> list[dict[str, Any]]:
    """Every case by its standing towards each term of the first model and towards the model."""
    chosen = compared.chosen
    if chosen is None or compared.frame is None:
        return []
    model = chosen.solution.model()
    return [
        {
            "outcome": compared.frame.outcome_name, "term": compared.frame.write(term), "case": one.case, "x": one.x, "y": one.y,
            "standing": one.role, "only_this": one.unique,
        }
        for term in model
        for one in select_cases(compared.frame, term, model).cases
    ]  # fmt: skip
