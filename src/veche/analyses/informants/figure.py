"""Levels as told and as measured, and beside them who judges higher or lower."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.figures import Frame, Sheet, WaveMark, finish, header, key, palette, wave_marks, wrap
from veche.figures.sheet import Cell
from veche.study.result import Result
from veche.words import N_, _, number, percent, say

if TYPE_CHECKING:
    import pandas as pd

LABELS, LEFT, MIDDLE, NAMES, RIGHT, TOP, STEP = 225, 400, 36, 235, 330, 66, 28
#: reporters shown besides the groups
MOST = 9


def figure(result: Result) -> Any:
    """Draw levels and deviations of a result.

    Returns
    -------
    altair.LayerChart
        Left: rings are means of what was told, discs the measured levels with intervals; right: shifts of groups and of
        the reporters who deviate most.
    """
    cases, groups, reporters = (result.tables[name] for name in ("cases", "groups", "reporters"))
    shown = reporters[reporters["reason"] == ""].head(MOST)
    right = max(len(groups) - 1, 0) + len(shown) + 1
    height = STEP * max(len(cases), right)
    sheet = Sheet(LABELS + LEFT + MIDDLE + NAMES + RIGHT, TOP + height + 34, tips=_tips())
    told, measured = wave_marks(2)
    key(sheet, [(told, _("as told")), (measured, _("as measured"))], LABELS, 10)
    _cases(sheet, result, cases, told, measured)
    x = LABELS + LEFT + MIDDLE + NAMES
    _shifts(sheet, groups, shown, x, measured)
    caption = _caption(result)
    title, _dot, rest = result.sentence.partition(". ")
    return finish(
        sheet,
        Frame(title=title.rstrip("."), subtitle=rest, caption=caption, description=f"{result.sentence} {caption}"),
    )


def _tips() -> dict[str, str]:
    return {"place": _("Place"), "wave": _("Wave"), "said": _("Level"), "interval": _("Interval"), "n": _("Judgements")}


def _cases(sheet: Sheet, result: Result, cases: pd.DataFrame, told: WaveMark, measured: WaveMark) -> None:
    p = palette()
    waves = {wave.key: wave.label or wave.key for wave in result.evidence.waves}
    bottom = TOP + STEP * len(cases)
    header(sheet, LABELS, TOP, _("Level of place and wave"), LEFT, large=True)
    for share, word, align in ((0.0, _("lowest"), "left"), (0.5, "", "center"), (1.0, _("highest"), "right")):
        sheet.rule(LABELS + share * LEFT, TOP, LABELS + share * LEFT, bottom, p.line)
        sheet.text(LABELS + share * LEFT, bottom + 14, word, size=11, color=p.ink_2, align=align)  # type: ignore[arg-type]
    for at, (label, row) in enumerate(cases.iterrows()):
        y = TOP + (at + 0.5) * STEP
        sheet.rule(LABELS, TOP + at * STEP, LABELS + LEFT, TOP + at * STEP, p.line)
        name = wrap(f"{row['place']}, {waves[row['wave']]}", LABELS - 10, 12, lines=1)
        sheet.text(LABELS - 10, y, name, size=12, align="right")
        if row["reason"]:
            _missing(sheet, row, LABELS + 8, y, Cell(str(label), "measured", "cases"))
            continue
        tip = {
            "place": row["place"], "wave": waves[row["wave"]], "n": int(row["judgements"]),
            "said": number(row["measured"]), "interval": f"{number(row['low'])} – {number(row['high'])}",
        }  # fmt: skip
        sheet.rule(
            LABELS + row["low"] * LEFT, y, LABELS + row["high"] * LEFT, y, measured.stroke, width=1.4, opacity=0.8
        )
        sheet.point(LABELS + row["told"] * LEFT, y, told, size=60, tip=tip, cell=Cell(str(label), "told", "cases"))
        sheet.point(
            LABELS + row["measured"] * LEFT, y, measured, size=80, tip=tip, cell=Cell(str(label), "measured", "cases")
        )


def _missing(sheet: Sheet, row: pd.Series[Any], x: float, y: float, cell: Cell) -> None:
    """Say why a row has no number, in its place."""
    sheet.text(x, y, wrap(str(row["reason"]), RIGHT / 2, 11, lines=2), size=11, color=palette().ink_3, cell=cell)


def _shifts(sheet: Sheet, groups: pd.DataFrame, reporters: pd.DataFrame, left: float, mark: WaveMark) -> None:
    """Draw shifts around the line of no shift: groups first, then reporters."""
    p = palette()
    rows = [(str(label), row, "groups", str(row["group"])) for label, row in groups.iloc[1:].iterrows()]
    rows += [
        (str(label), row, "reporters", f"{row['respondent']}, {row['role_name'].split(', ')[0]}")
        for label, row in reporters.iterrows()
    ]
    if not rows:
        return
    bounds = [abs(row[side]) for _label, row, _table, _name in rows for side in ("low", "high") if not row["reason"]]
    edge = max([0.5, *bounds])
    scale = RIGHT / 2 / edge
    middle = left + RIGHT / 2
    bottom = TOP + STEP * len(rows)
    header(sheet, left - NAMES, TOP, _("Judge lower or higher than others"), RIGHT + NAMES, large=True)
    sheet.rule(middle, TOP, middle, bottom, p.line_2, width=1.4)
    ends = (
        (left, f"−{number(edge, 1)}", "left"),
        (middle, "0", "center"),
        (left + RIGHT, f"+{number(edge, 1)}", "right"),
    )
    for x, word, align in ends:
        sheet.text(x, bottom + 14, word, size=11, color=p.ink_2, align=align)  # type: ignore[arg-type]
    for at, (label, row, table, name) in enumerate(rows):
        y = TOP + (at + 0.5) * STEP
        sure = row["verdict"] in ("higher", "lower")
        colour = p.accent if sure else p.ink_3
        own = WaveMark(mark.shape, colour, colour)
        sheet.rule(left - NAMES, TOP + at * STEP, left + RIGHT, TOP + at * STEP, p.line)
        words = wrap(name, NAMES - 12, 12, lines=1)
        sheet.text(
            left - 10,
            y,
            words,
            size=12,
            align="right",
            bold=table == "groups",
            color=p.ink if table == "groups" else p.ink_2,
        )
        sheet.rule(middle + row["low"] * scale, y, middle + row["high"] * scale, y, colour, width=1.4, opacity=0.8)
        if row["reason"]:
            _missing(sheet, row, left + 8, y, Cell(label, "shift", table))
            continue
        tip = {
            "said": number(row["shift"]),
            "interval": f"{number(row['low'])} – {number(row['high'])}",
            "n": int(row["judgements"]),
        }
        sheet.point(middle + row["shift"] * scale, y, own, size=75, tip=tip, cell=Cell(label, "shift", table))


def _caption(result: Result) -> str:
    params = result.params
    return " ".join(
        [
            say(
                N_("Scale {scale}. As told: plain mean of the judgements; as measured: level that a reporter of the first group would name."),
                scale=params.scale if params else "",
            ),
            say(
                N_(
                    "Lines: {level} intervals of the posterior; in colour where the shift is sure for all of them at once. "
                    "Shifts in standard deviations of the hidden level."
                ),
                level=percent(params.confidence if params else 0.95),
            ),
        ]
    )  # fmt: skip
