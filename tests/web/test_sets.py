"""The screens of combinations and of ideal types, without a browser: what is moved, what is found, where numbers lead, bad input."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.web._study import make_study
from veche.study.quotations import passages
from veche.web import make_app
from veche.words import number


@pytest.fixture(scope="module")
def demo(demo_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A client of the fictional study, in English."""
    from starlette.testclient import TestClient

    path = tmp_path_factory.mktemp("sets") / "demo.veche"
    shutil.copy(demo_path, path)
    app = make_app(path, who="АК", language="en", token="token")
    with TestClient(app, base_url="http://127.0.0.1:8331", follow_redirects=False) as client:
        client.get("/?token=token")
        client.headers["Sec-Fetch-Site"] = "same-origin"
        for address in ("/sets", "/types"):
            while 'id="working"' in client.get(address).text:
                pass
        yield client


def words(page: str) -> str:
    """What a reader sees of the findings."""
    inside = page[page.index('<div id="found"') : page.index("</main>")]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inside))).replace("\u200b", "")


def result(client: Any, **given: Any) -> Any:
    """The same comparison from the analysis itself."""
    runs = client.app.state.runs
    from veche.workbench import combinations

    asked = {
        "rule": combinations.rule_with("", {}),
        "outcome": "EFFECT",
        "incl": 0.8,
        "pri": 0.5,
        "n": 1,
        "draws": 0,
    } | given
    question = runs.ask("qca", asked, {})
    return runs.known(question) or question.analysis(question.evidence, question.params)


def test_the_numbers_on_the_screen_are_those_of_the_analysis(demo: Any) -> None:
    page = demo.get("/sets")
    assert page.status_code == 200
    tables = result(demo).tables
    seen = words(page.text)
    for _label, row in tables["solutions"][tables["solutions"]["unique"].notna()].iterrows():
        fits = [number(row[name], 2) for name in ("inclusion", "pri", "covered", "unique")]
        assert " ".join((row["term"], *fits)) in seen
    truth = tables["truth_table"][tables["truth_table"]["outcome"] == "EFFECT"]
    assert page.text.count('<td class="num out">') == len(truth)
    # every case of the model is a dot of the square
    assert page.text.count('<circle class="d') >= tables["set_cases"]["case"].nunique()
    assert page.text.count("data-cut=") == len(tables["cut_map"])
    for _label, row in tables["calibrated"].iterrows():
        assert number(row["membership"], 2) in seen
    assert "of 8 possible combinations are observed" in seen


def test_a_moved_threshold_and_a_moved_membership_change_what_is_found(demo: Any) -> None:
    strict = result(demo, incl=0.9, pri=0.6)
    page = demo.get("/sets?incl=0.9&pri=0.6").text
    assert strict.sentence in unescape(page)
    moved = demo.get("/sets?m.EFFECT.1=0.6&m.MOTIVE.1=0.5").text
    assert "EFF.LOW:0 EFF.MID:0.6 EFF.HIGH:1" in moved and "MOT.LEVEL.MID:0.5" in moved
    from veche.workbench import combinations

    rule = combinations.rule_with("", {("EFFECT", 1): 0.6, ("MOTIVE", 1): 0.5})
    assert result(demo, rule=rule).sentence in unescape(moved)
    assert result(demo, rule=rule).sentence != result(demo).sentence
    negative = demo.get("/sets?outcome=~EFFECT").text
    assert result(demo, outcome="~EFFECT").sentence in unescape(negative)


def test_an_order_an_indirect_set_and_a_second_cut_off_are_shown_as_the_analysis_has_them(demo: Any) -> None:
    from veche.workbench import combinations

    rule = (
        "EFFECT = EFF.LOW EFF.MID EFF.HIGH; DEF = indirect PROB.FISC MOT.LEVEL.LOW:0 MOT.LEVEL.HIGH:1; "
        "FIRST = before interference LEAD.POLY"
    )
    page = demo.get("/sets?" + urlencode({"rule": rule, "incl0": 0.5, "m.DEF.0": 0.1}))
    moved = combinations.rule_with(rule, {("DEF", 0): 0.1})
    assert page.status_code == 200 and "DEF = indirect PROB.FISC MOT.LEVEL.LOW:0.1" in page.text
    found = result(demo, rule=moved, incl0=0.5)
    assert found.sentence in unescape(page.text)
    assert "C" in set(found.tables["truth_table"]["result"]) and re.search(
        r'<td class="num out"><a [^>]*>C<', page.text
    )
    seen = words(page.text)
    for _label, row in found.tables["calibrated"].iterrows():
        assert number(row["membership"], 2) in seen
        assert row["reason"] == "" or row["reason"] in unescape(page.text)
    assert "does not apply" in unescape(page.text) and "by the time of both" in page.text
    wrong = demo.get("/sets?incl0=0.95")
    assert wrong.status_code == 422 and "0.80, 0.95" in wrong.text


def test_where_one_stands_is_marked_on_both_maps(demo: Any) -> None:
    page = demo.get("/sets?incl=0.83&pri=0.45").text
    here = re.findall(r'<td class="[^"]* here"[^>]*>', page)
    terms = result(demo, incl=0.83, pri=0.45).tables["stability"]["term"].nunique()
    assert len(here) == 1 + terms
    assert 'data-cut="0.83 0.45"' in page


@pytest.mark.parametrize("table", ["solutions", "truth_table", "set_cases", "calibrated", "set_panel"])
def test_numbers_lead_to_their_sentences(demo: Any, table: str) -> None:
    found = result(demo)
    label = next(one for one in found.tables[table].index if len(found.grounds(one, table=table)))
    page = demo.get("/sets?" + urlencode({"at": label, "of": table})).text
    column = page[page.index('<div id="grounds"') :]
    grounds = found.grounds(label, table=table)
    assert f"{passages(found.evidence, grounds.supporting)[1]} passage" in column
    assert '<ol class="quotes">' in column and "/read/" in column
    # what is not there any more gives the grounds of the finding
    gone = demo.get("/sets?" + urlencode({"at": "nothing · of · it", "of": table}))
    assert gone.status_code == 200 and "Of the finding" in gone.text


def areas_of(page: str) -> list[tuple[str, str]]:
    """Name and fill of every area of the diagram."""
    drawn = page[page.index('<svg class="venn"') :]
    return re.findall(r'<title>([^<]+)</title><path class="(\w+)"', drawn[: drawn.index("</svg>")])


@pytest.mark.parametrize(("side", "outcome"), [("0", "EFFECT"), ("1", "~EFFECT")])
def test_the_rows_are_drawn_as_areas_that_lead_to_their_sentences(demo: Any, side: str, outcome: str) -> None:
    page = unescape(demo.get(f"/sets?side={side}").text)
    truth = result(demo).tables["truth_table"]
    truth = truth[truth["outcome"] == outcome]
    linked = dict(areas_of(page))
    assert set(truth["term"]) == set(linked)
    drawn = page[page.index('<svg class="venn"') : page.index("</svg>", page.index('<svg class="venn"'))]
    # eight areas, those without a case have no row behind them
    assert drawn.count("<path class=") == 8 + 1 + 3
    assert drawn.count("<a href=") == len(truth)
    for _label, row in truth.iterrows():
        against = set(row["against"].split(", ")) - {""}
        mixed = 0 < len(against) < len(row["cases"].split(", "))
        fill = linked[row["term"]]
        assert (fill == "contradiction") == mixed
        assert mixed or (fill == "negative") == (row["result"] == "0")
    label = truth.index[0]
    address = "/sets?" + urlencode({"at": label, "of": "truth_table"})
    column = demo.get(address).text
    assert "passage" in column[column.index('<div id="grounds"') :]
    # a case in no row is named
    compared = {case for cases in truth["cases"] for case in cases.split(", ")}
    lacking = result(demo).tables["calibrated"]
    lost = {f"{row['town']} · {row['wave']}" for _label, row in lacking.iterrows()} - compared
    assert ("In no area" in page) == bool(lost)


def test_more_than_five_conditions_are_no_areas(demo: Any) -> None:
    more = "; ".join(f"C{n} = share PROB.FISC 0.{n} 0.{n + 1} 0.{n + 3}" for n in range(1, 7))
    page = demo.get("/sets?" + urlencode({"rule": f"EFFECT = EFF.LOW EFF.MID EFF.HIGH; {more}"}))
    for _again in range(100):
        if 'id="working"' not in page.text:
            break
        page = demo.get("/sets?" + urlencode({"rule": f"EFFECT = EFF.LOW EFF.MID EFF.HIGH; {more}"}))
    assert "here are 6" in page.text and '<svg class="venn"' not in page.text


def test_the_tests_of_doubt_are_run_when_asked_for(demo: Any) -> None:
    assert 'id="run-tests"' in demo.get("/sets?incl=0.81").text
    page = demo.get("/sets?incl=0.81&tests=true").text
    for _again in range(100):
        if "data-job" not in page:
            break
        page = demo.get("/sets?incl=0.81&tests=true").text
    assert "The same models come out at" in page and "EFFECT, number 2" in page
    assert "a town left out" in page and "outcome shuffled over cases" in page


def test_theory_and_untenable_combinations_are_heeded(demo: Any) -> None:
    given = {"theory": "MOTIVE*TEAM", "untenable": "MOTIVE*~TEAM*~MONO", "necessary": "MOTIVE", "expect": "MOTIVE"}
    assert demo.get("/sets?" + urlencode(given)).status_code == 200
    tables = result(demo, **given).tables
    assert len(tables["theory_areas"]) == 4
    shut = tables["solutions"]
    positive = shut[(shut["outcome"] == "EFFECT") & (shut["solution"] == "parsimonious")]
    assert all("MOTIVE" in term.split("*") for term in positive["term"].str.split(" + ", regex=False).explode())


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("rule=A", "Write each set as"), ("rule=Y+%3D+NONE.A+NONE.B%3B+R+%3D+NONE.C+NONE.D", "NONE.A"), ("outcome=NONE", "NONE"),
        ("expect=NONE", "NONE"), ("theory=NONE", "NONE"), ("untenable=TEAM%2A%2A", "TEAM**"), ("necessary=MOTIVE*NONE", "NONE"),
        ("m.EFFECT.1=1.5", "rising from 0 to 1"), ("m.EFFECT.0=0.9", "rising from 0 to 1"), ("m.NONE.0=0.9", "NONE"), ("m.EFFECT.9=0.9", "EFFECT"),
        ("m.EFFECT.1=nan", "rising from 0 to 1"),
    ],
)  # fmt: skip
def test_bad_input_is_named_on_the_page(demo: Any, query: str, said: str) -> None:
    page = demo.get(f"/sets?{query}")
    assert page.status_code == 422
    problem = re.search(r'<p class="problem" role="alert">(.*?)</p>', page.text, re.DOTALL)
    assert problem is not None and said in unescape(problem[1])
    # the form is there to mend it
    assert 'id="settings"' in page.text and 'name="incl"' in page.text


@pytest.mark.parametrize("query", ["incl=2", "pri=-1", "n=0", "n=x", "side=5", "rule=" + "A" * 5000])
def test_what_is_no_setting_at_all_is_refused(demo: Any, query: str) -> None:
    assert demo.get(f"/sets?{query}").status_code == 422


@pytest.mark.parametrize(
    "odd", ["m.EFFECT.0=x", "m..=1", "at=%00", "of=%F0%9F%8C%8D&at=1", "incl=0", "incl=1&pri=1&n=1000"]
)
def test_odd_addresses_show_the_page(demo: Any, odd: str) -> None:
    assert demo.get(f"/sets?{odd}").status_code == 200


def test_cut_offs_without_a_solution_say_why(demo: Any) -> None:
    seen = words(demo.get("/sets?incl=1&pri=1").text)
    assert "No row of EFFECT is positive" in seen


def test_a_study_without_the_codes_of_the_rule_says_what_to_do(tmp_path: Path) -> None:
    from starlette.testclient import TestClient

    make_study(tmp_path / "s.veche").close()
    app = make_app(tmp_path / "s.veche", who="АК", language="en", token="token")
    with TestClient(app, base_url="http://127.0.0.1:8331", follow_redirects=False) as client:
        client.get("/?token=token")
        client.headers["Sec-Fetch-Site"] = "same-origin"
        for address in ("/sets", "/types"):
            page = client.get(address)
            assert page.status_code == 200
            assert 'id="settings"' in page.text
        assert "EFF.LOW" in client.get("/sets").text and "with the codes of this study" in client.get("/sets").text


def test_a_rewritten_rule_goes_before_sliders_of_the_old_one(demo: Any) -> None:
    rule = "EFFECT = EFF.LOW EFF.HIGH; MONO = LEAD.POLY LEAD.MONO"
    page = demo.get("/sets?" + urlencode({"rule": rule, "was": "another", "m.TEAM.0": 0.3, "m.EFFECT.1": 0.7})).text
    assert "EFFECT = EFF.LOW:0 EFF.HIGH:1" in page


def test_shares_with_one_three_and_six_anchors_have_sliders(demo: Any) -> None:
    rule = (
        "EFFECT = EFF.LOW EFF.MID EFF.HIGH; A = share LEAD.MONO 0.3; B = share PROB.FISC 0.1 0.4 0.8 linear; "
        "C = share PROB.PERS 0.1 0.2 0.3 0.5 0.6 0.9"
    )
    page = demo.get("/sets?" + urlencode({"rule": rule}))
    assert page.status_code == 200
    for name, count in (("A", 1), ("B", 3), ("C", 6)):
        assert len(re.findall(rf'name="m\.{name}\.\d"', page.text)) == count
    values = result(demo, rule=rule).tables["calibrated"]
    crisp = values[values["set"] == "A"]["membership"].dropna()
    assert set(crisp) <= {0.0, 1.0}


def test_ideal_types_show_every_town_and_wave_with_what_changed(demo: Any) -> None:
    page = demo.get("/types").text
    runs = demo.app.state.runs
    question = runs.ask("ideal_types", {}, {})
    tables = question.analysis(question.evidence, question.params).tables
    seen = words(page)
    placed = tables["placed"]
    assert page.count('class="corner') == len(placed)
    assert page.count('class="change kind"') == (tables["type_changes"]["kind_of_change"] == "change in kind").sum() > 0
    for _label, row in tables["type_memberships"].dropna(subset=["type_membership"]).iterrows():
        assert number(row["type_membership"], 2) in seen
    # the change of a membership is the difference of two waves
    rows = tables["type_memberships"]
    a = rows.loc["A · 2 · PLAY", "type_membership"] - rows.loc["A · 1 · PLAY", "type_membership"]
    assert rows.loc["A · 2 · PLAY", "difference"] == pytest.approx(a)
    label = quote("A · 2 · COERCION")
    grounds = demo.get(f"/types?at={label}&of=type_memberships").text
    assert '<ol class="quotes">' in grounds


def test_ideal_types_follow_what_is_moved_and_name_what_is_wrong(demo: Any) -> None:
    page = demo.get("/types?i=PREVAILS&i=CAMP&types=ALONE+%3D+PREVAILS*~CAMP&lasting=36&time=telling&first_hand=true")
    assert page.status_code == 200 and "ALONE" in words(page.text)
    for query, said in (("i=NONE", "NONE"), ("types=A", "A"), ("types=A+%3D+NONE", "NONE")):
        wrong = demo.get(f"/types?{query}")
        assert wrong.status_code == 422 and said in unescape(wrong.text)
    assert demo.get("/types?lasting=-1").status_code == 422
