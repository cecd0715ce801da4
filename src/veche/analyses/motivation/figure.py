"""Levels of both waves by town, motivation beside efficiency, with who changed or who came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.places import ALL, place_name
from veche.analyses._shared.sample import Sample, make_sample
from veche.analyses._shared.wave_pairs import compared_waves
from veche.analyses.motivation.changes import sentence
from veche.analyses.motivation.judged import MEASURES
from veche.figures import Frame, Sheet, finish, header, key, palette, wave_marks, wrap
from veche.figures.sheet import Cell
from veche.study.result import Result
from veche.words import N_, _, number, percent, say

if TYPE_CHECKING:
    import pandas as pd

LABELS, PANEL, WORDS, GAP, TOP, STEP = 150, 280, 180, 22, 66, 54


@dataclass(frozen=True)
class Plan:
    """What is drawn: measures in panels, places in rows, waves as marks."""

    result: Result
    sample: Sample
    measures: tuple[str, ...]
    places: tuple[str, ...]
    pair: tuple[str, str] | None

    def rows(self, table: str, measure: str) -> pd.DataFrame:
        """Rows of a table about one measure."""
        frame = self.result.tables[table]
        return frame[[str(label).split(" · ")[0] == measure for label in frame.index]]

    def y(self, at: int) -> float:
        """Middle of a row."""
        return TOP + (at + 0.5) * STEP

    @property
    def bottom(self) -> float:
        """Lower edge of the rows."""
        return TOP + len(self.places) * STEP


def figure(result: Result) -> Any:
    """Draw the levels of a result.

    Returns
    -------
    altair.LayerChart
        Rows are towns; ring, disc and diamond are waves; thin lines are intervals; beside them who changed.
    """
    plan = _plan(result)
    if not plan.measures or not plan.places:
        return finish(Sheet(400, 10), Frame(title=result.sentence.rstrip(".")))
    block = PANEL + WORDS + GAP
    sheet = Sheet(LABELS + GAP + len(plan.measures) * block, plan.bottom + 34, tips=_tips())
    marks = wave_marks(len(plan.sample.waves))
    names = [wave.label or wave.key for wave in plan.sample.waves]
    key(sheet, list(zip(marks, names, strict=True)), LABELS + GAP, 10)
    for at, place in enumerate(plan.places):
        lines = wrap(place_name(plan.sample.towns, place), LABELS - 4, 12.5, lines=2)
        sheet.text(LABELS, plan.y(at), lines, size=12.5, align="right", bold=place == ALL)
    for nth, measure in enumerate(plan.measures):
        _panel(sheet, plan, measure, LABELS + GAP + nth * block)
    told = _told(plan)
    caption = _caption(plan)
    return finish(sheet, Frame(title=told.rstrip("."), caption=caption, description=f"{result.sentence} {caption}"))


def _plan(result: Result) -> Plan:
    sample = make_sample(result.evidence)
    chosen = (result.params.before, result.params.after) if result.params else ("", "")
    pair = compared_waves(sample.waves, sample.interviews, *chosen)[1]
    levels = result.tables["levels"]
    known = levels[levels["interviews"] > 0]
    towns = [town.key for town in sample.towns if town.key in set(known["town"])]
    heads = {str(label).split(" · ")[0] for label in known.index}
    return Plan(
        result=result,
        sample=sample,
        measures=tuple(one for one in ("motivation", "efficiency") if one in heads),
        places=((ALL, *towns) if len(towns) > 1 else tuple(towns)),
        pair=(sample.waves[pair[0]].key, sample.waves[pair[1]].key) if pair else None,
    )


def _told(plan: Plan) -> str:
    if plan.pair is None:
        return plan.result.sentence
    names = {wave.key: wave.label or wave.key for wave in plan.sample.waves}
    split = plan.result.tables["split"]
    return sentence(split, plan.measures[0], *plan.pair, names, brief=True) or plan.result.sentence


def _tips() -> dict[str, str]:
    return {"place": _("Place"), "wave": _("Wave"), "said": _("Mean level"), "head": _("Head"), "n": _("Interviews")}


def _panel(sheet: Sheet, plan: Plan, measure: str, left: float) -> None:
    p = palette()
    header(sheet, left, TOP, _(MEASURES[measure]).capitalize(), PANEL, large=True)
    for at in range(len(plan.places) + 1):
        sheet.rule(left, TOP + at * STEP, left + PANEL + WORDS, TOP + at * STEP, p.line)
    ends = ((0.0, _("low"), "left"), (0.5, _("medium"), "center"), (1.0, _("high"), "right"))
    for level, word, align in ends:
        x = left + level * PANEL
        sheet.rule(x, TOP, x, plan.bottom, p.line)
        sheet.text(x, plan.bottom + 14, word, size=11, color=p.ink_2, align=align)  # type: ignore[arg-type]
    levels, split = plan.rows("levels", measure), plan.rows("split", measure)
    if plan.pair:
        split = split[(split["before"] == plan.pair[0]) & (split["after"] == plan.pair[1])]
    for at, place in enumerate(plan.places):
        change = split[split["town"] == place] if plan.pair else split.head(0)
        _row(sheet, plan, levels[levels["town"] == place], change, left, at)


def _row(sheet: Sheet, plan: Plan, levels: pd.DataFrame, change: pd.DataFrame, left: float, at: int) -> None:
    p = palette()
    marks = wave_marks(len(plan.sample.waves))
    proven = bool(len(change)) and change["verdict"].iloc[0] in ("risen", "fallen")
    offsets = [(w - (len(marks) - 1) / 2) * 13 for w in range(len(marks))]
    spots = []
    for w, (wave, mark) in enumerate(zip(plan.sample.waves, marks, strict=True)):
        for label, row in levels[levels["wave"] == wave.key].iterrows():
            if row["mean"] != row["mean"]:
                continue
            x, y = left + row["mean"] * PANEL, plan.y(at) + offsets[w]
            if plan.pair and wave.key in plan.pair:
                spots.append((x, y))
            if row["low"] == row["low"]:
                sheet.rule(
                    left + row["low"] * PANEL, y, left + row["high"] * PANEL, y, mark.stroke, width=1.2, opacity=0.8
                )
            tip = {
                "place": row["place"], "wave": wave.label or wave.key, "n": int(row["interviews"]), "head": row["head"],
                "said": f"{number(row['mean'])} ({number(row['low'])} – {number(row['high'])})",
            }  # fmt: skip
            faint = 1 if row["low"] == row["low"] else 0.45
            sheet.point(x, y, mark, size=85, opacity=faint, tip=tip, cell=Cell(str(label), "mean", "levels"))
    if len(spots) == 2:
        sheet.rule(*spots[0], *spots[1], p.accent if proven else p.line_2, width=2.4 if proven else 1.6)
    if len(change):
        _words(sheet, plan, change.iloc[0], left + PANEL + 10, at, proven=proven)


def _words(sheet: Sheet, plan: Plan, row: Any, left: float, at: int, *, proven: bool) -> None:
    """Write the change and by whom beside a row: in the accent where it is proven."""
    p = palette()
    parts = []
    for part, word in (("within", N_("same head {change}")), ("replaced", N_("another head {change}"))):
        if row[part] == row[part]:
            parts.append(say(word, change=signed(row[part])))
    lines = [line for one in parts for line in wrap(one, WORDS - 12, 12)]
    sheet.text(
        left,
        plan.y(at),
        lines or [signed(row["difference"])],
        size=12,
        bold=proven,
        color=p.accent if proven else p.ink_3,
    )


def signed(value: float) -> str:
    """Write a change with its sign, two digits."""
    words = number(abs(value))
    return f"{'+' if value > 0.004 else '−' if value < -0.004 else '±'}{words}"


def _caption(plan: Plan) -> str:
    params = plan.result.params
    parts = [
        _("Mean of the levels that interviews assert, from low to high; a judgement counts for whoever was head that day."),
        say(
            N_("Thin lines: {level} intervals, respondents resampled within town; faint marks without line: too few interviews. "
               "Where one reporter only speaks there is no mark."),
            level=percent(params.confidence if params else 0.95),
        ),
    ]  # fmt: skip
    if plan.pair:
        names = {wave.key: wave.label or wave.key for wave in plan.sample.waves}
        parts.append(
            say(
                N_(
                    "Change from {before} to {after}: by the same head, by another; in colour where it is more than "
                    "chance may do (exact test, Holm)."
                ),
                before=names[plan.pair[0]], after=names[plan.pair[1]],
            )
        )  # fmt: skip
    return " ".join(parts)
