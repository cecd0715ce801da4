"""Agreement between coders: do they see the same in the talk, code by code, and where do they differ?"""

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
    """Options of `agreement`."""

    unit: str = option(
        "turn",
        N_(
            "What is compared: turns, sentences or whole documents (is the code there or not), free segments (their "
            "boundaries), or characters (how far passages overlap)."
        ),
        choices=(N_("turn"), N_("sentence"), N_("document"), N_("segment"), N_("character")),
    )
    coefficient: str = option(
        "usual",
        N_(
            "Which coefficient stands first and on the figure. Usual: Krippendorff's alpha for units and documents, its u "
            "for segments, Cohen's kappa on characters."
        ),
        choices=(
            N_("usual"), N_("alpha"), N_("cohen_kappa"), N_("scott_pi"), N_("fleiss_kappa"), N_("conger_kappa"),
            N_("light_kappa"), N_("gwet_ac1"), N_("brennan_prediger"), N_("bennett_s"), N_("randolph_kappa"), N_("percent"),
            N_("holsti"), N_("u_alpha"), N_("segment_percent"), N_("segment_kappa"), N_("character_kappa"),
            N_("character_percent"), N_("jaccard"), N_("dice"),
        ),
    )  # fmt: skip
    codes: tuple[str, ...] = option((), N_("Codes to take; none: every code that one of the coders used."), kind="code")
    below: bool = option(False, N_("Count a code together with all codes below it."))
    by: str = option(
        "interviews",
        N_("What is drawn for the intervals: interviews, or units."),
        choices=(N_("interviews"), N_("units")),
    )
    resamples: int = option(1000, N_("Number of draws for the intervals; 0: no intervals."), low=0, high=100_000)
    confidence: float = option(0.95, N_("Level of the intervals."), low=0.5, high=0.999)
    alike: float = option(
        0.5, N_("Share of common characters from which two segments count as one passage."), low=0.01, high=1
    )
    gamma: bool = option(
        False, N_("Add gamma for each document (free segments of all codes together); takes long with many segments.")
    )
    seed: int = option(20260101, N_("Start of the random draws; the same gives the same."), low=0, high=2**31 - 1)


@analysis(
    "agreement",
    title=N_("Agreement between coders"),
    question=N_("Do the coders see the same, code by code, and where do they differ?"),
    method=N_(
        "Each code is a question of yes or no for every unit that both coders worked on: turns, sentences or documents; or "
        "its free segments are compared with their boundaries; or the characters marked with it. These designs are never "
        "mixed. Krippendorff's alpha, Cohen's kappa and the others take chance out; intervals draw interviews with "
        "replacement and compute all anew. What nobody coded is an answer; what a coder did not work on is missing. The "
        "agreed layer never enters (Krippendorff 2019; Krippendorff and others 2016; Gwet 2014)."
    ),
    phase="coding",
)
def agreement(evidence: Evidence, params: Params) -> Result:
    """Compare what several coders did on the same interviews."""
    from veche.analyses.agreement.compute import compute

    return compute(evidence, params)


@agreement.figure
def draw(result: Result) -> Any:
    """Draw the coefficient of each code with its interval and how common the code is."""
    from veche.analyses.agreement.figure import figure

    return figure(result)
