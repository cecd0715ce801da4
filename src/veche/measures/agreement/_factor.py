"""From a table of values to whole numbers: categories in order, and for each cell the number of its category."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veche.study.errors import N_, InputProblem

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: a table of whole numbers this many times larger than the data is still cheaper than sorting
_SPARE = 4


@dataclass(frozen=True, slots=True, eq=False)
class Factored:
    """Cells as numbers of categories, -1 where missing; `ordered` if the order of the categories means something."""

    codes: Ints
    categories: tuple[Hashable, ...]
    ordered: bool


def table_of(values: Any) -> NDArray[Any]:
    """Return values as a two-dimensional array of (units, coders); cells that are sets or lists stay whole.

    Raises
    ------
    InputProblem
        If the rows differ in length or there are not two dimensions.
    """
    if isinstance(values, np.ndarray):
        return _two_dimensional(values)
    if not isinstance(values, Sequence):
        try:
            values = list(values)
        except TypeError:
            raise InputProblem(
                N_("The values are {found!r}, not a table. Give a row of values for each unit."), found=values
            ) from None
    plain = _plain_numbers(values)
    if plain is not None:
        return _two_dimensional(plain)
    rows = [_row(row, number) for number, row in enumerate(values)]
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        number = next(i for i, row in enumerate(rows) if len(row) != len(rows[0]))
        raise InputProblem(
            N_(
                "Unit {number} has {found} values and the first unit has {wanted}. "
                "Give every unit one value per coder, None where a coder gave none."
            ),
            number=number,
            found=len(rows[number]),
            wanted=len(rows[0]),
        )
    table = np.empty((len(rows), widths.pop() if widths else 0), dtype=object)
    for number, row in enumerate(rows):
        for coder, cell in enumerate(row):
            table[number, coder] = cell
    return _two_dimensional(table)


def _plain_numbers(values: Sequence[Any]) -> NDArray[Any] | None:
    """Return a table that holds nothing but numbers as an array, quickly; None for any other."""
    try:
        found = np.asarray(values)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.ndim == 2 and found.dtype.kind in "biuf" else None


def _row(row: object, number: int) -> Sequence[Any]:
    if isinstance(row, np.ndarray) and row.ndim == 1:
        return list(row)
    if isinstance(row, Sequence) and not isinstance(row, (str, bytes)):
        return row
    raise InputProblem(
        N_("Unit {number} is {found!r}, not a row of values. Give a table of units by coders."),
        number=number,
        found=row,
    )


def _two_dimensional(table: NDArray[Any]) -> NDArray[Any]:
    if table.ndim != 2:
        raise InputProblem(
            N_("The values have {found} dimensions. Give a table of shape (units, coders)."), found=table.ndim
        )
    if table.shape[1] < 2:
        raise InputProblem(
            N_("The table of values has {found} columns. Agreement needs at least two coders, one column each."),
            found=table.shape[1],
        )
    return table


def mask_of(table: NDArray[Any], missing: object) -> Bools:
    """Return which cells are marked as missing from outside: by a mask given, or by a masked array.

    Raises
    ------
    InputProblem
        If the mask has another shape.
    """
    own = np.ma.getmaskarray(table) if isinstance(table, np.ma.MaskedArray) else np.zeros(table.shape, dtype=bool)
    if missing is None:
        return np.asarray(own, dtype=bool)
    try:
        given = np.asarray(missing, dtype=bool)
    except ValueError:
        given = np.zeros(0, dtype=bool)
    if given.shape != table.shape:
        raise InputProblem(
            N_(
                "The mask of missing values has shape {found}, the values have {wanted}. Give one truth value per cell."
            ),
            found=given.shape,
            wanted=table.shape,
        )
    return np.asarray(own | given, dtype=bool)


def factor(table: NDArray[Any], missing: Bools, offered: Sequence[Hashable] | None) -> Factored:
    """Number the categories of a table.

    Without `offered` the categories are those present, sorted when they are all numbers or truth values (their order
    then means something), else sorted by name (it does not). With it, they are the ones offered, in that order.

    Raises
    ------
    InputProblem
        If a value cannot be a category, or is none of those offered.
    """
    data = np.ma.getdata(table) if isinstance(table, np.ma.MaskedArray) else table
    if data.dtype.kind in "biu":
        found = _whole_numbers(data, missing)
    elif data.dtype.kind == "f":
        found = _numbers(data, missing)
    elif data.dtype.kind == "U":
        found = _names(data, missing)
    else:
        found = _things(data, missing)
    return found if offered is None else _as_offered(found, tuple(offered))


def _whole_numbers(data: NDArray[Any], missing: Bools) -> Factored:
    known = data[~missing]
    if not known.size:
        return Factored(np.full(data.shape, -1, dtype=np.int64), (), True)
    low, high = int(known.min()), int(known.max())
    if high - low >= _SPARE * data.size + 1024 or max(abs(low), abs(high)) >= 2**62:
        return _sorted_numbers(data, missing)
    # a missing cell holds anything: the lowest value stands in so that it cannot point outside the table
    shifted = data.astype(np.int64) - low if not missing.any() else np.where(missing, low, data).astype(np.int64) - low
    present = np.bincount(shifted[~missing] if missing.any() else shifted.ravel(), minlength=high - low + 1) > 0
    numbers = np.where(present, np.cumsum(present) - 1, -1).astype(np.int64)
    codes = np.take(numbers, shifted)
    codes[missing] = -1
    kind = bool if data.dtype.kind == "b" else int
    return Factored(codes, tuple(kind(value + low) for value in np.flatnonzero(present)), True)


def _numbers(data: NDArray[Any], missing: Bools) -> Factored:
    gone = missing | np.isnan(data)
    with np.errstate(invalid="ignore"):
        whole = np.where(gone, 0, data).astype(np.int64)
    if np.array_equal(whole, np.where(gone, 0, data)):
        return _whole_numbers(whole, gone)
    return _sorted_numbers(data, gone)


def _sorted_numbers(data: NDArray[Any], missing: Bools) -> Factored:
    return Factored(*_distinct(data, missing), True)


def _names(data: NDArray[Any], missing: Bools) -> Factored:
    return Factored(*_distinct(data, missing), False)


def _distinct(data: NDArray[Any], missing: Bools) -> tuple[Ints, tuple[Hashable, ...]]:
    values, places = np.unique(data[~missing], return_inverse=True)
    codes = np.full(data.shape, -1, dtype=np.int64)
    codes[~missing] = places.ravel()
    return codes, tuple(values.tolist())


def _things(data: NDArray[Any], missing: Bools) -> Factored:
    numbers: dict[Hashable, int] = {}
    codes = np.full(data.shape, -1, dtype=np.int64)
    for place, cell in enumerate(data.ravel().tolist()):
        if missing.flat[place] or is_missing(cell):
            continue
        try:
            codes.flat[place] = numbers.setdefault(cell, len(numbers))
        except TypeError as error:
            raise InputProblem(
                N_(
                    "The value {value!r} of unit {unit}, coder {coder}, cannot be a category. "
                    "Give numbers or names; for several codes on one unit use sets."
                ),
                value=cell,
                unit=place // data.shape[1],
                coder=place % data.shape[1],
            ) from error
    return _reordered(codes, tuple(numbers))


def _reordered(codes: Ints, found: tuple[Hashable, ...]) -> Factored:
    numeric = all(isinstance(value, (bool, int, float, np.number, np.bool_)) for value in found)
    # names of different kinds cannot be compared: their kind goes first, so that the order never depends on the data's
    order = sorted(
        range(len(found)),
        key=(lambda i: found[i]) if numeric else (lambda i: (type(found[i]).__name__, _name(found[i]))),
    )
    rank = np.empty(len(found) + 1, dtype=np.int64)
    rank[order] = np.arange(len(found))
    rank[-1] = -1
    return Factored(rank[codes], tuple(found[i] for i in order), numeric)


def _name(value: Hashable) -> str:
    return repr(sorted(map(repr, value))) if isinstance(value, frozenset) else repr(value)


def is_missing(cell: object) -> bool:
    """Tell whether a cell holds no value: None, NaN, or another thing that is not equal to itself."""
    if cell is None or type(cell).__name__ == "NAType":
        return True
    if isinstance(cell, float):
        return math.isnan(cell)
    return isinstance(cell, (np.datetime64, np.timedelta64, np.floating)) and bool(cell != cell)


def _as_offered(found: Factored, offered: tuple[Hashable, ...]) -> Factored:
    try:
        places = {value: place for place, value in enumerate(offered)}
    except TypeError as error:
        raise InputProblem(
            N_("A category offered cannot be one: {found}. Give numbers or names."), found=list(offered)
        ) from error
    if len(places) < len(offered):
        raise InputProblem(N_("A category is offered twice among {found}. Name each once."), found=list(offered))
    for number, value in enumerate(found.categories):
        if value not in places:
            where = np.argwhere(found.codes == number)[0]
            raise InputProblem(
                N_(
                    "The value {value!r} of unit {unit}, coder {coder}, is none of the categories offered "
                    "({offered}). Add it to them, or correct the value."
                ),
                value=value,
                unit=int(where[0]),
                coder=int(where[1]),
                offered=", ".join(map(repr, offered)),
            )
    rank = np.array([*(places[value] for value in found.categories), -1], dtype=np.int64)
    return Factored(rank[found.codes], offered, True)
