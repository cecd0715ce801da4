"""Counts in matrices that are kept sparse when they would be large."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: a matrix with more entries than this is kept sparse
LARGE = 4_000_000


def count_pairs(rows: Ints, columns: Ints, height: int, width: int) -> Any:
    """Return how often each pair of row and column occurs, shape (height, width); sparse if that is large."""
    if height * width <= LARGE:
        return np.bincount(rows * width + columns, minlength=height * width).reshape(height, width).astype(float)
    from scipy import sparse

    return sparse.coo_array((np.ones(rows.size), (rows, columns)), shape=(height, width)).tocsr()


def scaled_rows(matrix: Any, scale: Floats) -> Any:
    """Multiply each row by a number of its own."""
    if isinstance(matrix, np.ndarray):
        return matrix * scale[:, None]
    from scipy import sparse

    return sparse.diags_array(scale) @ matrix
