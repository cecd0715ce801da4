"""Bounds from HiGHS: prices of rows by the linear relaxation, and a smallest cover by branch and cut."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def matrix_of(words: NDArray[np.uint64], rows: int) -> Floats:
    """Give columns, as words of bits, as a matrix of 0 and 1, shape (rows, columns)."""
    packed = np.ascontiguousarray(words).view(np.uint8)
    return np.unpackbits(packed, axis=1, count=rows, bitorder="little").T.astype(float)


def words_of(matrix: NDArray[Any]) -> NDArray[np.uint64]:
    """Pack rows of zeros and ones into words of 64 bits; shape (rows, words)."""
    wide = np.zeros((matrix.shape[0], -(-matrix.shape[1] // 64) * 64), dtype=np.uint8)
    wide[:, : matrix.shape[1]] = matrix
    return np.packbits(wide, axis=1, bitorder="little").view(np.uint64)


def linear_prices(full: Floats, chosen: Ints) -> Floats | None:
    """Solve the linear relaxation, columns added as they are missed; prices of the rows, of which no column costs more than 1.

    Parameters
    ----------
    full
        The chart, shape (rows, columns).
    chosen
        Columns that cover all rows.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    held = full.sum(axis=0)
    pool = np.union1d(np.argsort(-held, kind="stable")[:200], np.asarray(chosen, dtype=np.int64))
    while True:
        relaxed = linprog(
            np.ones(len(pool)), A_ub=csr_array(-full[:, pool]), b_ub=-np.ones(len(full)), bounds=(0, None), method="highs"
        )  # fmt: skip
        if relaxed.status != 0:
            return None
        prices = np.clip(-np.asarray(relaxed.ineqlin.marginals), 0, None)
        cost = full.T @ prices
        missed = np.flatnonzero(cost > 1 + 1e-7)
        missed = missed[np.argsort(-cost[missed], kind="stable")][:300]
        if not missed.size or np.isin(missed, pool).all():
            # weak duality holds for any prices of which no column costs more than 1, so rounding in them costs no model
            found: Floats = prices / max(1.0, float(cost.max()))
            return found
        pool = np.union1d(pool, missed)


def smallest(full: Floats, seconds: float, columns: Ints | None = None) -> tuple[tuple[int, ...], int]:
    """Give a smallest cover by the columns named (the best found in the time, or none), and what is proved of its size."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    if columns is None:
        columns = np.arange(full.shape[1])
    columns = columns[undominated(full[:, columns])]
    answer = milp(
        np.ones(len(columns)), integrality=np.ones(len(columns)), bounds=Bounds(0, 1),
        constraints=LinearConstraint(csr_array(full[:, columns]), lb=1), options={"time_limit": max(seconds, 0.05)},
    )  # fmt: skip
    found = () if answer.x is None else tuple(columns[answer.x > 0.5].tolist())
    bound = len(found) if answer.status == 0 else ceil((getattr(answer, "mip_dual_bound", None) or 1) - 1e-6)
    return found, bound


def undominated(full: Floats) -> Ints:
    """Leave out columns whose rows another column covers too; enough to find the smallest size."""
    # no two columns are equal, so a column lies in another one if they share as many rows as it has
    held = full.sum(axis=0)
    order = np.argsort(-held, kind="stable")
    kept: list[int] = []
    for start in range(0, len(order), 512):
        part = order[start : start + 512]
        if kept:
            part = part[((full[:, kept].T @ full[:, part]) < held[part]).all(axis=0)]
        shared = full[:, part].T @ full[:, part]
        within = (shared == held[part][:, None]) & (held[part][None, :] > held[part][:, None])
        kept.extend(part[~within.any(axis=1)].tolist())
    return np.asarray(kept, dtype=np.int64)
