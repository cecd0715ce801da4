"""Whole random studies: every kind of record with every field, unusual words and letters, places in present and former texts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
import uuid
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st

from veche.study import (
    Actor,
    Alias,
    Anchor,
    Assignment,
    Attribute,
    Code,
    Coder,
    Coding,
    ConsentMark,
    Decision,
    Document,
    Event,
    Evidence,
    GuideTopic,
    Interview,
    Memo,
    Office,
    Publication,
    Record,
    Region,
    Respondent,
    Role,
    Statement,
    StatementKind,
    StudyInfo,
    Summary,
    Tenure,
    Text,
    Town,
    Turn,
    Wave,
)  # fmt: skip
from veche.study.whole import evidence_of, kinds

#: whole studies are too large to be made smaller in good time: a failure is shown as it was drawn
UNSHRUNK = settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate), max_examples=max(settings().max_examples // 2, 25)
)

#: anything a study can hold: no NUL, no halves of characters
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
BODIES = st.text(
    st.one_of(
        st.sampled_from("абв где. \n?!«»😀é"), st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r")
    ),
    min_size=2,
    max_size=60,
)
MOMENTS = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1)).map(lambda one: one.replace(fold=0))
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))

#: kinds of records with how many are drawn at most, each after those that it points to
ORDER: tuple[tuple[type[Record], int], ...] = (
    (Region, 2), (Town, 2), (Wave, 2), (Role, 2), (GuideTopic, 2), (Respondent, 2), (Interview, 3), (Actor, 3), (Office, 2), (Tenure, 2),
    (Event, 2), (Coder, 2), (Code, 5), (StatementKind, 2), (Document, 3), (Coding, 6), (ConsentMark, 2), (Decision, 2), (Statement, 3),
    (Assignment, 2), (Memo, 4), (Summary, 2), (Attribute, 4), (Publication, 2), (Alias, 2),
)  # fmt: skip
POINTS_TO: dict[str, type[Record]] = {
    "region_id": Region, "town_id": Town, "wave_id": Wave, "role_id": Role, "respondent_id": Respondent, "interview_id": Interview,
    "actor_id": Actor, "merged_into_id": Actor, "office_id": Office, "coder_id": Coder, "code_id": Code, "parent_id": Code,
    "resource_id": Code, "kind_id": StatementKind, "document_id": Document, "publication_id": Publication,
}  # fmt: skip


@st.composite
def ids(draw: st.DrawFn) -> str:
    """Mostly identifiers as studies have them, now and then others."""
    if draw(st.integers(0, 4)) == 0:
        return f"x{draw(st.integers(0, 10**9))}"
    return str(uuid.UUID(int=draw(st.integers(0, 2**128 - 1))))


@st.composite
def studies(draw: st.DrawFn) -> Evidence:
    """Draw a whole study."""
    return _Drawing(draw).study()


class _Drawing:
    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._used: set[str] = set()
        self._records: dict[type[Record], list[Any]] = {kind: [] for kind in kinds()}
        self._texts: list[Text] = []

    def study(self) -> Evidence:
        info = StudyInfo(
            id=self._id(),
            name=self._draw(WORDS),
            language=self._draw(st.sampled_from(["ru", "en"])),
            note=self._draw(WORDS),
        )
        self._records[StudyInfo].append(info)
        for _ in range(3):
            self._texts.append(self._text())
        for kind, most in ORDER:
            for number in range(self._draw(st.integers(0, most))):
                one = self._record(kind, number)
                if one is not None:
                    self._records[kind].append(one)
        everything = [one for found in self._records.values() for one in found]
        return evidence_of(everything, self._texts)

    def _id(self) -> str:
        found = self._draw(ids().filter(lambda one: one not in self._used))
        self._used.add(found)
        return found

    def _text(self) -> Text:
        body = self._draw(BODIES)
        cut = self._draw(st.integers(1, len(body) - 1))
        times = self._draw(st.sampled_from([(None, None), (5, None), (0, 9)]))
        turns = (Turn(1, 0, cut, "question", self._draw(WORDS)), Turn(2, cut, len(body), "answer", "", *times))
        return Text(
            self._id(), body, self._draw(st.sampled_from([(), turns])), self._draw(st.sampled_from(["ru", "en"]))
        )

    def _some(self, kind: type[Record], *, codable: bool = False) -> Any | None:
        found = [one for one in self._records[kind] if not codable or one.codable]
        return self._draw(st.sampled_from(found)) if found else None

    def _record(self, kind: type[Record], number: int) -> Record | None:
        values: dict[str, Any] = {"id": self._id()}
        hints = typing.get_type_hints(kind)
        for field in dataclasses.fields(kind):
            name, hint = field.name, hints[field.name]
            if name in ("id", "rev"):
                continue
            if name == "quotes" and not self._records[Document]:
                return None
            if name == "key":
                values[name] = f"{self._draw(WORDS)}{number}"
            elif name in POINTS_TO:
                # a heading of the codebook stands on nothing
                target = self._some(POINTS_TO[name], codable=kind is Coding and name == "code_id")
                optional = type(None) in typing.get_args(hint)
                if target is None and not optional:
                    return None
                values[name] = None if target is None or (optional and self._draw(st.booleans())) else target.id
            elif name in ("target_id", "case_id"):
                values[name] = self._anything()
            else:
                values[name] = self._value(hint, name)
        self._place(kind, values)
        return kind(**values)

    def _anything(self) -> str:
        everything = [one.id for found in self._records.values() for one in found]
        return self._draw(st.sampled_from(everything))

    def _place(self, kind: type[Record], values: dict[str, Any]) -> None:
        """Give a place inside its text to what has one; a document takes a text of its own, if it can."""
        if kind is Document:
            values["text_id"] = self._texts[len(self._records[Document]) % len(self._texts)].id
            values["file_sha256"] = ""
        elif "text_id" in values:
            text = self._draw(st.sampled_from(self._texts))
            start = self._draw(st.integers(0, len(text.body) - 1))
            document = next(one for one in self._records[Document] if one.id == values["document_id"])
            if self._draw(st.integers(0, 3)):
                text = next(one for one in self._texts if one.id == document.text_id)
                start = min(start, len(text.body) - 1)
            values |= {"text_id": text.id, "start": start, "end": self._draw(st.integers(start + 1, len(text.body)))}
        if kind is Statement:
            values |= {"sources": self._parties(), "targets": self._parties(), "benefit": (), "quotes": self._quotes()}
            values["confidence"] = 1.0
        if kind is Summary:
            values["grounds"] = tuple(f"{one.id}:0123456789ab" for one in self._records[Coding][:2])

    def _parties(self) -> tuple[str, ...]:
        return tuple(one.id for one in self._records[Actor][:2])

    def _quotes(self) -> tuple[Anchor, ...]:
        document = self._some(Document)
        text = next(one for one in self._texts if one.id == document.text_id)
        return (Anchor(document.id, text.id, 0, len(text.body)),)

    def _value(self, hint: Any, name: str) -> Any:
        origin, inside = typing.get_origin(hint), typing.get_args(hint)
        if origin in (typing.Union, types.UnionType):
            if self._draw(st.booleans()):
                return None
            return self._value(next(one for one in inside if one is not type(None)), name)
        if origin is typing.Literal:
            return self._draw(st.sampled_from(inside))
        if origin is tuple:
            return () if inside[0] is Anchor else tuple(self._draw(st.lists(WORDS, max_size=2)))
        simple: dict[Any, st.SearchStrategy[Any]] = {
            str: WORDS, bool: st.booleans(), int: st.integers(0, 5), float: st.sampled_from([-1.0, -0.5, 0.0, 0.25, 1.0]),
            dt.date: DAYS, dt.datetime: MOMENTS,
        }  # fmt: skip
        return self._draw(simple[hint])
