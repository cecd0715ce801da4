"""Fit of many models at once, compiled; the formulae stand in `veche.sets.fit`."""

from __future__ import annotations

from typing import Any

import numpy as np

from veche.sets._bits import compiled


@compiled
def fit_all(members: Any, y: Any, models: Any, whole: Any, unique: Any) -> None:
    """Fill `whole` (sums for each model: shared, own, either way) and `unique` (what the others leave of each term's part).

    Parameters
    ----------
    members
        Memberships in terms, shape (terms, cases).
    y
        Memberships in the outcome, shape (cases,).
    models
        Terms of each model, shape (models, size).
    whole, unique
        Room for the answers, shapes (models, 3) and (models, size).
    """
    cases, size = len(y), models.shape[1]
    top, second, leader = np.empty(cases), np.empty(cases), np.empty(cases, np.int64)
    for m in range(len(models)):
        top[:], second[:], leader[:] = 0.0, 0.0, -1
        for place in range(size):
            row = members[models[m, place]]
            for case in range(cases):
                value = row[case]
                if value > top[case]:
                    second[case] = top[case]
                    top[case] = value
                    leader[case] = place
                elif value > second[case]:
                    second[case] = value
        shared = own = either = 0.0
        for place in range(size):
            unique[m, place] = 0.0
        for case in range(cases):
            both = min(top[case], y[case])
            shared += both
            own += top[case]
            either += min(both, 1 - y[case])
            if leader[case] >= 0:
                unique[m, leader[case]] += both - min(second[case], y[case])
        whole[m, 0], whole[m, 1], whole[m, 2] = shared, own, either
