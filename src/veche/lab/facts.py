"""The stylised facts by which the model is judged, SF1 to SF12, and what the model does not show: each computed, none stated.

A check has a claim, a metric, a bound and a value; the verdict is whether the value is within the bound. Claims that the model must not be used
for stand in the same table, and are computed in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from veche.lab._facts_box import Box, losing, rank_correlation, recovered, run_box
from veche.lab._facts_settings import INITIATIVES, SETTINGS, TURNOVER, Settings, run_settings, steepest
from veche.lab._parallel import Progress, Stop
from veche.lab._whole import whole_from
from veche.lab.attribution import ALL, CONFRONTATION, PLAYERS, SUBSETS, Player, mask
from veche.study.errors import N_

if TYPE_CHECKING:
    import pandas as pd

Sort = Literal["fact", "limit"]
#: the most runs of all settings together that stand beside the box in one call
SETTING_RUNS = 400


@dataclass(frozen=True, slots=True)
class Check:
    """One number against its bound. Claim and metric are marked for translation; the bounds include their ends unless `strict`."""

    id: str
    sort: Sort
    claim: str
    metric: str
    value: float
    low: float = -math.inf
    high: float = math.inf
    strict: bool = False

    @property
    def holds(self) -> bool:
        """Is the value within the bound? An undefined value is not."""
        if self.strict:
            return self.low < self.value < self.high
        return self.low <= self.value <= self.high

    @property
    def bound(self) -> str:
        """Write the bound: at least, at most, or between."""
        if self.low == -math.inf:
            return f"{'<' if self.strict else '≤'} {self.high:g}".replace("-", "−")
        if self.high == math.inf:
            return f"{'>' if self.strict else '≥'} {self.low:g}".replace("-", "−")
        return f"{self.low:g} – {self.high:g}".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Facts:
    """All checks, with what they rest on."""

    checks: tuple[Check, ...]
    points: int
    runs: int
    setting_runs: int
    seed: int

    @property
    def missed(self) -> tuple[Check, ...]:
        """Checks outside their bounds."""
        return tuple(one for one in self.checks if not one.holds)

    @property
    def table(self) -> pd.DataFrame:
        """Give one row per check, in English."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "id": one.id, "sort": one.sort, "claim": one.claim, "metric": one.metric, "bound": one.bound, "value": one.value,
                    "holds": one.holds,
                }
                for one in self.checks
            ]
        )  # fmt: skip


CLAIMS = {
    "SF1": N_("Pressure is not needed."),
    "SF2": N_("Pressure is not sufficient either."),
    "SF3": N_("Latent dependence does matter."),
    "SF4": N_("Selection at the entrance makes the assembly manageable."),
    "SF5": N_("It does so at a price in competence."),
    "SF6": N_("Without strategic coalitions policy is turbulent."),
    "SF7": N_("Coalitions need a horizon and means."),
    "SF8": N_("Institutions are inert all the same."),
    "SF9": N_("Partnership brings growth under constraint."),
    "SF10": N_("Federal interference breaks it, long interference for good."),
    "SF11": N_("Working consensus is typical."),
    "SF12": N_("All types of interaction occur and follow conditions."),
    "(i)": N_(
        "Stability rests on a platform of long-run ideals that weighs members' interests, not on coalitions as such."
    ),
    "(ii)": N_("Waiting hardly changes control; temporising is mostly blockage."),
    "(iii)": N_("L-kurtosis is higher with strategic coalitions, not lower."),
    "(iv)": N_("That partnership brings growth is assumed; what emerges is when it forms and ends."),
    "(v)": N_("Faster turnover of heads shortens links; the share of months in coalition stays."),
    "(vi)": N_("Votes hide antagonism: the head does not table what would fail."),
}


def stylised_facts(
    *, points: int = 1000, runs: int = 8, setting_runs: int = SETTING_RUNS, seed: int = 1, workers: int | None = None,
    progress: Progress | None = None, stop: Stop | None = None,
) -> Facts:  # fmt: skip
    """Compute all stylised facts, and what the model does not show.

    Parameters
    ----------
    points, runs
        Points of the condition box, and runs of each with each subset of mechanisms.
    setting_runs
        Runs of each single setting.

    Raises
    ------
    InputProblem
        For fewer than 20 points, 2 runs, or 20 runs of a setting.
    Cancelled
        If `stop` says so.
    """
    whole_from(20, points=points, setting_runs=setting_runs)
    whole_from(2, runs=runs)
    weights = points * runs * (SUBSETS + 3), setting_runs * len(SETTINGS)

    def part(first: bool) -> Progress | None:
        """Tell the progress of one of the two parts as that of the whole, in thousandths."""
        if progress is None:
            return None
        tell, before, weight = progress, 0 if first else weights[0], weights[0 if first else 1]
        return lambda done, total: tell(round(1000 * (before + weight * done / total) / sum(weights)), 1000)

    box = run_box(points, runs, seed=seed, workers=workers, progress=part(True), stop=stop)
    settings = run_settings(runs=setting_runs, seed=seed, workers=workers, progress=part(False), stop=stop)
    return Facts((*_facts(box, settings), *_limits(box, settings)), points, runs, setting_runs, seed)


def _fact(
    number: str, metric: str, value: float, low: float = -math.inf, high: float = math.inf, *, strict: bool = False
) -> Check:  # fmt: skip
    return Check(number, "fact", CLAIMS[number], metric, value, low, high, strict)


def _limit(
    number: str, metric: str, value: float, low: float = -math.inf, high: float = math.inf, *, strict: bool = False
) -> Check:  # fmt: skip
    return Check(number, "limit", CLAIMS[number], metric, value, low, high, strict)


def _facts(box: Box, settings: Settings) -> Iterator[Check]:
    yield from _mechanisms(box)
    yield from _entrance(settings)
    yield from _coalitions(box, settings)
    yield from _partnership(settings)
    yield from _consensus(box)
    yield from _types(box)


def _mechanisms(box: Box) -> Iterator[Check]:
    everything, without_dependence = box.control(ALL), box.control(ALL & ~mask(("coercion",)))
    lost = losing(everything, box.seen("control", "use_press"))
    yield _fact("SF1", N_("share of points that lose more than 0.05 of control without pressure"), lost, high=0.10)
    yield _fact(
        "SF2", N_("share of the gained control that pressure alone recovers, median"), recovered(box), high=0.40
    )
    alone = losing(everything, box.control(mask(("coercion",))))
    yield _fact("SF2", N_("share of points where pressure alone is worse than all by more than 0.05"), alone, low=0.75)
    latent = losing(everything, without_dependence)
    yield _fact("SF3", N_("share of points that lose more than 0.05 of control without sanctions"), latent, 0.25, 0.65)


def _entrance(settings: Settings) -> Iterator[Check]:
    free, chosen = "entrance.free", "entrance.chosen"

    def gain(name: str) -> float:
        return settings.mean(chosen, name) - settings.mean(free, name)

    yield _fact("SF4", N_("control gained by full selection"), gain("control"), low=0.15)
    yield _fact("SF4", N_("share of yes votes gained"), gain("yes_share"), low=0.12)
    yield _fact("SF4", N_("share of decisions with pressure, change"), gain("pressed_decisions"), high=-0.3)
    yield _fact("SF5", N_("mean competence of deputies"), settings.mean(chosen, "competence"), high=-0.35)


def _coalitions(box: Box, settings: Settings) -> Iterator[Check]:
    fewer = settings.mean("platform.0", "reversals") - settings.mean("platform.1", "reversals")
    ratio = _ratio(settings, "platform")
    yield _fact("SF6", N_("spread of monthly change without coalitions, times that with them"), ratio, low=1.08)
    yield _fact("SF6", N_("share of reversals without coalitions, less that with them"), fewer, low=0.08)
    share = box.seen("coalition_share")
    horizon, means = (rank_correlation(share, box.condition(name)) for name in ("delta0", "R"))
    yield _fact("SF7", N_("rank correlation of the share of coalition with the horizon"), horizon, low=0.2)
    yield _fact("SF7", N_("rank correlation of the share of coalition with means"), means, low=0.15)
    often = share > 0.5
    better = (box.seen("head_flow") > box.seen("head_flow", "use_link"))[often]
    worth = float(np.mean(better)) if often.any() else math.nan
    yield _fact("SF7", N_("share of points with much coalition where the head is better off with it"), worth, low=0.8)
    for arm, metric in (
        (0, N_("L-kurtosis of monthly change without coalitions")),
        (1, N_("L-kurtosis of monthly change with coalitions")),
    ):
        yield _fact("SF8", metric, settings.mean(f"platform.{arm}", "l_kurtosis"), low=0.30)


def _ratio(settings: Settings, name: str) -> float:
    return settings.mean(f"{name}.0", "turbulence") / settings.mean(f"{name}.1", "turbulence")


def _partnership(settings: Settings) -> Iterator[Check]:
    rare, usual, frequent = (f"initiative.{chance}" for chance in INITIATIVES)
    end = "partner_end"
    yield _fact("SF9", N_("partners at the end, initiatives rare"), settings.mean(rare, end), high=0.05)
    yield _fact("SF9", N_("partners at the end, initiatives usual"), settings.mean(usual, end), low=0.8)
    yield _fact("SF9", N_("partners at the end, initiatives frequent"), settings.mean(frequent, end), low=0.95)
    yield _fact("SF9", N_("growth per year, initiatives rare"), settings.mean(rare, "growth"), high=0, strict=True)
    yield _fact(
        "SF9",
        N_("growth per year of partners, initiatives usual"),
        settings.growth_of_partners(usual),
        low=0,
        strict=True,
    )
    yield _fact(
        "SF9", N_("growth per year, initiatives frequent"), settings.mean(frequent, "growth"), low=0, strict=True
    )
    back = "partner_back"
    yield _fact("SF10", N_("partnerships that return after 6 months"), settings.mean("broken.6", back), low=0.75)
    yield _fact("SF10", N_("partnerships that return after 48 months"), settings.mean("broken.48", back), high=0.15)
    start, stop = steepest(settings)
    yield _fact("SF10", N_("months of intervention where the return falls most: from"), start, 12, 24)
    yield _fact("SF10", N_("months of intervention where the return falls most: to"), stop, 12, 24)
    yield _fact(
        "SF10", N_("partners at the end without capital at the start"), settings.mean("memory.0", end), high=0.25
    )
    yield _fact(
        "SF10", N_("partners at the end with full capital at the start"), settings.mean("memory.1", end), low=0.85
    )


def _consensus(box: Box) -> Iterator[Check]:
    yes, tone, adoption = (box.seen(name) for name in ("yes_share", "tone", "adoption"))
    working = ~(yes >= 0.9) & ~((tone < 0) | (adoption < 0.5))
    yield _fact("SF11", N_("share of points with neither unanimity nor conflict"), float(np.mean(working)), low=0.75)


#: mechanism, condition, bound of the rank correlation (positive: at least; negative: at most), metric
_FOLLOWS: tuple[tuple[Player, str, float, str], ...] = (
    ("coercion", "S", 0.4, N_("coercion follows the capacity to sanction")),
    ("coercion", "omega", -0.2, N_("coercion follows the deputies' independence")),
    ("manipulation", "iota", 0.5, N_("manipulation follows the information advantage")),
    ("manipulation", "kappa", -0.2, N_("manipulation follows the deputies' sophistication")),
    ("entrance", "sel", 0.3, N_("selection at the entrance follows its capacity")),
    ("entrance", "pol", 0.2, N_("selection at the entrance follows the cleavage")),
    ("bargaining", "R", 0.2, N_("bargaining follows means")),
    ("bargaining", "lam_free", -0.1, N_("bargaining follows the deputies' loyalty")),
)
_TYPES = {
    "entrance": N_("share of points where entrance carries control"),
    "coercion": N_("share of points where coercion carries control"),
    "manipulation": N_("share of points where manipulation carries control"),
    "bargaining": N_("share of points where bargaining carries control"),
}


def _types(box: Box) -> Iterator[Check]:
    for player in PLAYERS:
        yield _fact("SF12", _TYPES[player], box.types[player], low=0.03)
    yield _fact("SF12", N_("share of points in confrontation"), box.types[CONFRONTATION], low=0.02)
    for mechanism, name, bound, metric in _FOLLOWS:
        found = rank_correlation(box.share_of(mechanism), box.condition(name))
        yield _fact("SF12", metric, found, *((bound, math.inf) if bound > 0 else (-math.inf, bound)))
    by_type = box.temporising_by_type()
    others = max(value for player, value in by_type.items() if player != "bargaining")
    lead = by_type["bargaining"] - others
    yield _fact("SF12", N_("temporising where bargaining carries control, less that of the next type"), lead, low=0.0)


def _limits(box: Box, settings: Settings) -> Iterator[Check]:
    selfish = _ratio(settings, "selfish")
    yield _limit(
        "(i)", N_("spread without coalitions, times that with them, members without weight"), selfish, high=1.08
    )
    steadier = settings.mean("flexible.0", "reversals") - settings.mean("flexible.1", "reversals")
    yield _limit(
        "(i)", N_("share of reversals saved by coalitions, contract of momentary interests"), steadier, high=0.08
    )
    moved = np.abs(box.control(ALL) - box.seen("control", "use_wait"))
    yield _limit(
        "(ii)", N_("change of control without waiting, median over the points"), float(np.median(moved)), high=0.03
    )
    blocked, waiting = float(np.nansum(box.seen("blocked"))), float(np.nansum(box.seen("waiting")))
    yield _limit("(ii)", N_("share of blockage in temporising"), blocked / (blocked + waiting), low=0.5)
    more = settings.mean("platform.1", "l_kurtosis") - settings.mean("platform.0", "l_kurtosis")
    yield _limit("(iii)", N_("L-kurtosis with coalitions, less that without"), more, low=0.0)
    poor, rich = f"poor.{INITIATIVES[2]}", f"initiative.{INITIATIVES[2]}"
    yield _limit(
        "(iv)",
        N_("growth per year of partners where partnership adds no more than is lost"),
        settings.growth_of_partners(poor),
        high=0.0,
    )
    same = abs(settings.mean(poor, "partner_end") - settings.mean(rich, "partner_end"))
    yield _limit("(iv)", N_("change of the partners at the end, all else the same"), same, high=0.0)
    slow, fast = (f"turnover.{chance}" for chance in TURNOVER)
    shorter = settings.length_of_links(fast) / settings.length_of_links(slow)
    yield _limit("(v)", N_("length of links under fast turnover, times that under slow"), shorter, high=0.75)
    share = abs(settings.mean(fast, "coalition_share") - settings.mean(slow, "coalition_share"))
    yield _limit("(v)", N_("change of the share of months in coalition"), share, high=0.1)
    yield from _hidden(box)


def _hidden(box: Box) -> Iterator[Check]:
    """Compare the quarter of the points with the least loyal deputies to the most loyal quarter: proposals fall, adoption does not."""
    loyalty = box.condition("lam_free")
    low, high = np.quantile(loyalty, (0.25, 0.75))
    hostile, loyal = loyalty <= low, loyalty >= high
    proposed, adoption = box.seen("proposed"), box.seen("adoption")
    fewer = float(np.nanmean(proposed[hostile]) / np.nanmean(proposed[loyal]))
    yield _limit("(vi)", N_("proposals to hostile assemblies, times those to loyal ones"), fewer, high=0.9)
    yield _limit(
        "(vi)", N_("share of proposals adopted by hostile assemblies"), float(np.nanmean(adoption[hostile])), low=0.85
    )
