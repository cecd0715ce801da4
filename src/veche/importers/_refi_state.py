"""What the parts of the REFI-QDA reader share while one project is read: what was found, what was lost, what means what."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from veche.importers._refi_carried import Carried
from veche.importers._refi_container import Container
from veche.importers._refi_tree import child, children, derived, guid_of, is_guid, moment, own, target
from veche.importers.foreign import Asked
from veche.study import Coder, Memo, Record
from veche.study.errors import N_
from veche.study.losses import Loss, loss

if TYPE_CHECKING:
    import datetime as dt

    from veche.importers._refi_xml import Node

_HALF = re.compile("[\ud800-\udfff]")
_ODD_GUID = N_("its identifier {guid} is no GUID: it got another one")
_TWICE = N_(
    "its identifier {guid} is used by another {element}: it got another one, and what refers to it was left with the first"
)


@dataclass
class State:
    """One project while it is read."""

    container: Container
    asked: Asked
    carried: Carried
    losses: list[Loss] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    #: GUID as the project writes it -> id of the record that it became
    ids: dict[str, str] = field(default_factory=dict)
    #: ids given already, and to which element
    given: dict[str, str] = field(default_factory=dict)
    #: GUID -> what a person calls it
    names: dict[str, str] = field(default_factory=dict)
    #: note -> what it was attached to, with the place in words
    attached: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    codes: dict[str, str] = field(default_factory=dict)
    coders: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    #: codes that only show statements of ours to other programs
    shadows: set[str] = field(default_factory=set)
    program: str = ""
    language: str = "ru"
    default_coder: str | None = None
    #: GUID of who made the project
    maker: str = ""
    #: how often an identifier was met already
    _again: dict[tuple[str, str], int] = field(default_factory=dict)
    #: how many elements said who changed them last, and when
    modified: int = 0

    def lose(self, kind: str, item: str, where: str, reason: str, /, **fields: object) -> None:
        """Note a loss."""
        self.losses.append(loss(kind, item, where, reason, **fields))

    def take(self, element: Node, kind: str, name: str = "") -> str:
        """Give an element its id: its own GUID (or what it stood for when we wrote it), or another if that is taken or no GUID."""
        written, guid = element.get("guid"), own(element)
        name = name or written
        if element.get("modifyingUser") or element.get("modifiedDateTime"):
            self.modified += 1
        if not guid:
            guid = derived(f"{len(self.given)}", element.name)
            self.lose(kind, name, "", _ODD_GUID, guid="–")
        elif not is_guid(written):
            self.lose(kind, name, "", _ODD_GUID, guid=written)
        wanted = self.carried.id_of(guid)
        number = 1
        if wanted in self.given:
            wanted, number = self._free(guid, element.name)
        if number > 1 and self.given.get(guid, "") == element.name:
            self.lose(kind, name, "", _TWICE, guid=written, element=element.name)
        self.given[wanted] = element.name
        self.ids.setdefault(guid, wanted)
        self.names.setdefault(guid, name)
        return wanted

    def invent(self, guid: str, what: str) -> str:
        """Give an id to a thing that hangs on another."""
        wanted = derived(guid, what)
        if wanted in self.given:
            wanted, _ = self._free(guid, what)
        self.given[wanted] = what
        return wanted

    def _free(self, guid: str, what: str) -> tuple[str, int]:
        """Return an id that is free, and how many there are of this identifier with it."""
        number = self._again.get((guid, what), 1)
        wanted = guid
        while wanted in self.given:
            number += 1
            wanted = derived(guid, f"{what} {number}")
        self._again[guid, what] = number
        return wanted, number

    def attach(self, element: Node, record_id: str) -> None:
        """Remember which notes an element refers to."""
        for one in children(element, "NoteRef"):
            self.attached[target(one)].append(record_id)

    def describe(self, element: Node, record_id: str, *, title: str = "", otherwise: str = "") -> None:
        """Keep the description of an element as a memo on the record that it became."""
        found = child(element, "Description")
        words = found.words if found is not None else ""
        if not words.strip():
            words, title = otherwise, ""
        if words.strip():
            memo = Memo(
                id=self.invent(record_id, "description"), target_id=record_id, text=clean(words), title=clean(title),
                coder_id=self.author(element), made=self.made(element),
            )  # fmt: skip
            self.records.append(memo)

    def author(self, *elements: Node) -> str | None:
        """Return the coder who made an element, or one that it stands in; None if nobody is named."""
        for one in elements:
            if guid := guid_of(one.get("creatingUser")):
                return self.coder(guid)
        return None

    def coder(self, guid: str) -> str:
        """Return the coder of a user; one that the project refers to and does not list gets a name from its identifier."""
        if guid not in self.coders:
            coder = Coder(id=self.invent(guid, "User"), key=guid, name="")
            self.records.append(coder)
            self.coders[guid] = coder.id
        return self.coders[guid]

    def nobody(self) -> str:
        """Return the coder of marks that name nobody: whoever made the project, else the program itself."""
        if self.default_coder is None and self.maker:
            self.default_coder = self.coder(self.maker)
        if self.default_coder is None:
            coder = Coder(id=self.invent("", "nobody"), key=self.program or "?", name="")
            self.records.append(coder)
            self.default_coder = coder.id
        return self.default_coder

    @staticmethod
    def made(*elements: Node) -> dt.datetime | None:
        """Return when an element was made, or one that it stands in."""
        for one in elements:
            if (found := moment(one.get("creationDateTime"))) is not None:
                return found
        return None


def clean(text: str) -> str:
    """Replace what a study cannot keep (NUL, halves of characters) by the mark of an unknown character; positions stay."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if _HALF.search(text) else text
