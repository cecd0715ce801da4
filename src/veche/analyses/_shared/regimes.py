"""Is a coalition an urban regime? Four criteria after Mossberger and Stoker as degrees of membership; the least counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from veche.analyses._shared.alliances import Field
from veche.analyses._shared.coalitions import AUTHORITY, Coalition
from veche.measures.missing import Measured, missing
from veche.study.places import Town
from veche.words import N_

WORTH = {"achieved": 1.0, "partly": 0.5, "failed": 0.0}
CRITERIA = ("partners", "capacity", "themes", "lasting")
NO_COALITION = N_("no coalition was found")
NOT_OBSERVED = N_("too few windows in which enough reporters speak of the town")


@dataclass(frozen=True, slots=True)
class Regime:
    """Degrees in [0, 1], or missing with the reason; `membership` is the least of the four.

    `coalition` is the one with the highest membership, None if the town has none.
    """

    town: Town
    coalition: Coalition | None
    partners: Measured
    capacity: Measured
    themes: Measured
    lasting: Measured
    membership: Measured

    @property
    def verdict(self) -> str:
        """One of regime (above 1/2), no regime, not known. Having none is a normal result."""
        if self.membership.missing:
            return "not known"
        return "regime" if self.membership.value > 0.5 else "no regime"


def partners(one: Coalition) -> Measured:
    """Partners from government and outside: 1 with business, 1/2 with others only, 0 without either side."""
    acts, town = one.field.acts, one.field.town.id
    kinds = {acts.parties.branch(member.id, town) for member in one.members}
    outside = kinds - AUTHORITY - {"above", ""}
    if not kinds & AUTHORITY or not outside:
        return Measured(0.0)
    return Measured(1.0 if "business" in outside else 0.5)


def capacity(one: Coalition) -> Measured:
    """Cooperation that achieves: mean over reporters of how well the acts it rests on came out, in [0, 1]."""
    acts = one.field.acts
    by_reporter: dict[int, list[float]] = {}
    for act in one.support:
        outcome = acts.statements[act].outcome
        if outcome in WORTH:
            by_reporter.setdefault(int(acts.reporter[act]), []).append(WORTH[outcome])
    if not by_reporter:
        return missing(N_("no outcome is known"))
    return Measured(sum(sum(held) / len(held) for held in by_reporter.values()) / len(by_reporter))


def themes(one: Coalition) -> Measured:
    """Themes that can be named: share of its reporters who name an issue, in [0, 1]."""
    acts = one.field.acts
    who = {int(acts.reporter[a]) for a in one.support}
    naming = {int(acts.reporter[a]) for a in one.support if acts.statements[a].issue is not None}
    return Measured(len(naming) / len(who)) if who else missing(N_("nobody speaks of it"))


def criteria(one: Coalition) -> Regime:
    """Judge one coalition."""
    parts = partners(one), capacity(one), themes(one), one.tactics.length
    return Regime(one.field.town, one, *parts, _least(parts))


def _least(parts: Iterable[Measured]) -> Measured:
    """Fuzzy AND: a known 0 decides whatever else is missing; else a missing part makes it missing."""
    held = list(parts)
    if any(not part.missing and part.value == 0 for part in held):
        return Measured(0.0)
    return next((part for part in held if part.missing), None) or Measured(min(part.value for part in held))


def regimes(fields: Sequence[Field], found: Sequence[Coalition]) -> tuple[Regime, ...]:
    """Judge every town by its coalition of highest membership.

    A town in which at least as many windows are observed as a coalition needs, and none was found, has membership 0;
    with fewer it is missing.
    """
    judged = []
    for field in fields:
        here = [criteria(one) for one in found if one.field.town.id == field.town.id]
        known = [one for one in here if not one.membership.missing]
        if known or here:
            judged.append(max(known or here, key=lambda r: (r.membership.value if known else 0, r.lasting.value)))
        else:
            enough = int(field.observed.sum()) >= field.rule.least
            none = missing(NO_COALITION if enough else NOT_OBSERVED)
            judged.append(Regime(field.town, None, none, none, none, none, Measured(0.0) if enough else none))
    return tuple(judged)
