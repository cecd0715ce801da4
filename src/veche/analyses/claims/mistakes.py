"""All mistakes of a file of claims at once, each with its line: for those who write one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from veche.analyses.claims.language import named_twice, read_check, read_claim, read_claims
from veche.study.errors import VecheError
from veche.study.lined_yaml import Entry, load_yaml
from veche.words import _


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: its line (0: none can be told), the words that stand there, and what to do."""

    line: int
    words: str
    message: str


def mistakes(text: str, name: str) -> tuple[Mistake, ...]:
    """List what is wrong in a file of claims, by line; nothing if it can be used.

    Parameters
    ----------
    text
        The file's text.
    name
        The file's name, as messages give it.
    """
    try:
        loaded = load_yaml(text, name)
        entries = loaded.get("claims") if isinstance(loaded, Mapping) else None
        if not isinstance(entries, list):
            read_claims(text, name)
    except VecheError as error:
        return (_mistake(error, text),)
    found = [one for at, entry in enumerate(entries or (), start=1) for one in _of_claim(entry, name, at)]
    named = [
        (str(one["id"]).strip(), getattr(one, "line", 0))
        for one in entries or ()
        if isinstance(one, Mapping) and one.get("id")
    ]
    found += named_twice(named, name)
    every = {_mistake(one, text) for one in found}
    return tuple(sorted(every, key=lambda one: (one.line, one.message)))


def _of_claim(entry: Any, name: str, at: int) -> list[VecheError]:
    checks = entry.get("checks") if isinstance(entry, Mapping) else None
    if not isinstance(checks, list) or not checks:
        return _tried(lambda: read_claim(entry, name, at))
    # the claim by itself, then every check
    alone = Entry(entry) | {"checks": [{"kind": "untestable", "why": "-"}]}
    plain = Entry(alone)
    plain.line = getattr(entry, "line", 0)
    found = _tried(lambda: read_claim(plain, name, at))
    for one in checks:
        found += _tried(lambda one=one: read_check(one, name, str(entry.get("id", at))))
    return found


def _tried(made: Any) -> list[VecheError]:
    try:
        made()
    except VecheError as error:
        return [error]
    return []


def _mistake(error: VecheError, text: str) -> Mistake:
    told = re.search(r":(\d+)$", str(error.fields.get("where", "")))
    line = int(told[1]) if told else int(error.fields.get("second", 0) or 0)
    lines = text.splitlines()
    return Mistake(line, lines[line - 1].strip()[:200] if 0 < line <= len(lines) else "", error.message(_))
