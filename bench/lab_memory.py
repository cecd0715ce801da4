"""Resident memory of the lab's long commands: a million runs over the condition box into a file, and a phase map with its figure.

    python bench/lab_memory.py                            a million runs by one worker (about five minutes of processor time)
    python bench/lab_memory.py --workers 2
    python bench/lab_memory.py --map                      40 x 40 points x 50 runs, with table and figure
    python bench/lab_memory.py --map --of model --runs 2

The command runs in a process of its own; memory is that of this process and of every process it starts, together, looked at twenty times a second.
Linux only (/proc).
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

#: megabytes that the command may take in all
TARGET = 500.0
#: runs of each point of the box
RUNS = 50


def resident(process: int) -> float:
    """Resident memory of a process and of all that it started, in megabytes; 0 where it has ended."""
    found, left = 0.0, [process]
    while left:
        one = left.pop()
        try:
            for line in Path(f"/proc/{one}/status").read_text().splitlines():
                if line.startswith("VmRSS"):
                    found += int(line.split()[1]) / 1024
            for task in Path(f"/proc/{one}/task").iterdir():
                left += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def measure(command: list[str]) -> tuple[float, float, float]:
    """Run a command: greatest memory in megabytes, seconds of processor time, seconds by the clock."""
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as started:
        most = 0.0
        while started.poll() is None:
            most = max(most, resident(started.pid))
            time.sleep(0.05)
    if started.returncode:
        raise SystemExit(started.returncode)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return most, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - begun


def main() -> None:
    """Measure and print; leaves with 1 where more is taken than may be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, help="runs in all (1,000,000), or of each point of the map (50)")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--map", action="store_true")
    parser.add_argument("--of", default="control")
    given = parser.parse_args()
    lab = [sys.executable, "-m", "veche.cli.main", "lab"]
    with tempfile.TemporaryDirectory() as folder:
        workers = ["--workers", str(given.workers)]
        if given.map:
            runs = given.runs or 50
            files = ["--out", f"{folder}/map.xlsx", "--figure", f"{folder}/map.png"]
            what = f"phase map of 40 x 40 points x {runs} runs ({given.of})"
            command = [*lab, "map", "--x", "R", "--y", "S", "--of", given.of, "--runs", str(runs), *workers, *files]
        else:
            points = -(-(given.runs or 1_000_000) // RUNS)
            what = f"{points * RUNS} runs over the condition box"
            command = [*lab, "run", "--vary", "BOX", "--points", str(points), "--runs", str(RUNS), *workers]
            command += ["--out", f"{folder}/box.parquet"]
        most, processor, clock = measure(command)
    print(
        f"{what}, workers: {given.workers}; greatest memory of all processes together: {most:.0f} MB (at most {TARGET:.0f}); "
        f"processor time {processor:.0f} s, clock {clock:.0f} s"
    )
    raise SystemExit(most > TARGET)


if __name__ == "__main__":
    main()
