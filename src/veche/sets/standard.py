"""The usual analysis in one call: necessity, truth table, and three solutions side by side, for the outcome and for its negation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from html import escape
from typing import TYPE_CHECKING, Any

from veche.sets._checks import at_place
from veche.sets._drawing import drawing
from veche.sets._terms import Frame
from veche.sets.counterfactuals import contradictory, enhanced, parts, simultaneous
from veche.sets.minimization import (
    LISTABLE,
    Expectations,
    Kind,
    Result,
    Solution,
    minimize,
    read_expectations,
    unknown_kind,
)
from veche.sets.necessity import NecessityResult, necessity
from veche.sets.truth_table import TruthTable, truth_table
from veche.study.errors import N_, InputProblem
from veche.words import _

if TYPE_CHECKING:
    import pandas as pd

#: interchangeable terms that are named, and groups of them
FEW = 5
KINDS: tuple[Kind, ...] = ("conservative", "intermediate", "parsimonious")
SOLUTIONS = ("outcome", "kind", "pair", "model", "term", "inclS", "PRI", "covS", "covU", "in_models")

COUNTS = ("outcome", "kind", "pair", "models", "complete", "terms", "least", "core", "interchangeable", "reason")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that `standard` was told; `expectations` as literals and conjunctions in words, or as (condition, values)."""

    incl_cut: float | tuple[float, float] = 0.8
    n_cut: int = 1
    pri_cut: float = 0.0
    kinds: tuple[Kind, ...] = KINDS
    expectations: tuple[Any, ...] = ()
    necessity_cut: float = 0.9
    both: bool = True
    necessary: str = ""
    untenable: str = ""
    seconds: float = 60.0

    @property
    def upper_cut(self) -> float:
        """Consistency from which a row is positive; of a pair the upper one."""
        return self.incl_cut[0] if isinstance(self.incl_cut, tuple) else self.incl_cut

    def given(self) -> dict[str, Any]:
        """Give them as arguments of `standard`."""
        held = {one.name: getattr(self, one.name) for one in fields(self)}
        if self.expectations and not isinstance(self.expectations[0], str):
            held["expectations"] = {name: list(values) for name, values in self.expectations}
        return held


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

    @property
    def chosen(self) -> Result | None:
        """The solution to be looked at further: the intermediate one, or the first there is; None without a solution."""
        return self.results.get("intermediate") or next(iter(self.results.values()), None)

    def to_frame(self) -> pd.DataFrame:
        """Give the solutions as a table: kind, model, term, inclS, PRI, covS, covU, share of models with the term."""
        return _table((self,), _terms, SOLUTIONS)

    def _repr_html_(self) -> str:
        told = "".join(f"<p>{_(kind)}: {escape(why)}</p>" for kind, why in self.problems.items())
        return told + str(self.to_frame().round(3).to_html(index=False))

    def figure(self) -> Any:
        """Draw the solutions side by side; an Altair chart."""
        return drawing("solution_chart")(self)


@dataclass(frozen=True)
class Standard:
    """The outcome, and its negation if it was asked for."""

    sides: tuple[Side, ...]
    notes: tuple[str, ...]
    settings: Settings = Settings()

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give everything as tables: ``solutions``, ``models``, ``truth``, ``necessity``."""
        return {
            "solutions": _table(self.sides, _terms, SOLUTIONS),
            "models": _table(self.sides, _counts, COUNTS),
            "truth": _truth(self.sides),
            "necessity": _table(self.sides, _necessary, ("outcome", "expression", "inclN", "RoN", "covN")),
        }  # fmt: skip

    def figure(self, side: int = 0) -> Any:
        """Draw the solutions of a side (0: the outcome, 1: its negation) beside one another; an Altair chart."""
        return at_place(self.sides, side).figure()

    def _repr_html_(self) -> str:
        return "".join(table.round(3).to_html(index=False) for table in self.tables().values())


def negated(frame: Frame) -> Frame:
    """Give the same cases with the negated outcome: membership 1 - y.

    Parameters
    ----------
    frame
        From `make_frame`; one without an outcome (`read_memberships`) has none to negate.

    Returns
    -------
    Frame
        With ``~`` before the name of the outcome, or without it where it was negated; memberships in [0, 1].

    Raises
    ------
    InputProblem
        If there is no outcome.

    References
    ----------
    Schneider and Wagemann 2012, Set-Theoretic Methods (why the negation is looked at by itself).

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> sets.negated(frame).outcome.round(1).tolist()
    [0.1, 0.2, 0.7, 0.8]
    """
    name = frame.outcome_name
    if not name:
        raise InputProblem(N_("These cases have no outcome. Read them with make_frame, which names it."))
    return replace(frame, outcome=1 - frame.outcome, outcome_name=name[1:] if name.startswith("~") else f"~{name}")


def standard(
    frame: Frame,
    *,
    incl_cut: float | tuple[float, float] = 0.8,
    n_cut: int = 1,
    pri_cut: float = 0.0,
    kinds: Sequence[Kind] = KINDS,
    expectations: Expectations = (),
    necessity_cut: float = 0.9,
    both: bool = True,
    necessary: str = "",
    untenable: str = "",
    seconds: float = 60.0,
) -> Standard:
    """Run the usual analysis.

    Parameters
    ----------
    frame
        From `veche.sets.make_frame`.
    incl_cut, n_cut, pri_cut
        As in `truth_table`; a pair of consistencies (upper, lower) makes contradictions in between.
    kinds
        Which solutions.
    expectations
        Directional expectations for the outcome, for the intermediate solution; for its negation the opposite values of single conditions with
        two values are expected, and conjunctions are left out.
    necessity_cut
        Least inclusion of a necessary condition, in [0, 1].
    both
        Whether the negated outcome is looked at too: what explains its absence is a question of its own.
    necessary, untenable
        Enhanced standard analysis: expressions held necessary for the outcome (with ``;`` between), whose absence no solution of the outcome may take
        for positive; and impossible or untenable combinations, for both sides. See `veche.sets.enhanced`.
    seconds
        Time for each solution.

    Returns
    -------
    Standard
        Both sides with truth table, necessary conditions and solutions; a side without a solution says why.

    Raises
    ------
    InputProblem
        For cut-offs out of their bounds, an unknown kind, and expressions that name what is not there. A kind without a solution is no error: the
        reason stands in `Side.problems`.

    References
    ----------
    Ragin 2008, Redesigning Social Inquiry, ch. 7 to 9; Schneider and Wagemann 2012, Set-Theoretic Methods, ch. 6 to 8.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> [(side.outcome, side.results["parsimonious"].solution.write()) for side in sets.standard(frame).sides]
    [('STABLE', 'HEAD'), ('~STABLE', '~HEAD')]
    """
    given = expectations if isinstance(expectations, Mapping) else tuple(expectations)
    for kind in kinds:
        if kind not in KINDS:
            raise unknown_kind(kind)
    table = truth_table(frame, incl_cut=incl_cut, n_cut=n_cut, pri_cut=pri_cut)
    sides = [
        _side(
            enhanced(table, necessary=parts(necessary), untenable=parts(untenable)),
            given,
            kinds,
            necessity_cut,
            seconds,
        )
    ]
    if both:
        other = truth_table(negated(frame), incl_cut=incl_cut, n_cut=n_cut, pri_cut=pri_cut)
        other = enhanced(other, untenable=parts(untenable))
        sides.append(_side(other, _opposite(frame, given), kinds, necessity_cut, seconds))
    notes = list(dict.fromkeys(note for side in sides for note in side.table.notes))
    observed = len({row.cube for row in sides[0].table.rows if row.out != "?"})
    notes.insert(0, _("{observed} of {possible} possible combinations are observed.").format(
        observed=observed, possible=sides[0].table.possible))  # fmt: skip
    notes += [note for side in sides for one in side.results.values() for note in one.notes]
    if both:
        notes += _clashes(sides[0], sides[1])
    told = (
        tuple((name, tuple([values] if isinstance(values, int) else values)) for name, values in given.items())
        if isinstance(given, Mapping)
        else given
    )
    cut: Any = tuple(incl_cut) if isinstance(incl_cut, (tuple, list)) else incl_cut
    settings = Settings(cut, n_cut, pri_cut, tuple(kinds), told, necessity_cut, both, necessary, untenable, seconds)
    return Standard(tuple(sides), tuple(notes), settings)


def _clashes(side: Side, other: Side) -> list[str]:
    """Say which combinations are claimed for the outcome and for its negation at once."""
    both = _("Combination {row} is sufficient for the outcome and for its negation at once: raise the PRI cut-off.")
    found = [both.format(row=side.table.frame.write(row.cube)) for row in simultaneous(side.table, other.table)]
    for kind in ("parsimonious", "intermediate"):
        if kind not in side.results or kind not in other.results or side.table.possible > LISTABLE:
            continue
        one, two = side.results[kind].solution, other.results[kind].solution
        rows = contradictory(side.table, one.model(), two.model())
        if rows:
            words = ", ".join(side.table.frame.write(side.table.cube_of(number)) for number in rows[:5])
            found.append(
                _(
                    "{count} unobserved combinations are taken for positive by the {kind} solution of the outcome and of its negation: {rows}."
                ).format(count=len(rows), kind=_(kind), rows=words + ("…" if len(rows) > 5 else ""))
            )
    return found


def _side(
    table: TruthTable, expectations: Expectations, kinds: Sequence[Kind], necessity_cut: float, seconds: float
) -> Side:
    frame = table.frame
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
        for solution, pair in zip(result.solutions, _pairs(result), strict=True):
            for model in range(len(solution.models)):
                number += 1
                fit = solution.fit(model)
                head = {"outcome": side.outcome, "kind": kind, "pair": pair, "model": number}
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


def _pairs(result: Result) -> list[str | None]:
    """Name what each of several solutions was made from: C1P2 is the first conservative with the second parsimonious model."""
    made = [one.of for one in result.solutions]
    if len(made) < 2 or None in made:
        return [None] * len(made)
    plain, short = (list(dict.fromkeys(of[side] for of in made if of)) for side in (0, 1))
    return [f"C{plain.index(of[0]) + 1}P{short.index(of[1]) + 1}" for of in made if of]


def _counts(side: Side) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [
        {
            "outcome": side.outcome, "kind": kind, "pair": pair, "models": solution.count, "complete": solution.complete, "terms": solution.size,
            "least": solution.cover.least, "core": " + ".join(map(solution.frame.write, solution.core)),
            "interchangeable": _interchangeable(solution), "reason": "",
        }
        for kind, result in side.results.items()
        for solution, pair in zip(result.solutions, _pairs(result), strict=True)
    ]  # fmt: skip
    lines.extend({"outcome": side.outcome, "kind": kind, "reason": why} for kind, why in side.problems.items())
    return lines


def _interchangeable(solution: Solution) -> str:
    """Groups of terms of which each may stand for the others, in words; of a large group the first."""
    groups = []
    for group in solution.interchangeable:
        words = [solution.frame.write(cube) for cube in group[:FEW]]
        groups.append(" | ".join(words) + (f" | … ({len(group)})" if len(group) > FEW else ""))
    return "; ".join(groups[:FEW]) + ("; …" if len(groups) > FEW else "")


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
