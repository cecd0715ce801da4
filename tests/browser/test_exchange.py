"""Exchange and merging in a real browser: nobody is shut out, a file can be dropped, a clash decided with the keyboard."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import faults_in_both_themes
from tests.browser.conftest import Workbench
from tests.importers import _databases as made
from veche.store import Store
from veche.study import Code, Coding


@pytest.fixture
def copy(workbench: Workbench, tmp_path: Path) -> Path:
    """A copy of the study in which somebody else changed what is changed here."""
    path = tmp_path / "theirs.veche"
    workbench.store.backup(path)
    code = next(one for one in workbench.store.all(Code) if one.codable)
    with workbench.store.edit("АК", "edit code") as edit:
        edit.replace(dataclasses.replace(code, definition_ru="Наше"))
    with Store.open(path) as theirs, theirs.edit("МС", "edit code") as edit:
        edit.replace(dataclasses.replace(code, definition_ru="Их"))
    return path


def test_nothing_stands_in_anybodys_way(opened: Any, workbench: Workbench, copy: Path, tmp_path: Path) -> None:
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    body = made.BODY.replace("\n", "\r\n")
    project = made.dna(tmp_path / "a.dna", [(*made.units(body, "Мэр молчит"), 1, "Мэр", "", "тишина", 1)], body=body)
    opened.goto(f"{workbench.url}/exchange")
    assert faults_in_both_themes(opened) == []
    opened.set_input_files("#project", str(project))
    opened.get_by_role("button", name="Look at the project").click()
    opened.locator("details.loss summary").first.click()
    assert faults_in_both_themes(opened) == []
    opened.goto(f"{workbench.url}/exchange")
    opened.get_by_text("List of events for R").click()
    opened.get_by_role("button", name="Write the file").click()
    opened.get_by_role("link", name="Save").wait_for()
    assert faults_in_both_themes(opened) == []
    opened.goto(f"{workbench.url}/merge")
    opened.set_input_files("#copy", str(copy))
    opened.get_by_role("button", name="Look at what is new").click()
    expect(opened.locator(".clash")).to_have_count(1)
    assert faults_in_both_themes(opened) == [] and errors == []


def test_a_project_is_dropped_and_added(opened: Any, workbench: Workbench, tmp_path: Path) -> None:
    path = made.taguette(tmp_path / "p.sqlite3", "<p>Мэр молчит</p>", "Мэр молчит", [("Мэр", "Власть")])
    before = len(workbench.store.all(Coding))
    opened.goto(f"{workbench.url}/exchange")
    opened.evaluate(
        """(bytes) => {
          const held = new DataTransfer();
          held.items.add(new File([new Uint8Array(bytes)], "p.sqlite3"));
          document.dispatchEvent(new DragEvent("drop", {dataTransfer: held, bubbles: true, cancelable: true}));
        }""",
        list(path.read_bytes()),
    )
    opened.wait_for_url("**/exchange/in/*")
    opened.get_by_role("button", name="Add to the study").click()
    opened.wait_for_url("**/exchange?came=*")
    expect(opened.get_by_role("status").filter(has_text="Added")).to_be_visible()
    assert len(workbench.store.all(Coding)) == before + 1


def test_a_file_is_written_and_saved(opened: Any, workbench: Workbench, tmp_path: Path) -> None:
    opened.goto(f"{workbench.url}/exchange")
    opened.get_by_text("Network of actors (GraphML)").click()
    opened.get_by_role("button", name="Write the file").click()
    with opened.expect_download() as saving:
        opened.get_by_role("link", name="Save").click()
    assert saving.value.suggested_filename.endswith(".graphml")
    saving.value.save_as(tmp_path / "n.graphml")
    assert b"<graphml" in (tmp_path / "n.graphml").read_bytes()


def test_a_clash_is_decided_with_the_keyboard(opened: Any, workbench: Workbench, copy: Path) -> None:
    opened.goto(f"{workbench.url}/merge")
    opened.set_input_files("#copy", str(copy))
    opened.get_by_role("button", name="Look at what is new").click()
    opened.get_by_role("radio", name="Take theirs").focus()
    opened.keyboard.press("Space")
    opened.get_by_role("button", name="Merge", exact=True).focus()
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/merge?merged=*")
    assert next(one for one in workbench.store.all(Code) if one.codable).definition_ru == "Их"
