"""Files of the Discourse Network Analyzer (3.0 and 2.0): SQLite; its statements become relation statements, its positions are UTF-16 units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from veche.importers._dna_carried import Carried, carried
from veche.importers._foreign_records import NO_DOCUMENT, NO_PLACE_FOR, NOT_UTF8, TWICE, Gathering, usable
from veche.importers._foreign_sqlite import ForeignDatabase, tables_in, whole, words
from veche.importers.foreign import Asked, Choice, ForeignStudy, Reading
from veche.study import Actor, Anchor, Coder, Document, Record, Statement, StatementKind, Text
from veche.study.dna_layout import LABEL, SETTING, WRITTEN
from veche.study.errors import N_, InputProblem, VecheError
from veche.study.registry import project_importer
from veche.text._roles import word_set
from veche.text.positions import Convention, Raw, Span, conventions

PROGRAM = "Discourse Network Analyzer"
_NEEDED = {
    "documents": ("id", "title", "text"), "statementtypes": ("id", "label"), "variables": ("id", "variable", "datatype", "statementtypeid"),
    "statements": ("id", "statementtypeid", "documentid", "start", "stop"), "datashorttext": ("statementid", "variableid"),
}  # fmt: skip
_PERSON = word_set("person actor speaker source лицо персона актор спикер источник")
_BODY = word_set("organization organisation org party institution организация партия")
_OTHER_SIDE = word_set("target receiver addressee recipient адресат объект")
_CONCEPT = word_set("concept issue belief category claim topic frame концепт понятие тема проблема")
_STANCE = word_set("agreement agree stance position support согласие поддержка")

_UTF16 = N_("positions count UTF-16 units, as Java does; {lines}")
_LINES = {1: N_("a line end of two characters counts one"), 2: N_("a line end of two characters counts two")}
_KNOWN = N_("this program is known to count so")
_UNSURE = N_(
    "the texts have line ends of two characters, and the file does not say how they count: look at some quotations"
)
_TOLD = N_("it was chosen")
_ISSUE_ACTOR = N_(
    "a relation statement needs two sides: what this file names as {variable} has become an actor of the kind group, and the issue"
)
_NO_SIDES = N_("it names nobody who acts, or nothing it is about: it became a coding with its values in a memo")


@dataclass
class _Variable:
    name: str
    kind: str
    type_id: object


@dataclass
class _File:
    """What was read of a file before its statements are made."""

    gathered: Gathering
    raws: dict[object, Raw] = field(default_factory=dict)
    coders: dict[object, Coder] = field(default_factory=dict)
    variables: dict[object, _Variable] = field(default_factory=dict)
    types: dict[object, str] = field(default_factory=dict)
    actors: dict[tuple[str, str], Actor] = field(default_factory=dict)
    kinds: dict[str, StatementKind] = field(default_factory=dict)
    values: dict[object, dict[str, object]] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)


def _recognises(path: Path) -> bool:
    found = tables_in(path)
    return all(table in found for table in _NEEDED) and "stop" in found["statements"]


@project_importer("dna", title=N_("Discourse Network Analyzer (.dna)"), extensions=(".dna",), recognises=_recognises)
def dna(path: Path, asked: Asked) -> ForeignStudy:
    """Read a file of the Discourse Network Analyzer.

    A statement (person, organization, concept, agreement) becomes a relation statement of the kind *supports* or *rejects*: those who speak are
    its sources; its concept is its issue and, as an actor, its target. Statements of other types become codings. A file written by veche comes
    back whole.

    Raises
    ------
    InputProblem
        If it is no such file, or damaged.
    """
    with ForeignDatabase(path) as database:
        database.need(PROGRAM, **_NEEDED)
        if not (database.has("datashorttext", "entity") or database.has("datashorttext", "value")):
            raise InputProblem(
                N_("{file} keeps its values in a form that is not known here (a newer program than 3.0?). Export it from there as version 3.0."),
                file=path.name,
            )  # fmt: skip
        file = _File(Gathering(PROGRAM, asked))
        own = carried(_setting(database), file.gathered)
        if own is not None:
            file.actors.update(own.actors())
        _coders(database, file, own)
        _documents(database, file, own)
        _values(database, file)
        _statements(database, file, own, _way(file, asked))
        _attributes(database, file, own is not None)
        _left_behind(database, file)
        if own is not None:
            own.rest(file.gathered)
    return file.gathered.done()


def _setting(database: ForeignDatabase) -> str:
    return next((words(value) for name, value in database.rows("settings", "property", "value") if name == SETTING), "")


def _coders(database: ForeignDatabase, file: _File, own: Carried | None) -> None:
    for number, name in database.rows("coders", "id", "name", order="id"):
        known = own.coder(words(name)) if own is not None else None
        if known is not None:
            file.coders[number] = known


def _coder(database: ForeignDatabase, file: _File, number: object) -> Coder:
    if number not in file.coders:
        name = next((words(name) for one, name in database.rows("coders", "id", "name") if one == number), "")
        file.coders[number] = file.gathered.coder(name, otherwise=f"DNA {number}")
    return file.coders[number]


def _documents(database: ForeignDatabase, file: _File, own: Carried | None) -> None:
    fields = ("author", "source", "section", "type")
    for number, title, text, notes, date, *others in database.rows(
        "documents", "id", "title", "text", "notes", "date", *fields, order="id"
    ):
        name = words(title)
        if number in file.raws:
            file.gathered.lose(Document.noun, name, "", TWICE)
            continue
        content = text if isinstance(text, str) else ""
        if not usable(content):
            file.gathered.lose(Document.noun, name, "", NOT_UTF8)
            continue
        raw = Raw(content.replace("\0", "\ufffd"))
        file.raws[number] = raw
        if own is not None and own.document(file.gathered, number, words(notes), raw.body):
            continue
        made = file.gathered.document(number, name, raw.body)
        file.gathered.memo(made, words(notes))
        for field_name, value in zip(fields, others, strict=True):
            file.gathered.attribute(made, field_name, words(value))
        day = _day(date)
        if day is not None:
            file.gathered.attribute(made, "date", day.isoformat())


#: seconds of the year 5000: a larger number is milliseconds, as version 2.0 wrote
_SECONDS = 95_617_584_000


def _day(value: object) -> dt.date | None:
    number = whole(value)
    if number is None:
        return None
    try:
        return (dt.datetime(1970, 1, 1) + dt.timedelta(seconds=number / (1000 if abs(number) > _SECONDS else 1))).date()
    except OverflowError:
        return None


def _values(database: ForeignDatabase, file: _File) -> None:
    for number, label in database.rows("statementtypes", "id", "label", order="id"):
        file.types[number] = words(label)
    for number, name, kind, type_id in database.rows(
        "variables", "id", "variable", "datatype", "statementtypeid", order="id"
    ):
        file.variables[number] = _Variable(words(name), words(kind), type_id)
    if database.has("datashorttext", "entity"):
        entities = {number: words(value) for number, value in database.rows("entities", "id", "value")}
        short = (
            (s, v, entities.get(e, ""))
            for s, v, e in database.rows("datashorttext", "statementid", "variableid", "entity")
        )
    else:
        short = ((s, v, words(x)) for s, v, x in database.rows("datashorttext", "statementid", "variableid", "value"))
    for statement, variable, text in short:
        _value(file, statement, variable, text)
    for table in ("datalongtext", "datainteger", "databoolean"):
        for statement, variable, value in database.rows(table, "statementid", "variableid", "value"):
            given = words(value) if table == "datalongtext" else whole(value)
            _value(file, statement, variable, bool(given) if table == "databoolean" and given is not None else given)


def _value(file: _File, statement: object, variable: object, value: object) -> None:
    known = file.variables.get(variable)
    if known is not None and value not in (None, ""):
        file.values.setdefault(statement, {})[known.name] = value


def _way(file: _File, asked: Asked) -> Convention:
    """Decide how positions count: UTF-16 units; only line ends of two characters leave a doubt."""
    pairs = any(raw.pairs for raw in file.raws.values())
    told = conventions().get(asked.reading or "")
    way = told or Convention("utf16", line_end=1)
    choices = tuple(_choice(Convention("utf16", line_end=one)) for one in (1, 2))
    asks = pairs and told is None
    file.gathered.readings.append(
        Reading(
            _choice(way), 0.5 if asks else 1.0, _TOLD if told else _UNSURE if asks else _KNOWN, asks=asks,
            choices=choices if pairs else (),
        )
    )  # fmt: skip
    return way


def _choice(way: Convention) -> Choice:
    if way.unit != "utf16":
        title, fields = way.title
        return Choice(way.name, title, fields)
    return Choice(way.name, _UTF16, (("lines", VecheError(_LINES[way.line_end])),))


def _statements(database: ForeignDatabase, file: _File, own: Carried | None, way: Convention) -> None:
    seen: set[object] = set()
    for number, type_id, document, start, stop, coder in database.rows(
        "statements", "id", "statementtypeid", "documentid", "start", "stop", "coder", order="id"
    ):
        values = file.values.get(number, {})
        item = " · ".join(str(one) for one in values.values())
        if number in seen:
            file.gathered.lose(Statement.noun, item, "", TWICE)
            continue
        seen.add(number)
        raw, first, last = file.raws.get(document), whole(start), whole(stop)
        if raw is None:
            file.gathered.lose(Statement.noun, item, "", NO_DOCUMENT, id=document)
            continue
        if first is not None and last is not None:
            place = raw.place(Span(first, last), way)
            first, last = place if place is not None else (first, max(last, len(raw.body) + 1))
        found = file.gathered.span(document, first, last, kind=Statement.noun, item=item)
        if found is None:
            continue
        label = file.types.get(type_id, "")
        if own is not None and label == LABEL and own.statement(str(values.get("record", "")), found):
            continue
        _statement(file, found, label, values, _coder(database, file, coder))


def _statement(
    file: _File, place: tuple[Document, Text, int, int], label: str, values: Mapping[str, object], coder: Coder
) -> None:
    roles = {_role(name): name for name in reversed(list(values)) if _role(name)}
    sources = [_actor(file, roles[role], values[roles[role]], role) for role in ("person", "body") if role in roles]
    about = roles.get("target") or roles.get("concept")
    document, text, start, end = place
    if not sources or about is None:
        code = file.gathered.codes.get(("type", label)) or file.gathered.code(("type", label), label or "DNA")
        coding = file.gathered.coding(place, code, coder)
        file.gathered.lose(Statement.noun, text.body[start:end], document.name, _NO_SIDES)
        if coding is not None:
            file.gathered.memo(coding, _listed(values), coder=coder)
        return
    target = _actor(file, about, values[about], "target" if "target" in roles else "concept")
    concept = roles.get("concept")
    stance = values[roles["stance"]] if "stance" in roles else None
    made = Statement(
        interview_id=None, quotes=(Anchor(document.id, text.id, start, end),), kind_id=_kind(file, stance).id,
        sources=tuple(dict.fromkeys(one.id for one in sources)), targets=(target.id,),
        issue=str(values[concept]) if concept else None, coder_id=coder.id,
    )  # fmt: skip
    file.gathered.add(made)
    used = {roles[role] for role in roles}
    rest = {name: value for name, value in values.items() if name not in used}
    if rest:
        file.gathered.memo(made, _listed(rest), coder=coder)


def _listed(values: Mapping[str, object]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in values.items())


def _role(variable: str) -> str:
    name = variable.casefold().strip()
    sets = {"person": _PERSON, "body": _BODY, "target": _OTHER_SIDE, "concept": _CONCEPT, "stance": _STANCE}
    return next((role for role, names in sets.items() if name in names), "")


def _actor(file: _File, variable: str, value: object, role: str) -> Actor:
    name = " ".join(str(value).split())
    place = (variable.casefold(), name)
    if place not in file.actors:
        kind = {"person": "person", "body": "body", "concept": "group"}.get(role, "person")
        made = Actor(key=file.gathered.key(Actor.noun, name), name=name, kind=kind)  # type: ignore[arg-type]
        file.actors[place] = made
        file.gathered.add(made)
        if role == "concept" and name not in file.told:
            file.told.add(name)
            file.gathered.lose(Actor.noun, name, "", _ISSUE_ACTOR, variable=variable)
    return file.actors[place]


_KINDS: Mapping[str, tuple[str, str, str, float]] = {
    "supports": ("cooperation", "поддерживает", "supports", 1.0),
    "rejects": ("opposition", "отвергает", "rejects", -1.0),
    "speaks of": ("cooperation", "говорит о", "speaks of", 0.0),
}


def _kind(file: _File, stance: object) -> StatementKind:
    number = 1 if stance is True else -1 if stance is False else stance if isinstance(stance, int) else 0
    key = "supports" if number > 0 else "rejects" if stance is not None and number < 0 else "speaks of"
    if key not in file.kinds:
        family, russian, english, valence = _KINDS[key]
        made = StatementKind(
            key=file.gathered.key(StatementKind.noun, key), family=family, label_ru=russian, label_en=english, valence=valence,  # type: ignore[arg-type]
            position=len(file.kinds),
        )  # fmt: skip
        file.kinds[key] = made
        file.gathered.add(made)
    return file.kinds[key]


def _attributes(database: ForeignDatabase, file: _File, own: bool) -> None:
    """What the file says about people, organizations and concepts."""
    names = {number: words(name) for number, name in database.rows("attributevariables", "id", "attributevariable")}
    entities = {
        number: (file.variables[variable].name.casefold(), " ".join(words(value).split()), above)
        for number, variable, value, above in database.rows("entities", "id", "variableid", "value", "childof")
        if variable in file.variables
    }
    for entity, variable, value in database.rows(
        "attributevalues", "entityid", "attributevariableid", "attributevalue"
    ):
        if own and names.get(variable) in WRITTEN:
            continue
        variable_name, value_name, _ = entities.get(entity, ("", "", None))
        _describe(file, (variable_name, value_name), names.get(variable, str(variable)), words(value))
    for variable, name, above in entities.values():
        if above is not None and above in entities:
            _describe(file, (variable, name), "below", entities[above][1])
    for variable, value, *others in database.rows("attributes", "variableid", "value", "type", "alias", "notes"):  # 2.0
        known = file.variables.get(variable)
        place = (known.name.casefold() if known else "", " ".join(words(value).split()))
        for name, told in zip(("type", "alias", "notes"), others, strict=True):
            _describe(file, place, name, words(told))


def _describe(file: _File, place: tuple[str, str], name: str, value: str) -> None:
    target: Record | None = file.actors.get(place)
    if target is not None:
        file.gathered.attribute(target, name, value)
    elif value.strip():
        file.gathered.lose("attribute", f"{name}: {value}", place[1], NO_PLACE_FOR)


def _left_behind(database: ForeignDatabase, file: _File) -> None:
    for label, *_ in database.rows("regexes", "label"):
        file.gathered.lose("regular expression", words(label), "", NO_PLACE_FOR)
    for first, second in database.rows("variablelinks", "sourcevariableid", "targetvariableid"):
        pair = [file.variables[one].name for one in (first, second) if one in file.variables]
        file.gathered.lose("link", " → ".join(pair), "", NO_PLACE_FOR)
