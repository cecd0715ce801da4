"""Every interview as a mark: towns down, waves across, people who speak again filled."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from veche.analyses._shared.places import BRANCHES, known_interviews, role_label, row_label, visited
from veche.analyses.fieldwork.finding import finding
from veche.analyses.fieldwork.panel import KINDS, Classified, classify
from veche.figures import Cell, Frame, Sheet, WaveMark, finish, header, key, palette, wrap
from veche.study.places import Town, Wave
from veche.study.result import Result
from veche.words import N_, _, say

PER_LINE, STEP, LABELS, GAP, TOP = 10, 16, 150, 22, 62
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
    altair.LayerChart
        One column of panels per wave, one row per town, one mark per interview.
    """
    evidence = result.evidence
    interviews = known_interviews(evidence)
    towns, waves = visited(evidence, interviews)
    wave = result.params.after if result.params else ""
    said = finding(result.tables["fieldwork"], result.tables["missing"], waves, wave)
    frame = Frame(title=said[0].rstrip("."), subtitle=" ".join(said[1:]), caption=_caption() if interviews else "")
    classified = classify(evidence, interviews, waves)
    height = _row_height(classified)
    column = PER_LINE * STEP + WORDS
    sheet = Sheet(LABELS + len(waves) * (column + GAP), TOP + len(towns) * height + 6, tips=_tips())
    forms = marks()
    if interviews:
        key(sheet, [(forms[kind], _(KIND_WORDS[kind])) for kind in KINDS if kind != "first"], 0, 10)
    for place, town in enumerate(towns):
        lines = wrap(town.name, LABELS - 8, 14, bold=True, lines=3)
        sheet.text(0, TOP + place * height + 14 + (len(lines) - 1) * 8.5, lines, size=14, bold=True)
        here = [one for one in classified if one.interview.town_id == town.id]
        for at, one in enumerate(waves):
            left = LABELS + GAP + at * (column + GAP)
            _cell(
                sheet, result, town, one, [each for each in here if each.wave == at], left, TOP + place * height, height
            )
    for place in range(len(towns) + 1):
        y = TOP + place * height
        sheet.rule(0, y, LABELS, y, palette().line)
        for at in range(len(waves)):
            left = LABELS + GAP + at * (column + GAP)
            sheet.rule(left, y, left + column, y, palette().line)
    for at, one in enumerate(waves):
        header(sheet, LABELS + GAP + at * (column + GAP), TOP, one.label or one.key, column, large=True)
    return finish(sheet, frame)


def _row_height(classified: Sequence[Classified]) -> float:
    """Height of a row: room for the largest cell's marks, and two lines on who is missing."""
    sizes = Counter((one.interview.town_id, one.wave) for one in classified)
    return max(2, math.ceil(max(sizes.values(), default=0) / PER_LINE)) * STEP + 50


def _cell(
    sheet: Sheet, result: Result, town: Town, wave: Wave, here: list[Classified], left: float, top: float, height: float
) -> None:
    """Draw a town in a wave: marks, number of interviews, who came back, which branches are missing."""
    p, roles = palette(), result.evidence.role_by_id
    if not here:
        sheet.text(left, top + 14, _("not visited"), size=11.5, color=p.ink_2)
        return
    forms = marks()
    cell = Cell(row_label(town.key, wave.key), "interviews", "fieldwork")
    here.sort(key=lambda one: (KINDS.index(one.kind), _branch(result, one), one.interview.key))
    for n, one in enumerate(here):
        tip = {
            "interview": one.interview.key, "role": role_label(roles.get(one.interview.role_id)),
            "what": _(KIND_WORDS[one.kind]),
        }  # fmt: skip
        x, y = left + 8 + n % PER_LINE * STEP, top + 14 + n // PER_LINE * STEP
        sheet.point(x, y, forms[one.kind], size=88, tip=tip, cell=cell)
    words = left + PER_LINE * STEP + 8
    sheet.text(words, top + 14, str(len(here)), size=15, bold=True, cell=cell)
    main, missing = result.tables["fieldwork"], result.tables["missing"]
    row = main[(main["town"] == town.key) & (main["wave"] == wave.key)].iloc[0]
    if row["before"]:
        text = say(N_("again {again} of {before}"), again=row["again"], before=row["before"])
        sheet.text(words, top + 31, text, size=11.5, color=p.ink_2)
    gaps = missing[(missing["town"] == town.key) & (missing["wave"] == wave.key)]["branch"]
    if len(gaps):
        text = say(N_("not heard: {names}"), names=", ".join(_(BRANCHES[branch]) for branch in gaps))
        lines = wrap(text, PER_LINE * STEP + WORDS - 8, 11.5, lines=2)
        sheet.text(left, top + height - 30 + (len(lines) - 1) * 7, lines, size=11.5, color=p.ink_2)


def _branch(result: Result, one: Classified) -> str:
    role = result.evidence.role_by_id.get(one.interview.role_id)
    return role.branch if role else "other"


def _tips() -> dict[str, str]:
    return {"interview": _("Interview"), "role": _("Role"), "what": _("Spoke before?")}


def _caption() -> str:
    return _(
        "One mark is one interview. Filled: the person spoke in an earlier wave. Again: respondents of the town's wave "
        "before who speak now. Not heard: branches interviewed in another town of the wave or in another wave of the "
        "town."
    )
