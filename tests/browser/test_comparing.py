"""Comparison and codebook in a real browser: figure, grounds, keys, moving codes, accessibility."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from veche.study import Code


@pytest.fixture
def quiet(page: Page) -> Iterator[None]:
    """No page may break the rules of its own security, or fail in a script."""
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda one: said.append(str(one)))
    yield
    assert not said


def code(workbench: Any, key: str) -> Code:
    found: Code = workbench.store.having(Code, "key", [key])[0]
    return found


@pytest.mark.usefixtures("quiet")
def test_figure_grounds_table_and_file(workbench: Any, opened: Page) -> None:
    opened.goto(f"{workbench.url}/analysis/cooccurrence?unit=overlap")
    expect(opened.locator("#drawing svg.marks")).to_be_visible(timeout=30_000)
    assert "_digest=" in opened.url
    opened.locator("#tables td.right a", has_text="13").first.click()
    expect(opened.locator("#grounds")).to_contain_text("26 passages for")
    opened.wait_for_url("**_row=*")
    opened.keyboard.press("t")
    expect(opened.locator("#drawing")).to_be_hidden()
    opened.keyboard.press("t")
    expect(opened.locator("#drawing svg.marks")).to_be_visible()
    opened.keyboard.press("e")
    expect(opened.locator("#grounds")).to_be_hidden()
    opened.keyboard.press("e")
    opened.get_by_text("Save", exact=True).click()
    with opened.expect_download() as download:
        opened.get_by_role("link", name="Figure SVG").click()
    assert download.value.path().read_text(encoding="utf-8").startswith("<svg")
    opened.locator("#grounds .quote a").first.click()
    opened.wait_for_url("**/read/*at=*")


@pytest.mark.usefixtures("quiet")
def test_codes_are_offered_and_combined(workbench: Any, opened: Page) -> None:
    opened.goto(f"{workbench.url}/quotations")
    opened.keyboard.press("c")
    opened.keyboard.type("lack")
    expect(opened.locator("#offers li")).to_have_count(1)
    opened.keyboard.press("Enter")
    opened.keyboard.type(" AND deal")
    opened.keyboard.press("Enter")
    expect(opened.locator("#codes")).to_have_value("PROB.FISC AND TECH.DEAL")
    opened.keyboard.press("Enter")
    opened.wait_for_url("**codes=PROB.FISC*")
    expect(opened.locator(".quote")).to_have_count(26)
    assert "memo=" not in opened.url


@pytest.mark.usefixtures("quiet")
def test_codes_move_by_keyboard_and_by_mouse(workbench: Any, opened: Page) -> None:
    opened.goto(f"{workbench.url}/codebook")
    prob = code(workbench, "PROB")
    opened.locator("#tree a", has_text="TECH.DEAL").focus()
    with opened.expect_navigation():
        opened.keyboard.press("Alt+ArrowRight")
    assert code(workbench, "TECH.DEAL").parent_id == prob.id
    expect(opened.locator("#tree a:focus")).to_contain_text("TECH.DEAL")
    with opened.expect_navigation():
        opened.keyboard.press("Alt+ArrowUp")
    keys = opened.locator("#tree ul code")
    expect(keys).to_have_text(["PROB.FISC", "TECH.DEAL", "PROB.DEMO"])
    target = opened.locator("li .line", has_text="PROB.DEMO")
    with opened.expect_navigation():
        opened.locator("li .line", has_text="PROB.FISC").drag_to(target, target_position={"x": 40, "y": 25})
    assert code(workbench, "PROB.FISC").parent_id == code(workbench, "PROB.DEMO").id
    with opened.expect_navigation():
        opened.keyboard.press("Control+z")
    assert code(workbench, "PROB.FISC").parent_id == prob.id
    opened.fill("#narrow", "barg")
    expect(opened.locator("#tree code:visible")).to_have_text(["PROB", "TECH.DEAL"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(workbench: Any, opened: Page, scheme: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened.emulate_media(color_scheme=scheme)
    fisc, deal = code(workbench, "PROB.FISC").id, code(workbench, "TECH.DEAL").id
    for path in (
        "/analyses", "/analysis/cooccurrence?_row=0", "/quotations?codes=PROB&group=town", f"/codebook?code={fisc}",
        f"/codebook/merge?code={fisc}&into={deal}", f"/codebook/split?code={fisc}",
    ):  # fmt: skip
        opened.goto(workbench.url + path)
        if path.startswith("/analysis/"):
            expect(opened.locator("#drawing svg.marks")).to_be_visible(timeout=30_000)
        found = Axe().run(opened).response["violations"]
        assert not found, [(path, one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]
