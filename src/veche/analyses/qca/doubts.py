"""How far the solution holds: by wave and town, at other cut-offs, without a town, with other memberships, against chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses.qca.listing import table
from veche.sets import Frame, cluster, make_frame, minimize, permuted, stability, truth_table
from veche.study.errors import InputProblem
from veche.words import N_, _

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.qca import Params
    from veche.analyses.qca.compute import Compared

PANEL = ("term", "part", "inclusion", "covered", "distance", "distance_most")
STABILITY = ("term", "cut", "share", "minimal_models", "reason")
SURVIVAL = ("test", "term", "share", "runs", "solved")
STEPS = (-0.1, -0.05, 0.0, 0.05, 0.1)


def tables(compared: Compared, params: Params) -> dict[str, pd.DataFrame]:
    """Give ``set_panel``, ``stability`` and ``term_survival``; empty without a solution."""
    frame = compared.frame
    if frame is None or compared.chosen is None:
        return {
            "set_panel": table([], PANEL, ()),
            "stability": table([], STABILITY, ()),
            "term_survival": table([], SURVIVAL, ()),
        }
    return {
        "set_panel": table(_panel(compared, frame), PANEL, ("term", "part")),
        "stability": table(_stability(frame, params), STABILITY, ("term", "cut")),
        "term_survival": table(_survival(compared, frame, params), SURVIVAL, ("test", "term")),
    }


def _panel(compared: Compared, frame: Frame) -> list[dict[str, Any]]:
    chosen = compared.chosen
    assert chosen is not None
    place = {one.case: (one.town, one.wave) for one in compared.values}
    towns = [place[case][0].name for case in frame.cases]
    waves = [place[case][1].key for case in frame.cases]
    lines: list[dict[str, Any]] = []
    for cubes in (*((cube,) for cube in chosen.solution.models[0]), chosen.solution.models[0]):
        name = frame.write_model(cubes)
        if lines and lines[0]["term"] == name:
            break
        found = cluster(frame.union(cubes), frame.outcome, towns, waves)
        lines.append({"term": name, "part": _("all cases"), "inclusion": found.pooled, "covered": found.coverage})
        for word, scores in ((N_("wave {name}"), found.between), (N_("town {name}"), found.within)):
            lines.extend(
                {
                    "term": name, "part": _(word).format(name=key), "inclusion": score, "covered": scores.coverage[key],
                    "distance": scores.distance, "distance_most": scores.maximum,
                }
                for key, score in scores.score.items()
            )  # fmt: skip
    return lines


def _stability(frame: Frame, params: Params) -> list[dict[str, Any]]:
    cuts = sorted({round(params.incl + step, 4) for step in STEPS if 0 < params.incl + step <= 1})
    found = stability(frame, incl_cuts=cuts, n_cuts=(params.n,), pri_cut=params.pri)
    lines = []
    for (cut, n), count in zip(found.settings, found.counts, strict=True):
        for term, share in found.shares[(cut, n)].items():
            lines.append({
                "term": term, "cut": cut, "share": share, "minimal_models": count, "reason": found.why.get((cut, n), ""),
            })  # fmt: skip
    return lines


def _survival(compared: Compared, frame: Frame, params: Params) -> list[dict[str, Any]]:
    chosen = compared.chosen
    assert chosen is not None
    own = [frame.write(cube) for cube in chosen.solution.models[0]]
    place = {one.case: one.town.key for one in compared.values}
    towns = list(dict.fromkeys(place[case] for case in frame.cases))
    lines: list[dict[str, Any]] = []
    fewer = [_without(frame, [at for at, case in enumerate(frame.cases) if place[case] != town]) for town in towns]
    drawn = list(_draws(compared, frame, params))
    for test, frames in ((_("a town left out"), fewer), (_("memberships drawn within their error"), drawn)):
        kept, solved = _kept([one for one in frames if one is not None], chosen.kind, params)
        lines.extend(
            {
                "test": test,
                "term": term,
                "share": kept[term] / solved if solved else float("nan"),
                "runs": len(frames),
                "solved": solved,
            }
            for term in own
        )
    chance = permuted(
        frame, incl_cut=params.incl, n_cut=params.n, pri_cut=params.pri, kind=chosen.kind, shuffles=params.draws, seed=params.seed
    )  # fmt: skip
    lines.extend(
        {
            "test": _("outcome shuffled over cases"),
            "term": name,
            "share": share,
            "runs": chance.shuffles,
            "solved": chance.solved,
        }
        for name, share in (
            (_("consistency of chance as high"), chance.consistency_share),
            (_("coverage of chance as high"), chance.coverage_share),
        )
    )
    return lines


def expected_of(params: Params) -> list[str]:
    """Directional expectations as they are written in the options."""
    return [part.strip() for part in params.expect.split(",") if part.strip()]


def _kept(frames: Sequence[Frame], kind: Any, params: Params) -> tuple[Counter[str], int]:
    """Count in how many frames each term is in a smallest model, and how many had a solution."""
    kept: Counter[str] = Counter()
    solved = 0
    for one in frames:
        try:
            rows = truth_table(one, incl_cut=params.incl, n_cut=params.n, pri_cut=params.pri)
            found = minimize(rows, kind, expectations=expected_of(params), seconds=2)
        except InputProblem:
            continue
        solved += 1
        kept.update({one.write(cube) for solution in found.solutions for cube in solution.share})
    return kept, solved


def _without(frame: Frame, kept: Sequence[int]) -> Frame | None:
    fewer = replace(
        frame, literals=tuple(one[:, kept] for one in frame.literals), cases=tuple(frame.cases[at] for at in kept), outcome=frame.outcome[kept]
    )  # fmt: skip
    return fewer if kept and fewer.outcome.min() < fewer.outcome.max() else None


def _draws(compared: Compared, frame: Frame, params: Params) -> list[Frame | None]:
    """Draw every membership from the normal law of its mean and error, cut to [0, 1]; one without an error stays."""
    rng = np.random.default_rng(params.seed)
    cell = {(one.case, one.name): one for one in compared.values}
    names = [one.name for one in compared.rules]
    middle = np.array([[cell[case, name].membership for name in names] for case in frame.cases])
    error = np.nan_to_num(np.array([[cell[case, name].error for name in names] for case in frame.cases]))
    bare = params.outcome.lstrip("~")
    found: list[Frame | None] = []
    for _draw in range(params.draws):
        values = np.clip(rng.normal(middle, error), 0, 1)
        data = {name: values[:, at].tolist() for at, name in enumerate(names)}
        try:
            found.append(make_frame(data, params.outcome, [name for name in names if name != bare], cases=frame.cases))
        except InputProblem:
            found.append(None)
    return found
