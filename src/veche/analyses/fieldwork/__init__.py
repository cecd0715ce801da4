"""Fieldwork: who was interviewed where and when, who spoke again, who was lost, and who is missing."""

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
    """Options of `fieldwork`."""

    after: str = option(
        "", N_("Wave whose return to the people of before is told; empty: the largest return."), kind="wave"
    )


@analysis(
    "fieldwork",
    title=N_("Fieldwork"),
    question=N_("Who was interviewed where and when, who spoke again, and who is missing?"),
    method=N_(
        "An interview is compared with all earlier waves: same person in the same post, same person in another "
        "post, the same post held by another person (of the same town), or new; in the first wave of a town it is "
        "a first interview. A post is the one noted with the interview, else the role. Lost are respondents of the "
        "town's wave before who do not speak there now. A branch is missing if it speaks in another town of the "
        "wave or in another wave of the town, but not here. The numbers rest on interviews, not on codings."
    ),
    phase="material",
)
def fieldwork(evidence: Evidence, params: Params) -> Result:
    """Count interviews by town, wave and role, classify re-interviews, and list who is missing."""
    from veche.analyses.fieldwork.compute import compute

    return compute(evidence, params)


@fieldwork.figure
def draw(result: Result) -> Any:
    """Draw every interview as a mark: towns down, waves across, people who speak again filled."""
    from veche.analyses.fieldwork.figure import figure

    return figure(result)
