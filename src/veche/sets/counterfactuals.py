"""Remainders under scrutiny: enhanced standard analysis, and remainders that two solutions claim at once.

A remainder must not be taken for positive where that contradicts a claim of necessity (a necessary condition is absent in it), where the
combination is impossible, or
where it is taken for positive for the outcome and for its negation. References: Schneider and Wagemann 2013, Political Research Quarterly
66:211-220; Yamasaki and
Rihoux 2009.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from veche.sets._terms import FREE, Cube, Frame, complement, covers, meet
from veche.sets.minimization import remainders_in
from veche.sets.truth_table import Row, TruthTable


def parts(text: str) -> list[str]:
    """Take apart expressions with ``;`` between them."""
    return [part.strip() for part in text.split(";") if part.strip()]


def enhanced(
    table: TruthTable, *, necessary: Iterable[str] = (), untenable: Iterable[str] = (), rows: Iterable[int] = ()
) -> TruthTable:
    """Shut out combinations that must not be positive.

    Parameters
    ----------
    table
        From `truth_table`.
    necessary
        Expressions held necessary, such as ``"EMP"`` or ``"STOCK + MA"``: combinations without them are shut out, and rows with cases there count as
        negative.
    untenable
        Terms or expressions for impossible or otherwise untenable combinations; rows with cases in them stay as they are.
    rows
        Numbers of single combinations; a row with cases counts as negative.

    Returns
    -------
    TruthTable
        The same table with `shut` filled and its rows judged anew.

    Raises
    ------
    InputProblem
        If an expression names what is not there.
    """
    frame = table.frame
    shut: list[Cube] = [*table.shut]
    for text in necessary:
        # without the disjunction: the negation of each of its terms, all at once
        outside: list[Cube] = [(FREE,) * frame.width]
        for term in frame.read_model(text):
            parts = [
                (*(FREE,) * at, value, *(FREE,) * (frame.width - at - 1))
                for at, wanted in enumerate(term) if wanted != FREE
                for value in range(frame.levels[at]) if value != wanted
            ]  # fmt: skip
            outside = [both for one in outside for part in parts if (both := meet(one, part)) is not None]
        shut.extend(outside)
    seen = [row.cube for row in table.rows if row.out != "?"]
    for text in untenable:
        # what was observed is not impossible: only remainders are shut out
        for cube in frame.read_model(text):
            shut.extend(_without(cube, [row for row in seen if covers(cube, row)], frame))
    shut.extend(table.cube_of(number) for number in rows)
    judged = tuple(
        replace(row, out="0") if row.out == "1" and any(covers(cube, row.cube) for cube in shut) else row
        for row in table.rows
    )
    return replace(table, rows=judged, shut=tuple(dict.fromkeys(shut)))


def _without(cube: Cube, rows: Sequence[Cube], frame: Frame) -> list[Cube]:
    """Give the part of a cube outside some rows."""
    if not rows:
        return [cube]
    values = [len(column) for column in frame.literals]
    return [both for one in complement(rows, values) if (both := meet(cube, one)) is not None]


def simultaneous(table: TruthTable, other: TruthTable) -> tuple[Row, ...]:
    """Give the rows that are positive for the outcome and for its negation at once (simultaneous subset relations): neither claim is tenable.

    Parameters
    ----------
    table, other
        Truth tables of the outcome and of its negation, over the same conditions.
    """
    both = {row.cube for row in other.positive}
    return tuple(row for row in table.positive if row.cube in both)


def contradictory(table: TruthTable, model: Sequence[Cube], other: Sequence[Cube]) -> tuple[int, ...]:
    """Give the numbers of remainders that a model of the outcome and a model of its negation both cover (contradictory simplifying assumptions)."""
    return tuple(sorted(set(remainders_in(table, model)) & set(remainders_in(table, other))))
