"""``veche lab``: the mechanism lab."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from veche.cli import _lab_options as options
from veche.cli import _lab_print as shown
from veche.cli._common import StudyCommand, opened, progress_bar
from veche.study.errors import InputProblem
from veche.words import N_, _, say

if TYPE_CHECKING:
    from veche.lab.asking import Answer
    from veche.lab.model import Scenario
    from veche.workbench import Study

QUESTIONS = ("mechanism", "selection", "intervention", "horizon")
DESIGNS = ("grid", "latin-hypercube", "sobol", "morris")


class Listed(click.Group):
    """A group whose help gives the first sentence of every command in full."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands."""
        rows = [
            (name, (one.help or "").split("\n")[0].split(". ")[0].rstrip(".")) for name, one in self.commands.items()
        ]
        with formatter.section(_("Commands")):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order of work."""
        return list(self.commands)


@click.group(
    cls=Listed, options_metavar=_("[OPTIONS]"), subcommand_metavar=_("COMMAND ..."),
    help=_(
        "The mechanism lab: an executable model of small-town power. SCENARIO is the name of a preset or a YAML file; without it the defaults.\n\n"
        "The model shows that a mechanism is possible or robust, never that it happened."
    ),
)  # fmt: skip
def lab() -> None:
    """Run the mechanism lab."""


@lab.command(
    options_metavar=_("[OPTIONS]"),
    help=_(
        "Run a scenario, or a design over conditions. Without --vary: means of the observables with their Monte-Carlo error. With --vary NAME or "
        "NAME=LOW:HIGH: a grid, a Latin hypercube, or a Sobol or Morris sample with its indices. A design "
        "with --out NAME.parquet keeps every run, and "
        "goes on where it was when it was stopped."
    ),
)  # fmt: skip
@options.scenario
@options.runs(300)
@click.option(
    "--vary",
    multiple=True,
    metavar=_("NAME[=LOW:HIGH]"),
    help=_("Vary a condition; may be repeated. BOX varies the whole condition box."),
)
@click.option(
    "--design",
    default="latin-hypercube",
    show_default=True,
    type=click.Choice(DESIGNS),
    help=_("How the conditions are varied."),
)
@click.option("--points", default=256, show_default=True, type=click.IntRange(min=2), help=_(
    "Points; steps of a grid, base points of Sobol, trajectories of Morris."))  # fmt: skip
@click.option("--observable", default="control", show_default=True, help=_("Observable of the indices."))
@click.option("--ablations", is_flag=True, help=_("Switch off one mechanism after another."))
@click.option(
    "--story", type=click.Path(path_type=Path), callback=options.table_name, help=_("Write one run month by month (csv, tsv, xlsx, parquet).")
)  # fmt: skip
@options.workers
@options.out
def run(
    scenario: str, changes: tuple[str, ...], seed: int, runs: int, vary: tuple[str, ...], design: str, points: int, observable: str, ablations: bool,
    story: Path | None, workers: int | None, out: Path | None, figure: Path | None,
) -> None:  # fmt: skip
    """Run a scenario or a design."""
    from veche.workbench import lab_tables as tables
    from veche.workbench.lab import find_scenario

    chosen = find_scenario(scenario, changes)
    if vary:
        for option, given in (("--story", story), ("--figure", figure), ("--ablations", ablations)):
            if given:
                raise InputProblem(
                    N_("{option} tells of one scenario, and --vary makes many. Leave one of the two out."),
                    option=option,
                )
        _run_design(chosen, vary, design, points, runs, seed, observable, workers, out)
        return
    with progress_bar(_("Running")) as bar:
        found = (
            tables.ablations(chosen, runs, seed, workers)
            if ablations
            else tables.replicated(chosen, runs, seed, workers, bar)
        )
    (shown.ablations if ablations else shown.means)(found)
    written: list[Path] = []
    if story is not None:
        written += tables.write({"months": tables.months(chosen, seed)}, story, chosen, 1, seed)
    if out is not None:
        written += tables.write({"numbers": found}, out, chosen, runs, seed)
    if figure is not None:
        written.append(tables.save_figure(tables.story_chart(chosen, seed), figure))
    shown.ending(written)


def _run_design(
    chosen: Scenario, vary: tuple[str, ...], design: str, points: int, runs: int, seed: int, observable: str, workers: int | None, out: Path | None
) -> None:  # fmt: skip
    from veche.workbench import lab_tables as tables

    made = tables.make_design(chosen, vary, design, points, seed)
    if out is None and design in ("grid", "latin-hypercube"):
        raise InputProblem(N_("A design needs a file for its runs. Give --out NAME.parquet."))
    tables.check_observable(observable)
    with progress_bar(_("Running")) as bar:
        results = tables.run_design(made, runs, seed, out, workers, bar)
    if made.kind in ("sobol", "morris"):
        shown.indices(tables.indices(results, made, observable), observable)
    click.echo(say(N_("{points} points, {runs} runs each."), points=len(made), runs=runs))
    shown.ending((results.path,) if out else ())


@lab.command(
    "map",
    options_metavar=_("[OPTIONS]"),
    help=_("Map an observable over two conditions, or the mechanism that carries control (--of model)."),
)
@options.scenario
@options.runs(50)
@click.option("--x", required=True, metavar=_("NAME[=LOW:HIGH]"), help=_("Condition across."))
@click.option("--y", required=True, metavar=_("NAME[=LOW:HIGH]"), help=_("Condition upwards."))
@click.option("--of", "observable", default="control", show_default=True, help=_("Observable, or model."))
@click.option("--steps", default=40, show_default=True, type=click.IntRange(2, 200), help=_("Points along each axis."))
@options.workers
@options.out
def map_(
    scenario: str, changes: tuple[str, ...], seed: int, runs: int, x: str, y: str, observable: str, steps: int, workers: int | None, out: Path | None,
    figure: Path | None,
) -> None:  # fmt: skip
    """Map an observable over two conditions."""
    from veche.workbench import lab_tables as tables
    from veche.workbench.lab import find_scenario

    chosen = find_scenario(scenario, changes)
    with progress_bar(_("Running")) as bar:
        found = tables.mapped(chosen, x, y, observable, steps, runs, seed, workers, bar)
    shown.phase(found)
    written = list(tables.write({"map": found.table}, out, chosen, runs, seed)) if out else []
    if figure is not None:
        written.append(tables.save_figure(tables.map_chart(found), figure))
    shown.ending(written)


@lab.command(
    cls=StudyCommand,
    help=_(

            "Say which mechanism carries the head's control, in a scenario (Shapley attribution) or, with a "
            "study, --town and --wave, in a coded town; with "
        "--question another question is asked."
    ),
)  # fmt: skip
@options.scenario
@options.runs(1000)
@click.option("--town", default="", help=_("A town of the study (key)."))
@click.option("--wave", default="", help=_("A wave of the study (key)."))
@click.option(
    "--question", default="mechanism", show_default=True, type=click.Choice(QUESTIONS), help=_("What is asked.")
)
@options.evidence
@options.workers
@options.out
@click.pass_context
def explain(
    ctx: click.Context, scenario: str, changes: tuple[str, ...], seed: int, runs: int, town: str, wave: str, question: str, evidence: Path | None,
    table: Path | None, workers: int | None, out: Path | None, figure: Path | None,
) -> None:  # fmt: skip
    """Say which mechanism carries control."""
    from veche.workbench import lab_evidence as asked
    from veche.workbench import lab_tables as tables
    from veche.workbench.lab import find_scenario

    if town or wave or evidence is not None or "veche.study" in ctx.meta:
        if not (town and wave):
            raise InputProblem(N_("A question about a coded town needs both. Give --town and --wave."))
        if scenario or changes:
            raise InputProblem(
                N_("Both a coded town and a scenario are named ({scenario}). Ask about one: leave out --town and --wave, or the scenario."),
                scenario=", ".join((scenario, *changes) if scenario else changes),
            )  # fmt: skip
        with _study_unless(evidence, ctx) as study, progress_bar(_("Calibrating")) as bar:
            answer = asked.explain(
                study, town, wave, question, seed=seed, evidence=evidence, table=table, progress=shown.steps(bar)
            )
        _answered(answer, out, figure, seed)
        return
    chosen = find_scenario(scenario, changes)
    if question != "mechanism":
        _answered(asked.explain_scenario(chosen, question, seed=seed), out, figure, seed)
        return
    with progress_bar(_("Running")) as bar:
        found = tables.attributed(chosen, runs, seed, workers, bar)
    shown.attribution(found)
    written = list(tables.write({"shares": found.table.reset_index()}, out, chosen, 16 * runs, seed)) if out else []
    if figure is not None:
        written.append(tables.save_figure(tables.attribution_chart(found, chosen), figure))
    shown.ending(written)


def _study_unless(evidence: Path | None, ctx: click.Context) -> AbstractContextManager[Study | None]:
    """Open the study, where judgements do not come from a file."""
    return nullcontext() if evidence is not None else opened(ctx)


def _answered(answer: Answer, out: Path | None, figure: Path | None, seed: int) -> None:
    from veche.workbench import lab_tables as tables

    shown.answer(answer)
    written = list(tables.write_answer(answer, out, seed)) if out else []
    if figure is not None:
        written.append(tables.save_figure(answer.figure(), figure))
    shown.ending(written, said=answer.assumptions)


@lab.command(
    cls=StudyCommand,
    help=_(
        "From the codings of a study, or a table of judgements (--evidence), to the conditions of each town "
        "and wave that the model finds compatible."),
)  # fmt: skip
@options.evidence
@click.option(
    "--points",
    default=40000,
    show_default=True,
    help=_("Points of a reference table that has to be made."),
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0), help=_("Seed of all draws."))
@options.out_only
@click.pass_context
def calibrate(
    ctx: click.Context, evidence: Path | None, table: Path | None, points: int, seed: int, out: Path | None
) -> None:
    """Calibrate the towns of a study."""
    from veche.workbench import lab_tables as tables
    from veche.workbench.lab_evidence import calibrate_study

    with _study_unless(evidence, ctx) as study, progress_bar(_("Calibrating")) as bar:
        found = calibrate_study(
            study, evidence=evidence, table=table, points=points, seed=seed, progress=shown.steps(bar)
        )
    shown.calibration(found)
    shown.ending(tables.write_calibration(found, out) if out else (), said=found.remarks)


@lab.command(
    options_metavar=_("[OPTIONS]"),
    help=_(
        "Compare a scenario with its counterfactual, pair by pair: without its intervention or pandemic, "
        "without a mechanism, or with other conditions."),
)  # fmt: skip
@options.scenario
@options.runs(300)
@click.option("--without", default="", metavar=_("NAME"), help=_("intervention, pandemic, or a switch as use_sel."))
@click.option(
    "--with",
    "other",
    multiple=True,
    metavar=_("NAME=VALUE"),
    help=_("A condition of the counterfactual; may be repeated."),
)
@options.workers
@options.out
def counterfactual(
    scenario: str, changes: tuple[str, ...], seed: int, runs: int, without: str, other: tuple[str, ...], workers: int | None, out: Path | None,
    figure: Path | None,
) -> None:  # fmt: skip
    """Compare a scenario with its counterfactual."""
    from veche.workbench import lab_tables as tables
    from veche.workbench.lab import find_scenario

    if not without and not other:
        raise InputProblem(N_("There is no counterfactual. Give --without NAME or --with NAME=VALUE."))
    chosen = find_scenario(scenario, changes)
    with progress_bar(_("Running")) as bar:
        found = tables.compared(chosen, without, other, runs, seed, workers, bar)
    shown.comparison(found)
    written = list(tables.write_comparison(found, out, runs, seed)) if out else []
    if figure is not None:
        written.append(tables.save_figure(tables.comparison_chart(found), figure))
    shown.ending(written)


@lab.command(
    options_metavar=_("[OPTIONS]"),
    help=_("Compute the stylised facts by which the model is judged, and what it does not show: claim, metric, bound, value, verdict."),
)  # fmt: skip
@click.option(
    "--points", default=1000, show_default=True, type=click.IntRange(min=20), help=_("Points of the condition box.")
)
@click.option("--runs", default=8, show_default=True, type=click.IntRange(min=2), help=_("Runs of each point."))
@click.option(
    "--setting-runs",
    default=400,
    show_default=True,
    type=click.IntRange(min=20),
    help=_("Runs of each single setting."),
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0), help=_("Seed of all draws."))
@options.workers
@options.out_only
def facts(points: int, runs: int, setting_runs: int, seed: int, workers: int | None, out: Path | None) -> None:
    """Compute the stylised facts."""
    from veche.workbench import lab_tables as tables

    with progress_bar(_("Running")) as bar:
        found = tables.facts(points, runs, setting_runs, seed, workers, bar)
    shown.facts(found)
    shown.ending(tables.write({"facts": found.table}, out, None, runs, seed) if out else ())
    if found.missed:
        raise click.exceptions.Exit(1)


@lab.command(
    options_metavar=_("[OPTIONS]"), help=_("Describe the model after the ODD protocol, from the program's own tables.")
)
@click.option("--out", "-o", type=click.Path(path_type=Path), help=_("Write to a file (md)."))
def odd(out: Path | None) -> None:
    """Describe the model."""
    from veche.workbench.lab_files import check_text_name, odd_file, write_text

    if out is None:
        click.echo(odd_file())
    else:
        check_text_name(out)
        shown.written((write_text(odd_file(), out),))


@lab.command(options_metavar=_("[OPTIONS]"), help=_("List the presets; with NAME, write one as YAML."))
@click.argument("name", required=False, default="", metavar=_("[NAME]"))
def presets(name: str) -> None:
    """List the presets."""
    from veche.workbench.lab import find_scenario
    from veche.workbench.lab import presets as known
    from veche.workbench.lab_files import scenario_file

    if name:
        click.echo(scenario_file(find_scenario(name)), nl=False)
    else:
        shown.presets(known())
