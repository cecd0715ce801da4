"""From evidence to the tables of power, and from every cell back to its statements and codings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from veche.analyses._shared.centres import SEVERAL, Judges, judges, pattern
from veche.analyses._shared.influence import Arena, Standing, arenas
from veche.analyses._shared.naming import read_names
from veche.analyses._shared.options import checked
from veche.analyses._shared.places import known_interviews, row_label
from veche.analyses._shared.relations import left_out_notes
from veche.analyses._shared.remarks import left_out
from veche.analyses.power import centres
from veche.analyses.power.finding import finding
from veche.measures.proportions import wilson
from veche.study.evidence import Evidence
from veche.study.result import Grounds, Result
from veche.words import N_, _, percent, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.power import Params

NOT_ASKED = N_("nobody else was asked who has influence")
ONE_ASKED = N_("one other respondent only was asked who has influence")
FEW_DECISIONS = N_("too few decisions for a rank")
ONE_TELLS = N_("one reporter only tells of the decisions")
NO_TIES = N_("no ties, or one reporter only tells of them")


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables ``power`` (actor x town x wave), ``centres`` and ``decisions``.

    Raises
    ------
    InputProblem
        If an option does not fit.
    """
    chosen = checked(params)
    found = arenas(evidence, names=chosen.names, topics=chosen.topics, head=chosen.head, reach=chosen.reach)
    judged = judges(evidence, {"mono": chosen.mono, "poly": chosen.poly, "not_first": chosen.not_first})
    tables = {
        "power": _table(found, chosen),
        "centres": centres.table(found, judged, chosen),
        "decisions": _decisions(found),
    }
    told = finding(found, tables["centres"])
    return Result(
        tables=tables,
        sentence=told.sentence,
        evidence=evidence,
        support=support(found, judged, chosen),
        highlights=told.rows,
        notes=tuple(_notes(evidence, found, chosen)),
    )


def _table(found: Sequence[Arena], params: Params) -> pd.DataFrame:
    import pandas as pd

    rows = {_key(one, standing): _row(one, standing, params) for one in found for standing in ordered(one)}
    columns = [
        "town", "place", "wave", "actor", "offices_held", "branch_name", "named", "asked", "named_share", "low", "high",
        "decided", "started", "success", "success_low", "success_high", "luck", "beyond_luck", "position", "betweenness",
        "constraint", "is_head", "reason",
    ]  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns) if rows else pd.DataFrame(columns=columns)


def _key(one: Arena, standing: Standing) -> str:
    return row_label(one.key, one.acts.actors[standing.actor].key)


def ordered(one: Arena) -> list[Standing]:
    """Actors by names, then decisions, then office, then key."""
    return sorted(
        one.standings,
        key=lambda s: (-np.nan_to_num(s.share, nan=-1.0), -s.success.issues, -s.position, one.acts.actors[s.actor].key),
    )


def _row(one: Arena, standing: Standing, params: Params) -> list[object]:
    success, luck, count = standing.success.success, standing.success.luck, standing.success.issues
    told = standing.tellers > 1
    named = wilson(standing.named, standing.asked, params.confidence) if standing.asked > 1 else None
    decided = wilson(success.value * count, count, params.confidence) if count and told else None
    reasons = [_(NOT_ASKED)] if not standing.asked else [_(ONE_ASKED)] if standing.asked == 1 else []
    if success.missing or not told:
        reasons.append(_(success.reason) if success.missing else _(ONE_TELLS))
    elif count < params.minimum:
        reasons.append(_(FEW_DECISIONS))
    if standing.between != standing.between:
        reasons.append(_(NO_TIES))
    return [
        one.town.key, one.town.name, one.wave.key, one.name(standing.actor), ", ".join(standing.offices) or None,
        _(BRANCH_NAMES.get(one.branch(standing.actor), "")), standing.named, standing.asked, standing.share if named else np.nan,
        float(named.low) if named else np.nan, float(named.high) if named else np.nan, count, standing.started,
        success.value if told else np.nan, float(decided.low) if decided else np.nan, float(decided.high) if decided else np.nan,
        luck.value if told else np.nan, success.value - luck.value if told else np.nan, standing.position, standing.between, standing.constraint,
        one.acts.actors[standing.actor].id in one.head, "; ".join(reasons),
    ]  # fmt: skip


BRANCH_NAMES = {
    "executive": N_("executive"), "legislative": N_("assembly"), "business": N_("business"), "political": N_("parties"),
    "media": N_("media"), "civic": N_("civic groups"), "expert": N_("experts"), "other": N_("others"),
    "above": N_("above the town"),
}  # fmt: skip
CAME = {1.0: N_("achieved"), 0.0: N_("partly"), -1.0: N_("failed")}


def _decisions(found: Sequence[Arena]) -> pd.DataFrame:
    """Make the table of decisions: who started them, with or against whom, and what came of them."""
    import pandas as pd

    rows, index = [], []
    for one in found:
        for number, decision in enumerate(one.found, start=1):
            sources = one.acts.sources[decision.acts[0]]
            others = [a for a in sorted(decision.stance) if a not in sources]
            index.append(row_label(one.key, str(number)))
            rows.append((
                one.town.key, one.town.name, one.wave.key, decision.issue,
                ", ".join(one.name(a) for a in sorted(sources)),
                ", ".join(one.name(a) for a in others if decision.stance[a] > 0) or None,
                ", ".join(one.name(a) for a in others if decision.stance[a] < 0) or None,
                CAME[decision.outcome], one.acts.reporters_of(list(decision.acts)),
            ))  # fmt: skip
    columns = ["town", "place", "wave", "issue", "started_by", "in_favour", "opposed", "came_of_it", "reporters"]
    return pd.DataFrame(rows, index=index, columns=columns)


def support(found: Sequence[Arena], judged: Judges, params: Params) -> Callable[[str, Hashable, str | None], Grounds]:
    """Make the way back from a cell to its statements and codings."""
    arenas_by_key = {one.key: one for one in found}
    people = {_key(one, standing): (one, standing) for one in found for standing in one.standings}
    decided = {row_label(one.key, str(n)): (one, d) for one in found for n, d in enumerate(one.found, start=1)}

    def grounds(table: str, row: Hashable, column: str | None) -> Grounds:
        if table == "decisions":
            one, decision = decided[str(row)]
            return Grounds(tuple(dict.fromkeys(one.acts.statements[a].id for a in decision.acts)))
        if table == "centres":
            return _centre_grounds(arenas_by_key[str(row)], judged, column, params.minimum)
        one, standing = people[str(row)]
        return standing_grounds(one, standing, column)

    return grounds


_OFFICE = frozenset({"position", "offices_held", "is_head"})
_NAMED = frozenset({"named", "asked", "named_share", "low", "high"})
_TIES = frozenset({"betweenness", "constraint"})


def standing_grounds(one: Arena, standing: Standing, column: str | None) -> Grounds:
    """Codings that name somebody; statements of decisions won and lost; of ties all that speak of him; offices none."""
    if column in _OFFICE:
        return Grounds()
    if column in _NAMED:
        return Grounds(_naming_ids(one, standing.actor))
    if column in _TIES:
        spoken = [a for a in one.places if standing.actor in one.acts.sources[a] | one.acts.targets[a]]
        return Grounds(tuple(dict.fromkeys(one.acts.statements[a].id for a in spoken)))
    sides: tuple[dict[str, None], dict[str, None]] = ({}, {})
    for decision in one.found:
        if standing.actor in decision.stance and (
            column != "started" or standing.actor in one.acts.sources[decision.acts[0]]
        ):
            lost = decision.stance[standing.actor] * decision.outcome < 0
            sides[lost].update(dict.fromkeys(one.acts.statements[a].id for a in decision.acts))
    first = tuple(sides[0]) if column else (*_naming_ids(one, standing.actor), *sides[0])
    return Grounds(first, tuple(i for i in sides[1] if i not in set(first)))


def _naming_ids(one: Arena, actor: int) -> tuple[str, ...]:
    """Codings by which others name an actor; what he says of himself does not count."""
    wanted = one.acts.actors[actor].id
    own = {r.id: r.actor_id for r in one.acts.evidence.respondents}
    parties = one.acts.parties
    himself = {who for who, actor_id in own.items() if (found := parties.actor(actor_id or "")) and found.id == wanted}
    return tuple(dict.fromkeys(
        i for (who, named), ids in one.naming.names.items() if named == wanted and who not in himself for i in ids
    ))  # fmt: skip


def _centre_grounds(one: Arena, judged: Judges, column: str | None, minimum: int) -> Grounds:
    if column in ("said_not_first", "asked", "share_not_first", "not_first_low", "not_first_high"):
        return judged.grounds(one, "not_first")
    if column in ("first_named", "head_is"):
        return Grounds(tuple(dict.fromkeys(i for a in one.first("reputation") for i in _naming_ids(one, a))))
    if column == "first_success":
        leaders = [s for s in one.standings if s.actor in one.first("success", minimum)]
        sides = [standing_grounds(one, s, "success") for s in leaders]
        first = dict.fromkeys(i for side in sides for i in side.supporting)
        return Grounds(tuple(first), tuple(dict.fromkeys(i for s in sides for i in s.opposing if i not in first)))
    if column in ("head", "first_position"):
        return Grounds()
    several = column == "said_several" or (column == "pattern" and pattern(one, judged, minimum) == SEVERAL)
    return judged.grounds(one, "poly" if several else "mono")


def _notes(evidence: Evidence, found: Sequence[Arena], params: Params) -> list[str]:
    known = set(evidence.codebook.by_key)
    lost = [key for key in read_names(params.names) if key not in known]
    notes = [
        say(N_("Who is not asked about influence cannot name anybody; somebody named only by himself is not named.")),
        say(
            N_("First in a list: of names, somebody of the town whom two others name; of decisions, with at least {n} of them."),
            n=params.minimum,
        ),
        say(N_("A statement without an issue or without a known outcome is no decision.")),
        say(N_("Intervals at {level}: Wilson; decisions are taken as independent, which they are not quite."), level=percent(params.confidence)),
    ]  # fmt: skip
    if lost:
        notes.append(say(N_("Codes of actors that the codebook does not have: {codes}."), codes=", ".join(lost)))
    notes += left_out(evidence, known_interviews(evidence))
    return notes + (left_out_notes(found[0].acts) if found else [])
