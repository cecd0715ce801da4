"""Acts: all or nothing, once, and never over somebody else's change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from veche.store import Store
from veche.study import Code, Coder, Coding, Document, Memo, Town, new_id
from veche.web import make_app
from veche.web.wire import to_wire


def coding(store: Any, **given: Any) -> dict[str, Any]:
    document = store.all(Document)[0]
    code = next(one for one in store.all(Code) if one.codable)
    coder = next(one for one in store.all(Coder) if one.key == "АК")
    values = {
        "document_id": document.id,
        "text_id": document.text_id,
        "start": 30,
        "end": 40,
        "code_id": code.id,
        "coder_id": coder.id,
    }
    return {"id": new_id()} | values | given


def add(record: dict[str, Any], kind: str = "coding") -> dict[str, Any]:
    return {"op": "add", "kind": kind, "record": record}


def act(*changes: dict[str, Any], id: str | None = None, action: str = "code") -> dict[str, Any]:
    return {"id": id or new_id(), "action": action, "changes": list(changes)}


def test_an_act_is_written_with_who_and_what(client: Any, store: Any) -> None:
    record = coding(store)
    before = store.last_entry()
    answer = client.post("/api/edits", json=act(add(record)))
    assert answer.status_code == 200
    assert answer.json() == {"seq": before + 1, "revs": {record["id"]: 1}}
    kept = store.get(Coding, record["id"])
    assert (kept.start, kept.end, kept.modality) == (30, 40, "asserted")
    entry = store.history(limit=1)[0]
    assert (entry.who, entry.action) == ("АК", "code")


def test_the_same_act_is_applied_once(client: Any, store: Any) -> None:
    request = act(add(coding(store)))
    first = client.post("/api/edits", json=request).json()
    again = client.post("/api/edits", json=request)
    assert (again.status_code, again.json()) == (200, first)
    assert store.last_entry() == first["seq"]


def test_the_same_act_is_recognised_by_another_process_and_after_later_changes(
    client: Any, store: Any, study_path: Path
) -> None:
    from starlette.testclient import TestClient

    town = store.all(Town)[0]
    request = act({"op": "replace", "kind": "town", "record": to_wire(town) | {"note": "был"}, "rev": town.rev}, action="edit town")  # fmt: skip
    first = client.post("/api/edits", json=request).json()
    assert first["revs"][town.id] == town.rev + 1
    newer = store.get(Town, town.id)
    with store.edit("МС", "edit town") as edit:
        edit.replace(Town(id=newer.id, key=newer.key, name="Другое"))
    other = make_app(study_path, who="АК", token="other")
    with TestClient(other, base_url="http://127.0.0.1") as second:
        second.get("/?token=other")
        second.headers["Sec-Fetch-Site"] = "same-origin"
        assert second.post("/api/edits", json=request).json() == first
    assert store.get(Town, town.id).name == "Другое"


def test_removing_twice_is_one_removal(client: Any, store: Any) -> None:
    memo = store.all(Memo)[0]
    request = act({"op": "remove", "kind": "memo", "record": {"id": memo.id}, "rev": memo.rev}, action="remove")
    first = client.post("/api/edits", json=request)
    assert first.status_code == 200
    assert client.post("/api/edits", json=request).json() == first.json()
    assert store.having(Memo, "id", [memo.id]) == ()


def test_an_act_is_all_or_nothing(client: Any, store: Any) -> None:
    good, bad = coding(store), coding(store, end=10**6)
    before = store.last_entry()
    answer = client.post("/api/edits", json=act(add(good), add(bad)))
    assert answer.status_code == 422
    assert "1000000" in answer.json()["message"]
    assert store.having(Coding, "id", [good["id"]]) == ()
    assert store.last_entry() == before


def test_an_old_revision_is_refused_with_the_present_row(client: Any, store: Any) -> None:
    town = store.all(Town)[0]
    with store.edit("МС", "edit town") as edit:
        edit.replace(Town(id=town.id, key=town.key, name="Новое имя"))
    answer = client.post(
        "/api/edits", json=act({"op": "replace", "kind": "town", "record": to_wire(town), "rev": town.rev})
    )
    assert answer.status_code == 409
    body = answer.json()
    assert (body["error"], "МС" in body["message"]) == ("conflict", True)
    (row,) = body["rows"]
    assert (row["id"], row["rev"], row["record"]["name"], row["who"]) == (town.id, town.rev + 1, "Новое имя", "МС")


def test_a_row_removed_meanwhile_is_a_conflict(client: Any, store: Any) -> None:
    memo = store.all(Memo)[0]
    with store.edit("МС", "remove") as edit:
        edit.remove(Memo, memo.id)
    answer = client.post(
        "/api/edits", json=act({"op": "replace", "kind": "memo", "record": to_wire(memo), "rev": memo.rev})
    )
    assert answer.status_code == 409
    assert answer.json()["rows"] == [
        {"kind": "memo", "id": memo.id, "rev": 0, "record": None, "who": "МС", "at": answer.json()["rows"][0]["at"]}
    ]


def test_without_a_revision_nothing_is_replaced(client: Any, store: Any) -> None:
    town = store.all(Town)[0]
    assert (
        client.post("/api/edits", json=act({"op": "replace", "kind": "town", "record": to_wire(town)})).status_code
        == 428
    )
    assert client.put(f"/api/records/town/{town.id}", json={"record": to_wire(town)}).status_code == 428
    assert client.delete(f"/api/records/town/{town.id}").status_code == 428


def test_single_rows_by_if_match(client: Any, store: Any) -> None:
    town = store.all(Town)[0]
    path = f"/api/records/town/{town.id}"
    changed = {"record": to_wire(town) | {"note": "x"}}
    assert client.put(path, json=changed, headers={"If-Match": '"1"'}).json()["revs"] == {town.id: 2}
    assert (
        client.put(path, json={"record": to_wire(town) | {"note": "y"}}, headers={"If-Match": '"1"'}).status_code == 409
    )
    assert client.put(path, json=changed, headers={"If-Match": "one"}).status_code == 422
    memo = store.all(Memo)[0]
    assert client.delete(f"/api/records/memo/{memo.id}", headers={"If-Match": "1"}).status_code == 200
    assert store.having(Memo, "id", [memo.id]) == ()


def test_a_row_that_is_used_is_refused(client: Any, store: Any) -> None:
    town = store.all(Town)[0]
    answer = client.delete(f"/api/records/town/{town.id}", headers={"If-Match": "1"})
    assert (answer.status_code, answer.json()["error"]) == (403, "refused")


@pytest.mark.parametrize(
    ("change", "field"),
    [({"start": "x"}, "start"), ({"modality": "perhaps"}, "modality"), ({"id": "1"}, "id"), ({"start": 2**40}, "start"),
     ({"colour": "red"}, "colour"), ({"made": "yesterday"}, "made"), ({"start": None}, "start")],
)  # fmt: skip
def test_a_wrong_field_is_named(client: Any, store: Any, change: dict[str, Any], field: str) -> None:
    answer = client.post("/api/edits", json=act(add(coding(store, **change))))
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_an_unknown_kind_and_the_study_itself(client: Any, store: Any) -> None:
    assert client.post("/api/edits", json=act(add({}, "planet"))).json()["field"] == "kind"
    assert client.post("/api/edits", json=act(add({"name": "x"}, "study"))).status_code == 422


def test_nul_in_words_is_refused(client: Any, store: Any) -> None:
    request = act(add({"id": new_id(), "target_id": new_id(), "text": "a\x00b"}, "memo"))
    assert client.post("/api/edits", json=request).status_code == 422
    assert client.post("/api/edits", json=act(add(coding(store)), action="a\x00b")).status_code == 422


def test_lone_surrogates_and_not_a_number_are_refused(client: Any, store: Any) -> None:
    office = f'{{"id": "{new_id()}", "key": "k", "name": "n", "weight": NaN}}'
    body = f'{{"id": "{new_id()}", "action": "a", "changes": [{{"op": "add", "kind": "office", "record": {office}}}]}}'
    assert client.post("/api/edits", content=body).status_code == 422
    body = (
        f'{{"id": "{new_id()}", "action": "\\ud800", "changes": [{{"op": "add", "kind": "office", "record": {{}}}}]}}'
    )
    assert client.post("/api/edits", content=body).status_code == 422


def test_moments_are_kept_in_utc(client: Any, store: Any) -> None:
    record = coding(store, made="2026-05-01T12:00:00+03:00")
    assert client.post("/api/edits", json=act(add(record))).status_code == 200
    assert store.get(Coding, record["id"]).made.isoformat() == "2026-05-01T09:00:00"


def test_undo_and_redo(client: Any, store: Any) -> None:
    record = coding(store)
    client.post("/api/edits", json=act(add(record)))
    undone = client.post("/api/undo")
    assert (undone.status_code, undone.json()["entry"]["action"]) == (200, "code")
    assert store.having(Coding, "id", [record["id"]]) == ()
    assert client.post("/api/redo").status_code == 200
    assert store.get(Coding, record["id"]).rev == 3
    assert client.post("/api/redo").status_code == 403


def test_another_one_with_the_same_id_is_no_repetition(client: Any, store: Any) -> None:
    record = coding(store)
    client.post("/api/edits", json=act(add(record)))
    answer = client.post("/api/edits", json=act(add(record | {"end": 44})))
    assert answer.status_code == 422
    assert store.get(Coding, record["id"]).end == 40


def test_a_store_opened_elsewhere_sees_it(client: Any, store: Any, study_path: Path) -> None:
    record = coding(store)
    client.post("/api/edits", json=act(add(record)))
    with Store.open(study_path) as other:
        assert other.get(Coding, record["id"]).end == 40
