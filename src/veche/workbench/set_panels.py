"""Units over time on any table: consistency by time and unit, solutions time by time, ways of units, ideal types and their changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.sets import Frame, IdealTypes, Standard, Trajectories, by_cluster, cluster, ideal_types, trajectories
from veche.sets._frame import columns_of
from veche.sets._terms import Cube
from veche.study.errors import N_, InputProblem
from veche.workbench.set_cases import Cases

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Panel:
    """Tables ``panel``, ``by_time`` (both only with a solution) and ``ways``; and the ways of the units, which can be drawn."""

    tables: Mapping[str, pd.DataFrame]
    ways: Trajectories


def panel(found: Standard, cases: Cases, *, shuffles: int = 199, seed: int = 1) -> Panel:
    """Look at the units over time: pooled, between and within (`veche.sets.cluster`), time by time (`by_cluster`), and `trajectories`.

    Parameters
    ----------
    found, cases
        The comparison, and what was compared.
    shuffles, seed
        How often the times are shuffled within units, and the seed.

    Raises
    ------
    InputProblem
        If unit or time of the cases are not known.
    """
    import pandas as pd

    if not cases.units or not cases.times:
        raise InputProblem(N_("Units over time need the columns of both. Give --unit and --time."))
    frame, told = cases.frame, found.settings
    ways = trajectories(frame, cases.units, cases.times)
    tables = {
        "ways": pd.DataFrame([[one.unit, one.pattern, one.moves] for one in ways], columns=["unit", "ways", "moves"])
    }
    if (result := found.sides[0].chosen) is not None:
        model = result.solution.model()
        looked = [(cube,) for cube in model] + ([model] if len(model) > 1 else [])
        tables["panel"] = pd.concat(
            [_scores(frame, cubes, cases, shuffles, seed) for cubes in looked], ignore_index=True
        )
        tables["by_time"] = by_cluster(
            frame, cases.times, incl_cut=told.upper_cut, n_cut=told.n_cut, pri_cut=told.pri_cut, kind=result.kind,
            expectations=told.given()["expectations"],
        ).to_frame()  # fmt: skip
    return Panel(tables, ways)


def _scores(frame: Frame, cubes: Sequence[Cube], cases: Cases, shuffles: int, seed: int) -> pd.DataFrame:
    """Consistency of a term or model in every part, how uneven it is over the parts, and how often shuffled times are as uneven."""
    found = cluster(frame.union(cubes), frame.outcome, cases.units, cases.times, shuffles=shuffles, seed=seed)
    table = found.to_frame()
    uneven = {"between": found.between, "within": found.within}
    table["distance"] = [uneven[part].distance if part in uneven else float("nan") for part in table["part"]]
    table["most"] = [uneven[part].maximum if part in uneven else float("nan") for part in table["part"]]
    table["reached by chance"] = [found.exceeded if part == "between" else float("nan") for part in table["part"]]
    table.insert(0, "term", frame.write_model(cubes))
    return table


def types_of(cases: Cases, types: Sequence[str]) -> IdealTypes:
    """Place the cases in fuzzy-set ideal types over the conditions (`veche.sets.ideal_types`).

    Parameters
    ----------
    cases
        The cases; with units and times also how they change.
    types
        Named types, each as ``NAME=A*~B + C``.

    Raises
    ------
    InputProblem
        For a type that cannot be read, or conditions that span no such space.
    """
    frame = cases.frame
    named: dict[str, str] = {}
    for text in types:
        name, sign, said = (one.strip() for one in text.partition("="))
        if not sign or not name or not said:
            raise InputProblem(N_("{text} is no ideal type. Write NAME=A*~B, or NAME=A + B*C."), text=text)
        if name in named:
            raise InputProblem(N_("The type {name} is given twice. Give each type a name of its own."), name=name)
        named[name] = said
    data: dict[str, Any] = columns_of(frame)
    unit, time = "\0unit", "\0time"  # names that no condition has
    if cases.units and cases.times:
        data |= {unit: list(cases.units), time: list(cases.times)}
        return ideal_types(data, frame.names, named, cases=frame.cases, unit=unit, time=time)
    return ideal_types(data, frame.names, named, cases=frame.cases)


def type_tables(found: IdealTypes) -> dict[str, pd.DataFrame]:
    """Give ``types``, and ``changes`` if units were followed over time."""
    tables = {"types": found.to_frame().reset_index()}
    if found.changes:
        tables["changes"] = found.to_changes()
    return tables
