"""Informants as measurement: what is judged when reporters disagree, and who speaks higher or lower than others."""

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
    """Options of `informants`."""

    scale: str = option(
        "MOT.LEVEL", N_("Ordered scale: a value set of the codebook, such as MOT.LEVEL, EFF.LEVEL, TONE.")
    )
    groups: str = option(
        "speaker",
        N_(
            "Groups of reporters: by their distance to the head (outsiders are the measure), or by branch (experts are)."
        ),
        choices=("speaker", "branch"),
    )
    draws: int = option(1000, N_("Draws kept of each chain."), low=100, high=100_000)
    warmup: int = option(500, N_("Steps of each chain thrown away."), low=100, high=100_000)
    chains: int = option(4, N_("Chains."), low=2, high=16)
    sampler: str = option(
        "gibbs", N_("Sampler: gibbs is built in; nuts needs the extra bayes (numpyro)."), choices=("gibbs", "nuts")
    )
    thresholds: float = option(
        1.5,
        N_("Prior: standard deviation of the first threshold; gaps have half of it, in logarithms."),
        low=0.1,
        high=10,
    )
    group_shift: float = option(0.75, N_("Prior: standard deviation of the shifts of groups."), low=0.05, high=10)
    own_shift: float = option(
        0.5, N_("Prior: scale of the spread of reporters within their groups."), low=0.05, high=10
    )
    reliability: float = option(
        0.3, N_("Prior: scale of the spread of the logarithms of reliability."), low=0.02, high=5
    )
    sensitivity: bool = option(True, N_("Fit again with other priors and show how far the estimates move."))
    confidence: float = option(0.95, N_("Level of the intervals and of the verdicts."), low=0.5, high=0.999)
    seed: int = option(1, N_("Seed of the random draws: the same seed gives the same numbers."), low=0)


@analysis(
    "informants",
    title=N_("Informants as measurement"),
    question=N_("What level do reporters who disagree add up to, and who judges higher or lower than the others?"),
    method=N_(
        "Bayesian ordinal measurement model, the idea of V-Dem's (Pemstein et al. 2022): each place and period has a "
        "hidden level (standard normal), each reporter a reliability and a shift of the thresholds, each group of "
        "reporters a shift of its own against the first group. Every level that an interview asserts is one judgement. "
        "Priors are options and stated below; with other priors (shifts half and twice as wide, equal reliability) the "
        "estimates are made again. Intervals are posterior quantiles; higher or lower: the interval leaves "
        "out 0 at a level that holds for all groups, or all reporters, together (Bonferroni)."
    ),
)
def informants(evidence: Evidence, params: Params) -> Result:
    """Compute levels of places and periods, shifts of groups and reporters, and what other priors would give."""
    from veche.analyses.informants.compute import compute

    return compute(evidence, params)


@informants.figure
def draw(result: Result) -> Any:
    """Draw levels as told and as measured, and who deviates."""
    from veche.analyses.informants.figure import figure

    return figure(result)
