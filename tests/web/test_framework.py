"""The framework matrix, without a browser."""

from __future__ import annotations

import html
import io
import re
from typing import Any
from urllib.parse import quote

import pytest

from veche.study import Code, Coding, Summary, Town, new_id


@pytest.fixture
def cell(store: Any) -> tuple[str, str, str]:
    """The cell of town A and the lack of money."""
    return store.having(Town, "key", ["A"])[0].id, "", store.having(Code, "key", ["PROB.FISC"])[0].id


def _address(cell: tuple[str, str, str]) -> str:
    return f"/framework?code=PROB.FISC&cell={quote('~'.join(cell))}"


def _fields(page: str) -> dict[str, str]:
    form = page[page.index('id="write"') :]
    return {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    }


def test_the_matrix_counts_quotations(client: Any) -> None:
    page = client.get("/framework?code=PROB.FISC&code=TECH.DEAL").text
    # towns A, B, C have 6, 4 and 3 coded interviews, each with one coding of either code
    assert re.findall(r"<small>(\d+) quotations", page) == ["6", "6", "4", "4", "3", "3"]
    waves = client.get("/framework?code=PROB.FISC&columns=waves").text
    assert re.findall(r"<small>(\d+|no) quotation", waves) == ["3", "3", "no", "2", "2", "no", "2", "1", "no"]
    people = client.get("/framework?cases=respondent&town=C&code=PROB").text
    assert re.findall(r'<th scope="row">([^<]+)', people) == ["R-09", "R-10"]
    assert client.get("/framework?cases=interview&code=PROB").text.count('<th scope="row">') == 16
    assert client.get("/framework?cases=town_wave").text.count('<th scope="row">') == 8


def test_a_summary_is_kept_by_the_plain_form(client: Any, store: Any, cell: tuple[str, str, str]) -> None:
    page = client.get(_address(cell)).text
    assert page.count('<li class="quote') == 6
    sent = _fields(page) | {"text": "Денег нет.\r\nСовсем."}
    assert sent["rev"] == "0" and len(sent["grounds"].split()) == 6
    answer = client.post("/framework/summary", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, _address(cell).replace("%7E", "~"))
    (held,) = store.all(Summary)
    assert (held.text, held.case_id, held.wave_id, held.code_id) == ("Денег нет.\nСовсем.", cell[0], None, cell[2])
    assert list(held.grounds) == sent["grounds"].split()
    shown = client.get(_address(cell)).text
    assert '<span class="sum">Денег нет.\nСовсем.</span>' in shown and "1 summary" in shown
    # an old page does not overwrite it
    again = client.post("/framework/summary", data=sent | {"text": "чужое"})
    assert again.status_code == 409 and "Денег нет." in again.text
    assert client.post("/framework/summary", data=_fields(shown) | {"text": ""}).status_code == 303
    assert store.all(Summary) == ()


def test_changed_quotations_mark_the_summary(client: Any, store: Any, cell: tuple[str, str, str]) -> None:
    client.post("/framework/summary", data=_fields(client.get(_address(cell)).text) | {"text": "Денег нет."})
    first, second, *_ = list(store.having(Coding, "code_id", [cell[2]]))
    import dataclasses

    with store.edit("МС", "edit") as edit:
        edit.replace(dataclasses.replace(first, end=first.end - 3))
        edit.remove(Coding, second.id)
        edit.add(dataclasses.replace(first, id=new_id(), start=first.start + 1, coder_id=first.coder_id))
    page = client.get(_address(cell)).text
    assert '<span class="since">1 new, 1 gone, 1 moved</span>' in re.sub(r"\s+", " ", page)
    assert "the quotations of 1 of them have changed since" in page and "1 coding was removed" in page
    assert 'class="here stale"' in page and "its words have changed" in page
    client.post("/framework/summary", data=_fields(page) | {"text": "Денег нет."})
    assert "changed since" not in client.get(_address(cell)).text


def test_a_transcript_of_markup_stays_text(client: Any, cell: tuple[str, str, str]) -> None:
    client.post(
        "/framework/summary",
        data=_fields(client.get(_address(cell)).text) | {"text": "</textarea><script>x()</script>"},
    )
    page = client.get(_address(cell)).text
    assert "<script>x()" not in page and "&lt;script&gt;x()" in page


def test_the_interface_for_programs_knows_summaries(client: Any, store: Any, cell: tuple[str, str, str]) -> None:
    row = {"id": new_id(), "case_id": cell[0], "code_id": cell[2], "text": "Денег нет.", "grounds": []}

    def act(op: str, rev: int | None, **more: Any) -> Any:
        change = {"op": op, "kind": "summary", "record": row | more, "rev": rev}
        return client.post("/api/edits", json={"id": new_id(), "action": "write summary", "changes": [change]})

    assert act("add", None).json()["revs"] == {row["id"]: 1}
    assert act("replace", None, text="a").status_code == 428
    assert act("replace", 1, text="Мало.").status_code == 200
    stale = act("replace", 1, text="b")
    assert (stale.status_code, stale.json()["rows"][0]["record"]["text"]) == (409, "Мало.")
    assert act("add", None, id=new_id()).status_code == 409
    assert act("replace", 2, text="").status_code == 422
    changed = client.put(
        f"/api/records/summary/{row['id']}", json={"record": row | {"text": "c"}}, headers={"If-Match": '"2"'}
    )
    assert changed.status_code == 200 and store.all(Summary)[0].text == "c"


def test_the_matrix_is_taken_out(client: Any, cell: tuple[str, str, str]) -> None:
    import openpyxl

    empty = client.get("/framework/file.xlsx?code=PROB.FISC")
    assert empty.status_code == 422 and "nothing to take out" in empty.text
    client.post("/framework/summary", data=_fields(client.get(_address(cell)).text) | {"text": "Денег нет."})
    answer = client.get("/framework/file.xlsx?code=PROB.FISC")
    assert 'filename="framework-town.xlsx"' in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["matrix", "summaries"]
    assert [[one.value for one in row] for row in book["summaries"].iter_rows(min_row=2)] == [
        ["Тальвинск", None, "PROB.FISC Lack of money", 6, 0, "Денег нет."]
    ]  # fmt: skip
    assert client.get("/framework/file.csv?code=PROB.FISC").headers["content-type"] == "application/zip"
    assert client.get("/framework/file.exe?code=PROB.FISC").status_code == 422


def test_bad_questions_are_answered(client: Any) -> None:
    assert client.get("/framework?code=NOPE").status_code == 404
    assert client.get("/framework?cases=street").status_code == 422
    assert client.get("/framework?cell=a~b~c").status_code == 200
    assert client.post("/framework/summary", data={"case": "x", "code": "y", "text": "z"}).status_code == 422
    assert client.post("/framework/summary", data={"case": "x"}).status_code == 422
