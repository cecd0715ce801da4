"""Theory evaluation: where a theory and a solution agree, and which cases speak for and against each.

The theory T and the solution S cut the cases into four: T*S (expected and found), ~T*S (found, not expected), T*~S (expected, not found),
~T*~S. In each, cases with
the outcome confirm or extend, cases without it contradict. Reference: Schneider and Wagemann 2012, Set-Theoretic Methods, ch. 11.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from veche.sets._terms import Cube, Frame
from veche.sets.fit import Sufficiency, sufficiency


@dataclass(frozen=True, slots=True)
class Area:
    """One of the four areas: its name, fit, and the cases in it (membership over 0.5) with and without the outcome."""

    name: str
    fit: Sufficiency
    with_outcome: tuple[str, ...]
    without: tuple[str, ...]


def theory(frame: Frame, expected: str, solution: Iterable[Cube]) -> tuple[Area, Area, Area, Area]:
    """Compare an expected model with a found one.

    Parameters
    ----------
    frame
        Cases, conditions and outcome.
    expected
        The theory as an expression, such as ``"A*~B + C"``.
    solution
        Terms of the model.

    Returns
    -------
    tuple of Area
        T*S, ~T*S, T*~S, ~T*~S.

    Raises
    ------
    InputProblem
        If the expression names what is not there.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> areas = sets.theory(frame, "HEAD*FIRM", [(1, -1)])
    >>> [(one.name, one.with_outcome) for one in areas]
    [('T*S', ('Alder',)), ('~T*S', ('Birch',)), ('T*~S', ()), ('~T*~S', ())]
    """
    t = frame.union(frame.read_model(expected))
    s = frame.union(tuple(solution))
    areas = {"T*S": (t, s), "~T*S": (1 - t, s), "T*~S": (t, 1 - s), "~T*~S": (1 - t, 1 - s)}
    found = []
    for name, (one, other) in areas.items():
        x = np.minimum(one, other)
        inside = [at for at in range(len(frame.cases)) if x[at] > 0.5]
        found.append(
            Area(
                name,
                sufficiency(x, frame.outcome),
                tuple(frame.cases[at] for at in inside if frame.outcome[at] > 0.5),
                tuple(frame.cases[at] for at in inside if frame.outcome[at] <= 0.5),
            )
        )
    return found[0], found[1], found[2], found[3]
