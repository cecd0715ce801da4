"""Places in texts as arrays: putting them together, in order, near each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.integer[Any]]
    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Places in order, each in one turn and once; [starts, ends) in words of the batch or in characters of the text."""

    turns: Ints
    starts: Ints
    ends: Ints

    def __len__(self) -> int:
        return len(self.turns)

    def where(self, chosen: Any) -> Spans:
        """Return the chosen ones: by mask, by index, or by slice."""
        return Spans(self.turns[chosen], self.starts[chosen], self.ends[chosen])


def turns_of(found: Spans, turns: int) -> Mask:
    """Mark which of the first `turns` turns have a place."""
    import numpy as np

    mask = np.zeros(turns, dtype=np.bool_)
    mask[found.turns] = True
    return mask


def union(found: list[Spans]) -> Spans:
    """Put the places of all together, in order and each once."""
    import numpy as np

    if len(found) == 1:
        return found[0]
    turns, starts, ends = (np.concatenate([getattr(f, name) for f in found]) for name in ("turns", "starts", "ends"))
    return ordered(Spans(turns, starts, ends))


def ordered(found: Spans) -> Spans:
    """Put places in order and keep each once."""
    import numpy as np

    found = found.where(np.lexsort((found.ends, found.starts, found.turns)))
    new = np.ones(len(found), dtype=np.bool_)
    new[1:] = (np.diff(found.turns) != 0) | (np.diff(found.starts) != 0) | (np.diff(found.ends) != 0)
    return found.where(new)


def near(left: Spans, right: Spans, distance: int) -> Spans:
    """Join each place of `left` with the nearest place of `right` in its turn; at equal distance the following one.

    Places that overlap are not near each other. Of several that begin together (or, before it, end together) the
    shortest counts.
    """
    import numpy as np

    if not len(left) or not len(right):
        return left.where(slice(0))
    after = np.searchsorted(right.starts, left.ends)  # the shortest of those that begin first
    backwards = np.lexsort((right.starts, right.ends))
    before = np.searchsorted(right.ends[backwards], left.starts, side="right") - 1
    far = np.iinfo(np.int64).max
    gaps = []
    for index, there in ((after, after < len(right)), (backwards[np.maximum(before, 0)], before >= 0)):
        other = right.where(np.minimum(index, len(right) - 1))
        gap = np.maximum(other.starts - left.ends, left.starts - other.ends)
        fits = there & (other.turns == left.turns) & (gap <= distance)
        gaps.append((np.where(fits, gap, far), other))
    (gap_after, next_), (gap_before, previous) = gaps
    following = gap_after <= gap_before
    starts = np.where(following, left.starts, previous.starts)
    ends = np.where(following, next_.ends, left.ends)
    close = np.minimum(gap_after, gap_before) < far
    return ordered(Spans(left.turns[close], starts[close], ends[close]))
