"""Take pictures of every screen in both themes and both languages: ``python tools/screenshots.py`` writes docs/screenshots.

    python tools/screenshots.py --only study analysis   those whose name begins so
    python tools/screenshots.py --width 700 --to folder  in a window of another width

The fictional study is served on this machine and looked at with the Chromium of the system. It says which screens are wider than their window.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Error, Page, sync_playwright

import veche
from veche.web import make_app

sys.path.insert(0, str(Path(__file__).parent))
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
#: is nothing under way any more: no figure being drawn, no computation running
QUIET = """() => !document.getElementById("working")
  && !document.querySelector("[data-figure]:not([hidden]):not([data-ready=yes]):not([data-ready=failed])")"""


def serve(path: Path, language: str) -> tuple[uvicorn.Server, str, Any]:
    """Serve a study in the background; returns the server, its address and the application."""
    app = make_app(path, who="АК", language=language)
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


def take(folder: Path, given: argparse.Namespace) -> int:
    """Take all pictures; returns how many."""
    taken = 0
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=given.chromium, args=ARGUMENTS)
        for language in given.languages:
            path = Path(work) / f"demo-{language}.veche"
            veche.open_demo(path, language=language).close()
            server, base, app = serve(path, language)
            door = browser.new_context()
            door.new_page().goto(f"{base}/?token={app.state.keys.token}")
            kept = door.storage_state()
            pages = screens(app.state.veche.study.store)
            for theme in given.themes:
                view = browser.new_context(
                    viewport={"width": given.width, "height": given.height},
                    color_scheme=theme,
                    storage_state=kept,
                    locale=language,
                )
                page = view.new_page()
                for name, address in pages.items():
                    if given.only and not name.startswith(tuple(given.only)):
                        continue
                    page.goto(base + address)
                    settle(page)
                    if (wider := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
                        print(f"{name}: {wider} pixels wider than the window")
                    page.screenshot(path=folder / f"{name}-{language}-{theme}.png")
                    taken += 1
                view.close()
            server.should_exit = True
        browser.close()
    return taken


def main() -> None:
    """Parse the arguments and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=FOLDER)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--languages", nargs="+", default=["ru", "en"], choices=["ru", "en"])
    parser.add_argument("--themes", nargs="+", default=["light", "dark"], choices=["light", "dark"])
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("google-chrome") or "chromium")
    given = parser.parse_args()
    print(f"{take(given.to, given)} pictures in {given.to}")


if __name__ == "__main__":
    main()
