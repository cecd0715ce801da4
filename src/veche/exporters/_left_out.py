"""Items that a format has no place for."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from veche.study import Coding, Document, Evidence, Record, Statement, StudyInfo, Summary
from veche.study.errors import N_
from veche.study.losses import Loss
from veche.study.whole import records_of

NO_PLACE = N_("this format has no place for it")
#: code points of a name shown
_SHOWN = 60


def left_out(evidence: Evidence, kept: Collection[type[Record]], *, reason: str = NO_PLACE) -> Iterator[Loss]:
    """Yield a loss for every record that is not of a kind that the format keeps."""
    for one in records_of(evidence):
        if type(one) not in kept and not isinstance(one, StudyInfo):
            yield Loss(one.noun, name_of(evidence, one), where_of(evidence, one), reason)


def name_of(evidence: Evidence, one: Record) -> str:
    """Return what a user calls a record: its key, name or words; of a mark its code or kind."""
    if isinstance(one, (Coding, Summary)):
        code = evidence.codebook.by_id.get(one.code_id)
        return code.key if code else one.id
    if isinstance(one, Statement):
        return next((kind.key for kind in evidence.kinds if kind.id == one.kind_id), one.id)
    for field in ("key", "name", "title", "alias", "text", "note"):
        if value := " ".join(str(getattr(one, field, "") or "").split()):
            return value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"
    return one.id


def where_of(evidence: Evidence, one: Record) -> str:
    """Return the name of the document that a record stands on, with its place."""
    document_id = one.quotes[0].document_id if isinstance(one, Statement) else getattr(one, "document_id", None)
    document = evidence.document_by_id.get(document_id or "")
    if document is None or isinstance(one, Document):
        return ""
    start, end = (one.quotes[0].start, one.quotes[0].end) if isinstance(one, Statement) else (
        getattr(one, "start", None), getattr(one, "end", None)
    )  # fmt: skip
    return f"{document.name} {start}–{end}" if start is not None else document.name
