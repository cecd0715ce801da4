"""What a calibration can and cannot say: predictive checks before and after, what stays as wide as the prior, and conditions that trade off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from veche.lab.calibration import Posterior
from veche.lab.indicators import INDICATORS
from veche.lab.reference_table import CONDITIONS, NAMES, run_indicators
from veche.words import _, number, say

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

#: an interval at least this share of the prior's has hardly been narrowed
WIDE = 0.90
#: draws of two conditions correlated at least this much, either way, trade off
TRADED = 0.30
#: draws run again for the check after
RUNS = 200
#: evidence as rare as this among runs does not fit
RARE = 0.05


def prior_check(posterior: Posterior) -> pd.DataFrame:
    """Could the model, anywhere in the box, have been coded so? One row per town and wave.

    `distance` is the Mahalanobis distance of the codes from the mean of coded runs of the table, `chance` the share of those runs that lie at least
    as far out; under 0.05 the model hardly knows such a town.
    """
    import pandas as pd

    rng = np.random.default_rng(posterior.seed + 1)
    levels = posterior.table.normal
    levels = levels[rng.choice(len(levels), min(4000, len(levels)), replace=False)]
    rows = []
    for at, (town, wave) in enumerate(posterior.cases):
        coded = posterior.instrument.coded(levels, posterior.instrument.pattern(at), rng)
        distance, chance = _distance(posterior.instrument.seen(at), coded)
        rows.append({"town": town, "wave": wave, "distance": distance, "chance": chance, "fits": chance >= RARE})
    return pd.DataFrame(rows)


def posterior_check(posterior: Posterior, *, runs: int = RUNS, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run draws of the posterior, code the runs, and compare with the codes.

    Returns
    -------
    One row per town and wave (as `prior_check`); and one per town, wave and indicator judged: what was coded, the middle and the
    90 % interval of what the model would be coded as, and the share of runs coded lower (half of those coded equally).
    """
    import pandas as pd
    from scipy.special import ndtr

    rng = np.random.default_rng(seed)
    wholes, parts = [], []
    for at, (town, wave) in enumerate(posterior.cases):
        places = ndtr(posterior.pooled[at][rng.integers(0, posterior.pooled.shape[1], runs)])
        levels = run_indicators(places, posterior.table.scale, seed=seed, first_point=10_000_000 + at * runs)
        levels = levels[~np.isnan(levels).any(axis=1)]
        pattern, seen = posterior.instrument.pattern(at), posterior.instrument.seen(at)
        coded = posterior.instrument.coded(levels, pattern, rng)
        distance, chance = _distance(seen, coded)
        wholes.append({"town": town, "wave": wave, "distance": distance, "chance": chance, "fits": chance >= RARE})
        judged = [one for one, coders in zip(INDICATORS, pattern, strict=True) if coders]
        for place, one in enumerate(judged):
            low, middle, high = np.quantile(coded[:, place], [0.05, 0.5, 0.95])
            lower = float((coded[:, place] < seen[place]).mean() + (coded[:, place] == seen[place]).mean() / 2)
            parts.append({
                "town": town, "wave": wave, "indicator": one.key, "label": _(one.label), "coded": seen[place], "expected": middle, "low": low,
                "high": high, "lower": lower, "fits": bool(low <= seen[place] <= high),
            })  # fmt: skip
    return pd.DataFrame(wholes), pd.DataFrame(parts)


def _distance(seen: Floats, coded: Floats) -> tuple[float, float]:
    mean = coded.mean(axis=0)
    spread = np.atleast_2d(np.cov(coded.T)) + 1e-6 * np.eye(len(seen))
    inverse = np.linalg.inv(spread)

    def far(rows: Floats) -> Floats:
        return np.asarray(np.sqrt(np.einsum("rp,pq,rq->r", rows - mean, inverse, rows - mean)))

    own = float(far(seen[None])[0])
    return own, float((far(coded) >= own).mean())


def trade_offs(posterior: Posterior, *, least: float = TRADED) -> pd.DataFrame:
    """Pairs of conditions of which the data tell a combination better than each alone: correlation of draws, strongest first."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for at, (town, wave) in enumerate(posterior.cases):
        found = np.corrcoef(posterior.pooled[at].T)
        strong = np.argwhere(np.triu(np.abs(found) >= least, k=1))
        rows += [
            {
                "town": town,
                "wave": wave,
                "first": NAMES[one],
                "second": NAMES[other],
                "correlation": float(found[one, other]),
            }
            for one, other in strong
        ]
    frame = pd.DataFrame(rows, columns=["town", "wave", "first", "second", "correlation"])
    return frame.sort_values("correlation", key=abs, ascending=False, ignore_index=True)


def unidentified(posterior: Posterior, *, wide: float = WIDE) -> tuple[str, ...]:
    """Names of conditions whose 90 % interval is, over all towns and waves, on average at least `wide` of the prior's."""
    means = posterior.frame.groupby("condition")["share_of_prior"].mean()
    return tuple(name for name in NAMES if means[name] >= wide)


def not_told(posterior: Posterior) -> tuple[str, ...]:
    """Sentences about what the data do not identify, in the language in use."""
    meaning = {one.name: _(one.meaning) for one in CONDITIONS}
    said = []
    if wide := unidentified(posterior):
        said.append(say(_("The data hardly tell of these conditions; their intervals are {share} or more of what was thought before: {names}."),
                        share=_share(WIDE), names=_list(meaning, wide)))  # fmt: skip
    else:
        said.append(_("Every condition is narrowed by a tenth or more."))
    pairs = trade_offs(posterior)
    if len(pairs):
        counts = pairs.groupby(["first", "second"], as_index=False)["correlation"].agg(["mean", "size"])
        often = counts[counts["size"] >= max(1, len(posterior.cases) // 3)].sort_values(
            "mean", key=abs, ascending=False
        )
        named = "; ".join(
            say(
                _("{first} and {second} ({correlation})"), first=meaning[row["first"]], second=meaning[row["second"]],
                correlation=number(float(row["mean"]), 2),
            )
            for row in often.head(6).to_dict("records")
        )  # fmt: skip
        if named:
            said.append(
                say(
                    _("These pairs trade off: the data tell their combination better than each of them: {pairs}."),
                    pairs=named,
                )
            )
    said.append(
        _(
            "Codes tell what respondents say. That coders agree does not make it so, and one run of the model is one possible course of a town."
        )
    )
    return tuple(said)


def _share(value: float) -> str:
    from veche.words import percent

    return percent(value)


def _list(meaning: dict[str, str], names: tuple[str, ...]) -> str:
    return ", ".join(f"{meaning[one]} ({one})" for one in names)
