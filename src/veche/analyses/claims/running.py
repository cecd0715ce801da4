"""Running the checks of all claims on some of the interviews, and judging them together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from veche.analyses.claims import case_checks, checks, ranks, together
from veche.analyses.claims.context import Context, Untestable
from veche.analyses.claims.found import AGAINST, CANNOT, SUPPORTED, Found, cannot
from veche.analyses.claims.language import Check, Claim
from veche.measures.proportions import holm
from veche.study.errors import InputProblem, NotFound
from veche.words import _

#: verdicts of a claim
NOT_SUPPORTED, MIXED, UNTESTED = "not supported", "mixed", "cannot be tested here"
VERDICTS = (SUPPORTED, MIXED, NOT_SUPPORTED, UNTESTED)

RUN: Mapping[str, Callable[[Context, Check], Found]] = {
    "change": checks.change, "level": checks.level, "compare": checks.compare, "contrast": checks.contrast,
    "together": together.together, "new": checks.new, "present": checks.present, "ranks": ranks.ranks,
    "before_after": checks.before_after, "untestable": checks.untestable, "coalitions": case_checks.coalitions,
    "order": case_checks.order, "moves": case_checks.moves,
}  # fmt: skip
#: checks of case values, which are made first
OF_VALUES: Mapping[str, Callable[..., Found]] = {
    "cases": case_checks.cases,
    "goes_with": case_checks.goes_with,
    "hang_together": case_checks.hang_together,
    "count": case_checks.count,
}


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
    if check.kind in OF_VALUES:
        return reasoned(lambda: OF_VALUES[check.kind](ctx, check, *case_checks.values_of(ctx, check)))
    return reasoned(lambda: RUN[check.kind](ctx, check))


def reasoned(made: Callable[[], Found]) -> Found:
    """Give what a check finds, or why it cannot be made."""
    try:
        return made()
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
    run_p, run_level = corrected(every, confidence)
    out, at = [], 0
    for claim, each in zip(claims, found, strict=True):
        own_p, own_level = corrected(each, confidence)
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


def corrected(found: Sequence[Found], confidence: float) -> tuple[list[float], float]:
    """Adjust the p-values of a family of checks (Holm), and give the level at which all of its intervals hold (Bonferroni)."""
    ps = [one.p if one.tested and not one.decided else math.nan for one in found]
    adjusted = holm(ps).tolist() if any(p == p for p in ps) else ps
    return adjusted, 1 - (1 - confidence) / max(sum(map(by_interval, found)), 1)


def by_interval(one: Found) -> bool:
    """Is a check judged by its interval alone?"""
    return not one.decided and one.bounds is not None and (not one.tested or one.equivalence)


def claim_verdict(claim: Claim, rows: Sequence[Judged], *, over_all: bool = False) -> str:
    """Put the verdicts of the checks of a claim together; `over_all`: those that hold for all checks of the run.

    Supported if all hold (or, for a claim that combines by any, one); cannot be tested here if none can be made; not
    supported if none of those made holds; otherwise mixed. What cannot be made leaves a claim mixed at best.
    """
    return joined(claim, [one.over_all if over_all else one.verdict for one in rows])


def joined(claim: Claim, verdicts: Sequence[str]) -> str:
    """Put verdicts of checks together to that of their claim."""
    made = [one for one in verdicts if one != CANNOT]
    if not made:
        return UNTESTED
    if SUPPORTED not in made:
        return NOT_SUPPORTED
    if claim.combine == "any":
        return MIXED if AGAINST in made else SUPPORTED
    return SUPPORTED if set(verdicts) == {SUPPORTED} else MIXED
