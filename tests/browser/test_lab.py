"""The lab in a browser: sliders run the model at once, keys walk over runs and months, a map can be watched and stopped."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import Workbench
from tests.browser.waiting import until
from veche.lab.batch import ready

READY = "document.documentElement.classList.contains('js') && document.querySelector('.carriers') !== null"


@pytest.fixture
def lab(workbench: Workbench, opened: Any) -> Any:
    """The page of the lab, its scripts at work."""
    ready()
    opened.goto(workbench.url + "/lab")
    until(opened, READY, seconds=60)
    return opened


def test_a_moved_slider_runs_the_model_and_keeps_the_address(lab: Any, workbench: Workbench) -> None:
    before = lab.locator("#story .policy").get_attribute("d")
    slider = lab.locator("#c-S")
    slider.focus()
    lab.keyboard.press("End")
    until(
        lab,
        "(d) => document.querySelector('#story .policy').getAttribute('d') !== d && location.search.includes('S=1.5')",
        before,
        seconds=30,
    )
    assert lab.locator("#c-S").evaluate("(one) => one.closest('.slide').classList.contains('changed')")
    assert lab.locator("output[for='c-S']").inner_text() == "1.50"
    # the address alone brings the same story
    now = lab.locator("#story .policy").get_attribute("d")
    lab.reload()
    until(lab, READY, seconds=60)
    assert lab.locator("#story .policy").get_attribute("d") == now
    assert lab.locator("#c-S").input_value() == "1.5"


def test_a_switched_off_mechanism_and_its_comparison(lab: Any) -> None:
    lab.locator("#against").select_option("use_sel")
    until(lab, "document.querySelectorAll('#story .twin').length === 2", seconds=30)
    assert "Counterfactual" in lab.locator(".numbers").inner_text()
    lab.get_by_text("Mechanisms at work").click()
    lab.get_by_label("payment", exact=True).uncheck()
    until(
        lab,
        "location.search.includes('use_pay=0') && !document.getElementById('story').classList.contains('busy')",
        seconds=30,
    )
    assert lab.locator("#against option[value='use_pay']").count() == 0


def test_keys_walk_over_runs_and_months(lab: Any) -> None:
    lab.locator("main").focus()
    lab.keyboard.press("ArrowRight")
    until(
        lab, "location.search === '?run=1' && document.querySelector('.seg .of').textContent.includes('2')", seconds=30
    )
    lab.keyboard.press("r")
    until(lab, "location.search.includes('seed=2')", seconds=30)
    until(lab, "!document.getElementById('story').classList.contains('busy')", seconds=30)
    month = lab.locator("#month")
    month.focus()
    for _ in range(3):
        lab.keyboard.press("ArrowRight")
    assert lab.locator("#reading").inner_text().startswith("Month 3: policy ")
    assert lab.locator("#cursor").get_attribute("visibility") == "visible"
    # a new run keeps the month and the focus
    lab.locator("a[data-story]").nth(1).click()
    until(lab, "location.search.includes('run=2')", seconds=30)
    assert lab.locator("#month").input_value() == "3" and lab.locator("#reading").inner_text().startswith("Month 3")


def test_a_map_is_drawn_in_place(lab: Any) -> None:
    lab.locator("#map-form [name=steps]").select_option("10")
    lab.locator("#map-form [name=runs]").select_option("10")
    lab.get_by_role("button", name="Draw the map").click()
    until(lab, "document.querySelectorAll('#map svg rect').length === 100", seconds=60)
    assert lab.locator("#map .here").count() == 1


def test_a_long_map_can_be_stopped(lab: Any) -> None:
    lab.locator("#map-form [name=of]").select_option("model")
    lab.locator("#map-form [name=steps]").select_option("40")
    lab.locator("#map-form [name=runs]").select_option("50")
    lab.get_by_role("button", name="Draw the map").click()
    until(lab, "document.getElementById('stop') !== null", seconds=30)
    lab.locator("#stop").click()
    until(
        lab, "document.querySelector('#map .quiet') !== null && document.getElementById('working') === null", seconds=60
    )
    assert "stopped" in lab.locator("#map").inner_text()


def test_a_value_that_cannot_be_used_is_said_beside_the_story(workbench: Workbench, opened: Any) -> None:
    ready()
    opened.goto(workbench.url + "/lab?S=9")
    assert "give 0 to 5" in opened.locator(".problem").inner_text()
    assert opened.locator("#story .policy").count() == 1


def test_the_page_works_without_scripts(workbench: Workbench, browser: Any) -> None:
    ready()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(workbench.entry)
    page.goto(workbench.url + "/lab?S=1.2")
    assert page.locator("#story .policy").count() == 1
    with page.expect_navigation():
        page.locator("#run").click()
    assert "S=1.2" in page.url and page.locator("#story .policy").count() == 1
    with page.expect_navigation():
        page.locator("#explain").click()
    assert page.locator(".carriers li").count() == 4
    context.close()
