"""The measurement model of informants in numpyro: the same posterior by the No-U-Turn sampler, one set after the other."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np

from veche.measures._informants_records import Fitted, Judgements, Priors, split_rhat
from veche.study.errors import N_, InputProblem


def run_nuts(
    data: list[Judgements], priors: list[Priors], draws: int, warmup: int, chains: int, seed: int
) -> list[Fitted]:
    """Draw from the posteriors of several sets of judgements.

    Raises
    ------
    InputProblem
        If numpyro is not installed; the message says how to install it.
    """
    if importlib.util.find_spec("numpyro") is None:
        raise InputProblem(
            N_(
                "The sampler nuts needs numpyro, which is not installed. Install it with: pip install 'veche[bayes]', or use the sampler "
                "gibbs, which is always there."
            )
        )
    return [
        _run(one, scale, draws, warmup, chains, seed + at)
        for at, (one, scale) in enumerate(zip(data, priors, strict=True))
    ]


def _run(data: Judgements, priors: Priors, draws: int, warmup: int, chains: int, seed: int) -> Fitted:
    import jax
    from numpyro.infer import MCMC, NUTS

    sampler = MCMC(
        NUTS(_model, max_tree_depth=8), num_warmup=warmup, num_samples=draws, num_chains=chains,
        chain_method="sequential", progress_bar=False,
    )  # fmt: skip
    sampler.run(jax.random.PRNGKey(seed), data, priors)
    held: Any = sampler.get_samples(group_by_chain=True)
    found = {
        name: np.asarray(held[name], dtype=float) for name in ("theta", "thresholds", "group", "shift", "reliability")
    }
    checked = np.concatenate([found["theta"], found["group"][..., 1:]], axis=2)
    flat = {name: values.reshape(-1, values.shape[-1]) for name, values in found.items()}
    return Fitted(
        flat["theta"], flat["thresholds"], flat["group"], flat["shift"], flat["reliability"], split_rhat(checked)
    )


def _model(data: Judgements, priors: Priors) -> None:
    import jax.numpy as jnp
    import numpyro
    import numpyro.distributions as dist
    from jax.scipy.special import ndtr

    def normal(name: str, size: int, scale: float = 1.0) -> Any:
        return numpyro.sample(name, dist.Normal(0, scale).expand([size]).to_event(1))

    theta = normal("theta", data.cases)
    first = normal("first", 1, priors.thresholds)
    gaps = normal("gaps", data.levels - 2, priors.thresholds / 2) if data.levels > 2 else jnp.zeros(0)
    thresholds = numpyro.deterministic("thresholds", jnp.cumsum(jnp.concatenate([first, jnp.exp(gaps)])))
    spread = numpyro.sample("spread", dist.HalfNormal(priors.reporters))
    scatter = numpyro.sample("scatter", dist.HalfNormal(priors.reliability))
    shift = numpyro.deterministic("shift", spread * normal("shift_raw", data.reporters))
    beta = numpyro.deterministic("reliability", jnp.exp(scatter * normal("beta_raw", data.reporters)))
    later = normal("group_raw", data.groups - 1, priors.groups) if data.groups > 1 else jnp.zeros(0)
    side = numpyro.deterministic("group", jnp.concatenate([jnp.zeros(1), later]))
    middle = beta[data.reporter] * theta[data.case] + side[data.group] + shift[data.reporter]
    cuts = jnp.concatenate([jnp.array([-30.0]), thresholds, jnp.array([30.0])])
    upper, lower = cuts[data.level + 1] - middle, cuts[data.level] - middle
    # of two large positive numbers the tails are taken on the other side, where they do not vanish
    flip = lower > 0
    upper, lower = jnp.where(flip, -lower, upper), jnp.where(flip, -upper, lower)
    numpyro.factor("judgements", jnp.log(jnp.clip(ndtr(upper) - ndtr(lower), 1e-12)).sum())
