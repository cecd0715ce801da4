"""What entries of a codebook or design mean, and what is wrong with them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.study import InputProblem, VecheError
from veche.study.design import Design, ExposureWindow, codes_from, design_from, with_windows

CODES = {
    "codes": [
        {"id": "PROB", "kind": "group", "label_ru": "Беды", "label_en": "Troubles"},
        {"id": "PROB.ROAD", "parent": "PROB", "kind": "problem", "not_before": "2020-03", "label_en": "Roads"},
        {"id": "TONE.1", "kind": "scale"},
        {"id": "TONE.2", "kind": "scale", "value_set": "HEAT"},
    ]
}
DESIGN = {
    "waves": [
        {"id": "1", "start": "2012-01-01", "end": "2016-01-01", "label_ru": "Первый", "label_en": "First"},
        {"id": 2, "start": dt.date(2018, 1, 1), "end": dt.date(2021, 1, 1)},
    ],
    "roles": [{"id": "head", "branch": "executive", "coarse": "boss"}, {"id": "boss", "level": "none"}],
    "guide_topics": [{"id": "G01", "label_en": "Troubles", "codes": ["PROB"]}],
    "statement_kinds": [{"id": "bargaining", "family": "exchange", "symmetric": True, "valence": 0.5}],
    "exposure_windows": [{"code": "PROB", "not_after": "2021"}],
    "protocol": {"form": "talk"},
}


def test_codes_are_read_with_their_tree_sets_and_windows():
    prob, road, one, two = codes_from(CODES, "book.yaml")
    assert (prob.key, prob.kind, prob.parent_id, prob.codable) == ("PROB", "group", None, False)
    assert (road.parent_id, road.not_before, road.position) == (prob.id, dt.date(2020, 3, 1), 1)
    # a scale belongs to the set of its siblings unless it says another
    assert (one.value_set, two.value_set, prob.value_set) == ("TONE", "HEAT", None)
    assert len({code.id for code in (prob, road, one, two)}) == 4


def test_a_list_alone_is_a_codebook_too():
    assert [code.key for code in codes_from(CODES["codes"], "book.yaml")] == ["PROB", "PROB.ROAD", "TONE.1", "TONE.2"]


def test_identifiers_come_from_whoever_gives_them():
    codes = codes_from(CODES, "book.yaml", make_id=lambda noun, key: f"{noun}/{key}")
    assert (codes[1].id, codes[1].parent_id) == ("code/PROB.ROAD", "code/PROB")
    design = design_from(DESIGN, "d.yaml", make_id=lambda noun, key: f"{noun}/{key}")
    assert [r.id for r in design.records] == [
        "wave/1", "wave/2", "role/head", "role/boss", "topic/G01", "kind of statement/bargaining",
    ]  # fmt: skip


def test_a_design_gives_its_records():
    design = design_from(DESIGN, "d.yaml", language="en")
    first, second = design.waves
    assert (first.key, first.label, first.start, first.end) == ("1", "First", dt.date(2012, 1, 1), dt.date(2016, 1, 1))
    assert (second.key, second.label) == ("2", "2018–2020")
    head, boss = design.roles
    assert (head.coarse, head.branch, head.level, boss.level) == ("boss", "executive", "municipal", "none")
    assert design.topics[0].codes == ("PROB",)
    kind = design.kinds[0]
    assert (kind.family, kind.symmetric, kind.valence) == ("exchange", True, 0.5)
    assert design.windows == (ExposureWindow("PROB", None, dt.date(2021, 1, 1)),)
    assert design.unused == ("protocol",)


@pytest.mark.parametrize(
    ("given_to", "end"),
    [
        (2015, dt.date(2016, 1, 1)),
        ("2015-12", dt.date(2016, 1, 1)),
        ("2015-11", dt.date(2015, 12, 1)),
        ("2015-02-28", dt.date(2015, 3, 1)),
    ],
)
def test_a_stage_ends_after_its_last_year_month_or_day(given_to, end):
    design = design_from({"stages": [{"id": "1", "from": 2011, "to": given_to}]}, "d.yaml")
    assert (design.waves[0].start, design.waves[0].end) == (dt.date(2011, 1, 1), end)


def test_a_wave_of_one_year_is_called_by_it():
    assert design_from({"stages": [{"id": "3", "from": 2023, "to": 2023}]}, "d.yaml").waves[0].label == "2023"


def test_an_empty_design_is_empty():
    assert design_from({}, "d.yaml") == Design()
    assert design_from({"study_design": {"id": "x", "waves": None}}, "d.yaml") == Design()


def test_windows_go_to_their_codes():
    codes = with_windows(
        codes_from(CODES, "b"),
        [ExposureWindow("PROB.ROAD", None, dt.date(2022, 1, 1)), ExposureWindow("PROB", dt.date(2019, 1, 1))],
    )
    by_key = {code.key: code for code in codes}
    assert (by_key["PROB.ROAD"].not_before, by_key["PROB.ROAD"].not_after) == (dt.date(2020, 3, 1), dt.date(2022, 1, 1))
    assert by_key["PROB"].not_before == dt.date(2019, 1, 1)
    with pytest.raises(InputProblem, match=r"SEA.*design.*Add the code"):
        with_windows(codes, [ExposureWindow("SEA")])


BAD_CODES = [
    (3, "no list named codes"),
    ({"codes": "PROB"}, "no list named codes"),
    ({"codes": ["PROB"]}, "Entry 1 of codes in b.yaml is not made of fields"),
    ({"codes": [{"kind": "problem"}]}, "Entry 1 of codes.*None as its id"),
    ({"codes": [{"id": False}]}, "False as its id.*in quotes"),
    ({"codes": [{"id": " "}]}, "as its id"),
    ({"codes": [{"id": "A"}, {"id": "A"}]}, "A stands twice in codes"),
    ({"codes": [{"id": "A", "kind": "thing"}]}, "kind of A.*'thing'.*Choose one of: group"),
    ({"codes": [{"id": "A", "parent": "B"}]}, "A .*stands under B.*Add B"),
    ({"codes": [{"id": "A", "parent": "A"}]}, "below itself: A → A"),
    ({"codes": [{"id": "A", "parent": "B"}, {"id": "B", "parent": "C"}, {"id": "C", "parent": "A"}]}, "below itself"),
    ({"codes": [{"id": "A", "not_before": "soon"}]}, "not_before of A.*'soon'"),
    ({"codes": [{"id": "A", "not_before": "2020-13"}]}, "not_before of A"),
    ({"codes": [{"id": "A", "not_before": True}]}, "not_before of A"),
    (
        {"codes": [{"id": "A", "not_before": "2021", "not_after": "2020"}]},
        "A .*ends on 2020-01-01 and begins on 2021-01-01",
    ),
    ({"codes": [{"id": "A", "label_ru": ["x"]}]}, "label_ru of A.*plain words"),
    ({"codes": [{"id": "A", "lable_ru": "x"}]}, "field lable_ru. If label_ru is meant"),
]


@pytest.mark.parametrize(("data", "message"), BAD_CODES)
def test_a_faulty_codebook_is_refused_with_reason(data, message):
    with pytest.raises(InputProblem, match=message):
        codes_from(data, "b.yaml")


BAD_DESIGNS = [
    ([], "does not hold a design"),
    ({"waves": {"1": 2012}}, "no list named waves"),
    ({"waves": [{"id": "1", "start": "2012"}]}, "Wave 1 .*no beginning or no end"),
    ({"waves": [{"id": "1", "start": "2012", "end": "2012"}]}, "1 .*ends on 2012-01-01 and begins on 2012-01-01"),
    ({"stages": [{"id": "1", "from": 2012, "to": 9999}]}, "Field to of 1"),
    ({"stages": [{"id": "1", "from": 2012, "to": "9999-12-31"}]}, "Field to of 1"),
    (
        {"waves": [{"id": "1", "start": "2012", "end": "2013"}, {"id": 1, "start": "2014", "end": "2015"}]},
        "1 stands twice in waves",
    ),
    ({"roles": [{"id": "a", "coarse": "b"}]}, "Role a .*falls back on b"),
    ({"roles": [{"id": "a", "coarse": "b"}, {"id": "b", "coarse": "a"}]}, "below itself: a → b → a"),
    ({"roles": [{"id": "a", "branch": "army"}]}, "branch of a.*'army'"),
    ({"roles": [{"id": "a", "level": 3}]}, "level of a"),
    ({"guide_topics": [{"id": "G01", "codes": "PROB"}]}, "codes of topic G01.*not a list"),
    ({"guide_topics": [{"id": "G01", "codes": [1]}]}, "codes of topic G01"),
    ({"statement_kinds": [{"id": "k"}]}, "family of k.*None"),
    ({"statement_kinds": [{"id": "k", "family": "exchange", "valence": 2}]}, "valence of k.*is 2"),
    ({"statement_kinds": [{"id": "k", "family": "exchange", "valence": float("nan")}]}, "valence of k"),
    ({"statement_kinds": [{"id": "k", "family": "exchange", "symmetric": "yes"}]}, "symmetric of k"),
    ({"exposure_windows": [{"not_before": "2020"}]}, "None as its code"),
    ({"exposure_windows": [{"code": "A", "not_before": "2021", "not_after": "2020"}]}, "A .*ends on"),
]


@pytest.mark.parametrize(("data", "message"), BAD_DESIGNS)
def test_a_faulty_design_is_refused_with_reason(data, message):
    with pytest.raises(InputProblem, match=message):
        design_from(data, "d.yaml")


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates()
WORDS = st.sampled_from(
    [
        "id",
        "parent",
        "kind",
        "label_ru",
        "start",
        "end",
        "from",
        "to",
        "coarse",
        "codes",
        "family",
        "valence",
        "code",
        "not_before",
    ]
)
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
SECTIONS = st.sampled_from(
    ["codes", "waves", "stages", "roles", "guide_topics", "statement_kinds", "exposure_windows", "study_design"]
)


@given(ANYTHING | st.dictionaries(SECTIONS, ANYTHING, max_size=3))
def test_nothing_that_can_be_loaded_crashes(data):
    for read in (codes_from, design_from):
        try:
            read(data, "any.yaml")
        except VecheError as problem:
            assert "any.yaml" in str(problem)


@given(
    st.lists(st.text("ABC.", min_size=1, max_size=3).filter(lambda t: t.strip()), unique=True, min_size=1, max_size=6),
    st.data(),
)
def test_any_forest_is_read_as_it_is(keys, data):
    """Parents before or after their children; the tree comes out as written."""
    parents = {key: data.draw(st.sampled_from([None, *keys[:at]])) for at, key in enumerate(keys)}
    entries = data.draw(st.permutations([{"id": key, "parent": parent} for key, parent in parents.items()]))
    codes = codes_from(entries, "b.yaml")
    by_id = {code.id: code.key for code in codes}
    assert {code.key: by_id.get(code.parent_id) for code in codes} == parents
    assert [code.key for code in codes] == [entry["id"] for entry in entries]


def test_regions_and_towns_of_a_design() -> None:
    made = design_from(
        {
            "regions": [{"id": "I", "name_ru": "Край", "name_en": "Krai"}],
            "towns": [
                {"id": "A", "name": "Тальвинск", "region": "I", "monotown": True},
                {"id": "L", "name_en": "District", "region": "Krai", "kind": "district"},
                {"id": "X"},
            ],
        },
        "design.yaml",
        language="en",
    )
    (region,) = made.regions
    assert (region.key, region.name) == ("I", "Krai")
    assert [(t.key, t.name, t.region_id == region.id, t.kind, t.monotown, t.position) for t in made.towns] == [
        ("A", "Тальвинск", True, "town", True, 0),
        ("L", "District", True, "district", None, 1),
        ("X", "X", False, "town", None, 2),
    ]
    assert made.records[:2] == (region, made.towns[0])
    with pytest.raises(InputProblem, match="lies in II, which is not among the regions"):
        design_from({"towns": [{"id": "A", "region": "II"}]}, "design.yaml")
    with pytest.raises(InputProblem, match="village"):
        design_from({"towns": [{"id": "A", "kind": "village"}]}, "design.yaml")
