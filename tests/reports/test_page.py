"""The page of findings: one file, nothing loaded from elsewhere, nothing that consent forbids, text as text."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import veche
from veche import words
from veche.reports import cell_text, heading, save_figure, write_page
from veche.study import InputProblem
from veche.workbench import registry


@pytest.fixture(scope="module")
def release(demo_path: Path):
    with words.using("ru"), veche.open(demo_path) as study:
        evidence = study.evidence(towns=["A", "F"])
        results = [study.run(name, evidence=evidence) for name in registry.analysis_names()]
        yield study.release(results)


class Page(HTMLParser):
    """What a page refers to and holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.references: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs) -> None:
        self.tags.append(tag)
        self.references += [
            value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "data", "action")
        ]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_stands_by_itself(release, tmp_path: Path, language: str) -> None:
    seen: list[tuple[int, int, str]] = []
    with words.using(language):
        path = write_page(release, tmp_path / "p.html", progress=lambda *step: seen.append(step))
    text = path.read_text("utf-8")
    page = Page(text)
    assert all(reference.startswith("#") for reference in page.references)
    assert "script" not in page.tags and "link" not in page.tags and not re.search(r"url\((?!#)", text)
    assert page.tags.count("svg") >= len(release.findings)
    assert page.tags.count("section") == len(release.findings) == seen[-1][0]
    assert ("Вывод" in text or "вывод" in text) == (language == "ru")
    for finding in release.findings:
        assert finding.result.digest in text
        for quotation in (*finding.supporting, *finding.opposing):
            assert quotation.place in text
    assert not list(tmp_path.glob("*.part"))


def test_words_with_markup_stay_words(release, tmp_path: Path) -> None:
    finding = next(one for one in release.findings if one.supporting)
    bad = dataclasses.replace(finding.supporting[0], words="<script>alert(1)</script> & «так»")
    bad_finding = dataclasses.replace(finding, supporting=(bad,))
    path = write_page(dataclasses.replace(release, findings=(bad_finding,)), tmp_path / "p.html")
    text = path.read_text("utf-8")
    assert "<script>" not in text and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; «так»" in text


def test_quotations_on_the_page_may_be_quoted(release) -> None:
    evidence = release.findings[0].result.evidence
    consent = {one.key: one.consent for one in evidence.interviews}
    shown = [q for f in release.findings for q in (*f.supporting, *f.opposing)]
    assert shown and all(consent[q.interview] == "quote" and q.words for q in shown)


@pytest.mark.parametrize("extension", ["png", "svg", "pdf"])
def test_figures_in_files(release, tmp_path: Path, extension: str) -> None:
    path = save_figure(release, tmp_path / f"f.{extension}")
    start = path.read_bytes()[:5]
    assert start.startswith({"png": b"\x89PNG", "svg": b"<svg", "pdf": b"%PDF-"}[extension])
    with pytest.raises(InputProblem):
        save_figure(release, tmp_path / "f.gif")
    with pytest.raises(InputProblem, match="cannot be written"):
        write_page(release, tmp_path / "no" / "p.html")


def test_cells_for_people() -> None:
    cases = [
        (0.5, "0.50"),
        (float("nan"), "–"),
        (None, "–"),
        (True, "yes"),
        (0.004, "0.004"),
        (12.0, "12"),
        (1.0, "1.00"),
        ("x", "x"),
        (("a", "b"), "a, b"),
    ]
    assert [cell_text(value) for value, _ in cases] == [text for _, text in cases]
    with words.using("ru"):
        assert cell_text(0.5) == "0,50" and cell_text(False) == "нет"
    assert heading("no_such_column") == "no such column"
