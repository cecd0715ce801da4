"""One figure for shares by row, place and wave: the first place wide, the others beside it on the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from veche.figures import Sheet, WaveMark, header, key, palette, wave_marks, wrap
from veche.figures.sheet import Align, Cell, Row
from veche.words import percent

WIDTH, TOP = 1160, 66


@dataclass(frozen=True, slots=True)
class Spot:
    """One share with its interval (NaN: none), its tooltip and its cell."""

    value: float
    low: float
    high: float
    tip: Row
    cell: Cell


@dataclass(frozen=True)
class Panels:
    """What is drawn: rows and places by key and name, waves in order, spots, and which changes are proven."""

    rows: Sequence[tuple[str, str]]
    places: Sequence[tuple[str, str]]
    waves: Sequence[tuple[str, str]]
    #: (row, place, wave) -> spot, None where there is nothing
    spot: Callable[[str, str, str], Spot | None]
    #: waves compared, by key
    pair: tuple[str, str] | None = None
    proven: Callable[[str, str], bool] = lambda row, place: False
    #: words at the right of each row
    words: Callable[[str], str] | None = None
    heading: str = ""
    labels: int = 205
    first: int = 300
    right: int = 130
    step: int = 44
    gap: int = 14
    tips: Row = field(default_factory=dict)

    @property
    def bottom(self) -> float:
        """Lower edge of the rows."""
        return TOP + self.step * len(self.rows)

    def y(self, at: int, wave: int = -1) -> float:
        """Middle of a row, or where the mark of a wave stands in it."""
        off = 0.0 if wave < 0 else (wave - (len(self.waves) - 1) / 2) * (0.26 if len(self.waves) < 3 else 0.24)
        return TOP + (at + 0.5 + off) * self.step


def draw_panels(panels: Panels) -> Sheet:
    """Draw the sheet."""
    wide = panels.first if len(panels.places) > 1 else 2 * panels.first
    right = panels.right if panels.words else 0
    left = panels.labels + panels.gap
    room = WIDTH - left - wide - right - 2 * panels.gap
    narrow = max(56.0, room / max(len(panels.places) - 1, 1) - panels.gap)
    total = left + wide + (panels.gap + right if right else 0) + (len(panels.places) - 1) * (panels.gap + narrow)
    sheet = Sheet(total, panels.bottom + 34, tips=panels.tips)
    marks = wave_marks(len(panels.waves))
    key(sheet, [(mark, name) for mark, (_key, name) in zip(marks, panels.waves, strict=True)], left, 10)
    for at, (_key, name) in enumerate(panels.rows):
        sheet.text(panels.labels, panels.y(at), wrap(name, panels.labels - 4, 12.5, lines=2), size=12.5, align="right")
    _panel(sheet, panels, panels.places[0], left, wide, marks)
    x: float = left + wide
    if panels.words:
        _words(sheet, panels, x + panels.gap)
        x += panels.gap + right
    for place in panels.places[1:]:
        _panel(sheet, panels, place, x + panels.gap, narrow, marks)
        x += panels.gap + narrow
    return sheet


def _panel(
    sheet: Sheet, panels: Panels, place: tuple[str, str], left: float, width: float, marks: Sequence[WaveMark]
) -> None:
    p = palette()
    header(sheet, left, TOP, place[1], width, large=width > 200)
    for at in range(len(panels.rows) + 1):
        sheet.rule(left, TOP + at * panels.step, left + width, TOP + at * panels.step, p.line)
    for share in (0, 0.25, 0.5, 0.75, 1) if width > 200 else (0, 0.5, 1):
        x = left + share * width
        sheet.rule(x, TOP, x, panels.bottom, p.line)
        if width > 200 or share != 0.5:
            align: Align = "left" if share == 0 else "right" if share == 1 else "center"
            sheet.text(x, panels.bottom + 14, percent(share), size=11, color=p.ink_2, align=align)
    for at, (row, _name) in enumerate(panels.rows):
        _row(sheet, panels, row, place[0], at, left, width, marks)


def _row(
    sheet: Sheet,
    panels: Panels,
    row: str,
    place: str,
    at: int,
    left: float,
    width: float,
    marks: Sequence[WaveMark],
) -> None:
    p = palette()
    ends: list[tuple[float, float]] = []
    for w, ((wave, _name), mark) in enumerate(zip(panels.waves, marks, strict=True)):
        spot = panels.spot(row, place, wave)
        if spot is None or spot.value != spot.value:
            continue
        x, y = left + spot.value * width, panels.y(at, w)
        if panels.pair and wave in panels.pair:
            ends.append((x, y))
        certain = spot.low == spot.low
        if certain:
            sheet.rule(left + spot.low * width, y, left + spot.high * width, y, mark.stroke, width=1.2, opacity=0.8)
        size = 85 if width > 200 else 55
        sheet.point(x, y, mark, size=size, opacity=1 if certain else 0.45, tip=spot.tip, cell=spot.cell)
    if len(ends) == 2:
        proven = panels.proven(row, place)
        sheet.rule(*ends[0], *ends[1], p.accent if proven else p.line_2, width=2.4 if proven else 1.6)


def _words(sheet: Sheet, panels: Panels, left: float) -> None:
    p = palette()
    assert panels.words is not None
    header(sheet, left, TOP, panels.heading, panels.right)
    for at in range(len(panels.rows) + 1):
        sheet.rule(left, TOP + at * panels.step, left + panels.right, TOP + at * panels.step, p.line)
    for at, (row, _name) in enumerate(panels.rows):
        proven = panels.proven(row, panels.places[0][0])
        lines = wrap(panels.words(row), panels.right - 4, 12, lines=2)
        sheet.text(left + 2, panels.y(at), lines, bold=proven, color=p.accent if proven else p.ink_3)
