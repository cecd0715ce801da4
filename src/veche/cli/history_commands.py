"""Commands about what was done: history, undo, redo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from veche.cli._common import StudyCommand, opened, print_table, who_option
from veche.words import N_, _

if TYPE_CHECKING:
    from veche.store import Entry


@click.command(cls=StudyCommand, help=_("Show who did what, newest first."))
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, 100_000), help=_("How many acts to show.")
)
@click.pass_context
def history(ctx: click.Context, limit: int) -> None:
    """Show the journal."""
    with opened(ctx) as study:
        print_table(
            ["#", _("When (UTC)"), _("Who"), _("What"), _("Rows")],
            [
                (one.seq, f"{one.at:%Y-%m-%d %H:%M}", one.who, _what(one) + _mark(one), one.changes)
                for one in study.history(limit=limit)
            ],
            right=[0, 4],
        )


_KINDS = {"undo": N_("undone: {what}"), "redo": N_("done again: {what}")}


def _what(entry: Entry) -> str:
    text = _(entry.action) + (f" · {entry.note}" if entry.note else "")
    return _(_KINDS[entry.kind]).format(what=f"#{entry.of} · {text}") if entry.kind in _KINDS else text


def _mark(entry: Entry) -> str:
    return " (" + _("undone") + ")" if entry.undone and entry.kind == "edit" else ""


@click.command(cls=StudyCommand, help=_("Take back your newest act."))
@who_option
@click.pass_context
def undo(ctx: click.Context, who: str | None) -> None:
    """Undo."""
    with opened(ctx, who) as study:
        click.echo(_("Undone: {what}").format(what=_what(study.undo())))


@click.command(cls=StudyCommand, help=_("Do again what you undid last."))
@who_option
@click.pass_context
def redo(ctx: click.Context, who: str | None) -> None:
    """Redo."""
    with opened(ctx, who) as study:
        click.echo(_("Done again: {what}").format(what=_what(study.redo())))


#: words of the journal, which come from below untranslated
WORDS = (
    N_("new study"), N_("design and codebook"), N_("fictional study"), N_("add transcripts"), N_("code"), N_("edit"),
    N_("go back"), N_("add code"), N_("edit code"), N_("remove code"), N_("move code"), N_("merge codes"), N_("split code"),
)  # fmt: skip
