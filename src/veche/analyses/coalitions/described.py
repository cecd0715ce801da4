"""The main table: every coalition with its span, what became of it, its kind with the parts, and what speakers say."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.alliances import field_of
from veche.analyses._shared.coalitions import ENDINGS, SCOPES, Coalition
from veche.analyses._shared.places import listed
from veche.measures.missing import Measured
from veche.study.actors import Event
from veche.study.result import Grounds
from veche.words import N_, _

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.coalitions import Params

#: English words of the kinds, as they stand in the table
KINDS = {
    "strategic": N_("strategic"), "tactical": N_("tactical"), "mixed": N_("of mixed kind"), "unknown": N_("not known"),
}  # fmt: skip
SAID = {
    "strategic": N_("lasting"),
    "tactical": N_("for one task"),
    "divided": N_("divided"),
    "nobody": N_("nobody says"),
}
WILL = {"forced": N_("forced"), "partly": N_("forced, say some"), "unsaid": N_("nobody says forced")}
#: whose good speakers name as what drives it
MOTIVES = {
    "public": N_("the public good"), "corporate": N_("a firm or body"), "own": N_("one's own"), "divided": N_("divided"),
    "nobody": N_("nobody says"),
}  # fmt: skip
SEEN = {True: N_("seen"), False: N_("not seen")}
#: columns that rest on codings -> judgement
JUDGED = {
    "said_tactical": "tactical", "said_strategic": "strategic", "entry": "entry", "voluntary": "forced",
    "gains": "gain", "breaks": "break", "motive_public": "public", "motive_corporate": "corporate", "motive_own": "own",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spread:
    """How sure a coalition is: bounds of the strategic degree, and of how many left-out reporters it survives."""

    low: float
    high: float
    stability: float


def spreads(found: Sequence[Coalition], params: Params) -> dict[str, Spread]:
    """Resample the reporters of every coalition, and leave out each reporter of its town once."""
    kept = _kept(found)
    return {one.key: Spread(*_bounds(one, params), kept[one.key]) for one in found}


def _bounds(one: Coalition, params: Params) -> tuple[float, float]:
    """Percentile bounds of the strategic degree; NaN with one reporter or where the degree is missing."""
    acts = one.field.acts
    by_reporter: dict[int, list[int]] = {}
    for act in one.support:
        by_reporter.setdefault(int(acts.reporter[act]), []).append(act)
    people = sorted(by_reporter, key=lambda who: acts.reporters[who])
    if len(people) < 2 or one.tactics.strategic.missing:
        return math.nan, math.nan
    rng = np.random.default_rng([params.seed, one.spell.first, one.number])
    values = []
    for row in rng.integers(0, len(people), (params.resamples, len(people))).tolist():
        told = [(act, copy) for copy, k in enumerate(row) for act in by_reporter[people[k]]]
        values.append(one.judged(told).strategic.value)
    known = np.array([value for value in values if value == value])
    if not known.size:
        return math.nan, math.nan
    tail = (1 - params.confidence) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return float(low), float(high)


def _kept(found: Sequence[Coalition]) -> dict[str, float]:
    """Share of the reporters of a town without each of whom a coalition of the same members is still found."""
    by_town: dict[str, list[Coalition]] = {}
    for one in found:
        by_town.setdefault(one.field.town.id, []).append(one)
    kept: dict[str, float] = {}
    for held in by_town.values():
        field = held[0].field
        people = np.unique(field.acts.reporter).tolist()
        counts = dict.fromkeys((one.key for one in held), 0)
        for who in people:
            rest = field_of(field.acts.only(field.acts.reporter != who), field.town, field.periods, field.rule)
            for one in held:
                counts[one.key] += any(
                    set(other.members) >= set(one.spell.members)
                    and other.first <= one.spell.last and one.spell.first <= other.last
                    for other in rest.runs
                )  # fmt: skip
        kept |= {key: count / len(people) for key, count in counts.items()}
    return kept


def table(found: Sequence[Coalition], sure: dict[str, Spread], events: Sequence[Event], months: int) -> pd.DataFrame:
    """Make the table of coalitions; the index is town and number."""
    import pandas as pd

    rows = {one.key: _row(one, sure[one.key], events, months) for one in found}
    columns = list(_COLUMNS)
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns) if rows else pd.DataFrame(columns=columns)


def _row(one: Coalition, sure: Spread, events: Sequence[Event], months: int) -> list[Any]:
    judged, low, high = one.tactics, *one.bounds
    periods, said = one.field.periods, one.judgements
    names = ("tactical", "strategic", "entry", "gain", "break", "public", "corporate", "own")
    counts = {name: len(said.get(name, ())) for name in names}
    first, last = (dt.date.fromordinal(int(day)).isoformat() for day in one.span)
    return [
        one.field.town.key, one.field.town.name, named(one), len(one.members), SCOPES[one.scope],
        periods[one.spell.first].label, periods[one.spell.last].label, first, last,
        SEEN[one.start_known], ENDINGS[one.ending], listed([e.title for e in near_end(one, events)]),
        low * months, high * months if math.isfinite(high) else math.nan,
        judged.length.value, judged.issues.value, judged.breadth.value, judged.reciprocity.value,
        judged.strategic.value, sure.low, sure.high, judged.tactical.value, KINDS[judged.label],
        counts["tactical"], counts["strategic"], SAID[said_kind(one)], counts["entry"], WILL[one.voluntary],
        counts["gain"], counts["break"], counts["public"], counts["corporate"], counts["own"], MOTIVES[motive(one)],
        len(one.reporters), len(one.field.acts.ids(_mask(one))), sure.stability,
        _reason(one),
    ]  # fmt: skip


_COLUMNS = (
    "town", "place", "members", "size", "scope", "seen_from", "seen_to", "since", "until", "beginning", "ending",
    "events_at_end", "shortest", "longest", "length", "issues", "breadth", "reciprocity", "strategic",
    "strategic_low", "strategic_high", "tactical", "kind", "said_tactical", "said_strategic", "kind_said", "entry",
    "voluntary", "gains", "breaks", "motive_public", "motive_corporate", "motive_own", "motive_said", "reporters",
    "statements", "stability", "reason",
)  # fmt: skip


def named(one: Coalition) -> str:
    """Name the members."""
    return ", ".join(actor.name for actor in one.members)


def said_kind(one: Coalition) -> str:
    """Say what most of those who judge it call it: one of `SAID`."""
    tactical, strategic = (len(one.judgements.get(name, ())) for name in ("tactical", "strategic"))
    if not tactical and not strategic:
        return "nobody"
    return "strategic" if strategic > tactical else "tactical" if tactical > strategic else "divided"


def motive(one: Coalition) -> str:
    """Say whose good most of those name who speak of motives in the answers it rests on: one of `MOTIVES`."""
    counts = {name: len(one.judgements.get(name, ())) for name in ("public", "corporate", "own")}
    most = max(counts.values())
    first = [name for name, count in counts.items() if count == most]
    return "nobody" if not most else first[0] if len(first) == 1 else "divided"


def near_end(one: Coalition, events: Sequence[Event]) -> list[Event]:
    """List the events of the town, its region or everywhere that fall where its end must lie.

    That is from the first day of its last window to the last day of the next one observed. They stand beside the end;
    nothing is said of what caused it.
    """
    if not one.ended or one.after is None:
        return []
    low, high = one.field.periods[one.spell.last].start, one.field.periods[one.after].end
    town = one.field.town
    return [
        event for event in sorted(events, key=lambda e: (e.start, e.key))
        if low <= event.start.toordinal() < high and event.kind != "election"
        and (event.town_id == town.id or (event.town_id is None and event.region_id in (None, town.region_id)))
    ]  # fmt: skip


def _mask(one: Coalition) -> np.ndarray[Any, Any]:
    mask = np.zeros(len(one.field.acts), dtype=bool)
    mask[list(one.support)] = True
    return mask


def _reason(one: Coalition) -> str:
    """Why a part is missing, if one is."""
    parts: tuple[Measured, ...] = (one.tactics.breadth, one.tactics.reciprocity)
    return "; ".join(dict.fromkeys(_(part.reason) for part in parts if part.missing))


def grounds(one: Coalition, column: str | None) -> Grounds:
    """Give what a cell of the main table rests on."""
    acts = one.field.acts

    def ids(places: Sequence[int]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(acts.statements[a].id for a in places))

    if column in JUDGED:
        name = JUDGED[column]
        other = {"tactical": "strategic", "strategic": "tactical"}.get(name)
        return Grounds(one.codings.get(name, ()), one.codings.get(other, ()) if other else ())
    if column == "motive_said":
        told = motive(one)
        others = dict.fromkeys(i for name in ("public", "corporate", "own") for i in one.codings.get(name, ()))
        mine = one.codings.get(told, ())
        return Grounds(mine, tuple(i for i in others if i not in set(mine)))
    if column == "kind_said":
        sides = one.codings.get("strategic", ()), one.codings.get("tactical", ())
        return Grounds(*(sides if said_kind(one) != "tactical" else sides[::-1]))
    if column in ("issues", "breadth"):
        return Grounds(ids([a for a in one.support if acts.statements[a].issue is not None]))
    if column == "reciprocity":
        return Grounds(ids(one.gaining()))
    if column in ("ending", "seen_to", "events_at_end", "longest"):
        last = [a for a in one.support if one.spell.last in one.field.windows_of[a]]
        return Grounds(ids(last), tuple(i for i in ids(one.discord_after) if i not in set(ids(last))))
    supporting = ids(one.support)
    return Grounds(supporting, tuple(i for i in ids(one.against) if i not in set(supporting)))
