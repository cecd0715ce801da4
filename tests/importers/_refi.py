"""Small REFI-QDA projects, written by hand as other programs write them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

TALK = "И.: Что в городе главное?\nР.: Налоги уходят наверх. Людей нет.\nИ.: А завод?\nР.: Завод стоит."
ANNA, BORIS = "11111111-0000-0000-0000-000000000001", "11111111-0000-0000-0000-000000000002"
TAX, PEOPLE, FOLDER = (f"22222222-0000-0000-0000-00000000000{n}" for n in (1, 2, 3))
SOURCE = "33333333-0000-0000-0000-000000000001"
USERS = f'<Users><User guid="{ANNA}" name="anna"/><User guid="{BORIS}" name="boris"/></Users>'
CODES = (
    f'<CodeBook><Codes><Code guid="{FOLDER}" name="Проблемы" isCodable="false"><Code guid="{TAX}" name="Налоги" isCodable="true" '
    f'color="#aa0000"><Description>о налогах</Description></Code></Code><Code guid="{PEOPLE}" name="Люди" isCodable="1"/></Codes></CodeBook>'
)
SPACE = "urn:QDA-XML:project:1.0"


def at(words: str) -> tuple[int, int]:
    """Where words stand in the talk."""
    start = TALK.index(words)
    return start, start + len(words)


def guid(kind: int, number: int) -> str:
    """An identifier."""
    return f"{kind:08d}-0000-0000-0000-{number:012d}"


def coding(number: int, code: str, user: str = ANNA, inside: str = "") -> str:
    """A coding."""
    return f'<Coding guid="{guid(55, number)}" creatingUser="{user}" creationDateTime="2024-05-01T10:00:00+03:00"><CodeRef targetGUID="{code}"/>{inside}</Coding>'


def selection(number: int, words: str, inside: str = "", *, name: str | None = None) -> str:
    """A selection of words of the talk."""
    start, end = at(words)
    shown = words if name is None else name
    return f'<PlainTextSelection guid="{guid(44, number)}" name="{shown}" startPosition="{start}" endPosition="{end}">{inside}</PlainTextSelection>'


def source(inside: str = "", *, path: str = "internal://t.txt", name: str = "Беседа 1", extra: str = "") -> str:
    """A text source."""
    return f'<TextSource guid="{SOURCE}" name="{name}" plainTextPath="{path}" {extra}>{inside}</TextSource>'


def project(
    sources: str = "", *, users: str = USERS, codes: str = CODES, before: str = "", after: str = "", space: str = SPACE, origin: str = "Other 1"
) -> str:  # fmt: skip
    """A whole project."""
    inside = f"<Sources>{sources}</Sources>" if sources else ""
    return f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="{space}" name="Проект" origin="{origin}">{users}{codes}{before}{inside}{after}</Project>'


def pack(
    path: Path, xml: str | bytes, files: Mapping[str, str | bytes] | None = None, *, inner: str = "project.qde"
) -> Path:
    """Write a container."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(inner, xml)
        for name, content in ({"sources/t.txt": TALK} if files is None else files).items():
            archive.writestr(name, content)
    return path
