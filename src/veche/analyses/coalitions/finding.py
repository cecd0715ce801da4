"""What the coalitions say, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from veche.analyses._shared.alliances import Field
from veche.analyses._shared.coalitions import Coalition
from veche.analyses._shared.places import listed
from veche.analyses._shared.regimes import Regime
from veche.words import N_, ngettext, say


@dataclass(frozen=True, slots=True)
class Finding:
    """How many and of what kind; regimes; the title of a figure; rows spoken of."""

    kinds: str
    regimes: str
    title: str
    rows: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """All together."""
        return " ".join(part for part in (self.kinds, self.regimes) if part)


def finding(found: Sequence[Coalition], judged: Sequence[Regime], fields: Sequence[Field]) -> Finding:
    """Say how many coalitions there are, of what kind, which ended, and where there is a regime."""
    if not fields:
        none = say(N_("No town has statements that could show a coalition."))
        return Finding(none, "", none)
    if not found:
        none = say(N_("No coalition was found; towns looked at: {n}."), n=len(fields))
        return Finding(none, "", none)
    counts = {
        kind: sum(one.tactics.label == kind for one in found) for kind in ("strategic", "tactical", "mixed", "unknown")
    }
    towns = len({one.field.town.id for one in found})
    title = ngettext("Coalitions: {n}, in {towns} town", "Coalitions: {n}, in {towns} towns", towns).format(
        n=len(found), towns=towns
    )
    split = say(
        N_("{title}. Strategic: {strategic}, tactical: {tactical}, mixed: {mixed}, not known: {unknown}."),
        title=title, **counts,
    )  # fmt: skip
    ends = say(
        N_("Seen to end: {ended}, of them at odds: {broken}."),
        ended=sum(one.ended for one in found), broken=sum(one.ending == "broken" for one in found),
    )  # fmt: skip
    strong = sorted(
        (one for one in found if one.tactics.label == "strategic"), key=lambda o: (-o.tactics.strategic.value, o.key)
    )
    rows = tuple(one.key for one in (*strong, *(one for one in found if one not in strong)))[:3]
    return Finding(f"{split} {ends}", _regimes(judged), title, rows)


def _regimes(judged: Sequence[Regime]) -> str:
    there = [one.town.name for one in judged if one.verdict == "regime"]
    known = sum(one.verdict != "not known" for one in judged)
    if not known:
        return ""
    if not there:
        return say(N_("No town meets all four criteria of an urban regime."))
    return say(N_("All four criteria of an urban regime are met in {towns}, out of {n}."), towns=listed(there), n=known)
