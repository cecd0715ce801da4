"""Places and waves in order, their names for people, and the labels of rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from veche.study.errors import NotFound
from veche.study.evidence import Evidence
from veche.study.interviews import Interview, Role
from veche.study.places import Town, Wave
from veche.words import N_, _, language

#: key that stands for all towns together
ALL = "*"

#: names of the branches of roles
BRANCHES = {
    "executive": N_("executive"),
    "legislative": N_("assembly"),
    "business": N_("business"),
    "political": N_("parties"),
    "media": N_("media"),
    "civic": N_("civic groups"),
    "expert": N_("experts"),
    "other": N_("others"),
}


def row_label(*parts: str) -> str:
    """Join keys to the label of a row: ``PROB.FISC · A · 1``."""
    return " · ".join(parts)


def known_interviews(evidence: Evidence) -> tuple[Interview, ...]:
    """List the interviews whose town and wave are in the evidence, by town, wave, day and key."""
    towns = {town.id: place for place, town in enumerate(ordered_towns(evidence))}
    waves = {wave.id: place for place, wave in enumerate(ordered_waves(evidence))}
    found = [one for one in evidence.interviews if one.town_id in towns and one.wave_id in waves]
    return tuple(sorted(found, key=lambda one: (towns[one.town_id], waves[one.wave_id], one.date, one.key, one.id)))


def ordered_towns(evidence: Evidence) -> tuple[Town, ...]:
    """List the towns by position and key."""
    return tuple(sorted(evidence.towns, key=lambda town: (town.position, town.key)))


def ordered_waves(evidence: Evidence) -> tuple[Wave, ...]:
    """List the waves by position, first day and key."""
    return tuple(sorted(evidence.waves, key=lambda wave: (wave.position, wave.start, wave.key)))


def visited(evidence: Evidence, interviews: Iterable[Interview]) -> tuple[tuple[Town, ...], tuple[Wave, ...]]:
    """List the towns and waves that have an interview."""
    taken = list(interviews)
    towns, waves = {one.town_id for one in taken}, {one.wave_id for one in taken}
    return (
        tuple(town for town in ordered_towns(evidence) if town.id in towns),
        tuple(wave for wave in ordered_waves(evidence) if wave.id in waves),
    )


def wave_named(waves: Sequence[Wave], key: str) -> int:
    """Return the place of a wave in the list.

    Raises
    ------
    NotFound
        If no interview of the selection belongs to a wave of that key.
    """
    for place, wave in enumerate(waves):
        if wave.key == key:
            return place
    raise NotFound(
        N_("No interview of this selection belongs to wave {key}. Waves with interviews: {known}."),
        key=key,
        known=", ".join(wave.key for wave in waves) or "–",
    )


def place_name(towns: Sequence[Town], key: str) -> str:
    """Name a town by its key, or all towns together."""
    if key == ALL:
        return _("All towns")
    return next((town.name for town in towns if town.key == key), key)


def role_label(role: Role | None) -> str:
    """Name a role in the language in use; an unknown one with an en dash."""
    if role is None:
        return "–"
    first, second = (role.label_ru, role.label_en) if language() == "ru" else (role.label_en, role.label_ru)
    return first or second or role.key


def quoted(name: str) -> str:
    """Put a name into the quotation marks of the language in use."""
    return f"«{name}»" if language() == "ru" else f"“{name}”"


def listed(names: Sequence[str]) -> str:
    """Join names as in a sentence: a, b and c."""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " " + _("and") + " " + names[-1]
