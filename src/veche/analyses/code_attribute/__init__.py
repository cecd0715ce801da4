"""Codes by attribute: how often a code is mentioned by town, wave, role, respondent, coder or any attribute."""

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
    """Options of `code_attribute`."""

    attribute: str = option(
        "town",
        N_(
            "Columns: town, region, wave, role, branch, respondent, language, standing, coder, or the name of an "
            "attribute of the study."
        ),
    )
    codes: tuple[str, ...] = option((), N_("Codes to take; none: every code in use."), kind="code")
    below: bool = option(True, N_("Count a code together with all codes below it."))
    minimum: int = option(3, N_("Fewest interviews in a cell for an interval."), low=1, high=1000)
    confidence: float = option(0.95, N_("Level of the intervals."), low=0.5, high=0.999)


@analysis(
    "code_attribute",
    title=N_("Codes by attribute"),
    question=N_("Who mentions what: by town, wave, role or any attribute?"),
    method=N_(
        "Codings and interviews that assert a code, and the share of interviews that do among those that could: "
        "asked, and inside the exposure window of the code. Intervals: Wilson (1927) over interviews, which takes "
        "them as independent; several interviews of one respondent are not. For coders the denominators are the "
        "interviews the coder coded."
    ),
)
def code_attribute(evidence: Evidence, params: Params) -> Result:
    """Count codings, mentions and shares of codes by the values of an attribute."""
    from veche.analyses.code_attribute.compute import compute

    return compute(evidence, params)


@code_attribute.figure
def draw(result: Result) -> Any:
    """Draw the matrix of shares as bars in cells."""
    from veche.analyses.code_attribute.figure import figure

    return figure(result)
