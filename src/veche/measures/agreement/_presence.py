"""From codings to units: which codes each coder gave to each unit, every code a question of yes or no."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures.agreement._matrices import count_pairs
from veche.measures.agreement._units import (
    UnitDesign,
    Units,
    check_design,
    names_of_coders,
    number_clusters,
)
from veche.study.errors import N_, InputProblem

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: coders are kept as bits of one number
_MOST_CODERS = 31


@dataclass(frozen=True, slots=True, eq=False)
class _Marks:
    """Distinct (unit, code) with codings, sorted by code: who coded the unit and who gave the code, as bits."""

    unit: Ints
    code: Ints
    pattern: Ints


def presence(
    unit: ArrayLike,
    code: ArrayLike,
    coder: ArrayLike,
    *,
    units: int,
    codes: Sequence[Hashable],
    coders: Sequence[str],
    coded: ArrayLike | None = None,
    clusters: Sequence[Hashable] | NDArray[Any] | None = None,
    design: UnitDesign = "given units",
) -> Mapping[Hashable, Units]:
    """Say for each code which units have it, by each coder: False or True, or missing where the coder did not work.

    Parameters
    ----------
    unit, code, coder
        One entry per coding: numbers of the unit, the code and the coder, from 0. The same code twice on one unit
        counts once.
    units
        Number of units, coded or not.
    codes
        Codes offered, in the order of their numbers.
    coders
        Names of the coders, in the order of their numbers; 2 to 31.
    coded
        Shape (units, coders): did the coder work on the unit? Without it, everybody on all. Where a coder worked and
        gave no code, the answer is False; where not, it is missing.
    clusters
        Interview of each unit, for resampling.
    design
        "given units", or "documents" if the units are whole documents.

    Returns
    -------
    Mapping
        From each code to its units with the categories False and True, ready for any coefficient.

    Raises
    ------
    InputProblem
        If a number is out of range, or a coder gave a code to a unit not worked on.

    Examples
    --------
    >>> found = presence([0, 0, 2], [0, 0, 1], [0, 1, 1], units=3, codes=["tariff", "road"], coders=["ann", "bo"])
    >>> found["road"].patterns.tolist(), found["road"].multiplicity.tolist()
    ([[0, 0], [0, 1], [1, 1]], [2, 1, 0])
    """
    names = names_of_coders(coders, len(coders))
    if len(set(codes)) < len(codes):
        raise InputProblem(N_("A code is offered twice among {found}. Name each once."), found=list(codes))
    if isinstance(units, bool) or not isinstance(units, (int, np.integer)) or units < 0:
        raise InputProblem(N_("The number of units is {found!r}. Give a whole number, 0 or more."), found=units)
    if not 2 <= len(names) <= _MOST_CODERS:
        raise InputProblem(
            N_("{found} coders are named. Agreement needs 2 to {most}."), found=len(names), most=_MOST_CODERS
        )
    at = _checked(unit, units, "unit"), _checked(code, len(codes), "code"), _checked(coder, len(names), "coder")
    if not at[0].size == at[1].size == at[2].size:
        raise InputProblem(
            N_("There are {units} units, {codes} codes and {coders} coders of codings. Give one of each per coding."),
            units=at[0].size,
            codes=at[1].size,
            coders=at[2].size,
        )
    worked = _worked(coded, units, len(names))
    _check_work(at, worked, names)
    rated = worked @ (1 << np.arange(len(names)))
    marks, rows = _marks(at, rated, len(names))
    where = None if clusters is None else number_clusters(clusters, units)
    return dict(
        zip(
            codes,
            _each_code(
                marks,
                len(codes),
                np.searchsorted(rows, rated << len(names)),
                where,
                Units(
                    design=check_design(design),
                    coders=names,
                    categories=(False, True),
                    ordered=True,
                    patterns=_patterns(rows, len(names)),
                    multiplicity=np.zeros(len(rows), dtype=np.int64),
                    clusters=None if where is None else where[0],
                ),
            ),
            strict=True,
        )
    )


def _each_code(
    marks: _Marks, codes: int, plain: Ints, where: tuple[tuple[Hashable, ...], Ints] | None, empty: Units
) -> Iterator[Units]:
    """Fill in how often each pattern occurs, code by code; `plain` is a unit's pattern if nobody gave the code."""
    rows = len(empty.multiplicity)
    nobody = np.bincount(plain, minlength=rows)
    begins = np.searchsorted(marks.code, np.arange(codes + 1))
    by_nobody = None if where is None else count_pairs(where[1], plain, len(where[0]), rows)
    for number in range(codes):
        part = slice(begins[number], begins[number + 1])
        unit, pattern = marks.unit[part], marks.pattern[part]
        counts = nobody - np.bincount(plain[unit], minlength=rows) + np.bincount(pattern, minlength=rows)
        by_cluster = None
        if where is not None:
            cluster, size = where[1][unit], (len(where[0]), rows)
            by_cluster = by_nobody - count_pairs(cluster, plain[unit], *size) + count_pairs(cluster, pattern, *size)
        yield replace(empty, multiplicity=counts.astype(np.int64), by_cluster=by_cluster)


def _checked(numbers: ArrayLike, most: int, what: str) -> Ints:
    try:
        found = np.asarray(numbers)
        whole = found.astype(np.int64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputProblem(
            N_("The numbers of the {what}s of the codings are no whole numbers. Give a list of numbers from 0."),
            what=what,
        ) from error
    wrong = (whole != found) | (whole < 0) | (whole >= most)
    if found.size == 0:
        return np.empty(0, dtype=np.int64)
    if whole.ndim != 1 or wrong.any():
        place = int(np.flatnonzero(wrong)[0]) if wrong.any() and whole.ndim == 1 else 0
        raise InputProblem(
            N_(
                "Coding {place} has the {what} number {found}, and the {what}s are numbered from 0 to {last}. "
                "Correct the number."
            ),
            place=place,
            what=what,
            found=found.ravel()[place].item(),
            last=most - 1,
        )
    return whole


def _worked(coded: ArrayLike | None, units: int, coders: int) -> Bools:
    if coded is None:
        return np.ones((units, coders), dtype=bool)
    found = np.asarray(coded, dtype=bool)
    if found.shape != (units, coders):
        raise InputProblem(
            N_("Who coded what has shape {found}, and there are {units} units and {coders} coders. Say it for each."),
            found=found.shape,
            units=units,
            coders=coders,
        )
    return found


def _check_work(at: tuple[Ints, Ints, Ints], worked: Bools, names: tuple[str, ...]) -> None:
    unit, _, coder = at
    outside = np.flatnonzero(~worked[unit, coder])
    if outside.size:
        raise InputProblem(
            N_("Coder {coder} gave a code to unit {unit} without having worked on it. Correct who coded what."),
            coder=names[int(coder[outside[0]])],
            unit=int(unit[outside[0]]),
        )


def _marks(at: tuple[Ints, Ints, Ints], rated: Ints, coders: int) -> tuple[_Marks, Ints]:
    """Join the codings of one code on one unit; return them and the distinct patterns (bits rated, bits given)."""
    unit, code, coder = at
    span = max(len(rated), 1)
    keys = (code * span + unit) * coders + coder
    once = np.unique(keys)
    pair, bit = once // coders, 1 << (once % coders)
    begins = np.flatnonzero(np.r_[True, pair[1:] != pair[:-1]]) if pair.size else np.empty(0, dtype=np.int64)
    given = np.bitwise_or.reduceat(bit, begins) if pair.size else bit
    of_unit, of_code = pair[begins] % span, pair[begins] // span
    whole = (rated[of_unit] << coders) | given
    rows = np.unique(np.concatenate([whole, rated << coders]))
    return _Marks(of_unit, of_code, np.searchsorted(rows, whole)), rows


def _patterns(rows: Ints, coders: int) -> Ints:
    bits = 1 << np.arange(coders)
    rated, given = rows[:, None] >> coders, rows[:, None] & ((1 << coders) - 1)
    return np.where(rated & bits, (given & bits) > 0, -1).astype(np.int64)
