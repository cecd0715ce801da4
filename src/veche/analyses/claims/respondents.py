"""Claims judged again without each respondent in turn: how far estimates move, which verdicts change, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from veche.analyses.claims.context import Context
from veche.analyses.claims.found import AGAINST, CANNOT, SUPPORTED, Found
from veche.analyses.claims.found_without import LeftOut, found_without
from veche.analyses.claims.language import Claim
from veche.analyses.claims.running import Judged, corrected, joined
from veche.analyses.claims.without import leave_out


@dataclass(frozen=True)
class WithoutOne:
    """A check without any one respondent: least and most estimate, who moves it most, and whose leaving turns it."""

    least: float
    most: float
    who: str
    #: other verdicts with the respondents without whom they come out
    turned: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Verdict of a claim without somebody, with how many of its checks hold, speak against it, can be made."""

    verdict: str
    held: int
    against: int
    made: int


@dataclass(frozen=True)
class WithoutRespondents:
    """All claims without each respondent: by claim and check, and by claim and respondent (in the order of `who`)."""

    who: tuple[str, ...]
    #: key of the town of each of them (of the first interview)
    towns: tuple[str, ...]
    checks: list[list[WithoutOne | None]]
    claims: list[list[Verdict]]


def verdict_of(claim: Claim, verdicts: Sequence[str]) -> Verdict:
    """Put the verdicts of the checks of a claim together, and count them."""
    made = [one for one in verdicts if one != CANNOT]
    return Verdict(joined(claim, verdicts), made.count(SUPPORTED), made.count(AGAINST), len(made))


def without_respondents(
    ctx: Context, claims: Sequence[Claim], judged: Sequence[Sequence[Judged]]
) -> WithoutRespondents:
    """Judge every claim again without each respondent, by the rules, draws and levels of the main run."""
    weights, people = leave_out(ctx)
    keys = {one.id: one.key for one in ctx.evidence.respondents}
    town_of: dict[str, str] = {}
    for one, town in zip(ctx.sample.interviews, ctx.sample.town_of.tolist(), strict=True):
        town_of.setdefault(one.respondent_id, ctx.sample.towns[town].key)
    out, who = LeftOut(ctx, weights), tuple(keys.get(one, one) for one in people)
    checks, verdicts = [], []
    for claim, rows in zip(claims, judged, strict=True):
        found = [found_without(out, row.check, row.found) for row in rows]
        told = _verdicts(ctx, rows, found, len(who))
        checks.append([_one(row, found[k], [each[k] for each in told], who) for k, row in enumerate(rows)])
        verdicts.append([verdict_of(claim, each) for each in told])
    return WithoutRespondents(who, tuple(town_of[one] for one in people), checks, verdicts)


def _verdicts(ctx: Context, rows: Sequence[Judged], found: list[list[Found]], people: int) -> list[tuple[str, ...]]:
    """Verdicts of the checks of a claim without each respondent."""
    own, confidence = tuple(row.verdict for row in rows), ctx.options.confidence
    own_p, own_level = corrected([row.found for row in rows], confidence)
    main, told = [(one, own_level) for one in own_p], []
    for at in range(people):
        each = [one[at] for one in found]
        if all(one is row.found for one, row in zip(each, rows, strict=True)):
            told.append(own)
            continue
        p, level = corrected(each, confidence)
        told.append(
            tuple(
                row.verdict if one is row.found and (p[k], level) == main[k] else one.verdict(p[k], confidence, level)
                for k, (one, row) in enumerate(zip(each, rows, strict=True))
            )
        )
    return told


def _one(row: Judged, found: Sequence[Found], verdicts: Sequence[str], who: Sequence[str]) -> WithoutOne | None:
    """Sum up a check; None if it has no estimate to begin with."""
    here = row.found.estimate
    known = [(one.estimate, name) for one, name in zip(found, who, strict=True) if one.estimate == one.estimate]
    if here != here or not known:
        return None
    far = max(known, key=lambda one: abs(one[0] - here))
    turned: dict[str, list[str]] = {}
    for verdict, name in zip(verdicts, who, strict=True):
        if verdict != row.verdict:
            turned.setdefault(verdict, []).append(name)
    return WithoutOne(
        min(value for value, _ in known), max(value for value, _ in known), far[1],
        {verdict: tuple(names) for verdict, names in turned.items()},
    )  # fmt: skip
