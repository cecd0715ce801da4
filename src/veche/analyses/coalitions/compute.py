"""From evidence to the tables of coalitions, and from every cell back to its statements and codings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.alliances import Field, Rule, calendar_periods, town_fields
from veche.analyses._shared.coalitions import Coalition, Judgements, observed_durations, of_fields
from veche.analyses._shared.codes import CodeRow
from veche.analyses._shared.mentions import mentions
from veche.analyses._shared.options import checked
from veche.analyses._shared.periods import wave_periods
from veche.analyses._shared.places import known_interviews, row_label
from veche.analyses._shared.regimes import CRITERIA, Regime, regimes
from veche.analyses._shared.relations import Relations, left_out_notes, prepare
from veche.analyses.coalitions import described, gains, lasting, members
from veche.analyses.coalitions.finding import finding
from veche.measures.survival import kaplan_meier
from veche.study.evidence import Evidence
from veche.study.result import Grounds, Result
from veche.words import N_, _, percent, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.coalitions import Params


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables ``coalitions``, ``regime``, ``gains``, ``survival``, ``intervals``, ``hazards``, ``moves``, ``settings``.

    Raises
    ------
    InputProblem
        If an option does not fit, or events lie too far apart for windows of that width.
    """
    chosen = checked(params)
    acts = prepare(evidence)
    fields = town_fields(acts, calendar_periods(acts, chosen.months), rule_of(chosen))
    found = of_fields(fields, chosen.term, judgements(chosen))
    judged = regimes(fields, found)
    said = _regime_said(evidence, chosen.regime)
    others = under_settings(evidence, acts, fields, found, chosen)
    sure = described.spreads(found, chosen)
    tables = {
        "coalitions": described.table(found, sure, evidence.events, chosen.months),
        "regime": _regime_table(judged, said),
        "gains": gains.table(found, chosen.confidence),
        "survival": lasting.survival(found, chosen),
        "intervals": lasting.intervals(found, chosen),
        "hazards": lasting.hazard_table(fields, chosen),
        "moves": members.table(fields, found, wave_periods(evidence)),
        "settings": _settings(others, chosen),
    }
    told = finding(found, judged, fields)
    return Result(
        tables=tables,
        sentence=told.sentence,
        evidence=evidence,
        support=support(found, judged, said, tables["moves"], others, chosen),
        highlights=told.rows,
        notes=tuple(_notes(acts, fields, found, chosen)),
        seed=chosen.seed,
    )


def rule_of(params: Params) -> Rule:
    """Give the rule of the options."""
    return Rule(theta=params.theta, reporters=params.reporters, least=params.least, gap=params.gap)


def judgements(params: Params) -> Judgements:
    """Give the codes of the options."""
    return {
        "tactical": params.tactical, "strategic": params.strategic, "entry": params.entry, "forced": params.forced,
        "gain": params.gain, "break": params.ended, "public": params.public, "corporate": params.corporate,
        "own": params.own,
    }  # fmt: skip


def _regime_said(evidence: Evidence, key: str) -> dict[str, tuple[int, Grounds]]:
    """By town: respondents who speak of a regime, and the codings."""
    top = evidence.codebook.by_key.get(key)
    if top is None:
        return {}
    talks = known_interviews(evidence)
    row = CodeRow(top, frozenset(code.id for code in evidence.codebook.below(top)))
    held = mentions(evidence, talks, [row])
    found = {}
    for town in evidence.towns:
        here = np.array([talk.town_id == town.id for talk in talks], dtype=bool)
        who = {
            talk.respondent_id
            for talk, said, inside in zip(talks, held.said[:, 0], here, strict=True)
            if said and inside
        }
        found[town.id] = len(who), held.grounds(here, [0])
    return found


def _regime_table(judged: Sequence[Regime], said: dict[str, tuple[int, Grounds]]) -> pd.DataFrame:
    import pandas as pd

    rows = {}
    for one in judged:
        parts = [getattr(one, name) for name in (*CRITERIA, "membership")]
        reasons = dict.fromkeys(_(part.reason) for part in parts if part.missing)
        count = said.get(one.town.id, (np.nan, None))[0]
        rows[one.town.key] = [
            one.town.key, one.town.name, one.coalition.key if one.coalition else None,
            described.named(one.coalition) if one.coalition else None, *(part.value for part in parts), one.verdict,
            count, "; ".join(reasons),
        ]  # fmt: skip
    columns = ["town", "place", "coalition", "members", *CRITERIA, "membership", "regime", "said_regime", "reason"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns) if rows else pd.DataFrame(columns=columns)


#: settings under which the coalitions are found again -> what is different
SETTINGS = {
    "chosen": N_("as chosen"),
    "theta_low": N_("tone threshold lower by 0.1"),
    "theta_high": N_("tone threshold higher by 0.1"),
    "reporters_low": N_("one reporter fewer"),
    "reporters_high": N_("one reporter more"),
    "gap": N_("gaps of one more window filled"),
    "wide": N_("windows twice as wide, half as many needed"),
    "dated": N_("only events with a date"),
    "first_hand": N_("only what speakers know at first hand"),
}


def under_settings(
    evidence: Evidence, acts: Relations, fields: Sequence[Field], chosen: Sequence[Coalition], params: Params
) -> dict[str, tuple[Coalition, ...]]:
    """Find the coalitions under other settings: how far the findings hang on the choices made."""

    def ruled(**changed: float) -> tuple[Coalition, ...]:
        rule = replace(rule_of(params), **changed)  # type: ignore[arg-type]
        return of_fields([one.under(rule) for one in fields], params.term, {})

    def found(held: Relations, months: int, rule: Rule) -> tuple[Coalition, ...]:
        return of_fields(town_fields(held, calendar_periods(held, months), rule), params.term, {})

    rule = rule_of(params)
    wide = replace(rule, least=max(params.least // 2, 1))
    return {
        "chosen": tuple(chosen),
        "theta_low": ruled(theta=max(params.theta - 0.1, 0.05)),
        "theta_high": ruled(theta=min(params.theta + 0.1, 1.0)),
        "reporters_low": ruled(reporters=max(params.reporters - 1, 1)),
        "reporters_high": ruled(reporters=params.reporters + 1),
        "gap": ruled(gap=params.gap + 1),
        "wide": found(acts, min(2 * params.months, 120), wide),
        "dated": found(prepare(evidence, undated="leave"), params.months, rule),
        "first_hand": found(prepare(evidence, first_hand=True), params.months, rule),
    }


def _settings(found: Mapping[str, Sequence[Coalition]], params: Params) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for name, held in found.items():
        median = kaplan_meier(observed_durations(held, early=params.early)).median
        wide = min(2 * params.months, 120) if name == "wide" else params.months
        rows.append((
            _(SETTINGS[name]), len(held), len({one.field.town.id for one in held}),
            *(sum(one.tactics.label == kind for one in held) for kind in ("strategic", "tactical", "mixed")),
            sum(one.ended for one in held), median.value * wide, _(median.reason),
        ))  # fmt: skip
    columns = [
        "setting", "coalitions", "in_places", "strategic_count", "tactical_count", "mixed_count", "ended", "median_months",
        "reason",
    ]  # fmt: skip
    return pd.DataFrame(rows, index=list(found), columns=columns)


def support(
    found: Sequence[Coalition],
    judged: Sequence[Regime],
    said: dict[str, tuple[int, Grounds]],
    moves: pd.DataFrame,
    others: Mapping[str, Sequence[Coalition]],
    params: Params,
) -> Callable[[str, Hashable, str | None], Grounds]:
    """Make the way back from a cell to its statements and codings."""
    by_key = {one.key: one for one in found}
    members_of = {row_label(one.key, actor.key): (one, actor.key) for one in found for actor in one.members}
    towns = {one.town.key: one for one in judged}

    def grounds(table: str, row: Hashable, column: str | None) -> Grounds:
        parts = str(row).split(" · ")
        if table == "coalitions":
            return described.grounds(by_key[str(row)], column)
        if table == "regime":
            return _regime_grounds(towns[str(row)], said, column)
        if table == "gains":
            return gains.grounds(*members_of[str(row)])
        if table == "survival":
            return lasting.survival_grounds(found, parts[0], int(parts[-1]), column, params.early)
        if table == "intervals":
            return lasting.survival_grounds(found, parts[0], None, column, params.early)
        if table == "hazards":
            return lasting.hazard_grounds(found, row_label(*parts[:-1]), parts[-1].split("→")[0], column)
        if table == "moves":
            return _move_grounds(by_key, moves.loc[str(row)].to_dict(), column)
        return lasting.of_coalitions(others[str(row)])

    return grounds


def _move_grounds(by_key: Mapping[str, Coalition], line: Mapping[Any, Any], column: str | None) -> Grounds:
    sides = ("coalition_before", "coalition_after")
    return lasting.of_coalitions([by_key[line[name]] for name in sides if column in (None, name) or column not in sides
                                  if line[name] in by_key])  # fmt: skip


def _regime_grounds(one: Regime, said: dict[str, tuple[int, Grounds]], column: str | None) -> Grounds:
    if column == "said_regime":
        return said[one.town.id][1] if one.town.id in said else Grounds()
    if one.coalition is None:
        return Grounds()
    if column == "capacity":
        acts, held = one.coalition.field.acts, one.coalition.support
        sides: tuple[list[str], list[str]] = ([], [])
        for act in held:
            outcome = acts.statements[act].outcome
            if outcome != "unknown":
                sides[outcome == "failed"].append(acts.statements[act].id)
        first = tuple(dict.fromkeys(sides[0]))
        return Grounds(first, tuple(i for i in dict.fromkeys(sides[1]) if i not in set(first)))
    return described.grounds(one.coalition, "issues" if column == "themes" else None)


def _notes(acts: Relations, fields: Sequence[Field], found: Sequence[Coalition], params: Params) -> list[str]:
    notes = [
        say(
            N_(
                "Windows of {months} months of event time; a window is observed if at least {reporters} reporters speak of "
                "the town in it."
            ),
            months=params.months, reporters=params.reporters,
        ),
        say(
            N_(
                "A coalition seen in the last window observed, or just before one not observed, has no known end; one seen "
                "in the first has no known beginning."
            )
        ),
        say(
            N_(
                "Intervals at {level}: of the strategic degree reporters resampled, of survival towns; stability: share of "
                "the town's reporters without each of whom the coalition is still found."
            ),
            level=percent(params.confidence),
        ),
        say(N_("Events stand beside an end because they fall where it must lie; this says nothing of a cause.")),
        say(N_("What became of a coalition is read from what is told of the next window; it is told, not tested.")),
        say(N_("Coalitions that share members are not independent of one another.")),
    ]  # fmt: skip
    silent = [town.name for town in acts.towns if town.id not in {one.town.id for one in fields}]
    if silent:
        notes.append(say(N_("Towns without usable statements: {towns}."), towns=", ".join(silent)))
    early = sum(not one.start_known for one in found)
    if early:
        notes.append(say(N_("Coalitions whose beginning was not seen: {n}."), n=early))
    return notes + left_out_notes(acts)
