"""The figure: tone before and after each event from above, by pair, with intervals and the other towns beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.analyses._shared.places import row_label
from veche.figures import Cell, Frame, Sheet, WaveMark, finish, key, palette, wave_marks, wrap
from veche.study.result import Result
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    import pandas as pd

NAME, AXIS, GAP, SAID = 190, 330, 30, 300
ROW, TOP = 46, 62


def figure(result: Result) -> Any:
    """Draw before and after of a result.

    Returns
    -------
    altair.LayerChart
        A ring is the tone told of the time before, a disc of the time after; to the right how many people speak.
    """
    main = result.table
    if not len(main):
        return finish(Sheet(400, 10), Frame(title=result.sentence.rstrip(".")))
    width = NAME + AXIS + GAP + SAID
    sheet = Sheet(width, 0, tips={"what": _("What"), "value": _("Value")})
    marks = wave_marks(2)
    key(sheet, [(marks[0], _("told of the time before")), (marks[1], _("told of the time after"))], 0, 10)
    top = 40.0
    for event, town in main[["event", "town"]].drop_duplicates().itertuples(index=False, name=None):
        rows = main[(main["event"] == event) & (main["town"] == town)]
        top = _event(sheet, result, rows, top, marks)
    sheet.height = top
    caption = _caption()
    title = _title(main)
    return finish(sheet, Frame(title=title, caption=caption, description=f"{result.sentence} {caption}"))


def _title(main: pd.DataFrame) -> str:
    sure = main[main["verdict"].isin(["colder", "warmer"])]
    if not len(sure):
        return _("Before and after events from above: no sure difference")
    places = ", ".join(dict.fromkeys(sure["place"]))
    return say(N_("Before and after events from above: told otherwise in {places}"), places=places)


def _x(tone: float) -> float:
    return NAME + 16 + (tone + 1) / 2 * (AXIS - 32)


def _event(sheet: Sheet, result: Result, rows: pd.DataFrame, top: float, marks: tuple[WaveMark, ...]) -> float:
    p = palette()
    first = rows.iloc[0]
    sheet.text(0, top + 12, f"{first['place']}: {first['event_title']}, {first['day'].isoformat()}", size=14, bold=True)
    y = top + TOP
    for at, (tone, word) in enumerate(((-1, _("antagonism")), (0, _("neutral")), (1, _("accord")))):
        align: Any = ("left", "center", "right")[at]
        sheet.text(
            _x(tone) + (-14 if at == 0 else 14 if at == 2 else 0), y - 14, word, size=11, color=p.ink_2, align=align
        )
    for k, (label, row) in enumerate(rows.iterrows()):
        _row(sheet, str(label), row, y + (k + 0.5) * ROW, marks)
    for k in range(len(rows) + 1):
        sheet.rule(0, y + k * ROW, NAME + AXIS, y + k * ROW, p.line)
    for k in range(len(rows)):  # not through the words under the marks
        sheet.rule(_x(0), y + k * ROW, _x(0), y + (k + 0.5) * ROW + 7, p.line_2)
    bottom = _accounts(sheet, result, str(first["event"]), str(first["town"]), y)
    return max(y + len(rows) * ROW, bottom) + 40


def _row(sheet: Sheet, label: str, row: pd.Series[Any], y: float, marks: tuple[WaveMark, ...]) -> None:
    p = palette()
    sure = row["verdict"] in ("colder", "warmer")
    sheet.text(0, y, wrap(str(row["relation_name"]), NAME - 14, 13, lines=2), size=13, bold=sure)
    before, after = float(row["value_before"]), float(row["value_after"])
    if before != before or after != after:
        sheet.text(NAME + 16, y, wrap(str(row["reason"]), AXIS - 24, 11.5, lines=2), size=11.5, color=p.ink_3)
        return
    cell = Cell(label, "difference", "intervention")
    sheet.rule(_x(before), y, _x(after), y, p.accent if sure else p.line_2, width=2.4 if sure else 1.4, cell=cell)
    for value, mark, column, count in (
        (before, marks[0], "value_before", row["reporters_before"]), (after, marks[1], "value_after", row["reporters_after"]),
    ):  # fmt: skip
        tip = {"what": row["relation_name"], "value": f"{number(value)} ({_('Reporters')}: {count})"}
        sheet.point(_x(value), y, mark, size=110, tip=tip, cell=Cell(label, column, "intervention"))
    other = float(row["other_places"])
    words = f"{number(after - before)} ({number(float(row['low']))} … {number(float(row['high']))})"
    if other == other:
        words += " · " + say(N_("elsewhere {value}"), value=number(other))
    sheet.text(_x(0), y + 15, words, size=10.5, color=p.ink if sure else p.ink_2, align="center", cell=cell)


def _accounts(sheet: Sheet, result: Result, event: str, town: str, top: float) -> float:
    """Bars of what people themselves say, told before and after the day."""
    p = palette()
    frame = result.tables["accounts"]
    rows = frame[(frame["event"] == event) & (frame["town"] == town)]
    rows = rows[(rows["told_before"] + rows["told_after"]) > 0]
    left = NAME + AXIS + GAP
    sheet.text(left, top - 14, _("People's own accounts, told before | after the day"), size=11, color=p.ink_2)
    most = max(1, int(rows[["told_before", "told_after"]].to_numpy().max())) if len(rows) else 1
    y = top + 10.0
    for row in rows.to_dict("records"):
        name = wrap(str(row["account_name"]), SAID, 11.5, lines=2)
        y += 7 * (len(name) - 1)
        sheet.text(left, y, name, size=11.5)
        y += 7 * (len(name) - 1)
        for column, color, shift in (("told_before", p.ink_3, 0), ("told_after", p.hues[0], 1)):
            count = int(row[column])
            cell = Cell(row_label(event, town, str(row["account"])), column, "accounts")
            x = left + shift * (SAID / 2)
            tip = {"what": row["account_name"], "value": str(count)}
            sheet.rect(
                x, y + 9, x + max(1.5, count / most * (SAID / 2 - 40)), y + 17, color, opacity=0.85, tip=tip, cell=cell
            )
            sheet.text(x + count / most * (SAID / 2 - 40) + 6, y + 13, str(count), size=11, color=p.ink_2, cell=cell)
        y += 36
    if not len(rows):
        sheet.text(left, y, _("nobody speaks of it"), size=11.5, color=p.ink_3)
        y += 20
    return y


def _caption() -> str:
    return " ".join(
        [
            _("Tone from −1 (antagonism) to 1 (accord), by the time of what is told."),
            _("Under the line: difference, its interval, and the mean difference of the other towns."),
            _("Before and after in one town does not say what brought a difference about."),
        ]
    )
