"""The result of `informants`: tables, sentence, grounds, notes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.options import checked
from veche.analyses._shared.places import role_label, row_label
from veche.analyses._shared.remarks import ONE_REPORTER, left_out
from veche.analyses.informants.finding import sentence
from veche.analyses.informants.judging import Judging, make_judging
from veche.measures.informants import Fitted, Priors, fit_many
from veche.study.evidence import Evidence
from veche.study.result import Grounds, Result
from veche.words import N_, _, language, number, say

if TYPE_CHECKING:
    import pandas as pd

    from veche.analyses.informants import Params

#: above this the chains do not agree
RHAT = 1.05
CASES = (
    "town", "place", "wave", "judgements", "respondents", "told", "measured", "low", "high", "hidden", "hidden_low",
    "hidden_high", "least", "most", "reason",
)  # fmt: skip
GROUPS = ("group", "judgements", "respondents", "shift", "low", "high", "probability", "verdict", "reason")
REPORTERS = (
    "respondent", "role_name", "group", "judgements", "shift", "low", "high", "probability", "verdict", "reliability",
    "reliability_low", "reliability_high", "reason",
)  # fmt: skip
SENSITIVITY = ("priors", "largest_move", "rank_correlation", "shift", "low", "high", "reason")
#: cells of a row that rest on a comparison of reporters: missing where there is none
MEASURED = frozenset({
    "told", "measured", "low", "high", "hidden", "hidden_low", "hidden_high", "least", "most", "shift", "probability",
    "reliability", "reliability_low", "reliability_high", "largest_move", "rank_correlation",
})  # fmt: skip
FIRST = N_("the measure of the others")
ALONE = N_("nobody else judges the same place and period")
APART = N_("no other group judges the same place and period")


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables ``cases``, ``groups``, ``reporters`` and ``sensitivity``.

    Raises
    ------
    InputProblem
        If the scale is not in the codebook or not used, or numpyro is asked for and missing.
    """
    chosen = checked(params)
    judging = make_judging(evidence, chosen.scale, chosen.groups)
    priors = Priors(
        thresholds=chosen.thresholds,
        groups=chosen.group_shift,
        reporters=chosen.own_shift,
        reliability=chosen.reliability,
    )
    others = _others(priors) if chosen.sensitivity else {}
    fitted = fit_many(
        [judging.data] * (1 + len(others)), [priors, *others.values()], draws=chosen.draws, warmup=chosen.warmup,
        chains=chosen.chains, seed=chosen.seed, sampler=chosen.sampler,  # type: ignore[arg-type]
    )  # fmt: skip
    tables = {
        "cases": _cases(judging, fitted, chosen.confidence),
        "groups": _groups(judging, fitted[0], chosen.confidence),
        "reporters": _reporters(judging, fitted[0], chosen.confidence),
        "sensitivity": _sensitivity(judging, fitted, list(others), chosen.confidence),
    }
    return Result(
        tables=tables,
        sentence=sentence(tables["groups"], tables["reporters"], tables["cases"]),
        highlights=tuple(tables["cases"].index[:3]),
        evidence=evidence,
        support=_Support(judging, tables),
        notes=_notes(judging, fitted, chosen),
        seed=chosen.seed,
    )


def _others(priors: Priors) -> dict[str, Priors]:
    """Priors to compare with, by name (untranslated)."""
    t, g, r, b = priors.thresholds, priors.groups, priors.reporters, priors.reliability
    return {
        N_("shifts half as wide"): Priors(thresholds=t, groups=g / 2, reporters=r / 2, reliability=b),
        N_("shifts twice as wide"): Priors(thresholds=t, groups=2 * g, reporters=2 * r, reliability=b),
        N_("nearly equal reliability"): Priors(thresholds=t, groups=g, reporters=r, reliability=b / 10),
        N_("thresholds twice as wide"): Priors(thresholds=2 * t, groups=g, reporters=r, reliability=b),
    }


def _bounds(draws: Any, confidence: float) -> tuple[Any, Any]:
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    return low, high


def _frame(rows: list[dict[str, Any]], columns: tuple[str, ...], labels: list[str]) -> pd.DataFrame:
    import pandas as pd

    made = pd.DataFrame(rows, columns=list(columns), index=pd.Index(labels, name="row", dtype=object))
    whole, real = ({"judgements", "respondents"} & set(columns)), (MEASURED & set(columns))
    return made.astype(dict.fromkeys(whole, "int64") | dict.fromkeys(real, "float64"))


def _known(row: dict[str, Any], reason: str) -> dict[str, Any]:
    """Leave out what is measured, if there is a reason why it cannot be."""
    missing = {name: np.nan for name in row if name in MEASURED} | ({"verdict": ""} if "verdict" in row else {})
    return row | (missing if reason else {}) | {"reason": _(reason) if reason else ""}


def _cases(judging: Judging, fitted: list[Fitted], confidence: float) -> pd.DataFrame:
    data, sample, main = judging.data, judging.sample, fitted[0]
    expected = main.expected()
    low, high = _bounds(expected, confidence)
    hidden_low, hidden_high = _bounds(main.theta, confidence)
    every = np.array([one.expected().mean(axis=0) for one in fitted])
    heard = judging.heard
    rows, labels = [], []
    for at, (town, wave) in enumerate(judging.cases):
        here = data.case == at
        labels.append(row_label(sample.towns[town].key, sample.waves[wave].key))
        rows.append(_known(
            {
                "town": sample.towns[town].key, "place": sample.towns[town].name, "wave": sample.waves[wave].key,
                "judgements": int(here.sum()), "respondents": len(set(data.reporter[here].tolist())),
                "told": float(data.level[here].mean()) / (data.levels - 1), "measured": float(every[0, at]),
                "low": float(low[at]), "high": float(high[at]), "hidden": float(main.theta[:, at].mean()),
                "hidden_low": float(hidden_low[at]), "hidden_high": float(hidden_high[at]),
                "least": float(every[:, at].min()), "most": float(every[:, at].max()),
            }, "" if heard[at] > 1 else ONE_REPORTER
        ))  # fmt: skip
    return _frame(rows, CASES, labels)


def _verdict(draws: Any, confidence: float, family: int) -> str:
    """Higher or lower if the interval leaves out 0 at a level that holds for all verdicts of the table at once."""
    low, high = _bounds(draws, 1 - (1 - confidence) / family)
    return "higher" if low > 0 else "lower" if high < 0 else "uncertain"


def _groups(judging: Judging, main: Fitted, confidence: float) -> pd.DataFrame:
    data = judging.data
    low, high = _bounds(main.group, confidence)
    reasons = _group_reasons(judging)
    rows, labels = [], []
    for at, (draws, reason) in enumerate(zip(main.group.T, reasons, strict=True)):
        labels.append(judging.groups[at])
        rows.append(_known(
            {
                "group": _(judging.group_name(at)), "judgements": int((data.group == at).sum()),
                "respondents": int(judging.speaking[at]), "shift": float(draws.mean()), "low": float(low[at]),
                "high": float(high[at]), "probability": float((draws > 0).mean()),
                "verdict": _verdict(draws, confidence, max(reasons.count(""), 1)),
            }, reason
        ))  # fmt: skip
    return _frame(rows, GROUPS, labels)


def _group_reasons(judging: Judging) -> list[str]:
    """Why the shift of a group is missing (untranslated); empty where it is known."""
    found = [
        ONE_REPORTER if speaking < 2 else "" if mixed else APART
        for speaking, mixed in zip(judging.speaking, judging.mixed, strict=True)
    ]
    return [FIRST, *found[1:]]


def _reporters(judging: Judging, main: Fitted, confidence: float) -> pd.DataFrame:
    data, sample = judging.data, judging.sample
    # the group of a reporter who spoke as one of several is the last
    group_of = {int(r): int(g) for r, g in zip(data.reporter, data.group, strict=True)}
    keys = {one.id: one.key for one in sample.evidence.respondents}
    roles: dict[str, list[str]] = {}
    for one in sample.interviews:
        roles.setdefault(one.respondent_id, []).append(role_label(sample.evidence.role_by_id.get(one.role_id)))
    compared = judging.compared
    family = max(int(compared.sum()), 1)
    rows, labels = [], []
    for at, respondent in enumerate(judging.reporters):
        total = main.group[:, group_of[at]] + main.shift[:, at]
        (low, high), (r_low, r_high) = (_bounds(one, confidence) for one in (total, main.reliability[:, at]))
        labels.append(keys.get(respondent, respondent))
        rows.append(_known(
            {
                "respondent": keys.get(respondent, respondent), "role_name": ", ".join(dict.fromkeys(roles[respondent])),
                "group": _(judging.group_name(group_of[at])), "judgements": int((data.reporter == at).sum()),
                "shift": float(total.mean()), "low": float(low), "high": float(high),
                "probability": float((total > 0).mean()), "verdict": _verdict(total, confidence, family),
                "reliability": float(main.reliability[:, at].mean()), "reliability_low": float(r_low),
                "reliability_high": float(r_high),
            }, "" if compared[at] else ALONE
        ))  # fmt: skip
    made = _frame(rows, REPORTERS, labels)
    return made.iloc[np.argsort(-made["shift"].abs().to_numpy(), kind="stable")]


def _sensitivity(judging: Judging, fitted: list[Fitted], names: list[str], confidence: float) -> pd.DataFrame:
    """How far other priors move the levels of cases, and the shift of the group that deviates most."""
    told = judging.heard > 1
    every = [N_("as chosen"), *names]
    labels = [f"{at}" for at in range(len(every))]
    if not told.any():
        return _frame([{"priors": _(name), "reason": _(ONE_REPORTER)} for name in every], SENSITIVITY, labels)
    main = fitted[0].expected().mean(axis=0)[told]
    few = "" if main.size > 2 else _("fewer than three places and periods: no ranks")
    shifts = np.where([not one for one in _group_reasons(judging)], np.abs(fitted[0].group.mean(axis=0)), np.nan)
    most = None if np.isnan(shifts).all() else int(np.nanargmax(shifts))
    rows = []
    for name, one in zip(every, fitted, strict=True):
        other = one.expected().mean(axis=0)[told]
        row: dict[str, Any] = {
            "priors": _(name), "largest_move": float(np.abs(other - main).max()), "rank_correlation": _ranks(main, other),
            "reason": "; ".join(filter(None, (few, "" if most is not None else _("no group can be compared with another")))),
        }  # fmt: skip
        if most is not None:
            low, high = _bounds(one.group[:, most], confidence)
            row |= {"shift": float(one.group[:, most].mean()), "low": float(low), "high": float(high)}
        rows.append(row)
    return _frame(rows, SENSITIVITY, labels)


def _ranks(first: Any, second: Any) -> float:
    """Spearman's rank correlation; missing with fewer than three cases."""
    if first.size < 3:
        return float("nan")
    ranks = [np.argsort(np.argsort(one)).astype(float) for one in (first, second)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


class _Support:
    """The codings behind a row: high judgements for, low ones against."""

    def __init__(self, judging: Judging, tables: dict[str, pd.DataFrame]) -> None:
        self.judging, self.tables = judging, tables

    def __call__(self, table: str, label: Hashable, column: str | None) -> Grounds:
        if table == "sensitivity":
            return Grounds()
        at = list(self.tables[table].index).index(label)
        data = self.judging.data
        if table == "cases":
            here = data.case == at
        elif table == "groups":
            here = data.group == at
        else:
            keys = {one.id: one.key for one in self.judging.sample.evidence.respondents}
            names = [keys.get(one, one) for one in self.judging.reporters]
            here = np.isin(data.reporter, [i for i, one in enumerate(names) if one == label])
        middle = (data.levels - 1) / 2
        sides: tuple[list[str], list[str]] = ([], [])
        for i in np.flatnonzero(here).tolist():
            sides[0 if data.level[i] >= middle else 1].extend(self.judging.codings[i])
        return Grounds(tuple(dict.fromkeys(sides[0])), tuple(dict.fromkeys(sides[1])))


def _notes(judging: Judging, fitted: list[Fitted], params: Params) -> tuple[str, ...]:
    steps = ", ".join(code.label(language()) for code in judging.scale.steps)
    notes = [
        say(N_("Scale from low to high: {steps}. Judgements: {n}."), steps=steps, n=judging.data.level.size),
        say(
            N_(
                "Priors: level of a case N(0, 1); first threshold N(0, {t}); logarithms of gaps N(0, {h}); shift of a group N(0, {g}); spread "
                "of reporters half-normal {r}; spread of log reliability half-normal {b}."
            ),
            t=number(params.thresholds), h=number(params.thresholds / 2), g=number(params.group_shift),
            r=number(params.own_shift), b=number(params.reliability),
        ),
        _("Higher or lower is said at a level that holds for all groups, or all reporters, of the table at once."),
        _("Shifts are in the unit of the hidden level: one standard deviation between places and periods."),
        _("A group is told apart from the places only where other groups judge the same place and period."),
        _(
            "A place and period with one reporter only has no level, and a reporter whom nobody else can be compared with no "
            "shift; what he says is one more answer by the common thresholds, and helps to place them."
        ),
    ]  # fmt: skip
    worst = max(one.rhat for one in fitted)
    if not worst <= RHAT:
        notes.append(
            say(N_("The chains do not agree well (scale reduction {rhat}): ask for more draws."), rhat=number(worst, 3))
        )
    return (*notes, *left_out(judging.sample.evidence, judging.sample.interviews))
