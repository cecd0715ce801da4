"""Commands about double coding: assign interviews, finish one's own, see how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from veche.cli._common import StudyCommand, opened, print_table, who_option
from veche.words import N_, _, ngettext, say

if TYPE_CHECKING:
    from veche.study import Interview
    from veche.workbench import Study


@click.command(
    cls=StudyCommand,
    help=_(
        "Assign interviews to coders, who do not see each other's codings until all have finished. Without interviews: how far it is."
    ),
)
@click.argument("interviews", nargs=-1, metavar="[" + _("INTERVIEW") + " ...]")
@click.option("--to", "coders", multiple=True, metavar=_("KEY"), help=_("A coder; name two or more."))
@click.option("--round", default="", help=_("Name of the round, to compare rounds later."))
@click.option("--open", "sighted", is_flag=True, help=_("Not blind: the coders see each other's codings."))
@who_option
@click.pass_context
def assign(
    ctx: click.Context,
    /,
    interviews: tuple[str, ...],
    coders: tuple[str, ...],
    round: str,
    sighted: bool,
    who: str | None,
) -> None:
    """Assign interviews, or list what is assigned."""
    from veche.workbench import double_coding

    with opened(ctx, who) as study:
        if interviews or coders:
            ids = [_interview(study, key).id for key in interviews]
            made = double_coding.assign(study, ids, coders, blind=not sighted, round=round)
            click.echo(ngettext("{n} assignment made.", "{n} assignments made.", made).format(n=made))
        else:
            _list(study)


@click.command(
    cls=StudyCommand,
    help=_("Say that your coding of an interview is finished. It stays as it is: agreement rests on it."),
)
@click.argument("interview", metavar=_("INTERVIEW"))
@click.option("--again", is_flag=True, help=_("Take it up again, while others still code it."))
@who_option
@click.pass_context
def finish(ctx: click.Context, /, interview: str, again: bool, who: str | None) -> None:
    """Finish one's own coding of an interview."""
    from veche.workbench import double_coding

    with opened(ctx, who) as study:
        found = _interview(study, interview)
        if again:
            double_coding.reopen(study, found.id)
            click.echo(say(N_("{interview} is open again for {who}."), interview=found.key, who=study.who))
        else:
            double_coding.finish(study, found.id)
            click.echo(say(N_("{interview} is finished by {who}."), interview=found.key, who=study.who))


def _interview(study: Study, key: str) -> Interview:
    from veche.study import Where

    return study.store.evidence(Where(interviews=(key,))).interviews[0]


def _list(study: Study) -> None:
    from veche.workbench import double_coding

    tasks = double_coding.take_overview(study).tasks
    if not tasks:
        click.echo(_("No interview is assigned yet: `veche assign INTERVIEW --to KEY --to KEY`."))
        return
    rows = []
    for one in tasks:
        coders = ", ".join(
            f"{share.coder.key} ✓" if share.assignment.finished else share.coder.key for share in one.shares
        )
        if one.differences is None:
            state = _("blind: the others' work is hidden from you") if one.hidden else _("being coded")
        else:
            state = say(N_("disagreements: {all}, decided: {done}"), all=one.differences, done=one.decided)
        rows.append((one.interview.key, one.round, coders, state))
    print_table([_("Interview"), _("Round"), _("Coders"), _("How far")], rows)
