"""Take pictures of every screen in both themes and both languages: ``python tools/screenshots.py`` writes docs/screenshots.

    python tools/screenshots.py --only study analysis   those whose name begins so
    python tools/screenshots.py --width 700 --to folder  in a window of another width

One picture for each screen holds its four views (Russian and English, light and dark); the views themselves, in full size, stand in the
folder `full` beside them, which is not kept in the repository. The fictional study is served on this machine, after an hour's work of two
people on it, and looked at with the Chromium of the system. It says which screens are wider than their window.
"""

from __future__ import annotations

import argparse
import base64
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, Error, Page, sync_playwright

import veche
from veche.web import make_app

sys.path.insert(0, str(Path(__file__).parent))
from doings import Doing, doings, work
from screens import screens

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LANGUAGES, THEMES = ("ru", "en"), ("light", "dark")
#: is nothing under way any more: no figure being drawn, no computation running
QUIET = """() => !document.getElementById("working")
  && !document.querySelector("[data-figure]:not([hidden]):not([data-ready=yes]):not([data-ready=failed])")"""
#: views of a screen beside each other, made smaller, as WebP
TOGETHER = """async (views) => {
  const images = await Promise.all(views.map(async (one) => {
    const image = new Image();
    image.src = one;
    await image.decode();
    return image;
  }));
  const gap = 6, width = 660, height = Math.round(width * images[0].height / images[0].width);
  const sheet = new OffscreenCanvas(2 * width + gap, Math.ceil(images.length / 2) * (height + gap) - gap), pen = sheet.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "#777";
  pen.fillRect(0, 0, sheet.width, sheet.height);
  images.forEach((one, n) => pen.drawImage(one, (n % 2) * (width + gap), Math.floor(n / 2) * (height + gap), width, height));
  const bytes = new Uint8Array(await (await sheet.convertToBlob({ type: "image/webp", quality: 0.5 })).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


def serve(path: Path, language: str) -> tuple[uvicorn.Server, str, Any]:
    """Serve a study in the background; returns the server, its address and the application."""
    app = make_app(path, who="АК" if language == "ru" else "AK", language=language)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return server, f"http://127.0.0.1:{port}", app


def settle(page: Page) -> None:
    """Wait until the page is as it will stay; a computation in the background may take its time."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            page.wait_for_load_state("load")
            if page.evaluate(QUIET):
                break
        except Error:  # the page loads itself again when a result is there
            pass
        page.wait_for_timeout(100)
    page.wait_for_timeout(400)


def views(browser: Browser, given: argparse.Namespace, language: str, folder: Path) -> Iterator[Path]:
    """Take the pictures in one language, in each theme."""
    path = folder / f"demo-{language}.veche"
    veche.open_demo(path, language=language).close()
    server, base, app = serve(path, language)
    work(app.state.veche.study, language)
    door = browser.new_context()
    door.new_page().goto(f"{base}/?token={app.state.keys.token}")
    kept = door.storage_state()
    addresses = screens(app.state.veche.study.store)
    pages = {name: Doing(address, lambda _page: None) for name, address in addresses.items()}
    pages |= doings(addresses, language)
    for theme in given.themes:
        size = {"width": given.width, "height": given.height}
        view = browser.new_context(viewport=size, color_scheme=theme, storage_state=kept, locale=language)
        # what is computed first may take its time
        view.set_default_timeout(180_000)
        page = view.new_page()
        for name, one in pages.items():
            if given.only and not name.startswith(tuple(given.only)):
                continue
            # one page after another in one tab: the address alone would not load a page that differs in its place only
            page.goto("about:blank")
            page.goto(base + one.path)
            settle(page)
            one.do(page)
            settle(page)
            if (wider := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
                print(f"{name}: {wider} pixels wider than the window")
            picture = given.to / "full" / f"{name}-{language}-{theme}.png"
            page.screenshot(path=picture)
            yield picture
        view.close()
    server.should_exit = True


def put_together(browser: Browser, given: argparse.Namespace, taken: list[Path]) -> int:
    """Put the views of each screen, as far as they have been taken, into one picture; returns how many screens there are."""
    page = browser.new_page()
    names = sorted({one.stem.rsplit("-", 2)[0] for one in taken})
    for name in names:
        places = [given.to / "full" / f"{name}-{tongue}-{theme}.png" for tongue in LANGUAGES for theme in THEMES]
        parts = [base64.b64encode(one.read_bytes()).decode() for one in places if one.exists()]
        found = [f"data:image/png;base64,{one}" for one in parts]
        (given.to / f"{name}.webp").write_bytes(base64.b64decode(page.evaluate(TOGETHER, found)))
    return len(names)


def main() -> None:
    """Parse the arguments and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=FOLDER)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--languages", nargs="+", default=LANGUAGES, choices=LANGUAGES)
    parser.add_argument("--themes", nargs="+", default=THEMES, choices=THEMES)
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("google-chrome") or "chromium")
    given = parser.parse_args()
    (given.to / "full").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=given.chromium, args=ARGUMENTS)
        taken = [one for language in given.languages for one in views(browser, given, language, Path(folder))]
        count = put_together(browser, given, taken)
        browser.close()
    print(f"{len(taken)} pictures of {count} screens in {given.to}")


if __name__ == "__main__":
    main()
