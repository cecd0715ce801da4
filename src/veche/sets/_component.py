"""What is known of the smallest covers of one independent part of the chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Component:
    """Smallest covers of one part: how many columns they have, how many there are, and which.

    `least` is what is proved of the size. `count` is exact if `complete`; else there are at least so many, and at most `most` (None: nothing is
    proved). `held` says for each column that is in a cover how many covers hold it or an equal one. `covers` lists
    covers, shape (covers, size): all if `whole`. `nodes` are the subproblems looked at.
    """

    size: int
    least: int
    count: int
    most: int | None
    held: dict[int, int]
    covers: NDArray[np.int64]
    complete: bool
    whole: bool
    nodes: int

    @classmethod
    def of_one(cls, weight: Sequence[int]) -> Component:
        """Make the answer for one row: each of its columns alone covers it."""
        count = sum(weight)
        held = {column: int(one) for column, one in enumerate(weight)}
        covers = np.arange(len(held), dtype=np.int64)[:, None]
        return cls(1, 1, count, count, held, covers, complete=True, whole=True, nodes=0)
