"""Exchange and merging in the browser's forms: a look first, nothing changes before one says so, losses named, decisions kept."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.importers import _databases as made
from tests.store._small import make_small
from veche.store import Store
from veche.study import Code, Coding, Document, Memo, Statement


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return made.taguette(
        tmp_path / "p.sqlite3", "<h1>Мэр молчит</h1>", "Мэр молчит", [("Мэр", "Власть.Мэр")], highlights=[(9, 1, 0, 999, "x")]
    )  # fmt: skip


def send(client: Any, path: Path, to: str = "/exchange/in", field: str = "project") -> str:
    answer = client.post(to, files=[(field, (path.name, path.read_bytes()))])
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_the_page_names_every_format_in_both_languages(client: Any) -> None:
    page = client.get("/exchange").text
    for name in ("refi", "dna", "webannotation", "graphml", "gexf", "csv", "parquet", "xlsx", "events"):
        assert f'value="{name}"' in page
    assert "Taguette project" in page and ".sqlite3" in page
    client.cookies.set("veche_language", "ru")
    client.post("/language", data={"language": "ru"})
    russian = client.get("/exchange").text
    assert "Принять проект" in russian and "Сеть акторов (GraphML)" in russian


def test_a_project_is_looked_at_added_and_undone(client: Any, store: Any, project: Path) -> None:
    before = store.last_entry()
    place = send(client, project)
    page = client.get(place).text
    assert "written by Taguette" in page and "100%" in page and "UTF-8 bytes" in page
    assert "do not lie in the text" in page and "1 document belongs to no interview" in page
    assert store.last_entry() == before
    answer = client.post(place, data={"step": "add"})
    assert answer.status_code == 303 and store.last_entry() == before + 1
    assert re.search(r"Added \d+ records\.", client.get(answer.headers["location"]).text)
    (document,) = [one for one in store.all(Document) if one.name == "Разговор"]
    (coding,) = store.having(Coding, "document_id", [document.id])
    assert store.text(coding.text_id).body[coding.start : coding.end] == "Мэр"
    # the same again brings nothing
    again = client.get(send(client, project)).text
    assert "Nothing new" in again and 'value="add" disabled' in again
    client.post("/api/undo")
    assert not [one for one in store.all(Document) if one.name == "Разговор"]


def test_losses_come_as_a_table(client: Any, project: Path) -> None:
    answer = client.get(send(client, project) + "/losses.csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["kind", "item", "where", "what was lost and why"]
    assert {row[0] for row in rows[1:]} == {"formatting", "highlight"}


def test_an_unsure_reading_is_chosen_by_its_quotations(client: Any, store: Any, tmp_path: Path) -> None:
    body = made.BODY.replace("\n", "\r\n")
    path = made.dna(tmp_path / "a.dna", [(*made.units(body, "Мэр молчит"), 1, "Мэр", "", "тишина", 1)], body=body)
    place = send(client, path)
    page = client.get(place).text
    assert "<q>Мэр молчит</q>" in page and page.count('name="reading"') == 2 and "50%" in page
    refused = client.post(place, data={"step": "add"})
    assert refused.status_code == 422 and "Choose first how positions are read." in refused.text
    assert client.post(place, data={"step": "add", "reading": "utf16-crlf2-nobom-exclusive"}).status_code == 303
    quote = next(one for one in store.all(Statement) if one.interview_id is None).quotes[0]
    assert store.text(quote.text_id).body[quote.start : quote.end] == "Мэр молчит"


def test_a_table_of_interviews_gives_the_documents_their_place(client: Any, store: Any, project: Path) -> None:
    place = send(client, project)
    table = "file;town;date;respondent;role;consent\nРазговор;A;2013-05-21;R-01;head;quote\n".encode()
    seen = client.post(place, data={"step": "look"}, files=[("table", ("t.csv", table))])
    assert "belongs to no interview" not in seen.text and "t.csv" in seen.text
    assert "belongs to no interview" in client.post(place, data={"step": "look", "no_table": "on"}).text
    client.post(place, data={"step": "look"}, files=[("table", ("t.csv", table))])
    assert client.post(place, data={"step": "add"}).status_code == 303
    (document,) = [one for one in store.all(Document) if one.name == "Разговор"]
    assert document.interview_id is not None


@pytest.mark.parametrize("name", ["x.sqlite3", "x.qdpx", "x.dna", "x.docx", "x.csv"])
def test_what_is_no_project_is_said(client: Any, store: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x00nothing")
    before = store.last_entry()
    answer = client.get(send(client, tmp_path / name))
    assert answer.status_code == 422 and 'role="alert"' in answer.text and 'value="add" disabled' in answer.text
    place = send(client, tmp_path / name)
    assert client.post(place, data={"step": "add"}).status_code == 422
    assert client.post(place, data={"step": "drop"}).headers["location"] == "/exchange"
    assert client.get(place).status_code == 404 and store.last_entry() == before


def test_nothing_chosen_is_said(client: Any) -> None:
    for path in ("/exchange/in", "/merge"):
        answer = client.post(path, files=[("other", ("x", b"x"))])
        assert answer.status_code == 422 and "No file was chosen" in answer.text
    assert client.post("/exchange/out", data={"format": "poem"}).status_code == 422


@pytest.mark.parametrize(
    "name", ["refi", "csv", "parquet", "xlsx", "dna", "webannotation", "graphml", "gexf", "events"]
)
def test_the_study_goes_out_in_every_format(client: Any, store: Any, name: str) -> None:
    before = store.last_entry()
    page = client.post("/exchange/out", data={"format": name, "level": ["quote"]}).text
    place = re.search(r"/exchange/out/[^/\"]+", page)
    assert place is not None, page
    answer = client.get(place[0] + "/file")
    assert (
        answer.status_code == 200
        and len(answer.content) > 100
        and "attachment" in answer.headers["content-disposition"]
    )
    losses = list(csv.reader(io.StringIO(client.get(place[0] + "/losses.csv").content.decode("utf-8-sig"))))
    assert losses[0][0] == "kind" and all(row[3] for row in losses[1:])
    assert store.last_entry() == before


def test_words_under_stricter_consent_stay_unless_they_are_named(client: Any, store: Any) -> None:
    from veche.study import Interview

    document = store.all(Document)[0]
    with store.edit("АК", "edit interview") as edit:
        edit.replace(dataclasses.replace(store.get(Interview, document.interview_id), consent="background"))

    def texts(*levels: str) -> str:
        page = client.post("/exchange/out", data={"format": "csv", "level": list(levels)}).text
        place = re.search(r"/exchange/out/[^/\"]+", page)
        assert place is not None
        with zipfile.ZipFile(io.BytesIO(client.get(place[0] + "/file").content)) as archive:
            return archive.read("texts.csv").decode() + page

    assert document.text_id not in texts("quote") and "it is under consent background and stays" in texts("quote")
    assert document.text_id in texts("quote", "paraphrase", "background")


# merging


@pytest.fixture
def copy(store: Any, tmp_path: Path) -> Any:
    """Another copy of the study, worked on apart."""
    store.backup(tmp_path / "theirs.veche")
    theirs = Store.open(tmp_path / "theirs.veche")
    yield theirs
    theirs.close()


def change(store: Any, who: str, record: Any, **values: Any) -> None:
    with store.edit(who, "edit") as edit:
        edit.replace(dataclasses.replace(store.get(type(record), record.id), **values))


def test_a_copy_is_merged_with_a_decision_for_each_clash(client: Any, store: Any, copy: Any) -> None:
    one, two = [code for code in store.all(Code) if code.codable][:2]
    for code in (one, two):
        change(store, "АК", code, definition_ru="Наше")
        change(copy, "МС", code, definition_ru="Их <b>")
    with copy.edit("МС", "memo") as edit:
        edit.add(Memo(target_id=one.id, text="Заметка МС"))
    before = store.last_entry()
    place = send(client, Path(copy.target), "/merge", "copy")
    page = client.get(place).text
    assert "3 acts not known here" in page and "2 wait for a decision" in page and "Their &lt;b&gt;" not in page
    assert "Их &lt;b&gt;" in page and "Definition in Russian" in page and page.count('value="mine"') == 3
    undecided = client.post(place, data={"step": "merge", f"clash:code:{one.id}": "mine"})
    assert (
        undecided.status_code == 422 and "Decide every clash first." in undecided.text and store.last_entry() == before
    )
    assert undecided.text.count("checked") == 1
    both = client.post(place, data={"step": "theirs", f"clash:code:{one.id}": "mine"}).text
    assert "all decided" in both and both.count("checked") == 2
    done = client.post(place, data={"step": "merge", f"clash:code:{one.id}": "mine", f"clash:code:{two.id}": "theirs"})
    assert done.status_code == 303 and store.last_entry() == before + 1
    assert (store.get(Code, one.id).definition_ru, store.get(Code, two.id).definition_ru) == ("Наше", "Их <b>")
    assert "Заметка МС" in [memo.text for memo in store.all(Memo)]
    assert f"Merged as entry {before + 1}." in client.get(done.headers["location"]).text
    again = client.get(send(client, Path(copy.target), "/merge", "copy")).text
    assert "nothing that is not known here" in again and 'value="merge" disabled' in again


def test_a_clash_on_what_is_coded_blind_shows_nothing_of_it(client: Any, store: Any, copy: Any) -> None:
    from veche.study import Assignment, Coder

    other = next(coder for coder in store.all(Coder) if coder.key == "МС")
    mine = next(coder for coder in store.all(Coder) if coder.key == "АК")
    coding = next(one for one in store.all(Coding) if one.coder_id == other.id)
    interview = store.get(Document, coding.document_id).interview_id
    change(store.whole, "МС", coding, modality="denied")
    change(copy, "МС", coding, modality="hypothetical")
    with store.whole.edit("МС", "assign") as edit:
        edit.add(*(Assignment(interview_id=interview, coder_id=coder.id) for coder in (mine, other)))
    page = client.get(send(client, Path(copy.target), "/merge", "copy")).text
    assert "hidden while this interview is coded blind" in page and "hypothetical" not in page


def test_a_file_that_is_no_copy_is_said(client: Any, tmp_path: Path) -> None:
    make_small(str(tmp_path / "other.veche")).store.close()
    (tmp_path / "x.veche").write_bytes(b"no study")
    for name, reason in (("other.veche", "another study"), ("x.veche", "not a study|damaged")):
        answer = client.get(send(client, tmp_path / name, "/merge", "copy"))
        assert answer.status_code == 422 and re.search(reason, answer.text), name
    place = send(client, tmp_path / "other.veche", "/merge", "copy")
    assert client.post(place, data={"step": "drop"}).headers["location"] == "/merge"
