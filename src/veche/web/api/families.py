"""Six families of codes, each with its hue on every screen."""

from __future__ import annotations

from typing import Literal

from veche.study import Code, Codebook
from veche.study.codebook import CodeKind

Family = Literal["mech", "tone", "prob", "motive", "level", "coal"]

_OF_KIND: dict[CodeKind, Family] = {
    "problem": "prob", "motive": "motive", "scale": "tone", "indicator": "tone", "demand": "prob", "leadership": "mech",
    "actor": "level", "resource": "motive", "technique": "mech", "relation_model": "coal", "coalition": "coal",
    "regime": "coal", "outcome": "tone", "business_model": "motive", "intervention": "level", "institution": "level",
    "event": "level", "other": "mech", "group": "mech",
}  # fmt: skip


def family_of(code: Code, codebook: Codebook) -> Family:
    """Return the family of a code by its kind; a heading has that of the first code below it."""
    if code.codable:
        return _OF_KIND[code.kind]
    below = next((one for one in codebook.below(code) if one.codable), None)
    return _OF_KIND[below.kind] if below is not None else "mech"
