"""Percent agreement, Holsti's coefficient, and coefficients whose chance level is 1/q."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from veche.measures.agreement._formula import Formula, Parts, above_chance, evaluate, mean_agreement, ratio
from veche.measures.agreement._resampling import Resampling
from veche.measures.agreement._result import Agreement
from veche.measures.agreement._units import Units, check_units
from veche.study.errors import N_, InputProblem

Sums = Mapping[str, NDArray[np.float64]]


def percent(units: Units | object, *, interval: Resampling | None = None) -> Agreement:
    r"""Give percent agreement, the mean over pairable units of the share of pairs of coders that agree.

    .. math:: A_o = \frac1{N} \sum_u \sum_c \frac{r_{uc}(r_{uc} - 1)}{r_u(r_u - 1)}

    with r_uc coders giving unit u the value c, r_u values in all, and N units with r_u >= 2.

    Parameters
    ----------
    units
        From `given_units`, or a table of shape (units, coders).
    interval
        How to make an interval; none without it.

    Returns
    -------
    Agreement
        In [0, 1]; undefined without a pairable unit. Chance is not taken out: with one frequent value it is high
        whatever the coders do.

    Examples
    --------
    >>> percent([["a", "a"], ["a", "b"], ["b", "b"], ["b", None]]).value  # doctest: +ELLIPSIS
    0.666...
    """
    found = check_units(units)

    def finish(sums: Sums) -> Parts:
        value = ratio(sums["agreed"], sums["pairable"])
        return Parts(value, value)

    return evaluate(found, Formula("percent", mean_agreement(found), finish, corrected=False), interval)


def holsti(units: Units | object, *, interval: Resampling | None = None) -> Agreement:
    """Give Holsti's coefficient of two coders, 2M/(N1 + N2).

    M is the number of decisions they agree in, N1 and N2 the numbers of decisions each made. If both decided on the
    same units it equals percent agreement; a decision on a unit the other left out counts against them.

    Parameters
    ----------
    units
        From `given_units`, or a table of shape (units, 2).
    interval
        How to make an interval; none without it.

    Returns
    -------
    Agreement
        In [0, 1]; undefined without a pairable unit. Chance is not taken out.

    Raises
    ------
    InputProblem
        If there are not two coders.

    References
    ----------
    Holsti 1969, Content Analysis for the Social Sciences and Humanities, p. 140.

    Examples
    --------
    >>> holsti([["a", "a"], ["a", "b"], ["b", "b"], ["b", None]]).value  # doctest: +ELLIPSIS
    0.571...
    """
    found = two_coders(check_units(units), "holsti")
    first, second = found.patterns.T
    blocks = {
        "agreed": ((first == second) & (first >= 0)).astype(float),
        "pairable": (found.given >= 2).astype(float),
        "decisions": found.given.astype(float),
    }

    def finish(sums: Sums) -> Parts:
        # decisions without a common unit are no disagreement but nothing to compare
        value = ratio(2 * sums["agreed"], sums["decisions"] * (sums["pairable"] > 0))
        return Parts(value, value)

    return evaluate(found, Formula("holsti", blocks, finish, corrected=False), interval)


def bennett_s(units: Units | object, *, interval: Resampling | None = None) -> Agreement:
    """Give Bennett's S of two coders: chance-corrected with chance 1/q, q the number of categories offered.

    .. math:: S = (A_o - 1/q)/(1 - 1/q)

    Parameters
    ----------
    units
        From `given_units`, or a table of shape (units, 2). Name the categories offered, used or not: adding one
        raises S.
    interval
        How to make an interval; none without it.

    Returns
    -------
    Agreement
        In [-1/(q - 1), 1]; undefined without a pairable unit or with one category only.

    Raises
    ------
    InputProblem
        If there are not two coders.

    References
    ----------
    Bennett, Alpert and Goldstein 1954, Public Opinion Quarterly 18:303-308.

    Examples
    --------
    >>> bennett_s([["a", "a"], ["a", "b"], ["b", "b"], ["c", "c"]]).value
    0.625
    """
    return _uniform("bennett_s", two_coders(check_units(units), "bennett_s"), interval)


def brennan_prediger(units: Units | object, *, interval: Resampling | None = None) -> Agreement:
    """Give Brennan and Prediger's coefficient: as Bennett's S, for two coders or more, values may be missing.

    Parameters
    ----------
    units
        From `given_units` with the categories offered, or a table of shape (units, coders).
    interval
        How to make an interval; none without it.

    Returns
    -------
    Agreement
        In [-1/(q - 1), 1]; undefined without a pairable unit or with one category only.

    References
    ----------
    Brennan and Prediger 1981, Educational and Psychological Measurement 41:687-699.

    Examples
    --------
    >>> round(brennan_prediger([[1, 1, None], [2, 2, 3], [3, 3, 3]]).value, 3)
    0.667
    """
    return _uniform("brennan_prediger", check_units(units), interval)


def randolph_kappa(units: Units | object, *, interval: Resampling | None = None) -> Agreement:
    """Give Randolph's free-marginal kappa of many coders: chance 1/q, q the number of categories offered.

    Parameters
    ----------
    units
        From `given_units` with the categories offered, or a table of shape (units, coders).
    interval
        How to make an interval; none without it.

    Returns
    -------
    Agreement
        In [-1/(q - 1), 1]; undefined without a pairable unit or with one category only.

    References
    ----------
    Randolph 2005, Joensuu Learning and Instruction Symposium; p. 17 for the example.

    Examples
    --------
    >>> round(randolph_kappa([["Y", "Y", "Y"], ["Y", "Y", "N"], ["Y", "Y", "N"], ["Y", "Y", "Y"]]).value, 3)
    0.333
    """
    return _uniform("randolph_kappa", check_units(units), interval)


def _uniform(name: str, units: Units, interval: Resampling | None) -> Agreement:
    chance = 1 / max(len(units.categories), 1)

    def finish(sums: Sums) -> Parts:
        observed = ratio(sums["agreed"], sums["pairable"])
        return above_chance(observed, 0 * observed + chance)

    return evaluate(units, Formula(name, mean_agreement(units), finish), interval)


def two_coders(units: Units, name: str) -> Units:
    """Return units of two coders.

    Raises
    ------
    InputProblem
        If there are more.
    """
    if len(units.coders) != 2:
        raise InputProblem(
            N_(
                "{name} compares two coders, and {found} were given ({coders}). "
                "Choose a pair of them, or a coefficient for many coders."
            ),
            name=name,
            found=len(units.coders),
            coders=", ".join(units.coders),
        )
    return units
