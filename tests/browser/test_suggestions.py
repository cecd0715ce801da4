"""Suggestions in a real browser: on their page and beside the text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.accessible import faults_in_both_themes
from tests.browser.conftest import Workbench
from tests.browser.waiting import until
from tests.workbench._talk import make_talk
from veche.study import Coding, Document, Memo


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    """A running workbench of interviews that can be told apart by their words."""
    pytest.importorskip("sklearn")
    monkeypatch.setenv("VECHE_SETTINGS", str(tmp_path / "settings.json"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    make_talk(tmp_path / "study.veche").close()
    running = Workbench(tmp_path / "study.veche")
    running.start()
    yield running
    running.stop()


def count(talk: Workbench, kind: type, document: str) -> int:
    return len(talk.store.having(kind, "document_id" if kind is Coding else "target_id", [document]))


def document_of(talk: Workbench, name: str) -> str:
    return next(one.id for one in talk.store.all(Document) if one.name == name)


def test_accepting_and_refusing_while_reading(talk: Workbench, page: Any) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    document = document_of(talk, "A1-4")
    page.goto(talk.entry)
    page.goto(f"{talk.url}/read/{document}")
    card = page.locator(".suggested")
    card.wait_for(state="visible")
    first = card.locator(".words").inner_text()
    assert page.evaluate("CSS.highlights.get('suggested').size") >= 5
    page.keyboard.press("KeyY")
    until(page, "first => document.querySelector('.suggested .words')?.textContent !== first", first)
    assert count(talk, Coding, document) == 1
    second = card.locator(".words").inner_text()
    page.keyboard.press("KeyU")
    until(page, "second => document.querySelector('.suggested .words')?.textContent !== second", second)
    assert count(talk, Memo, document) == 1 and count(talk, Coding, document) == 1
    assert faults == []


def test_the_page_stands_in_nobody_s_way(talk: Workbench, page: Any) -> None:
    page.goto(talk.entry)
    for path in ("/suggestions", f"/read/{document_of(talk, 'A1-4')}"):
        page.goto(talk.url + path)
        page.locator(".maybe, .suggested:not([hidden])").first.wait_for()
        assert faults_in_both_themes(page) == [], path


def test_keys_on_the_page(talk: Workbench, page: Any) -> None:
    page.goto(talk.entry)
    page.goto(f"{talk.url}/suggestions")
    before = page.locator("[data-maybe]").count()
    assert before >= 2
    page.keyboard.press("KeyJ")
    assert page.evaluate("document.activeElement.value") == "accept"
    with page.expect_navigation():
        page.keyboard.press("KeyU")
    # the next one has the focus
    until(page, "() => document.activeElement.value === 'accept'")
    assert [one.title for one in talk.store.all(Memo)] == ["suggestion refused"]
