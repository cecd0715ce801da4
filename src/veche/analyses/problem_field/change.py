"""The table of changes between waves: differences, exact tests, and what may be said of each problem."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.places import place_name, row_label
from veche.analyses._shared.remarks import few_interviews
from veche.analyses.problem_field.draws import Intervals
from veche.analyses.problem_field.field import Bools, Field, Floats, Pair
from veche.measures.panel import ChangeStratum, exact_change, mcnemar_exact
from veche.measures.proportions import holm
from veche.words import _

if TYPE_CHECKING:
    import pandas as pd

VERDICTS = ("lasting", "new", "vanished", "risen", "fallen", "uncertain")


@dataclass(frozen=True, slots=True)
class Compared:
    """What is known of one problem in one place before and after."""

    asked: tuple[int, int]
    #: could it come up at all, by its exposure window?
    possible: tuple[bool, bool]
    share: tuple[float, float]
    #: lower bounds of the two shares
    low: tuple[float, float]
    standardised: tuple[float, float]
    #: bounds of the difference, after minus before
    difference: tuple[float, float]
    p_adjusted: float


def verdict(one: Compared, minimum: int, level: float) -> tuple[str, str]:
    """Say what became of a problem, and why nothing can be said.

    - *new*: not possible before, and the share now is above 0 by its lower bound; or named by none of at least
    `minimum` interviews
      before, and the change is proven;
    - *vanished*: named by none of at least `minimum` interviews now, and the change is proven;
    - *risen*, *fallen*: named in both waves, and the change is proven;
    - *lasting*: both lower bounds are above 0, and no change is proven;
    - *uncertain*: everything else.

    A change is proven if the interval of the difference leaves out 0 and the adjusted p-value is at most `level`.

    Returns
    -------
    tuple
        Verdict, and for *uncertain* the reason.
    """
    if not one.possible[1]:
        return "uncertain", _("not possible after: outside the exposure window")
    if one.asked[1] < minimum:
        return "uncertain", _("too few interviews after")
    if not one.possible[0]:
        certain = one.low[1] > 0
        return ("new", "") if certain else ("uncertain", _("possible only now, and not surely named"))
    if one.asked[0] < minimum:
        return "uncertain", _("too few interviews before")
    if not any(one.share):
        return "uncertain", _("named in neither wave")
    proven = one.p_adjusted <= level
    if proven and one.difference[0] > 0:
        return ("risen" if one.share[0] else "new"), ""
    if proven and one.difference[1] < 0:
        return ("fallen" if one.share[1] else "vanished"), ""
    if min(one.low) > 0:
        return "lasting", ""
    return "uncertain", _("neither a change nor its presence in both waves is sure")


@dataclass(frozen=True, slots=True)
class Panel:
    """People asked in both waves of a pair and people asked in one, by problem, for one place."""

    pairs: Floats
    b: Floats
    c: Floats
    #: by town: yeses and people asked before only, yeses and people asked after only; shape (towns, 4, problems)
    once: Floats


def panel(field: Field, place: int, pair: Pair) -> Panel:
    """Count paired and single respondents of a place for a pair of waves.

    A respondent says yes in a wave if any of the interviews there does. A person asked about other towns as well
    belongs to the first of them.
    """
    unit = field.cluster_of if place else field.respondent_of
    size = int(unit.max(initial=-1)) + 1
    asked, said = (np.zeros((2, size, field.size[2]), dtype=bool) for _side in range(2))
    home = np.full(size, len(field.towns))
    for side, wave in enumerate(pair):
        here = field.inside(place, wave)
        np.logical_or.at(asked[side], unit[here], field.mentions.asked[here])
        np.logical_or.at(said[side], unit[here], field.mentions.said[here])
        np.minimum.at(home, unit[here], field.town_of[here])
    both = asked[0] & asked[1]
    once = np.zeros((len(field.towns), 4, field.size[2]))
    for side in range(2):
        only = asked[side] & ~asked[1 - side]
        for town in range(len(field.towns)):
            of_town = (home == town)[:, None] & only
            once[town, 2 * side] = (of_town & said[side]).sum(axis=0)
            once[town, 2 * side + 1] = of_town.sum(axis=0)
    return Panel(
        both.sum(axis=0).astype(float),
        (both & said[0] & ~said[1]).sum(axis=0).astype(float),
        (both & ~said[0] & said[1]).sum(axis=0).astype(float),
        once,
    )


def exchange_p(found: Panel, problem: int) -> float:
    """Give the exact p-value of a change of one problem, pairs and single respondents together."""
    strata = [ChangeStratum(b=int(found.b[problem]), c=int(found.c[problem]))]
    for yes0, n0, yes1, n1 in found.once[:, :, problem].astype(int).tolist():
        strata.append(ChangeStratum(before=(yes0, n0), after=(yes1, n1)))
    return exact_change(strata)


COLUMNS = (
    "code", "problem", "town", "place", "before", "after", "asked_before", "asked_after", "share_before", "share_after",
    "difference", "low", "high", "standardised_difference", "panel_pairs", "panel_difference", "b", "c", "p_panel",
    "mid_p_panel", "p_exchange", "p_adjusted", "verdict", "reason",
)  # fmt: skip
_COUNTS = ("asked_before", "asked_after", "panel_pairs", "b", "c")
_NUMBERS = (
    "share_before", "share_after", "difference", "low", "high", "standardised_difference", "panel_difference",
    "p_panel", "mid_p_panel", "p_exchange", "p_adjusted",
)  # fmt: skip


def table(comparisons: Sequence[Comparison]) -> pd.DataFrame:
    """Make the table of changes: one row per pair of waves, place and problem."""
    import pandas as pd

    rows = [row for comparison in comparisons for row in comparison.rows()]
    index = [row_label(row["code"], row["town"], f"{row['before']}→{row['after']}") for row in rows]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=pd.Index(index, name="row", dtype=object))
    return frame.astype(dict.fromkeys(_COUNTS, "int64") | dict.fromkeys(_NUMBERS, "float64"))


@dataclass(frozen=True)
class Comparison:
    """Two waves compared in the towns visited in both: what every change is judged by."""

    field: Field
    pair: Pair
    numbers: dict[str, Floats]
    found: Intervals
    minimum: int
    level: float

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of all places and problems."""
        places = range(self.field.size[0]) if self.field.towns else range(0)
        people = {place: panel(self.field, place, self.pair) for place in places}
        p_values = self._p_values(people)
        for place in places:
            for problem in range(self.field.size[2]):
                yield self._row(place, problem, people[place], p_values.get((place, problem), (math.nan, math.nan)))

    def _p_values(self, people: dict[int, Panel]) -> dict[tuple[int, int], tuple[float, float]]:
        """Exact p-values of (place, problem), plain and adjusted.

        Two families, each at the level: all towns together, and the single towns with each other. Problems named in
        neither wave cannot speak for change and are not counted.
        """
        waves = list(self.pair)
        plain: dict[tuple[int, int], float] = {}
        for place, counted in people.items():
            enough = (self.numbers["asked"][place, waves] >= self.minimum).all(axis=0)
            named = self.numbers["mentions"][place, waves].sum(axis=0) > 0
            for problem in np.flatnonzero(enough & named).tolist():
                plain[place, problem] = exchange_p(counted, problem)
        adjusted: dict[tuple[int, int], float] = {}
        for family in ([at for at in plain if at[0] == 0], [at for at in plain if at[0] > 0]):
            adjusted.update(zip(family, holm([plain[at] for at in family]).tolist(), strict=True))
        return {at: (plain[at], adjusted[at]) for at in plain}

    def _compared(self, place: int, problem: int, p_adjusted: float) -> Compared:
        def two(values: Any) -> tuple[Any, Any]:
            return values[place, self.pair[0], problem].item(), values[place, self.pair[1], problem].item()

        bounds = self.found.change[self.pair]
        return Compared(
            asked=two(self.numbers["asked"]),
            possible=two(self._possible),
            share=two(self.numbers["share"]),
            low=two(self.found.low),
            standardised=two(self.numbers["standardised"]),
            difference=(bounds.low[place, problem].item(), bounds.high[place, problem].item()),
            p_adjusted=p_adjusted,
        )

    @cached_property
    def _possible(self) -> Bools:
        return self.field.sums(self.field.mentions.exposed) > 0

    def _row(self, place: int, problem: int, people: Panel, p_values: tuple[float, float]) -> dict[str, Any]:
        one = self._compared(place, problem, p_values[1])
        said, reason = verdict(one, self.minimum, self.level)
        pairs, b, c = (int(count[problem]) for count in (people.pairs, people.b, people.c))
        test = mcnemar_exact(b, c) if pairs else None
        row = self.field.mentions.rows[problem]
        return {
            "code": row.key, "problem": row.label, "town": self.field.places[place],
            "place": place_name(self.field.towns, self.field.places[place]),
            "before": self.field.waves[self.pair[0]].key, "after": self.field.waves[self.pair[1]].key,
            "asked_before": one.asked[0], "asked_after": one.asked[1],
            "share_before": one.share[0], "share_after": one.share[1], "difference": one.share[1] - one.share[0],
            "low": one.difference[0], "high": one.difference[1],
            "standardised_difference": one.standardised[1] - one.standardised[0],
            "panel_pairs": pairs, "panel_difference": (c - b) / pairs if pairs else math.nan, "b": b, "c": c,
            "p_panel": test.p if test else math.nan, "mid_p_panel": test.mid_p if test else math.nan,
            "p_exchange": p_values[0], "p_adjusted": p_values[1],
            "verdict": said, "reason": "; ".join(self._gaps(one, reason, pairs)),
        }  # fmt: skip

    def _gaps(self, one: Compared, reason: str, pairs: int) -> Iterator[str]:
        """Why the verdict is uncertain, and why numbers of the row are missing."""
        if reason:
            yield reason
        if 0 < min(one.asked) < self.minimum:
            yield few_interviews(self.minimum)
        if min(one.asked) and math.isnan(one.standardised[1] - one.standardised[0]):
            yield _("no standardised difference: a branch is missing in one wave")
        if not pairs:
            yield _("nobody was asked in both waves")
