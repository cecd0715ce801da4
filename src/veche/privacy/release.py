"""The only door out: what leaves the program is a `Release`, made of evidence after consent.

Exporters and reports accept a `Release` and nothing else, so that a leak is a type error. Words under consent *quote* leave as they are;
under *paraphrase* the place leaves without the words; under *background* nothing of them leaves but their share in counts.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from veche.privacy.consent import Consents
from veche.study import Anchor, Coding, Evidence, Quotation, Result, quotations
from veche.study.quotations import strongest

#: only this module makes releases
_DOOR = object()


@dataclass(frozen=True, slots=True)
class Finding:
    """A result with those of its quotations that may be shown: for and against."""

    result: Result
    supporting: tuple[Quotation, ...]
    opposing: tuple[Quotation, ...]


@dataclass(frozen=True, slots=True)
class ReleasedSummary:
    """An analyst's summary of one cell of a framework matrix, with the number of quotations behind it and of those changed since."""

    case: str
    wave: str
    theme: str
    text: str
    quotations: int
    changed: int


@dataclass(frozen=True)
class Release:
    """What may leave: quotations and findings after consent, and a count of what was held back."""

    evidence_digest: str
    study: str
    language: str
    made: dt.datetime
    quotations: tuple[Quotation, ...] = ()
    findings: tuple[Finding, ...] = ()
    summaries: tuple[ReleasedSummary, ...] = ()
    #: quotations that leave without their words
    paraphrase_only: int = 0
    #: quotations that do not leave at all
    withheld: int = 0
    door: Any = dataclasses.field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.door is not _DOOR:
            raise TypeError("A Release is made by the functions of this module only.")


def consented(evidence: Evidence, found: Iterable[Quotation]) -> tuple[tuple[Quotation, ...], int, int]:
    """Apply consent to quotations: those that may leave, how many of them without words, how many are held back."""
    consents = Consents(evidence)
    passed: list[Quotation] = []
    wordless = withheld = 0
    for one in found:
        consent = consents.at(one.anchor)
        if consent == "quote":
            passed.append(one)
        elif consent == "paraphrase":
            passed.append(dataclasses.replace(one, words=""))
            wordless += 1
        else:
            withheld += 1
    return tuple(passed), wordless, withheld


def release_quotations(evidence: Evidence, found: Iterable[Quotation]) -> Release:
    """Release quotations that stand in the evidence."""
    passed, wordless, withheld = consented(evidence, found)
    return Release(
        evidence_digest=evidence.digest, study=evidence.study.name, language=evidence.study.language,
        made=dt.datetime.now(), quotations=passed, paraphrase_only=wordless, withheld=withheld, door=_DOOR,
    )  # fmt: skip


def release_summaries(evidence: Evidence, found: Iterable[tuple[ReleasedSummary, Sequence[str]]]) -> Release:
    """Release summaries, each given with the ids of the codings behind it.

    A summary is the analyst's own words, so it leaves where quotations may only be paraphrased. It is held back if it rests on words under
    consent *background* alone: then it could only retell what nobody may pass on.
    """
    consents = Consents(evidence)
    passed: list[ReleasedSummary] = []
    withheld = 0
    for one, ids in found:
        codings = [evidence.coding_by_id[each] for each in ids if each in evidence.coding_by_id]
        if codings and all(consents.at(_anchor(each)) == "background" for each in codings):
            withheld += 1
        else:
            passed.append(one)
    return Release(
        evidence_digest=evidence.digest, study=evidence.study.name, language=evidence.study.language,
        made=dt.datetime.now(), summaries=tuple(passed), withheld=withheld, door=_DOOR,
    )  # fmt: skip


def _anchor(one: Coding) -> Anchor:
    return Anchor(one.document_id, one.text_id, one.start, one.end)


def release_results(results: Sequence[Result], *, quotes: int = 3) -> Release:
    """Release results with their strongest quotations, `quotes` for and as many against each.

    Raises
    ------
    ValueError
        If there is no result.
    """
    if not results:
        raise ValueError("no results to release")
    evidence = results[0].evidence
    findings: list[Finding] = []
    for result in results:
        sides = []
        for opposing in (False, True):
            ids = dict.fromkeys(
                one
                for row in result.highlights
                for one in (lambda g: g.opposing if opposing else g.supporting)(result.grounds(row))
            )
            passed, _, _ = consented(result.evidence, quotations(result.evidence, ids))
            sides.append(strongest((one for one in passed if one.words), quotes))
        findings.append(Finding(result, sides[0], sides[1]))
    return Release(
        evidence_digest=evidence.digest, study=evidence.study.name, language=evidence.study.language,
        made=dt.datetime.now(), findings=tuple(findings), door=_DOOR,
    )  # fmt: skip
