"""Tables of `claims`: verdicts, checks, and whose leaving out turns a verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from veche.analyses.claims.describe import describe, expected
from veche.analyses.claims.found import SUPPORTED
from veche.analyses.claims.run import Run, turned
from veche.analyses.claims.running import Judged, claim_verdict
from veche.words import N_, _, say

if TYPE_CHECKING:
    import pandas as pd

#: most names that stand in a cell; the table of those left out has all
NAMED = 6
CLAIMS = (
    "claim_id", "claim", "verdict", "held", "speak_against", "checked", "p_adjusted", "over_all", "panel_verdict",
    "without_town", "without_respondent", "taken_from", "evidence_asked", "counts_against", "reason",
)  # fmt: skip
WITHOUT = ("claim_id", "left_out", "who", "town", "verdict", "was", "held", "speak_against", "checked")
CHECKS = (
    "claim_id", "check", "expected", "interviews", "cases", "estimate", "low", "high", "p", "p_adjusted", "p_over_all", "verdict", "over_all",
    "panel_estimate", "panel_verdict", "without_town", "without_respondent", "least_without", "most_without", "moved_most_by", "reason",
)  # fmt: skip


def frame(rows: list[dict[str, Any]], columns: tuple[str, ...], labels: list[str]) -> pd.DataFrame:
    """Make a table with labelled rows, whole numbers and real numbers as such."""
    import pandas as pd

    made = pd.DataFrame(rows, columns=list(columns), index=pd.Index(labels, name="row", dtype=object))
    whole = {name: "int64" for name in ("held", "speak_against", "checked", "interviews", "cases") if name in columns}
    real = (
        "estimate",
        "low",
        "high",
        "p",
        "p_adjusted",
        "p_over_all",
        "panel_estimate",
        "least_without",
        "most_without",
    )
    return made.astype(whole | {name: "float64" for name in real if name in columns})


def claims_table(run: Run) -> pd.DataFrame:
    """Make the table of verdicts, one row for each claim."""
    rows = []
    for at, (claim, judged) in enumerate(zip(run.claims, run.main, strict=True)):
        made = [one for one in judged if one.verdict != "cannot"]
        ps = [one.p_adjusted for one in judged if one.p_adjusted == one.p_adjusted]
        rows.append(
            {
                "claim_id": claim.id, "claim": claim.words("says"), "verdict": run.verdict(at),
                "held": sum(one.verdict == SUPPORTED for one in judged),
                "speak_against": sum(one.verdict == "against" for one in judged), "checked": len(made), "p_adjusted": max(ps) if ps else math.nan,
                "over_all": claim_verdict(claim, judged, over_all=True),
                "panel_verdict": claim_verdict(claim, run.panel[at]) if run.panel else "",
                "without_town": _town_verdicts(run, at), "without_respondent": _respondent_verdicts(run, at),
                "taken_from": claim.source, "evidence_asked": claim.words("evidence"), "counts_against": claim.words("against"),
                "reason": "; ".join(dict.fromkeys(one.found.note for one in judged if one.verdict == "cannot" and one.found.note)),
            }
        )  # fmt: skip
    return frame(rows, CLAIMS, [one.id for one in run.claims])


def _town_verdicts(run: Run, at: int) -> str:
    """Which verdicts come out without a town, if other ones; else that it stands."""
    if not run.towns:
        return ""
    own = run.verdict(at)
    other: dict[str, list[str]] = {}
    for key, judged in run.towns.items():
        if (verdict := claim_verdict(run.claims[at], judged[at])) != own:
            other.setdefault(verdict, []).append(key)
    return _told(other) or _("the same without any town")


def _told(other: Mapping[str, Sequence[str]]) -> str:
    """Say which verdicts come out without whom."""
    from veche.analyses._headings import VALUES

    told = [
        say(N_("{verdict} without {towns}"), verdict=_(VALUES[one]), towns=_few(names)) for one, names in other.items()
    ]
    return "; ".join(told)


def _few(names: Sequence[str]) -> str:
    """List names, or the first of many with how many more there are."""
    if len(names) <= NAMED:
        return ", ".join(names)
    return say(N_("{names} and {n} more"), names=", ".join(names[: NAMED - 1]), n=len(names) - NAMED + 1)


def _respondent_verdicts(run: Run, at: int) -> str:
    """Which verdicts come out without a respondent, if other ones; else that it stands."""
    if run.respondents is None:
        return ""
    other: dict[str, list[str]] = {}
    for who, one in zip(run.respondents.who, run.respondents.claims[at], strict=True):
        if one.verdict != run.verdict(at):
            other.setdefault(one.verdict, []).append(who)
    return _told(other) or _("the same without any one")


def without_table(run: Run) -> pd.DataFrame:
    """List whose leaving out turns the verdict of a claim: towns, then respondents."""
    rows = []
    for one in turned(run):
        found = one.found
        rows.append(
            {
                "claim_id": one.claim, "left_out": "one respondent" if one.who else "one town", "who": one.who or one.town, "town": one.town,
                "verdict": found.verdict, "was": one.was, "held": found.held, "speak_against": found.against, "checked": found.made,
            }
        )  # fmt: skip
    return frame(rows, WITHOUT, [one.label for one in turned(run)])


def checks_table(run: Run) -> pd.DataFrame:
    """Make the table of checks with their numbers."""
    rows, labels = [], []
    for at, (claim, judged) in enumerate(zip(run.claims, run.main, strict=True)):
        for k, one in enumerate(judged):
            labels.append(f"{claim.id} · {k + 1}")
            panel = run.panel[at][k] if run.panel else None
            without = run.respondents.checks[at][k] if run.respondents else None
            flips = [key for key, other in run.towns.items() if other[at][k].verdict != one.verdict]
            rows.append(
                {
                    "claim_id": claim.id, "check": describe(one.check), "expected": expected(one.check),
                    "interviews": one.found.interviews, "cases": one.found.cases, "estimate": one.found.estimate, "low": one.low,
                    "high": one.high, "p": one.found.p, "p_adjusted": one.p_adjusted, "p_over_all": one.p_over_all,
                    "verdict": one.verdict, "over_all": one.over_all,
                    "panel_estimate": panel.found.estimate if panel else math.nan, "panel_verdict": panel.verdict if panel else "",
                    "without_town": ", ".join(flips),
                    "without_respondent": _told(without.turned) if without else "", "least_without": without.least if without else math.nan,
                    "most_without": without.most if without else math.nan, "moved_most_by": without.who if without else "",
                    "reason": _note(one),
                }
            )  # fmt: skip
    return frame(rows, CHECKS, labels)


def _note(one: Judged) -> str:
    note = one.found.note
    if note.startswith("! "):
        return say(N_("contradicting cases: {cases}"), cases=note[2:])
    return _(note) if note else ""
