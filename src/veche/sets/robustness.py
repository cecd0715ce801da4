r"""Robustness: how far a solution holds when cut-offs, cases or memberships are changed.

Fit-oriented robustness (Oana and Schneider 2021, Sociological Methods and Research): with I the membership in the initial solution, T_s in
the test solutions,
m = min and M = max over the test set, core = min(I, m):

.. math::

    RF_{cov} = \frac{cov(core)}{cov(I)},\quad RF_{cons} = \frac{cons(I)}{cons(core)},\quad
    SC_{minTS} = \frac{\sum \min(I, m)}{\sum \max(I, m)},\quad SC_{maxTS} = \frac{\sum \min(I, M)}{\sum \max(I, M)}

All in [0, 1] (the first two can pass 1); 1 is a solution that no change touches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from veche.sets._drawing import drawing
from veche.sets._terms import Cube, Floats, Frame
from veche.sets.cut_offs import Judging
from veche.sets.fit import Sufficiency, sufficiency
from veche.sets.minimization import Expectations, Kind, Result, minimize
from veche.sets.truth_table import truth_table
from veche.study.errors import N_, InputProblem
from veche.words import _

if TYPE_CHECKING:
    import pandas as pd

CaseType = Literal["robust", "shaky", "possible", "none"]


@dataclass(frozen=True, slots=True)
class Robustness:
    """Robustness of an initial solution against test solutions, and of each case.

    A case in the outcome or not: robust if in the initial and every test solution; shaky if in the initial but not in all tests; possible
    if only in a
    test; none else (memberships over 0.5).
    """

    coverage: float
    consistency: float
    least: float
    greatest: float
    core: Sufficiency
    cases: Mapping[str, CaseType]

    def to_frame(self) -> pd.DataFrame:
        """Give the cases as a table: case and how it holds."""
        import pandas as pd

        return pd.DataFrame(list(self.cases.items()), columns=["case", "kind"])

    def _repr_html_(self) -> str:
        fits = {"RF_cons": self.consistency, "RF_cov": self.coverage, "SC_minTS": self.least, "SC_maxTS": self.greatest}
        told = ", ".join(f"{name} {value:.3f}" for name, value in fits.items())
        return f"<p>{told}</p>" + str(self.to_frame().to_html(index=False))


def robustness(frame: Frame, initial: Iterable[Cube], tests: Sequence[Iterable[Cube]]) -> Robustness:
    """Compare an initial model with test models.

    Parameters
    ----------
    frame
        Cases, conditions and outcome.
    initial
        Terms of the model that is defended.
    tests
        Terms of models found with other cut-offs, calibrations or cases.

    Raises
    ------
    InputProblem
        Without test models.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> found = sets.robustness(frame, [(1, -1)], [[(1, -1)], [(1, 1)]])
    >>> round(found.coverage, 2), found.cases["Alder"]
    (0.65, 'robust')
    """
    if not tests:
        raise InputProblem(
            N_("There is no test solution. Give at least one, found with other cut-offs or calibrations.")
        )
    y = frame.outcome
    mine = frame.union(tuple(initial))
    others = np.array([frame.union(tuple(one)) for one in tests])
    low, high = others.min(axis=0), others.max(axis=0)
    core = np.minimum(mine, low)
    own, kept = sufficiency(mine, y), sufficiency(core, y)
    return Robustness(
        _ratio(kept.coverage, own.coverage), _ratio(own.inclusion, kept.inclusion), _alike(mine, low), _alike(mine, high), kept,
        {case: _type(mine[at], low[at], high[at]) for at, case in enumerate(frame.cases)},
    )  # fmt: skip


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else float("nan")


def _alike(a: Floats, b: Floats) -> float:
    return _ratio(float(np.minimum(a, b).sum()), float(np.maximum(a, b).sum()))


def _type(mine: float, low: float, high: float) -> CaseType:
    if mine > 0.5:
        return "robust" if low > 0.5 else "shaky"
    return "possible" if high > 0.5 else "none"


@dataclass(frozen=True)
class Stability:
    """Which terms survive which cut-offs: the share of minimal models that hold each term, and how many models there are.

    `shares` has one row per term and one column per setting; NaN where a setting has no solution (`why` says why not).
    """

    settings: tuple[tuple[float, int], ...]
    shares: pd.DataFrame
    counts: tuple[int, ...]
    why: Mapping[tuple[float, int], str]

    def _repr_html_(self) -> str:
        return str(self.shares.round(3).to_html())

    def figure(self) -> Any:
        """Draw terms by cut-offs; an Altair chart."""
        return drawing("term_map")(self)


def stability(
    frame: Frame, *, incl_cuts: Sequence[float], n_cuts: Sequence[int] = (1,), pri_cut: float = 0.0,
    kind: Kind = "parsimonious", expectations: Expectations = (),
) -> Stability:  # fmt: skip
    """Minimise at every pair of cut-offs and say which terms survive.

    Parameters
    ----------
    frame
        Cases, conditions and outcome.
    incl_cuts, n_cuts
        Cut-offs of consistency and of the number of cases.
    pri_cut, kind, expectations
        As in `truth_table` and `minimize`.

    Returns
    -------
    Stability
        Shares in [0, 1]; NaN at a cut-off without a solution.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> sets.stability(frame, incl_cuts=[0.8, 0.9]).shares.loc["HEAD"].tolist()
    [1.0, 1.0]
    """
    import pandas as pd

    columns: dict[tuple[float, int], dict[str, float]] = {}
    counts, why = [], {}
    judging = Judging(frame, kind, expectations)
    for n_cut in n_cuts:
        for cut in incl_cuts:
            try:
                found = judging.at(cut, n_cut, pri_cut)
            except InputProblem as problem:
                why[(cut, n_cut)] = problem.message(_)
                columns[(cut, n_cut)] = {}
                counts.append(0)
                continue
            columns[(cut, n_cut)] = term_shares(found)
            counts.append(sum(one.count for one in found.solutions))
    terms = sorted({term for one in columns.values() for term in one}, key=lambda term: (term.count("*"), term))
    table = pd.DataFrame(
        {key: [float("nan") if key in why else one.get(term, 0.0) for term in terms] for key, one in columns.items()},
        index=pd.Index(terms, name="term"), dtype=float,
    )  # fmt: skip
    table.columns = pd.MultiIndex.from_tuples(list(columns), names=["incl_cut", "n_cut"])
    return Stability(tuple(columns), table, tuple(counts), why)


def term_shares(found: Result) -> dict[str, float]:
    """Give for each term the share of all minimal models that hold it.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> sets.term_shares(sets.minimize(sets.truth_table(frame)))
    {'HEAD': 1.0}
    """
    total = sum(one.count for one in found.solutions)
    shares: dict[str, float] = {}
    for one in found.solutions:
        for cube, share in one.share.items():
            name = one.frame.write(cube)
            shares[name] = shares.get(name, 0.0) + share * one.count / total
    return shares


@dataclass(frozen=True, slots=True)
class Range:
    """Between which values of a setting the models stay the same; None where they never change on that side within the bounds."""

    setting: str
    value: float
    lower: float | None
    upper: float | None


def sensitivity(
    solve: Callable[[float], Result], value: float, *, low: float, high: float, step: float, setting: str = ""
) -> Range:
    """Move one setting away from its value, step by step, until the models change.

    Parameters
    ----------
    solve
        Gives the result for a value of the setting: a cut-off, an anchor of a calibration, ...
    value
        Where it stands.
    low, high
        How far it may go.
    step
        Width of a step, over 0.
    setting
        Its name.

    Returns
    -------
    Range
        The last values on both sides with the same models; None if the bound was reached without a change.
    """
    if step <= 0 or not low <= value <= high:
        raise InputProblem(
            N_("The value {value} is not between {low} and {high}, or the step {step} is not over 0."),
            value=value,
            low=low,
            high=high,
            step=step,
        )
    mine = _models(solve, value)

    def walk(sign: int) -> float | None:
        last, at = value, 1
        while low <= (now := round(value + sign * at * step, 12)) <= high:
            if _models(solve, now) != mine:
                return last
            last, at = now, at + 1
        return None

    return Range(setting, value, walk(-1), walk(1))


def _models(solve: Callable[[float], Result], value: float) -> Any:
    try:
        return {frozenset(model) for model in solve(value).written()}
    except InputProblem as problem:
        return str(problem)


@dataclass(frozen=True, slots=True)
class Permuted:
    """Consistency and coverage of the solution against those of outcomes shuffled over cases.

    `consistency_share` and `coverage_share`: the share of shuffles (the observed order among them) whose own solution does as well; small
    is rare by chance.
    """

    consistency: float
    coverage: float
    consistency_share: float
    coverage_share: float
    solved: int
    shuffles: int

    def to_frame(self) -> pd.DataFrame:
        """Give a table: consistency and coverage, and the share of shuffles that reach them."""
        import pandas as pd

        rows = [
            ["consistency", self.consistency, self.consistency_share],
            ["coverage", self.coverage, self.coverage_share],
        ]
        return pd.DataFrame(rows, columns=["fit", "found", "reached by chance"])

    def _repr_html_(self) -> str:
        return str(self.to_frame().round(3).to_html(index=False))


def permuted(
    frame: Frame, *, incl_cut: float = 0.8, n_cut: int = 1, pri_cut: float = 0.0, kind: Kind = "parsimonious",
    expectations: Expectations = (), shuffles: int = 999, seed: int = 0,
) -> Permuted:  # fmt: skip
    """Ask how often a shuffled outcome gives a solution as consistent and as covering: with few cases and many conditions, often.

    Parameters
    ----------
    frame
        Cases, conditions and outcome.
    incl_cut, n_cut, pri_cut, kind, expectations
        As in `truth_table` and `minimize`.
    shuffles, seed
        How many permutations, and their seed.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> found = sets.permuted(frame, shuffles=20, seed=1)
    >>> found.consistency, 0 < found.consistency_share <= 1
    (1.0, True)
    """
    from dataclasses import replace

    given = expectations if isinstance(expectations, Mapping) else tuple(expectations)

    def fit(one: Frame) -> Sufficiency | None:
        try:
            solution = minimize(
                truth_table(one, incl_cut=incl_cut, n_cut=n_cut, pri_cut=pri_cut),
                kind,
                expectations=given,
                listed=1,
                seconds=5,
            ).solution
        except InputProblem:
            return None
        return solution.fit().whole

    own = fit(frame)
    if own is None:
        raise InputProblem(
            N_("The outcome {outcome} has no solution at these cut-offs: there is nothing to compare with chance."),
            outcome=frame.outcome_name,
        )
    rng = np.random.default_rng(seed)
    found = [fit(replace(frame, outcome=rng.permutation(frame.outcome))) for _draw in range(shuffles)]
    solved = [one for one in found if one is not None]
    return Permuted(
        own.inclusion, own.coverage,
        (1 + sum(one.inclusion >= own.inclusion - 1e-12 for one in solved)) / (1 + shuffles),
        (1 + sum(one.coverage >= own.coverage - 1e-12 for one in solved)) / (1 + shuffles),
        len(solved), shuffles,
    )  # fmt: skip
