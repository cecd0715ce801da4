"""Is the codebook getting clearer? Agreement of each pair of coders, interview after interview, and round after round."""

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
    """Options of `agreement_progress`."""

    alike: float = option(
        0.5, N_("Share of common characters from which two segments count as one passage."), low=0.01, high=1
    )
    window: int = option(3, N_("How many interviews in a row the line takes together."), low=1, high=100)
    codes: tuple[str, ...] = option((), N_("Codes to take; none: every code in use."), kind="code")


@analysis(
    "agreement_progress",
    title=N_("Agreement over time"),
    question=N_("Is the codebook getting clearer, and which definitions make the coders differ?"),
    method=N_(
        "Interviews coded by a pair of coders, in the order in which both had finished them. Of all passages that at least "
        "one of the two coded, the share on which both have the same code (free segments; two count as one passage from a "
        "share of common characters). The line takes some interviews in a row together. Causes are those named in the "
        "decisions. Chance is not taken out: compare these shares with each other only."
    ),
    phase="coding",
)
def agreement_progress(evidence: Evidence, params: Params) -> Result:
    """Follow the agreement of pairs of coders over time."""
    from veche.analyses.agreement_progress.compute import compute

    return compute(evidence, params)


@agreement_progress.figure
def draw(result: Result) -> Any:
    """Draw the share of passages alike, interview after interview, a panel for each pair."""
    from veche.analyses.agreement_progress.figure import figure

    return figure(result)
