"""``veche agreement``: coders of one study, or of several files of any program, compared on the texts they share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from veche.cli._common import console, is_study, opened, print_quotation, who_option
from veche.words import N_, _, language, ngettext, say

if TYPE_CHECKING:
    from veche.study import Evidence, Result
    from veche.workbench.exchange import ForeignStudy


class AgreementCommand(click.Command):
    """A command with the options of the analysis, made when they are asked for."""

    _of_analysis: list[click.Parameter] | None = None

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Add the options of the analysis, of which a newcomer needs none."""
        from veche.cli.run_command import parameter_of
        from veche.study.registry import options
        from veche.workbench import registry

        if self._of_analysis is None:
            self._of_analysis = [parameter_of(one) for one in options(registry.analysis("agreement").params)]
        own = super().get_params(ctx)
        return [*own[:-1], *self._of_analysis, *own[-1:]]


@click.command(
    cls=AgreementCommand,
    options_metavar=_("[OPTIONS]"),
    help=_(
        "Agreement between coders: of one study or project with several coders, or of several files (.veche, .qdpx and what else can be "
        "imported) on the texts they share. Texts are matched by their content."
    ),
)
@click.argument("files", nargs=-1, metavar=_("FILE ..."), type=click.Path(path_type=Path))
@click.option(
    "--coder", "coders", multiple=True, help=_("Compare this coder; name two or more. Without it all people.")
)
@click.option(
    "--reanchor", is_flag=True,
    help=_("Where a document has the same name but another text, place its codings by a difference of the texts."),
)  # fmt: skip
@click.option("--reading", help=_("How the program counts positions, if it cannot be found out."))
@click.option(
    "--rows", default=30, show_default=True, type=click.IntRange(min=0), help=_("How many rows of the table to show.")
)
@click.option("--table", "table_name", help=_("Show this table of the result instead of the first."))
@click.option(
    "--differences", default=5, show_default=True, type=click.IntRange(min=0),
    help=_("How many disagreements to show as quotations side by side."),
)  # fmt: skip
@click.option("--figure", type=click.Path(path_type=Path), help=_("Write the figure (png, svg or pdf)."))
@click.option("--out", "-o", type=click.Path(path_type=Path), help=_("Write the tables (csv, tsv, xlsx)."))
@who_option
@click.pass_context
def agreement(
    ctx: click.Context, /, files: tuple[Path, ...], coders: tuple[str, ...], reanchor: bool, reading: str | None, rows: int,
    table_name: str | None, differences: int, figure: Path | None, out: Path | None, who: str | None, **given: Any,
) -> None:  # fmt: skip
    """Compare coders."""
    own = {key: value for key, value in given.items() if value is not None}
    if not files or (len(files) == 1 and is_study(str(files[0]))):
        if files:
            ctx.meta["veche.study"] = str(files[0])
        with opened(ctx, who) as study:
            result = study.run("agreement", coders=coders, **own)
            _show(result, rows, table_name, differences, figure, out)
        return
    result = _of_files(files, coders, own, place_anew=reanchor, reading=reading, who=who)
    _show(result, rows, table_name, differences, figure, out)


def _of_files(
    files: tuple[Path, ...], coders: tuple[str, ...], own: dict[str, Any], *, place_anew: bool, reading: str | None,
    who: str | None,
) -> Result:  # fmt: skip
    from dataclasses import replace

    from veche import workbench
    from veche.study import Where
    from veche.study.registry import make_params
    from veche.workbench import registry
    from veche.workbench.compare_files import join, source_of
    from veche.workbench.exchange import read_project

    sources, studies = [], []
    try:
        for path in files:
            if is_study(str(path)):
                study = workbench.open(path, who=who)
                studies.append(study)
                sources.append(source_of(path.name, study.evidence()))
            else:
                _importer, found = read_project(path, reading=reading)
                _warn(path, found)
                sources.append(source_of(path.name, found))
        joined = join(sources, place_anew=place_anew)
        for name, file in joined.alone[:10]:
            click.echo(say(N_("Only in {file}, left out: {name}"), file=file, name=name), err=True)
        for name in joined.differing[:10]:
            click.echo(
                say(N_("Another text under the same name, left out: {name} (--reanchor places it)"), name=name),
                err=True,
            )
        if joined.moved or joined.lost:
            click.echo(
                say(
                    N_("Placed by a difference of the texts: {moved}; without a place: {lost}."),
                    moved=joined.moved,
                    lost=joined.lost,
                ),
                err=True,
            )
        analysis = registry.analysis("agreement")
        evidence = replace(joined.evidence, where=Where(coders=coders))
        return analysis(evidence, make_params(analysis.params, own))
    finally:
        for study in studies:
            study.close()


def _warn(path: Path, found: ForeignStudy) -> None:
    for one in found.readings:
        if one.asks:
            choices = ", ".join(choice.name for choice in one.choices)
            click.echo(
                say(
                    N_(
                        "{file}: how positions are counted is not certain; taken: {name}. Others (--reading): {choices}."
                    ),
                    file=path.name,
                    name=one.taken.name,
                    choices=choices,
                ),
                err=True,
            )


def _show(
    result: Result, rows: int, table_name: str | None, differences: int, figure: Path | None, out: Path | None
) -> None:
    from veche.cli.run_command import print_finding
    from veche.privacy import release_results
    from veche.reports import save_figure
    from veche.workbench import registry

    release = release_results([result], quotes=0 if differences else 3)
    print_finding(release.findings[0], rows=rows, table_name=table_name)
    _print_differences(result, differences)
    written: list[Path] = []
    if figure:
        written.append(save_figure(release, figure))
    if out:
        written.extend(registry.exporter(out.suffix).write(release, out))
    for path in written:
        click.echo(_("Written: {name}").format(name=path))


def _print_differences(result: Result, most: int) -> None:
    """Print disagreements as quotations side by side: what each coder has there."""
    from rich.text import Text

    from veche.privacy import consented
    from veche.study import quotations

    frame = result.tables["disagreements"]
    if not most or not len(frame):
        return
    out = console()
    out.print(Text(ngettext("{n} disagreement", "{n} disagreements", len(frame)).format(n=len(frame)), style="bold"))
    evidence: Evidence = result.evidence
    labels = {one.key: one.label(language()) for one in evidence.codes}
    for label, row in frame.head(most).iterrows():
        grounds = result.grounds(label, table="disagreements")
        lacking = f" · {_('Has it not')}: {row['has_not']}" if row["has_not"] else ""
        out.print(Text(f"{row['label']} · {row['where']}{lacking}", style="bold"))
        found = quotations(evidence, grounds.supporting + grounds.opposing)
        shown, _wordless, withheld = consented(evidence, found)
        for one in shown:
            out.print(Text(f"{one.coder}: {', '.join(labels.get(mark, mark) for mark in one.marks)}"))
            print_quotation(one)
        if withheld:
            out.print(Text(_("The words may not be shown (consent)."), style="dim"))
