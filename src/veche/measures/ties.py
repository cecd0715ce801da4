"""Ties between actors in windows of time, from what several reporters say; one reporter has at most one vote."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from veche.measures._arrays import floats
from veche.measures.windows import Shares
from veche.study.errors import N_, InputProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Claims:
    """Statements spread over ordered pairs of actors: every source to every target, symmetric kinds both ways.

    A statement makes at most one claim on an ordered pair, and none on an actor with himself.
    """

    statement: Ints
    source: Ints
    target: Ints
    actors: int


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """Observed ties, one row for every window and ordered pair, sorted by window, source, target.

    `tone` is in [-1, 1], `votes` at most the number of `reporters`, `mass` what was said in all, `dispersion` between
    reporters in [0, 1]. A pair about whom nobody speaks has no row: it is missing, not neutral.
    """

    actors: int
    window: Ints
    source: Ints
    target: Ints
    tone: Floats
    votes: Floats
    mass: Floats
    dispersion: Floats
    reporters: Ints

    def __len__(self) -> int:
        return int(self.window.size)

    def matrix(self, window: int) -> Floats:
        """Give the tones of one window as a matrix source x target, NaN where nobody speaks."""
        found = np.full((self.actors, self.actors), np.nan)
        rows = slice(*np.searchsorted(self.window, [window, window + 1]))
        found[self.source[rows], self.target[rows]] = self.tone[rows]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class ToldTies:
    """What each reporter says of each pair in each window, sorted by window, source, target and reporter.

    `pair` numbers window, source and target at once: (window x actors + source) x actors + target. `mass` is above 0,
    `tone` in [-1, 1]; the vote of a row is min(1, mass).
    """

    actors: int
    pair: Ints
    reporter: Ints
    mass: Floats
    tone: Floats


@dataclass(frozen=True, slots=True, eq=False)
class MutualTies:
    """Mutual tone of unordered pairs (first < second) for whom both directions are observed; tone in [-1, 1]."""

    window: Ints
    first: Ints
    second: Ints
    tone: Floats


def claims(
    sources: Sequence[Collection[int]], targets: Sequence[Collection[int]], symmetric: ArrayLike, actors: int
) -> Claims:
    """Spread statements with compound sources and targets over ordered pairs, each counting in full.

    Parameters
    ----------
    sources, targets
        For every statement the numbers of its actors, 0 to actors - 1, at least one each.
    symmetric
        Whether the kind of the statement counts both ways.
    actors
        Number of actors.

    Raises
    ------
    InputProblem
        If a statement has no source or target, or names an actor who is not there.

    Examples
    --------
    >>> found = claims([[0, 1], [2]], [[2], [0]], [True, False], 3)
    >>> list(zip(found.source.tolist(), found.target.tolist()))
    [(0, 2), (1, 2), (2, 0), (2, 1), (2, 0)]
    """
    both = np.asarray(symmetric, dtype=bool).ravel()
    if not len(sources) == len(targets) == both.size:
        raise InputProblem(
            N_("There are {sources} sets of sources, {targets} of targets and {kinds} kinds. Give one of each for every "
               "statement."),
            sources=len(sources), targets=len(targets), kinds=both.size,
        )  # fmt: skip
    _check_actors(sources, actors, N_("sources"))
    _check_actors(targets, actors, N_("targets"))
    rows: list[tuple[int, int, int]] = []
    for number, (some, others) in enumerate(zip(sources, targets, strict=True)):
        pairs = {(i, j) for i in some for j in others if i != j}
        if both[number]:
            pairs |= {(j, i) for i, j in pairs}
        rows.extend((number, i, j) for i, j in sorted(pairs))
    columns = np.asarray(rows, dtype=np.intp).reshape(-1, 3).T
    return Claims(columns[0], columns[1], columns[2], actors)


def _check_actors(sets: Sequence[Collection[int]], actors: int, side: str) -> None:
    for number, members in enumerate(sets):
        if len(members) == 0:
            raise InputProblem(
                N_("Statement {row} has no {noun}. Give at least one actor on each side."), row=number, noun=side
            )
        for actor in members:
            if not 0 <= actor < actors:
                raise InputProblem(
                    N_("Statement {row} names actor {actor} among its {noun}, but actors are numbered from 0 to {last}. "
                       "Give a number in that range."),
                    row=number, actor=actor, noun=side, last=actors - 1,
                )  # fmt: skip


def ties(
    spread: Claims,
    reporter: ArrayLike,
    valence: ArrayLike,
    fallen: Shares,
    *,
    kappa: float = 0.0,
) -> Ties:
    r"""Give the ties of all windows at once.

    For reporter p on the pair (i, j): :math:`mass^p = \sum \omega_r`, :math:`x^p = \sum \omega_r v_r / mass^p`,
    :math:`vote^p = \min(1, mass^p)`; then

    .. math:: x_{ij} = \frac{\sum_p vote^p x^p}{\sum_p vote^p + \kappa}, \quad n_{ij} = \sum_p vote^p,
              \quad a_{ij} = \sum_p mass^p, \quad D_{ij} = (\max_p x^p - \min_p x^p)/2

    Parameters
    ----------
    spread
        Claims on ordered pairs, from `claims`.
    reporter
        Number of the reporter of every statement, from 0.
    valence
        In [-1, 1], one for every statement; statements without one (NaN) make no tie.
    fallen
        Shares of the statements in windows, from `veche.measures.windows.shares`.
    kappa
        At least 0: 0 describes, 1 shrinks thinly reported ties towards 0 (for decisions on coalitions).

    Returns
    -------
    Ties
        Doubling all statements of a reporter whose mass on a pair is at least 1 changes nothing but the mass.

    Raises
    ------
    InputProblem
        If kappa is negative, a valence lies outside [-1, 1], or columns differ in length.

    Notes
    -----
    Statements x windows that they touch are sorted once; nothing grows with the square of the number of actors.
    """
    if not (kappa >= 0 and np.isfinite(kappa)):
        raise InputProblem(N_("Kappa is {value}. Give 0 to describe, 1 to decide."), value=kappa)
    return over_reporters(told_ties(spread, reporter, valence, fallen), kappa)


def told_ties(spread: Claims, reporter: ArrayLike, valence: ArrayLike, fallen: Shares) -> ToldTies:
    r"""Give what every single reporter says of every ordered pair in every window: :math:`mass^p` and :math:`x^p`.

    Parameters and errors as of `ties`.
    """
    who, value = _columns(reporter, valence)
    _check_statements(spread, fallen, who.size)
    claim, window, share = _joined(spread, fallen, value)
    statement = spread.statement[claim]
    people = max(int(who.max(initial=-1)) + 1, 1)
    pair = window * (spread.actors * spread.actors) + (spread.source * spread.actors + spread.target)[claim]
    key = pair * people + who[statement]
    order = _order(key)
    share, told = share[order], statement[order]
    said = share * value[told]
    starts = _starts(key[order])
    if not starts.size:
        return ToldTies(spread.actors, pair, statement, share, said)
    mass = np.add.reduceat(share, starts)
    tone = np.clip(np.add.reduceat(said, starts) / mass, -1.0, 1.0)
    return ToldTies(spread.actors, pair[order[starts]], who[told[starts]], mass, tone)


def over_reporters(told: ToldTies, kappa: float = 0.0) -> Ties:
    """Join what the reporters say of each pair and window into ties; see `ties`."""
    actors, pair, mass, tone = told.actors, told.pair, told.mass, told.tone
    starts = _starts(pair)
    if not starts.size:
        none, no = np.zeros(0), np.zeros(0, np.intp)
        return Ties(actors, no, no, no, none, none, none, none, no)
    vote = np.minimum(mass, 1.0)
    votes = np.add.reduceat(vote, starts)
    spread = (np.maximum.reduceat(tone, starts) - np.minimum.reduceat(tone, starts)) / 2
    window, rest = _divided(pair[starts], actors * actors)
    source, target = _divided(rest, actors)
    return Ties(
        actors=actors,
        window=window,
        source=source,
        target=target,
        tone=np.clip(np.add.reduceat(vote * tone, starts) / (votes + kappa), -1.0, 1.0),
        votes=votes,
        mass=np.add.reduceat(mass, starts),
        dispersion=spread,
        reporters=np.diff(np.append(starts, pair.size)),
    )


def _order(key: Ints) -> Ints:
    """Order of whole numbers from 0, equal ones as they stood; 16 bits at a time, which NumPy sorts by counting."""
    if not key.size or (most := int(key.max())).bit_length() > 48:
        return np.argsort(key, kind="stable")
    order = np.argsort(key.astype(np.uint16), kind="stable")
    for shift in range(16, most.bit_length(), 16):
        order = order[np.argsort((key[order] >> shift).astype(np.uint16), kind="stable")]
    return order


def _divided(number: Ints, by: int) -> tuple[Ints, Ints]:
    """Quotient and rest; one division by one number for all is quick, `divmod` is not."""
    whole = number // by
    return whole, number - whole * by


def _starts(sorted_key: Ints) -> Ints:
    """Where each run of equal keys begins."""
    if not sorted_key.size:
        return np.zeros(0, np.intp)
    return np.concatenate([[0], np.flatnonzero(np.diff(sorted_key)) + 1])


def _joined(spread: Claims, fallen: Shares, value: Floats) -> tuple[Ints, Ints, Floats]:
    """Pair every claim with every window that its statement falls into."""
    size = value.size
    per_statement = np.bincount(fallen.statement, minlength=size)
    begin = np.cumsum(per_statement) - per_statement
    times = np.where(np.isnan(value), 0, per_statement)[spread.statement]
    claim = np.repeat(np.arange(spread.statement.size), times)
    offset = np.arange(claim.size) - np.repeat(np.cumsum(times) - times, times)
    row = begin[spread.statement[claim]] + offset
    return claim, fallen.window[row], fallen.share[row]


def _columns(reporter: ArrayLike, valence: ArrayLike) -> tuple[Ints, Floats]:
    who, value = np.asarray(reporter).ravel(), floats(valence, N_("valences")).ravel()
    if who.size != value.size:
        raise InputProblem(
            N_("There are {reporters} reporters and {valences} valences. Give both for every statement."),
            reporters=who.size, valences=value.size,
        )  # fmt: skip
    if who.size and (not np.issubdtype(who.dtype, np.integer) or int(who.min()) < 0):
        raise InputProblem(
            N_("The reporters of the statements are not whole numbers from 0. Number the reporters 0, 1, 2 ...")
        )
    wrong = np.abs(value) > 1
    if bool(wrong.any()):
        row = int(np.argmax(wrong))
        raise InputProblem(
            N_("The valence of statement {row} is {value}. Give a number from -1 (antagonism) to 1 (accord)."),
            row=row,
            value=float(value[row]),
        )
    return who.astype(np.intp), value


def _check_statements(spread: Claims, fallen: Shares, size: int) -> None:
    last = max(int(spread.statement.max(initial=-1)), int(fallen.statement.max(initial=-1)))
    if last >= size:
        raise InputProblem(
            N_("Statement {row} makes a claim, but only {size} statements have a reporter and a valence. "
               "Give the same statements to all steps."),
            row=last, size=size,
        )  # fmt: skip


def mutual(found: Ties) -> MutualTies:
    """Give the mutual tone m = min(x_ij, x_ji) of pairs with both directions observed; others are missing.

    Returns
    -------
    MutualTies
        Sorted by window and pair.
    """
    n = found.actors
    key = (found.window * n + found.source) * n + found.target
    back = (found.window * n + found.target) * n + found.source
    up = found.source < found.target
    at = np.searchsorted(key, back[up])
    met = at < key.size
    met[met] = key[at[met]] == back[up][met]
    tone = np.minimum(found.tone[up][met], found.tone[at[met]])
    return MutualTies(found.window[up][met], found.source[up][met], found.target[up][met], tone)
