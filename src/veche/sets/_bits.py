"""How the compiled parts are compiled, and the smallest of them: words of 64 bits, counted, placed and hashed.

Imported only by other compiled modules, so that a small table is solved without Numba being loaded.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from numba import njit
from numba.core import event

from veche.words import _


class _Announcement(event.Listener):
    """Says once, on standard error where nobody else listens, that something is compiled: it happens on first use, and somebody waits."""

    def on_start(self, event: Any) -> None:
        """Speak if it is a part of ours."""
        if not self.said and event.data["dispatcher"].py_func.__module__.startswith(__package__):
            self.said = True
            logging.getLogger(__package__).warning(
                _("The search is compiled for this machine. This happens once and takes up to half a minute.")
            )

    def on_end(self, event: Any) -> None:
        """Nothing is to be said."""

    said = False


event.register("numba:compile", _Announcement())  # type: ignore[no-untyped-call]

#: kept on disk between runs; division follows IEEE 754; other threads go on
compiled = njit(cache=True, error_model="numpy", nogil=True)
#: a small one, written out where it is called
inlined = njit(cache=True, error_model="numpy", nogil=True, forceinline=True)

ONE, ZERO = np.uint64(1), np.uint64(0)
_M1, _M2, _M4 = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
_H01, _BY2, _BY4, _BY56 = np.uint64(0x0101010101010101), np.uint64(2), np.uint64(4), np.uint64(56)
_BY27, _BY30, _BY31 = np.uint64(27), np.uint64(30), np.uint64(31)
_MIX1, _MIX2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@inlined
def ones(x: Any) -> Any:
    """How many bits are set."""
    x = x - ((x >> ONE) & _M1)
    x = (x & _M2) + ((x >> _BY2) & _M2)
    x = (x + (x >> _BY4)) & _M4
    return np.int64((x * _H01) >> _BY56)


@inlined
def first_bit(x: Any) -> Any:
    """Where the lowest bit is that is set; x is not 0."""
    return ones(~x & (x - ONE))


@inlined
def other_bits(x: Any) -> Any:
    """All bits that are set but the lowest one."""
    return x & (x - ONE)


@inlined
def mixed(x: Any) -> Any:
    """Spread a word over all its bits, for hashing (the finalizer of SplitMix64)."""
    x = (x ^ (x >> _BY30)) * _MIX1
    x = (x ^ (x >> _BY27)) * _MIX2
    return x ^ (x >> _BY31)


@inlined
def has(words: Any, place: Any) -> Any:
    """Whether the bit at a place is set in a row of words."""
    return (words[place >> 6] >> np.uint64(place & 63)) & ONE != ZERO


@compiled
def copied(source: Any, target: Any, count: Any) -> None:
    """Copy the first values of a row into another row; a loop compiles to much less than an assignment of slices."""
    for at in range(count):
        target[at] = source[at]


@compiled
def same(one: Any, other: Any) -> Any:
    """Whether two rows of words are equal."""
    for at in range(len(one)):  # noqa: SIM110 - a loop compiles to less
        if one[at] != other[at]:
            return False
    return True


@compiled
def within(inner: Any, outer: Any) -> Any:
    """Whether every bit of the inner row of words is set in the outer one."""
    for at in range(len(inner)):  # noqa: SIM110
        if inner[at] & ~outer[at] != ZERO:
            return False
    return True


@compiled
def put_in_order(values: Any) -> None:
    """Sort whole numbers where they are (Shell 1959); the sorting of NumPy takes much longer to compile."""
    gap = len(values) // 2
    while gap:
        for at in range(gap, len(values)):
            value, to = values[at], at
            while to >= gap and values[to - gap] > value:
                values[to] = values[to - gap]
                to -= gap
            values[to] = value
        gap = 1 if gap == 2 else gap * 5 // 11
