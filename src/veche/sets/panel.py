r"""Towns over waves: does a set relation hold in every wave and in every town, or only pooled?

For a relation between memberships x and y, S over some rows R is sum min(x, y) / sum x (sufficiency) or / sum y (necessity). Pooled: all rows;
between: one cluster (wave); within: one unit (town). The distance of K scores from equality:

.. math:: d = \sqrt{\sum_k \left(\frac{s_k}{\sum s} - \frac1K\right)^2} \in \left[0, \sqrt{1 - 1/K}\right]

A cell without membership is missing, not 1. References: Garcia-Castro and Arino 2016, Journal of Advances in Management Sciences; Hino 2009,
Sociological Methods and Research 38:247-268 (time differencing).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.sets._checks import by_unit, read_numbers, read_runs, read_seed
from veche.sets._drawing import drawing
from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Relation = Literal["sufficiency", "necessity"]
#: what SetMethods adds to both sides of every ratio, so that an empty cell scores 1
PADDING = 1e-10


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one direction: by cluster or unit, their distance from equality, its maximum, and coverage."""

    score: Mapping[Hashable, float]
    coverage: Mapping[Hashable, float]
    distance: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """A relation pooled, between clusters and within units.

    `reference` is the mean distance between clusters when cases of each unit are shuffled over clusters, `exceeded` the share of shuffles that
    reach the observed one; NaN without shuffles.
    """

    relation: Relation
    pooled: float
    coverage: float
    between: Scores
    within: Scores
    reference: float = float("nan")
    exceeded: float = float("nan")

    def to_frame(self) -> pd.DataFrame:
        """Give a table: pooled, between clusters and within units, each with its score and coverage; missing where a cell is empty."""
        import pandas as pd

        lines = [{"part": "pooled", "name": "", "score": self.pooled, "coverage": self.coverage}]
        for part, scores in (("between", self.between), ("within", self.within)):
            lines += [
                {"part": part, "name": str(name), "score": score, "coverage": scores.coverage[name]}
                for name, score in scores.score.items()
            ]
        return pd.DataFrame(lines, columns=["part", "name", "score", "coverage"])

    def figure(self) -> Any:
        """Draw the scores of all cases, clusters and units; an Altair chart."""
        return drawing("score_map")(self)

    def _repr_html_(self) -> str:
        return str(self.to_frame().round(3).to_html(index=False))


def cluster(
    x: ArrayLike,
    y: ArrayLike,
    units: Sequence[Hashable],
    clusters: Sequence[Hashable],
    *,
    relation: Relation = "sufficiency",
    padded: bool = False,
    shuffles: int = 0,
    seed: int = 0,
) -> Cluster:
    r"""Measure a set relation pooled, in every cluster (wave) and within every unit (town).

    The score of some rows R is :math:`\sum_R \min(x, y) / \sum_R x` (sufficiency) or :math:`/ \sum_R y` (necessity); the distance of K scores from
    equality :math:`\sqrt{\sum_k (s_k / \sum s - 1/K)^2}`.

    Parameters
    ----------
    x, y
        Memberships in the term or model and in the outcome; shape (rows,).
    units, clusters
        Unit and cluster of each row.
    relation
        Sufficiency (x in y) or necessity (y in x).
    padded
        Add 1e-10 to both sides of every ratio, as SetMethods does: an empty cell then scores 1. By default it is missing and leaves the distance.
    shuffles, seed
        How many permutations of the clusters within units make the reference of the distance between clusters.

    Returns
    -------
    Cluster
        Scores in [0, 1], missing where a cell is empty; distances from 0 to sqrt(1 - 1/K).

    Raises
    ------
    InputProblem
        If the lengths differ, a membership is missing or outside [0, 1], or the relation or the number of shuffles is none.

    References
    ----------
    Garcia-Castro and Arino 2016, Journal of Advances in Management Sciences and Information Systems 2:63-76; Verweij and Vis 2021, European
    Political Science Review 13:95-111.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> found = sets.cluster(frame.membership((1, -1)), frame.outcome, ["a", "b", "a", "b"], [1, 1, 2, 2])
    >>> found.pooled, found.between.score
    (1.0, {1: 1.0, 2: 1.0})
    """
    a, b = read_numbers(x), read_numbers(y)
    if relation not in ("sufficiency", "necessity"):
        raise InputProblem(N_("There is no relation {relation}. Choose sufficiency or necessity."), relation=relation)
    shuffles = read_runs(shuffles, 0)
    if a.ndim != 1 or not (a.shape == b.shape == (len(units),) == (len(clusters),)):
        raise InputProblem(
            N_("There are {x} and {y} memberships, {units} units and {clusters} clusters. Give one of each for every row."),
            x=a.size, y=b.size, units=len(units), clusters=len(clusters),
        )  # fmt: skip
    if not (((a >= 0) & (a <= 1)).all() and ((b >= 0) & (b <= 1)).all()):
        raise InputProblem(
            N_("A membership is missing or outside 0 to 1. Calibrate first, and leave out rows without a value.")
        )
    if relation == "necessity":
        a, b = b, a
    pad = PADDING if padded else 0.0
    pooled, coverage = _score(a, b, pad), _score(b, a, pad)
    between = _scores(a, b, clusters, pad)
    found = Cluster(relation, pooled, coverage, between, _scores(a, b, units, pad))
    if not shuffles:
        return found
    rng = np.random.default_rng(read_seed(seed))
    labels = np.asarray([list(dict.fromkeys(clusters)).index(one) for one in clusters])
    rows_of = [np.flatnonzero([one == unit for one in units]) for unit in dict.fromkeys(units)]
    drawn = np.empty(shuffles)
    for at in range(shuffles):
        mixed = labels.copy()
        for rows in rows_of:
            mixed[rows] = labels[rng.permutation(rows)]
        drawn[at] = _scores(a, b, mixed.tolist(), pad).distance
    known = drawn[~np.isnan(drawn)]
    reached = (1 + int((known >= between.distance - 1e-12).sum())) / (1 + known.size)
    return Cluster(
        relation, pooled, coverage, between, found.within, float(known.mean()) if known.size else float("nan"), reached
    )


def _score(a: Floats, b: Floats, pad: float) -> float:
    below = float(a.sum()) + pad
    return (float(np.minimum(a, b).sum()) + pad) / below if below > 1e-12 else float("nan")


def _scores(a: Floats, b: Floats, labels: Sequence[Hashable], pad: float) -> Scores:
    groups: dict[Hashable, list[int]] = {}
    for at, label in enumerate(labels):
        groups.setdefault(label, []).append(at)
    names = sorted(groups, key=lambda one: (str(type(one)), one))
    score = {name: _score(a[groups[name]], b[groups[name]], pad) for name in names}
    coverage = {name: _score(b[groups[name]], a[groups[name]], pad) for name in names}
    return Scores(score, coverage, *distance(list(score.values())))


def distance(scores: Sequence[float]) -> tuple[float, float]:
    """Give the distance of scores from equality and its maximum; missing scores are left out.

    Examples
    --------
    >>> [round(one, 4) for one in distance([1, 0])]
    [0.7071, 0.7071]
    """
    known = np.asarray([one for one in scores if one == one])
    if known.size == 0 or known.sum() == 0:
        return float("nan"), float("nan")
    shares = known / known.sum()
    return float(np.sqrt(((shares - 1 / known.size) ** 2).sum())), float(np.sqrt(1 - 1 / known.size))


def differenced(values: ArrayLike, units: Sequence[Hashable], order: ArrayLike) -> NDArray[np.float64]:
    """Make a condition of change (time differencing): did the value of a unit rise since its row before?

    Parameters
    ----------
    values
        Raw values or memberships, shape (rows,).
    units
        Unit of each row.
    order
        Time of each row, shape (rows,).

    Returns
    -------
    ndarray
        1 where it rose, 0 where not, NaN in the first row of a unit and where a value is missing; shape (rows,).

    Raises
    ------
    InputProblem
        If the lengths differ, or a value is no number.

    References
    ----------
    Hino 2009, Sociological Methods and Research 38:247-268.

    Examples
    --------
    >>> differenced([1, 3, 2, 2], ["a", "a", "b", "b"], [1, 2, 1, 2])
    array([nan,  1., nan,  0.])
    """
    x, rows_of = by_unit(values, units, order)
    found = np.full(len(x), np.nan)
    for rows in rows_of.values():
        steps = np.diff(x[rows])
        found[rows[1:]] = np.where(np.isnan(steps), np.nan, steps > 0)
    return found
