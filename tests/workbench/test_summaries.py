"""Summaries in the store: written, refused, moved with their codes, let out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.web._study import make_study
from veche import workbench
from veche.study import Code, Coding, Conflict, InputProblem, Interview, Summary, Town, new_id
from veche.workbench.codebook import merge
from veche.workbench.framework import cases_of, matrix, prints_of, themes_of
from veche.workbench.study import Study
from veche.workbench.summaries import release_matrix, summary_at, write_summary


@pytest.fixture
def study(tmp_path: Path):
    make_study(tmp_path / "s.veche").close()
    with workbench.open(tmp_path / "s.veche", who="АК") as opened:
        yield opened


def _town_and_code(study: Study, code: str = "PROB.FISC") -> tuple[str, str]:
    return study.store.having(Town, "key", ["A"])[0].id, study.store.having(Code, "key", [code])[0].id


def test_a_summary_is_written_changed_and_removed(study: Study) -> None:
    town, code = _town_and_code(study)
    key = (town, "", code)
    first = write_summary(study, key, "  Денег нет.\n", rev=0, grounds=["a:b"])
    assert first is not None
    held = summary_at(study, key)
    assert held == first and held.rev == 1
    assert (held.text, held.wave_id, held.grounds, held.case_id) == ("Денег нет.", None, ("a:b",), town)
    second = write_summary(study, key, "Денег мало.", rev=1, grounds=[])
    assert second is not None and (second.id, second.rev, second.grounds) == (first.id, 2, ())
    with pytest.raises(Conflict, match="now reads: “Денег мало.”"):
        write_summary(study, key, "моё", rev=1, grounds=[])
    assert write_summary(study, key, " ", rev=2, grounds=[]) is None
    assert summary_at(study, key) is None
    study.undo()
    assert summary_at(study, key) is not None
    # another one of the same cell cannot stand beside it
    with pytest.raises(Conflict, match="has a summary already"), study.store.edit("МС", "write summary") as edit:
        edit.add(Summary(case_id=town, code_id=code, text="чужое"))


def test_what_says_nothing_or_stands_nowhere_is_refused(study: Study) -> None:
    town, code = _town_and_code(study)
    for bad, message in (
        (Summary(case_id=town, code_id=code, text=" \n"), "says nothing"),
        (Summary(case_id=new_id(), code_id=code, text="x"), "no town, respondent or interview"),
        (Summary(case_id=town, code_id=new_id(), text="x"), "points to a code"),
        (Summary(case_id=town, code_id=code, wave_id=new_id(), text="x"), "points to a wave"),
        (Summary(case_id=town, code_id=code, text="x\x00"), "NUL"),
    ):
        with pytest.raises(InputProblem, match=message), study.store.edit("АК", "write summary") as edit:
            edit.add(bad)
    assert study.store.all(Summary) == ()


def test_summaries_of_a_wave_are_cells_of_their_own(study: Study) -> None:
    town, code = _town_and_code(study)
    wave = study.evidence().waves[0].id
    write_summary(study, (town, "", code), "всего", rev=0, grounds=[])
    write_summary(study, (town, wave, code), "в первой волне", rev=0, grounds=[])
    assert [getattr(summary_at(study, (town, one, code)), "text", None) for one in ("", wave)] == [
        "всего",
        "в первой волне",
    ]


def test_summaries_go_with_merged_codes(study: Study) -> None:
    town, money = _town_and_code(study)
    _, people = _town_and_code(study, "PROB.DEMO")
    other = study.store.having(Town, "key", ["B"])[0].id
    write_summary(study, (town, "", money), "Денег нет.", rev=0, grounds=["a:1", "b:2"])
    write_summary(study, (town, "", people), "Людей нет.", rev=0, grounds=["b:2", "c:3"])
    write_summary(study, (other, "", people), "Уезжают.", rev=0, grounds=[])
    merge(study, [people], money)
    joined = summary_at(study, (town, "", money))
    assert joined is not None
    assert (joined.text, joined.grounds) == ("Денег нет.\n\nЛюдей нет.", ("a:1", "b:2", "c:3"))
    alone = summary_at(study, (other, "", money))
    assert alone is not None and alone.text == "Уезжают."
    study.undo()
    assert len(study.store.all(Summary)) == 3


def test_a_matrix_is_let_out_after_consent(study: Study, tmp_path: Path) -> None:
    town, code = _town_and_code(study)
    evidence = study.evidence()
    hidden = next(one for one in evidence.interviews if one.key == "A1-03")
    with study.store.edit("АК", "consent") as edit:
        import dataclasses

        edit.replace(dataclasses.replace(study.store.get(Interview, hidden.id), consent="background"))
    cells = [(town, ""), (hidden.id, "")]
    for case, wave in cells:
        ids = [
            one.id
            for one, interview in evidence.counted()
            if one.code_id == code and case in (interview.id, interview.town_id)
        ]
        write_summary(study, (case, wave, code), "=Денег нет.", rev=0, grounds=list(prints_of(evidence, ids).values()))
    evidence = study.evidence()
    cases = (*cases_of(evidence, "town"), *cases_of(evidence, "interview"))
    release = release_matrix(evidence, matrix(evidence, cases, themes_of(evidence, ["PROB.FISC"])), "en")
    # that of the interview kept for background alone stays; that of the town rests on others too
    assert [(one.case, one.theme, one.quotations, one.changed) for one in release.summaries] == [
        ("Тальвинск", "PROB.FISC Lack of money", 6, 0)
    ]
    assert (release.withheld, release.quotations) == (1, ())
    written = study.export(release, tmp_path / "m.csv")
    with written[0].open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["case", "wave", "PROB.FISC Lack of money"],
            ["Тальвинск", "", "'=Денег нет."],
        ]
    with written[1].open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == ["Тальвинск", "", "PROB.FISC Lack of money", "6", "0", "'=Денег нет."]


def test_a_removed_coding_marks_the_summary(study: Study) -> None:
    town, code = _town_and_code(study)
    evidence = study.evidence()
    (before,) = matrix(evidence, cases_of(evidence, "town")[:1], themes_of(evidence, ["PROB.FISC"])).cells
    write_summary(study, before.key, "Денег нет.", rev=0, grounds=list(prints_of(evidence, before.codings).values()))
    with study.store.edit("МС", "remove") as edit:
        edit.remove(Coding, before.codings[0])
    evidence = study.evidence()
    (after,) = matrix(evidence, cases_of(evidence, "town")[:1], themes_of(evidence, ["PROB.FISC"])).cells
    assert after.since.removed == before.codings[:1] and not after.since.added and not after.since.moved
    assert after.key == (town, "", code)
