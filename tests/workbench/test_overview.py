"""The study at a glance."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web._study import make_study
from veche.store import Store
from veche.study import Code, Coding, Document, StudyInfo, Text, new_id
from veche.workbench import Study
from veche.workbench.overview import Cell, Step, list_interviews, take_overview
from veche.workbench.panel import Panel


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    store = make_study(tmp_path / "study.veche")
    yield Study(store, who="АК")
    store.close()


def test_counts_by_town_and_wave(study: Study) -> None:
    found = take_overview(study)
    assert [wave.label for wave in found.waves] == ["I", "II", "III"]
    assert [row.town.key for row in found.rows] == ["A", "B", "C"]
    assert found.rows[0].cells == (Cell(3, 3, 3), Cell(3, 3, 3), Cell(2, 2, 0))
    assert found.rows[2].cells[2] == Cell()
    assert found.totals == (Cell(7, 7, 7), Cell(6, 6, 6), Cell(3, 3, 0))
    assert found.total == Cell(16, 16, 13)
    # two coders on thirteen interviews; the guesses of the machine count nowhere
    assert (found.respondents, found.codings, found.statements) == (10, 26, 0)


def test_who_was_met_in_two_waves_or_more(study: Study) -> None:
    found = take_overview(study)
    assert [row.respondent.key for row in found.met] == ["R-01", "R-02", "R-04", "R-06", "R-09"]
    assert [[one.interview.key for one in wave] for wave in found.met[2].meetings] == [[], ["A2-04"], ["A3-04"]]


def test_what_is_to_be_done(study: Study) -> None:
    assert take_overview(study).steps == (
        Step("uncoded", 3, ("B3-08", "A3-02", "A3-04")),
        Step("undefined", 2, ("PROB.FISC", "TECH.DEAL")),
    )


def test_what_is_to_be_done_in_an_empty_study(tmp_path: Path) -> None:
    with Study(Store.create(tmp_path / "e.veche", StudyInfo(name="x"), who="a")) as empty:
        found = take_overview(empty)
    assert [one.kind for one in found.steps] == ["no_waves", "no_towns", "no_transcripts"]
    assert (found.rows, found.total, found.panel, found.met) == ((), Cell(), Panel((), ()), ())


def test_loose_documents_and_codings_without_place(study: Study) -> None:
    store = study.store
    text, newer = Text(new_id(), "слова", ()), Text(new_id(), "другие слова", ())
    document = store.all(Document)[0]
    with store.edit("АК", "x") as edit:
        edit.add_texts([text, newer])
        edit.add(Document(name="одинокий", text_id=text.id))
        edit.replace(dataclasses.replace(document, text_id=newer.id))
    steps = {one.kind: (one.count, one.names) for one in take_overview(study).steps}
    assert steps["loose"] == (1, ("одинокий",))
    assert steps["unplaced"] == (3, ())


def test_everything_coded(study: Study) -> None:
    store = study.store
    code = store.having(Code, "key", ["TECH.DEAL"])[0]
    coder = store.all(Coding)[0].coder_id
    bare = [one.document for one in list_interviews(study) if one.document is not None and not one.codings]
    with store.edit("АК", "code") as edit:
        edit.add(
            *(
                Coding(document_id=one.id, text_id=one.text_id, start=0, end=3, code_id=code.id, coder_id=coder)
                for one in bare
            )
        )
    undefined, done = take_overview(study).steps
    # of the codes that are used, neither is defined; the machine's guesses are no use of a code
    assert undefined == Step("undefined", 2, ("TECH.DEAL", "PROB.FISC"))
    assert done == Step("all_coded")
    with store.edit("АК", "edit code") as edit:
        edit.replace(dataclasses.replace(code, definition_en="One gives, the other gives."))
    assert take_overview(study).steps[0] == Step("undefined", 1, ("PROB.FISC",))


def test_the_list_of_interviews(study: Study) -> None:
    found = {one.interview.key: one for one in list_interviews(study)}
    assert list(found)[:2] == ["A1-01", "C1-09"]
    one = found["A1-02"]
    assert (one.town.key, one.wave.key, one.role.key, one.respondent.key, one.codings, one.again) == (
        "A",
        "1",
        "deputy_local",
        "R-02",
        2,
        True,
    )
    assert (found["A1-03"].again, found["B3-08"].codings) == (False, 0)
