"""Theory evaluation: where a theory and a solution agree, and which cases speak for and against each.

The theory T and the solution S cut the cases into four: T*S (expected and found), ~T*S (found, not expected), T*~S (expected, not found), ~T*~S. In
each, cases with the outcome confirm or extend, cases without it contradict. Reference: Schneider and Wagemann 2012, Set-Theoretic Methods, ch. 11.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.sets._checks import Model, read_terms
from veche.sets._drawing import drawing
from veche.sets._terms import Frame
from veche.sets.fit import Sufficiency, subset_fit

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Area:
    """One of the four areas: its name, fit, and the cases in it (membership over 0.5) with and without the outcome."""

    name: str
    fit: Sufficiency
    with_outcome: tuple[str, ...]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Theory:
    """A theory beside a solution: the four areas T*S, ~T*S, T*~S, ~T*~S, of which it is a sequence, and cases in none (exactly 0.5)."""

    areas: tuple[Area, Area, Area, Area]
    expected: str
    found: str
    outcome: str
    nowhere: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Area]:
        """Go through the areas."""
        return iter(self.areas)

    def __len__(self) -> int:
        """Count the areas."""
        return len(self.areas)

    def __getitem__(self, at: int) -> Area:
        """Give the area at a place."""
        return self.areas[at]

    def to_frame(self) -> pd.DataFrame:
        """Give the areas as a table: inclS, PRI, covS, cases with the outcome, cases without it."""
        import pandas as pd

        lines = [
            [one.name, one.fit.inclusion, one.fit.pri, one.fit.coverage, ", ".join(one.with_outcome), ", ".join(one.without)]
            for one in self.areas
        ]  # fmt: skip
        return pd.DataFrame(lines, columns=["area", "inclS", "PRI", "covS", "with", "without"])

    def figure(self) -> Any:
        """Draw theory and solution as two sets with their cases; an Altair chart."""
        return drawing("theory_venn")(self)

    def _repr_html_(self) -> str:
        return str(self.to_frame().round(3).to_html(index=False))


def theory(frame: Frame, expected: str, solution: Model) -> Theory:
    """Compare an expected model with a found one.

    With memberships t of the theory and s of the solution, those of the areas are min(t, s), min(1 - t, s), min(t, 1 - s) and min(1 - t, 1 - s);
    their fits those of `sufficiency`.

    Parameters
    ----------
    frame
        Cases, conditions and outcome.
    expected
        The theory as an expression, such as ``"A*~B + C"``.
    solution
        Terms of the model, in words or as values of the conditions.

    Returns
    -------
    Theory
        The areas T*S, ~T*S, T*~S, ~T*~S in this order; fits in [0, 1], missing where an area is empty.

    Raises
    ------
    InputProblem
        If an expression names what is not there.

    References
    ----------
    Schneider and Wagemann 2012, Set-Theoretic Methods, ch. 11; Ragin 1987, The Comparative Method.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> areas = sets.theory(frame, "HEAD*FIRM", "HEAD")
    >>> [(one.name, one.with_outcome) for one in areas]
    [('T*S', ('Alder',)), ('~T*S', ('Birch',)), ('T*~S', ()), ('~T*~S', ())]
    """
    t = frame.union(frame.read_model(expected))
    model = read_terms(frame, solution)
    s = frame.union(model)
    areas = {"T*S": (t, s), "~T*S": (1 - t, s), "T*~S": (t, 1 - s), "~T*~S": (1 - t, 1 - s)}
    found = []
    for name, (one, other) in areas.items():
        x = np.minimum(one, other)
        inside = [at for at in range(len(frame.cases)) if x[at] > 0.5]
        found.append(
            Area(
                name,
                subset_fit(x, frame.outcome),
                tuple(frame.cases[at] for at in inside if frame.outcome[at] > 0.5),
                tuple(frame.cases[at] for at in inside if frame.outcome[at] <= 0.5),
            )
        )
    half = tuple(case for case, a, b in zip(frame.cases, t, s, strict=True) if 0.5 in (a, b))
    return Theory(
        (found[0], found[1], found[2], found[3]), expected, frame.write_model(model), frame.outcome_name, half
    )
