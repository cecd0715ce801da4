"""Difficulties of governing: shares by wave, the mean of all towns and each town on the same rows."""

from __future__ import annotations

from typing import Any

from veche.analyses._headings import VALUES
from veche.analyses._shared.panels import Panels, Spot, draw_panels
from veche.analyses._shared.places import ALL, place_name
from veche.analyses._shared.sample import make_sample
from veche.analyses._shared.wave_pairs import compared_waves
from veche.analyses.managerial.compute import sentence
from veche.figures import Frame, Sheet, finish
from veche.figures.sheet import Cell
from veche.study.result import Result
from veche.words import N_, _, percent, say


def figure(result: Result) -> Any:
    """Draw the shares of a result.

    Returns
    -------
    altair.LayerChart
        Rows are difficulties; ring, disc and diamond are waves; thin lines are intervals.
    """
    sample = make_sample(result.evidence)
    main, changes = result.tables["difficulties"], result.tables["changes"]
    params = result.params
    pair = compared_waves(sample.waves, sample.interviews, params.before, params.after)[1] if params else None
    if not len(main):
        return finish(Sheet(400, 10), Frame(title=result.sentence.rstrip(".")))
    keys = (sample.waves[pair[0]].key, sample.waves[pair[1]].key) if pair else None
    waves = [(wave.key, wave.label or wave.key) for wave in sample.waves]
    towns = [town.key for town in sample.towns]
    verdicts = {
        (row["code"], row["town"]): (row["verdict"], row["difference"])
        for _label, row in changes.iterrows()
        if keys and (row["before"], row["after"]) == keys
    }

    def spot(code: str, town: str, wave: str) -> Spot | None:
        label = f"{code} · {town} · {wave}"
        if label not in main.index:
            return None
        row: Any = main.loc[label]
        tip = {
            "problem": row["label"], "place": row["place"], "wave": dict(waves)[wave],
            "said": f"{percent(row['share'])} ({row['mentions']}/{row['asked']})",
            "interval": f"{percent(row['low'])} – {percent(row['high'])}", "head": row["attached"],
        }  # fmt: skip
        return Spot(row["share"], row["low"], row["high"], tip, Cell(label, "share", "difficulties"))

    def words(code: str) -> str:
        verdict, difference = verdicts.get((code, ALL), ("", float("nan")))
        if verdict not in ("risen", "fallen"):
            return _(VALUES["uncertain"]) if verdict else "–"
        sign = "+" if difference > 0 else "−"
        return f"{_(VALUES[verdict])} {sign}{abs(round(100 * difference))}"

    panels = Panels(
        rows=list(dict.fromkeys(zip(main["code"], main["label"], strict=True))),
        places=[(key, place_name(sample.towns, key)) for key in ((ALL, *towns) if len(towns) > 1 else towns)],
        waves=waves,
        spot=spot,
        pair=keys,
        proven=lambda code, town: verdicts.get((code, town), ("", 0.0))[0] in ("risen", "fallen"),
        words=words if keys and len(towns) > 1 else None,
        heading=_("Verdict"),
        tips={
            "problem": _("Difficulty"), "place": _("Place"), "wave": _("Wave"), "said": _("Share of interviews"),
            "interval": _("Interval"), "head": _("Said of"),
        },
    )  # fmt: skip
    caption = _caption(result, keys, dict(waves))
    title = sentence(changes, sample, pair, params.root if params else "MAN", brief=True).rstrip(".")
    return finish(draw_panels(panels), Frame(title=title, caption=caption, description=f"{result.sentence} {caption}"))


def _caption(result: Result, pair: tuple[str, str] | None, names: dict[str, str]) -> str:
    parts = [
        _("Share of interviews that name the difficulty, among those that could; all towns: mean of the towns."),
        say(
            N_("Thin lines: {level} intervals, respondents resampled within town; faint marks without line: too few interviews. "
               "Where one reporter only speaks there is no mark."),
            level=percent(result.params.confidence if result.params else 0.95),
        ),
    ]  # fmt: skip
    if pair:
        parts.append(
            say(
                N_("Change from {before} to {after} in percentage points; in colour where it is more than chance may do (exact test, Holm)."),
                before=names[pair[0]], after=names[pair[1]],
            )
        )  # fmt: skip
    return " ".join(parts)
