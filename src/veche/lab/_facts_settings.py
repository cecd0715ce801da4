"""Stylised facts that hold in single settings: each a set of conditions, run with the same draws as the setting it is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veche.lab._moments import moments
from veche.lab._parallel import Batch, Progress, Stop, spread
from veche.lab.parameters import make_parameters

#: runs of one batch
BATCH = 128

_HOSTILE = {"lam_free": -0.25, "comp_corr": -0.5}
_STRATEGIC = {"delta0": 0.97, "R": 0.5, "use_chair": 0, "sel": 0, "firm": 0, "T": 240}
_PATIENT = {"delta0": 0.95, "delta_f": 0.95, "g_tempt": 3}
_PARTNERS = _PATIENT | {"init_coop": 0.05, "K0": 0.9, "T": 240}
_MEMORY = _PATIENT | {"delta0": 0.97, "delta_f": 0.94, "init_coop": 0.05, "h0": 0.002}
#: chance of an initiative: rare, usual, frequent
INITIATIVES = (0.02, 0.2, 0.4)
#: months of an intervention
LENGTHS = (6, 12, 18, 24, 30, 36, 42, 48)
#: monthly chance that the head is removed: slow and fast turnover
TURNOVER = (0.002, 0.05)

#: every setting by its name
SETTINGS: Mapping[str, Mapping[str, float]] = {
    "entrance.free": _HOSTILE | {"sel": 0},
    "entrance.chosen": _HOSTILE | {"sel": 1},
    **{
        f"{name}.{arm}": _STRATEGIC | change | {"use_link": arm}
        for name, change in (("platform", {}), ("flexible", {"platform": 0}), ("selfish", {"psi": 0}))
        for arm in (0, 1)
    },
    **{f"turnover.{chance}": _STRATEGIC | {"h0": chance} for chance in TURNOVER},
    **{f"initiative.{chance}": _PATIENT | {"init_coop": chance} for chance in INITIATIVES},
    **{f"poor.{chance}": _PATIENT | {"init_coop": chance, "g_part": 0.002} for chance in INITIATIVES},
    **{f"broken.{months}": _PARTNERS | {"F_t": 96, "F_dur": months, "F_delta": 0.1} for months in LENGTHS},
    **{f"memory.{capital}": _MEMORY | {"K0": capital} for capital in (0, 1)},
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Runs of the settings: name -> (runs, observables)."""

    runs: Mapping[str, NDArray[np.float64]]

    def all(self, setting: str, observable: str) -> NDArray[np.float64]:
        """Give an observable, by run."""
        from veche.lab.observables import SEEN

        return np.asarray(self.runs[setting][:, SEEN[observable]])

    def mean(self, setting: str, observable: str) -> float:
        """Give the mean over the runs where it is defined; NaN if it is in none."""
        return float(moments(self.all(setting, observable)).mean)

    def growth_of_partners(self, setting: str) -> float:
        """Give the mean growth of the runs that end in partnership; NaN without any."""
        partners = self.all(setting, "partner_end") > 0
        return float(moments(self.all(setting, "growth")[partners]).mean)

    def length_of_links(self, setting: str) -> float:
        """Give the mean months of a link: months of all links over links ended (CF21); NaN if none ended."""
        ended = float(self.all(setting, "spells_ended").sum())
        return float(self.all(setting, "spell_months").sum()) / ended if ended else float("nan")


def run_settings(
    names: Iterable[str] = tuple(SETTINGS), *, runs: int, seed: int, workers: int | None = None, progress: Progress | None = None,
    stop: Stop | None = None,
) -> Settings:  # fmt: skip
    """Run settings by name, all with the same draws."""
    from veche.lab.observables import OBSERVED

    wanted = list(names)
    tables = {name: make_parameters(SETTINGS[name]).values[None, :] for name in wanted}
    places = [(name, first) for name in wanted for first in range(0, runs, BATCH)]
    tasks = [
        Batch(at, tables[name], 0, min(BATCH, runs - first), first, seed) for at, (name, first) in enumerate(places)
    ]
    found = {name: np.full((runs, len(OBSERVED)), np.nan) for name in wanted}
    for at, seen in spread(Batch.compute, tasks, workers=workers, progress=progress, stop=stop):
        name, first = places[at]
        found[name][first : first + seen.shape[1]] = seen[0]
    return Settings(found)


def steepest(settings: Settings) -> tuple[int, int]:
    """Give the two lengths of intervention between which the share of partnerships that return falls most."""
    shares = [settings.mean(f"broken.{months}", "partner_back") for months in LENGTHS]
    at = int(np.argmax(-np.diff(shares)))
    return LENGTHS[at], LENGTHS[at + 1]
