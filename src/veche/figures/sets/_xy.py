"""XY plot: cases by their membership in a term or model and in the outcome, every one named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.figures.frame import Frame, finish
from veche.figures.labels import placed_labels
from veche.figures.sheet import Cell, Sheet, key
from veche.figures.theme import palette
from veche.figures.waves import WaveMark, wave_marks
from veche.figures.wrapping import text_width, wrap
from veche.sets.fit import necessity_of, sufficiency
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    from veche.sets import Frame as Cases

SIDE, LEFT, TOP = 430.0, 60.0, 20.0
SIZE = 11.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A case: membership in the set across and in the outcome, its name, its mark, and what a click on it shows."""

    x: float
    y: float
    name: str
    mark: WaveMark
    cell: Cell | None = None
    tip: str = ""


def draw_xy(
    sheet: Sheet, dots: Sequence[Dot], *, across: str, up: str, left: float = LEFT, top: float = TOP, side: float = SIDE,
    relation: str = "sufficiency",
) -> None:  # fmt: skip
    """Draw the square with its dots on a sheet; names in bold speak against the relation.

    Against sufficiency speak cases in the set and not in the outcome, against necessity those in the outcome and not in the set.

    Parameters
    ----------
    sheet
        Where to draw; its tips should have ``case``.
    dots
        Cases; memberships in [0, 1].
    across, up
        Names of the two sets.
    left, top, side
        Place and size in pixels.
    relation
        ``sufficiency`` or ``necessity``.
    """
    _grid(sheet, left, top, side)
    places = [(left + one.x * side, top + (1 - one.y) * side) for one in dots]
    against = [one.y > 0.5 >= one.x if relation == "necessity" else one.x > 0.5 >= one.y for one in dots]
    sizes = [(text_width(one.name, SIZE, bold=bold), SIZE + 3) for one, bold in zip(dots, against, strict=True)]
    inner = [(x - left, y - top) for x, y in places]
    boxes = placed_labels(inner, sizes, [5.0] * len(dots), side, side)
    for one, (x, y), box, bold in zip(dots, places, boxes, against, strict=True):
        sheet.point(x, y, one.mark, tip={"case": one.name, "term": one.tip or across}, cell=one.cell)
        sheet.text(left + box.x, top + box.y, one.name, size=SIZE, align="center", bold=bold, cell=one.cell)
    sheet.text(left, top - 12, up, size=12.5, bold=True)
    sheet.text(left + side / 2, top + side + 38, wrap(across, side + 40, 12.5, lines=2), size=12.5, align="center")


def _grid(sheet: Sheet, left: float, top: float, side: float) -> None:
    p = palette()
    for at in (0.0, 0.5, 1.0):
        x, y = left + at * side, top + (1 - at) * side
        sheet.rule(x, top, x, top + side, p.line_2 if at == 0.5 else p.line)
        sheet.rule(left, y, left + side, y, p.line_2 if at == 0.5 else p.line)
        sheet.text(x, top + side + 16, number(at, 1), size=SIZE, color=p.ink_2, align="center")
        sheet.text(left - 8, y, number(at, 1), size=SIZE, color=p.ink_2, align="right")
    sheet.rule(left, top + side, left + side, top, p.line_2, width=1.4)


def xy_plot(
    cases: Cases, model: Iterable[tuple[int, ...]], *, relation: str = "sufficiency", groups: Sequence[str] = ()
) -> Any:
    """Draw cases by their membership in a model (across) and in the outcome (up).

    Parameters
    ----------
    cases
        From `veche.sets.make_frame`.
    model
        Terms of the model; one term alone is a model too.
    relation
        Whose fit is told: ``sufficiency`` or ``necessity``.
    groups
        A word for each case, such as its wave; each word has a mark of its own. None: all alike.

    Returns
    -------
    altair.LayerChart
        Below the diagonal a case has more of the model than of the outcome: it speaks against sufficiency.
    """
    cubes = tuple(model)
    x = cases.union(cubes)
    known = list(dict.fromkeys(groups)) or [""]
    marks = dict(
        zip(known, wave_marks(max(len(known), 2))[1:] if len(known) == 1 else wave_marks(len(known)), strict=False)
    )
    written = cases.write_model(cubes)
    dots = [
        Dot(float(x[at]), float(cases.outcome[at]), case, marks[groups[at] if groups else ""])
        for at, case in enumerate(cases.cases)
    ]
    sheet = Sheet(LEFT + SIDE + 30, TOP + SIDE + 54, tips={"case": _("Case"), "term": _("Term")})
    draw_xy(sheet, dots, across=written, up=cases.outcome_name, relation=relation)
    if groups:
        sheet.height += 14
        key(sheet, [(marks[name], name) for name in known], LEFT, sheet.height)
        sheet.height += 8
    caption = (
        _(
            "Each point is a case. Upper left, in bold: in the outcome and not in the set. On or below the diagonal a case agrees with necessity, "
            "on or above it with sufficiency."
        )
        if relation == "necessity" else
        _(
            "Each point is a case. Lower right, in bold: in the set and not in the outcome. On or above the diagonal a case agrees with sufficiency, "
            "on or below it with necessity."
        )
    )  # fmt: skip
    return finish(sheet, Frame(title=_title(cases, written, x, relation), caption=caption))


def _title(cases: Cases, written: str, x: Any, relation: str) -> str:
    if relation == "necessity":
        fit = necessity_of(x, cases.outcome)
        return say(
            N_("{model} as necessary for {outcome}: consistency {incl}, coverage {coverage}, relevance {relevance}"),
            model=written, outcome=cases.outcome_name, incl=number(fit.inclusion, 2), coverage=number(fit.coverage, 2),
            relevance=number(fit.relevance, 2),
        )  # fmt: skip
    whole = sufficiency(x, cases.outcome)
    return say(
        N_("{model} as sufficient for {outcome}: consistency {incl}, PRI {pri}, coverage {coverage}"),
        model=written, outcome=cases.outcome_name, incl=number(whole.inclusion, 2), pri=number(whole.pri, 2), coverage=number(whole.coverage, 2),
    )  # fmt: skip
