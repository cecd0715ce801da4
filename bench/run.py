"""Measure what researchers wait for; prints tables, and writes out/figures.json and the page out/figures.html.

    python run.py                   the times of the study on disk (makes the corpus in bench/out first)
    python run.py quotes csv        only these of them
    python run.py reader relations  parts with a file of their own, parts_*.py
    python run.py all               everything
    python run.py agreement --peers PYTHON   beside the packages that are installed in another interpreter

Every measure and part runs in a fresh process: seconds of processor time, and the peak memory of that process. A measure beside which another
open program stands was made with that program on the same corpus. A run of some parts keeps the others' last figures on the page.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from page import figure, kept, write_page

HERE = Path(__file__).parent
OUT = HERE / "out"
MEMORY_TARGET = 300.0
STUDY = "The study on disk"


def _nothing(_folder: Path) -> tuple[Any, ...]:
    return ()


def _transcripts(folder: Path) -> tuple[Any, ...]:
    return (folder / "transcripts",)


def _study(folder: Path) -> tuple[Any, ...]:
    return (folder / "study.veche",)


def _evidence(folder: Path) -> tuple[Any, ...]:
    import veche

    with veche.open(folder / "study.veche") as study:
        return (study.evidence(),)


#: parts by the name of their file parts_NAME.py: title, and what its `run` is given
PARTS: Mapping[str, tuple[str, Callable[[Path], tuple[Any, ...]]]] = {
    "reader": ("The reader in a browser", _nothing),
    "search": ("Search", _transcripts),
    "analyses": ("Analyses", _evidence),
    "agreement": ("Agreement", _nothing),
    "relations": ("Relations", _nothing),
    "suggest": ("Suggestions", _nothing),
    "sets": ("Set-theoretic comparison", _nothing),
    "recovery": ("Planted rules found again", _nothing),
    "lab": ("The mechanism lab", _nothing),
    "pages": ("Pages of the workbench", _study),
}


def one(name: str, folder: Path) -> list[dict[str, Any]]:
    """Run one measure or part in this process; returns its rows."""
    if name in PARTS:
        return list(importlib.import_module(f"parts_{name}").run(*PARTS[name][1](folder)))
    import resource

    from parts_study import MEASURES

    what, target, peer, function = MEASURES[name]
    seconds = function(folder)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    good = seconds <= target and memory <= MEMORY_TARGET
    return [{
        "name": name, "what": what, "value": seconds, "unit": "s", "target": target, "peer": peer, "memory": memory, "kept": good,
    }]  # fmt: skip


def start_of_the_command_line() -> dict[str, Any]:
    """Measure ``veche --help`` as a whole process: wall time, the least of five."""
    best = float("inf")
    for _ in range(5):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-m", "veche", "--help"], check=True, capture_output=True)
        best = min(best, time.perf_counter() - begin)
    return {"name": "help", "what": "veche --help (wall time)", "value": best, "unit": "s", "target": 0.3}


def in_a_process(name: str, given: argparse.Namespace) -> list[dict[str, Any]]:
    """Run one measure or part in a process of its own."""
    if name == "help":
        return [start_of_the_command_line()]
    command = [sys.executable, __file__, "--texts", str(given.texts), "--words", str(given.words), "--one", name]
    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    return list(json.loads(done.stdout.strip().splitlines()[-1]))


def prepare(folder: Path, names: list[str]) -> list[str]:
    """Make the corpus, and put the import first where the study is wanted and is not there yet."""
    from parts_study import MEASURES

    wants_study = {"analyses", "pages", *MEASURES} & set(names)
    if (wants_study or "search" in names) and not (folder / "transcripts").exists():
        from corpus import make_corpus

        make_corpus(folder / "transcripts", texts=int(folder.name.split("x")[0]), words=int(folder.name.split("x")[1]))
    if wants_study and "import" not in names and not _fresh(folder / "study.veche"):
        return ["import", *names]
    return names


def _fresh(study: Path) -> bool:
    """Is there a study made with the tables of now?"""
    from veche.store import tables

    return study.exists() and study.stat().st_mtime > Path(tables.__file__).stat().st_mtime


def show(title: str, rows: list[dict[str, Any]]) -> None:
    """Print the rows of a part."""
    print(f"\n{title:<72}{'measured':>12}{'target':>10}{'':>4}{'MB':>6}{'other':>10}")
    for row in rows:
        unit, target = row.get("unit", ""), row.get("target")
        print(
            f"{row.get('what') or row['name']:<72}{figure(row['value'], unit):>12}{figure(target, unit):>10}"
            f"{'ok' if kept(row) else 'NO':>4}{row['memory'] if row.get('memory') else 0:>6.0f}{figure(row.get('peer'), unit):>10}"
        )


def main() -> None:
    """Run the measures and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--words", type=int, default=8000)
    parser.add_argument("--peers", help="interpreter with the other packages, for `agreement` and `lab`")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.peers:
        os.environ["VECHE_PEERS"] = given.peers
    sys.path.insert(0, str(HERE))
    folder = OUT / f"{given.texts}x{given.words}"
    if given.one:
        print(json.dumps(one(given.one, folder)))
        return
    from parts_study import MEASURES

    study = [*MEASURES, "help"]
    names = [*study, *PARTS] if given.names == ["all"] else given.names or study
    if unknown := [name for name in names if name not in (*study, *PARTS)]:
        parser.error(f"there is no {', '.join(unknown)}; there are: all, {', '.join([*PARTS, *study])}")
    OUT.mkdir(exist_ok=True)
    found: dict[str, list[dict[str, Any]]] = {}
    for name in prepare(folder, names):
        title = PARTS[name][0] if name in PARTS else STUDY
        rows = in_a_process(name, given)
        found.setdefault(title, []).extend(rows)
        _keep(title, rows, given)
    for title, rows in found.items():
        show(title, rows)
    print(f"\n{OUT / 'figures.html'}")


def _keep(title: str, rows: list[dict[str, Any]], given: argparse.Namespace) -> None:
    """Write figures and their page; those that were not made now stay as they were."""
    path = OUT / "figures.json"
    parts: dict[str, list[dict[str, Any]]] = {}
    if path.exists():
        parts = json.loads(path.read_text(encoding="utf-8")).get("parts", {})
    made = {row["name"] for row in rows}
    others = [row for row in parts.get(title, []) if row["name"] not in made] if title == STUDY else []
    parts[title] = [*others, *rows]
    report = {
        "python": platform.python_version(), "machine": platform.machine(), "texts": given.texts,
        "made": time.strftime("%Y-%m-%d"), "parts": parts,
    }  # fmt: skip
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
    write_page(report, OUT / "figures.html")


if __name__ == "__main__":
    main()
