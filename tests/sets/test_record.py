"""One record: the same data give the same digest and answer; others are refused."""

from __future__ import annotations

import json

import pytest

from veche import sets
from veche.study import InputProblem

DATA = {"A": [1, 1, 0, 0, 1], "B": [1, 0, 1, 0, 1], "Y": [1, 1, 1, 0, 1]}


def test_a_record_runs_again_and_through_its_file() -> None:
    frame = sets.make_frame(DATA, "Y")
    found = sets.standard(frame, incl_cut=0.9, pri_cut=0.4, expectations={"A": 1}, untenable="A*B", both=True)
    made = sets.record(found, calibration={"A": "crisp at 550"})
    again = sets.read_record(made.to_json())
    assert again == made
    assert (
        again.settings.incl_cut == 0.9
        and again.settings.untenable == "A*B"
        and again.calibration == {"A": "crisp at 550"}
    )
    rerun = again.rerun(frame)
    assert rerun.tables()["solutions"].equals(found.tables()["solutions"])
    assert {"data", "solver", "version", "calibration", "settings", "answer"} <= set(json.loads(made.to_json()))


def test_literals_as_expectations_survive_the_file() -> None:
    frame = sets.make_frame(DATA, "Y")
    made = sets.record(sets.standard(frame, expectations=["A", "~B"]))
    assert sets.read_record(made.to_json()).rerun(frame).settings.expectations == ("A", "~B")


def test_other_data_or_another_answer_are_refused() -> None:
    frame = sets.make_frame(DATA, "Y")
    made = sets.record(sets.standard(frame))
    other = sets.make_frame(DATA | {"Y": [1, 1, 0, 0, 1]}, "Y", ["B"])
    assert sets.data_digest(other) != sets.data_digest(frame) == sets.data_digest(sets.make_frame(dict(DATA), "Y"))
    with pytest.raises(InputProblem, match="digest"):
        made.rerun(other)
    held = json.loads(made.to_json()) | {"answer": "0" * 64}
    with pytest.raises(InputProblem, match="another answer"):
        sets.read_record(json.dumps(held)).rerun(frame)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"settings": {}}', '{"settings": 1, "conditions": 2}', "{"])
def test_what_is_no_record_is_named(text: str) -> None:
    with pytest.raises(InputProblem):
        sets.read_record(text)
