"""Studies in which nothing changes: false alarms stay at or below the level, planted changes are found."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import pytest

from veche.analyses.problem_field import problem_field
from veche.study import (
    Code,
    Coder,
    Coding,
    Document,
    Evidence,
    Interview,
    Respondent,
    Result,
    Role,
    StudyInfo,
    Town,
    Wave,
)

PROBLEMS = 8
CHANGED = ("new", "risen", "fallen", "vanished")


def study(seed: int, rise: float = 0.0, levels: np.ndarray | None = None) -> Evidence:
    """Four towns, two waves of nine interviews each, four people in both; respondents keep to what they say.

    The share of each problem differs by town and person, not by wave, unless the first problem rises by `rise`.
    """
    rng = np.random.default_rng(seed)
    if levels is None:
        levels = rng.uniform(0.02, 0.7, (4, PROBLEMS))
    interviews, documents, codings, people = [], [], [], []
    for town in range(4):
        for person in range(14):
            who = Respondent(id=f"p{town}-{person}", key=f"R-{town}-{person}")
            people.append(who)
            mood = rng.random(PROBLEMS)
            for wave in {0, 1} if person < 4 else {person % 2}:
                key = f"{town}-{person}-{wave}"
                interviews.append(
                    Interview(
                        id=key, key=key, town_id=f"t{town}", wave_id=f"w{wave}", respondent_id=who.id, role_id="r",
                        date=dt.date(2013 + 6 * wave, 1 + person % 12, 1),
                    )
                )  # fmt: skip
                documents.append(Document(id=f"d{key}", name=key, text_id=f"x{key}", interview_id=key))
                # half of what people say is their own standing view, half is chance of the day
                fresh = np.where(rng.random(PROBLEMS) < 0.5, rng.random(PROBLEMS), mood)
                level = levels[town] + np.array([rise * wave] + [0.0] * (PROBLEMS - 1))
                codings += [
                    Coding(
                        id=f"{key}/{k}",
                        document_id=f"d{key}",
                        text_id=f"x{key}",
                        start=0,
                        end=5,
                        code_id=f"c{k}",
                        coder_id="a",
                    )
                    for k in np.flatnonzero(fresh < level)
                ]
    root = Code(id="P", key="P", kind="group")
    return Evidence(
        study=StudyInfo(id="s", name="null"),
        towns=tuple(Town(id=f"t{i}", key=f"T{i}", name=f"T{i}", position=i) for i in range(4)),
        waves=tuple(
            Wave(id=f"w{i}", key=str(i + 1), label=f"wave {i + 1}", start=dt.date(2012 + 6 * i, 1, 1), end=dt.date(2016 + 6 * i, 1, 1), position=i)
            for i in range(2)
        ),
        roles=(Role(id="r", key="r", label_ru="r", label_en="r"),),
        respondents=tuple(people),
        interviews=tuple(interviews),
        documents=tuple(documents),
        codes=(root, *(Code(id=f"c{k}", key=f"P.{k}", parent_id="P", kind="problem", position=k) for k in range(PROBLEMS))),
        coders=(Coder(id="a", key="a"),),
        codings=tuple(codings),
    )  # fmt: skip


@cache
def null_results() -> tuple[Result, ...]:
    return tuple(problem_field(study(seed), root="P", resamples=50) for seed in range(60))


def test_studies_without_change_are_told_as_such() -> None:
    """In at most 5 % of the studies any verdict of change, of all towns or of single ones; error of 60 studies: .028."""
    alarms = [result.tables["change"]["verdict"].isin(CHANGED).any() for result in null_results()]
    assert np.mean(alarms) <= 0.05 + 2 * 0.028
    told = ["No problem changed its share" in result.sentence for result in null_results()]
    assert np.mean(told) >= 0.95 - 2 * 0.028


def test_raw_p_values_reach_a_level_no_more_often_than_it_says() -> None:
    p = np.concatenate([result.tables["change"]["p_exchange"].dropna() for result in null_results()])
    assert p.size > 1000
    for level in (0.01, 0.05, 0.2):
        assert np.mean(p <= level) <= level


def test_the_divergence_without_change_is_what_exchange_expects() -> None:
    """JSD is above 0 though nothing changed; its expected value under exchange accounts for that, its p-value too."""
    rows = [result.tables["persistence"].loc["* · 1→2"] for result in null_results()]
    value, expected, p = (np.array([row[name] for row in rows]) for name in ("jsd", "jsd_expected", "jsd_p"))
    assert value.mean() > 0.005
    assert value.mean() == pytest.approx(expected.mean(), rel=0.2)
    assert np.mean(p <= 0.1) <= 0.1 + 2 * 0.04


def test_a_planted_rise_is_found_and_named() -> None:
    found = [problem_field(study(seed, rise=0.5), root="P", resamples=100) for seed in range(8)]
    rows = [result.tables["change"].loc["P.0 · * · 1→2"] for result in found]
    assert sum(row["verdict"] in ("risen", "new") for row in rows) >= 7
    assert sum("“P.0”" in result.sentence for result in found) >= 7
    assert all(row["low"] <= row["difference"] <= row["high"] for row in rows)


def test_intervals_of_shares_hold_their_level_for_clustered_interviews() -> None:
    """Share of the pooled towns against the mean of many studies of the same towns; cells of all problems."""
    levels = np.random.default_rng(99).uniform(0.1, 0.7, (4, PROBLEMS))
    results = [problem_field(study(1000 + seed, levels=levels), root="P", resamples=100).table for seed in range(25)]
    tables = [table[(table["town"] == "*") & (table["wave"] == "1")] for table in results]
    truth = levels.mean(axis=0)
    covered = np.mean([(table["low"] <= truth) & (table["high"] >= truth) for table in tables])
    assert 0.91 <= covered <= 0.985
