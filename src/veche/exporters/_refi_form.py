"""The form of REFI-QDA (QDA-XML 1.0) as a table, and a check of a document against it that needs no schema file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    from lxml.etree import _Element

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MOMENT = re.compile(r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_KINDS: Mapping[str, Callable[[str], bool]] = {
    "guid": lambda text: _GUID.fullmatch(text.removeprefix("{").removesuffix("}")) is not None,
    "moment": lambda text: _MOMENT.fullmatch(text) is not None,
    "whole": lambda text: re.fullmatch(r"[+-]?\d+", text) is not None,
    "truth": lambda text: text in ("true", "false", "1", "0"),
    "colour": lambda text: re.fullmatch(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})", text) is not None,
    "type": lambda text: text in ("Text", "Boolean", "Integer", "Float", "Date", "DateTime"),
    "day": lambda text: re.fullmatch(r"\d{4,}-\d\d-\d\d", text) is not None,
    "text": lambda text: True,
}
_MADE = "creatingUser:guid creationDateTime:moment modifyingUser:guid modifiedDateTime:moment"
_REF = (("targetGUID:guid!",), ())
_TEXT = ((), ())

#: element -> (attributes with their kinds, ! required; children in order: ? at most one, * any number, + one or more, none exactly one)
_PROJECT: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "Project": (
        ("name:text! origin:text creatingUserGUID:guid creationDateTime:moment modifyingUserGUID:guid", "modifiedDateTime:moment basePath:text"),
        ("Users? CodeBook? Variables? Cases? Sources? Notes? Links? Sets? Graphs? Description? NoteRef*",),
    ),
    "Users": ((), ("User+",)), "User": (("guid:guid! name:text id:text",), ()),
    "CodeBook": ((), ("Codes",)), "Codes": ((), ("Code+",)),
    "Code": (("guid:guid! name:text! isCodable:truth! color:colour",), ("Description? NoteRef* Code*",)),
    "Variables": ((), ("Variable+",)), "Variable": (("guid:guid! name:text! typeOfVariable:type!",), ("Description?",)),
    "Cases": ((), ("Case+",)),
    "Case": (("guid:guid! name:text",), ("Description? CodeRef* VariableValue* SourceRef* SelectionRef*",)),
    "VariableValue": ((), ("VariableRef TextValue? DateValue?",)),
    "Sources": ((), ("TextSource+",)),
    "TextSource": (
        ("guid:guid! name:text richTextPath:text plainTextPath:text", _MADE),
        ("Description? PlainTextContent? PlainTextSelection* Coding* NoteRef* VariableValue*",),
    ),
    "PlainTextSelection": (
        ("guid:guid! name:text startPosition:whole! endPosition:whole!", _MADE), ("Description? Coding* NoteRef*",),
    ),
    "Coding": (("guid:guid! creatingUser:guid creationDateTime:moment",), ("CodeRef NoteRef*",)),
    "Notes": ((), ("Note+",)),
    "Note": (
        ("guid:guid! name:text richTextPath:text plainTextPath:text", _MADE),
        ("Description? PlainTextContent? PlainTextSelection* Coding* NoteRef* VariableValue*",),
    ),
    "Sets": ((), ("Set+",)),
    "Set": (("guid:guid! name:text!",), ("Description? MemberCode* MemberSource* MemberNote*",)),
    "NoteRef": _REF, "CodeRef": _REF, "VariableRef": _REF, "SourceRef": _REF, "MemberCode": _REF, "MemberSource": _REF, "MemberNote": _REF,
    "Description": _TEXT, "PlainTextContent": _TEXT, "TextValue": _TEXT, "DateValue": _TEXT,
}  # fmt: skip
_CODEBOOK: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "CodeBook": (("origin:text",), ("Codes Sets?",)), "Codes": ((), ("Code+",)),
    "Code": (("guid:guid! name:text! isCodable:truth! color:colour",), ("Description? Code*",)),
    "Sets": ((), ("Set+",)), "Set": (("guid:guid! name:text!",), ("Description? MemberCode*",)),
    "MemberCode": (("guid:guid!",), ()), "Description": _TEXT,
}  # fmt: skip


def faults(root: _Element) -> Iterator[tuple[str, str]]:
    """Yield where a document breaks the form, and how: element with its identifier, and what is wrong."""
    form = _PROJECT if root.tag.endswith("}Project") else _CODEBOOK
    space = root.tag.partition("}")[0] + "}"
    for element in root.iter():
        name = str(element.tag).removeprefix(space)
        place = f"{name} {element.get('guid') or element.get('targetGUID') or ''}".strip()
        if name not in form:
            yield place, "no such element"
            continue
        attributes, inside = form[name]
        yield from ((place, found) for found in _attributes(element, " ".join(attributes).split()))
        yield from ((place, found) for found in _children(element, space, " ".join(inside).split()))
        if name in ("TextSource", "Note"):
            ways = (element.get("plainTextPath") is not None) + (element.find(f"{space}PlainTextContent") is not None)
            if ways != 1:
                yield place, "words neither in a file nor inside, or both"
        if inside and (element.text or "").strip():
            yield place, "words between elements"
        if name == "DateValue" and not _KINDS["day"](element.text or ""):
            yield place, "no day"


def _attributes(element: _Element, wanted: Sequence[str]) -> Iterator[str]:
    known: dict[str, str] = {}
    for one in wanted:
        name, _, kind = one.partition(":")
        known[name] = kind.rstrip("!")
        if kind.endswith("!") and element.get(name) is None:
            yield f"attribute {name} is missing"
    for name, value in ((str(n), str(v)) for n, v in element.items()):
        if name.startswith("{http://www.w3.org/2001/XMLSchema-instance}"):
            continue
        if name not in known:
            yield f"attribute {name} does not belong here"
        elif not _KINDS[known[name]](value):
            yield f"attribute {name} is {value}"


def _children(element: _Element, space: str, wanted: Sequence[str]) -> Iterator[str]:
    there = [str(one.tag).removeprefix(space) for one in element]
    at = 0
    for one in wanted:
        name = one.rstrip("?*+")
        count = 0
        while at < len(there) and there[at] == name:
            at, count = at + 1, count + 1
        if (one[-1] == "?" and count > 1) or (one[-1] == "+" and not count) or (one == name and count != 1):
            yield f"{count} × {name}"
    if at < len(there):
        yield f"{there[at]} does not stand here"


def check(root: _Element) -> None:
    """Refuse a document that breaks the form or uses an identifier twice.

    Raises
    ------
    InputProblem
        With the first fault.
    """
    fault = next(faults(root), None)
    seen: set[str] = set()
    for one in root.iter():
        guid = one.get("guid")
        if guid is not None and not str(one.tag).endswith("MemberCode"):
            if guid.lower() in seen and fault is None:
                fault = (str(one.tag).rpartition("}")[2], f"identifier {guid} twice")
            seen.add(guid.lower())
    if fault is not None:
        raise InputProblem(
            N_("The project would break the standard at {place}: {what}. Nothing was written; please report this."),
            place=fault[0],
            what=fault[1],
        )
