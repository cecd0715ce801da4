"""Cases by what they are good for: the roles of case selection, and how each holds against test solutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veche.figures.frame import Frame, finish
from veche.figures.sets._heat import WIDE, Tile, draw_heat
from veche.figures.sets._xy import LEFT, SIDE, TOP, Dot, draw_xy
from veche.figures.sheet import Sheet, key
from veche.figures.theme import palette
from veche.figures.waves import WaveMark
from veche.figures.wrapping import text_width
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veche.sets import Robustness, Selection

#: roles in the order of the key
ROLES = (
    N_("typical"), N_("deviant in degree"), N_("deviant in consistency"), N_("deviant in coverage"), N_("irrelevant"), N_("undecided"),
)  # fmt: skip
#: how cases hold, the firmest first
HOLDING = (N_("robust"), N_("shaky"), N_("possible"), N_("none"))


def _marks() -> Mapping[str, WaveMark]:
    p = palette()
    return {
        "typical": WaveMark("circle", p.hues[3], p.hues[3]), "deviant in degree": WaveMark("circle", p.paper, p.hues[3]),
        "deviant in consistency": WaveMark("diamond", p.accent, p.accent, 1.15), "deviant in coverage": WaveMark("triangle-up", p.hues[2], p.hues[2]),
        "irrelevant": WaveMark("square", p.paper, p.ink_3), "undecided": WaveMark("cross", p.ink_3, p.ink_3),
    }  # fmt: skip


def selection_chart(found: Selection, *, pairs: int = 3) -> Any:
    """Draw cases by their membership in the term and in the outcome, marked by role, with lines between the pairs most alike.

    Parameters
    ----------
    found
        From `veche.sets.select_cases`.
    pairs
        How many pairs of each kind are joined.

    Returns
    -------
    altair.LayerChart
    """
    p = palette()
    marks = _marks()
    sheet = Sheet(LEFT + SIDE + 30, TOP + SIDE + 54, tips={"case": _("Case"), "term": _("Role")})
    dots = [Dot(one.x, one.y, one.case, marks[one.role], tip=_(one.role)) for one in found.cases]
    place = {one.case: (LEFT + one.x * SIDE, TOP + (1 - one.y) * SIDE) for one in found.cases}
    joined = []
    for color, lines in ((p.accent, found.against_consistency), (p.ink_3, found.against_irrelevant)):
        for one in lines[:pairs]:
            sheet.line([place[one.typical], place[one.other]], color, width=1.2, dashed=True)
            joined.append(f"{one.typical} – {one.other}")
    draw_xy(sheet, dots, across=found.term, up=found.outcome)
    there = {one.role for one in found.cases}
    x, y = 0.0, sheet.height + 10
    for role in ROLES:
        if role in there:
            wide = 18 + text_width(_(role), 12.5) + 22
            if x and x + wide > 640:
                x, y = 0.0, y + 20
            key(sheet, [(marks[role], _(role))], x, y)
            x += wide
    sheet.height = y + 8
    best = next((one.case for one in found.cases if one.role == "typical"), "")
    counts = {
        role: sum(one.role == role for one in found.cases)
        for role in ("typical", "deviant in consistency", "deviant in coverage")
    }
    fields = {
        "term": found.term, "typical": counts["typical"], "against": counts["deviant in consistency"],
        "uncovered": counts["deviant in coverage"], "best": best,
    }  # fmt: skip
    title = (
        say(N_("{term}: most typical {best}; typical cases: {typical}, against it: {against}, not covered: {uncovered}"), **fields)
        if best else say(N_("{term}: no typical case; against it: {against}, not covered: {uncovered}"), **fields)
    )  # fmt: skip
    caption = _(
        "Each point is a case. Dashed: the pairs most alike, a typical case and one that lacks the outcome or the term."
    )
    if joined:
        caption += " " + say(N_("Pairs: {pairs}."), pairs="; ".join(joined))
    return finish(sheet, Frame(title=title, caption=caption))


def robustness_map(found: Robustness) -> Any:
    """Draw cases (down) by their membership in the initial solution, the least and greatest in a test solution, and the outcome (across).

    Parameters
    ----------
    found
        From `veche.sets.robustness`.

    Returns
    -------
    altair.LayerChart
        Cases in the order in which they hold: robust, shaky, possible, none.
    """
    p = palette()
    names = sorted(found.cases, key=lambda case: (HOLDING.index(found.cases[case]), -found.memberships[case][0], case))
    columns = [_("Initial"), _("Least in tests"), _("Greatest in tests"), _("Outcome")]
    wide = max([WIDE, *(text_width(one, 11) + 18 for one in columns)])
    label = max([110.0, *(min(text_width(one, 11) + 20, 320.0) for one in names)])
    tiles = [
        Tile(row, column, value, number(value, 2))
        for row, case in enumerate(names)
        for column, value in enumerate(found.memberships[case])
    ]
    sheet = Sheet(label + wide * 4 + 110, 26 + 30 * len(names))
    draw_heat(sheet, tiles, names, columns, left=0, top=26, label=label, wide=wide)
    for row, case in enumerate(names):
        kind = found.cases[case]
        firm = kind == "robust"
        color = p.ink if firm else p.accent if kind == "shaky" else p.ink_2
        sheet.text(label + wide * 4 + 10, 26 + 30 * (row + 0.5), _(kind), size=11, bold=firm, color=color)
    counts = {kind: sum(one == kind for one in found.cases.values()) for kind in HOLDING}
    title = say(
        N_("Robust cases: {robust}, shaky: {shaky}, possible: {possible}; coverage kept by the core: {coverage}"),
        robust=counts["robust"], shaky=counts["shaky"], possible=counts["possible"], coverage=number(found.coverage, 2),
    )  # fmt: skip
    caption = say(
        N_(
            "Robust: over 0.5 in the initial and in every test solution; shaky: in the initial, not in all tests; possible: only in a test. "
            "RF_cons {consistency}, RF_cov {coverage}, SC_minTS {least}, SC_maxTS {greatest}."
        ),
        consistency=number(found.consistency, 2), coverage=number(found.coverage, 2), least=number(found.least, 2),
        greatest=number(found.greatest, 2),
    )  # fmt: skip
    return finish(sheet, Frame(title=title, caption=caption))
