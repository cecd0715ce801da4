"""Small panels of codes over time: line, band, and the time when a code was not possible."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.places import row_label
from veche.figures import Cell, Frame, Sheet, WaveMark, finish, header, palette
from veche.figures.sheet import Align
from veche.study.codebook import Code
from veche.study.result import Result
from veche.words import N_, _, language, percent, say

if TYPE_CHECKING:
    import pandas as pd

WIDTH, HEIGHT, GAP, PER_LINE, LEFT, TOP, BELOW = 250, 130, 44, 4, 40, 36, 36


def figure(result: Result) -> Any:
    """Draw the codes of a result over time.

    Returns
    -------
    altair.LayerChart
        One panel per code on common axes; grey where its exposure window is closed.
    """
    table = result.tables["timeline"]
    codes = list(dict.fromkeys(table["code"]))
    if not codes:
        return finish(Sheet(400, 10), Frame(title=result.sentence.rstrip(".")))
    by_key = result.evidence.codebook.by_key
    limits = min(table["start"]), max(table["end"])
    by_wave = result.params is None or result.params.step == "wave"
    lines = -(-len(codes) // PER_LINE)
    width = LEFT + min(len(codes), PER_LINE) * (WIDTH + GAP) - GAP
    sheet = Sheet(width, lines * (TOP + HEIGHT + BELOW), tips=_tips())
    for at, code in enumerate(codes):
        panel = Panel(
            LEFT + at % PER_LINE * (WIDTH + GAP), at // PER_LINE * (TOP + HEIGHT + BELOW) + TOP, limits, by_wave=by_wave
        )
        _panel(sheet, panel, table[table["code"] == code], by_key[code])
    return finish(sheet, Frame(title=result.sentence.rstrip("."), caption=_caption(result)))


@dataclass(frozen=True, slots=True)
class Panel:
    """Where one panel stands, and how days and shares become pixels."""

    left: float
    top: float
    limits: tuple[dt.date, dt.date]
    by_wave: bool

    def x(self, day: dt.date) -> float:
        """Place of a day."""
        return self.left + WIDTH * (day - self.limits[0]).days / max((self.limits[1] - self.limits[0]).days, 1)

    def y(self, share: float) -> float:
        """Place of a share."""
        return self.top + HEIGHT * (1 - share)


def _parts(rows: pd.DataFrame, *, by_wave: bool) -> list[int]:
    """Number the runs of adjacent periods; waves are one run, the time between them is meant to be bridged."""
    part, parts, until = 0, [], None
    for row in rows.to_dict("records"):
        if until is not None and row["start"] != until and not by_wave:
            part += 1
        parts.append(part)
        until = row["end"]
    return parts


def _tips() -> dict[str, str]:
    return {"period": _("Period"), "said": _("Share of interviews"), "interval": _("Interval")}


def _panel(sheet: Sheet, panel: Panel, rows: pd.DataFrame, code: Code) -> None:
    p = palette()
    header(sheet, panel.left, panel.top, code.label(language()), WIDTH - 10)
    _closed(sheet, panel, code)
    _axes(sheet, panel)
    known = rows[rows["asked"] > 0]
    records, parts = known.to_dict("records"), _parts(known, by_wave=panel.by_wave)
    through = [(panel.x(row["middle"]), panel.y(row["share"])) for row in records]
    # across time without interviews the line is only a thread for the eye, without a band
    sheet.line(through, p.line_2, width=1.2, dashed=True)
    for part in sorted(set(parts)):
        run = [row for row, of in zip(records, parts, strict=True) if of == part]
        sheet.band([(panel.x(row["middle"]), panel.y(row["high"]), panel.y(row["low"])) for row in run], p.hues[0])
        sheet.line([(panel.x(row["middle"]), panel.y(row["share"])) for row in run], p.hues[0])
    ring = WaveMark("circle", p.paper, p.hues[0])
    for row, (x, y) in zip(records, through, strict=True):
        sheet.rule(x, panel.y(row["low"]), x, panel.y(row["high"]), p.hues[0], width=1.2, opacity=0.35)
        tip = {
            "period": row["period_label"], "said": f"{percent(row['share'])} ({row['mentions']}/{row['asked']})",
            "interval": f"{percent(row['low'])} – {percent(row['high'])}",
        }  # fmt: skip
        sheet.point(x, y, ring, size=58, tip=tip, cell=Cell(row_label(code.key, row["period"]), "share", "timeline"))


def _axes(sheet: Sheet, panel: Panel) -> None:
    p = palette()
    for share in (0, 0.5, 1):
        colour = p.line if share else p.line_2
        sheet.rule(panel.left, panel.y(share), panel.left + WIDTH, panel.y(share), colour)
        sheet.text(panel.left - 6, panel.y(share), percent(share), size=11, color=p.ink_2, align="right")
    for year in _years(panel.limits):
        x = panel.x(year)
        align: Align = "left" if x < panel.left + 15 else "right" if x > panel.left + WIDTH - 15 else "center"
        sheet.rule(x, panel.y(0), x, panel.y(0) + 4, p.line_2)
        sheet.text(x, panel.y(0) + 14, str(year.year), size=11, color=p.ink_2, align=align)


def _closed(sheet: Sheet, panel: Panel, code: Code) -> None:
    """Shade the days outside the exposure window and say so where there is room."""
    p, (first, last) = palette(), panel.limits
    spans = []
    if code.not_before is not None and code.not_before > first:
        spans.append((first, min(code.not_before, last)))
    if code.not_after is not None and code.not_after < last:
        spans.append((max(code.not_after, first), last))
    for start, end in spans:
        left, right = panel.x(start), panel.x(end)
        sheet.rect(left, panel.y(1), right, panel.y(0), p.line, opacity=0.75)
        if right - left > 90:
            middle = (left + right) / 2, panel.y(0.5) - 10
            sheet.text(*middle, _("not possible"), size=11, color=p.ink_2, align="center")


def _years(limits: tuple[dt.date, dt.date]) -> list[dt.date]:
    """List New Years to label, four or five of them."""
    years = range(limits[0].year, limits[1].year + 1)
    step = max(1, -(-len(years) // 4))
    days = [dt.date(year, 1, 1) for year in years[::step]]
    return [day for day in days if limits[0] <= day <= limits[1]]


def _caption(result: Result) -> str:
    params = result.params
    return " ".join(
        (
            say(
                N_(
                    "Share of interviews that mention the code, among those that could, at their mean day; "
                    "bands: {level}."
                ),
                level=percent(params.confidence if params else 0.95),
            ),
            _("Grey: the topic could not come up yet, or no longer."),
        )
    )
