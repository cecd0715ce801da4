"""Scott's pi and the kappas: Cohen's with weights, Fleiss', Conger's, Light's."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures.agreement._formula import (
    Block,
    Formula,
    Parts,
    above_chance,
    counts_of,
    evaluate,
    mean_agreement,
    ratio,
)
from veche.measures.agreement._matrices import count_pairs, scaled_rows
from veche.measures.agreement._percent import two_coders
from veche.measures.agreement._resampling import Resampling
from veche.measures.agreement._result import Agreement, Undefined
from veche.measures.agreement._scales import Weighting, agreement_weights
from veche.measures.agreement._units import Units, check_units
from veche.study.errors import N_

Floats = NDArray[np.float64]
Sums = Mapping[str, Floats]


def scott_pi(units: Units | object, *, interval: Resampling | None = None) -> Agreement:
    r"""Give Scott's pi of two coders: chance from the shares of values of both together.

    .. math:: \pi = \frac{A_o - A_e}{1 - A_e},\quad A_e = \sum_c \left(\frac{p_c + q_c}2\right)^2

    with p_c, q_c the shares of value c by each coder on pairable units.

    Parameters
    ----------
    units
        From `given_units`, or a table of shape (units, 2).
    interval
        How to make an interval; none without it.

    Returns
    -------
    Agreement
        In [-1, 1]; undefined without a pairable unit or without variation.

    Raises
    ------
    InputProblem
        If there are not two coders.

    References
    ----------
    Scott 1955, Public Opinion Quarterly 19:321-325.

    Examples
    --------
    >>> round(scott_pi([["a", "a"], ["a", "b"], ["b", "b"], ["b", "b"]]).value, 4)
    0.4667
    """
    found = two_coders(check_units(units), "scott_pi")

    def finish(sums: Sums) -> Parts:
        shares = sums["values"] / np.maximum(sums["values"].sum(axis=1, keepdims=True), 1)
        return above_chance(ratio(sums["agreed"], sums["pairable"]), (shares**2).sum(axis=1))

    return evaluate(found, Formula("scott_pi", mean_agreement(found), finish), interval)


def cohen_kappa(
    units: Units | object, *, weights: Weighting | ArrayLike | None = None, interval: Resampling | None = None
) -> Agreement:
    r"""Give Cohen's kappa of two coders, weighted if wanted: chance from the shares of each coder.

    .. math:: \kappa = \frac{A_o - A_e}{1 - A_e},\quad A_o = \sum_{ck} w_{ck} p_{ck},\quad A_e = \sum_{ck} w_{ck} p_c q_k

    with p_ck the share of pairable units with c by the first and k by the second coder; w is 1 on the diagonal and 0
    elsewhere (unweighted), :math:`1 - |i-j|/(q-1)` (linear) or :math:`1 - (i-j)^2/(q-1)^2` (quadratic) of ranks.

    Parameters
    ----------
    units
        From `given_units`, or a table of shape (units, 2).
    weights
        "linear", "quadratic", or a symmetric matrix in [0, 1] with 1 on the diagonal, in the order of the categories.
    interval
        How to make an interval; none without it.

    Returns
    -------
    Agreement
        In [-1, 1] unweighted; undefined without a pairable unit or if both coders used one and the same category.

    Raises
    ------
    InputProblem
        If there are not two coders, or weights need an order that the categories do not have.

    References
    ----------
    Cohen 1960, Educational and Psychological Measurement 20:37-46; 1968, Psychological Bulletin 70:213-220.

    Examples
    --------
    >>> cohen_kappa([["a", "a"], ["a", "b"], ["b", "b"], ["b", "b"]]).value
    0.5
    >>> cohen_kappa([[1, 1], [1, 2], [2, 2], [3, 3]], weights="linear").value  # doctest: +ELLIPSIS
    0.714...
    """
    found = two_coders(check_units(units), "cohen_kappa")
    matrix, metric = agreement_weights(found, weights, N_("Weighted kappa"))
    blocks = mean_agreement(found, matrix) | _of_pair(found, 0, 1)

    def finish(sums: Sums) -> Parts:
        return _cohen(sums, matrix)

    return evaluate(found, Formula("cohen_kappa", blocks, finish, metric=metric), interval)


def _of_pair(units: Units, first: int, second: int) -> dict[str, Block]:
    """Return the values of two coders on the units both coded, shape (patterns, categories) each."""
    both = (units.patterns[:, first] >= 0) & (units.patterns[:, second] >= 0)
    return {"first": _indicator(units, first, both), "second": _indicator(units, second, both)}


def _indicator(units: Units, coder: int, where: NDArray[np.bool_]) -> Block:
    rows = np.flatnonzero(where)
    return count_pairs(rows, units.patterns[rows, coder], len(where), max(len(units.categories), 1))


def _cohen(sums: Sums, weights: Floats | None) -> Parts:
    n = sums["pairable"]
    weighted = sums["first"] if weights is None else sums["first"] @ weights
    by_chance = (weighted * sums["second"]).sum(axis=1)
    return above_chance(ratio(sums["agreed"], n), ratio(by_chance, n**2))


def fleiss_kappa(units: Units | object, *, interval: Resampling | None = None) -> Agreement:
    r"""Give Fleiss' kappa of many coders: chance from the shares of values of all together.

    .. math:: \kappa = \frac{A_o - A_e}{1 - A_e},\quad A_e = \sum_c \pi_c^2,\quad \pi_c = \frac1{N'} \sum_u \frac{r_{uc}}{r_u}

    Without missing values pi_c is the share of c among all values; with them, the mean over the N' units with a value
    of the share of c in the unit (Gwet's extension). For two coders without missing values it is Scott's pi.

    Parameters
    ----------
    units
        From `given_units`, or a table of shape (units, coders).
    interval
        How to make an interval; none without it.

    Returns
    -------
    Agreement
        In [-1/(m - 1), 1] for m coders without missing values; undefined without a pairable unit or variation.

    References
    ----------
    Fleiss 1971, Psychological Bulletin 76:378-382; Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., ch. 2.

    Examples
    --------
    >>> round(fleiss_kappa([["Y", "Y", "Y"], ["Y", "Y", "N"], ["Y", "Y", "N"], ["Y", "Y", "Y"]]).value, 4)
    -0.2
    """
    found = check_units(units)
    blocks = mean_agreement(found) | mean_shares(found)

    def finish(sums: Sums) -> Parts:
        shares = ratio(sums["shares"], sums["coded"][:, None])
        return above_chance(ratio(sums["agreed"], sums["pairable"]), (shares**2).sum(axis=1))

    return evaluate(found, Formula("fleiss_kappa", blocks, finish), interval)


def mean_shares(units: Units) -> dict[str, Block]:
    """Return the blocks "shares", each value's share among the values of a unit, and "coded", has the unit a value."""
    given = units.given
    counts = counts_of(units, pairable=False)
    return {"shares": scaled_rows(counts, 1 / np.maximum(given, 1)), "coded": (given >= 1).astype(float)}


def conger_kappa(units: Units | object, *, interval: Resampling | None = None) -> Agreement:
    r"""Give Conger's (Hubert's) kappa of many coders: chance from the shares of each coder, averaged over pairs.

    .. math:: \kappa = \frac{A_o - A_e}{1 - A_e},\quad A_e = \binom m2^{-1} \sum_{i<j} \sum_c p_{ic} p_{jc}

    with p_ic the share of value c among the values of coder i. Without missing values A_o and A_e are the means over
    pairs of coders of Cohen's, and for two coders it is Cohen's kappa. With them A_o is the mean over pairable units
    and shares are taken on all units a coder coded (Gwet's extension); coders without values do not count.

    Parameters
    ----------
    units
        From `given_units`, or a table of shape (units, coders).
    interval
        How to make an interval; none without it.

    Returns
    -------
    Agreement
        At most 1; undefined without a pairable unit or without variation.

    References
    ----------
    Conger 1980, Psychological Bulletin 88:322-328; Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., ch. 2.

    Examples
    --------
    >>> round(conger_kappa([["a", "a", "a"], ["a", "b", "b"], ["b", "b", "b"], ["c", "c", "b"]]).value, 4)
    0.4839
    """
    found = check_units(units)
    coders = len(found.coders)
    blocks = mean_agreement(found)
    blocks |= {f"coder{i}": _indicator(found, i, found.patterns[:, i] >= 0) for i in range(coders)}

    def finish(sums: Sums) -> Parts:
        counts = np.stack([sums[f"coder{i}"] for i in range(coders)])
        totals = counts.sum(axis=2)
        shares = counts / np.maximum(totals, 1)[:, :, None]
        spoke = (totals > 0).sum(axis=0)
        # the sum over ordered pairs is the square of the sum less each coder with itself
        pairs = (shares.sum(axis=0) ** 2).sum(axis=1) - (shares**2).sum(axis=(0, 2))
        return above_chance(ratio(sums["agreed"], sums["pairable"]), ratio(pairs, spoke * (spoke - 1.0)))

    return evaluate(found, Formula("conger_kappa", blocks, finish), interval)


def light_kappa(units: Units | object, *, interval: Resampling | None = None) -> Agreement:
    """Give Light's kappa of many coders: the mean of Cohen's kappa over all pairs of coders.

    Parameters
    ----------
    units
        From `given_units`, or a table of shape (units, coders).
    interval
        How to make an interval; none without it.

    Returns
    -------
    Agreement
        In [-1, 1], without observed and expected parts; undefined if Cohen's kappa of any pair is.

    References
    ----------
    Light 1971, Psychological Bulletin 76:365-377.

    Examples
    --------
    >>> round(light_kappa([["a", "a", "a"], ["a", "b", "b"], ["b", "b", "b"], ["c", "c", "b"]]).value, 4)
    0.4882
    """
    found = check_units(units)
    pairs = list(combinations(range(len(found.coders)), 2))
    blocks: dict[str, Block] = {}
    for number, (first, second) in enumerate(pairs):
        two = found.of_coders(first, second)
        named = mean_agreement(two) | _of_pair(two, 0, 1)
        blocks |= {f"{name}{number}": block for name, block in named.items()}

    def finish(sums: Sums) -> Parts:
        kappas = [
            _cohen({name: sums[f"{name}{number}"] for name in ("agreed", "pairable", "first", "second")}, None).value
            for number in range(len(pairs))
        ]
        return Parts(np.mean(kappas, axis=0))

    return evaluate(found, Formula("light_kappa", blocks, finish, lack=_pair_without_kappa), interval)


def _pair_without_kappa(units: Units) -> Undefined | None:
    for first, second in combinations(range(len(units.coders)), 2):
        two = units.of_coders(first, second)
        reason = cohen_kappa(two).reason
        if reason is not None:
            return Undefined(
                reason.kind,
                N_("Coders {first} and {second} have no kappa of their own. {reason}"),
                {"first": units.coders[first], "second": units.coders[second], "reason": reason},
            )
    return None
