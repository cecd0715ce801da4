"""The frame of a figure: title that states the finding, subtitle, caption, and words for those who cannot see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from veche.figures.sheet import Sheet
from veche.figures.theme import config, palette
from veche.figures.wrapping import wrap


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Words around a figure. `title` is the finding; `caption` says what is drawn and of how many."""

    title: str
    subtitle: str = ""
    caption: str = ""
    #: alternative text: what is drawn and what it shows; empty: all the words of the frame
    description: str = ""


#: narrowest space for the words of a frame, in pixels
LEAST = 640


def finish(sheet: Sheet, frame: Frame, *, paper: bool = True) -> Any:
    """Put a sheet into its frame, with the look of all figures.

    Returns
    -------
    altair.LayerChart
        With `description` set, which browsers read aloud. It keeps its configuration in every place it is shown.
    """
    import altair as alt
    from altair.utils.schemapi import debug_mode

    sheet.width = max(sheet.width, LEAST)
    for line in wrap(frame.caption, sheet.width, 11.5) if frame.caption else ():
        sheet.height += 16
        sheet.text(0, sheet.height, line, size=11.5, color=palette().ink_2)
    title = alt.TitleParams(
        text=wrap(frame.title, sheet.width, 22, bold=True),
        subtitle=wrap(frame.subtitle, sheet.width, 13) if frame.subtitle else [],
    )
    words = (frame.title, frame.subtitle, frame.caption)
    described = frame.description or " ".join(part if part[-1] in ".!?" else f"{part}." for part in words if part)
    # to hold every mark against the schema takes as long as to draw it; what is made here is checked where it is tested
    with debug_mode(False):
        return sheet.chart().properties(title=title, description=described).configure(**config(paper=paper))
