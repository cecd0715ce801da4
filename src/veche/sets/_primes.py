"""Prime implicants: the shortest terms that hold a positive row and no row that must stay out.

For a positive row p and a row n to keep out, the edge D(p, n) is the set of conditions in which they differ. The terms made of p's own values that
hold no such n are exactly the sets of conditions that meet every edge, and the shortest of them the minimal hitting sets of the edges. Remainders are
never listed. Sets of conditions are bits of one integer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veche.sets._terms import FREE, Cube
from veche.study.errors import N_, InputProblem

#: most conditions that one table may have: sets of them are bits
MOST_CONDITIONS = 30
#: from how many pairs of rows, times the square of the conditions, the compiled search pays for being loaded
LARGE = 150_000
#: most primes that are held
MOST_PRIMES = 3_000_000


def primes_against(positive: Sequence[Cube], out: Sequence[Cube], levels: Sequence[int]) -> list[Cube]:
    """Give all prime implicants that hold a positive row and meet none of the cubes `out`.

    Parameters
    ----------
    positive
        Rows with the outcome; a value of `levels` or more ("does not apply") has no literal.
    out
        Cubes to keep out; free places stand for all values.
    levels
        How many values each condition has in terms.

    Raises
    ------
    InputProblem
        If a positive row cannot be told from a row to keep out, or there are too many conditions or primes.
    """
    if len(levels) > MOST_CONDITIONS:
        raise InputProblem(
            N_("There are {count} conditions. Choose at most {most}: no number of cases carries more."),
            count=len(levels),
            most=MOST_CONDITIONS,
        )
    if not positive:
        return []
    rows = np.asarray(positive, dtype=np.int64)
    usable = rows < np.asarray(levels)
    bits = 1 << np.arange(rows.shape[1], dtype=np.int64)
    apart = [(((rows != row) & usable[at]) * bits).sum(axis=1) for at, row in enumerate(rows)]
    outside = np.asarray(out, dtype=np.int64).reshape(len(out), rows.shape[1])
    search = _compiled() if len(rows) * max(len(out), 1) * len(levels) ** 2 > LARGE else hitting_sets
    found: list[Cube] = []
    for at, row in enumerate(rows):
        edges = (((outside != row) & (outside != FREE) & usable[at]) * bits).sum(axis=1)
        if len(edges) and edges.min() == 0:
            raise InputProblem(
                N_("Row {row} of the truth table cannot be told from one without the outcome. Add a condition in which they differ."),
                row=at + 1,
            )  # fmt: skip
        masks = _search(search, _least(edges), apart[at][:at])
        members = np.where((masks[:, None] & bits) != 0, row, FREE)
        found.extend(map(tuple, members.tolist()))
        if len(found) > MOST_PRIMES:
            raise InputProblem(
                N_("There are more than {most} prime implicants. Use fewer conditions."), most=MOST_PRIMES
            )
    return found


def _least(edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Keep the edges that hold no other edge, small ones first."""
    ordered = np.array(sorted(set(edges.tolist()), key=lambda one: (one.bit_count(), one)), dtype=np.int64)
    if len(ordered) < 2:
        return ordered
    # an edge within another one comes before it; none is there twice
    within = (ordered[:, None] & ordered[None, :]) == ordered[:, None]
    kept: NDArray[np.int64] = ordered[np.triu(within, 1).sum(axis=0) == 0]
    return kept


def _search(search: Callable[..., int], edges: NDArray[np.int64], earlier: NDArray[np.int64]) -> NDArray[np.int64]:
    room = 4096
    while True:
        found = np.empty(room, dtype=np.int64)
        count = search(edges, earlier, found)
        if count <= room:
            return found[:count]
        room = count


def hitting_sets(edges: Any, earlier: Any, found: Any) -> int:
    """Find the minimal sets of bits that meet every edge, but for those that meet no bit of one of `earlier`.

    Depth first: take the first edge that is not met yet, try its bits one after the other, never again a bit tried before in the same
    edge; every bit taken must
    stay the only one that meets some edge. Each set is found once.

    Parameters
    ----------
    edges
        Bit sets, none within another; shape (edges,).
    earlier
        Bit sets: where rows dealt with before differ from this one. A set that meets none of their bits holds that row too and was found there.
    found
        Room for the sets; shape (room,).

    Returns
    -------
    int
        How many there are; if more than there is room for, the rest is not written.
    """
    count = 0
    taken = np.zeros(64, dtype=np.int64)
    banned = np.zeros(64, dtype=np.int64)
    rest = np.zeros(64, dtype=np.int64)
    depth = 0
    # the edge that the level `depth` works on; -1: a new level, whose edge is still to be looked for
    fresh = True
    while depth >= 0:
        if fresh:
            fresh = False
            mask = taken[depth]
            open_edge = np.int64(0)
            for edge in edges:
                if edge & mask == 0:
                    open_edge = edge
                    break
            if open_edge == 0:
                known = False
                for other in earlier:
                    if other & mask == 0:
                        known = True
                        break
                if not known:
                    if count < len(found):
                        found[count] = mask
                    count += 1
                depth -= 1
                continue
            rest[depth] = open_edge & ~banned[depth]
        if rest[depth] == 0:
            depth -= 1
            continue
        bit = rest[depth] & -rest[depth]
        rest[depth] ^= bit
        mask = taken[depth] | bit
        # each bit taken must be the only one that meets some edge
        needed = mask
        for edge in edges:
            meeting = edge & mask
            if meeting & (meeting - 1) == 0:
                needed &= ~meeting
                if needed == 0:
                    break
        if needed == 0:
            taken[depth + 1] = mask
            banned[depth + 1] = banned[depth]
            depth += 1
            fresh = True
        if not fresh:
            banned[depth] |= bit
        else:
            banned[depth - 1] |= bit
    return count


@cache
def _compiled() -> Callable[..., int]:
    """Compile the search, where Numba is installed; kept on disk between runs."""
    try:
        from numba import njit
    except ImportError:  # pragma: no cover - the same search, slower
        return hitting_sets
    compiled: Callable[..., int] = njit(cache=True)(hitting_sets)
    return compiled


def merged(positive: Sequence[Cube], levels: Sequence[int]) -> list[Cube]:
    """Give all prime implicants of the positive rows alone: cubes that hold positive rows only.

    Cubes that differ in one condition and together take all its values are merged, until nothing merges (Quine and McCluskey, with several
    values). "Does not
    apply" leaves the condition free.
    """
    level: set[Cube] = {
        tuple(FREE if value >= count else value for value, count in zip(cube, levels, strict=True)) for cube in positive
    }
    primes: set[Cube] = set()
    seen: set[Cube] = set(level)
    while level:
        used: set[Cube] = set()
        larger: set[Cube] = set()
        for at, count in enumerate(levels):
            groups: dict[Cube, list[Cube]] = {}
            for cube in seen:
                if cube[at] != FREE:
                    groups.setdefault((*cube[:at], FREE, *cube[at + 1 :]), []).append(cube)
            for free, parts in groups.items():
                if len(parts) == count:
                    used.update(parts)
                    larger.add(free)
        primes.update(cube for cube in level if cube not in used)
        level = larger - seen
        seen |= larger
    # a cube left over on a way that merged later by another one is no prime
    return [cube for cube in sorted(primes) if not any(_inside(cube, other) for other in primes if other != cube)]


def _inside(inner: Cube, outer: Cube) -> bool:
    return all(b in (FREE, a) for a, b in zip(inner, outer, strict=True))
