"""What agreement between coders takes: alpha with resamples, unitizing, gamma's best alignment, all codes at once.

    python bench/run.py agreement --peers /path/to/python
    python bench/parts_agreement.py --peers /path/to/python

Other packages are measured in the interpreter given (or in VECHE_PEERS, or in this one): krippendorff, irrCAC, nltk, pygamma-agreement.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from veche.analyses.agreement import agreement
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
from veche.study import Code, Coder, Coding, Document, Evidence, Interview, StudyInfo, Text, Turn

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


def double_study() -> Evidence:
    """Make a study of 100 interviews of 200 turns, 150 codes and about 20,000 codings by two coders who mostly agree."""
    rng = np.random.default_rng(SEED)
    codes = tuple(Code(id=f"c{n}", key=f"CODE.{n:03d}", label_en=f"Code {n}", position=n) for n in range(150))
    interviews, documents, codings, texts = [], [], [], {}
    for n in range(100):
        interviews.append(
            Interview(
                id=f"i{n}", key=f"I{n:03d}", town_id="", wave_id="", respondent_id="", role_id="",
                date=dt.date(2013, 1, 1) + dt.timedelta(days=n),
            )
        )  # fmt: skip
        documents.append(Document(id=f"d{n}", name=f"I{n:03d}", text_id=f"t{n}", interview_id=f"i{n}"))
        turns = tuple(Turn(k + 1, 200 * k, 200 * k + 199, "question" if k % 2 == 0 else "answer") for k in range(200))
        texts[f"t{n}"] = Text(f"t{n}", "x" * 40_000, turns)
        for turn, code in zip(rng.integers(0, 100, 118), rng.integers(0, 150, 118), strict=True):
            for coder in ("k1", "k2"):
                if rng.random() < 0.85:
                    start = 400 * int(turn) + 200 + int(rng.integers(0, 40))
                    own = int(code) if rng.random() < 0.9 else int(rng.integers(0, 150))
                    codings.append(
                        Coding(
                            id=f"{n}/{len(codings)}", document_id=f"d{n}", text_id=f"t{n}", start=start, end=start + 120,
                            code_id=f"c{own}", coder_id=coder,
                        )
                    )  # fmt: skip
    return Evidence(
        study=StudyInfo(name="bench"), interviews=tuple(interviews), documents=tuple(documents), codes=codes,
        coders=(Coder(id="k1", key="first"), Coder(id="k2", key="second")), codings=tuple(codings), texts=texts,
    )  # fmt: skip


def _study(rng: np.random.Generator) -> list[dict[str, Any]]:
    evidence = double_study()
    size = len(evidence.codings)
    return [
        _row(
            f"agreement on a study: 150 codes, {size:,} codings by two coders, intervals, disagreements",
            _least(lambda: agreement(evidence)),
            1.0,
        ),
        _row("the same without intervals", _least(lambda: agreement(evidence, resamples=0)), 1.0),
    ]


#: measures that other packages have too, by the data they are given
PEERS = {
    "alpha, 1,000,000 units, 3 coders, 10 codes": ("many", ("krippendorff", "irrCAC", "nltk")),
    "alpha, 100,000 units, value alone": ("some", ("krippendorff", "irrCAC", "nltk")),
    "gamma's best alignment, 4 coders, 100 units each": ("spans", ("pygamma-agreement",)),
}


def peers(python: str) -> dict[str, dict[str, Any]]:
    """Measure the other packages on the same data, each in a process of the interpreter given.

    Returns
    -------
    dict
        For each measure that others have: package -> its figures, or that it is missing there.
    """
    with tempfile.TemporaryDirectory() as made:
        found: dict[str, dict[str, Any]] = {}
        folders = _data(Path(made))
        for name, (data, packages) in PEERS.items():
            found[name] = {package: _peer(python, folders[data], package) for package in packages}
        return found


def _data(folder: Path) -> dict[str, Path]:
    """Write the data that ours is measured on."""
    rng = np.random.default_rng(SEED)
    many, some = _coded(1_000_000, 3, 10, rng), _coded(100_000, 3, 10, rng)
    folders = {name: folder / name for name in ("many", "some", "spans")}
    for one in folders.values():
        one.mkdir()
    np.save(folders["many"] / "units.npy", many)
    np.save(folders["some"] / "units.npy", some)
    spans = _marked(4, 100, 12, np.random.default_rng(SEED))
    (folders["spans"] / "spans.json").write_text(json.dumps(spans), encoding="utf-8")
    return folders


def _peer(python: str, folder: Path, package: str) -> dict[str, Any]:
    command = [python, str(Path(__file__).with_name("peers_agreement.py")), str(folder), package]
    # one core, as ours
    alone = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | alone, timeout=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"missing": True, "reason": str(error)}
    if done.returncode:
        return {"missing": True, "reason": (done.stderr.strip().splitlines() or ["it failed"])[-1]}
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def _ours_beside(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Measure ours on exactly what the others get, with the values, to see that they are the same."""
    data = np.random.default_rng(SEED)
    many, some = _coded(1_000_000, 3, 10, data), _coded(100_000, 3, 10, data)
    spans = given_spans(_marked(4, 100, 12, np.random.default_rng(SEED)))
    rows = []
    for (name, _peers), function, target in zip(
        PEERS.items(),
        (
            lambda: krippendorff_alpha(many).value,
            lambda: krippendorff_alpha(some).value,
            lambda: align(spans).disorder,
        ),
        (0.5, 1.5, 5.0),
        strict=True,
    ):
        rows.append(_row(name, _least(function), target) | {"result": function()})
    return rows


def beside() -> list[dict[str, Any]]:
    """Measure ours and the others side by side, a row for each package; one that is missing is said in the name of the row."""
    python = os.environ.get("VECHE_PEERS") or sys.executable
    ours, others = _ours_beside(np.random.default_rng(SEED)), peers(python)
    rows = []
    for row in ours:
        for package, found in others[row["name"]].items():
            said = f"{row['name']} · {package}"
            if found.get("missing"):
                said += f": not measured, {found.get('reason', 'not installed in ' + python)}"
            elif abs(found["value"] - row["result"]) > 1e-6 * max(abs(row["result"]), 1):
                said += f" gives {found['value']:.6f} where ours is {row['result']:.6f}"
            rows.append({**row, "name": said, "peer": found.get("seconds")})
    return rows


def run() -> list[dict[str, Any]]:
    """Measure everything, one thing at a time, then beside the other packages.

    Returns
    -------
    list of dict
        Each with name, value, unit and target, and seconds of another package as peer.
    """
    rng = np.random.default_rng(SEED)
    return [row for part in (_alphas, _unitizing, _gamma, _all_codes, _study) for row in part(rng)] + beside()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", help="interpreter in which the other packages are installed")
    given = parser.parse_args()
    if given.peers:
        os.environ["VECHE_PEERS"] = given.peers
    for line in run():
        other = f"{line['peer']:9.3f} s" if line.get("peer") is not None else " " * 11
        print(f"{line['value']:9.3f} {line['unit']:3} under {line['target']:<5}{other}  {line['name']}")
