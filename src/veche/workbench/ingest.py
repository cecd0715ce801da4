"""Adding transcripts: first a plan that changes nothing and can be shown, then one act that is all or nothing."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from veche.importers import read_transcript
from veche.importers.foreign import language_of
from veche.importers.interview_table import WORDS, TableRow, choices_of, parse_date
from veche.store import Store
from veche.study import (
    Document,
    InputProblem,
    Interview,
    Region,
    Respondent,
    Role,
    StudyInfo,
    Text,
    Town,
    VecheError,
    Wave,
    new_id,
)  # fmt: skip
from veche.study.errors import N_
from veche.study.registry import Importer
from veche.text.transcripts import Notice, SpeakerKind, Transcript, recognise
from veche.words import language

Progress = Callable[[int, int, str], None]
#: columns of the table that can hold something wrong, in words
COLUMNS = (
    N_("interview"), N_("town"), N_("wave"), N_("date"), N_("respondent"), N_("role"), N_("consent"), N_("archive"),
    N_("language"), N_("standing"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a plan: what was recognised, where it goes, and what stands against it."""

    path: Path
    state: str  # "new", "corrected", "known" or "refused"
    document: Document | None = None
    text: Text | None = None
    transcript: Transcript | None = None
    content: bytes = b""
    problem: VecheError | None = None
    notices: tuple[Notice, ...] = ()
    row: int | None = None
    replaces: Document | None = None


@dataclass
class Plan:
    """What an import will do: items in order, and the records it brings along."""

    items: list[Item] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    towns: list[Town] = field(default_factory=list)
    respondents: list[Respondent] = field(default_factory=list)
    interviews: list[Interview] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def usable(self) -> list[Item]:
        """The items that will be written."""
        return [item for item in self.items if item.state in ("new", "corrected")]


def find_files(paths: Iterable[Path]) -> list[Path]:
    """List the files to read: those given, and in folders every file that is not hidden, in order of name.

    Raises
    ------
    InputProblem
        If a path does not exist or nothing is found.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found.extend(
                sorted(
                    p
                    for p in path.rglob("*")
                    if p.is_file() and not any(part.startswith((".", "~$")) for part in p.relative_to(path).parts)
                )
            )
        elif path.exists():
            found.append(path)
        else:
            raise InputProblem(N_("There is no file or folder {name}. Check the path."), name=path)
    if not found:
        raise InputProblem(N_("There are no files in {name}."), name=", ".join(map(str, paths)))
    return found


class Planner:
    """Makes the plan of an import into one study."""

    def __init__(self, store: Store, importers: Sequence[Importer], rows: Sequence[TableRow] | None) -> None:
        self._importers = importers
        self._language = store.all(StudyInfo)[0].language
        self._regions = {name: one for one in store.all(Region) for name in (one.key.casefold(), one.name.casefold())}
        self._towns = {name: one for one in store.all(Town) for name in (one.key.casefold(), one.name.casefold())}
        self._waves = store.all(Wave)
        self._roles = {
            name.casefold(): one for one in store.all(Role) for name in (one.key, one.label_ru, one.label_en) if name
        }
        self._respondents = {one.key.casefold(): one for one in store.all(Respondent)}
        self._interviews = {one.key.casefold(): one for one in store.all(Interview)}
        documents = store.all(Document)
        self._by_hash = {one.file_sha256: one for one in documents if one.file_sha256}
        self._by_name = {one.file_name: one for one in documents if one.file_name}
        self._rows: dict[str, TableRow] | None = None
        self._doubled: set[str] = set()
        if rows is not None:
            self._rows = {}
            for row in rows:
                name = _file_key(row.text("file"))
                if name in self._rows:
                    self._doubled.add(name)
                self._rows[name] = row
        self.plan = Plan()
        self._used: set[str] = set()

    def add(
        self, path: Path, *, speakers: Mapping[str, SpeakerKind] | None, update: bool, language: str | None
    ) -> Item:
        """Read one file and put it into the plan; whatever is wrong with it becomes its problem."""
        try:
            item = self._item(path, speakers, update, language)
        except VecheError as problem:
            item = Item(path, "refused", problem=problem)
        self.plan.items.append(item)
        return item

    def finish(self) -> Plan:
        """Note the rows of the table for which there was no file, or that there is no table."""
        if self._rows is None and any(item.state == "new" for item in self.plan.items):
            self.plan.notices.append(
                Notice(
                    N_(
                        "Without a table of interviews the documents belong to no interview yet (`veche template interviews`)."
                    )
                )
            )
        for name, row in (self._rows or {}).items():
            if name not in self._used and name not in self._doubled:
                self.plan.notices.append(
                    Notice(
                        N_("Row {row} of the table names {file}, which is not among the files. Check the name."),
                        (("row", row.number), ("file", row.text("file"))),
                    )
                )
        return self.plan

    def interview_of(self, name: str) -> Interview | None:
        """Make the interview of the row that names a file or document; None if no row does.

        Raises
        ------
        InputProblem
            If the row is not complete or names what the study does not have.
        """
        row = self._row_of(Path(name))
        if row is None:
            return None
        interview = self._interview(Path(name), row)
        self.plan.interviews.append(interview)
        self._interviews[interview.key.casefold()] = interview
        return interview

    def _item(self, path: Path, speakers: Mapping[str, SpeakerKind] | None, update: bool, language: str | None) -> Item:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputProblem(
                N_("{name} cannot be read: {reason}. Check the rights."), name=path.name, reason=error.strerror
            ) from error
        sha = hashlib.sha256(content).hexdigest()
        row = self._row_of(path)
        if (known := self._by_hash.get(sha)) is not None:
            return Item(path, "known", document=known, row=row.number if row else None)
        old = self._by_name.get(path.name)
        if old is not None and not update:
            raise InputProblem(
                N_(
                    "{name} is in the study already with other content. To replace it and keep its codings, add `--update`."
                ),
                name=path.name,
            )
        draft = read_transcript(content, path.name, self._importers)
        transcript = recognise(draft, speakers=speakers)
        if not transcript.body.strip():
            raise InputProblem(N_("{name} contains no text. Check the file."), name=path.name)
        try:
            interview = self._interview(path, row) if old is None and row is not None else None
        except InputProblem as problem:
            # what was recognised is shown all the same
            shown = Text(new_id(), transcript.body, transcript.turns, language or language_of(transcript.body))
            number = row.number if row else None
            return Item(path, "refused", text=shown, transcript=transcript, problem=problem, row=number)
        words_in = language or (interview.language if interview else None) or language_of(transcript.body)
        text = Text(new_id(), transcript.body, transcript.turns, words_in)
        extension = path.suffix.lstrip(".").lower() or "txt"
        if old is not None:
            return Item(
                path, "corrected", old, text, transcript, content, notices=transcript.notices,
                row=row.number if row else None, replaces=old,
            )  # fmt: skip
        document = Document(
            name=path.stem, text_id=text.id, interview_id=interview.id if interview else None, format=extension,
            file_name=path.name, file_sha256=sha,
        )  # fmt: skip
        self._by_hash[sha] = document
        self._by_name[path.name] = document
        if interview is not None:
            self.plan.interviews.append(interview)
            self._interviews[interview.key.casefold()] = interview
        notices = transcript.notices
        if interview is None and self._rows is not None:
            notices += (
                Notice(N_("No row of the table names this file: it is added, but belongs to no interview yet.")),
            )
        return Item(path, "new", document, text, transcript, content, notices=notices, row=row.number if row else None)

    def _row_of(self, path: Path) -> TableRow | None:
        if self._rows is None:
            return None
        for name in (_file_key(path.name), _file_key(path.stem)):
            if name in self._doubled:
                raise InputProblem(N_("The table names {name} in two rows. Keep one row per file."), name=path.name)
            if name in self._rows:
                self._used.add(name)
                return self._rows[name]
        return None

    def _interview(self, path: Path, row: TableRow) -> Interview:
        key = row.text("interview") or path.stem
        if key.casefold() in self._interviews:
            raise self._bad(row, "interview", key, N_("an interview with this code is in the study already"))
        day = parse_date(row.cells.get("date", ""))
        if day is None:
            raise self._bad(row, "date", row.text("date") or "–", N_("write it as 2013-05-21 or 21.05.2013"))
        return Interview(
            key=key,
            town_id=self._town(row).id,
            wave_id=self._wave(row, day).id,
            respondent_id=self._respondent(row).id,
            role_id=self._role(row).id,
            date=day,
            post=row.text("post"),
            interviewer=row.text("interviewer"),
            language=self._word(row, "language", self._language),
            consent=self._word(row, "consent", None),
            archive=self._word(row, "archive", "no"),
            standing=self._word(row, "standing", "unknown"),
            not_asked=tuple(
                part.strip() for part in row.text("not_asked").replace(";", ",").split(",") if part.strip()
            ),
            note=row.text("note"),
        )

    def _word(self, row: TableRow, column: str, default: str | None) -> Any:
        text = row.text(column).casefold()
        if not text and default is not None:
            return default
        if text not in WORDS[column]:
            known = choices_of(column, language())
            raise self._bad(row, column, row.text(column) or "–", N_("choose one of: {known}"), known=known)
        return WORDS[column][text]

    def _town(self, row: TableRow) -> Town:
        name = row.text("town")
        if not name:
            raise self._bad(row, "town", "–", N_("fill it in"))
        found = self._towns.get(name.casefold())
        if found is None:
            if near := difflib.get_close_matches(name.casefold(), list(self._towns), 1, 0.75):
                raise self._bad(
                    row, "town", name, N_("did you mean {near}? A new town needs a name that cannot be mistaken"),
                    near=self._towns[near[0]].name,
                )  # fmt: skip
            region = self._region(row)
            found = Town(
                key=name,
                name=name,
                region_id=region.id if region else None,
                position=len(set(self._towns.values())) + 1,
            )
            self._towns[name.casefold()] = found
            self.plan.towns.append(found)
        return found

    def _region(self, row: TableRow) -> Region | None:
        name = row.text("region")
        if not name:
            return None
        found = self._regions.get(name.casefold())
        if found is None:
            found = Region(key=name, name=name)
            self._regions[name.casefold()] = found
            self.plan.regions.append(found)
        return found

    def _wave(self, row: TableRow, day: Any) -> Wave:
        name = row.text("wave")
        if name:
            for wave in self._waves:
                if name.casefold() in (wave.key.casefold(), wave.label.casefold()):
                    return wave
            known = ", ".join(wave.key for wave in self._waves) or "–"
            raise self._bad(row, "wave", name, N_("choose one of: {known}"), known=known)
        for wave in self._waves:
            if wave.start <= day < wave.end:
                return wave
        raise self._bad(row, "wave", "–", N_("the date lies in no wave of the study; name one"))

    def _respondent(self, row: TableRow) -> Respondent:
        name = row.text("respondent")
        if not name:
            raise self._bad(row, "respondent", "–", N_("fill in a code such as R-17"))
        found = self._respondents.get(name.casefold())
        if found is None:
            found = Respondent(key=name)
            self._respondents[name.casefold()] = found
            self.plan.respondents.append(found)
        return found

    def _role(self, row: TableRow) -> Role:
        name = row.text("role")
        found = self._roles.get(name.casefold())
        if found is None:
            near = difflib.get_close_matches(name.casefold(), list(self._roles), 2, 0.4)
            raise self._bad(row, "role", name or "–", N_("nearest: {near}"), near=", ".join(near) or "–")
        return found

    def _bad(self, row: TableRow, column: str, value: str, advice: str, **fields: Any) -> InputProblem:
        return InputProblem(
            N_("Row {row} of the table, column {column}: {value}: {advice}."),
            row=row.number,
            column=InputProblem(column),
            value=value,
            advice=InputProblem(advice, **fields),
        )


def _file_key(name: str) -> str:
    import unicodedata

    # file systems differ in how they compose letters such as й and ё
    return unicodedata.normalize("NFC", name).casefold()
