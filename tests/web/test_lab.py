"""The page of the lab, without a browser: conditions by address, the story's numbers, files, words of honesty."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from veche import lab
from veche.lab.honesty import STATEMENTS
from veche.lab.observables import MONTH
from veche.web import make_app
from veche.web.pages._lab_form import GROUPS, Asked, read_asked, shown_groups
from veche.web.pages._lab_view import HEIGHT, LEFT, RIGHT, WIDTH, StoryShown
from veche.workbench.lab import QUICK, try_out


@pytest.fixture(scope="module")
def demo(demo_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A client of the fictional study, in English, whose engine is loaded."""
    from starlette.testclient import TestClient

    from veche.lab.batch import ready

    ready()
    path = tmp_path_factory.mktemp("lab") / "demo.veche"
    shutil.copy(demo_path, path)
    with TestClient(
        make_app(path, who="АК", language="en", token="token"), base_url="http://127.0.0.1:8331", follow_redirects=False
    ) as client:
        client.get("/?token=token")
        client.headers["Sec-Fetch-Site"] = "same-origin"
        yield client


def text(page: str) -> str:
    """What a reader sees."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def readings(page: str) -> dict[str, list[Any]]:
    """The months on the page."""
    found = re.search(r'id="readings">(.*?)</script>', page)
    assert found is not None
    months: dict[str, list[Any]] = json.loads(found[1])
    return months


def test_the_story_is_the_run_of_the_conditions(demo: Any) -> None:
    page = demo.get("/lab?S=1.1&iota=0.8&seed=5&run=3").text
    story = lab.tell(lab.make_scenario(S=1.1, iota=0.8), seed=5, replicate=3)
    found = readings(page)
    assert found["policy"] == [round(one, 3) for one in story.months.policy]
    assert found["links"] == story.months.links.tolist()
    runs = lab.simulate(lab.make_scenario(S=1.1, iota=0.8), runs=QUICK, seed=5)
    assert f"policy stands at {100 * runs.control.mean():.0f}% of the way" in text(page)
    assert page.count('class="kept"') == int(story.months.adopted.sum())
    assert page.count('class="lost"') == int(story.months.proposed.sum() - story.months.adopted.sum())
    for one in STATEMENTS:
        assert one in text(page)


def test_every_condition_of_the_box_has_a_slider_with_its_value(demo: Any) -> None:
    page = demo.get("/lab?preset=coercion").text
    values = lab.preset("coercion").parameters
    names = {name for _title, group in GROUPS for name in group}
    assert {one.name for one in lab.TABLE if one.box} <= names
    for name in names - {"F_t", "pan_t"}:
        slider = re.search(rf'name="{name}" min="([^"]+)" max="([^"]+)" step="[^"]+" value="([^"]+)"', page)
        assert slider is not None and float(slider[3]) == values[name], name
        assert float(slider[1]) <= values[name] <= float(slider[2])


def test_a_window_begins_as_soon_as_it_has_a_length() -> None:
    from starlette.datastructures import QueryParams

    begun = read_asked(QueryParams("F_dur=12"))
    assert begun.scenario.parameters["F_t"] == 48
    assert begun.query == {"F_dur": "12", "F_t": "48"}
    over = read_asked(QueryParams("F_dur=0&F_t=60"))
    assert over.scenario.parameters["F_t"] == -1 and over.query == {}
    # of a hidden and a ticked box the later one counts
    assert read_asked(QueryParams("use_pay=0&use_pay=1")).scenario.parameters["use_pay"] == 1
    assert read_asked(QueryParams("use_pay=0")).query == {"use_pay": "0"}
    assert read_asked(QueryParams("S=0.6&R=0,15&seed=1")).query == {}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("S=9", "S is 9. It is the capacity to sanction; give 0 to 5."),
        ("S=much", "S=much cannot be read"),
        ("S=nan", "S is nan"),
        ("seed=-1", "seed is -1"),
        ("seed=²", "seed is ²"),
        ("run=99", "run is 99"),
        ("against=rain", "rain is nothing that against can be"),
        ("s=1", "There is no parameter s. Nearest: S, "),
        ("sanction=1", "Nearest: S, phi"),
        ("use_pay=2", "use_pay is 2. It is a switch (payment works); give 0 or 1."),
        ("N=20.5", "give a whole number from 3 to 35"),
    ],
)
def test_what_cannot_be_used_is_said_and_the_page_stands(demo: Any, query: str, words: str) -> None:
    answer = demo.get(f"/lab?{query}")
    assert answer.status_code == 422 and words in text(answer.text)
    assert 'class="policy"' in answer.text


def test_a_preset_that_does_not_exist_is_said(demo: Any) -> None:
    answer = demo.get("/lab?preset=nosuch")
    assert answer.status_code in (404, 422) and "nosuch" in text(answer.text)


def test_the_address_names_presets_and_no_files(demo: Any, tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    path.write_text("parameters: {S: 0.9}\n")
    answer = demo.get("/lab", params={"preset": str(path)})
    assert answer.status_code in (404, 422) and "There is no preset" in text(answer.text)


def test_a_counterfactual_shows_pairs(demo: Any) -> None:
    query = "F_t=48&F_dur=24&F_delta=0.4&K0=0.9&g_tempt=2&against=intervention"
    page = demo.get(f"/lab?{query}").text
    assert page.count('class="twin"') == 2 and "the same without the intervention" in page
    row = text(
        page[
            page.index(
                "Months in partnership</th>" if "Months in partnership</th>" in page else "Months in partnership<small>"
            ) :
        ]
    )[:400]
    assert "−" in row
    assert "has no intervention" in text(demo.get("/lab?against=intervention").text)
    assert "off in this scenario" in text(demo.get("/lab?use_pay=0&against=use_pay").text)


def test_control_is_taken_apart_on_demand(demo: Any) -> None:
    assert "carriers" not in demo.get("/lab").text
    page = demo.get("/lab?preset=coercion&explain=true").text
    found = lab.attribute(lab.preset("coercion"), runs=48)
    assert page.count('<li class="first">') >= 1
    shares = re.findall(r'<b class="num">([^<]+)</b>\s*<svg viewBox="0 0 100 8"', page)
    assert shares == [f"{one:.2f}".replace("-", "−") for one in found.shares]


def test_a_map_is_drawn_and_kept(demo: Any) -> None:
    query = "x=R&y=S&of=control&steps=4&runs=10"
    page = demo.get(f"/lab?{query}&map=true").text
    while 'id="working"' in page:
        page = demo.get(f"/lab?{query}&map=true").text
    assert len(re.findall(r"<title>R [^<]+, S [^<]+</title>", page)) == 16
    table = pd.read_csv(io.StringIO(demo.get(f"/lab/file/map.csv?{query}").text), nrows=16)
    found = lab.phase_map(
        lab.make_scenario(), ("R", lab.axis("R", 0, 0.6, 4)), ("S", lab.axis("S", 0, 1.5, 4)), runs=10
    )
    assert table["control"].to_numpy() == pytest.approx(found.values.ravel())
    assert "Both axes are R" in text(demo.get("/lab?x=R&y=R&map=true").text)
    assert "no observable" in text(demo.get("/lab?of=nothing&map=true").text)


def test_files_hold_the_conditions_and_say_what_they_cannot_show(demo: Any, tmp_path: Path) -> None:
    query = "S=1.1&seed=5&run=2"
    (tmp_path / "a.yaml").write_bytes(demo.get(f"/lab/file/scenario.yaml?{query}").content)
    assert lab.read_scenario(tmp_path / "a.yaml").parameters.given == (("S", 1.1),)
    months = demo.get(f"/lab/file/months.csv?{query}")
    table = pd.read_csv(io.BytesIO(months.content), nrows=120)
    story = lab.tell(lab.make_scenario(S=1.1), seed=5, replicate=2).months
    np.testing.assert_allclose(table[list(MONTH)].to_numpy(float), story.to_numpy(float), rtol=1e-9, atol=1e-12)
    assert STATEMENTS[0] in months.content.decode()
    book = pd.read_excel(
        io.BytesIO(demo.get(f"/lab/file/results.xlsx?{query}&against=use_pay").content), sheet_name=None
    )
    assert list(book) == ["counterfactual", "numbers", "notes"] and STATEMENTS[0] in book["notes"].to_numpy()
    assert STATEMENTS[0] in unescape(demo.get(f"/lab/file/story.svg?{query}").text)
    assert demo.get(f"/lab/file/story.png?{query}").content.startswith(b"\x89PNG")
    assert "| `erosion` |" in demo.get("/lab/file/model.md").text
    assert demo.get("/lab/file/other.exe").status_code == 422


def test_the_coded_towns_stand_beside_the_runs(demo: Any) -> None:
    page = demo.get("/lab").text
    while "data-waiting" in page:
        page = demo.get("/lab").text
    cases = re.findall(r'<option value="(\w+·\w+)">', page)
    assert len(cases) > 6
    shown = demo.get("/lab", params={"case": cases[0]}).text
    assert len(re.findall(r'<circle class="coded" cx="([\d.]+)" cy="6"', shown)) >= 5
    assert f'value="{cases[0]}" selected' in shown


def test_places_on_the_sheet() -> None:
    trial = try_out(lab.make_scenario(T=24, F_t=6, F_dur=6), runs=3)
    story = StoryShown(trial, 1)
    assert LEFT < story.x(0) < story.x(23) < WIDTH - RIGHT
    assert story.y(1, "votes") < story.y(0, "votes") < HEIGHT
    (left, width, words), *more = story.windows
    assert not more and words == "federal intervention"
    assert left == pytest.approx(story.x(5.5)) and left + width == pytest.approx(story.x(11.5))
    months = [one.month for one in story.events]
    assert months == sorted(months)
    assert [one.month for one in story.events if one.kind == "window"] == [6, 12]
    removed = np.flatnonzero(trial.month("head_removed")[1]).tolist()
    assert [one.month for one in story.events if one.kind == "removal"] == removed
    in_force = trial.month("in_force")[1]
    begins = [t for t in range(24) if in_force[t] and not (t and in_force[t - 1])]
    assert [one.month for one in story.events if one.words == "a strategic coalition is in force"] == begins


def test_no_page_shows_a_slider_without_words() -> None:
    for group in shown_groups(Asked()):
        assert group.title and all(one.label and one.low < one.high for one in group.sliders)
