"""Waiting: when a profitable proposal is held back because a better moment may come."""

from __future__ import annotations

import math
from dataclasses import dataclass

from veche.lab.theory._checks import within


def waiting_single(*, d: float) -> float:
    """Give the value of one pending issue whose net gain is drawn anew each month from U[0, 1] (CF9).

    W = E max(net, d W) = (1 + (d W)^2)/2, so W = (1 - sqrt(1 - d^2))/d^2 is the value before the draw; what is waited for, the threshold d W, is
    (1 - sqrt(1 - d^2))/d, and this is the value given.

    Parameters
    ----------
    d
        Discount factor, in (0, 1).

    References
    ----------
    McCall 1970, Quarterly Journal of Economics 84:113-126 (optimal stopping).

    Examples
    --------
    >>> round(waiting_single(d=0.9), 6)
    0.626789
    """
    within(0, 1, open_low=True, open_high=True, d=d)
    return (1 - math.sqrt(1 - d**2)) / d


@dataclass(frozen=True, slots=True)
class Renewal:
    """Value of a pending issue, of having none, and the least net gain at which one proposes."""

    W: float
    V0: float
    threshold: float


def waiting_renewal(*, d: float, s: float, alpha: float) -> Renewal:
    """Give the value of waiting when issues lapse and new ones arrive, net gains from U[0, 1] (CF10).

    V0 = d alpha W/(1 - d (1 - alpha)); one proposes iff net >= c = d s (W - V0); W solves
    W = E max(net + d V0, d (s W + (1 - s) V0)) = d V0 + (1 + c^2)/2.

    Parameters
    ----------
    d
        Discount factor, in (0, 1).
    s
        Chance that a pending issue is still there next month, in [0, 1].
    alpha
        Chance that an issue arrives, in (0, 1].

    Examples
    --------
    >>> found = waiting_renewal(d=0.95, s=0.9, alpha=0.4)
    >>> round(found.W, 6), round(found.threshold, 6)
    (3.491359, 0.347106)
    """
    within(0, 1, open_low=True, open_high=True, d=d)
    within(0, 1, s=s)
    within(0, 1, open_low=True, alpha=alpha)
    k = d * alpha / (1 - d * (1 - alpha))  # V0 = k W
    # W (1 - d k) = (1 + (d s (1 - k) W)^2)/2: the smaller root of a quadratic; with c > 1 nobody would ever propose
    a, b = (d * s * (1 - k)) ** 2 / 2, -(1 - d * k)
    w = 1 / (-b + math.sqrt(b * b - 2 * a))  # the form without cancellation
    return Renewal(w, k * w, d * s * (1 - k) * w)
