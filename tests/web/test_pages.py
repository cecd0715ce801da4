"""Pages of the study, its interviews, lists, history and search."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest

from veche import words
from veche.study import GuideTopic, Interview, Town, Wave
from veche.web import errors


def rows(text: str) -> list[str]:
    """The first cell of every row of the body of a table."""
    return re.findall(r'<tr><th scope="row">(?:<a[^>]*>)?([^<]+)', text)


def test_the_study_at_a_glance(client: Any) -> None:
    page = client.get("/").text
    assert "<h1>Власть в трёх городах</h1>" in page
    assert "16 interviews" in page and "in 3 towns" in page and "10 respondents" in page
    assert "3 interviews have no coding yet" in page
    assert "A3-02" in page
    assert "57% interviewed again: 4 of 7" in page


def test_the_study_in_russian(client: Any) -> None:
    client.post("/language", data={"language": "ru", "next": "/interviews"})
    page = client.get("/").text
    assert '<html lang="ru"' in page
    assert "16 интервью" in page


def test_choosing_a_language_leads_back(client: Any) -> None:
    answer = client.post("/language", data={"language": "ru", "next": "/history?before=2"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/history?before=2")


@pytest.mark.parametrize(
    ("query", "wanted"),
    [("town=C&wave=1", ["C1-09", "C1-10"]), ("respondent=R-02", ["A1-02", "A2-02", "A3-02"]), ("show=uncoded", ["B3-08", "A3-02", "A3-04"]),
     ("role=editor", ["A1-03", "B2-07"]), ("text=верхнеполье+head", ["B1-05"]), ("show=no_text", []), ("town=Z", [])],
)  # fmt: skip
def test_the_list_is_narrowed(client: Any, query: str, wanted: list[str]) -> None:
    assert rows(client.get(f"/interviews?{query}").text) == wanted


def test_documents_without_interview(client: Any, store: Any) -> None:
    from veche.study import Document, Text, new_id

    text = Text(new_id(), "слова", ())
    with store.edit("АК", "add transcripts") as edit:
        edit.add_texts([text])
        edit.add(Document(name="одинокий", text_id=text.id))
    assert "1 document belongs to no interview" in client.get("/").text
    assert rows(client.get("/interviews?show=loose").text) == ["одинокий"]


def test_a_town_is_changed_by_form(client: Any, store: Any) -> None:
    town = store.having(Town, "key", ["B"])[0]
    form = {
        "rev": "1",
        "name": "Нижнеполье",
        "key": "B",
        "kind": "town",
        "region_id": "",
        "monotown": "true",
        "position": "2",
        "note": "a\r\nb",
    }
    answer = client.post(f"/design/town/{town.id}", data=form)
    assert answer.status_code == 303
    kept = store.get(Town, town.id)
    assert (kept.name, kept.kind, kept.region_id, kept.monotown, kept.note) == (
        "Нижнеполье",
        "town",
        None,
        True,
        "a\nb",
    )
    assert store.history(limit=1)[0].action == "edit town"


def test_a_form_based_on_an_old_revision_shows_both_versions(client: Any, store: Any) -> None:
    town = store.having(Town, "key", ["B"])[0]
    with store.edit("МС", "edit town") as edit:
        edit.replace(Town(id=town.id, key="B", name="Чужое"))
    form = {"rev": "1", "name": "Моё", "key": "B", "kind": "town"}
    answer = client.post(f"/design/town/{town.id}", data=form)
    assert answer.status_code == 409
    assert "Моё" in answer.text and "Чужое" in answer.text and "МС" in answer.text
    assert store.get(Town, town.id).name == "Чужое"
    assert 'name="rev" value="2"' in answer.text
    assert client.post(f"/design/town/{town.id}", data=form | {"rev": "2"}).status_code == 303
    assert store.get(Town, town.id).name == "Моё"


def test_what_is_wrong_stands_beside_the_field(client: Any, store: Any) -> None:
    answer = client.post(
        "/design/wave/new", data={"rev": "0", "key": "4", "label": "IV", "start": "someday", "end": "2030-01-01"}
    )
    assert answer.status_code == 422
    assert re.search(r'id="w-start">Field start of the wave is someday', answer.text)
    assert 'value="IV"' in answer.text
    backwards = client.post(
        "/design/wave/new", data={"rev": "0", "key": "4", "label": "IV", "start": "2031-01-01", "end": "2030-01-01"}
    )
    assert backwards.status_code == 422 and "ends (2030-01-01) before it begins" in backwards.text
    assert len(store.all(Wave)) == 3


def test_a_wave_is_added_and_removed(client: Any, store: Any) -> None:
    answer = client.post(
        "/design/wave/new",
        data={"rev": "0", "key": "4", "label": "IV", "start": "2028-01-01", "end": "2030-01-01", "position": "4"},
    )
    assert answer.status_code == 303
    wave = store.having(Wave, "key", ["4"])[0]
    assert client.post(f"/design/wave/{wave.id}", data={"rev": "1", "step": "remove"}).status_code == 303
    assert store.having(Wave, "key", ["4"]) == ()
    used = store.having(Wave, "key", ["1"])[0]
    assert "still used" in client.post(f"/design/wave/{used.id}", data={"rev": "1", "step": "remove"}).text


def test_consent_is_changed_by_form(client: Any, store: Any) -> None:
    one = store.having(Interview, "key", ["A1-01"])[0]
    page = client.get(f"/design/interview/{one.id}").text
    values = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    selects = dict(
        re.findall(r'name="(\w+)"[^>]*>(?:<option[^>]*>[^<]*</option>)*?<option value="([^"]*)" selected', page)
    )
    form = {name: value for name, value in (values | selects).items() if name not in ("q", "next", "step", "language")}
    form |= {"consent": "background", "not_asked": "tax, roads"}
    assert client.post(f"/design/interview/{one.id}", data=form).status_code == 303
    kept = store.get(Interview, one.id)
    assert (kept.consent, kept.not_asked, kept.town_id, kept.date) == (
        "background",
        ("tax", "roads"),
        one.town_id,
        one.date,
    )


def test_topics_of_the_guide_are_written_by_form(client: Any, store: Any) -> None:
    form = {
        "rev": "0",
        "key": "money",
        "label_ru": "Деньги",
        "label_en": "Money",
        "position": "2",
        "codes": ["", "PROB", "TECH.DEAL"],
    }
    assert client.post("/design/topic/new", data=form).status_code == 303
    topic = store.having(GuideTopic, "key", ["money"])[0]
    assert (topic.label_ru, topic.codes, topic.position) == ("Деньги", ("PROB", "TECH.DEAL"), 2)
    assert store.history(limit=1)[0].action == "add topic"
    row = client.get("/design/topic").text
    assert "Money" in row and "Problems, Bargaining" in row
    page = client.get(f"/design/topic/{topic.id}").text
    assert re.findall(r'value="([\w.]+)" checked', page) == ["PROB", "TECH.DEAL"]
    # without a tick the list is empty; a code that is not there is refused beside its field, and what was typed stays
    wrong = client.post(
        f"/design/topic/{topic.id}", data=form | {"rev": "1", "codes": ["PROB", "NO.SUCH"], "label_en": "Cash"}
    )
    assert (
        wrong.status_code == 422
        and re.search(r'id="w-codes">There is no code NO.SUCH', wrong.text)
        and 'value="Cash"' in wrong.text
    )
    assert client.post(f"/design/topic/{topic.id}", data=form | {"rev": "1", "codes": ""}).status_code == 303
    assert store.get(GuideTopic, topic.id).codes == ()
    twice = client.post("/design/topic/new", data=form)
    assert twice.status_code == 422 and "money" in twice.text


def test_a_topic_s_new_key_goes_into_the_interviews(client: Any, store: Any) -> None:
    first, second, *_others = store.all(Interview)
    topic = GuideTopic(key="money", label_ru="Деньги", label_en="Money", codes=("PROB",))
    with store.edit("АК", "test") as edit:
        edit.add(topic)
        edit.replace(dataclasses.replace(first, not_asked=("roads", "money")))
        edit.replace(dataclasses.replace(second, not_asked=("money", "cash")))
    page = client.get(f"/design/interview/{first.id}").text
    assert re.findall(r'name="not_asked" value="(\w+)" checked', page) == ["money", "roads"]
    form = {"rev": "1", "key": "cash", "label_ru": "Деньги", "label_en": "Cash", "codes": "PROB"}
    assert client.post(f"/design/topic/{topic.id}", data=form).status_code == 303
    assert [store.get(Interview, one.id).not_asked for one in (first, second)] == [("roads", "cash"), ("cash",)]
    assert client.post(f"/design/topic/{topic.id}", data={"rev": "2", "step": "remove"}).status_code == 303
    assert [store.get(Interview, one.id).not_asked for one in (first, second)] == [("roads",), ()]
    # each was one act
    assert client.post("/history/undo").status_code == 303
    assert client.post("/history/undo").status_code == 303
    assert [store.get(Interview, one.id).not_asked for one in (first, second)] == [
        ("roads", "money"),
        ("money", "cash"),
    ]
    assert store.get(GuideTopic, topic.id).key == "money"


@pytest.mark.parametrize("path", ["/design/planet", "/design/town/1", "/design/planet/new", "/import/1"])
def test_what_is_not_there_is_a_page(client: Any, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<h1>Not here</h1>" in answer.text and "Traceback" not in answer.text


def test_history_undo_and_redo(client: Any, store: Any) -> None:
    with store.edit("АК", "add town") as edit:
        edit.add(Town(key="T", name="Новый"))
    page = client.get("/history").text
    assert "add town" in page and "Новый" in page
    assert client.post("/history/undo").status_code == 303
    assert store.having(Town, "key", ["T"]) == ()
    assert "undone: add town" in client.get("/history").text
    assert client.post("/history/redo").status_code == 303
    assert len(store.having(Town, "key", ["T"])) == 1
    assert client.post("/history/redo").status_code == 409
    assert client.post("/history/dance").status_code == 403


def test_going_back_to_an_earlier_entry(client: Any, store: Any) -> None:
    town = store.having(Town, "key", ["A"])[0]
    with store.edit("МС", "edit town") as edit:
        edit.replace(Town(id=town.id, key="A", name="Иначе"))
    with store.edit("АК", "add town") as edit:
        edit.add(Town(key="T", name="Новый"))
    page = client.get("/history/restore/2").text
    assert "2 rows change" in page and "Иначе" in page and "Новый" in page
    assert client.post("/history/restore/2", data={"upto": "3"}).status_code == 409
    assert client.post("/history/restore/2", data={"upto": "4"}).status_code == 303
    assert store.get(Town, town.id).name == "Тальвинск"
    assert store.having(Town, "key", ["T"]) == ()
    assert client.get("/history/restore/99").status_code == 422


def test_the_interviews_behind_a_number_of_the_panel(client: Any) -> None:
    page = client.get("/").text
    assert "/interviews?moved=lost&amp;to=2&amp;town=A" in page
    assert rows(client.get("/interviews?moved=lost&to=2&town=A").text) == ["A1-03"]
    assert rows(client.get("/interviews?moved=same&to=3").text) == ["A3-02", "A3-04"]
    assert rows(client.get("/interviews?moved=unvisited&to=3").text) == ["C2-09"]
    assert (
        "II → III: not interviewed again: the town was not visited"
        in client.get("/interviews?moved=unvisited&to=3").text
    )
    assert "No interview fits" in client.get("/interviews?moved=lost&to=1").text
    assert client.get("/interviews?moved=eaten&to=2").status_code == 422


def test_search(client: Any) -> None:
    page = client.get("/search", params={"q": "бюджета"}).text
    assert "6 hits" in page and "<b>Бюджет</b>" in page
    wrong = client.get("/search", params={"q": "("})
    assert wrong.status_code == 422 and 'class="problem"' in wrong.text
    assert "Nothing found" in client.get("/search", params={"q": "слон"}).text


def test_a_fault_is_a_page_without_details(app: Any, client: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("words of a transcript")

    monkeypatch.setattr("veche.web.pages.home.take_overview", fail)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "words of a transcript" not in answer.text and "RuntimeError" in answer.text
    client.cookies.set("veche_language", "ru")
    with words.using("ru"):
        wanted = words._(errors.FAULT).format(kind="RuntimeError")
    assert wanted in client.get("/").text and re.search("[а-я]{4}", wanted)
