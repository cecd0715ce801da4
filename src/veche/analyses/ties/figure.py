"""The figure: a panel for each town and window, as a network or as a matrix."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.places import row_label
from veche.analyses.ties.layout import places
from veche.figures import Cell, Frame, Sheet, WaveMark, blend, finish, header, palette, text_width, wrap
from veche.figures.labels import Box, placed_labels
from veche.study.result import Result
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    import pandas as pd

#: size of a panel of a network, gaps, room for the name of a town, most actors in a panel
WIDTH, HEIGHT, GAP, HEAD, MOST = 372, 300, 22, 56, 14
CELL, ROOM = 26, 170
#: size of a name, and the smallest that a long one may shrink to
LABEL, SMALLEST = 11.0, 8.5


@dataclass(frozen=True)
class Panel:
    """One town and window: its ties with a tone, and the actors in order."""

    town: str
    place: str
    period: str
    label: str
    rows: pd.DataFrame
    reason: str
    #: keys of the actors that are persons
    people: frozenset[str]


def figure(result: Result) -> Any:
    """Draw the ties of a result.

    Returns
    -------
    altair.LayerChart
        Arrows go from who acts to who is acted upon; solid and cool: accord; dashed and warm: antagonism; thicker:
        more votes. Or matrices: rows act, columns are acted upon.
    """
    panels = make_panels(result)
    if not panels:
        return finish(Sheet(400, 10), Frame(title=result.sentence.rstrip(".")))
    matrix = bool(result.params) and result.params.drawn == "matrix"
    towns = list(dict.fromkeys(one.town for one in panels))
    columns = max(sum(one.town == town for one in panels) for town in towns)
    sheet = Sheet(columns * (WIDTH + GAP) - GAP, 0, tips=_tips())
    top = _legend(sheet, matrix)
    for town in towns:
        mine = [one for one in panels if one.town == town]
        top = (_matrices if matrix else _networks)(sheet, mine, top)
    sheet.height = top
    caption = _caption(matrix)
    return finish(sheet, Frame(title=_title(result), caption=caption, description=f"{result.sentence} {caption}"))


def _legend(sheet: Sheet, matrix: bool) -> float:
    """Say in one line what the marks mean; return where the panels begin."""
    p = palette()
    x, y = 0.0, 9.0
    for tone, sign, words in ((1.0, "+", _("accord")), (-1.0, "−", _("antagonism")), (0.0, "·", _("neither"))):
        if matrix:
            sheet.rect(x, y - 9, x + 18, y + 9, blend(p.panel, tone_color(tone), 0.15 + 0.75 * abs(tone)))
            sheet.text(x + 9, y, sign, size=12, align="center", color=p.paper if tone else p.ink)
        else:
            sheet.line([(x, y), (x + 26, y)], tone_color(tone), width=2.2, dashed=tone < 0)
        x += 26 if matrix else 34
        sheet.text(x, y, words, size=LABEL, color=p.ink_2)
        x += text_width(words, LABEL) + 22
    if not matrix:
        for width, votes in ((1.3, 1), (3.4, 9)):
            sheet.line([(x, y - 5), (x, y + 5)], p.ink_3, width=width)
            sheet.text(x + 7, y, str(votes), size=LABEL, color=p.ink_2)
            x += 26
        sheet.text(x, y, _("votes"), size=LABEL, color=p.ink_2)
    return 34.0


def _title(result: Result) -> str:
    moved = result.tables["tie_change"]
    changed = int(moved["verdict"].isin(["colder", "warmer"]).sum())
    if changed:
        return say(N_("Who is close to whom, who is against whom: ties that surely changed: {n}"), n=changed)
    return _("Who is close to whom, and who is against whom")


def make_panels(result: Result) -> list[Panel]:
    """Choose what is drawn: every town and window, with the ties that have a tone."""
    ties, windows = result.tables["ties"], result.tables["windows"]
    known = ties[ties["tone"].notna()]
    people = frozenset(one.key for one in result.evidence.actors if one.kind == "person")
    found = []
    for row in windows.to_dict("records"):
        here = known[(known["town"] == row["town"]) & (known["period"] == row["period"])]
        found.append(Panel(row["town"], row["place"], row["period"], row["period_label"], here, row["reason"], people))
    drawn = {one.town for one in found if len(one.rows)}
    return [one for one in found if one.town in drawn]


def _actors(panels: list[Panel]) -> dict[str, str]:
    """Actors of a town, those with most votes first, and their names."""
    votes: dict[str, float] = {}
    names: dict[str, str] = {}
    for panel in panels:
        for row in panel.rows.to_dict("records"):
            for side in ("source", "target"):
                votes[row[side]] = votes.get(row[side], 0.0) + row["votes"]
                name = row[f"{side}_name"]
                names[row[side]] = initials(name) if row[side] in panel.people else name
    order = sorted(votes, key=lambda key: (-votes[key], key))[:MOST]
    return {key: names[key] for key in order}


def initials(name: str) -> str:
    """Shorten the name of a person, of whom all words begin with a capital: surname and initials.

    In Cyrillic the surname is taken to stand first, else last.

    Examples
    --------
    >>> initials("Boris Nikolaevich Grachev"), initials("Governor of the region")
    ('B. N. Grachev', 'Governor of the region')
    """
    words = name.split()
    if not 1 < len(words) < 5 or not all(word[:1].isupper() and word.isalpha() for word in words):
        return name
    if any("а" <= letter <= "я" for letter in name.lower()):
        return " ".join([words[0], *(f"{word[0]}." for word in words[1:])])
    return " ".join([*(f"{word[0]}." for word in words[:-1]), words[-1]])


def _networks(sheet: Sheet, panels: list[Panel], top: float) -> float:
    names = _actors(panels)
    weights: dict[tuple[str, str], float] = {}
    for panel in panels:
        for row in panel.rows.to_dict("records"):
            pair = (min(row["source"], row["target"]), max(row["source"], row["target"]))
            weights[pair] = weights.get(pair, 0.0) + row["votes"]
    kept = {pair: votes for pair, votes in weights.items() if pair[0] in names and pair[1] in names}
    at = places(tuple(names), kept, WIDTH, HEIGHT)
    sheet.text(0, top + 14, panels[0].place, size=16, bold=True)
    for column, panel in enumerate(panels):
        left = column * (WIDTH + GAP)
        _network(sheet, panel, names, at, left, top + HEAD)
    return top + HEAD + HEIGHT + 26


def _network(
    sheet: Sheet, panel: Panel, names: dict[str, str], at: dict[str, tuple[float, float]], left: float, top: float
) -> None:
    p = palette()
    header(sheet, left, top, panel.label, WIDTH)
    sheet.rect(left, top, left + WIDTH, top + HEIGHT, p.panel)
    rows = [row for row in panel.rows.to_dict("records") if row["source"] in at and row["target"] in at]
    active = {row[side] for row in rows for side in ("source", "target")}
    drawn: list[Box] = []
    for row in sorted(rows, key=lambda one: float(one["votes"])):
        drawn += _tie(sheet, panel, row, at, left, top)
    points = [at[key] for key in names]
    lines = [wrap(name, 104, LABEL, lines=2) for name in names.values()]
    sizes = [(max(text_width(line, LABEL) for line in some) + 6, 14.0 * len(some)) for some in lines]
    boxes = placed_labels(points, sizes, [5.5] * len(points), WIDTH, HEIGHT, drawn)
    for key, some, box in zip(names, lines, boxes, strict=True):
        here = key in active
        x, y = at[key]
        mark = WaveMark("circle", p.ink_2 if here else p.panel, p.ink_2 if here else p.line_2)
        sheet.point(left + x, top + y, mark, size=62)
        sheet.text(left + box.x, top + box.y, some, size=LABEL, align="center", color=p.ink if here else p.ink_3)
    if not rows:
        sheet.text(
            left + WIDTH / 2,
            top + 18,
            panel.reason or _("no tie with enough reporters"),
            size=11,
            color=p.ink_2,
            align="center",
        )


def tone_color(tone: float) -> str:
    """Colour of a tone: warm for antagonism, cool for accord, grey between."""
    p = palette()
    return blend(p.ink_3, p.hues[1] if tone > 0 else p.accent, min(1.0, 1.3 * abs(tone)))


def _tie(
    sheet: Sheet, panel: Panel, row: Mapping[Any, Any], at: dict[str, tuple[float, float]], left: float, top: float
) -> list[Box]:
    """Draw a tie as a bowed arrow; the two directions of a pair bow to different sides."""
    (x, y), (x2, y2) = at[row["source"]], at[row["target"]]
    length = max(math.hypot(x2 - x, y2 - y), 1e-6)
    ux, uy = (x2 - x) / length, (y2 - y) / length
    bow = min(22.0, 0.14 * length)
    start = (x + 7 * ux, y + 7 * uy)
    end = (x2 - 8 * ux, y2 - 8 * uy)
    middle = ((x + x2) / 2 - uy * bow, (y + y2) / 2 + ux * bow)
    points = [_bezier(start, middle, end, k / 8) for k in range(9)]
    shifted = [(left + a, top + b) for a, b in points]
    tone = float(row["tone"])
    color, width = tone_color(tone), 1.0 + min(2.4, 0.26 * float(row["votes"]))
    sheet.line(shifted, color, width=width, dashed=tone < 0)
    tip, back = shifted[-1], shifted[-2]
    angle = math.atan2(tip[1] - back[1], tip[0] - back[0])
    for turn in (2.6, -2.6):
        wing = (tip[0] + 7.5 * math.cos(angle + turn), tip[1] + 7.5 * math.sin(angle + turn))
        sheet.line([tip, wing], color, width=max(1.4, 0.8 * width))
    cell = Cell(row_label(panel.town, panel.period, row["source"], row["target"]), "tone", "ties")
    a, b = shifted[4]
    sheet.point(a, b, WaveMark("circle", palette().panel, color), size=26, tip=_tip(panel, row), cell=cell)
    return [Box(x, y, 9, 9) for x, y in points[1:8]]


def _bezier(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], t: float) -> tuple[float, float]:
    u = 1 - t
    return u * u * a[0] + 2 * u * t * b[0] + t * t * c[0], u * u * a[1] + 2 * u * t * b[1] + t * t * c[1]


def _matrices(sheet: Sheet, panels: list[Panel], top: float) -> float:
    """Draw the matrices of a town side by side, on the same rows."""
    p = palette()
    names = _actors(panels)
    keys = list(names)
    step = min(CELL, (WIDTH - ROOM) / max(1, len(keys)))
    sheet.text(0, top + 14, panels[0].place, size=16, bold=True)
    for column, panel in enumerate(panels):
        left = column * (WIDTH + GAP)
        corner = top + HEAD + 16
        header(sheet, left, top + HEAD - 4, panel.label, WIDTH)
        at = {(row["source"], row["target"]): row for row in panel.rows.to_dict("records")}
        for i, source in enumerate(keys):
            y = corner + i * step
            name, size = fitted(f"{i + 1}. {names[source]}", ROOM - 10)
            sheet.text(left + ROOM - 8, y + step / 2, name, size=size, align="right")
            sheet.text(left + ROOM + (i + 0.5) * step, corner - 8, str(i + 1), size=10.5, color=p.ink_2, align="center")
            for j, target in enumerate(keys):
                x = left + ROOM + j * step
                row = at.get((source, target))
                if row is None:
                    sheet.rect(x + 1, y + 1, x + step - 1, y + step - 1, p.panel)
                    continue
                cell = Cell(row_label(panel.town, panel.period, source, target), "tone", "ties")
                color = blend(p.panel, tone_color(row["tone"]), 0.15 + 0.75 * abs(row["tone"]))
                sheet.rect(x + 1, y + 1, x + step - 1, y + step - 1, color, tip=_tip(panel, row), cell=cell)
                sign = "+" if row["tone"] > 0.05 else "−" if row["tone"] < -0.05 else "·"
                ink = p.paper if abs(row["tone"]) > 0.55 else p.ink
                sheet.text(x + step / 2, y + step / 2, sign, size=12, align="center", color=ink, cell=cell)
    return top + HEAD + 16 + len(keys) * step + 34


def fitted(text: str, room: float) -> tuple[str, float]:
    """Give a line and its size so that it fits: smaller letters first, then cut at a letter with an ellipsis."""
    size = min(LABEL, LABEL * room / max(text_width(text, LABEL), 1.0))
    if size >= SMALLEST:
        return text, size
    while text and text_width(text + "…", SMALLEST) > room:
        text = text[:-1]
    return text.rstrip() + "…", SMALLEST


def _tips() -> dict[str, str]:
    return {
        "who": _("Who"),
        "whom": _("To whom"),
        "when": _("Window"),
        "tone_words": _("Tone of the tie"),
        "people": _("Reporters"),
    }


def _tip(panel: Panel, row: Mapping[Any, Any]) -> dict[str, Any]:
    low, high = number(row["low"]), number(row["high"])
    return {
        "who": row["source_name"], "whom": row["target_name"], "when": panel.label,
        "tone_words": f"{number(row['tone'])} ({low} … {high})", "people": row["reporters"],
    }  # fmt: skip


def _caption(matrix: bool) -> str:
    if matrix:
        first = _(
            "Rows act, columns are acted upon; plus: accord, minus: antagonism, dot: neither; deeper: stronger. Empty: too few reporters."
        )
    else:
        first = _(
            "Arrow: from who acts to who is acted upon; solid and cool: accord, dashed and warm: antagonism, grey: neither; thicker: more."
        )
    return (
        first
        + " "
        + _("Only ties with enough reporters, by the time of the events. Actors keep their places in all windows.")
    )
