"""Selection at the entrance: the best of several, what it does to another trait, how much effort it is worth."""

from __future__ import annotations

import math
from functools import lru_cache

from veche.lab.theory._checks import finite, within


@lru_cache(maxsize=256)
def _expected_maximum(n: int) -> float:
    from scipy.integrate import quad
    from scipy.stats import norm

    value, _error = quad(
        lambda x: n * x * norm.pdf(x) * norm.cdf(x) ** (n - 1), -12, 12, epsabs=1e-12, epsrel=1e-12, limit=400
    )
    return float(value)


def best_of_n(*, n: int) -> float:
    """Give the expected greatest of n independent standard normals (CF11): n int x phi(x) Phi(x)^(n-1) dx.

    Parameters
    ----------
    n
        How many are drawn, 1 or more.

    References
    ----------
    David and Nagaraja 2003, Order Statistics, ch. 3.

    Examples
    --------
    >>> round(best_of_n(n=4), 6)
    1.029375
    """
    within(1, 100_000, n=n)
    return 0.0 if n == 1 else _expected_maximum(int(n))


def selected_competence(*, comp_corr: float, n: int) -> float:
    """Give the mean competence of those chosen for the greatest of n loyalties (CF12): correlation times `best_of_n`.

    Parameters
    ----------
    comp_corr
        Correlation of competence with loyalty, in [-1, 1].
    n
        Candidates per seat.

    Examples
    --------
    >>> round(selected_competence(comp_corr=-0.3, n=4), 6)
    -0.308813
    """
    within(-1, 1, comp_corr=comp_corr)
    return comp_corr * best_of_n(n=n)


def expected_shortfall(*, a: float, mu: float, sd: float) -> float:
    """Give E[(a - lam)^+] for lam normal with mean mu and deviation sd (CF13): (a - mu) Phi(z) + sd phi(z), z = (a - mu)/sd.

    Parameters
    ----------
    a
        What a deputy must be compensated for.
    mu, sd
        Mean and standard deviation of loyalty; sd 0 or more.

    Examples
    --------
    >>> round(expected_shortfall(a=0.3, mu=0, sd=0.3), 6)
    0.324995
    """
    finite(a=a, mu=mu)
    within(0, math.inf, sd=sd)
    if sd == 0:
        return max(a - mu, 0.0)
    z = (a - mu) / sd
    phi = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return (a - mu) * 0.5 * math.erfc(-z / math.sqrt(2)) + sd * phi


def selection_effort(
    *, a_bar: float, a: float, delta_h: float, term: int, c_sel: float, lam_free: float, lam_sd: float, n_cand: int, sel: float = 1.0
) -> float:  # fmt: skip
    """Give the share of open seats that a head fills with his own candidates (CF13).

    s = a_bar H (e0 - e1)/(2 c_sel), in [0, sel]; H = (1 - delta^term)/(1 - delta) months of use; e0, e1 the expected shortfall of a free
    deputy and of the best of n_cand.

    Parameters
    ----------
    a_bar
        Proposals per month, 0 or more.
    a
        Average compensation needed.
    delta_h
        Discount factor, in [0, 1].
    term
        Months between elections, 1 or more.
    c_sel
        Cost of selection, over 0.
    lam_free, lam_sd
        Mean and deviation of the loyalty of free candidates.
    n_cand
        Candidates per seat.
    sel
        Greatest share, in [0, 1].
    """
    within(0, math.inf, a_bar=a_bar)
    within(0, 1, delta_h=delta_h, sel=sel)
    within(1, math.inf, term=term)
    within(0, math.inf, open_low=True, c_sel=c_sel)
    months = term if delta_h == 1 else (1 - delta_h**term) / (1 - delta_h)
    free = expected_shortfall(a=a, mu=lam_free, sd=lam_sd)
    chosen = expected_shortfall(a=a, mu=lam_free + best_of_n(n=n_cand) * lam_sd, sd=lam_sd)
    return min(max(a_bar * months * (free - chosen) / (2 * c_sel), 0.0), sel)
