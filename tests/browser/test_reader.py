"""The reader in a real browser: positions, coding by keyboard, undo, search, statements, conflicts, accessibility."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessible import faults_in_both_themes
from tests.browser.reading import Bench, codings, open_reader, saved, served, small_study
from tests.browser.waiting import until
from veche.study import (
    Actor,
    Code,
    Coder,
    ConsentMark,
    Document,
    Interview,
    Memo,
    Statement,
    new_id,
)  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A workbench on a free port with a study of its own."""
    store, document, text, codes = small_study(tmp_path / "study.veche")
    with served(store, tmp_path / "study.veche", document, text, codes) as running:
        yield running


@pytest.fixture
def reader(bench: Bench, browser: Browser) -> Iterator[Page]:
    """The reader, open on the first interview; a fault in the page fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None
    )
    page.goto(f"{bench.base}/?token={bench.token}")
    open_reader(page, bench.base, bench.document.id)
    yield page
    context.close()
    assert faults == []


def test_two_thousand_random_selections_are_never_wrong(bench: Bench, reader: Page) -> None:
    draw = random.Random(7)
    turns, body = bench.text.turns, bench.text.body
    asked, wanted = [], []
    for _ in range(2000):
        places = []
        for _ in range(2):
            turn = draw.choice(turns)
            if draw.random() < 0.5:  # beside something odd, if the turn has it
                odd = [
                    at
                    for at in range(turn.start, turn.end)
                    if ord(body[at]) > 0x2000 or body[at] in "\u00ad\u00a0\u0306\u0308<&"
                ]
                point = draw.choice(odd) + draw.randint(0, 1) if odd else turn.start
            else:
                point = draw.randint(turn.start, turn.end)
            places.append((point, turn))
        (start, first), (end, last) = sorted(places, key=lambda p: (p[0], p[1].number))
        units = [
            len(body[turn.start : point].encode("utf-16-le")) // 2 for point, turn in ((start, first), (end, last))
        ]
        asked.append([first.number - 1, units[0], last.number - 1, units[1], draw.random() < 0.3])
        wanted.append([start, end] if start < end else None)
    script = """(asked) => asked.map(([a, i, z, j, backwards]) => {
      const node = (n) => document.querySelectorAll('.turn')[n].querySelector('p').firstChild, native = getSelection();
      if (backwards) native.setBaseAndExtent(node(z), j, node(a), i); else native.setBaseAndExtent(node(a), i, node(z), j);
      return window.reader.places.ofSelection(native);
    })"""
    given = reader.evaluate(script, asked)
    wrong = [(a, g, w) for a, g, w in zip(asked, given, wanted, strict=True) if g != w]
    assert wrong == []


def test_selections_that_the_browser_extends_itself(bench: Bench, reader: Page) -> None:
    _code_first(reader)  # names of codes stand between the turns
    draw = random.Random(11)
    steps = [
        [draw.randrange(len(bench.text.turns) - 1), draw.random(), draw.choice(["forward", "backward"]),
         draw.choice(["character", "word", "sentence", "line", "lineboundary", "paragraphboundary"]), draw.randint(1, 12)]
        for _ in range(400)
    ]  # fmt: skip
    # the browser's own text of a range is the other way to count: from the beginning of the paragraph to the border
    script = """(steps) => steps.map(([n, share, direction, by, times]) => {
      const native = getSelection(), paragraph = document.querySelectorAll('.turn')[n].querySelector('p'), node = paragraph.firstChild;
      native.collapse(node, Math.floor(share * node.data.length));
      for (let i = 0; i < times; i += 1) native.modify('extend', direction, by);
      if (native.isCollapsed) return null;
      const { startContainer, startOffset, endContainer, endOffset } = native.getRangeAt(0), count = (container, offset) => {
        const turn = container.parentElement.closest('.turn'), range = document.createRange();
        if (!turn || container !== turn.querySelector('p').firstChild) return null;
        range.setStart(container, 0);
        range.setEnd(container, offset);
        return [[...document.querySelectorAll('.turn')].indexOf(turn), [...range.toString()].length];
      };
      return { found: window.reader.places.ofSelection(native), start: count(startContainer, startOffset), end: count(endContainer, endOffset) };
    })"""
    compared = 0
    for one in reader.evaluate(script, steps):
        if one is None or one["start"] is None or one["end"] is None:
            continue
        wanted = [bench.text.turns[turn].start + count for turn, count in (one["start"], one["end"])]
        assert one["found"] == wanted
        compared += 1
    assert compared > 300


def test_borders_that_the_browser_puts_outside_the_words(bench: Bench, reader: Page) -> None:
    _code_first(reader)
    turns = bench.text.turns
    # a paragraph as a whole, a turn with its label and its names, from one turn into the next, all of the text
    given = reader.evaluate(
        """() => {
          const turns = [...document.querySelectorAll('.turn')], native = getSelection(), read = (a, i, z, j) => {
            native.setBaseAndExtent(a, i, z, j);
            return window.reader.places.ofSelection(native);
          };
          const p = (n) => turns[n].querySelector('p'), text = document.querySelector('#text');
          return [
            read(p(3), 0, p(3), 1), read(turns[0], 0, turns[0], turns[0].childNodes.length), read(p(3).firstChild, 2, p(4), 0),
            read(turns[2].querySelector('h2').firstChild, 0, p(2).firstChild, 3), read(text, 0, text, text.childNodes.length), read(text, 4, text, 6),
          ];
        }"""
    )
    first, last = turns[0], turns[-1]
    wide = len(bench.text.body[turns[3].start :].encode("utf-16-le")[:4].decode("utf-16-le"))
    assert given == [
        [turns[3].start, turns[3].end], [first.start, first.end], [turns[3].start + wide, turns[4].start],
        [turns[2].start, turns[2].start + 3], [first.start, last.end], [turns[4].start, turns[6].start],
    ]  # fmt: skip


def test_drags_of_a_real_mouse(bench: Bench, reader: Page) -> None:
    draw, body = random.Random(5), bench.text.body
    turns = bench.text.turns[1:6]
    boxes = """(places) => places.map(([n, unit]) => {
      const node = document.querySelectorAll('.turn')[n].querySelector('p').firstChild, range = document.createRange();
      range.setStart(node, unit); range.setEnd(node, unit + 1);
      const box = range.getBoundingClientRect();
      return [box.left, box.right, box.top + box.height / 2];
    })"""
    # beside the odd signs, on letters that have a place of their own
    letters = [
        (turn, at)
        for turn in turns
        for at in range(turn.start + 1, turn.end - 1)
        if all("а" <= sign <= "я" for sign in body[at - 1 : at + 2])
    ]
    for _ in range(15):
        (first, start), (second, end) = sorted(draw.sample(letters, 2), key=lambda pair: pair[1])
        units = [
            [turn.number - 1, len(body[turn.start : at].encode("utf-16-le")) // 2]
            for turn, at in ((first, start), (second, end))
        ]
        (left, _right, top), (_left, right, bottom) = reader.evaluate(boxes, units)
        reader.mouse.move(left + 0.5, top)
        reader.mouse.down()
        reader.mouse.move(right - 0.5, bottom, steps=2)
        reader.mouse.up()
        until(reader, "window.reader.selection.span !== null")
        assert reader.evaluate("window.reader.selection.span") == [start, end + 1], (body[start : end + 1], units)
        reader.evaluate("window.reader.selection.set(null)")
        reader.wait_for_timeout(320)  # else the next press would be a double click


def test_words_of_a_place_are_those_of_the_stored_text(bench: Bench, reader: Page) -> None:
    draw = random.Random(3)
    spans = []
    for turn in bench.text.turns:
        start, end = sorted(draw.sample(range(turn.start, turn.end + 1), 2))
        spans.append([start, end])
    given = reader.evaluate("(spans) => spans.map(([a, z]) => window.reader.places.words(a, z))", spans)
    assert given == [bench.text.body[a:z] for a, z in spans]


def test_a_selection_with_the_mouse_is_coded_where_it_was_made(bench: Bench, reader: Page) -> None:
    turn = bench.text.turns[3]
    boxes = reader.evaluate(
        """(n) => { const node = document.querySelectorAll('.turn')[n].querySelector('p').firstChild, range = document.createRange();
        const box = (i) => { range.setStart(node, i); range.setEnd(node, i + 1); return range.getBoundingClientRect(); };
        return [box(0), box(18)].map((r) => [r.left, r.top + r.height / 2]); }""", 3,
    )  # fmt: skip
    reader.mouse.move(boxes[0][0] + 1, boxes[0][1])
    reader.mouse.down()
    reader.mouse.move(boxes[1][0] + 1, boxes[1][1], steps=4)
    reader.mouse.up()
    until(reader, "window.reader.selection.span !== null")
    span = reader.evaluate("window.reader.selection.span")
    assert span[0] == turn.start
    reader.keyboard.press("c")
    reader.keyboard.type("Barg")
    reader.keyboard.press("Enter")
    saved(reader)
    (coding,) = codings(bench.store)
    assert [coding.start, coding.end, coding.code_id] == [*span, bench.codes[1].id]


def test_twenty_passages_by_keyboard_and_five_undone(bench: Bench, reader: Page) -> None:
    reader.keyboard.press("Space")
    for n in range(20):
        if n < 4:
            reader.keyboard.press("c")
            reader.keyboard.type(bench.codes[n].label_en[:5])
            reader.keyboard.press("Enter")
        else:
            reader.keyboard.press("1")
        reader.keyboard.press("Space")
        reader.keyboard.press("Space")
    saved(reader)
    made = codings(bench.store)
    assert len(made) == 20
    flat = reader.evaluate("window.reader.selection.sentences.flat")
    sentences = list(zip(flat[::2], flat[1::2], strict=True))
    assert [(c.start, c.end) for c in made] == sentences[:20]
    assert [c.code_id for c in made[:4]] == [code.id for code in bench.codes]
    for _ in range(5):
        reader.keyboard.press("Control+z")
        reader.wait_for_timeout(60)
    expect(reader.locator("#live")).to_contain_text("Undone")
    until(reader, "window.reader.model.codings.size === 15")
    assert [c.id for c in codings(bench.store)] == [c.id for c in made[:15]]
    reader.keyboard.press("Control+Shift+z")
    until(reader, "window.reader.model.codings.size === 16")
    assert len(codings(bench.store)) == 16
    names = reader.evaluate("[...CSS.highlights.keys()].sort()")
    assert names == ["chosen", "coded-1", "coded-2", "coded-3", "found", "picked"]


def _code_first(reader: Page, letters: str = "Sel") -> None:
    reader.keyboard.press("Space")
    reader.keyboard.press("c")
    reader.keyboard.type(letters)
    reader.keyboard.press("Enter")
    saved(reader)


def test_letters_work_in_the_russian_layout(bench: Bench, reader: Page) -> None:
    reader.keyboard.press("Space")
    reader.evaluate(
        "document.querySelector('#text').dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyC', key: 'с', bubbles: true}))"
    )
    expect(reader.locator("#picker")).to_be_visible()


def test_borders_split_merge_remove(bench: Bench, reader: Page) -> None:
    _code_first(reader)
    (first,) = codings(bench.store)
    reader.keyboard.press("Shift+ArrowLeft")
    reader.keyboard.press("Shift+ArrowLeft")
    expect(reader.locator("#saving")).to_have_attribute("data-state", "saved")
    until(reader, "(rev) => [...window.reader.model.codings.values()][0].rev > rev", first.rev)
    (shorter,) = codings(bench.store)
    lost = bench.text.body[shorter.end : first.end]
    assert shorter.start == first.start and len(lost.split()) == 2
    reader.evaluate("(at) => { window.reader.selection.cursor = at; }", first.start + 5)
    reader.keyboard.press("s")
    saved(reader)
    head, tail = sorted(codings(bench.store), key=lambda c: c.start)
    assert (head.start, tail.end) == (shorter.start, shorter.end) and head.end <= tail.start
    reader.keyboard.press("g")
    saved(reader)
    (whole,) = codings(bench.store)
    assert (whole.start, whole.end) == (shorter.start, shorter.end)
    reader.keyboard.press("Delete")
    saved(reader)
    assert codings(bench.store) == []


def test_a_border_is_dragged(bench: Bench, reader: Page) -> None:
    _code_first(reader)
    (first,) = codings(bench.store)
    handle = reader.locator(".handle.end")
    box = handle.bounding_box()
    assert box is not None
    reader.mouse.move(box["x"] + 6, box["y"] + box["height"] / 2)
    reader.mouse.down()
    reader.mouse.move(box["x"] - 60, box["y"] + box["height"] / 2, steps=3)
    reader.mouse.up()
    until(reader, "(rev) => [...window.reader.model.codings.values()][0].rev > rev", first.rev)
    (moved,) = codings(bench.store)
    assert moved.start == first.start and first.start < moved.end < first.end


def test_a_new_code_in_vivo_takes_the_words(bench: Bench, reader: Page) -> None:
    reader.keyboard.press("Space")
    words = reader.evaluate("window.reader.selection.words")
    reader.keyboard.press("v")
    reader.keyboard.press("Enter")
    saved(reader)
    (coding,) = codings(bench.store)
    assert bench.store.get(Code, coding.code_id).label_en.split()[:2] == words.rstrip("?.").split()[:2]


def test_a_note_is_saved_by_itself(bench: Bench, reader: Page) -> None:
    _code_first(reader)
    (coding,) = codings(bench.store)
    reader.keyboard.press("m")
    reader.keyboard.type("Сравнить с первой волной")
    expect(reader.locator("#step")).to_have_text("step 4")
    (memo,) = bench.store.all(Memo)
    assert (memo.target_id, memo.text) == (coding.id, "Сравнить с первой волной")


def test_a_statement_is_filled_by_keyboard_alone(bench: Bench, reader: Page) -> None:
    reader.keyboard.press("Space")
    span = reader.evaluate("window.reader.selection.span")
    reader.keyboard.press("r")
    for words in ("Глав", "Сове", "plac"):
        reader.keyboard.type(words)
        reader.keyboard.press("Enter")
        reader.keyboard.press("Tab")
    reader.keyboard.type("каток")
    reader.keyboard.press("Tab")
    reader.keyboard.press("ArrowRight")
    reader.keyboard.press("ArrowRight")
    reader.keyboard.press("Control+Enter")
    expect(reader.locator(".rel .pair")).to_contain_text("Глава")
    saved(reader)
    (one,) = bench.store.all(Statement)
    named = {a.id: a.name for a in bench.store.all(Actor)}
    assert [named[i] for i in (*one.sources, *one.targets)] == ["Глава", "Совет"]
    assert (one.issue, one.tone, one.modality) == ("каток", 2, "asserted")
    assert [(q.start, q.end) for q in one.quotes] == [tuple(span)]


def test_consent_of_a_passage(bench: Bench, reader: Page) -> None:
    reader.keyboard.press("Space")
    span = reader.evaluate("window.reader.selection.span")
    reader.keyboard.press("b")
    reader.keyboard.press("3")
    saved(reader)
    (mark,) = bench.store.all(ConsentMark)
    assert (mark.start, mark.end, mark.consent) == (*span, "background")
    expect(reader.locator(".name.consent")).to_have_accessible_name("Background only, paragraph 1")


def test_search_by_lemma_and_autocode_with_preview(bench: Bench, reader: Page) -> None:
    reader.keyboard.press("Control+f")
    reader.keyboard.type("совета")
    until(reader, "window.reader.finder.hits.length > 0")
    hits = reader.evaluate("window.reader.finder.hits.map((hit) => [hit.start, hit.end])")
    assert {bench.text.body[a:z] for a, z in hits} == {"совет"}
    assert len(hits) == bench.text.body.count(" совет")
    reader.get_by_role("button", name="In all interviews").click()
    elsewhere = reader.locator(".found a:not([href*='" + bench.document.id + "'])")
    expect(elsewhere.first).to_contain_text("A1-02")
    reader.get_by_role("button", name="In all interviews").click()
    expect(elsewhere).to_have_count(0)
    reader.click("[data-act=autocode]")
    rows = reader.locator(".passages input")
    expect(rows.first).to_be_visible()
    count = rows.count()
    rows.first.uncheck()
    reader.click("dialog.autocode .row .btn >> nth=0")
    reader.keyboard.type("Silen")
    reader.keyboard.press("Enter")
    reader.click("dialog.autocode .btn.main")
    expect(reader.locator("dialog.autocode")).to_have_count(0)
    made = codings(bench.store)
    assert len(made) == count - 1 and {c.code_id for c in made} == {bench.codes[3].id}
    assert all("совет" in bench.text.body[c.start : c.end] for c in made)


def test_a_change_by_somebody_else_appears(bench: Bench, reader: Page) -> None:
    _code_first(reader)
    (first,) = codings(bench.store)
    (other,) = bench.store.having(Coder, "key", ["МС"])
    second = dataclasses.replace(first, id=new_id(), end=first.end + 4, code_id=bench.codes[1].id, coder_id=other.id)
    with bench.store.edit("МС", "code") as edit:
        edit.add(second)
    expect(reader.locator(f'.name[data-id="{second.id}"]')).to_have_text("Bargaining")
    reader.get_by_role("button", name="Mine").click()
    expect(reader.locator(f'.name[data-id="{second.id}"]')).to_have_count(0)
    expect(reader.locator(f'.name[data-id="{first.id}"]')).to_have_count(1)


def test_a_conflict_shows_the_version_of_the_other(bench: Bench, reader: Page) -> None:
    _code_first(reader)
    (first,) = codings(bench.store)
    reader.route_web_socket("**/api/live*", lambda _socket: None)  # this tab hears of nothing
    open_reader(reader, bench.base, bench.document.id)
    with bench.store.edit("МС", "change coding") as edit:
        edit.replace(dataclasses.replace(first, modality="denied"), rev=first.rev)
    reader.evaluate("(id) => { window.reader.acts.change(id, {modality: 'hypothetical'}); }", first.id)
    dialog = reader.locator("dialog.conflict")
    for words in ("МС", "denied", "what if"):
        expect(dialog).to_contain_text(words)
    assert codings(bench.store)[0].modality == "denied"
    dialog.get_by_role("button", name="Put mine over it").click()
    expect(dialog).to_have_count(0)
    saved(reader)
    (now,) = codings(bench.store)
    assert (now.modality, now.rev) == ("hypothetical", first.rev + 2)


def test_an_address_leads_to_a_place(bench: Bench, reader: Page) -> None:
    turn = bench.text.turns[21]
    for address, span in (
        (f"?at={turn.start + 2}", None),
        (f"#at-{turn.start}-{turn.start + 9}", [turn.start, turn.start + 9]),
    ):
        reader.goto("about:blank")
        reader.goto(f"{bench.base}/read/{bench.document.id}{address}")
        expect(reader.locator(".turn.here")).to_have_attribute("data-n", "22")
        expect(reader.locator(".turn.here")).to_be_in_viewport()
        words = bench.text.body[span[0] : span[1]] if span else bench.text.body[turn.start : turn.start + 20]
        expect(reader.locator("#inspector blockquote")).to_contain_text(words.split()[0])


def test_the_list_of_interviews_is_scrolled_to_the_open_one(bench: Bench, reader: Page) -> None:
    (first, *_) = bench.store.all(Interview)
    interviews = [dataclasses.replace(first, id=new_id(), key=f"A1-{n}") for n in range(10, 60)]
    documents = [Document(name=one.key, text_id=bench.text.id, interview_id=one.id) for one in interviews]
    with bench.store.edit("АК", "many") as edit:
        edit.add(*interviews, *documents)
    inside = """() => {
      const list = document.querySelector('.side'), box = list.getBoundingClientRect();
      const open = list.querySelector('[aria-current="page"]').getBoundingClientRect();
      return [open.top >= box.top && open.bottom <= box.bottom, list.scrollTop > 0, list.scrollHeight > box.height];
    }"""
    # the last of the list lies below, the first is in sight without a scroll
    for document, scrolled in ((documents[-1], True), (bench.document, False)):
        open_reader(reader, bench.base, document.id)
        assert reader.evaluate(inside) == [True, scrolled, True]


def test_names_stand_after_the_turns_and_the_table_lists_all(bench: Bench, reader: Page) -> None:
    _code_first(reader)
    name = reader.locator(".turn .marks .name")
    expect(name).to_have_accessible_name("Selection, paragraph 1")
    reader.keyboard.press("t")
    expect(reader.locator("dialog.codings tbody tr")).to_have_count(1)
    expect(reader.locator("dialog.codings tbody")).to_contain_text("Selection")


def test_axe_finds_nothing(bench: Bench, reader: Page) -> None:
    _code_first(reader)
    for keys in ((), ("c",), ("Escape", "r"), ("Escape", "t"), ("Escape", "Control+f")):
        for key in keys:
            reader.keyboard.press(key)
        reader.wait_for_timeout(80)
        assert faults_in_both_themes(reader) == [], keys


def test_print_view_holds_text_and_names(bench: Bench, reader: Page) -> None:
    _code_first(reader)
    reader.goto(f"{bench.base}/read/{bench.document.id}/print")
    words = reader.evaluate(
        """[...document.querySelectorAll('.paper-turn p')].map((p) => {
          for (const one of p.querySelectorAll('sup, sub')) one.remove();
          return p.textContent;
        })"""
    )
    assert words == [bench.text.body[t.start : t.end] for t in bench.text.turns]
    expect(reader.locator(".paper-turn li").first).to_have_text("1 Selection")
