"""Heat maps of what holds in parts of the cases: waves by themselves, towns within, runs with a town left out or memberships moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from veche.figures.frame import Frame, finish
from veche.figures.sets._heat import WIDE, Tile, draw_heat
from veche.figures.sheet import Sheet
from veche.figures.wrapping import text_width
from veche.words import N_, _, number, percent, say

if TYPE_CHECKING:
    from veche.sets import ByCluster, Cluster, Survival, Trajectories


def cluster_map(found: ByCluster) -> Any:
    """Draw terms (down) by clusters (across): the share of smallest models that hold each; an Altair chart."""
    terms, names = [str(one) for one in found.shares.index], [str(one) for one in found.shares.columns]
    values = found.shares.to_numpy(dtype=float)
    tiles = [
        Tile(row, column, value, percent(value) if value == value else "–")
        for row, line in enumerate(values.tolist())
        for column, value in enumerate(line)
    ]
    solved = [column for column in range(len(names)) if (values[:, column] == values[:, column]).any()]
    always = [term for row, term in enumerate(terms) if solved and (values[row, solved] == 1).all()]
    title = (
        say(N_("In every part with a solution: {terms}"), terms=" + ".join(always))
        if always else _("No term is in the solution of every part")
    )  # fmt: skip
    caption = _(
        "Share of smallest models that hold a term, each part of the cases by itself; dashes: no solution there."
    )
    return _drawn(tiles, terms, names, title, caption)


def survival_map(found: Survival) -> Any:
    """Draw terms by the share of runs in which they stand in a smallest model; an Altair chart."""
    rows = found.to_frame().to_dict("records")
    tiles = [
        Tile(at, 0, row["share"], percent(row["share"]) if row["share"] == row["share"] else "–")
        for at, row in enumerate(rows)
    ]
    always = [row["term"] for row in rows if row["share"] == 1]
    title = (
        say(N_("In all {solved} runs with a solution: {terms}"), solved=found.solved, terms=" + ".join(always))
        if always else say(N_("No term is in all {solved} runs with a solution"), solved=found.solved)
    )  # fmt: skip
    caption = say(N_("Share of runs in which a term stands in a smallest model; {solved} of {runs} runs have a solution."),
                  solved=found.solved, runs=found.runs)  # fmt: skip
    return _drawn(tiles, [row["term"] for row in rows], [_("Runs")], title, caption)


def score_map(found: Cluster) -> Any:
    """Draw the score of a set relation pooled, in each cluster and within each unit; an Altair chart."""
    names = {"pooled": _("all cases"), "between": "", "within": ""}
    rows = found.to_frame().to_dict("records")
    tiles = [
        Tile(at, column, row[key], number(row[key], 2) if row[key] == row[key] else "–")
        for at, row in enumerate(rows)
        for column, key in enumerate(("score", "coverage"))
    ]
    title = say(
        N_("Score {pooled} in all cases; distance {between} between waves, {within} within towns"),
        pooled=number(found.pooled, 2), between=number(found.between.distance, 2), within=number(found.within.distance, 2),
    )  # fmt: skip
    caption = _(
        "Score of the set relation and coverage: all cases, then each wave, then each town. Dashes: nothing there."
    )
    return _drawn(
        tiles, [names[row["part"]] or row["name"] for row in rows], [_("Score"), _("Coverage")], title, caption
    )


def way_map(found: Trajectories) -> Any:
    """Draw units (down) by times (across) with the combination each stood in, in colour where it is another than before; an Altair chart."""
    times: list[Any] = []
    for way in found:
        times += [time for time in way.times if time not in times]
    times.sort(key=lambda one: (str(type(one)), one))
    tiles = []
    for row, way in enumerate(found):
        last: str | None = None
        for time, name in zip(way.times, way.rows, strict=True):
            moved = last is not None and name is not None and name != last
            tiles.append(Tile(row, times.index(time), float("nan") if name is None else float(moved), name or "?"))
            last = name or last
    still = [str(way.unit) for way in found if not way.moves]
    title = (
        say(N_("{moved} of {all} moved to another combination; those that stayed: {stayed}"),
            moved=len(found) - len(still), all=len(found), stayed=", ".join(still))
        if still else say(N_("All {all} moved to another combination"), all=len(found))
    )  # fmt: skip
    caption = _(
        "The combination of conditions each stood in from time to time; in colour where it is another than before. A question mark: a membership at "
        "exactly 0.5; empty: no case."
    )
    return _drawn(tiles, [str(way.unit) for way in found], [str(one) for one in times], title, caption)


def _drawn(tiles: Sequence[Tile], rows: Sequence[str], columns: Sequence[str], title: str, caption: str) -> Any:
    label = max(110.0, *(min(text_width(one, 11) + 20, 320.0) for one in rows)) if rows else 110.0
    wide = max(
        [WIDE, *(text_width(one, 11) + 18 for one in columns), *(text_width(one.words, 11) + 14 for one in tiles)]
    )
    sheet = Sheet(label + wide * len(columns) + 10, 26 + 30 * len(rows))
    draw_heat(sheet, tiles, rows, columns, left=0, top=26, label=label, wide=wide)
    return finish(sheet, Frame(title=title, caption=caption))
