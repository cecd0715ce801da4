"""The only door out: what leaves the program is a `Release`, made of evidence after consent.

Exporters and reports accept a `Release` and nothing else, so that a leak is a type error. Words under consent *quote* leave as they are;
under *paraphrase* the place leaves without the words; under *background* nothing of them leaves but their share in counts.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from veche.privacy.consent import Consents
from veche.privacy.whole import pass_study
from veche.study import (
    CONSENTS,
    Anchor,
    Coding,
    Consent,
    Evidence,
    InputProblem,
    Quotation,
    Refused,
    Result,
    quotations,
)  # fmt: skip
from veche.study.errors import N_
from veche.study.losses import Loss
from veche.study.quotations import strongest

#: the consents whose words leave unless somebody decides otherwise
WORDS_LEAVE: tuple[Consent, ...] = ("quote",)
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
    #: a whole study, for moving it to another program or keeping it elsewhere
    whole: Evidence | None = None
    #: what of the whole study stays, or leaves without its words, item by item
    losses: tuple[Loss, ...] = ()
    #: gives name and content of an original file by its digest, if it may leave and was asked for
    originals: Callable[[str], tuple[str, bytes] | None] = field(default=lambda _: None, repr=False, compare=False)
    #: quotations that leave without their words
    paraphrase_only: int = 0
    #: quotations that do not leave at all
    withheld: int = 0
    door: Any = dataclasses.field(default=None, repr=False, compare=False)

    @property
    def held_study(self) -> Evidence:
        """The whole study that is released.

        Raises
        ------
        TypeError
            If the release holds none: it was made of quotations, summaries or results.
        """
        if self.whole is None:
            raise TypeError("This release holds no study; make it with release_study.")
        return self.whole

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


def release_study(
    evidence: Evidence,
    *,
    levels: Collection[Consent] = WORDS_LEAVE,
    originals: Callable[[str], tuple[str, bytes] | None] | None = None,
) -> Release:
    """Release a whole study, or the part of it that evidence holds, after consent.

    What is under a consent outside `levels` leaves as black marks (*paraphrase*) or not at all (*background*); `Release.losses` names each item.

    Parameters
    ----------
    evidence
        The study.
    levels
        Consents whose words may leave as they are. To move one's own study between programs, name all three: this is a decision of a person, so
        it is never the default.
    originals
        Gives the file a document came from, if such files may leave too; only those of documents without any black mark do.

    Raises
    ------
    Refused
        If there are documents and none of them may leave.
    InputProblem
        If a level is not one of `CONSENTS`.
    """
    for level in levels:
        if level not in CONSENTS:
            raise InputProblem(
                N_("{found} is not a consent. Choose from: {known}."), found=level, known=", ".join(CONSENTS)
            )
    passed = pass_study(evidence, levels)
    if evidence.documents and not passed.evidence.documents:
        raise Refused(
            N_(
                "Nothing of this study may leave: all its documents ({count}) are under consent background or belong to no interview. "
                "To move your own study to another program, name the consents that may leave: quote, paraphrase, background."
            ),
            count=len(evidence.documents),
        )
    return Release(
        evidence_digest=evidence.digest, study=evidence.study.name, language=evidence.study.language,
        made=dt.datetime.now(), whole=passed.evidence, losses=passed.losses,
        originals=lambda sha: originals(sha) if originals is not None and sha in passed.clean_files else None,
        door=_DOOR,
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
