"""Coalitions: who acts together in a town, for how long, for one task or for many, and whether that is a regime."""

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
    """Options of `coalitions`."""

    view: str = option(
        "timeline",
        N_("What the figure shows: coalitions in time, how long they last, or members from wave to wave."),
        choices=("timeline", "survival", "members"),
    )
    months: int = option(12, N_("Width of the windows of event time, in months."), low=1, high=120)
    theta: float = option(0.25, N_("Least mutual tone of allies."), low=0.01, high=1.0)
    reporters: int = option(2, N_("How many reporters an alliance needs in a window."), low=1, high=100)
    least: int = option(2, N_("Shortest coalition, in windows."), low=1, high=100)
    gap: int = option(0, N_("Gaps of a pair up to so many windows are filled."), low=0, high=100)
    term: float = option(
        60.0, N_("One electoral term, in months: a coalition of that length is long."), low=1.0, high=600.0
    )
    early: str = option(
        "truncate",
        N_("Coalitions whose beginning was not seen: under observation from then on, or left out of durations."),
        choices=("truncate", "drop"),
    )
    tactical: str = option("COAL.TACT", N_("Code for a coalition for one task."), kind="code")
    strategic: str = option("COAL.STRAT", N_("Code for a lasting coalition."), kind="code")
    entry: str = option("COAL.ENTRY", N_("Code for an agreement on entry."), kind="code")
    forced: str = option("COAL.FORCED", N_("Code for a coalition entered unwillingly."), kind="code")
    gain: str = option("COAL.BENEFIT", N_("Code for a member's gain."), kind="code")
    ended: str = option("COAL.BREAK", N_("Code for a break-up."), kind="code")
    public: tuple[str, ...] = option(("MOT.SERVICE", "MOT.ACHIEVE"), N_("Codes for motives of the public good."))
    corporate: tuple[str, ...] = option(("MOT.CORP",), N_("Codes for motives of a firm or body."))
    own: tuple[str, ...] = option(("MOT.GAIN", "MOT.POWER", "MOT.CAREER"), N_("Codes for motives of one's own."))
    regime: str = option("REG.FULL", N_("Code for an urban regime."), kind="code")
    resamples: int = option(200, N_("Bootstrap draws."), low=50, high=100_000)
    confidence: float = option(0.95, N_("Level of the intervals."), low=0.5, high=0.999)
    seed: int = option(1, N_("Seed of the random draws: the same seed gives the same numbers."), low=0)


@analysis(
    "coalitions",
    title=N_("Coalitions"),
    question=N_("Who acts together, for how long, for one task or for many, and is it an urban regime?"),
    method=N_(
        "A pair is allied in a window of event time if its mutual tone, the lower of both directions shrunk by one vote, "
        "reaches the threshold, or enough reporters tell of a joint action or a shared side, and neither direction is "
        "as low as minus the threshold. A coalition is a group all of whose pairs are allied in every window of a run, "
        "in no larger group with the same run. Strategic: the least of length (part of a term), breadth (1 - 1/effective "
        "number of issues) and reciprocity of gains exceeds 1/2; tactical: the lesser of 1 - length and 1 - breadth does; "
        "else mixed. Reporters have one vote on an issue or gain. Ends are known up to the window: Turnbull's curve "
        "(1976) uses the intervals, Kaplan and Meier's the windows; intervals resample towns. Regime: the least of four "
        "criteria after Mossberger and Stoker (2001)."
    ),
)
def coalitions(evidence: Evidence, params: Params) -> Result:
    """Find the coalitions of every town, judge them, and measure how long they last."""
    from veche.analyses.coalitions.compute import compute

    return compute(evidence, params)


@coalitions.figure
def draw(result: Result) -> Any:
    """Draw the coalitions in time, or their survival, or their members from wave to wave."""
    from veche.analyses.coalitions.figure import figure

    return figure(result)
