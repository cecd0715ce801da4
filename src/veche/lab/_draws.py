"""Counter-based random numbers: the same draw for the same run, process, month and index, whatever was drawn before.

Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011): key = (seed, point, replicate), mixed to 64 bits; counter = (process, month, index, 0).
"""

from __future__ import annotations

import numpy as np

from veche.lab._numbers import normal_pair
from veche.lab._part import door, inlined, part

# whole numbers of NumPy are no constants to the compiler: it makes one function for all processes, not one for each
SHOCKS, CANDIDATES, ELECTIONS, RECOGNITION, ISSUES, VOTES, EXPOSURE, PARTNERSHIP, TURNOVER, DEVELOPMENT = np.arange(
    10, dtype=np.uint64
)
#: index of a draw that stands alone
ALONE = np.int64(0)

_U32 = np.uint64(0xFFFFFFFF)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_32 = np.uint64(32)
_NONE = np.uint64(0)


@door
def philox(k0, k1, c0, c1, c2, c3):  # type: ignore[no-untyped-def]
    """Ten rounds; four 32-bit words in 64-bit integers."""
    for _round in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _U32, (p0 >> _32) ^ c3 ^ k1, p0 & _U32
        k0 = (k0 + _W0) & _U32
        k1 = (k1 + _W1) & _U32
    return c0, c1, c2, c3


@door
def mix(a, b, c):  # type: ignore[no-untyped-def]
    """Mix seed, point and replicate to a key of 64 bits (finaliser of SplitMix64, after each word)."""
    h = np.uint64(0x9E3779B97F4A7C15)
    for word in (np.uint64(a), np.uint64(b), np.uint64(c)):
        h = (h ^ word) + np.uint64(0x9E3779B97F4A7C15)
        h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        h = h ^ (h >> np.uint64(31))
    return h


@inlined
def unit(word):  # type: ignore[no-untyped-def]
    """A number in (0, 1) from 32 bits."""
    return (float(word) + 0.5) / 4294967296.0


@door
def uniforms(key, process, month, index):  # type: ignore[no-untyped-def]
    """Four uniforms in (0, 1)."""
    word = np.uint64(key)
    a, b, c, d = philox(word & _U32, word >> _32, np.uint64(process), np.uint64(month), np.uint64(index), _NONE)
    return unit(a), unit(b), unit(c), unit(d)


@door
def normals(key, process, month, index):  # type: ignore[no-untyped-def]
    """Four standard normals (Box and Muller)."""
    a, b, c, d = uniforms(key, process, month, index)
    x, y = normal_pair(a, b)
    z, w = normal_pair(c, d)
    return x, y, z, w


@part
def fill_uniforms(key, process, month, out):  # type: ignore[no-untyped-def]
    """Fill `out` (a multiple of four long): element i is number i mod 4 of the draw with index i - i mod 4."""
    word = np.uint64(key)
    low, high, which, when = word & _U32, word >> _32, np.uint64(process), np.uint64(month)
    for block in range(out.shape[0] // 4):
        a, b, c, d = philox(low, high, which, when, np.uint64(4 * block), _NONE)
        out[4 * block], out[4 * block + 1], out[4 * block + 2], out[4 * block + 3] = unit(a), unit(b), unit(c), unit(d)


#: what a month always asks for, as columns of one table: shocks of the deputies (i has number i mod 4 of column i // 4), of head and firm, ...
LEADERS, TEMPTED, DEVELOPED, REMOVAL, INITIATIVE, ARRIVAL, RECOGNISED = range(9, 16)
#: shape of that table, and its first row of normals: above them stand the uniforms they are made of
DRAWN, NORMAL = (8, 16), 4
_PROCESSES = np.array(
    [SHOCKS] * 10 + [PARTNERSHIP, DEVELOPMENT, TURNOVER, PARTNERSHIP, ISSUES, RECOGNITION], dtype=np.uint64
)
#: the shocks of head and firm stand beyond any deputy, an initiative beside the temptations
_INDICES = np.array([*range(0, 36, 4), 1000, 0, 0, 0, 1, 0, 0], dtype=np.uint64)
_philox_here = inlined(philox.py_func)


@part
def draw_month(key, month, drawn):  # type: ignore[no-untyped-def]
    """Fill the table of a month (shape DRAWN): eight draws side by side take little longer than one."""
    word = np.uint64(key)
    low, high, when = word & _U32, word >> _32, np.uint64(month)
    columns = drawn.shape[1]  # asked here: loops of a length known beforehand would be written out one by one
    for at in range(columns):
        a, b, c, d = _philox_here(low, high, _PROCESSES[at], when, _INDICES[at], _NONE)
        drawn[0, at], drawn[1, at], drawn[2, at], drawn[3, at] = unit(a), unit(b), unit(c), unit(d)
    for row in range(0, 4, 2):
        for at in range(columns):
            drawn[NORMAL + row, at], drawn[NORMAL + row + 1, at] = normal_pair(drawn[row, at], drawn[row + 1, at])
