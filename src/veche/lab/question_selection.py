"""Would the assembly be manageable without selection at the entrance?"""

from __future__ import annotations

from veche.lab._question_parts import TITLES, arms_table, more, points
from veche.lab.asking import Answer, Basis, Floats, changing, common_assumptions, levers, strength
from veche.lab.question_figures import draw_arms
from veche.study.errors import N_, InputProblem
from veche.words import _, percent, say

#: lowest mean share of yes votes at which an assembly is called manageable, unless told otherwise
MANAGEABLE = 2 / 3
_ANSWERS = {"robust": N_("yes"), "possible": N_("open"), "hardly": N_("no")}
_STRENGTHS = {"robust": N_("a robust result"), "possible": N_("possible, no more"), "hardly": N_("hardly possible")}
_SENTENCE = N_(
    "In the model, that the assembly stays manageable without selection at the entrance is, for {about}, {strength}: {mean} vote yes "
    "({low} to {high}), {change} than with it ({change_low} to {change_high}). At least {yes} is called manageable: reached in {share} "
    "of the draws, against {before} with selection."
)


def manageable_without_selection(basis: Basis, *, yes: float = MANAGEABLE) -> Answer:
    """Answer by paired runs with and without `use_sel`.

    Parameters
    ----------
    basis
        Of whom it is asked.
    yes
        Lowest mean share of yes votes at which the assembly is manageable, between 0 and 1.

    Raises
    ------
    InputProblem
        If `yes` is no such share.
    """
    if not 0 < yes < 1:
        raise InputProblem(
            N_("{name} is {value}. Give a number between {low} and {high}."), name="yes", value=yes, low=0, high=1
        )
    arms = {"with": basis.run(basis.with_values(use_sel=1)), "without": basis.run(basis.with_values(use_sel=0))}
    names = {"with": _("with selection"), "without": _("without selection")}
    table = arms_table(basis, arms, names, ("yes_share", "adoption", "tone", "control", "competence"))
    reached = {arm: float((frame["yes_share"].dropna() >= yes).mean()) for arm, frame in arms.items()}
    row = table[(table["observable"] == "yes_share") & (table["arm"] == "without")].iloc[0]
    mean, low, high = float(row["mean"]), float(row["low"]), float(row["high"])
    change, change_low, change_high = (float(row[name]) for name in ("change", "change_low", "change_high"))
    # conditions of a scenario are given: there the interval of the mean decides, not single runs
    share = reached["without"] if not basis.known else 1.0 if low >= yes else 0.0 if high < yes else 0.5
    word = strength(share)
    sentence = say(
        _SENTENCE, about=basis.name, strength=_(_STRENGTHS[word]), mean=percent(mean), low=percent(low), high=percent(high), yes=percent(yes),
        change=more(change), change_low=points(change_low), change_high=points(change_high), share=percent(reached["without"]),
        before=percent(reached["with"]),
    )  # fmt: skip
    found = levers(basis, _without, own=arms["without"]["yes_share"].to_numpy())
    return Answer(
        question="selection",
        title=_(TITLES["selection"]),
        about=basis.name,
        answer=_(_ANSWERS[word]),
        sentence=sentence,
        measure=_("share of yes votes without selection"),
        estimate=mean,
        low=low,
        high=high,
        table=table,
        assumptions=(
            say(_("Manageable: {yes} of votes are yes on average. Votes hide antagonism: the head does not table what would fail."),
                yes=percent(yes)),
            _("Without selection the same seats are filled by those who come by themselves or by the firm."),
            *common_assumptions(basis),
        ),
        would_change=changing(found, _("The share of yes votes")),
        levers=found,
        draw=draw_arms,
        details={"arms": names, "share": share, "line": ("yes_share", yes)},
    )  # fmt: skip


def _without(basis: Basis) -> Floats:
    return basis.run(basis.with_values(use_sel=0))["yes_share"].to_numpy()
