"""XY plot: cases by their membership in the solution and in the outcome, named where they deviate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.places import row_label
from veche.figures import Cell, Frame, Sheet, finish, palette, wave_marks, wrap
from veche.figures.sets import LEFT, SIDE, TOP, WIDE, Dot, Tile, draw_heat, draw_xy
from veche.study.errors import InputProblem
from veche.study.result import Result
from veche.words import _, number, percent

if TYPE_CHECKING:
    import pandas as pd

#: most terms in the map of cut-offs
MOST = 14

GAP = 90.0


def figure(result: Result) -> Any:
    """Draw what the option `view` says: by itself the first model of the solution that is doubted, and which terms survive other cut-offs.

    Returns
    -------
    altair.LayerChart
        Below the diagonal a case has more of the solution than of the outcome: it speaks against sufficiency.
    """
    cases = result.tables["set_cases"]
    if not len(cases):
        return finish(Sheet(400, 10), Frame(title=result.sentence.rstrip(".")))
    if result.params is not None and result.params.view != "cases":
        return _view(result)
    best = cases.sort_values("x").groupby("case", sort=False).tail(1)
    shares = result.tables["stability"]
    sheet = Sheet(
        LEFT + SIDE + GAP + max(150.0 + WIDE * shares["cut"].nunique() + 10, 400),
        TOP + SIDE + 50,
        tips={"case": _("Case"), "term": _("Term")},
    )
    draw_xy(
        sheet, _dots(result, best), across=" + ".join(dict.fromkeys(cases["term"])), up=str(cases["outcome"].iloc[0])
    )
    left = LEFT + SIDE + GAP
    below = _heat(sheet, result, left)
    _truth(sheet, result, left, below + 40)
    caption = _(
        "Left: towns in waves (mark and number) by membership in the solution (across) and in the outcome (up); lower right, in bold: cases against "
        "the solution. Right: share of the smallest parsimonious models that hold a term, by cut-off of consistency; empty: no solution. "
        "Below it the rows of the truth table with their consistency and cases; in bold those with the outcome."
    )
    return finish(sheet, Frame(title=result.sentence.rstrip("."), caption=caption))


def _view(result: Result) -> Any:
    """Draw another figure of the same comparison; one that cannot be drawn of it says why."""
    from veche.analyses.qca.compute import compared_by
    from veche.sets import standard

    compared = compared_by(result.evidence, result.params)
    assert compared.found is not None and compared.frame is not None
    names = {case: f"{town.name} {wave.key}" for case, (town, wave) in compared.place.items()}
    if len(set(names.values())) < len(names):
        names = {case: case for case in names}
    named = replace(compared.frame, cases=tuple(names[case] for case in compared.frame.cases))
    side = standard(named, **compared.found.settings.given()).sides[0]
    solved = side.chosen
    assert solved is not None
    drawings = {
        "solutions": side.figure, "truth": side.table.figure, "venn": solved.venn, "ambiguity": solved.solution.ambiguity,
        "flow": solved.solution.flow,
    }  # fmt: skip
    try:
        return drawings[result.params.view]()
    except InputProblem as problem:
        return finish(Sheet(400, 10), Frame(title=problem.message(_).rstrip(".")))


def _dots(result: Result, best: pd.DataFrame) -> list[Dot]:
    names = _names(result)
    waves = list(dict.fromkeys(result.tables["calibrated"].sort_values("wave")["wave"]))
    marks = dict(zip(waves, wave_marks(len(waves)), strict=True))
    found = []
    for label, row in best.iterrows():
        name, wave = names[row["case"]]
        cell = Cell(str(label), "x", "set_cases")
        found.append(Dot(row["x"], row["y"], f"{name} {wave}", marks[wave], cell, row["term"]))
    return found


def _heat(sheet: Sheet, result: Result, left: float) -> float:
    """Draw terms by cut-offs: the stronger the tile, the larger the share of models with the term."""
    shares = result.tables["stability"]
    cuts = sorted(shares["cut"].unique())
    terms = list(dict.fromkeys(shares["term"]))[:MOST]
    used = result.params.incl if result.params is not None else None
    tiles = [
        Tile(
            terms.index(row["term"]), cuts.index(row["cut"]), row["share"], percent(row["share"]) if row["share"] == row["share"] else "–",
            row["cut"] == used, Cell(str(label), "share", "stability"),
        )
        for label, row in shares.iterrows()
        if row["term"] in terms
    ]  # fmt: skip
    height = min(30.0, SIDE * 0.55 / max(len(terms), 1))
    return draw_heat(sheet, tiles, terms, [number(cut, 2) for cut in cuts], left=left, top=TOP, height=height)


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
