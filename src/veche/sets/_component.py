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
    def of_one(cls, columns: NDArray[np.int64], weight: Sequence[int]) -> Component:
        """Make the answer for one row: each of its columns alone covers it."""
        count, held = sum(weight), dict(zip(columns.tolist(), weight, strict=True))
        return cls(1, 1, count, count, held, columns[:, None], complete=True, whole=True, nodes=0)

    def renamed(self, names: NDArray[np.int64]) -> Component:
        """Put names for the numbers of columns."""
        own = names.tolist()
        held = {own[at]: count for at, count in self.held.items()}
        return Component(
            self.size, self.least, self.count, self.most, held, names[self.covers],
            complete=self.complete, whole=self.whole, nodes=self.nodes,
        )  # fmt: skip
