"""What other packages take for the same figures; run by `parts_agreement.py` in the interpreter in which they are installed.

    python bench/peers_agreement.py FOLDER TASK PACKAGE

Prints JSON: seconds of processor time and the value, or that the package is not installed here. It imports nothing of veche.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def _timed(function: Callable[[], float]) -> dict[str, Any]:
    start = time.process_time()
    value = function()
    return {"seconds": time.process_time() - start, "value": float(value)}


def with_krippendorff(folder: Path) -> dict[str, Any]:
    """Alpha by the package krippendorff."""
    import krippendorff

    table = np.load(folder / "units.npy").T
    return _timed(lambda: krippendorff.alpha(reliability_data=table, level_of_measurement="nominal"))


def with_irrcac(folder: Path) -> dict[str, Any]:
    """Alpha by the package irrCAC."""
    import pandas as pd
    from irrCAC.raw import CAC

    table = pd.DataFrame(np.load(folder / "units.npy"))
    return _timed(lambda: CAC(table).krippendorff()["est"]["coefficient_value"])


def with_nltk(folder: Path) -> dict[str, Any]:
    """Alpha by NLTK."""
    from nltk.metrics.agreement import AnnotationTask

    table = np.load(folder / "units.npy").tolist()
    data = [(f"c{coder}", unit, value) for unit, row in enumerate(table) for coder, value in enumerate(row)]
    return _timed(lambda: AnnotationTask(data=data).alpha())


def with_pygamma(folder: Path) -> dict[str, Any]:
    """The best alignment by pygamma-agreement; its disorder."""
    # numba looks for coverage.py, of which the newest has another shape than it expects; without it numba goes on
    sys.modules["coverage"] = None  # type: ignore[assignment]
    from pyannote.core import Segment
    from pygamma_agreement import CombinedCategoricalDissimilarity, Continuum

    continuum = Continuum()
    layers = json.loads((folder / "spans.json").read_text(encoding="utf-8"))
    for coder, layer in enumerate(layers):
        for start, end, name in layer:
            continuum.add(f"c{coder}", Segment(start, end), name)
    dissimilarity = CombinedCategoricalDissimilarity(alpha=1, beta=1, delta_empty=1)
    small = Continuum()  # compiles what is compiled late, outside the time
    for coder in range(4):
        small.add(f"c{coder}", Segment(coder, coder + 5), "code 1")
        small.add(f"c{coder}", Segment(20 + coder, 26 + coder), "code 2")
    small.get_best_alignment(dissimilarity)
    return _timed(lambda: continuum.get_best_alignment(dissimilarity).disorder)


PACKAGES = {
    "krippendorff": ("krippendorff", with_krippendorff),
    "irrCAC": ("irrCAC", with_irrcac),
    "nltk": ("nltk", with_nltk),
    "pygamma-agreement": ("pygamma_agreement", with_pygamma),
}


def main() -> None:
    """Run one package on one folder of data."""
    import importlib.util

    folder, package = Path(sys.argv[1]), sys.argv[2]
    module, function = PACKAGES[package]
    found = {"missing": True} if importlib.util.find_spec(module) is None else function(folder)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
