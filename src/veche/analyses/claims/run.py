"""What was judged: the main run, and the runs it is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from veche.analyses.claims.context import Context
from veche.analyses.claims.language import Claim
from veche.analyses.claims.respondents import Verdict, WithoutRespondents, verdict_of, without_respondents
from veche.analyses.claims.running import Judged, claim_verdict, judge


@dataclass(frozen=True)
class Run:
    """Everything that was judged: the main run and the runs it is compared with."""

    claims: tuple[Claim, ...]
    main: list[list[Judged]]
    panel: list[list[Judged]] | None
    #: by key of the town left out
    towns: dict[str, list[list[Judged]]]
    respondents: WithoutRespondents | None

    def verdict(self, at: int) -> str:
        """Verdict of a claim."""
        return claim_verdict(self.claims[at], self.main[at])


def run_claims(ctx: Context, claims: tuple[Claim, ...], *, again: bool, respondents: bool = True) -> Run:
    """Judge claims; with `again` also in the panel alone, without each town, and with `respondents` without each of them."""
    main = judge(ctx, claims)
    if not again:
        return Run(claims, main, None, {}, None)
    towns = {}
    for at, town in enumerate(ctx.sample.towns):
        kept = ctx.sample.town_of != at
        towns[town.key] = judge(ctx.only(kept, bare=True), claims) if kept.any() else []
    return Run(
        claims, main, judge(ctx.only(ctx.sample.panel, bare=True), claims), {key: one for key, one in towns.items() if one},
        without_respondents(ctx, claims, main) if respondents else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turned:
    """A verdict that is another one without somebody: a whole town, or a respondent (`who`) of it."""

    claim: str
    town: str
    who: str
    was: str
    found: Verdict

    @property
    def label(self) -> str:
        """Label of its row, such as ``H3 · D`` or ``H3 · D · D07``."""
        return " · ".join(one for one in (self.claim, self.town, self.who) if one)


def turned(run: Run) -> Iterator[Turned]:
    """Yield the verdicts of claims that turn if a town or a respondent is left out, by claim."""
    for at, claim in enumerate(run.claims):
        own = run.verdict(at)
        for key, judged in run.towns.items():
            found = verdict_of(claim, [one.verdict for one in judged[at]])
            if found.verdict != own:
                yield Turned(claim.id, key, "", own, found)
        if run.respondents is not None:
            held = run.respondents
            for who, town, found in zip(held.who, held.towns, held.claims[at], strict=True):
                if found.verdict != own:
                    yield Turned(claim.id, town, who, own, found)
