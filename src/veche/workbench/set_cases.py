"""Cases of any table: read, calibrated, and what the table says of them besides their memberships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.sets import Frame, make_frame
from veche.sets._terms import DASH, unknown
from veche.study.errors import N_, InputProblem
from veche.words import _
from veche.workbench.calibrations import calibrated_column, helping_columns

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Cases:
    """Cases with their memberships, the whole table, one row for each of them, and their units and times (none without such columns)."""

    frame: Frame
    table: pd.DataFrame
    units: tuple[str, ...] = ()
    times: tuple[Any, ...] = ()
    notes: tuple[str, ...] = ()

    def errors(self, given: Sequence[str]) -> dict[str, Any]:
        """Read standard errors of memberships: ``0.05`` for all sets, ``NAME=0.05`` for one, ``NAME=COLUMN`` where a column holds them.

        Raises
        ------
        InputProblem
            For what is neither a number from 0 to 1 nor a column of such numbers.
        """
        frame, found = self.frame, dict[str, Any]()
        fuzzy = [name for name, literals in zip(frame.names, frame.literals, strict=True) if len(literals) == 2]
        for text in given:
            name, sign, said = (one.strip() for one in text.rpartition("="))
            for one in [name] if sign else [*fuzzy, frame.outcome_name]:
                found[one] = self._error(text, said)
        return found

    def _error(self, text: str, said: str) -> Any:
        import pandas as pd

        column = self.table[said] if said in self.table else [said.replace(",", ".")]
        values = pd.to_numeric(pd.Series(list(column)), errors="coerce").to_numpy(dtype=float)
        if not ((values >= 0) & (values <= 1)).all() or text.startswith("="):
            raise InputProblem(
                N_("The error {text} is neither a number from 0 to 1 nor a column of such numbers. Write 0.05, NAME=0.05 or NAME=COLUMN."),
                text=text or "–",
            )  # fmt: skip
        return values if said in self.table else float(values[0])


def read_cases(
    path: Path, outcome: str, conditions: Sequence[str] = (), *, cases: str | None = None, calibration: Mapping[str, str] = MappingProxyType({}),
    unit: str | None = None, time: str | None = None, errors: Sequence[str] = (),
) -> Cases:  # fmt: skip
    """Read a table.

    Parameters
    ----------
    path
        A csv, tsv or xlsx file with one row for each case.
    outcome, conditions
        Columns; without conditions all other columns that hold numbers only.
    cases
        Column with the names of the cases; by default unit and time, else the first column that is neither a condition nor the outcome and holds
        words, else numbers of rows.
    calibration
        By column how raw values become memberships, as `veche.workbench.calibrations.calibrated_column` reads it.
    unit, time
        Columns with the unit (town) and the time (wave) of each case.
    errors
        Standard errors of memberships as `Cases.errors` reads them: columns they name are no conditions.

    Raises
    ------
    InputProblem
        For an unreadable table or one that cannot be compared; the message names case and condition.
    """
    from veche.importers.plain_table import read_table

    table = read_table(path)
    bare = outcome.lstrip("~ ").split("[")[0].strip()
    if time is not None and unit is None:
        raise InputProblem(N_("Units over time need the columns of both. Give --unit and --time."))
    units, times = _labels(table, unit), _times(_labels(table, time))
    names = [f"{one} {when}".strip() for one, when in zip(units, times or ("",) * len(units), strict=True)]
    made = {name: calibrated_column(table, name, words, units, times) for name, words in calibration.items()}
    table = table.assign(**made)
    wordy = [name for name in table.columns if not _numbers(table[name])]
    if cases is None and unit is not None and len(set(names)) == len(names):
        table.index = names
    elif cases is None:
        cases = next((name for name in wordy if name not in (*conditions, bare, unit, time)), None)
        if cases is None:
            table.index = [str(at + 1) for at in range(len(table))]
    kept, notes = _with_past(table, [name for name, words in calibration.items() if words.split()[:1] == ["rose"]])
    of_errors = [one.rpartition("=")[2].strip() for one in errors]
    beside = (*wordy, *helping_columns(calibration), *of_errors, cases, bare, unit, time)
    chosen = list(conditions) or [one for one in table.columns if one not in beside or one in made]
    chosen = [one for one in chosen if one != bare]
    frame = make_frame(table[kept], outcome, chosen, cases=cases)
    here = np.flatnonzero(kept)
    return Cases(
        frame, table[kept], tuple(units[at] for at in here) if units else (), tuple(times[at] for at in here) if times else (),
        (_("Left out, since nothing comes before them in their unit: {cases}.").format(cases=", ".join(notes)),) if notes else (),
    )  # fmt: skip


def _labels(table: pd.DataFrame, name: str | None) -> list[str]:
    if name is None:
        return []
    if name not in table.columns:
        raise unknown(name, [str(one) for one in table.columns])
    found = ["" if one is None else str(one).strip() for one in table[name]]
    if "" in found:
        raise InputProblem(
            N_("{name} is empty in row {row}. Give every case its unit and its time."), name=name, row=found.index("") + 1
        )  # fmt: skip
    return found


def _times(found: Sequence[str]) -> tuple[Any, ...]:
    """Read times as numbers where all are."""
    try:
        numbers = [float(one) for one in found]
    except ValueError:
        return tuple(found)
    return tuple(int(one) if one.is_integer() else one for one in numbers)


def _with_past(table: pd.DataFrame, risen: Sequence[str]) -> tuple[Any, list[str]]:
    """Which rows have a row before them in all columns of change, and the names of the others."""
    kept = np.ones(len(table), dtype=bool)
    for name in risen:
        kept &= table[name].notna().to_numpy()
    return kept, [str(one) for one in table.index[~kept]]


def _numbers(column: pd.Series) -> bool:
    def number(value: object) -> bool:
        try:
            float(str(value))
        except ValueError:
            return value is None or str(value) == DASH
        return True

    return all(number(one) for one in column)
