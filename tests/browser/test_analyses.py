"""The page of every installed analysis on the fictional study: its figure, marks that lead to their grounds, table, files, work under way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.accessible import faults
from tests.browser.conftest import Workbench
from tests.browser.waiting import until
from veche.workbench import registry

DRAWN = "() => !document.querySelector('#drawing:not([hidden])') || ['yes', 'failed'].includes(document.getElementById('drawing').dataset.ready)"
#: marks that carry a row, by their place on the screen; those in sight, none under another
MARKS = """() => [...document.querySelectorAll('#drawing svg [role=graphics-symbol], #drawing svg path, #drawing svg text')].flatMap((one) => {
  const datum = one.__data__?.datum;
  if (typeof datum?.row !== 'string' || !datum.row) return [];
  const box = one.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
  return document.elementFromPoint(x, y) === one ? [{x, y, row: datum.row, column: datum.column, table: datum.table}] : [];
})"""


@pytest.fixture(scope="module")
def window(browser: Browser, signed_in: Any) -> Iterator[BrowserContext]:
    """What all tabs of these tests share, above all what the browser has compiled of the program that draws."""
    context = browser.new_context(storage_state=signed_in, viewport={"width": 1440, "height": 1000}, locale="en-GB")
    yield context
    context.close()


@pytest.fixture
def view(window: BrowserContext) -> Iterator[Page]:
    """A tab on the fictional study; its page may not break the rules of its own security, or fail in a script."""
    page = window.new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda one: said.append(str(one)))
    # the checker of accessibility writes styles into the page, which the page refuses: the list is looked at before it runs
    page.faults = said  # type: ignore[attr-defined]
    yield page
    page.close()


def open_analysis(view: Page, fictional: Workbench, name: str, query: str = "") -> None:
    view.goto(f"{fictional.url}/analysis/{name}{query}")
    # one that takes long is computed in the background, and the page loads itself again
    view.wait_for_selector("#tables", timeout=150_000)
    view.wait_for_load_state()
    # of a first look the rest comes by itself
    until(view, "() => !document.querySelector('#more [data-job]')")
    until(view, DRAWN)


def data_of(specification: Any) -> Iterator[dict[str, Any]]:
    """Everything in a specification that may be the data of a mark."""
    if isinstance(specification, dict):
        if "row" in specification and "table" in specification:
            yield specification
        for value in specification.values():
            yield from data_of(value)
    elif isinstance(specification, list):
        for value in specification:
            yield from data_of(value)


def assert_marks_name_rows(fictional: Workbench, name: str) -> None:
    """Every mark that names a row names one of the result, and some of them have sentences or interviews behind them."""
    runs = fictional._app.state.runs
    question = runs.ask(name, {}, {})
    result = runs.known(question)
    specification = json.loads(runs.figure(question, result, "light", "vega"))
    named = {(one["row"], one["column"], one["table"]) for one in data_of(specification) if one.get("row")}
    assert named
    grounds = 0
    for row, column, table in named:
        frame = result.tables[table or next(iter(result.tables))]
        assert row in frame.index and (not column or column in frame.columns), (row, column, table)
        grounds += bool(len(result.grounds(row, column or None, table or None)) or "interview_keys" in frame.columns)
    assert grounds > len(named) / 2


@pytest.mark.parametrize("name", registry.analysis_names())
def test_every_analysis_has_its_page(name: str, view: Page, fictional: Workbench) -> None:
    analysis = registry.analysis(name)
    open_analysis(view, fictional, name)
    assert "_digest=" in view.url
    assert view.locator("#tables tbody tr").count() > 0
    assert view.locator("#tables").inner_text().count("_") == 0
    if analysis.draw is None:
        assert view.locator("#drawing").count() == 0
    else:
        assert view.locator("#drawing").get_attribute("data-ready") == "yes"
        # nothing is drawn outside the picture
        assert view.evaluate(
            "() => { const box = document.querySelector('#drawing svg').getBoundingClientRect(); return box.width > 100 && box.height > 60; }"
        )
        assert_marks_name_rows(fictional, name)
        marks = view.evaluate(MARKS)
        assert marks, "no mark of the figure leads to its grounds"
        chosen = marks[len(marks) // 2]
        view.mouse.click(chosen["x"], chosen["y"])
        until(view, "() => !document.querySelector('#grounds h2').textContent.includes('Of the finding')")
        assert view.locator("#tables tr.chosen").count() == 1
        view.keyboard.press("KeyT")
        expect(view.locator("#drawing")).to_be_hidden()
        expect(view.locator("#tables tr.chosen")).to_be_visible()
    for number, table in enumerate(view.locator("#tables nav.seg a, #tables .menu a").all()[:8]):
        if number:
            title = table.text_content() or ""
            if (many := view.locator("#tables .menu summary")).count():
                many.click()
            table.click()
            expect(view.locator("#tables-title")).to_have_text(title)
    view.emulate_media(color_scheme="dark", reduced_motion="reduce")
    until(view, DRAWN)
    assert view.faults == []  # type: ignore[attr-defined]
    # the marks themselves are one picture with its words beside it; looking at each of hundreds takes very long
    assert faults(view, without=["#drawing svg"]) == []


def test_long_work_shows_how_far_it_is_and_can_be_stopped(view: Page, fictional: Workbench) -> None:
    view.goto(f"{fictional.url}/analysis/problem_field?resamples=100000")
    expect(view.locator("#working")).to_be_visible()
    until(
        view, "() => /Computing.*\\d s/.test(document.querySelector('#working .doing')?.textContent ?? '')", seconds=60
    )
    view.get_by_role("button", name="Stop").click()
    view.wait_for_url("**_stopped=1")
    expect(view.locator("main")).to_contain_text("The work was stopped.")
    (job,) = [one for one in fictional._app.state.runs.jobs._held.values() if "100000" in repr(one.key)]
    assert job.wait(20) and job.state == "cancelled"


def test_figure_and_tables_as_files(view: Page, fictional: Workbench) -> None:
    open_analysis(view, fictional, "timeline")
    begins = {
        "Figure PNG": b"\x89PNG", "Figure SVG": b"<svg", "Figure PDF": b"%PDF", "Tables CSV": b"", "Tables XLSX": b"PK",
    }  # fmt: skip
    for name, first in begins.items():
        view.locator("main").get_by_text("Save", exact=True).click()
        with view.expect_download() as download:
            view.get_by_role("link", name=name).click()
        content = download.value.path().read_bytes()
        assert content.startswith(first) and len(content) > 400, name
        assert fictional.url not in download.value.suggested_filename
        view.keyboard.press("Escape")


def test_a_mark_leads_to_its_grounds_and_the_address_keeps_it(view: Page, fictional: Workbench) -> None:
    open_analysis(view, fictional, "code_attribute")
    mark = next(one for one in view.evaluate(MARKS) if one["column"] == "share")
    view.mouse.click(mark["x"], mark["y"])
    view.wait_for_url("**_at=*")
    title = view.locator("#grounds h2").inner_text()
    assert title != "Of the finding"
    expect(view.locator("#grounds .why b").first).to_have_text(view.locator("#tables td.here").inner_text())
    address = view.url
    view.goto(f"{fictional.url}/")
    view.goto(address)
    until(view, DRAWN)
    expect(view.locator("#grounds h2")).to_have_text(title)
    # grounds are hidden and shown by their key, and a mark shows them again
    view.keyboard.press("KeyE")
    expect(view.locator("#grounds")).to_be_hidden()
    view.mouse.click(mark["x"], mark["y"])
    expect(view.locator("#grounds")).to_be_visible()


def test_a_missing_number_says_why(view: Page, fictional: Workbench) -> None:
    open_analysis(view, fictional, "problem_field", "?_view=table")
    missing = view.locator("#tables a.missing").first
    why = missing.get_attribute("title")
    missing.click()
    expect(view.locator("#grounds .why")).to_contain_text(f"missing: {why}")


def test_a_number_that_rests_on_interviews_names_them(view: Page, fictional: Workbench) -> None:
    open_analysis(view, fictional, "fieldwork")
    mark = view.evaluate(MARKS)[0]
    view.mouse.click(mark["x"], mark["y"])
    interviews = view.locator("#grounds .interviews-of a")
    expect(interviews.first).to_be_visible()
    number = int(view.locator("#grounds .why b").inner_text())
    assert interviews.count() == number > 5
    interviews.first.click()
    view.wait_for_url("**/read/*")
