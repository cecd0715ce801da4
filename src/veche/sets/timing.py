"""Time in set-theoretic comparison: what came first, stages of a trajectory, and solutions wave by wave.

References: Caren and Panofsky 2005, Sociological Methods and Research 34:147-172, and Ragin and Strand 2008, ibid. 36:431-441 (order of events,
with ``-`` where it does not apply); Pagliarin and Gerrits 2020, Methodological Innovations 13 (trajectories: stages as values of a condition).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.sets._checks import by_unit, in_time, read_numbers
from veche.sets._drawing import drawing
from veche.sets._terms import DASH, Frame
from veche.sets.cut_offs import check_grid
from veche.sets.minimization import Expectations, Kind, minimize, read_expectations
from veche.sets.robustness import term_shares
from veche.sets.truth_table import truth_table
from veche.study.errors import N_, InputProblem
from veche.words import _

if TYPE_CHECKING:
    import pandas as pd


def before(first: ArrayLike, second: ArrayLike) -> list[str]:
    """Make a temporal condition "first before second" from the times of two events.

    Parameters
    ----------
    first, second
        Time of each event in each case, missing (NaN) where it did not happen; shape (cases,).

    Returns
    -------
    list of str
        ``1`` if the first came earlier, ``0`` if not (the same time is not earlier), ``-`` where one of them did not happen: the order does not
        apply.

    Raises
    ------
    InputProblem
        If the lengths differ, or a time is no number.

    References
    ----------
    Caren and Panofsky 2005, Sociological Methods and Research 34:147-172; Ragin and Strand 2008, ibid. 36:431-441.

    Examples
    --------
    >>> before([1, 3, float("nan")], [2, 3, 4])
    ['1', '0', '-']
    """
    a, b = read_numbers(first), read_numbers(second)
    if a.shape != b.shape or a.ndim != 1:
        raise InputProblem(
            N_("There are {first} times of the first event and {second} of the second. Give one of each for every case."),
            first=a.size, second=b.size,
        )  # fmt: skip
    return [DASH if x != x or y != y else str(int(x < y)) for x, y in zip(a, b, strict=True)]


def stages(
    values: ArrayLike, units: Sequence[Hashable], order: ArrayLike, *, crossover: float = 0.5
) -> dict[Hashable, NDArray[np.int64]]:
    """Give for each unit (town) the stage it is in at each of its times: how often it has crossed over so far.

    A stage ends when the membership passes the crossover, up or down. Stages are the values of a multi-value condition, so that a town that rose and
    fell is another case than one that never rose.

    Parameters
    ----------
    values
        Memberships, shape (rows,).
    units
        Unit of each row.
    order
        Time of each row, shape (rows,).
    crossover
        Membership that divides in from out; one at exactly the crossover stays where the unit was.

    Returns
    -------
    dict
        By unit the stages in order of time, from 0; a missing membership keeps the stage.

    Raises
    ------
    InputProblem
        If the lengths differ, or a membership is no number.

    References
    ----------
    Pagliarin and Gerrits 2020, Methodological Innovations 13.

    Examples
    --------
    >>> stages([0.2, 0.8, 0.3, 0.9], ["a", "a", "a", "b"], [1, 2, 3, 1])
    {'a': array([0, 1, 2]), 'b': array([0])}
    """
    x, rows_of = by_unit(values, units, order)
    found: dict[Hashable, NDArray[np.int64]] = {}
    for unit, rows in rows_of.items():
        stage, inside, line = 0, None, []
        for value in x[rows]:
            now = inside if value != value or value == crossover else bool(value > crossover)
            stage += int(inside is not None and now is not None and now != inside)
            inside = now
            line.append(stage)
        found[unit] = np.asarray(line, dtype=np.int64)
    return found


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The way of one unit: the combination it stood in at each time, in order of time, and how often it moved to another one."""

    unit: Hashable
    times: tuple[Hashable, ...]
    rows: tuple[str | None, ...]
    moves: int

    @property
    def pattern(self) -> str:
        """The way in words; what lasts is written once, ``?`` where the unit stands in no row."""
        words = [one or "?" for one in self.rows]
        return " → ".join(one for at, one in enumerate(words) if at == 0 or one != words[at - 1])


@dataclass(frozen=True, slots=True)
class Trajectories:
    """The ways of all units, in the order of the units; a sequence of `Trajectory`."""

    ways: tuple[Trajectory, ...]

    def __iter__(self) -> Iterator[Trajectory]:
        """Go through the ways."""
        return iter(self.ways)

    def __len__(self) -> int:
        """Count the units."""
        return len(self.ways)

    def __getitem__(self, at: int) -> Trajectory:
        """Give the way at a place."""
        return self.ways[at]

    def to_frame(self) -> pd.DataFrame:
        """Give a table: one row per unit and time with the combination it stood in, missing where it stood in none."""
        import pandas as pd

        lines = [[way.unit, time, row] for way in self.ways for time, row in zip(way.times, way.rows, strict=True)]
        return pd.DataFrame(lines, columns=["unit", "time", "combination"])

    def figure(self) -> Any:
        """Draw units by times with the combination each stood in; an Altair chart."""
        return drawing("way_map")(self)

    def _repr_html_(self) -> str:
        import pandas as pd

        ways = pd.DataFrame({way.unit: dict(zip(way.times, way.rows, strict=True)) for way in self.ways})
        return str(ways.T.to_html(na_rep="?"))


def trajectories(frame: Frame, units: Sequence[Hashable], order: Sequence[Hashable]) -> Trajectories:
    """Follow units through the truth table: which combination each stood in from time to time.

    Parameters
    ----------
    frame
        Cases, conditions and outcome; a case is a unit at a time.
    units, order
        Unit and time of each case; times sort within a unit.

    Returns
    -------
    Trajectories
        One way for each unit, in the order of the units; a case with a membership at exactly 0.5 stands in no combination (missing).

    Raises
    ------
    InputProblem
        If the lengths differ.

    References
    ----------
    Pagliarin and Gerrits 2020, Methodological Innovations 13.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> [(way.unit, way.pattern) for way in sets.trajectories(frame, ["north", "north", "south", "south"], [1, 2, 1, 2])]
    [('north', 'HEAD*FIRM → HEAD*~FIRM'), ('south', '~HEAD*FIRM → ~HEAD*~FIRM')]
    """
    if not (len(units) == len(order) == len(frame.cases)):
        raise InputProblem(
            N_("There are {units} units and {times} times for {cases} cases. Give one of each for every case."),
            units=len(units), times=len(order), cases=len(frame.cases),
        )  # fmt: skip
    corners = frame.corners
    found = []
    for unit in dict.fromkeys(units):
        rows = in_time((at for at, one in enumerate(units) if one == unit), order)
        names = tuple(frame.write(tuple(corners[at].tolist())) if corners[at].min() >= 0 else None for at in rows)
        known = [one for one in names if one is not None]
        moves = sum(a != b for a, b in pairwise(known))
        found.append(Trajectory(unit, tuple(order[at] for at in rows), names, moves))
    return Trajectories(tuple(found))


@dataclass(frozen=True)
class ByCluster:
    """Solutions cluster by cluster (wave by wave).

    `shares` has a row per term and a column per cluster: the share of smallest models there that hold it; NaN where a cluster has no solution, and
    `why` says why.
    """

    shares: pd.DataFrame
    counts: Mapping[Hashable, int]
    why: Mapping[Hashable, str]

    def to_frame(self) -> pd.DataFrame:
        """Give a table: one row per cluster and term with ``share``; a cluster without a solution is one row with its ``reason``."""
        import pandas as pd

        lines: list[list[Any]] = []
        for name, models in self.counts.items():
            if name in self.why:
                lines.append([name, "", float("nan"), models, self.why[name]])
            lines += [
                [name, str(term), float(share), models, ""]
                for term, share in self.shares[name].items()
                if share == share
            ]
        return pd.DataFrame(lines, columns=["cluster", "term", "share", "models", "reason"])

    def figure(self) -> Any:
        """Draw terms by clusters (waves); an Altair chart."""
        return drawing("cluster_map")(self)

    def _repr_html_(self) -> str:
        return str(self.shares.round(3).to_html())


def by_cluster(
    frame: Frame, clusters: Sequence[Hashable], *, incl_cut: float = 0.8, n_cut: int = 1, pri_cut: float = 0.0, kind: Kind = "parsimonious",
    expectations: Expectations = (),
) -> ByCluster:  # fmt: skip
    """Minimise every cluster (wave) by itself: does the same solution come out?

    Parameters
    ----------
    frame
        Cases, conditions and outcome.
    clusters
        Cluster of each case.
    incl_cut, n_cut, pri_cut, kind, expectations
        As in `truth_table` and `minimize`.

    Returns
    -------
    ByCluster
        Shares in [0, 1]; NaN where a cluster has no solution.

    Raises
    ------
    InputProblem
        If the clusters do not fit the cases, a cut-off is out of its bounds, or an expectation names what is not there.

    References
    ----------
    Garcia-Castro and Arino 2016, Journal of Advances in Management Sciences and Information Systems 2:63-76; Verweij and Vis 2021, European
    Political Science Review 13:95-111.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> sets.by_cluster(frame, [1, 2, 1, 2]).counts
    {1: 1, 2: 1}
    """
    import pandas as pd

    if len(clusters) != len(frame.cases):
        raise InputProblem(
            N_("There are {units} units for {cases} cases. Give one for each."),
            units=len(clusters),
            cases=len(frame.cases),
        )
    given = expectations if isinstance(expectations, Mapping) else tuple(expectations)
    check_grid((incl_cut,), (n_cut,), (pri_cut,))
    read_expectations(frame, given)
    columns: dict[Hashable, dict[str, float]] = {}
    counts: dict[Hashable, int] = {}
    why: dict[Hashable, str] = {}
    for name in dict.fromkeys(clusters):
        rows = [at for at, one in enumerate(clusters) if one == name]
        part = replace(
            frame, literals=tuple(one[:, rows] for one in frame.literals), cases=tuple(frame.cases[at] for at in rows), outcome=frame.outcome[rows]
        )  # fmt: skip
        try:
            found = minimize(
                truth_table(part, incl_cut=incl_cut, n_cut=n_cut, pri_cut=pri_cut), kind, expectations=given, listed=1
            )
        except InputProblem as problem:
            why[name], counts[name], columns[name] = problem.message(_), 0, {}
            continue
        columns[name] = term_shares(found)
        counts[name] = sum(one.count for one in found.solutions)
    terms = sorted({term for one in columns.values() for term in one}, key=lambda term: (term.count("*"), term))
    table = pd.DataFrame(
        {name: [float("nan") if name in why else one.get(term, 0.0) for term in terms] for name, one in columns.items()},
        index=pd.Index(terms, name="term"), dtype=float,
    )  # fmt: skip
    return ByCluster(table, counts, why)
