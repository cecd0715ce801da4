"""Which mechanism carries the head's control?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from veche.lab._question_parts import TITLES
from veche.lab.asking import Answer, Basis, Floats, changing, common_assumptions, levers
from veche.lab.question_figures import draw_mechanisms
from veche.study.errors import N_
from veche.words import _, number, percent, say

MECHANISMS: Mapping[str, str] = {
    "entrance": N_("selection at the entrance"),
    "coercion": N_("coercion"),
    "manipulation": N_("hidden manipulation"),
    "bargaining": N_("bargaining"),
}
_CLEAR_KNOWN = N_(
    "In the model, in {about}, control is carried above all by {first} (“{model}”): {value} of it ({low} to {high}), "
    "{margin} more than by {second}."
)
_CLEAR = N_(
    "In the model, in {about}, control is carried above all by {first} (“{model}”): first in {share} of the draws, "
    "{value} of control ({low} to {high}); next comes {second}, {margin} behind."
)
_MIXED_KNOWN = N_(
    "In the model, no single mechanism carries control in {about}: {first} adds {value} ({low} to {high}), {second} only "
    "{margin} less. A mixed case."
)
_MIXED = N_(
    "In the model, no single mechanism carries control in {about}: {first} is first in {share} of the draws ({value}, {low} "
    "to {high}), {second} close behind. A mixed case."
)


def which_mechanism(basis: Basis) -> Answer:
    """Answer by Shapley shares of control among entrance, coercion, manipulation and bargaining, draw by draw.

    Of a scenario a mechanism is named if its margin to the second is above 0 with its interval; of a town if it is first in half of the draws.
    """
    import pandas as pd

    from veche.lab.attribution import MODELS, PLAYERS

    shares = _shares(basis)
    first_of = np.bincount(np.argmax(shares, axis=1), minlength=4) / len(shares)
    rows = []
    for at, player in enumerate(PLAYERS):
        mean, low, high = basis.interval(shares[:, at])
        rows.append(
            {
                "mechanism": player, "label": _(MECHANISMS[player]), "model": _(MODELS[player]), "mean": mean, "low": low, "high": high,
                "first": float(first_of[at]),
            }
        )  # fmt: skip
    table = pd.DataFrame(rows).sort_values("mean", ascending=False, ignore_index=True)
    order = [PLAYERS.index(one) for one in table["mechanism"]]
    top, second = table.iloc[0], table.iloc[1]
    margin, margin_low, _high = basis.interval(shares[:, order[0]] - shares[:, order[1]])
    clear = bool(margin_low > 0) if basis.known else bool(top["first"] >= 0.5)
    known, open_ = (_CLEAR_KNOWN, _CLEAR) if clear else (_MIXED_KNOWN, _MIXED)
    sentence = say(
        known if basis.known else open_, about=basis.name, first=top["label"], model=top["model"], second=second["label"],
        share=percent(float(top["first"])), value=number(float(top["mean"])), low=number(float(top["low"])),
        high=number(float(top["high"])), margin=number(margin, 3),
    )  # fmt: skip
    found = levers(basis, lambda one: _shares(one)[:, order[0]], own=shares[:, order[0]])
    return Answer(
        question="mechanism",
        title=_(TITLES["mechanism"]),
        about=basis.name,
        answer=str(top["label"]) if clear else _("a mixed case"),
        sentence=sentence,
        measure=_("control carried by the first mechanism"),
        estimate=float(top["mean"]),
        low=float(top["low"]),
        high=float(top["high"]),
        table=table,
        assumptions=(
            _("Control is mean policy in units of the head's aim; mechanisms are switched on in all sixteen combinations, with the same draws."),
            *common_assumptions(basis),
        ),
        would_change=changing(found, say(_("The part of “{name}”"), name=top["label"])),
        levers=found,
        draw=draw_mechanisms,
        details={"margin": margin, "clear": clear},
    )  # fmt: skip


def _shares(basis: Basis) -> Floats:
    from veche.lab.attribution import attribute_points

    return attribute_points(basis.values, runs=basis.runs, seed=basis.seed, workers=1).shares
