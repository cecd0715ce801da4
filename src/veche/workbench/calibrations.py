"""How columns of a table become memberships, as written on the command line: one short sentence for each column."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.sets import before, calibrate, crisp, differenced, indirect, stages, verbal
from veche.sets._checks import by_unit, in_time
from veche.sets._terms import unknown
from veche.study import InputProblem
from veche.study.errors import N_

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

#: what is made by unit and time
OF_TIME = ("rose", "stages")
#: options of the direct method that take a number
OPTIONS = ("idm", "below", "above", "snap")


def helping_columns(calibration: Mapping[str, str]) -> tuple[str, ...]:
    """Give the columns that only help to make others, as judgements of the indirect method and times of events do: they are no conditions.

    Examples
    --------
    >>> helping_columns({"WEALTH": "indirect JUDGED", "HEADS": "crisp 2", "FIRST": "before ELECTED, FUNDED", "GREW": "rose INCOME"})
    ('JUDGED', 'ELECTED', 'FUNDED', 'INCOME')
    """
    split = (words.strip().partition(" ") for words in calibration.values())
    return tuple(
        one
        for how, _space, rest in split
        if how in ("indirect", "before", *OF_TIME)
        for one in (_names(rest) if how == "before" else (rest.strip(),))
    )


def _names(text: str) -> list[str]:
    return [one.strip() for one in (text.split(",") if "," in text else text.split()) if one.strip()]


def calibrated_column(
    table: pd.DataFrame, name: str, words: str, units: Sequence[Hashable] = (), times: Sequence[Hashable] = ()
) -> pd.Series:
    """Calibrate a column of raw values or of words.

    Parameters
    ----------
    table, name
        The table, and which column of it.
    words
        One of these:

        - three or six anchors of the direct method (`veche.sets.calibrate`), behind them if wished ``linear``, ``inverted``, ``idm=0.9``,
          ``below=2``, ``above=0.5``, ``snap=0.0001``;
        - ``crisp`` and thresholds (`veche.sets.crisp`);
        - ``indirect`` and the column that holds the judged memberships, empty where there is none (`veche.sets.indirect`);
        - ``verbal`` and the words from out to in with commas between, each with its membership if wished: ``verbal no, rather yes=0.6, yes``
          (`veche.sets.verbal`);
        - ``before`` and two columns with the times of two events, empty or ``-`` where one did not happen (`veche.sets.before`);
        - ``rose`` and a column (`veche.sets.differenced`), or ``stages`` and a column of memberships (`veche.sets.stages`): by unit and time.
    units, times
        Unit and time of each row, for ``rose`` and ``stages``.

    Returns
    -------
    pandas.Series
        Memberships in [0, 1] (values 0, 1, ... of ``crisp`` and ``stages``; 0, 1 or ``-`` of ``before``; missing in the first row of a unit
        of ``rose``) with the index of the table.

    Raises
    ------
    InputProblem
        For a column that is not there, a value that is no number, or words that cannot be used.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"RICH": [400, 550, 900], "OPEN": ["no", "partly", "yes"]})
    >>> calibrated_column(data, "RICH", "400 550 900").round(2).tolist()
    [0.05, 0.5, 0.95]
    >>> calibrated_column(data, "OPEN", "verbal no, partly=0.6, yes").tolist()
    [0.0, 0.6, 1.0]
    """
    import pandas as pd

    how, _space, rest = words.strip().partition(" ")
    if how == "before":
        return pd.Series(_before(table, name, rest, words), index=table.index)
    if how in OF_TIME:
        return pd.Series(_over_time(table, name, how, rest.strip(), units, times), index=table.index)
    column = _column(table, name)
    found: NDArray[Any]
    if how == "verbal":
        found = _verbal(column, name, rest, words)
    elif how == "indirect":
        judged = rest.strip()
        found = indirect(_numbers(column, name), _numbers(_column(table, judged), judged, may_lack=True))
    elif how == "crisp":
        found = crisp(_numbers(column, name), *(_number(one, name, words) for one in rest.split()))
    else:
        found = _direct(_numbers(column, name), name, words)
    return pd.Series(found, index=table.index)


def _before(table: pd.DataFrame, name: str, rest: str, words: str) -> list[str]:
    events = _names(rest)
    if len(events) != 2:
        raise InputProblem(
            N_("The calibration of {name} is {words}. Name two columns with times of events: before FIRST, SECOND."), name=name, words=words
        )  # fmt: skip
    return before(*(_numbers(_column(table, one), one, may_lack=True) for one in events))


def _over_time(
    table: pd.DataFrame, name: str, how: str, of: str, units: Sequence[Hashable], times: Sequence[Hashable]
) -> NDArray[np.float64]:
    values = _numbers(_column(table, of), of)
    if not len(units) or not len(times):
        raise InputProblem(
            N_("{name} follows {of} over time, and no unit or time of the cases is known. Name their columns (--unit, --time)."),
            name=name, of=of,
        )  # fmt: skip
    order = _order(times)
    if how == "rose":
        return differenced(values, units, order)
    found, ways = np.zeros(len(values)), stages(values, units, order)
    for unit, rows in by_unit(values, units, order)[1].items():
        found[rows] = ways[unit]
    return found


def _order(times: Sequence[Hashable]) -> NDArray[np.int64]:
    """Give the place of each time among all times."""
    distinct = list(dict.fromkeys(times))
    place = {distinct[at]: nth for nth, at in enumerate(in_time(range(len(distinct)), distinct))}
    return np.array([place[one] for one in times], dtype=np.int64)


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    if name not in table.columns:
        raise unknown(name or "–", [str(one) for one in table.columns])
    return table[name]


def _direct(values: NDArray[np.float64], name: str, words: str) -> NDArray[np.float64]:
    anchors: list[float] = []
    given: dict[str, Any] = {}
    for one in words.split():
        option, sign, value = one.partition("=")
        if sign and option in OPTIONS:
            given[option] = _number(value, name, words)
        elif one == "linear":
            given["shape"] = "linear"
        elif one == "inverted":
            given["inverted"] = True
        else:
            anchors.append(_number(one, name, words))
    return calibrate(values, *anchors, **given)


def _verbal(column: pd.Series, name: str, rest: str, words: str) -> NDArray[np.float64]:
    parts = [one.strip() for one in rest.split(",") if one.strip()]
    if len(parts) < 2:
        raise InputProblem(
            N_("The calibration of {name} is {words}. Give the words from out to in: verbal no, rather no, rather yes, yes."),
            name=name, words=words,
        )  # fmt: skip
    scale = [one.partition("=")[0].strip() for one in parts]
    memberships = None
    if any("=" in one for one in parts):
        # the ends are 0 and 1 if nothing else is said
        ends = {0: "0", len(parts) - 1: "1"}
        memberships = [
            _number(one.partition("=")[2].strip() or ends.get(at, ""), name, words) for at, one in enumerate(parts)
        ]
    said = ["" if one != one or one is None else str(one).strip() for one in column]
    for at, one in enumerate(said):
        if one not in scale:
            raise InputProblem(
                N_("{name} has {value} in row {row}, which is not on its scale: {scale}. Mend the table, or add the word."),
                name=name, value=one or "–", row=at + 1, scale=", ".join(scale),
            )  # fmt: skip
    return verbal(said, scale, memberships)


def _numbers(column: pd.Series, name: str, *, may_lack: bool = False) -> NDArray[np.float64]:
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce")
    wrong = numbers.isna() & (column.notna() & ~column.astype(str).str.strip().isin(("", "-")) if may_lack else True)
    if wrong.any():
        raise _no_value(column, name, int(wrong.to_numpy().argmax()))
    found: NDArray[np.float64] = numbers.to_numpy(dtype=float)
    return found


def _no_value(column: pd.Series, name: str, at: int) -> InputProblem:
    return InputProblem(
        N_("{name} has {value} in row {row}: raw values must be numbers. Fill it in, or leave out the case."),
        name=name, value=column.iloc[at], row=at + 1,
    )  # fmt: skip


def _number(text: str, name: str, words: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise InputProblem(
            N_("The calibration of {name} is {words}. Give anchors as numbers, such as 400 550 900."),
            name=name, words=words,
        ) from None  # fmt: skip
