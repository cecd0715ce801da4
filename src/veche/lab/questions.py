"""Questions that a researcher asks, answered by paired runs of the model: each with answer, interval, sentence, figure, assumptions, and what would change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from veche.lab.asking import Answer, Basis, Floats, changing, common_assumptions, levers, strength
from veche.lab.question_figures import draw_arms, draw_horizon, draw_mechanisms
from veche.study.errors import N_, InputProblem, NotFound
from veche.words import _, number, percent, say

#: lowest mean share of yes votes at which an assembly is called manageable, unless told otherwise
MANAGEABLE = 2 / 3
#: an intervention, unless told otherwise: month, months, share of the firm's horizon that it takes
INTERVENTION = {"F_t": 48, "F_dur": 24, "F_delta": 0.1}
#: monthly discount factors at which a partnership is tried
HORIZONS: tuple[float, ...] = (0.80, 0.85, 0.88, 0.90, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99)
#: share of months in partnership from which it is said to hold
HOLDS = 0.5

MECHANISMS: Mapping[str, str] = {
    "entrance": N_("selection at the entrance"),
    "coercion": N_("coercion"),
    "manipulation": N_("hidden manipulation"),
    "bargaining": N_("bargaining"),
}


def which_mechanism(basis: Basis) -> Answer:
    """Answer which mechanism carries the head's control: Shapley shares of control among entrance, coercion, manipulation, bargaining, draw by draw."""
    import pandas as pd

    from veche.lab.attribution import MODELS, PLAYERS, attribute_points

    def shares_of(one: Basis) -> Floats:
        return attribute_points(one.values, runs=one.runs, seed=one.seed, workers=1).shares

    shares = shares_of(basis)
    first_of = np.bincount(np.argmax(shares, axis=1), minlength=4) / len(shares)
    rows = []
    for at, player in enumerate(PLAYERS):
        mean, low, high = basis.interval(shares[:, at])
        rows.append({"mechanism": player, "label": _(MECHANISMS[player]), "model": _(MODELS[player]), "mean": mean, "low": low, "high": high,
                     "first": float(first_of[at])})  # fmt: skip
    table = pd.DataFrame(rows).sort_values("mean", ascending=False, ignore_index=True)
    order = [PLAYERS.index(one) for one in table["mechanism"]]
    margin, margin_low, _high = basis.interval(shares[:, order[0]] - shares[:, order[1]])
    top, second = table.iloc[0], table.iloc[1]
    # of a scenario the draws differ by chance only: there the margin of the means decides, of a town the share of its draws
    clear = bool(margin_low > 0) if basis.known else bool(top["first"] >= 0.5)
    fields = {
        "about": basis.name, "first": top["label"], "model": top["model"], "second": second["label"], "share": percent(float(top["first"])),
        "value": number(float(top["mean"])), "low": number(float(top["low"])), "high": number(float(top["high"])), "margin": number(margin),
    }  # fmt: skip
    if clear and basis.known:
        sentence = say(_("In the model, in {about}, control is carried above all by {first} (“{model}”): {value} of it ({low} to {high}), {margin} more than by {second}."), **fields)  # fmt: skip
    elif clear:
        sentence = say(_("In the model, in {about}, control is carried above all by {first} (“{model}”): first in {share} of the draws, {value} of control ({low} to {high}); next comes {second}, {margin} behind."), **fields)  # fmt: skip
    else:
        sentence = say(_("In the model, no single mechanism carries control in {about}: {first} is first in {share} of the draws ({value}, {low} to {high}), {second} close behind. A mixed case."), **fields)  # fmt: skip
    at = order[0]
    found = levers(basis, lambda one: shares_of(one)[:, at], own=shares[:, at])
    return Answer(
        question="mechanism", title=_(QUESTIONS["mechanism"].title), about=basis.name,
        answer=str(top["label"]) if clear else _("mixed"), sentence=sentence, measure=_("control carried by the first mechanism"),
        estimate=float(top["mean"]), low=float(top["low"]), high=float(top["high"]), table=table,
        assumptions=(_("Control is mean policy in units of the head's aim; mechanisms are switched on in all sixteen combinations with the same draws."),
                     *common_assumptions(basis)),
        would_change=changing(found, say(_("The part of “{name}”"), name=top["label"])), levers=found, draw=draw_mechanisms,
        details={"margin": margin, "clear": clear},
    )  # fmt: skip


def manageable_without_selection(basis: Basis, *, yes: float = MANAGEABLE) -> Answer:
    """Answer whether the assembly would be manageable without selection at the entrance: paired runs with and without `use_sel`.

    Parameters
    ----------
    yes
        Lowest mean share of yes votes at which the assembly is manageable, 0 to 1.

    Raises
    ------
    InputProblem
        If `yes` is no share.
    """
    if not 0 < yes < 1:
        raise InputProblem(N_("{name} is {value}. Give a number between {low} and {high}."), name="yes", value=yes, low=0, high=1)
    arms = {"with": basis.run(basis.with_values(use_sel=1)), "without": basis.run(basis.with_values(use_sel=0))}
    names = {"with": _("with selection"), "without": _("without selection")}
    table = _arms(basis, arms, names, ("yes_share", "adoption", "tone", "control", "competence"))
    passing = {arm: float((frame["yes_share"].dropna() >= yes).mean()) for arm, frame in arms.items()}
    rows = table.set_index(["observable", "arm"])
    mean, low, high = (float(rows.loc[("yes_share", "without"), name]) for name in ("mean", "low", "high"))
    change = basis.interval((arms["without"]["yes_share"] - arms["with"]["yes_share"]).to_numpy())
    if basis.known:  # one set of conditions: its mean decides, not single runs
        share = 1.0 if low >= yes else 0.0 if high < yes else 0.5
    else:
        share = passing["without"]
    word = strength(share)
    answers = {"robust": N_("yes"), "possible": N_("open"), "hardly possible": N_("no")}
    sentence = say(
        _("In the model, that the assembly of {about} stays manageable without selection at the entrance is {strength}: {mean} vote yes ({low} to {high}), {change} ({change_low} to {change_high}) than with it; at least {yes} is called manageable, reached in {share} of the draws against {before} with selection."),
        about=basis.name, strength=_(word), mean=percent(mean), low=percent(low), high=percent(high), yes=percent(yes),
        change=_more(change[0]), change_low=_points(change[1]), change_high=_points(change[2]),
        share=percent(passing["without"]), before=percent(passing["with"]),
    )  # fmt: skip
    found = levers(
        basis, lambda one: one.run(one.with_values(use_sel=0))["yes_share"].to_numpy(), own=arms["without"]["yes_share"].to_numpy()
    )  # fmt: skip
    return Answer(
        question="selection", title=_(QUESTIONS["selection"].title), about=basis.name, answer=_(answers[word]), sentence=sentence,
        measure=_("share of yes votes without selection"), estimate=mean, low=low, high=high, table=table,
        assumptions=(say(_("Manageable: {yes} of votes are yes on average. Votes hide antagonism: the head does not table what would fail."), yes=percent(yes)),
                     _("Without selection the same seats are filled by those who come by themselves or by the firm."), *common_assumptions(basis)),
        would_change=changing(found, _("The share of yes votes")), levers=found, draw=draw_arms,
        details={"arms": names, "share": share, "change": change, "line": ("yes_share", yes)},
    )  # fmt: skip


def intervention(basis: Basis, *, start: int = 48, months: int = 24, shorter: int = 6, **effects: float) -> Answer:
    """Answer what would be if a federal intervention had lasted less, or had not come: three arms with the same draws.

    Parameters
    ----------
    start, months
        First month and length of the intervention.
    shorter
        Months of the arm in which it is shorter.
    effects
        What it does: any of F_delta, F_h, F_g, F_R, F_S; by default it takes a tenth of the firm's horizon.

    Raises
    ------
    InputProblem
        If the months do not fit into the run, or an effect is unknown.
    """
    length = int(basis.values[0, 1])
    done = dict(effects) if effects else {"F_delta": INTERVENTION["F_delta"]}
    if unknown := [name for name in done if name not in ("F_delta", "F_h", "F_g", "F_R", "F_S")]:
        raise InputProblem(
            N_("An intervention has no effect {name}. Choose of: {known}."), name=unknown[0], known="F_delta, F_h, F_g, F_R, F_S"
        )  # fmt: skip
    if start < 0 or not 0 < shorter < months or start + months + 12 > length:
        raise InputProblem(
            N_("An intervention from month {start} of {months} months, shortened to {shorter}, does not fit into {length} months with a year after it. Choose shorter < months, and an earlier start."),
            start=start, months=months, shorter=shorter, length=length,
        )  # fmt: skip
    windows = {"long": {"F_t": start, "F_dur": months, **done}, "short": {"F_t": start, "F_dur": shorter, **done}, "none": {"F_t": -1, "F_dur": 0}}
    arms = {arm: basis.run(basis.with_values(**window)) for arm, window in windows.items()}
    names = {"long": say(_("{months} months"), months=months), "short": say(_("{months} months"), months=shorter), "none": _("none")}
    table = _arms(basis, arms, names, ("partner_end", "partnership_share", "growth", "control"))
    gain = {arm: basis.interval((arms[arm]["partner_end"] - arms["long"]["partner_end"]).to_numpy()) for arm in ("short", "none")}
    ends = {arm: float(frame["partner_end"].mean()) for arm, frame in arms.items()}
    growth = basis.interval((arms["none"]["growth"] - arms["long"]["growth"]).to_numpy())
    sentence = say(
        _("In the model, after an intervention of {months} months in {about} partners stand together at the end in {long} of the runs; had it lasted {shorter}, in {short} ({short_gain}); had it not come, in {none} ({none_gain}). Development a year: {growth} ({low} to {high}) without it."),
        months=months, shorter=shorter, about=basis.name, long=percent(ends["long"]), short=percent(ends["short"]), none=percent(ends["none"]),
        short_gain=_points(gain["short"][0]), none_gain=_points(gain["none"][0]), growth=_signed(growth[0]), low=_signed(growth[1]), high=_signed(growth[2]),
    )  # fmt: skip

    def lost(one: Basis) -> Floats:
        with_it, without = one.run(one.with_values(**windows["long"])), one.run(one.with_values(**windows["none"]))
        return np.asarray(without["partnership_share"] - with_it["partnership_share"])

    own = np.asarray(arms["none"]["partnership_share"] - arms["long"]["partnership_share"])
    found = levers(basis, lost, own=own)
    mean, low, high = gain["none"]
    answer = N_("it would matter") if mean >= 0.10 else N_("it would hardly matter")
    return Answer(
        question="intervention", title=_(QUESTIONS["intervention"].title), about=basis.name, answer=_(answer), sentence=sentence,
        measure=_("partnership at the end: without the intervention less with it"), estimate=mean, low=low, high=high, table=table,
        assumptions=(say(_("The intervention begins in month {start} and works by {effects}; all else is the same, draw by draw."), start=start,
                         effects=", ".join(f"{name} = {value:g}" for name, value in done.items())),
                     _("Growth follows from what partnership adds, which is given; what the model explains is when partnership forms and ends."),
                     *common_assumptions(basis)),
        would_change=changing(found, _("What the intervention takes of partnership")), levers=found, draw=draw_arms,
        details={"arms": names, "gain": gain, "growth": growth},
    )  # fmt: skip


def partnership_horizon(basis: Basis, *, who: str = "both") -> Answer:
    """Answer how long a horizon a partnership needs: the shortest at which it holds in half of the months, draw by draw.

    A monthly discount factor d stands for a horizon of 1/(1 - d) months.

    Parameters
    ----------
    who
        Whose horizon is varied: `head`, `firm`, `both`; the other's stays.

    Raises
    ------
    InputProblem
        For another `who`.
    """
    import pandas as pd

    moved = {"both": ("delta0", "delta_f"), "head": ("delta0",), "firm": ("delta_f",)}
    if who not in moved:
        raise InputProblem(N_("There is no {who}. Choose one of: {known}."), who=who, known=", ".join(moved))
    shares = np.column_stack([
        basis.run(basis.with_values(**dict.fromkeys(moved[who], delta)))["partnership_share"].to_numpy() for delta in HORIZONS
    ])  # fmt: skip
    months = 1 / (1 - np.array(HORIZONS))
    needed = _needed(shares if not basis.known else shares.mean(axis=0, keepdims=True), months)
    rows = []
    for at, delta in enumerate(HORIZONS):
        mean, low, high = basis.interval(shares[:, at])
        rows.append({"delta": delta, "months": float(months[at]), "mean": mean, "low": low, "high": high, "holds": float((shares[:, at] >= HOLDS).mean())})  # fmt: skip
    table = pd.DataFrame(rows)
    reached = ~np.isnan(needed)
    estimate, low, high = _months_interval(needed, shares, months, basis)
    if not reached.any():
        answer = _("longer than any tried")
        sentence = say(
            _("In the model, at no horizon up to {longest} months does a partnership in {about} hold half of the time."),
            longest=number(float(months[-1]), 0), about=basis.name,
        )  # fmt: skip
    else:
        answer = say(_("about {months} months"), months=number(estimate, 0))
        sentence = say(
            _("In the model, a partnership in {about} holds half of the time from a horizon of about {months} months ({low} to {high}); in {never} of the draws no horizon up to {longest} months is enough."),
            about=basis.name, months=number(estimate, 0), low=number(low, 0), high=number(high, 0) if np.isfinite(high) else _("beyond all tried"),
            never=percent(float((~reached).mean())), longest=number(float(months[-1]), 0),
        )  # fmt: skip

    def held(one: Basis) -> Floats:
        return one.run(one.with_values(**dict.fromkeys(moved[who], 0.95)))["partnership_share"].to_numpy()

    found = levers(basis, held)
    whose = {"both": N_("the head and the firm"), "head": N_("the head"), "firm": N_("the firm")}
    return Answer(
        question="horizon", title=_(QUESTIONS["horizon"].title), about=basis.name, answer=answer, sentence=sentence, measure=_("months"),
        estimate=estimate, low=low, high=high, table=table,
        assumptions=(say(_("The horizon of {who} is varied; a discount factor d counts as 1/(1 − d) months."), who=_(whose[who])),
                     _("With full relational capital a partner needs d ≥ g/(g + r0 + r1) for a temptation g; building capital takes longer than keeping it."),
                     *common_assumptions(basis)),
        would_change=changing({name: value for name, value in found.items() if name not in moved[who]}, _("Partnership at a given horizon")),
        levers=found, draw=draw_horizon, details={"threshold": _threshold(basis)},
    )  # fmt: skip


def _needed(shares: Floats, months: Floats) -> Floats:
    """Shortest horizon from which partnership holds at all longer ones tried, row by row; missing if it never does."""
    found = np.full(len(shares), np.nan)
    for at, row in enumerate(shares):
        below = np.flatnonzero(row < HOLDS)
        first = int(below[-1]) + 1 if below.size else 0
        if first < len(months):
            found[at] = months[first]
            if first:  # between the last that is too short and the first that is enough, in proportion
                step = (HOLDS - row[first - 1]) / max(row[first] - row[first - 1], 1e-9)
                found[at] = months[first - 1] + step * (months[first] - months[first - 1])
    return found


def _months_interval(needed: Floats, shares: Floats, months: Floats, basis: Basis) -> tuple[float, float, float]:
    """Median and 90 % interval of the horizon needed; draws in which none is enough count as endless."""
    if basis.known:
        rng = np.random.default_rng(basis.seed)
        again = [_needed(shares[rng.integers(0, len(shares), len(shares))].mean(axis=0, keepdims=True), months)[0] for _once in range(200)]
        low, high = _quantiles(np.array(again), (0.05, 0.95))
        return float(needed[0]), low, high
    low, middle, high = _quantiles(needed, (0.05, 0.5, 0.95))
    return middle, low, high


def _quantiles(values: Floats, shares: tuple[float, ...]) -> tuple[float, ...]:
    """Quantiles by rank, where missing values count as endless."""
    ordered = np.sort(np.where(np.isnan(values), np.inf, values))
    return tuple(float(ordered[min(int(share * len(ordered)), len(ordered) - 1)]) for share in shares)


def _threshold(basis: Basis) -> float:
    """Horizon in months from which a partner with full capital holds, at the middle temptation of the draws (CF18 at K = 1)."""
    from veche.lab.parameters import INDEX

    g, r0, r1 = (float(np.median(basis.values[:, INDEX[name]])) for name in ("g_tempt", "r0", "r1"))
    return 1 / (1 - g / (g + r0 + r1)) if r0 + r1 > 0 else float("inf")


#: what the rows of a comparison are called
OBSERVED_WORDS: Mapping[str, str] = {
    "yes_share": N_("share of yes votes"), "adoption": N_("proposals adopted"), "tone": N_("tone (1: obedience)"), "control": N_("control by the head"),
    "competence": N_("competence of deputies"), "partner_end": N_("partnership at the end"), "partnership_share": N_("months in partnership"),
    "growth": N_("development a year"),
}  # fmt: skip


def _arms(basis: Basis, arms: Mapping[str, Any], names: Mapping[str, str], observables: tuple[str, ...]) -> Any:
    """Mean and interval of each observable in each arm, and of the difference to the first arm, pair by pair."""
    import pandas as pd

    base = arms[next(iter(arms))]
    rows = []
    for name in observables:
        for arm, frame in arms.items():
            mean, low, high = basis.interval(frame[name].to_numpy())
            change, change_low, change_high = basis.interval((frame[name] - base[name]).to_numpy())
            rows.append({
                "observable": name, "label": _(OBSERVED_WORDS[name]), "arm": arm, "arm_label": names[arm], "mean": mean, "low": low, "high": high,
                "change": change, "change_low": change_low, "change_high": change_high,
            })  # fmt: skip
    return pd.DataFrame(rows)


def _signed(value: float, digits: int = 3) -> str:
    return ("+" if value > 0 else "") + number(value, digits)


def _points(value: float) -> str:
    """Write a difference of shares in percentage points, with its sign."""
    return say(_("{points} points"), points=("+" if value > 0 else "") + number(100 * value, 0))


def _more(value: float) -> str:
    if round(100 * value) == 0:
        return _("no more and no fewer")
    size = number(abs(100 * value), 0)
    return say(_("{points} points more"), points=size) if value > 0 else say(_("{points} points fewer"), points=size)


class Question:
    """A question: its words, and the function that answers it."""

    def __init__(self, key: str, title: str, hint: str, ask: Callable[..., Answer]) -> None:
        self.key, self.title, self.hint, self.ask = key, title, hint, ask


QUESTIONS: Mapping[str, Question] = {
    one.key: one
    for one in (
        Question("mechanism", N_("Which mechanism carries the head's control?"),
                 N_("Entrance, coercion, manipulation, bargaining: how much of control each carries."), which_mechanism),
        Question("selection", N_("Would the assembly be manageable without selection at the entrance?"),
                 N_("The same town with nobody chosen at the door."), manageable_without_selection),
        Question("intervention", N_("What if the federal intervention had lasted six months, or had not come?"),
                 N_("Three histories with the same draws."), intervention),
        Question("horizon", N_("How long a horizon does a partnership need?"),
                 N_("From how many months on town and firm stay together."), partnership_horizon),
    )
}  # fmt: skip


def ask(question: str, basis: Basis, **options: Any) -> Answer:
    """Ask a question by its key.

    Raises
    ------
    NotFound
        For an unknown question.
    InputProblem
        For an option that the question does not have, or a value that cannot be used.
    """
    import inspect

    if question not in QUESTIONS:
        raise NotFound(N_("There is no question {question}. Choose one of: {known}."), question=question, known=", ".join(QUESTIONS))
    function = QUESTIONS[question].ask
    accepted = inspect.signature(function).parameters
    free = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in accepted.values())
    own = [name for name, one in accepted.items() if one.kind is inspect.Parameter.KEYWORD_ONLY]
    if wrong := [name for name in options if name not in own and not free]:
        raise InputProblem(
            N_("There is no option {name} here. The options are: {known}."), name=wrong[0], known=", ".join(own) or "–"
        )  # fmt: skip
    return function(basis, **options)
