"""Models of interaction: how the executive and the assembly of a town deal with each other, by town and wave."""

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
    """Options of `interaction_models`."""

    time: str = option(
        "present",
        N_(
            "Which statements a wave holds: those told in it of its own time; of its time, whenever told; or all told "
            "in it."
        ),
        choices=("present", "event", "telling"),
    )
    reach: float = option(12.0, N_("Months by which the time of a wave begins before its first day."), low=0, high=120)
    undated: str = option(
        "telling",
        N_("Events without a date: taken as of the day of telling, or left out."),
        choices=("telling", "leave"),
    )
    first_hand: bool = option(False, N_("Only what speakers know at first hand."))
    least_share: float = option(0.5, N_("Least membership by which a case is given to a model."), low=0.1, high=1)
    least_reporters: int = option(3, N_("Fewest reporters who must support a model."), low=2, high=100)
    lasting: float = option(12.0, N_("Months of conflict that make a rival camp a lasting one."), low=0, high=240)
    ready_code: str = option("TONE.READY", N_("Code of the readiness to mend relations; empty: none."), kind="code")
    resamples: int = option(1000, N_("Bootstrap draws, and draws of the tests of change."), low=50, high=100_000)
    confidence: float = option(0.95, N_("Level of the intervals and of the verdicts."), low=0.5, high=0.999)
    seed: int = option(1, N_("Seed of the random draws: the same seed gives the same numbers."), low=0)


@analysis(
    "interaction_models",
    title=N_("Models of interaction"),
    question=N_("How do head and assembly deal with each other, which ways work, and in what tone?"),
    method=N_(
        "Statements between executive and assembly; every reporter has one vote, divided over what he tells. 2014: "
        "share of the votes on the executive's ways. 2015 and 2016: a rule of four questions, answered as degrees: "
        "does the executive prevail (outcomes of contested acts), is there a lasting rival camp (share of reporters "
        "who tell of one), are outcomes settled beforehand by who sits there, which way prevails; a type is the least "
        "of the answers it asks for. A case is given to a model whose membership leads, reaches the least share and "
        "has enough reporters; else it is mixed. Intervals: bootstrap over reporters; left out one by one beside. "
        "Success of a way: achieved 1, partly 1/2, failed 0, mean over reporters, Wilson's and exact intervals on "
        "their number. Change: exchange of waves within reporters and towns, adjusted by Holm."
    ),
)
def interaction_models(evidence: Evidence, params: Params) -> Result:
    """Compute memberships, labels, answers, techniques, tone, readiness and their changes."""
    from veche.analyses.interaction_models.compute import compute

    return compute(evidence, params)


@interaction_models.figure
def draw(result: Result) -> Any:
    """Draw towns by tone, membership in the models of 2014, and attempts at pressure."""
    from veche.analyses.interaction_models.figure import figure

    return figure(result)
