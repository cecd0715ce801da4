r"""Several reporters judge the same thing on an ordered scale and disagree: a measurement model.

The idea is that of V-Dem's model: what is judged (a place in a period) has a hidden level; a reporter hears it with his
own reliability and answers by his own thresholds. Judgement y in 0..K-1 of reporter r, speaking as one of group g, about
case c:

.. math:: P(y \le k) = \Phi(\gamma_k - \beta_r \theta_c - s_g - u_r)

- :math:`\theta_c \sim N(0, 1)`: level of the case, which fixes the unit;
- :math:`\gamma_1 \sim N(0, a)`, :math:`\gamma_k = \gamma_{k-1} + e^{z_k}`, :math:`z_k \sim N(0, a/2)`: common thresholds;
- :math:`s_g \sim N(0, b)`: how much higher a group speaks than the first group (0 for it);
- :math:`u_r \sim N(0, \sigma_u), \sigma_u \sim HalfNormal(c)`: how much higher a reporter speaks than his group;
- :math:`\beta_r = \exp(\sigma_b z_r), z_r \sim N(0, 1), \sigma_b \sim HalfNormal(d)`: reliability, 1 on average.

All reporters are moved by the same shift at every threshold: with one to three judgements per person nothing finer can
be told. `fit` draws from the posterior by a Gibbs sampler written for this model (`_informants_gibbs`); with the extra
`bayes` the No-U-Turn sampler of numpyro draws from the same posterior (`_informants_nuts`).

References
----------
Pemstein, Marquardt, Tzelgov, Wang, Medzihorsky, Krusell, Miri and von Roemer 2022, The V-Dem Measurement Model, V-Dem
Working Paper 21; Johnson and Albert 1999, Ordinal Data Modeling, chapter 5.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from veche.measures._informants_records import Fitted, Floats, Ints, Judgements, Priors, split_rhat
from veche.study.errors import N_, InputProblem

__all__ = ["Fitted", "Floats", "Ints", "Judgements", "Priors", "fit", "fit_many", "judgements", "split_rhat"]


def judgements(
    level: ArrayLike, case: ArrayLike, reporter: ArrayLike, group: ArrayLike | None = None, *, levels: int,
    cases: int | None = None, reporters: int | None = None, groups: int | None = None,
) -> Judgements:  # fmt: skip
    """Check judgements and put them into columns.

    Parameters
    ----------
    level
        Whole numbers from 0 to levels - 1.
    case, reporter, group
        Whole numbers from 0 up; without `group` everybody belongs to one.
    levels
        Steps of the scale, at least 2.
    cases, reporters, groups
        How many there are, if more than occur.

    Raises
    ------
    InputProblem
        If columns differ in length, are empty, or a number is out of range.
    """
    y, c, r = (np.asarray(one, dtype=np.int64) for one in (level, case, reporter))
    g = np.zeros_like(y) if group is None else np.asarray(group, dtype=np.int64)
    if not (y.ndim == 1 and y.shape == c.shape == r.shape == g.shape):
        raise InputProblem(
            N_("Columns of judgements have {lengths} entries. Give level, case, reporter and group of each judgement."),
            lengths=", ".join(str(one.size) for one in (y, c, r, g)),
        )
    if not y.size:
        raise InputProblem(N_("There is no judgement to measure by. Choose a scale that interviews use."))
    if levels < 2 or y.min() < 0 or y.max() >= levels:
        raise InputProblem(
            N_("A judgement is {level} on a scale of {levels} steps. Give whole numbers from 0 up to below the number of steps."),
            level=int(y.max() if y.max() >= levels else y.min()), levels=levels,
        )  # fmt: skip
    if min(c.min(), r.min(), g.min()) < 0:
        raise InputProblem(N_("A case, reporter or group has a number below 0. Number them from 0 up."))
    return Judgements(y, c, r, g, levels, _count(cases, c), _count(reporters, r), _count(groups, g))


def _count(given: int | None, numbers: Ints) -> int:
    return max(given or 0, int(numbers.max()) + 1)


def fit(
    data: Judgements,
    *,
    priors: Priors | None = None,
    draws: int = 1000,
    warmup: int = 500,
    chains: int = 4,
    seed: int = 1,
    sampler: Literal["gibbs", "nuts"] = "gibbs",
) -> Fitted:
    """Draw from the posterior of one set of judgements.

    Parameters
    ----------
    data
        Judgements.
    priors
        Scales of the priors.
    draws, warmup, chains
        Draws kept and steps thrown away of each chain, at least 10; chains, at least 2.
    seed
        The same seed gives the same draws on one machine.
    sampler
        ``gibbs``, or ``nuts`` with the extra `bayes`.

    Raises
    ------
    InputProblem
        If a number is too small, a scale is not above 0, or numpyro is asked for and not installed.
    """
    return fit_many(
        [data], [priors or Priors()], draws=draws, warmup=warmup, chains=chains, seed=seed, sampler=sampler
    )[0]


def fit_many(
    data: list[Judgements],
    priors: list[Priors],
    *,
    draws: int = 1000,
    warmup: int = 500,
    chains: int = 4,
    seed: int = 1,
    sampler: Literal["gibbs", "nuts"] = "gibbs",
) -> list[Fitted]:
    """Fit several sets of judgements of the same sizes, each with its priors, side by side.

    Raises
    ------
    InputProblem
        As `fit`, or if the sets differ in their numbers of judgements, levels, cases, reporters or groups.
    """
    _check(data, priors, draws, warmup, chains)
    if sampler == "nuts":
        from veche.measures._informants_nuts import run_nuts

        return run_nuts(data, priors, draws, warmup, chains, seed)
    from veche.measures._informants_gibbs import run_gibbs

    return run_gibbs(data, priors, draws, warmup, chains, seed)


def _check(data: list[Judgements], priors: list[Priors], draws: int, warmup: int, chains: int) -> None:
    if min(draws, warmup) < 10 or chains < 2:
        raise InputProblem(
            N_("The sampler is asked for {draws} draws after {warmup} steps in {chains} chains. Give at least 10, 10 and 2."),
            draws=draws, warmup=warmup, chains=chains,
        )  # fmt: skip
    shapes = {(one.level.size, one.levels, one.cases, one.reporters, one.groups) for one in data}
    if len(shapes) != 1 or len(priors) != len(data):
        raise InputProblem(
            N_("Sets of judgements that are fitted together differ in size ({sizes}), or their priors do not match. Fit them one by one."),
            sizes=sorted(shapes),
        )  # fmt: skip
    for one in priors:
        for name in ("thresholds", "groups", "reporters", "reliability"):
            value = getattr(one, name)
            if not (np.isfinite(value) and value > 0):
                raise InputProblem(
                    N_("The scale of the prior of {name} is {value}. Give a number above 0."), name=name, value=value
                )
