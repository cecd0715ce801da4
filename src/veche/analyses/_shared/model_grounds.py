"""What speaks for and against a model of executive and assembly, or an answer of its rule, in a town and wave."""

from __future__ import annotations

from veche.analyses._shared.branches import Branches
from veche.analyses._shared.models import TYPE_BY_KEY, Bools, ModelType


def speaking_for(held: Branches, kind: ModelType) -> Bools:
    """Which acts speak for a type, whatever the town and wave?"""
    found: Bools = (held.down & held.of(*kind.down)) | (held.up & held.of(*kind.up))
    return found


def model_sides(held: Branches, here: Bools, name: str) -> tuple[Bools, Bools]:
    """Which acts speak for and against a type, or an answer: those of a type against all others.

    Parameters
    ----------
    held
        All acts between the two branches.
    here
        Which of them are told in the town and wave.
    name
        Key of a type, of a question, or of a part of an answer.
    """
    if name in TYPE_BY_KEY:
        mine = here & speaking_for(held, TYPE_BY_KEY[name])
        return mine, here & ~mine
    return answer_sides(held, here, name)


def answer_sides(held: Branches, here: Bools, name: str) -> tuple[Bools, Bools]:
    """Which acts speak for and against an answer: by how contested acts came out, or by what is told."""
    ours, theirs = held.contested
    worth = held.worth
    if name in ("prevails", "executive_success"):
        good = (ours & (worth >= 0.5)) | (theirs & (worth < 0.5))
        bad = (ours & (worth < 0.5)) | (theirs & (worth >= 0.5))
        if name == "executive_success":
            good, bad = good & ours, bad & ours
        return here & good, here & bad
    if name == "assembly_success":
        ruling = held.own_up & held.of("placement", "manipulation", "exchange", "pressure")
        blocking = held.own_up & held.of("opposition")
        return here & ruling & (worth >= 0.5), here & ((ruling & (worth < 0.5)) | blocking)
    return _told(held, here, name)


def _told(held: Branches, here: Bools, name: str) -> tuple[Bools, Bools]:
    """Acts for and against an answer that rests on what is told, not on how it came out."""
    early = (held.down & held.of("placement")) | (held.up & held.of("compliance"))
    if name == "camp":
        mine = here & held.own_up & held.of("opposition", "pressure")
        return mine, here & ~mine
    if name == "allied":
        mine = here & held.allied
        return mine, here & ~mine
    if name == "one_sided":
        gained = held.gains
        return here & (gained == 1), here & (gained == 0)
    if name == "settled":
        return here & early, here & held.down & ~early
    if name == "threat":
        mine = here & ((held.down & held.of("pressure")) | (held.up & held.of("compliance")))
        return mine, here & held.down & held.of("placement")
    four = here & held.down & held.of("exchange", "manipulation", "reasons", "pressure")
    return four & held.of(name), four & ~held.of(name)
