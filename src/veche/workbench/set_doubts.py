"""Doubts about a solution on any table: cases by role, cut-offs near by, single cases left out, memberships drawn, outcomes shuffled."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.sets import (
    CutMap,
    Robustness,
    Selection,
    Standard,
    Survival,
    cut_map,
    drawn_within,
    left_out,
    permuted,
    robustness,
    select_cases,
    sensitivity,
    solver,
    stability,
)
from veche.sets import Result as Solved
from veche.sets._terms import Cube
from veche.sets.cut_offs import Judging
from veche.study import InputProblem
from veche.study.errors import N_
from veche.words import _
from veche.workbench.sets import doubted

if TYPE_CHECKING:
    import pandas as pd

#: cut-offs of consistency near the one in use, at which a solution is tested
NEAR = (-0.05, -0.025, 0.0, 0.025, 0.05)
#: grid of the map of cut-offs
INCL, PRI = (0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95), (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
#: columns of the table of robustness
HOLDING = {"kind": "standing", "initial": "initial", "least": "least_test", "greatest": "greatest", "outcome": "y"}
#: pairs of cases for each term and kind
FEW_PAIRS = 3


@dataclass(frozen=True)
class Doubts:
    """What speaks for and against a solution, as tables, and the map of cut-offs, which can be drawn."""

    tables: Mapping[str, pd.DataFrame]
    cuts: CutMap


def doubts(found: Standard, units: Sequence[Hashable] = (), *, shuffles: int = 199, seed: int = 1) -> Doubts:
    """Doubt the solution of the outcome that is looked at (`veche.workbench.sets.doubted`).

    Parameters
    ----------
    found
        From `veche.workbench.sets.compare`.
    units
        Unit of each case: a unit is left out with all its cases; none: each case by itself.
    shuffles, seed
        How often the outcome is shuffled over cases, and the seed.

    Returns
    -------
    Doubts
        Tables ``roles``, ``pairs``, ``stability``, ``ranges``, ``robustness``, ``robustness_fit``, ``left_out``, ``chance`` and ``cut_map``.

    Raises
    ------
    InputProblem
        If there is no solution.
    """
    import pandas as pd

    result = doubted(found, N_("{outcome} has no solution that could be doubted. Lower the cut-off."))
    told, frame, model = found.settings, result.table.frame, result.solution.model()
    expected: dict[str, Any] = {"expectations": told.given()["expectations"], "kind": result.kind}
    near = sorted({round(min(max(told.upper_cut + step, 0.0), 1.0), 4) for step in NEAR})
    judging = Judging(frame, **expected, shut=result.table.shut, seconds=1.0)
    chosen = [(frame.write(term), select_cases(frame, term, model)) for term in model]
    roles = pd.concat([one.to_frame().assign(term=term) for term, one in chosen], ignore_index=True)
    tests: list[tuple[Cube, ...]] = [model]
    for cut in sorted(set(near) - {told.upper_cut}):
        try:
            tests.extend(judging.at(cut, told.n_cut, told.pri_cut).models)
        except InputProblem:
            # at that cut-off nothing is positive, or everything
            continue
    cuts = cut_map(
        frame, [term for term, _one in chosen], incl_cuts=sorted({*INCL, told.upper_cut}), pri_cuts=sorted({*PRI, told.pri_cut}),
        n_cut=told.n_cut, shut=result.table.shut, seconds=0.5, **expected,
    )  # fmt: skip
    solve = _solve(found, result)
    robust = robustness(frame, model, list(dict.fromkeys(tests)))
    tables = {
        "roles": roles[["term", "case", "role", "x", "y", "unique"]],
        "pairs": _pairs(chosen),
        "stability": stability(frame, incl_cuts=near, n_cuts=(told.n_cut,), pri_cut=told.pri_cut, **expected).to_frame(),
        "ranges": _ranges(found, judging),
        "robustness": robust.to_frame().rename(columns=HOLDING),
        "robustness_fit": _fits(robust),
        "left_out": left_out(frame, units or frame.cases, solve).to_frame(),
        "chance": permuted(frame, solve, shuffles=shuffles, seed=seed).to_frame(),
        "cut_map": cuts.to_frame(),
    }  # fmt: skip
    return Doubts(tables, cuts)


def drawn_terms(found: Standard, errors: Mapping[str, Any], *, draws: int = 200, seed: int = 1) -> Survival:
    """Draw the memberships within their standard errors and see which terms survive (`veche.sets.drawn_within`).

    Parameters
    ----------
    found
        From `veche.workbench.sets.compare`.
    errors
        By set, from `veche.workbench.set_cases.Cases.errors`.
    draws, seed
        How many draws, and their seed.

    Raises
    ------
    InputProblem
        If there is no solution, or for errors that cannot be used.
    """
    result = doubted(found, N_("{outcome} has no solution that could be doubted. Lower the cut-off."))
    return drawn_within(result.table.frame, errors, _solve(found, result), draws=draws, seed=seed)


def _solve(found: Standard, result: Solved) -> Any:
    """Make the function from cases to their solution with the settings of an analysis."""
    told = found.settings
    return solver(
        incl_cut=told.upper_cut, n_cut=told.n_cut, pri_cut=told.pri_cut, kind=result.kind, expectations=told.given()["expectations"],
        necessary=told.necessary, untenable=told.untenable,
    )  # fmt: skip


def _fits(robust: Robustness) -> pd.DataFrame:
    """Parameters of the robustness of the solution against those at cut-offs near by."""
    import pandas as pd

    lines = [
        ["RF_cons", _("consistency against the common part"), robust.consistency],
        ["RF_cov", _("coverage of the common part"), robust.coverage],
        ["SC_minTS", _("likeness to the narrowest test solution"), robust.least],
        ["SC_maxTS", _("likeness to the widest test solution"), robust.greatest],
    ]
    return pd.DataFrame(lines, columns=["parameter", "meaning", "value"])


def _ranges(found: Standard, judging: Judging) -> pd.DataFrame:
    """Between which values of each cut-off the models stay the same."""
    import pandas as pd

    told = found.settings
    incl, n, pri = told.upper_cut, told.n_cut, told.pri_cut
    return pd.concat([
        sensitivity(lambda cut: judging.at(cut, n, pri), incl, low=0, high=1, step=0.025, setting=_("Consistency")).to_frame(),
        sensitivity(lambda cut: judging.at(incl, n, cut), pri, low=0, high=1, step=0.025, setting=_("PRI")).to_frame(),
        sensitivity(lambda cut: judging.at(incl, int(cut), pri), n, low=1, high=n + 5, step=1, setting=_("Cases")).to_frame(),
    ], ignore_index=True)  # fmt: skip


def _pairs(chosen: Sequence[tuple[str, Selection]]) -> pd.DataFrame:
    """Typical cases of each term with those that should have been like them, the most similar first."""
    import pandas as pd

    words = {"consistency": _("the same term, not the outcome"), "irrelevant": _("neither term nor outcome")}
    found = [
        one.pairs()
        .groupby("against", sort=False)
        .head(FEW_PAIRS)
        .assign(term=term, apart_by=lambda x: x["against"].map(words))
        for term, one in chosen
    ]
    return pd.concat(found, ignore_index=True)[["term", "typical", "other", "apart_by", "difference"]]
