"""Necessity: which conditions, conjunctions and disjunctions of them are supersets of the outcome.

References: Schneider and Wagemann 2012, Set-Theoretic Methods, ch. 3 and 9; Schneider 2018, Political Research Quarterly 71:246-254
(relevance of necessity).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from veche.sets._drawing import drawing
from veche.sets._terms import FREE, Cube, Floats, Frame
from veche.sets.fit import Necessity, Sufficiency, subset_fit, superset_fit
from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    import pandas as pd

#: most expressions that one search looks at
MOST = 2_000_000


@dataclass(frozen=True, slots=True)
class Literalwise:
    """One literal as necessary and as sufficient condition."""

    literal: str
    necessary: Necessity
    sufficient: Sufficiency


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that passes as necessary."""

    text: str
    form: Literal["conjunction", "disjunction"]
    fit: Necessity


@dataclass(frozen=True)
class NecessityResult:
    """Single literals, and the expressions that pass the cut-offs."""

    outcome: str
    single: tuple[Literalwise, ...]
    expressions: tuple[Expression, ...]
    frame: Frame = field(repr=False)

    @property
    def best(self) -> str:
        """The expression with the greatest relevance of those that pass; if none passes, the literal with the greatest inclusion."""
        if self.expressions:
            return max(self.expressions, key=lambda one: one.fit.relevance).text
        return max(self.single, key=lambda one: one.necessary.inclusion).literal

    def figure(self, expression: str = "", *, groups: Sequence[str] = ()) -> Any:
        """Draw cases by their membership in an expression and in the outcome (XY plot of necessity); an Altair chart.

        Without an expression the `best` one is drawn; `groups` gives each case a mark, such as its wave.
        """
        cubes = self.frame.read_model(expression or self.best)
        return drawing("xy_plot")(self.frame, cubes, relation="necessity", groups=groups)

    def to_frame(self) -> pd.DataFrame:
        """Give the expressions as a table: inclN, RoN, covN."""
        import pandas as pd

        return pd.DataFrame(
            [{"expression": one.text, "inclN": one.fit.inclusion, "RoN": one.fit.relevance, "covN": one.fit.coverage}
             for one in self.expressions],
            columns=["expression", "inclN", "RoN", "covN"],
        )  # fmt: skip

    def _repr_html_(self) -> str:
        return str(self.to_frame().round(3).to_html(index=False))


def necessity(
    frame: Frame, *, incl_cut: float = 0.9, ron_cut: float = 0.5, cov_cut: float = 0.0, depth: int = 3
) -> NecessityResult:
    r"""Search for necessary conditions.

    With memberships x of an expression (least over a conjunction, greatest over a disjunction) and y of the outcome: inclusion
    :math:`\sum \min(x, y) / \sum y`, relevance :math:`\sum (1 - x) / \sum (1 - \min(x, y))`, coverage :math:`\sum \min(x, y) / \sum x`.

    Conjunctions: all that pass. Disjunctions of literals: those that pass, and none of whose parts has the inclusion already.

    Parameters
    ----------
    frame
        From `veche.sets.make_frame`.
    incl_cut, ron_cut, cov_cut
        Least inclusion, relevance and coverage, in [0, 1].
    depth
        Most literals of an expression.

    Returns
    -------
    NecessityResult
        Every literal with its fit, and the expressions that pass; ratios in [0, 1], NaN where 0/0.

    Raises
    ------
    InputProblem
        For cut-offs out of their bounds, or a search that would be too long.

    References
    ----------
    Schneider and Wagemann 2012, Set-Theoretic Methods; Schneider 2018, Political Research Quarterly 71:246-254.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> [(one.text, round(one.fit.inclusion, 2)) for one in sets.necessity(frame).expressions]
    [('HEAD', 0.91)]
    """
    if any(not 0 <= one <= 1 for one in (incl_cut, ron_cut, cov_cut)) or depth < 1:
        raise InputProblem(
            N_("The cut-offs are {incl}, {ron}, {cov}, the depth {depth}. Give shares from 0 to 1 and a depth of 1 or more."),
            incl=incl_cut, ron=ron_cut, cov=cov_cut, depth=depth,
        )  # fmt: skip
    literals = [(at, value) for at, levels in enumerate(frame.levels) for value in range(levels)]
    depth = min(depth, len(literals))
    count = sum(comb(len(literals), size) for size in range(1, depth + 1))
    if count > MOST:
        raise InputProblem(
            N_(
                "{count} expressions of up to {depth} literals are too many. Lower the depth, or choose fewer conditions."
            ),
            count=count,
            depth=depth,
        )
    y = frame.outcome
    single = tuple(
        Literalwise(frame.write_literal(*one), superset_fit(x, y), subset_fit(x, y))
        for one in literals
        for x in (frame.literals[one[0]][one[1]],)
    )

    def passes(fit: Necessity) -> bool:
        return fit.inclusion >= incl_cut - 1e-9 and fit.relevance >= ron_cut - 1e-9 and fit.coverage >= cov_cut - 1e-9

    found = [
        Expression(frame.write(cube), "conjunction", fit)
        for cube, fit in _conjunctions(frame, depth, incl_cut)
        if passes(fit)
    ]
    found += [
        Expression(" + ".join(frame.write_literal(*one) for one in parts), "disjunction", fit)
        for parts, fit in _disjunctions(frame, literals, depth, incl_cut)
        if passes(fit)
    ]
    return NecessityResult(frame.outcome_name, single, tuple(found), frame)


def _conjunctions(frame: Frame, depth: int, incl_cut: float) -> Iterator[tuple[Cube, Necessity]]:
    """Yield conjunctions that reach the inclusion; parts that do not reach it are not made longer."""
    level: dict[Cube, Floats] = {(FREE,) * frame.width: np.ones(len(frame.cases))}
    for _size in range(min(depth, frame.width)):
        larger: dict[Cube, Floats] = {}
        for cube, x in level.items():
            first = max((at for at, value in enumerate(cube) if value != FREE), default=-1) + 1
            for at in range(first, frame.width):
                for value in range(frame.levels[at]):
                    both = np.minimum(x, frame.literals[at][value])
                    fit = superset_fit(both, frame.outcome)
                    if fit.inclusion >= incl_cut - 1e-9:
                        longer = (*cube[:at], value, *cube[at + 1 :])
                        larger[longer] = both
                        yield longer, fit
        level = larger


def _disjunctions(
    frame: Frame, literals: Sequence[tuple[int, int]], depth: int, incl_cut: float
) -> Iterator[tuple[tuple[tuple[int, int], ...], Necessity]]:
    enough: set[frozenset[tuple[int, int]]] = {
        frozenset([one])
        for one in literals
        if superset_fit(frame.literals[one[0]][one[1]], frame.outcome).inclusion >= incl_cut - 1e-9
    }
    for size in range(2, depth + 1):
        reached = set()
        for parts in combinations(literals, size):
            chosen = frozenset(parts)
            if any(one <= chosen for one in enough):
                continue
            # all values of one condition together are everything
            if any(sum(one[0] == at for one in parts) == frame.levels[at] for at, _ in parts):
                continue
            x = np.max([frame.literals[at][value] for at, value in parts], axis=0)
            fit = superset_fit(x, frame.outcome)
            if fit.inclusion >= incl_cut - 1e-9:
                reached.add(chosen)
                yield parts, fit
        enough |= reached
