"""Databases of other programs with the quotations that are in them: a list of quotations beside a database of the same name."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.conformance.registry import Example, checker, reader
from veche.study import Actor, Coder, Statement, StatementKind
from veche.workbench.exchange import read_project

TRUTH = ".truth.json"
KINDS = (".sqlite3", ".qda", ".dna", ".rqda")


def _beside(path: Path) -> Path | None:
    stem = path.name.removesuffix(TRUTH)
    return next((one for kind in KINDS if (one := path.with_name(stem + kind)).exists()), None)


@reader
def read_truth(path: Path) -> list[Example] | None:
    """Take a list of quotations beside a database; the database itself holds no examples of its own."""
    stem = path.parent.with_name(path.parent.stem) if path.name == "data.qda" else path.with_suffix("")
    if path.suffix in KINDS and stem.with_name(stem.name + TRUTH).exists():
        return []
    if not path.name.endswith(TRUTH) or _beside(path) is None:
        return None
    try:
        quotes = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        return None
    if not isinstance(quotes, list) or not all(isinstance(one, dict) and "quote" in one for one in quotes):
        return None
    return [Example("foreign database", path.name.removesuffix(TRUTH), {"quotes": quotes}, path)]


@checker("foreign database")
def check_database(example: Example) -> None:
    """Read the database: exactly these quotations, by these coders, under these codes or with these values."""
    database = _beside(example.path)
    assert database is not None
    _, found = read_project(database)
    quotes = example.data["quotes"]
    wanted = Counter(_told(one) for one in quotes)
    if any("code" in one for one in quotes):
        got = Counter((words, code.rpartition(".")[2], coder) for _, code, coder, words in found.quotes())
    else:
        got = Counter(_statements(found))
    assert got == wanted
    assert all(reading.certainty == 1.0 and not reading.asks for reading in found.readings)


def _told(one: dict[str, Any]) -> tuple[Any, ...]:
    if "code" in one:
        return one["quote"], one["code"], one["coder"]
    sources = tuple(name for name in (one.get("person"), one.get("organization")) if name)
    return one["quote"], sources, one["concept"], "supports" if one["agreement"] else "rejects", one["coder"]


def _statements(found: Any) -> list[tuple[Any, ...]]:
    bodies = {one.id: one.body for one in found.texts}
    named = {
        one.id: one.name if isinstance(one, (Actor, Coder)) else one.key
        for one in found.records
        if isinstance(one, (Actor, Coder, StatementKind))
    }
    told = []
    for one in found.records:
        if isinstance(one, Statement):
            (quote,) = one.quotes
            sources = tuple(named[source] for source in one.sources)
            assert [named[target] for target in one.targets] == [one.issue]
            words = bodies[quote.text_id][quote.start : quote.end]
            told.append((words, sources, one.issue, named[one.kind_id], named[one.coder_id or ""]))
    return told
