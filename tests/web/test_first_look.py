"""What takes longest comes after the rest: a page shows a first look, and the whole when it is there."""

from __future__ import annotations

import re
from typing import Any

from veche.study.registry import options
from veche.workbench import registry


def test_verdicts_without_each_respondent_come_after_the_others(client: Any) -> None:
    first = client.get("/analysis/claims")
    while "data-figure" not in first.text:  # a slow machine: the first look itself is on its way
        job = re.search(r'data-job="([\w-]+)"', first.text)
        assert job is not None
        while client.get(f"/api/analyses/jobs/{job[1]}").json()["state"] in ("waiting", "running"):
            pass
        first = client.get("/analysis/claims")
    found = re.search(r'id="more" role="status"><div class="notice" data-job="([\w-]+)"', first.text)
    if found is not None:
        assert "A first look." in first.text and "the same without any one" not in first.text
        while client.get(f"/api/analyses/jobs/{found[1]}").json()["state"] in ("waiting", "running"):
            pass
    whole = client.get("/analysis/claims")
    assert "A first look." not in whole.text and "the same without any one" in whole.text


def test_who_asks_for_less_or_for_one_number_gets_no_first_look(client: Any) -> None:
    assert client.get("/analysis/claims/file.csv?each_respondent=false").status_code == 200
    assert "A first look." not in client.get("/analysis/claims?each_respondent=false").text


def test_a_first_look_names_options_of_its_analysis() -> None:
    looks = {name: registry.analysis(name) for name in registry.analysis_names()}
    assert looks["claims"].first_look == {"each_respondent": False}
    for one in looks.values():
        assert set(one.first_look) <= {option.name for option in options(one.params)}
