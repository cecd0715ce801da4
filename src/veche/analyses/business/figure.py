"""Votes for the models of town hall and firm: a bar for every town and wave, the firm's state beneath it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.analyses._shared.remarks import ONE_REPORTER
from veche.figures import Frame, Sheet, finish, header, palette, text_width, wrap
from veche.figures.sheet import Cell
from veche.study.result import Result
from veche.words import N_, _, percent, say

if TYPE_CHECKING:
    import pandas as pd

LABELS, GAP, TOP, STEP, BAR, ALL_BARS = 150, 22, 74, 58, 18, 900

#: states of a firm, as they stand after its name
STATES = {"growing": N_("growing"), "stable": N_("steady"), "declining": N_("declining"), "closed": N_("closed")}


def figure(result: Result) -> Any:
    """Draw the votes of a result.

    Returns
    -------
    altair.LayerChart
        Rows are towns, columns are waves; colours are models; a wave without interviews stays empty.
    """
    stages, models = result.tables["stages"], result.tables["models"]
    title = result.sentence.rstrip(".")
    if not len(stages):
        return finish(Sheet(400, 10), Frame(title=title))
    labels = {wave.key: wave.label or wave.key for wave in result.evidence.waves}
    waves = list(dict.fromkeys(stages.sort_values("wave")["wave"]))
    waves = [wave.key for wave in sorted(result.evidence.waves, key=lambda one: one.position) if wave.key in waves]
    towns = list(dict.fromkeys(zip(stages["town"], stages["place"], strict=True)))
    width = ALL_BARS / len(waves) - GAP
    sheet = Sheet(LABELS + ALL_BARS, TOP + STEP * len(towns), tips=_tips())
    colours = dict(zip(dict.fromkeys(models["code"]), palette().hues * 4, strict=False))
    _key(sheet, dict(zip(models["code"], models["label"], strict=True)), colours)
    for w, wave in enumerate(waves):
        header(sheet, LABELS + GAP + w * (width + GAP), TOP, labels[wave], width, large=True)
    for t, (town, place) in enumerate(towns):
        y = TOP + t * STEP
        sheet.rule(0, y, LABELS + ALL_BARS, y, palette().line)
        sheet.text(LABELS, y + STEP / 2, wrap(place, LABELS - 4, 12.5, lines=2), size=12.5, align="right")
        for w, wave in enumerate(waves):
            label = f"{town} · {wave}"
            if label in stages.index:
                votes = models[(models["town"] == town) & (models["wave"] == wave) & (models["share"] > 0)]
                left = LABELS + GAP + w * (width + GAP)
                _bar(sheet, stages.loc[label], votes, colours, left, y, width)
    caption = _caption(result)
    return finish(sheet, Frame(title=title, caption=caption, description=f"{title}. {caption}"))


def _tips() -> dict[str, str]:
    return {
        "problem": _("Model"), "place": _("Place"), "said": _("Share of the votes"), "interval": _("Interval"),
        "n": _("Interviews"),
    }  # fmt: skip


def _key(sheet: Sheet, names: dict[str, str], colours: dict[str, str]) -> None:
    x, y = float(LABELS + GAP), 10.0
    for code, name in names.items():
        room = 24 + text_width(name, 12.5) + 18
        if x + room > LABELS + ALL_BARS:
            x, y = float(LABELS + GAP), y + 20
        sheet.rect(x, y - 6, x + 13, y + 6, colours[code])
        sheet.text(x + 20, y, name, size=12.5, color=palette().ink_2)
        x += room


def _bar(
    sheet: Sheet, stage: Any, votes: pd.DataFrame, colours: dict[str, str], left: float, y: float, width: float
) -> None:
    """Draw one bar with the share of its largest part, and the words of the stage beneath."""
    p = palette()
    x = left
    top = y + 10
    if not len(votes):
        why = _(ONE_REPORTER) if stage["respondents"] == 1 else _("nobody speaks of it")
        sheet.text(left, top + BAR / 2, why, size=12, color=p.ink_3)
    for label, row in votes.iterrows():
        wide = float(row["share"]) * width
        tip = {
            "problem": row["label"], "place": row["place"], "said": percent(row["share"]), "n": int(row["mentions"]),
            "interval": f"{percent(row['low'])} – {percent(row['high'])}",
        }  # fmt: skip
        sheet.rect(
            x,
            top,
            x + max(wide - 1.5, 1),
            top + BAR,
            colours[row["code"]],
            tip=tip,
            cell=Cell(str(label), "share", "models"),
        )
        if wide > 44:
            sheet.text(
                x + wide / 2, top + BAR / 2, percent(row["share"]), size=11.5, color=p.paper, align="center", bold=True
            )
        x += wide
    parts = [say(N_("interviews: {n}"), n=int(stage["interviews"]))] if stage["interviews"] else []
    state = str(stage["firm_state"])
    if state:
        parts.append(say(N_("firm: {state}"), state=_(STATES[state]) if state in STATES else state))
    lines = wrap(", ".join(parts), width, 11.5, lines=1)
    sheet.text(left, top + BAR + 13, lines, size=11.5, color=p.ink_2)


def _caption(result: Result) -> str:
    params = result.params
    return " ".join(
        [
            _("Every interview that tells of the firm has one vote, divided over the models it names."),
            say(
                N_("A town has a model if it gets at least {share} of the votes from at least {n} respondents."),
                share=percent(params.least_share if params else 0.5), n=params.least_reporters if params else 3,
            ),
            _("Empty: nobody was interviewed there in the wave."),
        ]
    )  # fmt: skip
