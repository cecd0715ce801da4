"""What the interface for programs takes and gives, as its OpenAPI description shows it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from veche.web.wire import KINDS

#: fields of one record, by name
Row = dict[str, Any]
Uuid = Annotated[str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
Rev = Annotated[int, Field(ge=0, le=2**31 - 1)]
Words = Annotated[str, Field(max_length=2000)]


#: the kinds of records, for the description; a wrong one is answered with the list of them
KINDS_KNOWN: dict[str, Any] = {"enum": list(KINDS)}


class Strict(BaseModel):
    """What is sent holds nothing unknown."""

    model_config = ConfigDict(extra="forbid")


class RowChange(Strict):
    """One row added, replaced or removed."""

    op: Literal["add", "replace", "remove"]
    kind: Annotated[str, Field(description="kind of record", max_length=40, json_schema_extra=KINDS_KNOWN)]
    record: Row = Field(description="all fields of the record; of a removed one its id is enough")
    rev: Rev | None = Field(None, description="revision on which a replacement or removal is based")


class Act(Strict):
    """One act of a user: all its changes, or none; sent again under the same id it is applied once."""

    id: Uuid
    action: Annotated[str, Field(min_length=1, max_length=200)]
    note: Words = ""
    changes: Annotated[list[RowChange], Field(min_length=1, max_length=20_000)]


class Applied(BaseModel):
    """What an act did: number of its entry, and the revisions of its rows (of removed ones too)."""

    seq: int
    revs: dict[str, int]


class Replacement(Strict):
    """All fields of one row."""

    record: Row
    action: Annotated[str, Field(min_length=1, max_length=200)] = "edit"
    note: Words = ""


class Problem(BaseModel):
    """Why something was refused, in the user's language."""

    error: str
    message: str
    field: str | None = None


class PresentRow(BaseModel):
    """A row as it is now, and who changed it last."""

    kind: str
    id: str
    rev: int
    record: Row | None
    who: str | None
    at: str | None


class ConflictProblem(Problem):
    """A change is based on an old revision; here are the present rows."""

    rows: list[PresentRow] = []


class TurnOut(BaseModel):
    """A turn of talk: [start, end) in code points."""

    number: int
    start: int
    end: int
    kind: str
    speaker: str


class TextOut(BaseModel):
    """The stored text with its turns and sentences."""

    id: str
    language: str
    body: str
    turns: list[TurnOut]
    sentences: list[tuple[int, int]]


class DocumentOut(BaseModel):
    """One document with everything that stands on it."""

    document: Row
    interview: Row | None
    text: TextOut
    codings: list[Row]
    unplaced: list[Row]
    statements: list[Row]
    memos: list[Row]
    consent_marks: list[Row]
    seq: int


class CodebookOut(BaseModel):
    """All codes, each with its family (a colour) and the number of its codings."""

    codes: list[Row]
    seq: int


class CodersOut(BaseModel):
    """Everybody who codes; `me` is the key of who works here."""

    coders: list[Row]
    me: str
    online: list[Row]
    seq: int


class PeopleOut(BaseModel):
    """Who acts: actors, offices with who held them and when, kinds of statements, and the families of these."""

    actors: list[Row]
    offices: list[Row]
    kinds: list[Row]
    seq: int


class DocumentsOut(BaseModel):
    """All documents with their interviews, by date."""

    documents: list[Row]
    seq: int


class EntryOut(BaseModel):
    """One entry of the journal."""

    seq: int
    at: str
    who: str
    kind: str
    action: str
    note: str
    of: int | None
    undone: bool
    changes: int


class EntryAnswer(BaseModel):
    """The entry that was undone or done again."""

    entry: EntryOut


class HistoryOut(BaseModel):
    """Entries, newest first; `before` is what to ask for next, null at the end."""

    entries: list[EntryOut]
    before: int | None


class ChangesOut(BaseModel):
    """The changes of one entry, each row before and after."""

    changes: list[Row]


#: answers that any request may get
REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem}, 403: {"model": Problem}, 404: {"model": Problem}, 422: {"model": Problem},
}  # fmt: skip
#: answers that a change may get besides
CONFLICTS: dict[int | str, dict[str, Any]] = REFUSALS | {
    400: {"model": Problem}, 409: {"model": ConflictProblem}, 428: {"model": Problem},
}  # fmt: skip
