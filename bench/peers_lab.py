"""The mechanism model as a Mesa model: the same rules, one agent per deputy; run by `parts_lab.py` in the interpreter in which Mesa is installed.

    python bench/peers_lab.py RUNS FIRST_SEED

Prints JSON: seconds of processor time per run and means of a few observables. It imports nothing of veche; the rules are those of the plain
reference of the tests.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.lab.reference import Deputy, Town

#: as the engine has them by default
DEFAULTS: dict[str, float] = json.loads(sys.argv[3]) if len(sys.argv) > 3 else {}
SHOWN = ("control", "adoption", "yes_share", "tone", "temporising", "coalition_share", "turbulence")


def make_model() -> Any:
    """Make the class of the model; Mesa is imported here, so that its absence can be told."""
    import mesa

    class Member(mesa.Agent):  # type: ignore[misc]
        """A deputy as an agent."""

        ideal, unlink = Deputy.ideal, Deputy.unlink

        def __init__(self, model: Any, found: Deputy) -> None:
            super().__init__(model)
            self.__dict__.update(vars(found))

        def be_moved(self, rho: float, fresh: float) -> None:
            """Momentary interest."""
            self.eps = rho * self.eps + fresh * self.model.rng.normal()

    class Place(Town, mesa.Model):  # type: ignore[misc]
        """A town as a model; a step is a month."""

        def __init__(self, par: dict[str, float], seed: int) -> None:
            mesa.Model.__init__(self, seed=seed)
            self.leaving = True
            Town.__init__(self, par, self.rng)
            self.datacollector = mesa.DataCollector(
                model_reporters={"policy": "p", "partnership": "partner", "capital": "capital", "credulity": "tau"}
            )

        def newcomer(self, share: float) -> Any:
            """Seat an agent."""
            return Member(self, Town.newcomer(self, share))

        def judge(self, one: Any) -> None:
            """Close the record of a deputy; he leaves."""
            Town.judge(self, one)
            if self.leaving:
                one.remove()

        def shocks(self) -> None:
            """Let every agent have his interest of the month."""
            sigma = self.par["sig_eps"] * (1 + (self.par["pan_eps"] if self.ill else 0))
            rho = self.par["rho_eps"]
            fresh = (1 - rho * rho) ** 0.5 * sigma
            self.agents.do("be_moved", rho, fresh)
            self.eps_h = rho * self.eps_h + fresh * self.rng.normal()
            self.eps_f = rho * self.eps_f + fresh * self.rng.normal()

        def observed(self) -> dict[str, float]:
            """The run in numbers; nobody leaves at the end."""
            self.leaving = False
            return Town.observed(self)

        def step(self) -> None:
            """One month."""
            self.month(int(self.steps) - 1)
            self.datacollector.collect(self)

    return Place


def main() -> None:
    """Run it."""
    runs, first = int(sys.argv[1]), int(sys.argv[2])
    try:
        place = make_model()
    except ImportError:
        print(json.dumps({"missing": "mesa"}))
        return
    import mesa

    found = []
    start = 0.0
    for run in range(runs + 1):
        if run == 1:  # the first loads what is loaded late
            start = time.process_time()
        town = place(DEFAULTS, first + run)
        for _month in range(int(DEFAULTS["T"])):
            town.step()
        if run:
            found.append(town.observed())
    seconds = (time.process_time() - start) / runs
    means = {name: sum(one[name] for one in found) / runs for name in SHOWN}
    print(json.dumps({"seconds": seconds, "version": mesa.__version__, **means}))


if __name__ == "__main__":
    main()
