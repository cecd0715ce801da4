"""A number on its scale: the solution among shuffled outcomes, the range of a setting, the spread of a set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from veche.figures.frame import Frame, finish
from veche.figures.sheet import Sheet
from veche.figures.theme import blend, palette
from veche.figures.waves import WaveMark
from veche.figures.wrapping import text_width
from veche.words import N_, _, number, percent, say

if TYPE_CHECKING:
    from veche.sets import Permuted, Range, Skew

WIDE, HIGH, BINS = 300.0, 150.0, 20


def permuted_chart(found: Permuted) -> Any:
    """Draw what shuffled outcomes give as two histograms (consistency, coverage), and where the found solution stands.

    Parameters
    ----------
    found
        From `veche.sets.permuted`.

    Returns
    -------
    altair.LayerChart
        Bars at or above the found value in colour: shuffles that do as well.
    """
    sheet = Sheet(2 * WIDE + 60, HIGH + 66)
    parts = (
        (_("Consistency"), [one for one, _cover in found.drawn], found.consistency),
        (_("Coverage"), [cover for _one, cover in found.drawn], found.coverage),
    )
    for at, (name, values, own) in enumerate(parts):
        _histogram(sheet, name, values, own, at * (WIDE + 60), 24)
    title = say(
        N_("As consistent by chance: {consistency}; as covering: {coverage}"),
        consistency=percent(found.consistency_share), coverage=percent(found.coverage_share),
    )  # fmt: skip
    caption = say(
        N_(
            "Solutions of outcomes shuffled over cases; {solved} of {shuffles} shuffles have one. Line: the found solution; in colour: shuffles "
            "that reach it. The shares count the observed order among the shuffles."
        ),
        solved=found.solved, shuffles=found.shuffles,
    )  # fmt: skip
    return finish(sheet, Frame(title=title, caption=caption))


def _histogram(sheet: Sheet, name: str, values: Sequence[float], own: float, left: float, top: float) -> None:
    p = palette()
    known = [one for one in values if one == one]
    reached = [0] * BINS
    below = [0] * BINS
    for one in known:
        (reached if one >= own - 1e-12 else below)[min(int(one * BINS), BINS - 1)] += 1
    most = max([1, *(a + b for a, b in zip(reached, below, strict=True))])
    step = WIDE / BINS
    for at in range(BINS):
        x, y = left + at * step, top + HIGH
        for count, color in ((below[at], blend(p.paper, p.ink_3, 0.5)), (reached[at], blend(p.paper, p.accent, 0.6))):
            if count:
                high = HIGH * count / most
                sheet.rect(x + 1, y - high, x + step - 1, y, color)
                y -= high
    sheet.rule(left, top + HIGH, left + WIDE, top + HIGH, p.line_2)
    for value in (0.0, 0.5, 1.0):
        sheet.text(left + value * WIDE, top + HIGH + 14, number(value, 1), size=11, color=p.ink_2, align="center")
    sheet.rule(left + own * WIDE, top - 8, left + own * WIDE, top + HIGH, p.ink, width=1.8)
    beyond = own > 0.7
    sheet.text(
        left + own * WIDE + (-6 if beyond else 6), top - 4, number(own, 2), size=11.5, bold=True, align="right" if beyond else "left"
    )  # fmt: skip
    sheet.text(left + WIDE / 2, top + HIGH + 32, name, size=12.5, align="center")


def range_chart(found: Range) -> Any:
    """Draw the values of a setting at which the models stay the same, on the line of those that were looked at; an Altair chart."""
    p = palette()
    low, high = found.low, found.high
    name = found.setting or _("The setting")
    sheet = Sheet(640, 64)

    def at(value: float) -> float:
        return 30 + 580 * ((value - low) / (high - low) if high > low else 0.5)

    lower, upper = (low if found.lower is None else found.lower), (high if found.upper is None else found.upper)
    sheet.rule(at(low), 30, at(high), 30, p.line_2, width=2)
    sheet.rect(at(lower) - 1, 25, at(upper) + 1, 35, blend(p.paper, p.accent, 0.5))
    sheet.point(at(found.value), 30, WaveMark("circle", p.ink, p.ink), size=110)
    sheet.text(at(found.value), 10, number(found.value, 2), size=12, bold=True, align="center")
    for value, here in ((low, p.ink_2), (high, p.ink_2)):
        sheet.text(at(value), 52, number(value, 2), size=11, color=here, align="center")
    for value, known in ((lower, found.lower is not None), (upper, found.upper is not None)):
        if known and min(abs(at(value) - at(one)) for one in (low, high)) > 40:
            sheet.text(at(value), 52, number(value, 2), size=11, align="center")
    if found.lower is None and found.upper is None:
        title = say(
            N_("{name}: the same models everywhere from {low} to {high}"),
            name=name,
            low=number(low, 2),
            high=number(high, 2),
        )
    else:
        title = say(
            N_("{name}: the same models from {low} to {high}"), name=name, low=number(lower, 2), high=number(upper, 2)
        )
    caption = _(
        "In colour: values with the same models; point: the value in use; line: the values that were looked at."
    )
    return finish(sheet, Frame(title=title, caption=caption))


def skew_chart(found: Skew) -> Any:
    """Draw how many cases stand below, at and above the crossover, and how many of them at the anchors; an Altair chart."""
    p = palette()
    parts = (
        (_("below 0.5"), found.below, found.out, _("at 0")), (_("exactly 0.5"), found.half, 0, ""),
        (_("above 0.5"), found.above, found.into, _("at 1")),
    )  # fmt: skip
    label = max(text_width(words, 12) for words, *_rest in parts) + 16
    sheet = Sheet(640, 34.0 * len(parts))
    most = max(found.cases, 1)
    for at, (words, count, anchored, where) in enumerate(parts):
        y = 34 * (at + 0.5)
        sheet.text(label - 8, y, words, size=12, align="right")
        wide = (640 - label - 130) * count / most
        if count:
            color = p.accent if at == 1 else blend(p.paper, p.ink_3, 0.45)
            sheet.rect(label, y - 10, label + wide, y + 10, color)
        if anchored:
            sheet.rect(label, y - 10, label + wide * anchored / count, y + 10, blend(p.paper, p.ink_3, 0.85))
        told = f"{count}" + (f" ({where}: {anchored})" if anchored else "")
        sheet.text(label + wide + 8, y, told, size=12, bold=at == 1 and count > 0)
    title = say(
        N_("{share} of {cases} cases are above the crossover, at exactly 0.5: {half}"),
        share=percent(found.share_above), cases=found.cases, half=found.half,
    )  # fmt: skip
    caption = _(
        "A set with nearly all cases on one side tells little; cases at exactly 0.5 stand in no row of the truth table. Stronger: cases at an anchor."
    )
    return finish(sheet, Frame(title=title, caption=caption))
