"""The engine against the plain reference written from the specification: fifteen observables in six settings, within Monte-Carlo error."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.lab.reference import run_reference
from veche.lab import make_scenario, simulate
from veche.lab.parameters import TABLE

COMPARED = (
    "control", "adoption", "yes_share", "tone", "temporising", "pressed_decisions", "coalition_share", "turbulence", "reversals", "growth",
    "partnership_share", "opposition", "competence", "votes_dependence", "votes_manipulated",
)  # fmt: skip
#: settings that use every part of the model; small assemblies, so that plain Python can keep up
SETTINGS: dict[str, dict[str, float]] = {
    "default": {},
    "coalitions": {"delta0": 0.97, "R": 0.5, "use_chair": 0, "sel": 0, "firm": 0},
    "two blocs": {"pol": 0.4, "lam_free": -0.25, "comp_corr": -0.5, "sel": 0.6, "c_sel": 1.5, "omega": 0.2, "S": 1.2, "term": 24},
    "partnership and intervention": {
        "delta0": 0.95, "delta_f": 0.95, "g_tempt": 3, "init_coop": 0.3, "K0": 0.4, "F_t": 30, "F_dur": 10, "F_delta": 0.3, "F_h": 0.02, "F_g": 1,
        "F_R": 0.4, "F_S": 0.3, "phi_f": 0.4,
    },
    "poor and ill": {
        "R": 0.02, "iota": 0.9, "kappa": 0.2, "S": 0.2, "lam_free": -0.3, "pan_t": 20, "pan_dur": 20, "pan_R": 0.5, "pan_eps": 1, "veto": 0,
        "platform": 0, "psi": 0.8,
    },
    "without noise": {"eta": 0, "band": 0, "R": 0.3, "theta_h": 1.4, "surv": 0.6, "pi_h": 0.8, "term": 36},
}  # fmt: skip
RUNS = 55
#: ninety comparisons: by chance, one in a thousand suites sees one beyond
BEYOND = 4.5


@pytest.mark.parametrize("name", SETTINGS)
def test_the_engine_does_what_the_specification_says(name: str) -> None:
    scenario = make_scenario(**{"N": 11, "T": 72, **SETTINGS[name]})
    par = {one.name: float(value) for one, value in zip(TABLE, scenario.parameters.values, strict=True)}
    rng = np.random.default_rng(12)
    plain = [run_reference(par, rng) for _run in range(RUNS)]
    fast = simulate(scenario, runs=4000, seed=12)
    seen = 0
    for observable in COMPARED:
        slow, quick = np.array([one[observable] for one in plain], dtype=float), fast[observable].to_numpy()
        known = [one[np.isfinite(one)] for one in (slow, quick)]
        share, whole = known[0].size / slow.size, known[1].size / quick.size
        assert abs(share - whole) <= BEYOND * math.sqrt(whole * (1 - whole) / RUNS) + 1 / RUNS, (
            f"{observable} is missing too often or too rarely"
        )
        if known[0].size < 20:
            continue
        seen += 1
        # the spread of the many runs counts for both: a few rare events say little about theirs
        error = known[1].std() * math.sqrt(1 / known[0].size + 1 / known[1].size)
        away = abs(known[0].mean() - known[1].mean())
        assert away <= BEYOND * error + 1e-9, f"{observable}: {known[0].mean():.4f} against {known[1].mean():.4f}"
    assert seen >= 12
