"""What the screen of ideal types shows of a result: towns by waves, memberships in every type, and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from veche.reports import cell_text
from veche.study import Result
from veche.words import N_, _, number, say

KINDS = {"change in kind": "kind", "change in degree": "degree", "no change": "same", "undetermined": "open"}


@dataclass(frozen=True, slots=True)
class Membership:
    """Membership in a named type, with the row behind it; `moved` is its change since the wave before, in words."""

    row: str
    name: str
    text: str
    value: float
    moved: str
    title: str


@dataclass(frozen=True, slots=True)
class Change:
    """What happened between two waves: kind, degree, same, or open; in words, with its row."""

    row: str
    kind: str
    words: str
    title: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A town in a wave: where it stands, and since the wave before."""

    row: str
    corner: str
    kind: str
    text: str
    reason: str
    types: tuple[Membership, ...]
    change: Change | None


@dataclass(frozen=True)
class Screen:
    """Everything on the screen of ideal types."""

    result: Result

    def _lines(self, table: str) -> list[tuple[str, dict[str, Any]]]:
        frame = self.result.tables[table]
        return [
            (str(label), {str(k): v for k, v in line.items()})
            for label, line in zip(frame.index, frame.to_dict("records"), strict=True)
        ]

    @cached_property
    def waves(self) -> tuple[tuple[str, str], ...]:
        """Waves with a case: keys and names."""
        held = set(self.result.tables["placed"]["wave"])
        ordered = sorted(self.result.evidence.waves, key=lambda one: (one.position, one.key))
        return tuple((one.key, one.label or one.key) for one in ordered if one.key in held)

    @cached_property
    def rows(self) -> tuple[tuple[str, tuple[Cell | None, ...]], ...]:
        """Towns with a cell for every wave; None where nobody was asked."""
        types: dict[tuple[str, str], list[Membership]] = {}
        for label, line in self._lines("type_memberships"):
            types.setdefault((line["town"], line["wave"]), []).append(_membership(label, line))
        changes = {(line["town"], line["after"]): _change(label, line) for label, line in self._lines("type_changes")}
        towns: dict[str, str] = {}
        cells: dict[tuple[str, str], Cell] = {}
        for label, line in self._lines("placed"):
            key = (line["town"], line["wave"])
            towns[line["town"]] = line["place"]
            cells[key] = Cell(
                label, line["corner"], cell_text(line["ideal_type"]), number(line["membership"], 2), line["reason"], tuple(types.get(key, ())),
                changes.get(key),
            )  # fmt: skip
        return tuple(
            (name, tuple(cells.get((town, wave)) for wave, _name in self.waves)) for town, name in towns.items()
        )


def _membership(label: str, line: dict[str, Any]) -> Membership:
    value, moved, name = line["type_membership"], line["difference"], cell_text(line["ideal_type"])
    title = f"{name}, {line['place']} {line['wave']}: " + (number(value, 2) if value == value else line["reason"])
    words = f"{'+' if moved > 0 else '−' if moved < 0 else '±'}{number(abs(moved), 2)}" if moved == moved else ""
    return Membership(label, name, number(value, 2), value, words, title)


def _change(label: str, line: dict[str, Any]) -> Change:
    kind = KINDS[line["kind_of_change"]]
    if kind == "kind":
        words = _("in kind")
        title = say(N_("{before} became {after}"), before=line["corner_before"], after=line["corner_after"])
    elif kind == "degree":
        delta = line["difference"]
        words = say(N_("in degree, {by}"), by=f"{'+' if delta > 0 else '−'}{number(abs(delta), 2)}")
        title = say(N_("{corner} in both waves"), corner=line["corner_after"])
    else:
        words = _("no change") if kind == "same" else _("cannot be said")
        title = _("a membership is at exactly 0.5") if kind == "open" else ""
    return Change(label, kind, words, title)
