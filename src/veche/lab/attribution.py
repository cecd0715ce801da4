"""Which mechanism carries the head's control: Shapley attribution over the sixteen subsets of four mechanisms, and the model of interaction.

The value of a subset is the mean control with only its mechanisms at work, all subsets with the same draws; the four shares sum to the
difference between all mechanisms and none. Reference: Shapley 1953; the rule of types is that of the study's constructs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from veche.lab._moments import moments
from veche.lab._parallel import Progress, Stop, spread
from veche.lab._whole import whole_from
from veche.lab.model import Scenario
from veche.lab.parameters import INDEX
from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    import pandas as pd

Player = Literal["entrance", "coercion", "manipulation", "bargaining"]
PLAYERS: tuple[Player, ...] = ("entrance", "coercion", "manipulation", "bargaining")
#: what is set to zero where a mechanism is off
OFF: dict[Player, tuple[str, ...]] = {
    "entrance": ("use_sel", "use_chair"),
    "coercion": ("S", "use_press"),
    "manipulation": ("use_manip",),
    "bargaining": ("use_pay", "use_link"),
}
#: what the study calls the model of interaction that each mechanism carries
MODELS: dict[Player, str] = {
    "entrance": N_("inside man in the right place"),
    "coercion": N_("dominance by coercion"),
    "manipulation": N_("hidden manipulation"),
    "bargaining": N_("bargaining or waiting"),
}
CONFRONTATION = N_("dominance in confrontation")
SUBSETS = 2 ** len(PLAYERS)
ALL, NONE = SUBSETS - 1, 0
#: a margin to the second mechanism below this share of the first's value is a mixed case, whatever its error
MIXED = 0.10
#: dominance in confrontation: at least so many in persistent opposition, tone below, control above
OPPOSED, HARSH, HELD = 0.30, 0.20, 0.4
#: most runs of one batch
BATCH = 2048


def mask(players: Sequence[Player]) -> int:
    """Give the number of a subset: bit k stands for `PLAYERS[k]`.

    >>> mask(("entrance", "manipulation"))
    5
    """
    return sum(1 << PLAYERS.index(one) for one in players)


def only(values: NDArray[np.float64], subset: int) -> NDArray[np.float64]:
    """Give a table of points (columns as `parameters.TABLE`) with only the mechanisms of a subset at work."""
    found = np.array(values, dtype=float)
    for at, player in enumerate(PLAYERS):
        if not subset >> at & 1:
            found[:, [INDEX[name] for name in OFF[player]]] = 0.0
    return found


def shapley_values(values: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Share a value among players.

    .. math:: \phi_i = \sum_{S \not\ni i} \frac{|S|! (n - |S| - 1)!}{n!} (v(S \cup i) - v(S))

    Parameters
    ----------
    values
        Shape (..., 2^n): the value of each subset, by the number whose bit k stands for player k.

    Returns
    -------
    Shape (..., n): the shares; they sum to the value of all less that of none. NaN where a value is.

    Raises
    ------
    InputProblem
        If the number of values is no power of two.

    Examples
    --------
    >>> shapley_values(np.array([0.0, 1.0, 0.0, 1.0])).tolist()
    [1.0, 0.0]
    >>> shapley_values(np.array([0.0, 0.0, 0.0, 1.0])).tolist()
    [0.5, 0.5]

    References
    ----------
    Shapley 1953, in Kuhn and Tucker (eds.), Contributions to the Theory of Games II, 307-317.
    """
    table = np.asarray(values, dtype=float)
    count = table.shape[-1].bit_length() - 1
    if table.shape[-1] != 2**count or count < 1:
        raise InputProblem(
            N_("There are {count} values of subsets. Give one for each subset: 2, 4, 8, 16 ..."), count=table.shape[-1]
        )
    shares = np.zeros((*table.shape[:-1], count))
    for subset in range(2**count):
        size = subset.bit_count()
        for player in range(count):
            if not subset >> player & 1:
                weight = math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
                shares[..., player] += weight * (table[..., subset | 1 << player] - table[..., subset])
    return shares


@dataclass(frozen=True)
class Attribution:
    """How control is carried in one set of conditions."""

    #: mean control with each subset of mechanisms, shape (16,)
    values: NDArray[np.float64]
    #: share of each mechanism and its Monte-Carlo error, in the order of `PLAYERS`
    shares: NDArray[np.float64]
    errors: NDArray[np.float64]
    #: share of the first mechanism less that of the second, with its error
    margin: float
    margin_error: float
    #: observables with all mechanisms at work
    observed: dict[str, float]
    runs: int

    @property
    def first(self) -> Player:
        """The mechanism with the largest share."""
        return PLAYERS[int(np.argmax(self.shares))]

    @property
    def second(self) -> Player:
        """The mechanism with the second share."""
        return PLAYERS[int(np.argsort(self.shares)[-2])]

    @property
    def mixed(self) -> bool:
        """Is the margin too small to speak of one mechanism: within two of its errors, or below a tenth of the first share?"""
        return not self.margin > max(2 * self.margin_error, MIXED * float(self.shares.max()))

    @property
    def confrontation(self) -> bool:
        """Is it dominance in confrontation: a persistent opposition, a harsh tone, and control all the same?"""
        return confronts(self.observed["opposition"], self.observed["tone"], self.observed["control"])

    @property
    def direct(self) -> bool:
        """Where coercion carries control: by direct pressure rather than by dependence?"""
        return self.observed["votes_pressed"] > self.observed["votes_dependence"]

    @property
    def model(self) -> str:
        """The study's name of the model of interaction of the first mechanism (marked for translation)."""
        return MODELS[self.first]

    @property
    def table(self) -> pd.DataFrame:
        """Give one row per mechanism: its share of control, error, 95 % interval, and the study's name of the model."""
        import pandas as pd

        from veche.lab._moments import Z95

        rows = {
            player: {
                "share": self.shares[at], "error": self.errors[at], "low": self.shares[at] - Z95 * self.errors[at],
                "high": self.shares[at] + Z95 * self.errors[at], "model": MODELS[player],
            }
            for at, player in enumerate(PLAYERS)
        }  # fmt: skip
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("mechanism")


def confronts(opposition: float, tone: float, control: float) -> bool:
    """Tell whether observables are those of dominance in confrontation."""
    return bool(opposition >= OPPOSED and tone < HARSH and control > HELD)


def attribute(
    scenario: Scenario, *, runs: int = 300, seed: int = 1, workers: int | None = None, progress: Progress | None = None, stop: Stop | None = None
) -> Attribution:  # fmt: skip
    """Attribute the head's control in a scenario to its mechanisms.

    Parameters
    ----------
    runs
        Runs of each of the sixteen subsets, 2 or more; run k has the same draws in all of them, so errors are those of differences.

    Raises
    ------
    InputProblem
        For fewer than two runs.
    """
    whole_from(2, runs=runs)
    from veche.lab.observables import OBSERVED

    step = min(runs, 64)
    tasks = [
        _Part(scenario.parameters.values[None, :], subset, min(step, runs - first), seed, 0, first)
        for subset in range(SUBSETS)
        for first in range(0, runs, step)
    ]
    control = np.full((runs, SUBSETS), np.nan)
    whole = np.full((runs, len(OBSERVED)), np.nan)
    for at, seen in spread(_Part.compute, tasks, workers=workers, progress=progress, stop=stop):
        part = tasks[at]
        rows = slice(part.first_run, part.first_run + part.runs)
        control[rows, part.subset] = seen[0, :, 0]
        if part.subset == ALL:
            whole[rows] = seen[0]
    return attribution_of(control, dict(zip(OBSERVED, moments(whole).mean.tolist(), strict=True)))


def attribution_of(control: NDArray[np.float64], observed: dict[str, float]) -> Attribution:
    """Make an attribution of paired runs: `control` has one row per run and one column per subset."""
    per_run = shapley_values(control)
    found = moments(per_run)
    first, second = (int(one) for one in np.argsort(found.mean)[::-1][:2])
    margin = moments(per_run[:, first] - per_run[:, second])
    return Attribution(
        values=moments(control).mean, shares=found.mean, errors=found.error, margin=margin.mean.item(), margin_error=margin.error.item(),
        observed=observed, runs=len(control),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PointAttributions:
    """Attributions of many points."""

    #: mean control by point and subset, shape (points, 16)
    values: NDArray[np.float64]
    #: mean observables with all mechanisms at work, shape (points, observables)
    observed: NDArray[np.float64]

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of each mechanism, shape (points, 4)."""
        return shapley_values(self.values)

    @property
    def types(self) -> NDArray[np.int64]:
        """Number of the mechanism with the largest share, by point."""
        return np.asarray(np.argmax(self.shares, axis=1))


@dataclass(frozen=True, slots=True)
class _Part:
    """Some runs of some points with one subset of mechanisms at work."""

    values: NDArray[np.float64]
    subset: int
    runs: int
    seed: int
    first_point: int
    first_run: int = 0
    common: bool = False

    def compute(self) -> NDArray[np.float64]:
        """Run it: shape (points, runs, observables)."""
        from veche.lab._parallel import Batch

        table = only(self.values, self.subset)
        return Batch(0, table, self.first_point, self.runs, self.first_run, self.seed, self.common).compute()


def attribute_points(
    values: NDArray[np.float64], *, runs: int, seed: int = 1, first_point: int = 0, common: bool = False, workers: int | None = None,
    progress: Progress | None = None, stop: Stop | None = None,
) -> PointAttributions:  # fmt: skip
    """Attribute control at many points: shape of `values` (points, parameters), columns as `parameters.TABLE`.

    Runs of a point have the same draws in all subsets; with `common` also those of all points.
    """
    from veche.lab.observables import OBSERVED

    step = max(1, BATCH // runs)
    tasks = [
        _Part(
            values[first : first + step], subset, runs, seed, first_point if common else first_point + first, 0, common
        )
        for first in range(0, len(values), step)
        for subset in range(SUBSETS)
    ]
    control = np.full((len(values), SUBSETS), np.nan)
    observed = np.full((len(values), len(OBSERVED)), np.nan)
    for at, seen in spread(_Part.compute, tasks, workers=workers, progress=progress, stop=stop):
        part, first = tasks[at], at // SUBSETS * step
        rows = slice(first, first + len(part.values))
        control[rows, part.subset] = moments(seen[:, :, 0], axis=1).mean
        if part.subset == ALL:
            observed[rows] = moments(seen, axis=1).mean
    return PointAttributions(control, observed)
