"""One centre or several, and whether the head is first: what people say, beside what the lists show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from veche.analyses._shared.centres import UNKNOWN, Judges, head_first, pattern, votes
from veche.analyses._shared.influence import Arena, Standing
from veche.analyses._shared.places import listed
from veche.analyses._shared.remarks import ONE_REPORTER
from veche.measures.divergence import kendall_tau_b
from veche.measures.proportions import wilson
from veche.words import N_, _

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.power import Params

LISTS = ("reputation", "success", "position")
FEW = N_("too few judge how many centres there are")
NOBODY = N_("nobody is named by two others")
VACANT = N_("nobody held the office of head on the last day of interviews")


def table(found: Sequence[Arena], judged: Judges, params: Params) -> pd.DataFrame:
    """Make the table of centres, one row for a town and wave."""
    import pandas as pd

    rows = {one.key: _row(one, judged, params) for one in found}
    columns = [
        "town", "place", "wave", "pattern", "said_one", "said_several", "share_one", "low", "high", "head", "first_named",
        "first_success", "first_position", "head_is", "said_not_first", "asked", "share_not_first", "not_first_low",
        "not_first_high", "named_and_success", "named_and_position", "success_and_position", "reason",
    ]  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns) if rows else pd.DataFrame(columns=columns)


def _row(one: Arena, judged: Judges, params: Params) -> list[object]:
    centre, several = votes(one, judged)
    voices, judging = len(centre) + len(several), len(centre | several)
    asked, said = judged.asked(one, "not_first"), judged.people(one, "not_first")
    kind, head = pattern(one, judged, params.minimum), head_first(one)
    leaders = [listed([one.name(a) for a in one.first(name, params.minimum)]) for name in LISTS]
    alone = judging == 1 or len(asked) == 1
    reasons = [
        _(reason) for reason, holds in (
            (ONE_REPORTER, alone), (FEW, kind == UNKNOWN), (VACANT, not one.head), (NOBODY, not one.first("reputation")),
        ) if holds
    ]  # fmt: skip
    return [
        one.town.key, one.town.name, one.wave.key, kind, len(centre), len(several), *_share(len(centre), voices if judging > 1 else 0, params),
        listed(sorted(one.acts.parties.name(h) for h in one.head)), *leaders, head, len(said), len(asked),
        *_share(len(said), len(asked), params), *agreements(one, params.minimum), "; ".join(reasons),
    ]  # fmt: skip


def _share(yes: int, asked: int, params: Params) -> tuple[float, float, float]:
    if asked < 2:
        return float("nan"), float("nan"), float("nan")
    bounds = wilson(yes, asked, params.confidence)
    return yes / asked, float(bounds.low), float(bounds.high)


def agreements(one: Arena, minimum: int) -> tuple[float, float, float]:
    """Kendall's tau-b of the lists, two by two, over actors of the town that both rank; NaN below three of them."""
    pairs = (("reputation", "success"), ("reputation", "position"), ("success", "position"))
    return tuple(_tau(one, *pair, minimum) for pair in pairs)  # type: ignore[return-value]


def _tau(one: Arena, first: str, second: str, minimum: int) -> float:
    def worth(standing: Standing, name: str) -> float:
        # not being named by two others is a low rank here, not a missing one
        if name == "reputation":
            return standing.share if standing.asked > 1 else float("nan")
        return one.worth(standing, name, minimum)

    both = [(worth(s, first), worth(s, second)) for s in one.standings if one.local(s.actor)]
    known = [(a, b) for a, b in both if a == a and b == b]
    if len(known) < 3:
        return float("nan")
    a, b = zip(*known, strict=True)
    return kendall_tau_b(a, b)
