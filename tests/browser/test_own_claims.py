"""Claims of one's own in a real browser: a dropped file is checked, mistakes stand beside the text, in nobody's way."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.accessible import faults_in_both_themes
from tests.browser.conftest import Workbench

GOOD = "claims:\n  - id: MINE\n    says: Roads are spoken of.\n    checks:\n      - {kind: present, of: {codes: [NO.SUCH]}, expect: present}\n"
BAD = GOOD.replace("present, of", "presents, of").replace("says", "sayz")
#: what the browser does when a file is let go over the page
DROP = """([name, text]) => {
  const held = new DataTransfer();
  held.items.add(new File([text], name, { type: "application/yaml" }));
  dispatchEvent(new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true }));
}"""


def test_a_dropped_file_is_corrected_in_place_and_checked(opened: Any, workbench: Workbench) -> None:
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    with opened.expect_navigation():
        opened.goto(f"{workbench.url}/analysis/claims?file=study:none.yaml")
    with opened.expect_navigation():
        opened.get_by_role("link", name="Claims of your own").last.click()
    opened.wait_for_load_state()
    assert faults_in_both_themes(opened) == []
    with opened.expect_navigation():
        opened.evaluate(DROP, ["mine.yaml", BAD])
    opened.wait_for_load_state()
    told = opened.locator(".mistakes li")
    expect(told).to_have_count(2)
    expect(told.nth(1)).to_contain_text("line 5")
    expect(told.nth(1)).to_contain_text("Nearest: present")
    assert faults_in_both_themes(opened) == []
    field = opened.get_by_label("Claims", exact=True)
    assert field.input_value() == BAD and opened.get_by_label("Name of the file").input_value() == "mine.yaml"
    field.fill(GOOD)
    with opened.expect_navigation():
        opened.get_by_role("button", name="Keep and check").last.click()
    expect(opened.locator("#tables")).to_contain_text("Roads are spoken of.")
    opened.goto(f"{workbench.url}/claims")
    with opened.expect_navigation():
        opened.get_by_role("link", name="mine.yaml", exact=True).click()
    expect(opened.locator("#tables")).to_contain_text("Roads are spoken of.")
    opened.goto(f"{workbench.url}/claims")
    assert faults_in_both_themes(opened) == []
    with opened.expect_navigation():
        opened.get_by_role("button", name="Remove").click()
    expect(opened.get_by_role("button", name="Remove")).to_have_count(0)
    assert errors == []


def test_what_takes_longer_comes_by_itself(opened: Any, workbench: Workbench) -> None:
    """The verdicts stand there first; those without each respondent follow without a new page."""
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(f"{workbench.url}/analysis/claims")
    expect(opened.locator("#tables")).to_contain_text("The core of the problem field")
    opened.evaluate("document.body.dataset.same = 'page'")
    expect(opened.locator("#tables")).to_contain_text("the same without any one")
    expect(opened.locator("#more")).to_be_empty()
    expect(opened.locator("#drawing[data-ready=yes]")).to_contain_text("Without one town")
    expect(opened.locator("#drawing[data-ready=yes]")).to_contain_text("stands")
    assert opened.evaluate("document.body.dataset.same") == "page"
    assert faults_in_both_themes(opened) == [] and errors == []
