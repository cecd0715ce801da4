"""Several codes on one unit: sets as values, how far two sets differ, and simple shares of agreement of sets."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures.agreement._factor import is_missing, mask_of, table_of
from veche.measures.agreement._formula import Formula, Parts, evaluate, pair_sums, ratio
from veche.measures.agreement._resampling import Resampling
from veche.measures.agreement._result import Agreement
from veche.measures.agreement._units import UnitDesign, Units, given_units
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: distances between sets
SetMetric = Literal["masi", "masi_dkpro", "set_thirds"]
SET_METRICS: tuple[str, ...] = get_args(SetMetric)


def given_sets(
    values: object,
    *,
    missing: ArrayLike | None = None,
    coders: Sequence[str] | None = None,
    clusters: Sequence[Hashable] | NDArray[Any] | None = None,
    design: UnitDesign = "given units",
) -> Units:
    """Take a table of sets: the codes that each coder gave to each unit.

    Parameters
    ----------
    values
        Shape (units, coders); each cell a set, list or tuple of codes. An empty one is a value (*nothing coded*);
        None is missing (*not looked at*).
    missing
        Shape (units, coders): true where the value is missing whatever stands in the cell.
    coders, clusters, design
        As in `given_units`.

    Raises
    ------
    InputProblem
        If a cell is not a collection of codes, or as in `given_units`.

    Examples
    --------
    >>> given_sets([[{"A"}, {"A", "B"}], [set(), None]]).pairable
    1
    """
    table = table_of(values)
    gone = mask_of(table, missing)
    cells = np.empty(table.shape, dtype=object)
    for place in np.ndindex(table.shape):
        cell = table[place]
        if not gone[place] and not is_missing(cell):
            cells[place] = _as_set(cell, place)
    return given_units(cells, coders=coders, clusters=clusters, design=design)


def _as_set(cell: object, place: tuple[int, ...]) -> frozenset[Hashable]:
    if isinstance(cell, Collection) and not isinstance(cell, (str, bytes)):
        try:
            return frozenset(cell)
        except TypeError:
            pass
    raise InputProblem(
        N_("The value {value!r} of unit {unit}, coder {coder}, is no set of codes. Give a set, a list or None."),
        value=cell,
        unit=place[0],
        coder=place[1],
    )


def set_distances(sets: Iterable[object], metric: SetMetric | str) -> Floats:
    r"""Give distances between sets.

    With J the Jaccard share :math:`|a \cap b|/|a \cup b|` and M 1 for equal sets, 2/3 if one contains the other, 1/3
    if they overlap, 0 if they are disjoint or one is empty:

    - masi: :math:`1 - J M`;
    - masi_dkpro: :math:`(1 - J)(1 - M)`, and 1/3 if one of the two is empty;
    - set_thirds: 0 equal, 1/3 one contains the other or is empty, 2/3 overlapping, 1 disjoint.

    Parameters
    ----------
    sets
        Sets of codes; equal ones have distance 0, two empty ones too.
    metric
        Name of the distance.

    Returns
    -------
    numpy.ndarray
        Symmetric, in [0, 1].

    Raises
    ------
    InputProblem
        If something is no set, or the metric is not known.

    References
    ----------
    Passonneau 2006, LREC, pp. 831-836, for MASI.

    Examples
    --------
    >>> set_distances([{"A"}, {"A", "B"}, {"B"}], "masi").round(3).tolist()
    [[0.0, 0.667, 1.0], [0.667, 0.0, 0.667], [1.0, 0.667, 0.0]]
    """
    common, size = _common(list(sets))
    union = size[:, None] + size[None, :] - common
    equal = (common == size[:, None]) & (common == size[None, :])
    inside = ((common == size[:, None]) | (common == size[None, :])) & ~equal
    empty = ((size[:, None] == 0) | (size[None, :] == 0)) & ~equal
    jaccard = np.where(equal, 1.0, common / np.maximum(union, 1))
    if metric == "set_thirds":
        return np.select([equal, inside, common > 0], [0.0, 1 / 3, 2 / 3], 1.0)
    kind = np.select([equal, empty, inside, common > 0], [1.0, 0.0, 2 / 3, 1 / 3], 0.0)
    if metric == "masi":
        return np.asarray(1 - jaccard * kind)
    if metric == "masi_dkpro":
        return np.where(empty, 1 / 3, (1 - jaccard) * (1 - kind))
    raise InputProblem(
        N_("The distance of sets {found!r} is not known. Use one of {known}."),
        found=metric,
        known=", ".join(SET_METRICS),
    )


def _common(sets: list[object]) -> tuple[Floats, Floats]:
    """Return the number of codes that each two sets share, and the size of each."""
    codes: dict[Hashable, int] = {}
    rows, columns = [], []
    for row, one in enumerate(sets):
        if not isinstance(one, (frozenset, set)):
            raise InputProblem(
                N_("The value {found!r} is no set of codes. Take units from given_sets, or use another metric."),
                found=one,
            )
        for code in one:
            rows.append(row)
            columns.append(codes.setdefault(code, len(codes)))
    belongs = np.zeros((max(len(sets), 1), max(len(codes), 1)))
    belongs[rows, columns] = 1
    return belongs @ belongs.T, belongs.sum(axis=1)


def share_with_common_code(units: Units, *, interval: Resampling | None = None) -> Agreement:
    """Give the share of pairs of sets with at least one code in common; two empty sets have none.

    Parameters
    ----------
    units
        From `given_sets`.
    interval
        How to make an interval; none without it.

    Returns
    -------
    Agreement
        In [0, 1], the mean over pairable units; undefined without any. Chance is not taken out.

    Examples
    --------
    >>> share_with_common_code(given_sets([[{"A"}, {"A", "B"}], [{"A"}, {"B"}]])).value
    0.5
    """
    common, _ = _common(list(units.categories))
    return _mean_over_pairs("share_with_common_code", units, (common > 0).astype(float), interval)


def mean_dice(units: Units, *, interval: Resampling | None = None) -> Agreement:
    r"""Give the mean Dice share :math:`2|a \cap b|/(|a| + |b|)` of pairs of sets; two empty sets count 0.

    Parameters
    ----------
    units
        From `given_sets`.
    interval
        How to make an interval; none without it.

    Returns
    -------
    Agreement
        In [0, 1], the mean over pairable units; undefined without any. Chance is not taken out.

    Examples
    --------
    >>> round(mean_dice(given_sets([[{"A"}, {"A", "B"}], [{"A"}, {"B"}]])).value, 4)
    0.3333
    """
    common, size = _common(list(units.categories))
    total = np.maximum(size[:, None] + size[None, :], 1)
    return _mean_over_pairs("mean_dice", units, 2 * common / total, interval)


def _mean_over_pairs(name: str, units: Units, likeness: Floats, interval: Resampling | None) -> Agreement:
    pairs = np.maximum(units.given * (units.given - 1) / 2, 1)
    blocks = {
        "agreed": pair_sums(units, lambda a, b: likeness[a, b]) / pairs,
        "pairable": (units.given >= 2).astype(float),
    }

    def finish(sums: Any) -> Parts:
        value = ratio(sums["agreed"], sums["pairable"])
        return Parts(value, value)

    return evaluate(units, Formula(name, blocks, finish, corrected=False), interval)
