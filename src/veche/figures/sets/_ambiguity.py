"""Ambiguity graph: which terms stand together in which of the smallest models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.figures.frame import Frame, finish
from veche.figures.sheet import Sheet
from veche.figures.theme import blend, palette
from veche.figures.waves import WaveMark
from veche.figures.wrapping import text_width, wrap
from veche.words import N_, _, number, percent, say

if TYPE_CHECKING:
    from veche.sets import Solution
    from veche.sets._terms import Cube

STEP, BETWEEN = 30.0, 210.0


def ambiguity(solution: Solution, *, terms: int = 24, models: int = 16) -> Any:
    """Draw terms (left) and models (right), a line where a model holds a term.

    Parameters
    ----------
    solution
        From `veche.sets.minimize`.
    terms, models
        Most terms and models that are drawn; the most frequent and the first ones. What is left out is said.

    Returns
    -------
    altair.LayerChart
        Terms of the core (in all models) and their lines in the accent colour.
    """
    frame = solution.frame
    share = solution.share
    ordered = sorted(share, key=lambda cube: (-share[cube], frame.write(cube)))
    shown = ordered[:terms]
    listed = solution.models[:models]
    left = max(150.0, *(min(text_width(frame.write(cube), 12, bold=True), 300.0) for cube in shown)) + 56
    rows = max(len(shown), len(listed), 1)
    sheet = Sheet(left + BETWEEN + 240, 20 + STEP * rows + 10)
    at_term = {cube: 20 + STEP * (nth + 0.5) * rows / max(len(shown), 1) for nth, cube in enumerate(shown)}
    _models(sheet, solution, listed, at_term, left, rows)
    _terms(sheet, solution, shown, at_term, left)
    caption = [
        _(
            "Left: terms with the share of smallest models that hold them, those in all in colour. Right: models with their consistency and "
            "coverage."
        )
    ]
    if len(ordered) > len(shown) or solution.count > len(listed):
        caption.append(
            say(
                N_("Drawn are {terms} of {all_terms} terms and {models} of {all_models} models."),
                terms=len(shown), all_terms=len(ordered), models=len(listed), all_models=solution.count,
            )
        )  # fmt: skip
    return finish(sheet, Frame(title=_title(solution, len(ordered)), caption=" ".join(caption)))


def _title(solution: Solution, terms: int) -> str:
    fields = {
        "outcome": solution.frame.outcome_name, "models": solution.count, "terms": terms, "core": len(solution.core), "size": solution.size,
    }  # fmt: skip
    if not solution.complete:
        return say(
            N_("{outcome}: at least {models} smallest models, not all counted; what they share cannot be said"),
            **fields,
        )
    if solution.count == 1:
        return say(N_("{outcome}: one smallest model, no ambiguity"), **fields)
    return say(
        N_("{outcome}: {models} smallest models of {size} terms each, chosen among {terms}; {core} in all of them"),
        **fields,
    )


def _terms(sheet: Sheet, solution: Solution, shown: list[Cube], at_term: dict[Cube, float], left: float) -> None:
    p = palette()
    core = set(solution.core)
    for cube in shown:
        y, always = at_term[cube], cube in core
        ink = p.accent if always else p.ink
        words = wrap(solution.frame.write(cube), left - 60, 12, bold=always, lines=1)
        sheet.text(left - 62, y, words, size=12, align="right", bold=always, color=ink)
        sheet.text(left - 14, y, percent(solution.share[cube]), size=11, align="right", color=p.ink_2)
        sheet.point(left, y, WaveMark("circle", ink if always else p.paper, ink), size=90)


def _models(
    sheet: Sheet, solution: Solution, listed: tuple[tuple[Cube, ...], ...], at_term: dict[Cube, float], left: float, rows: int
) -> None:  # fmt: skip
    p = palette()
    core = set(solution.core)
    for nth, model in enumerate(listed):
        y = 20 + STEP * (nth + 0.5) * rows / max(len(listed), 1)
        for cube in model:
            if cube in at_term:
                line = p.accent if cube in core else blend(p.paper, p.ink_3, 0.75)
                sheet.line([(left, at_term[cube]), (left + BETWEEN, y)], line, width=1.5)
        sheet.point(left + BETWEEN, y, WaveMark("square", p.ink_2, p.ink_2), size=70)
        whole = solution.fit(nth).whole
        words = say(
            N_("model {n}: {incl} · {coverage}"),
            n=nth + 1,
            incl=number(whole.inclusion, 2),
            coverage=number(whole.coverage, 2),
        )
        sheet.text(left + BETWEEN + 14, y, words, size=11)
