"""The frame of a figure: title that states the finding, subtitle, caption, and words for those who cannot see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from veche.figures.theme import SANS, config, palette
from veche.figures.wrapping import wrap


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Words around a figure. `title` is the finding; `caption` says what is drawn and of how many."""

    title: str
    subtitle: str = ""
    caption: str = ""
    #: alternative text: what is drawn and what it shows
    description: str = ""
    #: width in pixels that the words may take
    width: float = 1160


def chart_of(rows: list[dict[str, Any]]) -> Any:
    """Start a chart on rows of plain values, kept inside the chart."""
    import altair as alt

    return alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]


def finish(chart: Any, frame: Frame, *, paper: bool = True) -> Any:
    """Put a chart into its frame, with the look of all figures.

    Returns
    -------
    altair.VConcatChart
        With `description` set, which browsers read aloud. It keeps its configuration in every place it is shown.
    """
    import altair as alt

    p = palette()
    title = alt.TitleParams(
        text=wrap(frame.title, frame.width, 22, bold=True),
        subtitle=wrap(frame.subtitle, frame.width, 13) if frame.subtitle else [],
    )
    parts = [chart]
    if frame.caption:
        lines = wrap(frame.caption, frame.width, 11.5)
        parts.append(
            chart_of([{}])
            .mark_text(align="left", baseline="top", fontSize=11.5, lineHeight=16, color=p.ink_2, x=0, y=0)
            .encode(text=alt.value(lines))
            .properties(width=frame.width, height=16 * len(lines))
        )
    # one data set per part: nothing is shared, so nothing has to be merged
    framed = alt.vconcat(*parts, spacing=16).resolve_scale(color="independent", shape="independent")
    return framed.properties(title=title, description=frame.description or frame.title).configure(**config(paper=paper))


def header(name: str, width: float, *, large: bool) -> Any:
    """Make the heading of a panel: its name over the left edge, broken to the width."""
    import altair as alt

    size = 14 if large else 12 if width > 76 else 11
    return alt.TitleParams(
        text=wrap(name, width + 10, size, bold=True, lines=2), font=SANS, fontSize=size, fontWeight="bold", anchor="start",
        lineHeight=size + 3, offset=8, frame="group", color=palette().ink,
    )  # fmt: skip


def empty() -> Any:
    """Make an empty panel, for a result with nothing to draw."""
    return chart_of([]).mark_point().properties(width=400, height=20)
