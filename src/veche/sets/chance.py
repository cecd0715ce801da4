"""How often chance does as well: the solution against those of outcomes shuffled over cases.

References: Braumoeller 2015, Political Analysis 23:471-487; Rohlfing 2018, Political Analysis 26:72-89.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.sets._checks import read_runs, read_seed
from veche.sets._drawing import drawing
from veche.sets._terms import Frame
from veche.sets.fit import Sufficiency
from veche.sets.minimization import Result
from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    import pandas as pd


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
    #: consistency and coverage of the solution of every shuffle that has one
    drawn: tuple[tuple[float, float], ...] = field(default=(), repr=False)

    def figure(self) -> Any:
        """Draw what shuffled outcomes give, and where the found solution stands; an Altair chart."""
        return drawing("permuted_chart")(self)

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


def permuted(frame: Frame, solve: Callable[[Frame], Result], *, shuffles: int = 999, seed: int = 0) -> Permuted:
    """Ask how often a shuffled outcome gives a solution as consistent and as covering: with few cases and many conditions, often.

    The share is (1 + shuffles that reach the found value) / (1 + shuffles): the observed order is one of them.

    Parameters
    ----------
    frame
        Cases, conditions and outcome.
    solve
        From cases to a solution; see `solver`.
    shuffles, seed
        How many permutations (1 or more), and their seed.

    Returns
    -------
    Permuted
        Shares in (0, 1]; a shuffle without a solution reaches nothing.

    Raises
    ------
    InputProblem
        If the outcome has no solution, or there is no shuffle.

    References
    ----------
    Braumoeller 2015, Political Analysis 23:471-487; Rohlfing 2018, Political Analysis 26:72-89.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> found = sets.permuted(frame, sets.solver(), shuffles=20, seed=1)
    >>> found.consistency, 0 < found.consistency_share <= 1
    (1.0, True)
    """
    shuffles = read_runs(shuffles, 1)

    def fit(one: Frame) -> Sufficiency | None:
        try:
            return solve(one).solution.fit().whole
        except InputProblem:
            return None

    own = fit(frame)
    if own is None:
        raise InputProblem(
            N_("The outcome {outcome} has no solution at these cut-offs: there is nothing to compare with chance."),
            outcome=frame.outcome_name,
        )
    rng = np.random.default_rng(read_seed(seed))
    found = [fit(replace(frame, outcome=rng.permutation(frame.outcome))) for _draw in range(shuffles)]
    solved = [one for one in found if one is not None]
    return Permuted(
        own.inclusion, own.coverage,
        (1 + sum(one.inclusion >= own.inclusion - 1e-12 for one in solved)) / (1 + shuffles),
        (1 + sum(one.coverage >= own.coverage - 1e-12 for one in solved)) / (1 + shuffles),
        len(solved), shuffles, tuple((one.inclusion, one.coverage) for one in solved),
    )  # fmt: skip
