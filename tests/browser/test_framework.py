"""The framework matrix in a real browser: written as it is typed, refused when somebody else was there."""

from __future__ import annotations

import dataclasses
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Workbench
from tests.browser.waiting import until
from veche.study import Code, Coder, Coding, Summary, new_id


@pytest.fixture
def matrix(opened: Any, workbench: Workbench) -> Any:
    """The matrix of towns by two codes."""
    opened.goto(f"{workbench.url}/framework?code=PROB.FISC&code=TECH.DEAL")
    return opened


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


def _texts(workbench: Workbench) -> list[str]:
    return [one.text for one in workbench.store.all(Summary)]


def test_a_summary_is_saved_as_it_is_typed(matrix: Any, workbench: Workbench) -> None:
    matrix.keyboard.press("KeyJ")
    matrix.keyboard.press("ArrowRight")
    matrix.keyboard.press("Enter")
    matrix.get_by_role("heading", name="Bargaining").wait_for()
    until(matrix, "document.activeElement.id === 'words'")
    matrix.keyboard.type("Торгуются")
    _until(lambda: _texts(workbench) == ["Торгуются"])
    matrix.keyboard.type(" все.")
    _until(lambda: _texts(workbench) == ["Торгуются все."])
    (held,) = workbench.store.all(Summary)
    assert held.rev >= 2 and len(held.grounds) == 6
    expect(matrix.locator("td.here .sum")).to_have_text("Торгуются все.")
    matrix.wait_for_selector("#saving[data-state=saved]")
    # one's own saving is no news
    matrix.wait_for_timeout(500)
    assert matrix.locator(".toast").count() == 0
    matrix.keyboard.press("Escape")
    assert matrix.evaluate("document.activeElement.dataset.cell === document.getElementById('cell').dataset.key")


def test_what_was_typed_last_is_saved_on_leaving_the_cell(matrix: Any, workbench: Workbench) -> None:
    matrix.locator("#matrix td a").first.click()
    matrix.locator("#words").fill("Денег нет.")
    matrix.locator("#matrix td a").nth(1).click()
    matrix.get_by_role("heading", name="Bargaining").wait_for()
    assert _texts(workbench) == ["Денег нет."]
    assert matrix.locator("#words").input_value() == ""
    matrix.locator("#matrix td a").first.click()
    matrix.get_by_role("heading", name="Lack of money").wait_for()
    matrix.locator("#words").fill("")
    _until(lambda: _texts(workbench) == [])
    expect(matrix.locator("#matrix .sum")).to_have_count(0)


def test_another_hand_is_shown_and_nothing_is_lost(matrix: Any, workbench: Workbench) -> None:
    matrix.locator("#matrix td a").first.click()
    matrix.locator("#words").fill("Моё.")
    _until(lambda: _texts(workbench) == ["Моё."])
    (held,) = workbench.store.all(Summary)
    with workbench.store.edit("МС", "write summary") as edit:
        edit.replace(dataclasses.replace(held, text="Чужое."))
    matrix.locator("#words").fill("Моё второе.")
    matrix.get_by_text("Somebody wrote here meanwhile:").wait_for()
    assert matrix.locator("#clash blockquote").inner_text() == "Чужое."
    assert _texts(workbench) == ["Чужое."]
    matrix.get_by_role("button", name="Join both").click()
    _until(lambda: _texts(workbench) == ["Чужое.\n\nМоё второе."])


def test_two_who_begin_the_same_cell(matrix: Any, workbench: Workbench) -> None:
    matrix.locator("#matrix td a").first.click()
    matrix.locator("#words").wait_for()
    case, _wave, code = matrix.locator("#cell").get_attribute("data-key").split("~")
    with workbench.store.edit("МС", "write summary") as edit:
        edit.add(Summary(case_id=case, code_id=code, text="Первое."))
    matrix.locator("#words").fill("Второе.")
    matrix.get_by_role("button", name="Keep mine").click()
    _until(lambda: _texts(workbench) == ["Второе."])


def test_changed_quotations_are_marked_until_looked_at(matrix: Any, workbench: Workbench) -> None:
    matrix.locator("#matrix td a").first.click()
    matrix.locator("#words").fill("Денег нет.")
    _until(lambda: _texts(workbench) == ["Денег нет."])
    code = workbench.store.having(Code, "key", ["PROB.FISC"])[0]
    present = {one.partition(":")[0] for one in workbench.store.all(Summary)[0].grounds}
    one = next(one for one in workbench.store.having(Coding, "code_id", [code.id]) if one.id in present)
    with workbench.store.edit("МС", "code") as edit:
        edit.add(dataclasses.replace(one, id=new_id(), start=one.start + 2))
    matrix.get_by_role("button", name="Show").click()
    matrix.locator("td.stale .since").wait_for()
    expect(matrix.locator("td.stale .since")).to_have_text("1 new")
    expect(matrix.locator("#cell .badge")).to_have_count(1)
    matrix.get_by_role("button", name="The summary still holds").click()
    _until(lambda: len(workbench.store.all(Summary)[0].grounds) == 7)
    until(matrix, "document.querySelectorAll('.stale, .badge').length === 0")


def test_whoever_writes_first_becomes_a_coder(study_file: Path, tmp_path: Path, page: Any) -> None:
    shutil.copy(study_file, tmp_path / "study.veche")
    running = Workbench(tmp_path / "study.veche", who="НВ")
    running.start()
    try:
        page.goto(running.entry)
        page.goto(f"{running.url}/framework?code=PROB.FISC")
        page.locator("#matrix td a").first.click()
        page.locator("#words").fill("Раз.")
        _until(lambda: _texts(running) == ["Раз."])
        page.locator("#words").fill("Два.")
        _until(lambda: _texts(running) == ["Два."])
        (coder,) = running.store.having(Coder, "key", ["НВ"])
        assert running.store.all(Summary)[0].coder_id == coder.id
    finally:
        running.stop()


def test_what_is_typed_while_the_server_is_away_is_saved_later(matrix: Any, workbench: Workbench) -> None:
    matrix.locator("#matrix td a").first.click()
    matrix.locator("#words").fill("Начато.")
    _until(lambda: _texts(workbench) == ["Начато."])
    workbench.stop()
    matrix.locator("#words").fill("Начато и кончено.")
    matrix.get_by_text("No connection: 1 change waits").wait_for()
    workbench.start()
    matrix.wait_for_selector("#saving[data-state=saved]")
    _until(lambda: _texts(workbench) == ["Начато и кончено."])
