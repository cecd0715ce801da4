"""What a researcher waits for, on 200 transcripts of 8,000 words with 150 codes and 20,000 codings by two coders.

Each measure runs in a process of its own (`run.py`), so that its peak memory is its own. Times are processor time of the process.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import veche
from veche.store import Store
from veche.study import Code, Coder, Coding, Document, Region, Role, StudyInfo, Town, Wave

SEED = 20261121
CODES, CODINGS = 150, 20_000

#: measure -> (what, target in seconds, seconds of the best open program on the same, function)
MEASURES: dict[str, tuple[str, float, float | None, Callable[[Path], float]]] = {}


def measure(name: str, what: str, target: float, peer: float | None = None) -> Callable[[Callable[[Path], float]], Any]:
    """Register a measure: a function of the folder that returns seconds of processor time."""

    def register(function: Callable[[Path], float]) -> Callable[[Path], float]:
        MEASURES[name] = (what, target, peer, function)
        return function

    return register


def timed(function: Callable[[], Any], repeat: int = 1) -> float:
    """Return the least processor time of a few runs."""
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        function()
        best = min(best, time.process_time() - start)
    return best


def make_frame(path: Path) -> Store:
    """Make the study without transcripts: six towns, three waves, 150 codes, two coders."""
    store = Store.create(path, StudyInfo(name="bench"), who="bench")
    region = Region(key="I", name="Край")
    towns = [Town(key=f"T{n}", name=f"Город {n}", region_id=region.id, position=n) for n in range(6)]
    waves = [
        Wave(key=str(n), label=str(n), start=dt.date(2011 + 5 * n, 1, 1), end=dt.date(2016 + 5 * n, 1, 1), position=n)
        for n in range(3)
    ]
    roles = [Role(key=f"role{n}", label_ru=f"Роль {n}", label_en=f"Role {n}") for n in range(8)]
    top = Code(key="PROB", kind="group", label_ru="Проблемы")
    codes = [Code(key=f"PROB.{n:03d}", parent_id=top.id, kind="problem", position=n) for n in range(CODES)]
    with store.edit("bench", "frame") as edit:
        edit.add(region, *towns, *waves, *roles, top, *codes, Coder(key="АК"), Coder(key="МС"))
    return store


@measure("import", "import and index 200 transcripts (1.6 M words)", 10.0)
def import_all(folder: Path) -> float:
    path = folder / "study.veche"
    for old in folder.glob("study.veche*"):
        old.unlink()
    make_frame(path).close()
    table = folder / "interviews.csv"
    files = sorted((folder / "transcripts").glob("*.txt"))
    rows = ["file,town,wave,date,respondent,role,consent"]
    for n, file in enumerate(files):
        rows.append(f"{file.name},T{n % 6},{n // 67},{2012 + 5 * (n // 67)}-05-01,R-{n % 160},role{n % 8},quote")
    table.write_text("\n".join(rows), encoding="utf-8")
    start = time.process_time()
    with veche.open(path, who="bench") as study:
        added = study.add(study.plan([folder / "transcripts"], table=table))
    spent = time.process_time() - start
    assert added.documents == len(files), added
    add_codings(path)
    return spent


def add_codings(path: Path) -> None:
    """Add 20,000 codings with seeded places and Zipf-like frequencies of codes; one code gets 977."""
    random_ = random.Random(SEED)
    with Store.open(path) as store:
        codes = [c for c in store.all(Code) if c.kind != "group"]
        coders = store.all(Coder)
        documents = store.all(Document)
        lengths = {d.id: len(store.text(d.text_id).body) for d in documents}
        weights = [1 / (rank + 8) for rank in range(len(codes))]
        chosen = [codes[0]] * 977 + random_.choices(codes[1:], weights[1:], k=CODINGS - 977)
        codings = []
        for n, code in enumerate(chosen):
            document = documents[n % len(documents)]
            start = random_.randrange(lengths[document.id] - 700)
            codings.append(
                Coding(
                    document_id=document.id,
                    text_id=document.text_id,
                    start=start,
                    end=start + random_.randrange(60, 600),
                    code_id=code.id,
                    coder_id=coders[n % 2].id,
                )
            )
        with store.edit("bench", "codings") as edit:
            edit.add(*codings)


@measure("open", "open one transcript with 100 codings", 0.05, 0.97)
def open_one(folder: Path) -> float:
    with Store.open(folder / "study.veche") as store:
        document = store.all(Document)[17]

        def run() -> None:
            text = store.text(document.text_id)
            codings = store.having(Coding, "document_id", [document.id])
            assert len(codings) == 100 and len(text.turns) > 50

        run()
        return timed(run, 5)


@measure("quotes", "all 977 quotes of one code", 0.05, 0.8)
def quotes_of_a_code(folder: Path) -> float:
    with veche.open(folder / "study.veche") as study:

        def run() -> None:
            found = study.quotes(codes="PROB.000")
            assert len(found) == 977 and all(one.words for one in found)

        run()
        return timed(run, 5)


@measure("csv", "all 20,000 quotes to CSV", 1.0, 4.1)
def quotes_to_csv(folder: Path) -> float:
    with veche.open(folder / "study.veche") as study:

        def run() -> None:
            study.export(study.release(study.evidence()), folder / "quotes.csv")

        spent = timed(run)
        with (folder / "quotes.csv").open(encoding="utf-8-sig") as file:
            assert sum(1 for line in file if line.strip()) >= CODINGS + 1
        return spent


@measure("cooccurrence", "co-occurrence of 150 codes, exact counts", 0.5, 5.7)
def cooccurrence(folder: Path) -> float:
    with veche.open(folder / "study.veche") as study:
        evidence = study.evidence()
        study.run("cooccurrence", evidence=evidence)
        return timed(lambda: study.run("cooccurrence", evidence=evidence), 3)


@measure("phrase", "phrase search by lemma in all texts", 0.01)
def phrase(folder: Path) -> float:
    with veche.open(folder / "study.veche") as study:

        def run() -> None:
            assert study.search('"районная дума"', limit=50).total > 100

        run()
        return timed(run, 5)


@measure("kwic", "KWIC of 900 lines", 0.1)
def kwic(folder: Path) -> float:
    from veche.workbench.concordance import concordance

    with veche.open(folder / "study.veche") as study:
        evidence = study.evidence(codes="PROB.000")

        def run() -> None:
            hits = study.search('"районная дума"', evidence=evidence, limit=900)
            lines = concordance(evidence, hits.hits)
            assert len(lines) == min(900, hits.total) and lines[0].hit

        run()
        return timed(run, 3)


@measure("code", "add one coding, with journal", 0.005)
def add_one(folder: Path) -> float:
    with veche.open(folder / "study.veche", who="АК") as study:
        document = study.store.all(Document)[3]
        code, coder = study.store.all(Code)[5], study.store.all(Coder)[0]

        def run() -> None:
            with study.store.edit("АК", "code") as edit:
                edit.add(
                    Coding(
                        document_id=document.id,
                        text_id=document.text_id,
                        start=5,
                        end=50,
                        code_id=code.id,
                        coder_id=coder.id,
                    )
                )

        run()
        spent = timed(run, 10)
        for _ in range(11):
            study.undo()
        return spent


@measure("problem_field", "problem field, 1,000 resamples", 2.0)
def problem_field(folder: Path) -> float:
    with veche.open(folder / "study.veche") as study:
        evidence = study.evidence()
        import pandas  # noqa: F401 - loaded once, not with every run

        return timed(lambda: study.run("problem_field", evidence=evidence, resamples=1000), 2)
