"""The language of claims: what is read, and what every mistake is told, with line and nearest word."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from veche.analyses._shared.branches import TECHNIQUES
from veche.analyses._shared.coalitions import SCOPES
from veche.analyses._shared.models import PARTS, QUESTIONS, TYPES
from veche.analyses._shared.parties import BRANCHES
from veche.analyses._shared.shifts import PARTS as TURBULENCE
from veche.analyses.claims import entries
from veche.analyses.claims.compute import load_claims, shipped
from veche.analyses.claims.describe import describe, expected
from veche.analyses.claims.language import KINDS, read_claims
from veche.analyses.claims.mistakes import mistakes
from veche.analyses.claims.running import OF_VALUES, RUN
from veche.study import InputProblem, NotFound
from veche.words import using

GOOD = """
claims:
  - id: ONE
    says: {ru: Дороги ремонтируют., en: Roads are mended.}
    checks:
      - {kind: change, of: {codes: [PROB.ECON.INFRA]}, expect: falls}
"""


def test_a_claim_is_read_with_its_words_and_line() -> None:
    (one,) = read_claims(GOOD, "mine.yaml")
    assert (one.id, one.combine, one.line) == ("ONE", "all", 3)
    assert one.words("says") == "Roads are mended."
    with using("ru"):
        assert one.words("says") == "Дороги ремонтируют."
    assert one.checks[0].get("expect") == "falls"


def test_all_27_claims_are_shipped_in_two_languages() -> None:
    claims = load_claims("")
    assert [one.id for one in claims] == [f"H{n}" for n in range(1, 28)]
    for one in claims:
        assert set(one.says) == set(one.evidence) == set(one.against) == {"ru", "en"}
        assert one.source
    used = {check.kind for one in claims for check in one.checks}
    assert used <= set(KINDS)
    assert set(RUN) | set(OF_VALUES) == set(KINDS) and not set(RUN) & set(OF_VALUES)


def test_every_check_can_be_said_in_words() -> None:
    for tongue in ("ru", "en"):
        with using(tongue):
            for one in load_claims(""):
                for check in one.checks:
                    assert describe(check)
                    assert "{" not in describe(check) + expected(check)


def test_the_words_are_those_of_the_analyses() -> None:
    assert entries.TECHNIQUES == TECHNIQUES
    assert set(entries.MODELS) == {one.key for one in TYPES} | set(QUESTIONS) | set(PARTS)
    assert entries.TURBULENCE == TURBULENCE
    assert tuple(SCOPES) == entries.SCOPES
    assert entries.SIDES == BRANCHES


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: change", "kind: chang", ["mine.yaml:6", "ONE", "change"]),
        ("expect: falls", "expect: fals", ["mine.yaml:6", "falls"]),
        ("expect: falls", "expects: falls", ["mine.yaml:6", "expects", "expect"]),
        (", expect: falls", "", ["mine.yaml:6", "lacks", "expect"]),
        ("codes: [PROB.ECON.INFRA]", "code: [PROB.ECON.INFRA]", ["mine.yaml:6", "codes"]),
        ("codes: [PROB.ECON.INFRA]", "codes: PROB", ["mine.yaml:6", "list"]),
        ("codes: [PROB.ECON.INFRA]", "codes: [A], level: B", ["mine.yaml:6", "exactly one"]),
        ("codes: [PROB.ECON.INFRA]", "technique: [presure]", ["mine.yaml:6", "pressure"]),
        ("of: {codes: [PROB.ECON.INFRA]}", "of: PROB", ["mine.yaml:6", "of"]),
        ("id: ONE", "id: ''", ["mine.yaml:3", "id"]),
        ("says: {ru: Дороги ремонтируют., en: Roads are mended.}", "says: 7", ["mine.yaml:3", "says"]),
        ("claims:", "claim:", ["mine.yaml", "claims"]),
        ("checks:", "check:", ["mine.yaml:3", "checks"]),
        ("expect: falls}", "expect: falls, margin: -1}", ["mine.yaml:6", "margin"]),
        ("expect: falls}", "expect: falls, between: 1}", ["mine.yaml:6", "between"]),
        ("expect: falls}", "expect: falls", ["mine.yaml", "YAML"]),
    ],
)
def test_every_mistake_is_told_with_its_line_and_the_nearest_word(old: str, new: str, words: list[str]) -> None:
    assert old in GOOD
    with pytest.raises(InputProblem) as problem:
        read_claims(GOOD.replace(old, new), "mine.yaml")
    for word in words:
        assert word in str(problem.value)


def check(fields: str) -> str:
    return f"claims:\n  - id: ONE\n    says: x\n    checks:\n      - {{{fields}}}\n"


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ("kind: level, of: {level: A}, expect: between, than: 0.5", "than"),
        ("kind: level, of: {level: A}, expect: above, than: [0, 1]", "than"),
        ("kind: level, of: {tone: told, steps: [6]}, expect: above, than: 1", "steps"),
        ("kind: level, of: {direction: any}, expect: above, than: 1", "direction"),
        ("kind: level, of: {level: A, by: [selv]}, expect: above, than: 1", "self"),
        ("kind: count, value: {model: 2014.presure}, expect: above, than: 0.5", "2014.pressure"),
        ("kind: count, value: {attribute: x}, expect: above, than: 0.5", "is"),
        ("kind: count, value: {any: []}, expect: above, than: 0.5", "any"),
        ("kind: count, value: {coalition: strategik}, expect: above, than: 0.5", "strategic"),
        ("kind: count, value: {event: mergr}, expect: above, than: 0.5", "merger"),
        ("kind: hang_together, values: [{regime: true}], expect: together", "at least two"),
        ("kind: before_after, of: {level: A}, event: mergr, expect: falls", "merger"),
        ("kind: cases, condition: {mean: {cods: [A]}}, outcome: {regime: true}, expect: sufficient", "codes"),
        ("kind: cases, condition: {monotown: true}, outcome: {regime: true}, expect: sufficient, cut: 1.5", "1.5"),
        ("kind: count, value: {regime: false}, expect: above, than: 0.5", "not: true"),
        ("kind: count, value: {head_changed: [1]}, expect: above, than: 0.5", "true"),
        ("kind: count, value: {monotown: yes please}, expect: above, than: 0.5", "true or false"),
        ("kind: count, value: {regime: true, not: maybe}, expect: above, than: 0.5", "true or false"),
        ("kind: count, value: {coalition: any, scope: branch}, expect: above, than: 0.5", "branches"),
        ("kind: count, value: {attribute: {a: 1}, is: b}, expect: above, than: 0.5", "attribute"),
        ("kind: count, value: {attribute: a, is: []}, expect: above, than: 0.5", "is"),
        ("kind: coalitions, form: mixed, scope: mars, expect: above, than: 0.5", "above"),
        ("kind: change, of: {level: A}, expect: rises, between: [2, 2]", "two different waves"),
        ("kind: change, of: {level: A}, expect: rises, between: [1, {a: 2}]", "two different waves"),
        ("kind: change, of: {level: A, towns: AB}, expect: rises", "[A, B]"),
        ("kind: change, of: {level: A, heads: [stayed]}, expect: rises", "stayed"),
        ("kind: change, of: {tone: heard}, expect: rises", "told"),
        ("kind: change, of: {direction: 4, from: [executive], to: [business]}, expect: rises", "any"),
        ("kind: change, of: {direction: any, from: [executiv], to: [business]}, expect: rises", "executive"),
        ("kind: level, of: {level: A}, expect: above, than: 1, wave: {a: 1}", "wave"),
        ("kind: ranks, root: 5, expect: above, than: 0.2", "root"),
        ("kind: ranks, root: A, expect: above, than: 0.2, top: 2.5", "whole number"),
        ("kind: present, of: {level: A}, expect: present, towns: 2.5", "whole number"),
        ("kind: untestable, why: [a]", "why"),
    ],
)
def test_mistakes_inside_measures_and_values(fields: str, word: str) -> None:
    with pytest.raises(InputProblem, match="ONE") as problem:
        read_claims(check(fields), "mine.yaml")
    assert word in str(problem.value)
    assert ":5" in str(problem.value)


def test_the_same_claim_twice_and_claims_that_are_not_there() -> None:
    twice = GOOD + GOOD.replace("claims:\n", "")
    with pytest.raises(InputProblem, match="twice"):
        read_claims(twice, "mine.yaml")
    with pytest.raises(NotFound, match="H27"):
        load_claims("", ("H28",))


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path) -> None:  # type: ignore[no-untyped-def]
    text = (
        (GOOD + GOOD.replace("claims:\n", "")).replace("expect: falls", "expect: fals", 1).replace("says:", "say:", 1)
    )
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputProblem, match="mistakes: 3") as problem:
        load_claims(str(tmp_path / "mine.yaml"))
    assert [line.split(":")[0] for line in str(problem.value).splitlines()[1:]] == ["3", "6", "8"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('claims:\n  - id: "A\n    says: x\n', 2, "quotation mark"),
        ("claims:\n\t- id: A\n", 2, "tab"),
        ("claims:\n  - id: A\n    says: He said: no\n", 3, "colon"),
        ("claims:\n  - id: A\n   says: x\n", 3, "deeper"),
        ("claims: [a, b\n", 2, "bracket"),
        ("claims: *a\n", 1, "asterisk"),
        ("claims: !b c\n", 1, "exclamation"),
        ("claims: - a\n", 1, "hyphen"),
    ],
)
def test_what_is_not_yaml_is_told_in_words(text: str, line: int, words: str) -> None:
    with pytest.raises(InputProblem, match=f"mine.yaml:{line} is not YAML: .*{words}"):
        read_claims(text, "mine.yaml")


def test_a_value_that_yaml_reads_as_true_is_the_word_of_the_study() -> None:
    assert [entries.word_of(one) for one in (True, False, 7, "Yes")] == ["true", "false", "7", "Yes"]


def test_files_that_cannot_be_read(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputProblem, match="yaml"):
        load_claims("/etc/passwd")
    with pytest.raises(InputProblem, match="cannot be read"):
        load_claims(str(tmp_path / "none.yaml"))
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputProblem, match="UTF-8"):
        load_claims(str(tmp_path / "bytes.yaml"))
    (tmp_path / "large.yaml").write_text("#" * 1_000_001, encoding="utf-8")
    with pytest.raises(InputProblem, match="1 MB"):
        load_claims(str(tmp_path / "large.yaml"))
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    assert [one.id for one in load_claims(str(tmp_path / "good.yaml"))] == ["ONE"]


@cache
def loaded() -> dict[str, Any]:
    return yaml.safe_load(shipped())


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats()
    | st.sampled_from(["change", "codes", "rises", "x", ""]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["kind", "of", "codes", "mean", "expect"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.data())
def test_no_damage_brings_anything_but_a_message(data: st.DataObject) -> None:
    """A field of a good claim is replaced by something else: it is read, or refused with a message of ours."""
    whole = copy.deepcopy(loaded())
    claim = data.draw(st.sampled_from(whole["claims"]))
    path = [claim, claim["checks"], data.draw(st.sampled_from(claim["checks"]))]
    place = data.draw(st.sampled_from([path[0], path[2]]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JUNK)
    text = yaml.safe_dump({"claims": [claim]}, allow_unicode=True)
    try:
        read_claims(text, "mine.yaml")
    except InputProblem as problem:
        assert str(problem)


def test_all_mistakes_of_a_file_are_told_with_their_lines() -> None:
    text = (
        "claims:\n  - id: A\n    say: x\n    checks:\n      - {kind: chage, of: {codes: [A]}, expect: rises}\n"
        "      - {kind: level, of: {codes: [A]}, expect: above}\n  - id: B\n    says: y\n    checks: []\n  - 7\n"
    )
    found = mistakes(text, "mine.yaml")
    assert [one.line for one in found] == [0, 2, 5, 6, 7]
    assert [one.words for one in found[:3]] == ["", "- id: A", "- {kind: chage, of: {codes: [A]}, expect: rises}"]
    assert "Nearest: says" in found[1].message and "Nearest: change" in found[2].message
    assert mistakes(shipped(), "claims.yaml") == ()
    twice = "claims:\n" + "  - {id: A, says: x, checks: [{kind: untestable, why: n}]}\n" * 2
    assert [(one.line, "twice" in one.message) for one in mistakes(twice, "x.yaml")] == [(3, True)]
    assert [one.line for one in mistakes("claims: [\n - {", "x.yaml")] == [2]


@given(st.text(max_size=300) | st.lists(st.sampled_from(shipped().splitlines()[:60]), max_size=12).map("\n".join))
def test_mistakes_are_told_where_reading_fails_and_nowhere_else(text: str) -> None:
    try:
        read_claims(text, "mine.yaml")
    except InputProblem:
        assert mistakes(text, "mine.yaml")
    else:
        assert mistakes(text, "mine.yaml") == ()
