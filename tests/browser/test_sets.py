"""The screens of combinations and of ideal types in a real browser: sliders, tiles, keys, both themes, narrow windows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.accessible import faults_in_both_themes
from tests.browser.conftest import Workbench
from tests.browser.waiting import until

ENOUGH = 60_000


@pytest.fixture
def screen(fictional: Workbench, signed_in: Any, page: Any) -> Any:
    page.context.add_cookies(signed_in["cookies"])
    page.goto(f"{fictional.url}/sets")
    page.wait_for_load_state()
    # the first time the numbers have to be computed, and the page comes again
    page.wait_for_selector("#found .kinds", timeout=ENOUGH)
    return page


def lead(page: Any) -> str:
    return str(page.locator("#found > .lead").inner_text())


def test_a_slider_moved_by_keys_changes_the_findings_in_place(screen: Any) -> None:
    before = lead(screen)
    screen.evaluate("window.sameDocument = true")
    slider = screen.locator("input[name=incl]")
    slider.focus()
    # from .80 up by .09: the solution changes, the slider keeps the focus, the page is not loaded anew
    for _step in range(9):
        screen.keyboard.press("ArrowRight")
    until(screen, "() => new URLSearchParams(location.search).get('incl') === '0.89'")
    until(screen, "(was) => document.querySelector('#found > .lead').innerText !== was", before)
    assert screen.evaluate("window.sameDocument && document.activeElement.name === 'incl'")
    assert slider.evaluate("one => one.parentElement.querySelector('output').value") == "0.89"
    # where one stands is marked on the map
    assert screen.locator(".heat a[aria-current]").get_attribute("data-cut") == "0.89 0.5"
    # the same is seen under its address
    after = lead(screen)
    screen.reload()
    screen.wait_for_selector("#found .kinds", timeout=ENOUGH)
    assert lead(screen) == after and screen.locator("input[name=incl]").input_value() == "0.89"


def test_a_moved_membership_recalibrates(screen: Any) -> None:
    value = "() => [...document.querySelectorAll('.values td a')].map(one => one.innerText).join(' ')"
    before = screen.evaluate(value)
    screen.locator("input[name='m.EFFECT.1']").fill("0.7")
    until(screen, f"(was) => ({value})() !== was", before)
    assert "EFF.MID%3A0.4" in screen.url or "m.EFFECT.1=0.7" in screen.url
    # memberships that do not rise are named beside, and the form stays
    screen.locator("input[name='m.EFFECT.1']").fill("1")
    until(screen, "() => document.querySelector('#found .problem') !== null")
    assert "EFFECT" in screen.locator("#found .problem").inner_text()
    screen.locator("input[name='m.EFFECT.1']").fill("0.4")
    until(screen, f"(was) => ({value})() === was", before)


def test_a_tile_of_the_map_goes_there(screen: Any) -> None:
    screen.locator(".heat a[data-cut='0.7 0.3']").click()
    until(screen, "() => document.querySelector('.heat a[aria-current]')?.dataset.cut === '0.7 0.3'")
    assert screen.locator("input[name=pri]").input_value() == "0.3"


def test_terms_rows_cases_and_values_lead_to_sentences_by_mouse_and_keys(screen: Any) -> None:
    for selector in (".terms a", ".truth .out a", ".xy a", ".deviant a", ".values a >> nth=0"):
        link = screen.locator(f"#found {selector}").first
        address = link.get_attribute("href")
        link.click()
        until(
            screen,
            "(wanted) => [...document.querySelectorAll('#found [aria-current]')].some(one => one.getAttribute('href') === wanted)",
            address,
        )
        assert screen.locator("#grounds .quote").count() > 0
    screen.evaluate("document.activeElement.blur()")
    title = screen.locator("#grounds h2").inner_text()
    screen.keyboard.press("ArrowDown")
    until(screen, "(was) => document.querySelector('#grounds h2').innerText !== was", title)
    screen.keyboard.press("KeyE")
    until(screen, "() => getComputedStyle(document.querySelector('.inspector')).display === 'none'")
    screen.keyboard.press("KeyE")
    until(screen, "() => document.activeElement.id === 'grounds'")


def test_the_tests_run_when_nothing_moves(screen: Any) -> None:
    screen.wait_for_selector("#tests .tests", timeout=ENOUGH)
    assert screen.locator("#tests dl").count() == 5


def test_ideal_types_follow_their_answers(screen: Any, fictional: Workbench) -> None:
    screen.goto(f"{fictional.url}/types")
    screen.wait_for_load_state()
    screen.wait_for_selector("#found .types", timeout=ENOUGH)
    assert screen.locator(".change.kind").count() >= 1
    before = lead(screen)
    screen.locator("input[value=SETTLED]").uncheck()
    # the named types speak of an answer that is gone: said, not lost
    until(screen, "() => document.querySelector('#found .problem') !== null")
    screen.locator("input[value=SETTLED]").check()
    until(screen, "(was) => document.querySelector('#found > .lead')?.innerText === was", before)
    screen.locator(".change.kind").first.click()
    until(screen, "() => document.querySelector('.change[aria-current]') !== null")
    assert screen.locator("#grounds .quote").count() > 0


def test_both_screens_are_accessible_and_fit_narrow_windows(screen: Any, fictional: Workbench) -> None:
    wanted = (("/sets?incl=0.85", "#found .kinds"), ("/types", "#found .types"), ("/sets?rule=A", "#found .problem"))
    for address, ready in wanted:
        screen.goto(fictional.url + address)
        screen.wait_for_selector(ready, timeout=ENOUGH)
        assert faults_in_both_themes(screen) == []
    for width in (1024, 700):
        for address, ready in (("/sets", "#found .kinds"), ("/types", "#found .types")):
            screen.set_viewport_size({"width": width, "height": 900})
            screen.goto(fictional.url + address)
            screen.wait_for_selector(ready, timeout=ENOUGH)
            assert screen.evaluate("document.documentElement.scrollWidth") <= width
