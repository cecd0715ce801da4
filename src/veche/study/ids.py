"""Identifiers: UUID version 7, so that two copies of a study can be merged and newer rows sort later."""

from __future__ import annotations

import os
import threading
import time

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """Make a UUID version 7 (RFC 9562, section 5.7) as 36 lower-case characters.

    48 bits of Unix milliseconds, then 12 + 62 bits that start random in every millisecond and count upwards within it, so that the ids of one
    process always increase.
    """
    global _last
    with _lock:
        fresh = (time.time_ns() // 1_000_000 << 74) | (int.from_bytes(os.urandom(10), "big") >> 6)
        # 74 random bits; the top bit is left clear so that counting upwards cannot reach the next millisecond
        fresh &= ~(1 << 73)
        _last = fresh if fresh > _last else _last + 1
        value = _last
    milliseconds, rest = value >> 74, value & ((1 << 74) - 1)
    number = (milliseconds << 80) | (7 << 76) | ((rest >> 62) << 64) | (2 << 62) | (rest & ((1 << 62) - 1))
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
