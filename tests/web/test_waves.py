"""Pages of one respondent over the waves, without a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest

from veche.study import Document, GuideTopic, Respondent


def _text(page: str) -> str:
    """What a reader sees of the main part."""
    inside = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inside))


def test_first_and_last_meeting_stand_side_by_side(client: Any) -> None:
    page = client.get("/waves?respondent=R-02")
    assert page.status_code == 200
    text = _text(page.text)
    assert "Wave I: Deputy, Тальвинск → Wave III: Deputy, Тальвинск" in text
    # wave III is not coded: both codes are said in the first only
    assert text.count("only here: Wave I ") == 2
    assert text.count("not mentioned") == 2
    assert "Lack of money" in text and "Bargaining" in text
    assert "1 topic comes up in none of them" in text and "People leave" in text


def test_interviews_are_chosen_by_name(client: Any) -> None:
    page = client.get("/waves?respondent=R-02&i=A1-02&i=A2-02&i=A3-02").text
    assert page.count('<th scope="col">') == 3
    two = client.get("/waves?respondent=R-02&i=A1-02&i=A2-02").text
    assert "only here" not in _text(two) and _text(two).count("Lack of money") == 3
    one = client.get("/waves?respondent=R-02&i=A2-02").text
    assert one.count('<th scope="col">') == 1 and "only here" not in _text(one)


def test_passages_lead_into_the_reader(client: Any, store: Any) -> None:
    from veche.study import Coding

    page = client.get("/waves?respondent=R-02&i=A1-02").text
    links = re.findall(r'href="/read/([^"#]+)#c-([^"]+)"', page)
    codings = {one.id: one for one in store.all(Coding)}
    assert len(links) == 2 and all(codings[coding].document_id == document for document, coding in links)


def test_full_texts_carry_their_topics(client: Any) -> None:
    page = client.get("/waves?respondent=R-02&mode=texts").text
    assert page.count('class="pane"') == 2
    assert re.findall(r'class="turn (\w)" data-keys="([^"]+)"', page) == [("a", "PROB.FISC TECH.DEAL")]
    assert "only here" in _text(page) and "Что в городе главное?" in page


def test_topics_of_the_guide_as_rows(client: Any, store: Any) -> None:
    assert "None of these interviews has a coding" in client.get("/waves?respondent=R-02&by=topic").text
    with store.edit("АК", "add topic") as edit:
        edit.add(GuideTopic(key="money", label_ru="Деньги", label_en="Money", codes=("PROB",)))
    text = _text(client.get("/waves?respondent=R-02&by=topic").text)
    assert "Money only here: Wave I" in text


def test_a_trajectory_has_all_meetings(client: Any) -> None:
    text = _text(client.get("/trajectory?respondent=R-02&code=PROB.FISC").text)
    assert "2 passages in 3 meetings" in text
    assert text.index("Wave I ") < text.index("Wave II ") < text.index("Wave III ")
    assert text.count("not mentioned") == 1
    page = client.get("/trajectory?respondent=R-02").text
    assert re.findall(r'<small class="num">([^<]+)</small>', page) == ["1 → 1 → 0"] * 3


def test_a_code_or_respondent_that_is_not_there(client: Any, store: Any) -> None:
    for path in ("/waves?respondent=R-0", "/trajectory?respondent=R-0", "/trajectory?respondent=R-02&code=PROB.FISK"):
        answer = client.get(path)
        assert answer.status_code == 404 and "Nearest:" in answer.text
    with store.edit("АК", "add respondent") as edit:
        edit.add(Respondent(key="R-99"))
    answer = client.get("/waves?respondent=R-99")
    assert answer.status_code == 404 and "R-99 has no interview yet" in answer.text
    assert client.get("/trajectory?respondent=R-99").status_code == 200
    assert client.get("/waves?by=words").status_code == 422


@pytest.mark.parametrize("path", ["/waves", "/trajectory"])
def test_the_reader_and_the_study_lead_there(client: Any, store: Any, path: str) -> None:
    document = next(one for one in store.all(Document) if one.name == "A1-02")
    assert f'href="{path}?respondent=R-02"' in client.get(f"/read/{document.id}").text
    assert 'href="/waves?respondent=R-02"' in client.get("/").text


def test_a_study_without_a_panel_says_so(tmp_path: Any) -> None:
    from starlette.testclient import TestClient

    from veche.store import Store
    from veche.study import StudyInfo
    from veche.web import make_app

    Store.create(tmp_path / "empty.veche", StudyInfo(name="Пусто"), who="АК").close()
    with TestClient(
        make_app(tmp_path / "empty.veche", language="en", token="t"), base_url="http://127.0.0.1:8331"
    ) as client:
        client.get("/?token=t")
        for path in ("/waves", "/trajectory"):
            assert "Nobody was met twice yet" in client.get(path).text
        assert "There is nothing to show yet" in client.get("/framework").text
