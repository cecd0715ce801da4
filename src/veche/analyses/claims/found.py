"""What a check finds, and what may be said of it once all checks of the run are known."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from veche.study.result import Grounds

#: verdicts of a check
SUPPORTED, AGAINST, UNCLEAR, CANNOT = "supported", "against", "unclear", "cannot"
Bounds = Callable[[float], tuple[float, float]]
NOTHING = Grounds()
#: ends of intervals that differ by less are the same but for rounding; an interval that touches the border decides nothing
TOUCHING = 1e-12


@dataclass(frozen=True)
class Found:
    """The estimate of a check with what its verdict rests on.

    `bounds` gives the interval of the estimate at a level; `inside` where the estimate must lie for the claim to hold
    (the interval must lie inside for *supported*, wholly outside for *against*). `p` is two-sided; a check with a test
    needs it beside the interval, one without (`tested` false) needs the interval at a level that holds for all such
    checks at once. `decided` gives the verdict outright, for checks that count cases.
    """

    estimate: float
    inside: tuple[float, float] = (-math.inf, math.inf)
    bounds: Bounds | None = None
    p: float = math.nan
    tested: bool = False
    #: against needs the interval outside this instead of outside `inside`
    outside: tuple[float, float] | None = None
    #: support needs no test, only the interval; against is a change that is proven and, as estimated, not inside
    equivalence: bool = False
    decided: str = ""
    interviews: int = 0
    cases: int = 0
    grounds: Grounds = NOTHING
    note: str = ""

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the interval at a level; missing if there is none."""
        return self.bounds(confidence) if self.bounds else (math.nan, math.nan)

    @property
    def holds(self) -> bool:
        """Does the estimate itself lie where the claim wants it?"""
        return self.inside[0] < self.estimate < self.inside[1]

    def verdict(self, p_adjusted: float, confidence: float, together: float) -> str:
        """Judge the check.

        Parameters
        ----------
        p_adjusted
            Of the test, corrected for all tests of the run; NaN without one.
        confidence
            Level of the run.
        together
            Level at which all intervals without a test hold at once.
        """
        if self.decided:
            return self.decided
        if self.estimate != self.estimate:
            return CANNOT
        proven = p_adjusted <= 1 - confidence
        if self.tested and not proven and not self.equivalence:
            return UNCLEAR
        low, high = self.interval(confidence if self.tested else together)
        if low != low:
            return UNCLEAR
        if self.equivalence:
            # two one-sided tests, each at the level: the interval of twice the error lies inside
            if self._within(*self.interval(1 - 2 * (1 - together))):
                return SUPPORTED
            return AGAINST if proven and not self.holds and self._beyond(low, high) else UNCLEAR
        if self._within(low, high):
            return SUPPORTED
        return AGAINST if self._beyond(low, high) else UNCLEAR

    def _within(self, low: float, high: float) -> bool:
        return self.inside[0] < low - TOUCHING and high + TOUCHING < self.inside[1]

    def _beyond(self, low: float, high: float) -> bool:
        first, last = self.outside or self.inside
        return high < first - TOUCHING or low > last + TOUCHING


def cannot(reason: str) -> Found:
    """Give the finding of a check that cannot be made, with the reason in English, marked for translation."""
    return Found(math.nan, decided=CANNOT, note=reason)
