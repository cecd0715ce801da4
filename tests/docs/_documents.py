"""The documents of the project and what stands in them: blocks of code, commands, links."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def blocks(path: Path, language: str) -> list[str]:
    """The blocks of code in a language."""
    return [inside for name, inside in _FENCE.findall(path.read_text(encoding="utf-8")) if name == language]


def commands(path: Path) -> list[list[str]]:
    """Every `veche ...` of a document, in blocks and in the running text, as the shell would hand it over."""
    lines = [line for block in blocks(path, "sh") for line in block.splitlines()]
    prose = _FENCE.sub("", path.read_text(encoding="utf-8"))
    found = []
    for line in [*lines, *re.findall(r"`(veche [^`]+)`", prose)]:
        for one in re.split(r";\s|&&", line):
            words = shlex.split(one, comments=True)
            if words and words[0] == "veche" and len(words) > 1 and "..." not in words[1]:
                found.append(words[1:])
    return found


def links(path: Path) -> list[str]:
    """Where the links and pictures of a document lead, inside the project."""
    text = _FENCE.sub("", path.read_text(encoding="utf-8"))
    found = re.findall(r"\]\(([^)\s]+)\)", text)
    return [one.partition("#")[0] for one in found if "://" not in one and not one.startswith(("#", "mailto:"))]
