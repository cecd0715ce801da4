"""The ordered logit of judgements: its probabilities, gradient, and that it finds again what was put in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.lab.measurement import GRID, Ratings, _Target, log_levels, measure
from veche.measures.informants import Priors, fit, judgements
from veche.study import InputProblem


def ratings(
    level: list[int], case: list[int], indicator: list[int], coder: list[int], *, indicators: int = 2
) -> Ratings:
    arrays = [np.array(one, dtype=np.int64) for one in (level, case, indicator, coder)]
    return Ratings(*arrays, 5, max(case) + 1, indicators, max(coder) + 1)


def invented(*, cases: int, indicators: int, bias: np.ndarray, slope: float, seed: int) -> tuple[np.ndarray, Ratings]:
    rng = np.random.default_rng(seed)
    theta = rng.standard_normal((cases, indicators))
    case, indicator, coder = (one.ravel() for one in np.indices((cases, indicators, bias.size)))
    heard = slope * theta[case, indicator] + bias[coder] + rng.logistic(size=case.size)
    level = (np.array([-3.0, -1.0, 1.0, 3.0]) < heard[:, None]).sum(axis=1)
    return theta, Ratings(level, case, indicator, coder, 5, cases, indicators, bias.size)


def test_levels_have_the_probabilities_of_an_ordered_logit() -> None:
    """Cuts -1 and 2, level 0: P(0) = 1/(1+e) = .2689, P(0)+P(1) = 1/(1+e^-2) = .8808."""
    found = np.exp(log_levels(np.array([-1.0, 2.0]), np.array([0.0])))[:, 0]
    assert found == pytest.approx([0.268941, 0.880797 - 0.268941, 1 - 0.880797], abs=1e-6)


@given(st.lists(st.floats(-4, 4), min_size=1, max_size=5, unique=True), st.floats(-8, 8))
def test_probabilities_sum_to_one(cuts: list[float], eta: float) -> None:
    assert np.exp(log_levels(np.sort(np.array(cuts)), np.array([eta]))).sum() == pytest.approx(1)


def test_the_gradient_is_that_of_the_posterior() -> None:
    _theta, data = invented(cases=3, indicators=4, bias=np.array([0.5, -0.5]), slope=2, seed=1)
    target = _Target(data)
    rng = np.random.default_rng(2)
    for _once in range(3):
        x = target.center + 0.3 * rng.standard_normal(target.size)
        steps = 1e-5 * np.eye(target.size)
        numeric = [(target(x + step)[0] - target(x - step)[0]) / 2e-5 for step in steps]
        assert target(x)[1] == pytest.approx(numeric, abs=1e-5)
    assert target(target.center + 100)[0] == -np.inf


def test_what_was_put_in_is_found_again() -> None:
    theta, data = invented(cases=14, indicators=10, bias=np.array([1.2, 0.0, -1.2]), slope=2.5, seed=3)
    found = measure(data, draws=150, seed=4)
    assert found.rhat < 1.1
    assert np.corrcoef(found.mean.ravel(), theta.ravel())[0, 1] > 0.85
    inside = (found.quantile(0.05) <= theta) & (theta <= found.quantile(0.95))
    assert 0.80 <= inside.mean() <= 0.98
    bias = found.draws.bias.mean(axis=0)
    assert bias[0] - bias[2] == pytest.approx(2.4, abs=0.9)
    assert found.draws.slope.mean() == pytest.approx(2.5, abs=1.0)


def test_it_agrees_with_the_probit_model_of_informants() -> None:
    """Another link and another sampler: the same order of cases, and nearly the same levels."""
    _theta, data = invented(cases=30, indicators=1, bias=np.array([0.6, -0.6, 0.0]), slope=2.5, seed=5)
    ours = measure(data, draws=200, seed=1).mean[:, 0]
    probit = fit(
        judgements(data.level, data.case, data.coder, levels=5), priors=Priors(reporters=0.3, reliability=0.05),
        draws=300, warmup=200, chains=2, seed=1,
    ).theta.mean(axis=0)  # fmt: skip
    assert np.corrcoef(ours, probit)[0, 1] > 0.97


def test_the_same_seed_gives_the_same_draws() -> None:
    _theta, data = invented(cases=4, indicators=3, bias=np.zeros(2), slope=2, seed=1)
    first, again, other = (measure(data, draws=20, warmup=20, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.draws.cuts, again.draws.cuts)
    assert not np.array_equal(first.draws.cuts, other.draws.cuts)


def test_more_judgements_narrow_a_level_and_none_leaves_it_missing() -> None:
    one = measure(ratings([4, 0], [0, 1], [0, 0], [0, 0]), draws=40, seed=1)
    three = measure(ratings([4, 4, 4, 0, 0, 0], [0, 0, 0, 1, 1, 1], [0] * 6, [0, 1, 2] * 2), draws=40, seed=1)
    width = [found.quantile(0.95)[0, 0] - found.quantile(0.05)[0, 0] for found in (one, three)]
    assert width[1] < width[0]
    assert one.mean[0, 0] > 0 > one.mean[1, 0]
    assert np.isnan(one.mean[0, 1])
    assert np.isnan(one.quantile(0.5)[0, 1])
    assert one.weights[0, 0].sum() == pytest.approx(1)
    assert one.mean[0, 0] == pytest.approx(float(one.weights[0, 0] @ GRID))


def test_bad_judgements() -> None:
    with pytest.raises(InputProblem, match="no judgement"):
        measure(Ratings(*(np.zeros(0, dtype=np.int64),) * 4, 5, 0, 2, 0))
    with pytest.raises(InputProblem, match="A judgement is 5 on a scale of 5 steps"):
        measure(ratings([5], [0], [0], [0]))
