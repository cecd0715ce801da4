"""Live views."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from veche.store import Store
from veche.study import Town


def heard(socket: Any) -> dict[str, Any]:
    """The next message that is no presence."""
    while True:
        message: dict[str, Any] = socket.receive_json()
        if "presence" not in message:
            return message


def test_a_change_of_another_process_comes(client: Any, store: Any, study_path: Path) -> None:
    town = store.all(Town)[0]
    with client.websocket_connect("ws://127.0.0.1:8331/api/live") as socket:
        assert socket.receive_json() == {"presence": [{"who": "АК", "document": None}]}
        with Store.open(study_path) as other, other.edit("МС", "edit town") as edit:
            edit.replace(Town(id=town.id, key=town.key, name="Новое"))
        message = heard(socket)
    assert (message["seq"], message["who"], message["action"], message["kind"]) == (3, "МС", "edit town", "edit")
    (change,) = message["changes"]
    assert (change["kind"], change["id"], change["rev"], change["record"]["name"]) == ("town", town.id, 2, "Новое")


def test_what_was_missed_comes_first(client: Any, store: Any) -> None:
    for n in range(3):
        with store.edit("МС", f"act {n}") as edit:
            edit.add(Town(key=f"T{n}", name="T"))
    with client.websocket_connect("ws://127.0.0.1:8331/api/live?since=3") as socket:
        assert [heard(socket)["action"] for _ in range(2)] == ["act 1", "act 2"]


def test_a_removed_row_is_null(client: Any, store: Any) -> None:
    with store.edit("МС", "add") as edit:
        town = Town(key="T", name="T")
        edit.add(town)
    with client.websocket_connect("ws://127.0.0.1:8331/api/live?since=3") as socket:
        with store.edit("МС", "remove") as edit:
            edit.remove(Town, town.id)
        (change,) = heard(socket)["changes"]
    assert (change["record"], change["rev"]) == (None, 2)


def test_very_much_is_only_announced(client: Any, store: Any) -> None:
    with store.edit("МС", "many") as edit:
        edit.add(*(Town(key=f"T{n}", name="T") for n in range(501)))
    with client.websocket_connect("ws://127.0.0.1:8331/api/live?since=2") as socket:
        message = heard(socket)
    assert (message["many"], message["changes"]) == (True, [])


def test_a_long_absence_means_loading_again(client: Any, store: Any) -> None:
    for n in range(201):
        with store.edit("МС", "one") as edit:
            edit.add(Town(key=f"T{n}", name="T"))
    with client.websocket_connect("ws://127.0.0.1:8331/api/live?since=2") as socket:
        message = heard(socket)
    assert (message["kind"], message["seq"], message["many"]) == ("reload", 203, True)


def test_who_reads_what(client: Any) -> None:
    with client.websocket_connect("ws://127.0.0.1:8331/api/live") as first:
        first.receive_json()
        first.send_json({"document": "d1"})
        assert first.receive_json() == {"presence": [{"who": "АК", "document": "d1"}]}
        with client.websocket_connect("ws://127.0.0.1:8331/api/live") as second:
            assert len(second.receive_json()["presence"]) == 2
            assert client.get("/api/coders").json()["online"] == [
                {"who": "АК", "document": None}, {"who": "АК", "document": "d1"}
            ]  # fmt: skip


def test_nonsense_is_not_heard(client: Any) -> None:
    with client.websocket_connect("ws://127.0.0.1:8331/api/live?since=x") as socket:
        socket.receive_json()
        for text in ("{", "[]", '{"document": 5}'):
            socket.send_text(text)
            assert socket.receive_json()["presence"] == [{"who": "АК", "document": None}]


def test_own_acts_come_at_once(client: Any, store: Any) -> None:
    with client.websocket_connect("ws://127.0.0.1:8331/api/live") as socket:
        socket.receive_json()
        client.post("/api/undo")
        message = heard(socket)
    assert (message["kind"], message["of"]) == ("undo", 2)


def _met(socket: Any, wanted: list[dict[str, Any]], most: int = 20) -> bool:
    """Is that the company, now or after some of the next messages?"""
    return any(socket.receive_json().get("presence") == wanted for _ in range(most))


def test_who_works_in_another_process(client: Any, study_path: Path) -> None:
    here, there = {"who": "АК", "document": "d1"}, {"who": "МС", "document": "d2"}
    with Store.open(study_path) as other, client.websocket_connect("ws://127.0.0.1:8331/api/live") as socket:
        socket.send_json({"document": "d1"})
        other.say_present("another", [("МС", "d2")])
        assert _met(socket, [here, there])
        assert client.get("/api/coders").json()["online"] == [here, there]
        while other.present_elsewhere("another") != {("АК", "d1")}:
            time.sleep(0.05)
        # a program that has nobody any more
        other.say_present("another", [])
        assert _met(socket, [here])
    assert client.get("/api/history").json()["entries"][0]["seq"] == 2


def test_nobody_stays_behind_when_the_workbench_ends(app: Any, study_path: Path) -> None:
    from starlette.testclient import TestClient

    with TestClient(app, base_url="http://127.0.0.1:8331", follow_redirects=False) as client:
        client.get("/?token=token")
        client.headers["Sec-Fetch-Site"] = "same-origin"
        with Store.open(study_path) as other, client.websocket_connect("ws://127.0.0.1:8331/api/live") as socket:
            other.say_present("another", [("МС", None)])
            assert _met(socket, [{"who": "АК", "document": None}, {"who": "МС", "document": None}])
            while not other.present_elsewhere("another"):
                time.sleep(0.05)
    with Store.open(study_path) as other:
        assert other.present_elsewhere("another") == set()
