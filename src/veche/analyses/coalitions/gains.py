"""Who gains from a coalition, as its supporting statements tell: one row for each member."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from veche.analyses._shared.coalitions import Coalition
from veche.analyses._shared.places import listed, row_label
from veche.measures.proportions import wilson
from veche.study.result import Grounds
from veche.words import N_, _

if TYPE_CHECKING:
    import pandas as pd

NOBODY = N_("no benefit is known")


def table(found: Sequence[Coalition], confidence: float) -> pd.DataFrame:
    """Make the table of gains: of the reporters of a coalition who name a gain, how many say that a member gained."""
    import pandas as pd

    rows, index = [], []
    for one in found:
        acts = one.field.acts
        telling = {int(acts.reporter[a]) for a in one.gaining()}
        for member, actor in zip(one.spell.members, one.members, strict=True):
            told = _acts(one, member)
            who = {int(acts.reporter[a]) for a in told}
            bounds = wilson(len(who), len(telling), confidence) if telling else None
            issues = sorted({acts.statements[a].issue or "" for a in told} - {""})
            index.append(row_label(one.key, actor.key))
            rows.append((
                one.field.town.key, one.field.town.name, one.key, actor.name, len(who), len(telling),
                len(who) / len(telling) if telling else np.nan,
                float(bounds.low) if bounds else np.nan, float(bounds.high) if bounds else np.nan,
                listed(issues), "" if telling else _(NOBODY),
            ))  # fmt: skip
    columns = [
        "town", "place", "coalition", "actor", "say_gained", "tell_gains", "share_gained", "low", "high", "gained_in",
        "reason",
    ]  # fmt: skip
    return pd.DataFrame(rows, index=index, columns=columns)


def _acts(one: Coalition, member: int) -> list[int]:
    return [a for a in one.gaining() if member in one.winners[a]]


def grounds(one: Coalition, actor_key: str) -> Grounds:
    """Give the statements that say a member gained, and those that name other gainers only."""
    acts = one.field.acts
    member = next(i for i, actor in zip(one.spell.members, one.members, strict=True) if actor.key == actor_key)
    told = _acts(one, member)
    first = tuple(dict.fromkeys(acts.statements[a].id for a in told))
    rest = dict.fromkeys(acts.statements[a].id for a in one.gaining())
    return Grounds(first, tuple(i for i in rest if i not in set(first)))
