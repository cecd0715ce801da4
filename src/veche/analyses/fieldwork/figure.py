"""Every interview as a mark: towns down, waves across, people who speak again filled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from veche.analyses._shared.places import BRANCHES, known_interviews, role_label, visited
from veche.analyses.fieldwork.finding import finding
from veche.analyses.fieldwork.panel import KINDS, Classified, classify
from veche.figures import Frame, WaveMark, chart_of, empty, finish, header, key, palette, wrap
from veche.study.places import Town, Wave
from veche.study.result import Result
from veche.words import N_, _, say

PER_LINE, STEP, LABELS, GAP = 10, 16, 150, 18
WORDS = 118

KIND_WORDS = {
    "same_person_same_post": N_("same person, same post"),
    "same_person_other_post": N_("same person, other post"),
    "same_post_other_person": N_("same post, other person"),
    "new": N_("for the first time"),
    "first": N_("for the first time"),
}


def marks() -> dict[str, WaveMark]:
    """Return how each kind of interview is drawn: filled if the person spoke before."""
    p = palette()
    return {
        "same_person_same_post": WaveMark("circle", p.hues[0], p.hues[0]),
        "same_person_other_post": WaveMark("diamond", p.hues[1], p.hues[1], 1.1),
        "same_post_other_person": WaveMark("square", p.paper, p.ink_3),
        "new": WaveMark("circle", p.paper, p.ink_3),
        "first": WaveMark("circle", p.paper, p.ink_3),
    }


def figure(result: Result) -> Any:
    """Draw the fieldwork of a result.

    Returns
    -------
    altair.VConcatChart
        One panel per wave, one row per town, one mark per interview.
    """
    import altair as alt

    evidence = result.evidence
    interviews = known_interviews(evidence)
    towns, waves = visited(evidence, interviews)
    if not interviews:
        return finish(empty(), Frame(title=result.sentence))
    classified = classify(evidence, interviews, waves)
    lines = max(
        math.ceil(sum(one.interview.town_id == town.id and one.wave == wave for one in classified) / PER_LINE)
        for town in towns
        for wave in range(len(waves))
    )
    row_height = max(lines, 2) * STEP + 50
    charts = [_labels(towns, row_height)]
    charts += [_wave(result, classified, towns, waves, at, row_height) for at in range(len(waves))]
    forms = marks()
    entries = [(forms[kind], _(KIND_WORDS[kind])) for kind in KINDS if kind != "first"]
    width = LABELS + len(waves) * (PER_LINE * STEP + WORDS + GAP)
    body = alt.vconcat(key(entries), alt.hconcat(*charts, spacing=GAP, bounds="flush"), spacing=14)
    said = finding(
        result.tables["fieldwork"], result.tables["missing"], waves, result.params.after if result.params else ""
    )
    frame = Frame(
        title=said[0].rstrip("."),
        subtitle=" ".join(said[1:]),
        caption=_caption(),
        description=f"{' '.join(said)} {_caption()}",
        width=max(width, 640),
    )
    return finish(body, frame)


def _scale(rows: int, height: float) -> Any:
    import altair as alt

    return alt.Y("y:Q", scale=alt.Scale(domain=[0, rows * height], reverse=True, nice=False, zero=False), axis=None)


def _labels(towns: Sequence[Town], row_height: float) -> Any:
    import altair as alt

    y = _scale(len(towns), row_height)
    rules = chart_of([{"y": at * row_height} for at in range(len(towns) + 1)])
    rows = [
        {"y": at * row_height + 14, "name": "\n".join(wrap(town.name, LABELS - 8, 14, bold=True, lines=3))}
        for at, town in enumerate(towns)
    ]
    names = chart_of(rows).mark_text(
        align="left", baseline="middle", fontSize=14, fontWeight="bold", lineHeight=17, lineBreak="\n", x=0
    )
    layers = (rules.mark_rule(color=palette().line).encode(y=y), names.encode(y=y, text="name:N"))
    return alt.layer(*layers).properties(width=LABELS, height=row_height * len(towns))


def _wave(
    result: Result,
    classified: Sequence[Classified],
    towns: Sequence[Town],
    waves: Sequence[Wave],
    at: int,
    height: float,
) -> Any:
    import altair as alt

    p, width = palette(), PER_LINE * STEP + WORDS
    y = _scale(len(towns), height)
    rules = [{"y": place * height} for place in range(len(towns) + 1)]
    layers = [chart_of(rules).mark_rule(color=p.line).encode(y=y)]
    dots, words = _cells(result, classified, towns, waves, at, height)
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, width], nice=False, zero=False), axis=None)
    for kind, mark in marks().items():
        layers.append(
            chart_of([dot for dot in dots if dot["kind"] == kind])
            .mark_point(
                shape=mark.shape, size=88 * mark.size, fill=mark.fill, stroke=mark.stroke, strokeWidth=1.5, opacity=1
            )
            .encode(x=x, y=y, tooltip=_tooltips())
        )  # fmt: skip
    for role, size, weight, colour in (
        ("count", 15, "bold", p.ink),
        ("again", 11.5, "normal", p.ink_2),
        ("gap", 11.5, "normal", p.ink_2),
    ):
        layers.append(
            chart_of([word for word in words if word["role"] == role])
            .mark_text(
                align="left", baseline="middle", fontSize=size, fontWeight=weight, color=colour, lineBreak="\n", lineHeight=14
            )
            .encode(x=x, y=y, text="word:N")
        )  # fmt: skip
    label = f"{waves[at].label or waves[at].key}"
    return alt.layer(*layers).properties(
        width=width, height=height * len(towns), title=header(label, width, large=True)
    )


def _cells(
    result: Result,
    classified: Sequence[Classified],
    towns: Sequence[Town],
    waves: Sequence[Wave],
    at: int,
    height: float,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Marks and words of one wave: number of interviews, who came back, which branches are missing."""
    main, missing = result.tables["fieldwork"], result.tables["missing"]
    dots, words = [], []
    for place, town in enumerate(towns):
        top = place * height + 14
        here = [one for one in classified if one.interview.town_id == town.id and one.wave == at]
        here.sort(key=lambda one: (KINDS.index(one.kind), _branch(result, one), one.interview.key))
        dots += [
            {
                "x": 8 + (n % PER_LINE) * STEP, "y": top + n // PER_LINE * STEP, "kind": one.kind,
                "interview": one.interview.key, "role": role_label(result.evidence.role_by_id.get(one.interview.role_id)),
                "what": _(KIND_WORDS[one.kind]),
            }
            for n, one in enumerate(here)
        ]  # fmt: skip
        row = main[(main["town"] == town.key) & (main["wave"] == waves[at].key)].iloc[0]
        left = PER_LINE * STEP + 8
        if not here:
            words.append({"x": 0, "y": top, "role": "again", "word": _("not visited")})
            continue
        words.append({"x": left, "y": top, "role": "count", "word": str(len(here))})
        if row["before"]:
            text = say(N_("again {again} of {before}"), again=row["again"], before=row["before"])
            words.append({"x": left, "y": top + 17, "role": "again", "word": text})
        gaps = missing[(missing["town"] == town.key) & (missing["wave"] == waves[at].key)]["branch"]
        if len(gaps):
            text = say(N_("not heard: {names}"), names=", ".join(_(BRANCHES[branch]) for branch in gaps))
            lines = wrap(text, PER_LINE * STEP + WORDS - 8, 11.5, lines=2)
            words.append({"x": 0, "y": (place + 1) * height - 30, "role": "gap", "word": "\n".join(lines)})
    return dots, words


def _branch(result: Result, one: Classified) -> str:
    role = result.evidence.role_by_id.get(one.interview.role_id)
    return role.branch if role else "other"


def _tooltips() -> list[Any]:
    import altair as alt

    names = {"interview": _("Interview"), "role": _("Role"), "what": _("Spoke before?")}
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in names.items()]


def _caption() -> str:
    return _(
        "One mark is one interview. Filled: the person spoke in an earlier wave. Again: respondents of the town's "
        "wave before who speak now. Not heard: branches interviewed in another town of the wave or in another wave "
        "of the town."
    )
