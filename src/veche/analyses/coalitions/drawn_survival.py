"""Survival of coalitions: Kaplan and Meier's steps with bounds, and Turnbull's intervals in which ends lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.analyses._shared.coalitions import ENDED, ENDINGS
from veche.analyses._shared.places import ALL
from veche.analyses.coalitions import drawn_hazards
from veche.figures import Cell, Frame, Sheet, WaveMark, finish, key, palette
from veche.study.result import Result
from veche.words import _, number, percent

if TYPE_CHECKING:
    import pandas as pd

WIDTH, HEIGHT, LEFT, TOP = 860, 340, 60, 70


def curves(result: Result) -> Any:
    """Draw the curves of all coalitions and of every scope that has an end."""
    table, held = result.tables["survival"], result.tables["intervals"]
    title = _("How long coalitions last")
    if not len(table):
        return finish(Sheet(400, 10), Frame(title=title, subtitle=_("No end of a coalition was seen.")))
    most = float(max(table["months"].max(), held["to_months"].max(), held["from_months"].max()))
    hazards = result.tables["hazards"]
    sheet = Sheet(
        WIDTH,
        TOP + HEIGHT + 48 + drawn_hazards.room(hazards),
        tips={"group": _("Coalitions"), "at": _("Months"), "risk": _("At risk"), "left": _("Still there")},
    )
    _axes(sheet, most)
    colors = _colors(table)
    key(sheet, [(WaveMark("square", color, color), name) for name, color in colors.values()], 0, 12)
    _turnbull(sheet, held[held["group"] == ALL], most)
    for group, (_name, color) in colors.items():
        _steps(sheet, table[table["group"] == group], color, most, bold=group == ALL)
    _censored(sheet, result, table[table["group"] == ALL], most)
    drawn_hazards.panel(sheet, hazards, TOP + HEIGHT + 60, WIDTH)
    return finish(sheet, Frame(title=title, subtitle=_said(table), caption=_caption(result)))


def _x(months: float, most: float) -> float:
    return LEFT + (WIDTH - LEFT - 20) * months / most


def _y(share: float) -> float:
    return TOP + HEIGHT * (1 - share)


def _colors(table: pd.DataFrame) -> dict[str, tuple[str, str]]:
    p = palette()
    names = dict(zip(table["group"], table["group_name"], strict=True))
    hues = iter((p.hues[0], p.hues[1], p.hues[2], p.hues[4], p.hues[3]))
    return {group: (name, p.ink if group == ALL else next(hues)) for group, name in names.items()}


def _axes(sheet: Sheet, most: float) -> None:
    p = palette()
    for share in (0, 0.25, 0.5, 0.75, 1):
        sheet.rule(LEFT, _y(share), WIDTH - 20, _y(share), p.line)
        sheet.text(LEFT - 8, _y(share), percent(share), size=11, color=p.ink_2, align="right")
    step = next(s for s in (6, 12, 24, 48, 120, 240, 1200, 12000, 120000) if most / s <= 12)
    for k in range(int(most // step) + 1):
        sheet.text(_x(k * step, most), TOP + HEIGHT + 16, number(k * step, 0), size=11, color=p.ink_2, align="center")
    sheet.text(WIDTH - 20, TOP + HEIGHT + 36, _("months"), size=11, color=p.ink_2, align="right")


def _steps(sheet: Sheet, rows: pd.DataFrame, color: str, most: float, *, bold: bool) -> None:
    points, last = [(_x(0, most), _y(1.0))], 1.0
    band: list[tuple[float, float, float]] = []
    bounds = (1.0, 1.0)
    for row in rows.reset_index(names="key").to_dict("records"):
        x = _x(row["months"], most)
        points += [(x, _y(last)), (x, _y(row["survival"]))]
        band.append((x, _y(bounds[1]), _y(bounds[0])))
        if row["low"] == row["low"]:
            bounds = row["low"], row["high"]
        band.append((x + 0.01, _y(bounds[1]), _y(bounds[0])))
        last = row["survival"]
        tip = {
            "group": row["group_name"],
            "at": number(row["months"], 0),
            "risk": str(row["at_risk"]),
            "left": percent(last),
        }
        sheet.point(x, _y(last), WaveMark("circle", palette().paper, color), size=55, tip=tip,
                    cell=Cell(row["key"], "survival", "survival"))  # fmt: skip
    if bold and rows["low"].notna().any():
        sheet.band([(_x(0, most), _y(1.0), _y(1.0)), *band], color, opacity=0.08)
    sheet.line(points, color, width=2.6 if bold else 1.5)


def _censored(sheet: Sheet, result: Result, rows: pd.DataFrame, most: float) -> None:
    """Mark on the curve of all how long those lasted whose end was not seen; one mark for each duration."""
    months = float((rows["months"] / rows["windows"]).iloc[0])
    found = result.tables["coalitions"]
    open_ = found[found["ending"].isin([ENDINGS[name] for name in ENDINGS.keys() - ENDED])]
    for lasted in sorted(set(open_["shortest"] + months)):
        before = rows[rows["months"] <= lasted + 1e-9]
        y = _y(float(before["survival"].iloc[-1]) if len(before) else 1.0)
        # just after: who is seen to the last was still there when others ended
        x = _x(lasted, most) + 9
        sheet.rule(x, y - 6, x, y + 6, palette().ink, width=1.8)


def _turnbull(sheet: Sheet, rows: pd.DataFrame, most: float) -> None:
    """Draw where ends must lie as boxes between survival before and after."""
    p, before = palette(), 1.0
    for row in rows.reset_index(names="key").to_dict("records"):
        right = row["to_months"] if row["to_months"] == row["to_months"] else most
        tip = {
            "group": row["group_name"],
            "at": f"{number(row['from_months'], 0)} – {number(row['to_months'], 0)}",
            "left": percent(row["survival"]),
        }
        sheet.rect(_x(row["from_months"], most), _y(before), _x(right, most), _y(row["survival"]), p.ink_3, opacity=0.22,
                   tip=tip, cell=Cell(row["key"], "end_probability", "intervals"))  # fmt: skip
        before = row["survival"]


def _said(table: pd.DataFrame) -> str:
    rows = table[table["group"] == ALL]
    below = rows[rows["survival"] <= 0.5 + 1e-12]
    if not len(below):
        return _("More than half last beyond what was observed.")
    return _("Half have ended by {months} months.").format(months=number(float(below["months"].iloc[0]), 0))


def _caption(result: Result) -> str:
    return _(
        "Steps: Kaplan and Meier, ends counted in windows; strokes: coalitions not seen to end, censored; band: towns "
        "resampled. Grey boxes: Turnbull, all coalitions, where an end is only known to lie between two windows."
    )
