"""The measurement model of informants: known truth recovered with the right coverage, two samplers that agree."""

from __future__ import annotations

import importlib.util
import os
from functools import cache

import numpy as np
import pytest

from veche.measures import informants
from veche.measures.informants import Fitted, Judgements, Priors, fit, fit_many, judgements, split_rhat
from veche.study import InputProblem

CASES, EACH = 8, 8


def simulated(seed: int, group: float | None = None) -> tuple[Judgements, dict[str, np.ndarray]]:
    """Draw a truth from the priors and judgements from the model: 8 cases, 8 judgements each, 32 reporters, a quarter of them in group 2."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=CASES)
    thresholds = np.cumsum([rng.normal(0, 1.5), np.exp(rng.normal(0, 0.75))])
    side = np.array([0.0, rng.normal(0, 0.75) if group is None else group])
    spread, scatter = abs(rng.normal(0, 0.5)), abs(rng.normal(0, 0.3))
    people = CASES * EACH // 2
    shift, beta = spread * rng.normal(size=people), np.exp(scatter * rng.normal(size=people))
    case = np.repeat(np.arange(CASES), EACH)
    # everybody judges two cases, as in a panel
    who = np.array([(c // 2) * EACH + i for c in range(CASES) for i in range(EACH)])
    of = (who % 4 == 0).astype(int)
    hidden = beta[who] * theta[case] + side[of] + shift[who] + rng.normal(size=case.size)
    level = (hidden[:, None] > thresholds).sum(axis=1)
    data = judgements(level, case, who, of, levels=3, cases=CASES, reporters=people, groups=2)
    return data, {"theta": theta, "thresholds": thresholds, "group": side, "shift": shift}


SETS = 70


@cache
def fitted() -> tuple[tuple[dict[str, np.ndarray], Fitted], ...]:
    sets = [simulated(seed) for seed in range(SETS)]
    found = fit_many([data for data, _ in sets], [Priors()] * SETS, draws=300, warmup=200, chains=2, seed=7)
    return tuple((truth, one) for (_, truth), one in zip(sets, found, strict=True))


@pytest.mark.parametrize("name", ["theta", "thresholds", "shift", "group"])
@pytest.mark.parametrize("level", [0.5, 0.9])
def test_intervals_cover_the_truth_as_often_as_they_say(name: str, level: float) -> None:
    """70 truths drawn from the priors; the tolerance is three standard errors of the least favourable case, one value per set."""
    covered = []
    for truth, one in fitted():
        draws = getattr(one, name)[:, -1:] if name == "group" else getattr(one, name)
        wanted = truth[name][-1:] if name == "group" else truth[name]
        low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
        covered.append(np.mean((low <= wanted) & (wanted <= high)))
    assert np.mean(covered) == pytest.approx(level, abs=3 * np.sqrt(level * (1 - level) / SETS))


def test_the_chains_agree() -> None:
    assert np.median([one.rhat for _, one in fitted()]) < 1.05


def test_the_estimates_are_nearer_to_the_truth_than_zero_is() -> None:
    error = [np.mean((one.theta.mean(axis=0) - truth["theta"]) ** 2) for truth, one in fitted()]
    nothing = [np.mean(truth["theta"] ** 2) for truth, _ in fitted()]
    assert np.mean(error) < 0.45 * np.mean(nothing)


def test_a_group_that_flatters_is_found_and_one_that_does_not_is_not() -> None:
    sets = [simulated(seed, group) for group in (2.5, 0.0) for seed in range(1000, 1012)]
    found = fit_many([data for data, _ in sets], [Priors()] * 24, draws=250, warmup=200, chains=2)
    low = np.array([np.quantile(one.group[:, 1], 0.025) for one in found])
    high = np.array([np.quantile(one.group[:, 1], 0.975) for one in found])
    assert np.mean(low[:12] > 0) >= 0.7
    assert np.mean((low[12:] > 0) | (high[12:] < 0)) <= 0.15


def test_expected_levels_lie_on_the_scale_and_rise_with_the_hidden_level() -> None:
    one = fitted()[0][1]
    expected = one.expected()
    assert expected.shape == one.theta.shape
    assert (expected >= 0).all() and (expected <= 1).all()
    for draw in range(0, len(expected), 97):
        assert (np.diff(expected[draw][np.argsort(one.theta[draw])]) >= 0).all()


def test_the_same_seed_gives_the_same_draws() -> None:
    data = simulated(1)[0]
    first, second = (fit(data, draws=50, warmup=50, chains=2, seed=3) for _ in range(2))
    assert np.array_equal(first.theta, second.theta)


def test_without_judgements_of_a_case_its_level_is_the_prior() -> None:
    data = judgements([0, 2, 1, 1], [0, 0, 0, 0], [0, 1, 2, 3], levels=3, cases=2)
    theta = fit(data, draws=600, warmup=200, seed=2).theta[:, 1]
    assert abs(theta.mean()) < 0.1
    assert theta.std() == pytest.approx(1.0, abs=0.1)


FEW = ([0, 2, 1, 1, 2, 2, 0, 1, 2, 1], [0, 0, 0, 1, 1, 1, 2, 2, 2, 0], [0, 1, 2, 0, 1, 2, 0, 1, 2, 3],
       [0, 1, 0, 0, 1, 0, 0, 1, 0, 0])  # fmt: skip


def test_the_model_in_numpyro_is_the_model_of_the_formula() -> None:
    """Its log density at random points against the sum of the densities that the formula names."""
    from numpyro.infer.util import log_density
    from scipy.stats import halfnorm, norm

    from veche.measures._informants_nuts import _model

    data, priors = judgements(*FEW, levels=3), Priors()
    rng = np.random.default_rng(5)
    for _ in range(3):
        at = {
            "theta": rng.normal(size=3), "first": rng.normal(size=1), "gaps": 0.3 * rng.normal(size=1),
            "spread": np.array(rng.uniform(0.1, 1)), "scatter": np.array(rng.uniform(0.1, 0.5)), "shift_raw": rng.normal(size=4),
            "beta_raw": rng.normal(size=4), "group_raw": rng.normal(size=1),
        }  # fmt: skip
        prior = norm.logpdf(np.concatenate([at["theta"], at["shift_raw"], at["beta_raw"]])).sum()
        prior += norm.logpdf(at["first"], scale=1.5).sum() + norm.logpdf(at["gaps"], scale=0.75).sum()
        prior += halfnorm.logpdf(at["spread"], scale=0.5) + halfnorm.logpdf(at["scatter"], scale=0.3)
        prior += norm.logpdf(at["group_raw"], scale=0.75).sum()
        cuts = np.array([-np.inf, at["first"][0], at["first"][0] + np.exp(at["gaps"][0]), np.inf])
        beta = np.exp(at["scatter"] * at["beta_raw"])
        side = np.array([0.0, at["group_raw"][0]])
        middle = beta[data.reporter] * at["theta"][data.case] + side[data.group]
        middle += at["spread"] * at["shift_raw"][data.reporter]
        chance = norm.cdf(cuts[data.level + 1] - middle) - norm.cdf(cuts[data.level] - middle)
        found, _trace = log_density(_model, (data, priors), {}, at)
        assert float(found) == pytest.approx(prior + np.log(chance).sum(), abs=1e-3)


@pytest.mark.skipif(
    "CI" not in os.environ and os.environ.get("HYPOTHESIS_PROFILE") != "thorough",
    reason="takes twenty seconds of compiling",
)
def test_numpyro_draws_from_the_same_posterior() -> None:
    data = judgements(*FEW, levels=3)
    gibbs = fit(data, draws=1500, warmup=300, chains=4)
    nuts = fit(data, draws=500, warmup=300, chains=2, sampler="nuts")
    for name in ("theta", "thresholds", "group"):
        ours, theirs = getattr(gibbs, name), getattr(nuts, name)
        assert ours.mean(axis=0) == pytest.approx(theirs.mean(axis=0), abs=0.2)
        assert ours.std(axis=0) == pytest.approx(theirs.std(axis=0), abs=0.2)


def test_without_numpyro_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputProblem, match=r"pip install 'veche\[bayes\]'"):
        fit(simulated(0)[0], sampler="nuts")


@pytest.mark.parametrize(
    ("columns", "levels", "word"),
    [
        (([], [], []), 3, "no judgement"),
        (([3], [0], [0]), 3, "steps"),
        (([-1], [0], [0]), 3, "steps"),
        (([0], [0], [0]), 1, "steps"),
        (([0, 1], [0], [0]), 3, "entries"),
        (([0], [-1], [0]), 3, "below 0"),
    ],
)
def test_nonsense_is_refused(columns: tuple[list[int], ...], levels: int, word: str) -> None:
    with pytest.raises(InputProblem, match=word):
        judgements(*columns, levels=levels)


def test_nonsense_of_the_sampler_is_refused() -> None:
    data = simulated(0)[0]
    with pytest.raises(InputProblem, match="draws"):
        fit(data, draws=2)
    with pytest.raises(InputProblem, match="prior"):
        fit(data, priors=Priors(groups=0))
    with pytest.raises(InputProblem, match="size"):
        fit_many([data, simulated(1)[0]], [Priors()])


def test_chains_that_disagree_are_noticed() -> None:
    rng = np.random.default_rng(0)
    same = rng.normal(size=(4, 200, 3))
    assert split_rhat(same) < 1.05
    assert split_rhat(same + np.arange(4)[:, None, None]) > 1.5
    assert informants.split_rhat(np.zeros((2, 10, 0))) != informants.split_rhat(np.zeros((2, 10, 0)))
