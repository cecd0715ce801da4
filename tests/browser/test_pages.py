"""The study, the import, the forms and the history in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.accessible import faults
from tests.browser.conftest import Workbench
from veche.study import Coding, Document, Interview, Memo, Town, new_id


def test_the_study_opens_with_the_token_and_stays_open(opened: Any, workbench: Workbench) -> None:
    assert opened.url == f"{workbench.url}/"
    opened.wait_for_selector("#saving[data-state=saved]")
    opened.get_by_role("link", name="16 interviews").click()
    opened.wait_for_url("**/interviews")
    expect(opened.locator("tbody tr")).to_have_count(16)


def test_the_command_field_and_the_list_of_keys(opened: Any) -> None:
    opened.keyboard.press("Control+KeyK")
    opened.keyboard.type("a2-04")
    opened.get_by_role("option").first.get_by_text("A2-04").wait_for()
    assert opened.get_by_role("option").last.inner_text().startswith("Look for “a2-04”")
    opened.keyboard.press("Escape")
    expect(opened.locator("dialog")).to_have_count(0)
    opened.keyboard.press("Shift+Slash")
    text = opened.get_by_role("dialog", name="Keys").inner_text()
    assert "Undo" in text and "Find a word, code, interview or command" in text


def test_codes_are_found_in_either_language(opened: Any) -> None:
    opened.keyboard.press("Control+KeyK")
    for typed in ("lack money", "нехватка"):
        opened.get_by_role("combobox").fill(typed)
        opened.get_by_role("option").first.get_by_text("Lack of money").wait_for()


def test_a_word_is_looked_for_in_all_texts(opened: Any) -> None:
    opened.keyboard.press("Control+KeyK")
    opened.keyboard.type("дорогу чинит")
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/search?q=*")
    assert re.search(r"\d+ hits?", opened.locator("main").inner_text())


def test_transcripts_are_dropped_looked_at_and_added(opened: Any, workbench: Workbench, tmp_path: Path) -> None:
    opened.goto(f"{workbench.url}/import")
    opened.evaluate(
        """() => {
          const held = new DataTransfer();
          held.items.add(new File(["И.: Что главное?\\nР.: Дороги.\\n"], "A9-77.txt"));
          held.items.add(new File(["\\u0089PNG"], "photo.png"));
          held.items.add(new File(["file,town,date,respondent,role,consent\\nA9-77.txt,A,2013-05-21,R-01,head,quote\\n"], "table.csv"));
          window.dispatchEvent(new DragEvent("drop", {dataTransfer: held, bubbles: true, cancelable: true}));
        }"""
    )
    opened.wait_for_url("**/import/*")
    assert opened.locator(".file").count() == 2
    assert "Дороги." in opened.locator(".file", has_text="A9-77.txt").inner_text()
    assert "photo.png" in opened.locator(".file .problem").inner_text()
    assert faults(opened) == []
    opened.get_by_label("Leave out what is refused").check()
    opened.get_by_role("button", name="Add 1 transcript").click()
    opened.get_by_text("Added 1 transcript.").wait_for()
    (interview,) = workbench.store.having(Interview, "key", ["A9-77"])
    assert interview.date.year == 2013


def test_a_change_elsewhere_is_told(opened: Any, workbench: Workbench) -> None:
    opened.wait_for_selector("#people .here")
    with workbench.store.edit("МС", "add town") as edit:
        edit.add(Town(key="T", name="Новый"))
    opened.get_by_role("button", name="Show").click()
    opened.get_by_role("link", name="Новый").wait_for()


def test_undo_by_key_in_the_russian_layout(opened: Any, workbench: Workbench) -> None:
    with workbench.store.edit("АК", "add town") as edit:
        edit.add(Town(key="T", name="Новый"))
    opened.reload()
    opened.get_by_role("link", name="Новый").wait_for()
    with opened.expect_navigation():
        # the key of the Latin z, which types я
        opened.evaluate(
            "dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyZ', key: 'я', ctrlKey: true, bubbles: true}))"
        )
    assert workbench.store.having(Town, "key", ["T"]) == ()


ADD = """async ([id, document, text, code, coder]) => {
  const api = await import("/static/core/api.js");
  window.api = api;
  const record = {id, document_id: document, text_id: text, start: 0, end: 4, code_id: code, coder_id: coder};
  window.done = api.act("code", [{op: "add", kind: "coding", record}]).then(answer => { window.answer = answer; });
  return api.saving();
}"""


def _some(workbench: Workbench) -> list[str]:
    document = workbench.store.all(Document)[0]
    coding = workbench.store.all(Coding)[0]
    return [new_id(), document.id, document.text_id, coding.code_id, coding.coder_id]


def test_what_is_done_while_the_server_is_away_is_saved_later(opened: Any, workbench: Workbench) -> None:
    opened.wait_for_selector("#people .here")
    given = _some(workbench)
    before = workbench.store.last_entry()
    workbench.stop()
    opened.evaluate(ADD, given)
    opened.wait_for_selector("#saving[data-state=waiting]")
    assert opened.locator("#saving").inner_text() == "No connection: 1 change waits"
    workbench.start()
    opened.wait_for_selector("#saving[data-state=saved]")
    assert workbench.store.get(Coding, given[0]).end == 4
    assert workbench.store.last_entry() == before + 1


def test_what_waits_outlives_loading_the_page_again(opened: Any, workbench: Workbench) -> None:
    given = _some(workbench)
    opened.route("**/api/edits", lambda route: route.abort())
    opened.evaluate(ADD, given)
    opened.wait_for_selector("#saving[data-state=waiting]")
    opened.unroute("**/api/edits")
    opened.on("dialog", lambda dialog: dialog.accept())
    opened.reload()
    opened.get_by_text("1 change that waited was saved.").wait_for()
    assert workbench.store.get(Coding, given[0]).end == 4


def test_an_answer_that_is_lost_does_not_double_the_act(opened: Any, workbench: Workbench) -> None:
    given = _some(workbench)
    lost = []

    def lose_the_first(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    opened.route("**/api/edits", lose_the_first)
    before = workbench.store.last_entry()
    opened.evaluate(ADD, given)
    opened.evaluate("window.done")
    assert lost == [200]
    assert opened.evaluate("window.answer.seq") == before + 1 == workbench.store.last_entry()


def test_a_refused_act_says_so_with_the_other_version(opened: Any, workbench: Workbench) -> None:
    memo = workbench.store.all(Memo)[0]
    with workbench.store.edit("МС", "edit") as edit:
        edit.replace(Memo(id=memo.id, target_id=memo.target_id, text="чужое"))
    found = opened.evaluate(
        """async ([id, target]) => {
          const api = await import("/static/core/api.js");
          const change = {op: "replace", kind: "memo", record: {id, target_id: target, text: "моё"}, rev: 1};
          return api.act("edit", [change]).catch(problem => ({status: problem.status, rows: problem.rows, message: problem.message}));
        }""",
        [memo.id, memo.target_id],
    )
    assert (found["status"], found["rows"][0]["record"]["text"], found["rows"][0]["who"]) == (409, "чужое", "МС")
    assert opened.locator("#saving").get_attribute("data-state") == "refused"


def test_fuzzy_finding(opened: Any) -> None:
    found = opened.evaluate(
        """async () => {
          const {fuzzy, rank} = await import("/static/core/fuzzy.js");
          const names = ["Зависимость от области", "Личная независимость", "Торг", "Передача социальной сферы"];
          return {first: rank("завис", names, one => one).map(one => one.item), parts: rank("пер сфер", names, one => one).map(one => one.item),
                  letters: rank("трг", names, one => one)[0].item, none: fuzzy("щщ", "Торг"), marks: fuzzy("ор", "Торг").marks,
                  yo: fuzzy("е", "Ёж").marks};
        }"""
    )
    assert found == {
        "first": ["Зависимость от области", "Личная независимость"], "parts": ["Передача социальной сферы"], "letters": "Торг",
        "none": None, "marks": [[1, 3]], "yo": [[0, 1]],
    }  # fmt: skip


def test_ids_made_in_the_browser_are_ordered(opened: Any) -> None:
    ids = opened.evaluate("import('/static/core/api.js').then(({newId}) => Array.from({length: 500}, newId))")
    assert ids == sorted(ids) and len(set(ids)) == 500
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one) for one in ids)


def test_russian_plurals_in_scripts(opened: Any) -> None:
    opened.get_by_role("button", name="Рус").click()
    opened.wait_for_selector("html[lang=ru]")
    found = opened.evaluate(
        """async () => {
          const {ngettext} = await import("/static/core/words.js");
          return [1, 2, 5, 11, 21].map(n => ngettext("{n} file chosen", "{n} files chosen", n));
        }"""
    )
    assert [one.split()[1] for one in found] == ["1", "2", "5", "11", "21"]
    assert found[0].split()[2] == found[4].split()[2]
    assert found[2].split()[2] == found[3].split()[2]
