"""The framework matrix: which quotations stand in a cell, and what happened to them since its summary."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workbench._panel import CODINGS, make_evidence
from veche.study import InputProblem, NotFound, Summary, ground
from veche.workbench.framework import Case, Cell, Since, cases_of, compare, matrix, themes_of

EVIDENCE = make_evidence()


def _ids(cells: tuple[Cell, ...]) -> list[tuple[str, ...]]:
    return [one.codings for one in cells]


def test_towns_by_codes() -> None:
    made = matrix(EVIDENCE, cases_of(EVIDENCE, "town"), themes_of(EVIDENCE, ["PROB.FISC", "DEAL", "PROB"]))
    assert [one.name for one in made.cases] == ["Тальвинск", "Верхнеполье"]
    assert _ids(made.rows[0]) == [("k1", "k2", "k9"), ("k3", "k5", "k6"), ("k1", "k2", "k9")]
    assert _ids(made.rows[1]) == [("k7",), (), ("k7", "k8")]
    assert made.cells[1].key == ("tA", "", "DEAL")


def test_towns_by_wave_and_the_waves_of_a_theme_meet_in_the_same_cells() -> None:
    by_case = matrix(EVIDENCE, cases_of(EVIDENCE, "town_wave"), themes_of(EVIDENCE, ["DEAL"]))
    by_theme = matrix(EVIDENCE, cases_of(EVIDENCE, "town"), themes_of(EVIDENCE, ["DEAL", "PROB"], waves=True))
    assert [(one.id, one.wave_id) for one in by_case.cases] == [("tA", "w1"), ("tA", "w2"), ("tB", "w3")]
    assert [one.wave_id for one in by_theme.themes] == ["w1", "w2", "w3"]
    assert {one.key: one.codings for one in by_case.cells}.items() <= {
        one.key: one.codings for one in by_theme.cells
    }.items()
    assert _ids(by_theme.rows[0]) == [("k3",), ("k5", "k6"), ()]


def test_a_case_of_one_wave_says_nothing_in_the_column_of_another() -> None:
    made = matrix(EVIDENCE, (Case("tA", "A", "w1"),), themes_of(EVIDENCE, ["DEAL"], waves=True))
    assert _ids(made.rows[0]) == [("k3",), (), ()]


def test_respondents_and_interviews() -> None:
    people = cases_of(EVIDENCE, "respondent", "ru")
    assert [(one.name, one.detail) for one in people] == [("R-1", "Редактор"), ("R-2", "Глава")]
    assert _ids(matrix(EVIDENCE, people, themes_of(EVIDENCE, ["PROB.FISC"])).cells) == [("k1", "k2", "k7"), ("k9",)]
    held = cases_of(EVIDENCE, "interview")
    assert [(one.name, one.detail) for one in held] == [
        ("I1", "Head, I"), ("I4", "Head, I"), ("I2", "Head, II"), ("I3", "Editor, III"),
    ]  # fmt: skip
    assert _ids(matrix(EVIDENCE, held, themes_of(EVIDENCE, ["DEAL"])).cells) == [("k3",), (), ("k5", "k6"), ()]


def test_a_summary_knows_what_changed_since() -> None:
    summary = Summary(
        case_id="tA", code_id="FISC", text="Денег нет.",
        grounds=(ground("k1", "aaaa bbbb"), ground("k2", "bbbb"), ground("k0", "ffff")),
    )  # fmt: skip
    (cell,) = matrix(
        make_evidence(summaries=(summary,)), cases_of(EVIDENCE, "town")[:1], themes_of(EVIDENCE, ["PROB.FISC"])
    ).cells
    assert cell.summary == summary
    # k1 reads as it did, k2 reads now "bbbb cccc", k9 came, k0 is gone
    assert cell.since == Since(added=("k9",), removed=("k0",), moved=("k2",))
    assert bool(cell.since)


def test_a_corrected_transcript_with_the_same_words_changes_nothing() -> None:
    summary = Summary(case_id="i4", code_id="TAX", text="Налоги.", grounds=(ground("k9", "ffff"),))
    evidence = make_evidence(summaries=(summary,))
    moved = tuple(dataclasses.replace(one, start=5, end=9) if one.id == "k9" else one for one in CODINGS)
    cases, themes = cases_of(evidence, "interview"), themes_of(evidence, ["PROB.FISC.TAX"])
    assert not matrix(evidence, cases, themes).cells[1].since
    assert matrix(make_evidence(summaries=(summary,), codings=moved), cases, themes).cells[1].since.moved == ("k9",)


def test_bad_input_is_refused() -> None:
    with pytest.raises(InputProblem, match="cases is street"):
        cases_of(EVIDENCE, "street")  # type: ignore[arg-type]
    with pytest.raises(NotFound, match=r"no code DEAR\. Nearest: DEAL"):
        themes_of(EVIDENCE, ["DEAR"])
    assert matrix(EVIDENCE, (), ()).cells == ()


names = st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.text("xyz", max_size=2), max_size=8)


@given(names, names)
def test_comparing_accounts_for_every_quotation(then: dict[str, str], now: dict[str, str]) -> None:
    found = compare(
        [ground(one, words) for one, words in then.items()], {one: ground(one, words) for one, words in now.items()}
    )
    assert set(found.added) == set(now) - set(then)
    assert set(found.removed) == set(then) - set(now)
    assert set(found.moved) == {one for one in set(now) & set(then) if now[one] != then[one]}
    assert bool(found) == (then != now)
