"""XY plot: cases by their membership in the solution and in the outcome, named where they deviate."""

from __future__ import annotations

from typing import Any

from veche.figures import Cell, Frame, Sheet, finish, palette, wave_marks
from veche.study.result import Result
from veche.words import _, number

SIDE, LEFT, TOP = 430.0, 60.0, 20.0


def figure(result: Result) -> Any:
    """Draw the first model of the solution that is doubted.

    Returns
    -------
    altair.LayerChart
        Below the diagonal a case has more of the solution than of the outcome: it speaks against sufficiency.
    """
    cases = result.tables["set_cases"]
    if not len(cases):
        return finish(Sheet(400, 10), Frame(title=result.sentence))
    best = cases.sort_values("x").groupby("case", sort=False).tail(1)
    sheet = Sheet(LEFT + SIDE + 190, TOP + SIDE + 50, tips={"case": _("Case"), "term": _("Term")})
    _grid(sheet)
    marks = wave_marks(1)
    names = _names(result)
    taken: list[tuple[float, float]] = []
    for label, row in best.iterrows():
        x, y = LEFT + row["x"] * SIDE, TOP + (1 - row["y"]) * SIDE
        cell = Cell(str(label), "x", "set_cases")
        sheet.point(x, y, marks[0], tip={"case": names.get(row["case"], row["case"]), "term": row["term"]}, cell=cell)
        at = y
        while any(abs(at - other) < 13 and abs(x - beside) < 110 for beside, other in taken):
            at += 13
        taken.append((x, at))
        sheet.text(x + 9, at, names.get(row["case"], row["case"]), size=11, align="left", cell=cell)
    outcome = str(cases["outcome"].iloc[0])
    model = " + ".join(dict.fromkeys(cases["term"]))
    sheet.text(LEFT + SIDE / 2, TOP + SIDE + 38, model, size=12.5, align="center")
    sheet.text(LEFT, TOP - 12, outcome, size=12.5, align="left", bold=True)
    caption = _("Below the diagonal a case has more of the solution than of the outcome; below it on the right side it speaks against the solution.")
    return finish(sheet, Frame(title=result.sentence.rstrip("."), caption=caption))


def _names(result: Result) -> dict[str, str]:
    lines = result.tables["calibrated"]
    return {f"{row['town']} · {row['wave']}": f"{row['place']} {row['wave']}" for row in lines.to_dict("records")}


def _grid(sheet: Sheet) -> None:
    p = palette()
    for at in (0.0, 0.5, 1.0):
        x, y = LEFT + at * SIDE, TOP + (1 - at) * SIDE
        sheet.rule(x, TOP, x, TOP + SIDE, p.line_2 if at == 0.5 else p.line)
        sheet.rule(LEFT, y, LEFT + SIDE, y, p.line_2 if at == 0.5 else p.line)
        sheet.text(x, TOP + SIDE + 16, number(at, 1), size=11, color=p.ink_2, align="center")
        sheet.text(LEFT - 8, y, number(at, 1), size=11, color=p.ink_2, align="right")
    sheet.rule(LEFT, TOP + SIDE, LEFT + SIDE, TOP, p.line_2, width=1.4)
