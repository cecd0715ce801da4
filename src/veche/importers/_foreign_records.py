"""Collecting what a foreign database holds as records, each thing checked before it is taken and reported when it is not."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from veche.importers.foreign import Asked, ForeignStudy, Reading, turns_of, unique_key
from veche.study import Attribute, Code, Coder, Coding, Document, Memo, Record, Text, new_id
from veche.study.errors import N_
from veche.study.losses import Loss

#: code points of a quotation shown in a loss
SHOWN = 60
#: a longer text is no talk: nobody is looked for in it
LONGEST_TALK = 4_000_000
#: longest key made of a foreign name
LONGEST_KEY = 200

OUTSIDE = N_("its positions {start}–{end} do not lie in the text of {length} characters")
EMPTY = N_("it covers no text: {start}–{end}")
NO_DOCUMENT = N_("it stands on a document that the file does not hold ({id})")
NO_CODE = N_("it names a code that the file does not hold ({id})")
TWICE = N_("the file holds it twice; it was taken once")
NO_POSITIONS = N_("its positions are no numbers ({start}, {end})")
NOT_UTF8 = N_("its text is not UTF-8 and cannot be trusted with positions: it was left out with all that stands on it")
NO_TEXT = N_("it has no text")
NO_PLACE_FOR = N_("veche has no place for this")
#: what readers of databases lose, besides the kinds of records
NOUNS = (
    N_("formatting"), N_("picture"), N_("highlight"), N_("author"), N_("annotation"), N_("recording"), N_("graph"), N_("query"),
    N_("reference"), N_("case"), N_("project"), N_("regular expression"), N_("link"), N_("setting"), N_("column"), N_("weight"), N_("file"),
)  # fmt: skip
_COLOR_LENGTH = 7
_HALVES = re.compile("[\ud800-\udfff]")


class Gathering:
    """The records of a project while it is being read; ids of the other program are kept apart by kind."""

    def __init__(self, program: str, asked: Asked) -> None:
        self._program, self._language = program, asked.language
        self._records: list[Record] = []
        self._texts: list[Text] = []
        self.losses: list[Loss] = []
        self.readings: list[Reading] = []
        self._keys: dict[str, set[str]] = {}
        self._coders: dict[str, Coder] = {}
        self.documents: dict[object, tuple[Document, Text]] = {}
        self.codes: dict[object, Code] = {}
        self._codings: set[tuple[str, int, int, str, str]] = set()

    def done(self) -> ForeignStudy:
        """Return what was gathered."""
        return ForeignStudy(
            self._program, tuple(self._records), tuple(self._texts), tuple(self.losses), tuple(self.readings)
        )

    def lose(self, kind: str, item: object, where: str, reason: str, /, **fields: object) -> None:
        """Report something that had no place."""
        self.losses.append(Loss(kind, " ".join(str(item).split())[:SHOWN], where, reason, tuple(fields.items())))

    def add(self, record: Record) -> None:
        """Take a record as it is."""
        self._records.append(record)

    def reserve(self, noun: str, key: str) -> None:
        """Keep a key for a record that is taken later."""
        self._keys.setdefault(noun, set()).add(key)

    def key(self, noun: str, wanted: str) -> str:
        """Give a key that no other record of the kind has in this project."""
        return unique_key(wanted[:LONGEST_KEY], self._keys.setdefault(noun, set()))

    def coder(self, name: str, *, otherwise: str = "?") -> Coder:
        """Return the coder of that name, the same for every mention."""
        wanted = " ".join(name.split())[:LONGEST_KEY] or otherwise
        if wanted not in self._coders:
            self._coders[wanted] = Coder(key=self.key(Coder.noun, wanted), name=wanted)
            self.add(self._coders[wanted])
        return self._coders[wanted]

    def code(
        self, foreign: object, name: str, *, parent: Code | None = None, group: bool = False, definition: str = "",
        color: str = "",
    ) -> Code:  # fmt: skip
        """Take a code; its name becomes its key and its label."""
        key = self.key(Code.noun, name)
        russian = self._language == "ru"
        made = Code(
            key=key, parent_id=parent.id if parent else None, kind="group" if group else "other",
            label_ru=name if russian else "", label_en="" if russian else name,
            definition_ru=definition if russian else "", definition_en="" if russian else definition,
            color=color if len(color) == _COLOR_LENGTH and color.startswith("#") else "", position=len(self.codes),
        )  # fmt: skip
        self.codes[foreign] = made
        self.add(made)
        return made

    def document(self, foreign: object, name: str, body: str, *, file_name: str = "", form: str = "txt") -> Document:
        """Take a document with its text as it is; who speaks is recognised without changing a character."""
        turns = turns_of(body) if len(body) <= LONGEST_TALK else ()
        text = Text(new_id(), body, turns, self._language)
        title = " ".join(name.split())[:LONGEST_KEY] or file_name or "?"
        made = Document(name=title, text_id=text.id, format=form, file_name=file_name[:LONGEST_KEY])
        self._texts.append(text)
        self.documents[foreign] = (made, text)
        self.add(made)
        return made

    def take(self, foreign: object, document: Document, text: Text) -> None:
        """Take a document and its text under their own ids."""
        self._texts.append(text)
        self.documents[foreign] = (document, text)
        self.add(document)

    def span(
        self, foreign: object, start: int | None, end: int | None, *, kind: str, item: str
    ) -> tuple[Document, Text, int, int] | None:
        """Check a place, already in code points; says why it cannot be taken and returns None."""
        if foreign not in self.documents:
            self.lose(kind, item, "", NO_DOCUMENT, id=foreign)
            return None
        document, text = self.documents[foreign]
        if start is None or end is None:
            self.lose(kind, item, document.name, NO_POSITIONS, start=start, end=end)
        elif not 0 <= start <= end <= len(text.body):
            self.lose(kind, item, document.name, OUTSIDE, start=start, end=end, length=len(text.body))
        elif start == end:
            self.lose(kind, item, document.name, EMPTY, start=start, end=end)
        else:
            return document, text, start, end
        return None

    def coding(
        self, place: tuple[Document, Text, int, int], code: Code, coder: Coder, made: dt.datetime | None = None
    ) -> Coding | None:
        """Take a coding; the same one again is reported."""
        document, text, start, end = place
        mark = (document.id, start, end, code.id, coder.id)
        if mark in self._codings:
            self.lose(Coding.noun, code.key, document.name, TWICE)
            return None
        self._codings.add(mark)
        one = Coding(
            document_id=document.id,
            text_id=text.id,
            start=start,
            end=end,
            code_id=code.id,
            coder_id=coder.id,
            made=made,
        )
        self.add(one)
        return one

    def memo(
        self, target: Record, text: str, *, title: str = "", coder: Coder | None = None, made: dt.datetime | None = None
    ) -> None:
        """Take a note on something, unless it is empty."""
        if text.strip():
            self.add(Memo(target_id=target.id, text=text, title=title, coder_id=coder.id if coder else None, made=made))

    def attribute(self, target: Record, name: str, value: str) -> None:
        """Take a named value, unless it is empty."""
        if name.strip() and value.strip():
            self.add(Attribute(target_id=target.id, name=" ".join(name.split()), value=value))


_FORMS = ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d")


def moment(value: object) -> dt.datetime | None:
    """Read a moment as these programs write it (no zone); anything else is None."""
    if not isinstance(value, str):
        return None
    for form in _FORMS:
        try:
            return dt.datetime.strptime(value.strip(), form)
        except ValueError:
            continue
    return None


def usable(text: str) -> bool:
    """Can a text be kept as it is: no half characters, which stand for bytes that were not UTF-8?"""
    return _HALVES.search(text) is None


def fits(quotes: Sequence[tuple[str, str]]) -> float:
    """Return the share of quotations whose words are those that the file itself gives; 1 if it gives none."""
    told = [(found, given) for found, given in quotes if given.strip()]
    if not told:
        return 1.0
    return sum("".join(found.split()) == "".join(given.split()) for found, given in told) / len(told)
