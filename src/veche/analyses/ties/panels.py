"""What a figure of ties shows: a panel for each town and window, its actors, their short names, the colour of a tone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.figures import blend, palette
from veche.study.result import Result
from veche.words import _, number

if TYPE_CHECKING:
    import pandas as pd

#: width of a panel, gap between two, room for the name of a town, most actors in a panel, size of their names
WIDTH, GAP, HEAD, MOST, LABEL = 372, 22, 56, 14, 11.0


@dataclass(frozen=True)
class Panel:
    """One town and window: its ties with a tone, and the actors in order."""

    town: str
    place: str
    period: str
    label: str
    rows: pd.DataFrame
    reason: str
    #: keys of the actors that are persons
    people: frozenset[str]


def make_panels(result: Result) -> list[Panel]:
    """Choose what is drawn: every town and window, with the ties that have a tone."""
    ties, windows = result.tables["ties"], result.tables["windows"]
    known = ties[ties["tone"].notna()]
    people = frozenset(one.key for one in result.evidence.actors if one.kind == "person")
    found = []
    for row in windows.to_dict("records"):
        here = known[(known["town"] == row["town"]) & (known["period"] == row["period"])]
        found.append(Panel(row["town"], row["place"], row["period"], row["period_label"], here, row["reason"], people))
    drawn = {one.town for one in found if len(one.rows)}
    return [one for one in found if one.town in drawn]


def shown_actors(panels: list[Panel]) -> dict[str, str]:
    """Actors of a town, those with most votes first, and their names."""
    votes: dict[str, float] = {}
    names: dict[str, str] = {}
    for panel in panels:
        for row in panel.rows.to_dict("records"):
            for side in ("source", "target"):
                votes[row[side]] = votes.get(row[side], 0.0) + row["votes"]
                name = row[f"{side}_name"]
                names[row[side]] = initials(name) if row[side] in panel.people else name
    order = sorted(votes, key=lambda key: (-votes[key], key))[:MOST]
    return {key: names[key] for key in order}


def initials(name: str) -> str:
    """Shorten the name of a person, of whom all words begin with a capital: surname and initials.

    In Cyrillic the surname is taken to stand first, else last.

    Examples
    --------
    >>> initials("Boris Nikolaevich Grachev"), initials("Governor of the region")
    ('B. N. Grachev', 'Governor of the region')
    """
    words = name.split()
    if not 1 < len(words) < 5 or not all(word[:1].isupper() and word.isalpha() for word in words):
        return name
    if any("а" <= letter <= "я" for letter in name.lower()):
        return " ".join([words[0], *(f"{word[0]}." for word in words[1:])])
    return " ".join([*(f"{word[0]}." for word in words[:-1]), words[-1]])


def tone_color(tone: float) -> str:
    """Colour of a tone: warm for antagonism, cool for accord, grey between."""
    p = palette()
    return blend(p.ink_3, p.hues[1] if tone > 0 else p.accent, min(1.0, 1.3 * abs(tone)))


def tip_titles() -> dict[str, str]:
    """Title of every line of the note on a tie."""
    return {
        "who": _("Who"),
        "whom": _("To whom"),
        "when": _("Window"),
        "tone_words": _("Tone of the tie"),
        "people": _("Reporters"),
    }


def tip(panel: Panel, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Fill the note on a tie that appears under the pointer."""
    low, high = number(row["low"]), number(row["high"])
    return {
        "who": row["source_name"], "whom": row["target_name"], "when": panel.label,
        "tone_words": f"{number(row['tone'])} ({low} … {high})", "people": row["reporters"],
    }  # fmt: skip
