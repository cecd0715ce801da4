"""A whole study after consent: what of it may leave, what leaves without its words, what stays, and why.

The rule is that of single quotations. Where the consent is among the levels that may leave, the words leave as they are; else words that may be
paraphrased leave as black marks of the same length (so that every position stays what it is), and nothing leaves of what is background.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from veche.privacy.consent import Consents, stricter
from veche.study import (
    Anchor,
    Attribute,
    Coding,
    Consent,
    Document,
    Evidence,
    Interview,
    Memo,
    Publication,
    Record,
    Statement,
    Summary,
    Text,
    Texts,
)  # fmt: skip
from veche.study.errors import N_, VecheError
from veche.study.losses import Loss, loss
from veche.study.whole import kinds, name_of

#: what stands for a letter that may not leave
MARK = "█"
Spans = Mapping[str, Sequence[tuple[int, int]]]

#: what consents are called in reports
WORDS = (N_("quote"), N_("paraphrase"), N_("background"))
_HELD = N_(
    "it is under consent {consent} and stays; name this consent among those that may leave, if you may pass it on"
)
_WORDLESS = N_("its words are under consent {consent}: they leave as black marks of the same length")
_PASSAGE = N_("characters {start}–{end} are under consent {consent} and leave as black marks of the same length")
_SHORTER = N_("{count} of its interviews stay because of their consent: its set leaves without them")
_FOLLOWS = N_("it belongs to something that stays because of its consent")


class MaskedTexts(Texts):
    """Texts of which some passages are black; positions stay what they are."""

    def __init__(self, texts: Texts, spans: Spans, ids: Iterable[str]) -> None:
        super().__init__()
        self._below, self._spans, self._ids = texts, spans, dict.fromkeys(ids)

    def __getitem__(self, text_id: str) -> Text:
        if text_id not in self._ids:
            raise KeyError(text_id)
        text = self._below[text_id]
        spans = self._spans.get(text_id)
        return text if not spans else dataclasses.replace(text, body=blackened(text.body, spans))

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def blackened(body: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a body with every character but white space inside the spans replaced by a black mark."""
    letters = list(body)
    for start, end in spans:
        for at in range(max(start, 0), min(end, len(letters))):
            if not letters[at].isspace():
                letters[at] = MARK
    return "".join(letters)


@dataclasses.dataclass(frozen=True)
class Passed:
    """What may leave of a study, with what stays and why."""

    evidence: Evidence
    losses: tuple[Loss, ...]
    #: digests of original files that belong to documents without any black mark
    clean_files: frozenset[str]


def pass_study(evidence: Evidence, levels: Collection[Consent]) -> Passed:
    """Take out of a study, or make black, what the consents do not let out.

    Parameters
    ----------
    evidence
        The study, or a part of it.
    levels
        Consents whose words may leave as they are.
    """
    return _Door(evidence, frozenset(levels)).passed()


#: kinds whose absence is told item by item; of the others only what they hang on is
_TOLD = (Memo, Summary, Attribute)
#: lists of ids of other records, shortened where one of those stays
_LISTS = ("interviews", "compared", "upheld", "agreed")


class _Door:
    """One passage of a study: documents and interviews first, then what stands in them, then what hangs on anything that stays."""

    def __init__(self, evidence: Evidence, levels: frozenset[Consent]) -> None:
        self._evidence = evidence
        self._levels = levels
        self._consents = Consents(evidence)
        self._losses: list[Loss] = []
        self._gone: set[str] = set()
        self._spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self._clean: set[str] = set()
        self._versions = _versions(evidence)

    def passed(self) -> Passed:
        e = self._evidence
        kept: dict[str, tuple[Record, ...]] = {
            "documents": tuple(one for one in e.documents if self._document(one)),
            "interviews": tuple(one for one in e.interviews if self._interview(one)),
        }
        self._people()
        kept["codings"] = tuple(one for one in e.codings if self._coding(one))
        kept["statements"] = _present(map(self._statement, e.statements))
        kept["summaries"] = _present(map(self._summary, e.summaries))
        self._spread()
        for name in kinds().values():
            if name in kept:
                kept[name] = tuple(one for one in kept[name] if one.id not in self._gone)
            elif name != "study":
                kept[name] = _present(map(self._hanging, getattr(e, name)))
        left = dataclasses.replace(e, **kept)  # type: ignore[arg-type]
        if self._spans or self._gone:
            object.__setattr__(left, "texts", self._texts(left))
        return Passed(left, tuple(self._losses), frozenset(self._clean))

    def _spread(self) -> None:
        """Find everything that hangs on what stays, and what hangs on that."""
        e = self._evidence
        waiting = [
            one for name in kinds().values() if name != "study" for one in getattr(e, name) if one.id not in self._gone
        ]
        while True:
            hanging = [one for one in waiting if self._hangs(one)]
            if not hanging:
                return
            self._gone.update(one.id for one in hanging)
            waiting = [one for one in waiting if one.id not in self._gone]

    def _hangs(self, one: Record) -> bool:
        return any(name.endswith("_id") and getattr(one, name) in self._gone for name in _fields(type(one)))

    def _texts(self, left: Evidence) -> Texts:
        needed = {one.text_id for one in left.documents}
        needed.update(text_id for one in left.documents for text_id in self._versions[one.id])
        return MaskedTexts(self._evidence.texts, self._spans, [one for one in self._evidence.texts if one in needed])

    def _leaves(self, consent: Consent) -> bool:
        """Does something leave under this consent, be it black?"""
        return consent in self._levels or consent != "background"

    def _document(self, one: Document) -> bool:
        consent = self._consents.of_document(one.id)
        if not self._leaves(consent):
            self._hold(one, one.name, "", consent)
            return False
        levels = [(mark, stricter(consent, mark.consent)) for mark in self._consents.marks_in(one.id)]
        black = [(mark, level) for mark, level in levels if level not in self._levels]
        older = self._versions[one.id] - {one.text_id}
        if consent not in self._levels:
            self._losses.append(loss(one.noun, one.name, "", _WORDLESS, consent=VecheError(consent)))
            self._blacken({one.text_id, *older})
        elif black:
            # a passage is marked in the present text; older versions have the same words at places that nobody marked
            self._blacken(older)
            for mark, level in black:
                self._spans[mark.text_id].append((mark.start, mark.end))
                self._losses.append(
                    loss(one.noun, one.name, "", _PASSAGE, start=mark.start, end=mark.end, consent=VecheError(level))
                )
        elif one.file_sha256:
            self._clean.add(one.file_sha256)
        return True

    def _blacken(self, text_ids: Iterable[str]) -> None:
        for text_id in text_ids:
            if text_id in self._evidence.texts:
                self._spans[text_id].append((0, len(self._evidence.texts[text_id].body)))

    def _interview(self, one: Interview) -> bool:
        if self._leaves(one.consent):
            return True
        self._hold(one, one.key, "", one.consent)
        return False

    def _people(self) -> None:
        """A respondent of whom no interview leaves stays too."""
        spoke = {one.respondent_id for one in self._evidence.interviews}
        left = {one.respondent_id for one in self._evidence.interviews if one.id not in self._gone}
        for one in self._evidence.respondents:
            if one.id in spoke - left:
                self._gone.add(one.id)
                self._losses.append(loss(one.noun, one.key, "", _FOLLOWS))

    def _coding(self, one: Coding) -> bool:
        if one.document_id in self._gone:
            self._gone.add(one.id)
            return False
        consent = self._consents.at(Anchor(one.document_id, one.text_id, one.start, one.end))
        if not self._leaves(consent):
            self._hold(one, self._key_of(one.code_id), self._place(one.document_id, one.start, one.end), consent)
            return False
        return True

    def _statement(self, one: Statement) -> Statement | None:
        if one.interview_id in self._gone:
            self._gone.add(one.id)
            return None
        quotes = tuple(q for q in one.quotes if q.document_id not in self._gone and self._leaves(self._consents.at(q)))
        if quotes or not one.quotes:
            return one if quotes == one.quotes else dataclasses.replace(one, quotes=quotes)
        first = one.quotes[0]
        place = self._place(first.document_id, first.start, first.end)
        self._hold(one, self._kind_of(one), place, self._consents.strictest(one.quotes))
        return None

    def _summary(self, one: Summary) -> Record | None:
        if one.case_id in self._gone:
            return self._hanging(one)
        grounds = tuple(ground for ground in one.grounds if ground.partition(":")[0] not in self._gone)
        if one.grounds and not grounds:
            self._hold(one, self._key_of(one.code_id), "", "background")
            return None
        return one if grounds == one.grounds else dataclasses.replace(one, grounds=grounds)

    def _hanging(self, one: Record) -> Record | None:
        """Keep a record if neither it nor anything that it hangs on stays; shorten its lists of others."""
        held: dict[str, Any] = {name: getattr(one, name) for name in _fields(type(one))}
        if one.id in self._gone or self._hangs(one):
            self._gone.add(one.id)
            if isinstance(one, _TOLD):
                self._losses.append(loss(one.noun, name_of(one), "", _FOLLOWS))
            return None
        shorter: Any = {
            name: tuple(each for each in held[name] if each not in self._gone)
            for name in _LISTS
            if name in held and not self._gone.isdisjoint(held[name])
        }
        if shorter and isinstance(one, Publication):
            count = len(one.interviews) - len(shorter["interviews"])
            self._losses.append(loss(one.noun, one.key, "", _SHORTER, count=count))
        return dataclasses.replace(one, **shorter) if shorter else one

    def _hold(self, one: Record, item: str, where: str, consent: Consent) -> None:
        self._gone.add(one.id)
        self._losses.append(loss(one.noun, item, where, _HELD, consent=VecheError(consent)))

    def _key_of(self, code_id: str) -> str:
        code = self._evidence.codebook.by_id.get(code_id)
        return code.key if code else code_id

    def _kind_of(self, one: Statement) -> str:
        return next((kind.key for kind in self._evidence.kinds if kind.id == one.kind_id), one.id)

    def _place(self, document_id: str, start: int, end: int) -> str:
        document = self._evidence.document_by_id.get(document_id)
        return f"{document.name if document else document_id} {start}–{end}"


def _present(records: Iterable[Record | None]) -> tuple[Record, ...]:
    return tuple(one for one in records if one is not None)


def _fields(kind: type[Record]) -> tuple[str, ...]:
    return tuple(one.name for one in dataclasses.fields(kind))


def _versions(evidence: Evidence) -> defaultdict[str, set[str]]:
    """For each document: all versions of its text that anything points to, with the present one."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for document in evidence.documents:
        found[document.id].add(document.text_id)
    for name in kinds().values():
        for one in getattr(evidence, name) if name != "study" else ():
            if hasattr(one, "document_id") and hasattr(one, "text_id"):
                found[one.document_id].add(one.text_id)
    for statement in evidence.statements:
        for quote in statement.quotes:
            found[quote.document_id].add(quote.text_id)
    return found
