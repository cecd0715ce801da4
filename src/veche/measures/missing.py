"""A number, or the reason why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """A value, or NaN with the reason in English, marked for translation. A missing value is never 0."""

    value: float
    reason: str = ""

    @property
    def missing(self) -> bool:
        """Whether there is no value."""
        return math.isnan(self.value)

    def __float__(self) -> float:
        return self.value


def missing(reason: str) -> Measured:
    """Give no value, and why."""
    return Measured(math.nan, reason)
