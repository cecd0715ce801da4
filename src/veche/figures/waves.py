"""Waves differ by form as well as by colour: ring, disc, diamond, and so on."""

from __future__ import annotations

from dataclasses import dataclass

from veche.figures.theme import palette


@dataclass(frozen=True, slots=True)
class WaveMark:
    """How a wave is drawn: Vega shape, colours of inside and outline, factor of its area."""

    shape: str
    fill: str
    stroke: str
    size: float = 1.0


#: shape, filled, factor of the area
_FORMS = (
    ("circle", False, 1.0),
    ("circle", True, 1.0),
    ("diamond", True, 1.15),
    ("square", False, 1.0),
    ("triangle-up", True, 0.9),
    ("cross", True, 1.0),
)


def wave_marks(number: int) -> tuple[WaveMark, ...]:
    """Return the marks of waves in order: a ring, a disc, a diamond, a square, a triangle, a cross, and again.

    All are told apart without colour, in grey print too.
    """
    p = palette()
    colours = (p.ink_3, p.hues[0], p.hues[1], p.ink_3, p.hues[2], p.hues[3])
    marks = []
    for place in range(number):
        shape, filled, size = _FORMS[place % len(_FORMS)]
        colour = colours[place % len(colours)]
        marks.append(WaveMark(shape, colour if filled else p.paper, colour, size))
    return tuple(marks)
