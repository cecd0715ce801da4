"""What turbulence says, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.places import listed
from veche.words import N_, number, say

if TYPE_CHECKING:
    import pandas as pd

BEYOND = "beyond chance"


@dataclass(frozen=True, slots=True)
class Finding:
    """Where more changed than chance gives, what was too thin, and the rows spoken of."""

    beyond: str
    rest: str
    rows: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Both together."""
        return " ".join(part for part in (self.beyond, self.rest) if part)


def finding(table: pd.DataFrame, inertia: pd.DataFrame) -> Finding:
    """Say in which towns more changed than chance gives.

    Parameters
    ----------
    table, inertia
        The tables of the result.
    """
    if not len(table):
        return Finding(say(N_("No town was visited in two waves and spoken of in both.")), "")
    known = table[table["composite"].notna()].sort_values("composite", ascending=False)
    thin = table[table["composite"].isna()]
    lacking = (
        say(N_("Not enough evidence: {places}."), places=listed([_step(row) for _k, row in thin.iterrows()]))
        if len(thin)
        else ""
    )
    if not len(known):
        return Finding(say(N_("In no town is there enough evidence to measure turbulence.")), lacking)
    proven = known[known["beyond"] == BEYOND]
    spoken = _spoken(inertia)
    if not len(proven):
        said = say(N_("In no town does turbulence exceed what chance gives."))
        return Finding(said, " ".join(part for part in (spoken, lacking) if part), tuple(map(str, known.index[:3])))
    named = [f"{_step(row)} ({number(row['composite'])})" for _k, row in proven.iterrows()]
    said = say(N_("More changed than chance gives in {places}."), places=listed(named))
    both = [row["place"] for key, row in proven.iterrows() if _stands(inertia, key)]
    still = say(N_("The rules stayed the same in {places}."), places=listed(list(dict.fromkeys(both)))) if both else ""
    return Finding(said, " ".join(part for part in (still, spoken, lacking) if part), tuple(map(str, proven.index[:3])))


def _step(row: Any) -> str:
    return f"{row['place']} {row['before']}–{row['after']}"


def _stands(inertia: pd.DataFrame, key: Any) -> bool:
    return key in inertia.index and bool(inertia.loc[key, "rules_kept"] == 1)


def _spoken(inertia: pd.DataFrame) -> str:
    """Where surely more than half of those asked say that the course lurches."""
    named = [
        say(N_("{place} ({said} of {asked})"), place=_step(row), said=row["said_turbulence"], asked=row["asked_turbulence"])
        for _key, row in inertia.iterrows() if row["turbulence_low"] > 0.5
    ]  # fmt: skip
    return say(N_("Most of those asked call the course lurching in {places}."), places=listed(named)) if named else ""
