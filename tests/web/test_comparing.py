"""Pages of comparison and the codebook, asked without a browser."""

from __future__ import annotations

import html
import re
import threading
from typing import Any

import pytest
from markupsafe import escape

from veche.study import Code, Coding

PAGE = "/analysis/cooccurrence"


def code(store: Any, key: str) -> Any:
    return store.having(Code, "key", [key])[0]


def done(client: Any, address: str) -> Any:
    """Ask until the page is no longer computing."""
    for _attempt in range(60):
        answer = client.get(address)
        if 'id="working"' not in answer.text:
            return answer
    pytest.fail("the analysis did not end")


def test_the_list_names_every_analysis(client: Any) -> None:
    from veche.workbench import registry

    page = client.get("/analyses").text
    for one in registry.analyses():
        assert f'href="/analysis/{one.name}"' in page and str(escape(one.question))[:20] in page
        assert client.get(f"/analysis/{one.name}?_stopped=1").status_code == 200


def test_finding_tables_and_grounds_of_a_number(client: Any) -> None:
    page = done(client, PAGE + "?unit=overlap").text
    assert "overlap: 13 pairs of passages" in page
    links = [
        html.unescape(one)
        for one in re.findall(r'<td class="right"><a data-swap="grounds tables" href="([^"]+)#grounds">13</a>', page)
    ]
    assert links
    shown = done(client, PAGE + links[0]).text
    assert "26 passages for" in shown and "from 9 respondents" in shown
    assert re.search(r'href="/read/[0-9a-f-]{36}\?at=\d+">Налоги уходят наверх', shown)
    # sorting: the address sorts, and the places of rows stay those of the table
    table = done(client, PAGE + "?_table=together&_sort=pairs&_desc=1").text
    assert 'aria-sort="descending"' in table


def test_what_is_wrong_stands_beside_its_field(client: Any) -> None:
    page = client.get(PAGE + "?distance=many")
    assert page.status_code == 422 and re.search(
        r'id="w-distance">Option distance is many\. Give a number from 0', page.text
    )
    page = client.get(PAGE + "?unit=moon")
    assert page.status_code == 422 and 'id="w-unit">Option unit is moon' in page.text
    page = done(client, PAGE + "?codes=NONE")
    assert page.status_code == 422 and 'id="w-codes">' in page.text and "NONE" in page.text
    page = client.get(PAGE + "?in_towns=Z&in_since=yesterday")
    assert page.status_code == 422 and "The day is yesterday" in page.text
    assert client.get("/analysis/nothing").status_code == 404
    assert done(client, PAGE + "?_table=nothing").status_code == 422
    assert done(client, PAGE + "?_row=99999").status_code == 422


def test_the_permanent_link_tells_of_a_change(client: Any, store: Any) -> None:
    page = done(client, PAGE + "?unit=turn").text
    link = html.unescape(re.search(r'id="permanent" href="([^"]+)"', page)[1])  # type: ignore[index]
    assert link.startswith("?unit=turn&_digest=")
    assert "The evidence has changed" not in done(client, PAGE + link).text
    with store.edit("АК", "test") as edit:
        edit.remove(Coding, store.all(Coding)[0].id)
    assert "The evidence has changed" in done(client, PAGE + link).text


def test_figures_and_files(client: Any) -> None:
    spec = client.get(PAGE + "/figure.json?_theme=dark")
    assert (
        spec.status_code == 200
        and "vega-lite" in spec.json()["$schema"]
        and spec.json()["config"]["background"] == "#17181b"
    )
    assert client.get(PAGE + "/figure.svg").text.startswith("<svg")
    assert client.get(PAGE + "/file.png").content.startswith(b"\x89PNG")
    file = client.get(PAGE + "/file.xlsx")
    assert file.content.startswith(b"PK") and re.search(
        r'filename="cooccurrence-[0-9a-f]{8}\.xlsx"', file.headers["content-disposition"]
    )
    assert client.get(PAGE + "/file.exe").status_code == 422
    assert client.get(PAGE + "/file.csv?distance=x").status_code == 422
    script = client.get("/vega/bundle.js")
    assert "vegaEmbed" in script.text and script.headers["content-type"].startswith("text/javascript")


def test_long_work_is_shown_and_can_be_stopped(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from veche.web.pages import analyses
    from veche.workbench import registry

    begun, let_go = threading.Event(), threading.Event()

    def slow(evidence: Any, params: Any) -> Any:
        begun.set()
        while not let_go.wait(0.01):
            pass

    monkeypatch.setattr(analyses, "PATIENCE", 0.0)
    monkeypatch.setattr(registry.analysis("timeline"), "compute", slow)
    try:
        page = client.get("/analysis/timeline").text
        job = re.search(r'id="working" data-job="([^"]+)"', page)
        assert job and "Computing…" in page and begun.wait(30)
        found = client.get(f"/api/analyses/jobs/{job[1]}").json()
        assert (found["state"], found["step"], found["steps"], found["doing"]) == ("running", 2, 2, "Computing")
        answer = client.post(f"/analysis/timeline/stop/{job[1]}?")
        assert answer.status_code == 303 and answer.headers["location"].endswith("_stopped=1")
        for _attempt in range(200):
            if (state := client.get(f"/api/analyses/jobs/{job[1]}").json())["state"] == "cancelled":
                break
        assert state["state"] == "cancelled" and "Nothing was changed" in state["message"]
        assert "The work was stopped." in client.get(answer.headers["location"]).text
    finally:
        let_go.set()


def test_jobs_that_are_not_known(client: Any) -> None:
    assert client.get("/api/analyses/jobs/x").status_code == 404
    assert client.post("/api/analyses/jobs/x/cancel").status_code == 404


def test_quotations_page_by_page_and_released(client: Any) -> None:
    page = client.get("/quotations?codes=PROB&group=wave").text
    coded = len(re.findall(r'<li class="quote', page))
    assert f"<b>{coded} quotations</b>" in page and re.search(r"<h2>I <span[^>]*>7</span>", page)
    assert client.get("/quotations?codes=PROB+AND").status_code == 422
    assert "PROB.FISC" in client.get("/quotations?codes=PROB.FIC").text  # the nearest is named
    assert client.get("/quotations?towns=Z").status_code == 422
    assert "No quotation fits" in client.get("/quotations?codes=PROB+NOT+TECH.DEAL").text
    file = client.get("/quotations/file.csv?respondents=R-03")
    assert file.status_code == 200 and "R-03" in file.text and "Налоги" not in file.text  # may be retold, not quoted
    assert client.get("/quotations/file.csv?codes=(").status_code == 422
    assert client.get("/quotations/file.png").status_code == 422
    assert client.get("/quotations?page=999&codes=PROB").status_code == 200


def test_words_of_transcripts_and_codes_are_text(client: Any, store: Any) -> None:
    with store.edit("АК", "test") as edit:
        edit.add(Code(key="X<script>", label_ru="<b>Ы</b>", label_en="<b>Y</b>"))
    for address in ("/codebook", "/quotations?codes=<script>alert(1)</script>", PAGE + "?codes=<script>&_stopped=1"):
        page = client.get(address).text
        assert "<b>Y</b>" not in page and "<script>alert" not in page and "X<script>" not in page


NEW = {"key": "PROB.NEW", "kind": "problem", "label_ru": "Новое", "not_before": "2020-01-01"}


def test_a_code_is_made_changed_moved_and_removed(client: Any, store: Any) -> None:
    prob = code(store, "PROB")
    answer = client.post("/codebook/save", data=NEW | {"parent_id": prob.id})
    assert answer.status_code == 303
    made = code(store, "PROB.NEW")
    assert (made.parent_id, made.label_ru, made.not_before.year) == (prob.id, "Новое", 2020)
    told = {"id": made.id, "rev": made.rev, "key": "PROB.NEW", "definition_en": "What is new.", "not_before": ""}
    answer = client.post("/codebook/save", data=told)
    assert (
        answer.status_code == 303
        and code(store, "PROB.NEW").definition_en == "What is new."
        and code(store, "PROB.NEW").not_before is None
    )
    late = client.post("/codebook/save", data={"id": made.id, "rev": made.rev, "key": "PROB.OLD"})
    assert late.status_code == 409 and "changed meanwhile" in late.text and 'value="PROB.OLD"' in late.text
    bad = client.post("/codebook/save", data={"id": made.id, "rev": 2, "key": "PROB.NEW", "not_before": "soon"})
    assert bad.status_code == 422 and 'id="w-not_before"' in bad.text
    assert (
        client.post("/codebook/move", data={"id": made.id, "rev": 2, "parent": "", "before": prob.id}).status_code
        == 303
    )
    assert code(store, "PROB.NEW").parent_id is None
    assert client.post("/codebook/move", data={"id": made.id, "rev": 2}).status_code == 409
    assert client.post("/codebook/move", data={"id": made.id}).status_code == 422
    used = code(store, "PROB.FISC")
    assert (
        client.post(
            "/codebook/save", data={"id": used.id, "rev": used.rev, "key": used.key, "step": "remove"}
        ).status_code
        == 422
    )
    gone = client.post(
        "/codebook/save", data={"id": made.id, "rev": code(store, "PROB.NEW").rev, "key": "PROB.NEW", "step": "remove"}
    )
    assert gone.status_code == 303 and not store.having(Code, "key", ["PROB.NEW"])


def test_merging_with_preview(client: Any, store: Any) -> None:
    fisc, deal = code(store, "PROB.FISC"), code(store, "TECH.DEAL")
    have = len(store.having(Coding, "code_id", [fisc.id]))
    page = client.get(f"/codebook/merge?code={fisc.id}&into={deal.id}").text
    assert f'<b class="num">{have}</b><span>codings get the code “Bargaining”' in page
    assert len(store.having(Coding, "code_id", [fisc.id])) == have
    assert client.get(f"/codebook/merge?code={fisc.id}&into={code(store, 'PROB').id}").status_code == 422
    old = client.post("/codebook/merge", data={"code": fisc.id, "into": deal.id, "rev": 9, "rev_into": deal.rev})
    assert old.status_code == 409 and store.having(Code, "key", ["PROB.FISC"])
    answer = client.post(
        "/codebook/merge", data={"code": fisc.id, "into": deal.id, "rev": fisc.rev, "rev_into": deal.rev}
    )
    assert answer.status_code == 303 and not store.having(Code, "key", ["PROB.FISC"])
    assert client.post("/api/undo").status_code == 200 and len(store.having(Coding, "code_id", [fisc.id])) == have


def test_splitting(client: Any, store: Any) -> None:
    fisc = code(store, "PROB.FISC")
    ids = re.findall(r'name="coding" value="([0-9a-f-]+)"', client.get(f"/codebook/split?code={fisc.id}").text)
    assert set(ids) == {one.id for one in store.having(Coding, "code_id", [fisc.id])}
    refused = client.post("/codebook/split", data={"code": fisc.id, "key": "PROB.FISC", "coding": ids[:2]})
    assert refused.status_code == 422 and "already" in refused.text and refused.text.count(" checked") == 2
    answer = client.post(
        "/codebook/split", data={"code": fisc.id, "key": "PROB.TAX", "label_en": "Taxes", "coding": ids[:2]}
    )
    assert answer.status_code == 303
    assert {one.id for one in store.having(Coding, "code_id", [code(store, "PROB.TAX").id])} == set(ids[:2])


@pytest.mark.parametrize("address", ["/codebook?code=x", "/codebook/merge?code=x", "/codebook/split?code=x"])
def test_codes_that_are_not_there(client: Any, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/analyses", PAGE, PAGE + "/file.csv", "/quotations", "/quotations/file.csv", "/codebook", "/vega/bundle.js"],
)
def test_strangers_see_nothing(stranger: Any, address: str) -> None:
    assert stranger.get(address).status_code == 401


def test_numbers_stand_in_fields_as_the_language_writes_them(client: Any) -> None:
    field = 'name="confidence" value="{}"'
    assert field.format("0.9") in client.get("/analysis/timeline?confidence=0,9&_stopped=1").text
    client.cookies.set("veche_language", "ru")
    page = client.get("/analysis/timeline?confidence=0.9&_stopped=1").text
    # and what is written so is read
    assert (
        field.format("0,9") in page
        and field.format("0,9") in client.get("/analysis/timeline?confidence=0,9&_stopped=1").text
    )
