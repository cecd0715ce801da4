"""The words that scripts show: found in the scripts, answered from the same catalogues as all other words."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

from veche import words

#: _("...") and ngettext("...", "...", n) with plain string arguments
_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_ONE = re.compile(rf"(?<![\w$.])_\(\s*({_STRING})")
_MANY = re.compile(rf"(?<![\w$.])ngettext\(\s*({_STRING})\s*,\s*({_STRING})")


@lru_cache(maxsize=2)
def _messages(folder: Path, newest: float) -> tuple[tuple[str, str | None], ...]:
    found: dict[str, str | None] = {}
    for path in sorted(folder.rglob("*.js")):
        text = path.read_text(encoding="utf-8")
        for match in _ONE.finditer(text):
            found.setdefault(ast.literal_eval(match[1]), None)
        for match in _MANY.finditer(text):
            found[ast.literal_eval(match[1])] = ast.literal_eval(match[2])
    return tuple(found.items())


def messages(folder: Path) -> tuple[tuple[str, str | None], ...]:
    """Return every message of the scripts in a folder: the singular, and the plural where there is one."""
    return _messages(folder, max((path.stat().st_mtime for path in folder.rglob("*.js")), default=0.0))


#: a number for each plural form: Russian one, few, many; English one, other
FORMS = {"ru": (1, 2, 5), "en": (1, 2)}


def script_words(folder: Path, language: str) -> dict[str, str | list[str]]:
    """Return the catalogue of the scripts: message to translation, or to the list of its plural forms."""
    with words.using(language):
        return {
            one: words._(one) if many is None else [words.ngettext(one, many, n) for n in FORMS[language]]
            for one, many in messages(folder)
        }
