"""Measure suggestions on the fictional study: processor time, and how good they are.

    python bench/parts_suggest.py

The sentences of the fictional study come from one bank, so what is learned from some interviews is found again in others far more easily than in
real talk: read its precision as an upper bound. `run` returns rows {name, what, value, unit, target, kept}.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from veche import workbench
from veche.text.suggest import Tally


def _together(rows: list[Any]) -> Tally:
    tallies = [one.tally for one in rows]
    return Tally(sum(t.suggested for t in tallies), sum(t.right for t in tallies), sum(t.coded for t in tallies))


def run() -> list[dict[str, Any]]:
    """Measure and return the rows."""
    from veche.workbench.make import open_demo
    from veche.workbench.suggestions import Desk

    with tempfile.TemporaryDirectory() as folder:
        os.environ["VECHE_SETTINGS"], os.environ["XDG_STATE_HOME"] = f"{folder}/settings.json", f"{folder}/state"
        path = Path(folder) / "demo.veche"
        open_demo(path).close()
        study = workbench.open(path, who="АК")
        desk = Desk(study)
        document = study.documents()[-1]
        seconds = {}
        for name, act in (("first", lambda: desk.for_document(document.id)), ("again", lambda: desk.for_document(document.id)),
                          ("next", desk.next_passages), ("measure", desk.quality)):  # fmt: skip
            begin = time.process_time()
            act()
            seconds[name] = time.process_time() - begin
        quality = desk.quality()
        learned = _together([one for one in quality if one.basis == "codings"])
        defined = _together([one for one in quality if one.basis == "definition" and one.coded])
        study.close()
    rows = [
        ("first", "first suggestions: all texts cut, all codes learned", seconds["first"], "s", 10.0),
        ("again", "suggestions for an interview", seconds["again"], "s", 0.3),
        ("next", "what to read next", seconds["next"], "s", 1.0),
        ("measure", "precision of all codes on held-out interviews", seconds["measure"], "s", 15.0),
        ("wrong", "wrong share of what was learned", 1 - (learned.precision or 0), "", 0.2),
        ("missed", "missed share of what was learned", 1 - (learned.recall or 0), "", 0.3),
        ("defined", "wrong share of definitions alone, rare codes", 1 - (defined.precision or 0), "", 0.95),
    ]  # fmt: skip
    return [
        {"name": n, "what": what, "value": round(value, 3), "unit": unit, "target": target, "kept": value <= target}
        for n, what, value, unit, target in rows
    ]


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row, ensure_ascii=False))
