"""How far two units marked by two coders are from each other, in position and in category."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures.agreement._scales import given_distances
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissimilarity:
    r"""Weights of position and category, and the price of having no counterpart.

    .. math:: d = \alpha\,d_{pos} + \beta\,d_{cat},\quad
              d_{pos} = \left(\frac{|s_1 - s_2| + |e_1 - e_2|}{(e_1 - s_1) + (e_2 - s_2)}\right)^2 \Delta_0,\quad
              d_{cat} = \Delta_0\,\mathrm{dist}(c_1, c_2)

    Parameters
    ----------
    alpha, beta
        Weights of position and category, not negative, one of them above 0.
    empty
        Delta_0, what a unit without a counterpart costs; above 0, usually 1.
    categories
        "nominal" (0 if equal, else 1), "ordinal" (ranks apart, divided by the greatest), or a symmetric matrix in
        [0, 1] in the order of the values.

    Raises
    ------
    InputProblem
        If a number is out of range.

    References
    ----------
    Mathet, Widlöcher and Métivier 2015, Computational Linguistics 41:437-479, section 4.
    """

    alpha: float = 1.0
    beta: float = 1.0
    empty: float = 1.0
    categories: Literal["nominal", "ordinal"] | ArrayLike = "nominal"

    def __post_init__(self) -> None:
        numbers = (self.alpha, self.beta, self.empty)
        if not np.isfinite(numbers).all() or min(numbers) < 0 or self.empty <= 0 or self.alpha + self.beta <= 0:
            raise InputProblem(
                N_(
                    "The weights of gamma are alpha {alpha}, beta {beta} and empty {empty}. Give numbers of 0 and "
                    "more, empty above 0, and alpha or beta above 0."
                ),
                alpha=self.alpha,
                beta=self.beta,
                empty=self.empty,
            )

    def between(self, values: tuple[Hashable, ...]) -> Floats:
        """Return the distances of categories, in [0, 1].

        Raises
        ------
        InputProblem
            If a matrix does not fit the values, or a name is not known.
        """
        q = len(values)
        if not isinstance(self.categories, str):
            found = given_distances(self.categories, values)
            if (found > 1).any():
                raise InputProblem(
                    N_("A distance of categories is {found}. Distances for gamma lie between 0 and 1."),
                    found=float(found.max()),
                )
            return found
        if self.categories == "nominal":
            return 1 - np.eye(q)
        if self.categories == "ordinal":
            place = np.arange(q)
            return np.asarray(np.abs(place[:, None] - place) / max(q - 1, 1))
        raise InputProblem(
            N_("Distances of categories are {found!r}. Use 'nominal', 'ordinal' or a matrix."), found=self.categories
        )


@dataclass(frozen=True, slots=True, eq=False)
class Continuum:
    """Units of all coders in flat arrays, sorted by coder; numbers of coders and values from 0."""

    start: Floats
    end: Floats
    value: Ints
    coder: Ints
    coders: int

    @property
    def mean_units(self) -> float:
        """Mean number of units per coder."""
        return self.start.size / self.coders


@dataclass(frozen=True, slots=True, eq=False)
class PairCosts:
    """Dissimilarity of any two units of a continuum, in units of the price of an empty one."""

    continuum: Continuum
    alpha: float
    beta: float
    distances: Floats

    def position(self, one: Ints, two: Ints) -> Floats:
        """Return how far units are apart in position, each times alpha."""
        s, e = self.continuum.start, self.continuum.end
        apart = np.abs(s[one] - s[two]) + np.abs(e[one] - e[two])
        return np.asarray(self.alpha * (apart / (e[one] - s[one] + e[two] - s[two])) ** 2)

    def category(self, one: Ints, two: Ints) -> Floats:
        """Return how far units are apart in category, in [0, 1]."""
        return np.asarray(self.distances[self.continuum.value[one], self.continuum.value[two]])

    def __call__(self, one: Ints, two: Ints) -> Floats:
        """Return position and category together."""
        return np.asarray(self.position(one, two) + self.beta * self.category(one, two))
