"""One respondent over the waves, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import faults_in_both_themes
from tests.browser.conftest import Workbench
from tests.browser.waiting import until
from veche.study import Code, Coder, Coding, Document, Interview, Respondent, Role, Text, Town, Turn, Wave, new_id


@pytest.fixture
def long_texts(workbench: Workbench) -> tuple[str, str]:
    """Two long interviews of one respondent: deals are spoken of early in the first and late in the second, money in the first only."""
    store = workbench.store
    codes = {one.key: one for one in store.all(Code)}
    towns, waves, roles = (sorted(store.all(kind), key=lambda one: one.key) for kind in (Town, Wave, Role))
    coder = store.having(Coder, "key", ["АК"])[0]
    person = Respondent(key="R-77")
    records: list[Any] = [person]
    texts = []
    for n, spoken in enumerate(({"TECH.DEAL": 6, "PROB.FISC": 30}, {"TECH.DEAL": 50})):
        lines = [f"Ответ номер {at}: " + "говорим о жизни города, не торопясь. " * 4 for at in range(1, 61)]
        turns, at = [], 0
        for number, line in enumerate(lines, 1):
            turns.append(Turn(number, at, at + len(line), "answer"))
            at += len(line) + 1
        text = Text(new_id(), "\n".join(lines), tuple(turns))
        interview = Interview(
            key=f"L{n + 1}",
            town_id=towns[0].id,
            wave_id=waves[n].id,
            respondent_id=person.id,
            role_id=roles[n].id,
            date=waves[n].start,
        )
        document = Document(name=f"L{n + 1}", text_id=text.id, interview_id=interview.id)
        texts.append(text)
        records += [interview, document]
        for key, number in spoken.items():
            turn = turns[number - 1]
            records.append(Coding(
                document_id=document.id, text_id=text.id, start=turn.start, end=turn.start + 15, code_id=codes[key].id, coder_id=coder.id,
            ))  # fmt: skip
    with store.edit("АК", "add interview") as edit:
        edit.add_texts(texts)
        edit.add(*records)
    return "L1", "L2"


def test_rows_and_sides_by_keyboard(opened: Any, workbench: Workbench) -> None:
    opened.goto(f"{workbench.url}/waves?respondent=R-02&i=A1-02&i=A2-02")
    opened.keyboard.press("KeyJ")
    opened.keyboard.press("KeyJ")
    opened.keyboard.press("ArrowRight")
    place = "[...document.activeElement.parentElement.cells].indexOf(document.activeElement)"
    assert opened.evaluate(f"[document.activeElement.closest('tr').rowIndex, {place}]") == [2, 2]
    # the key of the Latin k, which types л
    opened.evaluate("dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyK', key: 'л', bubbles: true}))")
    opened.keyboard.press("ArrowLeft")
    assert opened.evaluate(f"[document.activeElement.closest('tr').rowIndex, {place}]") == [1, 1]
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/read/*#c-*")
    opened.get_by_role("link", name="The same respondent over the waves").click()
    opened.wait_for_url("**/waves?respondent=R-02")


def test_full_texts_scroll_together_by_topic(opened: Any, workbench: Workbench, long_texts: tuple[str, str]) -> None:
    opened.emulate_media(reduced_motion="reduce")
    opened.goto(f"{workbench.url}/waves?respondent=R-77&mode=texts")
    first, second = opened.locator(".pane").all()
    seen = "pane => { const box = pane.getBoundingClientRect(), turn = pane.querySelector('.here')?.getBoundingClientRect();"
    seen += " return Boolean(turn) && turn.top >= box.top - 1 && turn.bottom <= box.bottom + 1; }"
    # the deal of turn 6 stands in view, and with it turn 50 of the other interview
    until(opened, "document.querySelectorAll('.pane')[1].scrollTop > 1000")
    assert second.evaluate(seen)
    assert second.locator(".here .no").inner_text() == "50"
    # money is spoken of in the first only: the other side says so and stays
    stays = second.evaluate("pane => pane.scrollTop")
    opened.keyboard.press("KeyJ")
    opened.keyboard.press("KeyJ")
    assert first.evaluate(seen)
    assert first.locator(".here .no").inner_text() == "30"
    opened.get_by_text("does not speak of it").wait_for()
    assert second.evaluate("pane => pane.scrollTop") == stays
    # now the second leads: scrolled to its end and back to the deal, it brings the first to turn 6
    opened.keyboard.press("ArrowRight")
    second.evaluate("pane => { pane.scrollTop = pane.scrollTop - 60; }")
    until(opened, "document.querySelectorAll('.pane')[0].querySelector('.here .no')?.textContent === '6'")
    assert first.evaluate(seen)


def test_codes_of_a_trajectory_by_keyboard(opened: Any, workbench: Workbench) -> None:
    opened.goto(f"{workbench.url}/trajectory?respondent=R-02&code=PROB.FISC")
    opened.keyboard.press("KeyJ")
    opened.get_by_role("heading", name="Bargaining").wait_for()
    assert "code=TECH.DEAL" in opened.url
    opened.keyboard.press("KeyK")
    opened.get_by_role("heading", name="Lack of money").wait_for()
    opened.get_by_role("link", name="Problems").click()
    opened.get_by_role("heading", name="Problems", exact=True).wait_for()
    expect(opened.locator(".stations > li")).to_have_count(3)


def test_nothing_stands_in_anybodys_way(opened: Any, workbench: Workbench) -> None:
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    for path in (
        "/waves?respondent=R-02",
        "/waves?respondent=R-02&mode=texts",
        "/trajectory?respondent=R-02",
        "/framework",
    ):
        opened.goto(workbench.url + path)
        if path == "/framework":
            opened.locator("#matrix td a").first.click()
            opened.locator("#words").wait_for()
        assert faults_in_both_themes(opened) == [], path
    assert said == []
