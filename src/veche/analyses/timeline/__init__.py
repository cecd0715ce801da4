"""Codes over time: share of interviews that mention a code per wave, year or half-year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.study.registry import analysis, option
from veche.words import N_

if TYPE_CHECKING:
    from veche.study.evidence import Evidence
    from veche.study.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Options of `timeline`."""

    codes: tuple[str, ...] = option((), N_("Codes to draw; none: those named in most interviews."), kind="code")
    most: int = option(8, N_("How many codes are taken if none is named."), low=1, high=60)
    step: str = option("wave", N_("Periods of time."), choices=("wave", "year", "half-year"))
    below: bool = option(True, N_("Count a code together with all codes below it."))
    confidence: float = option(0.95, N_("Level of the intervals."), low=0.5, high=0.999)


@analysis(
    "timeline",
    title=N_("Codes over time"),
    question=N_("When is a code mentioned, and when could it be?"),
    method=N_(
        "Share of interviews of a period that assert a code among those that could: asked, and inside its exposure "
        "window. Bands: Wilson (1927) over interviews, which takes them as independent; interviews of one town or "
        "respondent are not, so the bands are somewhat too narrow."
    ),
)
def timeline(evidence: Evidence, params: Params) -> Result:
    """Compute shares of interviews that mention codes, period by period."""
    from veche.analyses.timeline.compute import compute

    return compute(evidence, params)


@timeline.figure
def draw(result: Result) -> Any:
    """Draw one small panel per code: line, band, and the time when it was not possible."""
    from veche.analyses.timeline.figure import figure

    return figure(result)
