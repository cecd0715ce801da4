"""Projects of QualCoder: a folder ``*.qda`` with a SQLite file ``data.qda``; positions are code points of the stored text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from veche.importers._foreign_records import (
    NO_CODE,
    NO_DOCUMENT,
    NO_PLACE_FOR,
    NO_TEXT,
    NOT_UTF8,
    TWICE,
    Gathering,
    fits,
    moment,
    usable,
)
from veche.importers._foreign_sqlite import ForeignDatabase, tables_in, whole, words
from veche.importers.foreign import Asked, Choice, ForeignStudy, Reading
from veche.study import Code, Document, Memo, Record, Respondent, StudyInfo
from veche.study.errors import N_, InputProblem
from veche.study.registry import project_importer

PROGRAM = "QualCoder"
_NEEDED = {
    "project": ("databaseversion",), "source": ("id", "name", "fulltext", "mediapath"), "code_name": ("cid", "name", "catid"),
    "code_cat": ("catid", "name", "supercatid"), "code_text": ("cid", "fid", "seltext", "pos0", "pos1", "owner"),
}  # fmt: skip
_TITLE = N_("positions count code points of the stored text; the end is the first position after the words")
_BASIS = N_("{share} of the quotations repeat the words that the file gives for them")
_MEDIA = N_("a recording or picture ({path}): veche keeps texts")
_MEDIA_CODING = N_("a code on a recording or picture: veche codes words")
_IMPORTANT = N_("it was marked as important; veche has no such mark, its memo says so")
_STALE = N_("the words that the file gives for it are others ({given}); its positions were taken")
_CASE_PART = N_(
    "a part of a text belongs to the case {case}: veche knows which texts belong to a case, not which parts"
)
_CIRCLE = N_("it stands below itself; it was put at the top")
_IMPORTANT_MARK = "★ "


def _database(path: Path) -> Path:
    return path / "data.qda" if path.is_dir() else path


def _recognises(path: Path) -> bool:
    found = tables_in(_database(path))
    return all(table in found for table in _NEEDED) and "pos0" in found["code_text"]


@project_importer(
    "qualcoder", title=N_("QualCoder project (folder .qda)"), extensions=(".qda",), recognises=_recognises
)
def qualcoder(path: Path, asked: Asked) -> ForeignStudy:
    """Read a project of QualCoder: the folder, or the file ``data.qda`` in it.

    Categories become headings, owners coders, cases respondents, attributes named values, annotations and the journal memos.

    Raises
    ------
    InputProblem
        If it is no such project, or damaged.
    """
    database = _database(path)
    if not database.is_file():
        raise InputProblem(
            N_("The folder {file} holds no data.qda. Give the folder of a QualCoder project, whose name ends in .qda."),
            file=path.name,
        )
    with ForeignDatabase(database, shown=path.name) as file:
        file.need(PROGRAM, **_NEEDED)
        gathered = Gathering(PROGRAM, asked)
        info = StudyInfo(name=path.stem if path.is_dir() else path.parent.stem or path.stem, language=asked.language)
        gathered.add(info)
        for (memo,) in file.rows("project", "memo"):
            gathered.memo(info, words(memo))
        _codes(file, gathered)
        _sources(file, gathered)
        _codings(file, gathered)
        _annotations(file, gathered)
        cases = _cases(file, gathered)
        _attributes(file, gathered, cases)
        for name, entry, date, owner in file.rows("journal", "name", "jentry", "date", "owner", order="jid"):
            coder = gathered.coder(words(owner)) if words(owner) else None
            gathered.memo(info, words(entry), title=words(name), coder=coder, made=moment(date))
        _left_behind(file, gathered)
    return gathered.done()


def _codes(file: ForeignDatabase, gathered: Gathering) -> None:
    """Make the tree: categories are headings; a code may stand below a category or, since version 17, below a code."""
    nodes: dict[tuple[str, object], tuple[str, str, str, tuple[str, object] | None]] = {}
    for cat, name, memo, above in file.rows("code_cat", "catid", "name", "memo", "supercatid", order="catid"):
        nodes["cat", cat] = (words(name), words(memo), "", ("cat", above) if above is not None else None)
    for code, name, memo, cat, color, above in file.rows(
        "code_name", "cid", "name", "memo", "catid", "color", "supercid", order="cid"
    ):
        parent = ("code", above) if above is not None else ("cat", cat) if cat is not None else None
        if ("code", code) in nodes:
            gathered.lose(Code.noun, words(name), "", TWICE)
        else:
            nodes["code", code] = (words(name), words(memo), words(color), parent)
    for node in nodes:
        _node(gathered, nodes, node)


def _node(
    gathered: Gathering, nodes: Mapping[tuple[str, object], tuple[str, str, str, tuple[str, object] | None]],
    node: tuple[str, object],
) -> None:  # fmt: skip
    chain: list[tuple[str, object]] = []
    one: tuple[str, object] | None = node
    while one is not None and one in nodes and _foreign(one) not in gathered.codes:
        if one in chain:
            gathered.lose(Code.noun, nodes[one][0], "", _CIRCLE)
            break
        chain.append(one)
        one = nodes[one][3]
    for each in reversed(chain):
        name, memo, color, above = nodes[each]
        parent = gathered.codes.get(_foreign(above)) if above is not None else None
        gathered.code(_foreign(each), name, parent=parent, group=each[0] == "cat", definition=memo, color=color)


def _foreign(node: tuple[str, object]) -> object:
    return node if node[0] == "cat" else node[1]


def _sources(file: ForeignDatabase, gathered: Gathering) -> None:
    for number, name, text, path, memo, owner in file.rows(
        "source", "id", "name", "fulltext", "mediapath", "memo", "owner", order="id"
    ):
        title = words(name)
        media = words(path)
        if number in gathered.documents:
            gathered.lose(Document.noun, title, "", TWICE)
        elif not isinstance(text, str) or not text:
            is_media = media and not media.startswith(("/docs", "docs:"))
            gathered.lose(
                "recording" if is_media else Document.noun, title, "", _MEDIA if is_media else NO_TEXT, path=media
            )
        elif not usable(text):
            gathered.lose(Document.noun, title, "", NOT_UTF8)
        else:
            if "\0" in text or "\r" in text:
                # a line end of two characters counts two there: each becomes one character here, so that every position stays
                text = text.replace("\0", "\ufffd").replace("\r\n", " \n").replace("\r", "\n")
            made = gathered.document(number, title, text, file_name=media.rpartition("/")[2])
            gathered.memo(
                made, words(memo), coder=gathered.coder(words(owner)) if words(owner) and words(memo) else None
            )


def _codings(file: ForeignDatabase, gathered: Gathering) -> None:
    quotes: list[tuple[str, str]] = []
    for code, source, given, start, end, owner, date, memo, important in file.rows(
        "code_text", "cid", "fid", "seltext", "pos0", "pos1", "owner", "date", "memo", "important", order="ctid"
    ):
        said = words(given)
        place = gathered.span(source, whole(start), whole(end), kind="coding", item=said)
        if place is None:
            continue
        if code not in gathered.codes:
            gathered.lose("coding", said, place[0].name, NO_CODE, id=code)
            continue
        found = place[1].body[place[2] : place[3]]
        quotes.append((found, said))
        if said.strip() and "".join(found.split()) != "".join(said.split()):
            gathered.lose("coding", found, place[0].name, _STALE, given=said[:60])
        coder = gathered.coder(words(owner))
        made = gathered.coding(place, gathered.codes[code], coder, moment(date))
        if made is not None:
            note = words(memo)
            if whole(important):
                gathered.lose("coding", said, place[0].name, _IMPORTANT)
                note = _IMPORTANT_MARK + note
            gathered.memo(made, note, coder=coder, made=moment(date))
    share = fits(quotes)
    gathered.readings.append(Reading(Choice("points", _TITLE), share, _BASIS, (("share", f"{share:.0%}"),)))


def _annotations(file: ForeignDatabase, gathered: Gathering) -> None:
    """A note on a passage becomes a memo on the document that begins with the passage."""
    for source, start, end, memo, owner, date in file.rows(
        "annotation", "fid", "pos0", "pos1", "memo", "owner", "date", order="anid"
    ):
        place = gathered.span(source, whole(start), whole(end), kind="annotation", item=words(memo))
        if place is not None:
            document, text, first, last = place
            quote = f"[{first}–{last}] «{' '.join(text.body[first:last].split())}»\n"
            gathered.memo(document, quote + words(memo), coder=gathered.coder(words(owner)), made=moment(date))


def _cases(file: ForeignDatabase, gathered: Gathering) -> dict[object, Record]:
    cases: dict[object, Record] = {}
    names: dict[object, str] = {}
    for number, name, memo in file.rows("cases", "caseid", "name", "memo", order="caseid"):
        if number in cases:
            gathered.lose(Respondent.noun, words(name), "", TWICE)
            continue
        made = Respondent(key=gathered.key(Respondent.noun, words(name)), note=words(memo))
        cases[number], names[number] = made, made.key
        gathered.add(made)
    whole_texts: set[tuple[object, object]] = set()
    for number, source, start, end in file.rows("case_text", "caseid", "fid", "pos0", "pos1", order="id"):
        if number not in cases or source not in gathered.documents:
            gathered.lose("case", names.get(number, str(number)), "", NO_DOCUMENT, id=source)
            continue
        document, text = gathered.documents[source]
        first, last = whole(start) or 0, whole(end) or 0
        if last and (first, last) != (0, len(text.body)):
            gathered.lose("case", names[number], document.name, _CASE_PART, case=names[number])
        if (number, source) not in whole_texts:
            whole_texts.add((number, source))
            gathered.attribute(document, "case", names[number])
    return cases


def _attributes(file: ForeignDatabase, gathered: Gathering, cases: Mapping[object, Record]) -> None:
    for name, kind, value, number in file.rows("attribute", "name", "attr_type", "value", "id", order="attrid"):
        target: Record | None = None
        if kind == "case":
            target = cases.get(number)
        elif kind == "file" and number in gathered.documents:
            target = gathered.documents[number][0]
        if target is not None:
            gathered.attribute(target, words(name), words(value))
        elif words(value).strip():
            gathered.lose("attribute", f"{words(name)}: {words(value)}", "", NO_PLACE_FOR)
    for name, memo in file.rows("attribute_type", "name", "memo"):
        if words(memo).strip():
            gathered.lose(Memo.noun, words(memo), words(name), NO_PLACE_FOR)


def _left_behind(file: ForeignDatabase, gathered: Gathering) -> None:
    """Report what veche has no place for: codes on media, graphs, saved queries, bibliography."""
    for table, named in (("code_av", "memo"), ("code_image", "memo")):
        for number, code, memo in file.rows(table, "id", "cid", named):
            found = gathered.codes.get(code)
            gathered.lose("coding", words(memo) or (found.key if found else str(code)), str(number), _MEDIA_CODING)
    for table, noun, column in (
        ("graph", "graph", "name"),
        ("stored_sql", "query", "title"),
        ("ris", "reference", "value"),
    ):
        for (name,) in file.rows(table, column):
            gathered.lose(noun, words(name), "", NO_PLACE_FOR)
