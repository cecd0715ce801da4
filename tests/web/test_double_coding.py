"""Blind double coding through the workbench: no page, interface or live message shows what is hidden; then the differences are decided."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.test_security import routes
from tests.workbench._double import SECRET, make_double
from veche.study import Coder, Coding, Decision
from veche.web import make_app

#: what only the hidden work of Boris can bring to a page
TELLING = (SECRET, "I3/boris/2", "I3/boris/3", "I1/boris/1")


def client_of(path: Path, who: str) -> Any:
    app = make_app(path, who=who, language="en", token="token")
    made = TestClient(app, base_url="http://127.0.0.1:8331", follow_redirects=False, raise_server_exceptions=False)
    return app, made


@pytest.fixture
def blind(tmp_path: Path) -> Path:
    path = tmp_path / "s.veche"
    make_double(path, blind=("I1", "I3")).close()
    return path


@pytest.fixture
def anna(blind: Path) -> Iterator[tuple[Any, Any]]:
    app, made = client_of(blind, "anna")
    with made:
        made.get("/?token=token")
        made.headers["Sec-Fetch-Site"] = "same-origin"
        yield app, made


def pages(app: Any) -> Iterator[str]:
    """Every page and interface that can be read, with the ids of the study in its address."""
    names = {
        "document_id": "dI3",
        "interview_id": "I3",
        "name": "agreement",
        "kind": "csv",
        "row_id": "I3/boris/2",
        "seq": "4",
    }
    for method, path in routes(app):
        if method == "GET":
            yield path
    for path in app.openapi()["paths"]:
        yield re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], "1"), path)
    analyses = ("agreement", "agreement_progress", "cooccurrence", "problem_field", "timeline", "code_attribute")
    yield from (f"/analysis/{one}{rest}" for one in analyses for rest in ("", "?_view=table", "/file.csv", "?_row=0"))
    yield from (
        "/read/dI3",
        "/read/dI1",
        "/read/dI3/print",
        "/quotations",
        "/quotations?code=SECRET",
        "/codebook?code=SECRET",
    )
    yield from (
        "/api/documents/dI3",
        "/api/codebook",
        "/history",
        "/api/history",
        "/framework",
        "/waves",
        "/search?q=едут",
    )
    yield from (f"/api/history/{seq}" for seq in range(1, 8))
    yield "/double-coding"


def test_no_page_shows_what_is_hidden(anna: tuple[Any, Any]) -> None:
    app, client = anna
    seen = 0
    for path in dict.fromkeys(pages(app)):
        answer = client.get(path)
        assert answer.status_code < 500, path
        seen += answer.status_code == 200
        if answer.status_code == 200:
            for words in TELLING:
                assert words not in answer.text, path
    assert seen >= 25


def test_counts_do_not_tell_it_either(anna: tuple[Any, Any]) -> None:
    _app, client = anna
    counts = {one["id"]: one["count"] for one in client.get("/api/codebook").json()["codes"]}
    # two of Anna's own, and on the open interview one of each
    assert counts == {"P": 0, "MONEY": 4, "ROADS": 2, "SECRET": 0}
    codings = client.get("/api/documents/dI3").json()["codings"]
    assert [one["id"] for one in codings] == ["I3/anna/3"]
    page = client.get("/double-coding").text
    assert "hidden from you" in page


def test_the_other_one_sees_the_own_secret(blind: Path) -> None:
    _app, made = client_of(blind, "boris")
    with made as client:
        client.get("/?token=token")
        client.headers["Sec-Fetch-Site"] = "same-origin"
        text = client.get("/api/documents/dI3").text
        assert SECRET in text and "I3/boris/2" in text and "I3/anna/3" not in text


def test_live_messages_leave_it_out(anna: tuple[Any, Any], blind: Path) -> None:
    app, client = anna
    store = app.state.veche.study.store.whole
    start = store.last_entry()
    with store.edit("boris", "code", "P.SECRET") as edit:
        edit.add(Coding(id="late", document_id="dI1", text_id="tI1", start=0, end=3, code_id="SECRET", coder_id="kb"))
    with store.edit("lead", "rename") as edit:
        edit.add(Coder(id="kc", key="vera"))
    with client.websocket_connect(
        f"ws://127.0.0.1:8331/api/live?since={start}", headers={"Origin": "http://127.0.0.1:8331"}
    ) as socket:
        found = [socket.receive_json() for _ in range(2)]
    messages = [one for one in found if "seq" in one]
    assert [one["action"] for one in messages] == ["rename"]


def test_the_interface_cannot_change_what_is_hidden(anna: tuple[Any, Any]) -> None:
    app, client = anna
    key = "0190a0b0-0000-7000-8000-000000000001"
    store = app.state.veche.study.store.whole
    with store.edit("boris", "code") as edit:
        edit.add(Coding(id=key, document_id="dI1", text_id="tI1", start=0, end=3, code_id="SECRET", coder_id="kb"))
    answer = client.delete(f"/api/records/coding/{key}", headers={"If-Match": '"1"'})
    assert answer.status_code in (404, 409) and "SECRET" not in answer.text and "boris" not in answer.text
    assert store.get(Coding, key).id == key


def test_assign_finish_and_decide_by_forms(blind: Path, anna: tuple[Any, Any]) -> None:
    app, client = anna
    answer = client.post(
        "/double-coding/assign",
        data={"interview": ["I2"], "coder": ["anna", "boris"], "round": "second", "blind": "true"},
    )
    assert answer.status_code == 303
    assert client.post("/double-coding/finish", data={"interview": "I1"}).status_code == 303
    refused = client.get("/double-coding/decide/I1")
    assert refused.status_code == 403 and "boris" in refused.text
    app_b, made = client_of(blind, "boris")
    with made as other:
        other.get("/?token=token")
        other.headers["Sec-Fetch-Site"] = "same-origin"
        assert other.post("/double-coding/finish", data={"interview": "I1"}).status_code == 303
        late = other.post("/double-coding/reopen", data={"interview": "I1"})
        assert late.status_code == 403 and "Decide the differences" in late.text
    page = client.get("/double-coding/decide/I1")
    assert page.status_code == 200 and "1 disagreement" in page.text
    item = re.search(r'name="item" value="(\w+)"', page.text)
    assert item is not None
    empty = client.post("/double-coding/decide/I1", data={"item": item[1]})
    assert empty.status_code == 422 and "Nothing is decided yet" in empty.text
    wrong = client.post("/double-coding/decide/I1", data={"item": item[1], "verdict": "none", "cause": "weather"})
    assert wrong.status_code == 422
    done = client.post(
        "/double-coding/decide/I1",
        data={"item": item[1], "verdict": "kb", "cause": "definition", "reason": "Roads are money."},
    )
    assert done.status_code == 303
    store = app.state.veche.study.store
    decision = store.all(Decision)[0]
    assert (decision.upheld, decision.cause, decision.reason) == (("I1/boris/1",), "definition", "Roads are money.")
    assert client.post("/double-coding/take-over/I1").status_code == 303
    layer = [one for one in store.all(Coding) if one.coder_id not in ("ka", "kb")]
    assert sorted((one.code_id, one.start) for one in layer) == [("MONEY", 11), ("MONEY", 22)]
    shown = client.get("/double-coding/decide/I1").text
    assert "1 of 1 decided" in shown and "Roads are money." in shown


def test_bad_forms_are_said(anna: tuple[Any, Any]) -> None:
    _app, client = anna
    nothing = client.post("/double-coding/assign", data={"round": "x"})
    assert nothing.status_code == 422 and "Nothing to assign" in nothing.text
    twice = client.post("/double-coding/finish", data={"interview": "I2"})
    assert twice.status_code == 404 and "not assigned to anna" in twice.text
    lifted = client.post("/double-coding/withdraw", data={"interview": "I1", "coder": "boris"})
    assert lifted.status_code == 403
    assert client.get("/double-coding/decide/nowhere").status_code == 404
