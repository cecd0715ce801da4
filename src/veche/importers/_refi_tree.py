"""Small helpers over the XML of REFI-QDA: children by name, GUIDs in one form, moments in UTC."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veche.importers._refi_xml import Node

_GUID = re.compile(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?")
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:veche:refi")


def children(element: Node | None, *names: str) -> Iterator[Node]:
    """Yield the children of these names (of any name if none is given), in order."""
    if element is None:
        return
    for one in element:
        if not names or one.name in names:
            yield one


def child(element: Node | None, name: str) -> Node | None:
    """Return the first child of that name."""
    return next(children(element, name), None)


def text_of(element: Node | None, name: str) -> str:
    """Return the words of a child; "" if there is none."""
    found = child(element, name)
    return "" if found is None else found.words


def guid_of(text: str) -> str:
    """Return an identifier in one form: lower case without braces; what is no GUID becomes one, always the same ("" stays "")."""
    wanted = text.strip()
    if not wanted:
        return ""
    match = _GUID.fullmatch(wanted)
    if match is None:
        return derived(wanted, "given")
    found = match.group(1).lower()
    return wanted if found == wanted else found  # the same string again and again: there are hundred thousands


def is_guid(text: str) -> bool:
    """Is it an identifier as the standard wants it?"""
    return _GUID.fullmatch(text.strip()) is not None


def derived(guid: str, what: str) -> str:
    """Make an identifier of a thing that hangs on another: the same every time."""
    return str(uuid.uuid5(_SPACE, f"{guid} {what}"))


def own(element: Node) -> str:
    """Return the identifier of an element."""
    return guid_of(element.get("guid"))


def target(element: Node) -> str:
    """Return what a reference means; drafts of the standard wrote it in other places."""
    return guid_of(element.get("targetGUID") or element.get("guid") or element.words)


def moment(text: str) -> dt.datetime | None:
    """Read an xsd:dateTime as UTC without zone (one without zone is taken as UTC); None if it is none."""
    try:
        found = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if found.tzinfo is not None:
        try:
            found = found.astimezone(dt.timezone.utc).replace(tzinfo=None)
        except OverflowError:
            return None
    return found


def whole(text: str) -> int | None:
    """Read a whole number; None if it is none, or larger than any text."""
    try:
        found = int(text.strip())
    except ValueError:
        return None
    return found if abs(found) < 2**40 else None
