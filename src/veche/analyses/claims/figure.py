"""The board of claims: words, verdict, checks as marks, and whether the verdict stands elsewhere."""

from __future__ import annotations

from typing import Any

from veche.analyses._headings import VALUES
from veche.figures import Frame, Sheet, WaveMark, finish, fitted, header, palette, text_width, wrap
from veche.figures.sheet import Cell
from veche.study.result import Result
from veche.words import N_, _, ngettext, percent, say

NAME, WORDS, VERDICT, CHECKS, OTHERS, WITHOUT, TOP, STEP = 44, 510, 176, 100, 122, 190, 84, 40
#: most room for the names of claims, which is taken from their words; their size, and the smallest of a long one
NAME_MOST, NAME_SIZE, NAME_SMALLEST = 150, 12.5, 9.0


def figure(result: Result) -> Any:
    """Draw the verdicts of a result.

    Returns
    -------
    altair.LayerChart
        Rows are claims; discs are checks that hold, rings such as decide nothing, diamonds such as speak against,
        small squares such as cannot be made.
    """
    claims = result.tables["claims"]
    width = NAME + WORDS + VERDICT + CHECKS + 2 * OTHERS + WITHOUT
    sheet = Sheet(width, TOP + STEP * len(claims) + 6, tips=_tips())
    _key(sheet)
    x = NAME + WORDS
    header(sheet, 0, TOP, _("Claim"), WORDS, large=True)
    for left, name, room in (
        (x, _("Verdict"), VERDICT), (x + VERDICT, _("Checks"), CHECKS), (x + VERDICT + CHECKS, _("For all claims at once"), OTHERS),
        (x + VERDICT + CHECKS + OTHERS, _("Panel alone"), OTHERS),
        (x + VERDICT + CHECKS + 2 * OTHERS, _("Without one town, one respondent"), WITHOUT),
    ):  # fmt: skip
        header(sheet, left, TOP, name, room)
    widest = max((text_width(str(one), NAME_SIZE, bold=True) for one in claims.index), default=0.0)
    name_room = min(max(NAME, widest + 12), NAME_MOST)
    for at, (label, row) in enumerate(claims.iterrows()):
        _row(sheet, result, str(label), row, at, width, name_room)
    caption = _caption(result)
    title = _title(result)
    return finish(sheet, Frame(title=title, caption=caption, description=f"{result.sentence} {caption}"))


def _tips() -> dict[str, str]:
    return {"check": _("What is looked at"), "expected": _("Expected"), "said": _("Verdict")}


def _marks() -> dict[str, WaveMark]:
    p = palette()
    return {
        "supported": WaveMark("circle", p.hues[3], p.hues[3]),
        "unclear": WaveMark("circle", p.paper, p.ink_3),
        "against": WaveMark("diamond", p.accent, p.accent, 1.15),
        "cannot": WaveMark("square", p.line_2, p.line_2, 0.35),
    }


def _colour(verdict: str) -> str:
    p = palette()
    return {"supported": p.hues[3], "mixed": p.hues[2], "not supported": p.ink_3}.get(verdict, p.line_2)


def _key(sheet: Sheet) -> None:
    x = 0.0
    names = {
        "supported": N_("the check holds"), "unclear": N_("nothing can be said"), "against": N_("the material speaks against it"),
        "cannot": N_("cannot be made"),
    }  # fmt: skip
    for name, mark in _marks().items():
        words = _(names[name])
        sheet.point(x + 6, 10, mark, size=85)
        sheet.text(x + 18, 10, words, size=12.5, color=palette().ink_2)
        x += 18 + text_width(words, 12.5) + 24


def _row(sheet: Sheet, result: Result, label: str, row: Any, at: int, width: float, name_room: float) -> None:
    p = palette()
    y = TOP + (at + 0.5) * STEP
    sheet.rule(0, TOP + at * STEP, width, TOP + at * STEP, p.line)
    name, size = fitted(label, name_room - 12, NAME_SIZE, NAME_SMALLEST, bold=True)
    sheet.text(0, y, name, size=size, bold=True)
    said = wrap(str(row["claim"]), NAME + WORDS - name_room - 20, 12, lines=3)
    sheet.text(name_room, y, said, size=12 if len(said) < 3 else 11)
    x = float(NAME + WORDS)
    verdict = str(row["verdict"])
    sure = verdict == "supported"
    tip = {"check": row["claim"], "expected": "", "said": _(VALUES[verdict])}
    sheet.rect(x, y - 9, x + 6, y + 9, _colour(verdict), tip=tip, cell=Cell(label, "verdict", "claims"))
    sheet.text(x + 14, y, wrap(_(VALUES[verdict]), VERDICT - 20, 12, bold=sure, lines=2), size=12, bold=sure)
    x += VERDICT
    checks = result.tables["checks"]
    of_claim = checks[checks["claim_id"] == label]
    step = min(22.0, (CHECKS - 14) / max(len(of_claim), 1))
    for nth, (key, one) in enumerate(of_claim.iterrows()):
        tip = {"check": one["check"], "expected": one["expected"], "said": _(VALUES[one["verdict"]])}
        sheet.point(
            x + 8 + nth * step, y, _marks()[one["verdict"]], size=80, tip=tip, cell=Cell(str(key), "verdict", "checks")
        )
    x += CHECKS
    for name in ("over_all", "panel_verdict"):
        if row[name]:
            sheet.rect(x, y - 7, x + 6, y + 7, _colour(str(row[name])))
            sheet.text(x + 12, y, wrap(_(VALUES[str(row[name])]), OTHERS - 14, 10.5, lines=2), size=10.5, color=p.ink_2)
        x += OTHERS
    if row["without_respondent"]:
        _others(sheet, result, label, x, y)


def _others(sheet: Sheet, result: Result, label: str, x: float, y: float) -> None:
    """Say without how many towns and respondents the verdict is another one, in what colour it then is."""
    p, turned = palette(), result.tables["without"]
    turned = turned[turned["claim_id"] == label]
    if not len(turned):
        sheet.text(x + 12, y, _("stands"), size=10.5, color=p.ink_3)
        return
    towns = int((turned["left_out"] == "one town").sum())
    people = len(turned) - towns
    told = []
    if towns:
        told.append(ngettext("another without {n} town", "another without {n} towns", towns).format(n=towns))
    if people:
        told.append(
            ngettext("another without {n} respondent", "another without {n} respondents", people).format(n=people)
        )
    row = result.tables["claims"].loc[label]
    tip = {"check": row["without_town"], "expected": row["without_respondent"], "said": ""}
    cell = Cell(str(turned.index[0]), "", "without")
    sheet.rect(x, y - 7, x + 6, y + 7, _colour(str(turned["verdict"].iloc[0])), tip=tip, cell=cell)
    lines = [line for one in told for line in wrap(one, WITHOUT - 14, 10.5, lines=1)]
    sheet.text(x + 12, y, lines, size=10.5, color=p.ink_2)


def _title(result: Result) -> str:
    counts = result.tables["claims"]["verdict"].value_counts()
    total = int(counts.sum())
    head = ngettext("The material supports {n} of {all} claim", "The material supports {n} of {all} claims", total)
    return head.format(n=int(counts.get("supported", 0)), all=total)


def _caption(result: Result) -> str:
    level = percent(result.params.confidence if result.params else 0.95)
    return " ".join(
        [
            say(
                N_(
                    "Level {level} for each claim; beside it the verdict if the level is to hold for all claims at once."
                ),
                level=level,
            ),
            _("Panel: respondents who speak in two waves of a town."),
        ]
    )
