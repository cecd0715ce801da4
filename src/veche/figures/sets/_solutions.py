"""Solution chart: terms of the solutions side by side, each condition a disc (present) or a crossed ring (absent)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.figures.frame import Frame, finish
from veche.figures.sheet import Sheet
from veche.figures.theme import palette
from veche.figures.waves import WaveMark
from veche.figures.wrapping import text_width, wrap
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    from veche.sets import Side
    from veche.sets._terms import Cube
    from veche.sets.fit import Sufficiency

COLUMN, STEP = 62.0, 34.0
NAMES: Mapping[str, str] = {
    "conservative": N_("Conservative"), "intermediate": N_("Intermediate"), "parsimonious": N_("Parsimonious"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Block:
    kind: str
    terms: tuple[tuple[Cube, Sufficiency, float], ...]
    whole: Sufficiency
    count: int
    complete: bool

    @property
    def fit(self) -> str:
        """Fit of the whole model, in words."""
        return say(
            N_("all: {incl} · {coverage}"),
            incl=number(self.whole.inclusion, 2),
            coverage=number(self.whole.coverage, 2),
        )

    @property
    def width(self) -> float:
        """Room for its terms, its name and its fit."""
        words = text_width(_(NAMES[self.kind]), 12.5, bold=True), text_width(self.fit, 11, bold=True)
        return max(COLUMN * len(self.terms), *words)


def solution_chart(side: Side) -> Any:
    """Draw the first listed model of each kind of solution beside one another (Ragin and Fiss 2008).

    Parameters
    ----------
    side
        One outcome of `veche.sets.standard`.

    Returns
    -------
    altair.LayerChart
        A disc is a condition present in the term, a crossed ring an absent one; large ones stand in the parsimonious solution too (core), small ones
        do not. Terms in bold are in all smallest models.
    """
    frame = side.table.frame
    blocks = _blocks(side)
    if not blocks:
        return finish(Sheet(400, 10), Frame(title=next(iter(side.problems.values()), frame.outcome_name)))
    core = [cube for one in blocks if one.kind == "parsimonious" for cube, _fit, _share in one.terms]
    fits = (_("Consistency"), _("PRI"), _("Coverage"), _("Unique coverage"))
    left = max(
        130.0, *(text_width(name, 12.5) + 20 for name in frame.names), *(text_width(name, 11) + 18 for name in fits)
    )
    top = 62.0
    height = top + STEP * frame.width + 4 * 22 + 30
    sheet = Sheet(left + sum(one.width for one in blocks) + 26 * (len(blocks) - 1) + 10, height)
    p = palette()
    for at, name in enumerate(frame.names):
        y = top + STEP * (at + 0.5)
        sheet.text(left - 14, y, name, size=12.5, align="right")
        sheet.rule(left - 4, y + STEP / 2, sheet.width, y + STEP / 2, p.line)
    foot = top + STEP * frame.width + 20
    for at, words in enumerate(fits):
        sheet.text(left - 14, foot + 22 * at, words, size=11, align="right", color=p.ink_2)
    x = left
    for one in blocks:
        _block(sheet, side, one, core, x, top, foot)
        x += one.width + 26
    ambiguous = [one for one in blocks if one.count > 1 or not one.complete]
    title = say(N_("{outcome}: {solutions} solutions side by side"), outcome=frame.outcome_name, solutions=len(blocks))
    if len(blocks) == 3 and len({frozenset(cube for cube, _f, _s in one.terms) for one in blocks}) == 1:
        title = say(N_("{outcome}: all three solutions are the same"), outcome=frame.outcome_name)
    if ambiguous:
        told = "; ".join(f"{_(NAMES[one.kind])} {_count(one)}" for one in ambiguous)
        title = say(N_("{outcome}: more than one smallest model ({told})"), outcome=frame.outcome_name, told=told)
    caption = _(
        "Disc: present; crossed ring: absent; empty: no part. Large: also in the parsimonious solution (core); small: not. Share of smallest "
        "models that hold the term above it where it is not in all."
    )
    return finish(sheet, Frame(title=title, caption=caption))


def _count(one: _Block) -> str:
    return str(one.count) if one.complete else say(N_("at least {n}"), n=one.count)


def _blocks(side: Side) -> list[_Block]:
    found = []
    for kind, result in side.results.items():
        solution = result.solution
        fit = solution.fit()
        terms = tuple(
            (cube, one, solution.share.get(cube, float("nan")))
            for cube, one in zip(solution.model(), fit.terms, strict=True)
        )
        found.append(_Block(kind, terms, fit.whole, solution.count, solution.complete))
    return found


def _block(sheet: Sheet, side: Side, one: _Block, core: list[Cube], x: float, top: float, foot: float) -> None:
    p = palette()
    wide, first = one.width, x + (one.width - COLUMN * len(one.terms)) / 2
    heading = f"{_(NAMES[one.kind])}: {_count(one)}" if one.count > 1 or not one.complete else _(NAMES[one.kind])
    sheet.text(
        x + wide / 2, 10, wrap(heading, max(wide, 96.0), 12.5, bold=True, lines=2), size=12.5, bold=True, align="center"
    )
    sheet.rule(x + 4, 26, x + wide - 4, 26, p.line_2)
    for nth, (cube, fit, share) in enumerate(one.terms):
        middle = first + COLUMN * (nth + 0.5)
        if share == share and share < 1:
            sheet.text(middle, 44, number(share, 2), size=11, align="center", color=p.ink_2)
        for at, value in enumerate(cube):
            if value >= 0:
                large = one.kind != "parsimonious" and any(_within(c, cube, at) for c in core)
                _literal(sheet, side, at, value, middle, top + STEP * (at + 0.5), large or one.kind == "parsimonious")
        for at, fitted in enumerate((fit.inclusion, fit.pri, fit.coverage, fit.unique)):
            sheet.text(middle, foot + 22 * at, number(fitted, 2), size=11, align="center")
    sheet.text(x + wide / 2, foot + 22 * 4 + 2, one.fit, size=11, bold=True, align="center")


def _within(core: Cube, cube: Cube, at: int) -> bool:
    """Whether a literal of a term is also one of a parsimonious term that holds this term."""
    return core[at] == cube[at] and all(a in (-1, b) for a, b in zip(core, cube, strict=True))


def _literal(sheet: Sheet, side: Side, at: int, value: int, x: float, y: float, large: bool) -> None:
    p = palette()
    size = 330.0 if large else 110.0
    frame = side.table.frame
    if frame.multi[at]:
        sheet.text(x, y, str(value), size=15 if large else 11, align="center", bold=large)
    elif value == 1:
        sheet.point(x, y, WaveMark("circle", p.ink, p.ink), size=size)
    else:
        sheet.point(x, y, WaveMark("circle", "transparent", p.ink), size=size)
        reach = 5.6 if large else 3.2
        for way in (-1, 1):
            sheet.rule(x - reach, y - way * reach, x + reach, y + way * reach, p.ink, width=1.6)
