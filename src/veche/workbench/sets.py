"""Set-theoretic comparison of any table, for people without a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from veche.sets import (
    Standard,
    left_out,
    make_frame,
    permuted,
    read_record,
    record,
    robustness,
    select_cases,
    skew,
    solver,
    stability,
    standard,
    theory,
)
from veche.sets.standard import KINDS
from veche.study import InputProblem
from veche.study.errors import N_
from veche.words import _
from veche.workbench.calibrations import calibrated_column, judged_columns

if TYPE_CHECKING:
    import pandas as pd


#: cut-offs of consistency near the one in use, at which a solution is tested
NEAR = (-0.05, -0.025, 0.0, 0.025, 0.05)
#: columns of the table of robustness
HOLDING = {"kind": "standing", "initial": "initial", "least": "least_test", "greatest": "greatest", "outcome": "y"}
#: figures of `draw_sets`
FIGURES = ("solutions", "xy", "truth", "venn", "ambiguity", "flow")


def compare_table(
    path: Path, outcome: str, conditions: Sequence[str] = (), *, cases: str | None = None, incl: float = 0.8, n: int = 1, pri: float = 0.0,
    kind: str = "all", expect: Sequence[str] = (), necessity: float = 0.9, both: bool = True, necessary: str = "", untenable: str = "",
    calibration: Mapping[str, str] = MappingProxyType({}), seconds: float = 60.0,
) -> Standard:  # fmt: skip
    """Read a table and run the usual analysis (`veche.sets.standard`).

    Parameters
    ----------
    path
        A csv, tsv or xlsx file with one row for each case.
    outcome, conditions
        Columns; without conditions all other columns that hold numbers only.
    cases
        Column with the names of the cases; by default the first column that is neither a condition nor the outcome and holds words, else numbers of
        rows.
    incl, n, pri, necessity
        Cut-offs.
    kind
        One kind of solution, or ``all``.
    expect
        Directional expectations as literals or conjunctions.
    necessary, untenable
        Enhanced standard analysis, as in `veche.sets.standard`.
    calibration
        By column how raw values become memberships, as `veche.workbench.calibrations.calibrated_column` reads it.

    Raises
    ------
    InputProblem
        For an unreadable table or one that cannot be compared; the message names case and condition.
    """
    from veche.importers.plain_table import read_table

    if kind != "all" and kind not in KINDS:
        raise InputProblem(
            N_("There is no solution of the kind {kind}. Choose conservative, parsimonious or intermediate."), kind=kind
        )
    table = read_table(path)
    bare = outcome.lstrip("~ ").split("[")[0].strip()
    table = table.assign(**{name: calibrated_column(table, name, words) for name, words in calibration.items()})
    wordy = [name for name in table.columns if not _numbers(table[name])]
    if cases is None:
        cases = next((name for name in wordy if name not in conditions and name != bare), None)
    if cases is None:
        table.index = [str(at + 1) for at in range(len(table))]
    beside = (*wordy, *judged_columns(calibration), cases, bare)
    chosen = list(conditions) or [one for one in table.columns if one not in beside]
    frame = make_frame(table, outcome, chosen, cases=cases)
    return standard(
        frame, incl_cut=incl, n_cut=n, pri_cut=pri, kinds=[one for one in KINDS if kind in ("all", one)], expectations=expect,
        necessity_cut=necessity, both=both, necessary=necessary, untenable=untenable, seconds=seconds,
    )  # fmt: skip


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


def draw_sets(found: Standard, kind: str, path: Path) -> Path:
    """Draw a figure of an analysis to a file (png, svg, pdf).

    Parameters
    ----------
    kind
        One of `FIGURES`: of the outcome, and of the intermediate solution or the first there is.

    Raises
    ------
    InputProblem
        If there is no such figure or ending, or no solution to draw.
    """
    from veche import figures

    if kind not in FIGURES:
        raise InputProblem(
            N_("There is no figure {kind}. Choose one of: {known}."), kind=kind, known=", ".join(FIGURES)
        )
    side = found.sides[0]
    result = side.results.get("intermediate") or next(iter(side.results.values()), None)
    if kind in ("solutions", "truth"):
        chart = side.figure() if kind == "solutions" else side.table.figure()
    elif result is None or not result.solution.models:
        if kind != "venn":
            raise InputProblem(
                N_("{outcome} has no solution that could be drawn. Lower the cut-off, or draw truth."),
                outcome=side.outcome,
            )
        chart = side.table.figure("venn")
    else:
        solution = result.solution
        drawings = {
            "xy": solution.figure, "venn": result.venn, "ambiguity": solution.ambiguity, "flow": solution.flow,
        }  # fmt: skip
        chart = drawings[kind]()
    figures.save(chart, path)
    return path


def areas(found: Standard, expected: str) -> pd.DataFrame:
    """Compare a theory with the intermediate solution of the outcome, or with the first there is (`veche.sets.theory`).

    Raises
    ------
    InputProblem
        If the theory names what is not there, or there is no solution.
    """
    import pandas as pd

    side = found.sides[0]
    result = side.results.get("intermediate") or next(iter(side.results.values()), None)
    if result is None or not result.solution.models:
        raise InputProblem(
            N_("{outcome} has no solution that a theory could be compared with. Lower the cut-off."),
            outcome=side.outcome,
        )
    names = {
        "T*S": _("expected and found"), "~T*S": _("found, not expected"), "T*~S": _("expected, not found"), "~T*~S": _("neither"),
    }  # fmt: skip
    return pd.DataFrame(
        [
            {
                "area": names[one.name], "inclS": one.fit.inclusion, "covS": one.fit.coverage, "with": ", ".join(one.with_outcome),
                "without": ", ".join(one.without),
            }
            for one in theory(side.table.frame, expected, result.solution.models[0])
        ]
    )  # fmt: skip


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
        ["set", "cases", "above", "below", "half", "at 0", "at 1"]
    ]


def doubts(found: Standard, *, shuffles: int = 199, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Doubt the solution that `areas` would compare: cases by role, other cut-offs, robustness, single cases left out, chance.

    Parameters
    ----------
    found
        From `compare_table`.
    shuffles, seed
        How often the outcome is shuffled over cases, and the seed.

    Returns
    -------
    dict
        Tables ``roles``, ``stability``, ``robustness``, ``left_out`` and ``chance``.

    Raises
    ------
    InputProblem
        If there is no solution.
    """
    import pandas as pd

    side, told = found.sides[0], found.settings
    frame = side.table.frame
    result = side.results.get("intermediate") or next(iter(side.results.values()), None)
    if result is None or not result.solution.models:
        raise InputProblem(
            N_("{outcome} has no solution that could be doubted. Lower the cut-off."), outcome=side.outcome
        )
    model = result.solution.models[0]
    cuts: dict[str, Any] = {"n_cut": told.n_cut, "pri_cut": told.pri_cut}
    expected = {"expectations": told.given()["expectations"], "kind": result.kind}
    near = sorted({round(min(max(told.incl_cut + step, 0.0), 1.0), 4) for step in NEAR})
    roles = pd.concat(
        [select_cases(frame, term, model).to_frame().assign(term=frame.write(term)) for term in model],
        ignore_index=True,
    )
    solve = {
        cut: solver(incl_cut=cut, necessary=told.necessary, untenable=told.untenable, **cuts, **expected)
        for cut in near
    }
    tests = []
    for cut in near:
        try:
            tests.append(solve[cut](frame).solution.models[0])
        except InputProblem:
            # at that cut-off nothing is positive, or everything
            continue
    own = solver(incl_cut=told.incl_cut, necessary=told.necessary, untenable=told.untenable, **cuts, **expected)
    return {
        "roles": roles[["term", "case", "role", "x", "y", "unique"]],
        "stability": stability(frame, incl_cuts=near, n_cuts=(told.n_cut,), pri_cut=told.pri_cut, **expected).to_frame(),
        "robustness": robustness(frame, model, tests).to_frame().rename(columns=HOLDING)
        if tests else pd.DataFrame(columns=["case", *HOLDING.values()]),
        "left_out": left_out(frame, frame.cases, own).to_frame(),
        "chance": permuted(frame, incl_cut=told.incl_cut, shuffles=shuffles, seed=seed, **cuts, **expected).to_frame(),
    }  # fmt: skip


def _numbers(column: pd.Series) -> bool:
    def number(value: object) -> bool:
        try:
            float(str(value))
        except ValueError:
            return value is None or str(value) == "-"
        return True

    return all(number(one) for one in column)


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
    # a leading apostrophe keeps a spreadsheet from running words as a formula
    safe = {
        name: table.map(lambda one: f"'{one}" if isinstance(one, str) and one.startswith(FORMULA) else one)
        for name, table in tables.items()
    }
    if path.suffix.lower() == ".xlsx":
        with replacing(path) as part, part.open("wb") as file, pd.ExcelWriter(file, engine="openpyxl") as book:
            for name, table in safe.items():
                held = table.map(lambda one: in_workbook(one) if isinstance(one, str) else one)
                held.to_excel(book, sheet_name=name[:31], index=False)
        return (path,)
    written = []
    for at, (name, table) in enumerate(safe.items()):
        target = path if at == 0 else path.with_name(f"{path.stem}.{name}{path.suffix}")
        with replacing(target) as part:
            table.to_csv(part, index=False, sep="," if path.suffix.lower() == ".csv" else "\t", encoding="utf-8-sig")
        written.append(target)
    return tuple(written)
