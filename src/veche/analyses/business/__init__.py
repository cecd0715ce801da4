"""Town hall and firm: debtor, benefactor, partner, withdrawal, domination, by town and stage."""

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
    """Options of `business`."""

    root: str = option("BIZ", N_("Code whose subcodes are the models of town hall and firm."), kind="code")
    state: str = option("main_firm_state", N_("Attribute of the town in which the state of its main firm stands."))
    director: str = option(
        "director", N_("Key of the office that leads the firm, alone or after the town's key and a dot.")
    )
    office: str = option("head", N_("Key of the office of head, alone or after the town's key and a dot."))
    before: str = option("", N_("Earlier wave of the comparison to speak of; empty: chosen by the data."), kind="wave")
    after: str = option("", N_("Later wave of that comparison."), kind="wave")
    least_share: float = option(
        0.5, N_("Share of the votes from which a model is the model of a town."), low=0.01, high=1
    )
    least_reporters: int = option(3, N_("Fewest respondents who must speak of it."), low=1, high=1000)
    minimum: int = option(3, N_("Fewest interviews in a cell for an interval and a verdict."), low=1, high=1000)
    resamples: int = option(1000, N_("Bootstrap draws."), low=50, high=100_000)
    confidence: float = option(0.95, N_("Level of the intervals and of the verdicts."), low=0.5, high=0.999)
    seed: int = option(1, N_("Seed of the random draws: the same seed gives the same numbers."), low=0)


@analysis(
    "business",
    title=N_("Town hall and firm"),
    question=N_("How do town hall and firm deal with each other in each town and wave, and who says so?"),
    method=N_(
        "Every interview that tells of the firm has one vote, divided over the models it asserts; passages about small "
        "business alone are left out. The model of a town and wave is the one with the largest share of the votes, if "
        "that is at least the share and the number of respondents asked for; otherwise mixed. Intervals: respondents "
        "resampled within town. Leave one out: does the label stand whichever respondent is left out? Change: exact "
        "test of exchange of waves within respondents and towns (Fisher, Pitman), Holm over the models, for single "
        "towns over models and towns. The models: Chirikova and Ledyaev (debtor, benefactor, partner), withdrawal and "
        "domination added."
    ),
)
def business(evidence: Evidence, params: Params) -> Result:
    """Compute the votes for each model, the model of each town and wave with firm, owner and heads, and changes."""
    from veche.analyses.business.compute import compute

    return compute(evidence, params)


@business.figure
def draw(result: Result) -> Any:
    """Draw the votes of every town and wave as bars, with the state of the firm."""
    from veche.analyses.business.figure import figure

    return figure(result)
