"""What every declared analysis promises: light to list, headings for its tables, options that check themselves."""

from __future__ import annotations

import dataclasses
import datetime as dt
import subprocess
import sys
from typing import Any

import pytest

from tests.analyses.acts import Told
from tests.analyses.branch_acts import town
from tests.analyses.small import example
from veche.analyses._headings import HEADINGS, TABLES, VALUES
from veche.analyses.code_attribute import code_attribute
from veche.analyses.cooccurrence import cooccurrence
from veche.analyses.fieldwork import fieldwork
from veche.analyses.ideal_types import ideal_types
from veche.analyses.interaction_models import interaction_models
from veche.analyses.intervention import intervention
from veche.analyses.problem_field import problem_field
from veche.analyses.problem_field.change import VERDICTS
from veche.analyses.qca import qca
from veche.analyses.ties import ties
from veche.analyses.timeline import timeline
from veche.study import Event, Evidence, InputProblem
from veche.study.registry import Analysis, options

ANALYSES: tuple[Analysis[Any], ...] = (
    problem_field, fieldwork, cooccurrence, code_attribute, timeline, ties, interaction_models, intervention, ideal_types, qca,
)  # fmt: skip
RULE = "Y = share P.MONEY 0.1 0.5 0.9; R = share P.ROADS 0.1 0.5 0.9"
GIVEN: dict[str, dict[str, Any]] = {
    "problem_field": {"root": "P"},
    "qca": {"rule": RULE, "outcome": "Y", "draws": 10},
}
#: tables whose columns are codes or values of an attribute
MATRICES = {"pairs", "units", "jaccard", "within", "share", "codings", "interviews"}


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda one: one.name)
def test_every_table_and_column_has_a_heading(analysis: Analysis[Any]) -> None:
    result = analysis(example(), **GIVEN.get(analysis.name, {}))
    for name, table in result.tables.items():
        assert name in TABLES
        assert table.index.is_unique
        if name not in MATRICES:
            assert set(table.columns) <= set(HEADINGS)
    assert result.sentence.endswith(".")
    assert set(result.highlights) <= set(result.table.index)


def test_every_word_of_a_verdict_is_for_people_too() -> None:
    assert set(VERDICTS) <= set(VALUES)


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda one: one.name)
def test_declarations_say_what_they_are(analysis: Analysis[Any]) -> None:
    assert analysis.question.endswith("?")
    assert analysis.method.endswith(".")
    assert all(option.help.endswith(".") for option in options(analysis.params))
    assert analysis.draw is not None


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda one: one.name)
def test_every_option_refuses_another_type(analysis: Analysis[Any]) -> None:
    for option in options(analysis.params):
        wrong = 1.5 if option.type is str else "?" if option.type is not tuple[str, ...] else ("PROB", 3)
        with pytest.raises(InputProblem, match=option.name):
            analysis(example(), **{option.name: wrong})


def test_listing_the_analyses_loads_nothing_heavy() -> None:
    names = ", ".join(f"veche.analyses.{analysis.name}" for analysis in ANALYSES)
    code = f"import sys, {names}; print([m for m in ('numpy', 'pandas', 'altair', 'scipy') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def statements() -> Evidence:
    """A study with statements and an event from above, for analyses that rest on these."""
    day = dt.date(2014, 1, 1)
    event = Event(id="e", key="e", title="Taken", kind="intervention", start=day, end=day, town_id="T")
    return town([Told(who, "pressure", "h", "a") for who in "pq"], events=(event,))


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda one: one.name)
def test_cells_that_do_not_exist_are_refused(analysis: Analysis[Any]) -> None:
    made = statements() if analysis.name in ("ties", "intervention") else example()
    result = analysis(made, **GIVEN.get(analysis.name, {}))
    with pytest.raises(InputProblem, match="row"):
        result.grounds("nowhere")
    with pytest.raises(InputProblem, match="column"):
        result.grounds(result.table.index[0], "nothing")


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda one: one.name)
def test_records_that_point_nowhere_are_left_out_and_told(analysis: Analysis[Any]) -> None:
    """An interview of an unknown town, one of an unknown role, codings of unknown codes, documents and coders."""
    study = example()
    lost, odd, *others = study.interviews
    stray = [
        dataclasses.replace(study.codings[0], id=f"stray {name}", **{name: "gone"})
        for name in ("code_id", "document_id")
    ]
    damaged = dataclasses.replace(
        study,
        interviews=(dataclasses.replace(lost, town_id="gone"), dataclasses.replace(odd, role_id="gone"), *others),
        codings=(*study.codings, *stray),
        respondents=study.respondents[1:],
        coders=(),
    )
    result = analysis(damaged, **GIVEN.get(analysis.name, {}))
    assert result.figure.to_dict()["description"]
    if analysis.name != "cooccurrence":
        assert "Interviews without a known town or wave, left out: 1." in result.notes
