"""What the fieldwork amounts to, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from veche.analyses._shared.places import ALL, listed
from veche.study.places import Wave
from veche.words import N_, _, ngettext, percent, say

if TYPE_CHECKING:
    import pandas as pd


def finding(main: pd.DataFrame, missing: pd.DataFrame, waves: Sequence[Wave], wave: str = "") -> list[str]:
    """Say in sentences who came back, how many interviews there are, where people were lost, and what is missing.

    Parameters
    ----------
    main, missing
        The tables ``fieldwork`` and ``missing``.
    waves
        Waves with interviews, in order.
    wave
        Key of the wave whose return is told; empty: the one that came back to most people.
    """
    together = main[main["town"] == ALL]
    if not len(together):
        return [_("There is no interview in this selection.")]
    labels = {one.key: one.label or one.key for one in waves}
    counts = [f"{row['interviews']} ({labels[row['wave']]})" for _index, row in together.iterrows()]
    said = []
    chosen = wave or together.sort_values("before", ascending=False)["wave"].iloc[0]
    row = together[together["wave"] == chosen].iloc[0]
    if row["before"]:
        said.append(
            ngettext(
                "Of {before} respondent of the wave before, {again} spoke again in {wave} ({share}).",
                "Of {before} respondents of the wave before, {again} spoke again in {wave} ({share}).",
                int(row["before"]),
            ).format(
                before=row["before"],
                again=row["again"],
                wave=labels[chosen],
                share=percent(row["again"] / row["before"]),
            )
        )
        said += _worst(main[(main["town"] != ALL) & (main["wave"] == chosen) & (main["lost"] > 0)])
    said.append(say(N_("Interviews: {counts}."), counts=listed(counts)))
    if len(missing):
        said.append(say(N_("Branches not heard in a town and wave although heard elsewhere: {n}."), n=len(missing)))
    return said


def _worst(towns: pd.DataFrame) -> list[str]:
    """Name the town that lost the largest share of its people, if it is one."""
    worst = towns[towns["attrition"] == towns["attrition"].max()]
    if len(towns) < 2 or len(worst) > 1:
        return []
    row = worst.iloc[0]
    return [
        say(
            N_("Most were lost in {town}: {lost} of {before}."),
            town=row["place"],
            lost=row["lost"],
            before=row["before"],
        )
    ]
