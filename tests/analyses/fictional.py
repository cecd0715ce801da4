"""The fictional study as evidence, made once for the tests of this folder."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache

from tests.demo.conftest import evidence_of
from veche.demo import make_demo
from veche.study import Evidence, Interview


@cache
def planted() -> Evidence:
    """The study with its planted truth, in English."""
    return evidence_of(make_demo("en"))


@cache
def still(seed: int = 2024) -> Evidence:
    """The study in which nothing changes."""
    return evidence_of(make_demo("en", seed=seed, null=True))


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
