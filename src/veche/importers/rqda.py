"""Projects of RQDA: a SQLite file; read only if its tables are exactly those that are known.

The quotations that the file keeps beside their positions (`seltext`) decide whether the positions are understood: if they do not repeat the words at
these positions, the file is refused rather than read wrongly.
"""

from __future__ import annotations

from pathlib import Path

from veche.importers._foreign_records import NO_CODE, NOT_UTF8, Gathering, moment, usable
from veche.importers._foreign_sqlite import ForeignDatabase, tables_in, whole, words
from veche.importers.foreign import Asked, Choice, ForeignStudy, Reading
from veche.study import Code, Document, StudyInfo
from veche.study.errors import N_, InputProblem
from veche.study.registry import project_importer
from veche.text.positions import Convention, Raw, Span

PROGRAM = "RQDA"
_NEEDED = {
    "source": ("id", "name", "file", "status"), "freecode": ("id", "name", "status"),
    "coding": ("cid", "fid", "seltext", "selfirst", "selend", "status"),
}  # fmt: skip
_TITLE = N_("positions count characters of the text, the first is 0; the end is the first position after the words")
_BASIS = N_("{share} of the quotations repeat the words that the file gives for them")
#: least share of quotations that must repeat the words of the file
SURE = 0.9


def _recognises(path: Path) -> bool:
    found = tables_in(path)
    return all(table in found and found[table].issuperset(columns) for table, columns in _NEEDED.items())


@project_importer("rqda", title=N_("RQDA project (.rqda)"), extensions=(".rqda",), recognises=_recognises)
def rqda(path: Path, asked: Asked) -> ForeignStudy:
    """Read documents, codes and codings of an RQDA project.

    Raises
    ------
    InputProblem
        If the tables are not those that are known (the message lists what was found), or its quotations do not fit its positions.
    """
    with ForeignDatabase(path) as file:
        file.need(PROGRAM, **_NEEDED)
        gathered = Gathering(PROGRAM, asked)
        gathered.add(StudyInfo(name=path.stem, language=asked.language))
        raws: dict[object, Raw] = {}
        for number, name, text, memo, status in file.rows("source", "id", "name", "file", "memo", "status", order="id"):
            if status != 1:  # deleted there
                continue
            content = text if isinstance(text, str) else ""
            if not usable(content):
                gathered.lose(Document.noun, words(name), "", NOT_UTF8)
                continue
            raws[number] = Raw(content.replace("\0", "\ufffd"))
            gathered.memo(gathered.document(number, words(name), raws[number].body), words(memo))
        for number, name, memo, color, status in file.rows(
            "freecode", "id", "name", "memo", "color", "status", order="id"
        ):
            if status == 1:
                gathered.code(number, words(name), definition=words(memo), color=words(color))
        _codings(file, gathered, raws)
    return gathered.done()


def _codings(file: ForeignDatabase, gathered: Gathering, raws: dict[object, Raw]) -> None:
    way = Convention("points", line_end=1)
    told = fit = 0
    for code, source, given, first, last, status, owner, date in file.rows(
        "coding", "cid", "fid", "seltext", "selfirst", "selend", "status", "owner", "date"
    ):
        if status != 1:
            continue
        start, end, said = whole(first), whole(last), words(given)
        raw = raws.get(source)
        if raw is not None and start is not None and end is not None:
            start, end = raw.place(Span(start, end), way) or (start, max(end, len(raw.body) + 1))
        place = gathered.span(source, start, end, kind="coding", item=said)
        if place is None:
            continue
        if said.strip():
            told += 1
            fit += "".join(place[1].body[place[2] : place[3]].split()) == "".join(said.split())
        if code not in gathered.codes:
            gathered.lose(Code.noun, said, place[0].name, NO_CODE, id=code)
            continue
        gathered.coding(place, gathered.codes[code], gathered.coder(words(owner), otherwise=PROGRAM), moment(date))
    share = fit / told if told else 0.0
    if told and share < SURE:
        raise InputProblem(
            N_("{file} keeps {count} quotations, but only {share} of them stand where its positions say. This form of RQDA is not known; export "
               "the codings from RQDA as a table and import that."),
            file=file.name, count=told, share=f"{share:.0%}",
        )  # fmt: skip
    gathered.readings.append(Reading(Choice("points", _TITLE), share, _BASIS, (("share", f"{share:.0%}"),)))
