"""The truth table: every combination of conditions that cases stand in, what the outcome is there, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from veche.sets._checks import read_numbers
from veche.sets._drawing import drawing
from veche.sets._frame import make_frame
from veche.sets._terms import Cube, Frame, covers
from veche.sets.fit import subset_fit
from veche.study.errors import N_, InputProblem
from veche.words import _, number

if TYPE_CHECKING:
    import pandas as pd

Out = Literal["1", "0", "C", "?"]


@dataclass(frozen=True, slots=True)
class Row:
    """One combination: its number, its values, the outcome, the cases in it (membership over 0.5), consistency and PRI.

    `out` is 1 (positive), 0 (negative), C (contradiction: between two consistency cut-offs) or ? (too few cases: a remainder).
    """

    number: int
    cube: Cube
    out: Out
    cases: tuple[str, ...]
    inclusion: float
    pri: float

    @property
    def n(self) -> int:
        """How many cases stand in it."""
        return len(self.cases)


@dataclass(frozen=True)
class TruthTable:
    """All rows that hold cases, and the cut-offs by which they were judged."""

    frame: Frame
    rows: tuple[Row, ...]
    incl_cut: tuple[float, ...]
    n_cut: int
    pri_cut: float
    notes: tuple[str, ...] = field(default=(), compare=False)
    #: combinations that no solution may take for positive (`veche.sets.enhanced`)
    shut: tuple[Cube, ...] = ()

    @cached_property
    def positive(self) -> tuple[Row, ...]:
        """Rows with the outcome."""
        return tuple(row for row in self.rows if row.out == "1")

    @cached_property
    def negative(self) -> tuple[Row, ...]:
        """Rows without it; contradictions count here, as in every minimisation that does not say otherwise."""
        return tuple(row for row in self.rows if row.out in ("0", "C"))

    @property
    def possible(self) -> int:
        """How many combinations there are ("does not apply" is a value)."""
        return prod(map(len, self.frame.literals))

    @cached_property
    def contradictory(self) -> tuple[tuple[Row, tuple[str, ...]], ...]:
        """Rows whose cases do not agree, each with the cases that speak against how it was judged.

        Against a positive row speak its cases without the outcome (at most 0.5), against a negative one those with it (over 0.5).
        """
        place = {case: at for at, case in enumerate(self.frame.cases)}
        found = []
        for row in self.rows:
            has = {case: bool(self.frame.outcome[place[case]] > 0.5) for case in row.cases}
            against = tuple(case for case in row.cases if has[case] != (row.out == "1"))
            if len(set(has.values())) == 2 or (against and row.out != "?"):
                found.append((row, against))
        return tuple(found)

    @property
    def observed(self) -> int:
        """How many combinations hold enough cases to be judged."""
        return sum(row.out != "?" for row in self.rows)

    def number_of(self, cube: Cube) -> int:
        """Number of a row: 1 + the sum over conditions of value times the values of all later ones ("does not apply" is a value)."""
        number = 0
        for value, column in zip(cube, self.frame.literals, strict=True):
            number = number * len(column) + value
        return 1 + number

    def cube_of(self, number: int) -> Cube:
        """Give the combination with that number."""
        rest, found = number - 1, []
        for column in reversed(self.frame.literals):
            rest, value = divmod(rest, len(column))
            found.append(value)
        return tuple(reversed(found))

    def to_frame(self) -> pd.DataFrame:
        """Give the rows as a table: values, OUT, n, consistency, PRI, cases, those against the result; the index is the number of the row."""
        import pandas as pd

        against = {row.number: ", ".join(cases) for row, cases in self.contradictory}
        return pd.DataFrame(
            [
                {
                    **dict(zip(self.frame.names, row.cube, strict=True)), "OUT": row.out, "n": row.n,
                    "incl": row.inclusion, "PRI": row.pri, "cases": ", ".join(row.cases), "against": against.get(row.number, ""),
                }
                for row in self.rows
            ],
            index=pd.Index([row.number for row in self.rows], name="row"),
        )  # fmt: skip

    def _repr_html_(self) -> str:
        return str(self.to_frame().round(3).to_html())

    def figure(self, kind: Literal["table", "venn"] = "table") -> Any:
        """Draw the rows with the memberships of their cases, or as areas of a Venn diagram (one to five conditions); an Altair chart."""
        if kind not in ("table", "venn"):
            raise InputProblem(N_("There is no figure {kind}. Choose one of: {known}."), kind=kind, known="table, venn")
        return drawing("venn" if kind == "venn" else "truth_table")(self)


def truth_table(
    data: pd.DataFrame | Mapping[str, Sequence[Any]] | Frame,
    outcome: str = "",
    conditions: Sequence[str] | None = None,
    *,
    cases: str | Sequence[str] | None = None,
    incl_cut: float | tuple[float, float] = 0.8,
    n_cut: int = 1,
    pri_cut: float = 0.0,
) -> TruthTable:
    """Build the truth table.

    A row holds the cases whose membership in its combination is over 0.5. With n cases, consistency incl = sum min(m, y) / sum m over all cases
    (m the membership in the row) and PRI: out is ``?`` if n < n_cut; 1 if incl >= incl_cut and PRI >= pri_cut; with a second, lower cut-off C if incl
    lies between the two, whatever the PRI; else 0.

    Parameters
    ----------
    data, outcome, conditions, cases
        As `veche.sets.make_frame` reads them, or a frame.
    incl_cut
        Consistency from which a row counts as positive, in [0, 1]; a pair (upper, lower) makes contradictions in between.
    n_cut
        Fewest cases of a row that counts, 1 or more.
    pri_cut
        Least PRI of a positive row, in [0, 1].

    Returns
    -------
    TruthTable
        Rows in the order of their numbers; ratios in [0, 1], NaN where undefined.

    Raises
    ------
    InputProblem
        For bad data (see `make_frame`) or cut-offs out of their bounds.

    References
    ----------
    Ragin 2008, Redesigning Social Inquiry, ch. 7; PRI: Schneider and Wagemann 2012, Set-Theoretic Methods.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> [(row.cube, row.n, row.out) for row in sets.truth_table(frame).rows]
    [((0, 0), 1, '0'), ((0, 1), 1, '0'), ((1, 0), 1, '1'), ((1, 1), 1, '1')]
    """
    frame = data if isinstance(data, Frame) else make_frame(data, outcome, conditions, cases=cases)
    cuts = tuple(read_numbers(incl_cut if isinstance(incl_cut, (tuple, list)) else [incl_cut]).tolist())
    check_cuts(cuts, n_cut, pri_cut)
    corners = frame.corners
    inside: dict[Cube, list[str]] = {}
    for case, corner in zip(frame.cases, corners.tolist(), strict=True):
        if min(corner) >= 0:
            inside.setdefault(tuple(corner), []).append(case)
    rows = []
    empty = TruthTable(frame, (), cuts, n_cut, pri_cut)
    for cube, names in inside.items():
        fit = subset_fit(frame.membership(cube), frame.outcome)
        rows.append(
            Row(
                empty.number_of(cube),
                cube,
                _judge(len(names), fit.inclusion, fit.pri, cuts, n_cut, pri_cut),
                tuple(names),
                fit.inclusion,
                fit.pri,
            )
        )
    rows.sort(key=lambda row: (row.number, row.cube))
    return TruthTable(frame, tuple(rows), cuts, n_cut, pri_cut, _notes(frame, corners, empty.possible))


def check_cuts(cuts: Sequence[float], n_cut: int, pri_cut: float) -> None:
    """Refuse cut-offs out of their bounds with an `InputProblem`."""
    if len(cuts) not in (1, 2) or any(not 0 <= one <= 1 for one in (*cuts, pri_cut)) or cuts[-1] > cuts[0] or n_cut < 1:
        raise InputProblem(
            N_("The cut-offs are incl {incl}, PRI {pri}, n {n}. Give consistencies from 0 to 1 (the second lower) and n of 1 or more."),
            incl=", ".join(map(number, cuts)), pri=number(pri_cut), n=n_cut,
        )  # fmt: skip


def judged(table: TruthTable, incl_cut: float, n_cut: int, pri_cut: float) -> TruthTable:
    """Judge the rows of a truth table by other cut-offs; combinations that are shut out stay so.

    Raises
    ------
    InputProblem
        For cut-offs out of their bounds.
    """
    check_cuts((incl_cut,), n_cut, pri_cut)
    rows = tuple(
        replace(
            row, out=_shut(_judge(row.n, row.inclusion, row.pri, (incl_cut,), n_cut, pri_cut), row.cube, table.shut)
        )
        for row in table.rows
    )
    return replace(table, rows=rows, incl_cut=(float(incl_cut),), n_cut=n_cut, pri_cut=float(pri_cut))


def _shut(out: Out, cube: Cube, shut: Sequence[Cube]) -> Out:
    return "0" if out == "1" and any(covers(one, cube) for one in shut) else out


def _judge(n: int, inclusion: float, pri: float, cuts: Sequence[float], n_cut: int, pri_cut: float) -> Out:
    if n < n_cut:
        return "?"
    # an undefined PRI (all of the row's membership is in both the outcome and its negation) reaches no cut-off over 0
    enough = pri_cut == 0 or pri >= pri_cut - 1e-9
    if inclusion >= cuts[0] - 1e-9:
        return "1" if enough else "0"
    return "C" if len(cuts) == 2 and inclusion >= cuts[1] - 1e-9 else "0"


def _notes(frame: Frame, corners: Any, possible: int) -> tuple[str, ...]:
    notes: list[str] = []
    if possible > 2 * len(frame.cases):
        notes.append(
            _(
                "{conditions} conditions make {possible} combinations for {cases} cases: most are not observed. "
                "Fewer conditions would rest on more evidence."
            ).format(conditions=frame.width, possible=possible, cases=len(frame.cases))
        )
    for at, name in enumerate(frame.names):
        notes.extend(
            _(
                "Case {case} is at exactly 0.5 in {name} and stands in no row. Decide whether it is rather in or out."
            ).format(case=frame.cases[case], name=name)
            for case in np.flatnonzero(corners[:, at] < 0)[:5]
        )
    half = np.flatnonzero(frame.outcome == 0.5)
    notes.extend(
        _("Case {case} is at exactly 0.5 in the outcome {name}. Decide whether it is rather in or out.").format(
            case=frame.cases[case], name=frame.outcome_name
        )
        for case in half[:5]
    )
    return tuple(notes)
