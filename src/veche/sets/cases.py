"""Cases for a closer look: typical, deviant in consistency, deviant in coverage, irrelevant, and pairs that differ least.

For a term or model X of an outcome Y (sufficiency), with memberships x and y of a case: *typical* x > .5, y > .5, x <= y; *deviant in consistency*
x > .5, y < .5; *deviant in coverage* x < .5, y > .5; *irrelevant* both under .5; the rest (x > .5, y > .5, x > y) only deviates in degree.
Reference: Schneider and Rohlfing 2013, Sociological Methods and Research 42:559-597.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from veche.sets._checks import Model, Term, read_term, read_terms
from veche.sets._drawing import drawing
from veche.sets._terms import Cube, Frame

if TYPE_CHECKING:
    import pandas as pd

Role = Literal[
    "typical", "deviant in degree", "deviant in consistency", "deviant in coverage", "irrelevant", "undecided"
]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One case: its memberships, its role, how good an example it is (the smaller, the better; in [0, 2]), and whether only this term covers it."""

    case: str
    x: float
    y: float
    role: Role
    badness: float
    unique: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A typical case and one that should have been like it: the smaller `difference`, the more alike in the conditions."""

    typical: str
    other: str
    difference: float


@dataclass(frozen=True, slots=True)
class Selection:
    """Cases for within-case work, best examples first, and pairs for comparison."""

    cases: tuple[Chosen, ...]
    against_consistency: tuple[Pair, ...]
    against_irrelevant: tuple[Pair, ...]
    term: str = ""
    outcome: str = ""

    def figure(self, *, pairs: int = 3) -> Any:
        """Draw the cases by their role, and lines between the pairs most alike (as many of each kind as `pairs` says); an Altair chart."""
        return drawing("selection_chart")(self, pairs=pairs)

    def to_frame(self) -> pd.DataFrame:
        """Give the cases as a table, best examples of each role first."""
        import pandas as pd

        columns = ["case", "x", "y", "role", "badness", "unique"]
        return pd.DataFrame([[getattr(one, name) for name in columns] for one in self.cases], columns=columns)

    def pairs(self) -> pd.DataFrame:
        """Give the pairs as a table: the typical case, the other one, what it should have been like, and how they differ."""
        import pandas as pd

        lines = [
            [one.typical, one.other, against, one.difference]
            for against, found in (("consistency", self.against_consistency), ("irrelevant", self.against_irrelevant))
            for one in found
        ]
        return pd.DataFrame(lines, columns=["typical", "other", "against", "difference"])

    def _repr_html_(self) -> str:
        return str(self.to_frame().round(3).to_html(index=False)) + str(
            self.pairs().head(10).round(3).to_html(index=False)
        )


def select_cases(frame: Frame, term: Term, model: Model = ()) -> Selection:
    """Choose cases of a term.

    Badness: typical (y - x) + (1 - x); deviant in degree (x - y) + (1 - x); deviant in consistency 1 - (x - y); deviant in coverage 1 - (y
    - x); irrelevant x + y.
    Difference of a pair: mean absolute difference over the conditions of the term, plus 1 - the difference in the outcome.

    Parameters
    ----------
    frame
        Cases, conditions and outcome.
    term
        The term to look at, in words or as values of the conditions.
    model
        All terms of its model, to say which cases only this term covers.

    Returns
    -------
    Selection
        Cases with their role and how far they are from a perfect one (badness, in [0, 2]), the best of each role first; pairs by their difference,
        in [0, 3].

    Raises
    ------
    InputProblem
        If the term or the model names what is not there.

    References
    ----------
    Schneider and Rohlfing 2013, Sociological Methods and Research 42:559-597; Oana, Schneider and Thomann 2021, QCA Using R, ch. 5.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> [(one.case, one.role) for one in sets.select_cases(frame, "HEAD").cases]
    [('Cedar', 'irrelevant'), ('Dale', 'irrelevant'), ('Alder', 'typical'), ('Birch', 'typical')]
    """
    term, model = read_term(frame, term), read_terms(frame, model)
    x, y = frame.membership(term), frame.outcome
    others = frame.union([one for one in model if one != term])
    found = [
        Chosen(
            case, float(x[at]), float(y[at]), *_role(float(x[at]), float(y[at])), unique=bool(x[at] > 0.5 >= others[at])
        )
        for at, case in enumerate(frame.cases)
    ]
    typical = [at for at, one in enumerate(found) if one.role == "typical"]
    deviant = [at for at, one in enumerate(found) if one.role == "deviant in consistency"]
    irrelevant = [at for at, one in enumerate(found) if one.role == "irrelevant"]
    found.sort(key=lambda one: (one.role, one.badness, one.case))
    return Selection(
        tuple(found), _pairs(frame, term, typical, deviant), _pairs(frame, term, typical, irrelevant), frame.write(term), frame.outcome_name
    )  # fmt: skip


def _role(x: float, y: float) -> tuple[Role, float]:
    if x > 0.5 and y > 0.5:
        return ("typical", (y - x) + (1 - x)) if x <= y else ("deviant in degree", (x - y) + (1 - x))
    if x > 0.5 > y:
        return "deviant in consistency", 1 - (x - y)
    if y > 0.5 > x:
        return "deviant in coverage", 1 - (y - x)
    if x < 0.5 and y < 0.5:
        return "irrelevant", x + y
    return "undecided", 2.0


def _pairs(frame: Frame, term: Cube, typical: Iterable[int], others: Iterable[int]) -> tuple[Pair, ...]:
    literals = np.array([frame.literals[at][value] for at, value in enumerate(term) if value >= 0])
    second = list(others)
    found = []
    for one in typical:
        for other in second:
            apart = float(np.abs(literals[:, one] - literals[:, other]).mean()) if len(literals) else 0.0
            found.append(
                Pair(frame.cases[one], frame.cases[other], apart + 1 - float(frame.outcome[one] - frame.outcome[other]))
            )
    return tuple(sorted(found, key=lambda pair: (pair.difference, pair.typical, pair.other)))
