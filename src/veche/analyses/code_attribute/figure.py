"""The matrix of codes by values: a bar and a number in each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.figures import Frame, chart_of, empty, finish, header, palette, wrap
from veche.study.evidence import Evidence
from veche.study.result import Result
from veche.words import N_, _, language, percent, say

if TYPE_CHECKING:
    import pandas as pd

#: most rows and columns on one figure; the rest stand in the table
ROWS, COLUMNS = 30, 10
LABELS, GAP, STEP, TOTAL, INDENT = 250, 14, 30, 1160, 14


def figure(result: Result) -> Any:
    """Draw the share of interviews that mention each code by the values of the attribute.

    Returns
    -------
    altair.VConcatChart
        Rows are codes in the order of the codebook, columns values; a bar is a share, faint with too few interviews.
    """
    import altair as alt

    cells = result.tables["cells"]
    keys, values = _shown(cells)
    codes = _depths(result.evidence, keys)
    if not codes or not values:
        return finish(empty(), Frame(title=_("No code is mentioned in this selection.")))
    labels = {code.key: code.label(language()) for code in result.evidence.codes}
    width = min(150, (TOTAL - LABELS - GAP) / len(values) - GAP)
    charts = [_labels(codes, labels)]
    charts += [_column(cells[cells["value"] == value], codes, labels, width) for value in values]
    frame = Frame(
        title=result.sentence.rstrip("."),
        caption=_caption(cells, codes, values),
        description=f"{result.sentence} {_caption(cells, codes, values)}",
        width=max(640, LABELS + len(values) * (width + GAP)),
    )
    return finish(alt.hconcat(*charts, spacing=GAP, bounds="flush"), frame)


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


def _frame(codes: dict[str, int], rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    scale = alt.Scale(domain=[0, len(codes)], reverse=True, nice=False, zero=False)
    return chart_of(rows).encode(y=alt.Y("y:Q", scale=scale, axis=None))


def _lines(codes: dict[str, int]) -> Any:
    rules = [{"y": at} for at in range(len(codes) + 1)]
    return _frame(codes, rules).mark_rule(color=palette().line, strokeWidth=1)


def _labels(codes: dict[str, int], labels: dict[str, str]) -> Any:
    import altair as alt

    rows = []
    for at, (code, depth) in enumerate(codes.items()):
        lines = wrap(labels[code], LABELS - 4 - INDENT * depth, 12, lines=2)
        # several lines hang from the first: lift them so that their middle stands on the row
        rows.append({"y": at + 0.5 - (len(lines) - 1) * 6.5 / STEP, "x": INDENT * depth, "label": "\n".join(lines)})
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, LABELS], nice=False, zero=False), axis=None)
    names = _frame(codes, rows).mark_text(
        align="left", baseline="middle", fontSize=12, lineHeight=13, lineBreak="\n", color=palette().ink
    )
    layers = (_lines(codes), names.encode(x=x, text="label:N"))
    return alt.layer(*layers).properties(width=LABELS, height=STEP * len(codes))


def _column(cells: pd.DataFrame, codes: dict[str, int], labels: dict[str, str], width: float) -> Any:
    """Draw one value: a grey track, the share as a bar on it, the number above."""
    import altair as alt

    p = palette()
    place = {code: at for at, code in enumerate(codes)}
    rows = [
        {
            "y": place[cell["code"]] + 0.5, "share": cell["share"], "zero": 0, "one": 1,
            "number": percent(cell["share"]) if known else "–",
            "said": f"{cell['mentions']}/{cell['asked']}", "code": labels[cell["code"]],
            "sure": 1.0 if cell["low"] == cell["low"] else 0.4, "why": cell["reason"],
        }
        for cell in cells.to_dict("records") if cell["code"] in place
        for known in [cell["share"] == cell["share"]]
    ]  # fmt: skip
    known_rows = [row for row in rows if row["number"] != "–"]
    track, room = width - 46, 42
    x = alt.X("zero:Q", scale=alt.Scale(domain=[0, 1], range=[room, room + track], nice=False), axis=None)
    tips = [
        alt.Tooltip("code:N", title=_("Code")), alt.Tooltip("number:N", title=_("Share of interviews")),
        alt.Tooltip("said:N", title=_("Interviews")), alt.Tooltip("why:N", title=_("Remark")),
    ]  # fmt: skip
    layers = [
        _lines(codes),
        _frame(codes, known_rows).mark_rule(color=p.line, strokeWidth=6, strokeCap="round").encode(x=x, x2="one:Q"),
        _frame(codes, [row for row in known_rows if row["share"] > 0])
        .mark_rule(color=p.hues[0], strokeWidth=6, strokeCap="round")
        .encode(x=x, x2="share:Q", opacity=alt.Opacity("sure:Q", scale=None), tooltip=tips),
        _frame(codes, rows)
        .mark_text(align="right", baseline="middle", fontSize=12, color=p.ink, x=room - 8)
        .encode(text="number:N", opacity=alt.Opacity("sure:Q", scale=None), tooltip=tips),
    ]
    name = str(cells["value_label"].iloc[0])
    return alt.layer(*layers).properties(
        width=width, height=STEP * len(codes), title=header(name, width - 10, large=False)
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
