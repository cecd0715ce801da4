"""Towns by waves: the corner each stands in, the stronger the fuller."""

from __future__ import annotations

from typing import Any

from veche.figures import Cell, Frame, Sheet, blend, finish, palette, wrap
from veche.study.result import Result
from veche.words import _, number

LEFT, WIDTH, HEIGHT, TOP = 150.0, 230.0, 46.0, 34.0


def figure(result: Result) -> Any:
    """Draw every case with its corner and membership; what changed in kind is bold.

    Returns
    -------
    altair.LayerChart
    """
    placed, changes = result.tables["placed"], result.tables["type_changes"]
    towns = list(dict.fromkeys(placed["town"]))
    waves = [
        wave.key
        for wave in sorted(result.evidence.waves, key=lambda one: one.position)
        if wave.key in set(placed["wave"])
    ]
    names = {wave.key: wave.label or wave.key for wave in result.evidence.waves}
    if not towns:
        return finish(Sheet(400, 10), Frame(title=result.sentence.rstrip(".")))
    p = palette()
    moved = {
        (row["town"], row["after"]) for row in changes.to_dict("records") if row["kind_of_change"] == "change in kind"
    }
    sheet = Sheet(LEFT + WIDTH * len(waves), TOP + HEIGHT * len(towns) + 10)
    for at, wave in enumerate(waves):
        sheet.text(LEFT + WIDTH * (at + 0.5), TOP - 16, names[wave], size=12.5, align="center", color=p.ink_2)
    for label, row in placed.iterrows():
        x, y = LEFT + WIDTH * waves.index(row["wave"]), TOP + HEIGHT * towns.index(row["town"])
        cell = Cell(str(label), "membership", "placed")
        if row["corner"]:
            share = (row["membership"] - 0.5) * 2
            sheet.rect(
                x + 2, y + 2, x + WIDTH - 2, y + HEIGHT - 2, blend(p.paper, p.accent, 0.08 + 0.4 * share), cell=cell
            )
            words = [
                *wrap(row["corner"], WIDTH - 16, 11, lines=1),
                f"{row['ideal_type']} {number(row['membership'], 2)}".strip(),
            ]
            sheet.text(
                x + WIDTH / 2,
                y + HEIGHT / 2,
                words,
                size=11,
                align="center",
                bold=(row["town"], row["wave"]) in moved,
                cell=cell,
            )
        else:
            sheet.text(
                x + WIDTH / 2,
                y + HEIGHT / 2,
                wrap(row["reason"], WIDTH - 16, 11, lines=2),
                size=11,
                align="center",
                color=p.ink_3,
                cell=cell,
            )
    for town, place in dict(zip(placed["town"], placed["place"], strict=True)).items():
        sheet.text(LEFT - 10, TOP + HEIGHT * (towns.index(town) + 0.5), place, size=12.5, align="right")
    caption = _(
        "Corner of the space a town stands in, the named type, and the membership in the corner. Bold: another corner than in the wave before."
    )
    return finish(sheet, Frame(title=result.sentence.rstrip("."), caption=caption))
