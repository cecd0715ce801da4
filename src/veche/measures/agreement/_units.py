"""Given units: what each coder said of each unit, kept as patterns (distinct rows) and how often each occurs.

Every coefficient is a function of sums over units, so equal rows need be looked at once only; resampling units then
is drawing how often each pattern occurs.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures.agreement._factor import factor, is_missing, mask_of, table_of
from veche.measures.agreement._matrices import count_pairs
from veche.study.errors import N_, InputProblem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: the two designs of given units: fixed beforehand, or whole documents
UnitDesign = Literal["given units", "documents"]

#: up to this many keys a table of all keys is used instead of sorting
_TABLE = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Units:
    """Units coded by several coders, as `given_units`, `given_sets` and `presence` make them.

    Parameters
    ----------
    design
        Given units, or documents.
    coders
        Their names.
    categories
        Values in order; those offered if they were given, else those present.
    ordered
        Does the order of the categories mean something?
    patterns
        Shape (patterns, coders): number of the category, -1 where missing.
    multiplicity
        How many units show each pattern.
    clusters
        Names of the clusters (interviews) the units lie in; None if not given.
    by_cluster
        Shape (clusters, patterns): how many units of each cluster show each pattern.
    """

    design: UnitDesign
    coders: tuple[str, ...]
    categories: tuple[Hashable, ...]
    ordered: bool
    patterns: Ints
    multiplicity: Ints
    clusters: tuple[Hashable, ...] | None = None
    by_cluster: Any = None

    @property
    def given(self) -> Ints:
        """Number of values in each pattern."""
        return np.asarray((self.patterns >= 0).sum(axis=1), dtype=np.int64)

    @property
    def size(self) -> int:
        """Number of units, pairable or not."""
        return int(self.multiplicity.sum())

    @property
    def pairable(self) -> int:
        """Number of units with at least two values."""
        return int(self.multiplicity[self.given >= 2].sum())

    @property
    def share_missing(self) -> float | None:
        """Share of cells without a value; None without units."""
        cells = self.size * len(self.coders)
        return 1 - float(self.multiplicity @ self.given) / cells if cells else None

    @property
    def silent(self) -> tuple[str, ...]:
        """Names of coders who gave no value."""
        spoke = np.asarray(((self.patterns >= 0) & (self.multiplicity > 0)[:, None]).any(axis=0))
        return tuple(name for name, any_value in zip(self.coders, spoke.tolist(), strict=True) if not any_value)

    def of_coders(self, *numbers: int) -> Units:
        """Return the same units with some of the coders only."""
        picked = list(numbers)
        return replace(self, coders=tuple(self.coders[i] for i in picked), patterns=self.patterns[:, picked])


def given_units(
    values: object,
    *,
    missing: ArrayLike | None = None,
    categories: Sequence[Hashable] | None = None,
    coders: Sequence[str] | None = None,
    clusters: Sequence[Hashable] | NDArray[Any] | None = None,
    design: UnitDesign = "given units",
) -> Units:
    """Take a table of values: one row per unit, one column per coder.

    Parameters
    ----------
    values
        Shape (units, coders), at least two coders; numbers or names. Missing: None, NaN, a masked array.
    missing
        Shape (units, coders): true where the value is missing whatever stands in the cell.
    categories
        Values *offered* to the coders, in order. Coefficients with a chance level of 1/q need them when not all were
        used; ordinal metrics need the order unless values are numbers. Without it, the values present.
    coders
        Names of the coders; without it 1, 2, ...
    clusters
        Interview (or other cluster) of each unit, for resampling.
    design
        "given units" (turns, paragraphs, segments fixed beforehand) or "documents".

    Raises
    ------
    InputProblem
        If the table is not rectangular, has less than two columns, or a value, mask, name or cluster does not fit.

    Examples
    --------
    >>> units = given_units([["a", "a"], ["a", "b"], [None, "b"]])
    >>> units.categories, units.pairable, units.silent
    (('a', 'b'), 2, ())
    """
    table = table_of(values)
    offered = None if categories is None else _listed(categories, "categories")
    found = factor(table, mask_of(table, missing), offered)
    patterns, multiplicity, places = _distinct_rows(found.codes, len(found.categories), wanted=clusters is not None)
    names, by_cluster = (None, None) if clusters is None else _clustered(clusters, places, len(multiplicity))
    return Units(
        design=check_design(design),
        coders=names_of_coders(coders, table.shape[1]),
        categories=found.categories,
        ordered=found.ordered,
        patterns=patterns,
        multiplicity=multiplicity,
        clusters=names,
        by_cluster=by_cluster,
    )


def check_units(units: object) -> Units:
    """Return units as they are, or make them of a table of values.

    Raises
    ------
    InputProblem
        If spans are given: they are another design.
    """
    if isinstance(units, Units):
        return units
    if hasattr(units, "layers"):
        raise InputProblem(
            N_(
                "Spans were given to a coefficient for given units. Spans are free segments: use the unitizing family, "
                "gamma or overlap, or say with presence() which codes each unit has."
            )
        )
    return given_units(units)


def check_design(design: str) -> UnitDesign:
    """Return a design of given units.

    Raises
    ------
    InputProblem
        If it is another one.
    """
    if design == "given units" or design == "documents":
        return design  # type: ignore[return-value]
    raise InputProblem(
        N_("The design of the units is {found!r}. Units given beforehand are 'given units' or 'documents'."),
        found=design,
    )


def names_of_coders(names: Sequence[str] | None, number: int) -> tuple[str, ...]:
    """Return names of coders, 1, 2, ... if none are given.

    Raises
    ------
    InputProblem
        If there are not as many names as coders, or one name twice.
    """
    found = tuple(str(i + 1) for i in range(number)) if names is None else tuple(map(str, _listed(names, "coders")))
    if len(found) != number or len(set(found)) < number:
        raise InputProblem(
            N_(
                "The names of the coders are {found}, and there are {number} coders. Give each coder a name of its own."
            ),
            found=", ".join(found),
            number=number,
        )
    return found


def _listed(given: Any, what: str) -> list[Any]:
    try:
        return list(given)
    except TypeError:
        raise InputProblem(N_("For {what}= there is {found!r}. Give a list."), what=what, found=given) from None


def number_clusters(clusters: Sequence[Hashable] | NDArray[Any], size: int) -> tuple[tuple[Hashable, ...], Ints]:
    """Return the names of the clusters and the number of the cluster of each unit.

    Raises
    ------
    InputProblem
        If there is not one cluster per unit.
    """
    given: list[Any] = clusters.tolist() if isinstance(clusters, np.ndarray) else _listed(clusters, "clusters")
    if len(given) != size:
        raise InputProblem(
            N_("{found} clusters are named for {wanted} units. Name the interview of every unit."),
            found=len(given),
            wanted=size,
        )
    numbers: dict[Hashable, int] = {}
    try:
        of = [numbers.setdefault(name, len(numbers)) for name in given]
    except TypeError as error:
        raise InputProblem(N_("A cluster of the units is a list or a set. Give names or numbers.")) from error
    if any(is_missing(name) for name in numbers):
        place = next(i for i, name in enumerate(given) if is_missing(name))
        raise InputProblem(N_("Unit {number} lies in no cluster. Name the interview of every unit."), number=place)
    return tuple(numbers), np.array(of, dtype=np.int64)


def _clustered(
    clusters: Sequence[Hashable] | NDArray[Any], places: Ints, patterns: int
) -> tuple[tuple[Hashable, ...], Any]:
    names, of = number_clusters(clusters, places.size)
    return names, count_pairs(of, places, len(names), patterns)


def _distinct_rows(codes: Ints, categories: int, *, wanted: bool) -> tuple[Ints, Ints, Ints]:
    """Return distinct rows, how often each occurs and, if wanted, which one each row is."""
    base, coders = categories + 1, codes.shape[1]
    nowhere = np.empty(0, dtype=np.int64)
    if base**coders >= 2**62:
        rows, places, counts = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
        return rows, counts.astype(np.int64), places.ravel().astype(np.int64)
    keys = codes[:, 0] + 1
    for coder in range(1, coders):
        keys = keys * base + codes[:, coder] + 1
    if base**coders <= max(_TABLE, codes.shape[0]):
        counts = np.bincount(keys, minlength=base**coders)
        found = np.flatnonzero(counts)
        places = (np.cumsum(counts > 0) - 1)[keys] if wanted else nowhere
        counts = counts[found]
    elif wanted:
        found, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    else:
        (found, counts), places = np.unique(keys, return_counts=True), nowhere
    return _rows_of_keys(found, base, coders), counts.astype(np.int64), places.astype(np.int64)


def _rows_of_keys(keys: Ints, base: int, coders: int) -> Ints:
    rows = np.empty((keys.size, coders), dtype=np.int64)
    rest = keys
    for coder in reversed(range(coders)):
        rest, rows[:, coder] = np.divmod(rest, base)
    return rows - 1
