"""The ties of a town as matrices, one a window, on the same rows."""

from __future__ import annotations

from veche.analyses._shared.places import row_label
from veche.analyses.ties.panels import GAP, HEAD, LABEL, WIDTH, Panel, shown_actors, tip, tone_color
from veche.figures import Cell, Sheet, blend, fitted, header, palette

#: widest cell, room for the names of rows, the smallest size that a long name may shrink to
CELL, ROOM, SMALLEST = 26, 170, 8.5


def matrices(sheet: Sheet, panels: list[Panel], top: float) -> float:
    """Draw the matrices of a town side by side, on the same rows."""
    p = palette()
    names = shown_actors(panels)
    keys = list(names)
    step = min(CELL, (WIDTH - ROOM) / max(1, len(keys)))
    sheet.text(0, top + 14, panels[0].place, size=16, bold=True)
    for column, panel in enumerate(panels):
        left = column * (WIDTH + GAP)
        corner = top + HEAD + 16
        header(sheet, left, top + HEAD - 4, panel.label, WIDTH)
        at = {(row["source"], row["target"]): row for row in panel.rows.to_dict("records")}
        for i, source in enumerate(keys):
            y = corner + i * step
            name, size = fitted(f"{i + 1}. {names[source]}", ROOM - 10, LABEL, SMALLEST)
            sheet.text(left + ROOM - 8, y + step / 2, name, size=size, align="right")
            sheet.text(left + ROOM + (i + 0.5) * step, corner - 8, str(i + 1), size=10.5, color=p.ink_2, align="center")
            for j, target in enumerate(keys):
                x = left + ROOM + j * step
                row = at.get((source, target))
                if row is None:
                    sheet.rect(x + 1, y + 1, x + step - 1, y + step - 1, p.panel)
                    continue
                cell = Cell(row_label(panel.town, panel.period, source, target), "tone", "ties")
                color = blend(p.panel, tone_color(row["tone"]), 0.15 + 0.75 * abs(row["tone"]))
                sheet.rect(x + 1, y + 1, x + step - 1, y + step - 1, color, tip=tip(panel, row), cell=cell)
                sign = "+" if row["tone"] > 0.05 else "−" if row["tone"] < -0.05 else "·"
                ink = p.paper if abs(row["tone"]) > 0.55 else p.ink
                sheet.text(x + step / 2, y + step / 2, sign, size=12, align="center", color=ink, cell=cell)
    return top + HEAD + 16 + len(keys) * step + 34
