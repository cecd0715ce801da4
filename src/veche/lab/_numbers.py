"""Elementary functions for compiled loops: plain sums and products, so that a processor does several at once and any machine gives the same bits.

All within 4e-16 of the true value, relative (`exp`, `log`) or absolute (the others), on the stated ranges.
"""

from __future__ import annotations

import math

import numpy as np

from veche.lab._part import inlined, part

_LOG2E = 1.4426950408889634
_LN2_HIGH, _LN2_LOW = (
    6.93147180369123816490e-01,
    1.90821492927058770002e-10,
)  # their sum is ln 2 to 86 bits; the first has 21 zero bits
#: 1.5 x 2^52: adding it leaves the nearest whole number in the last bits
_SHIFT = 6755399441055744.0
_SHIFT_BITS = np.int64(0x4338000000000000)
_BIAS, _MANTISSA = np.int64(1023), np.int64(52)
_HALF_BITS = np.int64(0x3FE6A09E667F3BCD)  # sqrt(1/2)
_TAU = 6.283185307179586


@inlined
def _halved(x):  # type: ignore[no-untyped-def]
    """Take x, held within -700 and 700, apart: x = k ln 2 + r with |r| <= ln(2)/2; gives r and 2^k."""
    x = min(max(x, -700.0), 700.0)
    shifted = x * _LOG2E + _SHIFT
    k = shifted - _SHIFT
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    return r, np.int64((np.float64(shifted).view(np.int64) - _SHIFT_BITS + _BIAS) << _MANTISSA).view(np.float64)


@inlined
def exp(x):  # type: ignore[no-untyped-def]
    """e^x; x is held within -700 and 700."""
    r, power = _halved(x)
    # Taylor to the 13th power
    s = 1.0 / 6227020800.0
    s = s * r + 1.0 / 479001600.0
    s = s * r + 1.0 / 39916800.0
    s = s * r + 1.0 / 3628800.0
    s = s * r + 1.0 / 362880.0
    s = s * r + 1.0 / 40320.0
    s = s * r + 1.0 / 5040.0
    s = s * r + 1.0 / 720.0
    s = s * r + 1.0 / 120.0
    s = s * r + 1.0 / 24.0
    s = s * r + 1.0 / 6.0
    s = s * r + 0.5
    s = s * r + 1.0
    s = s * r + 1.0
    return s * power


@inlined
def log(x):  # type: ignore[no-untyped-def]
    """Natural logarithm of a normal positive number."""
    bits = np.float64(x).view(np.int64)
    # m within sqrt(1/2) and sqrt(2)
    k = (bits - _HALF_BITS) >> _MANTISSA
    m = np.int64(bits - (k << _MANTISSA)).view(np.float64)
    e = float(k)
    s = (m - 1.0) / (m + 1.0)
    w = s * s
    # artanh to the 21st power
    p = 1.0 / 21.0
    p = p * w + 1.0 / 19.0
    p = p * w + 1.0 / 17.0
    p = p * w + 1.0 / 15.0
    p = p * w + 1.0 / 13.0
    p = p * w + 1.0 / 11.0
    p = p * w + 1.0 / 9.0
    p = p * w + 1.0 / 7.0
    p = p * w + 1.0 / 5.0
    p = p * w + 1.0 / 3.0
    return e * _LN2_HIGH + (2.0 * s + (2.0 * s * w * p + e * _LN2_LOW))


@inlined
def turn(u):  # type: ignore[no-untyped-def]
    """Cosine and sine of 2 pi u, 0 <= u <= 1."""
    shifted = 4.0 * u + _SHIFT
    quarter = np.float64(shifted).view(np.int64) & np.int64(3)
    x = (u - 0.25 * (shifted - _SHIFT)) * _TAU
    w = x * x
    s = -1.0 / 1307674368000.0
    s = s * w + 1.0 / 6227020800.0
    s = s * w - 1.0 / 39916800.0
    s = s * w + 1.0 / 362880.0
    s = s * w - 1.0 / 5040.0
    s = s * w + 1.0 / 120.0
    s = s * w - 1.0 / 6.0
    sine = x + x * w * s
    c = 1.0 / 20922789888000.0
    c = c * w - 1.0 / 87178291200.0
    c = c * w + 1.0 / 479001600.0
    c = c * w - 1.0 / 3628800.0
    c = c * w + 1.0 / 40320.0
    c = c * w - 1.0 / 720.0
    c = c * w + 1.0 / 24.0
    c = c * w - 0.5
    cosine = 1.0 + w * c
    odd = (quarter & np.int64(1)) == 1
    first = sine if odd else cosine
    second = cosine if odd else sine
    # signs without branches, so that several are taken at once: the first is negative in quarters 1 and 2, the second in 2 and 3
    return first * (1.0 - float((quarter + np.int64(1)) & np.int64(2))), second * (1.0 - float(quarter & np.int64(2)))


@inlined
def normal_pair(u, w):  # type: ignore[no-untyped-def]
    """Two standard normals from two uniforms (Box and Muller)."""
    radius = math.sqrt(-2.0 * log(u))
    cosine, sine = turn(w)
    return radius * cosine, radius * sine


@inlined
def chance(need):  # type: ignore[no-untyped-def]
    """Chance of a yes under logistic noise, need in units of its scale: 1 / (1 + e^need)."""
    r, power = _halved(need)
    # e^r as a ratio of polynomials of the fifth degree (Pade), even part +- odd part: less than 1e-15 off, and one division does for all
    w = r * r
    even = 1.0 + w * (1.0 / 9.0 + w * (1.0 / 1008.0))
    odd = r * (0.5 + w * (1.0 / 72.0 + w * (1.0 / 30240.0)))
    low = even - odd
    return low / (low + power * (even + odd))


@inlined
def normal_cdf(x):  # type: ignore[no-untyped-def]
    """Chance that a standard normal is x or less."""
    return 0.5 * math.erfc(-x * 0.7071067811865476)


_STEPS, _REACH = 32, 6.5
_GRID = np.linspace(-_REACH, _REACH, int(2 * _REACH * _STEPS) + 1)
_CDF = np.array([0.5 * math.erfc(-x * 0.7071067811865476) for x in _GRID])
_SLOPE = np.exp(-_GRID * _GRID / 2) * 0.3989422804014327 / _STEPS
#: no less than the greatest error of `quick_cdf`
QUICK_ERROR = 1e-8


@inlined
def quick_cdf(x):  # type: ignore[no-untyped-def]
    """`normal_cdf` within QUICK_ERROR, by cubics between 417 places."""
    if x >= _REACH:
        return 1.0
    if x <= -_REACH:
        return 0.0
    place = (x + _REACH) * _STEPS
    at = min(int(place), len(_CDF) - 2)
    f = place - at
    a, b = _CDF[at], _CDF[at + 1]
    rise = b - a
    left, right = _SLOPE[at] - rise, rise - _SLOPE[at + 1]
    return a + f * (rise + (1.0 - f) * (left * (1.0 - f) + right * f))


@part
def insertion_sort(order, count, key):  # type: ignore[no-untyped-def]
    """Bring `order` (indices) into the order of `key`, equals by index; quick where it almost is."""
    for place in range(1, count):
        one = order[place]
        value = key[one]
        at = place - 1
        while at >= 0 and (key[order[at]] > value or (key[order[at]] == value and order[at] > one)):
            order[at + 1] = order[at]
            at -= 1
        order[at + 1] = one


#: the bits in which `placed` keeps a place: room for 64
_PLACES = np.int64(63)


@inlined
def placed(number, place):  # type: ignore[no-untyped-def]
    """A whole number in the order of numbers of 0 or more; where these differ in their last six bits only, in the order of places (0 to 63)."""
    return (np.float64(number).view(np.int64) & ~_PLACES) | np.int64(place)


@inlined
def first_least(order, count):  # type: ignore[no-untyped-def]
    """Place of the least of the first `count` numbers that were `placed`."""
    least = np.int64(0x7FFFFFFFFFFFFFFF)
    for at in range(count):
        least = min(least, order[at])
    return least & _PLACES


@part
def kth_largest(table, row, count, k):  # type: ignore[no-untyped-def]
    """The k-th largest of the first `count` numbers in a row of a table, 1 <= k <= count."""
    for one in range(count):
        value = table[row, one]
        above = as_large = 0
        for other in range(count):
            above += 1 if table[row, other] > value else 0
            as_large += 1 if table[row, other] >= value else 0
        if above < k <= as_large:
            return value
    return math.nan  # values that are no numbers


@part
def moments(table, row):  # type: ignore[no-untyped-def]
    """Sum and variance of independent yes or no votes with the chances in a row of a table (a multiple of four wide), in four lanes."""
    a = b = c = d = 0.0
    e = f = g = h = 0.0
    for i in range(0, table.shape[1], 4):
        p, q, r, s = table[row, i], table[row, i + 1], table[row, i + 2], table[row, i + 3]
        a += p
        b += q
        c += r
        d += s
        e += p * (1.0 - p)
        f += q * (1.0 - q)
        g += r * (1.0 - r)
        h += s * (1.0 - s)
    return (a + b) + (c + d), (e + f) + (g + h)


#: distances over which values are compared when they are sorted (Ciura 2001)
_GAPS = (701, 301, 132, 57, 23, 10, 4, 1)


@part
def shell_sort(x, count):  # type: ignore[no-untyped-def]
    """Bring the first `count` numbers into rising order, without memory of its own."""
    for gap in _GAPS:
        for place in range(gap, count):
            value = x[place]
            at = place
            while at >= gap and x[at - gap] > value:
                x[at] = x[at - gap]
                at -= gap
            x[at] = value


@part
def l_kurtosis(x, count):  # type: ignore[no-untyped-def]
    """L-kurtosis of the first `count` values (sorts them); NaN under four values or without spread."""
    if count < 4:
        return math.nan
    shell_sort(x, count)
    b0 = b1 = b2 = b3 = 0.0
    n = float(count)
    for j in range(count):
        f = float(j)
        b0 += x[j]
        b1 += x[j] * f / (n - 1)
        b2 += x[j] * f * (f - 1) / ((n - 1) * (n - 2))
        b3 += x[j] * f * (f - 1) * (f - 2) / ((n - 1) * (n - 2) * (n - 3))
    b0, b1, b2, b3 = b0 / n, b1 / n, b2 / n, b3 / n
    scale = 2 * b1 - b0
    if scale <= 1e-12:
        return math.nan
    return (20 * b3 - 30 * b2 + 12 * b1 - b0) / scale
