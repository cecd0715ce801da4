"""From every cell of the tables back to its statements: those for it and those against."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from veche.analyses._shared.model_grounds import answer_sides, speaking_for
from veche.analyses._shared.models import TYPE_BY_KEY, ModelType
from veche.analyses._shared.relations import SIDES, side_of
from veche.analyses.interaction_models.cases import Bools, Case, Cases
from veche.analyses.interaction_models.techniques import technique_acts
from veche.analyses.interaction_models.tone import READY, ready_codings, tone_acts
from veche.study.result import Grounds


def support(cases: Cases, labels: dict[str, str]) -> Callable[[str, Hashable, str | None], Grounds]:
    """Make the way back.

    Parameters
    ----------
    cases
        The cases.
    labels
        Row of the table of labels -> type it was given.
    """

    def grounds(table: str, row: Hashable, column: str | None) -> Grounds:
        parts = str(row).split(" · ")
        if table == "techniques":
            return _technique(cases, *parts, column=column)
        if table == "change":
            before, after = parts[1].split("→")
            return _change(cases, (f"{parts[0]} · {before}", f"{parts[0]} · {after}"), parts[2], column)
        case = cases.by_key[" · ".join(parts[:2])]
        if table == "memberships":
            return _model(cases, case, parts[2], column)
        if table == "labels":
            return _label(cases, case, labels[str(row)], column)
        if table == "questions":
            return _two(cases, *answer_sides(cases.held, case.acts, parts[2]))
        if table == "tone":
            return _tone(cases, case, parts[2], parts[3], column)
        return _consensus(cases, case, column)

    return grounds


def _two(cases: Cases, supporting: Bools, opposing: Bools, denied: Sequence[str] = ()) -> Grounds:
    relations = cases.held.relations
    for_it = relations.ids(supporting)
    taken = set(for_it)
    against = (one for one in (*relations.ids(opposing), *denied) if one not in taken)
    return Grounds(for_it, tuple(dict.fromkeys(against)))


def _model(cases: Cases, case: Case, name: str, column: str | None) -> Grounds:
    side = (column or "").removeprefix("by_")
    here = cases.of_side(case, side if side in SIDES else "")
    if column in ("reporters", "statements"):
        return _two(cases, here, np.zeros_like(here))
    kind = TYPE_BY_KEY[name]
    mine = here & speaking_for(cases.held, kind)
    other = np.zeros_like(here) if column == "supporting" else here & ~mine
    return _two(cases, mine, other, _denied(cases, case, kind, side if side in SIDES else ""))


def _denied(cases: Cases, case: Case, kind: ModelType, side: str) -> tuple[str, ...]:
    acts = cases.denied_in(case) & speaking_for(cases.denied, kind)
    if side:
        acts = acts & np.array([one == side for one in cases.denied.relations.side], dtype=bool)
    return cases.denied.relations.ids(acts)


def _label(cases: Cases, case: Case, label: str, column: str | None) -> Grounds:
    if label in TYPE_BY_KEY and column not in ("reporters", "statements"):
        return _model(cases, case, label, None)
    side = (column or "").removeprefix("says_")
    here = cases.of_side(case, side if side in SIDES else "")
    return _two(cases, here, np.zeros_like(here))


def _technique(cases: Cases, town: str, wave: str, technique: str, *, column: str | None) -> Grounds:
    acts = technique_acts(cases, town, wave, technique)
    worth = cases.held.worth
    chosen = {
        "achieved": worth == 1, "partly": worth == 0.5, "failed": worth == 0, "unknown": np.isnan(worth),
    }.get(column or "")  # fmt: skip
    if chosen is not None:
        return _two(cases, acts & chosen, np.zeros_like(acts))
    if column in ("tried", "reporters"):
        return _two(cases, acts, np.zeros_like(acts))
    return _two(cases, acts & (worth >= 0.5), acts & (worth == 0))


def _tone(cases: Cases, case: Case, side: str, field: str, column: str | None) -> Grounds:
    acts = tone_acts(cases, case, side, field)
    steps = cases.held.step(field)
    name = column or ""
    if name[:1] == "n" and name[1:].isdigit():
        return _two(cases, acts & (steps == int(name[1:])), np.zeros_like(acts))
    if name[:4] == "step" and name[4:].isdigit():
        mine = steps == int(name[4:])
        return _two(cases, acts & mine, acts & ~mine)
    if name in ("between", "low", "high"):
        inner = (steps > 1) & (steps < 5)
        return _two(cases, acts & inner, acts & ~inner)
    return _two(cases, acts, np.zeros_like(acts))


def _consensus(cases: Cases, case: Case, column: str | None) -> Grounds:
    name = column or "now"
    if name.startswith("now"):
        return _tone(cases, case, "all", "tone", "step3")
    side = name.split("_", 1)[-1] if "_" in name else ""
    sides = [side] if side in SIDES else [one for one in SIDES if one != "outside"] if side == "both" else list(SIDES)
    good: list[str] = []
    bad: list[str] = []
    evidence = cases.held.relations.evidence
    speakers = {one.id: side_of(evidence.role_by_id.get(one.role_id)) for one in evidence.interviews}
    for one in sides:
        acts = tone_acts(cases, case, one, "readiness")
        ready = cases.held.step("readiness") <= READY
        good += cases.held.relations.ids(acts & ready)
        bad += cases.held.relations.ids(acts & ~ready)
        for coding, _who in ready_codings(evidence, cases.params.ready_code, case, one, speakers):
            (good if coding.modality == "asserted" else bad).append(coding.id)
    if name.startswith("reporters"):
        return Grounds(tuple(good + bad))
    return Grounds(tuple(good), tuple(bad))


def _change(cases: Cases, keys: tuple[str, str], measure: str, column: str | None) -> Grounds:
    wanted = {"was": keys[:1], "reporters_before": keys[:1], "became": keys[1:], "reporters_after": keys[1:]}
    acts = np.zeros(len(cases.held.relations), dtype=bool)
    for key in wanted.get(column or "", keys):
        case = cases.by_key[key]
        acts |= tone_acts(cases, case, "all", "tone") if measure == "tone" else case.acts & cases.held.down
    return _two(cases, acts, np.zeros_like(acts))
