"""The dumbbell of the problem field: shares by wave with intervals, for all towns and each town on the same rows."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veche.analyses._headings import VALUES
from veche.analyses._shared.places import ALL, known_interviews, row_label, visited
from veche.analyses._shared.wave_pairs import compared_waves
from veche.analyses.problem_field.finding import Finding, finding
from veche.figures import Cell, Frame, Sheet, WaveMark, finish, header, key, palette, wave_marks, wrap
from veche.figures.sheet import Align
from veche.study.result import Result
from veche.words import N_, _, language, percent, say

if TYPE_CHECKING:
    import pandas as pd

#: most problems on one figure; the rest stand in the table
MOST = 24
WIDTH, LABELS, TOGETHER, VERDICT, GAP, TOP = 1160, 205, 330, 112, 14, 66

CHANGED = ("new", "risen", "fallen", "vanished")


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

    @property
    def town_width(self) -> float:
        """Width of a panel of one town."""
        room = WIDTH - LABELS - TOGETHER - VERDICT - 2 * GAP
        return max(52.0, room / max(len(self.panels) - 1, 1) - GAP)

    def y(self, at: float) -> float:
        """Where a place among the rows stands on the sheet."""
        return TOP + (at + 0.5) * self.step

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
    altair.LayerChart
        Rows are problems by their share in the later wave; ring, disc and diamond are waves; thin lines are intervals.
    """
    plan = make_plan(result)
    said = _said(plan)
    if not plan.codes or not plan.waves:
        return finish(Sheet(400, 10), Frame(title=said.title.rstrip(".")))
    width = plan.town_width
    left = LABELS + GAP + TOGETHER + (GAP + VERDICT if plan.pair else 0)
    sheet = Sheet(max(WIDTH, left + (len(plan.panels) - 1) * (GAP + width)), TOP + plan.height + 34, tips=_tips())
    marks = wave_marks(len(plan.waves))
    key(sheet, [(mark, label) for mark, (_key, label) in zip(marks, plan.waves, strict=True)], LABELS + GAP, 10)
    _labels(sheet, plan)
    _panel(sheet, plan, plan.panels[0], LABELS + GAP, TOGETHER)
    if plan.pair:
        _verdicts(sheet, plan, LABELS + GAP + TOGETHER + GAP)
    for at, panel in enumerate(plan.panels[1:]):
        _panel(sheet, plan, panel, left + GAP + at * (width + GAP), width)
    frame = Frame(
        title=said.title.rstrip("."),
        subtitle=said.core if said.change else "",
        caption=_caption(plan),
        description=f"{said.sentence} {_caption(plan)}",
    )
    return finish(sheet, frame)


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


def _tips() -> dict[str, str]:
    return {
        "problem": _("Problem"), "place": _("Place"), "wave": _("Wave"), "said": _("Share of interviews"),
        "interval": _("Interval"),
    }  # fmt: skip


def _labels(sheet: Sheet, plan: Plan) -> None:
    for at, code in enumerate(plan.codes):
        lines = wrap(plan.labels[code], LABELS - 4, 12.5, lines=2)
        sheet.text(LABELS, plan.y(at), lines, size=12.5, align="right")


def _panel(sheet: Sheet, plan: Plan, panel: tuple[str, str], left: float, width: float) -> None:
    """Draw one place: hairlines, connectors of the comparison, intervals, and the marks of the waves."""
    town, name = panel
    header(sheet, left, TOP, name, width, large=town == ALL)
    _grid(sheet, plan, left, width)
    shares = plan.rows("field", town)
    _connectors(sheet, plan, town, shares, left, width)
    for at, ((wave, label), mark) in enumerate(zip(plan.waves, wave_marks(len(plan.waves)), strict=True)):
        for row in shares[(shares["wave"] == wave) & shares["share"].notna()].to_dict("records"):
            y = plan.y(row["at"] + plan.offset(at))
            if row["low"] == row["low"]:
                ends = left + row["low"] * width, left + row["high"] * width
                sheet.rule(ends[0], y, ends[1], y, mark.stroke, width=1.2, opacity=0.8)
            _mark(sheet, plan, row, label, mark, left + row["share"] * width, y, 95 if width > 200 else 58)


def _mark(
    sheet: Sheet, plan: Plan, row: dict[Hashable, Any], wave: str, mark: WaveMark, x: float, y: float, size: float
) -> None:
    tip = {
        "problem": plan.labels[row["code"]], "place": row["place"], "wave": wave,
        "said": f"{percent(row['share'])} ({row['mentions']}/{row['asked']})",
        "interval": f"{percent(row['low'])} – {percent(row['high'])}",
    }  # fmt: skip
    cell = Cell(row_label(row["code"], row["town"], row["wave"]), "share", "field")
    sheet.point(x, y, mark, size=size, opacity=1 if row["low"] == row["low"] else 0.45, tip=tip, cell=cell)


def _grid(sheet: Sheet, plan: Plan, left: float, width: float) -> None:
    """Draw hairlines between rows, upright ones at round shares, and the shares below."""
    p = palette()
    bottom = TOP + plan.height
    for at in range(len(plan.codes) + 1):
        sheet.rule(left, TOP + at * plan.step, left + width, TOP + at * plan.step, p.line)
    for share in (0, 0.25, 0.5, 0.75, 1) if width > 200 else (0, 0.5, 1):
        x = left + share * width
        sheet.rule(x, TOP, x, bottom, p.line)
        if width > 200 or share != 0.5:
            align: Align = "left" if share == 0 else "right" if share == 1 else "center"
            sheet.text(x, bottom + 14, percent(share), size=11, color=p.ink_2, align=align)


def _connectors(sheet: Sheet, plan: Plan, town: str, shares: pd.DataFrame, left: float, width: float) -> None:
    """Draw the line from the earlier to the later share: grey, and in the accent where the change is proven."""
    if plan.pair is None:
        return
    p = palette()
    keys = [key for key, _label in plan.waves]
    offsets = [plan.offset(keys.index(key)) for key in plan.pair]
    first, second = (shares[shares["wave"] == key].set_index("code")["share"] for key in plan.pair)
    verdicts = plan.rows("change", town).set_index("code")["verdict"]
    for at, code in enumerate(plan.codes):
        before, after = first.get(code), second.get(code)
        if before is None or after is None or before != before or after != after:
            continue
        colour, thick = (p.accent, 2.4) if verdicts.get(code) in CHANGED else (p.line_2, 1.6)
        ends = [(left + share * width, plan.y(at + off)) for share, off in zip((before, after), offsets, strict=True)]
        sheet.rule(*ends[0], *ends[1], colour, width=thick)


def _verdicts(sheet: Sheet, plan: Plan, left: float) -> None:
    """Write the verdict beside each row of all towns, changes in the accent and bold."""
    p = palette()
    header(sheet, left, TOP, _("Verdict"), VERDICT)
    for at in range(len(plan.codes) + 1):
        sheet.rule(left, TOP + at * plan.step, left + VERDICT, TOP + at * plan.step, p.line)
    for row in plan.rows("change", ALL).to_dict("records"):
        moved = row["verdict"] in CHANGED
        points = row["difference"]
        word = VALUES[row["verdict"]]
        text = _(word) + (f" {signed(points)}" if moved and points == points else "")
        cell = Cell(row_label(row["code"], row["town"], f"{row['before']}→{row['after']}"), "difference", "change")
        sheet.text(left + 2, plan.y(row["at"]), text, bold=moved, color=p.accent if moved else p.ink_3, cell=cell)


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
