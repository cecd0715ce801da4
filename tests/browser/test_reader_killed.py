"""The server is killed in the middle of coding and started again: nothing is lost, nothing is doubled, and the page says so."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.processes import Process, running
from tests.browser.reading import codings, open_reader, saved, small_study
from tests.browser.waiting import until
from veche.store import Store
from veche.study import Coding, Document


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study that nobody has open."""
    path = tmp_path / "study.veche"
    small_study(path)[0].close()
    return path


@pytest.fixture
def server(study: Path, tmp_path: Path) -> Iterator[Process]:
    """The workbench as a process of its own."""
    with running(study, tmp_path) as process:
        yield process


@pytest.fixture
def reader(server: Process, study: Path, page: Page) -> Page:
    """The reader, with one passage coded already, so that the key 1 stands for a code."""
    with Store.open(study) as store:
        first = min(store.all(Document), key=lambda one: one.name)
    page.goto(server.entry)
    open_reader(page, server.url, first.id)
    page.keyboard.press("Space")
    page.keyboard.press("c")
    page.keyboard.type("Sel")
    page.keyboard.press("Enter")
    saved(page)
    return page


def _stored(study: Path) -> list[Coding]:
    with Store.open(study) as store:
        return codings(store)


def _code_next(page: Page) -> None:
    """Select the next sentence and give it the newest code."""
    page.keyboard.press("Escape")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    page.keyboard.press("1")


def _wanted(page: Page, count: int) -> list[tuple[int, int]]:
    flat = page.evaluate("window.reader.selection.sentences.flat")
    return list(zip(flat[::2], flat[1::2], strict=True))[:count]


def test_what_was_not_acknowledged_is_sent_again(reader: Page, server: Process, study: Path) -> None:
    answered: list[int] = []

    def kill_before_the_fourth_answer(route: Any) -> None:
        if len(answered) != 2:
            answered.append(0)
            route.continue_()
            return
        answered.append(route.fetch().status)
        server.kill()
        route.abort()

    reader.route("**/api/edits", kill_before_the_fourth_answer)
    for _ in range(2):
        _code_next(reader)
        saved(reader)
    for _ in range(5):
        _code_next(reader)
    status = reader.locator("#saving")
    expect(status).to_have_text("No connection: 5 changes wait")
    # written, but the answer went down with the server
    assert answered[2] == 200
    assert len(_stored(study)) == 4
    # the work goes on: what waits is shown
    assert reader.evaluate("window.reader.model.codings.size") == 8
    server.start()
    expect(reader.locator("#toasts")).to_contain_text("5 changes that waited were saved.")
    expect(reader.locator("#toasts")).to_contain_text("The connection is back.")
    saved(reader)
    kept = _stored(study)
    assert [(one.start, one.end) for one in kept] == _wanted(reader, 8)
    assert {one.id for one in kept} == set(reader.evaluate("[...window.reader.model.codings.keys()]"))
    with Store.open(study) as store:
        assert len([one for one in store.history(limit=200) if one.action == "code"]) == 8
    # and undo takes back the newest of them
    reader.keyboard.press("Control+z")
    until(reader, "window.reader.model.codings.size === 7")
    assert [one.id for one in _stored(study)] == [one.id for one in kept[:7]]


def test_killed_at_any_moment_each_coding_stands_once(reader: Page, server: Process, study: Path) -> None:
    # somewhere while twelve are coded: between a request and its answer as well
    killer = threading.Timer(random.Random().uniform(0.02, 0.6), server.kill)
    killer.start()
    for _ in range(12):
        _code_next(reader)
    killer.join()
    server.start()
    until(reader, "document.querySelector('#saving').textContent === 'Saved'")
    kept = _stored(study)
    assert [(one.start, one.end) for one in kept] == _wanted(reader, 13)
    with Store.open(study) as store:
        assert len([one for one in store.history(limit=200) if one.action == "code"]) == 13
