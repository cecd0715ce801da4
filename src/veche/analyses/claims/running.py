"""Running the checks of all claims on some of the interviews, and judging them together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from veche.analyses._shared.sample import Floats
from veche.analyses.claims import case_checks, checks
from veche.analyses.claims.context import Context, Untestable
from veche.analyses.claims.found import AGAINST, CANNOT, SUPPORTED, Found, cannot
from veche.analyses.claims.language import Check, Claim
from veche.analyses.claims.without import estimates, leave_out
from veche.measures.proportions import holm
from veche.study.errors import InputProblem, NotFound
from veche.words import _

#: verdicts of a claim
NOT_SUPPORTED, MIXED, UNTESTED = "not supported", "mixed", "cannot be tested here"
VERDICTS = (SUPPORTED, MIXED, NOT_SUPPORTED, UNTESTED)

RUN: Mapping[str, Callable[[Context, Check], Found]] = {
    "change": checks.change, "level": checks.level, "compare": checks.compare, "contrast": checks.contrast,
    "together": checks.together, "new": checks.new, "present": checks.present, "ranks": checks.ranks,
    "before_after": checks.before_after, "untestable": checks.untestable, "cases": case_checks.cases,
    "goes_with": case_checks.goes_with, "hang_together": case_checks.hang_together, "count": case_checks.count,
    "coalitions": case_checks.coalitions, "order": case_checks.order, "moves": case_checks.moves,
}  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """A check with what it found, its verdict in its claim, and the verdict if all checks of the run are one family."""

    check: Check
    found: Found
    p_adjusted: float
    verdict: str
    low: float
    high: float
    p_over_all: float
    over_all: str


def run_check(ctx: Context, check: Check) -> Found:
    """Run one check; what the study lacks is the reason why it cannot be made."""
    try:
        return RUN[check.kind](ctx, check)
    except Untestable as reason:
        return cannot(_(reason.reason))
    except (NotFound, InputProblem) as problem:
        return cannot(problem.message(_))


def judge(ctx: Context, claims: Sequence[Claim]) -> list[list[Judged]]:
    """Run the checks of all claims and judge them, each claim as a question of its own and all of them at once.

    The level of a claim holds for its checks together: Holm over its tests, and for its checks by interval a level at
    which all of their intervals hold. `over_all` is the verdict if the same is asked of all checks of the run.
    """
    found = [[run_check(ctx, check) for check in claim.checks] for claim in claims]
    confidence = ctx.options.confidence
    every = [one for each in found for one in each]
    run_p, run_level = _corrected(every, confidence)
    out, at = [], 0
    for claim, each in zip(claims, found, strict=True):
        own_p, own_level = _corrected(each, confidence)
        rows = []
        for k, (check, one) in enumerate(zip(claim.checks, each, strict=True)):
            low, high = one.interval(confidence)
            # a test by exchange of cases has no interval
            low, high = (math.nan, math.nan) if low == high == one.estimate else (low, high)
            rows.append(
                Judged(
                    check, one, own_p[k], one.verdict(own_p[k], confidence, own_level), low, high, run_p[at + k],
                    one.verdict(run_p[at + k], confidence, run_level),
                )
            )  # fmt: skip
        at += len(each)
        out.append(rows)
    return out


def _corrected(found: Sequence[Found], confidence: float) -> tuple[list[float], float]:
    """Adjusted p-values of a family of checks, and the level of its intervals."""
    adjusted = holm([one.p if one.tested and not one.decided else math.nan for one in found]).tolist()
    return adjusted, 1 - (1 - confidence) / max(sum(map(by_interval, found)), 1)


def by_interval(one: Found) -> bool:
    """Is a check judged by its interval alone?"""
    return not one.decided and one.bounds is not None and (not one.tested or one.equivalence)


def claim_verdict(claim: Claim, rows: Sequence[Judged], *, over_all: bool = False) -> str:
    """Put the verdicts of the checks of a claim together; `over_all`: those that hold for all checks of the run.

    Supported if all hold (or, for a claim that combines by any, one); cannot be tested here if none can be made; not
    supported if none of those made holds; otherwise mixed. What cannot be made leaves a claim mixed at best.
    """
    verdicts = [one.over_all if over_all else one.verdict for one in rows]
    made = [one for one in verdicts if one != CANNOT]
    if not made:
        return UNTESTED
    if SUPPORTED not in made:
        return NOT_SUPPORTED
    if claim.combine == "any":
        return MIXED if AGAINST in made else SUPPORTED
    return SUPPORTED if set(verdicts) == {SUPPORTED} else MIXED


@dataclass(frozen=True)
class WithoutOne:
    """How far an estimate moves without any one respondent: its least and most value, and who moves it most."""

    least: float
    most: float
    who: str
    #: does the estimate stay on the claim's side whoever is left out?
    holds: bool


#: checks and values that are too slow to repeat for every respondent
_SLOW = ("coalition", "turbulence", "regime", "hang_together", "ranks")


def repeatable(check: Check) -> bool:
    """Can a check be repeated for every respondent?"""
    text = f"{check.kind} {dict(check.fields)!r}"
    return check.kind != "untestable" and not any(word in text for word in _SLOW)


def without_respondents(
    ctx: Context, claims: Sequence[Claim], judged: Sequence[Sequence[Judged]]
) -> list[list[WithoutOne | None]]:
    """Estimate every check again without each respondent in turn; None where it cannot be repeated or has no estimate."""
    weights, people = leave_out(ctx)
    keys = {one.id: one.key for one in ctx.evidence.respondents}
    names = [keys.get(who, who) for who in people]
    return [[_without(ctx, row, weights, names) for row in rows] for rows in judged]


def _without(ctx: Context, row: Judged, weights: Floats, names: Sequence[str]) -> WithoutOne | None:
    if row.found.estimate != row.found.estimate or not repeatable(row.check):
        return None
    found = estimates(ctx, row.check, weights)
    if found is None:
        staying = weights[:, ctx.sample.cluster_of] > 0
        found = np.array([run_check(ctx.only(one, quick=True), row.check).estimate for one in staying])
    low, high = row.found.inside
    told = [(float(one), low < one < high, who) for one, who in zip(found.tolist(), names, strict=True) if one == one]
    return _range(row, told)


def _range(row: Judged, values: list[tuple[float, bool, str]]) -> WithoutOne | None:
    if not values:
        return None
    most = max(values, key=lambda one: abs(one[0] - row.found.estimate))
    return WithoutOne(min(v for v, _, _ in values), max(v for v, _, _ in values), most[2], all(h for _, h, _ in values))
