"""Measure what researchers wait for; prints a table and writes JSON.

    python bench/run.py              all measures (makes the corpus in bench/out first)
    python bench/run.py quotes csv   only these

Every measure runs in a fresh process: seconds of processor time, and the peak memory of that process. The last column compares with the best
open program measured on the same corpus, where there is one.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
OUT = HERE / "out"
MEMORY_TARGET = 300.0


def one(name: str, folder: Path) -> None:
    """Run one measure in this process and print its JSON."""
    import resource

    from parts_study import MEASURES

    what, target, peer, function = MEASURES[name]
    seconds = function(folder)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    print(
        json.dumps({"name": name, "what": what, "seconds": seconds, "target": target, "peer": peer, "memory": memory})
    )


def start_of_the_command_line() -> dict[str, object]:
    """Measure ``veche --help`` as a whole process: wall time, the least of five."""
    best = float("inf")
    for _ in range(5):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-m", "veche", "--help"], check=True, capture_output=True)
        best = min(best, time.perf_counter() - begin)
    return {
        "name": "help",
        "what": "veche --help (wall time)",
        "seconds": best,
        "target": 0.3,
        "peer": None,
        "memory": 0.0,
    }


def main() -> None:
    """Run the measures and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--words", type=int, default=8000)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    folder = OUT / f"{given.texts}x{given.words}"
    if given.one:
        one(given.one, folder)
        return
    sys.path.insert(0, str(HERE))
    from parts_study import MEASURES

    names = given.names or [*MEASURES, "help"]
    if not (folder / "transcripts").exists():
        from corpus import make_corpus

        make_corpus(folder / "transcripts", texts=given.texts, words=given.words)
    if "import" not in names and not (folder / "study.veche").exists():
        names = ["import", *names]
    results = []
    for name in names:
        if name == "help":
            results.append(start_of_the_command_line())
            continue
        command = [sys.executable, __file__, "--texts", str(given.texts), "--words", str(given.words), "--one", name]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{name} failed:\n{done.stderr}")
        results.append(json.loads(done.stdout.strip().splitlines()[-1]))
    print(f"{'':<58}{'seconds':>9}{'target':>9}{'':>4}{'MB':>7}{'best peer':>11}{'ratio':>8}")
    for row in results:
        good = row["seconds"] <= row["target"] and row["memory"] <= MEMORY_TARGET
        peer = f"{row['peer']:.2f}" if row["peer"] else ""
        ratio = f"{row['peer'] / row['seconds']:.0f}×" if row["peer"] else ""
        print(
            f"{row['what']:<58}{row['seconds']:>9.4f}{row['target']:>9.3f}{'ok' if good else 'NO':>4}"
            f"{row['memory']:>7.0f}{peer:>11}{ratio:>8}"
        )
    OUT.mkdir(exist_ok=True)
    report = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "texts": given.texts,
        "results": results,
    }
    (OUT / "figures.json").write_text(json.dumps(report, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
