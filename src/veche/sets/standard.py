"""The usual analysis in one call: necessity, truth table, and three solutions side by side, for the outcome and for its negation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from veche.sets._terms import Frame
from veche.sets.minimization import Expectations, Kind, Result, minimize
from veche.sets.necessity import NecessityResult, necessity
from veche.sets.truth_table import TruthTable, truth_table
from veche.study.errors import InputProblem
from veche.words import _

if TYPE_CHECKING:
    import pandas as pd

KINDS: tuple[Kind, ...] = ("conservative", "intermediate", "parsimonious")


@dataclass(frozen=True)
class Side:
    """One outcome: the truth table, what is necessary, the solutions by kind, and why a kind has none."""

    table: TruthTable
    necessary: NecessityResult
    results: Mapping[Kind, Result]
    problems: Mapping[Kind, str] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """Name of the outcome, with ``~`` where negated."""
        return self.table.frame.outcome_name


@dataclass(frozen=True)
class Standard:
    """The outcome, and its negation if it was asked for."""

    sides: tuple[Side, ...]
    notes: tuple[str, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give everything as tables: ``solutions``, ``models``, ``truth``, ``necessity``."""
        return {
            "solutions": _table(self.sides, _terms, ("outcome", "kind", "model", "term", "inclS", "PRI", "covS", "covU", "in_models")),
            "models": _table(self.sides, _counts, ("outcome", "kind", "models", "complete", "terms", "least", "core", "reason")),
            "truth": _truth(self.sides),
            "necessity": _table(self.sides, _necessary, ("outcome", "expression", "inclN", "RoN", "covN")),
        }  # fmt: skip

    def _repr_html_(self) -> str:
        return "".join(table.round(3).to_html(index=False) for table in self.tables().values())


def negated(frame: Frame) -> Frame:
    """Give the same cases with the negated outcome."""
    name = frame.outcome_name
    return replace(frame, outcome=1 - frame.outcome, outcome_name=name[1:] if name.startswith("~") else f"~{name}")


def standard(
    frame: Frame,
    *,
    incl_cut: float = 0.8,
    n_cut: int = 1,
    pri_cut: float = 0.0,
    kinds: Sequence[Kind] = KINDS,
    expectations: Expectations = (),
    necessity_cut: float = 0.9,
    both: bool = True,
    seconds: float = 60.0,
) -> Standard:
    """Run the usual analysis.

    Parameters
    ----------
    frame
        From `veche.sets.make_frame`.
    incl_cut, n_cut, pri_cut
        As in `truth_table`.
    kinds
        Which solutions.
    expectations
        Directional expectations for the outcome, for the intermediate solution; for its negation the opposite values of single conditions with
        two values are expected, and conjunctions are left out.
    necessity_cut
        Least inclusion of a necessary condition, in [0, 1].
    both
        Whether the negated outcome is looked at too: what explains its absence is a question of its own.
    seconds
        Time for each solution.

    Raises
    ------
    InputProblem
        For cut-offs out of their bounds. A kind without a solution is no error: the reason stands in `Side.problems`.
    """
    given = expectations if isinstance(expectations, Mapping) else tuple(expectations)
    sides = [_side(frame, given, kinds, (incl_cut, n_cut, pri_cut), necessity_cut, seconds)]
    if both:
        sides.append(
            _side(negated(frame), _opposite(frame, given), kinds, (incl_cut, n_cut, pri_cut), necessity_cut, seconds)
        )
    notes = list(dict.fromkeys(note for side in sides for note in side.table.notes))
    observed = len({row.cube for row in sides[0].table.rows if row.out != "?"})
    notes.insert(0, _("{observed} of {possible} possible combinations are observed.").format(
        observed=observed, possible=sides[0].table.possible))  # fmt: skip
    notes += [note for side in sides for one in side.results.values() for note in one.notes]
    return Standard(tuple(sides), tuple(notes))


def _side(
    frame: Frame, expectations: Expectations, kinds: Sequence[Kind], cuts: tuple[float, int, float], necessity_cut: float, seconds: float
) -> Side:  # fmt: skip
    table = truth_table(frame, incl_cut=cuts[0], n_cut=cuts[1], pri_cut=cuts[2])
    results: dict[Kind, Result] = {}
    problems: dict[Kind, str] = {}
    for kind in kinds:
        try:
            results[kind] = minimize(table, kind, expectations=expectations, seconds=seconds)
        except InputProblem as problem:
            problems[kind] = problem.message(_)
    # expressions of up to two literals where many conditions would make too many of three
    depth = 3 if frame.width <= 12 else 2
    return Side(table, necessity(frame, incl_cut=necessity_cut, depth=depth), results, problems)


def _opposite(frame: Frame, expectations: Expectations) -> dict[str, list[int]]:
    from veche.sets.minimization import read_expectations

    single, _joint = read_expectations(frame, expectations)
    return {
        frame.names[at]: [value for value in range(frame.levels[at]) if value not in values]
        for at, values in single.items()
        if len(values) < frame.levels[at]
    }


def _table(sides: Sequence[Side], rows: Any, columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([line for side in sides for line in rows(side)], columns=list(columns))


def _terms(side: Side) -> list[dict[str, Any]]:
    lines = []
    for kind, result in side.results.items():
        number = 0
        for solution in result.solutions:
            for model in range(len(solution.models)):
                number += 1
                fit = solution.fit(model)
                head = {"outcome": side.outcome, "kind": kind, "model": number}
                for cube, one in zip(solution.models[model], fit.terms, strict=True):
                    lines.append({
                        **head, "term": solution.frame.write(cube), "inclS": one.inclusion, "PRI": one.pri,
                        "covS": one.coverage, "covU": one.unique, "in_models": solution.share.get(cube, float("nan")),
                    })  # fmt: skip
                if len(fit.terms) == 1:
                    continue  # the model is its term
                whole = fit.whole
                lines.append(
                    {
                        **head,
                        "term": solution.write(model),
                        "inclS": whole.inclusion,
                        "PRI": whole.pri,
                        "covS": whole.coverage,
                    }
                )
    return lines


def _counts(side: Side) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [
        {
            "outcome": side.outcome, "kind": kind, "models": solution.count, "complete": solution.complete, "terms": solution.size,
            "least": solution.cover.least, "core": " + ".join(map(solution.frame.write, solution.core)), "reason": "",
        }
        for kind, result in side.results.items()
        for solution in result.solutions
    ]  # fmt: skip
    lines.extend({"outcome": side.outcome, "kind": kind, "reason": why} for kind, why in side.problems.items())
    return lines


def _truth(sides: Sequence[Side]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(
        [side.table.to_frame().reset_index().assign(outcome=side.outcome) for side in sides], ignore_index=True
    )


def _necessary(side: Side) -> list[dict[str, Any]]:
    lines = [(one.literal, one.necessary) for one in side.necessary.single]
    known = {name for name, _fit in lines}
    lines += [(one.text, one.fit) for one in side.necessary.expressions if one.text not in known]
    return [
        {
            "outcome": side.outcome,
            "expression": name,
            "inclN": fit.inclusion,
            "RoN": fit.relevance,
            "covN": fit.coverage,
        }
        for name, fit in lines
    ]
