"""Questions to the model in a browser: each of the four with all that belongs to its answer, work that is watched and stopped, files that are kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Workbench
from tests.browser.waiting import until
from tests.lab._tables import small_table
from veche.lab import reference_table
from veche.lab.batch import ready
from veche.lab.honesty import STATEMENTS
from veche.lab.questions import QUESTIONS
from veche.lab.reference_table import write_table
from veche.study import Cancelled
from veche.workbench import lab_answers, lab_evidence

AT_WORK = "document.documentElement.classList.contains('js') && document.getElementById('asking') !== null"


@pytest.fixture
def asking(workbench: Workbench, opened: Page, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Page:
    """The page of questions, its scripts at work; a calibration takes the small table."""
    ready()
    path = write_table(small_table(), tmp_path / "cached.parquet")
    for module in (reference_table, lab_evidence):
        monkeypatch.setattr(module, "cached_path", lambda _points=0: path)
    opened.goto(f"{workbench.url}/lab/questions?stopped=true")  # not to ask the first question yet
    until(opened, AT_WORK)
    return opened


def _ask(page: Page, question: str, of: str, **options: str) -> None:
    """Choose a question by its number, say of whom, fill in what it needs, ask."""
    page.keyboard.press(str(1 + list(QUESTIONS).index(question)))
    expect(page.locator(f"input[name=question][value={question}]")).to_be_focused()
    page.locator("#of").select_option(of)
    for name, value in options.items():
        field = page.locator(f"#{name}")
        expect(field).to_be_visible()
        if field.evaluate("(one) => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    with page.expect_navigation():
        page.locator("#ask").click()
    expect(page.locator("#answer")).to_be_visible(timeout=90_000)


@pytest.mark.parametrize(
    ("question", "of", "options", "is_said", "rests_on"),
    [
        ("mechanism", "coercion", {}, "coercion", "all sixteen combinations"),
        ("selection", "entrance", {"yes": "60"}, "", "60%"),
        ("intervention", "rudovets", {"start": "40", "months": "30", "shorter": "6", "effect": "0.2"}, "", "begins in month 40"),
        ("horizon", "rudovets", {"who": "firm"}, "months", "full relational capital"),
    ],
)  # fmt: skip
def test_an_answer_has_all_that_belongs_to_it(
    asking: Page, question: str, of: str, options: dict[str, str], is_said: str, rests_on: str
) -> None:
    _ask(asking, question, of, **options)
    answer = asking.locator("#answer")
    words = answer.locator("h2").inner_text()
    assert words.strip() and is_said in words.lower()
    sentence = answer.locator(".sentence").inner_text()
    assert sentence.startswith("In the model, ") and sentence.endswith(".")
    # the interval, and what it is one of
    assert (
        "…" in answer.locator(".measure b").inner_text() and "90 % interval" in answer.locator(".measure").inner_text()
    )
    # the figure is there and says the same to who cannot see it
    until(asking, "document.querySelector('#answer img').naturalWidth > 300")
    assert answer.locator("img").get_attribute("alt") == sentence
    assert answer.locator("tbody tr").count() >= 4
    side = asking.locator("aside").filter(has_text="Assumptions")
    assert side.get_by_text("What would change it").is_visible() and side.locator(".said li").count() >= 1
    assert rests_on in side.inner_text()
    assert all(one in side.inner_text() for one in (STATEMENTS[0], STATEMENTS[2], STATEMENTS[3]))


def test_the_answer_is_kept_as_files(asking: Page, tmp_path: Path) -> None:
    _ask(asking, "horizon", "")
    kept = {}
    for name in ("Answer as text", "CSV", "XLSX", "SVG", "PNG"):
        with asking.expect_download() as download:
            asking.locator(".files").get_by_role("link", name=name, exact=True).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        kept[path.suffix] = path.read_bytes()
    assert set(kept) == {".md", ".csv", ".xlsx", ".svg", ".png"}
    for kind in (".md", ".csv", ".svg"):
        assert STATEMENTS[0] in kept[kind].decode()
    assert kept[".xlsx"][:2] == b"PK" and kept[".png"].startswith(b"\x89PNG")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Answers that never come: half of the way is done, then only a stop ends it. Gives how each ended."""
    ends: list[str] = []

    def answer(_asked: object, _evidence: object, job: Any) -> object:
        job.steps, job.step, job.doing = 8, 4, "Calibrating the towns"
        while not job.stopping:
            time.sleep(0.01)
        ends.append("stopped")
        raise Cancelled("The work was stopped.")

    monkeypatch.setattr(lab_answers, "_answer", answer)
    yield ends


def test_work_is_watched_and_stopped(asking: Page, slow: list[str]) -> None:
    with asking.expect_navigation():
        asking.locator("#ask").click()
    bar = asking.locator("#working progress")
    expect(bar).to_have_attribute("max", "8")
    expect(bar).to_have_attribute("value", "4")
    expect(asking.locator("#working .doing")).to_contain_text("Calibrating the towns")
    with asking.expect_navigation():
        asking.get_by_role("button", name="Stop").click()
    expect(asking.locator(".notice")).to_contain_text("The work was stopped")
    assert asking.locator("#working").count() == 0 and asking.locator("#answer").count() == 0
    end = time.monotonic() + 30
    while not slow and time.monotonic() < end:
        time.sleep(0.01)
    assert slow == ["stopped"]


def test_what_cannot_be_asked_is_said(asking: Page) -> None:
    asking.locator("input[value=intervention]").check()
    asking.locator("#start").fill("119")
    with asking.expect_navigation():
        asking.locator("#ask").click()
    expect(asking.locator(".problem")).to_contain_text("does not fit into 120 months")
    assert asking.locator("#start").input_value() == "119"


def test_conditions_and_results_of_the_lab_are_kept_as_files(
    workbench: Workbench, opened: Page, tmp_path: Path
) -> None:
    ready()
    opened.goto(f"{workbench.url}/lab?S=1.25&seed=3")
    until(
        opened, "document.documentElement.classList.contains('js') && document.querySelector('#story .policy') !== null"
    )
    kept = {}
    for name in (
        "Conditions (YAML)",
        "Months (CSV)",
        "Numbers (CSV)",
        "Numbers (Excel)",
        "Figure (SVG)",
        "Figure (PNG)",
        "The model, described (ODD)",
    ):
        menu = opened.locator("details.menu").filter(has_text="Conditions (YAML)")
        if menu.get_attribute("open") is None:
            menu.locator("summary").click()
        with opened.expect_download() as download:
            menu.get_by_role("link", name=name, exact=True).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        kept[path.name] = path.read_bytes()
    assert set(kept) == {f"lab-{name}" for name in (
        "scenario.yaml", "months.csv", "results.csv", "results.xlsx", "story.svg", "story.png", "model.md")}  # fmt: skip
    from veche import lab

    assert lab.read_scenario(tmp_path / "lab-scenario.yaml").parameters.given == (("S", 1.25),)
    for name in ("lab-scenario.yaml", "lab-months.csv", "lab-results.csv", "lab-model.md"):
        assert STATEMENTS[0] in kept[name].decode()
    assert kept["lab-months.csv"].decode().count("\n") > 120
