"""A reader to work in: a small study whose words are hard to count, and what a test does on the page again and again."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, expect

from tests.browser.waiting import until
from veche.store import Store
from veche.study import (
    Actor,
    Code,
    Coder,
    Coding,
    Document,
    Interview,
    Region,
    Respondent,
    Role,
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


def talk(seed: int, turns: int) -> Text:
    """Make up a talk of questions and answers with odd signs."""
    draw = random.Random(seed)
    body, found = "", []
    for n in range(turns):
        label = "И.: " if n % 2 == 0 else "Р.: "
        sentences = []
        for _ in range(draw.randint(1, 2) if n % 2 == 0 else draw.randint(3, 6)):
            said = [draw.choice(ODD) if draw.random() < 0.2 else draw.choice(PLAIN) for _ in range(draw.randint(4, 9))]
            sentences.append("Вот " + " ".join(said) + ("?" if n % 2 == 0 else "."))
        words = " ".join(sentences)
        body += ("\n" if body else "") + label
        found.append(Turn(n + 1, len(body), len(body) + len(words), "answer" if n % 2 else "question", label[:2]))
        body += words
    return Text(new_id(), body, tuple(found))


def small_study(path: Path) -> tuple[Store, Document, Text, tuple[Code, ...]]:
    """Make a study of two interviews in one town, four codes, two coders, two who can be named in statements."""
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
    texts = [talk(n, 30) for n in (1, 2)]
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


@contextlib.contextmanager
def served(store: Store, path: Path, document: Document, text: Text, codes: tuple[Code, ...]) -> Iterator[Bench]:
    """Serve the study in this process."""
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


def open_reader(page: Page, base: str, document_id: str) -> None:
    """Open the reader on a document and wait until it is whole; the page then knows it as `window.reader`."""
    page.goto(f"{base}/read/{document_id}")
    until(page, "document.querySelector('#inspector .card') !== null")
    page.evaluate("window.module = import(document.querySelector('script[src*=\"reader/main\"]').src)")
    page.evaluate("window.module.then((m) => { window.reader = m.reader; })")


def saved(page: Page) -> None:
    """Wait until everything is saved."""
    expect(page.locator("#saving")).to_have_attribute("data-state", "saved")


def codings(store: Store) -> list[Coding]:
    """Return all codings, in the order in which they were made."""
    return sorted(store.all(Coding), key=lambda c: c.id)
