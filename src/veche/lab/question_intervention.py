"""What if the federal intervention had lasted six months, or had not come?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from veche.lab._question_parts import TITLES, arms_table, points, signed
from veche.lab.asking import Answer, Basis, Floats, changing, common_assumptions, levers
from veche.lab.parameters import INDEX
from veche.lab.question_figures import draw_arms
from veche.study.errors import N_, InputProblem
from veche.words import _, percent, say

#: what an intervention does, unless told otherwise: it takes a tenth of the firm's horizon
EFFECTS: Mapping[str, float] = {"F_delta": 0.1}
KNOWN = ("F_delta", "F_h", "F_g", "F_R", "F_S")
#: months between the end of the intervention and that of the run
AFTER = 12
#: gain of partnership at the end from which the intervention is said to matter
MATTERS = 0.10
#: share of months in partnership below which there is none to speak of
RARE = 0.01
_SENTENCE = N_(
    "In the model, after an intervention of {months} months in {about}, town and firm stand together at the end in {long} of the runs; "
    "had it lasted {shorter}, in {short} ({short_gain}); had it not come, in {none} ({none_gain}). Development a year would be {growth} "
    "({low} to {high}) without it."
)


def intervention(basis: Basis, *, start: int = 48, months: int = 24, shorter: int = 6, **effects: float) -> Answer:
    """Answer by three arms with the same draws: the intervention, a shorter one, none.

    Parameters
    ----------
    basis
        Of whom it is asked.
    start, months
        First month and length of the intervention.
    shorter
        Months of the arm in which it is shorter.
    effects
        What it does: any of F_delta, F_h, F_g, F_R, F_S; by default it takes a tenth of the firm's horizon.

    Raises
    ------
    InputProblem
        If the months do not fit into the run, or an effect is unknown or out of range.
    """
    done = dict(effects) or dict(EFFECTS)
    _check(basis, start, months, shorter, done)
    windows: dict[str, dict[str, float]] = {
        "long": {"F_t": start, "F_dur": months, **done},
        "short": {"F_t": start, "F_dur": shorter, **done},
        "none": {"F_t": -1, "F_dur": 0},
    }
    arms = {arm: basis.run(basis.with_values(**window)) for arm, window in windows.items()}
    names = {
        "long": say(_("{months} months"), months=months),
        "short": say(_("{months} months"), months=shorter),
        "none": _("none"),
    }
    table = arms_table(basis, arms, names, ("partner_end", "partnership_share", "control", "growth"))
    ends = {arm: float(frame["partner_end"].mean()) for arm, frame in arms.items()}
    gain = {
        arm: basis.interval((arms[arm]["partner_end"] - arms["long"]["partner_end"]).to_numpy())
        for arm in ("short", "none")
    }
    growth = basis.interval((arms["none"]["growth"] - arms["long"]["growth"]).to_numpy())
    sentence = say(
        _SENTENCE, months=months, shorter=shorter, about=basis.name, long=percent(ends["long"]), short=percent(ends["short"]),
        none=percent(ends["none"]), short_gain=points(gain["short"][0]), none_gain=points(gain["none"][0]), growth=signed(growth[0]),
        low=signed(growth[1]), high=signed(growth[2]),
    )  # fmt: skip

    def lost(one: Basis) -> Floats:
        with_it, without = (one.run(one.with_values(**windows[arm])) for arm in ("long", "none"))
        return np.asarray(without["partnership_share"] - with_it["partnership_share"])

    found = levers(basis, lost, own=np.asarray(arms["none"]["partnership_share"] - arms["long"]["partnership_share"]))
    mean, low, high = gain["none"]
    return Answer(
        question="intervention",
        title=_(TITLES["intervention"]),
        about=basis.name,
        answer=_(_verdict(mean, float(arms["none"]["partnership_share"].mean()))),
        sentence=sentence,
        measure=_("partnership at the end: without the intervention less with it"),
        estimate=mean,
        low=low,
        high=high,
        table=table,
        assumptions=(
            say(_("The intervention begins in month {start} and works by {effects}; all else is the same, draw by draw."), start=start,
                effects=", ".join(f"{name} = {value:g}" for name, value in done.items())),
            _("Growth follows from what partnership adds, which is given; what the model explains is when partnership forms and ends."),
            *common_assumptions(basis),
        ),
        would_change=changing(found, _("What the intervention takes of partnership")),
        levers=found,
        draw=draw_arms,
        details={"arms": names, "gain": gain, "growth": growth},
    )  # fmt: skip


def _verdict(gain: float, held: float) -> str:
    """Name the answer: by the gain of partnership at the end, and whether there is any without the intervention."""
    if held < RARE:
        return N_("there is no partnership to lose")
    return N_("it would matter") if gain >= MATTERS else N_("it would hardly matter")


def _check(basis: Basis, start: int, months: int, shorter: int, effects: Mapping[str, float]) -> None:
    length = int(basis.values[0, INDEX["T"]])
    if unknown := [name for name in effects if name not in KNOWN]:
        raise InputProblem(
            N_("An intervention has no effect {name}. Choose of: {known}."), name=unknown[0], known=", ".join(KNOWN)
        )
    if start < 0 or not 0 < shorter < months or start + months + AFTER > length:
        raise InputProblem(
            N_(
                "An intervention from month {start} of {months} months, shortened to {shorter}, does not fit into {length} months with a "
                "year after it. Give fewer months, the shorter ones below the others, or an earlier start."
            ),
            start=start, months=months, shorter=shorter, length=length,
        )  # fmt: skip
