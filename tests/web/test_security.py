"""Who may ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.routing import Mount, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from veche.web.pages.choices import inside
from veche.web.security import HEADERS, Keys, host_name, rule_of, same_site

LIVE = "ws://127.0.0.1:8331/api/live"


def routes(app: Any) -> Iterator[tuple[str, str]]:
    """Every path with every method, parameters filled in."""

    def walk(found: Any, prefix: str) -> Iterator[tuple[str, str]]:
        for one in found:
            if isinstance(one, (Mount, WebSocketRoute)) or type(one).__name__ == "APIWebSocketRoute":
                continue
            inner = getattr(one, "original_router", None)
            if inner is not None:
                yield from walk(inner.routes, prefix + getattr(one, "prefix", ""))
            elif hasattr(one, "methods"):
                for method in one.methods:
                    yield method, prefix + re.sub(r"\{[^}]*\}", "1", one.path)

    yield from walk(app.routes, "")


def test_every_route_needs_the_session(app: Any, stranger: Any) -> None:
    seen = set()
    for method, path in routes(app):
        answer = stranger.request(method, path, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 401, (method, path)
        seen.add((method, path))
    assert {("GET", "/"), ("POST", "/import"), ("GET", "/history")} <= seen
    assert {path for _method, path in seen} >= {"/interviews", "/design/1", "/search", "/language"}
    assert len([path for _method, path in seen if "edits" in path or "records" in path]) >= 3


def test_every_path_of_the_description_needs_the_session(app: Any, stranger: Any) -> None:
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            answer = stranger.request(method.upper(), re.sub(r"\{\w+\}", "1", path), headers={"Sec-Fetch-Site": "none"})
            assert (answer.status_code, answer.json()["error"]) == (401, "no_session"), path


def test_every_changing_route_refuses_other_sites(app: Any, client: Any) -> None:
    changing = [(m, p) for m, p in routes(app) if m not in ("GET", "HEAD", "OPTIONS")]
    assert len(changing) >= 10
    for method, path in changing:
        for headers in (
            {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "same-origin", "Origin": "http://elsewhere.example"},
        ):  # fmt: skip
            assert client.request(method, path, headers=headers).status_code == 403, (method, path, headers)


def test_a_request_that_says_nothing_of_its_origin_changes_nothing(client: Any) -> None:
    del client.headers["Sec-Fetch-Site"]
    assert client.post("/api/undo").status_code == 403
    assert client.post("/api/undo", headers={"Origin": "http://127.0.0.1:8331"}).status_code == 200


def test_the_token_works_once(stranger: Any) -> None:
    assert stranger.get("/?token=wrong").status_code == 401
    first = stranger.get("/interviews?token=token&town=A")
    assert first.status_code == 303
    assert first.headers["location"] == "/interviews?town=A"
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert stranger.get("/interviews?town=A").status_code == 200
    stranger.cookies.clear()
    assert stranger.get("/?token=token").status_code == 401


def test_the_exchange_leads_nowhere_else(stranger: Any) -> None:
    answer = stranger.get("http://127.0.0.1:8331//elsewhere.example/?token=token")
    assert answer.headers["location"].startswith("/elsewhere.example")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil.example:8331"])
def test_foreign_hosts_are_refused(client: Any, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9000"])
def test_own_hosts_are_answered(client: Any, host: str) -> None:
    assert client.get("/api/coders", headers={"Host": host}).status_code in (200, 401)


def test_every_answer_carries_the_headers(client: Any, stranger: Any) -> None:
    for path in ("/", "/api/codebook", "/nowhere", "/static/base.css"):
        answer = client.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (path, name)
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert client.get("/").headers["cache-control"] == "no-store"
    assert client.get("/static/base.css").headers["cache-control"] == "no-cache"


def test_pages_hold_no_inline_scripts_or_styles(client: Any) -> None:
    for path in ("/", "/interviews", "/import", "/history", "/design/town", "/search?q=бюджет", "/nowhere"):
        text = client.get(path).text
        assert not re.search(r"\son\w+=|\sstyle=|javascript:", text), path
        for tag in re.findall(r"<script[^>]*>", text):
            assert "src=" in tag or 'type="application/json"' in tag


def test_the_socket_refuses_other_sites_and_strangers(client: Any) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(LIVE, headers={"Sec-Fetch-Site": "cross-site"}),
    ):
        pass
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(LIVE, headers={"Origin": "http://elsewhere.example"}),
    ):
        pass
    client.cookies.clear()
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(LIVE):
        pass


def test_words_of_transcripts_are_text(client: Any, store: Any) -> None:
    from veche.study import Town

    with store.edit("АК", "edit town") as edit:
        edit.add(Town(key="X", name="<script>alert(1)</script>"))
    page = client.get("/design/town").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_same_site_by_hand() -> None:
    def ask(**headers: str) -> bool:
        return same_site(Headers({name.replace("_", "-"): value for name, value in headers.items()}))

    assert ask(sec_fetch_site="same-origin")
    assert ask(sec_fetch_site="none")
    assert ask(origin="http://localhost:1", host="localhost:1")
    assert not ask()
    assert not ask(origin="null", host="localhost:1")
    assert not ask(origin="http://localhost:2", host="localhost:1")
    assert not ask(sec_fetch_site="cross-site", origin="http://localhost:1", host="localhost:1")


def test_names_of_hosts() -> None:
    assert host_name("localhost:80") == "localhost"
    assert host_name("[::1]:80") == "::1"


def test_the_session_outlives_a_restart_by_its_secret() -> None:
    first, second, other = Keys(secret=b"a" * 32), Keys(secret=b"a" * 32), Keys(secret=b"b" * 32)
    assert (first.cookie, first.session) == (second.cookie, second.session)
    assert first.session != other.session and first.cookie != other.cookie
    assert first.token != second.token


def test_rules() -> None:
    assert rule_of("/static/base.css") == "public"
    assert {rule_of(path) for path in ("/", "/api/edits", "/api/openapi.json", "/staticx")} == {"session"}


@pytest.mark.parametrize(
    ("address", "wanted"),
    [("/history?before=3", "/history?before=3"), ("//evil.example", "/"), ("http://evil.example/", "/"),
     ("/\\evil.example", "/"), ("javascript:alert(1)", "/"), ("", "/"), ("/\n/evil", "/")],
)  # fmt: skip
def test_going_back_stays_inside(address: str, wanted: str) -> None:
    assert inside(address) == wanted
