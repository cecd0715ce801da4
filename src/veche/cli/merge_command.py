"""`veche merge`: bring together two copies of a study that were worked on apart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from veche.cli._common import StudyCommand, confirm, opened, print_table, study_path, who_option
from veche.words import _, ngettext

if TYPE_CHECKING:
    from veche.workbench.merge import MergePlan
    from veche.workbench.study import Study


class MergeCommand(StudyCommand):
    """Takes the study named first; of two studies named, the second is the other copy."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Show both copies."""
        return [_("[OPTIONS]"), _("[STUDY]"), _("OTHER.veche")]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Leave the only study that is named as the other copy."""
        from veche.cli._common import is_study

        named = [one for one in args if is_study(one)]
        if len(named) == 1:
            return click.Command.parse_args(self, ctx, args)
        return super().parse_args(ctx, args)


@click.command(
    cls=MergeCommand,
    help=_(
        "Merge another copy of the study into this one. Nothing is overwritten: what both changed is listed for decision."
    ),
)
@click.argument("other", metavar=_("OTHER.veche"))
@click.option("--dry-run", is_flag=True, help=_("Only say what would come and what clashes."))
@click.option("--all", "everything", type=click.Choice(["mine", "theirs"]), help=_("Decide all clashes for one side."))
@click.option(
    "--clashes", type=click.Path(path_type=Path, dir_okay=False), metavar=_("FILE.csv"),
    help=_("Write the clashes into a table, to decide them in its last column."),
)  # fmt: skip
@click.option(
    "--decisions",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=_("FILE.csv"),
    help=_("The table with decisions."),
)
@click.option("--yes", "-y", is_flag=True, help=_("Do not ask."))
@who_option
@click.pass_context
def merge(
    ctx: click.Context, other: str, dry_run: bool, everything: str | None, clashes: Path | None, decisions: Path | None,
    yes: bool, who: str | None,
) -> None:  # fmt: skip
    """Merge two copies."""
    from veche.workbench._merge_words import read_decisions, write_clashes

    if "veche.study" not in ctx.meta:
        ctx.meta["veche.study"] = _this_study(ctx, other)
    with opened(ctx, who) as study:
        plan = study.merge(other)
        if decisions is not None:
            plan = plan.decide_known(read_decisions(decisions))
        if everything is not None:
            plan = plan.settle("mine" if everything == "mine" else "theirs")
        _show(study, plan)
        if clashes is not None:
            write_clashes(plan, clashes, _)
            click.echo(_("The clashes stand in {name}.").format(name=clashes))
        if dry_run or plan.nothing or (clashes is not None and plan.open):
            return
        if not plan.open and not yes and not confirm(_("Merge?")):
            return
        done = study.carry_out(plan)
        click.echo(_("Merged as entry {seq}; `veche undo` takes it back.").format(seq=done.entry))
        if done.lost:
            click.echo(
                ngettext(
                    "%(num)s mark could not be placed in a corrected transcript; `veche codebook --unplaced` lists codings.",
                    "%(num)s marks could not be placed in a corrected transcript; `veche codebook --unplaced` lists codings.",
                    done.lost,
                )
                % {"num": done.lost}
            )


def _this_study(ctx: click.Context, other: str) -> str:
    """Return the study into which the other one goes when only one is named: the only other one in the folder."""
    import os

    here = [path for path in sorted(Path().glob("*.veche")) if not Path(other).exists() or not path.samefile(other)]
    if "VECHE_STUDY" not in os.environ and len(here) == 1:
        return str(here[0])
    return study_path(ctx)


def _show(study: Study, plan: MergePlan) -> None:
    from veche.store.records import BY_TABLE
    from veche.workbench._merge_words import SIDES, told_clashes

    if plan.nothing:
        click.echo(_("{name} holds nothing that is not known here.").format(name=plan.name))
        return
    people = ", ".join(f"{who} × {count}" for who, count in plan.people().items())
    click.echo(_("New in {name}: {people}").format(name=plan.name, people=people))
    counts = plan.counts()
    if counts:
        print_table(
            [_("What"), _("comes"), _("changes"), _("goes")],
            [(_(BY_TABLE[name].record.noun), *numbers) for name, numbers in counts.items()],
            right=[1, 2, 3],
        )
    for told in told_clashes(study, plan):
        one = told.clash
        side = _(SIDES[one.side]) if one.side else _("to be decided") if one.open else _("left out")
        click.echo(f"{one.key} · {_(told.noun)} {told.name} · {_(told.why)} [{side}]")
        if told.words:
            click.echo(f"    «{' '.join(told.words.split())}»")
        for each in told.differences:
            click.echo(f"    {each.field}: {each.mine or '–'}  |  {each.theirs or '–'}")
