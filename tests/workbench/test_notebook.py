"""The study as it is used from a notebook, on the fictional study."""

from __future__ import annotations

import csv
import inspect
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import veche
from veche.study import Grounds, InputProblem, NotFound, Result, VecheError
from veche.workbench import Study, registry


@pytest.fixture(scope="module")
def study(demo_path: Path) -> Iterator[Study]:
    with veche.open(demo_path) as opened:
        yield opened


def test_every_analysis_is_a_method_with_its_options(study: Study) -> None:
    assert set(registry.analysis_names()) <= set(dir(study))
    signature = inspect.signature(study.problem_field)
    assert {"resamples", "seed", "towns", "waves", "panel"} <= set(signature.parameters)
    assert study.problem_field.__doc__
    with pytest.raises(AttributeError, match="no attribute or analysis"):
        _ = study.no_such_analysis
    with pytest.raises(NotFound, match="problem_field"):
        study.run("problem_feild")


@pytest.mark.parametrize("name", registry.analysis_names())
def test_a_result_has_all_that_is_promised(study: Study, name: str) -> None:
    result = study.run(name, towns=["A", "B"])
    assert isinstance(result, Result)
    assert result.sentence.endswith(".") and len(result.sentence) > 20
    assert len(result.table) and result.table.index.is_unique
    assert result.method and result.version
    assert "$schema" in result.figure.to_dict()
    made = result.provenance()
    assert made["evidence"] == result.digest == study.evidence(towns=["A", "B"]).digest
    assert made["analysis"] == name and made["where"]["towns"] == ["A", "B"]
    json.dumps(made)
    assert result.sentence in result._repr_html_().replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")
    again = study.run(name, towns=["A", "B"])
    for table in result.tables:
        assert result.tables[table].equals(again.tables[table])


@pytest.mark.parametrize("name", registry.analysis_names())
def test_every_row_of_every_table_leads_to_its_words(study: Study, name: str) -> None:
    result = study.run(name, towns="C")
    counted = {coding.id for coding, _ in result.evidence.counted()} | {one.id for one in result.evidence.statements}
    for table, frame in result.tables.items():
        for row in list(frame.index)[:60]:
            grounds = result.grounds(row, table=table)
            assert isinstance(grounds, Grounds)
            assert set(grounds.supporting) | set(grounds.opposing) <= counted
            assert not set(grounds.supporting) & set(grounds.opposing)
    for row in result.highlights:
        # for agreement the words are those on which coders differ
        quotations = result.quotations(row) or result.quotations(row, opposing=True)
        assert quotations and all(q.words and q.town == "Мшанск" for q in quotations)


def test_wrong_rows_columns_and_options_are_said(study: Study) -> None:
    result = study.problem_field(towns="A", resamples=50)
    with pytest.raises(InputProblem, match="no row"):
        result.quotations("nowhere")
    with pytest.raises(InputProblem, match="no column"):
        result.quotations(result.table.index[0], "nothing")
    with pytest.raises(InputProblem, match="no table"):
        result.grounds(result.table.index[0], table="none")
    with pytest.raises(InputProblem, match="no option resample "):
        study.problem_field(resample=50)
    with pytest.raises(VecheError, match="Nearest"):
        study.problem_field(root="PROBB")


def test_quotations_and_results_go_into_files(study: Study, tmp_path: Path) -> None:
    evidence = study.evidence(codes="PROB.FISC", waves="1")
    release = study.release(evidence)
    assert release.withheld > 0 and release.paraphrase_only > 0
    (path,) = study.export(release, tmp_path / "q.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(study.quotes(codes="PROB.FISC", waves="1")) - release.withheld
    consents = {one.key: one.consent for one in evidence.interviews}
    assert {consents[row["interview"]] for row in rows} == {"quote", "paraphrase"}
    assert all((row["words"] == "") == (consents[row["interview"]] == "paraphrase") for row in rows)
    written = study.export(study.release(study.problem_field(resamples=50)), tmp_path / "field.csv")
    assert written[0] == tmp_path / "field.csv" and len(written) == 3
    with pytest.raises(InputProblem, match=r"\.bmp"):
        study.export(release, tmp_path / "q.bmp")


def test_the_panel_and_the_publications_of_the_fictional_study(study: Study) -> None:
    sets = {one.key: one for one in study.evidence().publications}
    assert len(sets) == 2 and all(one.frozen for one in sets.values())
    sizes = sorted(len(study.evidence(analysis_set=key).interviews) for key in sets)
    assert sizes[0] == 34
    panel = study.evidence(panel=True)
    assert len({i.respondent_id for i in panel.interviews}) * 2 <= len(panel.interviews) == sizes[1]
