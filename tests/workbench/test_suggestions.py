"""Suggestions of an open study: learned, measured, accepted, refused; a model of the user's own."""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.workbench._talk import make_talk
from veche import workbench
from veche.study import (
    Code,
    Coder,
    Coding,
    Conflict,
    Document,
    InputProblem,
    Memo,
    NotFound,
    Refused,
    Text,
    Turn,
    new_id,
)
from veche.text import suggest
from veche.workbench import _suggest_settings as choices
from veche.workbench.correct import correct
from veche.workbench.study import Study
from veche.workbench.suggestions import Desk, desk_of


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and log of nobody."""
    monkeypatch.setenv("VECHE_SETTINGS", str(tmp_path / "settings.json"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("VECHE_MODEL_KEY", raising=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("talk") / "study.veche"
    make_talk(path).close()
    return path


@pytest.fixture
def study(made: Path, tmp_path: Path) -> Iterator[Study]:
    path = tmp_path / "study.veche"
    shutil.copy(made, path)
    with workbench.open(path, who="АК") as opened:
        yield opened


def code(study: Study, key: str) -> Code:
    return study.store.having(Code, "key", [key])[0]


def unread(study: Study) -> Document:
    return study.document("A1-4")


def words(study: Study, document: Document, one: Any) -> str:
    return study.text(document).body[one.start : one.end]


def test_what_was_coded_is_learned_and_measured_on_interviews_held_out(study: Study) -> None:
    pytest.importorskip("sklearn")
    quality = {one.code.key: one for one in desk_of(study).quality()}
    money = quality["MONEY"]
    # four interviews with five answers on money each; every one is found again from the others
    assert (money.basis, money.coded, money.tally) == ("codings", 20, suggest.Tally(20, 20, 20))
    assert money.low == pytest.approx(0.8389, abs=1e-4) and money.high == pytest.approx(1.0)
    assert quality["ROADS"].basis == "definition" and quality["ROADS"].coded == 0


def test_a_document_gets_its_suggestions_with_reasons(study: Study) -> None:
    pytest.importorskip("sklearn")
    desk, document = desk_of(study), unread(study)
    money = code(study, "MONEY").id
    found = [one for one in desk.for_document(document.id) if one.code_id == money]
    assert len(found) == 5
    for one in found:
        said = words(study, document, one)
        assert one.basis == "codings" and one.score is not None and one.score > 0
        assert one.words and all(word in said for word in one.words)
        assert any(stem in said.lower() for stem in ("налог", "бюджет", "копейк"))
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert all(one.precision is None for one in found)
    desk.quality()
    assert {one.precision for one in desk.for_document(document.id) if one.code_id == money} == {1.0}


def test_the_definition_alone_suggests_before_anything_is_coded(tmp_path: Path) -> None:
    study = make_talk(tmp_path / "new.veche", coded=0)
    document = unread(study)
    found = desk_of(study).for_document(document.id)
    roads = code(study, "ROADS").id
    assert found and {one.code_id for one in found} == {roads}
    assert {one.basis for one in found} == {"definition"}
    for one in found:
        said = words(study, document, one).lower()
        assert sum(stem in said for stem in ("дорог", "ям", "асфальт", "мост")) >= 2
    margins = [one.suggestions for one in desk_of(study).next_passages()]
    assert margins and all(s.code_id in (roads, code(study, "LATE").id) for row in margins for s in row)
    study.close()


def test_without_the_package_definitions_are_left(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggest, "can_learn", lambda: False)
    desk = Desk(study)
    assert {one.basis for one in desk.quality()} == {"definition"}
    assert {one.basis for one in desk.for_document(unread(study).id)} <= {"definition"}


def test_a_topic_cannot_be_suggested_before_it_exists(study: Study) -> None:
    late = code(study, "LATE")
    everywhere = [one for document in study.documents() for one in desk_of(study).for_document(document.id)]
    assert everywhere and all(one.code_id != late.id for one in everywhere)


def test_accepted_it_is_one_s_own_coding_and_suggested_no_more(study: Study) -> None:
    pytest.importorskip("sklearn")
    desk, document = desk_of(study), unread(study)
    one = desk.for_document(document.id)[0]
    before = len(list(study.evidence().counted()))
    given = {"text_id": one.text_id, "start": one.start, "end": one.end, "code_id": one.code_id, "basis": one.basis}
    coding = desk.decisions.accept(document.id, **given, coding_id=new_id())  # type: ignore[arg-type]
    assert desk.decisions.accept(document.id, **given, coding_id=coding.id).id == coding.id, "sent again, made once"  # type: ignore[arg-type]
    kept = study.store.get(Coding, coding.id)
    me = study.store.having(Coder, "key", ["АК"])[0]
    assert (kept.coder_id, kept.start, kept.end, kept.code_id) == (me.id, one.start, one.end, one.code_id)
    assert len(list(study.evidence().counted())) == before + 1
    assert (study.history(limit=1)[0].action, study.history(limit=1)[0].who) == ("accept suggestion", "АК")
    assert (one.start, one.code_id) not in {(s.start, s.code_id) for s in desk.for_document(document.id)}
    study.undo()
    assert (one.start, one.code_id) in {(s.start, s.code_id) for s in desk.for_document(document.id)}


def test_suggestions_are_counted_nowhere(study: Study) -> None:
    """Neither those in memory nor codings of a coder of the kind suggestion."""
    desk_of(study).for_document(unread(study).id)
    before = {coding.id for coding, _ in study.evidence().counted()}
    machine = study.store.having(Coder, "key", ["machine"])[0]
    document = unread(study)
    guess = Coding(
        document_id=document.id,
        text_id=document.text_id,
        start=0,
        end=9,
        code_id=code(study, "ROADS").id,
        coder_id=machine.id,
    )
    with study.store.edit("АК", "guess") as edit:
        edit.add(guess)
    evidence = study.evidence()
    assert guess.id in evidence.coding_by_id
    assert {coding.id for coding, _ in evidence.counted()} == before
    assert len(before) == 20


def test_nobody_learns_from_the_machine_or_from_others(study: Study) -> None:
    study.who = "machine"
    assert {one.coded for one in Desk(study).quality()} == {0}
    study.who = "МС"
    assert {one.coded for one in Desk(study).quality()} == {0}


def test_refused_it_is_remembered_also_over_a_corrected_transcript(study: Study) -> None:
    pytest.importorskip("sklearn")
    desk, document = desk_of(study), unread(study)
    one = desk.for_document(document.id)[0]
    said = words(study, document, one)
    given = {"text_id": one.text_id, "start": one.start, "end": one.end, "code_id": one.code_id}
    memo = desk.decisions.refuse(document.id, **given)  # type: ignore[arg-type]
    assert memo is not None and memo.text.endswith(said) and memo.target_id == document.id
    assert desk.decisions.refuse(document.id, **given) is None  # type: ignore[arg-type]
    assert len(study.store.having(Memo, "target_id", [document.id])) == 1
    assert study.history(limit=1)[0].action == "refuse suggestion"
    assert all((s.start, s.code_id) != (one.start, one.code_id) for s in desk.for_document(document.id))
    # another desk, another day, a transcript with one line more above
    old = study.text(document)
    shift = len("Запись.\n")
    fresh = Text(
        new_id(),
        "Запись.\n" + old.body,
        tuple(Turn(t.number, t.start + shift, t.end + shift, t.kind) for t in old.turns),
    )
    with study.store.edit("АК", "add transcripts") as edit:
        edit.add_texts([fresh])
        correct(study.store, edit, document, fresh, file_name="", sha256="")
    again = Desk(study).for_document(document.id)
    assert again and all(
        words(study, study.store.get(Document, document.id), s) != said or s.code_id != one.code_id for s in again
    )
    with pytest.raises(Conflict, match="was corrected meanwhile"):
        desk.decisions.accept(document.id, **given)  # type: ignore[arg-type]


def test_a_refusal_can_be_undone(study: Study) -> None:
    pytest.importorskip("sklearn")
    desk, document = desk_of(study), unread(study)
    before = desk.for_document(document.id)
    desk.decisions.refuse(
        document.id, text_id=before[0].text_id, start=before[0].start, end=before[0].end, code_id=before[0].code_id
    )
    assert len(desk.for_document(document.id)) == len(before) - 1
    study.undo()
    assert desk.for_document(document.id) == before


def test_what_to_read_next_is_not_read_yet(study: Study) -> None:
    pytest.importorskip("sklearn")
    told = desk_of(study).next_passages(limit=4)
    assert {one.document.name for one in told} <= {f"A1-{n}" for n in range(6)}
    assert len(told) == 4 and all(sum(o.document.id == t.document.id for o in told) <= 2 for t in told)
    read = {study.document(f"A1-{n}").id for n in range(4)}
    # of the coded interviews only what follows the last coding is open, and nothing does
    assert not read & {one.document.id for one in told}
    money = code(study, "MONEY").id
    assert all(one.suggestions[0].code_id == money and one.suggestions[0].basis == "codings" for one in told)
    desk_of(study).quality()
    questions = [one.suggestions[0] for one in desk_of(study).next_passages(limit=4)]
    # on the far side of the border it is a question, not a claim with a precision
    assert {one.precision for one in questions if one.score <= 0} <= {None}  # type: ignore[operator]
    assert {one.precision for one in questions if one.score > 0} == {1.0}  # type: ignore[operator]


def test_off_means_nothing_for_this_user_and_study(study: Study) -> None:
    desk, document = desk_of(study), unread(study)
    assert desk.on and desk.for_document(document.id)
    desk.switch(False)
    assert not desk.on and desk.for_document(document.id) == () and desk.next_passages() == ()
    with pytest.raises(Refused, match="switched off"):
        desk.ask(document.id)
    assert study.info.id in json.loads(choices.settings_path().read_text())["suggestions"]["off"]
    desk.switch(True)
    assert desk.on and desk.for_document(document.id)


def test_the_log_tells_what_was_shown_once_and_holds_no_words(study: Study) -> None:
    desk, document = desk_of(study), unread(study)
    found = desk.for_document(document.id)
    desk.for_document(document.id)
    Desk(study).for_document(document.id)
    one = found[0]
    desk.decisions.accept(
        document.id, text_id=one.text_id, start=one.start, end=one.end, code_id=one.code_id, basis=one.basis
    )
    desk.decisions.refuse(
        document.id, text_id=found[1].text_id, start=found[1].start, end=found[1].end, code_id=found[1].code_id
    )
    counts = desk.log.counts()
    assert (counts["shown"], counts["accepted"], counts["refused"]) == (len(found), 1, 1)
    assert words(study, document, one)[:20] not in desk.log.path.read_text("utf-8")
    assert desk.log.path.stat().st_mode & 0o077 == 0


def test_bad_places_and_names(study: Study) -> None:
    desk, document = desk_of(study), unread(study)
    money = code(study, "MONEY").id
    with pytest.raises(NotFound):
        desk.for_document("nowhere")
    with pytest.raises(NotFound):
        desk.decisions.refuse(document.id, text_id=document.text_id, start=0, end=4, code_id="none")
    for start, end in ((5, 5), (0, 10**6)):
        with pytest.raises(InputProblem):
            desk.decisions.accept(document.id, text_id=document.text_id, start=start, end=end, code_id=money)
        with pytest.raises(InputProblem):
            desk.decisions.refuse(document.id, text_id=document.text_id, start=start, end=end, code_id=money)


def test_a_taken_id_is_no_acceptance(study: Study) -> None:
    document, roads = unread(study), code(study, "ROADS").id
    taken = study.store.all(Coding)[0]
    before = study.store.last_entry()
    with pytest.raises((InputProblem, Conflict)):
        desk_of(study).decisions.accept(
            document.id, text_id=document.text_id, start=0, end=9, code_id=roads, coding_id=taken.id
        )
    assert study.store.last_entry() == before


def test_a_study_without_texts_or_codes(tmp_path: Path) -> None:
    from veche.store import Store
    from veche.study import StudyInfo

    with Study(Store.create(tmp_path / "empty.veche", StudyInfo(name="Пусто"), who="АК"), who="АК") as empty:
        desk = desk_of(empty)
        assert desk.next_passages() == () and desk.quality() == () and desk.quick()
        with empty.store.edit("АК", "new code") as edit:
            edit.add(Code(key="K", label_ru="Деньги и налоги"))
        assert desk.next_passages() == ()
        assert [(one.coded, one.tally.precision) for one in desk.quality()] == [(0, None)]
        text = Text(new_id(), "", ())
        with empty.store.edit("АК", "add transcripts") as edit:
            edit.add_texts([text])
            document = Document(name="пустой", text_id=text.id)
            edit.add(document)
        assert desk.for_document(document.id) == () and desk.next_passages() == ()


# settings


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[",
        "[1]",
        '{"suggestions": 3}',
        '{"suggestions": {"off": 1, "endpoint": [2]}}',
        '{"suggestions": {"endpoint": {"address": "ftp://x", "model": "m"}}}',
    ],
)
def test_damaged_settings_are_the_defaults(content: str) -> None:
    choices.settings_path().write_text(content)
    assert choices.load_settings() == choices.Settings()


def test_other_settings_stay() -> None:
    choices.settings_path().write_text('{"other": 1}')
    choices.save_settings(choices.Settings(frozenset({"s"}), choices.Endpoint("http://localhost:1/v1", "m")))
    assert json.loads(choices.settings_path().read_text())["other"] == 1
    assert choices.load_settings() == choices.Settings(frozenset({"s"}), choices.Endpoint("http://localhost:1/v1", "m"))


@pytest.mark.parametrize(
    ("address", "local"),
    [("http://127.0.0.1:11434/v1", True), ("http://localhost/v1", True), ("http://[::1]:8/v1", True), ("http://127.0.0.1.example.org", False),
     ("https://example.org/v1", False), ("http://192.168.1.2/v1", False), ("http://localhost.example.org", False), ("http://0x7f.1", False)],
)  # fmt: skip
def test_which_addresses_are_this_machine(address: str, local: bool) -> None:
    assert choices.is_local(address) is local


@pytest.mark.parametrize(
    "address",
    [
        "ftp://x/v1",
        "127.0.0.1",
        "http://",
        "http://u:p@x/v1",
        "http://x:99999/v1",
        "file:///etc/passwd",
        "http://x/v1?k=1",
        "http://a b",
    ],
)
def test_addresses_that_cannot_be_asked(address: str) -> None:
    with pytest.raises(InputProblem, match="cannot be asked"):
        choices.check_endpoint(address, "m")


# a language model


@contextlib.contextmanager
def model(
    answer: Callable[[dict[str, Any]], tuple[int, bytes, dict[str, str]]],
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server on this machine that answers as told; gives its address and what it was asked."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(given | {"path": self.path, "key": self.headers.get("Authorization")})
            status, body, headers = answer(given)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def chat(content: str) -> tuple[int, bytes, dict[str, str]]:
    return 200, json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode(), {}


def test_quotations_of_a_model_are_found_or_dropped(study: Study) -> None:
    desk, document = desk_of(study), unread(study)
    body = study.text(document).body
    true = body.splitlines()[0]
    rows = [
        {"code": "ROADS", "quote": true.upper().replace("Ё", "Е").replace(",", " —")},
        {"code": "ROADS", "quote": "таких слов здесь никто не говорил"},
        {"code": "NOWHERE", "quote": true},
        {"code": "LATE", "quote": true},
        {"code": 3, "quote": true},
        "nonsense",
    ]
    with model(lambda _: chat("Here it is:\n```json\n" + json.dumps(rows) + "\n```")) as (address, asked):
        desk.choose_endpoint(address, "small")
        found = desk.ask(document.id)
    # two rows are of another form; an invented quotation and an unknown code are dropped
    assert (found.kept, found.dropped) == (2, 2)
    (one,) = [s for s in desk.for_document(document.id) if s.basis == "model"]
    assert body[one.start : one.end] == true.rstrip(".") and (one.score, one.words) == (None, ())
    assert len(asked) == 1 and (asked[0]["path"], asked[0]["model"], asked[0]["key"]) == (
        "/v1/chat/completions",
        "small",
        None,
    )
    assert true in asked[0]["messages"][1]["content"] and "ROADS: " in asked[0]["messages"][0]["content"]
    (line,) = [one for one in desk.log.read() if one["event"] == "asked"]
    assert (line["model"], line["address"]) == ("small", address) and "ROADS: " in line["instruction"]
    assert true not in desk.log.path.read_text("utf-8")
    assert not [c for c in study.store.all(Coding) if c.document_id == document.id], "nothing is coded by itself"


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [(500, b"", "status 500"), (404, b"{}", "status 404"), (200, b"hello", "form of a chat"), (200, b'{"choices": []}', "form of a chat"),
     (200, b"\xff\xfe", "form of a chat"), (302, b"", "status 302")],
)  # fmt: skip
def test_a_model_that_answers_badly(study: Study, status: int, body: bytes, message: str) -> None:
    headers = {"Location": "http://127.0.0.1:9/elsewhere"} if status == 302 else {}
    with model(lambda _: (status, body, headers)) as (address, _asked):
        desk_of(study).choose_endpoint(address, "small")
        with pytest.raises(InputProblem, match=message):
            desk_of(study).ask(unread(study).id)


@pytest.mark.parametrize("content", ["", "none", "[", "]{[", '[{"code": "ROADS"}]', "[[1]]", "[" * 5000 + "]" * 5000])
def test_a_model_that_returns_nothing_usable(study: Study, content: str) -> None:
    with model(lambda _: chat(content)) as (address, _asked):
        desk_of(study).choose_endpoint(address, "small")
        found = desk_of(study).ask(unread(study).id)
    assert (found.kept, found.dropped) == (0, 0)


def test_a_model_that_is_not_there(study: Study) -> None:
    with model(lambda _: chat("[]")) as (address, _asked):
        pass
    desk_of(study).choose_endpoint(address, "small")
    with pytest.raises(InputProblem, match="does not answer"):
        desk_of(study).ask(unread(study).id)


def test_the_key_of_a_model_comes_from_the_environment_alone(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VECHE_MODEL_KEY", "sesame")
    with model(lambda _: chat("[]")) as (address, asked):
        desk_of(study).choose_endpoint(address, "small")
        desk_of(study).ask(unread(study).id)
    assert asked[0]["key"] == "Bearer sesame"
    assert "sesame" not in choices.settings_path().read_text() + desk_of(study).log.path.read_text("utf-8")


def test_without_a_model_nothing_is_asked(study: Study) -> None:
    with pytest.raises(InputProblem, match="No language model is set"):
        desk_of(study).ask(unread(study).id)


def test_another_machine_is_confirmed_and_gets_only_what_may_be_quoted(study: Study) -> None:
    desk = desk_of(study)
    with pytest.raises(Refused, match="leads to another machine"):
        desk.choose_endpoint("http://model.example/v1", "large")
    assert choices.load_settings().endpoint == choices.Endpoint()
    endpoint = desk.choose_endpoint("http://model.example/v1", "large", elsewhere=True)
    assert not endpoint.local and choices.load_settings().endpoint == endpoint
    # an interview under background consent: refused before anything is sent
    with pytest.raises(Refused, match="Nothing of A1-5 may be sent"):
        desk.ask(study.document("A1-5").id)
