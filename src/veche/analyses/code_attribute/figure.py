"""The matrix of codes by values: a bar and a number in each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.analyses._shared.places import row_label
from veche.figures import Cell, Frame, Sheet, finish, header, palette, wrap
from veche.study.evidence import Evidence
from veche.study.result import Result
from veche.words import N_, _, language, percent, say

if TYPE_CHECKING:
    import pandas as pd

#: most rows and columns on one figure; the rest stand in the table
ROWS, COLUMNS = 30, 10
LABELS, GAP, STEP, TOTAL, INDENT, TOP = 250, 14, 30, 1160, 14, 36


def figure(result: Result) -> Any:
    """Draw the share of interviews that mention each code by the values of the attribute.

    Returns
    -------
    altair.LayerChart
        Rows are codes in the order of the codebook, columns values; a bar is a share, faint with too few interviews.
    """
    cells = result.tables["cells"]
    keys, values = _shown(cells)
    codes = _depths(result.evidence, keys)
    if not codes or not values:
        return finish(Sheet(400, 10), Frame(title=_("No code is mentioned in this selection.").rstrip(".")))
    labels = {code.key: code.label(language()) for code in result.evidence.codes}
    width = min(150, (TOTAL - LABELS) / len(values) - GAP)
    sheet = Sheet(LABELS + len(values) * (width + GAP), TOP + STEP * len(codes) + 8, tips=_tips())
    for at, (code, depth) in enumerate(codes.items()):
        lines = wrap(labels[code], LABELS - 4 - INDENT * depth, 12, lines=2)
        sheet.text(INDENT * depth, TOP + (at + 0.5) * STEP, lines, size=12)
    _hairlines(sheet, 0, LABELS, len(codes))
    for at, value in enumerate(values):
        left = LABELS + GAP + at * (width + GAP)
        _hairlines(sheet, left, width, len(codes))
        _column(sheet, cells[cells["value"] == value], codes, labels, left, width)
    return finish(sheet, Frame(title=result.sentence.rstrip("."), caption=_caption(cells, codes, values)))


def _shown(cells: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Choose the codes and values with most mentions, in the order of the table."""
    found = []
    for name, most in (("code", ROWS), ("value", COLUMNS)):
        totals = cells.groupby(name, sort=False)["interviews"].sum()
        kept = set(totals.sort_values(ascending=False, kind="stable").head(most).index)
        found.append([str(key) for key in totals.index if key in kept])
    return found[0], found[1]


def _depths(evidence: Evidence, keys: list[str]) -> dict[str, int]:
    """How deep each code stands below other codes that are shown."""
    shown = set(keys)
    codebook = evidence.codebook
    return {key: sum(above.key in shown for above in codebook.above(codebook.by_key[key])) for key in keys}


def _tips() -> dict[str, str]:
    return {
        "code": _("Code"), "number": _("Share of interviews"), "said": _("Interviews"), "why": _("Remark"),
    }  # fmt: skip


def _hairlines(sheet: Sheet, left: float, width: float, rows: int) -> None:
    for at in range(rows + 1):
        sheet.rule(left, TOP + at * STEP, left + width, TOP + at * STEP, palette().line)


def _column(
    sheet: Sheet, cells: pd.DataFrame, codes: dict[str, int], labels: dict[str, str], left: float, width: float
) -> None:
    """Draw one value: its name, and for each code the share as a number and as a bar on a grey track."""
    p = palette()
    header(sheet, left, TOP, str(cells["value_label"].iloc[0]), width - 10)
    track, room = width - 50, 46
    of_code = {cell["code"]: cell for cell in cells.to_dict("records")}
    for at, code in enumerate(codes):
        cell, y = of_code[code], TOP + (at + 0.5) * STEP
        share = cell["share"]
        fade = 1 if cell["low"] == cell["low"] else 0.4
        place = Cell(row_label(cell["code"], cell["value"]), "share", "cells")
        sheet.text(left + room - 8, y, percent(share), align="right", opacity=fade, cell=place)
        if share != share:
            continue
        tip = {
            "code": labels[code], "number": percent(share), "said": f"{cell['mentions']}/{cell['asked']}",
            "why": cell["reason"],
        }  # fmt: skip
        sheet.rect(left + room, y - 3, left + room + track, y + 3, p.line, tip=tip, cell=place)
        if share:
            sheet.rect(
                left + room, y - 3, left + room + share * track, y + 3, p.hues[0], opacity=fade, tip=tip, cell=place
            )


def _caption(cells: pd.DataFrame, codes: dict[str, int], values: list[str]) -> str:
    parts = [
        _(
            "Share of interviews that mention the code, among those that could; faint: too few interviews; –: none "
            "could."
        ),
    ]
    hidden = (cells["code"].nunique() - len(codes), cells["value"].nunique() - len(values))
    if hidden[0]:
        parts.append(say(N_("Codes in the table only: {n}."), n=hidden[0]))
    if hidden[1]:
        parts.append(say(N_("Values in the table only: {n}."), n=hidden[1]))
    return " ".join(parts)
