"""Counting meetings of spans: sort and sweep, exact, in blocks of bounded size."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from veche.analyses.cooccurrence.spans import Ints, Reach, Spans

#: most pairs held at once
BLOCK = 2_000_000


def meetings(reach: Reach) -> Iterator[tuple[Ints, Ints]]:
    """Yield all pairs of spans that meet, each pair once, as two arrays of places, in blocks.

    Time is that of sorting plus the number of pairs.
    """
    order = np.flatnonzero(~reach.skip)
    order = order[np.argsort(reach.first[order], kind="stable")]
    first, last = reach.first[order], reach.last[order]
    begin = np.arange(order.size) + 1
    stop = np.maximum(np.searchsorted(first, last, side="left"), begin)
    counts = stop - begin
    total = np.concatenate([[0], np.cumsum(counts)])
    at = 0
    while at < order.size:
        until = max(int(np.searchsorted(total, total[at] + BLOCK, side="right")) - 1, at + 1)
        sizes = counts[at:until]
        left = np.repeat(np.arange(at, until), sizes)
        # within each span's run of partners: 0, 1, 2 ...
        steps = np.arange(left.size) - np.repeat(total[at:until] - total[at], sizes)
        yield order[left], order[begin[left] + steps]
        at = until


def pair_counts(spans: Spans, reach: Reach) -> tuple[Ints, Ints]:
    """Count pairs of codings that meet, and codings that meet a code at all.

    Returns
    -------
    tuple
        Symmetric matrix of pairs, the diagonal counting pairs within a code; and matrix of the codings of the row's
        code that meet some (other) coding of the column's.
    """
    size = spans.rows
    pairs = np.zeros(size * size, dtype=np.int64)
    met = np.zeros((spans.row.size, size), dtype=bool)
    for one, other in meetings(reach):
        pairs += np.bincount(spans.row[one] * size + spans.row[other], minlength=size * size)
        met[one, spans.row[other]] = True
        met[other, spans.row[one]] = True
    table = pairs.reshape(size, size)
    both = table + table.T
    np.fill_diagonal(both, table.diagonal())
    return both, by_row(met, spans.row, size)


def by_row(values: NDArray[np.bool_], row: Ints, size: int) -> Ints:
    """Count true values of each column over the spans of each row."""
    counts = np.zeros((size, values.shape[1]), dtype=np.int64)
    order = np.argsort(row, kind="stable")
    present, begins = np.unique(row[order], return_index=True)
    if present.size:
        counts[present] = np.add.reduceat(values[order].astype(np.int64), begins, axis=0)
    return counts


def within_counts(spans: Spans, reach: Reach) -> Ints:
    """Count pairs of codings where that of the row's code lies wholly inside that of the column's.

    Equal spans lie inside each other. `reach` is that of overlaps.
    """
    size = spans.rows
    counts = np.zeros(size * size, dtype=np.int64)
    for one, other in meetings(reach):
        for inner, outer in ((one, other), (other, one)):
            inside = (spans.start[inner] >= spans.start[outer]) & (spans.end[inner] <= spans.end[outer])
            key = spans.row[inner[inside]] * size + spans.row[outer[inside]]
            counts += np.bincount(key, minlength=size * size)
    return counts.reshape(size, size)


def shared_units(units: Ints, row: Ints, size: int) -> Ints:
    """Count units (turns, interviews) that hold both codes; the diagonal counts units that hold the code.

    Parameters
    ----------
    units, row
        Unit and code of each presence; repeats are counted once.
    size
        Number of codes.
    """
    from scipy.sparse import csr_array

    _names, unit = np.unique(units, return_inverse=True)
    held = np.unique(unit.astype(np.int64) * size + row)
    shape = (int(unit.max(initial=-1)) + 1, size)
    table = csr_array((np.ones(held.size, dtype=np.int64), (held // size, held % size)), shape=shape)
    return np.asarray((table.T @ table).toarray(), dtype=np.int64)


def units_of(reach: Reach) -> tuple[Ints, Ints]:
    """List the units each span stands in: places of spans, and units."""
    sizes = np.where(reach.skip, 0, reach.last - reach.first)
    places = np.repeat(np.arange(sizes.size), sizes)
    begins = np.cumsum(sizes) - sizes
    return places, reach.first[places] + np.arange(places.size) - begins[places]
