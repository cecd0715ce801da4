"""Users, codes and variables of a REFI-QDA project."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from veche.importers._refi_state import State, clean
from veche.importers._refi_tree import child, children, guid_of, own, target, text_of
from veche.importers.foreign import unique_key
from veche.study import Code, Coder
from veche.study.carried import UNCODED, UNCODED_KEY
from veche.study.errors import N_

if TYPE_CHECKING:
    from veche.importers._refi_xml import Node

_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_BAD_COLOR = N_("its colour {color} is none: left out")
_HEADING_USED = N_("it is a heading in the project, yet words are coded with it: it became a code")
_SHORT_NAME = N_("its short name {id} is not kept")
_VARIABLE = N_("the description of the variable is not kept")
_TYPE = N_("values are kept as they are written; that they are of the type {type} is not")


def read_users(state: State, project: Node) -> None:
    """Make a coder of every user."""
    taken: set[str] = set()
    for number, one in enumerate(children(child(project, "Users"), "User"), start=1):
        name, short = clean(one.get("name")), clean(one.get("id"))
        again = own(one) in state.coders
        coder = Coder(
            id=state.take(one, N_("coder"), name or short),
            key=unique_key(name or short, taken, otherwise=f"user {number}"),
            name=name or short,
        )
        state.records.append(coder)
        if not again:
            state.coders[own(one)] = coder.id
        if name and short and short != name:
            state.lose(N_("coder"), name, "", _SHORT_NAME, id=short)
    state.maker = guid_of(project.get("creatingUserGUID"))


def read_codes(state: State, book: Node | None, coded: set[str]) -> None:
    """Make the codes, in the order of the codebook.

    Parameters
    ----------
    coded
        GUIDs of the codes that stand on something.
    """
    taken: set[str] = set()
    tops: list[Node] = list(children(child(book, "Codes"), "Code"))
    waiting: list[tuple[Node, str | None]] = [(one, None) for one in reversed(tops)]
    while waiting:
        element, parent = waiting.pop()
        if state.carried.made("Code", own(element), element.get("name")):
            state.shadows.update(own(one) for one in element.iter() if one.get("guid"))
            continue
        code = _code(state, element, parent, taken, coded)
        state.records.append(code)
        state.codes.setdefault(own(element), code.id)
        state.attach(element, code.id)
        waiting.extend((one, code.id) for one in reversed(list(children(element, "Code"))))


def _code(state: State, element: Node, parent: str | None, taken: set[str], coded: set[str]) -> Code:
    name = clean(element.get("name"))
    number = len(taken) + 1
    key = unique_key(name, taken, otherwise=f"code {number}")
    codable = element.get("isCodable").strip().lower() not in ("false", "0")
    if not codable and own(element) in coded and own(element) not in state.codes:
        state.lose(N_("code"), key, "", _HEADING_USED)
        codable = True
    color = element.get("color").strip()
    if color and not _COLOR.fullmatch(color):
        state.lose(N_("code"), key, "", _BAD_COLOR, color=color)
        color = ""
    definition = clean(text_of(element, "Description"))
    russian = state.language == "ru"
    return Code(
        id=state.take(element, N_("code"), key),
        key=key,
        parent_id=parent,
        kind="other" if codable else "group",
        label_ru=name if russian else "",
        label_en="" if russian else name,
        definition_ru=definition if russian else "",
        definition_en="" if russian else definition,
        color=color,
        position=number - 1,
    )


def uncoded(state: State) -> str:
    """Return the code of quotations that have none, making it where it is first needed."""
    if UNCODED not in state.codes:
        taken = {one.key for one in state.records if isinstance(one, Code)}
        position = 1 + max((one.position for one in state.records if isinstance(one, Code)), default=-1)
        code = Code(
            id=UNCODED, key=unique_key(UNCODED_KEY, taken), label_ru="Цитата без кода", label_en="Quotation without a code",
            position=position,
        )  # fmt: skip
        state.given[UNCODED] = "Code"
        state.records.append(code)
        state.codes[UNCODED] = UNCODED
    return UNCODED


def code_of_case(state: State, guid: str) -> str:
    """Return the code for words coded with a case, as some programs do."""
    if guid not in state.codes:
        taken = {one.key for one in state.records if isinstance(one, Code)}
        name = state.names[guid]
        russian = state.language == "ru"
        code = Code(
            id=state.invent(guid, "code of case"), key=unique_key(name, taken), kind="actor",
            label_ru=name if russian else "", label_en="" if russian else name, position=len(taken),
        )  # fmt: skip
        state.records.append(code)
        state.codes[guid] = code.id
    return state.codes[guid]


def read_variables(state: State, project: Node) -> None:
    """Learn the names of the variables; their values are read where they stand."""
    taken: set[str] = set()
    for number, one in enumerate(children(child(project, "Variables"), "Variable"), start=1):
        name = unique_key(clean(one.get("name")), taken, otherwise=f"variable {number}")
        guid = own(one)
        state.variables.setdefault(guid, name)
        state.names.setdefault(guid, name)
        if state.carried.made("Variable", guid, name):
            continue
        if text_of(one, "Description").strip():
            state.lose(N_("variable"), name, "", _VARIABLE)
        kind = one.get("typeOfVariable")
        if kind and kind != "Text":
            state.lose(N_("variable"), name, "", _TYPE, type=kind)


def read_values(state: State, element: Node) -> list[tuple[str, str, str]]:
    """Return the values of variables at an element: GUID and name of the variable, the value as written."""
    found = []
    for one in children(element, "VariableValue"):
        reference = child(one, "VariableRef")
        guid = target(reference) if reference is not None else ""
        name = state.variables.get(guid, "")
        value = next((each.words for each in children(one) if each is not reference), "")
        if state.carried.made("Variable", guid, name):
            continue
        if not name:
            state.lose(N_("value"), value or "–", state.names.get(own(element), ""), _NO_VARIABLE, guid=guid or "–")
            continue
        found.append((guid, name, clean(value)))
    return found


_NO_VARIABLE = N_("it belongs to a variable that the project does not have ({guid})")
