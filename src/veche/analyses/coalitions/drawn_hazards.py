"""Hazards from window to window: of the coalitions of a town alive in a window, how many ended with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.figures import Cell, Sheet, header, palette, wrap
from veche.words import _, number, percent

if TYPE_CHECKING:
    import pandas as pd

#: room for the name of a town, height of a row and of its bars, room above the first row
NAME, ROW, BAR, HEAD = 150, 46, 20, 62
#: widest column of a window, and the narrowest that has a label of its own
WIDEST, LABELLED = 64.0, 36.0


def room(table: pd.DataFrame) -> float:
    """How high the panel is; 0 if no hazard is known."""
    towns = _known(table)["town"].nunique()
    return HEAD + towns * ROW + 16 if towns else 0.0


def panel(sheet: Sheet, table: pd.DataFrame, top: float, width: float) -> None:
    """Draw one row of bars for every town; a window of which nothing is known has none."""
    rows = _known(table)
    if not len(rows):
        return
    p = palette()
    windows = sorted(set(rows["window_before"]))
    step = min(WIDEST, (width - NAME) / len(windows))
    header(sheet, 0, top + 14, _("How many of the coalitions alive in a window ended with it"), width)
    every = max(1, round(LABELLED / step + 0.49))
    for k, window in enumerate(windows):
        if k % every == 0:
            sheet.text(NAME + (k + 0.5) * step, top + 36, str(window), size=11, color=p.ink_2, align="center")
    for at, (_town, here) in enumerate(rows.groupby("town", sort=False)):
        y = top + HEAD + at * ROW
        sheet.text(
            NAME - 14, y + BAR / 2, wrap(str(here["place"].iloc[0]), NAME - 20, 12, lines=2), size=12, align="right"
        )
        sheet.rule(NAME, y + BAR, NAME + len(windows) * step, y + BAR, p.line_2)
        for key, row in here.iterrows():
            _bar(sheet, str(key), row, NAME + windows.index(row["window_before"]) * step, y, step)


def _bar(sheet: Sheet, key: str, row: pd.Series[Any], x: float, y: float, step: float) -> None:
    p = palette()
    share, cell = float(row["hazard"]), Cell(key, "hazard", "hazards")
    left, right = x + 0.18 * step, x + 0.82 * step
    tip = {
        "group": row["place"], "at": f"{row['window_before']} → {row['window_after']}", "risk": str(row["at_risk"]),
        "left": f"{percent(1 - share)} ({percent(1 - row['high'])} – {percent(1 - row['low'])})",
    }  # fmt: skip
    sheet.rect(left, y, right, y + BAR, p.panel, tip=tip, cell=cell)
    if share > 0:
        sheet.rect(left, y + BAR * (1 - share), right, y + BAR, p.accent, opacity=0.85, tip=tip, cell=cell)
    if step >= LABELLED:
        words = f"{number(row['ended'], 0)} : {row['at_risk']}"
        sheet.text((left + right) / 2, y + BAR + 10, words, size=10, color=p.ink_2, align="center", cell=cell)


def _known(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["hazard"].notna()]
