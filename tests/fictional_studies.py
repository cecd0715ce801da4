"""The fictional study in each form that tests ask for, made once in a run."""

from __future__ import annotations

from functools import cache

from veche.demo import DemoStudy, make_demo
from veche.study import Evidence
from veche.study.whole import evidence_of


@cache
def made(language: str, seed: int = 2024, *, null: bool = False) -> DemoStudy:
    """The study as its maker gives it; nobody may change it."""
    return make_demo(language, seed=seed, null=null)


@cache
def as_evidence(language: str, seed: int = 2024, *, null: bool = False) -> Evidence:
    """The study as evidence, without a database."""
    study = made(language, seed, null=null)
    return evidence_of(study.records, study.texts)
