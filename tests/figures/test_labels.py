"""Labels and dots: what is placed is where it says, and nothing covers what it need not cover."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.figures.dots import packed, rows_of
from veche.figures.labels import Box, placed_labels


def test_a_lone_label_stands_to_the_right() -> None:
    assert placed_labels([(50, 50)], [(30, 10)], [5], 200, 100) == [Box(73, 50, 30, 10)]


def test_a_label_at_the_edge_turns_to_the_other_side() -> None:
    (box,) = placed_labels([(190, 50)], [(40, 10)], [5], 200, 100)
    assert box.x + box.width / 2 <= 190


def test_labels_with_room_do_not_overlap() -> None:
    rng = random.Random(1)
    points = [(40 + 80 * (k % 4) + rng.uniform(-8, 8), 40 + 60 * (k // 4) + rng.uniform(-8, 8)) for k in range(16)]
    found = placed_labels(points, [(60, 12)] * 16, [5] * 16, 372, 300)
    assert all(one.overlap(other) == 0 for one, other in combinations(found, 2))
    dots = [Box(x, y, 10, 10) for x, y in points]
    assert sum(label.overlap(dot) > 0 for label in found for dot in dots) == 0


def test_a_line_is_avoided_where_it_can_be() -> None:
    line = [Box(60 + 8 * k, 50, 8, 8) for k in range(6)]
    (box,) = placed_labels([(50, 50)], [(30, 10)], [5], 200, 100, line)
    assert sum(box.overlap(piece) for piece in line) == 0


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200)), max_size=8))
def test_labels_stay_inside_the_panel(points: list[tuple[float, float]]) -> None:
    for box in placed_labels(points, [(50, 12)] * len(points), [4] * len(points), 300, 200):
        assert box.width / 2 <= box.x <= 300 - box.width / 2
        assert box.height / 2 <= box.y <= 200 - box.height / 2


@given(count=st.integers(0, 200), gap=st.floats(2, 20), room=st.floats(2, 100))
def test_dots_are_packed_in_the_room_without_touching(count: int, gap: float, room: float) -> None:
    found = packed(count, room, gap)
    assert len(found) == count
    assert max((away for _shift, away in found), default=0) == pytest.approx(
        gap * max(0, rows_of(count, room, gap) - 1)
    )
    assert all(abs(shift) <= room / 2 + 1e-9 for shift, _away in found)
    seen = sorted(found, key=lambda one: (one[1], one[0]))
    for (x, y), (x2, y2) in pairwise(seen):
        assert y != y2 or x2 - x == pytest.approx(gap)
