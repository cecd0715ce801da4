"""``veche qca``: set-theoretic comparison of any table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from veche.cli._qca_tables import show_table, titles
from veche.words import _


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
@click.option(
    "--incl0", default=0.0, show_default=True, type=float,
    help=_("Second, lower consistency: rows between the two are contradictions (C); 0: none."),
)  # fmt: skip
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
        "NAME=indirect JUDGED (a column of judged memberships), NAME=verbal no, partly=0.6, yes; over time NAME=before E, A (columns with times "
        "of two events), NAME=rose COLUMN, NAME=stages COLUMN."
    ),
)  # fmt: skip
@click.option(
    "--error", "errors", multiple=True, metavar="[NAME=]…",
    help=_("Standard error of memberships: 0.05 for all sets, NAME=0.05, or NAME=COLUMN. Terms are then tested by draws within it."),
)  # fmt: skip
@click.option("--draws", default=200, show_default=True, type=click.IntRange(1, 5000), help=_("How many draws."))
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(min=0),
    help=_("Seed of the random draws: the same seed gives the same numbers."),
)  # fmt: skip
@click.option(
    "--unit", help=_("Column with the unit of each case (town), followed over time; --doubts leaves out whole units.")
)
@click.option(
    "--time",
    help=_("Column with the time of each case (wave): consistency and solutions time by time, ways of the units."),
)
@click.option(
    "--ideal-type", "types", multiple=True, metavar="NAME=…",
    help=_("Fuzzy-set ideal types over the conditions, each NAME=A*~B + C: where each case stands, and how units change over time."),
)  # fmt: skip
@click.option(
    "--chains", "chain_of", metavar="A,B",
    help=_("Coincidence analysis (CNA): redundancy-free models of these outcomes and the chains they make; all: every column is tried."),
)  # fmt: skip
@click.option("--con", type=float, help=_("Least consistency of a model of --chains; none: that of --incl."))
@click.option("--cov", default=0.7, show_default=True, type=float, help=_("Least coverage of a model of --chains."))
@click.option(
    "--necessary", default="", help=_("Held necessary: combinations without it are never taken for positive. A; B + C.")
)
@click.option(
    "--untenable", default="", help=_("Impossible or untenable combinations, never taken for positive: A*B; ~C*D.")
)
@click.option("--theory", default="", help=_("What theory expects, to be compared with the solution: A*~B + C."))
@click.option(
    "--doubts", is_flag=True,
    help=_("Doubt the solution too: cases by role, cut-offs near by, robust and shaky cases, pairs, single cases left out, outcomes shuffled."),
)  # fmt: skip
@click.option("--figure", type=click.Path(path_type=Path), help=_("Draw a figure (png, svg, pdf)."))
@click.option(
    "--draw",
    default="solutions",
    show_default=True,
    type=click.Choice(["solutions", "xy", "truth", "venn", "ambiguity", "flow", "chains", "ways", "types", "cuts"]),
    help=_("Which figure; chains, ways, types and cuts need --chains, --unit and --time, --ideal-type, --doubts."),
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
    doubts: bool, errors: tuple[str, ...], draws: int, seed: int, unit: str | None, time: str | None, types: tuple[str, ...],
    chain_of: str | None, con: float | None, cov: float, **given: Any,
) -> None:  # fmt: skip
    """Compare cases of a table."""
    from veche.workbench import set_cases, set_doubts, set_panels, sets

    calibrations = dict(_calibration(one) for one in calibration)
    held = set_cases.read_cases(
        table, outcome, _parts(conditions), cases=cases, calibration=calibrations, unit=unit, time=time, errors=errors
    )
    found = sets.compare(held, expect=_parts(expect), both=negation, **given)
    areas = sets.areas(found, theory) if theory.strip() else None
    if check_with is not None:
        sets.check_record(found, check_with)
        click.echo(_("The same answer as in {name}.").format(name=check_with))
    tables = found.tables() | {"spread": sets.spread(found)}
    drawn: dict[str, Any] = {}
    if doubts:
        doubted = set_doubts.doubts(found, held.units, seed=seed)
        tables |= doubted.tables
        drawn["cuts"] = doubted.cuts
    if errors:
        survival = set_doubts.drawn_terms(found, held.errors(errors), draws=draws, seed=seed)
        tables["drawn"] = survival.to_frame()
    if unit and time:
        panel = set_panels.panel(found, held, seed=seed)
        tables |= panel.tables
        drawn["ways"] = panel.ways
    if types:
        drawn["types"] = set_panels.types_of(held, types)
        tables |= set_panels.type_tables(drawn["types"])
    if chain_of is not None:
        outcomes = [] if chain_of.strip() == "all" else _parts(chain_of)
        least = given["incl"] if con is None else con
        drawn["chains"] = sets.chains(held, outcomes, consistency=least, coverage=cov)
        tables["chains"] = drawn["chains"].to_frame()
    if areas is not None:
        tables["theory"] = areas
    for name, title in titles().items():
        if name in tables:
            show_table(title, tables[name], rows)
    for note in found.notes:
        click.echo(note)
    written = list(sets.write_tables(tables, out)) if out else []
    written += [sets.draw_sets(found, draw, figure, drawn)] if figure else []
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
