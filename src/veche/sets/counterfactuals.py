"""Remainders under scrutiny: enhanced standard analysis, and remainders that two solutions claim at once.

A remainder must not be taken for positive where that contradicts a claim of necessity (a necessary condition is absent in it), where the
combination is impossible, or where it is taken for positive for the outcome and for its negation. References: Schneider and Wagemann 2013,
Political Research Quarterly 66:211-220; Yamasaki and Rihoux 2009.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from veche.sets._checks import Model, read_terms
from veche.sets._terms import FREE, Cube, Frame, complement, covers, meet
from veche.sets.minimization import remainders_in
from veche.sets.truth_table import Row, TruthTable
from veche.study.errors import N_, InputProblem


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
        If an expression names what is not there, or there is no combination of that number.

    References
    ----------
    Schneider and Wagemann 2013, Political Research Quarterly 66:211-220; Oana, Schneider and Thomann 2021, QCA Using R, ch. 4.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> table = sets.enhanced(sets.truth_table(frame), necessary=["HEAD*FIRM"])
    >>> [(frame.write(row.cube), row.out) for row in table.rows if row.out == "1"]
    [('HEAD*FIRM', '1')]
    """
    frame = table.frame
    rows = tuple(rows)
    for number in rows:
        if not 1 <= number <= table.possible:
            raise InputProblem(
                N_("There is no combination {number}. They are numbered from 1 to {top}."),
                number=number, top=table.possible,
            )  # fmt: skip
    shut: list[Cube] = [*table.shut]
    for text in necessary:
        # without the disjunction: the negation of each of its terms, all at once
        outside: list[Cube] = [(FREE,) * frame.width]
        for term in frame.read_model(text):
            negated = [
                (*(FREE,) * at, value, *(FREE,) * (frame.width - at - 1))
                for at, wanted in enumerate(term) if wanted != FREE
                for value in range(frame.levels[at]) if value != wanted
            ]  # fmt: skip
            outside = [both for one in outside for part in negated if (both := meet(one, part)) is not None]
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

    Returns
    -------
    tuple of Row
        Rows of the first table; none is the rule.

    Raises
    ------
    InputProblem
        If the tables have other conditions.

    References
    ----------
    Schneider and Wagemann 2012, Set-Theoretic Methods; a higher PRI cut-off takes such rows out.

    Examples
    --------
    >>> from veche import sets
    >>> frame = sets.make_frame({"A": [0.6, 0.3, 0.2], "Y": [0.5, 0.9, 0.1]}, "Y")
    >>> table, other = (sets.truth_table(one, incl_cut=0.7) for one in (frame, sets.negated(frame)))
    >>> [frame.write(row.cube) for row in sets.simultaneous(table, other)]
    ['A']
    """
    if table.frame.names != other.frame.names or table.frame.levels != other.frame.levels:
        raise InputProblem(
            N_("One truth table has the conditions {one}, the other {other}. Give tables over the same conditions."),
            one=", ".join(table.frame.names), other=", ".join(other.frame.names),
        )  # fmt: skip
    both = {row.cube for row in other.positive}
    return tuple(row for row in table.positive if row.cube in both)


def contradictory(table: TruthTable, model: Model, other: Model) -> tuple[int, ...]:
    """Give the numbers of remainders that a model of the outcome and a model of its negation both cover (contradictory simplifying assumptions).

    Parameters
    ----------
    table
        Truth table of the outcome.
    model, other
        Terms of a model of the outcome, and of one of its negation, in words or as values of the conditions.

    Returns
    -------
    tuple of int
        Numbers of combinations, rising (`TruthTable.cube_of`).

    Raises
    ------
    InputProblem
        If a model names what is not there, or there are too many combinations to list.

    References
    ----------
    Yamasaki and Rihoux 2009, in Rihoux and Ragin, Configurational Comparative Methods, ch. 6; Schneider and Wagemann 2013, as above.

    Examples
    --------
    >>> from veche import sets
    >>> frame = sets.make_frame({"A": [1, 0, 1, 0], "B": [1, 0, 1, 1], "Y": [1, 0, 0, 0]}, "Y")
    >>> table = sets.truth_table(frame)
    >>> rows = sets.contradictory(table, "A", "~B")
    >>> [frame.write(table.cube_of(number)) for number in rows]
    ['A*~B']
    """
    models = (read_terms(table.frame, one) for one in (model, other))
    one, two = (set(remainders_in(table, terms)) for terms in models)
    return tuple(sorted(one & two))
