"""XY plot: cases by their membership in the solution and in the outcome, named where they deviate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.analyses._shared.places import row_label
from veche.figures import Cell, Frame, Sheet, blend, finish, palette, text_width, wave_marks, wrap
from veche.study.result import Result
from veche.words import _, number, percent

if TYPE_CHECKING:
    import pandas as pd

#: most terms in the map of cut-offs
MOST = 14

SIDE, LEFT, TOP, GAP = 430.0, 60.0, 20.0, 90.0


def figure(result: Result) -> Any:
    """Draw the first model of the solution that is doubted, and beside it which terms survive other cut-offs.

    Returns
    -------
    altair.LayerChart
        Below the diagonal a case has more of the solution than of the outcome: it speaks against sufficiency.
    """
    cases = result.tables["set_cases"]
    if not len(cases):
        return finish(Sheet(400, 10), Frame(title=result.sentence.rstrip(".")))
    best = cases.sort_values("x").groupby("case", sort=False).tail(1)
    shares = result.tables["stability"]
    sheet = Sheet(
        LEFT + SIDE + GAP + max(_heat_width(shares), 400), TOP + SIDE + 50, tips={"case": _("Case"), "term": _("Term")}
    )
    _grid(sheet)
    _points(sheet, result, best)
    left = LEFT + SIDE + GAP
    below = _heat(sheet, shares, left)
    _truth(sheet, result, left, below + 40)
    outcome = str(cases["outcome"].iloc[0])
    sheet.text(
        LEFT + SIDE / 2,
        TOP + SIDE + 38,
        wrap(" + ".join(dict.fromkeys(cases["term"])), SIDE, 12.5, lines=2),
        size=12.5,
        align="center",
    )
    sheet.text(LEFT, TOP - 12, outcome, size=12.5, align="left", bold=True)
    caption = _(
        "Left: towns in waves (mark and number) by membership in the solution (across) and in the outcome (up); lower right, in bold: cases against "
        "the solution. Right: share of the smallest parsimonious models that hold a term, by cut-off of consistency; empty: no solution. "
        "Below it the rows of the truth table with their consistency and cases; in bold those with the outcome."
    )
    return finish(sheet, Frame(title=result.sentence.rstrip("."), caption=caption))


def _points(sheet: Sheet, result: Result, best: pd.DataFrame) -> None:
    names = _names(result)
    waves = list(dict.fromkeys(result.tables["calibrated"].sort_values("wave")["wave"]))
    marks = dict(zip(waves, wave_marks(len(waves)), strict=True))
    places = [(LEFT + row["x"] * SIDE, TOP + (1 - row["y"]) * SIDE) for _label, row in best.iterrows()]
    # what a label must not cover: left, upper, right, lower
    taken = [(x - 7.0, y - 7.0, x + 7.0, y + 7.0) for x, y in places]
    for (label, row), (x, y) in zip(best.iterrows(), places, strict=True):
        name, wave = names[row["case"]]
        cell = Cell(str(label), "x", "set_cases")
        sheet.point(x, y, marks[wave], tip={"case": f"{name} {wave}", "term": row["term"]}, cell=cell)
        words, against = f"{name} {wave}", row["x"] > 0.5 >= row["y"]
        box = _free(x, y, text_width(words, 11, bold=against), taken)
        taken.append(box)
        sheet.text(box[0], (box[1] + box[3]) / 2, words, size=11, align="left", cell=cell, bold=against)


Box = tuple[float, float, float, float]


def _free(x: float, y: float, wide: float, taken: list[Box]) -> Box:
    """Find a place for a label beside a point: right, left, below, above; the first if none is free."""
    choices: list[Box] = []
    for down in (0, 12, -12, 22, -22):
        choices.extend((left, y + down - 6, left + wide, y + down + 6) for left in (x + 9, x - 9 - wide))
    for one in choices:
        if one[0] > 0 and not any(one[0] < b[2] and b[0] < one[2] and one[1] < b[3] and b[1] < one[3] for b in taken):
            return one
    return choices[0]


def _heat_width(shares: pd.DataFrame) -> float:
    return 150.0 + 52.0 * shares["cut"].nunique() if len(shares) else 0.0


def _heat(sheet: Sheet, shares: pd.DataFrame, left: float) -> float:
    """Draw terms by cut-offs: the stronger the tile, the larger the share of models with the term."""
    p = palette()
    cuts = sorted(shares["cut"].unique())
    terms = list(dict.fromkeys(shares["term"]))[:MOST]
    height = min(30.0, SIDE * 0.55 / max(len(terms), 1))
    for at, cut in enumerate(cuts):
        sheet.text(left + 150 + 52 * at + 24, TOP - 12, number(cut, 2), size=11, color=p.ink_2, align="center")
    for down, term in enumerate(terms):
        y = TOP + down * height
        sheet.text(left + 142, y + height / 2, wrap(term, 140, 11, lines=2), size=11, align="right")
        for label, row in shares[shares["term"] == term].iterrows():
            if row["share"] != row["share"]:
                continue
            x = left + 150 + 52 * cuts.index(row["cut"])
            cell = Cell(str(label), "share", "stability")
            sheet.rect(
                x + 1, y + 1, x + 50, y + height - 1, blend(p.paper, p.accent, 0.06 + 0.6 * row["share"]), cell=cell
            )
            sheet.text(x + 25, y + height / 2, percent(row["share"]), size=11, align="center", cell=cell)
    return TOP + height * len(terms)


def _truth(sheet: Sheet, result: Result, left: float, top: float) -> None:
    """Write the rows of the truth table below the map: combination, consistency, cases; positive rows in bold."""
    p = palette()
    rows = result.tables["truth_table"]
    rows = rows[rows["outcome"] == rows["outcome"].iloc[0]]
    names = _names(result)
    step = min(22.0, (TOP + SIDE - top) / max(len(rows), 1))
    if step < 11:
        return
    for at, (label, row) in enumerate(rows.iterrows()):
        y = top + at * step
        cell = Cell(str(label), "inclusion", "truth_table")
        sheet.text(left, y, wrap(row["term"], 175, 11, lines=1), size=11, bold=row["result"] == "1", cell=cell)
        sheet.text(left + 205, y, number(row["inclusion"], 2), size=11, align="right", color=p.ink_2, cell=cell)
        cases = ", ".join(" ".join(names[case]) for case in row["cases"].split(", "))
        sheet.text(left + 217, y, wrap(cases, 190, 11, lines=1), size=11, color=p.ink_2, cell=cell)


def _names(result: Result) -> dict[str, tuple[str, str]]:
    lines = result.tables["calibrated"]
    return {row_label(row["town"], row["wave"]): (row["place"], row["wave"]) for row in lines.to_dict("records")}


def _grid(sheet: Sheet) -> None:
    p = palette()
    for at in (0.0, 0.5, 1.0):
        x, y = LEFT + at * SIDE, TOP + (1 - at) * SIDE
        sheet.rule(x, TOP, x, TOP + SIDE, p.line_2 if at == 0.5 else p.line)
        sheet.rule(LEFT, y, LEFT + SIDE, y, p.line_2 if at == 0.5 else p.line)
        sheet.text(x, TOP + SIDE + 16, number(at, 1), size=11, color=p.ink_2, align="center")
        sheet.text(LEFT - 8, y, number(at, 1), size=11, color=p.ink_2, align="right")
    sheet.rule(LEFT, TOP + SIDE, LEFT + SIDE, TOP, p.line_2, width=1.4)
