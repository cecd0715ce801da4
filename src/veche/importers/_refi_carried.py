"""Our own Notes in a REFI-QDA project: what they carry, and how it is put together with what the project itself says.

The project is right about what it can say (names, positions, what there is and what is gone): another program may have changed it. The Notes are
right about everything else.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from veche.importers._refi_tree import child, children, own, text_of
from veche.study import Code, Coder, Coding, Document, InputProblem, Language, Memo, Record, StudyInfo, Text
from veche.study.carried import UNCODED, part_of, values_of
from veche.study.errors import N_
from veche.study.losses import Loss, loss
from veche.study.plain import from_plain, turns_from_plain
from veche.study.whole import name_of

if TYPE_CHECKING:
    from veche.importers._refi_xml import Node

_UNREADABLE = N_("a line of it cannot be read any more ({reason}): what it carried is lost")
_DELETED = N_("it is in the notes of veche, but another program took it out of the project: taken out here too")
_LOOSE = N_("another program took out what it was attached to: it is kept as a memo on the study")
_HUNG = N_("it hangs on something that another program took out of the project: taken out too")
_MOVED = N_("the words of {name} were changed by another program: places in the former words cannot be told any more")


class Carried:
    """What the Notes of veche in a project carry."""

    def __init__(self, project: Node | None = None) -> None:
        self.losses: list[Loss] = []
        self.records: dict[str, Record] = {}
        self._shown: dict[str, dict[str, Any]] = {}
        self._texts: dict[str, dict[str, Any]] = {}
        self._extras: dict[str, dict[str, Any]] = {}
        self._extras_at: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._ids: dict[str, str] = {}
        self._made: dict[str, set[str]] = defaultdict(set)
        self.notes: set[str] = set()
        #: digest -> name and member of the archive
        self.files: dict[str, tuple[str, str]] = {}
        for note in children(child(project, "Notes") if project is not None else None, "Note"):
            part = part_of(note.get("name"))
            if part is not None:
                self.notes.add(own(note))
                for value in values_of(text_of(note, "PlainTextContent")):
                    self._take(part, value, note.get("name"))

        if project is not None and self.notes:
            self._match(project)

    def _match(self, project: Node) -> None:
        """Find what we wrote by name where a program gave new identifiers to everything of a kind."""
        for kind, tag, field in (
            (Code, "Code", "name"),
            (Coder, "User", "name"),
            (Document, "TextSource", "name"),
            (Memo, "Note", "title"),
        ):
            elements = [one for one in project.iter() if one.name == tag]
            if any(own(one) in self._ids for one in elements):
                continue
            ours: dict[str, list[str]] = defaultdict(list)
            for record_id, shown in self._shown.items():
                if isinstance(self.records[record_id], kind):
                    ours[str(shown.get(field))].append(record_id)
            theirs = Counter(one.get("name") for one in elements)
            for one in elements:
                name = one.get("name")
                if theirs[name] == 1 and len(ours[name]) == 1:
                    self._ids[own(one)] = ours[name][0]

    def __bool__(self) -> bool:
        return bool(self.notes)

    def _take(self, part: str, value: Any, where: str) -> None:
        try:
            getattr(self, f"_take_{part}")(value)
        except (InputProblem, KeyError, TypeError, AttributeError, ValueError) as error:
            reason = error if isinstance(error, InputProblem) else type(error).__name__
            self.losses.append(loss(N_("note"), where, "", _UNREADABLE, reason=reason))

    def _take_records(self, value: Any) -> None:
        record = from_plain(value)
        self.records[record.id] = record
        if isinstance(value.get("shown"), dict):
            self._shown[record.id] = value["shown"]
        self._ids[str(value.get("guid", record.id))] = record.id

    def _take_texts(self, value: Any) -> None:
        self._texts[str(value["id"])] = dict(value)

    def _take_codings(self, value: Any) -> None:
        guid = str(value["guid"])
        self._ids[guid] = str(value.get("id", guid))
        self._extras[self._ids[guid]] = dict(value)
        if isinstance(value.get("at"), list):
            self._extras_at[tuple(value["at"])] = dict(value)

    def _take_files(self, value: Any) -> None:
        self.files[str(value["sha256"])] = (str(value["name"]), str(value["member"]))

    def _take_made(self, value: Any) -> None:
        self._made[str(value["element"])] |= {str(value["guid"]), f"name {value.get('name', '')}"}

    def id_of(self, guid: str) -> str:
        """Return the id of the record that a GUID stood for when we wrote the project; the GUID itself if it stood for none."""
        return self._ids.get(guid, guid)

    def made(self, element: str, guid: str, name: str = "") -> bool:
        """Did we make this element only to show other programs what the Notes carry?"""
        return bool(self._made) and (
            guid in self._made[element] or (bool(name) and f"name {name}" in self._made[element])
        )

    @property
    def language(self) -> Language | None:
        """Language of the study."""
        return next((one.language for one in self.records.values() if isinstance(one, StudyInfo)), None)

    def text_like(self, sha256: str, document_id: str) -> dict[str, Any] | None:
        """Return what is carried of the present text of a document, if its words are still the same."""
        document = self.records.get(document_id)
        if not isinstance(document, Document):
            return None
        found = self._texts.get(document.text_id)
        return found if found is not None and found.get("sha256") == sha256 else None

    def known_body(self, content: str, document_id: str) -> bool:
        """Are these the very words that we wrote?"""
        return self.text_like(Text("", content, ()).sha256, document_id) is not None

    def text_of(self, carried: dict[str, Any], body: str) -> Text:
        """Make a text of words and what is carried of it."""
        return Text(str(carried["id"]), body, turns_from_plain(carried["turns"], len(body)), str(carried["language"]))

    def older_texts(self) -> list[Text]:
        """Return the former versions of texts, which only the Notes hold."""
        found = []
        for one in self._texts.values():
            if isinstance(one.get("body"), str):
                try:
                    found.append(self.text_of(one, one["body"]))
                except (InputProblem, KeyError) as error:
                    self.losses.append(loss(N_("text"), str(one["id"]), "", _UNREADABLE, reason=type(error).__name__))
        return found

    def joined(self, native: Sequence[Record], texts: Iterable[Text]) -> list[Record]:
        """Put together what the project says and what the Notes carry.

        Parameters
        ----------
        native
            Records as read from the elements of the project.
        texts
            All texts that there are.
        """
        if not self:
            return list(native)
        present = {one.id for one in native}
        found = [self._with_carried(one, present) for one in native]
        there = {one.id for one in found}
        gone: set[str] = set()
        for one in self.records.values():
            if one.id in there:
                continue
            if one.id in self._shown and one.id != UNCODED:
                gone.add(one.id)
                self.losses.append(loss(one.noun, name_of(one), "", _DELETED))
            else:
                found.append(one)
        return self._pruned(found, gone, {one.id for one in texts})

    def _with_carried(self, one: Record, present: set[str]) -> Record:
        carried, shown = self.records.get(one.id), self._shown.get(one.id)
        if isinstance(one, Coding):
            place = (one.document_id, one.start, one.end, one.code_id, one.coder_id)
            extra = self._extras.get(one.id) or self._extras_at.get(place, {})
            fields: dict[str, Any] = {name: extra[name] for name in ("modality", "prompted") if name in extra}
            return _changed(one, fields)
        if carried is None or shown is None or type(carried) is not type(one):
            return one
        if isinstance(carried, Memo) and shown.get("attached") and carried.target_id not in present:
            self.losses.append(loss(one.noun, name_of(one), "", _LOOSE))
            carried = dataclasses.replace(carried, target_id=getattr(one, "target_id", carried.target_id))
        return dataclasses.replace(carried, **_differences(one, shown, self.language or "ru"))

    def _pruned(self, records: list[Record], gone: set[str], texts: set[str]) -> list[Record]:
        """Take out what points to things that are gone, until nothing does."""
        names = {one.text_id: one.name for one in self.records.values() if isinstance(one, Document)}
        while True:
            kept: list[Record] = []
            for one in records:
                lost = next((v for v in _pointers(one) if v in gone), None)
                words = next((v for v in _text_pointers(one) if v not in texts), None)
                if lost is not None:
                    self.losses.append(loss(one.noun, name_of(one), "", _HUNG))
                elif words is not None:
                    self.losses.append(loss(one.noun, name_of(one), "", _MOVED, name=names.get(words, words)))
                else:
                    kept.append(one)
                    continue
                gone.add(one.id)
            if len(kept) == len(records):
                return kept
            records = kept


def _changed(one: Coding, fields: dict[str, Any]) -> Coding:
    """Put what is carried of a coding to it, if it can be."""
    modality, prompted = fields.get("modality", one.modality), fields.get("prompted", one.prompted)
    if modality in ("asserted", "denied", "hypothetical") and prompted in (True, False, None):
        return dataclasses.replace(one, modality=modality, prompted=prompted)
    return one


def _differences(one: Record, shown: dict[str, Any], language: str) -> dict[str, Any]:
    """Return the fields in which the project differs from what we wrote into it."""
    match one:
        case Code():
            now = shown_code(one, language)
            fields = {"name": f"label_{language}", "description": f"definition_{language}", "color": "color"}
            changed: dict[str, Any] = {fields[k]: now[k] for k in fields if now[k] != shown.get(k)}
            if now["parent"] != shown.get("parent"):
                changed["parent_id"] = one.parent_id
            if now["position"] != shown.get("position"):
                changed["position"] = one.position
            if one.codable != shown.get("codable"):
                changed["kind"] = one.kind
            return changed
        case Coder():
            return {"name": one.name} if one.name != shown.get("name") else {}
        case Document():
            changed = {"name": one.name} if one.name != shown.get("name") else {}
            return changed | ({"text_id": one.text_id} if one.text_id != shown.get("text") else {})
        case Memo():
            return {k: getattr(one, k) for k in ("title", "text") if getattr(one, k) != shown.get(k)}
        case StudyInfo():
            return {k: getattr(one, k) for k in ("name", "note") if getattr(one, k) != shown.get(k)}
        case _:
            return {}


def shown_code(one: Code, language: str) -> dict[str, Any]:
    """What the project shows of a code that was read from it."""
    name, definition = (one.label_ru, one.definition_ru) if language == "ru" else (one.label_en, one.definition_en)
    return {
        "name": name,
        "description": definition,
        "color": one.color,
        "parent": one.parent_id,
        "position": one.position,
    }


def _pointers(one: Record) -> Iterable[str]:
    for field in dataclasses.fields(one):
        value = getattr(one, field.name)
        if field.name.endswith("_id") and isinstance(value, str):
            yield value
        elif field.name in ("sources", "targets"):
            yield from value
        elif field.name == "quotes":
            yield from (anchor.document_id for anchor in value)


def _text_pointers(one: Record) -> Iterable[str]:
    if isinstance(value := getattr(one, "text_id", None), str):
        yield value
    yield from (anchor.text_id for anchor in getattr(one, "quotes", ()))
