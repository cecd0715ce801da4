"""Power: who is named, who prevails, who holds office, who stands between others, and where these disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.actor_codes import NAMES
from veche.study.registry import analysis, option
from veche.words import N_

if TYPE_CHECKING:
    from veche.study.evidence import Evidence
    from veche.study.result import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Options of `power`."""

    names: tuple[str, ...] = option(
        NAMES, N_("Which office or actor a code of an actor means: code=last word of the key, one by one.")
    )
    topics: tuple[str, ...] = option(
        ("LEAD", "RES"), N_("Codes of talk about influence: who is coded in such an answer is named."), kind="code"
    )
    head: str = option("head", N_("Last word of the key of the office of head."))
    mono: str = option("LEAD.MONO", N_("Code for a single centre."), kind="code")
    poly: str = option("LEAD.POLY", N_("Code for several centres."), kind="code")
    not_first: str = option("LEAD.HEADNOT1", N_("Code for a head who is not first."), kind="code")
    minimum: int = option(3, N_("Fewest decisions, or judgements, for a rank or a verdict."), low=1, high=1000)
    reach: float = option(
        12.0, N_("How many months before its first day the event time of a wave begins."), low=0.0, high=120.0
    )
    confidence: float = option(0.95, N_("Level of the intervals."), low=0.5, high=0.999)


@analysis(
    "power",
    title=N_("Power"),
    question=N_("Who has power by name, by decisions and by office, and do these agree? Is the head first?"),
    method=N_(
        "Reputation: others who name an actor in an answer on influence / others asked. Decisions: what reporters tell of "
        "the same sources, targets and issue is one decision; success is the mean of (1 + stance x outcome)/2, beside it "
        "luck, the mean success of all on the same decisions (Barry 1980). Position: weights of the offices held on the "
        "last day of interviews. Between others: betweenness (Freeman 1977) and constraint (Burt 1992) in the network of ties. "
        "Centres: who says one, who says several. Agreement: Kendall's tau-b. Intervals: Wilson, over respondents or decisions. "
        "The measures are not added up."
    ),
)
def power(evidence: Evidence, params: Params) -> Result:
    """Compute the measures of power side by side, by town and wave, and compare their lists."""
    from veche.analyses.power.compute import compute

    return compute(evidence, params)


@power.figure
def draw(result: Result) -> Any:
    """Draw the lists side by side, one panel for a town and wave."""
    from veche.analyses.power.figure import figure

    return figure(result)
