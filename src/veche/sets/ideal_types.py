"""Fuzzy-set ideal types: which corner of the property space each town stands in, and whether it changed in kind or in degree.

k indicators span 2^k corners; membership in a corner is the least over indicators of x or 1 - x. A case belongs to the one corner with a membership
over 0.5, to none if an indicator is at exactly 0.5. Named types are Boolean expressions over the indicators. Between waves: another corner is a
change in kind, the same corner with another membership a change in degree. References: Kvist 1999, Journal of European Social Policy 9:231-252;
Kvist 2007.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from veche.sets._checks import in_time
from veche.sets._drawing import drawing
from veche.sets._frame import read_memberships
from veche.sets._terms import Frame
from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["change in kind", "change in degree", "no change", "undetermined"]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one case stands: its corner (None if an indicator is at exactly 0.5), membership there, memberships in all corners and named types."""

    case: str
    corner: str | None
    membership: float | None
    corners: Mapping[str, float]
    types: Mapping[str, float]

    @property
    def type(self) -> str | None:
        """The one named type with a membership over 0.5; None if there is none or more than one."""
        over = [name for name, value in self.types.items() if value > 0.5]
        return over[0] if len(over) == 1 else None


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a unit from one time to the next; `delta` is the change of membership in the corner it stayed in."""

    unit: Hashable
    before: Hashable
    after: Hashable
    kind: Kind
    delta: float | None


@dataclass(frozen=True)
class IdealTypes:
    """All cases in the property space, and the changes of units between times."""

    indicators: tuple[str, ...]
    cases: tuple[Placed, ...]
    changes: tuple[Change, ...]

    def to_frame(self) -> pd.DataFrame:
        """Give a table: case, corner, membership, and membership in each named type."""
        import pandas as pd

        return pd.DataFrame(
            [
                {"case": one.case, "corner": one.corner, "membership": one.membership, "type": one.type, **one.types}
                for one in self.cases
            ]
        ).set_index("case")

    def to_changes(self) -> pd.DataFrame:
        """Give a table of the changes: unit, before, after, kind of change, change of membership."""
        import pandas as pd

        lines = [(one.unit, one.before, one.after, one.kind, one.delta) for one in self.changes]
        return pd.DataFrame(lines, columns=["unit", "before", "after", "change", "delta"])

    def figure(self) -> Any:
        """Draw cases by their membership in the corners cases stand in and in the named types; an Altair chart."""
        return drawing("type_map")(self)

    def _repr_html_(self) -> str:
        return str(self.to_frame().round(3).to_html())


def ideal_types(
    data: pd.DataFrame | Mapping[str, Sequence[Any]],
    indicators: Sequence[str],
    types: Mapping[str, str] | None = None,
    *,
    cases: str | Sequence[str] | None = None,
    unit: str | None = None,
    time: str | None = None,
) -> IdealTypes:
    """Place cases in the property space of fuzzy indicators.

    Parameters
    ----------
    data
        Table of memberships, one row per case.
    indicators
        Columns that span the space.
    types
        Named types as expressions such as ``"HIDDEN*~INSIDER"`` or ``"A + B*~C"``.
    cases
        Column of the names of cases, or the names; by default the index.
    unit, time
        Columns by which changes are followed.

    Returns
    -------
    IdealTypes
        Membership in a corner is the least over indicators of :math:`x_j`, or of :math:`1 - x_j` where it is negated; in [0, 1].

    Raises
    ------
    InputProblem
        For missing or unusable memberships, names that are not there, or more than 12 indicators.

    References
    ----------
    Kvist 1999, Journal of European Social Policy 9:231-252.

    Examples
    --------
    >>> found = ideal_types({"LAW": [0.9, 0.2], "MONEY": [0.3, 0.6]}, ["LAW", "MONEY"])
    >>> [(one.corner, round(one.membership, 2)) for one in found.cases]
    [('LAW*~MONEY', 0.7), ('~LAW*MONEY', 0.6)]
    """
    frame = read_memberships(data, indicators, cases=cases)
    if frame.width > 12:
        raise InputProblem(
            N_("{count} indicators span too many corners to be named. Give at most 12."), count=frame.width
        )
    if max(frame.levels) > 2:
        raise InputProblem(
            N_(
                "Ideal types need memberships from 0 to 1; {name} has several values. Calibrate it first, or leave it out."
            ),
            name=frame.names[frame.levels.index(max(frame.levels))],
        )
    corners = {frame.write(cube): frame.membership(cube) for cube in product((1, 0), repeat=frame.width)}
    named = {name: frame.union(frame.read_model(text)) for name, text in (types or {}).items()}
    placed = [_place(frame, at, corners, named) for at in range(len(frame.cases))]
    changes: list[Change] = []
    if unit is not None and time is not None:
        for name in (unit, time):
            if name not in data:
                raise InputProblem(N_("There is no column {name}. Name the columns of unit and time."), name=name)
        changes = _changes(placed, list(data[unit]), list(data[time]))
    return IdealTypes(frame.names, tuple(placed), tuple(changes))


def _place(frame: Frame, at: int, corners: Mapping[str, Any], named: Mapping[str, Any]) -> Placed:
    mine = {name: float(values[at]) for name, values in corners.items()}
    inside = [name for name, value in mine.items() if value > 0.5]
    corner = inside[0] if inside else None
    return Placed(
        frame.cases[at],
        corner,
        mine[corner] if corner else None,
        mine,
        {name: float(values[at]) for name, values in named.items()},
    )


def _changes(placed: Sequence[Placed], units: Sequence[Any], times: Sequence[Any]) -> list[Change]:
    found = []
    for unit in dict.fromkeys(units):
        rows = in_time((at for at, one in enumerate(units) if one == unit), times)
        for before, after in pairwise(rows):
            one, other = placed[before], placed[after]
            kind: Kind = "undetermined"
            delta = None
            if one.corner is not None and other.corner is not None:
                if one.corner != other.corner:
                    kind = "change in kind"
                else:
                    delta = float(np.round((other.membership or 0) - (one.membership or 0), 12))
                    kind = "change in degree" if delta else "no change"
            found.append(Change(unit, times[before], times[after], kind, delta))
    return found
