"""Every act of the reader by keyboard and by mouse: one entry of the journal each, all of it undone and done again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.reading import Bench, codings, open_reader, saved, served, small_study
from tests.browser.waiting import until
from veche.study import Actor, Code, Coding, ConsentMark, Memo, Statement

KINDS = (Code, Coding, Memo, Statement, ConsentMark)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A workbench with a study of its own."""
    path = tmp_path / "study.veche"
    store, document, text, codes = small_study(path)
    with served(store, path, document, text, codes) as running:
        yield running


@pytest.fixture
def reader(bench: Bench, browser: Browser) -> Iterator[Page]:
    """The reader on the first interview; a fault in the page fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{bench.base}/?token={bench.token}")
    open_reader(page, bench.base, bench.document.id)
    yield page
    context.close()
    assert faults == []


def _state(bench: Bench) -> dict[str, Any]:
    """Everything that stands on the study, without the numbers of revisions."""
    return {one.id: dataclasses.replace(one, rev=0) for kind in KINDS for one in bench.store.all(kind)}


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        if key.startswith("type:"):
            page.keyboard.type(key[5:])
        else:
            page.keyboard.press(key)


def _at(page: Page, sentence: int) -> None:
    """Put the cursor of the keyboard at a sentence, with nothing chosen."""
    _press(page, "Escape", "Escape")
    page.evaluate(
        "(n) => { reader.selection.set(null); reader.selection.cursor = reader.selection.sentences.get(n)[0]; }",
        sentence,
    )


def _settled(bench: Bench, page: Page, entry: int) -> None:
    """Wait until the journal has an entry, and the page is at rest with it."""
    until(page, "(entry) => Number(document.querySelector('#step').textContent.split(' ')[1]) >= entry", entry)
    saved(page)
    assert bench.store.last_entry() == entry


#: the acts: what each does, at which sentence (None: where one is), keys
ACTS: tuple[tuple[str, int | None, tuple[str, ...]], ...] = (
    ("code with the picker", 1, ("Space", "c", "type:barg", "Enter")),
    ("the same passage with another code, by its number", None, ("Escape", "Space", "c", "type:Sile", "Alt+1")),
    ("in vivo", 2, ("Space", "v", "Enter")),
    ("a new code", 3, ("Space", "n", "type:Winter roads", "Enter")),
    ("a new code on the fly", 4, ("Space", "c", "type:Ferry", "Enter")),
    ("a recent code on two sentences", 5, ("Space", "Shift+J", "1")),
    ("the end a word earlier", None, ("Shift+ArrowLeft",)),
    ("the beginning a word later", None, ("Alt+Shift+ArrowRight",)),
    ("another code", None, ("c", "type:Depen", "Enter")),
    ("a note", None, ("m", "type:Compare with the first wave", "Control+Enter")),
    ("more of the note", None, ("m", "type:, see there", "Control+Enter")),
    ("split", None, ("s",)),
    ("merge", None, ("g",)),
    ("a statement", 6, ("Space", "r", "type:Глав", "Enter", "Tab", "type:Сов", "Enter", "Tab", "type:pla", "Enter", "Control+Enter")),
    ("the statement changed", 6, ("Space", "Shift+R", "Tab", "Tab", "Tab", "type:road", "Control+Enter")),
    ("consent of a passage", 7, ("Space", "b", "3")),
    ("another consent", 7, ("Space", "b", "2")),
    ("the mark taken away", 7, ("Space", "b", "2")),
    ("the coding with its note removed", None, ("Escape", "k", "k", "Delete")),
)  # fmt: skip


def test_each_act_is_one_entry_and_all_are_undone_and_done_again(bench: Bench, reader: Page) -> None:
    states, entry = [_state(bench)], bench.store.last_entry()
    for what, sentence, keys in ACTS:
        if sentence is not None:
            _at(reader, sentence)
        if what == "the coding with its note removed":
            noted = bench.store.all(Memo)[0].target_id
            reader.evaluate("(id) => reader.choose(id)", noted)
            keys = ("Delete",)
        _press(reader, *keys)
        entry += 1
        _settled(bench, reader, entry)
        states.append(_state(bench))
        assert states[-1] != states[-2], what
    assert len(bench.store.all(Memo)) == 0 and len(bench.store.all(Statement)) == 1
    for step in ("Control+z", "Control+Shift+z"):
        order = range(len(ACTS) - 1, -1, -1) if step == "Control+z" else range(1, len(ACTS) + 1)
        for at in order:
            reader.keyboard.press(step)
            entry += 1
            _settled(bench, reader, entry)
            assert _state(bench) == states[at], (step, ACTS[at - 1][0])
            shown = set(reader.evaluate("[...reader.model.codings.keys()]"))
            assert shown == {one.id for one in bench.store.all(Coding)}
    reader.keyboard.press("Control+Shift+z")
    expect(reader.locator("#said")).to_be_visible()
    assert bench.store.last_entry() == entry


def test_every_field_of_a_statement_by_keyboard(bench: Bench, reader: Page) -> None:
    reader.keyboard.press("Space")
    _press(reader, "r", "type:Глав", "Enter", "type:Сов", "Enter", "Tab")  # two who act
    _press(reader, "type:Сов", "Enter", "Tab", "type:placem", "Enter", "Tab")  # to whom, the act
    _press(reader, "type:the ice rink", "Tab")  # about what
    _press(reader, "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "Tab")  # tone 4
    _press(reader, "ArrowRight", "ArrowRight", "Tab")  # readiness 2
    _press(reader, "ArrowRight", "ArrowRight", "Tab")  # valence −½
    reader.get_by_label("partly").focus()
    _press(reader, "Space", "Tab", "type:Глав", "Enter", "Tab")  # outcome, in whose favour
    _press(reader, "type:2018-02", "Tab", "type:2018-05", "Tab")  # when
    reader.get_by_role("group", name="How known").get_by_label("first hand").focus()
    _press(reader, "Space", "Tab")
    reader.get_by_role("group", name="The speaker").get_by_label("denied").focus()
    _press(reader, "Space", "Control+Enter")  # fmt: skip
    expect(reader.locator(".rel .pair")).to_be_visible()
    saved(reader)
    (one,) = bench.store.all(Statement)
    names = {actor.id: actor.name for actor in bench.store.all(Actor)}
    assert [[names[i] for i in ids] for ids in (one.sources, one.targets, one.benefit)] == [
        ["Глава", "Совет"],
        ["Совет"],
        ["Глава"],
    ]
    assert (one.issue, one.tone, one.readiness, one.valence) == ("the ice rink", 4, 2, -0.5)
    assert (one.outcome, one.certainty, one.modality) == ("partly", "first_hand", "denied")
    assert (str(one.start), str(one.end)) == ("2018-02-01", "2018-06-01")


def test_times_are_written_with_the_last_day_inclusive(reader: Page) -> None:
    reader.evaluate("import('/static/reader/time.js').then((found) => { window.time = found; })")
    until(reader, "window.time !== undefined")
    cases = [
        ("2018-02-14", "2018-02-15", ["2018-02-14", "2018-02-14"], "14 Feb 2018"),
        ("2018-02-01", "2018-06-01", ["2018-02", "2018-05"], "Feb 2018 – May 2018"),
        ("2016-01-01", "2018-01-01", ["2016", "2017"], "2016 – 2017"),
        ("2018-01-01", "2018-06-01", ["2018-01", "2018-05"], "Jan 2018 – May 2018"),
        ("2018-02-14", "2018-06-01", ["2018-02-14", "2018-05-31"], "14 Feb 2018 – 31 May 2018"),
        ("2020-02-01", "2020-03-01", ["2020-02", "2020-02"], "Feb 2020"),
        ("2018-03-01", None, ["2018-03", ""], "Mar 2018 – …"),
        (None, "2019-01-01", ["", "2018"], "… – 2018"),
        (None, None, ["", ""], ""),
    ]
    for start, end, shown, words in cases:
        assert reader.evaluate("([a, b]) => time.written(a, b)", [start, end]) == shown
        # and what is written is read as the same days
        assert reader.evaluate("([a, b]) => [time.firstDay(a), time.dayAfter(b)]", shown) == [start, end]
        assert reader.evaluate("([a, b]) => time.period(a, b, 'en')", [start, end]) == words
    # as Russian writes them: shown so, and read as the same days
    for text, shown in (("2018-02-14", "14.02.2018"), ("2018-02", "02.2018"), ("2018", "2018"), ("", "")):
        assert reader.evaluate("(text) => time.inField(text, 'ru')", text) == shown
        assert reader.evaluate("([a, b]) => time.firstDay(a) === time.firstDay(b)", [text, shown])
        assert reader.evaluate("([a, b]) => time.dayAfter(a) === time.dayAfter(b)", [text, shown])
        assert reader.evaluate("(text) => time.inField(text, 'en')", text) == text
    assert reader.evaluate("['2018-13', '2018-00', '2018-02-30', '18', 'May'].map(time.isTime)") == [False] * 5
    assert reader.evaluate("['13.2018', '30.02.2018', '14.02.18', '14.02'].map(time.isTime)") == [False] * 4


def test_a_form_that_is_filled_outlives_a_look_at_the_text(bench: Bench, reader: Page) -> None:
    _press(reader, "Space", "r", "type:Глав", "Enter")
    reader.locator(".turn p").nth(2).click()
    _press(reader, "Space", "j")
    form = reader.locator(".statement-form")
    expect(form.locator(".chips button")).to_have_text("Глава")
    # escape in the text leaves it, and the cards come back
    reader.keyboard.press("Escape")
    expect(form).to_have_count(0)
    expect(reader.locator("#inspector .card").first).to_be_visible()


def _centre(page: Page, turn: int, unit: int) -> tuple[float, float]:
    box = page.evaluate(
        """([n, i]) => { const node = document.querySelectorAll('.turn')[n].querySelector('p').firstChild, range = document.createRange();
          range.setStart(node, i); range.setEnd(node, i + 1); const r = range.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; }""",
        [turn, unit],
    )  # fmt: skip
    return box[0], box[1]


def test_by_mouse_alone(bench: Bench, reader: Page) -> None:
    span: Callable[[], Any] = lambda: reader.evaluate("reader.selection.span")  # noqa: E731
    sentences = reader.evaluate("reader.selection.sentences.flat")
    turn = bench.text.turns[1]
    # a word by double click, its sentence with Alt
    reader.mouse.dblclick(*_centre(reader, 1, 6))
    until(reader, "reader.selection.span !== null")
    words = bench.text.body[span()[0] : span()[1]].strip()
    assert words and " " not in words
    reader.wait_for_timeout(600)  # another click, not a third one
    reader.keyboard.down("Alt")
    reader.mouse.click(*_centre(reader, 1, 6))
    reader.keyboard.up("Alt")
    at = sentences.index(turn.start)
    until(
        reader, "(wanted) => JSON.stringify(reader.selection.span) === JSON.stringify(wanted)", sentences[at : at + 2]
    )
    # the code by mouse
    reader.get_by_role("button", name="Code C").click()
    reader.locator("#picker li", has_text="Bargaining").click()
    saved(reader)
    (first,) = codings(bench.store)
    assert [first.start, first.end, first.code_id] == [*sentences[at : at + 2], bench.codes[1].id]
    # a second, overlapping one; clicks in the text go round them, the shortest first
    reader.mouse.dblclick(*_centre(reader, 1, 6))
    until(reader, "reader.selection.span !== null")
    reader.get_by_role("button", name="Code C").click()
    reader.locator("#picker li", has_text="Silence").click()
    saved(reader)
    second = codings(bench.store)[1]
    reader.get_by_role("button", name="Bargaining, paragraph 2").click()
    assert reader.evaluate("reader.chosen") == first.id
    reader.wait_for_timeout(350)
    seen = []
    for _ in range(3):
        reader.mouse.click(*_centre(reader, 1, 6))
        reader.wait_for_timeout(350)
        seen.append(reader.evaluate("reader.chosen"))
    assert seen == [second.id, first.id, second.id]
    # what lies here too, another answer of the speaker, a note, the removal: all of them buttons
    reader.get_by_label("Also here").get_by_role("button").click()
    assert reader.evaluate("reader.chosen") == first.id
    reader.get_by_role("button", name="what if").click()
    until(reader, "(id) => reader.model.codings.get(id).modality === 'hypothetical'", first.id)
    assert reader.evaluate("document.activeElement.textContent") == "what if"
    reader.get_by_role("button", name="Memo M").click()
    reader.keyboard.type("quietly said")
    reader.get_by_role("button", name="Remove Del").click()
    until(reader, "reader.model.codings.size === 1")
    saved(reader)
    assert codings(bench.store) == [second] and bench.store.all(Memo) == ()
    # the overview leads to the end of the text
    box = reader.locator("canvas.mini").bounding_box()
    assert box is not None
    reader.mouse.click(box["x"] + 5, box["y"] + box["height"] - 4)
    expect(reader.locator(".turn").last).to_be_in_viewport()


#: a letter of the keyboard, what it types in the Russian layout, and what shows that it was understood
RUSSIAN = (
    ("KeyC", "с", "!document.querySelector('#picker').hidden"), ("KeyV", "м", "!document.querySelector('#picker').hidden"),
    ("KeyN", "т", "!document.querySelector('#picker').hidden"), ("KeyB", "и", "!document.querySelector('#picker').hidden"),
    ("KeyR", "к", "document.querySelector('.statement-form') !== null"), ("KeyT", "е", "document.querySelector('dialog.codings') !== null"),
    ("KeyJ", "о", "reader.chosen !== null"), ("KeyK", "л", "reader.chosen !== null"), ("KeyA", "ф", "reader.model.filter === 'mine'"),
    ("KeyM", "ь", "document.activeElement.matches('textarea.memo')"),
)  # fmt: skip


def test_all_letters_work_in_the_russian_layout(bench: Bench, reader: Page) -> None:
    _press(reader, "Space", "c", "type:Sel", "Enter")
    saved(reader)
    for code, letter, understood in RUSSIAN:
        _press(reader, "Escape", "Escape", "Escape", "Space")
        reader.evaluate("document.querySelector('#find-bar').hidden || reader.finder.close()")
        if code in ("KeyJ", "KeyK", "KeyM"):
            _press(reader, "Escape", "k" if code == "KeyM" else "Escape")
        reader.evaluate(
            "([code, key]) => document.querySelector('#text').dispatchEvent(new KeyboardEvent('keydown', {code, key, bubbles: true, cancelable: true}))",
            [code, letter],
        )
        until(reader, understood)
    reader.keyboard.press("Escape")


def test_found_elsewhere_leads_there(bench: Bench, reader: Page) -> None:
    _press(reader, "Control+Shift+f", "type:область")
    elsewhere = reader.locator(".found a:not([href*='" + bench.document.id + "'])").first
    expect(elsewhere).to_be_visible()
    words = elsewhere.locator("mark").inner_text()
    elsewhere.click()
    expect(reader.locator("h1")).to_contain_text("Р-02")
    expect(reader.locator("#inspector blockquote")).to_have_text(words)


def test_help_lists_the_keys_and_the_command_field_leads_on(bench: Bench, reader: Page) -> None:
    reader.keyboard.press("?")
    window = reader.locator("dialog.help")
    for words in (
        "select the sentence, then the next one",
        "in vivo: a code named by the words",
        "undo",
        "merge with the nearest of the same code",
    ):
        expect(window).to_contain_text(words)
    rows = window.locator("dl div")
    assert [rows.nth(i).inner_text() for i in range(rows.count())].count("undo\nCtrl\nZ") == 1
    _press(reader, "Escape", "Control+k", "type:A1-02")
    expect(reader.locator("dialog.palette [role=option]").first).to_contain_text("A1-02")
    reader.keyboard.press("Enter")
    expect(reader.locator("h1")).to_contain_text("Р-02")


def test_the_state_of_saving_is_true(bench: Bench, reader: Page) -> None:
    held: list[Any] = []
    reader.route("**/api/edits", lambda route: held.append(route))
    status = reader.locator("#saving")
    expect(status).to_have_text("Saved")
    _press(reader, "Space", "c", "type:Sel", "Enter")
    expect(status).to_have_text("Saving…")
    until(reader, "reader.model.codings.size === 1")
    assert codings(bench.store) == []
    held[0].continue_()
    expect(status).to_have_text("Saved")
    assert len(codings(bench.store)) == 1
    # an act that the study refuses is taken back on the page too, and said
    _press(reader, "Space", "Space", "1")
    until(reader, "reader.model.codings.size === 2")
    held[1].fulfill(status=422, json={"error": "input", "message": "The passage lies outside the text."})
    expect(status).to_have_text("Not saved: refused")
    expect(reader.locator("#said")).to_have_text("The passage lies outside the text.")
    assert reader.evaluate("reader.model.codings.size") == 1
