"""Adding transcripts in the browser."""

from __future__ import annotations

import re
from typing import Any

from veche.study import Document, Interview, Respondent, Town

GOOD = "И.: Что в городе главное?\nР.: Дороги, и люди уезжают.\n".encode()
OTHER = "И.: Как дела?\nР.: Держимся.\n".encode()


def send(client: Any, *files: tuple[str, bytes], table: bytes | None = None, **data: str) -> str:
    sent = [("files", (name, content)) for name, content in files]
    if table is not None:
        sent.append(("table", ("table.csv", table)))
    answer = client.post("/import", files=sent, data=data)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_turns_are_shown_before_anything_changes(client: Any, store: Any) -> None:
    before = store.last_entry()
    page = client.get(send(client, ("A9-77.txt", GOOD))).text
    assert "A9-77.txt" in page and "2 turns" in page and "Дороги, и люди уезжают." in page
    assert store.last_entry() == before


def test_a_problem_stands_beside_its_file(client: Any, store: Any) -> None:
    page = client.get(send(client, ("A9-77.txt", GOOD), ("photo.png", b"\x89PNG\r\n\x1a\nxxxx"))).text
    part = page[page.index("photo.png") :]
    assert "cannot be read" in part
    assert "2 files" in page and "1 can be added" in page
    place = send(client, ("A9-78.txt", OTHER), ("photo.png", b"\x89PNG\r\n\x1a\nxxxx"))
    assert client.post(place, data={"step": "add"}).status_code == 422
    assert client.post(place, data={"step": "add", "anyway": "on"}).status_code == 303
    assert [one.name for one in store.all(Document) if one.name.startswith("A9")] == ["A9-78"]


def test_an_interview_is_described_beside_its_file(client: Any, store: Any) -> None:
    place = send(client, ("A9-77.txt", GOOD))
    form = {
        "0.town": "Тальвинск",
        "0.date": "2019-03-04",
        "0.wave": "",
        "0.respondent": "R-77",
        "0.role": "editor",
        "0.consent": "paraphrase",
        "0.interview": "",
    }
    answer = client.post(place, data=form | {"step": "add"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/import?added=1")
    one = store.having(Interview, "key", ["A9-77"])[0]
    town, person = store.get(Town, one.town_id), store.get(Respondent, one.respondent_id)
    assert (town.key, person.key, str(one.date), one.consent) == ("A", "R-77", "2019-03-04", "paraphrase")
    assert store.having(Document, "interview_id", [one.id])[0].file_name == "A9-77.txt"
    assert "Added 1 transcript." in client.get("/import?added=1").text
    client.post("/api/undo")
    assert store.having(Interview, "key", ["A9-77"]) == ()


def test_a_wrong_description_is_said_and_kept(client: Any, store: Any) -> None:
    before = store.last_entry()
    place = send(client, ("A9-77.txt", GOOD))
    answer = client.post(
        place,
        data={
            "0.town": "Тальвинск",
            "0.date": "",
            "0.respondent": "R-77",
            "0.role": "editor",
            "0.consent": "quote",
            "step": "add",
        },
    )
    assert answer.status_code == 422
    # beside its file, of its field, and what was recognised stays in sight
    assert "Date: –: write it as 2013-05-21 or 21.05.2013." in answer.text and "of the table, column" not in answer.text
    assert re.search(r'name="0\.date"[^>]* aria-invalid="true"', answer.text)
    assert 'value="R-77"' in answer.text and "Дороги, и люди уезжают." in answer.text
    assert store.last_entry() == before


def _speakers(page: str) -> list[tuple[str, str]]:
    """Labels with the kind that is chosen for each, as the page has them."""
    found = re.findall(r'label\.\d+" value="([^"]*)".*?<option value="(\w+)" selected', page, re.S)
    return [(label, kind) for label, kind in found]


def test_speakers_are_given_other_kinds(client: Any, store: Any) -> None:
    talk = "Анна: Что в городе главное?\nПётр: Дороги.\nАнна: А ещё?\nПётр: Вода.\nАнна: Ясно.\n".encode()
    place = send(client, ("A9-77.txt", talk), ("A9-78.txt", talk + b"\n"))
    page = client.get(place).text
    first, second = page.split('id="name-1"')
    assert _speakers(first) == _speakers(second)
    (one, kind), (other, _other) = _speakers(first)
    wanted = "answer" if kind == "question" else "question"
    form = {
        "0.label.1": one,
        "0.was.1": kind,
        "0.kind.1": wanted,
        "0.label.2": other,
        "0.was.2": _other,
        "0.kind.2": "other",
    }
    page = client.post(place, data=form | {"step": "look"}).text
    first, second = page.split('id="name-1"')
    # what was said of one file holds for that file alone
    assert _speakers(first) == [(one, wanted), (other, "other")]
    assert _speakers(second) == [(one, kind), (other, _other)]
    assert client.post(place, data={"step": "add"}).status_code == 303
    texts = {one.name: store.text(one.text_id) for one in store.all(Document) if one.name.startswith("A9")}
    assert [turn.kind for turn in texts["A9-77"].turns] == [wanted, "other", wanted, "other", wanted]
    assert [turn.kind for turn in texts["A9-78"].turns] == [kind, _other, kind, _other, kind]


def test_a_label_that_was_not_recognised_is_named(client: Any, store: Any) -> None:
    talk = "Интервьюер: Как дела?\nРеспондент: Держимся. Вот и всё.\nЛесник: Я мимо шёл.\nИнтервьюер: Ясно.\n".encode()
    place = send(client, ("A9-77.txt", talk))
    before = _speakers(client.get(place).text)
    assert "Лесник:" not in [label for label, _kind in before]
    page = client.post(place, data={"0.label.new": "Лесник:", "0.kind.new": "other", "step": "look"}).text
    assert _speakers(page) == [*before, ("Лесник", "other")]
    form = {
        "0.label.3": "Лесник",
        "0.was.3": "other",
        "0.kind.3": "answer",
        "0.label.new": "",
        "0.kind.new": "answer",
        "step": "look",
    }
    assert _speakers(client.post(place, data=form).text)[2] == ("Лесник", "answer")
    client.post(place, data={"step": "add"})
    (document,) = [one for one in store.all(Document) if one.name == "A9-77"]
    assert [turn.kind for turn in store.text(document.text_id).turns][-2] == "answer"


def test_what_is_no_speaker_joins_the_turn_before(client: Any, store: Any) -> None:
    lines = ["И.: Что главное?", "Р.: Две вещи.", "И.: Какие?", "Р.: Слушайте.", "И.: Да.", "Р.: Вот."]
    talk = "\n".join([*lines, "Дороги: разбиты.", "Дороги: везде."]).encode()
    place = send(client, ("A9-77.txt", talk))
    page = client.get(place).text
    before = _speakers(page)
    assert before[2][0] == "Дороги" and "8 turns" in page
    # the first turn of the wrong speaker is shown, though it comes late
    assert '<b title="Дороги">Дороги</b><p>разбиты.</p>' in page
    form = {"0.label.3": "Дороги", "0.was.3": before[2][1], "0.kind.3": "none", "step": "look"}
    page = client.post(place, data=form).text
    assert _speakers(page) == [*before[:2], ("Дороги", "none")] and "6 turns" in page
    assert '<b title="Дороги">' not in page
    # and it can be taken back
    back = {"0.label.3": "Дороги", "0.was.3": "none", "0.kind.3": "other", "step": "look"}
    assert _speakers(client.post(place, data=back).text) == [*before[:2], ("Дороги", "other")]
    assert client.post(place, data=form | {"0.was.3": "other", "step": "add"}).status_code == 303
    (document,) = [one for one in store.all(Document) if one.name == "A9-77"]
    text = store.text(document.text_id)
    last = text.turns[-1]
    assert (len(text.turns), text.body[last.start : last.end]) == (6, "Вот.\nДороги: разбиты.\nДороги: везде.")


def test_nonsense_about_speakers_changes_nothing(client: Any) -> None:
    place = send(client, ("A9-77.txt", GOOD))
    before = _speakers(client.get(place).text)
    form = {
        "0.label.1": "Р.",
        "0.kind.1": "king",
        "0.label.": "x",
        "0.label.new": "",
        "0.kind.new": "answer",
        "7.label.1": "Р.",
        "7.kind.1": "other",
    }
    assert _speakers(client.post(place, data=form | {"step": "look"}).text) == before


def test_a_table_describes_the_interviews(client: Any, store: Any) -> None:
    table = b"file,town,date,respondent,role,consent\nA9-77,A,2013-05-21,R-01,head,quote\nnowhere.txt,A,2013-05-21,R-01,head,quote\n"
    place = send(client, ("A9-77.txt", GOOD), ("B9-12.txt", OTHER), table=table)
    page = client.get(place).text
    assert "From the table: interview A9-77" in page
    assert "nowhere.txt" in page
    assert (
        client.post(
            place,
            data={
                "1.town": "B",
                "1.date": "2024-02-02",
                "1.respondent": "R-08",
                "1.role": "director",
                "1.consent": "quote",
                "step": "add",
            },
        ).status_code
        == 303
    )
    assert len(store.having(Interview, "key", ["A9-77", "B9-12"])) == 2


def test_a_table_that_cannot_be_read_is_said(client: Any) -> None:
    place = send(client, ("A9-77.txt", GOOD), table=b"PK\x03\x04broken")
    answer = client.get(place)
    assert answer.status_code == 422
    assert "table.csv" in answer.text and "A9-77.txt" in answer.text


def test_corrected_transcripts_are_known_by_name(client: Any, store: Any) -> None:
    place = send(client, ("A9-77.txt", GOOD))
    client.post(place, data={"step": "add"})
    known = client.get(send(client, ("A9-77.txt", GOOD))).text
    assert "in the study already" in known
    changed = client.get(send(client, ("A9-77.txt", GOOD + "Р.: Ещё.\n".encode()), update="on")).text
    assert "corrected transcript" in changed


def test_nothing_chosen_and_giving_up(client: Any) -> None:
    assert client.post("/import", data={"update": "on"}).status_code == 422
    place = send(client, ("A9-77.txt", GOOD))
    assert client.post(place, data={"step": "drop"}).headers["location"] == "/import"
    assert client.get(place).status_code == 404


def test_names_of_files_cannot_leave_the_folder(client: Any, app: Any) -> None:
    place = send(client, ("../../etc/A9.txt", GOOD), ("b\\c\\A8.txt", OTHER))
    (upload,) = [app.state.veche.uploads.get(place.rsplit("/", 1)[1])]
    assert [one.name for one in upload.files] == ["A9.txt", "A8.txt"]
    assert all(one.parent == upload.folder for one in upload.files)


def test_two_files_of_one_name(client: Any) -> None:
    page = client.get(send(client, ("a/A9.txt", GOOD), ("b/A9.txt", OTHER))).text
    assert "Two files are called A9.txt" in page


def test_old_uploads_make_room(client: Any, app: Any) -> None:
    first = send(client, ("A9.txt", GOOD))
    for _ in range(8):
        send(client, ("A9.txt", GOOD))
    assert client.get(first).status_code == 404
