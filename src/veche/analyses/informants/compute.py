"""The result of `informants`: tables, sentence, grounds, notes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np

from veche.analyses._shared.options import checked
from veche.analyses._shared.places import listed, role_label, row_label
from veche.analyses._shared.remarks import left_out
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
    "hidden_high", "least", "most",
)  # fmt: skip
GROUPS = ("group", "judgements", "respondents", "shift", "low", "high", "probability", "verdict", "reason")
REPORTERS = (
    "respondent", "role_name", "group", "judgements", "shift", "low", "high", "probability", "verdict", "reliability",
    "reliability_low", "reliability_high",
)  # fmt: skip
SENSITIVITY = ("priors", "largest_move", "rank_correlation", "shift", "low", "high")


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
        sentence=sentence(tables["groups"], tables["reporters"]),
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
    return made.astype(dict.fromkeys(({"judgements", "respondents"} & set(columns)), "int64"))


def _cases(judging: Judging, fitted: list[Fitted], confidence: float) -> pd.DataFrame:
    data, sample, main = judging.data, judging.sample, fitted[0]
    expected = main.expected()
    low, high = _bounds(expected, confidence)
    hidden_low, hidden_high = _bounds(main.theta, confidence)
    every = np.array([one.expected().mean(axis=0) for one in fitted])
    rows, labels = [], []
    for at, (town, wave) in enumerate(judging.cases):
        here = data.case == at
        labels.append(row_label(sample.towns[town].key, sample.waves[wave].key))
        rows.append(
            {
                "town": sample.towns[town].key, "place": sample.towns[town].name, "wave": sample.waves[wave].key,
                "judgements": int(here.sum()), "respondents": len(set(data.reporter[here].tolist())),
                "told": float(data.level[here].mean()) / (data.levels - 1), "measured": float(every[0, at]),
                "low": float(low[at]), "high": float(high[at]), "hidden": float(main.theta[:, at].mean()),
                "hidden_low": float(hidden_low[at]), "hidden_high": float(hidden_high[at]),
                "least": float(every[:, at].min()), "most": float(every[:, at].max()),
            }
        )  # fmt: skip
    return _frame(rows, CASES, labels)


def _verdict(draws: Any, confidence: float, family: int) -> str:
    """Higher or lower if the interval leaves out 0 at a level that holds for all verdicts of the table at once."""
    low, high = _bounds(draws, 1 - (1 - confidence) / family)
    return "higher" if low > 0 else "lower" if high < 0 else "uncertain"


def _groups(judging: Judging, main: Fitted, confidence: float) -> pd.DataFrame:
    data = judging.data
    low, high = _bounds(main.group, confidence)
    rows, labels = [], []
    for at in range(len(judging.groups)):
        here = data.group == at
        first = at == 0
        labels.append(judging.groups[at])
        rows.append(
            {
                "group": _(judging.group_name(at)), "judgements": int(here.sum()),
                "respondents": len(set(data.reporter[here].tolist())),
                "shift": np.nan if first else float(main.group[:, at].mean()), "low": np.nan if first else float(low[at]),
                "high": np.nan if first else float(high[at]),
                "probability": np.nan if first else float((main.group[:, at] > 0).mean()),
                "verdict": "" if first else _verdict(main.group[:, at], confidence, len(judging.groups) - 1),
                "reason": _("the measure of the others") if first else "",
            }
        )  # fmt: skip
    return _frame(rows, GROUPS, labels)


def _reporters(judging: Judging, main: Fitted, confidence: float) -> pd.DataFrame:
    data, sample = judging.data, judging.sample
    # the group of a reporter who spoke as one of several is the last
    group_of = {int(r): int(g) for r, g in zip(data.reporter, data.group, strict=True)}
    keys = {one.id: one.key for one in sample.evidence.respondents}
    roles: dict[str, list[str]] = {}
    for one in sample.interviews:
        roles.setdefault(one.respondent_id, []).append(role_label(sample.evidence.role_by_id.get(one.role_id)))
    rows, labels = [], []
    for at, respondent in enumerate(judging.reporters):
        total = main.group[:, group_of[at]] + main.shift[:, at]
        (low, high), (r_low, r_high) = (_bounds(one, confidence) for one in (total, main.reliability[:, at]))
        labels.append(keys.get(respondent, respondent))
        rows.append(
            {
                "respondent": keys.get(respondent, respondent), "role_name": ", ".join(dict.fromkeys(roles[respondent])),
                "group": _(judging.group_name(group_of[at])), "judgements": int((data.reporter == at).sum()),
                "shift": float(total.mean()), "low": float(low), "high": float(high),
                "probability": float((total > 0).mean()), "verdict": _verdict(total, confidence, len(judging.reporters)),
                "reliability": float(main.reliability[:, at].mean()), "reliability_low": float(r_low),
                "reliability_high": float(r_high),
            }
        )  # fmt: skip
    made = _frame(rows, REPORTERS, labels)
    return made.iloc[np.argsort(-made["shift"].abs().to_numpy(), kind="stable")]


def _sensitivity(judging: Judging, fitted: list[Fitted], names: list[str], confidence: float) -> pd.DataFrame:
    """How far other priors move the levels of cases, and the shift of the group that deviates most."""
    main = fitted[0].expected().mean(axis=0)
    most = int(np.abs(fitted[0].group.mean(axis=0)).argmax())
    rows, labels = [], []
    for at, (name, one) in enumerate(zip([N_("as chosen"), *names], fitted, strict=True)):
        other = one.expected().mean(axis=0)
        low, high = _bounds(one.group[:, most], confidence)
        alone = len(judging.groups) < 2
        labels.append(f"{at}")
        rows.append(
            {
                "priors": _(name), "largest_move": float(np.abs(other - main).max()) if at else 0.0,
                "rank_correlation": _ranks(main, other), "shift": np.nan if alone else float(one.group[:, most].mean()),
                "low": np.nan if alone else float(low), "high": np.nan if alone else float(high),
            }
        )  # fmt: skip
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


def sentence(groups: pd.DataFrame, reporters: pd.DataFrame) -> str:
    """Say which groups judge higher or lower than the first, and how many single reporters do."""
    if len(groups) < 2:
        lead = _("All reporters belong to one group, so that no group can deviate.")
    else:
        told = [
            say(_TOLD[row["verdict"]], group=row["group"], shift=number(abs(row["shift"])), low=number(row["low"]), high=number(row["high"]))
            for _label, row in groups.iterrows()
            if row["verdict"] in _TOLD
        ]  # fmt: skip
        first = str(groups["group"].iloc[0])
        lead = (
            say(N_("Measured by {first}: {told}."), first=first, told=listed(told))
            if told
            else say(N_("No group surely judges higher or lower than {first}."), first=first)
        )
    several = reporters[reporters["verdict"].isin(["higher", "lower"])]
    one = say(N_("Single reporters who surely deviate: {n} of {all}."), n=len(several), all=len(reporters))
    return f"{lead} {one}"


_TOLD = {
    "higher": N_("{group} judge higher by {shift} ({low} to {high})"),
    "lower": N_("{group} judge lower by {shift} ({low} to {high})"),
}


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
    ]  # fmt: skip
    worst = max(one.rhat for one in fitted)
    if not worst <= RHAT:
        notes.append(
            say(N_("The chains do not agree well (scale reduction {rhat}): ask for more draws."), rhat=number(worst, 3))
        )
    return (*notes, *left_out(judging.sample.evidence, judging.sample.interviews))
