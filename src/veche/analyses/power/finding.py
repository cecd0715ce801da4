"""What the lists of power say, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veche.analyses._shared.centres import ONE, OTHER, SEVERAL, UNKNOWN
from veche.analyses._shared.influence import Arena
from veche.analyses._shared.places import listed, row_label
from veche.words import N_, say

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Finding:
    """Where there is one centre, where the head is not first, and the rows spoken of."""

    centres: str
    heads: str
    rows: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Both together."""
        return " ".join(part for part in (self.centres, self.heads) if part)


def finding(found: Sequence[Arena], table: pd.DataFrame) -> Finding:
    """Say where people see one centre or several, and where most name somebody else than the head."""
    if not found:
        return Finding(say(N_("No town was visited.")), "")
    parts = []
    for kind, words in ((ONE, N_("One centre: {places}.")), (SEVERAL, N_("Several centres: {places}."))):
        places = _places(table[table["pattern"] == kind])
        if places:
            parts.append(say(words, places=listed(places)))
    if not parts:
        parts.append(say(N_("In no town do enough people agree whether there is one centre or several.")))
    known = table[table["head_is"] != UNKNOWN]
    other = [_named(one) for one in found if one.key in known.index[known["head_is"] == OTHER]]
    if not len(known):
        heads = say(N_("Nowhere is anybody named by two others."))
    elif other:
        heads = say(N_("Named most often, and not the head: {places}."), places="; ".join(other))
    else:
        heads = say(N_("Wherever somebody is named by two others, the head is among the first."))
    rows = [row_label(one.key, one.acts.actors[a].key) for one in found for a in one.first("reputation")]
    chosen = [row for row in rows if any(row.startswith(f"{key} · ") for key in known.index[known["head_is"] == OTHER])]
    return Finding(" ".join(parts), heads, tuple((chosen or rows)[:3]))


def _places(table: pd.DataFrame) -> list[str]:
    """Towns with their waves: Talvinsk (1, 2)."""
    waves: dict[str, list[str]] = {}
    for place, wave in zip(table["place"], table["wave"], strict=True):
        waves.setdefault(str(place), []).append(str(wave))
    return [f"{place} ({', '.join(held)})" for place, held in waves.items()]


def _named(one: Arena) -> str:
    """Who is named most often in a town and wave, and by how many."""
    leaders = {s.actor: s for s in one.standings}
    names = [one.name(actor) for actor in one.first("reputation")]
    first = leaders[one.first("reputation")[0]]
    return say(
        N_("{place} {wave} – {names}, {named} of {asked}"), place=one.town.name, wave=one.wave.key, names=listed(names),
        named=first.named, asked=first.asked,
    )  # fmt: skip
