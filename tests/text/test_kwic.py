import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.study.errors import InputProblem
from veche.text.kwic import kwic

BODY = "Глава района  пришёл\nна завод и сказал: работайте, товарищи."
AT = BODY.index("завод")


@pytest.mark.parametrize(
    ("width", "left", "right"),
    [
        (0, "", ""),
        (2, "", " и"),
        (3, "на ", " и"),
        (4, "на ", " и"),
        (9, "на ", " и"),
        (10, "пришёл на ", " и сказал:"),
        (100, "Глава района пришёл на ", " и сказал: работайте, товарищи."),
    ],
)
def test_lines_by_hand(width: int, left: str, right: str) -> None:
    assert kwic(BODY, AT, AT + 5, width) == (left, "завод", right)


def test_white_space_of_the_place_is_folded() -> None:
    assert kwic("а  б\n\nв", 0, 7, 5) == ("", "а б в", "")


@pytest.mark.parametrize(("start", "end", "width"), [(-1, 2, 5), (3, 2, 5), (0, 99, 5), (0, 1, -1)])
def test_places_outside_the_text_are_refused(start: int, end: int, width: int) -> None:
    with pytest.raises(InputProblem, match="does not fit a text of 3 characters"):
        kwic("дом", start, end, width)


@given(
    st.text(st.sampled_from("абв \n\u00a0,😀"), max_size=60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 30)
)
def test_sides_hold_whole_words_within_the_width(body: str, first: int, second: int, width: int) -> None:
    start, end = sorted((min(first, len(body)), min(second, len(body))))
    left, hit, right = kwic(body, start, end, width)
    assert hit == re.sub(r"\s+", " ", body[start:end])
    assert len(left) <= width
    assert len(right) <= width
    assert re.sub(r"\s+", " ", body[:start]).endswith(left)
    assert re.sub(r"\s+", " ", body[end:]).startswith(right)
    before, after = body[:start].split(), body[end:].split()
    assert left.split() == before[len(before) - len(left.split()) :]
    assert right.split() == after[: len(right.split())]
