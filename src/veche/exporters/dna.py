"""Relation statements as a file of the Discourse Network Analyzer 3.0 (SQLite): read again whole by veche, analysed as networks there."""

from __future__ import annotations

import base64
import colorsys
import datetime as dt
import hashlib
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from veche.exporters._left_out import left_out, name_of, where_of
from veche.exporters._writing import replacing
from veche.privacy import Release
from veche.study import Coder, Evidence, Statement, StudyInfo, Text
from veche.study.dna_layout import CARRIED, LABEL, NOTE, SETTING, VARIABLES, WRITTEN, pack
from veche.study.errors import N_
from veche.study.losses import Loss, Written
from veche.study.registry import project_exporter
from veche.study.whole import records_of

#: the program asks every coder for a password; this one opens the file
PASSWORD = "veche"
#: rounds and length of salt of its password digests
_ROUNDS, _SALT = 100_000, 16
_OLD_TEXT = N_("it stands on an earlier version of the text and waits for a place in the present one")
_FURTHER = N_("only its first quotation is a statement there; the other {count} travel in the file for veche alone")
_PASSWORD = N_("the other program opens the file for every coder with the password {password}; change it there")
_LONGEST = 190

_PERMISSIONS = (
    "AddDocuments", "EditDocuments", "DeleteDocuments", "ImportDocuments", "AddStatements", "EditStatements", "DeleteStatements",
    "EditAttributes", "EditRegex", "EditStatementTypes", "EditCoders", "EditCoderRelations", "ViewOthersDocuments",
    "EditOthersDocuments", "ViewOthersStatements", "EditOthersStatements",
)  # fmt: skip
_COLOURS = "Red INTEGER NOT NULL DEFAULT 0, Green INTEGER NOT NULL DEFAULT 0, Blue INTEGER NOT NULL DEFAULT 0"
_VALUE = "ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER NOT NULL REFERENCES STATEMENTS(ID) ON DELETE CASCADE, " \
         "VariableId INTEGER NOT NULL REFERENCES VARIABLES(ID) ON DELETE CASCADE, {value}, UNIQUE (StatementId, VariableId)"  # fmt: skip
_TABLES = {
    "SETTINGS": "Property TEXT PRIMARY KEY, Value TEXT NOT NULL",
    "CODERS": f"ID INTEGER NOT NULL PRIMARY KEY, Name TEXT NOT NULL, {_COLOURS}, Refresh INTEGER NOT NULL DEFAULT 0, "
    "FontSize INTEGER NOT NULL DEFAULT 14, Password TEXT NOT NULL, PopupWidth INTEGER DEFAULT 300, ColorByCoder INTEGER NOT NULL DEFAULT 0, "
    "PopupDecoration INTEGER NOT NULL DEFAULT 0, PopupAutoComplete INTEGER NOT NULL DEFAULT 1, "
    + ", ".join(f"Permission{one} INTEGER NOT NULL DEFAULT 1" for one in _PERMISSIONS),
    "DOCUMENTS": "ID INTEGER NOT NULL PRIMARY KEY, Title TEXT NOT NULL, Text TEXT NOT NULL, Coder INTEGER REFERENCES CODERS(ID) ON DELETE "
    "CASCADE, Author TEXT NOT NULL DEFAULT '', Source TEXT NOT NULL DEFAULT '', Section TEXT NOT NULL DEFAULT '', Notes TEXT NOT NULL DEFAULT "
    "'', Type TEXT NOT NULL DEFAULT '', Date INTEGER NOT NULL",
    "STATEMENTTYPES": f"ID INTEGER NOT NULL PRIMARY KEY, Label TEXT NOT NULL, {_COLOURS}",
    "VARIABLES": "ID INTEGER NOT NULL PRIMARY KEY, Variable TEXT NOT NULL, DataType TEXT NOT NULL DEFAULT 'short text', StatementTypeId INTEGER "
    "REFERENCES STATEMENTTYPES(ID) ON DELETE CASCADE, UNIQUE (Variable, StatementTypeId)",
    "VARIABLELINKS": "ID INTEGER NOT NULL PRIMARY KEY, SourceVariableId INTEGER REFERENCES VARIABLES(ID) ON DELETE CASCADE, TargetVariableId "
    "INTEGER REFERENCES VARIABLES(ID) ON DELETE CASCADE",
    "REGEXES": f"Label TEXT PRIMARY KEY, {_COLOURS}",
    "CODERRELATIONS": "ID INTEGER NOT NULL PRIMARY KEY, Coder INTEGER REFERENCES CODERS(ID) ON DELETE CASCADE, OtherCoder INTEGER REFERENCES "
    "CODERS(ID) ON DELETE CASCADE, viewStatements INTEGER NOT NULL DEFAULT 1, editStatements INTEGER NOT NULL DEFAULT 1, viewDocuments "
    "INTEGER NOT NULL DEFAULT 1, editDocuments INTEGER NOT NULL DEFAULT 1",
    "STATEMENTS": "ID INTEGER NOT NULL PRIMARY KEY, StatementTypeId INTEGER REFERENCES STATEMENTTYPES(ID) ON DELETE CASCADE, DocumentId INTEGER "
    "REFERENCES DOCUMENTS(ID) ON DELETE CASCADE, Start INTEGER NOT NULL CHECK (Start >= 0 AND Start < Stop), Stop INTEGER NOT NULL, Coder "
    "INTEGER REFERENCES CODERS(ID) ON DELETE CASCADE",
    "ENTITIES": "ID INTEGER PRIMARY KEY NOT NULL, VariableId INTEGER NOT NULL REFERENCES VARIABLES(ID) ON DELETE CASCADE, Value TEXT NOT NULL "
    "DEFAULT '', Red INTEGER, Green INTEGER, Blue INTEGER, ChildOf INTEGER REFERENCES ENTITIES(ID) ON DELETE CASCADE, UNIQUE (VariableId, Value)",
    "DATABOOLEAN": _VALUE.format(value="Value INTEGER NOT NULL DEFAULT 1"),
    "DATAINTEGER": _VALUE.format(value="Value INTEGER NOT NULL DEFAULT 0"),
    "DATASHORTTEXT": _VALUE.format(value="Entity INTEGER NOT NULL REFERENCES ENTITIES(ID) ON DELETE CASCADE"),
    "DATALONGTEXT": _VALUE.format(value="Value TEXT DEFAULT ''"),
    "ATTRIBUTEVARIABLES": "ID INTEGER PRIMARY KEY NOT NULL, VariableId INTEGER NOT NULL REFERENCES VARIABLES(ID) ON DELETE CASCADE, "
    "AttributeVariable TEXT NOT NULL, UNIQUE (VariableId, AttributeVariable)",
    "ATTRIBUTEVALUES": "ID INTEGER PRIMARY KEY NOT NULL, EntityId INTEGER NOT NULL REFERENCES ENTITIES(ID) ON DELETE CASCADE, "
    "AttributeVariableId INTEGER NOT NULL REFERENCES ATTRIBUTEVARIABLES(ID) ON DELETE CASCADE, AttributeValue TEXT NOT NULL DEFAULT '', "
    "UNIQUE (EntityId, AttributeVariableId)",
}  # fmt: skip


@project_exporter("dna", title=N_("Discourse Network Analyzer (.dna)"), extension=".dna")
def dna(release: Release, path: Path) -> Written:
    """Write documents, and every relation statement as one statement for each pair of a source and a target."""
    evidence = release.held_study
    losses: list[Loss] = []
    with replacing(path) as part:
        part.unlink(missing_ok=True)
        try:
            _File(part, evidence, losses).write()
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from error
    losses.append(Loss("setting", "password", "", _PASSWORD, (("password", PASSWORD),)))
    losses += left_out(evidence, (*CARRIED, StudyInfo))
    return Written((path,), tuple(losses))


class _File:
    """A file being written."""

    def __init__(self, path: Path, evidence: Evidence, losses: list[Loss]) -> None:
        self._path, self._evidence, self._losses = path, evidence, losses
        self._coders: dict[str | None, int] = {}
        self._documents: dict[str, tuple[int, Text]] = {}
        self._units: dict[str, _Units] = {}
        self._entities: dict[tuple[str, str], int] = {}

    def write(self) -> None:
        """Write everything."""
        self._connection = sqlite3.connect(self._path)
        try:
            for name, columns in _TABLES.items():
                self._connection.execute(f"CREATE TABLE {name}({columns})")
            self._people()
            self._texts()
            self._variables()
            self._statements()
            self._attributes()
            self._settings()
            self._connection.commit()
        finally:
            self._connection.close()

    def _insert(self, table: str, **values: object) -> int:
        names, places = ", ".join(values), ", ".join("?" * len(values))
        return int(
            self._connection.execute(f"INSERT INTO {table}({names}) VALUES({places})", list(values.values())).lastrowid
            or 0
        )

    def _people(self) -> None:
        password = digest(PASSWORD)
        coders: list[Coder | None] = [None, *self._evidence.coders]
        taken: set[str] = set()
        for number, one in enumerate(coders):
            red, green, blue = _colour(number, len(coders))
            name = "Admin" if one is None else next(n for n in (one.name, one.key, one.id) if n and n not in taken)
            taken.add(name)
            self._coders[one.id if one else None] = self._insert(
                "CODERS", ID=number + 1, Name=name, Red=red, Green=green, Blue=blue, Password=password
            )

    def _texts(self) -> None:
        e = self._evidence
        for one in e.documents:
            text = e.texts[one.text_id]
            interview = e.interview_by_id.get(one.interview_id or "")
            respondent = e.respondent_by_id.get(interview.respondent_id) if interview else None
            town = e.town_by_id.get(interview.town_id) if interview else None
            wave = e.wave_by_id.get(interview.wave_id) if interview else None
            day = interview.date if interview else dt.date(1970, 1, 1)
            number = self._insert(
                "DOCUMENTS", Title=one.name, Text=text.body, Coder=1, Author=respondent.key if respondent else "",
                Source=town.name if town else "", Section=wave.key if wave else "", Type=one.format, Notes=NOTE + one.id,
                Date=(day - dt.date(1970, 1, 1)).days * 86_400,
            )  # fmt: skip
            self._documents[one.id] = (number, text)

    def _variables(self) -> None:
        self._type = self._insert("STATEMENTTYPES", Label=LABEL, Red=239, Green=208, Blue=51)
        self._variable = {
            name: self._insert("VARIABLES", Variable=name, DataType=kind, StatementTypeId=self._type)
            for name, kind in VARIABLES.items()
        }

    def _statements(self) -> None:
        e = self._evidence
        parties = _parties(e)
        kinds = {one.id: one for one in e.kinds}
        russian = e.study.language == "ru"
        for one in e.statements:
            place = self._place(one)
            kind = kinds.get(one.kind_id)
            if place is None or kind is None:
                self._losses.append(Loss(Statement.noun, name_of(e, one), where_of(e, one), _OLD_TEXT))
                continue
            if len(one.quotes) > 1:
                fields = (("count", len(one.quotes) - 1),)
                self._losses.append(Loss(Statement.noun, name_of(e, one), where_of(e, one), _FURTHER, fields))
            interview = e.interview_by_id.get(one.interview_id or "")
            respondent = e.respondent_by_id.get(interview.respondent_id) if interview else None
            values: dict[str, object] = {
                "relation": (kind.label_ru if russian else kind.label_en) or kind.key, "issue": one.issue or "",
                "agreement": int(one.modality != "denied"), "reporter": respondent.key if respondent else "", "tone": one.tone,
                "certainty": one.certainty, "record": one.id,
            }  # fmt: skip
            for source, target in ((s, t) for s in one.sources for t in one.targets):
                sides = {"source": parties.get(source, source), "target": parties.get(target, target)}
                self._statement(place, self._coders.get(one.coder_id, 1), sides | values)

    def _place(self, one: Statement) -> tuple[int, int, int] | None:
        anchor = one.quotes[0]
        number, text = self._documents.get(anchor.document_id, (0, None))
        if text is None or text.id != anchor.text_id:
            return None
        units = self._units.setdefault(text.id, _Units(text.body))
        return number, units.at(anchor.start), units.at(anchor.end)

    def _statement(self, place: tuple[int, int, int], coder: int, values: dict[str, object]) -> None:
        document, start, stop = place
        number = self._insert(
            "STATEMENTS", StatementTypeId=self._type, DocumentId=document, Start=start, Stop=stop, Coder=coder
        )
        tables = {"boolean": "DATABOOLEAN", "integer": "DATAINTEGER", "long text": "DATALONGTEXT"}
        for name, value in values.items():
            where = {"StatementId": number, "VariableId": self._variable[name]}
            if VARIABLES[name] == "short text":
                self._insert("DATASHORTTEXT", **where, Entity=self._entity(name, str(value)))
            elif value is not None:
                self._insert(tables[VARIABLES[name]], **where, Value=value)

    def _entity(self, variable: str, value: str) -> int:
        value = value[:_LONGEST]
        if (variable, value) not in self._entities:
            self._entities[variable, value] = self._insert(
                "ENTITIES", VariableId=self._variable[variable], Value=value, Red=0, Green=0, Blue=0
            )
        return self._entities[variable, value]

    def _attributes(self) -> None:
        """Say what kind of actor each party is, for colours and groups in the other program."""
        names = _parties(self._evidence)
        for variable in ("source", "target"):
            numbers = {
                name: self._insert("ATTRIBUTEVARIABLES", VariableId=self._variable[variable], AttributeVariable=name)
                for name in WRITTEN
            }
            for party, kind, branch, key in _sorts(self._evidence):
                entity = self._entities.get((variable, names[party]))
                if entity is not None:
                    for number, value in zip(numbers.values(), (kind, branch, key), strict=True):
                        self._connection.execute(
                            "INSERT OR IGNORE INTO ATTRIBUTEVALUES(EntityId, AttributeVariableId, AttributeValue) VALUES(?, ?, ?)",
                            (entity, number, value),
                        )

    def _settings(self) -> None:
        records = [one for one in records_of(self._evidence) if isinstance(one, CARRIED)]
        texts = [text for _, text in self._documents.values()]
        for name, value in (
            ("version", "3.0.11"),
            ("date", dt.date.today().isoformat()),
            (SETTING, pack(records, texts)),
        ):
            self._insert("SETTINGS", Property=name, Value=value)


def _parties(evidence: Evidence) -> dict[str, str]:
    """Name actors and offices so that no two share a name: id -> name."""
    given = [(one.id, one.name, one.key) for one in evidence.actors]
    given += [(one.id, one.name, one.key) for one in evidence.offices]
    often = Counter(name for _, name, _ in given)
    return {party: (f"{key}: {name}" if often[name] > 1 else name)[:_LONGEST] for party, name, key in given}


def _sorts(evidence: Evidence) -> Iterator[tuple[str, str, str, str]]:
    """Yield id, kind, branch and key of every party."""
    for actor in evidence.actors:
        yield actor.id, actor.kind, actor.branch, actor.key
    for office in evidence.offices:
        yield office.id, "office", office.branch, office.key


class _Units:
    """Positions of a text in UTF-16 units."""

    def __init__(self, body: str) -> None:
        self._wide = [at for at, letter in enumerate(body) if letter > "\uffff"]

    def at(self, position: int) -> int:
        """Return a position in code points as one in units."""
        from bisect import bisect_left

        return position + bisect_left(self._wide, position)


def _colour(number: int, count: int) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(number / max(count, 1), 0.6, 0.85)
    return round(255 * red), round(255 * green), round(255 * blue)


def digest(password: str) -> str:
    """Return a password as the other program keeps it: salt and 100,000 rounds of SHA-256, in base 64."""
    salt = os.urandom(_SALT)
    found = hashlib.sha256(salt + password.encode()).digest()
    for _ in range(_ROUNDS - 1):
        found = hashlib.sha256(found).digest()
    return base64.b64encode(salt + found).decode("ascii")
