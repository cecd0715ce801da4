"""The half matrix of codes that stand together, names on the diagonal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from veche.figures import Cell, Frame, Sheet, blend, finish, palette, text_width, wrap
from veche.study.result import Result
from veche.words import N_, _, language, number, say

if TYPE_CHECKING:
    import pandas as pd

#: most codes on one figure
MOST = 26
ROOM = 300


def figure(result: Result) -> Any:
    """Draw the codes that stand together most.

    Returns
    -------
    altair.LayerChart
        A half matrix: the number in a cell counts pairs (or units), its shade is the Jaccard index; a code's name
        stands on the diagonal, at the end of its row and the head of its column. Codes that stand together are
        neighbours.
    """
    keys = chosen(result.tables["pairs"])
    if len(keys) < 2:
        return finish(Sheet(400, 10), Frame(title=result.sentence.rstrip(".")))
    keys = clustered(result.tables["jaccard"], keys)
    cell = 40 if len(keys) <= 14 else 34 if len(keys) <= 20 else 30
    labels = {code.key: code.label(language()) for code in result.evidence.codes}
    sheet = Sheet(cell * len(keys) + ROOM, cell * len(keys) + 8, tips=_tips())
    _matrix(sheet, result, keys, labels, cell)
    hidden = len(result.tables["pairs"]) - len(keys)
    return finish(sheet, Frame(title=result.sentence.rstrip("."), caption=_caption(result, hidden)))


def chosen(pairs: pd.DataFrame) -> list[str]:
    """Return the codes that stand with others, at most `MOST` of them, by their number of pairs."""
    values = pairs.to_numpy().copy()
    np.fill_diagonal(values, 0)
    totals = values.sum(axis=1)
    order = np.argsort(-totals, kind="stable")[:MOST]
    return [str(pairs.index[place]) for place in sorted(order.tolist()) if totals[place] > 0]


def clustered(jaccard: pd.DataFrame, keys: list[str]) -> list[str]:
    """Order codes so that those that stand together are neighbours (average linkage, optimal order of leaves)."""
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    if len(keys) < 3:
        return keys
    distance = 1 - jaccard.loc[keys, keys].fillna(0).to_numpy()
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), "average", optimal_ordering=True)
    return [keys[place] for place in leaves_list(tree).tolist()]


def _tips() -> dict[str, str]:
    return {"a": _("First code"), "b": _("Second code"), "n": _("Number"), "said": _("Jaccard index")}


def _matrix(sheet: Sheet, result: Result, keys: list[str], labels: dict[str, str], cell: int) -> None:
    p = palette()
    shown = "units" if result.params and result.params.unit in ("turn", "interview") else "pairs"
    counts, jaccard = (result.tables[name].loc[keys, keys].to_numpy() for name in (shown, "jaccard"))
    jaccard = np.nan_to_num(jaccard)
    most = max(float(jaccard.max()), 1e-9)
    for i, row in enumerate(keys):
        top = i * cell
        for j, column in enumerate(keys[:i]):
            index, n = float(jaccard[i, j]), int(counts[i, j])
            tip = {"a": labels[row], "b": labels[column], "n": n, "said": number(index)}
            place = Cell(row, column, shown) if n else None
            sheet.rect(
                j * cell + 1,
                top + 1,
                (j + 1) * cell - 1,
                top + cell - 1,
                blend(p.panel, p.hues[0], index / most),
                tip=tip,
                cell=place,
            )
            if n:
                ink = p.paper if index > 0.55 * most else p.ink_2
                sheet.text(
                    j * cell + cell / 2, top + cell / 2, str(n), size=11.5, color=ink, align="center", cell=place
                )
        sheet.rule(i * cell, top, i * cell, top + cell, p.line_2)
        label = _shortened(labels[row], ROOM + (len(keys) - i) * cell - 10)
        sheet.text(i * cell + 7, top + cell / 2, label, size=12.5)


def _shortened(label: str, room: float) -> str:
    return label if text_width(label, 12.5) <= room else wrap(label, room, 12.5, lines=1)[0]


def _caption(result: Result, hidden: int) -> str:
    unit = result.params.unit if result.params else "overlap"
    counted = {
        "overlap": N_("Numbers: pairs of passages with at least one common character."),
        "near": N_("Numbers: pairs of passages no farther apart than the distance."),
        "turn": N_("Numbers: turns that hold both codes."),
        "interview": N_("Numbers: interviews that hold both codes."),
    }[unit]
    parts = [
        _(counted),
        _("Shade: Jaccard index. A code's name stands at the end of its row and the head of its column."),
    ]
    if hidden > 0:
        parts.append(say(N_("Codes in the table only: {n}."), n=hidden))
    return " ".join(parts)
