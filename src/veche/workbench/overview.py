"""The study at a glance: interviews by town and wave, the panel and how many of it were met again, what is to be done."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from veche.study import Code, Coder, Document, Interview, Respondent, Role, Statement, StudyInfo, Town, Wave
from veche.workbench.panel import Panel, take_panel
from veche.workbench.study import Study

StepKind = Literal[
    "no_waves", "no_towns", "no_transcripts", "loose", "unplaced", "uncoded", "no_text", "undefined", "all_coded",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """Interviews of one town in one wave: all, those with a transcript, those with a coding."""

    interviews: int = 0
    transcripts: int = 0
    coded: int = 0

    def __add__(self, other: Cell) -> Cell:
        return Cell(self.interviews + other.interviews, self.transcripts + other.transcripts, self.coded + other.coded)


@dataclass(frozen=True, slots=True)
class TownRow:
    """One row of the grid: a town with its cells in the order of the waves."""

    town: Town
    cells: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True, slots=True)
class Meeting:
    """An interview in the panel: its key, its document if there is one, the role held then."""

    interview: Interview
    document_id: str | None
    role: Role | None


@dataclass(frozen=True, slots=True)
class PanelRow:
    """A respondent met in two waves or more, with the meetings of each wave."""

    respondent: Respondent
    meetings: tuple[tuple[Meeting, ...], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Something to be done next: what, how many, the first few by name."""

    kind: StepKind
    count: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the home of a study shows."""

    info: StudyInfo
    waves: tuple[Wave, ...]
    rows: tuple[TownRow, ...]
    totals: tuple[Cell, ...]
    total: Cell
    respondents: int
    codings: int
    statements: int
    panel: Panel
    #: respondents met in two waves or more
    met: tuple[PanelRow, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """An interview with all that a list of interviews shows of it."""

    interview: Interview
    town: Town
    wave: Wave
    role: Role
    respondent: Respondent
    document: Document | None
    codings: int
    again: bool


def take_overview(study: Study) -> Overview:
    """Take the study at a glance; suggestions of the machine are counted nowhere."""
    store = study.store
    waves = tuple(sorted(store.all(Wave), key=lambda one: (one.position, one.key)))
    towns = sorted(store.all(Town), key=lambda one: (one.position, one.key))
    interviews, documents = store.all(Interview), store.all(Document)
    codings = _count_codings(study, documents)
    per_document = codings.per_document
    of_interview = documents_of_interviews(documents)
    cells = _cells(interviews, of_interview, per_document)
    rows = tuple(
        TownRow(town, row, sum(row, Cell()))
        for town in towns
        for row in [tuple(cells.get((town.id, wave.id), Cell()) for wave in waves)]
    )
    totals = tuple(sum((row.cells[n] for row in rows), Cell()) for n in range(len(waves)))
    people, posts = store.all(Respondent), {one.id: one for one in store.all(Role)}
    names = {one.id: one.key for one in people}
    return Overview(
        study.info, waves, rows, totals, sum(totals, Cell()), len(people), per_document.total(),
        len(store.all(Statement)), take_panel(waves, towns, interviews, posts, names),
        _met(waves, interviews, people, posts, of_interview),
        _steps(codings, waves, towns, interviews, documents, of_interview, store.all(Code)),
    )  # fmt: skip


def list_interviews(study: Study) -> tuple[Listed, ...]:
    """List all interviews by date, with their towns, waves, roles, respondents and number of codings."""
    store = study.store
    documents, interviews = store.all(Document), store.all(Interview)
    per_document = _count_codings(study, documents).per_document
    of_interview = documents_of_interviews(documents)
    towns, waves = {one.id: one for one in store.all(Town)}, {one.id: one for one in store.all(Wave)}
    roles, people = {one.id: one for one in store.all(Role)}, {one.id: one for one in store.all(Respondent)}
    met: dict[str, set[str]] = defaultdict(set)
    for one in interviews:
        met[one.respondent_id].add(one.wave_id)
    return tuple(
        Listed(
            one, towns[one.town_id], waves[one.wave_id], roles[one.role_id], people[one.respondent_id],
            next(iter(of_interview.get(one.id, ())), None),
            sum(per_document[document.id] for document in of_interview.get(one.id, ())),
            len(met[one.respondent_id]) > 1,
        )
        for one in sorted(interviews, key=lambda one: (one.date, one.key))
    )  # fmt: skip


def documents_of_interviews(documents: Sequence[Document]) -> dict[str, list[Document]]:
    """Return the documents of each interview, by name."""
    found: dict[str, list[Document]] = defaultdict(list)
    for one in sorted(documents, key=lambda one: one.name):
        if one.interview_id is not None:
            found[one.interview_id].append(one)
    return dict(found)


@dataclass(frozen=True, slots=True)
class _Codings:
    """How many codings each document and each code has, and how many wait for a place in a corrected transcript."""

    per_document: Counter[str]
    per_code: Counter[str]
    waiting: int


def _count_codings(study: Study, documents: Sequence[Document]) -> _Codings:
    machine = {one.id for one in study.store.all(Coder) if one.kind == "suggestion"}
    present = {one.id: one.text_id for one in documents}
    per_document: Counter[str] = Counter()
    per_code: Counter[str] = Counter()
    waiting = 0
    for one in study.store.coding_counts():
        if present.get(one.document_id) == one.text_id:
            if one.coder_id not in machine:
                per_document[one.document_id] += one.count
                per_code[one.code_id] += one.count
        elif one.document_id in present:
            waiting += one.count
    return _Codings(per_document, per_code, waiting)


def _cells(
    interviews: Sequence[Interview], of_interview: Mapping[str, Sequence[Document]], per_document: Counter[str]
) -> dict[tuple[str, str], Cell]:
    cells: dict[tuple[str, str], Cell] = defaultdict(Cell)
    for one in interviews:
        documents = of_interview.get(one.id, ())
        coded = any(per_document[document.id] for document in documents)
        cells[one.town_id, one.wave_id] += Cell(1, int(bool(documents)), int(coded))
    return cells


def _met(
    waves: Sequence[Wave], interviews: Sequence[Interview], respondents: Sequence[Respondent],
    roles: Mapping[str, Role], of_interview: Mapping[str, Sequence[Document]],
) -> tuple[PanelRow, ...]:  # fmt: skip
    meetings: dict[tuple[str, str], list[Meeting]] = defaultdict(list)
    for one in sorted(interviews, key=lambda one: (one.date, one.key)):
        documents = of_interview.get(one.id, ())
        place = documents[0].id if documents else None
        meetings[one.respondent_id, one.wave_id].append(Meeting(one, place, roles.get(one.role_id)))
    rows = (
        PanelRow(person, tuple(tuple(meetings.get((person.id, wave.id), ())) for wave in waves))
        for person in sorted(respondents, key=lambda one: one.key)
    )
    return tuple(row for row in rows if sum(bool(one) for one in row.meetings) > 1)


def _undefined(codings: _Codings, codes: Sequence[Code]) -> tuple[str, ...]:
    """Return the keys of codes that are in use without a definition in any language, the most used first."""
    bare = [one for one in codes if codings.per_code[one.id] and not (one.definition_ru or one.definition_en).strip()]
    return tuple(one.key for one in sorted(bare, key=lambda one: (-codings.per_code[one.id], one.key)))


def _steps(
    codings: _Codings, waves: Sequence[Wave], towns: Sequence[Town], interviews: Sequence[Interview],
    documents: Sequence[Document], of_interview: Mapping[str, Sequence[Document]], codes: Sequence[Code],
) -> tuple[Step, ...]:  # fmt: skip
    per_document = codings.per_document
    steps: list[Step] = []
    if not waves:
        steps.append(Step("no_waves"))
    if not towns:
        steps.append(Step("no_towns"))
    if not documents:
        return (*steps, Step("no_transcripts"))
    if codings.waiting:
        steps.append(Step("unplaced", codings.waiting))
    known = {one.id for one in interviews}
    if loose := [one.name for one in documents if one.interview_id not in known]:
        steps.append(Step("loose", len(loose), tuple(loose[:6])))
    if no_text := [one.key for one in interviews if one.id not in of_interview]:
        steps.append(Step("no_text", len(no_text), tuple(no_text[:6])))
    uncoded = [
        one.key
        for one in sorted(interviews, key=lambda one: (one.date, one.key))
        if one.id in of_interview and not any(per_document[document.id] for document in of_interview[one.id])
    ]
    if uncoded:
        steps.append(Step("uncoded", len(uncoded), tuple(uncoded[:6])))
    if undefined := _undefined(codings, codes):
        steps.append(Step("undefined", len(undefined), undefined[:6]))
    if interviews and not uncoded:
        steps.append(Step("all_coded"))
    return tuple(steps)
