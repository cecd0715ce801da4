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
    expect(opened.locator("#drawing svg.marks")).to_be_visible()
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


@pytest.mark.usefixtures("quiet")
def test_codes_are_merged_after_a_look_at_what_happens(workbench: Any, opened: Page) -> None:
    fisc, deal = code(workbench, "PROB.FISC"), code(workbench, "TECH.DEAL")
    opened.goto(f"{workbench.url}/codebook?code={fisc.id}")
    opened.get_by_role("link", name="Merge into…").click()
    opened.get_by_label("Into").select_option(value=deal.id)
    opened.get_by_role("button", name="Show what happens").click()
    preview = opened.get_by_role("region", name="What happens")
    expect(preview).to_contain_text("13codings get the code “Bargaining”, which has 13")
    assert code(workbench, "PROB.FISC") == fisc
    preview.get_by_role("button", name="Merge").click()
    opened.wait_for_url("**/codebook?code=*")
    assert not workbench.store.having(Code, "key", ["PROB.FISC"])
    expect(opened.locator(".code-head")).to_contain_text("26 quotations")
    with opened.expect_navigation():
        opened.keyboard.press("Control+z")
    assert code(workbench, "PROB.FISC").label_en == "Lack of money"
    expect(opened.locator(".code-head")).to_contain_text("13 quotations")


@pytest.mark.usefixtures("quiet")
def test_a_code_is_split_by_its_quotations(workbench: Any, opened: Page) -> None:
    fisc = code(workbench, "PROB.FISC")
    opened.goto(f"{workbench.url}/codebook/split?code={fisc.id}")
    opened.get_by_label("Key of the new code").fill("PROB.TAX")
    opened.get_by_label("Name in English").fill("Taxes")
    for n in range(3):
        opened.locator(".pick input").nth(n).check()
    opened.get_by_role("button", name="Split").click()
    opened.wait_for_url("**/codebook?code=*")
    expect(opened.locator(".code-head")).to_contain_text("Taxes")
    expect(opened.locator(".code-head")).to_contain_text("3 quotations")
    counts = {one.code_id: 0 for one in workbench.store.coding_counts()}
    for one in workbench.store.coding_counts():
        counts[one.code_id] += one.count
    assert (counts[fisc.id], counts[code(workbench, "PROB.TAX").id]) == (10, 3)


@pytest.mark.usefixtures("quiet")
def test_a_code_is_written_in_both_languages_with_its_window_and_keeps_its_history(
    workbench: Any, opened: Page
) -> None:
    opened.goto(f"{workbench.url}/codebook?code={code(workbench, 'PROB.DEMO').id}")
    written = {
        "Definition in Russian": "Люди уезжают.", "Definition in English": "People leave.", "Example in Russian": "Молодых нет.",
        "Example in English": "No young people.", "Possible from": "2014-01-01", "Possible until": "2022-06-30",
    }  # fmt: skip
    for label, value in written.items():
        opened.get_by_label(label).fill(value)
    opened.get_by_role("button", name="Save").click()
    expect(opened.locator("#tree .line", has_text="PROB.DEMO")).to_contain_text("2014–2022")
    kept = code(workbench, "PROB.DEMO")
    assert (kept.definition_ru, kept.definition_en, kept.example_ru, kept.example_en) == tuple(written.values())[:4]
    assert (str(kept.not_before), str(kept.not_after)) == ("2014-01-01", "2022-06-30")
    expect(opened.locator(".past li")).to_have_count(2)
    opened.get_by_role("link", name="All of its history").click()
    newest = opened.locator(".journal > li").first
    newest.get_by_text("1 row").click()
    expect(newest).to_contain_text("Possible from: – → 1\u00a0January 2014")


@pytest.mark.usefixtures("quiet")
def test_quotations_under_every_filter(workbench: Any, opened: Page) -> None:
    def found(query: str) -> int:
        opened.goto(f"{workbench.url}/quotations?{query}")
        return int(opened.locator(".bar b").inner_text().split()[0]) if opened.locator(".quote").count() else 0

    # both codes stand on every coded answer: Lack of money on its characters 0 to 20, Bargaining on 10 to 34
    assert (found("codes=PROB"), found("codes=PROB OR TECH.DEAL"), found("codes=PROB.FISC AND TECH.DEAL")) == (
        13,
        26,
        26,
    )
    assert (found("codes=PROB.FISC NEAR/5 TECH.DEAL"), found("codes=PROB.FISC WITHIN TECH.DEAL")) == (26, 0)
    assert (found("codes=PROB.FISC NOT TECH.DEAL"), found("codes=*")) == (0, 26)
    assert (found("towns=A"), found("towns=A&waves=1"), found("roles=head"), found("respondents=R-01, R-05")) == (
        12,
        6,
        10,
        6,
    )
    assert (found("coders=МС"), found("memo=with"), found("memo=волной"), found("memo=without")) == (13, 1, 1, 25)
    assert (found("since=2019-01-01"), found("until=2018-12-31"), found("modalities=denied")) == (12, 14, 0)
    # chosen by hand, they come to the same, grouped and saved
    opened.goto(f"{workbench.url}/quotations")
    opened.locator("#filter summary", has_text="Town").click()
    opened.get_by_label("Тальвинск").check()
    opened.get_by_label("Memo").fill("without")
    with opened.expect_navigation():  # whole: its scripts are at work
        opened.get_by_role("button", name="Narrow").click()
    expect(opened.locator(".bar b")).to_have_text("11 quotations")
    with opened.expect_navigation():
        opened.get_by_label("Grouped").select_option(label="by town and wave")
    expect(opened.locator("main section h2")).to_have_count(2)
    opened.get_by_text("Save", exact=True).click()
    with opened.expect_download() as download:
        opened.get_by_role("link", name="CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    # the words of R-03 may be retold only: two of the passages leave without them
    assert len(lines) >= 10
