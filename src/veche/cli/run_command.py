"""``veche run ANALYSIS``: options come from the analysis's own declaration."""

from __future__ import annotations

import itertools
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from veche.cli._common import StudyCommand, console, opened, print_quotation, print_table, take_where, where_parameters
from veche.study.registry import Option, options
from veche.words import _, ngettext

if TYPE_CHECKING:
    from veche.privacy import Finding


class Analyses(click.Group):
    """A group with one command for every installed analysis."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the installed analyses."""
        from veche.workbench import registry

        return [name.replace("_", "-") for name in registry.analysis_names()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Make the command of an analysis."""
        from veche.study.errors import NotFound
        from veche.workbench import registry

        try:
            found = registry.analysis(cmd_name)
        except NotFound as problem:
            raise click.UsageError(problem.message(_), ctx) from None
        return _command(found)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Let the study stand before the name of the analysis as well."""
        from veche.cli._common import is_study

        if args and is_study(args[0]) and len(args) > 1:
            ctx.meta["veche.study"] = args[0]
            args = args[1:]
        return super().resolve_command(ctx, args)


run = Analyses(
    "run",
    help=_("Run an analysis: the finding, the table, the strongest quotations; figures and files on demand."),
    options_metavar=_("[OPTIONS]"),
    subcommand_metavar=_("ANALYSIS [STUDY]"),
)


def _command(found: Any) -> click.Command:
    parameters = [parameter_of(one) for one in options(found.params)]

    def run_it(ctx: click.Context, /, **given: Any) -> None:
        _run(ctx, found.name, given)

    callback = click.pass_context(run_it)
    shared: list[click.Parameter] = [
        click.Option(
            ["--rows"],
            default=30,
            show_default=True,
            type=click.IntRange(min=0),
            help=_("How many rows of the table to show."),
        ),
        click.Option(["--table", "table_name"], help=_("Show this table of the result instead of the first.")),
        click.Option(["--figure"], type=click.Path(path_type=Path), help=_("Write the figure (png, svg or pdf).")),
        click.Option(["--out", "-o"], type=click.Path(path_type=Path), help=_("Write the tables (csv, tsv, xlsx).")),
        click.Option(
            ["--page"], type=click.Path(path_type=Path), help=_("Write the finding with its figure as one HTML page.")
        ),
    ]
    return StudyCommand(
        found.name.replace("_", "-"), callback=callback, params=[*parameters, *shared, *where_parameters()],
        help=f"{_(found.title)}. {_(found.question)}\n\n{_(found.method)}",
    )  # fmt: skip


def parameter_of(one: Option) -> click.Option:
    """Make the option of the command line for an option of an analysis."""
    name = "--" + one.name.replace("_", "-")
    base = one.type
    many = typing.get_origin(base) is tuple
    if many:
        base = typing.get_args(base)[0]
    inner = [t for t in typing.get_args(base) if t is not type(None)]
    choices = one.choices or (tuple(map(str, inner)) if typing.get_origin(base) is typing.Literal else ())
    if base is bool:
        return click.Option(
            [f"{name}/--no-{one.name.replace('_', '-')}"], default=one.default, show_default=True, help=_(one.help)
        )
    kind: Any = (
        click.Choice(choices)
        if choices
        else int
        if base is int or int in inner
        else float
        if base is float or float in inner
        else str
    )
    default = None if one.default in (None, (), "") else one.default
    return click.Option(
        [name], type=kind, default=default, multiple=many, show_default=default is not None, help=_(one.help)
    )


def _run(ctx: click.Context, name: str, given: dict[str, Any]) -> None:
    from veche.reports import save_figure, write_page

    show = {key: given.pop(key) for key in ("rows", "table_name", "figure", "out", "page")}
    where = take_where(given)
    own = {key: value for key, value in given.items() if value is not None}
    with opened(ctx) as study:
        result = study.run(name, **where, **own)
        release = study.release(result)
        print_finding(release.findings[0], rows=show["rows"], table_name=show["table_name"])
        written: list[Path] = []
        if show["figure"]:
            written.append(save_figure(release, show["figure"]))
        if show["out"]:
            written.extend(study.export(release, show["out"]))
        if show["page"]:
            written.append(write_page(release, show["page"]))
        for path in written:
            click.echo(_("Written: {name}").format(name=path))


#: columns wider than this are left to files
WIDEST = 48
#: column of the tables that says why something is missing
REASON = "reason"
#: between two columns
MARGIN = 3


class _Column(typing.NamedTuple):
    """A column as it is printed; its width with the margin."""

    name: Any
    title: str
    cells: list[str]
    numeric: bool
    width: int

    @classmethod
    def of(cls, name: Any, values: Any) -> _Column:
        from veche.reports import cell_text, heading

        title, cells = heading(name), [cell_text(value) for value in values]
        width = max(*map(len, cells), *map(len, title.split())) + MARGIN
        return cls(name, title, cells, values.dtype.kind in "if", width)


def print_finding(finding: Finding, *, rows: int = 12, table_name: str | None = None) -> None:
    """Print a finding: what was asked, what the numbers say, the table, the quotations for and against, the notes."""
    from rich.text import Text

    from veche.study.errors import InputProblem
    from veche.words import N_

    result = finding.result
    out = console()
    assert result.analysis is not None
    out.print()
    out.print(Text(_(result.analysis.title), style="bold"))
    out.print(Text(result.sentence))
    if table_name is not None and table_name not in result.tables:
        raise InputProblem(
            N_("The result has no table {name}. Its tables: {known}."), name=table_name, known=", ".join(result.tables)
        )
    frame = result.tables[table_name] if table_name else result.table
    _print_frame(frame, rows)
    for title, quotations in ((_("For"), finding.supporting), (_("Against"), finding.opposing)):
        if quotations:
            click.echo(f"{title}:")
            for one in quotations:
                print_quotation(one)
    for note in result.notes:
        out.print(Text(f"• {note}", style="dim"))
    out.print(
        Text(
            _("Evidence {digest} · analysis {name} {version}").format(
                digest=result.digest, name=result.name, version=result.version
            ),
            style="dim",
        )
    )


def _reasons(columns: list[_Column], shown: list[_Column]) -> dict[str, list[str]]:
    """Say why what is missing is, if that column has no room: reason -> rows, by the words they begin with."""
    reasons = next((one.cells for one in columns if one.name == REASON), None)
    if reasons is None or any(one.name == REASON for one in shown):
        return {}
    leading = list(itertools.takewhile(lambda one: not one.numeric, shown)) or shown[:1]
    # no more words than tell the rows apart
    for many in range(1, len(leading) + 1):
        labels = [" · ".join(filter(None, row)) for row in zip(*(one.cells for one in leading[:many]), strict=True)]
        if len(set(labels)) == len(labels):
            break
    found: dict[str, list[str]] = {}
    for label, reason in zip(labels, reasons, strict=True):
        if reason not in ("", "–"):
            found.setdefault(reason, []).append(label)
    return found


def _print_frame(frame: Any, rows: int) -> None:
    """Print the first rows, with the columns that fit the terminal; the others are named."""
    from veche.reports import heading, is_key

    if not rows or not len(frame):
        return
    # labels of rows are left out where the table begins with words that say the same
    worded = frame.index.names == ["row"] and frame.dtypes.iloc[0].kind not in "biuf"
    flat = frame if worded else frame.reset_index()
    columns = [_Column.of(name, flat[name].head(rows)) for name in flat.columns]
    columns = [one for one in columns if any(cell not in ("", "–") for cell in one.cells)]
    room, shown, left = console().width, [], []
    narrow = sum(one.width for one in columns) > room
    for one, after in zip(columns, [*columns[1:], None], strict=True):
        # where not all fits, keys make room for what is said in words and numbers, if the words after them are shown
        spared = narrow and is_key(one.name) and (after is None or after.width <= WIDEST)
        if one.width > min(room, WIDEST) or spared:
            left.append(one.title)
        else:
            room -= one.width
            shown.append(one)
    right = [place for place, one in enumerate(shown) if one.numeric]
    cells = zip(*(one.cells for one in shown), strict=True)
    print_table([one.title for one in shown], cells, right=right, widths=[one.width - MARGIN for one in shown])
    if len(flat) > rows:
        more = len(flat) - rows
        click.echo(
            ngettext(
                "… {n} more row: `--rows`, or write them with `--out`",
                "… {n} more rows: `--rows`, or write them with `--out`",
                more,
            ).format(n=more)
        )
    # why a number is missing is told below the table if it has no room in it
    told = _reasons(columns, shown)
    if told:
        left.remove(heading(REASON))
    for reason, labels in told.items():
        click.echo(f"{', '.join(labels)}: {reason}")
    if left:
        click.echo(
            _("Columns not shown here: {names} (`--out` writes all)").format(
                names=", ".join(left[:12]) + (", …" if len(left) > 12 else "")
            )
        )
