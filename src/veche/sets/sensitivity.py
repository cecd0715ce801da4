"""How far a setting may be moved before other models come out.

Reference: Oana and Schneider 2021, Sociological Methods and Research (sensitivity ranges).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.sets._drawing import drawing
from veche.sets.minimization import Result
from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Range:
    """Between which values of a setting the models stay the same; None where they never change on that side within the bounds `low` and `high`."""

    setting: str
    value: float
    lower: float | None
    upper: float | None
    low: float = float("nan")
    high: float = float("nan")

    def to_frame(self) -> pd.DataFrame:
        """Give a table of one row: setting, value, the last values with the same models, and how far was looked."""
        import pandas as pd

        row = [self.setting, self.value, self.lower, self.upper, self.low, self.high]
        return pd.DataFrame([row], columns=["setting", "value", "lower", "upper", "low", "high"])

    def figure(self) -> Any:
        """Draw the range on the line of values that were looked at; an Altair chart."""
        return drawing("range_chart")(self)

    def _repr_html_(self) -> str:
        return str(self.to_frame().round(3).to_html(index=False))


def sensitivity(
    solve: Callable[[float], Result], value: float, *, low: float, high: float, step: float, setting: str = ""
) -> Range:
    """Move one setting away from its value, step by step, until the models change.

    Parameters
    ----------
    solve
        Gives the result for a value of the setting: a cut-off, an anchor of a calibration, ...
    value
        Where it stands.
    low, high
        How far it may go.
    step
        Width of a step, over 0.
    setting
        Its name.

    Returns
    -------
    Range
        The last values on both sides with the same models; None if the bound was reached without a change. A value without a solution is one
        without models.

    Raises
    ------
    InputProblem
        If the value lies outside the bounds, or the step is not over 0 or makes more than 10,000 steps.

    References
    ----------
    Oana and Schneider 2021, Sociological Methods and Research (sensitivity ranges); Skaaning 2011, ibid. 40:391-408.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> solve = lambda cut: sets.minimize(sets.truth_table(frame, incl_cut=cut))
    >>> found = sets.sensitivity(solve, 0.8, low=0.5, high=1, step=0.05)
    >>> found.lower, found.upper
    (0.55, None)
    """
    if not (step > 0 and low <= value <= high and (high - low) / step <= 10_000):
        raise InputProblem(
            N_(
                "The value {value} is not between {low} and {high}, or the step {step} is not over 0 or too small. Give others."
            ),
            value=value,
            low=low,
            high=high,
            step=step,
        )
    mine = _models(solve, value)

    def walk(sign: int) -> float | None:
        last, at = value, 1
        while low <= (now := round(value + sign * at * step, 12)) <= high:
            if _models(solve, now) != mine:
                return last
            last, at = now, at + 1
        return None

    return Range(setting, value, walk(-1), walk(1), low, high)


def _models(solve: Callable[[float], Result], value: float) -> Any:
    try:
        return {frozenset(model) for model in solve(value).written()}
    except InputProblem as problem:
        return str(problem)
