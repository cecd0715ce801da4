"""Sensitivity: how far each cut-off and each number of the calibration can be moved before other models come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from veche.analyses.qca.doubts import expected_of
from veche.sets import Frame, make_frame, sensitivity, solver
from veche.sets.cut_offs import Judging
from veche.words import N_, _, say

if TYPE_CHECKING:
    from veche.analyses.qca import Params
    from veche.analyses.qca.calibrated import Value
    from veche.analyses.qca.compute import Compared
    from veche.sets import Result as Solved

RANGES = ("setting", "set_at", "lowest", "highest")
STEP = 0.05
#: room between neighbouring numbers of a rule
APART = 0.01


def ranges(compared: Compared, chosen: Solved, params: Params) -> list[dict[str, Any]]:
    """Say for each setting between which values, in steps, the models stay the same; missing where they never change on that side."""
    assert compared.frame is not None
    judging = Judging(compared.frame, chosen.kind, expected_of(params), shut=chosen.table.shut, seconds=1.0)
    moves: list[tuple[str, Callable[[float], Solved], float, float, float, float]] = [
        (_("Consistency"), lambda cut: judging.at(cut, params.n, params.pri), params.incl, 0.0, 1.0, STEP),
        (_("PRI"), lambda cut: judging.at(params.incl, params.n, cut), params.pri, 0.0, 1.0, STEP),
        (
            _("Cases"),
            lambda n: judging.at(params.incl, int(n), params.pri),
            float(params.n),
            1.0,
            float(params.n + 5),
            1.0,
        ),
        *_numbers(compared, chosen, params),
    ]
    lines = []
    for name, solve, value, low, high, step in moves:
        found = sensitivity(solve, value, low=low, high=high, step=step, setting=name)
        lines.append({
            "setting": name, "set_at": value, "lowest": float("nan") if found.lower is None else found.lower,
            "highest": float("nan") if found.upper is None else found.upper,
        })  # fmt: skip
    return lines


def _numbers(
    compared: Compared, chosen: Solved, params: Params
) -> Iterator[tuple[str, Callable[[float], Solved], float, float, float, float]]:
    """Yield the numbers of the rule that lie between others: memberships of middle judgements, anchors."""
    solve = solver(
        incl_cut=params.incl, n_cut=params.n, pri_cut=params.pri, kind=chosen.kind, expectations=expected_of(params),
        necessary=params.necessary, untenable=params.untenable, seconds=1.0,
    )  # fmt: skip
    for place, rule in enumerate(compared.rules):
        numbers = rule.numbers
        for at, value in enumerate(numbers):
            if rule.memberships and at in (0, len(numbers) - 1):
                continue  # out and in are what they say
            beside = [numbers[one] for one in (at - 1, at + 1) if 0 <= one < len(numbers)]
            low = max([0.0, *(one + APART for one in beside if one < value)])
            high = min([1.0, *(one - APART for one in beside if one > value)])
            if not low <= value <= high:
                continue
            name = say(N_("{set}, number {at}"), set=rule.name, at=at + 1)
            yield name, _recalibrated(compared, params, place, at, solve), value, low, high, STEP


def _recalibrated(
    compared: Compared, params: Params, place: int, at: int, solve: Callable[[Frame], Solved]
) -> Callable[[float], Solved]:
    def found(value: float) -> Solved:
        rule = compared.rules[place]
        numbers = [*rule.numbers]
        numbers[at] = value
        assert compared.held is not None and compared.frame is not None
        moved: dict[str, Value] = {one.case: one for one in compared.held.values(place, rule.with_numbers(numbers))}
        cases = compared.complete
        data = {**compared.columns, rule.name: [moved[case].membership for case in cases]}
        bare = params.outcome.lstrip("~")
        return solve(make_frame(data, params.outcome, [name for name in data if name != bare], cases=cases))

    return found
