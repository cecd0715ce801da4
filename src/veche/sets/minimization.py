"""Minimisation: from the truth table to all shortest models, counted, with their common core.

Conservative: no remainder is used. Parsimonious: every remainder may be. Intermediate (Ragin 2008): only remainders that the directional
expectations allow (easy counterfactuals). All models with the fewest prime implicants are counted; ambiguity is part of the answer (Thiem 2014;
Baumgartner and Thiem 2017).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from veche.sets._bounds import words_of
from veche.sets._chart import SHORT, Cover, Ints, Words, solve
from veche.sets._checks import at_place
from veche.sets._drawing import drawing
from veche.sets._primes import merged, prime_table
from veche.sets._terms import FREE, Cube, Frame, absorb, complement, covers, meet
from veche.sets.fit import Fits, ModelFit, fit_models, numbered
from veche.sets.truth_table import TruthTable
from veche.study.errors import N_, InputProblem
from veche.words import _, number

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["conservative", "parsimonious", "intermediate"]
#: what is expected of single conditions (a value, or several) and of conjunctions of them (True: to contribute)
Expectations = Mapping[str, int | Sequence[int]] | Iterable[str]


@dataclass(frozen=True)
class Done:
    """What a search did and what it proved.

    Parameters
    ----------
    solver
        ``compiled`` or ``plain`` (the same without Numba, or for a table so small that compiled code does not pay).
    seconds, nodes
        Time it took, and subproblems it looked at.
    size_proved
        Whether no model has fewer terms; if not, `least` is what is proved.
    least
        No model has fewer terms.
    complete
        Whether all smallest models were counted.
    count, most
        There are at least so many models and at most so many; `most` is None where nothing is proved.
    listed, listed_all
        How many models are listed, and whether these are all.
    core_proved
        Whether the core is known whole. If not, the terms named are in all smallest models, and others may be too.
    """

    solver: str
    seconds: float
    nodes: int
    size_proved: bool
    least: int
    complete: bool
    count: int
    most: int | None
    listed: int
    listed_all: bool
    core_proved: bool


#: smallest models among which those with the fewest literals are looked for, if more are asked for than are listed
LOOKED_AT = 20_000


@dataclass(frozen=True)
class Solution:
    """All smallest models of one kind.

    `count` is exact if `complete`; else there are at least so many. `models` lists up to `listed` of them by the rule: fewest literals, then by their
    words. `done` says what was proved and how. Terms, models and fits are made when they are asked for.
    """

    frame: Frame
    kind: Kind
    cubes: Ints
    rows: tuple[Cube, ...]
    cover: Cover
    listed: int = 1000
    of: tuple[tuple[Cube, ...], tuple[Cube, ...]] | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def size(self) -> int:
        """How many terms a smallest model has."""
        return self.cover.size

    @property
    def count(self) -> int:
        """How many smallest models there are; at least so many if not `complete`."""
        return self.cover.count

    @property
    def complete(self) -> bool:
        """Whether all smallest models were counted."""
        return self.cover.complete

    @property
    def done(self) -> Done:
        """What was done and what is proved."""
        cover, listed = self.cover, len(self.chosen)
        proved = cover.size == cover.least
        return Done(
            cover.solver, self.seconds, cover.nodes, proved, cover.least, cover.complete, cover.count,
            cover.most if proved else None, listed, cover.complete and listed == cover.count, cover.complete,
        )  # fmt: skip

    @property
    def said(self) -> str:
        """How many models there are, in words."""
        cover = self.cover
        if cover.complete:
            return _("{count} models").format(count=cover.count)
        if cover.size > cover.least:
            return _("at least {least} terms; a model of {size} was found, no smaller one is ruled out").format(
                least=cover.least, size=cover.size
            )
        if cover.most is not None:
            return _("at least {count} models and at most {most}, list incomplete").format(
                count=cover.count, most=f"{cover.most:.1e}" if cover.most >= 10**9 else cover.most
            )
        return _("at least {count} models, list incomplete").format(count=cover.count)

    @cached_property
    def primes(self) -> tuple[Cube, ...]:
        """All prime implicants."""
        return tuple(map(tuple, self.cubes.tolist()))

    @cached_property
    def chosen(self) -> Ints:
        """Listed models: their terms as places in `cubes`, shape (models, size)."""
        literals = (self.cubes != FREE).sum(axis=1)
        found = self.cover.cheapest(literals, max(2 * self.listed, LOOKED_AT))
        total = literals[found].sum(axis=1)
        if len(found) > self.listed:
            good = total <= total[self.listed - 1]
            found, total = found[good], total[good]
        way = _in_few_words if len(found) <= SHORT else _in_words
        return way(self.frame, self.cubes, found, total, self.listed)

    @cached_property
    def models(self) -> tuple[tuple[Cube, ...], ...]:
        """Listed models, spelled; of many, `chosen` and `model` are quicker."""
        used, places = numbered(self.chosen, len(self.cubes))
        cubes = np.empty(len(used), dtype=object)
        for at, cube in enumerate(self.cubes[used].tolist()):
            cubes[at] = tuple(cube)
        return tuple(map(tuple, cubes[places].tolist()))

    def model(self, place: int = 0) -> tuple[Cube, ...]:
        """Spell one listed model.

        Raises
        ------
        InputProblem
            If so many are not listed.
        """
        at = at_place(range(len(self.chosen)), place)
        return tuple(map(tuple, self.cubes[self.chosen[at]].tolist()))

    @cached_property
    def fits(self) -> Fits:
        """Fit of all listed models."""
        return fit_models(self.frame, self.cubes, self.chosen)

    @cached_property
    def share(self) -> dict[Cube, float]:
        """Give for each term that is in any model the share of models that hold it; exact if `complete`."""
        found = {}
        for group, share in self.cover.share().items():
            columns = self.cover.members(group)
            for cube in self.cubes[columns].tolist():
                found[tuple(cube)] = share / len(columns)
        return found

    @property
    def core(self) -> tuple[Cube, ...]:
        """Terms proved to be in all models (other programs call them essential); all of them if `complete`."""
        return self._sorted(self.cubes[[*self.cover.core]])

    @property
    def interchangeable(self) -> tuple[tuple[Cube, ...], ...]:
        """Groups of terms that cover the same rows: where one stands in a model, each of the others may."""
        groups = (self.cover.members(group) for group in self.cover.held)
        return tuple(self._sorted(self.cubes[columns]) for columns in groups if len(columns) > 1)

    def fit(self, model: int = 0) -> ModelFit:
        """Measure a listed model."""
        return self.fits.model(model)

    def write(self, model: int = 0) -> str:
        """Write a listed model."""
        return self.frame.write_model(self.model(model))

    def assumed(self, table: TruthTable, model: int = 0) -> tuple[int, ...]:
        """Numbers of the remainders that a listed model takes for positive (simplifying assumptions).

        Raises
        ------
        InputProblem
            If there are too many combinations to list.
        """
        return remainders_in(table, self.model(model))

    def figure(self, model: int = 0, *, groups: Sequence[str] = ()) -> Any:
        """Draw cases by their membership in a listed model and in the outcome (XY plot); `groups` gives each case a mark, such as its wave."""
        return drawing("xy_plot")(self.frame, self.model(model), groups=groups)

    def ambiguity(self) -> Any:
        """Draw which terms stand in which models; an Altair chart."""
        return drawing("ambiguity")(self)

    def flow(self, model: int = 0) -> Any:
        """Draw cases, the terms of a listed model that cover them, and the outcome; an Altair chart."""
        return drawing("term_flow")(self.frame, self.model(model))

    def venn(self, model: int = 0) -> Any:
        """Draw the terms of a listed model as sets with the cases in them (Venn diagram, one to five terms); an Altair chart."""
        return drawing("term_venn")(self.frame, self.model(model))

    def _sorted(self, cubes: Ints) -> tuple[Cube, ...]:
        found = [tuple(cube) for cube in cubes.tolist()]
        return tuple(sorted(found, key=lambda cube: (len(cube) - cube.count(FREE), self.frame.write(cube))))

    def to_frame(self) -> pd.DataFrame:
        """Give the listed models as a table: model, term, inclusion, PRI, coverage, unique coverage, share of models with the term."""
        import pandas as pd

        lines = []
        for at, model in enumerate(self.models):
            fit = self.fit(at)
            for cube, one in zip(model, fit.terms, strict=True):
                lines.append(
                    {
                        "model": at + 1, "term": self.frame.write(cube), "inclS": one.inclusion, "PRI": one.pri,
                        "covS": one.coverage, "covU": one.unique, "in models": self.share.get(cube, float("nan")),
                    }
                )  # fmt: skip
            whole = fit.whole
            lines.append(
                {"model": at + 1, "term": "", "inclS": whole.inclusion, "PRI": whole.pri, "covS": whole.coverage}
            )
        return pd.DataFrame(lines)

    def _repr_html_(self) -> str:
        return f"<p>{self.said}</p>" + str(self.to_frame().round(3).to_html(index=False))


def _in_few_words(frame: Frame, cubes: Ints, models: Ints, literals: Ints, most: int) -> Ints:
    """Give the first models by their literals and words, the terms of each in the order of their words; for short lists."""
    lines = models.tolist()
    used = list({column for line in lines for column in line})
    words = dict(zip(used, map(frame.write, cubes[used].tolist()), strict=True))
    bare = {column: (word.replace("~", ""), word) for column, word in words.items()}
    for line in lines:
        line.sort(key=bare.__getitem__)
    keyed = [
        (total, [words[column] for column in line], line) for total, line in zip(literals.tolist(), lines, strict=True)
    ]
    keyed.sort()
    return np.array([line for _total, _words, line in keyed[:most]], dtype=np.int64).reshape(-1, models.shape[1])


def _in_words(frame: Frame, cubes: Ints, models: Ints, literals: Ints, most: int) -> Ints:
    """Do the same for long lists."""
    used, places = numbered(models, len(cubes))
    words = [frame.write(cube) for cube in cubes[used].tolist()]
    order = np.array(sorted(range(len(words)), key=lambda at: (words[at].replace("~", ""), words[at])), dtype=np.int64)
    rank, name = np.empty(len(words), dtype=np.int32), np.empty_like(order)
    rank[order] = np.arange(len(order))
    name[sorted(range(len(words)), key=words.__getitem__)] = np.arange(len(order))
    ranks = np.sort(rank[places], axis=1)
    # literals and words of several terms fit into one number to sort by
    names, width = name[order[ranks]], max(len(words), 2).bit_length()
    keys, key, free = [], literals.astype(np.int64), 63 - int(literals.max()).bit_length()
    for at in range(names.shape[1]):
        if free < width:
            keys.append(key)
            key, free = np.zeros_like(key), 63
        key = key << width | names[:, at]
        free -= width
    first = np.lexsort([key, *keys[::-1]])[:most]
    chosen: Ints = used[order[ranks[first]]]
    return chosen


@dataclass(frozen=True)
class Result:
    """Solutions of one kind: one, or for the intermediate kind one for each pair of a conservative and a parsimonious model."""

    table: TruthTable
    kind: Kind
    solutions: tuple[Solution, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def solution(self) -> Solution:
        """The first solution, and the only one but for the intermediate kind."""
        return self.solutions[0]

    @property
    def models(self) -> tuple[tuple[Cube, ...], ...]:
        """All listed models of all solutions, each once."""
        return tuple(dict.fromkeys(model for one in self.solutions for model in one.models))

    def written(self) -> tuple[tuple[str, ...], ...]:
        """Listed models as words of their terms."""
        return tuple(tuple(self.table.frame.write(cube) for cube in model) for model in self.models)

    def figure(self, model: int = 0, *, groups: Sequence[str] = ()) -> Any:
        """Draw a listed model of the first solution as XY plot; an Altair chart."""
        return self.solution.figure(model, groups=groups)

    def venn(self, model: int = 0) -> Any:
        """Draw the truth table as areas, with those that a listed model takes for positive; for more than five conditions its terms.

        An Altair chart. A model of more than five terms over more than five conditions is refused with an `InputProblem`.
        """
        return drawing("venn")(self.table, self.solution.model(model))

    def to_frame(self) -> pd.DataFrame:
        """Give the listed models of all solutions as one table, each with the number of its solution."""
        import pandas as pd

        return pd.concat(
            [one.to_frame().assign(solution=at + 1) for at, one in enumerate(self.solutions)], ignore_index=True
        )

    def _repr_html_(self) -> str:
        return "".join(one._repr_html_() for one in self.solutions)


def minimize(
    table: TruthTable,
    kind: Kind = "parsimonious",
    *,
    expectations: Expectations = (),
    listed: int = 1000,
    pairs: int = 100,
    seconds: float = 60.0,
) -> Result:
    """Minimise a truth table.

    Parameters
    ----------
    table
        From `truth_table`.
    kind
        Conservative, parsimonious or intermediate.
    expectations
        For the intermediate kind: which values are expected to contribute to the outcome, as ``{"DEV": 1}``, as literals ``["DEV", "~STB",
        "LIT[2]"]``, or as
        conjunctions ``["A*~B"]``, whose part in a term is then kept whole or dropped whole.
    listed
        Most models that are listed; all are counted.
    pairs
        Most pairs of conservative and parsimonious models that are combined.
    seconds
        Time for the search. What is not proved by then is said: the size then has a bound, and there are at least so many models.

    Returns
    -------
    Result
        One solution, or for the intermediate kind one for each pair of models combined; each with all its smallest models counted.

    Raises
    ------
    InputProblem
        If there is no positive or no negative row, or an expectation names what is not there.

    References
    ----------
    Quine 1952, American Mathematical Monthly 59:521-531; Ragin 2008, Redesigning Social Inquiry, ch. 8 and 9 (intermediate solutions); Thiem 2014,
    Evaluation Review 38:487-513, and Baumgartner and Thiem 2017, Sociological Methods and Research 46:954-987 (ambiguity).

    Examples
    --------
    >>> from veche import sets
    >>> data = {"HEAD": [0.9, 0.8, 0.1, 0.2], "FIRM": [0.8, 0.2, 0.9, 0.3], "STABLE": [0.9, 0.8, 0.3, 0.2]}
    >>> frame = sets.make_frame(data, "STABLE", cases=["Alder", "Birch", "Cedar", "Dale"])
    >>> solution = sets.minimize(sets.truth_table(frame)).solution
    >>> solution.write(), solution.count, solution.complete
    ('HEAD', 1, True)
    """
    if kind not in ("conservative", "parsimonious", "intermediate"):
        raise unknown_kind(kind)
    if not table.positive and not table.negative:
        raise InputProblem(
            N_("No combination holds {n} cases or more, so none of {outcome} can be judged. Lower that number, or take fewer conditions."),
            outcome=table.frame.outcome_name, n=table.n_cut,
        )  # fmt: skip
    if not table.positive:
        raise InputProblem(
            N_(
                "No row of {outcome} is positive at consistency {cut} and PRI {pri}: there is nothing to explain. "
                "Lower a cut-off, or look at the negated outcome."
            ),
            outcome=table.frame.outcome_name, cut=number(table.incl_cut[0]), pri=number(table.pri_cut),
        )  # fmt: skip
    if not table.negative and kind != "conservative":
        raise InputProblem(
            N_("Every row of {outcome} is positive at consistency {cut}: everything would be sufficient. "
                "Raise the cut-off, or add cases without the outcome."),
            outcome=table.frame.outcome_name, cut=number(table.incl_cut[0]),
        )  # fmt: skip
    end = time.monotonic() + seconds
    if kind == "intermediate":
        return _intermediate(table, expectations, listed, pairs, end)
    return Result(table, kind, (_solution(table, kind, listed, end),))


def unknown_kind(kind: str) -> InputProblem:
    """Make the error for a kind of solution that is not there."""
    return InputProblem(
        N_("There is no solution of the kind {kind}. Choose conservative, parsimonious or intermediate."), kind=kind
    )


def _solution(table: TruthTable, kind: Kind, listed: int, end: float) -> Solution:
    positive = [row.cube for row in table.positive]
    levels = table.frame.levels
    if kind == "conservative":
        cubes = np.asarray(merged(positive, levels), dtype=np.int64).reshape(-1, len(levels))
        found = cubes, _coverage(cubes, positive, table.frame)
    else:
        found = prime_table(positive, [*(row.cube for row in table.negative), *table.shut], levels)
    return _choose(table.frame, kind, found, positive, listed, end)


def _choose(
    frame: Frame, kind: Kind, primes: tuple[Ints, Words], rows: Sequence[Cube], listed: int, end: float,
    of: tuple[tuple[Cube, ...], tuple[Cube, ...]] | None = None,
) -> Solution:  # fmt: skip
    cubes, coverage = primes
    begin = time.monotonic()
    cover = solve(coverage, len(rows), seconds=max(end - begin, 1.0))
    return Solution(frame, kind, cubes, tuple(rows), cover, max(listed, 1), of, seconds=time.monotonic() - begin)


def _coverage(cubes: Ints, rows: Sequence[Cube], frame: Frame) -> Words:
    """Rows that each prime covers, as words of bits; shape (primes, words)."""
    values = np.asarray(rows)
    # a literal never holds a case to which the condition does not apply
    cells = np.where(values >= np.asarray(frame.levels), -2, values)
    return words_of(((cubes[:, None] == FREE) | (cubes[:, None] == cells[None])).all(axis=2))


def read_expectations(frame: Frame, given: Expectations) -> tuple[dict[int, set[int]], tuple[Cube, ...]]:
    """Read directional expectations: values expected of single conditions, and conjunctions."""
    single: dict[int, set[int]] = {}
    joint: list[Cube] = []
    if isinstance(given, Mapping):
        for name, values in given.items():
            at = frame.place_of(name)
            wanted = {values} if isinstance(values, (int, np.integer, str)) else set(values)
            for value in wanted:
                if not isinstance(value, (int, np.integer)) or not 0 <= value < frame.levels[at]:
                    raise InputProblem(
                        N_("{name} has no value {value}. Its values are 0 to {top}."),
                        name=name,
                        value=value,
                        top=frame.levels[at] - 1,
                    )
            single.setdefault(at, set()).update(int(value) for value in wanted)
        return single, ()
    for text in given:
        cube = frame.read(text)
        fixed = [at for at, value in enumerate(cube) if value != FREE]
        if len(fixed) == 1:
            single.setdefault(fixed[0], set()).add(cube[fixed[0]])
        else:
            joint.append(cube)
    return single, tuple(joint)


def shortened(
    conservative: Cube, parsimonious: Cube, single: Mapping[int, set[int]], joint: Sequence[Cube] = ()
) -> Cube:
    """Drop from a conservative term every literal that the parsimonious one lacks and an expectation speaks against.

    A literal without an expectation stays. A literal that is part of an expected conjunction which the term holds whole stays too.
    """
    kept = list(conservative)
    protected = {at for cube in joint if covers(cube, conservative) for at, value in enumerate(cube) if value != FREE}
    for at, value in enumerate(conservative):
        against = at in single and value not in single[at]
        if value != FREE and parsimonious[at] == FREE and against and at not in protected:
            kept[at] = FREE
    return tuple(kept)


def _intermediate(table: TruthTable, expectations: Expectations, listed: int, pairs: int, end: float) -> Result:
    frame = table.frame
    single, joint = read_expectations(frame, expectations)
    plain = _solution(table, "conservative", listed, end)
    short = _solution(table, "parsimonious", listed, end)
    rows = [row.cube for row in table.positive]
    values = [len(column) for column in frame.literals]
    found: list[Solution] = []
    known: dict[frozenset[Cube], Solution] = {}
    combined = [(c, p) for c in plain.models for p in short.models]
    for c_model, p_model in combined[:pairs]:
        terms = {shortened(c, p, single, joint) for c in c_model for p in p_model if covers(p, c)}
        allowed = absorb(one for p in p_model for q in terms if (one := meet(p, q)) is not None)
        key = frozenset(allowed)
        if key not in known:
            # the positive rows are allowed, whatever the terms say
            region = absorb([*allowed, *(_free_dash(row, frame) for row in rows)])
            primes = prime_table(rows, complement(region, values), frame.levels)
            known[key] = _choose(frame, "intermediate", primes, rows, listed, end)
        found.append(replace(known[key], of=(c_model, p_model)))
    notes: tuple[str, ...] = ()
    if plain.count * short.count > len(found):
        notes = (
            _("{done} of {count} pairs of conservative and parsimonious models were combined.").format(
                done=len(found), count=plain.count * short.count
            ),
        )
    return Result(table, "intermediate", tuple(found), notes)


def _free_dash(cube: Cube, frame: Frame) -> Cube:
    return tuple(FREE if value >= levels else value for value, levels in zip(cube, frame.levels, strict=True))


#: most combinations that are listed one by one
LISTABLE = 1 << 20


def remainders_in(table: TruthTable, model: Iterable[Cube]) -> tuple[int, ...]:
    """Give the numbers of the remainders that a model covers.

    Raises
    ------
    InputProblem
        If there are too many combinations to list.
    """
    from itertools import product

    if table.possible > LISTABLE:
        raise InputProblem(
            N_("There are {count} combinations, too many to list. Look at the terms instead."), count=table.possible
        )
    seen = {row.cube for row in table.rows if row.out != "?"}
    numbers: set[int] = set()
    for cube in model:
        spans = [
            range(levels) if value == FREE else (value,) for value, levels in zip(cube, table.frame.levels, strict=True)
        ]
        numbers.update(table.number_of(row) for row in product(*spans) if row not in seen)
    return tuple(sorted(numbers))
