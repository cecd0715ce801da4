"""The fictional study in both languages, and the one without change: made once for all tests here."""

import datetime as dt

import pytest

from veche.demo import DemoStudy, make_demo
from veche.study import Evidence, Record, StudyInfo


@pytest.fixture(scope="session")
def russian() -> DemoStudy:
    return make_demo("ru")


@pytest.fixture(scope="session")
def english_study() -> DemoStudy:
    return make_demo("en")


@pytest.fixture(scope="session")
def still() -> DemoStudy:
    return make_demo("ru", null=True)


def of(study: DemoStudy, kind: type[Record]) -> list:
    return [record for record in study.records if type(record) is kind]


def evidence_of(study: DemoStudy) -> Evidence:
    """Put the records of a study into evidence, without a database."""
    fields = {
        "region": "regions", "town": "towns", "wave": "waves", "role": "roles", "topic": "topics", "respondent": "respondents",
        "interview": "interviews", "document": "documents", "code": "codes", "coder": "coders", "coding": "codings",
        "kind of statement": "kinds", "statement": "statements", "actor": "actors", "office": "offices", "tenure": "tenures",
        "event": "events", "attribute": "attributes", "memo": "memos", "consent mark": "consent_marks",
        "publication": "publications", "alias": "aliases",
    }  # fmt: skip
    found: dict[str, list[Record]] = {name: [] for name in fields.values()}
    for record in study.records:
        if not isinstance(record, StudyInfo):
            found[fields[record.noun]].append(record)
    info = next(record for record in study.records if isinstance(record, StudyInfo))
    texts = {text.id: text for text in study.texts}
    return Evidence(study=info, texts=texts, **{name: tuple(records) for name, records in found.items()})


@pytest.fixture(scope="session")
def evidence(russian: DemoStudy) -> Evidence:
    return evidence_of(russian)


@pytest.fixture(scope="session")
def still_evidence(still: DemoStudy) -> Evidence:
    return evidence_of(still)


PANDEMIC = dt.date(2020, 3, 1)
