"""How long a horizon does a partnership need?"""

from __future__ import annotations

import numpy as np

from veche.lab._question_parts import TITLES
from veche.lab.asking import Answer, Basis, Floats, changing, common_assumptions, levers
from veche.lab.question_figures import draw_horizon
from veche.study.errors import N_, InputProblem
from veche.words import _, number, percent, say

#: monthly discount factors at which a partnership is tried
HORIZONS: tuple[float, ...] = (0.80, 0.85, 0.88, 0.90, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99)
#: share of months in partnership from which it is said to hold
HOLDS = 0.5
#: whose horizon is varied
MOVED = {"both": ("delta0", "delta_f"), "head": ("delta0",), "firm": ("delta_f",)}
_WHOSE = {"both": N_("the head and the firm"), "head": N_("the head"), "firm": N_("the firm")}
#: horizon at which it is seen what else partnership depends on
MIDDLE = 0.95
_NEVER = N_("In the model, at no horizon up to {longest} months does a partnership in {about} hold half of the time.")
_FOUND = N_(
    "In the model, a partnership in {about} holds half of the time from a horizon of about {months} months ({low} to {high})."
)
_SOME = N_("In {never} of the draws no horizon up to {longest} months is enough.")


def partnership_horizon(basis: Basis, *, who: str = "both") -> Answer:
    """Answer by the shortest horizon from which the partnership holds in half of the months, draw by draw.

    A monthly discount factor d stands for a horizon of 1/(1 - d) months. The answer is the median of the draws; draws in which no horizon tried is
    enough count as endless.

    Parameters
    ----------
    basis
        Of whom it is asked.
    who
        Whose horizon is varied: `head`, `firm`, `both`; the other's stays.

    Raises
    ------
    InputProblem
        For another `who`.
    """
    import pandas as pd

    if who not in MOVED:
        raise InputProblem(N_("There is no {who}. Choose one of: {known}."), who=who, known=", ".join(MOVED))
    shares = np.column_stack([_shares(basis, who, delta) for delta in HORIZONS])
    months = 1 / (1 - np.array(HORIZONS))
    rows = []
    for at, delta in enumerate(HORIZONS):
        mean, low, high = basis.interval(shares[:, at])
        holds = float((shares[:, at] >= HOLDS).mean())
        rows.append(
            {"delta": delta, "months": float(months[at]), "mean": mean, "low": low, "high": high, "holds": holds}
        )
    needed = horizon_needed(shares, months)
    estimate, low, high = _interval(basis, shares, months, needed)
    longest = number(float(months[-1]), 0)
    if np.isfinite(estimate):
        answer = say(_("about {months} months"), months=number(estimate, 0))
        end = number(high, 0) if np.isfinite(high) else _("beyond all tried")
        sentence = say(_FOUND, about=basis.name, months=number(estimate, 0), low=number(low, 0), high=end)
        if not basis.known and np.isnan(needed).any():
            sentence += " " + say(_SOME, never=percent(float(np.isnan(needed).mean())), longest=longest)
    else:
        answer = _("longer than any tried")
        sentence = say(_NEVER, about=basis.name, longest=longest)
    found = levers(basis, lambda one: _shares(one, who, MIDDLE))
    other = {name: value for name, value in found.items() if name not in MOVED[who]}
    return Answer(
        question="horizon",
        title=_(TITLES["horizon"]),
        about=basis.name,
        answer=answer,
        sentence=sentence,
        measure=_("months"),
        estimate=estimate,
        low=low,
        high=high,
        table=pd.DataFrame(rows),
        assumptions=(
            say(
                _("The horizon of {who} is varied; a discount factor d counts as 1/(1 − d) months."), who=_(_WHOSE[who])
            ),
            _(
                "With full relational capital a partner holds from d = g/(g + r0 + r1) on, for a temptation g; capital must be built first."
            ),
            *common_assumptions(basis),
        ),
        would_change=changing(other, _("Partnership at a given horizon")),
        levers=other,
        draw=draw_horizon,
        details={"never": float(np.isnan(needed).mean())},
    )


def _shares(basis: Basis, who: str, delta: float) -> Floats:
    """Share of months in partnership at one horizon, point by point."""
    return basis.run(basis.with_values(**dict.fromkeys(MOVED[who], delta)))["partnership_share"].to_numpy()


def horizon_needed(shares: Floats, months: Floats) -> Floats:
    """Shortest horizon from which a share of at least a half is held at all longer ones tried, row by row.

    Parameters
    ----------
    shares
        Shape (rows, horizons), horizons growing.
    months
        Horizons, shape (horizons,).

    Returns
    -------
    Shape (rows,), in proportion between the last that is too short and the first that is enough; missing where the longest is too short.

    Examples
    --------
    >>> horizon_needed(np.array([[0.0, 0.25, 0.75], [0.0, 0.9, 0.1]]), np.array([5.0, 10.0, 20.0])).tolist()
    [15.0, nan]
    """
    found = np.full(len(shares), np.nan)
    for at, row in enumerate(shares):
        below = np.flatnonzero(~(row >= HOLDS))
        first = int(below[-1]) + 1 if below.size else 0
        if first >= len(months):
            continue
        found[at] = months[first]
        if first:
            step = (HOLDS - row[first - 1]) / (row[first] - row[first - 1])
            found[at] = months[first - 1] + step * (months[first] - months[first - 1])
    return found


def _interval(basis: Basis, shares: Floats, months: Floats, needed: Floats) -> tuple[float, float, float]:
    """Middle and 90 % interval of the horizon needed: over draws, or, of a scenario, of the mean curve over resampled runs."""
    if not basis.known:
        low, middle, high = _ranked(needed, (0.05, 0.5, 0.95))
        return middle, low, high
    rng = np.random.default_rng(basis.seed)
    size = len(shares)
    again = np.array([shares[rng.integers(0, size, size)].mean(axis=0) for _once in range(400)])
    low, high = _ranked(horizon_needed(again, months), (0.05, 0.95))
    middle = float(horizon_needed(shares.mean(axis=0, keepdims=True), months)[0])
    return middle if np.isfinite(middle) else float("inf"), low, high


def _ranked(values: Floats, shares: tuple[float, ...]) -> tuple[float, ...]:
    """Quantiles by rank, where missing values count as endless."""
    ordered = np.sort(np.where(np.isnan(values), np.inf, values))
    return tuple(float(ordered[min(int(share * len(ordered)), len(ordered) - 1)]) for share in shares)
