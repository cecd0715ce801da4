"""How `veche qca` prints its tables: headings and values in the language of the user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from veche.cli._common import console, print_table
from veche.words import N_, _, number

if TYPE_CHECKING:
    import pandas as pd

#: values of tables that are words
WORDS = {
    "conservative", "intermediate", "parsimonious", "typical", "deviant in degree", "deviant in consistency", "deviant in coverage", "irrelevant",
    "undecided", "robust", "shaky", "possible", "none", "consistency", "coverage",
    N_("pooled"), N_("between"), N_("within"), "change in kind", "change in degree", "no change", "undetermined",
}  # fmt: skip


def titles() -> dict[str, str]:
    """Give the tables that are printed, in their order, with their titles."""
    return {
        "spread": _("Spread of the sets"), "truth": _("Truth table"), "necessity": _("Necessary conditions"), "models": _("Models"),
        "solutions": _("Solutions"), "roles": _("Cases by their role"), "pairs": _("Pairs of cases most alike"),
        "stability": _("Terms at cut-offs near by"), "ranges": _("The same models come out at"),
        "robustness_fit": _("How the solution holds at cut-offs near by"),
        "robustness": _("How cases hold at cut-offs near by"), "left_out": _("With one case left out"),
        "chance": _("Outcomes shuffled over cases"), "drawn": _("Memberships drawn within their error"),
        "panel": _("Consistency by time and unit"), "by_time": _("Solutions time by time"), "ways": _("Ways of the units"),
        "types": _("Ideal types"), "changes": _("Changes between ideal types"), "chains": _("Redundancy-free models and chains"),
        "theory": _("Theory and solution"),
    }  # fmt: skip


def show_table(title: str, frame: pd.DataFrame, rows: int) -> None:
    """Print a table under its title: columns with something in them, up to so many rows; nothing of an empty one."""
    if frame.empty:
        return
    console().print(title, style="bold", highlight=False)
    shown = frame[[name for name in frame.columns if any(map(_cell, frame[name]))]]
    if "outcome" in shown:
        shown = shown[["outcome", *(one for one in shown.columns if one != "outcome")]]
    words = {
        "outcome": _("Outcome"), "kind": _("Solution"), "pair": _("Made from"), "model": _("Model"), "term": _("Term"),
        "in_models": _("Share of models"), "models": _("Models"), "complete": _("All counted"), "terms": _("Terms"),
        "least": _("Terms at least"), "core": _("In all models"),
        "reason": _("Remark"), "row": _("Row"), "cases": _("Cases"), "expression": _("Expression"), "area": _("Theory and solution"),
        "against": _("Against the result"), "set": _("Set"), "case": _("Case"), "role": _("Role"),
        "standing": _("Standing"), "least_test": _("Least in tests"), "share": _("Share"), "initial": _("Initial"),
        "greatest": _("Greatest in tests"), "above": _("above 0.5"), "below": _("below 0.5"), "half": _("exactly 0.5"),
        "at 0": _("at 0"), "at 1": _("at 1"), "share above": _("Share above 0.5"), "interchangeable": _("Interchangeable"),
        "fit": _("Fit"), "found": _("Found"), "reached by chance": _("Reached by chance"),
        "unique": _("Only in this term"), "incl_cut": _("Consistency from"), "n_cut": _("Cases from"),
        "typical": _("Typical case"), "other": _("Other case"), "apart_by": _("Set apart by"), "difference": _("Difference"),
        "distance": _("Unevenness"), "most": _("At most"), "parameter": _("Measure"), "meaning": _("Meaning"),
        "setting": _("Cut-off"), "value": _("Value"), "lower": _("Same down to"), "upper": _("Same up to"), "low": _("Looked from"),
        "high": _("Looked up to"), "structure": _("Structure"), "outcomes": _("Outcomes"), "consistency": _("Consistency"),
        "coverage": _("Coverage"), "complexity": _("Literals"), "unit": _("Unit"), "ways": _("Way through the combinations"),
        "moves": _("Moves"), "part": _("Part"), "name": _("Time or unit"), "score": _("Consistency"), "cluster": _("Time"),
        "corner": _("Corner"), "membership": _("Membership"), "type": _("Type"), "before": _("Time before"), "after": _("Time after"),
        "change": _("Kind of change"), "delta": _("Change of membership"),
        "with": _("Cases with the outcome"), "without": _("Cases without the outcome"),
    }  # fmt: skip
    print_table(
        [words.get(str(one), str(one)) for one in shown.columns],
        [[_cell(one) for one in row] for row in shown.head(rows).itertuples(index=False)],
    )
    if len(shown) > rows:
        click.echo(_("{n} more rows.").format(n=len(shown) - rows))


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return _(value) if value in WORDS else value
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return number(value, 0 if value.is_integer() else 3)
    return str(value)
