"""Commands about the study as a whole: demo, new, template, status, backup."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from veche import words
from veche.cli._common import StudyCommand, opened, print_table, progress_bar, study_path, who_option
from veche.study.errors import InputProblem
from veche.words import N_, _, ngettext

if TYPE_CHECKING:
    from veche.workbench import Study


@click.command(
    options_metavar=_("[OPTIONS]"),
    help=_(
        "Make the fictional study, run every analysis on it, write a page with the findings, and open it in the browser."
    ),
)
@click.option(
    "--study-lang",
    type=click.Choice(words.LANGUAGES),
    help=_("Language of the interviews; by default that of the interface."),
)
@click.option("--null", is_flag=True, help=_("The study in which nothing changes between the waves."))
@click.option("--seed", type=int, help=_("Another draw of the interviews."))
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("veche-demo"),
    show_default=True,
    help=_("Folder to write to."),
)
@click.option("--fresh", is_flag=True, help=_("Make it anew, even if it is there already."))
@click.option(
    "--open/--no-open",
    "open_it",
    default=None,
    help=_("Open the study in the browser at the end; by default where a person sits before the terminal."),
)
def demo(study_lang: Any, null: bool, seed: int | None, folder: Path, fresh: bool, open_it: bool | None) -> None:
    """Make the fictional study, show what it says, and open it in the browser."""
    from veche.cli.run_command import print_finding
    from veche.reports import write_page
    from veche.workbench import registry

    language: Any = study_lang or words.language()
    name = f"{language}{'-null' if null else ''}{f'-{seed}' if seed is not None else ''}"
    path, page = folder / f"demo-{name}.veche", folder / f"findings-{name}.html"
    with _demo_study(path, fresh, language=language, null=null, seed=seed) as study:
        evidence = study.evidence()
        click.echo(_summary(evidence))
        results = []
        names = registry.analysis_names()
        with progress_bar(_("Running the analyses")) as progress:
            for number, analysis in enumerate(names):
                progress(number, len(names), analysis)
                results.append(study.run(analysis, evidence=evidence))
            progress(len(names), len(names), "")
        results.sort(key=lambda one: _order(one.name))
        release = study.release(results)
        for finding in release.findings:
            print_finding(finding, rows=0)
        with progress_bar(_("Drawing the figures")) as progress:
            write_page(release, page, progress=progress)
    click.echo(_("Study: {path}").format(path=path))
    click.echo(_("Findings with figures: {path}").format(path=page.resolve()))
    word = "налог*" if language == "ru" else "tax*"
    click.echo(
        _('Next: `veche quotes {path} --code PROB.FISC --town A`, `veche search {path} "{word}"`').format(
            path=path, word=word
        )
    )
    if open_it or (open_it is None and sys.stdout.isatty()):
        from veche.cli.open_command import serve_until_stopped

        serve_until_stopped(str(path))


def _demo_study(path: Path, fresh: bool, **how: Any) -> Study:
    """Open the fictional study if it is there already, with what was changed in it; else make it."""
    from veche import workbench

    if path.exists() and not fresh:
        return workbench.open(path)
    with progress_bar(_("Making the fictional study")) as progress:
        return workbench.open_demo(path, **how, fresh=fresh, progress=progress)


def _order(name: str) -> tuple[int, str]:
    first = ("fieldwork", "problem_field")
    return (first.index(name) if name in first else len(first), name)


def _summary(evidence: Any) -> str:
    return ", ".join(
        (
            ngettext("{n} interview", "{n} interviews", len(evidence.interviews)).format(n=len(evidence.interviews)),
            ngettext("{n} town", "{n} towns", len(evidence.towns)).format(n=len(evidence.towns)),
            ngettext("{n} coding", "{n} codings", len(evidence.codings)).format(n=len(evidence.codings)),
            ngettext("{n} statement", "{n} statements", len(evidence.statements)).format(n=len(evidence.statements)),
        )
    )


@click.command(cls=StudyCommand, help=_("Make a new study. Without a design or codebook it gets the starter ones."))
@click.option("--design", type=click.Path(path_type=Path), help=_("YAML file with towns, waves, roles, topics."))
@click.option("--codebook", type=click.Path(path_type=Path), help=_("YAML file with the codes."))
@click.option("--name", help=_("What the study is called."))
@click.option(
    "--study-lang",
    type=click.Choice(words.LANGUAGES),
    help=_("Language of the interviews; by default that of the interface."),
)
@who_option
@click.pass_context
def new(
    ctx: click.Context, design: Path | None, codebook: Path | None, name: str | None, study_lang: Any, who: str | None
) -> None:
    """Make a new study."""
    from veche import workbench
    from veche.study import Code, Role, Town, Wave

    if "veche.study" not in ctx.meta:
        raise InputProblem(N_("Say where to make the study: a path that ends in .veche."))
    target = study_path(ctx)
    language: Any = study_lang or words.language()
    with workbench.new(target, name=name, language=language, design=design, codebook=codebook, who=who) as study:
        counts = [len(study.store.all(kind)) for kind in (Town, Wave, Role, Code)]
    click.echo(_("Made {name}: {towns} towns, {waves} waves, {roles} roles, {codes} codes.").format(
        name=target, towns=counts[0], waves=counts[1], roles=counts[2], codes=counts[3]))  # fmt: skip
    click.echo(
        _(
            "Next: `veche template interviews --for FOLDER`, fill it in, then `veche add {name} FOLDER --table interviews.xlsx`."
        ).format(name=target)
    )


@click.command(
    options_metavar=_("[OPTIONS]"),
    help=_("Write an empty table of interviews, or the starter codebook or design, to edit."),
)
@click.argument("what", type=click.Choice(["interviews", "codebook", "design"]), default="interviews")
@click.option(
    "--for",
    "folder",
    type=click.Path(path_type=Path, exists=True),
    help=_("Folder of transcripts: one row for each file."),
)
@click.option("--out", "-o", type=click.Path(path_type=Path), help=_("Name of the file to write."))
def template(what: str, folder: Path | None, out: Path | None) -> None:
    """Write a template."""
    from veche.study.files import replacing
    from veche.workbench import starter
    from veche.workbench.ingest import find_files
    from veche.workbench.interview_table import write_template

    if what == "interviews":
        target = out or Path("interviews.xlsx")
        files = [path.name for path in find_files([folder])] if folder else []
        write_template(target, words.language(), files)
    else:
        target = out or Path(f"{what}.yaml")
        if target.exists():
            raise InputProblem(N_("{name} exists already. Choose another name."), name=target)
        with replacing(target) as part:
            part.write_text(starter(what), encoding="utf-8")  # type: ignore[arg-type]
    click.echo(_("Written: {name}").format(name=target))


@click.command(cls=StudyCommand, help=_("Show what the study holds and what is to be done next."))
@click.pass_context
def status(ctx: click.Context) -> None:
    """Show the state of the study."""
    from veche.workbench.status import take_status

    with opened(ctx) as study:
        state = take_status(study)
        click.echo(f"{state.name} · {study.store.target}")
        click.echo(_summary(state.evidence))
        if state.grid.rows:
            print_table(
                [_("Town"), *state.grid.waves, _("in all")],
                [[name, *(cell or "·" for cell in cells), sum(cells)] for name, cells in state.grid.rows],
                right=range(1, len(state.grid.waves) + 2),
            )
        for note in state.next_steps:
            click.echo("• " + words.say(note.template, **dict(note.fields)))


@click.command(cls=StudyCommand, help=_("Copy the study file, even while it is in use."))
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    help=_("Where to; by default beside it, with the time in the name."),
)
@click.pass_context
def backup(ctx: click.Context, target: Path | None) -> None:
    """Make a backup."""
    with opened(ctx) as study:
        click.echo(_("Backup: {name}").format(name=study.backup(target)))
