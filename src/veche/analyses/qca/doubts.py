"""How far the solution holds: by wave and town, at other cut-offs, without a town, with other memberships, against chance, against a theory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.analyses.qca.listing import table
from veche.sets import (
    Frame,
    by_cluster,
    cluster,
    cut_map,
    drawn_within,
    left_out,
    permuted,
    redundancy_free,
    robustness,
    select_cases,
    skew,
    solver,
    stability,
    theory,
    trajectories,
)
from veche.sets.cut_offs import Judging
from veche.study.errors import InputProblem
from veche.words import N_, _

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.qca import Params
    from veche.analyses.qca.compute import Compared
    from veche.sets import Result as Solved

PANEL = ("term", "part", "place", "wave", "inclusion", "covered", "distance", "distance_most")
STABILITY = ("term", "cut", "share", "minimal_models", "reason")
CUTS = ("cut", "cut_pri", "kept", "minimal_models", "reason")
SURVIVAL = ("test", "term", "share", "runs", "solved", "left")
WAVES = ("term", "wave", "share", "minimal_models", "reason")
AREAS = ("area", "inclusion", "covered", "cases_with", "cases_without")
SPREAD = ("set", "above", "below", "half", "fully_out", "fully_in", "cases")
ROBUST = ("part", "standing", "fit")
PAIRS = ("term", "typical_case", "case", "set_apart_by", "apart")
CHAINS = ("structure", "outcome", "inclusion", "covered", "literals")
#: pairs of cases for each term, and structures that are listed
FEW_PAIRS, MOST_CHAINS = 3, 50
#: least coverage of a redundancy-free model, as coincidence analysis takes it by default with a lower consistency
COVERAGE = 0.7
WAYS = ("town", "place", "ways", "moves")
#: grid of the map of cut-offs
INCL = (0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
PRI = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
#: cut-offs of consistency around the one in use that make the test set of the robustness
NEAR = (-0.05, -0.025, 0.025, 0.05)


def tables(compared: Compared, params: Params) -> dict[str, pd.DataFrame]:
    """Give the tables of doubt; empty without a solution, ``term_survival`` also without draws."""
    frame, chosen = compared.frame, compared.chosen
    lines: dict[str, list[dict[str, Any]]] = {name: [] for name in LABELS}
    lines["set_spread"] = _spread(compared)
    if frame is not None:
        lines["trajectories"] = _ways(compared, frame)
    if frame is not None and chosen is not None:
        lines |= {
            "set_panel": _panel(compared, frame, chosen), "wave_solutions": _waves(compared, frame, chosen, params),
            "stability": _stability(frame, params), "cut_map": _cut_map(frame, chosen, params),
            "set_robustness": _robust(frame, chosen, params), "theory_areas": _areas(frame, chosen, params),
            "case_pairs": _pairs(frame, chosen),
        }  # fmt: skip
        if params.draws:
            lines["term_survival"] = _survival(compared, frame, chosen, params)
            lines["chains"] = _chains(compared, params)
    return {name: table(lines[name], columns, labels) for name, (columns, labels) in LABELS.items()}


#: columns of each table, and those that name its rows
LABELS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "set_panel": (PANEL, ("term", "part")), "wave_solutions": (WAVES, ("term", "wave")), "stability": (STABILITY, ("term", "cut")),
    "cut_map": (CUTS, ("cut", "cut_pri")), "set_robustness": (ROBUST, ("part",)), "term_survival": (SURVIVAL, ("test", "term")),
    "case_pairs": (PAIRS, ("term", "set_apart_by", "typical_case", "case")), "chains": (CHAINS, ("structure",)),
    "theory_areas": (AREAS, ("area",)), "set_spread": (SPREAD, ("set",)), "trajectories": (WAYS, ("town",)),
}  # fmt: skip


def expected_of(params: Params) -> list[str]:
    """Directional expectations as they are written in the options."""
    return [part.strip() for part in params.expect.split(",") if part.strip()]


def _panel(compared: Compared, frame: Frame, chosen: Solved) -> list[dict[str, Any]]:
    towns = [compared.place[case][0].name for case in frame.cases]
    waves = [compared.place[case][1].key for case in frame.cases]
    lines: list[dict[str, Any]] = []
    for cubes in (*((cube,) for cube in chosen.solution.model()), chosen.solution.model()):
        name = frame.write_model(cubes)
        if lines and lines[0]["term"] == name:
            break
        found = cluster(frame.union(cubes), frame.outcome, towns, waves)
        lines.append(
            {
                "term": name,
                "part": _("all cases"),
                "place": "",
                "wave": "",
                "inclusion": found.pooled,
                "covered": found.coverage,
            }
        )
        for word, field, scores in (
            (N_("wave {name}"), "wave", found.between),
            (N_("town {name}"), "place", found.within),
        ):
            lines.extend(
                {"place": "", "wave": ""} | {
                    "term": name, "part": _(word).format(name=key), field: str(key), "inclusion": score, "covered": scores.coverage[key],
                    "distance": scores.distance, "distance_most": scores.maximum,
                }
                for key, score in scores.score.items()
            )  # fmt: skip
    return lines


def _waves(compared: Compared, frame: Frame, chosen: Solved, params: Params) -> list[dict[str, Any]]:
    waves = [compared.place[case][1] for case in frame.cases]
    found = by_cluster(
        frame, [one.key for one in waves], incl_cut=params.incl, n_cut=params.n, pri_cut=params.pri, kind=chosen.kind,
        expectations=expected_of(params),
    )  # fmt: skip
    own = [frame.write(cube) for cube in chosen.solution.model()]
    terms = [*own, *(one for one in found.shares.index if one not in own)]
    known = found.shares.to_dict()
    return [
        {
            "term": term, "wave": wave, "share": float("nan") if wave in found.why else known[wave].get(term, 0.0),
            "minimal_models": found.counts[wave], "reason": found.why.get(wave, ""),
        }
        for term in terms
        for wave in sorted(known, key=str)
    ]  # fmt: skip


def _stability(frame: Frame, params: Params) -> list[dict[str, Any]]:
    cuts = sorted({*INCL, params.incl} - {0.0})
    found = stability(frame, incl_cuts=cuts, n_cuts=(params.n,), pri_cut=params.pri)
    lines = []
    for (cut, n), count in zip(found.settings, found.counts, strict=True):
        for term, share in found.shares[(cut, n)].items():
            lines.append({
                "term": term, "cut": cut, "share": share, "minimal_models": count, "reason": found.why.get((cut, n), ""),
            })  # fmt: skip
    return lines


def _cut_map(frame: Frame, chosen: Solved, params: Params) -> list[dict[str, Any]]:
    terms = [frame.write(cube) for cube in chosen.solution.model()]
    found = cut_map(
        frame, terms, incl_cuts=sorted({*INCL, params.incl}), pri_cuts=sorted({*PRI, params.pri}), n_cut=params.n, kind=chosen.kind,
        expectations=expected_of(params), shut=chosen.table.shut, seconds=0.5,
    )  # fmt: skip
    return [
        {"cut": cut, "cut_pri": least, "kept": found.kept[p][i], "minimal_models": found.counts[p][i], "reason": found.why.get((cut, least), "")}
        for p, least in enumerate(found.pri_cuts)
        for i, cut in enumerate(found.incl_cuts)
    ]  # fmt: skip


def _robust(frame: Frame, chosen: Solved, params: Params) -> list[dict[str, Any]]:
    """Compare the first model with those at cut-offs near by (fit-oriented robustness), and say which cases hold."""
    judging = Judging(frame, chosen.kind, expected_of(params), shut=chosen.table.shut, seconds=0.5)
    tests: list[tuple[tuple[int, ...], ...]] = []
    for step in NEAR:
        cut = min(max(params.incl + step, 0.0), 1.0)
        try:
            tests.extend(judging.at(cut, params.n, params.pri).models)
        except InputProblem:
            continue
    tests = list(dict.fromkeys(tests))
    if not tests:
        return []
    found = robustness(frame, chosen.solution.model(), tests)
    fits = (
        (_("consistency against the common part"), found.consistency), (_("coverage of the common part"), found.coverage),
        (_("likeness to the narrowest test solution"), found.least), (_("likeness to the widest test solution"), found.greatest),
    )  # fmt: skip
    lines: list[dict[str, Any]] = [{"part": name, "standing": "", "fit": value} for name, value in fits]
    lines.extend(
        {"part": case, "standing": kind, "fit": float("nan")} for case, kind in found.cases.items() if kind != "none"
    )
    return lines


def _areas(frame: Frame, chosen: Solved, params: Params) -> list[dict[str, Any]]:
    if not params.theory.strip():
        return []
    names = {
        "T*S": _("expected and found"), "~T*S": _("found, not expected"), "T*~S": _("expected, not found"), "~T*~S": _("neither"),
    }  # fmt: skip
    return [
        {
            "area": names[one.name], "inclusion": one.fit.inclusion, "covered": one.fit.coverage, "cases_with": ", ".join(one.with_outcome),
            "cases_without": ", ".join(one.without),
        }
        for one in theory(frame, params.theory, chosen.solution.model())
    ]  # fmt: skip


def _pairs(frame: Frame, chosen: Solved) -> list[dict[str, Any]]:
    """Pair typical cases of each term with those that should have been like them, the most similar first."""
    lines: list[dict[str, Any]] = []
    model = chosen.solution.model()
    for term in model:
        found = select_cases(frame, term, model)
        kinds = (
            (_("the same term, not the outcome"), found.against_consistency),
            (_("neither term nor outcome"), found.against_irrelevant),
        )
        lines.extend(
            {
                "term": frame.write(term),
                "typical_case": one.typical,
                "case": one.other,
                "set_apart_by": kind,
                "apart": one.difference,
            }
            for kind, pairs in kinds
            for one in pairs[:FEW_PAIRS]
        )
    return lines


def _chains(compared: Compared, params: Params) -> list[dict[str, Any]]:
    """Look for redundancy-free models of all sets as outcomes, and for chains of them."""
    data = {one.name: compared.columns[one.name] for one in compared.rules if one.fuzzy}
    try:
        found = redundancy_free(data, consistency=max(params.incl, 0.01), coverage=COVERAGE)
    except InputProblem:
        # more sets than structures can be listed for
        return []
    return [
        {
            "structure": row["structure"], "outcome": row["outcomes"], "inclusion": row["consistency"], "covered": row["coverage"],
            "literals": row["complexity"],
        }
        for row in found.to_frame().head(MOST_CHAINS).to_dict("records")
    ]  # fmt: skip


def _spread(compared: Compared) -> list[dict[str, Any]]:
    lines = []
    for rule in compared.rules:
        mine = [one.membership for one in compared.values if one.name == rule.name]
        if mine and rule.kind != "values":
            one = skew(mine)
            lines.append({
                "set": rule.name, "above": one.above, "below": one.below, "half": one.half, "fully_out": one.out, "fully_in": one.into,
                "cases": one.cases,
            })  # fmt: skip
    return lines


def _ways(compared: Compared, frame: Frame) -> list[dict[str, Any]]:
    """Follow each town through the combinations."""
    towns = [compared.place[case][0].key for case in frame.cases]
    times = [compared.place[case][1].position for case in frame.cases]
    names = {town.key: town.name for town, _wave in compared.place.values()}
    return [
        {"town": one.unit, "place": names[str(one.unit)], "ways": one.pattern, "moves": one.moves}
        for one in trajectories(frame, towns, times)
        if len(one.times) > 1
    ]


def _survival(compared: Compared, frame: Frame, chosen: Solved, params: Params) -> list[dict[str, Any]]:
    own = [frame.write(cube) for cube in chosen.solution.model()]
    solve = solver(
        incl_cut=params.incl, n_cut=params.n, pri_cut=params.pri, kind=chosen.kind, expectations=expected_of(params),
        necessary=params.necessary, untenable=params.untenable,
    )  # fmt: skip
    towns = [compared.place[case][0].name for case in frame.cases]
    lines: list[dict[str, Any]] = []
    without = left_out(frame, towns, solve)
    moved = drawn_within(frame, _errors(compared, frame), solve, draws=params.draws, seed=params.seed)
    for test, found in ((_("a town left out"), without), (_("memberships drawn within their error"), moved)):
        lines.extend(
            {
                "test": test, "term": term, "share": found.shares[term], "runs": found.runs, "solved": found.solved,
                "left": ", ".join(str(name) for name, gone in found.lost.items() if term in gone),
            }
            for term in own
        )  # fmt: skip
    chance = permuted(frame, solve, shuffles=params.draws, seed=params.seed)
    shares = (
        (_("consistency of chance as high"), chance.consistency_share), (_("coverage of chance as high"), chance.coverage_share),
    )  # fmt: skip
    lines.extend(
        {
            "test": _("outcome shuffled over cases"),
            "term": name,
            "share": share,
            "runs": chance.shuffles,
            "solved": chance.solved,
            "left": "",
        }
        for name, share in shares
    )
    waves = [compared.place[case][1].key for case in frame.cases]
    whole = chosen.solution.model()
    panel = cluster(frame.union(whole), frame.outcome, towns, waves, shuffles=params.draws, seed=params.seed)
    lines.append({
        "test": _("waves shuffled within towns"), "term": _("consistency as uneven over waves"), "share": panel.exceeded, "runs": params.draws,
        "solved": params.draws, "left": "",
    })  # fmt: skip
    return lines


def _errors(compared: Compared, frame: Frame) -> dict[str, list[float]]:
    """Errors of the memberships of the compared cases, by set of the rule; what holds no memberships has none."""
    cell = {(one.case, one.name): one.error for one in compared.values}
    return {one.name: [cell[case, one.name] for case in frame.cases] for one in compared.rules if one.fuzzy}
