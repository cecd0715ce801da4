"""Planted rules: each is the only smallest model of its complete table, and found again without noise; noise never helps a lot of cases."""

from __future__ import annotations

import importlib.util
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from veche import sets

FILE = Path(__file__).parents[2] / "bench" / "parts_recovery.py"


@pytest.fixture(scope="module")
def recovery() -> Any:
    """The measurement, loaded from its file."""
    spec = importlib.util.spec_from_file_location("parts_recovery", FILE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_planted_rule_is_the_only_smallest_model_of_its_table(recovery: Any) -> None:
    x = np.array([*product((0, 1), repeat=len(recovery.CONDITIONS))])
    for rule in recovery.RULES:
        data = {name: x[:, at] for at, name in enumerate(recovery.CONDITIONS)} | {
            "Y": recovery.truth(rule, x).astype(int)
        }
        found = sets.minimize(sets.truth_table(data, "Y", incl_cut=1)).solution
        assert (found.count, found.complete) == (1, True)
        assert set(found.write().split(" + ")) == set(rule.split(" + "))


def test_the_truth_of_a_rule_by_hand(recovery: Any) -> None:
    x = np.array([[1, 0, 0, 0, 0], [1, 1, 1, 1, 0], [0, 0, 1, 0, 1], [1, 1, 0, 0, 0]])
    assert recovery.truth("A*~B + C*D", x).tolist() == [True, True, False, False]


def test_exactly_the_share_of_cases_is_turned_round(recovery: Any) -> None:
    rule = recovery.RULES[0]
    clean, noisy = (recovery.made(rule, 40, noise, 3) for noise in (0.0, 0.1))
    x = np.column_stack([noisy[name] for name in recovery.CONDITIONS])
    assert (recovery.truth(rule, x) != noisy["Y"]).sum() == 4
    y = np.column_stack([clean[name] for name in recovery.CONDITIONS])
    assert (recovery.truth(rule, y) == clean["Y"]).all()


def test_without_noise_many_cases_give_the_planted_rule_at_every_cut_off(recovery: Any) -> None:
    for rule in recovery.RULES:
        assert recovery.found_again(rule, recovery.made(rule, 400, 0.0, 1)) == dict.fromkeys(recovery.INCL, True)
        turned = recovery.made(rule, 400, 0.5, 1)
        assert not any(recovery.found_again(rule, turned).values())
