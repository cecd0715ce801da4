"""Codebooks and designs from YAML files: ours, and the other spelling; every fault with its line."""

import datetime as dt
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.importers.design import read_codebook, read_design, with_windows
from veche.study import Code, GuideTopic, InputProblem, Role, StatementKind, VecheError, Wave

DEMO = resources.files("veche.demo")


def _demo(name):
    return (DEMO / name).read_text(encoding="utf-8")


def test_the_starter_codebook_is_whole():
    codes = {code.key: code for code in read_codebook(_demo("codebook.yaml"), "codebook.yaml")}
    assert len(codes) == 155
    top = [code for code in codes.values() if code.parent_id is None]
    assert {code.key for code in top} == {
        "PROB", "MAN", "MOT", "EFF", "DEM", "LEAD", "ACT", "RES", "TECH", "REL", "TONE", "COAL", "BIZ", "EXT", "INST",
    }  # fmt: skip
    assert all(code.kind == "group" for code in top)
    for code in codes.values():
        assert code.label_ru
        assert code.label_en
        assert code.definition_ru
        assert code.definition_en
        assert bool(code.example_ru) == bool(code.example_en) == code.codable, code.key


def test_the_starter_codebook_has_its_sets_and_windows():
    codes = {code.key: code for code in read_codebook(_demo("codebook.yaml"), "codebook.yaml")}
    sets = {}
    for code in codes.values():
        if code.value_set:
            sets.setdefault(code.value_set, set()).add(code.key)
    assert sets == {
        "TONE": {f"TONE.{n}" for n in range(1, 6)},
        "MOT.LEVEL": {"MOT.LEVEL.HIGH", "MOT.LEVEL.MID", "MOT.LEVEL.LOW"},
        "MOT.CHANGE": {"MOT.CHANGE.UP", "MOT.CHANGE.SAME", "MOT.CHANGE.DOWN"},
        "EFF.LEVEL": {"EFF.HIGH", "EFF.MID", "EFF.LOW"},
        "EFF.CHANGE": {"EFF.CHANGE.UP", "EFF.CHANGE.DOWN"},
        "DEM.CHANGE": {"DEM.CHANGE.UP", "DEM.CHANGE.DOWN"},
    }
    windows = {code.key: code.not_before for code in codes.values() if code.not_before}
    assert windows == {"PROB.PANDEMIC": dt.date(2020, 3, 1), "PROB.SWO": dt.date(2022, 2, 24)}
    assert codes["TONE.READY"].kind == "indicator"


def test_the_examples_of_the_starter_codebook_are_in_their_language_and_differ():
    codes = [code for code in read_codebook(_demo("codebook.yaml"), "codebook.yaml") if code.codable]
    for texts in ([c.example_ru for c in codes], [c.example_en for c in codes]):
        assert len(set(texts)) == len(texts)
    assert not any("а" <= letter <= "я" for code in codes for letter in code.example_en.lower())
    assert all(any("а" <= letter <= "я" for letter in code.example_ru) for code in codes)


def test_the_starter_design_is_whole():
    batch = read_design(_demo("design.yaml"), "design.yaml")
    counts = {kind: sum(isinstance(r, kind) for r in batch.records) for kind in (Wave, Role, GuideTopic, StatementKind)}
    assert counts == {Wave: 3, Role: 22, GuideTopic: 20, StatementKind: 14}
    assert batch.notices == ()
    kinds = {r.key: (r.family, r.symmetric, r.valence) for r in batch.records if isinstance(r, StatementKind)}
    assert kinds == {
        "pressure": ("coercion", False, -1), "removal": ("coercion", False, -1), "interference": ("coercion", False, -0.5),
        "manipulation": ("hidden control", False, -0.5), "placement": ("hidden control", False, 0),
        "bargaining": ("exchange", True, 0.5), "waiting": ("exchange", False, 0), "mediation": ("exchange", False, 0.5),
        "partnership": ("cooperation", True, 1), "joint_action": ("cooperation", True, 1), "support": ("cooperation", False, 0.5),
        "obedience": ("compliance", False, 1), "resistance": ("opposition", False, -1), "criticism": ("opposition", False, -0.5),
    }  # fmt: skip
    assert [w.label for w in batch.records if isinstance(w, Wave)] == ["Первая волна", "Вторая волна", "Третья волна"]
    english = read_design(_demo("design.yaml"), "design.yaml", language="en")
    assert [w.label for w in english.records if isinstance(w, Wave)] == ["First wave", "Second wave", "Third wave"]


def test_the_starter_design_fits_the_starter_codebook():
    codes = read_codebook(_demo("codebook.yaml"), "codebook.yaml")
    batch = read_design(_demo("design.yaml"), "design.yaml")
    keys = {code.key for code in codes}
    assert all(set(topic.codes) <= keys for topic in batch.records if isinstance(topic, GuideTopic))
    assert {w.code for w in batch.windows} == {"PROB.PANDEMIC", "PROB.SWO"}
    assert with_windows(codes, batch.windows) == codes


OTHER = """
study_design:
  id: somewhere
  stages:
    - {id: "1", from: 2011, to: 2015}
    - {id: "2", from: 2018, to: 2020, note: "end year varies"}
  exposure_windows:
    - {code: PROB.FLOOD, not_before: "2019-07", basis: proposed}
  respondent_roles:
    - {id: reeve, label_en: Reeve, label_ru: Староста, branch: executive, level: municipal, coarse: official, basis: source}
    - {id: official, label_en: Official, label_ru: Чиновник, coarse: null}
  guide_topics:
    - {id: G01, label_en: Troubles, label_ru: Беды, codes: [PROB], basis: source}
  guide_note: "wording is ours"
  place_attributes:
    - {id: region}
"""


def test_the_other_spelling_is_read_too():
    batch = read_design(OTHER, "other.yaml")
    first, second = (r for r in batch.records if isinstance(r, Wave))
    assert (first.start, first.end, first.label) == (dt.date(2011, 1, 1), dt.date(2016, 1, 1), "2011–2015")
    assert second.end == dt.date(2021, 1, 1)
    assert [r.coarse for r in batch.records if isinstance(r, Role)] == ["official", None]
    (notice,) = batch.notices
    assert dict(notice.fields) == {"file": "other.yaml", "sections": "place_attributes"}
    codes = with_windows([Code(key="PROB.FLOOD")], batch.windows, "other.yaml")
    assert codes[0].not_before == dt.date(2019, 7, 1)


ELSEWHERE = Path(__file__).parents[3] / "shared" / "domain"
"""Whole files of the other spelling, where they are at hand; they are no part of the project."""

if ELSEWHERE.is_dir():

    def test_whole_files_of_the_other_spelling_load():
        codes = read_codebook((ELSEWHERE / "codebook.yaml").read_text(encoding="utf-8"), "codebook.yaml")
        batch = read_design((ELSEWHERE / "study-design.yaml").read_text(encoding="utf-8"), "study-design.yaml")
        ours = {code.key: code for code in read_codebook(_demo("codebook.yaml"), "ours")}
        theirs = {code.id: code.key for code in codes}
        parents = {code.id: code.key for code in ours.values()}
        assert len(codes) == 149
        for code in codes:
            mine = ours[code.key]
            assert (mine.kind, parents.get(mine.parent_id)) == (code.kind, theirs.get(code.parent_id))
            assert code.definition_ru != mine.definition_ru
        assert sum(isinstance(r, Role) for r in batch.records) == 22
        assert {c.key for c in with_windows(codes, batch.windows) if c.not_before} == {"PROB.PANDEMIC", "PROB.SWO"}


BAD = [
    ("codes:\n  - {id: A}\n  - {id: B, kind: thing}\n", r"kind of B \(book.yaml:3\)"),
    ("codes:\n  - id: A\n    parent: Z\n", r"Code A \(book.yaml:2\) stands under Z"),
    ("codes:\n  - id: A\n  - id: B\n  - id: A\n", r"A stands twice in codes \(book.yaml:2 and book.yaml:4\)"),
    ("codes:\n  - {id: A, parent: B}\n  - {id: B, parent: A}\n", r"A \(book.yaml:2\) stands below itself"),
    ("codes:\n  - id: A\n   kind: group\n", r"book.yaml:3 is not YAML"),
    ("codes: [", r"book.yaml:\d is not YAML"),
    ("codes:\n  - {id: A, not_before: 2020-13-45}\n", "book.yaml holds a value that cannot be read.*in quotes"),
    ("codes:\n  - {id: no}\n", r"book.yaml:2\) has False as its id"),
    ("", "book.yaml has no list named codes"),
    ("just words", "book.yaml has no list named codes"),
    ("codes: {A: 1}", "book.yaml has no list named codes"),
    ("? [1]\n: 2", "book.yaml"),
    ("&a [*a]", "book.yaml"),
    ("codes: !!python/object:os.system []", "book.yaml:1 is not YAML"),
    ("a: \x07", "book.yaml"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_a_faulty_file_is_refused_with_its_line(text, message):
    with pytest.raises(InputProblem, match=message):
        read_codebook(text, "book.yaml")


def test_a_faulty_design_names_its_line():
    with pytest.raises(InputProblem, match=r"Role a \(plan.yaml:3\) falls back on b"):
        read_design("study_design:\n  roles:\n    - {id: a, coarse: b}\n", "plan.yaml")


def test_deep_nesting_is_refused_and_not_followed():
    with pytest.raises(InputProblem, match=r"book\.yaml"):
        read_codebook("[" * 4000 + "]" * 4000, "book.yaml")


@given(st.text("codes:- \n{}[]&*!?|>'\"#%@,idAkparent0123456789\t", max_size=60))
def test_no_text_crashes(text):
    for read in (read_codebook, read_design):
        try:
            read(text, "any.yaml")
        except VecheError as problem:
            assert "any.yaml" in str(problem)
