"""Prime implicants: the shortest terms that hold a positive row and no row that must stay out.

For a positive row p and a row n to keep out, the edge D(p, n) is the set of conditions in which they differ. The terms made of p's own values that
hold no such n are exactly the sets of conditions that meet every edge, and the shortest of them the minimal hitting sets of the edges. Remainders are
never listed. Sets of conditions are bits of one integer. Reference for the search: Murakami and Uno 2014, Discrete Applied Mathematics 170:83-94.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from veche.sets._bounds import words_of
from veche.sets._engine import compiled
from veche.sets._terms import FREE, Cube
from veche.study.errors import N_, InputProblem

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
#: most conditions that one table may have: sets of them are bits
MOST_CONDITIONS = 30
#: most primes that are held
MOST_PRIMES = 3_000_000


def primes_against(positive: Sequence[Cube], out: Sequence[Cube], levels: Sequence[int]) -> list[Cube]:
    """Give all prime implicants that hold a positive row and meet none of the cubes `out`; see `prime_table`."""
    return [tuple(line) for line in prime_table(positive, out, levels)[0].tolist()]


def prime_table(positive: Sequence[Cube], out: Sequence[Cube], levels: Sequence[int]) -> tuple[Ints, Words]:
    """Give all prime implicants that hold a positive row and meet none of the cubes `out`, and the rows they cover.

    Parameters
    ----------
    positive
        Rows with the outcome; a value of `levels` or more ("does not apply") has no literal.
    out
        Cubes to keep out; free places stand for all values.
    levels
        How many values each condition has in terms.

    Returns
    -------
    tuple
        Primes, shape (primes, conditions), and the rows of each as words of bits, shape (primes, words).

    Raises
    ------
    InputProblem
        If a positive row cannot be told from a row to keep out, or there are too many conditions or primes.
    """
    width = len(levels)
    if width > MOST_CONDITIONS:
        raise InputProblem(
            N_("There are {count} conditions. Choose at most {most}: no number of cases carries more."),
            count=width,
            most=MOST_CONDITIONS,
        )
    if not positive:
        return np.zeros((0, width), dtype=np.int64), np.zeros((0, 1), dtype=np.uint64)
    rows = np.asarray(positive, dtype=np.int64)
    outside = np.asarray(out, dtype=np.int64).reshape(len(out), width)
    of_terms, bits = np.asarray(levels, dtype=np.int64), 1 << np.arange(width, dtype=np.int64)
    way = _compiled if compiled(len(rows) * max(len(outside), 1) * width**2) else _plainly
    masks, owners, words = way(rows, outside, of_terms)
    return np.where((masks[:, None] & bits) != 0, rows[owners], FREE), words


def _compiled(rows: Ints, outside: Ints, levels: Ints) -> tuple[Ints, Ints, Words]:
    from veche.sets._reduction import hit_all

    room = 1 << 16
    while True:
        masks, owners = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
        words = np.empty((room, -(-len(rows) // 64)), dtype=np.uint64)
        count = int(hit_all(rows, outside, levels, masks, owners, words))
        if count < 0:
            raise _alike(-1 - count)
        if count <= room:
            return masks[:count], owners[:count], words[:count]
        if count > MOST_PRIMES:
            raise _too_many()
        room = count


def _plainly(rows: Ints, outside: Ints, levels: Ints) -> tuple[Ints, Ints, Words]:
    usable = rows < levels
    bits = 1 << np.arange(len(levels), dtype=np.int64)
    # conditions that tell another row from this one, by the literals of this one
    apart = ((rows[:, None] != rows[None]) & usable[:, None]) @ bits
    masks: list[int] = []
    owners: list[int] = []
    for at, row in enumerate(rows):
        edges = ((outside != row) & (outside != FREE) & usable[at]) @ bits
        if len(edges) and edges.min() == 0:
            raise _alike(at)
        earlier = apart[at, :at].tolist()
        for mask in hitting_sets(_least(edges), len(bits)):
            if all(other & mask for other in earlier):
                masks.append(mask)
                owners.append(at)
        if len(masks) > MOST_PRIMES:
            raise _too_many()
    found, of = np.array(masks, dtype=np.int64), np.array(owners, dtype=np.int64)
    return found, of, words_of((apart[of] & found[:, None]) == 0)


def _alike(row: int) -> InputProblem:
    return InputProblem(
        N_("Row {row} of the truth table cannot be told from one without the outcome. Add a condition in which they differ."),
        row=row + 1,
    )  # fmt: skip


def _too_many() -> InputProblem:
    return InputProblem(N_("There are more than {most} prime implicants. Use fewer conditions."), most=MOST_PRIMES)


def _least(edges: Ints) -> list[int]:
    """Keep the edges that hold no other edge, small ones first."""
    kept: list[int] = []
    for edge in sorted(set(edges.tolist()), key=lambda one: (one.bit_count(), one)):
        if all(other & edge != other for other in kept):
            kept.append(edge)
    return kept


def hitting_sets(edges: Sequence[int], width: int) -> Iterator[int]:
    """Yield the minimal sets of bits that meet every edge, each once.

    Depth first: of the edges not yet met, take the one with the fewest bits that may be taken, and try its bits one after the other, none of those
    tried before; every bit taken must stay the only one that meets some edge.

    Parameters
    ----------
    edges
        Bit sets, none within another.
    width
        How many bits there are.

    Examples
    --------
    >>> sorted(hitting_sets([0b011, 0b110], 3))
    [2, 5]
    """
    met_by = {1 << place: sum(1 << at for at, edge in enumerate(edges) if edge >> place & 1) for place in range(width)}

    def further(mask: int, may: int, open_edges: int, own: tuple[int, ...]) -> Iterator[int]:
        if not open_edges:
            yield mask
            return
        rest = min((edge & may for at, edge in enumerate(edges) if open_edges >> at & 1), key=int.bit_count)
        may &= ~rest
        while rest:
            bit = rest & -rest
            rest ^= bit
            hit = met_by[bit]
            left = tuple(one & ~hit for one in own)
            if all(left):
                yield from further(mask | bit, may, open_edges & ~hit, (*left, open_edges & hit))
            may |= bit

    return further(0, (1 << width) - 1, (1 << len(edges)) - 1, ())


def merged(positive: Sequence[Cube], levels: Sequence[int]) -> list[Cube]:
    """Give all prime implicants of the positive rows alone: cubes that hold positive rows only.

    Cubes that differ in one condition and together take all its values are merged, until nothing merges (Quine and McCluskey, with several values).
    "Does not apply" leaves the condition free.
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
