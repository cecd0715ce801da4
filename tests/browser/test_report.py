"""Findings for one page, chosen and saved in a real browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Workbench
from veche.study import Interview
from veche.study.publications import Publication


def test_findings_are_chosen_written_and_saved(workbench: Workbench, opened: Page, tmp_path: Path) -> None:
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.get_by_role("link", name="Report").click()
    expect(opened.locator(".phases a[aria-current]")).to_have_text("Report")
    opened.wait_for_load_state()
    expect(opened.locator("#counted")).to_have_text("0 chosen")
    opened.get_by_role("button", name="choose all").click()
    boxes = opened.locator("input[name=a]").count()
    expect(opened.locator("#counted")).to_have_text(f"{boxes} chosen")
    opened.get_by_role("button", name="choose none").click()
    opened.get_by_label("Fieldwork").check()
    opened.get_by_label("Codes together").check()
    expect(opened.locator("#counted")).to_have_text("2 chosen")
    opened.get_by_role("button", name="Write one page").click()
    # it is written at once, or after the page has come again
    expect(opened.locator(".notice.good")).to_contain_text("2 findings")
    with opened.expect_download() as download:
        opened.get_by_role("link", name="Save the page").click()
    page = tmp_path / download.value.suggested_filename
    download.value.save_as(page)
    # it stands alone: nothing is loaded from anywhere
    asked: list[str] = []
    alone = opened.context.new_page()
    alone.on("request", lambda request: asked.append(request.url))
    alone.goto(page.as_uri())
    expect(alone.locator("h2")).to_have_text(["Fieldwork", "Codes together"])
    assert alone.locator("figure svg").count() == 2 and asked == [page.as_uri()]
    assert faults == []


def test_another_set_of_interviews_is_shown_at_once(workbench: Workbench, opened: Page) -> None:
    inside = tuple(one.id for one in workbench.store.all(Interview)[:3])
    with workbench.store.edit("АК", "publication") as edit:
        edit.add(Publication(key="first", title="The first article", interviews=inside))
    opened.goto(f"{workbench.url}/report")
    with opened.expect_navigation():
        opened.get_by_label("Interviews", exact=True).select_option(label="The first article")
    expect(opened.locator(".lead")).to_contain_text("on the set of 3 interviews")
    # one finding leads to its page on the same interviews
    with opened.expect_navigation():
        opened.get_by_role("link", name="Fieldwork").click()
    assert "in_analysis_set=first" in opened.url
