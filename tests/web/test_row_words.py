"""Rows of the journal in words."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

import veche
from veche import words
from veche.store.records import BY_TABLE
from veche.study import Code, Coding, Interview, Memo, Role, Tenure, Town
from veche.web.pages._forms import KINDS
from veche.web.pages._row_words import FIELDS, HIDDEN, Names, field_title


@pytest.mark.parametrize("table", sorted(BY_TABLE))
def test_every_field_has_words_in_both_languages(table: str) -> None:
    for name in set(BY_TABLE[table].fields) - HIDDEN:
        assert f"{table}.{name}" in FIELDS or name in FIELDS
        with words.using("ru"):
            russian = field_title(table, name)
        assert "_" not in russian and any("а" <= letter <= "я" for letter in russian.casefold())


def changed(store: Any, record: Any, **fields: Any) -> None:
    with store.edit("АК", "edit") as edit:
        edit.replace(dataclasses.replace(record, **fields))


def test_changes_are_told_by_names_not_by_ids(client: Any, store: Any) -> None:
    interview = store.having(Interview, "key", ["A1-02"])[0]
    other = store.having(Town, "key", ["B"])[0]
    changed(store, interview, town_id=other.id, consent="background", post="Глава", not_asked=("roads", "money"))
    page = client.get("/history").text
    assert "changed: interview <b>A1-02</b>" in page
    assert "Town: Тальвинск → <b>Верхнеполье</b>" in page
    assert "Consent: may be quoted → <b>background only</b>" in page
    assert "Post at that time: – → <b>Глава</b>" in page
    assert "Topics not asked: – → <b>roads, money</b>" in page
    assert "town_id" not in page and other.id not in page
    client.post("/language", data={"language": "ru"})
    russian = client.get("/history").text
    assert "Тальвинск → <b>Верхнеполье</b>" in russian and "Согласие: " in russian and "Consent:" not in russian


def test_codings_statements_of_others_and_what_was_removed(client: Any, store: Any) -> None:
    coding = store.all(Coding)[0]
    deal = store.having(Code, "key", ["TECH.DEAL"])[0]
    changed(store, coding, code_id=deal.id, modality="denied", start=coding.start + 1)
    page = client.get("/history").text
    assert "changed: coding <b>Bargaining · A1-01</b>" in page
    assert "Code: Lack of money → <b>Bargaining</b>" in page and "Modality: asserted → <b>denied</b>" in page
    assert f"Begins at character: {coding.start} → <b>{coding.start + 1}</b>" in page
    memo = store.all(Memo)[0]
    changed(store, memo, target_id=coding.id, text="Иначе")
    assert "Text: Сравнить со второй волной. → <b>Иначе</b>" in client.get("/history").text
    tenure, role = store.all(Tenure)[0], store.having(Role, "key", ["editor"])[0]
    changed(store, tenure, end=tenure.start.replace(year=2016))
    changed(store, role, branch="civic")
    page = client.get("/history").text
    assert "Глава города · Глава" in page and "Day after the last: – → <b>1\u00a0March 2016</b>" in page
    assert "Branch: media → <b>civic</b>" in page


def test_a_row_that_nobody_knows_is_said_to_be_removed(store: Any) -> None:
    names = Names(store)
    assert names.of("0") == "a removed row"
    assert names.value("memo", "target_id", "0") == "a removed row"
    assert names.value("statement", "sources", '["0","1"]') == "a removed row, a removed row"
    assert names.value("study", "note", "[not a list") == "[not a list"
    assert names.value("code", "not_before", "2013-02-30") == "2013-02-30"
    assert names.value("statement", "quotes", "[[1,2,3,4],[1,2,5,6]]") == "2"
    assert names.value("town", "monotown", 0) == "no" and names.value("town", "monotown", None) == "–"


def acts() -> set[str]:
    """The names of all acts that this package writes into the journal."""
    source = Path(veche.__file__).parent
    found = {
        f"{what} {kind}"
        for what in ("add", "edit", "remove")
        for kind, plan in KINDS.items()
        if plan.addable or what == "edit"
    }
    for path in source.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "edit"
            if called and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):  # type: ignore[attr-defined]
                found.add(node.args[1].value)  # type: ignore[attr-defined]
    for path in source.rglob("*.js"):
        found |= set(re.findall(r"""(?:\bact|#edit)\(['"]([a-z ]+)['"],""", path.read_text(encoding="utf-8")))
    return found


def test_every_act_of_the_journal_has_its_words() -> None:
    found = acts()
    assert {"add transcripts", "go back", "code", "add town", "merge codes", "split coding", "write summary"} <= found
    with words.using("ru"):
        assert {act for act in found if words._(act) == act} == set()
