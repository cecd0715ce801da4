"""Common agency: several principals pay one agent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from veche.lab.theory._checks import finite, within


@dataclass(frozen=True, slots=True)
class Agency:
    """The agent's policy and what each principal pays."""

    x: float
    contributions: tuple[float, ...]


def common_agency(*, a: float, theta_0: float, theta: Sequence[float]) -> Agency:
    """Give the truthful equilibrium of principals with quadratic losses (CF24).

    J(x) = -a (x - theta_0)^2 - sum_i (x - theta_i)^2 is maximal at x = (a theta_0 + sum theta_i)/(a + n). Principal i pays what his presence
    costs the others: max_y J_-i(y) - J_-i(x).

    Parameters
    ----------
    a
        Weight of the agent's own ideal, over 0.
    theta_0, theta
        Ideals of the agent and of the principals.

    References
    ----------
    Grossman and Helpman 1994, American Economic Review 84:833-850; Bernheim and Whinston 1986.

    Examples
    --------
    >>> [round(one, 6) for one in common_agency(a=1, theta_0=0, theta=[1, -0.5]).contributions]
    [0.347222, 0.222222]
    """
    within(0, math.inf, open_low=True, a=a)
    finite(theta_0=theta_0, **{f"theta[{n}]": one for n, one in enumerate(theta)})
    x = (a * theta_0 + sum(theta)) / (a + len(theta))
    paid = []
    for n in range(len(theta)):
        others = [*theta[:n], *theta[n + 1 :]]
        best = (a * theta_0 + sum(others)) / (a + len(others))

        def joint(y: float, rest: Sequence[float] = others) -> float:
            return -a * (y - theta_0) ** 2 - sum((y - one) ** 2 for one in rest)

        paid.append(joint(best) - joint(x))
    return Agency(x, tuple(paid))
