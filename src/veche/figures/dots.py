"""Dots packed within a step of an ordinal scale: one dot a statement, stacked away from a line."""

from __future__ import annotations


def packed(count: int, room: float, gap: float) -> list[tuple[float, float]]:
    """Place dots in rows around a middle, the first row nearest to the line.

    Parameters
    ----------
    count
        Number of dots, at least 0.
    room
        Width that a row may take.
    gap
        Distance of the middles of neighbours.

    Returns
    -------
    list
        Of each dot: shift from the middle of the step, and distance from the line (0 for the first row).

    Examples
    --------
    >>> packed(4, 20, 10)
    [(-5.0, 0.0), (5.0, 0.0), (-5.0, 10.0), (5.0, 10.0)]
    """
    in_row = max(1, int(room // gap))
    found: list[tuple[float, float]] = []
    for k in range(count):
        row, at = divmod(k, in_row)
        here = min(in_row, count - row * in_row)
        found.append(((at - (here - 1) / 2) * gap, float(row * gap)))
    return found


def rows_of(count: int, room: float, gap: float) -> int:
    """Say how many rows some dots take."""
    return -(-count // max(1, int(room // gap)))
