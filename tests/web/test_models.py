"""The screen of models, without a browser: rows, numbers with their grounds, every state by address."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from veche.web import make_app


@pytest.fixture(scope="module")
def demo(demo_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A client of the fictional study, in English."""
    from starlette.testclient import TestClient

    path = tmp_path_factory.mktemp("models") / "demo.veche"
    shutil.copy(demo_path, path)
    app = make_app(path, who="АК", language="en", token="token")
    with TestClient(app, base_url="http://127.0.0.1:8331", follow_redirects=False) as client:
        client.get("/?token=token")
        client.headers["Sec-Fetch-Site"] = "same-origin"
        while 'id="working"' in client.get("/models").text:
            pass
        yield client


def text(page: str, part: str = "main") -> str:
    """What a reader sees of a part of the page."""
    inside = page[page.index(f"<{part}") : page.index(f"</{part}>")]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inside)))


def test_every_town_has_a_row_with_its_dots_and_models(demo: Any) -> None:
    page = demo.get("/models").text
    rows = re.findall(r'<tr data-town="(\w)"', page)
    assert rows == list("ABCDEFL")
    result = _result(demo)
    tone = result.tables["tone"]
    dots = tone[(tone["side"] == "all") & (tone["field"] == "tone")][[f"n{k}" for k in range(1, 6)]].to_numpy().sum()
    drawn = page[page.index("<tbody>") :].count('r="3.1"')
    assert drawn == dots > 400
    assert '<b class="num">' in page and "Who says so" in page
    assert 'class="hi' in page
    assert re.search(r'<span class="src num">4\d\d statements · 1\d\d interviews</span>', page)


def _result(client: Any) -> Any:
    runs = client.app.state.runs
    return runs.known(runs.ask("interaction_models", {}, {}))


def test_numbers_on_the_screen_are_those_of_the_analysis(demo: Any) -> None:
    from veche.words import number

    table = _result(demo).tables["memberships"]
    for typology in ("2014", "2015", "2016"):
        page = demo.get(f"/models?typology={typology}&table=true").text
        here = table[table["typology"] == typology]
        assert len(here) == len(re.findall(r'<td class="right num(?: hi)?"><a href="[^"]*at=\w\+', page)) - 5 * len(
            here[["town", "wave"]].drop_duplicates()
        )
        for label, row in here.iterrows():
            title = f"{row['model_name']}, "
            shown = re.search(
                rf"at={re.escape(str(label)).replace('·', '%C2%B7').replace(chr(92) + ' ', '[+]')}[^>]*>([^<]*)</a>",
                page,
            )
            assert shown is not None, label
            assert shown[1] == number(float(row["membership"])), label
            assert title in page


def test_the_grounds_stand_beside_the_chosen_number(demo: Any) -> None:
    page = demo.get("/models?at=F+·+1+·+2014.pressure&col=membership").text
    told = text(page, "aside")
    assert "Ветлянск, first wave".lower() in told.lower() or "Ветлянск, Первая волна".lower() in told.lower()
    grounds = _result(demo).grounds("F · 1 · 2014.pressure", "membership", "memberships")
    assert f"{len(grounds.supporting)} passages for" in told
    assert f"and {len(grounds.opposing)} against" in told
    assert page.count('<li class="quote') == 5
    every = demo.get("/models?at=F+·+1+·+2014.pressure&every=true").text
    assert every.count('<li class="quote') > 30


def test_a_cluster_of_dots_leads_to_its_sentences(demo: Any) -> None:
    page = demo.get("/models?at=C+·+2+·+all+·+tone&col=n4&of=tone&every=true").text
    wanted = _result(demo).grounds("C · 2 · all · tone", "n4", "tone").supporting
    assert page.count('<li class="quote') == len(wanted) == 23


def test_the_lead_leads_to_the_attempts_at_pressure(demo: Any) -> None:
    page = demo.get("/models").text
    link = re.search(r'<a class="to"[^>]* href="([^"]+)">([^<]+)</a>', page)
    assert link is not None and "statements on direct pressure" in link[2]
    assert "All towns" in text(demo.get(unescape(link[1])).text, "aside")


def test_waves_and_typologies_by_address(demo: Any) -> None:
    assert demo.get("/models?wave=2").text.count("<tr data-town") == 7
    assert "Parity for the time being" in demo.get("/models?typology=2016").text
    # a wave or row that does not exist is not an error: the first number stands chosen
    for odd in (
        "wave=9",
        "at=Z+·+1+·+x",
        "at=A",
        "of=nothing",
        "col=nothing&at=A+·+1+·+2014.pressure",
        "of=change&at=A",
    ):
        assert demo.get(f"/models?{odd}").status_code == 200
    assert demo.get("/models?typology=1999").status_code == 422


def test_every_row_of_every_table_can_be_chosen(demo: Any) -> None:
    for name, table in _result(demo).tables.items():
        for label in table.index[:: max(1, len(table) // 4)]:
            assert demo.get("/models", params={"of": name, "at": str(label), "col": ""}).status_code == 200, (
                name,
                label,
            )


def test_a_study_without_statements_says_what_to_do(client: Any) -> None:
    page = client.get("/models")
    assert page.status_code == 200
    while 'id="working"' in page.text:
        page = client.get("/models")
    assert "nobody speaks of the two branches" in page.text
    assert "Nobody speaks of the executive and the assembly." in text(page.text)
