"""One record of one analysis: what it ran on and with which settings, so that the same call gives the same again.

>>> from veche import sets
>>> frame = sets.make_frame({"A": [1, 1, 0, 0], "B": [1, 0, 1, 0], "Y": [1, 1, 1, 0]}, "Y")
>>> made = sets.record(sets.standard(frame), calibration={"A": "crisp 550"})
>>> made.rerun(frame).sides[0].results["parsimonious"].solution.write()
'A + B'
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.sets._terms import Frame
from veche.sets.standard import KINDS, Settings, Standard, standard
from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    import pandas as pd

#: what finds the models: primes as minimal hitting sets, charts by rows with bounds, HiGHS for the smallest size of large ones
SOLVER = "hitting sets, row branching, HiGHS"


def data_digest(frame: Frame) -> str:
    """Give the digest of names, memberships and outcome: SHA-256 of their written form; equal data, equal digest.

    Parameters
    ----------
    frame
        From `make_frame`; memberships are taken to the twelfth decimal.

    Returns
    -------
    str
        64 hexadecimal digits.

    References
    ----------
    Wagemann and Schneider 2015, Qualitative and Multi-Method Research 13:38-42 (what a published analysis has to state).

    Examples
    --------
    >>> from veche import sets
    >>> one, other = (sets.make_frame({"A": [0.1, a], "Y": [1, 0]}, "Y") for a in (0.3, 0.1 + 0.2))
    >>> len(data_digest(one)), data_digest(one) == data_digest(other)
    (64, True)
    """
    held = hashlib.sha256()
    head = [list(frame.names), list(frame.levels), list(frame.multi), list(frame.cases), frame.outcome_name]
    held.update(json.dumps(head, ensure_ascii=False).encode())
    for one in (*frame.literals, frame.outcome):
        # nothing but rounding below the twelfth decimal, and no negative zero
        held.update((np.round(one, 12) + 0.0).astype("<f8").tobytes())
    return held.hexdigest()


@dataclass(frozen=True, slots=True)
class Record:
    """What one analysis ran on: digest of the data, calibration by set, all settings, solver, versions, and the digest of what came out."""

    data: str
    outcome: str
    conditions: tuple[str, ...]
    cases: int
    calibration: Mapping[str, str]
    settings: Settings
    solver: str
    version: str
    numpy: str
    answer: str

    def to_frame(self) -> pd.DataFrame:
        """Give the record as a table: name and value."""
        import pandas as pd

        held = asdict(self)
        lines = {**held.pop("settings"), **{f"set {name}": words for name, words in held.pop("calibration").items()}}
        return pd.DataFrame(list((held | lines).items()), columns=["name", "value"])

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(index=False))

    def to_json(self) -> str:
        """Write it as JSON, the keys in order."""
        return json.dumps(
            asdict(self) | {"calibration": dict(self.calibration)}, ensure_ascii=False, indent=1, sort_keys=True
        )

    def rerun(self, frame: Frame) -> Standard:
        """Run the analysis again on the same data.

        Raises
        ------
        InputProblem
            If the data are others than those of the record, or something else came out.
        """
        if data_digest(frame) != self.data:
            raise InputProblem(
                N_("The data have the digest {found}, those of the record {wanted}. Take the data the record was made on."),
                found=data_digest(frame)[:12], wanted=self.data[:12],
            )  # fmt: skip
        found = standard(frame, **self.settings.given())
        if _answer(found) != self.answer:
            raise InputProblem(
                N_("The same data gave another answer than the record holds (made with version {then}, this is {now}). Compare the two tables."),
                then=self.version, now=version("veche"),
            )  # fmt: skip
        return found


def record(found: Standard, *, calibration: Mapping[str, str] | None = None) -> Record:
    """Make the record of an analysis.

    Parameters
    ----------
    found
        From `veche.sets.standard`.
    calibration
        How each set was calibrated, in words; empty for data that came as memberships.

    Returns
    -------
    Record
        Data, settings, versions, and the digest of what came out; `Record.rerun` runs it again.

    Raises
    ------
    InputProblem
        If a calibration is given for what is neither a condition nor the outcome.

    References
    ----------
    Wagemann and Schneider 2015, Qualitative and Multi-Method Research 13:38-42.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> kept = sets.record(sets.standard(frame))
    >>> sets.read_record(kept.to_json()) == kept
    True
    """
    frame = found.sides[0].table.frame
    known = (*frame.names, re.sub(r"^~|\[\d+\]$", "", frame.outcome_name))
    for name in calibration or {}:
        if name not in known:
            raise InputProblem(
                N_("A calibration is given for {name}, which is neither a condition nor the outcome. Those are: {known}."),
                name=name, known=", ".join(known),
            )  # fmt: skip
    return Record(
        data_digest(frame), frame.outcome_name, frame.names, len(frame.cases), dict(calibration or {}), found.settings, SOLVER, version("veche"),
        np.__version__, _answer(found),
    )  # fmt: skip


def read_record(text: str) -> Record:
    """Read a record from its JSON form.

    Parameters
    ----------
    text
        What `Record.to_json` wrote.

    Returns
    -------
    Record
        Equal to the one that was written.

    Raises
    ------
    InputProblem
        If it is not one.

    References
    ----------
    Wagemann and Schneider 2015, Qualitative and Multi-Method Research 13:38-42.

    Examples
    --------
    >>> from veche import sets
    >>> made = sets.record(sets.standard(sets.make_frame({"A": [1, 1, 0], "B": [1, 0, 1], "Y": [1, 0, 0]}, "Y"), both=False))
    >>> sets.read_record(made.to_json()).outcome
    'Y'
    """
    try:
        held: dict[str, Any] = json.loads(text)
        settings = held.pop("settings")
        given = held.pop("conditions")
        for name in ("incl_cut", "kinds", "expectations"):
            settings[name] = _tupled(settings[name])
        made = Record(**held, conditions=tuple(given), settings=Settings(**settings))
        if not set(made.settings.kinds) <= set(KINDS):
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise InputProblem(
            N_("This is no record of a set-theoretic comparison. Give the file that was written with it.")
        ) from None
    return made


def _tupled(value: Any) -> Any:
    return tuple(map(_tupled, value)) if isinstance(value, list) else value


def _answer(found: Standard) -> str:
    """Digest of the models, their numbers and the truth tables."""
    said: list[Any] = []
    for side in found.sides:
        said.append([side.outcome, [(row.number, row.out, row.n, list(row.cases)) for row in side.table.rows]])
        for kind, result in side.results.items():
            for one in result.solutions:
                written = sorted(sorted(one.frame.write(cube) for cube in model) for model in one.models)
                said.append([kind, one.count, one.complete, written])
        said.append(dict(side.problems))
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, default=str, sort_keys=True).encode()).hexdigest()
