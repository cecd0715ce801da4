"""Small helpers over the XML of REFI-QDA: names without namespace, GUIDs in one form, moments in UTC."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_GUID = re.compile(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?")
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:veche:refi")


def local(element: _Element) -> str:
    """Return the name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: _Element) -> str:
    """Return the namespace of an element; "" if it has none."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def children(element: _Element | None, *names: str) -> Iterator[_Element]:
    """Yield the children of these names (of any name if none is given), in order."""
    if element is None:
        return
    for one in element:
        if isinstance(one.tag, str) and (not names or local(one) in names):
            yield one


def child(element: _Element | None, name: str) -> _Element | None:
    """Return the first child of that name."""
    return next(children(element, name), None)


def text_of(element: _Element | None, name: str) -> str:
    """Return the words of a child; "" if there is none."""
    found = child(element, name)
    return "" if found is None else "".join(str(part) for part in found.itertext())


def attribute(element: _Element, name: str) -> str:
    """Return an attribute as written; "" if there is none."""
    return str(element.get(name) or "")


def guid_of(text: str) -> str:
    """Return an identifier in one form: lower case without braces; what is no GUID becomes one, always the same ("" stays "")."""
    wanted = text.strip()
    if not wanted:
        return ""
    match = _GUID.fullmatch(wanted)
    return match.group(1).lower() if match else derived(wanted, "given")


def is_guid(text: str) -> bool:
    """Is it an identifier as the standard wants it?"""
    return _GUID.fullmatch(text.strip()) is not None


def derived(guid: str, what: str) -> str:
    """Make an identifier of a thing that hangs on another: the same every time."""
    return str(uuid.uuid5(_SPACE, f"{guid} {what}"))


def own(element: _Element) -> str:
    """Return the identifier of an element."""
    return guid_of(attribute(element, "guid"))


def target(element: _Element) -> str:
    """Return what a reference means; drafts of the standard wrote it in other places."""
    return guid_of(
        attribute(element, "targetGUID") or attribute(element, "guid") or "".join(map(str, element.itertext()))
    )


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
