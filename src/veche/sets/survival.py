"""How often terms survive: a town left out, memberships moved within their error.

Six towns are few: what one of them carries, or what hangs on the second decimal of a membership, is not a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from veche.sets._checks import read_numbers, read_runs, read_seed
from veche.sets._drawing import drawing
from veche.sets._frame import checked
from veche.sets._terms import Floats, Frame
from veche.sets.counterfactuals import enhanced, parts
from veche.sets.cut_offs import check_grid
from veche.sets.minimization import Expectations, Kind, Result, minimize
from veche.sets.truth_table import truth_table
from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Survival:
    """In which share of runs each term stood in a smallest model, among runs with a solution.

    `shares` is NaN where no run had a solution. `lost` names, for runs that have a name (a town left out), the terms of the first result that are
    in none of its models; a run without a solution is there with all of them.
    """

    shares: Mapping[str, float]
    runs: int
    solved: int
    lost: Mapping[Hashable, tuple[str, ...]]

    def to_frame(self) -> pd.DataFrame:
        """Give the shares as a table, the most frequent terms first."""
        import pandas as pd

        rows = sorted(self.shares.items(), key=lambda one: (-one[1] if one[1] == one[1] else 0.0, one[0]))
        return pd.DataFrame([{"term": term, "share": share} for term, share in rows], columns=["term", "share"])

    def figure(self) -> Any:
        """Draw how often each term survives; an Altair chart."""
        return drawing("survival_map")(self)

    def _repr_html_(self) -> str:
        return str(self.to_frame().round(3).to_html(index=False))


def solver(
    *, incl_cut: float = 0.8, n_cut: int = 1, pri_cut: float = 0.0, kind: Kind = "parsimonious", expectations: Expectations = (),
    necessary: str = "", untenable: str = "", seconds: float = 2.0,
) -> Callable[[Frame], Result]:  # fmt: skip
    """Make a function from cases to their solution, with all settings fixed.

    Parameters
    ----------
    incl_cut, n_cut, pri_cut
        As in `truth_table`.
    kind, expectations, seconds
        As in `minimize`.
    necessary, untenable
        As in `standard`: what no solution may take for positive.

    Returns
    -------
    callable
        From a frame to the result of `minimize`; it raises what that raises for a frame without a solution.

    Raises
    ------
    InputProblem
        For cut-offs out of their bounds.

    References
    ----------
    Those of `minimize`.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> solve = sets.solver(incl_cut=0.9)
    >>> solve(frame).solution.write(), solve(sets.negated(frame)).solution.write()
    ('HEAD', '~HEAD*~FIRM')
    """
    check_grid((incl_cut,), (n_cut,), (pri_cut,))
    given = expectations if isinstance(expectations, Mapping) else tuple(expectations)

    def solve(frame: Frame) -> Result:
        table = truth_table(frame, incl_cut=incl_cut, n_cut=n_cut, pri_cut=pri_cut)
        table = enhanced(table, necessary=parts(necessary), untenable=parts(untenable))
        return minimize(table, kind, expectations=given, listed=1, seconds=seconds)

    return solve


def left_out(frame: Frame, units: Sequence[Hashable], solve: Callable[[Frame], Result]) -> Survival:
    """Leave out one unit (town) after another, with all its cases.

    Parameters
    ----------
    frame
        Cases, conditions and outcome.
    units
        Unit of each case.
    solve
        From cases to a solution; see `solver`.

    Returns
    -------
    Survival
        Shares in [0, 1], among the runs with a solution.

    Raises
    ------
    InputProblem
        If the units do not fit the cases, or the whole has no solution.

    References
    ----------
    Thiem, Spöhel and Dusa 2016, Political Analysis 24:104-120; Skaaning 2011, Sociological Methods and Research 40:391-408.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> sets.left_out(frame, ["a", "b", "c", "d"], sets.solver()).to_frame().to_dict("records")
    [{'term': 'HEAD', 'share': 1.0}]
    """
    if len(units) != len(frame.cases):
        raise InputProblem(
            N_("There are {units} units for {cases} cases. Give one for each."),
            units=len(units),
            cases=len(frame.cases),
        )
    names = list(dict.fromkeys(units))
    frames = [_kept(frame, [at for at, unit in enumerate(units) if unit != name]) for name in names]
    return _survival(_terms(solve(frame)), frames, solve, names)


def drawn(
    values: ArrayLike, errors: ArrayLike, make: Callable[[Floats], Frame], solve: Callable[[Frame], Result], *, draws: int = 200, seed: int = 0
) -> Survival:  # fmt: skip
    """Draw every membership from the normal law around its value with its standard error, cut to [0, 1].

    Parameters
    ----------
    values, errors
        Memberships and their standard errors, shape (cases, sets), 0 or missing where one is certain.
    make
        From drawn memberships of the same shape to the frame.
    solve
        From cases to a solution; see `solver`.
    draws, seed
        How many draws, and their seed.

    Returns
    -------
    Survival
        Share of the draws with a solution in which each term stands in a smallest model, in [0, 1].

    Raises
    ------
    InputProblem
        If the shapes differ, an error is negative, or the values as they are have no solution.

    References
    ----------
    Eliason and Stryker 2009, Sociological Methods and Research 38:102-146 (error of memberships); Thiem, Spöhel and Dusa 2016, Political Analysis
    24:104-120.

    Examples
    --------
    >>> from veche import sets
    >>> values = [[0.9, 0.8, 0.9], [0.8, 0.2, 0.8], [0.1, 0.9, 0.3], [0.2, 0.3, 0.2]]
    >>> errors = [[0.01, 0.01, 0.01]] * 4
    >>> make = lambda x: sets.make_frame({"HEAD": x[:, 0], "FIRM": x[:, 1], "STABLE": x[:, 2]}, "STABLE")
    >>> sets.drawn(values, errors, make, sets.solver(), draws=20, seed=1).shares["HEAD"]
    1.0
    """
    middle, error = read_numbers(values), np.nan_to_num(read_numbers(errors))
    draws = read_runs(draws, 1)
    if middle.shape != error.shape or (error < 0).any() or draws < 1:
        raise InputProblem(
            N_("There are memberships of shape {values} and errors of shape {errors}, {draws} draws. "
               "Give one error of 0 or more for each membership."),
            values=str(middle.shape), errors=str(error.shape), draws=draws,
        )  # fmt: skip
    own = _terms(solve(make(middle)))
    rng = np.random.default_rng(read_seed(seed))
    frames: list[Frame | None] = []
    for _draw in range(draws):
        try:
            frames.append(make(np.clip(rng.normal(middle, error), 0, 1)))
        except InputProblem:
            # drawn so, the outcome does not vary, or a condition equals it
            frames.append(None)
    return _survival(own, frames, solve, ())


def drawn_within(
    frame: Frame, errors: Mapping[str, ArrayLike], solve: Callable[[Frame], Result], *, draws: int = 200, seed: int = 0
) -> Survival:
    """Do what `drawn` does with the memberships of a frame.

    Parameters
    ----------
    frame
        Cases, conditions and outcome.
    errors
        Standard errors of memberships by condition, or by the name of the outcome (with or without ``~``): one for all cases, or one for each, 0 or
        missing where one is certain; sets that are not named are certain.
    solve, draws, seed
        As in `drawn`.

    Returns
    -------
    Survival
        Share of the draws with a solution in which each term stands in a smallest model, in [0, 1].

    Raises
    ------
    InputProblem
        As `drawn`; also for a set that is not there, or one with several values or ``-``, which has no memberships to draw.

    References
    ----------
    Those of `drawn`.

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> sets.drawn_within(frame, {"HEAD": 0.01, "STABLE": [0.01, 0.02, 0.01, 0]}, sets.solver(), draws=20, seed=1).shares
    {'HEAD': 1.0}
    """
    places = [_drawable(frame, name) for name in errors]
    values = [frame.outcome if at is None else frame.literals[at][1] for at in places]
    shape = (len(frame.cases), len(places))
    try:
        spread = [np.broadcast_to(read_numbers(one), shape[:1]) for one in errors.values()]
    except ValueError:
        raise InputProblem(
            N_("An error has {count} values for {cases} cases. Give one for all of them, or one for each."),
            count=next(np.size(one) for one in errors.values() if np.shape(one) not in ((), (1,), shape[:1])), cases=shape[0],
        ) from None  # fmt: skip

    def make(values: Floats) -> Frame:
        literals, outcome = [*frame.literals], frame.outcome
        for at, x in zip(places, values.T, strict=True):
            if at is None:
                outcome = x
            else:
                literals[at] = np.array([1 - x, x])
        return checked(replace(frame, literals=tuple(literals), outcome=outcome))

    return drawn(
        np.reshape(values, shape[::-1]).T, np.reshape(spread, shape[::-1]).T, make, solve, draws=draws, seed=seed
    )


def _drawable(frame: Frame, name: str) -> int | None:
    """Place of a condition whose memberships can be drawn; None for the outcome."""
    if name.lstrip("~") == frame.outcome_name.lstrip("~"):
        return None
    at = frame.place_of(name)
    if len(frame.literals[at]) > 2:
        raise InputProblem(
            N_("{name} holds values, not memberships: nothing can be drawn around them. Leave its error out."),
            name=name,
        )
    return at


def _survival(
    own: Iterable[str], frames: Sequence[Frame | None], solve: Callable[[Frame], Result], names: Sequence[Hashable]
) -> Survival:
    kept: Counter[str] = Counter()
    solved = 0
    mine = tuple(dict.fromkeys(own))
    lost: dict[Hashable, tuple[str, ...]] = {}
    for at, one in enumerate(frames):
        try:
            there = set(_terms(solve(one))) if one is not None else None
        except InputProblem:
            there = None
        if there is not None:
            solved += 1
            kept.update(there)
        if names and (gone := tuple(term for term in mine if there is None or term not in there)):
            lost[names[at]] = gone
    terms = [*mine, *sorted(set(kept) - set(mine))]
    shares = {term: kept[term] / solved if solved else float("nan") for term in terms}
    return Survival(shares, len(frames), solved, lost)


def _terms(found: Result) -> list[str]:
    """Terms that stand in any smallest model, those of the first one first."""
    first = [found.table.frame.write(cube) for cube in found.solution.model()]
    return [*first, *(one.frame.write(cube) for one in found.solutions for cube in one.share)]


def _kept(frame: Frame, rows: Sequence[int]) -> Frame | None:
    """Give the frame of some cases; None if the outcome does not vary there."""
    fewer = replace(
        frame, literals=tuple(one[:, rows] for one in frame.literals), cases=tuple(frame.cases[at] for at in rows), outcome=frame.outcome[list(rows)]
    )  # fmt: skip
    return fewer if rows and fewer.outcome.min() < fewer.outcome.max() else None
