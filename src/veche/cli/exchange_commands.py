"""``veche import`` and ``veche export``: projects of other programs in, whole studies out, each with what has no place on the other side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from veche import words
from veche.cli._common import (
    StudyCommand,
    confirm,
    opened,
    print_table,
    progress_bar,
    study_path,
    take_where,
    where_options,
    who_option,
)
from veche.words import N_, _, ngettext

if TYPE_CHECKING:
    from veche.study import Record
    from veche.study.losses import Loss
    from veche.workbench.exchange import Coming, ForeignStudy

#: groups of losses that are shown; all of them go into the file of `--losses`
SHOWN = 12
#: ways of counting that are tried when a person is asked
TRIED = 8
_losses_option = click.option(
    "--losses", "losses_file", type=click.Path(path_type=Path, dir_okay=False), metavar=_("FILE"),
    help=_("Write everything that had no place into this file (.csv or text)."),
)  # fmt: skip


@click.command(
    "import",
    cls=StudyCommand,
    help=_(
        "Bring in a project of another program (NVivo, ATLAS.ti, MAXQDA, QualCoder ...). A study that does not exist is made of it."
    ),
)
@click.argument("path", metavar=_("PROJECT"), type=click.Path(path_type=Path))
@click.option(
    "--reading", metavar=_("NAME"), help=_("How positions in its texts are counted, if it was taken wrongly.")
)
@click.option(
    "--encoding", metavar=_("NAME"), help=_("Encoding of its texts where they are not UTF-8, such as cp1251.")
)
@click.option(
    "--table",
    type=click.Path(path_type=Path),
    help=_("Table of interviews (xlsx or csv): one row for each document, by its name."),
)
@click.option("--name", help=_("What a new study is called; by default as the project."))
@click.option(
    "--study-lang",
    type=click.Choice(words.LANGUAGES),
    help=_("Language of a new study; by default that of the interface."),
)
@_losses_option
@click.option("--dry-run", is_flag=True, help=_("Only say what would come and what would be lost."))
@click.option("--yes", "-y", is_flag=True, help=_("Do not ask."))
@who_option
@click.pass_context
def import_(
    ctx: click.Context, path: Path, reading: str | None, encoding: str | None, table: Path | None, name: str | None,
    study_lang: Any, losses_file: Path | None, dry_run: bool, yes: bool, who: str | None,
) -> None:  # fmt: skip
    """Bring in a project of another program."""
    target = study_path(ctx)
    how = {"reading": reading, "encoding": encoding}
    if Path(target).exists() or not target.endswith(".veche"):
        _into(ctx, path, how, table, losses_file, dry_run, yes, who)
    else:
        _new(target, path, how, name, study_lang or words.language(), losses_file, dry_run, yes, who)


def _into(
    ctx: click.Context, path: Path, how: dict[str, Any], table: Path | None, losses_file: Path | None, dry_run: bool, yes: bool,
    who: str | None,
) -> None:  # fmt: skip
    from veche.workbench import exchange

    with opened(ctx, who) as study:
        coming = exchange.plan_project(study, path, **how)
        if coming.asks and how["reading"] is None and not yes and not dry_run:
            how["reading"] = _ask(path, coming.readings, how)
            coming = exchange.plan_project(study, path, **how)
        if table is not None:
            coming = exchange.with_table(study, coming, table)
        _show(coming)
        _report(coming.losses, losses_file)
        if not coming.records:
            click.echo(_("The study has all of it already."))
        elif dry_run or not (yes or confirm(_("Add this to the study?"))):
            click.echo(_("Nothing was changed."))
        else:
            with progress_bar(_("Adding")) as progress:
                came = exchange.add_project(study, coming, progress=progress)
            click.echo(
                _("Added: {count} records, entry #{entry}. `veche undo` takes it back.").format(
                    count=came.records, entry=came.entry
                )
            )


def _new(
    target: str, path: Path, how: dict[str, Any], name: str | None, language: Any, losses_file: Path | None, dry_run: bool,
    yes: bool, who: str | None,
) -> None:  # fmt: skip
    from veche.workbench import exchange

    _importer, found = exchange.read_project(path, language=language, **how)
    if found.asks and how["reading"] is None and not yes and not dry_run:
        how["reading"] = _ask(path, found.readings, how)
        _importer, found = exchange.read_project(path, language=language, **how)
    _show(found)
    if dry_run or not (yes or confirm(_("Make the study {name} of it?").format(name=target))):
        _report(found.losses, losses_file)
        click.echo(_("Nothing was changed."))
        return
    with progress_bar(_("Adding")) as progress:
        study, coming = exchange.new_from_project(
            target, path, name=name, language=language, who=who, progress=progress, **how
        )
    with study:
        _report(coming.losses, losses_file)
        click.echo(_("Made {name}: {count} records.").format(name=target, count=len(coming.records) + 1))


def _ask(path: Path, readings: Sequence[Any], how: Mapping[str, Any]) -> str:
    """Ask how positions are counted, showing what each way makes of the quotations."""
    from veche.workbench import exchange

    unsure = next(one for one in readings if one.asks)
    click.echo(_("It is not sure how positions are counted: {basis}.").format(basis=unsure.said(_)))
    offered: dict[tuple[str, ...], str] = {}
    for one in unsure.choices[:TRIED]:
        _importer, found = exchange.read_project(path, **{**how, "reading": one.name})
        quotes = tuple(quote[3] for quote in found.quotes())
        if quotes not in offered:  # ways that give the same words are one choice
            offered[quotes] = one.name
            samples = " | ".join(" ".join(words.split())[:60] for words in quotes[:3])
            click.echo(f"  {len(offered)}. {one.said(_)}:\n     {samples}")
    names = list(offered.values())
    chosen = click.prompt(_("Which one looks right?"), type=click.IntRange(1, len(names)), default=1)
    return names[chosen - 1]


def _show(coming: Coming | ForeignStudy) -> None:
    """Print from which program it is, what it brings, and how positions were read."""
    from veche.workbench.exchange import by_kind

    click.echo(_("Written by: {program}").format(program=coming.program))
    records: Sequence[Record] = coming.records
    if records:
        print_table([_("What"), _("Number")], [(_(noun), count) for noun, count in by_kind(records).items()], right=[1])
    known = getattr(coming, "known", 0)
    if known:
        click.echo(
            ngettext("{n} record is in the study already.", "{n} records are in the study already.", known).format(
                n=known
            )
        )
    for one in coming.readings:
        scope = f"{one.scope}: " if one.scope else ""
        click.echo(
            _("How positions were read: {scope}{way}; {basis}.").format(
                scope=scope, way=one.taken.said(_), basis=one.said(_)
            )
        )


def _report(losses: Sequence[Loss], path: Path | None) -> None:
    """Print what had no place, in groups; write all of it where asked."""
    from veche.study.losses import counted, write_losses

    if losses:
        click.echo(
            ngettext(
                "{n} item had no place or came over changed:",
                "{n} items had no place or came over changed:",
                len(losses),
            ).format(n=len(losses))
        )
        groups = counted(losses, _)
        for kind, reason, count in groups[:SHOWN]:
            click.echo(f"  {count} × {kind}: {reason}")
        if len(groups) > SHOWN:
            click.echo("  …")
    if path is not None:
        write_losses(losses, path, _)
        click.echo(_("All of them, item by item: {name}").format(name=path))


class ExportCommand(StudyCommand):
    """Takes the study among its arguments, and the file to write."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Show the study and the file."""
        return [_("[OPTIONS]"), _("[STUDY]"), _("FILE")]


@click.command(
    "export",
    cls=ExportCommand,
    help=_(
        "Write the whole study for another program; the name of the file says in which format. What consent holds back is listed."
    ),
)
@click.argument("out", metavar=_("FILE"), type=click.Path(path_type=Path), required=False)
@click.option(
    "--format",
    "format_",
    metavar=_("NAME"),
    help=_("Format, where the name of the file does not tell it; `--format ?` lists all."),
)
@click.option(
    "--consent", "levels", multiple=True, type=click.Choice(["quote", "paraphrase", "background"]),
    help=_("Consent whose words may leave as they are; may be repeated. By default only quote."),
)  # fmt: skip
@click.option("--originals", is_flag=True, help=_("Also the files from which the documents came."))
@_losses_option
@click.pass_context
def export(
    ctx: click.Context, /, out: Path | None, format_: str | None, levels: Sequence[Any], originals: bool, losses_file: Path | None,
    **given: Any,
) -> None:  # fmt: skip
    """Write the whole study for another program."""
    from veche.workbench import exchange, registry

    if format_ == "?" or out is None:
        rows = [(one.name, one.extension or _("folder"), _(one.title)) for one in registry.project_exporters()]
        print_table([_("Format"), _("File"), _("What for")], rows)
        if format_ != "?":
            raise click.UsageError(_("Say which file to write."), ctx)
        return
    where = take_where(given)
    with opened(ctx) as study:
        written = exchange.write_project(
            study, out, format=format_, levels=tuple(levels) or None, originals=originals, **where
        )
        for path in written.files:
            click.echo(_("Written: {name}").format(name=path))
        _report(written.losses, losses_file)


where_options(export)

#: words that come from below untranslated
WORDS = (
    N_("region"), N_("town"), N_("wave"), N_("role"), N_("respondent"), N_("topic"), N_("interview"), N_("document"), N_("consent mark"),
    N_("code"), N_("coder"), N_("coding"), N_("memo"), N_("summary"), N_("kind of statement"), N_("statement"), N_("actor"), N_("office"),
    N_("tenure"), N_("event"), N_("attribute"), N_("publication"), N_("alias"), N_("study"), N_("assignment"), N_("decision"),
    N_("import project"),
)  # fmt: skip
