"""The problem field: what elites name as difficulties of the town, and what of it lasts from wave to wave."""

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
    """Options of `problem_field`."""

    root: str = option("PROB", N_("Code whose subcodes are the problems."), kind="code")
    level: str = option(
        "leaves",
        N_("Rows: the codes without codes below them, or the codes directly below the root with all below them."),
        choices=("leaves", "children"),
    )
    before: str = option("", N_("Earlier wave of the comparison to speak of; empty: chosen by the data."), kind="wave")
    after: str = option("", N_("Later wave of that comparison."), kind="wave")
    minimum: int = option(3, N_("Fewest interviews in a cell for an interval and a verdict."), low=1, high=1000)
    resamples: int = option(1000, N_("Bootstrap draws."), low=50, high=100_000)
    confidence: float = option(0.95, N_("Level of the intervals and of the verdicts."), low=0.5, high=0.999)
    seed: int = option(1, N_("Seed of the random draws: the same seed gives the same numbers."), low=0)


@analysis(
    "problem_field",
    title=N_("Problem field"),
    question=N_("What problems do people name, and what lasts, comes and goes between waves?"),
    method=N_(
        "Share of interviews that assert a problem among those that could: asked, and inside its exposure window. "
        "Intervals: percentile bootstrap, respondents resampled within town with all their interviews; Wilson over "
        "respondents where nobody differs. New: not possible before and surely above 0 now, or named by none "
        "before and changed; vanished: named by none now and changed; risen, fallen: named in both waves and "
        "changed; lasting: surely above 0 in both waves and not changed; else uncertain. Changed: the interval of "
        "the difference leaves out 0 and an exact test of exchange of waves within respondents and towns, adjusted "
        "by Holm over the problems of the comparison (for single towns over problems and towns), reaches the "
        "level. Persistence: "
        "rank-biased overlap (Webber, Moffat and Zobel 2010), Kendall's tau-b, Jensen-Shannon divergence (Lin 1991) "
        "beside its value under exchange of waves."
    ),
)
def problem_field(evidence: Evidence, params: Params) -> Result:
    """Compute shares of interviews per problem, town and wave, their changes, and the persistence of the field."""
    from veche.analyses.problem_field.compute import compute

    return compute(evidence, params)


@problem_field.figure
def draw(result: Result) -> Any:
    """Draw the dumbbell of shares by wave: all towns together, then each town on the same rows."""
    from veche.analyses.problem_field.figure import figure

    return figure(result)
