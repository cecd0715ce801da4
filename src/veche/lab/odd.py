"""The description of the model after the ODD protocol (Grimm and others 2020), made from the program's own tables of parameters and observables."""

from __future__ import annotations

from collections.abc import Iterable

from veche.lab import _draws
from veche.lab.attribution import MODELS, OFF, PLAYERS
from veche.lab.honesty import STATEMENTS
from veche.lab.observables import BURN_IN, CHANGE, OBSERVABLES
from veche.lab.parameters import TABLE, Parameter
from veche.words import N_, _, say

#: sections in their order: title, paragraphs
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        N_("1. Purpose and patterns"),
        (
            N_(
                "To explain how the head of a small municipality gets decisions through an assembly of deputies, and when the town develops, "
                "beside a large firm, a region and a federal centre. Models of interaction are not put in: conditions are, and the model returns "
                "which mechanism carries the head's control. It is judged by twelve stylised facts (`veche lab facts`) and by the closed forms to "
                "which its parts reduce when the others are off (`veche.lab.theory`)."
            ),
        ),
    ),
    (
        N_("2. Entities, state variables and scales"),
        (
            N_("Head: ideal, momentary interest, reserve of means, horizon, value of waiting, experience of tactical and of coalition months."),
            N_(
                "Deputies: ideal, momentary interest, loyalty, independence, sophistication, competence, origin (free, head's nominee, firm's), "
                "resentment, link with its tolerance and rent."
            ),
            N_(
                "Firm: ideal and horizon. Assembly: who chairs it, its credulity. Region: may remove the head. "
                "Federal centre: a window of intervention."),
            N_("Town: policy on one dimension (0: the deputies' mean), a pending issue, relational capital, partnership, development."),
            N_("One step is a month; one run is one town."),
        ),
    ),
    (
        N_("3. Process overview and scheduling"),
        (
            N_(
                "Each month: elections if due; shocks; removal of the head; partnership; money, and rents of links; erosion of policy and arrival of "
                "issues; who may propose; proposal, vote and consequences; lapse of an undecided issue; every sixth month the coalition is renewed, "
                "offered or dissolved; decay of resentment and recovery of credulity; development and learning."
            ),
        ),
    ),
    (
        N_("4. Design concepts"),
        (
            N_(
                "Principles: agenda setting against an eroding status quo, prices of votes, relational contracts, repeated games, optimal stopping. "
                "Emergence: the mix of mechanisms, coalitions, turbulence, partnership, tone. Objectives: the head "
                "weighs expected gains against costs, "
                    "counting the shadow price of resentment and of lost credulity; deputies vote by net loss. Learning: "
                    "exponential averages. Prediction: one "
                    "step ahead with values of continuation, not an equilibrium. Sensing: the head sees ideals and "
                    "momentary interests, not the noise of votes."
            ),
        ),
    ),
    (
        N_("5. Initialisation"),
        (
            N_(
                "Policy begins at 0.4 of the head's ideal; means, resentment and development at 0; credulity at 1; the assembly is elected in the "
                "first month. Statistics of policy leave out the first {burn_in} months."
            ),
        ),
    ),
    (N_("6. Input data"), (N_(
        "None but the parameters and the windows of an intervention and a pandemic; both windows include "
        "their first month and not their end."),)),
    (
        N_("7. Submodels"),
        (
            N_(
                "Entrance: deputies keep their seats by chance; open seats go to the head's list (the most loyal of several candidates), the firm's, "
                "or are free. The head holds the chair if a majority is loyal enough."
            ),
            N_(

                    "Programme: the head looks at points between what passes freely and his ideal. A vote is secured by "
                    "payment or by pressure, whichever is "
                "cheaper; manipulation is one act for the whole assembly; dependence needs no act. He buys votes in the order of price and keeps the "
                "number that is worth most."
            ),
            N_("Waiting: he proposes if the gain is worth more than the chance of a better month."),
            N_(
                "Vote: a deputy votes yes if the loss left is below the noise; a sure majority pulls others along. "
                "Pressure leaves resentment; exposed manipulation costs credulity."),
            N_("Rivals: without the head's initiative a deputy or the firm proposes; what harms the head needs two thirds where he has a veto."),
            N_(
                "Strategic coalition: members tolerate losses up to what their rent is worth to them in the long "
                "run; it is offered if the head gains by it and can pay."),
            N_("Partnership of head and firm: a repeated game with relational capital, which grows by cooperation and decays without it."),
            N_(
                "Horizon: the head is removed by chance, more often in confrontation and under intervention. "
                "Development: drift, partnership, stability, competence, noise."),
        ),
    ),
)  # fmt: skip


def odd_text() -> str:
    """Write the description in the language in use, as Markdown.

    The tables of parameters, observables, mechanisms and sources of chance are those of the program itself.
    """
    lines = ["# " + _("The mechanism model of small-town power"), ""]
    for title, paragraphs in SECTIONS:
        lines += [f"## {_(title)}", ""]
        for paragraph in paragraphs:
            lines += [say(paragraph, burn_in=BURN_IN) if "{" in paragraph else _(paragraph), ""]
    lines += [
        "## " + _("Parameters"),
        "",
        *_table((_("name"), _("default"), _("range"), _("box"), _("meaning")), map(_row, TABLE)),
        "",
    ]
    lines += [
        "## " + _("Observables"),
        "",
        *_table((_("name"), _("meaning")), ((f"`{name}`", _(words)) for name, words in OBSERVABLES)),
        "",
    ]
    lines += [say(N_("A change of policy counts from {change}."), change=CHANGE), ""]
    lines += ["## " + _("Mechanisms and models of interaction"), ""]
    lines += [
        *_table(
            (_("mechanism"), _("off"), _("model of interaction")),
            ((player, ", ".join(f"`{one}` = 0" for one in OFF[player]), _(MODELS[player])) for player in PLAYERS),
        ),
        "",
    ]  # fmt: skip
    chance = [
        name.lower()
        for name in dir(_draws)
        if name.isupper() and name[0] != "_" and isinstance(getattr(_draws, name), int)
    ]
    chance.sort(key=lambda name: int(getattr(_draws, name.upper())))
    lines += ["## " + _("Sources of chance"), ""]
    lines += [
        _(
            "Counter-based random numbers (Philox4x32-10): the key is seed, point and run, the counter is process, month and index. Processes:"
        ),
        "",
    ]
    lines += [", ".join(chance) + ".", ""]
    lines += ["## " + _("What the model cannot show"), "", *(f"- {_(one)}" for one in STATEMENTS), ""]
    return "\n".join(lines)


def _row(one: Parameter) -> tuple[str, ...]:
    box = _minus(f"{one.box[0]:g} – {one.box[1]:g}") if one.box else ""
    return f"`{one.name}`", _minus(f"{one.default:g}"), _minus(f"{one.low:g} – {one.high:g}"), box, _(one.meaning)


def _minus(text: str) -> str:
    return text.replace("-", "−")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    found = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return found + ["| " + " | ".join(row) + " |" for row in rows]
