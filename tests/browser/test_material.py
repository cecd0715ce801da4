"""The panel, the topics of the guide, and going back in the history, in a real browser."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Workbench
from veche.study import GuideTopic, Interview, Town


def test_numbers_of_the_panel_lead_to_their_interviews(opened: Page) -> None:
    panel = opened.locator("section", has=opened.get_by_role("heading", name="Panel"))
    expect(panel).to_contain_text("57% interviewed again: 4 of 7")
    opened.get_by_text("By town", exact=True).click()
    row = opened.locator(".by-town tbody tr", has_text="Тальвинск")
    expect(row.locator("td").first).to_contain_text(re.compile(r"2\s*same post\s*1\s*not met again\s*1\s*new"))
    row.get_by_role("link", name="1 not met again").first.click()
    opened.wait_for_url("**/interviews?moved=lost*")
    expect(opened.locator("tbody tr")).to_have_count(1)
    expect(opened.locator("tbody th")).to_have_text("A1-03")


def test_a_topic_is_made_and_marked_as_not_asked(opened: Page, workbench: Workbench) -> None:
    opened.goto(f"{workbench.url}/design/topic")
    opened.get_by_role("link", name="Add", exact=True).click()
    opened.get_by_label("Name in Russian").fill("Деньги")
    opened.get_by_label("Name in English").fill("Money")
    opened.get_by_label("Key").fill("money")
    opened.get_by_label("Lack of money").check()
    opened.get_by_role("button", name="Save").click()
    opened.wait_for_url("**/design/topic")
    expect(opened.locator("tbody tr")).to_contain_text(["Money"])
    (topic,) = workbench.store.all(GuideTopic)
    assert topic.codes == ("PROB.FISC",)
    interview = workbench.store.having(Interview, "key", ["A1-01"])[0]
    opened.goto(f"{workbench.url}/design/interview/{interview.id}")
    opened.get_by_label("Money").check()
    opened.get_by_role("button", name="Save").click()
    opened.wait_for_url("**/interviews")
    assert workbench.store.get(Interview, interview.id).not_asked == ("money",)


def test_going_back_to_an_earlier_point(opened: Page, workbench: Workbench) -> None:
    def towns() -> list[str]:
        return sorted(one.name for one in workbench.store.all(Town))

    before = towns()
    opened.goto(f"{workbench.url}/design/town")
    for name in ("Новый", "Ещё один"):
        opened.get_by_role("link", name="Add", exact=True).click()
        opened.get_by_label("Name").fill(name)
        opened.get_by_label("Key").fill(name)
        opened.get_by_role("button", name="Save").click()
        opened.wait_for_url("**/design/town")
    opened.get_by_role("link", name="Тальвинск", exact=True).click()
    opened.get_by_label("Name").fill("Иначе")
    opened.get_by_label("Monotown").select_option(label="no")
    opened.get_by_role("button", name="Save").click()
    opened.wait_for_url("**/design/town")
    after = towns()

    opened.goto(f"{workbench.url}/history")
    newest = opened.locator(".journal > li").first
    newest.get_by_text("1 row").click()
    expect(newest).to_contain_text("Monotown: yes → no")
    # the state before any of it, looked at first
    opened.get_by_role("link", name="Go back to entry 2").click()
    expect(opened.locator(".notice")).to_contain_text("3 rows change")
    expect(opened.locator(".rows")).to_contain_text("Name: Иначе → Тальвинск")
    assert towns() == after
    opened.get_by_role("button", name="Go back").click()
    opened.wait_for_url("**/history")
    assert towns() == before
    # it is one act, and taken back as one
    opened.keyboard.press("Control+KeyZ")
    expect(opened.locator(".journal > li").first).to_contain_text("undone")
    assert towns() == after
    # one of the points in between
    opened.get_by_role("link", name="Go back to entry 3").click()
    opened.get_by_role("button", name="Go back").click()
    opened.wait_for_url("**/history")
    assert towns() == sorted([*before, "Новый"])


def test_a_point_that_is_passed_while_one_looks_is_not_gone_back_over(opened: Page, workbench: Workbench) -> None:
    with workbench.store.edit("АК", "add town") as edit:
        edit.add(Town(key="T", name="Новый"))
    opened.goto(f"{workbench.url}/history/restore/2")
    with workbench.store.edit("МС", "add town") as edit:
        edit.add(Town(key="U", name="Чужой"))
    opened.get_by_role("button", name="Go back").click()
    expect(opened.locator("main, .fault").first).to_contain_text("changed")
    assert len(workbench.store.having(Town, "key", ["T", "U"])) == 2


def test_the_phases_that_have_no_page_say_so_and_stand_in_nobody_s_way(opened: Page, workbench: Workbench) -> None:
    phases: Any = opened.locator(".phases > *")
    expect(phases).to_have_count(5)
    for one in phases.all():
        link = one.evaluate("one => one.tagName") == "A"
        assert link or "Nothing is installed for this phase" in (one.get_attribute("title") or "")
    for href in opened.locator(".phases a").evaluate_all("all => all.map(one => one.href)"):
        assert opened.goto(href).status == 200  # type: ignore[union-attr]
        expect(opened.locator(".phases [aria-current]")).to_have_count(1)
