"""Set-theoretic comparison of any table, for people without a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from veche.sets import Chains, Standard, read_record, record, redundancy_free, skew, standard, theory
from veche.sets import Result as Solved
from veche.sets._frame import columns_of
from veche.sets.standard import KINDS
from veche.study import InputProblem
from veche.study.errors import N_
from veche.words import _
from veche.workbench.set_cases import Cases, read_cases

if TYPE_CHECKING:
    import pandas as pd


#: figures of `draw_sets`, and what has to be asked for besides so that there is something to draw
FIGURES: Mapping[str, str] = {
    "solutions": "", "xy": "", "truth": "", "venn": "", "ambiguity": "", "flow": "", "chains": "--chains", "ways": "--unit, --time",
    "types": "--ideal-type", "cuts": "--doubts",
}  # fmt: skip


def compare_table(
    path: Path, outcome: str, conditions: Sequence[str] = (), *, cases: str | None = None,
    calibration: Mapping[str, str] = MappingProxyType({}), **given: Any,
) -> Standard:  # fmt: skip
    """Read a table (`veche.workbench.set_cases.read_cases`) and compare its cases (`compare`).

    Raises
    ------
    InputProblem
        As these two.
    """
    return compare(read_cases(path, outcome, conditions, cases=cases, calibration=calibration), **given)


def compare(
    cases: Cases, *, incl: float = 0.8, incl0: float = 0.0, n: int = 1, pri: float = 0.0, kind: str = "all", expect: Sequence[str] = (),
    necessity: float = 0.9, both: bool = True, necessary: str = "", untenable: str = "", seconds: float = 60.0,
) -> Standard:  # fmt: skip
    """Run the usual analysis (`veche.sets.standard`).

    Parameters
    ----------
    cases
        From `veche.workbench.set_cases.read_cases`.
    incl, incl0, n, pri, necessity
        Cut-offs; rows of a consistency between `incl0` and `incl` are contradictions (0: none).
    kind
        One kind of solution, or ``all``.
    expect
        Directional expectations as literals or conjunctions.
    both
        Whether the negated outcome is looked at too.
    necessary, untenable
        Enhanced standard analysis, as in `veche.sets.standard`.
    seconds
        Time for each solution.

    Raises
    ------
    InputProblem
        For an unknown kind, cut-offs out of their bounds, and expressions that name what is not there.
    """
    if kind != "all" and kind not in KINDS:
        raise InputProblem(
            N_("There is no solution of the kind {kind}. Choose conservative, parsimonious or intermediate."), kind=kind
        )
    found = standard(
        cases.frame, incl_cut=(incl, incl0) if incl0 else incl, n_cut=n, pri_cut=pri, kinds=[one for one in KINDS if kind in ("all", one)],
        expectations=expect, necessity_cut=necessity, both=both, necessary=necessary, untenable=untenable, seconds=seconds,
    )  # fmt: skip
    return replace(found, notes=(*found.notes, *cases.notes))


def doubted(found: Standard, why: str) -> Solved:
    """Give the solution that is looked at further (`veche.sets.Side.chosen`).

    Raises
    ------
    InputProblem
        If there is none; `why` says what it was wanted for.
    """
    side = found.sides[0]
    if side.chosen is None:
        raise InputProblem(why, outcome=side.outcome)
    return side.chosen


def write_record(found: Standard, calibration: Mapping[str, str], path: Path) -> Path:
    """Write the record of an analysis as JSON."""
    from veche.exporters._writing import replacing

    with replacing(path) as part:
        part.write_text(record(found, calibration=calibration).to_json() + "\n", encoding="utf-8")
    return path


def check_record(found: Standard, path: Path) -> None:
    """Hold an analysis against an earlier record.

    Raises
    ------
    InputProblem
        If the file is no record, or data or answer differ from it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputProblem(
            N_("{name} cannot be read. Give the file that was written with --record."), name=path.name
        ) from None
    read_record(text).rerun(found.sides[0].table.frame)


def draw_sets(found: Standard, kind: str, path: Path, others: Mapping[str, Any] = MappingProxyType({})) -> Path:
    """Draw a figure of an analysis to a file (png, svg, pdf).

    Parameters
    ----------
    kind
        One of `FIGURES`: of the outcome, and of the intermediate solution or the first there is.
    others
        What was found besides the comparison and draws itself, by the name of its figure.

    Raises
    ------
    InputProblem
        If there is no such figure or ending, or nothing to draw.
    """
    from veche import figures

    if kind not in FIGURES:
        raise InputProblem(
            N_("There is no figure {kind}. Choose one of: {known}."), kind=kind, known=", ".join(FIGURES)
        )
    if FIGURES[kind] and kind not in others:
        raise InputProblem(
            N_("Nothing was found that {kind} could draw. Give {option} too."), kind=kind, option=FIGURES[kind]
        )
    side = found.sides[0]
    if kind in others:
        chart = others[kind].figure()
    elif kind in ("solutions", "truth"):
        chart = side.figure() if kind == "solutions" else side.table.figure()
    elif kind == "venn" and not side.results:
        chart = side.table.figure("venn")
    else:
        result = doubted(found, N_("{outcome} has no solution that could be drawn. Lower the cut-off, or draw truth."))
        solution = result.solution
        drawings = {
            "xy": solution.figure, "venn": result.venn, "ambiguity": solution.ambiguity, "flow": solution.flow,
        }  # fmt: skip
        chart = drawings[kind]()
    figures.save(chart, path)
    return path


def areas(found: Standard, expected: str) -> pd.DataFrame:
    """Compare a theory with the solution of the outcome that is looked at (`doubted`, `veche.sets.theory`).

    Raises
    ------
    InputProblem
        If the theory names what is not there, or there is no solution.
    """
    import pandas as pd

    result = doubted(found, N_("{outcome} has no solution that a theory could be compared with. Lower the cut-off."))
    names = {
        "T*S": _("expected and found"), "~T*S": _("found, not expected"), "T*~S": _("expected, not found"), "~T*~S": _("neither"),
    }  # fmt: skip
    return pd.DataFrame(
        [
            {
                "area": names[one.name], "inclS": one.fit.inclusion, "covS": one.fit.coverage, "with": ", ".join(one.with_outcome),
                "without": ", ".join(one.without),
            }
            for one in theory(result.table.frame, expected, result.solution.model())
        ]
    )  # fmt: skip


def chains(cases: Cases, outcomes: Sequence[str], *, consistency: float, coverage: float) -> Chains:
    """Find redundancy-free models of several outcomes and the chains they make (coincidence analysis, `veche.sets.redundancy_free`).

    Parameters
    ----------
    cases
        The cases; conditions and outcome are the factors.
    outcomes
        Factors that may be outcomes; none: all of them.
    consistency, coverage
        What a model must reach, in (0, 1].

    Raises
    ------
    InputProblem
        For an outcome that is not there, factors with several values, or thresholds out of their bounds.
    """
    frame = cases.frame
    bare = frame.outcome_name.lstrip("~")
    y = 1 - frame.outcome if frame.outcome_name.startswith("~") else frame.outcome
    data = {**columns_of(frame), bare: y.tolist()}
    return redundancy_free(data, outcomes=outcomes or None, consistency=consistency, coverage=coverage)


def spread(found: Standard) -> pd.DataFrame:
    """Say how the cases lie on the outcome and on every condition (`veche.sets.skew`): skewness, cases at exactly 0.5, clusters at the anchors."""
    import pandas as pd

    frame = found.sides[0].table.frame
    parts = [(frame.outcome_name, frame.outcome)]
    for at, name in enumerate(frame.names):
        values = range(frame.levels[at]) if frame.multi[at] else (1,)
        parts += [
            (frame.write_literal(at, value) if frame.multi[at] else name, frame.literals[at][value]) for value in values
        ]
    return pd.concat([skew(x).to_frame().assign(set=name) for name, x in parts], ignore_index=True)[
        ["set", "cases", "above", "below", "half", "at 0", "at 1", "share above"]
    ]


def write_tables(tables: Mapping[str, pd.DataFrame], path: Path) -> tuple[Path, ...]:
    """Write tables: a workbook with one sheet each (xlsx), or the first to the path and the others beside it (csv, tsv).

    Raises
    ------
    InputProblem
        For another ending.
    """
    import pandas as pd

    from veche.exporters._writing import FORMULA, in_workbook, replacing

    if path.suffix.lower() not in (".csv", ".tsv", ".xlsx"):
        raise InputProblem(
            N_("{name} is neither csv nor tsv nor xlsx. Give a name with one of these endings."), name=path.name
        )
    workbook = path.suffix.lower() == ".xlsx"

    def guarded(one: Any) -> Any:
        if not isinstance(one, str):
            return one
        words = in_workbook(one) if workbook else one
        # a leading apostrophe keeps a spreadsheet from running words as a formula
        return f"'{words}" if words.startswith(FORMULA) else words

    safe = {name: table.map(guarded) for name, table in tables.items()}
    if workbook:
        with replacing(path) as part, part.open("wb") as file, pd.ExcelWriter(file, engine="openpyxl") as book:
            for name, table in safe.items():
                table.to_excel(book, sheet_name=name[:31], index=False)
        return (path,)
    written = []
    for at, (name, table) in enumerate(safe.items()):
        target = path if at == 0 else path.with_name(f"{path.stem}.{name}{path.suffix}")
        with replacing(target) as part:
            table.to_csv(part, index=False, sep="," if path.suffix.lower() == ".csv" else "\t", encoding="utf-8-sig")
        written.append(target)
    return tuple(written)
