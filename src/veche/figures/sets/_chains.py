"""A causal chain: terms, the outcomes they bring about, and the terms in which these stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.figures.frame import Frame, finish
from veche.figures.sheet import Sheet
from veche.figures.theme import blend, palette
from veche.figures.waves import WaveMark
from veche.figures.wrapping import text_width
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    from veche.sets import Chains
    from veche.sets.redundancy import Atomic, Structure

STEP, BETWEEN, BOX = 34.0, 70.0, 22.0


def chain_chart(found: Chains, *, structure: int = 0) -> Any:
    """Draw one structure from left to right, the simplest and best by default.

    Parameters
    ----------
    found
        From `veche.sets.redundancy_free`.
    structure
        Its place in `Chains.ordered`.

    Returns
    -------
    altair.LayerChart
        A box is a term, a disc an outcome; lines join terms with the outcome they bring about, and an outcome with the terms in which it or its
        negation stands (dashed).
    """
    if not found.structures:
        return finish(Sheet(400, 10), Frame(title=_("No redundancy-free model reaches these thresholds")))
    chosen = found.ordered[structure]
    levels = _levels(chosen, found.names)
    sheet = Sheet(640, 10)
    places = _place(sheet, chosen, found.names, levels)
    _join(sheet, chosen, found.names, places)
    count = len(found.structures)
    fields = {"structure": chosen.text, "count": count, "outcomes": len(chosen.parts)}
    title = (
        say(N_("{structure}: the only structure"), **fields) if count == 1 and found.complete
        else say(N_("{structure}: one of {count} structures"), **fields) if found.complete
        else say(N_("{structure}: one of {count} models of single outcomes; not all structures were put together"), **fields)
    )  # fmt: skip
    caption = say(
        N_(
            "Boxes: terms; discs: outcomes. A line leads from a term to its outcome, a dashed one from an outcome to a term in which it stands. "
            "Least consistency {consistency}, least coverage {coverage}."
        ),
        consistency=number(chosen.consistency, 2), coverage=number(chosen.coverage, 2),
    )  # fmt: skip
    return finish(sheet, Frame(title=title, caption=caption))


def _needs(one: Atomic, names: tuple[str, ...]) -> set[str]:
    return {name for cube in one.terms for name, value in zip(names, cube, strict=True) if value >= 0}


def _levels(chosen: Structure, names: tuple[str, ...]) -> dict[str, int]:
    """Column of each outcome: one more than the latest outcome in its terms; circles end where they are entered."""
    parts = {one.outcome: one for one in chosen.parts}
    found: dict[str, int] = {}

    def level(outcome: str, seen: frozenset[str]) -> int:
        if outcome not in found:
            before = sorted(name for name in _needs(parts[outcome], names) if name in parts and name not in seen)
            found[outcome] = 1 + max((level(name, seen | {outcome}) for name in before), default=-1)
        return found[outcome]

    for outcome in sorted(parts):
        level(outcome, frozenset({outcome}))
    return found


def _place(
    sheet: Sheet, chosen: Structure, names: tuple[str, ...], levels: dict[str, int]
) -> dict[tuple[str, int], tuple[float, float, float]]:
    """Write terms and outcomes; returns left edge, right edge and height of each term, and of each outcome under the place -1."""
    p = palette()
    places: dict[tuple[str, int], tuple[float, float, float]] = {}
    x, most = 0.0, 0.0
    for column in range(max(levels.values()) + 1):
        parts = sorted((one for one in chosen.parts if levels[one.outcome] == column), key=lambda one: one.outcome)
        words = {one.outcome: [_written(cube, names) for cube in one.terms] for one in parts}
        wide = max(text_width(term, 12) for terms in words.values() for term in terms) + 20
        y = 20.0
        for one in parts:
            top = y
            for at, term in enumerate(words[one.outcome]):
                mine = text_width(term, 12) + 20
                left = x + (wide - mine) / 2
                sheet.rect(left, y, left + mine, y + BOX, p.line)
                sheet.text(left + mine / 2, y + BOX / 2, term, size=12, align="center")
                places[one.outcome, at] = (left, left + mine, y + BOX / 2)
                y += STEP
            middle = (top + y - STEP + BOX) / 2
            at_x = x + wide + BETWEEN
            sheet.point(at_x, middle, WaveMark("circle", p.accent, p.accent), size=160)
            sheet.text(at_x, middle - 17, one.outcome, size=12.5, bold=True, align="center")
            places[one.outcome, -1] = (at_x - 8, at_x + 8, middle)
            y = max(y, middle + STEP) + 16
        most = max(most, y)
        x += wide + 2 * BETWEEN
    sheet.width, sheet.height = max(x - BETWEEN + 60, 400.0), most
    return places


def _written(cube: tuple[int, ...], names: tuple[str, ...]) -> str:
    return "*".join(name if value else f"~{name}" for name, value in zip(names, cube, strict=True) if value >= 0)


def _join(
    sheet: Sheet, chosen: Structure, names: tuple[str, ...], places: dict[tuple[str, int], tuple[float, float, float]]
) -> None:
    p = palette()
    for one in chosen.parts:
        left, _right, y = places[one.outcome, -1]
        for at, cube in enumerate(one.terms):
            _from, start, height = places[one.outcome, at]
            sheet.line([(start, height), (left, y)], p.ink_2, width=1.6)
            for name, value in zip(names, cube, strict=True):
                if value >= 0 and (name, -1) in places:
                    _left, out, from_y = places[name, -1]
                    sheet.line([(out, from_y), (_from, height)], blend(p.paper, p.accent, 0.8), width=1.6, dashed=True)
