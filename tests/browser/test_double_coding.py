"""Double coding in a real browser: blind in the reader, finishing, deciding by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.accessible import faults_in_both_themes
from tests.browser.conftest import Workbench
from tests.browser.waiting import until
from tests.workbench._double import SECRET, make_double, opened
from veche.study import Coding, Decision
from veche.workbench.double_coding import finish


@pytest.fixture
def blind(tmp_path: Path) -> Iterator[Workbench]:
    """A running workbench of Anna, who codes two interviews blind; Boris has finished the first."""
    make_double(tmp_path / "study.veche", blind=("I1", "I3")).close()
    with opened(tmp_path / "study.veche", "boris") as boris:
        finish(boris, "I1")
    running = Workbench(tmp_path / "study.veche", who="anna")
    running.start()
    yield running
    running.stop()


def faults_of(page: Any) -> list[str]:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    return faults


def test_blind_finish_and_decide_by_keyboard(blind: Workbench, page: Any) -> None:
    faults = faults_of(page)
    page.goto(blind.entry)
    page.goto(f"{blind.url}/read/dI3")
    page.locator("text=люди едут").first.wait_for()
    assert SECRET not in page.content() and "Hidden" not in page.locator("main").inner_text()
    page.goto(f"{blind.url}/double-coding")
    assert page.locator(".mine li").count() == 2
    with page.expect_navigation():
        page.locator(".mine li", has_text="I1").get_by_role("button", name="Finished").click()
    with page.expect_navigation():  # whole: its keys are there with its scripts
        page.get_by_role("link", name="Decide").click()
    page.locator(".passage mark").wait_for()
    assert page.locator(".passage mark").inner_text() == "дорог нет."
    assert page.locator(".version").count() == 2
    page.keyboard.press("Digit2")
    until(page, "() => document.querySelector('.version:nth-of-type(2) input').checked")
    page.keyboard.press("KeyR")
    page.keyboard.type("Деньги названы раньше дорог.")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    decision = blind.store.all(Decision)[0]
    assert (decision.upheld, decision.reason) == (("I1/boris/1",), "Деньги названы раньше дорог.")
    agreed = blind.store.get(Coding, decision.agreed[0])
    assert (agreed.code_id, agreed.start, agreed.end) == ("MONEY", 22, 32)
    assert page.locator(".docket i.done").count() == 1
    page.keyboard.press("Digit0")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert blind.store.all(Decision)[0].agreed == ()
    page.get_by_role("button", name="Take over what is alike (1)").click()
    page.locator("text=What is alike stands in the agreed layer.").wait_for()
    assert faults == []


def test_going_through_the_disagreements(blind: Workbench, page: Any) -> None:
    for who in ("anna", "boris"):
        with opened(blind.study, who) as study:
            finish(study, "I3")
    page.goto(blind.entry)
    page.goto(f"{blind.url}/double-coding/decide/I3")
    current = "document.querySelector('.docket [aria-current]').getAttribute('href')"
    first = page.evaluate(current)
    with page.expect_navigation():
        page.keyboard.press("KeyJ")
    assert page.evaluate(current) != first
    with page.expect_navigation():
        page.keyboard.press("KeyK")
    assert page.evaluate(current) == first
    page.keyboard.press("KeyO")
    page.locator("select[name=code]").select_option(label="Roads")
    with page.expect_navigation():
        page.get_by_role("button", name="Save and go on").click()
    made = blind.store.get(Coding, blind.store.all(Decision)[0].agreed[0])
    assert made.code_id == "ROADS"
    assert page.evaluate(current) != first


def test_the_pages_stand_in_nobody_s_way(blind: Workbench, page: Any) -> None:
    with opened(blind.study, "anna") as anna:
        finish(anna, "I1")
    page.goto(blind.entry)
    for path in ("/double-coding", "/double-coding/decide/I1"):
        page.goto(blind.url + path)
        page.locator("main h1").wait_for()
        assert faults_in_both_themes(page) == [], path
