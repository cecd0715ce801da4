"""Set-theoretic comparison of any table, for people without a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from veche.sets import Standard, make_frame, standard
from veche.sets.standard import KINDS
from veche.study import InputProblem
from veche.study.errors import N_

if TYPE_CHECKING:
    import pandas as pd


def compare_table(
    path: Path, outcome: str, conditions: Sequence[str] = (), *, cases: str | None = None, incl: float = 0.8, n: int = 1, pri: float = 0.0,
    kind: str = "all", expect: Sequence[str] = (), necessity: float = 0.9, both: bool = True, seconds: float = 60.0,
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
    wordy = [name for name in table.columns if not _numbers(table[name])]
    if cases is None:
        cases = next((name for name in wordy if name not in conditions and name != bare), None)
    if cases is None:
        table.index = [str(at + 1) for at in range(len(table))]
    chosen = list(conditions) or [one for one in table.columns if one not in (*wordy, cases, bare)]
    frame = make_frame(table, outcome, chosen, cases=cases)
    return standard(
        frame, incl_cut=incl, n_cut=n, pri_cut=pri, kinds=[one for one in KINDS if kind in ("all", one)], expectations=expect,
        necessity_cut=necessity, both=both, seconds=seconds,
    )  # fmt: skip


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

    from veche.exporters._writing import FORMULA, replacing

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
                table.to_excel(book, sheet_name=name[:31], index=False)
        return (path,)
    written = []
    for at, (name, table) in enumerate(safe.items()):
        target = path if at == 0 else path.with_name(f"{path.stem}.{name}{path.suffix}")
        with replacing(target) as part:
            table.to_csv(part, index=False, sep="," if path.suffix.lower() == ".csv" else "\t", encoding="utf-8-sig")
        written.append(target)
    return tuple(written)
