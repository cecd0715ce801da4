"""Co-occurrence: which codes stand together, in passages, turns or interviews."""

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
    """Options of `cooccurrence`."""

    unit: str = option(
        "overlap",
        N_("Together means: passages overlap, stand near each other, in one turn, or in one interview."),
        choices=("overlap", "near", "turn", "interview"),
    )
    distance: int = option(50, N_("Farthest distance of near passages of one document."), low=0, high=1_000_000)
    measure: str = option("words", N_("What the distance counts."), choices=("words", "characters"))
    codes: tuple[str, ...] = option((), N_("Codes to take; none: every code in use."), kind="code")
    below: bool = option(False, N_("Count a code together with all codes below it."))
    modality: str = option(
        "asserted", N_("Which codings are taken."), choices=("asserted", "denied", "hypothetical", "any")
    )


@analysis(
    "cooccurrence",
    title=N_("Codes together"),
    question=N_("Which codes stand together, and where?"),
    method=N_(
        "Pairs: pairs of different codings, one of each code (on the diagonal two of the same), that share at "
        "least one character, or stand no farther apart than the distance, or touch the same turn, or stand in the "
        "same interview. Units: turns or interviews that hold both codes; for passages, the codings of either code "
        "that stand with the other. Jaccard: units with both / units with either. Within: pairs where a passage of "
        "the row lies wholly inside one of the column. All coders are taken together."
    ),
    phase="coding",
)
def cooccurrence(evidence: Evidence, params: Params) -> Result:
    """Count exactly how often codes stand together."""
    from veche.analyses.cooccurrence.compute import compute

    return compute(evidence, params)


@cooccurrence.figure
def draw(result: Result) -> Any:
    """Draw the half matrix of codes, those that stand together next to each other."""
    from veche.analyses.cooccurrence.figure import figure

    return figure(result)
