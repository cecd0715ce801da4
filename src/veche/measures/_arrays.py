"""Numbers as they are given, read as arrays or refused in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.study.errors import N_, InputProblem


def floats(values: ArrayLike, noun: str) -> NDArray[np.float64]:
    """Read numbers, missing ones as NaN.

    Parameters
    ----------
    values
        A number, or rows of numbers of equal length.
    noun
        What they are, for the message; marked for translation by the caller.

    Raises
    ------
    InputProblem
        If something is not a number, or rows differ in length.
    """
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise InputProblem(
            N_("Among the {noun} stands something that is not a number, or rows differ in length. Give numbers only, "
               "missing ones as NaN."),
            noun=noun,
        ) from None  # fmt: skip
