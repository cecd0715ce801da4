"""The fictional study as evidence, made once for the tests of this folder."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from tests.fictional_studies import as_evidence
from veche.study import Evidence, Interview


def planted() -> Evidence:
    """The study with its planted truth, in English."""
    return as_evidence("en")


def still(seed: int = 2024) -> Evidence:
    """The study in which nothing changes."""
    return as_evidence("en", seed, null=True)


def only(evidence: Evidence, wanted: Callable[[Interview], bool]) -> Evidence:
    """Some of the interviews with what belongs to them."""
    interviews = tuple(one for one in evidence.interviews if wanted(one))
    ids = {one.id for one in interviews}
    documents = tuple(one for one in evidence.documents if one.interview_id in ids)
    kept = {one.id for one in documents}
    return dataclasses.replace(
        evidence,
        interviews=interviews,
        documents=documents,
        codings=tuple(one for one in evidence.codings if one.document_id in kept),
        statements=tuple(one for one in evidence.statements if one.interview_id in ids),
    )


def town(evidence: Evidence, key: str) -> str:
    """Id of a town by its key."""
    return next(one.id for one in evidence.towns if one.key == key)
