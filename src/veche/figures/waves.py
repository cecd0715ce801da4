"""Waves differ by form as well as by colour: ring, disc, diamond, and so on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from veche.figures.frame import chart_of
from veche.figures.theme import palette
from veche.figures.wrapping import text_width


@dataclass(frozen=True, slots=True)
class WaveMark:
    """How a wave is drawn: Vega shape, colours of inside and outline, factor of its area."""

    shape: str
    fill: str
    stroke: str
    size: float = 1.0


_FORMS = (
    ("circle", False),
    ("circle", True),
    ("diamond", True),
    ("square", False),
    ("triangle-up", True),
    ("cross", True),
)


def wave_marks(number: int) -> tuple[WaveMark, ...]:
    """Return the marks of waves in order: a ring, a disc, a diamond, a square, a triangle, a cross, and again.

    All are told apart without colour, in grey print too.
    """
    p = palette()
    colours = (p.ink_3, p.hues[0], p.hues[1], p.ink_3, p.hues[2], p.hues[3])
    marks = []
    for place in range(number):
        shape, filled = _FORMS[place % len(_FORMS)]
        colour = colours[place % len(colours)]
        size = {"diamond": 1.15, "triangle-up": 0.9}.get(shape, 1.0)
        marks.append(WaveMark(shape, colour if filled else p.paper, colour, size))
    return tuple(marks)


def wave_key(labels: Sequence[str], *, left: float = 0) -> Any:
    """Draw the key of the waves on one line: each mark with its name, from `left` pixels on."""
    return key([(mark, label) for mark, label in zip(wave_marks(len(labels)), labels, strict=True)], left=left)


def key(entries: Sequence[tuple[WaveMark, str]], *, left: float = 0) -> Any:
    """Draw a key on one line: each mark with its words."""
    import altair as alt

    layers, x = [], left + 6
    for mark, label in entries:
        base = chart_of([{}])
        layers.append(
            base.mark_point(
                shape=mark.shape, size=95 * mark.size, fill=mark.fill, stroke=mark.stroke, strokeWidth=1.6, opacity=1,
                x=x, y=9,
            )
        )  # fmt: skip
        layers.append(
            base.mark_text(align="left", baseline="middle", fontSize=12.5, color=palette().ink_2, x=x + 12, y=9).encode(
                text=alt.value(label)
            )
        )
        x += 12 + text_width(label, 12.5) + 24
    return alt.layer(*layers).properties(width=max(x, 10), height=18)
