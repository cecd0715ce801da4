"""Which interviews are taken, and the order in which their documents and quotations are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from veche.study import Document, Evidence, InputProblem, Interview, Quotation, Where, quotations
from veche.study.errors import N_

#: options that say which interviews are taken, the same for every command and analysis
WHERE_FIELDS = ("towns", "regions", "waves", "roles", "respondents", "interviews", "coders", "codes", "since", "until",
                "panel", "analysis_set")  # fmt: skip


def make_where(given: Mapping[str, Any]) -> Where:
    """Make a `Where` from options; single names may be given without a list.

    Raises
    ------
    InputProblem
        For an unknown option.
    """
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in WHERE_FIELDS:
            raise InputProblem(
                N_("There is no option {name} here. The options are: {known}."),
                name=name,
                known=", ".join(WHERE_FIELDS),
            )
        if name in ("since", "until", "panel", "analysis_set"):
            values[name] = value
        else:
            values[name] = (value,) if isinstance(value, str) else tuple(value or ())
    return Where(**values)


def quotations_in_order(evidence: Evidence) -> tuple[Quotation, ...]:
    """Return the quotations of all counted codings, by date of interview and place in the text."""
    counted = sorted(
        (
            (interview.date, interview.key, coding.start, coding.end, coding.id)
            for coding, interview in evidence.counted()
        )
    )
    return tuple(quotations(evidence, (row[-1] for row in counted)))


def documents_in_order(evidence: Evidence) -> tuple[Document, ...]:
    """Return the documents of evidence by date of interview; those without interview come last."""
    return sorted_documents(evidence.documents, evidence.interview_by_id)


def sorted_documents(documents: Iterable[Document], interviews: Mapping[str, Interview]) -> tuple[Document, ...]:
    """Sort documents by the date of their interviews; those without interview come last, by name."""

    def place(document: Document) -> tuple[bool, str, str]:
        interview = interviews.get(document.interview_id or "")
        if interview is None:
            return (True, "", document.name)
        return (False, interview.date.isoformat(), interview.key)

    return tuple(sorted(documents, key=place))
