"""What agreement between coders takes: alpha with resamples, unitizing, gamma's best alignment, all codes at once.

PYTHONPATH=src python bench/parts_agreement.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from veche.measures.agreement import (
    Resampling,
    align,
    cohen_kappa,
    gamma,
    given_spans,
    given_units,
    gwet_ac1,
    krippendorff_alpha,
    percent,
    presence,
    unitizing_alpha,
)

SEED = 20261121


def _row(name: str, value: float, target: float) -> dict[str, Any]:
    return {"name": name, "value": round(value, 4), "unit": "s", "target": target}


def _least(function: Callable[[], Any], repeat: int = 3) -> float:
    """Return the least processor time of some runs, after one that loads what is loaded late."""
    function()
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        function()
        best = min(best, time.process_time() - start)
    return best


def _coded(units: int, coders: int, codes: int, rng: np.random.Generator) -> np.ndarray[Any, Any]:
    """Coders who err in a fifth of the units."""
    truth = rng.integers(0, codes, units)
    erring = rng.random((units, coders)) < 0.2
    return np.where(erring, rng.integers(0, codes, (units, coders)), truth[:, None])


def _alphas(rng: np.random.Generator) -> list[dict[str, Any]]:
    many, some = _coded(1_000_000, 3, 10, rng), _coded(100_000, 3, 10, rng)
    gaps = some.astype(float)
    gaps[rng.random(gaps.shape) < 0.1] = np.nan
    clusters = np.arange(100_000) // 500
    by_unit, by_cluster = Resampling(seed=SEED, by="units"), Resampling(seed=SEED)
    interviews = given_units(some, clusters=clusters)
    return [
        _row("alpha, 1,000,000 units, 3 coders, 10 codes", _least(lambda: krippendorff_alpha(many)), 0.5),
        _row(
            "alpha, 100,000 units, 1,000 resamples of units",
            _least(lambda: krippendorff_alpha(some, interval=by_unit)),
            1.5,
        ),
        _row(
            "the same, ordinal, a tenth missing",
            _least(lambda: krippendorff_alpha(gaps, metric="ordinal", interval=by_unit)),
            1.5,
        ),
        _row(
            "alpha, 100,000 units in 200 interviews, 1,000 resamples of interviews",
            _least(lambda: krippendorff_alpha(interviews, interval=by_cluster)),
            1.5,
        ),
    ]


def _layer(segments: int, length: int, rng: np.random.Generator) -> list[tuple[int, int, int]]:
    cuts = np.sort(rng.choice(length, 2 * segments, replace=False)).tolist()
    return list(zip(cuts[::2], cuts[1::2], rng.integers(0, 10, segments).tolist(), strict=True))


def _unitizing(rng: np.random.Generator) -> list[dict[str, Any]]:
    length = 1_000_000
    layers = [_layer(10_000, length, rng) for _ in range(3)]
    return [
        _row(
            "unitizing alphas, 3 coders, 10,000 segments each",
            _least(lambda: unitizing_alpha(given_spans(layers, end=length))),
            0.2,
        )
    ]


def _marked(coders: int, units: int, shift: int, rng: np.random.Generator) -> list[list[tuple[int, int, str]]]:
    """Coders who find nine of ten units, give or take some characters, and name a fifth otherwise."""
    starts = np.cumsum(rng.integers(20, 80, units))
    ends = starts + rng.integers(8, 60, units)
    names = rng.integers(0, 6, units)
    found = []
    for _ in range(coders):
        own = []
        for start, end, name in zip(starts, ends, names, strict=True):
            begin = max(0, int(start + rng.integers(-shift, shift + 1)))
            stop = max(begin + 1, int(end + rng.integers(-shift, shift + 1)))
            kept = rng.random() < 0.9
            code = int(name if rng.random() < 0.8 else rng.integers(0, 6))
            if kept:
                own.append((begin, stop, f"code {code}"))
        found.append(own)
    return found


def _scattered(coders: int, units: int, length: int, rng: np.random.Generator) -> list[list[tuple[int, int, str]]]:
    """Coders who mark at random, each place many times over."""
    found = []
    for _ in range(coders):
        starts, sizes = rng.integers(0, length - 60, units), rng.integers(10, 61, units)
        names = rng.integers(0, 3, units)
        found.append(
            [(int(s), int(s + n), f"code {c}") for s, n, c in zip(starts, sizes, names, strict=True)],
        )
    return found


def _gamma(rng: np.random.Generator) -> list[dict[str, Any]]:
    alike = given_spans(_marked(4, 100, 12, rng))
    crowded = given_spans(_scattered(4, 100, 2000, rng))
    two = given_spans(_marked(2, 100, 12, rng))
    return [
        _row("gamma's best alignment, 4 coders, 100 units each", _least(lambda: align(alike)), 5.0),
        _row("the same, at random, every place marked twice by each", _least(lambda: align(crowded)), 5.0),
        _row(
            "gamma, 2 coders, 100 units each, 30 samples", _least(lambda: gamma(two, seed=SEED, precision=0.2), 1), 5.0
        ),
    ]


def _all_codes(rng: np.random.Generator) -> list[dict[str, Any]]:
    codings, units, codes = 20_000, 8_000, 150
    at = rng.integers(0, units, codings), rng.integers(0, codes, codings), rng.integers(0, 2, codings)

    def everything() -> None:
        found = presence(*at, units=units, codes=list(range(codes)), coders=["first", "second"])
        for one in found.values():
            for coefficient in (percent, cohen_kappa, krippendorff_alpha, gwet_ac1):
                coefficient(one)

    return [_row("150 codes of 20,000 codings by two coders, four coefficients each", _least(everything), 1.0)]


def run() -> list[dict[str, Any]]:
    """Measure everything, one thing at a time.

    Returns
    -------
    list of dict
        Each with name, value, unit and target.
    """
    rng = np.random.default_rng(SEED)
    return [row for part in (_alphas, _unitizing, _gamma, _all_codes) for row in part(rng)]


if __name__ == "__main__":
    for line in run():
        print(f"{line['value']:9.3f} {line['unit']:3} under {line['target']:<5} {line['name']}")
