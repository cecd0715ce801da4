"""Nothing leaves without consent, and only through a release."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.exporters import csv_file, tsv_file, xlsx_file
from veche.privacy import Consents, Release, release_quotations, stricter
from veche.study import (
    CONSENTS,
    Anchor,
    Code,
    Coder,
    Coding,
    ConsentMark,
    Document,
    Evidence,
    Interview,
    Respondent,
    Role,
    StudyInfo,
    Text,
    Town,
    Turn,
    Wave,
    quotations,
)  # fmt: skip

BODY = "Первое говорить можно. Второе нельзя. =Третье тоже."


def make(consent: str, marks: list[tuple[int, int, str]] = ()) -> Evidence:
    text = Text("t", BODY, (Turn(1, 0, len(BODY), "answer"),))
    interview = Interview(
        id="i",
        key="A1",
        town_id="a",
        wave_id="w",
        respondent_id="r",
        role_id="o",
        date=dt.date(2013, 1, 1),
        consent=consent,
    )
    spans = [(0, 22), (23, 37), (38, len(BODY))]
    return Evidence(
        study=StudyInfo(name="s"),
        towns=(Town(id="a", key="A", name="Тальвинск"),),
        waves=(Wave(id="w", key="1", label="I", start=dt.date(2012, 1, 1), end=dt.date(2016, 1, 1)),),
        roles=(Role(id="o", key="x", label_ru="Депутат", label_en="Deputy"),),
        respondents=(Respondent(id="r", key="R-01"),),
        interviews=(interview,),
        documents=(
            Document(id="d", name="A1", text_id="t", interview_id="i"),
            Document(id="loose", name="note", text_id="t"),
        ),
        codes=(Code(id="c", key="PROB"),),
        coders=(Coder(id="k", key="АК"),),
        codings=tuple(
            Coding(id=str(n), document_id="d", text_id="t", start=a, end=b, code_id="c", coder_id="k")
            for n, (a, b) in enumerate(spans)
        ),
        consent_marks=tuple(ConsentMark(document_id="d", text_id="t", start=a, end=b, consent=c) for a, b, c in marks),
        texts={"t": text},
    )


def release(evidence: Evidence) -> Release:
    return release_quotations(evidence, quotations(evidence, [one.id for one in evidence.codings]))


def test_quotable_words_leave_as_they_are() -> None:
    made = release(make("quote"))
    assert [q.words for q in made.quotations] == ["Первое говорить можно.", "Второе нельзя.", "=Третье тоже."]
    assert (made.paraphrase_only, made.withheld) == (0, 0)


def test_paraphrase_leaves_the_place_without_the_words() -> None:
    made = release(make("paraphrase"))
    assert [q.words for q in made.quotations] == ["", "", ""]
    assert made.paraphrase_only == 3


def test_background_leaves_nothing() -> None:
    made = release(make("background"))
    assert made.quotations == ()
    assert made.withheld == 3


def test_the_stricter_of_interview_and_passage_holds() -> None:
    made = release(make("quote", [(30, 31, "background"), (22, 23, "background")]))
    assert [q.words for q in made.quotations] == ["Первое говорить можно.", "=Третье тоже."]
    assert release(make("background", [(0, 40, "quote")])).quotations == ()
    assert release(make("paraphrase", [(0, 10, "quote")])).paraphrase_only == 3


def test_a_document_without_interview_has_nobodys_consent() -> None:
    evidence = make("quote")
    assert Consents(evidence).at(Anchor("loose", "t", 0, 5)) == "background"
    assert Consents(evidence).strictest([Anchor("d", "t", 0, 5), Anchor("loose", "t", 0, 5)]) == "background"


def test_a_release_cannot_be_made_by_hand() -> None:
    made = release(make("quote"))
    with pytest.raises(TypeError, match="A Release is made"):
        Release(evidence_digest="", study="", language="ru", made=dt.datetime(2020, 1, 1))
    with pytest.raises(TypeError):
        dataclasses.replace(made, door=None)


@given(st.sampled_from(CONSENTS), st.sampled_from(CONSENTS), st.sampled_from(CONSENTS))
def test_stricter_is_a_maximum(a, b, c) -> None:
    assert stricter(a, b) == stricter(b, a) in (a, b)
    assert stricter(a, a) == a
    assert stricter(a, stricter(b, c)) == stricter(stricter(a, b), c)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20), st.sampled_from(CONSENTS)), max_size=4),
    st.sampled_from(CONSENTS),
)
def test_no_forbidden_character_ever_leaves(marks, consent) -> None:
    spans = [(a, min(a + n, len(BODY)), c) for a, n, c in marks if a < len(BODY)]
    evidence = make(consent, spans)
    allowed = [
        consent == "quote" and not any(a <= i < b and c != "quote" for a, b, c in spans) for i in range(len(BODY))
    ]
    for one in release(evidence).quotations:
        if one.words:
            assert all(allowed[one.anchor.start : one.anchor.end])


def test_files_hold_what_the_release_holds(tmp_path: Path) -> None:
    made = release(make("quote", [(23, 24, "background")]))
    (path,) = csv_file.write(made, tmp_path / "q.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["words"] for row in rows] == ["Первое говорить можно.", "'=Третье тоже."]  # no formula in a spreadsheet
    assert rows[0]["town"] == "Тальвинск" and rows[0]["start"] == "0" and rows[0]["turn"] == "1"
    (path,) = tsv_file.write(made, tmp_path / "q.tsv")
    assert path.read_text("utf-8-sig").splitlines()[0].split("\t")[-1] == "words"
    (path,) = xlsx_file.write(made, tmp_path / "q.xlsx")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    cells = [row[-1] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == ["Первое говорить можно.", "=Третье тоже."]
    assert cells[1].data_type == "s"
    assert not list(tmp_path.glob("*.part"))
