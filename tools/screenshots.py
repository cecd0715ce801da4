"""Take pictures of every screen in both themes and both languages: ``python tools/screenshots.py`` writes docs/screenshots.

The fictional study is served on this machine and looked at with the Chromium of the system.
"""

from __future__ import annotations

import argparse
import re
import shutil
import socket
import tempfile
import threading
import time
from pathlib import Path

import uvicorn
from playwright.sync_api import sync_playwright

import veche
from veche.study import Code, Document, Respondent
from veche.web import make_app
from veche.workbench import registry

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
PAGES = ("/", "/interviews", "/import", "/design/town", "/history", "/search", "/read", "/codebook", "/suggestions", "/quotations", "/waves",
         "/trajectory", "/framework", "/analyses")  # fmt: skip


def addresses(study: veche.Study) -> list[str]:
    """List the screens: pages, and one of every analysis."""
    assert study.store.all(Document) and study.store.all(Code) and study.store.all(Respondent)
    return [*PAGES, *(f"/analysis/{name}" for name in registry.analysis_names())]


def serve(path: Path, language: str) -> tuple[uvicorn.Server, str, str]:
    """Serve a study in the background; returns the server, its address and the token."""
    app = make_app(path, who="АК", language=language)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return server, f"http://127.0.0.1:{port}", app.state.keys.token


def take(folder: Path, chromium: str) -> int:
    """Take all pictures; returns how many."""
    taken = 0
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for language in ("ru", "en"):
            path = Path(work) / f"demo-{language}.veche"
            with veche.open_demo(path, language=language) as study:
                pages = addresses(study)
            server, base, token = serve(path, language)
            door = browser.new_context()
            door.new_page().goto(f"{base}/?token={token}")
            kept = door.storage_state()
            for theme in ("light", "dark"):
                view = browser.new_context(
                    viewport={"width": 1440, "height": 900}, color_scheme=theme, storage_state=kept, locale=language
                )
                page = view.new_page()
                for address in pages:
                    page.goto(base + address)
                    page.wait_for_load_state("networkidle")
                    page.wait_for_timeout(1500 if "/analysis/" in address else 300)
                    name = re.sub(r"\W+", "-", address.strip("/")) or "study"
                    page.screenshot(path=folder / f"{name}-{language}-{theme}.png")
                    taken += 1
                view.close()
            server.should_exit = True
        browser.close()
    return taken


def main() -> None:
    """Parse the arguments and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=FOLDER)
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("google-chrome") or "chromium")
    given = parser.parse_args()
    print(f"{take(given.to, given.chromium)} pictures in {given.to}")


if __name__ == "__main__":
    main()
