"""Figures of ties, models and intervention: drawn in both languages and variants, with nothing left untranslated."""

from __future__ import annotations

import re

import pytest

from tests.analyses.acts import Told
from tests.analyses.branch_acts import town
from veche import words
from veche.analyses.interaction_models import interaction_models
from veche.analyses.intervention import intervention
from veche.analyses.ties import ties
from veche.figures import svg, using
from veche.study import Event, Evidence, Result

DAY = "2014-01-01"


def evidence() -> Evidence:
    """A town with a fight, a trade and an event from above; names in no language."""
    import datetime as dt

    told = [
        Told(who, kind, sources, targets, year, wave=wave, more={"tone": tone, "outcome": outcome})
        for who in ("x1", "l1", "o1")
        for kind, sources, targets, year, wave, tone, outcome in (
            ("bargaining", "h", "a", "2013", "1", 3, "achieved"), ("partnership", "h", "f", "2013", "1", 3, "achieved"),
            ("pressure", "h", "a", "2019", "2", 5, "failed"), ("resistance", "a", "h", "2019", "2", 5, "achieved"),
            ("pressure", "h", "f", "2019", "2", 5, "failed"), ("interference", "g", "h", "2019", "2", 4, "achieved"),
        )
    ]  # fmt: skip
    day = dt.date.fromisoformat(DAY)
    return town(
        told, events=(Event(id="e", key="e", title="1-2-3", kind="intervention", start=day, end=day, town_id="T"),)
    )


def results() -> dict[str, Result]:
    made = evidence()
    return {
        "ties": ties(made, resamples=50), "matrix": ties(made, resamples=50, drawn="matrix"),
        "models": interaction_models(made, resamples=50), "intervention": intervention(made, resamples=50),
    }  # fmt: skip


@pytest.mark.parametrize("language", ["ru", "en"])
def test_figures_are_drawn_and_translated(language: str) -> None:
    with words.using(language):
        for name, result in results().items():
            for variant in ({"ru": "light", "en": "dark"}[language],):
                with using(variant):  # type: ignore[arg-type]
                    picture = svg(result.figure)
                assert picture.startswith("<svg"), name
                letters = " | ".join(re.findall(r">([^<]+)</t", picture))
                if language == "ru":
                    assert not re.search(r"[a-z]{4,} [a-z]{2,} [a-z]{2,}", letters.lower()), (name, letters)
                    assert re.search("[а-яё]{4}", letters), name
                else:
                    assert not re.search("[а-яё]{3}", letters.lower()), (name, letters)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_marks_lead_to_rows_that_exist(language: str) -> None:
    with words.using(language):
        for name, result in results().items():
            cells = [datum for datum in _data(result.figure.to_dict()) if datum.get("row")]
            assert cells, name
            for one in cells:
                assert one["row"] in result.tables[str(one["table"])].index
                result.grounds(one["row"], str(one["column"]) or None, str(one["table"]))


def _data(spec: object) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    if isinstance(spec, dict):
        values = spec.get("values")
        if isinstance(values, list):
            found += [one for one in values if isinstance(one, dict)]
        for one in spec.values():
            found += _data(one)
    elif isinstance(spec, list):
        for one in spec:
            found += _data(one)
    return found
