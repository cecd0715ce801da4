"""What the measurement of informants says, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veche.analyses._shared.places import listed
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    import pandas as pd


def sentence(groups: pd.DataFrame, reporters: pd.DataFrame, cases: pd.DataFrame) -> str:
    """Say which groups judge higher or lower than the first, how many single reporters do, and of how many cases nothing is known."""
    compared = int((reporters["verdict"] != "").sum())
    if not compared:
        return _("No two reporters judge the same place and period, so that nothing is measured.")
    if len(groups) < 2:
        lead = _("All reporters belong to one group, so that no group can deviate.")
    elif not (groups["verdict"] != "").any():
        lead = _("No group of reporters can be compared with another.")
    else:
        told = [
            say(_TOLD[row["verdict"]], group=row["group"], shift=number(abs(row["shift"])), low=number(row["low"]), high=number(row["high"]))
            for _label, row in groups.iterrows()
            if row["verdict"] in _TOLD
        ]  # fmt: skip
        first = str(groups["group"].iloc[0])
        lead = (
            say(N_("Measured by {first}: {told}."), first=first, told=listed(told))
            if told
            else say(N_("No group surely judges higher or lower than {first}."), first=first)
        )
    several = reporters[reporters["verdict"].isin(["higher", "lower"])]
    one = say(N_("Single reporters who surely deviate: {n} of {all}."), n=len(several), all=compared)
    alone = int((cases["respondents"] < 2).sum())
    rest = say(
        N_("Places and periods with one reporter only, which have no level: {n} of {all}."), n=alone, all=len(cases)
    )
    return f"{lead} {one} {rest}" if alone else f"{lead} {one}"


_TOLD = {
    "higher": N_("{group} judge higher by {shift} ({low} to {high})"),
    "lower": N_("{group} judge lower by {shift} ({low} to {high})"),
}
