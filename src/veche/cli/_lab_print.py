"""How the lab prints its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from veche.cli._common import console, print_table
from veche.words import N_, _, number, percent, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.lab.attribution import Attribution
    from veche.lab.comparisons import Comparison
    from veche.lab.facts import Facts
    from veche.lab.phases import PhaseMap


def written(paths: Iterable[Path]) -> None:
    """Say which files were written."""
    for path in paths:
        click.echo(_("Written: {name}").format(name=path))


def ending(paths: Iterable[Path], said: Iterable[str] = ()) -> None:
    """Say which files were written, and what the model cannot show as far as it was not `said` already."""
    from veche.workbench.lab_files import STATEMENTS

    written(paths)
    left = [words for words in map(_, STATEMENTS) if words not in tuple(said)]
    if left:
        console().print(" ".join(left), style="dim", highlight=False)


def means(table: pd.DataFrame) -> None:
    """Print means with Monte-Carlo error and interval."""
    rows = [
        (
            row["observable"],
            number(row["mean"], 3),
            number(row["error"], 4),
            f"{number(row['low'], 3)} … {number(row['high'], 3)}",
            row["runs"],
            _meaning(row["observable"]),
        )
        for row in table.to_dict("records")
    ]
    print_table(
        [_("Observable"), _("Mean"), _("Error"), _("95 % interval"), _("Runs"), _("Meaning")], rows, right=(1, 2, 3, 4)
    )


def _meaning(name: str) -> str:
    from veche.workbench.lab import OBSERVABLES

    return _(dict(OBSERVABLES)[name])


def ablations(table: pd.DataFrame) -> None:
    """Print what changes without each mechanism."""
    names = ("control", "yes_share", "tone", "coalition_share", "turbulence", "pressed_decisions")
    rows = [
        (row["without"], *(f"{number(row[name], 3)} ± {number(1.96 * row[f'{name}_error'], 3)}" for name in names))
        for row in table.to_dict("records")
    ]
    print_table([_("Without"), *names], rows, right=tuple(range(1, len(names) + 1)))


def indices(table: pd.DataFrame, observable: str) -> None:
    """Print indices of sensitivity, the largest first."""
    column = "total" if "total" in table else "size"
    ordered = table.sort_values(column, ascending=False)
    click.echo(say(N_("Sensitivity of {name}:"), name=observable))
    print_table(
        [_("Condition"), *(_(one) for one in map(_INDEX_WORDS.__getitem__, ordered.columns))],
        [
            (name, *(number(value, 3) for value in row))
            for name, row in zip(ordered.index, ordered.to_numpy(), strict=True)
        ],
        right=tuple(range(1, len(ordered.columns) + 1)),
    )


_INDEX_WORDS = {
    "first": N_("alone"), "first_error": N_("± alone"), "total": N_("with interactions"), "total_error": N_("± with interactions"),
    "effect": N_("mean effect"), "size": N_("size of effects"), "spread": N_("spread of effects"), "size_error": N_("± size"),
}  # fmt: skip


def phase(found: PhaseMap) -> None:
    """Print a phase map in letters or shades, the highest row first."""
    import numpy as np

    letters = "ECMB" if found.observable == "model" else " ░▒▓█"
    low, high = float(np.nanmin(found.values)), float(np.nanmax(found.values))
    for row in range(len(found.y) - 1, -1, -max(1, len(found.y) // 20)):
        line = ""
        for value in found.values[row]:
            if value != value:
                line += "?"
            elif found.observable == "model":
                line += letters[int(value)]
            else:
                line += letters[min(int(5 * (value - low) / (high - low or 1)), 4)]
        click.echo(f"{number(found.y[row]):>8} {line}")
    click.echo(f"{'':>8} {number(found.x[0])} … {number(found.x[-1])}  → {found.x_name}, ↑ {found.y_name}")
    if found.observable == "model":
        click.echo(_("E entrance selection, C coercion, M manipulation, B bargaining"))
    else:
        click.echo(f"{found.observable}: {number(low, 3)} … {number(high, 3)}")


def attribution(found: Attribution) -> None:
    """Print which mechanism carries control."""
    from veche.workbench.lab import carried_words

    click.echo(carried_words(found))
    rows = [
        (
            _(_PLAYERS[str(name)]),
            number(row["share"], 3),
            f"{number(row['low'], 3)} … {number(row['high'], 3)}",
            _(row["model"]),
        )
        for name, row in found.table.iterrows()
    ]
    print_table(
        [_("Mechanism"), _("Share of control"), _("95 % interval"), _("Model of interaction")], rows, right=(1, 2)
    )


_PLAYERS = {
    "entrance": N_("entrance selection"),
    "coercion": N_("coercion"),
    "manipulation": N_("manipulation"),
    "bargaining": N_("bargaining"),
}


def answer(found: Any) -> None:
    """Print an answer with its assumptions and what would change it."""
    console().print(found.answer, style="bold", highlight=False)
    click.echo(found.sentence)
    for title, lines in ((_("Assumptions"), found.assumptions), (_("What would change it"), found.would_change)):
        if lines:
            click.echo(f"\n{title}:")
            for line in lines:
                click.echo(f"  - {line}")


def calibration(found: Any) -> None:
    """Print the conditions of each town and wave."""
    click.echo(found.sentence)
    rows = [
        (
            row.town,
            row.wave,
            row.condition,
            number(row.mean),
            f"{number(row.low)} … {number(row.high)}",
            percent(row.share_of_prior),
            row.meaning,
        )
        for row in found.conditions.itertuples()
    ]
    print_table(
        [_("Town"), _("Wave"), _("Condition"), _("Mean"), _("90 % interval"), _("Of the width before"), _("Meaning")],
        rows,
        right=(3, 4, 5),
    )
    for remark in found.remarks:
        click.echo(remark)


def comparison(found: Comparison) -> None:
    """Print the differences of pairs."""
    rows = [
        (
            name, number(row["actual"], 3), number(row["counterfactual"], 3), number(row["difference"], 3),
            f"{number(row['low'], 3)} … {number(row['high'], 3)}", percent(row["higher"]),
        )
        for name, row in found.table.iterrows()
        if row["pairs"]
    ]  # fmt: skip
    heads = [_("Observable"), _("Actual"), _("Counterfactual"), _("Difference"), _("95 % interval"), _("Higher in")]
    print_table(heads, rows, right=(1, 2, 3, 4, 5))


def facts(found: Facts) -> None:
    """Print the stylised facts, then what the model does not show."""
    for sort, title in (
        ("fact", _("Stylised facts")),
        ("limit", _("What the model does not show, and must not be claimed")),
    ):
        console().print(title, style="bold", highlight=False)
        last, rows = "", []
        for one in found.checks:
            if one.sort == sort:
                claim = "" if one.claim == last else f"{one.id} {_(one.claim)}"
                rows.append(
                    (claim, _(one.metric), one.bound, number(one.value, 4), _("holds") if one.holds else _("MISSED"))
                )
                last = one.claim
        print_table([_("Claim"), _("Metric"), _("Bound"), _("Value"), _("Verdict")], rows, right=(2, 3))
    held = len(found.checks) - len(found.missed)
    click.echo(
        say(
            N_("{held} of {all} hold. {points} points of the condition box x {runs} runs, {settings} runs of each setting, seed {seed}."),
            held=held, all=len(found.checks), points=found.points, runs=found.runs, settings=found.setting_runs, seed=found.seed,
        )
    )  # fmt: skip


def presets(known: Iterable[Any]) -> None:
    """Print the presets."""
    print_table(
        [_("Name"), _("Title"), _("About")], [(one.key, _(one.scenario.name), _(one.scenario.about)) for one in known]
    )


def steps(bar: Any) -> Callable[[str, int, int], None]:
    """Show steps of a calibration on a progress bar."""
    return lambda doing, done, of: bar(done, of, _(doing))
