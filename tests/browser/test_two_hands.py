"""Two people, two processes and two tabs on one study: everything follows live, and nobody's work is overwritten unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.processes import running
from tests.browser.reading import codings, open_reader, saved, small_study
from tests.browser.waiting import until
from veche.store import Store
from veche.study import Coding, Document, Memo, Statement, StatementKind


@dataclass(frozen=True)
class Hands:
    """The study, and the two servers that hold it open."""

    study: Path
    document: Document
    first: str
    second: str
    context: BrowserContext

    def open(self, base: str, *, deaf: bool = False) -> Page:
        """Open the reader in a new tab; a deaf one hears of no changes, as after a network fault that nobody noticed."""
        page = self.context.new_page()
        if deaf:
            page.route_web_socket("**/api/live*", lambda _socket: None)
        open_reader(page, base, self.document.id)
        return page

    def stored(self) -> Store:
        """Open the study a third time, to look at it."""
        return Store.open(self.study)


@pytest.fixture(scope="module")
def hands(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Hands]:
    """Two processes on one study file, one for each of two people."""
    folder = tmp_path_factory.mktemp("hands")
    store, document, _text, _codes = small_study(folder / "study.veche")
    store.close()
    with running(folder / "study.veche", folder, "АК") as one, running(folder / "study.veche", folder, "МС") as other:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        page = context.new_page()
        for process in (one, other):
            page.goto(process.entry)
        page.close()
        yield Hands(folder / "study.veche", document, one.url, other.url, context)
        context.close()


@pytest.fixture(autouse=True)
def clean(hands: Hands) -> Iterator[None]:
    """Each test begins with an interview without marks, and leaves no tab open."""
    yield
    for page in hands.context.pages:
        page.close(run_before_unload=False)
    with hands.stored() as store, store.edit("АК", "clean") as edit:
        for kind in (Memo, Statement, Coding):
            for row in store.all(kind):
                edit.remove(kind, row.id, rev=row.rev)


def _code(page: Page, letters: str, sentence: int) -> None:
    """Give a sentence a code, by keyboard."""
    page.evaluate(
        "(n) => { window.reader.selection.set(null); window.reader.selection.cursor = window.reader.selection.sentences.get(n)[0]; }",
        sentence,
    )
    page.keyboard.press("Space")
    page.keyboard.press("c")
    page.keyboard.type(letters)
    page.keyboard.press("Enter")


def test_both_code_at_once_and_see_each_other(hands: Hands) -> None:
    anna, maria = hands.open(hands.first), hands.open(hands.second)
    for n in range(5):
        _code(anna, "Sel", 2 * n)
        _code(maria, "Barg", 2 * n + 1)
    for page in (anna, maria):
        saved(page)
        until(page, "window.reader.model.codings.size === 10")
        names = page.evaluate(
            "[...window.reader.model.codings.values()].map((one) => window.reader.model.coderOf(one).key).sort()"
        )
        assert names == ["АК"] * 5 + ["МС"] * 5
        assert page.evaluate("window.reader.model.seq") <= int(page.locator("#step").inner_text().split()[1])
    with hands.stored() as store:
        assert len(codings(store)) == 10
    # undo is each person's own
    anna.keyboard.press("Control+z")
    until(maria, "window.reader.model.codings.size === 9")
    with hands.stored() as store:
        assert len([one for one in store.all(Coding) if store.history(row_ids=[one.id])[0].who == "МС"]) == 5


def test_each_sees_that_the_other_is_here_and_has_the_same_open(hands: Hands) -> None:
    anna, maria = hands.open(hands.first), hands.open(hands.second)
    sign = '#people [data-who="{}"]'.format
    expect(anna.locator(sign("МС"))).to_have_attribute("title", "Мария С. has this open too")
    expect(maria.locator(sign("АК"))).to_have_attribute("title", "Анна К. has this open too")
    with maria.expect_navigation():
        maria.goto(hands.second)
    expect(anna.locator(sign("МС"))).to_have_attribute("title", "Мария С. is here")
    maria.close()
    expect(anna.locator(sign("МС"))).to_have_attribute("title", "Мария С.")


def _statement(page: Page, issue: str) -> None:
    """Change the issue of the statement at the first sentence and keep it."""
    page.evaluate("window.reader.selection.set(window.reader.selection.sentences.get(0))")
    page.keyboard.press("Shift+R")
    field = page.get_by_label("Issue")
    field.fill(issue)
    field.press("Control+Enter")


def test_two_processes_change_one_statement(hands: Hands) -> None:
    with hands.stored() as store, store.edit("АК", "statement") as edit:
        from veche.study import Actor, Anchor, Coder

        who, whom = store.all(Actor)
        (kind,) = store.all(StatementKind)
        place = Anchor(hands.document.id, hands.document.text_id, 4, 20)
        coder = next(one for one in store.all(Coder) if one.key == "АК")
        edit.add(Statement(quotes=(place,), kind_id=kind.id, sources=(who.id,), targets=(whom.id,), coder_id=coder.id,
                           interview_id=hands.document.interview_id, issue="дорога"))  # fmt: skip
    anna, maria = hands.open(hands.first), hands.open(hands.second, deaf=True)
    _statement(anna, "каток")
    saved(anna)
    _statement(maria, "котельная")
    dialog = maria.locator("dialog.conflict")
    for words in ("АК", "каток", "котельная"):
        expect(dialog).to_contain_text(words)
    expect(maria.locator("#saving")).to_have_text("Not saved: refused")
    with hands.stored() as store:
        assert store.all(Statement)[0].issue == "каток"
    dialog.get_by_role("button", name="Put mine over it").click()
    saved(maria)
    # the other tab hears of it at once, and the earlier version stands in the history
    until(anna, "[...window.reader.model.statements.values()][0].issue === 'котельная'")
    with hands.stored() as store:
        (row,) = store.all(Statement)
        assert row.issue == "котельная"
        kept = [
            (change.after or {})["issue"]
            for entry in store.history(row_ids=[row.id])
            for change in store.changes(entry.seq)
        ]
        assert kept == ["котельная", "каток", "дорога"]


def test_two_tabs_of_one_person_move_the_same_borders(hands: Hands) -> None:
    here = hands.open(hands.first)
    _code(here, "Dep", 3)
    saved(here)
    there = hands.open(hands.first, deaf=True)
    with hands.stored() as store:
        (first,) = codings(store)
    for page in (here, there):
        page.keyboard.press("Escape")
        page.keyboard.press("j")
    here.keyboard.press("Shift+ArrowLeft")
    until(here, "(rev) => [...window.reader.model.codings.values()][0].rev > rev", first.rev)
    saved(here)
    for _ in range(2):
        there.keyboard.press("Shift+ArrowLeft")
    dialog = there.locator("dialog.conflict")
    expect(dialog).to_contain_text("to character")
    with hands.stored() as store:
        (mine,) = codings(store)
    dialog.get_by_role("button", name="Keep theirs").click()
    expect(dialog).to_have_count(0)
    assert there.evaluate("[...window.reader.model.codings.values()].map((c) => [c.end, c.rev])") == [
        [mine.end, mine.rev]
    ]
    with hands.stored() as store:
        assert codings(store) == [mine]


def test_a_passage_removed_by_the_other_tab_is_said(hands: Hands) -> None:
    here = hands.open(hands.first)
    _code(here, "Sil", 4)
    saved(here)
    there = hands.open(hands.first, deaf=True)
    there.keyboard.press("j")
    there.keyboard.press("m")
    here.keyboard.press("Delete")
    until(here, "window.reader.model.codings.size === 0")
    saved(here)
    there.get_by_role("button", name="denied").click()
    dialog = there.locator("dialog.conflict")
    expect(dialog).to_contain_text("removed")
    expect(dialog.get_by_role("button", name="Put mine over it")).to_have_count(0)
    dialog.get_by_role("button", name="Keep theirs").click()
    assert there.evaluate("window.reader.model.codings.size") == 0
    here.keyboard.press("Control+z")
    until(here, "window.reader.model.codings.size === 1")
    with hands.stored() as store:
        assert len(codings(store)) == 1
