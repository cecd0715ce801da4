"""The reader in a real browser: positions, coding by keyboard, undo, search, statements, conflicts, accessibility."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import random
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from veche.store import Store
from veche.study import (
    Actor,
    Code,
    Coder,
    Coding,
    ConsentMark,
    Document,
    Interview,
    Memo,
    Region,
    Respondent,
    Role,
    Statement,
    StatementKind,
    StudyInfo,
    Text,
    Town,
    Turn,
    Wave,
    new_id,
)  # fmt: skip
from veche.web.app import make_app

#: signs that browsers, people and programs count differently
ODD = ("👩🏽‍🏭", "𝒜", "и\u0306", "е\u0308", "бюд\u00adжет", "10\u00a0000", "🇷🇺", "\u200bноль", "ﬁ", "<b>", "&amp;", "—")
PLAIN = (
    "глава", "совет", "завод", "бюджет", "область", "дорога", "школа", "налог", "решает", "просит", "ждёт", "молчит",
    "вчера", "сегодня", "потом",
)  # fmt: skip


@dataclass(frozen=True)
class Bench:
    """A running workbench with its study."""

    base: str
    token: str
    store: Store
    document: Document
    text: Text
    codes: tuple[Code, ...]


def _talk(seed: int, turns: int) -> Text:
    draw = random.Random(seed)
    body, found = "", []
    for n in range(turns):
        label = "И.: " if n % 2 == 0 else "Р.: "
        sentences = []
        for _ in range(draw.randint(1, 2) if n % 2 == 0 else draw.randint(3, 6)):
            words = [draw.choice(ODD) if draw.random() < 0.2 else draw.choice(PLAIN) for _ in range(draw.randint(4, 9))]
            sentences.append("Вот " + " ".join(words) + ("?" if n % 2 == 0 else "."))
        words = " ".join(sentences)
        body += ("\n" if body else "") + label
        found.append(Turn(n + 1, len(body), len(body) + len(words), "answer" if n % 2 else "question", label[:2]))
        body += words
    return Text(new_id(), body, tuple(found))


def _study(path: Path) -> tuple[Store, Document, Text, tuple[Code, ...]]:
    store = Store.create(path, StudyInfo(name="Исследование"), who="АК")
    region = Region(key="I", name="Край")
    town = Town(key="A", name="Тальвинск", region_id=region.id)
    wave = Wave(key="1", label="I", start=dt.date(2012, 1, 1), end=dt.date(2016, 1, 1))
    role = Role(key="deputy", label_ru="Депутат", label_en="Deputy")
    people = [Respondent(key="Р-01"), Respondent(key="Р-02")]
    interviews = [
        Interview(key=f"A1-0{n}", town_id=town.id, wave_id=wave.id, respondent_id=one.id, role_id=role.id, date=dt.date(2013, 5, n))
        for n, one in enumerate(people, 1)
    ]  # fmt: skip
    texts = [_talk(n, 30) for n in (1, 2)]
    documents = [Document(name=i.key, text_id=t.id, interview_id=i.id) for i, t in zip(interviews, texts, strict=True)]
    top = Code(key="M", kind="group", label_ru="Механизмы", label_en="Mechanisms")
    names = (
        ("Отбор на входе", "Selection"),
        ("Торг", "Bargaining"),
        ("Зависимость", "Dependence"),
        ("Молчание", "Silence"),
    )
    codes = tuple(
        Code(key=f"M.{n}", parent_id=top.id, kind="technique", label_ru=ru, label_en=en, position=n)
        for n, (ru, en) in enumerate(names, 1)
    )
    actors = [Actor(key="head", name="Глава", town_id=town.id), Actor(key="council", name="Совет", kind="body")]
    kind = StatementKind(key="placement", family="hidden control", label_ru="отбор", label_en="placement")
    coders = [Coder(key="АК", name="Анна К."), Coder(key="МС", name="Мария С.")]
    with store.edit("АК", "set up") as edit:
        edit.add_texts(texts)
        edit.add(region, town, wave, role, *people, *interviews, *documents, top, *codes, *actors, kind, *coders)
    return store, documents[0], texts[0], codes


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A workbench on a free port with a study of its own."""
    store, document, text, codes = _study(tmp_path / "study.veche")
    with _served(store, tmp_path / "study.veche", document, text, codes) as running:
        yield running


@contextlib.contextmanager
def _served(store: Store, path: Path, document: Document, text: Text, codes: tuple[Code, ...]) -> Iterator[Bench]:
    token = secrets.token_urlsafe(12)
    app = make_app(path, who="АК", token=token, language="en")
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="websockets-sansio"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield Bench(f"http://127.0.0.1:{sock.getsockname()[1]}", token, store, document, text, codes)
    finally:
        server.should_exit = True
        thread.join(10)
        sock.close()
        store.close()


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
    _open(page, bench)
    yield page
    context.close()
    assert faults == []


def _open(page: Page, bench: Bench) -> None:
    page.goto(f"{bench.base}/read/{bench.document.id}")
    _until(page, "document.querySelector('#inspector .card') !== null")
    page.evaluate("window.module = import(document.querySelector('script[src*=\"reader/main\"]').src)")
    page.evaluate("window.module.then((m) => { window.reader = m.reader; })")


def _until(page: Page, script: str, given: Any = None) -> None:
    """Wait until a script answers yes; the page's policy forbids the browser's own way of waiting for one."""
    until = time.monotonic() + 10
    while not page.evaluate(script, given):
        assert time.monotonic() < until, script
        page.wait_for_timeout(20)


def _saved(page: Page) -> None:
    expect(page.locator("#saving")).to_have_attribute("data-state", "saved")


def _codings(bench: Bench) -> list[Coding]:
    return sorted(bench.store.all(Coding), key=lambda c: c.id)


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
    _until(reader, "window.reader.selection.span !== null")
    span = reader.evaluate("window.reader.selection.span")
    assert span[0] == turn.start
    reader.keyboard.press("c")
    reader.keyboard.type("Barg")
    reader.keyboard.press("Enter")
    _saved(reader)
    (coding,) = _codings(bench)
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
    _saved(reader)
    made = _codings(bench)
    assert len(made) == 20
    flat = reader.evaluate("window.reader.selection.sentences.flat")
    sentences = list(zip(flat[::2], flat[1::2], strict=True))
    assert [(c.start, c.end) for c in made] == sentences[:20]
    assert [c.code_id for c in made[:4]] == [code.id for code in bench.codes]
    for _ in range(5):
        reader.keyboard.press("Control+z")
        reader.wait_for_timeout(60)
    expect(reader.locator("#live")).to_contain_text("Undone")
    _until(reader, "window.reader.model.codings.size === 15")
    assert [c.id for c in _codings(bench)] == [c.id for c in made[:15]]
    reader.keyboard.press("Control+Shift+z")
    _until(reader, "window.reader.model.codings.size === 16")
    assert len(_codings(bench)) == 16
    names = reader.evaluate("[...CSS.highlights.keys()].sort()")
    assert names == ["chosen", "coded-1", "coded-2", "coded-3", "found", "picked"]


def _code_first(reader: Page, letters: str = "Sel") -> None:
    reader.keyboard.press("Space")
    reader.keyboard.press("c")
    reader.keyboard.type(letters)
    reader.keyboard.press("Enter")
    _saved(reader)


def test_letters_work_in_the_russian_layout(bench: Bench, reader: Page) -> None:
    reader.keyboard.press("Space")
    reader.evaluate(
        "document.querySelector('#text').dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyC', key: 'с', bubbles: true}))"
    )
    expect(reader.locator("#picker")).to_be_visible()


def test_borders_split_merge_remove(bench: Bench, reader: Page) -> None:
    _code_first(reader)
    (first,) = _codings(bench)
    reader.keyboard.press("Shift+ArrowLeft")
    reader.keyboard.press("Shift+ArrowLeft")
    expect(reader.locator("#saving")).to_have_attribute("data-state", "saved")
    _until(reader, "(rev) => [...window.reader.model.codings.values()][0].rev > rev", first.rev)
    (shorter,) = _codings(bench)
    lost = bench.text.body[shorter.end : first.end]
    assert shorter.start == first.start and len(lost.split()) == 2
    reader.evaluate("(at) => { window.reader.selection.cursor = at; }", first.start + 5)
    reader.keyboard.press("s")
    _saved(reader)
    head, tail = sorted(_codings(bench), key=lambda c: c.start)
    assert (head.start, tail.end) == (shorter.start, shorter.end) and head.end <= tail.start
    reader.keyboard.press("g")
    _saved(reader)
    (whole,) = _codings(bench)
    assert (whole.start, whole.end) == (shorter.start, shorter.end)
    reader.keyboard.press("Delete")
    _saved(reader)
    assert _codings(bench) == []


def test_a_border_is_dragged(bench: Bench, reader: Page) -> None:
    _code_first(reader)
    (first,) = _codings(bench)
    handle = reader.locator(".handle.end")
    box = handle.bounding_box()
    assert box is not None
    reader.mouse.move(box["x"] + 6, box["y"] + box["height"] / 2)
    reader.mouse.down()
    reader.mouse.move(box["x"] - 60, box["y"] + box["height"] / 2, steps=3)
    reader.mouse.up()
    _until(reader, "(rev) => [...window.reader.model.codings.values()][0].rev > rev", first.rev)
    (moved,) = _codings(bench)
    assert moved.start == first.start and first.start < moved.end < first.end


def test_a_new_code_in_vivo_takes_the_words(bench: Bench, reader: Page) -> None:
    reader.keyboard.press("Space")
    words = reader.evaluate("window.reader.selection.words")
    reader.keyboard.press("v")
    reader.keyboard.press("Enter")
    _saved(reader)
    (coding,) = _codings(bench)
    assert bench.store.get(Code, coding.code_id).label_en.split()[:2] == words.rstrip("?.").split()[:2]


def test_a_note_is_saved_by_itself(bench: Bench, reader: Page) -> None:
    _code_first(reader)
    (coding,) = _codings(bench)
    reader.keyboard.press("m")
    reader.keyboard.type("Сравнить с первой волной")
    expect(reader.locator("#step")).to_have_text("step 4", timeout=4000)
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
    _saved(reader)
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
    _saved(reader)
    (mark,) = bench.store.all(ConsentMark)
    assert (mark.start, mark.end, mark.consent) == (*span, "background")
    expect(reader.locator(".name.consent")).to_have_accessible_name("Background only, paragraph 1")


def test_search_by_lemma_and_autocode_with_preview(bench: Bench, reader: Page) -> None:
    reader.keyboard.press("Control+f")
    reader.keyboard.type("совета")
    _until(reader, "window.reader.finder.hits.length > 0")
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
    made = _codings(bench)
    assert len(made) == count - 1 and {c.code_id for c in made} == {bench.codes[3].id}
    assert all("совет" in bench.text.body[c.start : c.end] for c in made)


def test_a_change_by_somebody_else_appears(bench: Bench, reader: Page) -> None:
    _code_first(reader)
    (first,) = _codings(bench)
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
    (first,) = _codings(bench)
    reader.route_web_socket("**/api/live*", lambda _socket: None)  # this tab hears of nothing
    _open(reader, bench)
    with bench.store.edit("МС", "change coding") as edit:
        edit.replace(dataclasses.replace(first, modality="denied"), rev=first.rev)
    reader.evaluate("(id) => { window.reader.acts.change(id, {modality: 'hypothetical'}); }", first.id)
    dialog = reader.locator("dialog.conflict")
    for words in ("МС", "denied", "hypothetical"):
        expect(dialog).to_contain_text(words)
    assert _codings(bench)[0].modality == "denied"
    dialog.get_by_role("button", name="Put mine over it").click()
    expect(dialog).to_have_count(0)
    _saved(reader)
    (now,) = _codings(bench)
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


def test_names_stand_after_the_turns_and_the_table_lists_all(bench: Bench, reader: Page) -> None:
    _code_first(reader)
    name = reader.locator(".turn .marks .name")
    expect(name).to_have_accessible_name("Selection, paragraph 1")
    reader.keyboard.press("t")
    expect(reader.locator("dialog.codings tbody tr")).to_have_count(1)
    expect(reader.locator("dialog.codings tbody")).to_contain_text("Selection")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(bench: Bench, reader: Page, scheme: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    reader.emulate_media(color_scheme=scheme)
    _code_first(reader)
    for keys in ((), ("c",), ("Escape", "r"), ("Escape", "t"), ("Escape", "Control+f")):
        for key in keys:
            reader.keyboard.press(key)
        reader.wait_for_timeout(80)
        found = Axe().run(reader).response["violations"]
        assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found] == [], keys


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
