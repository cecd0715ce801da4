"""How fast texts are cut into words, indexed and searched.

python bench/parts_search.py FOLDER         a folder made by bench/corpus.py
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus import read_corpus

#: name, unit, what it should stay under on 200 transcripts of 8,000 words
TARGETS = {
    "cut into words": ("s CPU", 2.5),
    "index": ("s CPU", 6.0),
    "index on disk": ("MB", 40.0),
    "count a frequent word": ("ms", 50.0),
    "first 50 hits of a frequent word": ("ms", 10.0),
    "first 50 hits of a phrase": ("ms", 10.0),
    "lines of 900 hits of a phrase": ("ms", 100.0),
    "first 50 hits of NEAR": ("ms", 20.0),
    "first 50 hits of a prefix": ("ms", 50.0),
    "regular expression over everything": ("ms", 1000.0),
    "memory above the interpreter": ("MB", 200.0),
}
WORD, PHRASE, NEAR, PREFIX, PATTERN = "бюджет", '"районная дума"', "власть NEAR/5 завод", "бюджет*", r"/бюджет\w+ на\b/"


def run(folder: Path | str) -> list[dict[str, Any]]:
    """Measure everything on the transcripts of a folder.

    Returns
    -------
    list of dict
        Each with name, value, unit and target; the names and targets are those of `TARGETS`.
    """
    with tempfile.TemporaryDirectory() as place:
        found = {**_indexing(Path(folder), Path(place)), **_searching(Path(folder), Path(place))}
    found["memory above the interpreter"] = _memory(Path(folder))
    return [
        {"name": name, "value": round(found[name], 3), "unit": unit, "target": target}
        for name, (unit, target) in TARGETS.items()
    ]


def _indexing(folder: Path, place: Path) -> dict[str, float]:
    from veche.store import search
    from veche.text.tokens import tokenise

    bodies = [text.body for text in read_corpus(folder)]
    tokenise("")  # the table of letters is made once
    begin = time.process_time()
    for body in bodies:
        tokenise(body)
    cutting = time.process_time() - begin
    texts = list(read_corpus(folder))
    with _engine(place).begin() as connection:
        begin = time.process_time()
        search.index_texts(connection, texts)
        indexing = time.process_time() - begin
    size = (place / "index.db").stat().st_size / 1e6
    return {"cut into words": cutting, "index": indexing, "index on disk": size}


def _searching(folder: Path, place: Path) -> dict[str, float]:
    from veche.store.search import count, find
    from veche.text.kwic import kwic
    from veche.text.query import parse

    bodies = {text.id: text.body for text in read_corpus(folder)}
    with _engine(place).connect() as connection:

        def page(typed: str) -> Callable[[], Any]:
            return lambda: find(connection, parse(typed), bodies=bodies.__getitem__)

        hits = find(connection, parse(PHRASE), limit=900).hits
        return {
            "count a frequent word": _best(lambda: count(connection, parse(WORD))),
            "first 50 hits of a frequent word": _best(page(WORD)),
            "first 50 hits of a phrase": _best(page(PHRASE)),
            "lines of 900 hits of a phrase": _best(lambda: [kwic(bodies[h.text_id], h.start, h.end) for h in hits]),
            "first 50 hits of NEAR": _best(page(NEAR)),
            "first 50 hits of a prefix": _best(page(PREFIX)),
            "regular expression over everything": _best(page(PATTERN)),
        }


def _engine(place: Path) -> Any:
    """Open an index in a file, making it first if it is not there."""
    from sqlalchemy import MetaData, inspect

    from veche.store import search
    from veche.store.database import make_engine

    engine = make_engine(place / "index.db")
    with engine.begin() as connection:
        if not inspect(connection).has_table("search_meta"):
            metadata = MetaData()
            search.search_tables(metadata)
            metadata.create_all(connection)
            search.create_index(connection)
    return engine


def _best(act: Callable[[], Any], times: int = 5) -> float:
    """Return milliseconds of the fastest of some runs, after one that is not counted."""
    act()
    best = float("inf")
    for _ in range(times):
        begin = time.perf_counter()
        act()
        best = min(best, time.perf_counter() - begin)
    return best * 1000


def _memory(folder: Path) -> float:
    """Return the most memory that a fresh process needs to index and search, above what Python itself needs."""
    done = subprocess.run(
        [sys.executable, __file__, str(folder), "--memory"], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def _memory_here(folder: Path) -> float:
    from veche.store import search
    from veche.text.query import parse

    with tempfile.TemporaryDirectory() as place:
        engine = _engine(Path(place))
        with engine.begin() as connection:
            search.index_texts(connection, read_corpus(folder))
        with engine.connect() as connection:
            for typed in (WORD, PHRASE, NEAR, PREFIX):
                search.find(connection, parse(typed))
        engine.dispose()
    return _peak()


def _peak() -> float:
    """Return the most memory this process has used, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # on Linux `getrusage` goes on counting from the process that started this one
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    before = _peak()
    arguments = argparse.ArgumentParser(description="Measure words and search.")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--memory", action="store_true", help="print megabytes only")
    given = arguments.parse_args()
    print(_memory_here(given.folder) - before if given.memory else json.dumps(run(given.folder), indent=1))
