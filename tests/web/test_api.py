"""Reading through the interface for programs."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from veche.study import Code, Codebook, Coding, ConsentMark, Document, Interview, Memo, Statement, Town
from veche.web.api.families import family_of
from veche.web.wire import KINDS, NAMES, from_wire, to_wire


def test_a_document_with_everything_on_it(client: Any, store: Any) -> None:
    interview = store.having(Interview, "key", ["A1-01"])[0]
    document = store.having(Document, "interview_id", [interview.id])[0]
    body = client.get(f"/api/documents/{document.id}").json()
    text = store.text(document.text_id)
    assert body["text"]["body"] == text.body
    assert body["seq"] == store.last_entry()
    assert [(t["number"], t["kind"], t["speaker"]) for t in body["text"]["turns"]] == [
        (1, "question", "И."),
        (2, "answer", "Р."),
    ]
    cut = [text.body[start:end] for start, end in body["text"]["sentences"]]
    assert cut[0] == "Что в городе главное?"
    assert cut[1] == "Бюджет делят в области."
    assert len(cut) == 4
    assert (body["interview"]["town"]["name"], body["interview"]["wave"]["label"]) == ("Тальвинск", "I")
    assert body["interview"]["role"]["label_ru"] == "Глава"
    assert len(body["codings"]) == 3 and body["unplaced"] == []
    assert [one["start"] for one in body["codings"]] == sorted(one["start"] for one in body["codings"])
    assert [one["text"] for one in body["memos"]] == ["Сравнить со второй волной."]


def test_positions_are_code_points(client: Any, store: Any) -> None:
    for row in client.get("/api/documents").json()["documents"]:
        body = client.get(f"/api/documents/{row['id']}").json()["text"]
        assert body["turns"][-1]["end"] == len(body["body"])


def test_what_is_not_there(client: Any) -> None:
    answer = client.get("/api/documents/nothing")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert client.get("/api/nothing").json()["error"] == "http"
    assert client.get("/api/history/999").status_code == 404
    assert client.get("/api/history?limit=0").json()["field"] == "limit"


def test_the_codebook_with_counts_and_families(client: Any) -> None:
    codes = {one["key"]: one for one in client.get("/api/codebook").json()["codes"]}
    assert (codes["PROB.FISC"]["count"], codes["PROB.DEMO"]["count"]) == (13, 0)  # the machine's guesses do not count
    assert (codes["PROB"]["family"], codes["TECH.DEAL"]["family"]) == ("prob", "mech")
    assert (codes["PROB"]["depth"], codes["PROB.FISC"]["depth"]) == (0, 1)


def test_the_codebook_follows_changes(client: Any, store: Any) -> None:
    before = {one["key"]: one["count"] for one in client.get("/api/codebook").json()["codes"]}
    code = store.having(Code, "key", ["PROB.FISC"])[0]
    with store.edit("МС", "remove") as edit:
        edit.remove(Coding, store.having(Coding, "code_id", [code.id])[0].id)
    after = {one["key"]: one["count"] for one in client.get("/api/codebook").json()["codes"]}
    assert after["PROB.FISC"] == before["PROB.FISC"] - 1


def test_people_and_coders(client: Any) -> None:
    people = client.get("/api/people").json()
    assert people["offices"][0]["holders"][0]["start"] == "2012-03-01"
    assert {one["key"] for one in people["actors"]} == {"head", "assembly"}
    coders = client.get("/api/coders").json()
    assert coders["me"] == "АК" and {one["key"] for one in coders["coders"]} == {"АК", "МС", "machine"}


def test_what_the_command_field_finds(client: Any) -> None:
    items = client.get("/api/palette").json()["items"]
    assert {"interview", "code", "page"} == {one["kind"] for one in items}
    assert len([one for one in items if one["kind"] == "interview"]) == 16


def test_history_page_by_page(client: Any, store: Any) -> None:
    town = store.all(Town)[0]
    for n in range(3):
        with store.edit("МС", f"act {n}") as edit:
            edit.replace(Town(id=town.id, key=town.key, name=f"N{n}"))
    first = client.get("/api/history?limit=2").json()
    assert [one["action"] for one in first["entries"]] == ["act 2", "act 1"]
    rest = client.get(f"/api/history?limit=2&before={first['before']}").json()
    assert [one["action"] for one in rest["entries"]] == ["act 0", "design and codebook"]
    of_row = client.get(f"/api/history?row={town.id}").json()["entries"]
    assert [one["seq"] for one in of_row] == [5, 4, 3, 2]
    (change,) = client.get("/api/history/5").json()["changes"]
    assert (change["before"]["name"], change["record"]["name"], change["rev"]) == ("N1", "N2", 4)


def test_the_description_names_every_path(client: Any) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert set(paths) >= {
        "/api/documents", "/api/documents/{document_id}", "/api/codebook", "/api/coders", "/api/people", "/api/edits",
        "/api/records/{kind}/{row_id}", "/api/undo", "/api/redo", "/api/history", "/api/history/{seq}",
    }  # fmt: skip
    assert set(paths["/api/edits"]["post"]["responses"]) >= {"200", "401", "403", "409", "422", "428"}


def test_errors_speak_the_language_of_the_user(client: Any) -> None:
    client.cookies.set("veche_language", "ru")
    assert "документ" in client.get("/api/documents/nothing").json()["message"].lower()


def test_every_kind_of_record_goes_out_and_comes_back(store: Any) -> None:
    seen = set()
    for kind in KINDS.values():
        for record in store.all(kind):
            assert from_wire(kind, to_wire(record)) == record
            seen.add(kind)
    assert {Coding, Document, Interview, Memo, Town, Code} <= seen
    assert Statement not in seen and ConsentMark not in seen


def test_a_statement_goes_out_and_comes_back() -> None:
    from veche.study import Anchor, new_id

    place = Anchor(new_id(), new_id(), 1, 5)
    made = Statement(
        interview_id=new_id(), quotes=(place,), kind_id=new_id(), sources=(new_id(),), targets=(new_id(),), valence=-0.5
    )
    assert from_wire(Statement, to_wire(made)) == made
    assert NAMES[Statement] == "statement"


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.one_of(st.none(), st.integers(), st.floats(), st.text(), st.lists(st.text()), st.booleans()),
    )
)
def test_nothing_that_is_sent_crashes(given_fields: dict[str, Any]) -> None:
    from veche.study import InputProblem

    for kind in KINDS.values():
        try:
            made = from_wire(kind, given_fields)
        except InputProblem as problem:
            assert problem.message()
        else:
            assert isinstance(made, kind)


def test_families_by_hand() -> None:
    top = Code(key="T", kind="group")
    below = Code(key="T.1", kind="motive", parent_id=top.id)
    empty = Code(key="E", kind="group")
    book = Codebook([top, below, empty])
    assert [family_of(one, book) for one in (top, below, empty)] == ["motive", "motive", "mech"]
