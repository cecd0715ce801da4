"""From evidence to the comparison of cases, and from every number back to the codings behind the memberships."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.options import checked
from veche.analyses._shared.places import known_interviews, row_label
from veche.analyses._shared.remarks import left_out
from veche.analyses.qca import doubts, listing
from veche.analyses.qca.calibrated import Material, Value, material, values
from veche.analyses.qca.ranges import RANGES, ranges
from veche.analyses.qca.rule import SetRule, read_rule, read_rule_file
from veche.sets import Frame, Standard, make_frame, standard
from veche.sets import Result as Solved
from veche.sets._frame import columns_of
from veche.sets._terms import DASH
from veche.study.errors import InputProblem, NotFound
from veche.study.evidence import Evidence
from veche.study.places import Town, Wave
from veche.study.result import Grounds, Result
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.qca import Params

#: time for one solution; what is not counted by then is said
SECONDS = 20.0


@dataclass(frozen=True)
class Compared:
    """The values of all cases, the cases that could be compared, and what was found."""

    rules: tuple[SetRule, ...]
    values: tuple[Value, ...]
    complete: tuple[str, ...]
    frame: Frame | None
    found: Standard | None
    why: str
    held: Material | None = None

    @cached_property
    def columns(self) -> dict[str, list[Any]]:
        """Values of the compared cases in each set, in the order of the rule, as `veche.sets.make_frame` reads them."""
        assert self.frame is not None
        found = columns_of(self.frame)
        y = 1 - self.frame.outcome if self.frame.outcome_name.startswith("~") else self.frame.outcome
        return {one.name: found.get(one.name, y.tolist()) for one in self.rules}

    @cached_property
    def place(self) -> dict[str, tuple[Town, Wave]]:
        """Town and wave of each case."""
        return {one.case: (one.town, one.wave) for one in self.values}

    @property
    def chosen(self) -> Solved | None:
        """The solution that is doubted: intermediate, else the first there is."""
        return None if self.found is None else self.found.sides[0].chosen


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables of `listing.tables` and of `doubts.tables`.

    Raises
    ------
    NotFound
        If a code of a rule is not in the codebook.
    InputProblem
        If an option or the rule does not fit. Data that cannot be compared are no error: the tables are then empty, and the sentence says why.
    """
    chosen = checked(params)
    compared = compared_by(evidence, chosen)
    doubted = compared.chosen if chosen.draws else None
    moved = ranges(compared, doubted, chosen) if doubted is not None else []
    tables = listing.tables(compared) | doubts.tables(compared, chosen)
    tables |= {"set_ranges": listing.table(moved, RANGES, ("setting",)), "set_record": listing.record_of(compared)}
    return Result(
        tables=tables,
        sentence=_sentence(compared),
        evidence=evidence,
        support=_support(compared, tables),
        highlights=tuple(tables["solutions"].index[:3]),
        notes=(*left_out(evidence, known_interviews(evidence)), *_notes(compared)),
        seed=chosen.seed,
    )


def compared_by(evidence: Evidence, params: Params) -> Compared:
    """Calibrate the codes by the rule, and compare the cases.

    Raises
    ------
    NotFound, InputProblem
        As `compute`.
    """
    from veche.analyses.qca import RULE

    rules = read_rule_file(params.file) if params.file else read_rule(params.rule)
    if params.outcome.lstrip("~") not in {one.name for one in rules}:
        raise InputProblem(
            N_("The rule has no set {name}. Its sets: {known}. Name one of them as the outcome."),
            name=params.outcome, known=", ".join(one.name for one in rules),
        )  # fmt: skip
    for one in rules:
        if not one.fuzzy and one.name == params.outcome.lstrip("~"):
            raise InputProblem(
                N_("Set {name} holds no memberships, so it cannot be explained. Take it as a condition, and name another outcome."),
                name=one.name,
            )  # fmt: skip
    why, held = "", None
    try:
        held = material(evidence, rules)
        found = values(held, rules)
    except NotFound as problem:
        if params.file or params.rule != RULE:
            raise
        # the rule that is there by itself fits one codebook only
        found, why = (), problem.message(_)
    return replace(_compare(rules, found, params, why), held=held)


def _compare(rules: tuple[SetRule, ...], found: Sequence[Value], params: Params, why: str) -> Compared:
    by_case: dict[str, dict[str, float | str]] = {}
    ordered = {one.name for one in rules if one.kind == "before"}
    for one in found:
        if one.known:
            value = one.membership if one.name not in ordered else DASH if one.apart else str(int(one.membership))
            by_case.setdefault(one.case, {})[one.name] = value
    complete = tuple(case for case, sets in by_case.items() if len(sets) == len(rules))
    if not complete:
        return Compared(rules, tuple(found), (), None, None, why or _("No case has a value in every set."))
    data = {one.name: [by_case[case][one.name] for case in complete] for one in rules}
    bare = params.outcome.lstrip("~")
    try:
        frame = make_frame(data, params.outcome, [one.name for one in rules if one.name != bare], cases=complete)
    except InputProblem as problem:
        return Compared(rules, tuple(found), complete, None, None, problem.message(_))
    solved = standard(
        frame, incl_cut=(params.incl, params.incl0) if params.incl0 else params.incl, n_cut=params.n, pri_cut=params.pri,
        expectations=doubts.expected_of(params), necessity_cut=params.necessity,
        necessary=params.necessary, untenable=params.untenable, seconds=SECONDS,
    )  # fmt: skip
    return Compared(rules, tuple(found), complete, frame, solved, "")


def _sentence(compared: Compared) -> str:
    if compared.frame is None or compared.found is None:
        return say(N_("Nothing can be compared. {why}"), why=compared.why)
    chosen = compared.chosen
    if chosen is None:
        return next(iter(compared.found.sides[0].problems.values()))
    one = chosen.solution
    whole = one.fit().whole
    fields = {
        "model": one.write(), "outcome": one.frame.outcome_name, "cases": len(one.frame.cases), "incl": number(whole.inclusion, 2),
        "coverage": number(whole.coverage, 2), "models": one.count,
    }  # fmt: skip
    if one.count == 1 and one.complete:
        return say(
            N_("{outcome} goes with {model}: the only smallest model, consistency {incl}, coverage {coverage}, cases {cases}."),
            **fields,
        )  # fmt: skip
    return say(
        N_("{outcome} goes with {model}, one of {models} smallest models: consistency {incl}, coverage {coverage}, cases {cases}."),
        **fields,
    )  # fmt: skip


def _notes(compared: Compared) -> tuple[str, ...]:
    notes = []
    lacking: dict[str, list[str]] = {}
    for one in compared.values:
        if not one.known:
            lacking.setdefault(one.case, []).append(one.name)
    if lacking:
        notes.append(
            say(
                N_("Left out, since nobody speaks of a set there: {cases}."),
                cases="; ".join(f"{case} ({', '.join(names)})" for case, names in lacking.items()),
            )
        )
    return (*notes, *(compared.found.notes if compared.found else ()))


def _support(compared: Compared, tables: Mapping[str, pd.DataFrame]) -> Callable[[str, Hashable, str | None], Grounds]:
    by_cell = {(one.case, one.name): one for one in compared.values}
    names = [one.name for one in compared.rules]
    places = compared.place

    def of(cases: Sequence[str], sets: Sequence[str]) -> Grounds:
        parts = [by_cell[case, name].grounds for case in cases for name in sets if (case, name) in by_cell]
        return Grounds(
            tuple(dict.fromkeys(id for one in parts for id in one.supporting)),
            tuple(dict.fromkeys(id for one in parts for id in one.opposing)),
        )

    def grounds(table: str, row: Hashable, _column: str | None) -> Grounds:
        line: Any = tables[table].loc[str(row)].to_dict()
        if table == "calibrated":
            return of([row_label(line["town"], line["wave"])], [line["set"]])
        if table == "truth_table":
            return of(line["cases"].split(", "), names)
        if table == "set_cases":
            return of([line["case"]], names)
        if table == "set_panel" and compared.frame is not None:
            inside = compared.frame.union(compared.frame.read_model(line["term"]))
            return of([
                case for case, x in zip(compared.frame.cases, inside, strict=True)
                if x > 0.5 and line["place"] in ("", places[case][0].name) and line["wave"] in ("", places[case][1].key)
            ], names)  # fmt: skip
        if table == "trajectories":
            return of([case for case, (town, _wave) in places.items() if town.key == line["town"]], names)
        if table == "theory_areas":
            chosen = (line["cases_with"], line["cases_without"])
            return of([case for words in chosen for case in words.split(", ")], names)
        if table == "case_pairs":
            return of([line["typical_case"], line["case"]], names)
        if table == "set_robustness":
            return of([line["part"]], names)
        if table == "solutions" and compared.frame is not None:
            frame = compared.frame
            inside = frame.union(frame.read_model(line["term"])) if line["term"] not in ("0", "1") else frame.outcome
            return of([case for case, x in zip(frame.cases, inside, strict=True) if x > 0.5], names)
        return Grounds()

    return grounds
