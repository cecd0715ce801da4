"""Suggestions in the browser: the page, its forms, and the interface for the reader."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.workbench._talk import make_talk
from veche.study import Code, Coder, Coding, Memo, new_id


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and log of nobody."""
    monkeypatch.setenv("VECHE_SETTINGS", str(tmp_path / "settings.json"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("talk") / "study.veche"
    make_talk(path).close()
    return path


@pytest.fixture
def app(talk: Path, tmp_path: Path) -> Any:
    from veche.web import make_app

    shutil.copy(talk, tmp_path / "study.veche")
    return make_app(tmp_path / "study.veche", who="АК", language="en", token="token")


@pytest.fixture
def place(app: Any) -> Iterator[str]:
    """The address of the suggestions for an interview that nobody has read."""
    return f"/api/documents/{app.state.veche.study.document('A1-4').id}/suggestions"  # type: ignore[return-value]


def decision(one: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {name: one[name] for name in ("text_id", "start", "end", "code_id", "basis")} | more


def test_the_reader_asks_accepts_and_refuses(client: Any, store: Any, place: str) -> None:
    given = client.get(place).json()
    assert given["on"] is True and len(given["suggestions"]) >= 5
    first, second = given["suggestions"][:2]
    assert set(first) == {"start", "end", "text_id", "code_id", "basis", "score", "words", "precision"}
    act = decision(first, id=new_id())
    made = client.post(f"{place}/accept", json=act)
    assert made.status_code == 200
    coding = made.json()["coding"]
    assert (coding["id"], coding["start"], coding["end"], coding["rev"]) == (act["id"], first["start"], first["end"], 1)
    assert store.get(Coder, coding["coder_id"]).key == "АК"
    again = client.post(f"{place}/accept", json=act)
    assert again.json() == made.json()
    before = len(store.all(Memo))
    assert client.post(f"{place}/refuse", json=decision(second)).status_code == 200
    assert len(store.all(Memo)) == before + 1
    left = {(one["start"], one["code_id"]) for one in client.get(place).json()["suggestions"]}
    assert not left & {(one["start"], one["code_id"]) for one in (first, second)}


@pytest.mark.parametrize(
    ("change", "status"),
    [({"text_id": new_id()}, 409), ({"code_id": new_id()}, 404), ({"end": 10**6}, 422), ({"start": -1}, 422), ({"start": 2**40}, 422),
     ({"code_id": "x"}, 422), ({"basis": "mood"}, 422), ({"more": 1}, 422), ({"end": 0}, 422)],
)  # fmt: skip
def test_bad_decisions(client: Any, store: Any, place: str, change: dict[str, Any], status: int) -> None:
    first = client.get(place).json()["suggestions"][0]
    before = store.last_entry()
    for step in ("accept", "refuse"):
        answer = client.post(f"{place}/{step}", json=decision(first) | change)
        assert answer.status_code == status, answer.text
        assert answer.json()["message"]
    assert store.last_entry() == before


def test_unknown_documents_and_no_model(client: Any, place: str) -> None:
    assert client.get("/api/documents/nowhere/suggestions").status_code == 404
    answer = client.post(f"{place}/ask")
    assert answer.status_code == 422 and "No language model is set" in answer.json()["message"]


def test_the_page_shows_precision_and_what_to_read_next(client: Any) -> None:
    pytest.importorskip("sklearn")
    page = client.get("/suggestions").text
    assert "What to read next" in page and "A1-4" in page
    row = page[page.index("Деньги</th>") :].split("</tr>")[0]
    assert "your codings" in row and "<b>100%</b>" in row and "84% – 100%" in row
    assert 'href="/suggestions" aria-current="page"' in client.get("/suggestions").text


def test_without_the_package_the_page_says_so(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from veche.text import suggest
    from veche.web.pages import suggestions

    monkeypatch.setattr(suggest, "can_learn", lambda: False)
    monkeypatch.setattr(suggestions, "can_learn", lambda: False)
    page = client.get("/suggestions").text
    assert "Only definitions of codes are compared" in page and "your codings</td>" not in page


def test_deciding_on_the_page(client: Any, store: Any, place: str) -> None:
    one = client.get(place).json()["suggestions"][0]
    document = place.split("/")[3]
    form = {
        "document": document,
        "text": one["text_id"],
        "start": one["start"],
        "end": one["end"],
        "code": one["code_id"],
        "basis": one["basis"],
    }
    before = len(store.all(Coding))
    answer = client.post("/suggestions/decide", data=form | {"step": "accept"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/suggestions#next")
    assert len(store.all(Coding)) == before + 1
    late = store.having(Code, "key", ["LATE"])[0].id
    client.post("/suggestions/decide", data=form | {"step": "refuse", "code": late})
    assert [one.title for one in store.having(Memo, "target_id", [document])] == ["suggestion refused"]
    assert client.post("/suggestions/decide", data=form | {"step": "both"}).status_code == 422
    assert f"accept suggestion · {store.get(Code, one['code_id']).key}" in client.get("/history").text


def test_the_switch(client: Any, place: str) -> None:
    assert client.post("/suggestions/switch", data={"on": "no"}).status_code == 303
    page = client.get("/suggestions").text
    assert "switched off" in page and "What to read next" not in page
    assert client.get(place).json()["suggestions"] == [] and client.get(place).json()["on"] is False
    client.post("/suggestions/switch", data={"on": "yes"})
    assert client.get(place).json()["suggestions"]
    assert client.post("/suggestions/switch", data={"on": "perhaps"}).status_code == 422


def test_a_model_elsewhere_needs_a_confirmation_and_is_warned_of(client: Any, place: str) -> None:
    form = {"address": "http://model.example/v1", "model": "large"}
    answer = client.post("/suggestions/model", data=form)
    assert (
        answer.status_code == 403
        and "leads to another machine" in answer.text
        and "http://model.example/v1" in answer.text
    )
    assert client.post("/suggestions/model", data=form | {"elsewhere": "true"}).status_code == 303
    assert "is not this machine: passages" in client.get("/suggestions").text
    answer = client.post("/suggestions/model", data={"address": "nonsense", "model": "m"})
    assert answer.status_code == 422 and "cannot be asked" in answer.text
    assert client.post("/suggestions/model", data={"address": "", "model": ""}).status_code == 303
    page = client.get("/suggestions").text
    assert "is not this machine" not in page and "/suggestions/ask" not in page


def test_asking_from_the_page(client: Any, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from veche.workbench import _endpoint

    client.post("/suggestions/model", data={"address": "http://127.0.0.1:9/v1", "model": "small"})
    monkeypatch.setattr(_endpoint, "ask_model", lambda *_: (_endpoint.Quoted("ROADS", "слов которых здесь нет"),))
    answer = client.post("/suggestions/ask", data={"document": place.split("/")[3]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/suggestions?kept=0&dropped=1#model")
    assert "Dropped: 1" in client.get("/suggestions?kept=0&dropped=1").text


def test_the_page_in_russian(client: Any) -> None:
    client.post("/language", data={"language": "ru", "next": "/"})
    page = client.get("/suggestions").text
    assert "Что читать дальше" in page and "What to read next" not in page
