"""Flow from cases through terms to the outcome: who is covered by which term, and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.figures.frame import Frame, finish
from veche.figures.sheet import Sheet
from veche.figures.theme import blend, palette
from veche.figures.wrapping import text_width, wrap
from veche.words import N_, _, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veche.sets import Frame as Cases
    from veche.sets._terms import Cube

STEP, BETWEEN, NODE = 22.0, 200.0, 12.0


def term_flow(cases: Cases, model: Sequence[Cube]) -> Any:
    """Draw cases (left), terms of a model (middle) and outcome (right), a band where a membership is over 0.5.

    Parameters
    ----------
    cases
        From `veche.sets.make_frame`.
    model
        Terms of the model.

    Returns
    -------
    altair.LayerChart
        Bands in colour end in the outcome, grey ones outside it. Cases in no term go straight across.
    """
    inside = {cube: cases.membership(cube) > 0.5 for cube in model}
    order = sorted(
        range(len(cases.cases)),
        key=lambda at: ([-int(inside[cube][at]) for cube in model], -int(cases.outcome[at] > 0.5), cases.cases[at]),
    )
    terms = [*model, None]
    height = STEP * max(len(order), 2)
    left = max(60.0, *(min(text_width(name, 11), 180.0) for name in cases.cases)) + 12
    sheet = Sheet(left + 2 * BETWEEN + 170, height + 20)
    y_case = {at: 10 + STEP * (nth + 0.5) for nth, at in enumerate(order)}
    y_term = {cube: 10 + height * (nth + 0.5) / len(terms) for nth, cube in enumerate(terms)}
    y_end = {True: 10 + height * 0.28, False: 10 + height * 0.75}
    p = palette()
    both = 0
    for at in order:
        mine: list[Cube | None] = [cube for cube in model if inside[cube][at]]
        both += len(mine) > 1
        has = bool(cases.outcome[at] > 0.5)
        color = p.accent if has else blend(p.paper, p.ink_3, 0.8)
        sheet.text(
            left - 10,
            y_case[at],
            wrap(cases.cases[at], 180, 11, lines=1),
            size=11,
            align="right",
            color=p.ink if has else p.ink_2,
        )
        for cube in mine or [None]:
            _band(sheet, left, y_case[at], left + BETWEEN, y_term[cube], color)
            _band(sheet, left + BETWEEN + NODE, y_term[cube], left + 2 * BETWEEN, y_end[has], color)
    for cube, y in y_term.items():
        words = cases.write(cube) if cube is not None else _("in no term")
        sheet.rect(left + BETWEEN, y - 15, left + BETWEEN + NODE, y + 15, p.ink if cube is not None else p.ink_3)
        sheet.text(left + BETWEEN + NODE / 2, y - 24, words, size=12, align="center", bold=cube is not None)
    for has, y in y_end.items():
        sheet.rect(left + 2 * BETWEEN, y - 22, left + 2 * BETWEEN + NODE, y + 22, p.accent if has else p.ink_3)
        words = cases.outcome_name if has else say(N_("not {name}"), name=cases.outcome_name)
        sheet.text(left + 2 * BETWEEN + NODE + 10, y, words, size=12.5, bold=has)
    covered = sum(any(inside[cube][at] for cube in model) for at in order if cases.outcome[at] > 0.5)
    all_of = int((cases.outcome > 0.5).sum())
    title = say(
        N_("{covered} of {all} cases with {outcome} stand in a term; cases in several terms: {both}"),
        covered=covered, all=all_of, outcome=cases.outcome_name, both=both,
    )  # fmt: skip
    return finish(
        sheet, Frame(title=title, caption=_("A band joins a case with every term in which its membership is over 0.5."))
    )


def _band(sheet: Sheet, x: float, y: float, x2: float, y2: float, color: str) -> None:
    """Draw a band that leaves and arrives level."""
    steps = 14
    points = []
    for nth in range(steps + 1):
        t = nth / steps
        middle = y + (y2 - y) * (3 * t**2 - 2 * t**3)
        points.append((x + (x2 - x) * t, middle - 3.2, middle + 3.2))
    sheet.band(points, color, opacity=0.5)
