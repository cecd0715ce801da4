"""From a table of memberships to the frame that everything else works on, with every mistake named."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.sets._terms import DASH, Floats, Frame
from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    import pandas as pd

#: by how much a computed membership may pass 0 or 1
ROUNDING = 1e-9
Data = "pd.DataFrame | Mapping[str, Sequence[Any]]"


def make_frame(
    data: pd.DataFrame | Mapping[str, Sequence[Any]],
    outcome: str,
    conditions: Sequence[str] | None = None,
    *,
    cases: str | Sequence[str] | None = None,
) -> Frame:
    """Read memberships.

    Parameters
    ----------
    data
        A table: one row per case, one column per condition. Numbers in [0, 1] are memberships (crisp or fuzzy); whole numbers from 0 up to
        more than 1
        are values of a multi-value condition; a column in which ``-`` stands is temporal: ``-`` says that the condition does not apply.
    outcome
        Column of the outcome; ``~NAME`` for its negation, ``NAME[2]`` for one value of several.
    conditions
        Columns of the conditions, in order; by default all others.
    cases
        Column with the names of the cases, or the names; by default the index.

    Returns
    -------
    Frame
        Memberships in the values of every condition, shapes (values, cases), and in the outcome, shape (cases,); all in [0, 1].

    Raises
    ------
    InputProblem
        For a missing value, a membership outside [0, 1], an outcome that stands among the conditions or equals one of them, names that are
        not there, cases
        that are named twice, an outcome that does not vary.

    References
    ----------
    Ragin 2008, Redesigning Social Inquiry, ch. 2 and 5; several values: Cronqvist and Berg-Schlosser 2009, in Rihoux and Ragin, Configurational
    Comparative Methods, ch. 4; temporal conditions: Ragin and Strand 2008, Sociological Methods and Research 36:431-441.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> frame.names, frame.outcome_name, frame.cases[0]
    (('HEAD', 'FIRM'), 'STABLE', 'Alder')
    """
    table = _table(data)
    names = _names_of_cases(table, cases)
    taken = [cases] if isinstance(cases, str) else []
    negated, column, value = _outcome(outcome, [str(one) for one in table.columns])
    chosen = (
        [str(one) for one in table.columns if str(one) not in (*taken, column)]
        if conditions is None
        else list(conditions)
    )
    for name in chosen:
        if name not in table.columns:
            raise _no_column(name, [str(one) for one in table.columns])
    if column in chosen:
        raise InputProblem(
            N_("{name} is the outcome and stands among the conditions. Take it out of one of them."), name=column
        )
    if len(set(chosen)) < len(chosen):
        twice = next(name for name in chosen if chosen.count(name) > 1)
        raise InputProblem(N_("Condition {name} is given twice. Name it once."), name=twice)
    if not chosen or not names:
        raise InputProblem(
            N_("There are {conditions} conditions and {cases} cases. Give at least one of each."),
            conditions=len(chosen),
            cases=len(names),
        )
    levels, multi, literals = _columns(table, chosen, names)
    y = _outcome_values(table[column], column, value, names)
    return checked(Frame(tuple(chosen), levels, multi, literals, names, 1 - y if negated else y, outcome))


def checked(frame: Frame) -> Frame:
    """Refuse a frame with nothing to explain: an outcome that does not vary, or that one of the conditions equals.

    Raises
    ------
    InputProblem
        For both; the message names the outcome and the condition.
    """
    y = frame.outcome
    if y.min() == y.max():
        raise InputProblem(
            N_("The outcome {name} is {value} in all {count} cases: nothing can be compared. Add cases that differ in it."),
            name=frame.outcome_name, value=f"{y.min():g}", count=len(frame.cases),
        )  # fmt: skip
    for at, found in enumerate(frame.literals):
        same = next((value for value, one in enumerate(found) if np.array_equal(one, y)), None)
        if same is not None:
            raise InputProblem(
                N_("Condition {name} equals the outcome {outcome} in every case: it would explain itself. Take it out."),
                name=frame.write_literal(at, same), outcome=frame.outcome_name,
            )  # fmt: skip
    return frame


def columns_of(frame: Frame) -> dict[str, list[Any]]:
    """Give the conditions as the columns that `make_frame` reads: memberships, values, or ``-`` where one does not apply."""
    found: dict[str, list[Any]] = {}
    for name, levels, multi, literals in zip(frame.names, frame.levels, frame.multi, frame.literals, strict=True):
        if len(literals) > levels:
            found[name] = ["01-"[one] for one in literals.argmax(axis=0)]
        else:
            found[name] = (literals.argmax(axis=0) if multi and levels > 2 else literals[1]).tolist()
    return found


def read_memberships(
    data: pd.DataFrame | Mapping[str, Sequence[Any]],
    columns: Sequence[str],
    *,
    cases: str | Sequence[str] | None = None,
) -> Frame:
    """Read conditions without an outcome.

    Parameters
    ----------
    data
        As in `make_frame`.
    columns
        Columns of the conditions, in order.
    cases
        Column with the names of the cases, or the names; by default the index.

    Returns
    -------
    Frame
        Memberships in [0, 1]; its outcome is missing (NaN) for every case.

    Raises
    ------
    InputProblem
        As `make_frame`, but for what it says of the outcome.

    References
    ----------
    Those of `make_frame`.

    Examples
    --------
    >>> from veche import sets
    >>> frame = sets.read_memberships({"town": ["Alder", "Birch"], "HEAD": [0.9, 0.2], "WAY": ["1", "-"]}, ["HEAD", "WAY"], cases="town")
    >>> frame.membership(frame.read("HEAD*WAY")).tolist()
    [0.9, 0.0]
    """
    table = _table(data)
    names = _names_of_cases(table, cases)
    for name in columns:
        if name not in table.columns:
            raise _no_column(name, [str(one) for one in table.columns])
    if not columns or not names:
        raise InputProblem(
            N_("There are {conditions} conditions and {cases} cases. Give at least one of each."),
            conditions=len(columns),
            cases=len(names),
        )
    return Frame(tuple(columns), *_columns(table, columns, names), names, np.full(len(names), np.nan), "")


def _table(data: pd.DataFrame | Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Read a table whose columns have names of their own and equal lengths."""
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        names = [str(one) for one in data.columns]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise InputProblem(N_("Two columns are called {name}. Give every column a name of its own."), name=twice)
        return data.set_axis(names, axis=1)
    try:
        return pd.DataFrame({str(name): list(column) for name, column in dict(data).items()})
    except (TypeError, ValueError):
        raise InputProblem(
            N_(
                "This is no table: its columns have different lengths, or are no lists. Give one value of every column for each case."
            )
        ) from None


def _columns(
    table: pd.DataFrame, chosen: Sequence[str], cases: Sequence[str]
) -> tuple[tuple[int, ...], tuple[bool, ...], tuple[Floats, ...]]:
    levels, multi, literals = zip(*(_column(table[name], name, cases) for name in chosen), strict=True)
    if any(multi):  # one way of writing in one model: URB[0] beside DEV[2]
        multi = tuple(len(found) == count for found, count in zip(literals, levels, strict=True))
    return levels, multi, literals


def _names_of_cases(table: pd.DataFrame, cases: str | Sequence[str] | None) -> tuple[str, ...]:
    if isinstance(cases, str):
        if cases not in table.columns:
            raise _no_column(cases, [str(one) for one in table.columns])
        names = tuple(str(one) for one in table[cases])
    else:
        names = tuple(str(one) for one in (table.index if cases is None else cases))
    if len(names) != len(table):
        raise InputProblem(
            N_("There are {names} names for {cases} cases. Give one for each."), names=len(names), cases=len(table)
        )
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputProblem(
            N_("Case {name} stands in the table more than once. Give every case a name of its own."), name=twice
        )
    return names


def _no_column(name: str, columns: Sequence[str]) -> InputProblem:
    return InputProblem(
        N_("The table has no column {name}. Its columns: {known}."), name=name, known=", ".join(map(str, columns))
    )


def _outcome(text: str, columns: Sequence[str]) -> tuple[bool, str, int | None]:
    found = re.fullmatch(r"(~?)\s*(.+?)\s*(?:\[(\d+)\])?", text.strip())
    if found is None or found[2] not in columns:
        raise _no_column(found[2] if found else text, columns)
    return bool(found[1]), found[2], None if found[3] is None else int(found[3])


def _numbers(column: Any, name: str, cases: Sequence[str]) -> Floats:
    import pandas as pd

    values = np.asarray(pd.to_numeric(pd.Series(list(column)), errors="coerce"), dtype=float)
    wrong = np.flatnonzero(~np.isfinite(values))
    if wrong.size:
        raw = list(column)[wrong[0]]
        missing = raw is None or raw != raw or str(raw).strip() == ""
        raise InputProblem(
            N_("Case {case} has no value for {name}; cases without one: {n}. Fill it in, or leave out the case.")
            if missing
            else N_("Case {case} has {value} for {name}; cases without a number: {n}. Give a number."),
            case=cases[wrong[0]], name=name, n=wrong.size, value=raw,
        )  # fmt: skip
    return values


def _column(column: Any, name: str, cases: Sequence[str]) -> tuple[int, bool, Floats]:
    text = [str(one).strip() for one in column]
    if DASH in text:
        apart = np.array([one == DASH for one in text])
        values = _numbers(["0" if gone else one for one, gone in zip(text, apart, strict=True)], name, cases)
        if not np.isin(values, (0, 1)).all():
            at = int(np.flatnonzero(~np.isin(values, (0, 1)))[0])
            raise InputProblem(
                N_("Case {case} has {value} for the temporal condition {name}. Use 0, 1, or - where it does not apply."),
                case=cases[at], value=text[at], name=name,
            )  # fmt: skip
        return 2, False, np.array([(values == 0) & ~apart, (values == 1) & ~apart, apart], dtype=float)
    values = _numbers(column, name, cases)
    if values.max(initial=0) > 1 and np.array_equal(values, values.round()) and values.min(initial=0) >= 0:
        levels = int(values.max()) + 1
        return levels, True, np.array([values == level for level in range(levels)], dtype=float)
    values = _memberships(values, name, cases)
    return 2, False, np.array([1 - values, values])


def _memberships(values: Floats, name: str, cases: Sequence[str]) -> Floats:
    # what is beyond 0 or 1 by nothing but rounding is 0 or 1
    values = np.where(
        (values < 0) & (values > -ROUNDING), 0.0, np.where((values > 1) & (values < 1 + ROUNDING), 1.0, values)
    )
    wrong = np.flatnonzero((values < 0) | (values > 1))
    if wrong.size:
        raise InputProblem(
            N_("Case {case} has {value} for {name}: a membership lies from 0 to 1. Calibrate it first, or give whole numbers for values."),
            case=cases[wrong[0]], value=f"{values[wrong[0]]:g}", name=name,
        )  # fmt: skip
    return values


def _outcome_values(column: Any, name: str, value: int | None, cases: Sequence[str]) -> Floats:
    numbers = _numbers(column, name, cases)
    if value is not None:
        chosen: Floats = (numbers == value).astype(float)
        return chosen
    return _memberships(numbers, name, cases)
