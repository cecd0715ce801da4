"""``veche add``: read transcripts, show what was recognised, ask, add."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from veche import words
from veche.cli._common import StudyCommand, confirm, opened, print_table, progress_bar, who_option
from veche.words import N_, _, ngettext

if TYPE_CHECKING:
    from veche.workbench import Item, Plan


def _speakers(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> dict[str, Any]:
    kinds = {
        "question": "question",
        "answer": "answer",
        "other": "other",
        "вопрос": "question",
        "ответ": "answer",
        "прочее": "other",
        "none": "none",
        "нет": "none",
    }
    found = {}
    for one in value:
        label, sign, kind = one.rpartition("=")
        if not sign or kind.casefold() not in kinds:
            raise click.BadParameter(
                _("{value} is not LABEL=question, LABEL=answer, LABEL=other or LABEL=none.").format(value=one)
            )
        found[label.strip()] = kinds[kind.casefold()]
    return found


@click.command(
    cls=StudyCommand,
    help=_("Add transcripts: files or whole folders (docx, odt, rtf, pdf, txt, md, html, vtt, srt, otr, json)."),
)
@click.argument("paths", nargs=-1, required=True, metavar=_("PATH..."), type=click.Path(path_type=Path))
@click.option(
    "--table", type=click.Path(path_type=Path), help=_("Table of interviews (xlsx or csv), one row per file.")
)
@click.option(
    "--speaker",
    "speakers",
    multiple=True,
    callback=_speakers,
    metavar=_("LABEL=KIND"),
    help=_("Who asks, who answers and what is no speaker (none), where it was taken wrongly; may be repeated."),
)
@click.option("--update", is_flag=True, help=_("Take changed files as corrected transcripts; their codings are kept."))
@click.option(
    "--text-lang", type=click.Choice(words.LANGUAGES), help=_("Language of the transcripts, where it is taken wrongly.")
)
@click.option("--yes", "-y", is_flag=True, help=_("Do not ask."))
@click.option("--dry-run", is_flag=True, help=_("Only show what would be added."))
@who_option
@click.pass_context
def add(
    ctx: click.Context, paths: Sequence[Path], table: Path | None, speakers: dict[str, Any], update: bool,
    text_lang: str | None, yes: bool, dry_run: bool, who: str | None,
) -> None:  # fmt: skip
    """Add transcripts to the study."""
    with opened(ctx, who) as study:
        with progress_bar(_("Reading")) as progress:
            plan = study.plan(
                paths, table=table, speakers=speakers or None, update=update, language=text_lang, progress=progress
            )
        show_plan(plan)
        usable = plan.usable
        refused = [item for item in plan.items if item.state == "refused"]
        if not usable:
            click.echo(_("Nothing to add."))
        elif dry_run:
            click.echo(_("Nothing was changed."))
        else:
            question = ngettext("Add {n} transcript?", "Add {n} transcripts?", len(usable)).format(n=len(usable))
            if not yes and not confirm(question):
                click.echo(_("Nothing was changed."))
                return
            with progress_bar(_("Adding")) as progress:
                added = study.add(plan, progress=progress)
            click.echo(
                ngettext("Added {n} transcript.", "Added {n} transcripts.", added.documents).format(n=added.documents)
            )
            for correction in added.corrections:
                _show_correction(correction)
        if refused and not usable:
            ctx.exit(1)


def show_plan(plan: Plan) -> None:
    """Print what was recognised in each file and what stands against some."""
    rows = [
        (item.path.name, item.transcript.convention, len(item.transcript.turns), _labels(item))
        for item in plan.usable
        if item.transcript is not None
    ]
    if rows:
        print_table(
            [_("File"), _("Found by"), _("Turns"), _("Speakers")], [(f, _(c), n, s) for f, c, n, s in rows], right=[2]
        )
    for item in plan.items:
        if item.state == "known":
            name = item.document.name if item.document else ""
            click.echo(
                "= "
                + _("{file}: is in the study already (as {name}); left as it is.").format(
                    file=item.path.name, name=name
                )
            )
        elif item.problem is not None:
            click.echo("✗ " + _about(item.path.name, item.problem.message(_)))
        for notice in item.notices:
            click.echo("  " + _about(item.path.name, words.say(notice.template, **dict(notice.fields))))
    for notice in plan.notices:
        click.echo("! " + words.say(notice.template, **dict(notice.fields)))
    for label, records in ((_("New towns"), plan.towns), (_("New regions"), plan.regions)):
        if records:
            click.echo(f"+ {label}: " + ", ".join(one.name for one in records))


def _labels(item: Item) -> str:
    assert item.transcript is not None
    return ", ".join(f"{label or '–'} × {count} ({_(kind)})" for label, count, kind in item.transcript.speakers)


def _about(name: str, text: str) -> str:
    return text if name in text else f"{name}: {text}"


def _show_correction(correction: Any) -> None:
    click.echo(
        _(
            "{name}: codings kept in place {exact}, moved along {moved}, with changed words {changed}, waiting for a decision {lost}."
        ).format(
            name=correction.document.name,
            exact=correction.exact,
            moved=correction.moved,
            changed=correction.changed,
            lost=len(correction.lost) + len(correction.lost_marks) + len(correction.lost_statements),
        )
    )
    if correction.lost or correction.lost_marks or correction.lost_statements:
        click.echo(_("`veche codebook --unplaced` lists those that wait."))


#: words of conventions, speakers' kinds and modalities, which come from below untranslated
WORDS = (
    N_("labels"), N_("table"), N_("bold"), N_("voices"), N_("dashes"), N_("none"),
    N_("question"), N_("answer"), N_("other"), N_("asserted"), N_("denied"), N_("hypothetical"),
)  # fmt: skip
