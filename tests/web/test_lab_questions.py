"""The page of questions to the model, asked without a network."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.lab._tables import small_table
from veche.lab import reference_table
from veche.lab.questions import QUESTIONS
from veche.lab.reference_table import write_table
from veche.workbench import lab_answers, lab_evidence

FIRST = "/lab/questions?question=horizon"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Answers are waited for, and the table of the cache is the small one."""
    from veche.web.pages import lab_questions

    path = write_table(small_table(), tmp_path / "cached.parquet")
    monkeypatch.setattr(lab_questions, "PATIENCE", 120.0)
    for module in (reference_table, lab_evidence):
        monkeypatch.setattr(module, "cached_path", lambda _points=0: path)


def test_the_page_asks_and_answers(client: Any) -> None:
    page = client.get(FIRST)
    assert page.status_code == 200
    for one in QUESTIONS.values():
        assert one.title.replace("'", "&#39;") in page.text
    assert re.search(r'value="horizon" checked', page.text)
    assert "In the model, " in page.text
    assert "never that it happened" in page.text
    for part in ("What would change it", "Assumptions", "What the model is not"):
        assert part in page.text
    # shares of the table in per cent, and its ends
    assert re.search(r"<td class=\"right\">\d+%</td>", page.text)


def test_figures_and_files_of_an_answer(client: Any) -> None:
    for theme in ("light", "dark"):
        drawn = client.get(f"/lab/questions/figure.svg?question=horizon&theme={theme}")
        assert drawn.headers["content-type"].startswith("image/svg+xml")
        assert "How long a horizon" in drawn.text
    saved = client.get("/lab/questions/figure.png?question=horizon&file=true")
    assert saved.content.startswith(b"\x89PNG")
    assert 'filename="lab-horizon.png"' in saved.headers["content-disposition"]
    text = client.get("/lab/questions/answer.md?question=horizon").text
    assert text.startswith("# How long a horizon")
    assert "delta,months,mean" in client.get("/lab/questions/answer.csv?question=horizon").text
    assert client.get("/lab/questions/answer.xlsx?question=horizon").content.startswith(b"PK")
    assert client.get("/lab/questions/answer.exe?question=horizon").status_code == 422


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("question=why", "There is no question why"),
        ("question=horizon&who=voters", "There is no voters"),
        ("question=horizon&of=/etc/hosts", "There is no scenario /etc/hosts"),
        ("question=intervention&months=2&shorter=6", "does not fit into 120 months"),
        ("question=selection&of=Q|9", "There is no evidence of town Q in wave 9"),
    ],
)
def test_what_cannot_be_asked_is_said_on_the_page(client: Any, query: str, said: str) -> None:
    page = client.get(f"/lab/questions?{query}")
    assert page.status_code == 422
    assert said in page.text
    assert 'role="alert"' in page.text


def test_work_under_way_is_shown_and_can_be_stopped(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    from veche.web.pages import lab_questions

    monkeypatch.setattr(lab_questions, "PATIENCE", 0.01)
    begun, go = threading.Event(), threading.Event()

    def slow(_asked: object, _evidence: object, job: Any) -> object:
        begun.set()
        go.wait(60)
        job.report("on")
        raise AssertionError("it was to stop")

    monkeypatch.setattr(lab_answers, "_answer", slow)
    page = client.get("/lab/questions?question=selection")
    job = re.search(r'data-job="([^"]+)"', page.text)
    assert job
    assert "Asking the model…" in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.text
    begun.wait(60)
    answer = client.post(f"/lab/questions/stop/{job[1]}?question=selection")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/lab/questions?question=selection&stopped=true"
    go.set()
    assert "The work was stopped" in client.get(answer.headers["location"]).text


def test_the_page_is_in_the_menu_and_in_russian(client: Any) -> None:
    client.cookies.set("veche-language", "ru")
    page = client.get("/lab/questions?question=horizon", headers={"Accept-Language": "ru"})
    assert page.status_code == 200
    assert '<a href="/lab/questions" aria-current="page">' in page.text
