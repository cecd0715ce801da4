"""Measure the reader in a headless browser: 60,000 Russian words with 5,000 overlapping codings of 150 codes.

    python bench/parts_reader.py

CPU is the main thread's own time (DevTools' `ThreadTime`), which is steadier than wall time on a busy machine; *plain* is the same page without
codings. `run` returns rows {name, what, value, unit, target, kept}.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import random
import shutil
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn

from corpus import make_corpus, read_corpus
from veche.store import Store
from veche.study import (
    Code,
    Coder,
    Coding,
    Document,
    Interview,
    Region,
    Respondent,
    Role,
    StudyInfo,
    Text,
    Town,
    Turn,
    Wave,
    new_id,
)  # fmt: skip
from veche.web.app import make_app

WORDS, CODINGS, CODES = 60_000, 5_000, 150
CHROMIUM = os.environ.get("VECHE_TEST_BROWSER") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
_KINDS = ("technique", "problem", "motive", "scale", "actor", "coalition")


def make_study(path: Path, folder: Path) -> tuple[str, str]:
    """Make the study; returns the documents with and without codings."""
    make_corpus(folder, texts=1, words=WORDS)
    (source,) = read_corpus(folder)
    draw = random.Random(20261121)
    store = Store.create(path, StudyInfo(name="Bench"), who="A")
    region, role = Region(key="I", name="Край"), Role(key="deputy", label_ru="Депутат", label_en="Deputy")
    towns = [Town(key=key, name=f"Город {key}", region_id=region.id) for key in "AB"]
    wave = Wave(key="1", label="I", start=dt.date(2012, 1, 1), end=dt.date(2016, 1, 1))
    people = [Respondent(key=f"Р-0{n}") for n in (1, 2)]
    interviews = [
        Interview(key=f"{t.key}-1", town_id=t.id, wave_id=wave.id, respondent_id=r.id, role_id=role.id, date=dt.date(2013, 5, 2))
        for t, r in zip(towns, people, strict=True)
    ]  # fmt: skip
    turns = tuple(Turn(n, t.start, t.end, t.kind, t.speaker) for n, t in enumerate(source.turns, 1))
    texts = [Text(new_id(), source.body, turns) for _ in interviews]
    documents = [Document(name=i.key, text_id=t.id, interview_id=i.id) for i, t in zip(interviews, texts, strict=True)]
    codes = [Code(key=f"C{n}", kind=_KINDS[n % 6], label_ru=f"Признак власти {n}", position=n) for n in range(CODES)]  # type: ignore[arg-type]
    coders = [Coder(key="A", name="Анна К."), Coder(key="M", name="Мария С.")]
    size = len(source.body)
    codings = []
    for _ in range(CODINGS):
        start = draw.randrange(4, size - 1200)
        codings.append(
            Coding(document_id=documents[0].id, text_id=texts[0].id, start=start, end=start + int(draw.expovariate(1 / 380)) + 12,
                   code_id=draw.choice(codes).id, coder_id=draw.choice(coders).id)
        )  # fmt: skip
    with store.edit("A", "set up") as edit:
        edit.add_texts(texts)
        edit.add(region, role, *towns, wave, *people, *interviews, *documents, *codes, *coders)
        edit.add(*codings)
    store.close()
    return documents[0].id, documents[1].id


@contextlib.contextmanager
def served(path: Path) -> Iterator[str]:
    """Serve the study; yields the address that opens it."""
    app = make_app(path, who="A", language="ru")
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="websockets-sansio"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{sock.getsockname()[1]}/?token={app.state.keys.token}"
    server.should_exit = True
    thread.join(10)


def _metrics(session: Any) -> dict[str, float]:
    return {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}


def _load(page: Any, address: str) -> tuple[float, float]:
    """Load a page and wait until the reader has painted; returns wall seconds and CPU seconds of the main thread."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = _metrics(session)
    begin = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.evaluate(_READY)
    wall = time.perf_counter() - begin
    after = _metrics(session)
    # a page that changed its process begins to count anew
    spent = after["TaskDuration"] - (before["TaskDuration"] if after["TaskDuration"] > before["TaskDuration"] else 0)
    session.detach()
    return wall, spent


#: the margin has its first names (or there are no codings), and two frames have passed
_READY = """() => new Promise((done) => {
  const look = () => {
    const data = document.querySelector('#reader-data'), ready = document.querySelector('#inspector .card');
    if (data && ready) requestAnimationFrame(() => requestAnimationFrame(() => done(true))); else setTimeout(look, 5);
  };
  look();
})"""

_SCROLL = """([step, count]) => new Promise((done) => {
  const stage = document.querySelector('#main'), times = [];
  let last = performance.now();
  stage.scrollTop = 0;
  const frame = (now) => {
    times.push(now - last);
    last = now;
    stage.scrollTop += step;
    if (times.length < count) requestAnimationFrame(frame);
    else { times.shift(); times.sort((a, b) => a - b); done(times[Math.floor(times.length * 0.95)]); }
  };
  requestAnimationFrame(frame);
})"""

_STEP_TO = """async (i) => {
  const { reader } = await import(document.querySelector('script[src*="reader/main"]').src);
  reader.selection.set(reader.selection.sentences.get(20 + 40 * i));
  reader.reveal(reader.selection.span[0]);
  await new Promise((done) => setTimeout(done, 200));  // what comes after scrolling is no part of the act
}"""

_ADD = """async (i) => {
  const { reader } = await import(document.querySelector('script[src*="reader/main"]').src), begin = performance.now();
  reader.commands.quick(1 + i % 3);
  await new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();  // its message comes after the frame is painted
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  }));
  return performance.now() - begin;
}"""


def _scrolling(page: Any, step: int, frames: int) -> tuple[float, float]:
    """Scroll by a step each frame; returns the 95th percentile of frames in ms, and processor time of the main thread per frame."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = _metrics(session)["TaskDuration"]
    slowest = page.evaluate(_SCROLL, [step, frames])
    return slowest, 1000 * (_metrics(session)["TaskDuration"] - before) / frames


def _adding(page: Any, times: int = 9) -> tuple[float, float]:
    """Add codings at places far apart; returns median milliseconds to paint, and of processor time of the main thread."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    walls, spent = [], []
    for n in range(times):
        page.evaluate(_STEP_TO, n)
        before = _metrics(session)["TaskDuration"]
        walls.append(page.evaluate(_ADD, n))
        spent.append(1000 * (_metrics(session)["TaskDuration"] - before))
    return statistics.median(walls), statistics.median(spent)


def _renderer_memory(browser_pid: int) -> float:
    """Return the resident memory of the largest renderer below a process, in MB."""
    largest = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"--type=renderer" in (folder / "cmdline").read_bytes() and _below(int(folder.name), browser_pid):
                pages = int((folder / "statm").read_text().split()[1])
                largest = max(largest, pages * os.sysconf("SC_PAGE_SIZE") / 1e6)
    return largest


def _below(pid: int, above: int) -> bool:
    while pid > 1:
        if pid == above:
            return True
        pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    return False


def _memory_after_loading(playwright: Any, path: Path, document: str) -> float:
    """Open the reader once in a fresh browser: resident memory of its renderer in MB."""
    with served(path) as entry:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 860}, locale="ru")
        page.goto(entry)
        page.goto(f"{entry.split('/?')[0]}/read/{document}")
        page.evaluate(_READY)
        page.wait_for_timeout(1000)
        found = _renderer_memory(os.getpid())
        browser.close()
    return found


def run() -> list[dict[str, Any]]:
    """Measure and return the rows."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.veche"
        coded, plain = make_study(path, Path(folder) / "corpus")
        with served(path) as entry, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="ru")
            base = entry.split("/?")[0]
            first = context.new_page()
            first.goto(entry)
            for address in (coded, plain):  # the server's caches and the browser's are warm
                first.goto(f"{base}/read/{address}")
            first.close()
            page = context.new_page()
            loads: dict[str, list[tuple[float, float]]] = {coded: [], plain: []}
            for _ in range(4):
                for address in (plain, coded):
                    page.goto("about:blank")
                    loads[address].append(_load(page, f"{base}/read/{address}"))
            page.goto(f"{base}/read/{plain}")
            page.evaluate(_READY)
            (bare_slow, _), (bare_fast, _) = _scrolling(page, 120, 240), _scrolling(page, 1500, 120)
            page.goto(f"{base}/read/{coded}")
            page.evaluate(_READY)
            slow, slow_cpu = _scrolling(page, 120, 240)
            fast, fast_cpu = _scrolling(page, 1500, 120)
            added, adding = _adding(page)
            highlights = page.evaluate("CSS.highlights.size")
            browser.close()
            memory = _memory_after_loading(playwright, path, coded)
    wall = sorted(w for w, _ in loads[coded])
    cpu, bare = (min(c for _, c in loads[one]) for one in (coded, plain))
    rows = [
        ("ready", "transcript ready (median of 4)", (wall[1] + wall[2]) / 2, "s", 1.5),
        ("ratio", f"main-thread CPU against the page without codings ({cpu * 1000:.0f} / {bare * 1000:.0f} ms)", cpu / bare, "x", 1.5),
        ("slow", f"scrolling by 120 px, frames p95 (without codings {bare_slow:.0f}; {slow_cpu:.0f} ms of the main thread)", slow, "ms", 34),
        ("fast", f"scrolling by 1,500 px, frames p95 (without codings {bare_fast:.0f}; {fast_cpu:.0f} ms of the main thread)", fast, "ms", 34),
        ("add", f"adding a coding to paint (median of 9; {adding:.0f} ms of the main thread)", added, "ms", 100),
        ("memory", "memory of the renderer", memory, "MB", 250),
        ("highlights", "registered highlights", highlights, "", 6),
    ]  # fmt: skip
    return [
        {"name": n, "what": what, "value": round(value, 3), "unit": unit, "target": target, "kept": value <= target}
        for n, what, value, unit, target in rows
    ]


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row, ensure_ascii=False))
