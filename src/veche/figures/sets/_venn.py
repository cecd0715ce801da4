"""Venn diagram: every row of the truth table is an area with its cases; for more conditions the sets are the terms of a solution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from veche.figures.frame import Frame, finish
from veche.figures.sets._areas import MOST, diagram
from veche.figures.sets.venn_layout import SIZE, Content, Fill, broken, lay_out
from veche.figures.sheet import Sheet
from veche.figures.theme import Palette, blend, palette
from veche.figures.waves import WaveMark
from veche.figures.wrapping import text_width, wrap
from veche.study.errors import InputProblem
from veche.words import N_, _, number, say

if TYPE_CHECKING:
    from typing import Any

    from veche.sets import Frame as Cases
    from veche.sets import Theory, TruthTable
    from veche.sets._terms import Cube


LEADING, LIST = 13.0, 330.0
#: most cases of an area that are named beside the diagram
NAMED = 20
#: words of the key, in order
FILLS = {
    "positive": N_("goes with the outcome; the stronger, the more consistent"), "contradiction": N_("cases do not agree"),
    "negative": N_("goes without it"), "assumed": N_("no cases, but in the model"), "empty": N_("no cases"),
    "impossible": N_("cannot be"),
}  # fmt: skip


def can_draw(cases: Cases) -> bool:
    """Whether the conditions themselves can be the sets: one to five, each in or out."""
    return 1 <= cases.width <= MOST and all(levels == 2 for levels in cases.levels)


def venn(table: TruthTable, model: Iterable[Cube] | None = None) -> Any:
    """Draw the rows of a truth table as areas, each with its number, its result and its cases.

    Parameters
    ----------
    table
        From `veche.sets.truth_table`; one to five conditions that are in or out (crisp, fuzzy or temporal).
    model
        Terms of a solution: areas without cases that it covers are shown (simplifying assumptions). With more conditions, or such with several
        values, its terms are the sets instead.

    Returns
    -------
    altair.LayerChart
        The stronger the colour, the more consistent; another colour where cases do not agree or consistency lies between two cut-offs; no colour
        where there are no cases. Cases in no area, since a membership is exactly 0.5 or a condition does not apply, are named below.

    Raises
    ------
    InputProblem
        With more than five conditions, or conditions with several values, if there is no model of one to five terms.
    """
    frame = table.frame
    if not can_draw(frame):
        if model is None:
            raise InputProblem(
                N_(
                    "A Venn diagram shows one to five conditions that are in or out; here are {n} ({names}). Choose up to five, or draw the terms "
                    "of a solution."
                ),
                n=frame.width, names=", ".join(frame.names[:8]) + ("…" if frame.width > 8 else ""),
            )  # fmt: skip
        return term_venn(frame, tuple(model))
    contents = _rows(table, tuple(model) if model is not None else ())
    observed = [one for one in table.rows if one.out != "?"]
    title = say(
        N_("{positive} of {observed} observed combinations go with {outcome}; areas without cases: {empty} of {possible}"),
        positive=len(table.positive), observed=len(observed), outcome=frame.outcome_name, possible=2**frame.width,
        empty=sum(not one.cases for one in contents.values()),
    )  # fmt: skip
    caption = [
        _(
            "Every area is a row of the truth table: its number, its result (1, 0, C contradiction, ? too few cases) and its cases; in bold those "
            "that speak against the result."
        )
    ]
    return _drawn(frame.names, contents, title, [*caption, *_missing(frame)])


def term_venn(cases: Cases, model: Sequence[Cube]) -> Any:
    """Draw the terms of a model as sets: which cases stand in which terms (membership over 0.5), and whether they have the outcome.

    Parameters
    ----------
    cases
        From `veche.sets.make_frame`.
    model
        One to five terms.

    Returns
    -------
    altair.LayerChart

    Raises
    ------
    InputProblem
        With no term, or more than five.
    """
    if not 1 <= len(model) <= MOST:
        raise InputProblem(
            N_("The model has {n} terms, a Venn diagram shows one to five. Draw the flow from cases through terms instead."),
            n=len(model),
        )  # fmt: skip
    members = {cube: cases.membership(cube) for cube in model}
    contents = {}
    for area in diagram(len(model)).areas:
        here = [
            at for at in range(len(cases.cases))
            if all((members[cube][at] > 0.5) == held for cube, held in zip(model, area.inside, strict=True))
        ]  # fmt: skip
        contents[area.inside] = _of_terms(cases, model, area.inside, here)
    has = cases.outcome > 0.5
    covered = sum(bool(any(members[cube][at] > 0.5 for cube in model)) for at in range(len(has)) if has[at])
    title = say(
        N_("{covered} of {all} cases with {outcome} stand in a term of {model}"),
        covered=covered, all=int(has.sum()), outcome=cases.outcome_name, model=cases.write_model(model),
    )  # fmt: skip
    caption = _(
        "Sets are the terms of the model; a case stands in a term if its membership is over 0.5. In bold: cases without the outcome within a term, "
        "and with it outside."
    )
    return _drawn([cases.write(cube) for cube in model], contents, title, [caption])


def theory_venn(found: Theory) -> Any:
    """Draw a theory and a solution as two sets with the cases in each area (membership over 0.5); an Altair chart."""
    words: dict[str, tuple[bool, ...]] = {
        "T*S": (True, True),
        "~T*S": (False, True),
        "T*~S": (True, False),
        "~T*~S": (False, False),
    }
    contents = {}
    for one in found:
        inside = words[one.name]
        cases = [(case, not any(inside)) for case in one.with_outcome] + [(case, any(inside)) for case in one.without]
        fit = say(N_("consistency {incl}, PRI {pri}"), incl=number(one.fit.inclusion, 2), pri=number(one.fit.pri, 2))
        share = len(one.with_outcome) / len(cases) if cases else 0.0
        contents[inside] = Content(
            number(one.fit.inclusion, 2) if cases else "0",
            one.name,
            tuple(cases),
            fit,
            _fill(share, bool(cases)),
            share,
        )
    # the order of the sets: theory, solution
    confirmed, surprising = found[0], found[1]
    title = say(
        N_("{outcome}: {both} of the cases with it are where theory and solution agree, {found} only where the solution is, {none} in neither"),
        outcome=found.outcome, both=len(confirmed.with_outcome), found=len(surprising.with_outcome), none=len(found[3].with_outcome),
    )  # fmt: skip
    caption = [
        say(N_("Theory: {theory}. Solution: {solution}."), theory=found.expected, solution=found.found),
        _(
            "The number in an area is its consistency. In bold: cases without the outcome within a set, and with it outside both."
        ),
    ]
    if found.nowhere:
        caption.append(say(N_("In no area, at exactly 0.5: {cases}."), cases=", ".join(found.nowhere)))
    return _drawn([_("Theory"), _("Solution")], contents, title, caption)


def _fill(share: float, any_case: bool) -> Fill:
    """Fill of an area by the share of its cases that have the outcome."""
    if not any_case:
        return "empty"
    return "positive" if share == 1 else "negative" if share == 0 else "contradiction"


def _rows(table: TruthTable, model: Sequence[Cube]) -> dict[tuple[bool, ...], Content]:
    from veche.sets._terms import covers

    frame = table.frame
    rows = {row.cube: row for row in table.rows}
    against = {row.cube: set(cases) for row, cases in table.contradictory}
    place = {case: at for at, case in enumerate(frame.cases)}
    found = {}
    for area in diagram(frame.width).areas:
        cube = tuple(int(one) for one in area.inside)
        n, row = str(table.number_of(cube)), rows.get(cube)
        if row is None:
            assumed = any(covers(one, cube) for one in model)
            found[area.inside] = Content(n, frame.write(cube), (), "", "assumed" if assumed else "empty")
            continue
        contrary = against.get(cube, set())
        mixed = len({bool(frame.outcome[place[case]] > 0.5) for case in row.cases}) == 2
        fill: Fill = (
            "contradiction" if row.out == "C" or (mixed and row.out != "?") else "positive" if row.out == "1"
            else "negative" if row.out == "0" else "empty"
        )  # fmt: skip
        fit = say(N_("consistency {incl}, PRI {pri}"), incl=number(row.inclusion, 2), pri=number(row.pri, 2))
        cases = tuple((case, case in contrary and row.out != "?") for case in row.cases)
        found[area.inside] = Content(f"{n} · {row.out}", frame.write(cube), cases, fit, fill, row.inclusion)
    return found


def _of_terms(cases: Cases, model: Sequence[Cube], inside: Sequence[bool], here: Sequence[int]) -> Content:
    from veche.sets._terms import FREE, covers, meet

    together: Cube | None = (FREE,) * cases.width
    for cube, held in zip(model, inside, strict=True):
        together = meet(together, cube) if held and together is not None else together
    others = [cube for cube, held in zip(model, inside, strict=True) if not held]
    if not here and (together is None or any(covers(cube, together) for cube in others)):
        return Content("–", "", (), "", "impossible")
    has = [bool(cases.outcome[at] > 0.5) for at in here]
    named = tuple((cases.cases[at], one != any(inside)) for at, one in zip(here, has, strict=True))
    name = " · ".join(cases.write(cube) for cube, held in zip(model, inside, strict=True) if held) or _("in no term")
    share = sum(has) / len(has) if has else 0.0
    return Content("" if has else "0", name, named, "", _fill(share, bool(has)), share)


def _missing(frame: Cases) -> list[str]:
    """Name the cases that stand in no area, and why."""
    half = [case for case, corner in zip(frame.cases, frame.corners, strict=True) if corner.min() < 0]
    apart = [
        case for case, corner in zip(frame.cases, frame.corners.tolist(), strict=True)
        if any(value >= levels for value, levels in zip(corner, frame.levels, strict=True))
    ]  # fmt: skip
    found = []
    if half:
        found.append(say(N_("In no area, at exactly 0.5 in a condition: {cases}."), cases=", ".join(half)))
    if apart:
        found.append(say(N_("In no area, since a condition does not apply: {cases}."), cases=", ".join(apart)))
    return found


def color_of(one: Content, p: Palette) -> str:
    """Colour of an area."""
    return {
        "positive": blend(p.paper, p.accent, 0.12 + 0.5 * one.strength), "negative": blend(p.paper, p.ink_3, 0.3),
        "contradiction": blend(p.paper, p.hues[2], 0.45), "assumed": p.wash, "empty": p.paper, "impossible": p.line,
    }[one.fill]  # fmt: skip


def _drawn(names: Sequence[str], contents: dict[tuple[bool, ...], Content], title: str, caption: Sequence[str]) -> Any:
    laid = lay_out(names, contents)
    sheet = Sheet(laid.width, laid.height, tips={"area": _("Row"), "cases": _("Cases")})
    p = palette()
    left, top, right, below = laid.frame
    sheet.rect(left, top, right, below, p.paper)
    for inside, outline in laid.areas.items():
        one = contents[inside]
        tip = {
            "area": ": ".join(part for part in (one.name, one.fit) if part) or one.head,
            "cases": ", ".join(case for case, _against in one.cases),
        }
        sheet.shape(outline, color_of(one, p), tip=tip)
    for x, y, x2, y2 in (
        (left, top, right, top),
        (left, below, right, below),
        (left, top, left, below),
        (right, top, right, below),
    ):
        sheet.rule(x, y, x2, y2, p.line_2)
    for at, line in enumerate(laid.outlines):
        color = p.hues[at] if len(names) > 1 else p.ink_2
        sheet.line(line, color, width=2.4)
        if at in laid.leaders:
            (x, y), (x2, y2) = laid.leaders[at]
            sheet.rule(x, y, x2, y2, color)
    for word in laid.words:
        color = p.ink_2 if word.inside is not None and not contents[word.inside].cases else p.ink
        sheet.text(word.x, word.y, word.lines, size=word.size, color=color, align=word.align, bold=word.bold)
    if laid.aside:
        sheet.height = max(sheet.height, _list(sheet, [contents[one] for one in laid.aside], sheet.width + 24, top))
        sheet.width += 24 + LIST
    _key(sheet, contents.values())
    return finish(sheet, Frame(title=title, caption=" ".join(caption)))


def _list(sheet: Sheet, aside: Sequence[Content], left: float, top: float) -> float:
    """Write the areas whose cases have no room inside; returns where the list ends."""
    p = palette()
    y = top + 8
    for one in aside:
        head = f"{one.head}  {one.fit}" if one.head else one.name
        named = [case for case, _against in one.cases[:NAMED]]
        against = [case for case, contrary in one.cases if contrary]
        words = ", ".join(named) + (f" +{len(one.cases) - NAMED}" if len(one.cases) > NAMED else "")
        said = [(words, p.ink_2)]
        if against:
            told = ", ".join(against[:NAMED]) + ("…" if len(against) > NAMED else "")
            said.append((say(N_("against: {cases}"), cases=told), p.ink))
        for line in broken(head, LIST, SIZE, 2):
            sheet.text(left, y, line, size=SIZE, bold=True)
            y += LEADING + 1
        for words, color in said:
            for line in wrap(words, LIST, SIZE):
                sheet.text(left, y, line, size=SIZE, color=color)
                y += LEADING + 1
        y += 8
    return y


def _key(sheet: Sheet, contents: Iterable[Content]) -> None:
    """Explain the colours that are there, below the diagram."""
    p = palette()
    there = {one.fill for one in contents}
    x, y = 0.0, sheet.height + 12
    for fill, words in FILLS.items():
        if fill not in there:
            continue
        said = _(words)
        wide = 18 + text_width(said, 12) + 20
        if x and x + wide > max(sheet.width, 640):
            x, y = 0.0, y + 20
        color = color_of(Content("", "", (), "", fill, 1.0), p)
        sheet.point(x + 6, y, WaveMark("square", color, p.ink_3), size=110)
        sheet.text(x + 18, y, said, size=12, color=p.ink_2)
        x += wide
    sheet.height = y + 12
