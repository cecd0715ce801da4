"""Key word in context: one line of words around a hit."""

from __future__ import annotations

import re

from veche.study.errors import N_, InputProblem

_SPACE = re.compile(r"\s+")


def kwic(body: str, start: int, end: int, width: int = 60) -> tuple[str, str, str]:
    """Return what stands left of a place, the place itself, and what stands right of it.

    White space is folded to single spaces; both sides are cut between words and hold at most `width` code points.
    Joined, the three read on as the text does.

    Parameters
    ----------
    body
        The stored text.
    start, end
        The place; 0 ≤ start ≤ end ≤ length.
    width
        Code points on either side, 0 or more. A word longer than that is left out.

    Raises
    ------
    InputProblem
        If the place is not inside the text or the width is negative.
    """
    if not 0 <= start <= end <= len(body) or width < 0:
        raise InputProblem(
            N_(
                "The place from {start} to {end} with {width} characters around it does not fit a text of {length} "
                "characters. Give a place inside the text and a width of 0 or more."
            ),
            start=start,
            end=end,
            width=width,
            length=len(body),
        )
    return _left(body, start, width), _SPACE.sub(" ", body[start:end]), _right(body, end, width)


def _left(body: str, start: int, width: int) -> str:
    low = start - width
    if low <= 0:
        return _SPACE.sub(" ", body[:start]).lstrip()
    part = body[low:start]
    if not (body[low - 1].isspace() or part[:1].isspace()):
        cut = _SPACE.search(part)
        part = part[cut.start() :] if cut else ""
    return _SPACE.sub(" ", part).removeprefix(" ") if part.strip() else ""


def _right(body: str, end: int, width: int) -> str:
    high = end + width
    if high >= len(body):
        return _SPACE.sub(" ", body[end:]).rstrip()
    part = body[end:high]
    if not (body[high].isspace() or part[-1:].isspace()):
        part = part[: max((m.start() for m in _SPACE.finditer(part)), default=0)]
    return _SPACE.sub(" ", part).removesuffix(" ") if part.strip() else ""
