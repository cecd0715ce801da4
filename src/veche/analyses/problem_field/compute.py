"""From evidence to the tables of the problem field, and from every cell back to its codings."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

import numpy as np

from veche.analyses._shared.options import checked
from veche.analyses._shared.places import ALL, listed, row_label
from veche.analyses._shared.remarks import left_out
from veche.analyses._shared.wave_pairs import compared_waves
from veche.analyses.problem_field import cells, change, persistence
from veche.analyses.problem_field.change import VERDICTS, Comparison
from veche.analyses.problem_field.draws import Intervals, intervals
from veche.analyses.problem_field.field import Bools, Field, Pair, make_field
from veche.analyses.problem_field.finding import finding
from veche.measures.divergence import top_weight
from veche.study.evidence import Evidence
from veche.study.result import Grounds, Result
from veche.words import N_, ngettext, number, percent, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.problem_field import Params


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the three tables: ``field`` (problem x place x wave), ``change`` and ``persistence``.

    Raises
    ------
    NotFound
        If the root code or a named wave is not in the evidence.
    InputProblem
        If an option does not fit, or only one wave of the comparison is named.
    """
    chosen = checked(params)
    field = make_field(evidence, chosen.root, chosen.level)
    pairs, main_pair = compared_waves(field.waves, field.mentions.interviews, chosen.before, chosen.after)
    alike = tuple(pair for pair in pairs if field.between(pair) is field)
    numbers, found = cells.measures(field), _intervals(field, alike, chosen)
    comparisons = [
        Comparison(field, pair, numbers, found, chosen.minimum, 1 - chosen.confidence)
        if pair in alike
        else _comparison(field.between(pair), pair, chosen)
        for pair in pairs
    ]
    main, changes = cells.table(field, numbers, found, chosen.minimum), change.table(comparisons)
    keys = (field.waves[main_pair[0]].key, field.waves[main_pair[1]].key) if main_pair else None
    labels = {row.key: row.label for row in field.mentions.rows}
    said = finding(main, changes, keys, labels, {wave.key: wave.label or wave.key for wave in field.waves})
    return Result(
        tables={"field": main, "change": changes, "persistence": persistence.table(comparisons, changes)},
        sentence=said.sentence,
        evidence=evidence,
        support=support(field, pairs, changes),
        highlights=tuple(row_label(code, ALL, wave) for code in said.codes for wave in (keys or main["wave"].unique())),
        notes=_notes(field, pairs, chosen),
        seed=chosen.seed,
    )


def _intervals(field: Field, pairs: tuple[Pair, ...], params: Params) -> Intervals:
    return intervals(
        field,
        pairs,
        resamples=params.resamples,
        confidence=params.confidence,
        seed=params.seed,
        minimum=params.minimum,
    )


def _comparison(field: Field, pair: Pair, params: Params) -> Comparison:
    found = _intervals(field, (pair,), params)
    return Comparison(field, pair, cells.measures(field), found, params.minimum, 1 - params.confidence)


def support(
    field: Field, pairs: tuple[Pair, ...], changes: pd.DataFrame
) -> Callable[[str, Hashable, str | None], Grounds]:
    """Make the way back from a cell to its codings."""
    places = {key: place for place, key in enumerate(field.places)}
    waves = {wave.key: w for w, wave in enumerate(field.waves)}
    problems = {row.key: k for k, row in enumerate(field.mentions.rows)}
    found = {
        row_label(code, town, wave): (problems[code], places[town], waves[wave])
        for code in problems for town in places for wave in waves
    }  # fmt: skip
    steps = {f"{field.waves[a].key}→{field.waves[b].key}": (a, b) for a, b in pairs}
    moved = {
        row_label(code, town, step): (problems[code], places[town], pair)
        for code in problems for town in places for step, pair in steps.items()
    }  # fmt: skip
    kept = {row_label(town, step): (places[town], pair) for town in places for step, pair in steps.items()}

    def grounds(table: str, row: Hashable, column: str | None) -> Grounds:
        if table == "field":
            return _field_grounds(field, *found[str(row)], column)
        if table == "change":
            return _change_grounds(field, *moved[str(row)], column)
        place, pair = kept[str(row)]
        return _persistence_grounds(field, changes, place, pair, column)

    return grounds


def _field_grounds(field: Field, problem: int, place: int, wave: int, column: str | None) -> Grounds:
    here = field.inside(place, wave)
    if column in ("panel_asked", "panel_share"):
        here = here & field.panel[place]
    return field.mentions.grounds(here, [problem], asked=column != "volunteered", denied=column == "denied")


def _change_grounds(field: Field, problem: int, place: int, pair: Pair, column: str | None) -> Grounds:
    waves = {"asked_before": pair[:1], "share_before": pair[:1], "asked_after": pair[1:], "share_after": pair[1:]}
    here: Bools = _compared(field, place, pair) & np.isin(field.wave_of, waves.get(column or "", pair))
    if column in ("panel_pairs", "panel_difference", "b", "c", "p_panel", "mid_p_panel"):
        here = here & _paired(field, problem, place, pair, column)
    return field.mentions.grounds(here, [problem])


def _compared(field: Field, place: int, pair: Pair) -> Bools:
    """Interviews of a place in a comparison: of all towns together only those visited in both waves."""
    here: Bools = field.inside(place) & field.visited(pair)[field.town_of]
    return here


def _paired(field: Field, problem: int, place: int, pair: Pair, column: str) -> Bools:
    """Interviews of the respondents asked in both waves; for `b` and `c` of those who changed that way."""
    unit = field.cluster_of if place else field.respondent_of
    asked, said = (np.zeros((2, int(unit.max(initial=-1)) + 1), dtype=bool) for _side in range(2))
    for side, wave in enumerate(pair):
        here = _compared(field, place, pair) & (field.wave_of == wave)
        np.logical_or.at(asked[side], unit[here], field.mentions.asked[here, problem])
        np.logical_or.at(said[side], unit[here], field.mentions.said[here, problem])
    both = asked[0] & asked[1]
    wanted = {"b": both & said[0] & ~said[1], "c": both & ~said[0] & said[1]}.get(column, both)
    return np.asarray(wanted[unit], dtype=bool)


def _persistence_grounds(field: Field, changes: pd.DataFrame, place: int, pair: Pair, column: str | None) -> Grounds:
    here: Bools = _compared(field, place, pair) & np.isin(field.wave_of, pair)
    rows = range(len(field.mentions.rows))
    if column in VERDICTS:
        step = (field.waves[pair[0]].key, field.waves[pair[1]].key)
        of_place = changes[
            (changes["town"] == field.places[place]) & (changes["before"] == step[0]) & (changes["after"] == step[1])
        ]
        codes = set(of_place.loc[of_place["verdict"] == column, "code"])
        return field.mentions.grounds(here, [k for k in rows if field.mentions.rows[k].key in codes])
    return field.mentions.grounds(here, rows)


def _notes(field: Field, pairs: tuple[Pair, ...], params: Params) -> tuple[str, ...]:
    m = field.mentions
    notes = [
        say(
            N_(
                "Interviews: {interviews}; respondents: {respondents}, of them in more than one wave: {panel}; "
                "towns: {towns}."
            ),
            interviews=len(m.interviews), respondents=len(set(field.respondent_of.tolist())), towns=len(field.towns),
            panel=len(set(field.respondent_of[field.panel[0]].tolist())),
        ),
        say(
            N_(
                "Intervals at {level}: respondents resampled within town, draws: {resamples}. They speak of these "
                "towns, not of others."
            ),
            level=percent(params.confidence), resamples=params.resamples,
        ),
        say(N_("Standardised shares weigh the branches of roles as in all waves of the place together.")),
        say(N_("The panel are respondents with interviews in at least two waves of the place.")),
        say(
            N_(
                "The interval of a divergence is the basic bootstrap, which takes out the upward bias of small "
                "samples; compare the value with the one expected under exchange of waves."
            ),
        ),
        say(
            N_("In rank-biased overlap with p = {p} the first five ranks carry {weight} of the weight."),
            p=number(persistence.PERSISTENCE, 1), weight=percent(top_weight(persistence.PERSISTENCE, persistence.TOP)),
        ),
    ]  # fmt: skip
    for pair in pairs:
        left = [town.name for town, both in zip(field.towns, field.visited(pair), strict=True) if not both]
        if left:
            notes.append(
                say(
                    N_("From {before} to {after} only towns visited in both waves are compared; left out: {towns}."),
                    before=field.waves[pair[0]].label, after=field.waves[pair[1]].label, towns=listed(left),
                )
            )  # fmt: skip
    notes += _losses(field, params)
    return tuple(notes)


def _losses(field: Field, params: Params) -> list[str]:
    """What the rows do not show."""
    m = field.mentions
    notes = []
    covered = frozenset[str]().union(*(row.ids for row in m.rows))
    under = {code.id for code in m.evidence.codebook.below(m.evidence.code(params.root))} - covered
    aside = sum(coding.code_id in under for coding, _interview in m.evidence.counted())
    if aside:
        notes.append(
            ngettext(
                "{n} coding stands on a code that is not a row at this level and is not counted.",
                "{n} codings stand on codes that are not rows at this level and are not counted.",
                aside,
            ).format(n=aside)
        )
    outside = int(((m.denied > 0) & ~m.asked).sum())
    if outside:
        notes.append(
            ngettext(
                "{n} denial outside the denominators is not counted.",
                "{n} denials outside the denominators are not counted.",
                outside,
            ).format(n=outside)
        )
    return [*notes, *left_out(m.evidence, m.interviews)]
