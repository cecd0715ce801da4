"""``veche qca``: set-theoretic comparison of any table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from veche.cli._common import console, print_table
from veche.words import _, number

if TYPE_CHECKING:
    import pandas as pd

#: values of tables that are words
WORDS = {
    "conservative", "intermediate", "parsimonious", "typical", "deviant in degree", "deviant in consistency", "deviant in coverage", "irrelevant",
    "undecided", "robust", "shaky", "possible", "none", "consistency", "coverage",
}  # fmt: skip
HEADINGS = {
    "solutions": ("outcome", "kind", "model", "term", "inclS", "PRI", "covS", "covU", "in_models"),
    "models": ("outcome", "kind", "models", "complete", "terms", "least", "core"),
}


@click.command(
    options_metavar=_("[OPTIONS]"),
    help=_(
        "Set-theoretic comparison (QCA) of a table (csv, tsv, xlsx; one row for each case): truth table, necessary conditions, all smallest "
        "models of three solutions with their core, for the outcome and for its negation."
    ),
)
@click.argument("table", metavar=_("TABLE"), type=click.Path(path_type=Path))
@click.option(
    "--outcome", required=True, help=_("Column of the outcome; ~NAME for its negation, NAME[2] for one value.")
)
@click.option(
    "--conditions",
    default="",
    help=_("Columns of the conditions with commas between; none: all other columns of numbers."),
)
@click.option("--cases", help=_("Column with the names of the cases; none: the first column of words."))
@click.option("--incl", default=0.8, show_default=True, type=float, help=_("Consistency from which a row is positive."))
@click.option("--n", default=1, show_default=True, type=int, help=_("Fewest cases of a row that counts."))
@click.option("--pri", default=0.0, show_default=True, type=float, help=_("Least PRI of a positive row."))
@click.option(
    "--necessity", default=0.9, show_default=True, type=float, help=_("Least inclusion of a necessary condition.")
)
@click.option(
    "--kind", default="all", show_default=True, type=click.Choice(["all", "conservative", "intermediate", "parsimonious"]),
    help=_("Which solution."),
)  # fmt: skip
@click.option(
    "--expect", default="", help=_("What is expected to contribute, for the intermediate solution: A,~B,C*D.")
)
@click.option(
    "--negation/--no-negation", default=True, show_default=True, help=_("Look at the negated outcome as well.")
)
@click.option(
    "--seconds", default=60.0, show_default=True, type=click.FloatRange(min=0.1), help=_("Time for each solution.")
)
@click.option(
    "--calibrate", "calibration", multiple=True, metavar="NAME=…",
    help=_(
        "How a column becomes memberships: NAME=400 550 900 (three or six anchors; behind them linear, inverted, idm=0.9), NAME=crisp 550, "
        "NAME=indirect JUDGED (a column of judged memberships), NAME=verbal no, partly=0.6, yes."
    ),
)  # fmt: skip
@click.option(
    "--necessary", default="", help=_("Held necessary: combinations without it are never taken for positive. A; B + C.")
)
@click.option(
    "--untenable", default="", help=_("Impossible or untenable combinations, never taken for positive: A*B; ~C*D.")
)
@click.option("--theory", default="", help=_("What theory expects, to be compared with the solution: A*~B + C."))
@click.option(
    "--doubts", is_flag=True,
    help=_("Doubt the solution too: cases by role, cut-offs near by, robust and shaky cases, single cases left out, outcomes shuffled."),
)  # fmt: skip
@click.option("--figure", type=click.Path(path_type=Path), help=_("Draw a figure (png, svg, pdf)."))
@click.option(
    "--draw",
    default="solutions",
    show_default=True,
    type=click.Choice(["solutions", "xy", "truth", "venn", "ambiguity", "flow"]),
    help=_("Which figure."),
)
@click.option(
    "--record",
    "record_to",
    type=click.Path(path_type=Path),
    help=_("Write the record: data, calibration, settings, versions, answer."),
)
@click.option(
    "--check", "check_with", type=click.Path(path_type=Path), help=_("Hold the answer against an earlier record.")
)
@click.option(
    "--rows", default=30, show_default=True, type=click.IntRange(min=0), help=_("How many rows of each table to show.")
)
@click.option("--out", "-o", type=click.Path(path_type=Path), help=_("Write the tables (csv, tsv, xlsx)."))
def qca(
    table: Path, outcome: str, conditions: str, cases: str | None, expect: str, negation: bool, rows: int, out: Path | None,
    calibration: tuple[str, ...], theory: str, figure: Path | None, draw: str, record_to: Path | None, check_with: Path | None,
    doubts: bool, **given: Any,
) -> None:  # fmt: skip
    """Compare cases of a table."""
    from veche.workbench import sets

    calibrations = dict(_calibration(one) for one in calibration)
    found = sets.compare_table(
        table,
        outcome,
        _parts(conditions),
        cases=cases,
        expect=_parts(expect),
        both=negation,
        calibration=calibrations,
        **given,
    )
    areas = sets.areas(found, theory) if theory.strip() else None
    if check_with is not None:
        sets.check_record(found, check_with)
        click.echo(_("The same answer as in {name}.").format(name=check_with))
    tables = found.tables() | {"spread": sets.spread(found)}
    titles = {
        "spread": _("Spread of the sets"),
        "truth": _("Truth table"), "necessity": _("Necessary conditions"), "models": _("Models"), "solutions": _("Solutions"),
    }  # fmt: skip
    for name, title in titles.items():
        console().print(title, style="bold", highlight=False)
        _print(tables[name], rows)
    if doubts:
        doubted = sets.doubts(found)
        tables |= doubted
        names = {
            "roles": _("Cases by their role"), "stability": _("Terms at cut-offs near by"), "robustness": _("How cases hold at cut-offs near by"),
            "left_out": _("With one case left out"), "chance": _("Outcomes shuffled over cases"),
        }  # fmt: skip
        for name, title in names.items():
            console().print(title, style="bold", highlight=False)
            _print(doubted[name], rows)
    if areas is not None:
        console().print(_("Theory and solution"), style="bold", highlight=False)
        _print(areas, rows)
        tables["theory"] = areas
    for note in found.notes:
        click.echo(note)
    written = list(sets.write_tables(tables, out)) if out else []
    written += [sets.draw_sets(found, draw, figure)] if figure else []
    written += [sets.write_record(found, calibrations, record_to)] if record_to else []
    for path in written:
        click.echo(_("Written: {name}").format(name=path))


def _calibration(text: str) -> tuple[str, str]:
    name, sign, words = (one.strip() for one in text.partition("="))
    if not sign or not name or not words:
        raise click.BadParameter(
            _("{text} is no calibration. Write NAME=400 550 900.").format(text=text), param_hint="--calibrate"
        )
    return name, words


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _print(frame: pd.DataFrame, rows: int) -> None:
    shown = frame.dropna(axis=1, how="all")
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
        "at 0": _("at 0"), "at 1": _("at 1"), "fit": _("Fit"), "found": _("Found"), "reached by chance": _("Reached by chance"),
        "unique": _("Only in this term"), "incl_cut": _("Consistency from"), "n_cut": _("Cases from"),
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
