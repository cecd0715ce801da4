"""What coders judge and what a run records, side by side: fourteen indicators, each with its construct, its observable and its codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from veche.study.errors import N_

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

#: steps of the scale on which evidence is judged: 0 (not at all) to 4 (fully)
LEVELS = 5


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that is judged of a town in a wave.

    `observables` are columns of a run's record, added up. `says` gives, by the code at the root, how much a coding says that the indicator is
    high (0 to 1); of several codings of one interview the mean counts. If `among` is given, interviews that hold some code below one of these
    roots but none of `says` count as 0: they spoke of the matter and did not name it.
    """

    key: str
    label: str
    construct: str
    observables: tuple[str, ...]
    says: Mapping[str, float]
    among: tuple[str, ...] = ()

    @property
    def shares(self) -> bool:
        """Is the level a share of interviews that name it, and not a mean of judgements?"""
        return bool(self.among)


_TECHNIQUES = ("TECH",)

INDICATORS: tuple[Indicator, ...] = (
    Indicator("influence", N_("influence of the head"), N_("head's influence"), ("control",),
              {"LEAD.MONO": 1.0, "LEAD.POLY": 0.0, "LEAD.HEADNOT1": 0.0, "MAN.WEAKHEAD": 0.0}),
    Indicator("manageability", N_("assembly votes with the head"), N_("manageability"), ("yes_share",),
              {"TECH.DEFAULT": 1.0, "TECH.PERSUADE": 0.6, "TECH.BLOCK": 0.0, "RES.F.VOTE": 0.0}),
    Indicator("obedience", N_("obedient tone"), N_("obedience to antagonism"), ("tone",),
              {"TONE.1": 1.0, "TONE.2": 0.75, "TONE.3": 0.5, "TONE.4": 0.25, "TONE.5": 0.0}),
    Indicator("temporising", N_("waiting and postponing"), N_("bargaining or waiting"), ("temporising",), {"TECH.WAIT": 1.0}, _TECHNIQUES),
    Indicator("entrance", N_("selection at the entrance"), N_("inside man in the right place"), ("votes_nominee",),
              {"TECH.SELECT": 1.0, "REL.T14.INSIDE": 1.0}, _TECHNIQUES),
    Indicator("dependence", N_("dependence of deputies"), N_("dominance by coercion"), ("votes_dependence",),
              {"RES.COERC": 1.0, "RES.F.STAFF": 1.0, "ACT.DEP.BUDGET": 1.0}, ("RES", "TECH")),
    Indicator("exchange", N_("exchange and payment"), N_("bargaining or waiting"), ("votes_link", "votes_paid"),
              {"TECH.BARG": 1.0, "COAL.BENEFIT": 1.0}, _TECHNIQUES),
    Indicator("pressure", N_("open pressure"), N_("dominance by coercion"), ("votes_pressed",), {"TECH.PRESS": 1.0}, _TECHNIQUES),
    Indicator("manipulation", N_("hidden manipulation"), N_("hidden manipulation"), ("votes_manipulated",), {"TECH.MANIP": 1.0}, _TECHNIQUES),
    Indicator("coalition", N_("strategic coalition"), N_("tactical or strategic"), ("coalition_share",),
              {"COAL.STRAT": 1.0, "REG": 1.0, "COAL.TACT": 0.0, "COAL.BREAK": 0.0}),
    Indicator("turbulence", N_("turbulent policy"), N_("turbulence of town policy"), ("turbulence",),
              {"TURB.HIGH": 1.0, "MAN.TURNOVER": 1.0, "TURB.INERTIA": 0.0}),
    Indicator("partnership", N_("partnership with the firm"), N_("partnership"), ("partnership_share",),
              {"BIZ.PARTNER": 1.0, "BIZ.BENEFACTOR": 0.6, "BIZ.DEBTOR": 0.2, "BIZ.DOMINATE": 0.0, "BIZ.WITHDRAW": 0.0}),
    Indicator("development", N_("development of the town"), N_("development"), ("growth",), {"EFF.HIGH": 1.0, "EFF.MID": 0.5, "EFF.LOW": 0.0}),
    Indicator("opposition", N_("persistent opposition"), N_("confrontation"), ("opposition",),
              {"TECH.BLOCK": 1.0, "ACT.DEP.OPP": 1.0, "REL.T15.CONF": 1.0, "EVT.CONFLICT": 1.0}, _TECHNIQUES),
)  # fmt: skip

BY_KEY: Mapping[str, Indicator] = {one.key: one for one in INDICATORS}
KEYS: tuple[str, ...] = tuple(BY_KEY)


def observed(frame: pd.DataFrame) -> Floats:
    """Values of the indicators in runs: one row per run with the columns of `OBSERVED`, one column per indicator.

    A share of votes by its cause is undefined in a run without adopted decisions that needed a cause: then no cause worked, and the share is 0.
    Others stay missing.
    """
    columns = []
    for one in INDICATORS:
        parts = [np.asarray(frame[name], dtype=float) for name in one.observables]
        if one.observables[0].startswith("votes_"):
            parts = [np.nan_to_num(part, nan=0.0) for part in parts]
        columns.append(np.sum(parts, axis=0))
    return np.column_stack(columns) if columns else np.zeros((len(frame), 0))


@dataclass(frozen=True)
class Scale:
    """Maps observables to the scale of the evidence: a standard normal over the condition box.

    `sorted_values` has one sorted column per indicator, the values of the reference runs.
    """

    sorted_values: Floats

    def normal(self, values: Floats) -> Floats:
        """Normal score of each value: the normal quantile of its mid-rank among the reference runs (ties share a rank).

        Parameters
        ----------
        values
            Shape (runs, indicators).

        Returns
        -------
        Same shape; within about ±4; missing where the value is.
        """
        from scipy.special import ndtri

        size = len(self.sorted_values)
        found = np.empty(values.shape)
        for at in range(values.shape[1]):
            column = self.sorted_values[:, at]
            low = np.searchsorted(column, values[:, at], side="left")
            high = np.searchsorted(column, values[:, at], side="right")
            found[:, at] = ndtri((low + high + 1) / 2 / (size + 1))
        found[np.isnan(values)] = np.nan
        return found


def make_scale(values: Floats) -> Scale:
    """Make the scale from the indicators of reference runs, shape (runs, indicators), without missing values."""
    return Scale(np.sort(values, axis=0))
