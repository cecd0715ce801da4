"""The drawing kit: colours that can be read, marks told apart in grey, words that fit, files that open."""

from __future__ import annotations

import doctest
from pathlib import Path

import altair as alt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche import words
from veche.figures import (
    DARK,
    LIGHT,
    Cell,
    Frame,
    Palette,
    Sheet,
    WaveMark,
    blend,
    config,
    enable,
    finish,
    header,
    key,
    palette,
    pdf,
    png,
    save,
    specification,
    svg,
    text_width,
    theme,
    using,
    wave_marks,
    wrap,
    wrapping,
)
from veche.study import InputProblem


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.1."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("p", [LIGHT, DARK])
def test_text_can_be_read_and_marks_be_seen(p: Palette) -> None:
    for colour in (p.ink, p.ink_2, p.ink_3, p.accent):
        assert contrast(colour, p.paper) >= 4.5
    for colour in p.hues:
        assert contrast(colour, p.paper) >= 3


def test_waves_differ_by_form_without_colour() -> None:
    for variant in ("light", "dark"):
        with using(variant):  # type: ignore[arg-type]
            marks = wave_marks(6)
            forms = {(mark.shape, mark.fill == palette().paper) for mark in marks}
            assert len(forms) == 6
            assert (marks[0].shape, marks[0].fill) == ("circle", palette().paper)
            assert marks[1].fill == marks[1].stroke
    assert len(wave_marks(14)) == 14


def test_a_variant_ends_with_its_block() -> None:
    with using("dark"):
        assert palette() is DARK
        assert config()["background"] == DARK.paper
    assert palette() is LIGHT
    assert config(paper=False)["background"] is None


def test_the_theme_can_be_that_of_all_charts() -> None:
    before = alt.theme.active
    try:
        enable("dark")
        chart = alt.Chart(alt.Data(values=[{"a": 1}])).mark_point().encode(x="a:Q")
        assert chart.to_dict()["config"]["background"] == DARK.paper
    finally:
        alt.theme.enable(before)


@given(st.text(alphabet="абвжшщ WMil.", max_size=80), st.floats(20, 400), st.sampled_from([11.5, 22.0]))
def test_wrapping_keeps_the_words_and_the_width(text: str, width: float, size: float) -> None:
    lines = wrap(text, width, size)
    assert " ".join(lines).split() == text.split()
    assert all(text_width(line, size) <= width or " " not in line for line in lines)
    short = wrap(text, width, size, lines=2)
    assert len(short) <= 2
    assert short == lines or short[-1].endswith("…")


def test_examples() -> None:
    for module in (theme, wrapping):
        found = doctest.testmod(module)
        assert found.attempted > 0
        assert found.failed == 0
    assert blend("#000000", "#ffffff", 2) == "#ffffff"


def drawn() -> alt.LayerChart:
    sheet = Sheet(300, 120, tips={"who": "Who"})
    sheet.rect(10, 10, 60, 40, LIGHT.line)
    sheet.band([(10, 50, 70), (200, 40, 90)], LIGHT.hues[0])
    sheet.rule(0, 100, 300, 100, LIGHT.line)
    sheet.line([(10, 60), (200, 70)], LIGHT.hues[0])
    sheet.line([(10, 80), (200, 20)], LIGHT.line, dashed=True)
    sheet.point(10, 60, WaveMark("circle", LIGHT.paper, LIGHT.ink), tip={"who": "R-1"})
    sheet.text(100, 20, ["Первая строка", "вторая"], bold=True)
    header(sheet, 0, 60, "Панель", 100)
    key(sheet, [(mark, f"волна {n}") for n, mark in enumerate(wave_marks(3))], 0, 110)
    return finish(sheet, Frame(title="Заголовок", subtitle="Подзаголовок.", caption="Подпись под рисунком"))


def test_a_figure_says_what_it_shows() -> None:
    spec = drawn().to_dict()
    assert spec["description"] == "Заголовок. Подзаголовок. Подпись под рисунком."
    assert spec["title"] == {"text": ["Заголовок"], "subtitle": ["Подзаголовок."]}
    picture = svg(drawn())
    assert 'aria-label="Заголовок. Подзаголовок. Подпись под рисунком."' in picture
    for text in ("Заголовок", "Подзаголовок.", "Подпись под рисунком", "Первая строка", "Панель", "волна 2"):
        assert f">{text}</t" in picture


def test_marks_stand_where_they_are_put() -> None:
    """A mark at (10, 60) of a sheet of 640 pixels, widened for its words, is drawn at (10, 60)."""
    assert 'transform="translate(10,60)"' in svg(drawn())


def test_an_empty_sheet_is_a_figure_too() -> None:
    assert svg(finish(Sheet(10, 10), Frame(title="Ничего"))).startswith("<svg")


def test_files(tmp_path: Path) -> None:
    assert save(drawn(), tmp_path / "a.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert (tmp_path / "a.png").read_bytes() == png(drawn())
    assert save(drawn(), str(tmp_path / "a.SVG")).read_text(encoding="utf-8").startswith("<svg")
    assert save(drawn(), tmp_path / "a.pdf").read_bytes()[:5] == pdf(drawn())[:5] == b"%PDF-"


def test_the_scale_gives_more_pixels() -> None:
    sizes = [int.from_bytes(png(drawn(), scale=scale)[16:20], "big") for scale in (1, 2)]
    assert sizes[1] == 2 * sizes[0]


@pytest.mark.parametrize("name", ["a.gif", "a", "a.html"])
def test_other_formats_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputProblem, match=r"Use \.png"):
        save(drawn(), tmp_path / name)


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputProblem, match="nowhere"):
        save(drawn(), tmp_path / "nowhere" / "a.svg")


def test_nothing_of_a_figure_lies_elsewhere() -> None:
    """Figures carry their data and ask for no address."""
    spec = str({name: value for name, value in drawn().to_dict().items() if name != "$schema"})
    assert "http" not in spec
    assert "url" not in spec


def test_language_does_not_leak() -> None:
    assert words.language() == "en"


def test_numbers_that_are_none_are_null_in_a_specification(tmp_path: Path) -> None:
    rows = [{"x": float("nan"), "y": 1.0}, {"x": 2.0, "y": float("inf")}, {"x": 3.0, "y": 4.0}]
    chart = alt.Chart(alt.Data(values=rows)).mark_point().encode(x="x:Q", y="y:Q")
    values = specification(chart)["data"]["values"]
    assert values == [{"x": None, "y": 1.0}, {"x": 2.0, "y": None}, {"x": 3.0, "y": 4.0}]
    assert save(chart, tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_marks_carry_the_number_that_they_show() -> None:
    sheet = Sheet(100, 40)
    mark = WaveMark("circle", "#ffffff", "#000000")
    sheet.point(10, 10, mark, cell=Cell("A · 1", "share", "field"))
    sheet.point(20, 10, mark)
    sheet.rect(0, 0, 5, 5, "#ffffff", cell=Cell("B"))
    sheet.text(0, 0, "x", cell=Cell("C", "n"))
    sheet.rule(0, 0, 1, 1, "#ffffff", cell=Cell("D"))
    found = [
        (row["row"], row["column"], row["table"])
        for layer in sheet.chart().to_dict()["layer"]
        for row in layer["data"]["values"]
        if "row" in row
    ]
    assert found == [("B", "", ""), ("D", "", ""), ("A · 1", "share", "field"), ("C", "n", "")]
