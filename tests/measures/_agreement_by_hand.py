"""Coefficients of agreement written straight from their formulas: loops over pairs, exact fractions, nothing shared.

`rows` are units, each a list of the coders' values, None where missing. Every function answers None where the
coefficient is undefined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations, permutations
from typing import Any

Rows = Sequence[Sequence[Any]]
Number = Fraction | None


def pairable(rows: Rows) -> list[list[Any]]:
    """Values of the units with at least two."""
    found = [[value for value in row if value is not None] for row in rows]
    return [row for row in found if len(row) >= 2]


def varied(rows: Rows) -> bool:
    return len({value for row in pairable(rows) for value in row}) >= 2


def chance_corrected(observed: Fraction, expected: Fraction) -> Number:
    return None if expected == 1 else (observed - expected) / (1 - expected)


def percent(rows: Rows, weight: Callable[[Any, Any], Fraction] | None = None) -> Number:
    units = pairable(rows)
    if not units:
        return None
    weight = weight or (lambda a, b: Fraction(a == b))
    shares = [
        sum((weight(a, b) for a, b in combinations(row, 2)), Fraction(0)) / len(list(combinations(row, 2)))
        for row in units
    ]
    return sum(shares, Fraction(0)) / len(shares)


def complete(rows: Rows, one: int, two: int) -> list[tuple[Any, Any]]:
    return [(row[one], row[two]) for row in rows if row[one] is not None and row[two] is not None]


def cohen(rows: Rows, weight: Callable[[Any, Any], Fraction] | None = None) -> Number:
    pairs = complete(rows, 0, 1)
    if not varied(pairs):
        return None
    weight = weight or (lambda a, b: Fraction(a == b))
    observed = sum((weight(a, b) for a, b in pairs), Fraction(0)) / len(pairs)
    expected = sum((weight(a, b) for a, _ in pairs for _, b in pairs), Fraction(0)) / len(pairs) ** 2
    return chance_corrected(observed, expected)


def scott(rows: Rows) -> Number:
    pairs = complete(rows, 0, 1)
    if not varied(pairs):
        return None
    everything = [value for pair in pairs for value in pair]
    expected = sum(Fraction(everything.count(v), len(everything)) ** 2 for v in set(everything))
    return chance_corrected(Fraction(sum(a == b for a, b in pairs), len(pairs)), expected)


def uniform(rows: Rows, categories: int) -> Number:
    return chance_corrected(percent(rows), Fraction(1, categories)) if varied(rows) else None


def mean_shares(rows: Rows) -> dict[Any, Fraction]:
    units = [[value for value in row if value is not None] for row in rows]
    units = [row for row in units if row]
    values = {value for row in units for value in row}
    return {v: sum(Fraction(row.count(v), len(row)) for row in units) / len(units) for v in values}


def fleiss(rows: Rows) -> Number:
    if not varied(rows):
        return None
    return chance_corrected(percent(rows), sum(share**2 for share in mean_shares(rows).values()))


def conger(rows: Rows) -> Number:
    if not varied(rows):
        return None
    by_coder = [[v for v in column if v is not None] for column in zip(*rows, strict=True)]
    by_coder = [column for column in by_coder if column]
    expected = [
        sum(Fraction(one.count(v) * two.count(v), len(one) * len(two)) for v in set(one))
        for one, two in combinations(by_coder, 2)
    ]
    return chance_corrected(percent(rows), sum(expected, Fraction(0)) / len(expected))


def light(rows: Rows) -> Number:
    kappas = [cohen([(row[i], row[j]) for row in rows]) for i, j in combinations(range(len(rows[0])), 2)]
    return None if None in kappas else sum(kappas, Fraction(0)) / len(kappas)


def gwet(rows: Rows, categories: Sequence[Any], weight: Callable[[Any, Any], Fraction] | None = None) -> Number:
    if not varied(rows):
        return None
    weight = weight or (lambda a, b: Fraction(a == b))
    q, shares = len(categories), mean_shares(rows)
    total = sum((weight(a, b) for a in categories for b in categories), Fraction(0))
    expected = total / (q * (q - 1)) * sum(share * (1 - share) for share in shares.values())
    return chance_corrected(percent(rows, weight), expected)


def alpha(rows: Rows, squared: Callable[[Any, Any, list[Any]], Fraction]) -> Number:
    units = pairable(rows)
    values = [value for row in units for value in row]
    n = len(values)
    if not n:
        return None
    within = sum(
        (sum((squared(a, b, values) for a, b in permutations(row, 2)), Fraction(0)) / (len(row) - 1) for row in units),
        Fraction(0),
    )
    among = sum((squared(a, b, values) for a, b in permutations(values, 2)), Fraction(0))
    return None if not among else 1 - (n - 1) * within / among


def nominal(a: Any, b: Any, _: list[Any]) -> Fraction:
    return Fraction(a != b)


def interval(a: Any, b: Any, _: list[Any]) -> Fraction:
    return Fraction(a - b) ** 2


def ratio(a: Any, b: Any, _: list[Any]) -> Fraction:
    return Fraction(a - b, a + b) ** 2 if a + b else Fraction(0)


def ordinal(a: Any, b: Any, values: list[Any]) -> Fraction:
    low, high = min(a, b), max(a, b)
    between = sum(values.count(value) for value in set(values) if low <= value <= high)
    return (between - Fraction(values.count(low) + values.count(high), 2)) ** 2 if low != high else Fraction(0)


# spans of one text: for each coder a list of (start, end, value)

Layers = Sequence[Sequence[tuple[int, int, Any]]]


def characters(layers: Layers, length: int) -> list[list[tuple[Any, Any]]]:
    """For each coder and position the value (None in a gap) and what it may not be paired with.

    A position in a unit does not pair with any of the unit, one in a gap not with itself.
    """
    found = []
    for number, spans in enumerate(layers):
        row: list[tuple[Any, Any]] = [(None, (number, "gap", place)) for place in range(length)]
        for unit, (start, end, value) in enumerate(spans):
            row[start:end] = [(value, (number, "unit", unit))] * (end - start)
        found.append(row)
    return found


def unitizing(layers: Layers, length: int) -> dict[str, Number]:
    """u and |u by counting pairs of positions of all coders."""
    rows = characters(layers, length)
    m = len(rows)
    everything = [cell for row in rows for cell in row]
    total = Fraction(m * length)
    same = differ_in_kind = Fraction(0)
    for one, two in permutations(range(m), 2):
        for (a, _), (b, _) in zip(rows[one], rows[two], strict=True):
            same += Fraction(a == b, m - 1)
            differ_in_kind += Fraction((a is None) != (b is None), m - 1)
    pairs = [(a, b) for a, own in everything for b, other in everything if own != other]
    chance_same = total * Fraction(sum(a == b for a, b in pairs), len(pairs)) if pairs else total
    chance_kind = total * Fraction(sum((a is None) != (b is None) for a, b in pairs), len(pairs)) if pairs else 0
    return {
        "u": None if chance_same == total else 1 - (total - same) / (total - chance_same),
        "binary": None if not chance_kind else 1 - differ_in_kind / chance_kind,
    }


def values_where_both(layers: Layers, length: int) -> dict[str, Any]:
    """cu and (k)u with their coverage, character by character."""
    rows = characters(layers, length)
    m = len(rows)
    values = sorted({value for spans in layers for _, _, value in spans})
    common: dict[tuple[Any, Any], Fraction] = {(c, k): Fraction(0) for c in values for k in values}
    of_value = {c: Fraction(sum(v == c for row in rows for v, _ in row)) for c in values}
    covered: dict[tuple[Any, int], int] = {}
    for one, two in permutations(range(m), 2):
        for (a, own), (b, _) in zip(rows[one], rows[two], strict=True):
            if a is not None and b is not None:
                common[a, b] += Fraction(1, m - 1)
                covered[own, two] = covered.get((own, two), 0) + 1
    unit_value = {(n, "unit", u): v for n, spans in enumerate(layers) for u, (_, _, v) in enumerate(spans)}
    own = {
        c: sum((Fraction(n * n, m - 1) for (u, _), n in covered.items() if unit_value[u] == c), Fraction(0))
        for c in values
    }
    rows_of = {c: sum((common[c, k] for k in values), Fraction(0)) for c in values}
    total = sum(rows_of.values(), Fraction(0))
    found: dict[str, Any] = {"coverage": total / (m * length), "cu": None, "k": {}}
    room = total - sum(own.values(), Fraction(0)) / total if total else Fraction(0)
    if room <= 0:
        return found
    chance = {(c, k): (rows_of[c] * rows_of[k] - (own[c] if c == k else 0)) / room for c in values for k in values}
    apart = sum((common[c, k] for c in values for k in values if c != k), Fraction(0))
    chance_apart = sum((chance[c, k] for c in values for k in values if c != k), Fraction(0))
    found["cu"] = 1 - apart / chance_apart if chance_apart > 0 else None
    for k in values:
        if not rows_of[k]:
            found["k"][k] = (None, Fraction(0))
            continue
        of_chance = sum((chance[k, c] for c in values), Fraction(0))
        differ = of_chance - chance[k, k]
        value = 1 - of_chance / rows_of[k] * (rows_of[k] - common[k, k]) / differ if differ > 0 < of_chance else None
        found["k"][k] = (value, rows_of[k] / of_value[k])
    return found


def unitizing_2004(layers: Layers, length: int) -> tuple[Fraction, Fraction]:
    """Observed and expected disagreement of one value, section by section."""
    sections = []
    for spans in layers:
        row, at = [], 0
        for start, end, _ in sorted(spans):
            row += [(at, start, False)] * (at < start) + [(start, end, True)]
            at = end
        sections.append(row + [(at, length, False)] * (at < length))
    m = len(sections)
    apart = 0
    for one, two in permutations(range(m), 2):
        for b, e, unit in sections[one]:
            for b2, e2, unit2 in sections[two]:
                if unit and unit2 and b < e2 and b2 < e:
                    apart += (b - b2) ** 2 + (e - e2) ** 2
                elif unit and not unit2 and b2 <= b and e <= e2:
                    apart += (e - b) ** 2
                elif unit2 and not unit and b <= b2 and e2 <= e:
                    apart += (e2 - b2) ** 2
    units = [e - b for row in sections for b, e, unit in row if unit]
    gaps = [e - b for row in sections for b, e, unit in row if not unit]
    among = sum(
        (
            Fraction(len(units) - 1, 3) * (2 * n**3 - 3 * n**2 + n) + n**2 * sum(g - n + 1 for g in gaps if g >= n)
            for n in units
        ),
        Fraction(0),
    )
    positions = m * length * (m * length - 1) - sum(n * (n - 1) for n in units)
    return Fraction(apart, m * (m - 1) * length**2), Fraction(2, length) * among / positions


def least_disorder(units: Sequence[tuple[int, float, float, Any]], coders: int, how: tuple[float, float]) -> float:
    """Least cost of an alignment by trying all: units (coder, start, end, value), weights alpha and beta."""
    pairs = coders * (coders - 1) / 2

    def apart(one: tuple[int, float, float, Any], two: tuple[int, float, float, Any]) -> float:
        place = (abs(one[1] - two[1]) + abs(one[2] - two[2])) / (one[2] - one[1] + two[2] - two[1])
        return how[0] * place**2 + how[1] * (one[3] != two[3])

    def best(left: tuple[tuple[int, float, float, Any], ...]) -> float:
        if not left:
            return 0.0
        first, rest = left[0], left[1:]
        found = []
        for size in range(min(coders, len(left))):
            for others in combinations(rest, size):
                together = (first, *others)
                if len({unit[0] for unit in together}) == len(together):
                    k = len(together)
                    cost = sum(apart(a, b) for a, b in combinations(together, 2)) + pairs - k * (k - 1) / 2
                    found.append(cost + best(tuple(unit for unit in rest if unit not in others)))
        return min(found)

    return best(tuple(units)) / pairs / (len(units) / coders)
