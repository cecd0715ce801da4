"""Findings for one page: what is known, what is written, what stays, and the sets of interviews of publications."""

from __future__ import annotations

import datetime as dt
import html
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from veche.study import Interview, Town
from veche.study.errors import InputProblem
from veche.study.publications import Alias, Publication
from veche.workbench import registry

CHOICE = "/report?a=fieldwork&a=cooccurrence"


def written(client: Any, address: str) -> Any:
    """Ask until the page is no longer being written."""
    for _attempt in range(60):
        answer = client.get(address)
        if 'id="working"' not in answer.text:
            return answer
    pytest.fail("the page was not written")


@pytest.fixture
def publication(store: Any) -> str:
    """A publication on the interviews of the town A, which goes as N in it."""
    (town,) = store.having(Town, "key", ["A"])
    inside = tuple(one.id for one in store.all(Interview) if one.town_id == town.id)
    one = Publication(key="article", title="Первая статья", interviews=inside)
    with store.edit("АК", "publication") as edit:
        edit.add(one, Alias(publication_id=one.id, town_id=town.id, alias="N"))
    return one.key


def test_every_analysis_stands_there_with_what_it_asks(client: Any) -> None:
    page = client.get("/report").text
    for one in registry.analyses():
        assert f'id="f-{one.name}"' in page and f'href="/analysis/{one.name}/file.xlsx?"' in page
    assert "none is computed yet" in page and " checked>" not in page
    # the phase is marked as the present one
    assert '<a href="/report" aria-current="true">' in page


def test_a_page_of_those_chosen(client: Any) -> None:
    page = written(client, CHOICE + "&write=true").text
    assert "The page with 2 findings is written." in page
    found = re.search(r'href="(/report/findings\.html\?[^"]+)" download', page)
    assert found
    file = client.get(html.unescape(found[1]))
    assert re.fullmatch(
        r'attachment; filename="findings-[0-9a-f]{8}\.html"', file.headers["content-disposition"]
    ) and file.headers["content-type"].startswith("text/html")
    titles = re.findall(r'<h2 id="finding-\d-title">([^<]+)</h2>', file.text)
    assert titles == [registry.analysis(name).title for name in ("fieldwork", "cooccurrence")]
    assert "default-src 'none'" in file.text
    # those are known now: their sentences stand on the page, and they are proposed
    later = client.get("/report").text
    assert "2 are computed" in later
    assert set(re.findall(r'value="(\w+)" id="f-\w+" aria-labelledby="[\w-]+" checked', later)) == {
        "fieldwork", "cooccurrence",
    }  # fmt: skip
    sentence = re.search(r'<p class="sentence">([^<]+)</p>', file.text)
    assert sentence and sentence[1] in later


def test_the_set_of_a_publication(client: Any, publication: str, store: Any) -> None:
    page = client.get("/report").text
    assert "Первая статья" in page and "Тальвинск – <b>N</b>" in page and "frozen" not in page
    inside = len(store.having(Publication, "key", [publication])[0].interviews)
    page = client.get(f"/report?publication={publication}").text
    assert f"on the set of {inside} interviews of the publication article" in page
    assert 'href="/analysis/fieldwork?in_analysis_set=article"' in page
    file = client.get(f"/report/findings.html?a=fieldwork&publication={publication}").text
    shown = client.get("/analysis/fieldwork?in_analysis_set=article").text
    sentence = re.search(r'<p class="sentence">([^<]+)</p>', file)
    assert sentence and sentence[1] in shown
    # the numbers of the set are not those of the study
    assert sentence[1] not in client.get("/report/findings.html?a=fieldwork").text


def test_a_frozen_publication_says_so(client: Any, store: Any) -> None:
    with store.edit("АК", "publication") as edit:
        edit.add(Publication(key="book", title="Book", frozen=dt.datetime(2020, 5, 4, 12)))
    assert "frozen on 4\u00a0May 2020" in client.get("/report").text


def test_what_is_wrong_is_said(client: Any) -> None:
    page = client.get("/report?write=true")
    assert page.status_code == 422 and "No finding is chosen for the page." in page.text
    page = client.get("/report?publication=none&a=fieldwork")
    assert page.status_code == 422 and "The study has no publication none, nor any other." in page.text
    # the choice stays, on the whole study
    assert 'value="fieldwork" id="f-fieldwork" aria-labelledby="t-fieldwork" checked' in page.text
    assert client.get("/report/findings.html").status_code == 422
    assert client.get("/report/findings.html?a=fieldwork&publication=none").status_code == 404
    assert client.get("/report?a=nothing").status_code == 200
    assert client.post("/report/stop/none").status_code == 404


def _refuse(evidence: Any, params: Any) -> Any:
    raise InputProblem("There is no {what}. Add one.", what="moon")


def test_what_cannot_be_computed_is_named(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry.analysis("timeline"), "compute", _refuse)
    page = written(client, "/report?a=fieldwork&a=timeline&write=true").text
    assert "The page with 1 finding is written." in page and "There is no moon. Add one." in page
    # none at all: it is said, and nothing is offered
    page = written(client, "/report?a=timeline&write=true")
    assert page.status_code == 422 and "None of the findings could be computed." in page.text
    assert "There is no moon. Add one." in page.text and "Save the page" not in page.text


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The analysis *timeline* takes until it is let go; the event says that it has begun."""
    from veche.web.pages import report

    begun, let_go = threading.Event(), threading.Event()

    def compute(evidence: Any, params: Any) -> Any:
        begun.set()
        while not let_go.wait(0.01):
            pass

    monkeypatch.setattr(report, "PATIENCE", 0.0)
    monkeypatch.setattr(registry.analysis("timeline"), "compute", compute)
    yield begun
    let_go.set()


def test_writing_is_shown_and_can_be_stopped(client: Any, slow: threading.Event) -> None:
    page = client.get("/report?a=timeline&a=fieldwork&write=true").text
    job = re.search(r'id="working" data-job="([^"]+)"', page)
    assert job and "The page is being written…" in page and slow.wait(30)
    found = client.get(f"/api/analyses/jobs/{job[1]}").json()
    assert (found["state"], found["steps"], found["doing"]) == ("running", 3, registry.analysis("timeline").title)
    answer = client.post(f"/report/stop/{job[1]}?a=timeline&a=fieldwork")
    assert answer.headers["location"] == "/report?a=timeline&a=fieldwork&stopped=true"
    page = client.get(answer.headers["location"]).text
    assert "The work was stopped." in page and 'id="working"' not in page
