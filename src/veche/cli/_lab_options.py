"""Options that commands of the lab share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from veche.cli._common import F
from veche.words import _


def scenario(command: F) -> F:
    """Add the scenario, changes of it, and the seed."""
    for option in (
        click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0), help=_("Seed of all draws.")),
        click.option("--set", "changes", multiple=True, metavar=_("NAME=VALUE"), help=_("Change a condition; may be repeated.")),
        click.argument("scenario", required=False, default="", metavar=_("[SCENARIO]")),
    ):  # fmt: skip
        command = option(command)
    return command


def table_name(_ctx: click.Context, _param: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a name that no table can have before anything is computed."""
    if path is not None:
        from veche.workbench.lab_files import check_table_name

        check_table_name(path)
    return path


def figure_name(_ctx: click.Context, _param: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a name that no figure can have before anything is computed."""
    if path is not None:
        from veche.workbench.lab_files import check_figure_name

        check_figure_name(path)
    return path


out_only = click.option(
    "--out", "-o", type=click.Path(path_type=Path), callback=table_name, help=_("Write the tables (csv, tsv, xlsx, parquet).")
)  # fmt: skip


def out(command: F) -> F:
    """Add the files of tables and figure."""
    figure = click.option(
        "--figure", type=click.Path(path_type=Path), callback=figure_name, help=_("Draw a figure (svg, png, pdf).")
    )
    return out_only(figure(command))


def evidence(command: F) -> F:
    """Add judgements from a file, and the reference table."""
    table = click.option(
        "--table",
        type=click.Path(path_type=Path),
        help=_("Reference table of the calibration; by default that of this computer."),
    )
    judgements = click.option(
        "--evidence",
        type=click.Path(path_type=Path),
        help=_("Judgements (csv, xlsx, parquet): town, wave, indicator, coder, value."),
    )
    return judgements(table(command))


def runs(default: int) -> Callable[[F], F]:
    """Add the number of runs."""
    return click.option(
        "--runs", default=default, show_default=True, type=click.IntRange(min=2), help=_("Runs of each point.")
    )


def workers(command: F) -> F:
    """Add the number of cores."""
    return click.option("--workers", type=click.IntRange(min=1), help=_("Cores at work at once; by default all."))(
        command
    )
