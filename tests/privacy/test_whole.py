"""A whole study leaves after consent: as it is, in black marks of the same length, or not at all; and what stays is listed."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given

from tests.whole_studies import UNSHRUNK, studies
from veche.privacy import Consents, release_study
from veche.privacy.whole import MARK, blackened, pass_study
from veche.study import (
    CONSENTS,
    Anchor,
    Code,
    Coder,
    Coding,
    Consent,
    ConsentMark,
    Document,
    Evidence,
    Interview,
    Memo,
    Publication,
    Refused,
    Respondent,
    Role,
    StudyInfo,
    Summary,
    Text,
    Town,
    Wave,
    ground,
)  # fmt: skip
from veche.study.errors import InputProblem
from veche.study.whole import evidence_of, records_of

BODY = "Налоги уходят наверх. Людей нет."


def study(*consents: Consent) -> Evidence:
    """One interview of a respondent of his own for each consent, each with a coding and a memo on it."""
    import datetime as dt

    day = dt.date(2013, 5, 1)
    town, code, coder = Town(key="A", name="A"), Code(key="TAX"), Coder(key="anna")
    wave = Wave(key="1", label="1", start=day, end=day + dt.timedelta(days=9))
    role = Role(key="r", label_ru="r", label_en="r")
    records: list[object] = [StudyInfo(name="s"), town, wave, role, code, coder]
    texts = []
    interviews = []
    for number, consent in enumerate(consents):
        person = Respondent(key=f"R-{number}")
        interview = Interview(
            key=f"I{number}",
            town_id=town.id,
            wave_id=wave.id,
            respondent_id=person.id,
            role_id=role.id,
            date=day,
            consent=consent,
        )
        text = Text(f"t{number}", BODY, ())
        document = Document(name=f"d{number}", text_id=text.id, interview_id=interview.id, file_sha256=str(number) * 64)
        coding = Coding(document_id=document.id, text_id=text.id, start=0, end=6, code_id=code.id, coder_id=coder.id)
        interviews.append(interview.id)
        records += [person, interview, document, coding, Memo(target_id=coding.id, text=f"m{number}")]
        records.append(Summary(case_id=person.id, code_id=code.id, text="s", grounds=(ground(coding.id, BODY[:6]),)))
        texts.append(text)
    records.append(Publication(key="P", title="P", interviews=tuple(interviews)))
    return evidence_of(records, texts)  # type: ignore[arg-type]


def told(losses: object) -> list[tuple[str, str, str]]:
    return [(one.kind, one.item, one.said()[3]) for one in losses]  # type: ignore[attr-defined]


def test_each_consent_in_its_way() -> None:
    evidence = study("quote", "paraphrase", "background")
    passed = pass_study(evidence, ("quote",))
    left = passed.evidence
    assert [one.name for one in left.documents] == ["d0", "d1"]
    assert left.texts["t0"].body == BODY
    assert left.texts["t1"].body == "██████ ██████ ███████ █████ ████"
    assert [one.document_id for one in left.codings] == [one.id for one in left.documents]
    assert [one.key for one in left.respondents] == ["R-0", "R-1"]
    assert [one.text for one in left.memos] == ["m0", "m1"]
    assert len(left.summaries) == 2
    assert left.publications[0].interviews == tuple(one.id for one in evidence.interviews[:2])
    assert passed.clean_files == {"0" * 64}
    assert [(kind, item) for kind, item, _ in told(passed.losses)] == [
        ("document", "d1"), ("document", "d2"), ("interview", "I2"), ("respondent", "R-2"), ("summary", "s"), ("memo", "m2"),
        ("publication", "P"),
    ]  # fmt: skip
    with pytest.raises(KeyError):
        left.texts["t2"]


def test_with_all_three_named_the_study_leaves_as_it_is() -> None:
    evidence = study("quote", "paraphrase", "background")
    release = release_study(evidence, levels=CONSENTS)
    assert release.held_study == evidence and release.losses == ()
    assert [one.body for one in map(release.held_study.texts.__getitem__, ("t0", "t1", "t2"))] == [BODY] * 3


def test_nothing_leaves_by_default_where_nothing_may() -> None:
    with pytest.raises(Refused, match=r"all its documents \(2\) .* name the consents"):
        release_study(study("background", "background"))
    assert release_study(study("background"), levels=("background",)).held_study.documents
    with pytest.raises(InputProblem, match="secret is not a consent"):
        release_study(study("quote"), levels=("secret",))  # type: ignore[arg-type]


def test_a_marked_passage_is_black_and_former_versions_are_black_as_a_whole() -> None:
    evidence = study("quote")
    document = evidence.documents[0]
    old = Text("old", "Раньше. " + BODY, ())
    codings = (*evidence.codings, dataclasses.replace(evidence.codings[0], id="stale", text_id="old"),
               dataclasses.replace(evidence.codings[0], id="inside", start=24, end=28))  # fmt: skip
    mark = ConsentMark(document_id=document.id, text_id="t0", start=22, end=27, consent="background")
    evidence = dataclasses.replace(
        evidence,
        codings=codings,
        consent_marks=(mark,),
        texts={"t0": evidence.texts["t0"], "old": old},  # type: ignore[arg-type]
    )
    passed = pass_study(evidence, ("quote",))
    assert passed.evidence.texts["t0"].body == "Налоги уходят наверх. █████ нет."
    assert set(passed.evidence.texts["old"].body) == {MARK, " "}
    assert [one.id for one in passed.evidence.codings] == [evidence.codings[0].id, "stale"]
    assert passed.clean_files == frozenset()
    lines = told(passed.losses)
    assert (
        "document",
        "d0",
        "characters 22–27 are under consent background and leave as black marks of the same length",
    ) in lines
    assert [item for kind, item, _ in lines if kind == "coding"] == ["TAX"]


def test_originals_leave_only_when_asked_for_and_clean() -> None:
    evidence = study("quote", "paraphrase")
    given = {str(n) * 64: (f"{n}.docx", b"x") for n in range(2)}
    assert release_study(evidence).originals("0" * 64) is None
    release = release_study(evidence, originals=given.get)
    assert release.originals("0" * 64) == ("0.docx", b"x")
    assert release.originals("1" * 64) is None


@given(studies())
@UNSHRUNK
def test_no_word_leaves_that_may_not(evidence: Evidence) -> None:
    passed = pass_study(evidence, ("quote",))
    consents = Consents(evidence)
    left = passed.evidence
    ids = {one.id for one in records_of(left)}
    assert ids <= {one.id for one in records_of(evidence)}
    for document in left.documents:
        before, after = evidence.texts[document.text_id].body, left.texts[document.text_id].body
        assert len(before) == len(after)
        for at, letter in enumerate(after):
            consent = consents.at(Anchor(document.id, document.text_id, at, at + 1))
            if letter not in (MARK,) and not letter.isspace():
                assert consent == "quote" or (before == after and _shared(evidence, document))
    for coding in left.codings:
        assert consents.at(Anchor(coding.document_id, coding.text_id, coding.start, coding.end)) != "background"
        assert coding.document_id in ids
    for memo in left.memos:
        assert memo.target_id in ids or memo.target_id not in {one.id for one in records_of(evidence)}


def _shared(evidence: Evidence, document: Document) -> bool:
    return sum(one.text_id == document.text_id for one in evidence.documents) > 1


def test_black_marks_keep_white_space_and_length() -> None:
    assert blackened("а б\nв😀г", [(0, 3), (5, 99)]) == "█ █\nв██"
