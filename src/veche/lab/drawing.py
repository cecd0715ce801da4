"""Figures of the lab on sheets: the story of a town, a phase map, a counterfactual, what carries control. Each says what it cannot show."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veche.figures import Frame, Sheet, WaveMark, blend, finish, palette, wrap
from veche.lab.attribution import PLAYERS, Attribution
from veche.lab.comparisons import Comparison
from veche.lab.honesty import STATEMENTS
from veche.lab.model import Scenario
from veche.lab.observables import MONTH
from veche.lab.parameters import BY_NAME
from veche.lab.phases import MODEL, PhaseMap
from veche.words import N_, _, number, say

WIDTH, LEFT = 900, 150
#: names of the mechanisms, in the order of `PLAYERS`
PLAYER_WORDS = (N_("entrance selection"), N_("coercion"), N_("manipulation"), N_("bargaining"))
#: observables that a counterfactual shows, with short names
SHOWN = {
    "control": N_("Control"), "adoption": N_("Proposals adopted"), "yes_share": N_("Yes votes"), "tone": N_("Tone"),
    "temporising": N_("Waiting or blocked"), "coalition_share": N_("Months in coalition"), "turbulence": N_("Turbulence"),
    "partnership_share": N_("Months in partnership"), "opposition": N_("Persistent opposition"),
}  # fmt: skip


def honest(*before: str) -> str:
    """Write a caption that ends with what the model cannot show."""
    return " ".join([*before, *(_(one) for one in STATEMENTS)])


def given_words(scenario: Scenario, most: int = 12) -> str:
    """Write the conditions that differ from the defaults."""
    given = [f"{name} = {number(value, 2).rstrip('0').rstrip('.,')}" for name, value in scenario.parameters.given]
    more = [] if len(given) <= most else ["…"]
    return ", ".join(given[:most] + more) if given else _("all conditions at their defaults")


def story_figure(scenario: Scenario, months: NDArray[np.float64], run: int = 0, *, seed: int = 1) -> Any:
    """Draw the story of one run, with the band of all runs behind its policy: `months` has shape (runs, months, columns of `MONTH`)."""
    p = palette()
    sheet = Sheet(WIDTH, 10)
    one = {name: months[run, :, at] for at, name in enumerate(MONTH)}
    length, n = months.shape[1], int(scenario.parameters["N"])
    step = (WIDTH - LEFT - 10) / length

    def x(month: float) -> float:
        return float(LEFT + (month + 0.5) * step)

    bands = np.quantile(months[:, :, MONTH.index("policy")], (0.1, 0.5, 0.9), axis=0)
    ideal = scenario.parameters["theta_h"]
    low, high = min(0.0, bands.min(), one["policy"].min()), max(ideal, bands.max(), one["policy"].max())
    top, bottom = 10.0, 200.0

    def y(value: float) -> float:
        return float(bottom - (value - low) / (high - low or 1.0) * (bottom - top))

    for value, words in ((ideal, _("the head's ideal")), (0.0, _("the deputies' mean"))):
        sheet.rule(LEFT, y(value), WIDTH - 10, y(value), p.line_2)
        sheet.text(LEFT - 8, y(value), words, size=11.5, color=p.ink_2, align="right")
    sheet.band([(x(t), y(bands[2, t]), y(bands[0, t])) for t in range(length)], p.hues[4])
    sheet.line([(x(t), y(bands[1, t])) for t in range(length)], p.hues[4], width=1.2, dashed=True)
    sheet.line([(x(t), y(one["policy"][t])) for t in range(length)], p.ink, width=1.8)
    sheet.text(LEFT - 8, (top + bottom) / 2, _("Policy"), bold=True, align="right")
    for t in np.flatnonzero(~np.isnan(one["yes"])).tolist():
        height = 50 * one["yes"][t]
        kept = one["adopted"][t] > 0
        sheet.rect(x(t) - 0.3 * step, 280 - height, x(t) + 0.3 * step, 280, p.ink_3 if kept else p.accent)
    sheet.rule(LEFT, 280 - 50 * (n // 2 + 1) / n, WIDTH - 10, 280 - 50 * (n // 2 + 1) / n, p.line_2)
    sheet.text(LEFT - 8, 248, _("Yes votes"), bold=True, align="right")
    sheet.text(LEFT - 8, 264, _("colour: voted down"), size=11.5, color=p.ink_2, align="right")
    for t in range(length):
        if one["links"][t] > 0:
            height = 350 - 46 * one["links"][t] / n
            sheet.band([(x(t - 0.5), height, 350.0), (x(t + 0.5), height, 350.0)], p.hues[1], opacity=0.8)
        if one["partnership"][t] > 0:
            sheet.band([(x(t - 0.5), 372.0, 420.0), (x(t + 0.5), 372.0, 420.0)], p.hues[3], opacity=0.25)
    sheet.rule(LEFT, 350, WIDTH - 10, 350, p.line_2)
    sheet.text(LEFT - 8, 330, _("Links"), bold=True, align="right")
    sheet.line([(x(t), 420 - 48 * one["capital"][t]) for t in range(length)], p.hues[3], width=1.6)
    sheet.rule(LEFT, 420, WIDTH - 10, 420, p.line_2)
    sheet.text(LEFT - 8, 390, _("Partnership"), bold=True, align="right")
    sheet.text(LEFT - 8, 406, _("line: capital"), size=11.5, color=p.ink_2, align="right")
    for t in np.flatnonzero(one["head_removed"] > 0).tolist():
        sheet.point(x(t), top - 4, WaveMark("triangle-down", p.accent, p.accent), size=60)
    for t in range(0, length + 1, 12 if length <= 144 else 24 if length <= 300 else 60):
        sheet.text(LEFT + t * step, 436, str(t), size=11, color=p.ink_2, align="center")
    sheet.height = 448
    frame = Frame(
        title=say(N_("{name}: one possible history, month by month"), name=_(scenario.name) or _("A town")),
        subtitle=given_words(scenario),
        caption=honest(
            say(
                N_("Line: run {run} of {runs} (seed {seed}); band: 80 % of the runs; dashes: their median; triangles: the head is removed."),
                run=run + 1, runs=len(months), seed=seed,
            ),
        ),
    )  # fmt: skip
    return finish(sheet, frame)


def map_figure(found: PhaseMap) -> Any:
    """Draw a phase map: shades from low to high, or one colour per mechanism."""
    p = palette()
    size, left, top = 480.0, 70.0, 14.0
    sheet = Sheet(760, top + size + 60)
    rows, columns = found.values.shape
    typed = found.observable == MODEL
    known = found.values[~np.isnan(found.values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    hues = (p.hues[4], p.hues[5], p.hues[0], p.hues[2])
    for row in range(rows):
        for column in range(columns):
            value = float(found.values[row, column])
            if math.isnan(value):
                continue
            share = (value - low) / (high - low) if high > low else 0.5
            color = hues[int(value)] if typed else blend(blend(p.paper, p.accent, 0.06), p.accent, share)
            middle = top + size - (row + 0.5) * size / rows
            # thick lines have sharp corners, so that cells join without gaps, and are light: thousands of them are one kind of mark
            sheet.rule(
                left + column * size / columns,
                middle,
                left + (column + 1) * size / columns,
                middle,
                color,
                width=size / rows,
            )
    _axis_words(sheet, found, left, top, size)
    x = left + size + 30
    if typed:
        for at, words in enumerate(PLAYER_WORDS):
            sheet.rect(x, top + at * 26, x + 14, top + at * 26 + 14, hues[at])
            sheet.text(x + 22, top + at * 26 + 7, _(words), size=12)
    else:
        for at in range(40):
            share = 1 - at / 39
            sheet.rect(
                x, top + at * 4, x + 14, top + at * 4 + 5, blend(blend(p.paper, p.accent, 0.06), p.accent, share)
            )
        sheet.text(x + 22, top + 6, number(high), size=12)
        sheet.text(x + 22, top + 156, number(low), size=12)
    what = _("the mechanism that carries control") if typed else _(SHOWN.get(found.observable, found.observable))
    frame = Frame(
        title=say(N_("{what} over two conditions"), what=what[:1].upper() + what[1:]),
        subtitle=given_words(found.scenario),
        caption=honest(
            say(N_(
                "{points} points, {runs} runs each, all with the same draws; seed {seed}."), points=rows * columns, runs=found.runs, seed=found.seed)
        ),
    )  # fmt: skip
    return finish(sheet, frame)


def _axis_words(sheet: Sheet, found: PhaseMap, left: float, top: float, size: float) -> None:
    p = palette()
    for share in (0.0, 0.5, 1.0):
        at = found.x[0] + share * (found.x[-1] - found.x[0])
        sheet.text(left + share * size, top + size + 14, number(at), size=11.5, color=p.ink_2, align="center")
        at = found.y[0] + share * (found.y[-1] - found.y[0])
        sheet.text(left - 8, top + size - share * size, number(at), size=11.5, color=p.ink_2, align="right")
    sheet.text(left, top + size + 34, f"→ {found.x_name}: {_(BY_NAME[found.x_name].meaning)}", size=12)
    sheet.text(left, top + size + 52, f"↑ {found.y_name}: {_(BY_NAME[found.y_name].meaning)}", size=12)


def attribution_figure(found: Attribution, scenario: Scenario, sentence: str) -> Any:
    """Draw the share of control of each mechanism with its interval."""
    p = palette()
    left, width, step, top = 190.0, 520.0, 40.0, 12.0
    sheet = Sheet(left + width + 90, top + 4 * step + 26)
    table = found.table
    low, high = min(0.0, float(table["low"].min())), max(0.1, float(table["high"].max()))

    def x(value: float) -> float:
        return left + (value - low) / (high - low) * width

    for at, (player, words) in enumerate(zip(PLAYERS, PLAYER_WORDS, strict=True)):
        row: dict[Any, Any] = table.loc[player].to_dict()
        y = top + (at + 0.5) * step
        first = found.first == player
        sheet.rect(
            min(x(0), x(row["share"])), y - 8, max(x(0), x(row["share"])), y + 8, p.accent if first else p.line_2
        )
        sheet.rule(x(row["low"]), y, x(row["high"]), y, p.ink, width=1.4)
        sheet.text(left - 10, y, _(words), size=13, align="right", bold=first)
        sheet.text(left + width + 14, y, number(float(row["share"])), size=12.5, color=p.ink_2)
    sheet.rule(x(0), top, x(0), top + 4 * step, p.ink_3)
    frame = Frame(
        title=wrap(sentence, 2000, 22)[0].rstrip("."), subtitle=given_words(scenario),
        caption=honest(
            say(N_(
                "Shapley shares of the mean control of {runs} runs of sixteen subsets, all with the same draws; "
                "lines: 95 % intervals."), runs=found.runs)
        ),
    )  # fmt: skip
    return finish(sheet, frame)


def comparison_figure(found: Comparison, words: str) -> Any:
    """Draw what a counterfactual changes: differences of pairs with their intervals, and the mean policy of both month by month."""
    p = palette()
    left, width, step, top = 190.0, 330.0, 30.0, 30.0
    rows: list[tuple[str, str, dict[Any, Any]]] = [
        (name, label, found.table.loc[name].to_dict()) for name, label in SHOWN.items()
    ]
    sheet = Sheet(980, top + max(len(rows) * step, 240) + 30)
    ends = [abs(float(row[end])) for _name, _label, row in rows for end in ("low", "high") if row[end] == row[end]]
    far = max([0.05, *ends])

    def x(value: float) -> float:
        return left + (value + far) / (2 * far) * width

    sheet.text(left, 10, _("Difference of pairs"), bold=True, size=12)
    sheet.rule(x(0), top - 6, x(0), top + len(rows) * step, p.ink_3)
    for at, (_name, label, row) in enumerate(rows):
        y = top + (at + 0.5) * step
        sheet.text(left - 10, y, _(label), size=12.5, align="right")
        if row["error"] == row["error"]:
            clear = row["low"] > 0 or row["high"] < 0
            color = p.accent if clear else p.ink_3
            sheet.rule(x(row["low"]), y, x(row["high"]), y, color, width=1.6)
            sheet.point(x(row["difference"]), y, WaveMark("circle", color, color), size=60)
    for share in (-1.0, 0.0, 1.0):
        sheet.text(
            x(share * far), top + len(rows) * step + 14, number(share * far), size=11, color=p.ink_2, align="center"
        )
    if len(found.months):
        _months(sheet, found, 600.0, 370.0, top)
    frame = Frame(
        title=words.rstrip("."), subtitle=given_words(found.actual),
        caption=honest(
            say(N_(
                "Actual less counterfactual, {runs} pairs with the same draws, 95 % intervals; in colour where the "
                "interval excludes 0."), runs=found.runs)
        ),
    )  # fmt: skip
    return finish(sheet, frame)


def _months(sheet: Sheet, found: Comparison, left: float, width: float, top: float) -> None:
    p = palette()
    both = found.months[["policy", "policy_counterfactual"]].to_numpy()
    low, high = min(0.0, float(both.min())), float(both.max())

    def place(month: int, value: float) -> tuple[float, float]:
        return left + month / max(len(both) - 1, 1) * width, top + 220 - (value - low) / (high - low or 1.0) * 210

    sheet.text(left, 10, _("Mean policy"), bold=True, size=12)
    for column, color, dashed in ((1, p.ink_3, True), (0, p.accent, False)):
        sheet.line(
            [place(month, float(value)) for month, value in enumerate(both[:, column])], color, width=1.8, dashed=dashed
        )
    sheet.rule(left, top + 220, left + width, top + 220, p.line_2)
    sheet.text(left, top + 236, _("solid: actual; dashes: counterfactual"), size=11.5, color=p.ink_2)
    sheet.text(left + width, top + 236, say(N_("{n} months"), n=len(both)), size=11.5, color=p.ink_2, align="right")


__all__ = [
    "PLAYER_WORDS",
    "SHOWN",
    "attribution_figure",
    "comparison_figure",
    "given_words",
    "honest",
    "map_figure",
    "story_figure",
]
