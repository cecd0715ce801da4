"""The dumbbell of the problem field: shares by wave with intervals, for all towns and each town on the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.analyses._shared.places import ALL, known_interviews, visited
from veche.analyses.problem_field.finding import Finding, finding
from veche.analyses.problem_field.pairs import compared_waves
from veche.figures import Frame, chart_of, empty, finish, header, palette, wave_key, wave_marks, wrap
from veche.study.result import Result
from veche.words import N_, _, language, percent, say

if TYPE_CHECKING:
    import pandas as pd

#: most problems on one figure; the rest stand in the table
MOST = 24
WIDTH, LABELS, TOGETHER, VERDICT, GAP = 1160, 205, 330, 112, 12

CHANGED = ("new", "risen", "fallen", "vanished")
VERDICT_WORDS = {
    "new": N_("new"),
    "risen": N_("risen"),
    "fallen": N_("fallen"),
    "vanished": N_("vanished"),
    "lasting": N_("lasting"),
    "uncertain": N_("uncertain"),
}


@dataclass(frozen=True)
class Plan:
    """What is drawn: rows in order, waves, panels, and the comparison spoken of."""

    result: Result
    codes: tuple[str, ...]
    labels: dict[str, str]
    waves: tuple[tuple[str, str], ...]
    #: key and name of each panel: all towns, then towns
    panels: tuple[tuple[str, str], ...]
    pair: tuple[str, str] | None
    hidden: int
    interviews: tuple[int, ...]

    @property
    def step(self) -> int:
        """Height of a row in pixels."""
        return 40 if len(self.codes) <= 12 else 34 if len(self.codes) <= 18 else 29

    @property
    def height(self) -> int:
        """Height of the panels in pixels."""
        return self.step * len(self.codes)

    def offset(self, wave: int) -> float:
        """How far the mark of a wave stands off the middle of its row, in rows."""
        return (wave - (len(self.waves) - 1) / 2) * (0.26 if len(self.waves) < 3 else 0.22)

    def rows(self, table: str, town: str) -> pd.DataFrame:
        """Rows of a table for one town and the problems drawn, with their place from the top."""
        frame = self.result.tables[table]
        chosen = frame[(frame["town"] == town) & frame["code"].isin(self.codes)].copy()
        chosen["at"] = chosen["code"].map({code: at for at, code in enumerate(self.codes)})
        if table == "change":
            pair = self.pair or ("", "")
            chosen = chosen[(chosen["before"] == pair[0]) & (chosen["after"] == pair[1])]
        return chosen


def figure(result: Result) -> Any:
    """Draw the problem field of a result.

    Returns
    -------
    altair.VConcatChart
        Rows are problems by their share in the later wave; ring, disc and diamond are waves; thin lines are intervals.
    """
    import altair as alt

    plan = make_plan(result)
    said = _said(plan)
    if not plan.codes or not plan.waves:
        return finish(empty(), Frame(title=said.sentence))
    towns = len(plan.panels) - 1
    charts = [_labels(plan), _panel(plan, *plan.panels[0], TOGETHER)]
    if plan.pair:
        charts.append(_verdicts(plan))
    charts += [_panel(plan, key, name, _town_width(towns)) for key, name in plan.panels[1:]]
    frame = Frame(
        title=said.title.rstrip("."),
        subtitle=said.core if said.change else "",
        caption=_caption(plan),
        description=f"{said.sentence} {_caption(plan)}",
        width=WIDTH,
    )
    key = wave_key([label for _key, label in plan.waves], left=LABELS + GAP)
    return finish(alt.vconcat(key, alt.hconcat(*charts, spacing=GAP, bounds="flush"), spacing=10), frame)


def make_plan(result: Result) -> Plan:
    """Choose and order what is drawn."""
    evidence, main = result.evidence, result.tables["field"]
    interviews = known_interviews(evidence)
    towns, waves = visited(evidence, interviews)
    chosen = (result.params.before, result.params.after) if result.params else ("", "")
    spoken = compared_waves(waves, interviews, *chosen)[1]
    pair = (waves[spoken[0]].key, waves[spoken[1]].key) if spoken else None
    together = main[main["town"] == ALL]
    known = together.pivot_table(index="code", columns="wave", values="share", sort=False, dropna=False)
    known = known.dropna(how="all")
    codes: list[str] = []
    if len(known):
        later = known[pair[1] if pair else waves[-1].key]
        order = known.assign(later=later, most=known.max(axis=1))
        codes = order.sort_values(["later", "most"], ascending=False).index.tolist()
    return Plan(
        result=result,
        codes=tuple(codes[:MOST]),
        labels={code.key: code.label(language()) for code in evidence.codes},
        waves=tuple((wave.key, wave.label or wave.key) for wave in waves),
        panels=((ALL, _("All towns")), *((town.key, town.name) for town in towns if len(towns) > 1)),
        pair=pair,
        hidden=len(codes[MOST:]),
        interviews=tuple(sum(one.wave_id == wave.id for one in interviews) for wave in waves),
    )


def _said(plan: Plan) -> Finding:
    tables = plan.result.tables
    return finding(tables["field"], tables["change"], plan.pair, plan.labels, dict(plan.waves))


def _town_width(towns: int) -> float:
    room = WIDTH - LABELS - TOGETHER - VERDICT - 3 * GAP
    return max(52.0, room / max(towns, 1) - GAP)


def _base(plan: Plan, rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    scale = alt.Scale(domain=[-0.5, len(plan.codes) - 0.5], reverse=True, nice=False, zero=False)
    return chart_of(rows).encode(y=alt.Y("y:Q", scale=scale, axis=None))


def _labels(plan: Plan) -> Any:
    rows = []
    for at, code in enumerate(plan.codes):
        lines = wrap(plan.labels[code], LABELS - 4, 12.5, lines=2)
        # several lines hang from the first: lift them so that their middle stands on the row
        rows.append({"y": at - (len(lines) - 1) * 7.5 / plan.step, "label": "\n".join(lines)})
    marks = _base(plan, rows).mark_text(
        align="right", baseline="middle", fontSize=12.5, lineHeight=15, lineBreak="\n", color=palette().ink, x=LABELS
    )
    return marks.encode(text="label:N").properties(width=LABELS, height=plan.height)


def _panel(plan: Plan, town: str, name: str, width: float) -> Any:
    """Draw one place: hairlines, connectors of the comparison, intervals, and the marks of the waves."""
    import altair as alt

    p = palette()
    ticks = [0, 0.25, 0.5, 0.75, 1] if width > 200 else [0, 0.5, 1]
    unit = " + ' %'" if language() == "ru" else " + '%'"
    axis = alt.Axis(
        values=ticks, labelExpr="format(datum.value * 100, '.0f')" + unit, title=None, domain=False, ticks=False,
        grid=True, labelPadding=8, labelFontSize=11, labelFlush=True,
    )  # fmt: skip
    x = alt.X("share:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)
    lines = _base(plan, [{"y": at + 0.5} for at in range(-1, len(plan.codes))]).mark_rule(color=p.line, strokeWidth=1)
    layers = [lines, *_connectors(plan, town, x)]
    marks = wave_marks(len(plan.waves))
    shares = plan.rows("field", town)
    for at, ((wave, label), mark) in enumerate(zip(plan.waves, marks, strict=True)):
        rows = _points(plan, shares[shares["wave"] == wave], label, plan.offset(at))
        base = _base(plan, rows)
        ranges = [row for row in rows if row["low"] is not None]
        layers.append(
            _base(plan, ranges)
            .mark_rule(color=mark.stroke, strokeWidth=1.2, opacity=0.8)
            .encode(x=alt.X("low:Q", scale=alt.Scale(domain=[0, 1]), axis=axis), x2="high:Q")
        )
        size = (95 if width > 200 else 58) * mark.size
        layers.append(
            base.mark_point(
                shape=mark.shape, size=size, stroke=mark.stroke, fill=mark.fill, strokeWidth=1.6, opacity=1
            ).encode(x=x, opacity=alt.Opacity("sure:Q", scale=None), tooltip=_tooltips())
        )
    return alt.layer(*layers).properties(width=width, height=plan.height, title=header(name, width, large=town == ALL))


def _points(plan: Plan, shares: pd.DataFrame, wave: str, offset: float) -> list[dict[str, Any]]:
    known = shares[shares["share"].notna()]
    return [
        {
            "y": row["at"] + offset,
            "share": row["share"],
            "low": None if row["low"] != row["low"] else row["low"],
            "high": None if row["high"] != row["high"] else row["high"],
            "sure": 1.0 if row["low"] == row["low"] else 0.45,
            "problem": plan.labels[row["code"]],
            "place": row["place"],
            "wave": wave,
            "said": f"{percent(row['share'])} ({row['mentions']}/{row['asked']})",
            "interval": f"{percent(row['low'])} – {percent(row['high'])}",
        }
        for row in known.to_dict("records")
    ]


def _tooltips() -> list[Any]:
    import altair as alt

    names = {
        "problem": _("Problem"), "place": _("Place"), "wave": _("Wave"), "said": _("Share of interviews"),
        "interval": _("Interval"),
    }  # fmt: skip
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in names.items()]


def _connectors(plan: Plan, town: str, x: Any) -> list[Any]:
    """Draw the line from the earlier to the later share: grey, and in the accent where the change is proven."""
    import altair as alt

    if plan.pair is None:
        return []
    keys = [key for key, _label in plan.waves]
    offsets = [plan.offset(keys.index(key)) for key in plan.pair]
    shares = plan.rows("field", town)
    first, second = (shares[shares["wave"] == key].set_index("code")["share"] for key in plan.pair)
    verdicts = plan.rows("change", town).set_index("code")["verdict"]
    lines: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for at, code in enumerate(plan.codes):
        before, after = first.get(code), second.get(code)
        if before is not None and after is not None and before == before and after == after:
            line = {"y": at + offsets[0], "y2": at + offsets[1], "share": before, "to": after}
            lines[verdicts.get(code) in CHANGED].append(line)
    return [
        _base(plan, lines[changed]).mark_rule(color=colour, strokeWidth=width).encode(x=x, x2="to:Q", y2=alt.Y2("y2:Q"))
        for changed, colour, width in ((False, palette().line_2, 1.6), (True, palette().accent, 2.4))
    ]


def _verdicts(plan: Plan) -> Any:
    """Write the verdict beside each row of all towns, changes in the accent and bold."""
    import altair as alt

    p = palette()
    changes = plan.rows("change", ALL)
    rows = []
    for row in changes.to_dict("records"):
        moved = row["verdict"] in CHANGED
        points = row["difference"]
        by = f" {signed(points)}" if moved and points == points else ""
        word = VERDICT_WORDS[row["verdict"]]
        rows.append({"y": row["at"], "word": _(word) + by, "moved": moved})
    lines = _base(plan, [{"y": at + 0.5} for at in range(-1, len(plan.codes))]).mark_rule(color=p.line, strokeWidth=1)
    layers = [lines]
    for moved, colour, weight in ((True, p.accent, "bold"), (False, p.ink_3, "normal")):
        layers.append(
            _base(plan, [row for row in rows if row["moved"] == moved])
            .mark_text(align="left", baseline="middle", fontSize=12, color=colour, fontWeight=weight, x=2)
            .encode(text="word:N")
        )
    title = header(_("Change"), VERDICT, large=False)
    return alt.layer(*layers).properties(width=VERDICT, height=plan.height, title=title)


def signed(difference: float) -> str:
    """Write a difference of shares in percentage points, with its sign."""
    points = round(100 * difference)
    return f"{'+' if points > 0 else '−' if points < 0 else '±'}{abs(points)}"


def _caption(plan: Plan) -> str:
    params = plan.result.params
    counts = ", ".join(f"{label}: {n}" for (_key, label), n in zip(plan.waves, plan.interviews, strict=True))
    parts = [
        say(
            N_("Share of interviews that name the problem, among those that could. Interviews: {counts}."),
            counts=counts,
        ),
        say(
            N_(
                "Thin lines: {level} intervals, respondents resampled within town; faint marks without line: too "
                "few interviews."
            ),
            level=percent(params.confidence if params else 0.95),
        ),
    ]
    if plan.pair:
        before, after = (dict(plan.waves)[key] for key in plan.pair)
        parts.append(
            say(
                N_(
                    "Change from {before} to {after} in towns visited both times, in percentage points; in "
                    "colour where it is more than chance may do (exact test, Holm)."
                ),
                before=before, after=after,
            )
        )  # fmt: skip
    parts.append(_("No mark: not asked or not possible then."))
    if plan.hidden:
        parts.append(say(N_("Problems named less often, in the table only: {n}."), n=plan.hidden))
    return " ".join(parts)
