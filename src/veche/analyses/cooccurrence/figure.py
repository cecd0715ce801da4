"""The half matrix of codes that stand together, names on the diagonal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from veche.figures import Frame, chart_of, empty, finish, palette, text_width, wrap
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
    altair.VConcatChart
        A half matrix: the number in a cell counts pairs (or units), its shade is the Jaccard index; a code's name
        stands on the diagonal, at the end of its row and the head of its column. Codes that stand together are
        neighbours.
    """
    keys = chosen(result.tables["pairs"])
    if len(keys) < 2:
        return finish(empty(), Frame(title=result.sentence.rstrip(".")))
    keys = clustered(result.tables["jaccard"], keys)
    cell = 40 if len(keys) <= 14 else 34 if len(keys) <= 20 else 30
    labels = {code.key: code.label(language()) for code in result.evidence.codes}
    hidden = len(result.tables["pairs"]) - len(keys)
    frame = Frame(
        title=result.sentence.rstrip("."),
        caption=_caption(result, hidden),
        description=f"{result.sentence} {_caption(result, hidden)}",
        width=cell * len(keys) + ROOM,
    )
    return finish(_matrix(result, keys, labels, cell), frame)


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


def _matrix(result: Result, keys: list[str], labels: dict[str, str], cell: int) -> Any:
    import altair as alt

    p, size = palette(), cell * len(keys)
    shown = "units" if result.params and result.params.unit in ("turn", "interview") else "pairs"
    counts, jaccard = (result.tables[name].loc[keys, keys].to_numpy() for name in (shown, "jaccard"))
    most = max(float(np.nanmax(jaccard)), 1e-9)
    rows: list[dict[str, Any]] = [
        {
            "x": j, "x2": j + 1, "y": i, "y2": i + 1, "n": int(counts[i, j]),
            "jaccard": float(np.nan_to_num(jaccard[i, j])),
            "a": labels[keys[i]], "b": labels[keys[j]], "said": number(float(jaccard[i, j])),
            "dark": bool(np.nan_to_num(jaccard[i, j]) > 0.55 * most),
        }
        for i in range(len(keys)) for j in range(i)
    ]  # fmt: skip
    limits = alt.Scale(domain=[0, len(keys)], nice=False, zero=False)
    x = alt.X("x:Q", scale=limits, axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[0, len(keys)], reverse=True, nice=False, zero=False), axis=None)
    shade = alt.Color(
        "jaccard:Q", scale=alt.Scale(domain=[0, most], range=[p.panel, p.hues[0]], interpolate="lab"), legend=None
    )
    tips = [
        alt.Tooltip("a:N", title=_("Code")), alt.Tooltip("b:N", title=_("Code")), alt.Tooltip("n:Q",
        title=_("Number")), alt.Tooltip("said:N", title=_("Jaccard index")),
    ]  # fmt: skip
    cells = chart_of(rows).mark_rect(stroke=p.paper, strokeWidth=2, cornerRadius=3)
    layers = [cells.encode(x=x, x2="x2", y=y, y2="y2", color=shade, tooltip=tips)]
    for dark, colour in ((True, p.paper), (False, p.ink_2)):
        some = [row for row in rows if row["n"] and row["dark"] == dark]
        text = chart_of([{**row, "x": row["x"] + 0.5, "y": row["y"] + 0.5} for row in some])
        layers.append(text.mark_text(fontSize=11.5, color=colour, baseline="middle").encode(x=x, y=y, text="n:Q"))
    names = [
        {"x": i, "y": i + 0.5, "name": _shortened(labels[key], ROOM + (len(keys) - i) * cell)}
        for i, key in enumerate(keys)
    ]
    text = chart_of(names).mark_text(align="left", baseline="middle", fontSize=12.5, dx=7, color=p.ink)
    layers.append(text.encode(x=x, y=y, text="name:N"))
    steps = [{"x": i, "y": i, "y2": i + 1} for i in range(len(keys))]
    layers.append(chart_of(steps).mark_rule(color=p.line_2, strokeWidth=1).encode(x=x, y=y, y2="y2"))
    return alt.layer(*layers).properties(width=size, height=size)


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
