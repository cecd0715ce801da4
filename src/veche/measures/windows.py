"""Windows of time, and the share of a statement that falls into each; kernels for smooth curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures._arrays import floats
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Kernel = Literal["uniform", "triangular", "epanechnikov", "gaussian"]


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Half-open windows [start, end), in the order of their starts and of their ends."""

    start: Floats
    end: Floats

    def __len__(self) -> int:
        return int(self.start.size)

    @property
    def apart(self) -> bool:
        """Whether no two windows overlap; only then may change between them be measured."""
        return bool(np.all(self.start[1:] >= self.end[:-1]))


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Which statement falls into which window, and with what share (above 0), sorted by statement."""

    statement: Ints
    window: Ints
    share: Floats


def windows(start: float, end: float, width: float, step: float | None = None) -> Windows:
    """Lay windows of equal width over a stretch of time; the last one may reach beyond its end.

    Parameters
    ----------
    start, end
        Stretch [start, end), in any unit (months since a day, say).
    width
        Width of a window, above 0.
    step
        From one start to the next, above 0 and at most the width; None is the width: windows that do not overlap.

    Raises
    ------
    InputProblem
        If a number is out of range, or more than a million windows would result.

    Examples
    --------
    >>> windows(0, 24, 12).end.tolist()
    [12.0, 24.0]
    """
    pace = width if step is None else step
    if not (np.isfinite([start, end, width, pace]).all() and start < end and 0 < pace <= width):
        raise InputProblem(
            N_("Windows of width {width} and step {step} from {start} to {end} cannot be laid. Give a start before the "
               "end, and a step above 0 that is not larger than the width."),
            width=width, step=pace, start=start, end=end,
        )  # fmt: skip
    if (end - start) / pace > 1e6:
        raise InputProblem(
            N_("A step of {step} from {start} to {end} gives more than a million windows. Give a larger step."),
            step=pace,
            start=start,
            end=end,
        )
    count = max(1, int(np.ceil((end - start - (width - pace)) / pace - 1e-9)))
    begins = start + pace * np.arange(count)
    return given_windows(begins, begins + width)


def given_windows(starts: ArrayLike, ends: ArrayLike) -> Windows:
    """Take windows as they are given.

    Raises
    ------
    InputProblem
        If a window is empty, or starts or ends are not in order.

    Examples
    --------
    >>> given_windows([0, 6], [12, 18]).apart
    False
    """
    a, b = floats(starts, N_("windows")).ravel(), floats(ends, N_("windows")).ravel()
    if a.size != b.size or not bool(np.all(a < b)) or bool(np.any(np.diff(a) < 0)) or bool(np.any(np.diff(b) < 0)):
        raise InputProblem(
            N_("The windows given ({starts} starts, {ends} ends) are empty or out of order. Give a start before the end "
               "of each, sorted by time."),
            starts=a.size, ends=b.size,
        )  # fmt: skip
    return Windows(a, b)


def shares(laid: Windows, start: ArrayLike, end: ArrayLike, confidence: ArrayLike = 1.0) -> Shares:
    r"""Give the share of every statement in every window it touches.

    .. math:: \omega_r(w) = c_r\, |[s, e) \cap w| / (e - s), \qquad \omega_r(w) = c_r\,[a \le s < b] \text{ if } e = s

    Parameters
    ----------
    laid
        Windows.
    start, end
        Time of the event, half-open; equal for an instant. Statements without a time (NaN) fall into no window.
    confidence
        c in (0, 1], one number or one per statement.

    Returns
    -------
    Shares
        Over windows that partition the time line the shares of a statement sum to its confidence.

    Raises
    ------
    InputProblem
        If an event ends before it starts or lasts without end, or a confidence lies outside (0, 1].
    """
    s, e = floats(start, N_("times")).ravel(), floats(end, N_("times")).ravel()
    c = _confidence(confidence, s.size)
    _check_events(s, e)
    known = ~(np.isnan(s) | np.isnan(e))
    # first window that ends after the start
    first = _places(laid.end, s)
    # first window that begins after the event: an instant at the start of a window is in it, an interval that ends there is not
    last = _places(laid.start, e)
    at_start = np.flatnonzero((np.append(laid.start, np.nan)[last - 1] == e) & (s < e))
    last[at_start] = np.searchsorted(laid.start, e[at_start], side="left")
    count = np.where(known, np.maximum(last - first, 0), 0)
    statement = np.repeat(np.arange(s.size), count)
    window = np.arange(statement.size) + np.repeat(first - np.cumsum(count) + count, count)
    begin, finish = s[statement], e[statement]
    length = finish - begin
    inside = np.minimum(finish, laid.end[window]) - np.maximum(begin, laid.start[window])
    part = np.divide(inside, length, out=np.ones(statement.size), where=length > 0)
    share = np.minimum(part, 1.0) * c[statement]
    held = share > 0
    return Shares(statement[held], window[held], share[held]) if not held.all() else Shares(statement, window, share)


def _places(edges: Floats, times: Floats) -> Ints:
    """How many edges (in order) lie at or before each time: ``searchsorted(edges, times, side="right")``.

    Many times among a few edges: a table over equal stretches of time gives a place that is never too high, and a
    few comparisons put it right; where that does not suffice, each is searched for.
    """
    low, high = float(edges.min(initial=np.inf)), float(edges.max(initial=-np.inf))
    if times.size < 16 * edges.size or not low < high or bool(np.isnan(times).any()):
        return np.searchsorted(edges, times, side="right")
    stretches = 2 * edges.size
    pace = stretches / (high - low)
    # by the stretch before, so that rounding never leads too far
    table = np.searchsorted(edges, low + np.arange(-1, stretches - 1) / pace, side="right")
    found = table[np.clip((times - low) * pace, 0, stretches - 1).astype(np.intp)]
    bounds = np.append(edges, np.inf)
    for _again in range(4):
        behind = bounds[found] <= times
        if not bool(behind.any()):
            return found
        found += behind
    return np.searchsorted(edges, times, side="right")


def _check_events(s: Floats, e: Floats) -> None:
    if s.size != e.size:
        raise InputProblem(
            N_("The events have {starts} starts and {ends} ends. Give both for every statement."),
            starts=s.size, ends=e.size,
        )  # fmt: skip
    wrong = (e < s) | np.isinf(s) | np.isinf(e)
    if bool(wrong.any()):
        row = int(np.argmax(wrong))
        raise InputProblem(
            N_("The event of statement {row} lasts from {start} to {end}. Give an end that is not before the start."),
            row=row,
            start=float(s[row]),
            end=float(e[row]),
        )


def _confidence(confidence: ArrayLike, size: int) -> Floats:
    try:
        c = np.broadcast_to(floats(confidence, N_("confidences")), (size,))
    except ValueError:
        raise InputProblem(
            N_("The confidences do not fit the {size} statements. Give one for each, or one for all."), size=size
        ) from None
    wrong = ~((c > 0) & (c <= 1))
    if bool(wrong.any()):
        row = int(np.argmax(wrong))
        raise InputProblem(
            N_("The confidence of statement {row} is {value}. Give a number above 0 and at most 1."),
            row=row,
            value=float(c[row]),
        )
    return c


def kernel(u: ArrayLike, name: Kernel) -> Floats:
    r"""Give the weight of a kernel at u = 2 (t - centre) / width; all are even in u and integrate to 1.

    Uniform 1/2, triangular :math:`1-|u|`, Epanechnikov :math:`\frac34(1-u^2)`, each for :math:`|u| \le 1`, and
    Gaussian :math:`e^{-u^2/2}/\sqrt{2\pi}`.

    Raises
    ------
    InputProblem
        If there is no kernel of that name.

    Examples
    --------
    >>> kernel([-0.5, 0.5, 2], "triangular").tolist()
    [0.5, 0.5, 0.0]
    """
    x = floats(u, N_("times"))
    inside = np.abs(x) <= 1
    if name == "uniform":
        value = np.where(inside, 0.5, 0.0)
    elif name == "triangular":
        value = np.where(inside, 1 - np.abs(x), 0.0)
    elif name == "epanechnikov":
        value = np.where(inside, 0.75 * (1 - x**2), 0.0)
    elif name == "gaussian":
        value = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    else:
        raise InputProblem(
            N_("There is no kernel {name}. Use uniform, triangular, epanechnikov or gaussian."), name=name
        )
    return np.where(np.isnan(x), np.nan, value)[()]


def kernel_weights(times: ArrayLike, centre: float, width: float, name: Kernel) -> Floats:
    """Weigh moments by their distance from the centre of a window.

    Raises
    ------
    InputProblem
        If the width is not above 0.
    """
    if not width > 0:
        raise InputProblem(N_("The width of the kernel is {value}. Give a width above 0."), value=width)
    return kernel(2 * (floats(times, N_("times")) - centre) / width, name)
