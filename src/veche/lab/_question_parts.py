"""What the answers share: arms compared pair by pair, and differences in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from veche.lab.asking import Basis
from veche.study.errors import N_
from veche.words import _, number, say

if TYPE_CHECKING:
    import pandas as pd

#: what is asked, by question
TITLES: Mapping[str, str] = {
    "mechanism": N_("Which mechanism carries the head's control?"),
    "selection": N_("Would the assembly be manageable without selection at the entrance?"),
    "intervention": N_("What if the federal intervention had lasted six months, or had not come?"),
    "horizon": N_("How long a horizon does a partnership need?"),
}
#: what the rows of a comparison are called
OBSERVED_WORDS: Mapping[str, str] = {
    "yes_share": N_("share of yes votes"),
    "adoption": N_("proposals adopted"),
    "tone": N_("tone (1: obedience)"),
    "control": N_("control by the head"),
    "competence": N_("competence of deputies"),
    "partner_end": N_("partnership at the end"),
    "partnership_share": N_("months in partnership"),
    "growth": N_("development a year"),
}


def arms_table(
    basis: Basis, arms: Mapping[str, pd.DataFrame], names: Mapping[str, str], observables: tuple[str, ...]
) -> pd.DataFrame:
    """Mean and interval of each observable in each arm, and of the difference to the first arm, pair by pair."""
    import pandas as pd

    base = arms[next(iter(arms))]
    rows = []
    for name in observables:
        for arm, frame in arms.items():
            mean, low, high = basis.interval(frame[name].to_numpy())
            change, change_low, change_high = basis.interval((frame[name] - base[name]).to_numpy())
            rows.append(
                {
                    "observable": name, "label": _(OBSERVED_WORDS[name]), "arm": arm, "arm_label": names[arm], "mean": mean,
                    "low": low, "high": high, "change": change, "change_low": change_low, "change_high": change_high,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def signed(value: float, digits: int = 3) -> str:
    """Write a number with its sign."""
    return ("+" if value > 0 else "") + number(value, digits)


def points(value: float) -> str:
    """Write a difference of shares in percentage points, with its sign."""
    return say(_("{points} points"), points=signed(100 * value, 0))


def more(value: float) -> str:
    """Write a difference of shares as more or fewer."""
    size = number(abs(100 * value), 0)
    if size == number(0, 0):
        return _("no more and no fewer")
    return say(_("{points} points more"), points=size) if value > 0 else say(_("{points} points fewer"), points=size)
