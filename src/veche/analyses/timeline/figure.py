"""Small panels of codes over time: line, band, and the time when a code was not possible."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from veche.figures import Frame, chart_of, empty, finish, header, palette
from veche.study.codebook import Code
from veche.study.result import Result
from veche.words import N_, _, language, percent, say

if TYPE_CHECKING:
    import pandas as pd

WIDTH, HEIGHT, GAP, PER_LINE = 256, 130, 34, 4


def figure(result: Result) -> Any:
    """Draw the codes of a result over time.

    Returns
    -------
    altair.VConcatChart
        One panel per code on common axes; hatched grey where its exposure window is closed.
    """
    import altair as alt

    table = result.tables["timeline"]
    codes = list(dict.fromkeys(table["code"]))
    if not codes:
        return finish(empty(), Frame(title=result.sentence.rstrip(".")))
    by_key = result.evidence.codebook.by_key
    limits = min(table["start"]), max(table["end"])
    by_wave = result.params is None or result.params.step == "wave"
    panels = [_panel(table[table["code"] == code], by_key[code], limits, by_wave=by_wave) for code in codes]
    lines = [
        alt.hconcat(*panels[at : at + PER_LINE], spacing=GAP, bounds="flush") for at in range(0, len(panels), PER_LINE)
    ]
    frame = Frame(
        title=result.sentence.rstrip("."),
        caption=_caption(result),
        description=f"{result.sentence} {_caption(result)}",
        width=max(640, min(len(panels), PER_LINE) * (WIDTH + GAP) - GAP),
    )
    return finish(alt.vconcat(*lines, spacing=30), frame)


def _parts(rows: pd.DataFrame, *, by_wave: bool) -> list[int]:
    """Number the runs of adjacent periods; waves are one run, the time between them is meant to be bridged."""
    part, parts, until = 0, [], None
    for row in rows.to_dict("records"):
        if until is not None and row["start"] != until and not by_wave:
            part += 1
        parts.append(part)
        until = row["end"]
    return parts


def _panel(rows: pd.DataFrame, code: Code, limits: tuple[dt.date, dt.date], *, by_wave: bool) -> Any:
    import altair as alt

    p = palette()
    known = rows[rows["asked"] > 0]
    points = [
        {
            "part": part, "day": _stamp(row["middle"]), "share": row["share"], "low": row["low"], "high": row["high"],
            "period": row["period_label"], "said": f"{percent(row['share'])} ({row['mentions']}/{row['asked']})",
            "interval": f"{percent(row['low'])} – {percent(row['high'])}",
        }
        for row, part in zip(known.to_dict("records"), _parts(known, by_wave=by_wave), strict=True)
    ]  # fmt: skip
    x = alt.X(
        "day:Q", scale=alt.Scale(domain=[_stamp(limits[0]), _stamp(limits[1])], nice=False, zero=False),
        axis=alt.Axis(values=_years(limits), labelExpr="utcFormat(datum.value, '%Y')", title=None, grid=False),
    )  # fmt: skip
    unit = " + ' %'" if language() == "ru" else " + '%'"
    axis = alt.Axis(
        values=[0, 0.5, 1], labelExpr="format(datum.value * 100, '.0f')" + unit, title=None, grid=True, domain=False,
        ticks=False,
    )  # fmt: skip
    y = alt.Y("share:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)
    low = alt.Y("low:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)
    tips = [
        alt.Tooltip("period:N", title=_("Period")), alt.Tooltip("said:N", title=_("Share of interviews")),
        alt.Tooltip("interval:N", title=_("Interval")),
    ]  # fmt: skip
    layers = [
        *_closed(code, limits, x),
        # across time without interviews the line is only a thread for the eye, without a band
        chart_of(points).mark_line(color=p.line_2, strokeWidth=1.2, strokeDash=[3, 3]).encode(x=x, y=y),
        chart_of(points).mark_area(color=p.hues[0], opacity=0.16).encode(x=x, y=low, y2="high:Q", detail="part:N"),
        # a single period has no area: its interval is a line
        chart_of(points).mark_rule(color=p.hues[0], opacity=0.35, strokeWidth=1.2).encode(x=x, y=low, y2="high:Q"),
        chart_of(points).mark_line(color=p.hues[0], strokeWidth=2.2).encode(x=x, y=y, detail="part:N"),
        chart_of(points)
        .mark_point(size=58, fill=p.paper, stroke=p.hues[0], strokeWidth=1.8, opacity=1)
        .encode(x=x, y=y, tooltip=tips),
    ]
    title = header(code.label(language()), WIDTH - 10, large=False)
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT, title=title)


def _closed(code: Code, limits: tuple[dt.date, dt.date], x: Any) -> list[Any]:
    """Shade the days outside the exposure window and say so where there is room."""
    p = palette()
    spans = []
    if code.not_before is not None and code.not_before > limits[0]:
        spans.append((limits[0], min(code.not_before, limits[1])))
    if code.not_after is not None and code.not_after < limits[1]:
        spans.append((max(code.not_after, limits[0]), limits[1]))
    rows = [{"day": _stamp(start), "until": _stamp(end)} for start, end in spans]
    layers = [chart_of(rows).mark_rect(color=p.line, opacity=0.75).encode(x=x, x2="until:Q")] if rows else []
    total = max((limits[1] - limits[0]).days, 1)
    wide = [
        {"day": (row["day"] + row["until"]) / 2, "word": _("not possible")}
        for row, (start, end) in zip(rows, spans, strict=True)
        if (end - start).days / total * WIDTH > 90
    ]
    if wide:
        text = chart_of(wide).mark_text(color=p.ink_2, fontSize=11, baseline="middle", y=HEIGHT / 2)
        layers.append(text.encode(x=x, text="word:N"))
    return layers


def _stamp(day: dt.date) -> int:
    """Milliseconds of a day at 0:00 UTC, as Vega counts time."""
    return (day.toordinal() - dt.date(1970, 1, 1).toordinal()) * 86_400_000


def _years(limits: tuple[dt.date, dt.date]) -> list[int]:
    """New Years to label, four at most."""
    years = range(limits[0].year, limits[1].year + 1)
    step = max(1, -(-len(years) // 4))
    return [_stamp(dt.date(year, 1, 1)) for year in years[::step] if limits[0] <= dt.date(year, 1, 1) <= limits[1]]


def _caption(result: Result) -> str:
    params = result.params
    return " ".join(
        (
            say(
                N_(
                    "Share of interviews that mention the code, among those that could, at their mean day; "
                    "bands: {level}."
                ),
                level=percent(params.confidence if params else 0.95),
            ),
            _("Grey: the topic could not come up yet, or no longer."),
        )
    )
