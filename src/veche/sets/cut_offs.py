"""What survives other cut-offs: the smallest models at every pair of consistency and PRI, judged on one truth table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from veche.sets._drawing import drawing
from veche.sets._terms import Frame
from veche.sets.minimization import Expectations, Kind, Result, minimize
from veche.sets.truth_table import check_cuts, judged, truth_table
from veche.study.errors import N_, InputProblem
from veche.words import _

if TYPE_CHECKING:
    import pandas as pd


class Judging:
    """Minimises one set of rows at many cut-offs; cut-offs that judge all rows alike are minimised once.

    Parameters
    ----------
    frame
        Cases, conditions and outcome.
    kind, expectations, seconds
        As in `minimize`.
    shut
        Combinations that no solution may take for positive.
    """

    def __init__(
        self, frame: Frame, kind: Kind, expectations: Expectations = (), *, shut: Sequence[tuple[int, ...]] = (), seconds: float = 60.0
    ) -> None:  # fmt: skip
        self._table = replace(truth_table(frame, incl_cut=0.0), shut=tuple(shut))
        self._kind: Kind = kind
        self._expectations = expectations if isinstance(expectations, Mapping) else tuple(expectations)
        self._seconds = seconds
        self._known: dict[tuple[str, ...], Result] = {}

    def at(self, incl_cut: float, n_cut: int = 1, pri_cut: float = 0.0) -> Result:
        """Give the result at some cut-offs.

        Raises
        ------
        InputProblem
            If no row or every row is positive there, or a cut-off is out of its bounds.
        """
        table = judged(self._table, incl_cut, n_cut, pri_cut)
        key = tuple(row.out for row in table.rows)
        if key not in self._known:
            self._known[key] = minimize(
                table, self._kind, expectations=self._expectations, listed=100, seconds=self._seconds
            )
        return self._known[key]


@dataclass(frozen=True)
class CutMap:
    """How a model fares at every pair of cut-offs.

    `kept[p][i]` is the share of `terms` that stand in any smallest model at the PRI cut-off p and the consistency cut-off i, in [0, 1]; NaN
    where there is no solution, and `why` says why. `counts[p][i]` is the number of smallest models there (0: none).
    """

    terms: tuple[str, ...]
    kind: Kind
    incl_cuts: tuple[float, ...]
    pri_cuts: tuple[float, ...]
    n_cut: int
    kept: tuple[tuple[float, ...], ...]
    counts: tuple[tuple[int, ...], ...]
    why: Mapping[tuple[float, float], str]

    def to_frame(self) -> pd.DataFrame:
        """Give the map as a table: one row per pair of cut-offs with ``kept``, ``models`` and ``reason``."""
        import pandas as pd

        return pd.DataFrame(
            [
                {"incl_cut": cut, "pri_cut": least, "kept": self.kept[p][i], "models": self.counts[p][i], "reason": self.why.get((cut, least), "")}
                for p, least in enumerate(self.pri_cuts)
                for i, cut in enumerate(self.incl_cuts)
            ],
            columns=["incl_cut", "pri_cut", "kept", "models", "reason"],
        )  # fmt: skip

    def _repr_html_(self) -> str:
        return str(self.to_frame().pivot_table(index="pri_cut", columns="incl_cut", values="kept").round(3).to_html())

    def figure(self, *, incl: float | None = None, pri: float | None = None) -> Any:
        """Draw the map, with the cut-offs in use marked; an Altair chart."""
        return drawing("stability_map")(self, incl=incl, pri=pri)


def check_grid(incl_cuts: Sequence[float], n_cuts: Sequence[int], pri_cuts: Sequence[float]) -> None:
    """Refuse cut-offs out of their bounds, and a grid without one, with an `InputProblem`."""
    if not len(incl_cuts) or not len(n_cuts) or not len(pri_cuts):
        raise InputProblem(N_("There is no cut-off to look at. Give at least one of each kind."))
    for cut in incl_cuts:
        for n in n_cuts:
            for least in pri_cuts:
                check_cuts((cut,), n, least)


def cut_map(
    frame: Frame, terms: Sequence[str], *, incl_cuts: Sequence[float], pri_cuts: Sequence[float] = (0.0,), n_cut: int = 1,
    kind: Kind = "parsimonious", expectations: Expectations = (), shut: Sequence[tuple[int, ...]] = (), seconds: float = 2.0,
) -> CutMap:  # fmt: skip
    """Minimise at every pair of cut-offs and say how much of a model survives.

    Parameters
    ----------
    frame
        Cases, conditions and outcome.
    terms
        Terms of the model that is defended, as words.
    incl_cuts, pri_cuts
        Cut-offs of consistency and of PRI, in [0, 1].
    n_cut, kind, expectations
        As in `truth_table` and `minimize`.
    shut
        Combinations that no solution may take for positive (`TruthTable.shut`).
    seconds
        Time for one solution.

    Returns
    -------
    CutMap
        At every pair of cut-offs the share of the terms that stand in any smallest model, in [0, 1], and the number of these models; NaN where there
        is no solution, with the reason.

    Raises
    ------
    InputProblem
        For cut-offs out of their bounds, no cut-off, or a term that names what is not there.

    References
    ----------
    Oana and Schneider 2021, Sociological Methods and Research (a robustness test protocol); Skaaning 2011, ibid. 40:391-408.

    Examples
    --------
    >>> from veche import sets
    >>> frame = sets.make_frame({"A": [1, 1, 1, 1, 0], "B": [1, 1, 1, 0, 0], "Y": [1, 1, 0, 0, 0]}, "Y")
    >>> sets.cut_map(frame, ["B"], incl_cuts=[0.6, 0.7]).kept
    ((1.0, nan),)
    """
    check_grid(incl_cuts, (n_cut,), pri_cuts)
    terms = tuple(frame.write(frame.read(term)) for term in terms)
    judging = Judging(frame, kind, expectations, shut=shut, seconds=seconds)
    why: dict[tuple[float, float], str] = {}
    kept, counts = [], []
    for least in pri_cuts:
        line, numbers = [], []
        for cut in incl_cuts:
            try:
                found = judging.at(cut, n_cut, least)
            except InputProblem as problem:
                why[(cut, least)] = problem.message(_)
                line.append(float("nan"))
                numbers.append(0)
                continue
            standing = {one.frame.write(cube) for one in found.solutions for cube in one.share}
            line.append(sum(term in standing for term in terms) / len(terms) if terms else float("nan"))
            numbers.append(sum(one.count for one in found.solutions))
        kept.append(tuple(line))
        counts.append(tuple(numbers))
    return CutMap(tuple(terms), kind, tuple(incl_cuts), tuple(pri_cuts), n_cut, tuple(kept), tuple(counts), why)
