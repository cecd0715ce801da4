"""Who sets the agenda: the setter against a pivot, gatekeepers, veto players.

Policy is one dimension; every actor prefers points nearer to his ideal (quadratic loss).
"""

from __future__ import annotations

from collections.abc import Sequence

from veche.lab.theory._checks import finite, not_empty


def agenda_setter(*, pivot: float, q: float, theta_h: float) -> float:
    """Give the proposal of a setter with ideal theta_h >= pivot against a status quo q below theta_h (CF1).

    x = q if q >= w, else min(theta_h, 2 w - q): the pivot w accepts whatever is no farther from him than the status quo. A status quo
    at or above the setter's ideal stays where he wants it or is moved to it.

    Parameters
    ----------
    pivot, q, theta_h
        Ideal of the pivot, status quo, ideal of the setter; any real numbers.

    Raises
    ------
    InputProblem
        For a value that is not a number.

    References
    ----------
    Romer and Rosenthal 1978, Public Choice 33:27-43.

    Examples
    --------
    >>> agenda_setter(pivot=0, q=-0.5, theta_h=1)
    0.5
    >>> agenda_setter(pivot=0, q=0.3, theta_h=1)
    0.3
    """
    finite(pivot=pivot, q=q, theta_h=theta_h)
    if theta_h < pivot:  # the mirror image
        return -agenda_setter(pivot=-pivot, q=-q, theta_h=-theta_h)
    if q <= theta_h:
        return q if q >= pivot else min(theta_h, 2 * pivot - q)
    # beyond the setter's ideal the pivot likes every move down
    return max(theta_h, 2 * pivot - q)


def gatekeeper(*, median: float, gatekeeper: float, q: float) -> float:
    """Give the policy when a gatekeeper decides whether an open vote is held at all (CF14).

    With g > w he keeps the gate shut iff w < q < 2 g - w: the vote would end at the median w, farther from him than the status quo. At either
    border he is indifferent and opens.

    Parameters
    ----------
    median, gatekeeper, q
        Median ideal, the gatekeeper's ideal, status quo.

    References
    ----------
    Denzau and Mackay 1983, American Journal of Political Science 27:740-761.

    Examples
    --------
    >>> gatekeeper(median=0, gatekeeper=0.4, q=0.5)
    0.5
    >>> gatekeeper(median=0, gatekeeper=0.4, q=0.9)
    0
    """
    finite(median=median, gatekeeper=gatekeeper, q=q)
    return q if abs(q - gatekeeper) < abs(median - gatekeeper) else median


def win_set(*, ideals: Sequence[float], q: float) -> list[float]:
    """Give the interval of points that every veto player weakly prefers to the status quo (CF15).

    The intersection of the intervals between q and 2 a_j - q. It is [q, q], no change, iff q lies between the lowest and the highest ideal.

    Parameters
    ----------
    ideals
        Ideals of the veto players, at least one.
    q
        Status quo.

    Returns
    -------
    list of float
        Lower and upper end; the wider the set, the less stable the policy.

    Raises
    ------
    InputProblem
        Without veto players.

    References
    ----------
    Tsebelis 2002, Veto Players, ch. 1.

    Examples
    --------
    >>> win_set(ideals=[0.2, 0.5], q=1)
    [0.0, 1.0]
    >>> win_set(ideals=[0.2, 0.5], q=0.3)
    [0.3, 0.3]
    """
    not_empty(ideals=ideals)
    finite(q=q, **{f"ideals[{n}]": one for n, one in enumerate(ideals)})
    if min(ideals) <= q <= max(ideals):
        return [float(q), float(q)]
    ends = [2 * one - q for one in ideals]
    nearest = max(ends) if q > max(ideals) else min(ends)
    # snap the rounding of 2 a - q
    nearest = round(nearest, 12)
    return [min(float(q), nearest), max(float(q), nearest)]
