"""The fictional study in both languages, and the one without change: made once for all tests here."""

import datetime as dt

import pytest

from tests.fictional_studies import as_evidence, made
from veche.demo import DemoStudy
from veche.study import Evidence, Record


@pytest.fixture(scope="session")
def russian() -> DemoStudy:
    return made("ru")


@pytest.fixture(scope="session")
def english_study() -> DemoStudy:
    return made("en")


@pytest.fixture(scope="session")
def still() -> DemoStudy:
    return made("ru", null=True)


def of(study: DemoStudy, kind: type[Record]) -> list:
    return [record for record in study.records if type(record) is kind]


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    return as_evidence("ru")


@pytest.fixture(scope="session")
def still_evidence() -> Evidence:
    return as_evidence("ru", null=True)


PANDEMIC = dt.date(2020, 3, 1)
