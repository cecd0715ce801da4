"""Measure the pages of the workbench: processor time of the server from the request to the whole answer.

The home and the quotations of a code with about 1,000 hits are those of the study of 200 interviews; every analysis is asked on the fictional
study, once for the first time and once more. `run` returns rows {name, what, value, unit, target}.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@contextmanager
def client_of(path: Path) -> Iterator[Any]:
    """Open a study behind the application, signed in, in this process."""
    from starlette.testclient import TestClient

    from veche.web.app import make_app

    app = make_app(path, who="bench", language="en", hosts=("testserver",))
    with TestClient(app) as client:
        assert client.get("/", params={"token": app.state.keys.token}).status_code == 200
        yield client


def seconds(client: Any, address: str) -> float:
    """Return the processor time of one request; one that is computed in the background is waited for."""
    begin = time.process_time()
    while True:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        if 'id="working"' not in answer.text:
            return time.process_time() - begin
        time.sleep(0.05)


def settle(client: Any, address: str) -> None:
    """Wait until what follows the first look of a page is computed as well: it must not count for the next page."""
    while '<div id="more" role="status"></div>' not in client.get(address).text:
        time.sleep(0.2)


def study_pages(path: Path) -> list[tuple[str, str, float, float]]:
    """Measure on the study of 200 interviews; each page after a change, so that nothing of it is kept."""
    with client_of(path) as client:
        store = client.app.state.veche.study.store
        first, again, found = [], [], []
        for _ in range(3):
            _touch(store)
            first.append(seconds(client, "/"))
            again.append(seconds(client, "/"))
            found.append(seconds(client, "/quotations?codes=PROB.000"))
        next_page = min(seconds(client, "/quotations?codes=PROB.000&page=2") for _ in range(3))
    return [
        ("home", "home of 200 interviews, after a change", min(first), 0.3),
        ("home_again", "the same once more", min(again), 0.3),
        ("quotations", "quotations of a code with 1,000 hits, first page, after a change", min(found), 0.2),
        ("quotations_next", "their next page", next_page, 0.2),
    ]


def _touch(store: Any) -> None:
    """Change something, so that what was kept of the study is taken anew."""
    import dataclasses

    from veche.study import Town

    town = store.all(Town)[0]
    with store.edit("bench", "edit town") as edit:
        edit.replace(dataclasses.replace(town, note=f"{time.time()}"))


def analysis_pages() -> list[tuple[str, str, float, float]]:
    """Measure every installed analysis on the fictional study."""
    from veche.workbench import registry
    from veche.workbench.make import open_demo

    with tempfile.TemporaryDirectory() as folder:
        open_demo(Path(folder) / "demo.veche").close()
        with client_of(Path(folder) / "demo.veche") as client:
            seconds(client, "/analyses")
            seconds(client, "/analysis/timeline")  # what all of them share is loaded
            first: dict[str, float] = {}
            cached: dict[str, float] = {}
            for name in registry.analysis_names():
                first[name] = seconds(client, f"/analysis/{name}?in_until=2100-01-01")
                settle(client, f"/analysis/{name}?in_until=2100-01-01")
                cached[name] = min(seconds(client, f"/analysis/{name}?in_until=2100-01-01") for _ in range(3))
    rows = [(f"first {name}", f"{name}, first", spent, 2.0) for name, spent in first.items()]
    return [*rows, *((f"cached {name}", f"{name}, again", spent, 0.2) for name, spent in cached.items())]


def run(path: Path) -> list[dict[str, Any]]:
    """Measure on the study at `path`, and return the rows."""
    os.environ.setdefault("VECHE_SETTINGS", str(path.with_name("settings.json")))
    rows = [*study_pages(path), *analysis_pages()]
    return [
        {"name": name, "what": what, "value": round(value, 3), "unit": "s", "target": target}
        for name, what, value, target in rows
    ]


if __name__ == "__main__":
    for row in run(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "out" / "200x8000" / "study.veche"):
        print(json.dumps(row, ensure_ascii=False))
