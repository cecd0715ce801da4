"""The table of persistence: how much of the ranking and of the agenda of a place holds between two waves."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.places import place_name, row_label
from veche.analyses.problem_field.change import VERDICTS, Comparison
from veche.analyses.problem_field.draws import Divergence
from veche.analyses.problem_field.field import Floats
from veche.measures.divergence import kendall_tau_b, rank_biased_overlap, tie_groups, top_overlap
from veche.words import _

if TYPE_CHECKING:
    import pandas as pd

PERSISTENCE = 0.9
TOP = 5
_NONE = Divergence(math.nan, math.nan, math.nan, math.nan, math.nan)


def table(comparisons: Sequence[Comparison], changes: pd.DataFrame) -> pd.DataFrame:
    """Make the table of persistence: one row per pair of waves and place visited in both.

    Only problems with enough interviews in the denominators of both waves are compared, so a problem that was not
    possible in one of them does not count as a change of the agenda.
    """
    import pandas as pd

    verdicts = changes.groupby(["before", "after", "town", "verdict"], observed=True).size().to_dict()
    rows = [row for comparison in comparisons for row in _rows(comparison, verdicts)]
    index = [row_label(row["town"], f"{row['before']}→{row['after']}") for row in rows]
    frame = pd.DataFrame(rows, columns=list(COLUMNS), index=pd.Index(index, name="row", dtype=object))
    return frame.astype(dict.fromkeys(_NUMBERS, "float64") | dict.fromkeys(("problems", *VERDICTS), "int64"))


def _rows(comparison: Comparison, verdicts: Mapping[Any, int]) -> Iterator[dict[str, Any]]:
    field, pair = comparison.field, comparison.pair
    before, after = field.waves[pair[0]].key, field.waves[pair[1]].key
    asked, share = (comparison.numbers[name][:, list(pair)] for name in ("asked", "share"))
    for place in range(len(field.towns) + 1) if field.towns else ():
        town = field.places[place]
        both = (asked[place] >= comparison.minimum).all(axis=0)
        shares = (share[place, 0][both], share[place, 1][both])
        yield (
            {"town": town, "place": place_name(field.towns, town), "before": before, "after": after}
            | _ranks(np.flatnonzero(both).tolist(), shares)
            | _agenda(comparison.found.divergence.get((pair, place), _NONE))
            | {name: int(verdicts.get((before, after, town, name), 0)) for name in VERDICTS}
            | {"reason": _reason(shares)}
        )


_NUMBERS = ("rbo", "kendall", "top5", "jsd", "jsd_low", "jsd_high", "jsd_expected", "jsd_excess", "jsd_p")
COLUMNS = ("town", "place", "before", "after", "problems", *_NUMBERS, *VERDICTS, "reason")


def _ranks(problems: list[int], shares: tuple[Floats, Floats]) -> dict[str, Any]:
    first, second = (tie_groups(problems, one) for one in shares)
    return {
        "problems": len(problems),
        "rbo": rank_biased_overlap(first, second, PERSISTENCE),
        "kendall": kendall_tau_b(*shares),
        "top5": top_overlap(first, second, TOP),
    }


def _agenda(one: Divergence) -> dict[str, float]:
    excess = (one.value - one.expected) / (1 - one.expected) if one.expected < 1 else math.nan
    return {
        "jsd": one.value, "jsd_low": one.low, "jsd_high": one.high, "jsd_expected": one.expected,
        "jsd_excess": excess, "jsd_p": one.p,
    }  # fmt: skip


def _reason(shares: tuple[Floats, Floats]) -> str:
    if not shares[0].size:
        return _("no problem has enough interviews in both waves")
    if not all(share.any() for share in shares):
        return _("no problem is named in one of the waves")
    if any(np.ptp(share) == 0 for share in shares):
        return _("all shares of a wave are equal: no rank correlation")
    return ""
