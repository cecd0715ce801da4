"""Designs: which conditions are run. Grids, Latin hypercubes, Sobol and Morris samples, or a list of scenarios."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from veche.lab._whole import whole_from
from veche.lab.model import Scenario
from veche.lab.parameters import INDEX, TABLE, Parameters, make_parameters
from veche.study.errors import N_, InputProblem

Kind = Literal["grid", "latin hypercube", "sobol", "morris", "scenarios"]
Range = tuple[float, float]

#: the ranges of the condition box
BOX: Mapping[str, Range] = {one.name: one.box for one in TABLE if one.box is not None}
#: points of one design
MOST_POINTS = 5_000_000


@dataclass(frozen=True)
class Design:
    """Points of conditions: `points` has one row per point and one column per varied parameter; all others stand as in `base`.

    With `common`, all points share their random numbers, so that differences between points are differences of conditions alone; otherwise every
    point has draws of its own.
    """

    kind: Kind
    base: Parameters
    varied: tuple[str, ...]
    points: NDArray[np.float64]
    common: bool = False
    #: what the analysis of the sample needs to know of how it was made
    made: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the points."""
        return len(self.points)

    def values(self, first: int = 0, last: int | None = None) -> NDArray[np.float64]:
        """Give all parameters of the points from `first` up to `last`: shape (points, parameters), columns in the order of `TABLE`."""
        chosen = self.points[first:last]
        found = np.repeat(self.base.values[None, :], len(chosen), axis=0)
        found[:, [INDEX[name] for name in self.varied]] = chosen
        return found

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything that decides the runs of this design."""
        said = json.dumps([self.kind, list(self.varied), self.common], ensure_ascii=False)
        found = hashlib.sha256(said.encode())
        found.update(np.ascontiguousarray(self.base.values).astype("<f8").tobytes())
        found.update(np.ascontiguousarray(self.points).astype("<f8").tobytes())
        return found.hexdigest()


def grid(values: Mapping[str, Sequence[float]], *, base: Parameters | None = None, common: bool = True) -> Design:
    """Make a full grid: every value of each parameter with every value of the others; the last named varies fastest.

    Raises
    ------
    InputProblem
        For an unknown parameter, a value out of range, an empty axis, or more than `MOST_POINTS` points.
    """
    _named(values)
    axes = [_axis(name, axis) for name, axis in values.items()]
    count = int(np.prod([len(axis) for axis in axes], dtype=object))
    _not_too_many(count)
    points = np.array(list(itertools.product(*axes)), dtype=float)
    return _design("grid", base, tuple(values), points.reshape(count, len(values)), common)


def _axis(name: str, values: Sequence[float]) -> list[float]:
    try:
        axis = [float(one) for one in values]
    except (TypeError, ValueError) as error:
        raise InputProblem(
            N_("The values of {name} are no list of numbers. Give one, as [0, 0.5, 1]."), name=name
        ) from error
    if not axis:
        raise InputProblem(N_("The grid gives no values for {name}. Give one value or more."), name=name)
    return axis


def latin_hypercube(
    points: int, *, seed: int, ranges: Mapping[str, Range] | None = None, base: Parameters | None = None, common: bool = False
) -> Design:  # fmt: skip
    """Make a Latin hypercube: as many equal strata per parameter as points, each used once (`scipy.stats.qmc.LatinHypercube`).

    Parameters
    ----------
    points
        Points of the sample, 1 or more.
    ranges
        Lowest and highest value of each parameter that is varied; by default the condition box.

    Raises
    ------
    InputProblem
        For an unknown parameter, a range that is empty or goes beyond that of the parameter, or no points.

    References
    ----------
    McKay, Beckman and Conover 1979, Technometrics 21, 239-245.
    """
    from scipy.stats import qmc

    chosen = _ranges(ranges)
    whole_from(1, points=points)
    _not_too_many(points)
    sampler = qmc.LatinHypercube(len(chosen), seed=np.random.default_rng(_seed(seed)))
    unit = sampler.random(points)
    made = {"seed": seed}
    return _design("latin hypercube", base, tuple(chosen), _scaled(unit, chosen), common, made)


def sobol_design(
    base_points: int, *, seed: int, ranges: Mapping[str, Range] | None = None, base: Parameters | None = None, second_order: bool = False,
) -> Design:  # fmt: skip
    """Make Saltelli's sample for Sobol indices: (k + 2) points for each of the base points, 2k + 2 with second order.

    All points share their random numbers, so that the indices are those of the conditions.

    Raises
    ------
    InputProblem
        As `latin_hypercube`; also if the base points are no power of two, which the sequence needs.

    References
    ----------
    Saltelli and others 2010, Computer Physics Communications 181, 259-270; Herman and Usher 2017 (SALib).
    """
    chosen = _ranges(ranges)
    whole_from(1, base_points=base_points)
    base_points = int(base_points)
    if base_points < 2 or base_points & (base_points - 1):
        raise InputProblem(
            N_("Sobol's sequence needs a power of two of base points; {value} is none. Give 64, 128, 256 ..."), value=base_points
        )  # fmt: skip
    _not_too_many(base_points * (2 * len(chosen) + 2))
    unit = sobol_sample(tuple(chosen), base_points, _seed(seed), second_order=second_order)
    made = {"seed": seed, "base_points": base_points, "second_order": second_order}
    return _design("sobol", base, tuple(chosen), _scaled(unit, chosen), True, made)


def morris_design(
    trajectories: int, *, seed: int, ranges: Mapping[str, Range] | None = None, base: Parameters | None = None, levels: int = 4
) -> Design:  # fmt: skip
    """Make Morris's trajectories: k + 1 points each, one parameter moved at every step; for screening many parameters with few runs.

    Raises
    ------
    InputProblem
        As `latin_hypercube`; also if the levels are not an even number.

    References
    ----------
    Morris 1991, Technometrics 33, 161-174; Campolongo, Cariboni and Saltelli 2007.
    """
    chosen = _ranges(ranges)
    whole_from(0, trajectories=trajectories, levels=levels)
    trajectories, levels = int(trajectories), int(levels)
    if trajectories < 2:
        raise InputProblem(
            N_("Morris's method needs 2 trajectories or more; {value} is too few. Give 10 or more."), value=trajectories
        )
    if levels < 2 or levels % 2:
        raise InputProblem(N_("Morris's method needs an even number of levels; {value} is none. Give 4."), value=levels)
    _not_too_many(trajectories * (len(chosen) + 1))
    unit = morris_sample(tuple(chosen), trajectories, _seed(seed), levels=levels)
    made = {"seed": seed, "levels": levels, "trajectories": trajectories}
    return _design("morris", base, tuple(chosen), _scaled(unit, chosen), True, made)


def scenarios(chosen: Sequence[Scenario], *, common: bool = True) -> Design:
    """Make a design of scenarios, one point each, in their order."""
    if not chosen:
        raise InputProblem(N_("There is no scenario to run. Give one or more."))
    table = np.array([one.parameters.values for one in chosen])
    base = chosen[0].parameters
    varied = [one.name for at, one in enumerate(TABLE) if np.ptp(table[:, at]) > 0]
    points = table[:, [INDEX[name] for name in varied]].reshape(len(chosen), len(varied))
    made = {"scenarios": [one.name for one in chosen]}
    return _design("scenarios", base, tuple(varied), points, common, made)


def _design(
    kind: Kind, base: Parameters | None, varied: tuple[str, ...], points: NDArray[np.float64], common: bool, made: Mapping[str, Any] | None = None
) -> Design:  # fmt: skip
    from veche.lab.batch import checked

    design = Design(kind, base or make_parameters(), varied, points, common, made or {})
    for first in range(0, len(design), 100_000):
        checked(design.values(first, first + 100_000))
    return design


def _named(names: Mapping[str, Any]) -> None:
    if not names or not isinstance(names, Mapping):
        raise InputProblem(N_("No parameter is varied. Name one or more with their values."))
    for name in names:
        make_parameters()[name]


def _ranges(ranges: Mapping[str, Range] | None) -> dict[str, Range]:
    chosen = dict(BOX if ranges is None else ranges)
    _named(chosen)
    return {name: checked_range(name, ends) for name, ends in chosen.items()}


def checked_range(name: str, ends: Range) -> Range:
    """See that a range has a lower and a higher end.

    Raises
    ------
    InputProblem
        If it has not two numbers, or not the lower one first.
    """
    try:
        low, high = map(float, ends)
    except (TypeError, ValueError) as error:
        raise InputProblem(
            N_("The range of {name} is {value}. Give its lowest and its highest value, as (0, 1)."), name=name, value=ends
        ) from error  # fmt: skip
    if not low < high:
        raise InputProblem(
            N_("The range of {name} goes from {low} to {high}. Give the lower value first, and two different ones."),
            name=name, low=f"{low:g}", high=f"{high:g}",
        )  # fmt: skip
    return low, high


def _scaled(unit: NDArray[np.float64], ranges: Mapping[str, Range]) -> NDArray[np.float64]:
    """Stretch a sample of the unit cube to ranges; whole numbers and switches fall into equal parts."""
    found = np.empty_like(unit)
    for at, (name, (low, high)) in enumerate(ranges.items()):
        if TABLE[INDEX[name]].kind == "number":
            found[:, at] = low + unit[:, at] * (high - low)
        else:
            found[:, at] = np.minimum(np.floor(low + unit[:, at] * (high - low + 1)), high)
    return found


def problem(names: Sequence[str]) -> dict[str, Any]:
    """Describe the unit cube of some parameters as SALib wants it."""
    # an array: SALib 1.5 looks for names that are the same with a function of pandas that takes no lists since pandas 3
    return {"num_vars": len(names), "names": np.array(names, dtype=object), "bounds": [[0.0, 1.0]] * len(names)}


def sobol_sample(names: Sequence[str], base_points: int, seed: int, *, second_order: bool) -> NDArray[np.float64]:
    """Draw Saltelli's sample in the unit cube."""
    from SALib.sample import sobol

    with global_draws_kept():
        return np.asarray(sobol.sample(problem(names), base_points, calc_second_order=second_order, seed=seed))


def morris_sample(names: Sequence[str], trajectories: int, seed: int, *, levels: int) -> NDArray[np.float64]:
    """Draw Morris's trajectories in the unit cube."""
    from SALib.sample import morris

    with global_draws_kept():
        return np.asarray(morris.sample(problem(names), trajectories, num_levels=levels, seed=seed))


@contextlib.contextmanager
def global_draws_kept() -> Iterator[None]:
    """Give NumPy's global generator back as it was: SALib seeds it, and others may draw from it."""
    state = np.random.get_state()  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002


def _seed(seed: int) -> int:
    try:
        good = 0 <= seed < 2**32 and seed == int(seed)
    except TypeError:
        good = False
    if not good:
        raise InputProblem(N_("The seed of a sample is {value}. Give a whole number from 0 to 4294967295."), value=seed)
    return int(seed)


def _not_too_many(count: int) -> None:
    if count > MOST_POINTS:
        raise InputProblem(
            N_("The design has {count} points; {most} are the most of one design. Give fewer values, or split it."),
            count=count, most=MOST_POINTS,
        )  # fmt: skip
