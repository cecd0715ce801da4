"""Identifiers and chance that depend on the seed alone, not on the machine or the order of calls."""

from __future__ import annotations

import hashlib
import random

#: 1 January 2024, 00:00 UTC in milliseconds: the made-up moment at which all records of the study were made
_MOMENT = 1_704_067_200_000


#: mixed into every draw; chosen among a thousand so that the study of the usual seed is a typical one
_SALT = "veche-770"


class Ids:
    """Gives each noun and key one identifier of the shape of a UUID version 7."""

    def __init__(self, seed: int, null: bool) -> None:
        self._prefix = f"veche-demo/{seed}/{'null' if null else 'study'}"

    def __call__(self, noun: str, key: str) -> str:
        """Return the identifier of a record: the same for the same seed, noun and key."""
        digest = hashlib.sha256(f"{self._prefix}/{noun}/{key}".encode()).digest()
        rest = int.from_bytes(digest[:10], "big") >> 6
        number = (_MOMENT << 80) | (7 << 76) | ((rest >> 62) << 64) | (2 << 62) | (rest & ((1 << 62) - 1))
        text = f"{number:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def chance(*names: object) -> random.Random:
    """Return a source of chance for a purpose; other purposes do not disturb it."""
    return random.Random("/".join(map(str, (_SALT, *names))))
