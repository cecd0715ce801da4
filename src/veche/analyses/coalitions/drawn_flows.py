"""Members from wave to wave: each actor a line between the coalitions in which it stands."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from veche.analyses._shared.cells import word
from veche.analyses.coalitions.drawn_time import kind_color
from veche.figures import Cell, Frame, Sheet, WaveMark, finish, palette, wrap
from veche.figures.theme import blend
from veche.study.result import Result
from veche.words import _

WIDTH, NODE, ROW, TOP, GAP = 1160, 13, 22, 40, 18
NONE = ""
Step = tuple[str, str]


def flows(result: Result) -> Any:
    """Draw the flows of every town that was seen in two waves."""
    moves = result.tables["moves"]
    title = _("Who stays with whom, from wave to wave")
    if not len(moves):
        return finish(Sheet(400, 10), Frame(title=title, subtitle=_("No member of a coalition was seen in two waves.")))
    sheet = Sheet(
        WIDTH,
        TOP,
        tips={"actor": _("Actor"), "move": _("From wave to wave"), "members": _("Members"), "kind": _("Kind")},
    )
    y = float(TOP)
    for town, rows in moves.groupby("town", sort=False):
        y = _town(sheet, result, str(town), rows.reset_index(names="key").to_dict("records"), y) + GAP
    sheet.height = y
    counts = moves["move"].value_counts()
    said = ", ".join(f"{_(str(word))} {n}" for word, n in counts.items())
    return finish(sheet, Frame(title=title, subtitle=said, caption=_caption()))


def _town(sheet: Sheet, result: Result, town: str, rows: list[Any], top: float) -> float:
    """Draw one town: columns are waves, nodes coalitions, the node without a name those in none."""
    p = palette()
    waves = _waves(rows)
    actors = list(dict.fromkeys(str(row["actor"]) for row in rows))
    place = {(str(r["actor"]), r[s]): _text(r[f"coalition_{s}"]) for r in rows for s in ("before", "after")}
    sheet.text(0, top, str(rows[0]["place"]), size=14, bold=True)
    names = {wave.key: wave.label or wave.key for wave in result.evidence.waves}
    xs = {wave: 330 + k * (WIDTH - 330 - 300) / max(len(waves) - 1, 1) for k, wave in enumerate(waves)}
    position: dict[tuple[str, str], float] = {}
    deepest = top
    for wave in waves:
        sheet.text(xs[wave] + NODE / 2, top, names.get(wave, wave), size=12, color=p.ink_2, align="center")
        nodes = sorted({place.get((actor, wave), NONE) for actor in actors}, key=lambda n: (n == NONE, n))
        y = top + 18
        for node in nodes:
            held = [actor for actor in actors if place.get((actor, wave), NONE) == node]
            for k, actor in enumerate(held):
                position[actor, wave] = y + k * ROW + ROW / 2
            _node(sheet, result, node, xs[wave], y, y + len(held) * ROW - 4)
            y += len(held) * ROW + 10
        deepest = max(deepest, y)
    _lines(sheet, rows, actors, waves, xs, position)
    return deepest


def _text(value: Any) -> str:
    return value if isinstance(value, str) else NONE


def _waves(rows: Sequence[Any]) -> list[str]:
    steps: list[Step] = list(dict.fromkeys((row["before"], row["after"]) for row in rows))
    return list(dict.fromkeys(wave for step in sorted(steps) for wave in step))


def _node(sheet: Sheet, result: Result, key: str, x: float, y: float, y2: float) -> None:
    p, table = palette(), result.tables["coalitions"]
    if key in table.index:
        row: Any = table.loc[key]
        tip = {"members": row["members"], "kind": word(row, "kind")}
        sheet.rect(x, y, x + NODE, y2, kind_color(row["kind"]), tip=tip, cell=Cell(key, "", "coalitions"))
    else:
        sheet.rect(x, y, x + NODE, y2, p.line_2)


def _lines(
    sheet: Sheet, rows: list[Any], actors: list[str], waves: list[str], xs: dict[str, float], position: dict[tuple[str, str], float]
) -> None:  # fmt: skip
    p = palette()
    by_step = {(str(row["actor"]), row["before"], row["after"]): row for row in rows}
    for actor in actors:
        first, last = waves[0], waves[-1]
        name = actor.replace(f" ({rows[0]['place']})", "")
        sheet.text(xs[first] - 10, position[actor, first], wrap(name, 300, 12, lines=1), size=12, align="right")
        sheet.text(xs[last] + NODE + 10, position[actor, last], wrap(name, 280, 12, lines=1), size=12)
        for before, after in pairwise(waves):
            row = by_step.get((actor, before, after))
            a, b = (xs[before] + NODE, position[actor, before]), (xs[after], position[actor, after])
            color = (
                p.line_2 if row is None else p.accent if row["move"] in ("goes out", "stands with others") else p.ink_3
            )
            sheet.line(_curve(a, b), blend(p.paper, color, 0.8), width=3 if row is not None else 1.5)
            if row is not None:
                middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
                sheet.point(*middle, WaveMark("circle", color, color), size=26,
                            tip={"actor": actor, "move": word(row, "move")}, cell=Cell(row["key"], "", "moves"))  # fmt: skip


def _curve(a: tuple[float, float], b: tuple[float, float]) -> list[tuple[float, float]]:
    """Points of a smooth step from one place to another."""
    points = []
    for k in range(13):
        t = k / 12
        rise = 3 * t * t - 2 * t * t * t
        points.append((a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * rise))
    return points


def _caption() -> str:
    return _(
        "A block is a coalition, in the colour of its kind; grey: in none. Of several coalitions of an actor the one told of "
        "most stands for the wave. Accented lines go out or stand with others."
    )
