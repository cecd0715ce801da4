"""Claims with their grounds: statements about local power, checked on the material, with what speaks for and against."""

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
    """Options of `claims`."""

    file: str = option(
        "",
        N_(
            "Claims of your own: a YAML file, or study: and a name for those the study keeps; empty: those of the program."
        ),
    )
    only: tuple[str, ...] = option((), N_("Names of claims to check; empty: all."))
    minimum: int = option(3, N_("Fewest interviews, or reporters of a town and wave, for a number."), low=1, high=1000)
    leave_out: bool = option(True, N_("Check again with the panel alone, without each town, without each respondent."))
    each_respondent: bool = option(True, N_("Of these also without each respondent, which takes longest."))
    resamples: int = option(1000, N_("Bootstrap draws."), low=200, high=100_000)
    confidence: float = option(0.95, N_("Level of the intervals and of the verdicts."), low=0.5, high=0.999)
    seed: int = option(1, N_("Seed of the random draws: the same seed gives the same numbers."), low=0)


@analysis(
    "claims",
    title=N_("Claims"),
    question=N_("Which claims about local power does the material support, and what speaks against them?"),
    method=N_(
        "Each claim is a list of checks on interviews, statements or on towns and waves as cases; docs/claims.md "
        "describes them. Tests are exact or count exchanges: of waves within respondents and towns (Fisher, Pitman), of "
        "whole towns over cases; none is asymptotic. The level holds for each claim (Holm over its tests, Bonferroni "
        "over its intervals); beside it stands the verdict with the level held for all claims at once. Supported: every "
        "check holds; not supported: none holds; mixed: some do; cannot be tested here: no check can be made, with the "
        "reason. Beside the verdict: the same with respondents of two waves only, without each town and without each "
        "respondent, by the same rule and level, with exact tests counted anew and the same draws without their share."
    ),
    first_look={"each_respondent": False},
)
def claims(evidence: Evidence, params: Params) -> Result:
    """Check claims; the table of verdicts first, then every check with its numbers."""
    from veche.analyses.claims.compute import compute

    return compute(evidence, params)


@claims.figure
def draw(result: Result) -> Any:
    """Draw the verdicts, with the checks of each claim."""
    from veche.analyses.claims.figure import figure

    return figure(result)
