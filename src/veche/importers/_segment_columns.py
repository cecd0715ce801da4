"""Headings of tables of coded segments as MAXQDA, NVivo, Dedoose and people write them, in English, German and Russian."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: what a column holds -> its headings, folded
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "document": (
        "document name", "document", "documents", "source", "source name", "file", "file name", "media title", "media", "resource", "interview",
        "transcript", "dokumentname", "dokument", "datei", "quelle", "имя документа", "название документа", "документ", "файл", "источник",
        "интервью", "расшифровка",
    ),
    "group": ("document group", "documentgroup", "folder", "dokumentgruppe", "ordner", "группа документов", "группа", "папка"),
    "code": (
        "code", "codes", "code name", "code path", "node", "tag", "tags", "hierarchical name", "codes applied combined", "codes applied",
        "kode", "codename", "code-name", "knoten", "код", "коды", "название кода", "узел", "категория", "тема",
    ),
    "segment": (
        "segment", "segments", "coded segment", "coded text", "text", "quote", "quotation", "quotation content", "excerpt", "excerpt copy",
        "reference text", "content", "textstelle", "codiertes segment", "codierte textstelle", "zitat", "inhalt", "сегмент", "фрагмент",
        "цитата", "кодированный сегмент", "закодированный фрагмент", "текст", "отрывок",
    ),
    "start": ("beginning", "begin", "start", "from", "anfang", "beginn", "von", "начало", "от", "с"),
    "end": ("end", "ending", "to", "ende", "bis", "конец", "до", "по"),
    "coder": (
        "author", "created by", "coder", "coded by", "user", "coder name", "excerpt creator", "creator", "autor", "erstellt von", "codierer",
        "codiert von", "benutzer", "автор", "кодировщик", "кодировал", "кем создано", "создал", "пользователь",
    ),
    "date": (
        "creation date", "created", "created on", "date", "coded on", "modified", "excerpt date", "erstellt am", "datum", "erstellt",
        "дата создания", "дата", "создано",
    ),
    "comment": ("comment", "comments", "memo", "note", "notes", "kommentar", "notiz", "комментарий", "примечание", "заметка", "мемо"),
    "weight": ("weight", "weight score", "gewicht", "gewichtung", "вес", "оценка"),
    "range": ("excerpt range", "range", "bereich", "диапазон"),
}  # fmt: skip
#: columns that these programs write and that hold nothing to take
_SILENT = frozenset((
    "color", "colour", "area", "coverage", "coverage %", "reference number", "farbe", "fläche", "abdeckungsgrad", "abdeckungsgrad %", "цвет",
    "площадь", "покрытие", "покрытие %", "id", "#", "№", "nr.", "nr", "no.", "number", "modified by", "bearbeitet von", "изменил",
))  # fmt: skip
_OF = {heading: column for column, headings in HEADINGS.items() for heading in headings}
#: how far down the headings may stand, below titles of a report
DEPTH = 15


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the headings are, and in which place each column stands; `other` are headings that are not known."""

    row: int
    columns: Mapping[str, int]
    other: tuple[str, ...]
    #: Dedoose: several codes in one cell
    combined: bool


def layout_of(rows: Sequence[Sequence[object]]) -> Layout | None:
    """Find the headings; None if there is no column of codes and one of segments."""
    for number, row in enumerate(rows[:DEPTH]):
        columns: dict[str, int] = {}
        other: list[str] = []
        combined = False
        for at, cell in enumerate(row):
            heading = _folded(cell)
            column = _OF.get(heading)
            if column is not None and column not in columns:
                columns[column] = at
                combined = combined or (column == "code" and heading.startswith("codes applied"))
            elif heading and heading not in _SILENT:
                other.append(str(cell))
        if "code" in columns and "segment" in columns:
            return Layout(number, columns, tuple(other), combined)
    return None


def _folded(cell: object) -> str:
    return " ".join(str(cell if cell is not None else "").casefold().split()).rstrip(":")
