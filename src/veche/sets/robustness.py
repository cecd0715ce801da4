r"""Robustness: how far a solution holds when cut-offs, cases or memberships are changed.

Fit-oriented robustness (Oana and Schneider 2021, Sociological Methods and Research): with I the membership in the initial solution, T_s in the test
solutions, m = min and M = max over the test set, core = min(I, m):

.. math::

    RF_{cov} = \frac{cov(core)}{cov(I)},\quad RF_{cons} = \frac{cons(I)}{cons(core)},\quad
    SC_{minTS} = \frac{\sum \min(I, m)}{\sum \max(I, m)},\quad SC_{maxTS} = \frac{\sum \min(I, M)}{\sum \max(I, M)}

All in [0, 1] (the first two can pass 1); 1 is a solution that no change touches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from veche.sets._checks import Model, read_terms
from veche.sets._drawing import drawing
from veche.sets._terms import Floats, Frame
from veche.sets.cut_offs import Judging, check_grid
from veche.sets.fit import Sufficiency, subset_fit
from veche.sets.minimization import Expectations, Kind, Result, read_expectations
from veche.study.errors import N_, InputProblem
from veche.words import _

if TYPE_CHECKING:
    import pandas as pd

CaseType = Literal["robust", "shaky", "possible", "none"]


@dataclass(frozen=True, slots=True)
class Robustness:
    """Robustness of an initial solution against test solutions, and of each case.

    A case in the outcome or not: robust if in the initial and every test solution; shaky if in the initial but not in all tests; possible if only
    in a test; none else (memberships over 0.5).
    """

    coverage: float
    consistency: float
    least: float
    greatest: float
    core: Sufficiency
    cases: Mapping[str, CaseType]
    #: by case its membership in the initial solution, the least and the greatest in a test solution, and in the outcome
    memberships: Mapping[str, tuple[float, float, float, float]]

    def to_frame(self) -> pd.DataFrame:
        """Give the cases as a table: case, how it holds, membership in the initial solution, least and greatest in a test, and in the outcome."""
        import pandas as pd

        lines = [[case, kind, *self.memberships[case]] for case, kind in self.cases.items()]
        return pd.DataFrame(lines, columns=["case", "kind", "initial", "least", "greatest", "outcome"])

    def figure(self) -> Any:
        """Draw every case with its memberships in the initial and the test solutions, by how it holds; an Altair chart."""
        return drawing("robustness_map")(self)

    def _repr_html_(self) -> str:
        fits = {"RF_cons": self.consistency, "RF_cov": self.coverage, "SC_minTS": self.least, "SC_maxTS": self.greatest}
        told = ", ".join(f"{name} {value:.3f}" for name, value in fits.items())
        return f"<p>{told}</p>" + str(self.to_frame().round(3).to_html(index=False))


def robustness(frame: Frame, initial: Model, tests: Sequence[Model]) -> Robustness:
    r"""Compare an initial model with test models.

    With I the membership in the initial model, m and M the least and greatest in a test, core = min(I, m): RF_cov = cov(core) / cov(I), RF_cons =
    cons(I) / cons(core), SC_minTS = :math:`\sum \min(I, m) / \sum \max(I, m)`, SC_maxTS likewise with M.

    Parameters
    ----------
    frame
        Cases, conditions and outcome.
    initial
        Terms of the model that is defended, in words or as values of the conditions.
    tests
        The same of models found with other cut-offs, calibrations or cases.

    Returns
    -------
    Robustness
        Ratios of 0 or more (SC within [0, 1]), missing where 0/0; 1 is a solution that no test touches. Every case with how it holds.

    Raises
    ------
    InputProblem
        Without test models, or if a model names what is not there.

    References
    ----------
    Oana and Schneider 2021, Sociological Methods and Research, A Robustness Test Protocol for Applied QCA.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> found = sets.robustness(frame, "HEAD", ["HEAD", "HEAD*FIRM"])
    >>> round(found.coverage, 2), found.cases["Alder"]
    (0.65, 'robust')
    """
    if not tests:
        raise InputProblem(
            N_("There is no test solution. Give at least one, found with other cut-offs or calibrations.")
        )
    y = frame.outcome
    mine = frame.union(read_terms(frame, initial))
    others = np.array([frame.union(read_terms(frame, one)) for one in tests])
    low, high = others.min(axis=0), others.max(axis=0)
    core = np.minimum(mine, low)
    own, kept = subset_fit(mine, y), subset_fit(core, y)
    return Robustness(
        _ratio(kept.coverage, own.coverage), _ratio(own.inclusion, kept.inclusion), _alike(mine, low), _alike(mine, high), kept,
        {case: _type(mine[at], low[at], high[at]) for at, case in enumerate(frame.cases)},
        {case: (float(mine[at]), float(low[at]), float(high[at]), float(y[at])) for at, case in enumerate(frame.cases)},
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

    def to_frame(self) -> pd.DataFrame:
        """Give a table: one row per setting and term with ``share``; a setting without a solution is one row with its ``reason``."""
        import pandas as pd

        lines: list[list[Any]] = []
        for (cut, n), models in zip(self.settings, self.counts, strict=True):
            if (cut, n) in self.why:
                lines.append([cut, n, "", float("nan"), models, self.why[cut, n]])
            lines += [
                [cut, n, str(term), float(share), models, ""]
                for term, share in self.shares[(cut, n)].items()
                if share == share
            ]
        return pd.DataFrame(lines, columns=["incl_cut", "n_cut", "term", "share", "models", "reason"])

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

    Raises
    ------
    InputProblem
        For cut-offs out of their bounds, no cut-off, or an expectation that names what is not there.

    References
    ----------
    Skaaning 2011, Sociological Methods and Research 40:391-408; Oana and Schneider 2021, ibid.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> sets.stability(frame, incl_cuts=[0.8, 0.9]).shares.loc["HEAD"].tolist()
    [1.0, 1.0]
    """
    import pandas as pd

    check_grid(incl_cuts, n_cuts, (pri_cut,))
    expectations = expectations if isinstance(expectations, Mapping) else tuple(expectations)
    read_expectations(frame, expectations)
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
    """Give for each term the share of all minimal models that hold it: the number of models with it over the number of all.

    Parameters
    ----------
    found
        From `minimize`.

    Returns
    -------
    dict
        By term in words, in (0, 1]; exact if all models were counted.

    References
    ----------
    Baumgartner and Thiem 2017, Sociological Methods and Research 46:954-987.

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
