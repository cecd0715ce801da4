"""What veche itself put into a file of the Discourse Network Analyzer, read back: records under their own ids."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from veche.importers._foreign_records import Gathering
from veche.study import Actor, Anchor, Coder, Document, Record, Statement, Text, VecheError
from veche.study.dna_layout import CARRIED, NOTE, SETTING, VERSION
from veche.study.errors import N_
from veche.study.plain import from_plain, turns_from_plain

_NEWER = N_("it was written by a newer veche (layout {found}): what the tables hold was read, not the rest")
_BROKEN = N_("it was changed and cannot be read: {reason}")
_CHANGED = N_(
    "its text was changed in the other program: it was read as a new text, and statements stand where that program has them"
)
_GONE = N_("it was removed in the other program, and with it what it says")


class Carried:
    """The records of the setting, and which of them the tables still speak of."""

    def __init__(self, records: list[Record], texts: dict[str, Any]) -> None:
        self._records = {one.id: one for one in records}
        self._texts = texts
        self._coders = {one.name or one.key: one for one in records if isinstance(one, Coder)}
        self._documents = {NOTE + one.id: one for one in records if isinstance(one, Document)}
        self._statements = {one.id: one for one in records if isinstance(one, Statement)}
        self._placed: dict[str, tuple[str, Text, int, int]] = {}
        self._kept: dict[str, tuple[Document, Text, bool]] = {}

    def actors(self) -> dict[tuple[str, str], Actor]:
        """Return the actors by variable and name, for statements that were made in the other program."""
        return {
            (variable, one.name): one
            for one in self._records.values()
            if isinstance(one, Actor)
            for variable in ("source", "target")
        }

    def coder(self, name: str) -> Coder | None:
        """Return the coder of that name."""
        return self._coders.get(name)

    def document(self, gathered: Gathering, foreign: object, note: str, body: str) -> bool:
        """Take a document of ours with its own ids; its notes say which it is."""
        known = self._documents.pop(note.strip(), None)
        if known is None:
            return False
        name = known.name
        digest, language, turns = self._texts.get(known.text_id, ("", "ru", []))
        text = Text(known.text_id, body, (), str(language))
        same = text.sha256 == digest
        if same:
            try:
                text = dataclasses.replace(text, turns=turns_from_plain(turns, len(body)))
            except VecheError as error:
                gathered.lose(Document.noun, name, "", _BROKEN, reason=error)
        else:
            made = gathered.document(foreign, name, body)
            gathered.lose(Document.noun, name, "", _CHANGED)
            self._kept[known.id] = (made, gathered.documents[foreign][1], False)
            return True
        gathered.take(foreign, known, text)
        self._kept[known.id] = (known, text, True)
        return True

    def statement(self, record: str, place: tuple[Document, Text, int, int]) -> bool:
        """Note where a statement of ours stands now; the first of its pairs counts."""
        statement_id = record.partition(" ")[0]
        if statement_id not in self._statements:
            return False
        self._placed.setdefault(statement_id, (place[0].id, place[1], place[2], place[3]))
        return True

    def rest(self, gathered: Gathering) -> None:
        """Take everything else: what the tables do not hold, and the statements at the places that they have now."""
        there = {old: (made.id, text, same) for old, (made, text, same) in self._kept.items()}
        for one in self._records.values():
            if isinstance(one, Document):
                if one.id not in there:
                    gathered.lose(one.noun, one.name, "", _GONE)
            elif isinstance(one, Statement):
                self._statement(gathered, one, there)
            elif (document_id := getattr(one, "document_id", None)) is None or there.get(
                document_id, ("", None, False)
            )[2]:
                gathered.add(one)
            else:
                gathered.lose(one.noun, getattr(one, "note", "") or one.id, "", _GONE)

    def _statement(self, gathered: Gathering, one: Statement, there: dict[str, tuple[str, Text, bool]]) -> None:
        names = {each.id: each.name for each in self._records.values() if isinstance(each, Actor)}
        item = " → ".join(", ".join(names.get(each, each) for each in side) for side in (one.sources, one.targets))
        placed = self._placed.get(one.id)
        if placed is None:
            gathered.lose(one.noun, item, "", _GONE)
            return
        quotes = [a for a in one.quotes[1:] if there.get(a.document_id, ("", None, False))[2]]
        first = Anchor(placed[0], placed[1].id, placed[2], placed[3])
        gathered.add(dataclasses.replace(one, quotes=(first, *quotes)))


def carried(setting: str, gathered: Gathering) -> Carried | None:
    """Read the setting; None if the file has none of ours, or one that cannot be used (which is reported)."""
    if not setting:
        return None
    try:
        held = json.loads(setting)
        version, plain, texts = held["version"], held["records"], held["texts"]
        if not isinstance(plain, list) or not isinstance(texts, dict):
            raise TypeError("not as it was written")
        texts = {key: (str(one[0]), str(one[1]), one[2]) for key, one in texts.items()}
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        gathered.lose("setting", SETTING, "", _BROKEN, reason=f"{type(error).__name__} {error}"[:80])
        return None
    if version != VERSION:
        gathered.lose("setting", SETTING, "", _NEWER, found=version)
        return None
    records: list[Record] = []
    for one in plain:
        try:
            record = from_plain(one)
        except VecheError as error:
            gathered.lose("setting", str(one)[:60], SETTING, _BROKEN, reason=error)
            continue
        if isinstance(record, CARRIED):
            records.append(record)
    for record in records:
        if key := getattr(record, "key", ""):
            gathered.reserve(record.noun, key)
    return Carried(records, texts)
