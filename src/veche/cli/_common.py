"""What commands share: finding the study, options that select interviews, progress, tables."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from veche.study.errors import InputProblem, NotFound
from veche.words import N_, _

if TYPE_CHECKING:
    from rich.console import Console

    from veche.study import Quotation
    from veche.workbench import Progress, Study
    from veche.workbench.concordance import Line

F = TypeVar("F", bound=Callable[..., Any])


def is_study(argument: str) -> bool:
    """Does the argument name a study?"""
    return argument.endswith(".veche") or argument.startswith(("postgresql://", "postgresql+psycopg://"))


class StudyCommand(click.Command):
    """A command that works on a study, named anywhere among its arguments or left out."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the first argument that names a study out of the arguments."""
        for place, argument in enumerate(args):
            if is_study(argument) and not (place and args[place - 1] in _TAKING_A_FILE):
                ctx.meta["veche.study"] = argument
                args = args[:place] + args[place + 1 :]
                break
        ctx.allow_extra_args = True
        left = super().parse_args(ctx, args)
        if left:
            hint = _(
                "Not understood: {words}. The name of a study ends in .veche, or is an address that begins with postgresql://."
            )
            ctx.fail(hint.format(words=" ".join(left)))
        return left

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Show the study among the arguments."""
        pieces = super().collect_usage_pieces(ctx)
        return [_("[OPTIONS]"), _("[STUDY]"), *pieces[1:]]


#: characters between two columns of a table, at most
GAP = 3
_TAKING_A_FILE = {"--out", "-o", "--to", "--losses"}


def study_path(ctx: click.Context) -> str:
    """Return the study the command works on: named, in VECHE_STUDY, or the only one in the folder.

    Raises
    ------
    NotFound
        If none is named and there is none here.
    InputProblem
        If none is named and there are several.
    """
    if named := ctx.meta.get("veche.study") or os.environ.get("VECHE_STUDY"):
        return str(named)
    here = sorted(Path().glob("*.veche"))
    if len(here) == 1:
        return str(here[0])
    if not here:
        raise NotFound(N_("There is no study in this folder. Name one (STUDY.veche), or make one with `veche new`."))
    raise InputProblem(
        N_("There are {count} studies in this folder: {names}. Name one of them."),
        count=len(here),
        names=", ".join(path.name for path in here[:5]),
    )


@contextlib.contextmanager
def opened(ctx: click.Context, who: str | None = None) -> Iterator[Study]:
    """Open the study of the command, and close it at the end."""
    from veche import workbench

    study = workbench.open(study_path(ctx), who=who)
    if study.store.migrated_from is not None:
        click.echo(
            _("The study was brought up to date; the old one is kept as {name}.").format(name=study.store.migrated_from)
        )
    with study:
        yield study


def who_option(command: F) -> F:
    """Add the option that says who works."""
    return click.option("--who", metavar=_("KEY"), help=_("Who works: your key in the journal and among the coders."))(
        command
    )


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> dt.date | None:
    if value is None:
        return None
    from veche.workbench.interview_table import parse_date

    day = parse_date(value)
    if day is None:
        raise click.BadParameter(_("{value} is not a day. Write 2013-05-21 or 21.05.2013.").format(value=value))
    return day


def where_parameters() -> list[click.Parameter]:
    """Make the options that select interviews and codings."""
    return [
        click.Option(["--town", "towns"], multiple=True, help=_("Only this town (key or name); may be repeated.")),
        click.Option(["--region", "regions"], multiple=True, help=_("Only this region; may be repeated.")),
        click.Option(["--wave", "waves"], multiple=True, help=_("Only this wave; may be repeated.")),
        click.Option(["--role", "roles"], multiple=True, help=_("Only this role; may be repeated.")),
        click.Option(["--respondent", "respondents"], multiple=True, help=_("Only this respondent; may be repeated.")),
        click.Option(["--interview", "interviews"], multiple=True, help=_("Only this interview; may be repeated.")),
        click.Option(["--coder", "coders"], multiple=True, help=_("Only codings of this coder; may be repeated.")),
        click.Option(["--since"], callback=_day, metavar=_("DAY"), help=_("Interviews from this day on.")),
        click.Option(["--until"], callback=_day, metavar=_("DAY"), help=_("Interviews before this day.")),
        click.Option(["--panel"], is_flag=True, help=_("Only respondents interviewed in two waves or more.")),
        click.Option(["--publication", "analysis_set"], help=_("Only the analysis set of this publication.")),
    ]


def where_options(command: click.Command) -> click.Command:
    """Add the options that select interviews and codings to a command."""
    command.params.extend(where_parameters())
    return command


WHERE = (
    "towns",
    "regions",
    "waves",
    "roles",
    "respondents",
    "interviews",
    "coders",
    "since",
    "until",
    "panel",
    "analysis_set",
)


def take_where(given: dict[str, Any]) -> dict[str, Any]:
    """Take the options of `where_options` that were given out of a command's options."""
    return {name: value for name in WHERE if (value := given.pop(name, None))}


def confirm(question: str) -> bool:
    """Ask for yes or no, in either language; Enter says yes."""
    answers = {
        "": True,
        "y": True,
        "yes": True,
        "д": True,
        "да": True,
        "n": False,
        "no": False,
        "н": False,
        "нет": False,
    }
    while True:
        answer = click.prompt(f"{question} [" + _("Y/n") + "]", default="", show_default=False).strip().lower()
        if answer in answers:
            return answers[answer]
        click.echo(_("Error: invalid input"), err=True)


@contextlib.contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """Show a progress bar on standard error while a long work runs (nothing where that is no terminal)."""
    from rich import console as rich_console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bars = rich_console.Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[name]}"), console=bars, transient=True, disable=not bars.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task(label, total=None, name="")

        def show(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, name=name)

        yield show


def console() -> Console:
    """Return where output goes: as wide as the terminal, or as COLUMNS says, or 120 characters in a pipe."""
    import shutil

    from rich.console import Console

    return Console(width=shutil.get_terminal_size((120, 24)).columns, highlight=False)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Sequence[int] = (), widths: Sequence[int] = ()
) -> None:
    """Print a table as wide as the terminal; columns in `right` are set to the right, `widths` are kept if given.

    Words are broken only where the terminal is too narrow for the longest word of every column.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    out = console()
    cells = [[cell if isinstance(cell, Text) else Text(str(cell)) for cell in row] for row in rows]
    kept = widths or _widths(
        [[column, *(row[n].plain for row in cells)] for n, column in enumerate(columns)], out.width
    )
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for n, column in enumerate(columns):
        side: Literal["left", "right"] = "right" if n in right else "left"
        table.add_column(column, justify=side, overflow="fold", width=kept[n] if kept else None)
    for row in cells:
        table.add_row(*row)
    out.print(table)


def _widths(columns: Sequence[Sequence[str]], width: int) -> list[int]:
    """Widths of columns in which no word is broken, narrow columns whole first; none if even the longest words are too wide."""
    least = [max((len(word) for text in column for word in text.split()), default=0) for column in columns]
    wanted = [max(len(line) for text in column for line in text.split("\n")) for column in columns]
    room = width - GAP * len(columns) - sum(least)
    if room < 0:
        return []
    narrow = sorted(range(len(columns)), key=lambda n: wanted[n] - least[n])
    for left, n in zip(range(len(columns), 0, -1), narrow, strict=True):
        more = min(wanted[n] - least[n], room // left)
        least[n] += more
        room -= more
    return least


def print_lines(lines: Sequence[Line], width: int) -> None:
    """Print a concordance: the words found stand under one another."""
    from rich.text import Text

    out = console()
    places = max(len(line.place) for line in lines)
    for line in lines:
        out.print(
            Text.assemble((f"{line.place:<{places}}  ", "dim"), f"{line.left:>{width}} ", (line.hit, "bold"), f" {line.right}"),
            no_wrap=True, overflow="ellipsis",
        )  # fmt: skip


def print_quotation(one: Quotation, *, indent: int = 2) -> None:
    """Print a quotation with who said it, where and when."""
    from rich.padding import Padding
    from rich.text import Text

    quote = Text(f"«{' '.join(one.words.split())}»" if one.words else _("(may be retold, not quoted)"))
    source = Text(f"— {one.role}, {one.town}, {one.date:%Y} · {one.place}", style="dim")
    if one.modality != "asserted":
        source.append(f" · {_(one.modality)}", style="dim italic")
    out = console()
    out.print(Padding(quote, (0, 0, 0, indent)))
    out.print(Padding(source, (0, 0, 1, indent)))
