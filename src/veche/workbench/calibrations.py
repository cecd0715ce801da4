"""How columns of a table become memberships, as written on the command line: one short sentence for each column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from veche.sets import calibrate, crisp, indirect, verbal
from veche.sets._terms import unknown
from veche.study import InputProblem
from veche.study.errors import N_

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

#: options of the direct method that take a number
OPTIONS = ("idm", "below", "above", "snap")


def judged_columns(calibration: Mapping[str, str]) -> tuple[str, ...]:
    """Give the columns that hold judgements for the indirect method: they are no conditions.

    Examples
    --------
    >>> judged_columns({"WEALTH": "indirect JUDGED", "HEADS": "crisp 2"})
    ('JUDGED',)
    """
    split = (words.split(maxsplit=1) for words in calibration.values())
    return tuple(parts[1].strip() for parts in split if len(parts) == 2 and parts[0] == "indirect")


def calibrated_column(table: pd.DataFrame, name: str, words: str) -> pd.Series:
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
        - ``indirect`` and the column that holds the judged memberships (`veche.sets.indirect`);
        - ``verbal`` and the words from out to in with commas between, each with its membership if wished: ``verbal no, rather yes=0.6, yes``
          (`veche.sets.verbal`).

    Returns
    -------
    pandas.Series
        Memberships in [0, 1] (values 0, 1, ... of ``crisp``) with the index of the table.

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

    if name not in table.columns:
        raise unknown(name, [str(one) for one in table.columns])
    how, _space, rest = words.strip().partition(" ")
    found: NDArray[Any]
    if how == "verbal":
        found = _verbal(table[name], name, rest, words)
    elif how == "indirect":
        judged = rest.strip()
        if judged not in table.columns:
            raise unknown(judged, [str(one) for one in table.columns])
        found = indirect(_numbers(table[name], name), _numbers(table[judged], judged))
    elif how == "crisp":
        found = crisp(_numbers(table[name], name), *(_number(one, name, words) for one in rest.split()))
    else:
        found = _direct(_numbers(table[name], name), name, words)
    return pd.Series(found, index=table.index)


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


def _numbers(column: pd.Series, name: str) -> NDArray[np.float64]:
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce")
    if numbers.isna().any():
        raise _no_value(column, name, int(numbers.isna().to_numpy().argmax()))
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
