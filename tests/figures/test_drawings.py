"""Every figure of every analysis in both languages and both variants: it can be drawn, and its words fit the sheet."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

import pytest

from tests.analyses.small import example
from veche import words
from veche.analyses.code_attribute import code_attribute
from veche.analyses.cooccurrence import cooccurrence
from veche.analyses.fieldwork import fieldwork
from veche.analyses.problem_field import problem_field
from veche.analyses.timeline import timeline
from veche.figures import svg, text_width, using
from veche.study import Evidence, Result

ANALYSES: dict[str, Callable[[Evidence], Result]] = {
    "problem_field": lambda evidence: problem_field(evidence, root="P", minimum=2, resamples=100),
    "fieldwork": fieldwork,
    "cooccurrence": cooccurrence,
    "code_attribute": code_attribute,
    "timeline": timeline,
}
LONG = "Распределение налоговых доходов между уровнями управления и возможностями поселений"


def long_names() -> Evidence:
    """The example with names as long as people give them."""
    study = example()
    return dataclasses.replace(
        study,
        codes=tuple(dataclasses.replace(code, label_ru=f"{LONG} {code.key}", label_en=LONG) for code in study.codes),
        towns=tuple(
            dataclasses.replace(town, name=f"Новосельцевский городской округ {town.key}") for town in study.towns
        ),
    )


@pytest.mark.parametrize("name", ANALYSES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_figure_is_drawn_in_both_languages(name: str, language: str) -> None:
    with words.using(language):
        result = ANALYSES[name](example())
        picture = svg(result.figure)
    assert picture.startswith("<svg")
    label = re.search(r'aria-label="([^"]+)"', picture)
    assert label is not None
    assert len(label[1]) > 30
    wanted = {"ru": "Деньги", "en": "Money"}[language]
    assert wanted in picture or name == "fieldwork"
    # nothing untranslated: no sentence of one language in the figure of the other
    letters = re.findall(r">([^<]+)</t", picture)
    assert any(re.search("[а-яё]{4}" if language == "ru" else "[a-z]{4}", text) for text in letters)
    if language == "en":
        assert not any(re.search("[а-яё]{4}", text) for text in letters)


@pytest.mark.parametrize("name", ANALYSES)
def test_long_names_stay_on_the_sheet(name: str) -> None:
    """No line of text begins left of the sheet or ends right of it."""
    with words.using("ru"):
        spec = ANALYSES[name](long_names()).figure.to_dict()
    for layer in spec["layer"]:
        mark = layer["mark"]
        if mark["type"] != "text":
            continue
        for row in layer["data"]["values"]:
            size = max(
                text_width(line, mark["fontSize"], bold=mark["fontWeight"] == "bold") for line in row["t"].split("\n")
            )
            left = {"left": row["x"], "right": row["x"] - size, "center": row["x"] - size / 2}[mark["align"]]
            # estimates of widths are generous by design
            assert left >= -12
            assert left + size <= spec["width"] + 24


@pytest.mark.parametrize("name", ANALYSES)
def test_dark_figures_use_the_dark_colours(name: str) -> None:
    result = ANALYSES[name](example())
    with using("dark"):
        dark = result.figure.to_dict()
    light = result.figure.to_dict()
    assert dark["config"]["background"] != light["config"]["background"]
    assert dark["title"] == light["title"]


def test_marks_of_waves_are_told_apart_in_the_problem_field() -> None:
    spec = ANALYSES["problem_field"](example()).figure.to_dict()
    points = [layer for layer in spec["layer"] if layer["mark"]["type"] == "point"]
    fills = {row["fill"] for layer in points for row in layer["data"]["values"]}
    # two waves share the circle: one is a ring, the other a disc
    assert len(fills) == 2
