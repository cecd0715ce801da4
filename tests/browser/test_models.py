"""The screen of models in a real browser: by keyboard and by mouse, in both themes, in narrow windows."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.browser.accessible import faults_in_both_themes
from tests.browser.conftest import Workbench
from tests.browser.waiting import until


@pytest.fixture
def screen(fictional: Workbench, signed_in: Any, page: Any) -> Any:
    page.context.add_cookies(signed_in["cookies"])
    page.goto(f"{fictional.url}/models")
    # the first time the numbers have to be computed, and the page comes again
    page.wait_for_selector("#cases", timeout=150_000)
    page.wait_for_load_state()
    return page


def chosen(page: Any) -> str:
    return str(page.locator(".cmp [aria-current]").first.get_attribute("aria-label"))


def test_cases_and_models_by_keyboard(screen: Any) -> None:
    assert chosen(screen).startswith("Hidden manipulation")
    screen.keyboard.press("ArrowRight")
    until(
        screen,
        "() => document.querySelector('.cmp [aria-current]').getAttribute('aria-label').startsWith('Inside man')",
    )
    assert screen.evaluate("document.activeElement.matches('.cmp [aria-current]')")
    # the key of the Latin T in the Russian layout
    screen.evaluate("document.activeElement.blur()")
    before = screen.locator("#grounds h2").inner_text()
    for _step in range(2):
        screen.keyboard.press("ArrowDown")
        until(screen, "(was) => document.querySelector('#grounds h2').innerText !== was", before)
        before = screen.locator("#grounds h2").inner_text()
    assert before.startswith("Стожары")
    screen.keyboard.press("KeyT")
    until(screen, "() => document.querySelector('.cmp.plain') !== null")
    assert screen.locator(".cmp.plain tbody tr").count() == 14
    screen.keyboard.press("KeyT")
    until(screen, "() => document.querySelector('.cmp.plain') === null")
    screen.keyboard.press("KeyE")
    until(screen, "() => getComputedStyle(document.querySelector('.inspector')).display === 'none'")
    screen.keyboard.press("KeyE")
    until(screen, "() => document.activeElement.id === 'grounds'")
    # what is seen has an address of its own
    assert "at=D" in screen.url


def test_a_click_on_dots_and_numbers_shows_their_sentences(screen: Any) -> None:
    cluster = screen.locator("tr[data-town=C] td.ax a").nth(3)
    title = cluster.get_attribute("aria-label")
    cluster.locator("circle").first.click()
    until(screen, "() => document.querySelector('.ax [aria-current]') !== null")
    assert screen.locator(".ax [aria-current]").get_attribute("aria-label") == title
    count = int(str(title).rsplit(", ", 1)[1].split()[0])
    assert f"{count} passage" in screen.locator("#grounds .why").inner_text()
    screen.locator("tr[data-town=F] td.p a").first.click()
    until(screen, "() => document.querySelector('#grounds h2').innerText.startsWith('Ветлянск')")
    screen.locator("#grounds .answers a").first.click()
    until(screen, "() => document.querySelector('#grounds .answers [aria-current]') !== null")
    screen.get_by_role("link", name="2016", exact=True).click()
    until(screen, "() => document.querySelector('.cmp.many') !== null")
    # a sentence leads into its interview
    screen.locator("#grounds .quote a").first.click()
    screen.wait_for_url("**/read/**")


def test_it_is_accessible_in_both_themes_and_fits_narrow_windows(screen: Any) -> None:
    address = screen.url
    for more in ("", "?typology=2016", "?table=true"):
        screen.goto(address + more)
        assert faults_in_both_themes(screen) == []
    for width in (1024, 700):
        screen.set_viewport_size({"width": width, "height": 900})
        assert screen.evaluate("document.documentElement.scrollWidth") <= width
        # no two names of steps lie on one another
        boxes = screen.evaluate(
            "[...document.querySelectorAll('.steps span')].map(e => e.getBoundingClientRect()).filter(r => r.width).map(r => [r.left, r.right])"
        )
        assert all(right <= left + 1 for (_a, right), (left, _b) in pairwise(boxes))
