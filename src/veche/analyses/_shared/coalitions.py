"""Coalitions of a study: derived from statements, described by what was said in the same answers.

Nothing about a coalition is stored. Members, span, issues and gains come from statements; whether it was for one task,
lasting, agreed on entry or entered unwillingly comes from codings in the answers of the statements that support it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as kept
from functools import cached_property

import numpy as np

from veche.analyses._shared.alliances import Field, Rule, calendar_periods, town_fields
from veche.analyses._shared.periods import MONTH
from veche.analyses._shared.relations import Relations, prepare
from veche.measures.coalitions import Pair, Spell
from veche.measures.survival import Durations, durations
from veche.measures.tactics import TERM, Tactics, tactics
from veche.study.actors import Actor
from veche.study.codings import Coding
from veche.study.evidence import Evidence
from veche.words import N_

#: what a coalition joins
SCOPES = {
    "branches": N_("between the branches"),
    "business": N_("authority and business"),
    "above": N_("town and levels above"),
    "inside": N_("within one branch"),
    "other": N_("other"),
}
#: what became of it
ENDINGS = {
    "alive": N_("seen to the last"),
    "lost": N_("lost from view"),
    "unheard": N_("no longer spoken of"),
    "cooled": N_("no longer allied"),
    "broken": N_("at odds"),
    "smaller": N_("goes on without some"),
}
#: an end was seen, whatever followed
ENDED = frozenset({"unheard", "cooled", "broken", "smaller"})
AUTHORITY = frozenset({"executive", "legislative"})

#: what speakers say of a coalition -> code, or several codes any of which says so
Judgements = Mapping[str, str | tuple[str, ...]]
JUDGEMENTS: Judgements = {
    "tactical": "COAL.TACT", "strategic": "COAL.STRAT", "entry": "COAL.ENTRY", "forced": "COAL.FORCED",
    "gain": "COAL.BENEFIT", "break": "COAL.BREAK", "public": ("MOT.SERVICE", "MOT.ACHIEVE"), "corporate": ("MOT.CORP",),
    "own": ("MOT.GAIN", "MOT.POWER", "MOT.CAREER"),
}  # fmt: skip


@dataclass(frozen=True)
class Coalition:
    """A spell with all that is known of it. `number` counts the coalitions of a town from 1."""

    field: Field
    spell: Spell
    number: int
    term: float
    judgements: Mapping[str, frozenset[str]] = kept(default_factory=dict, repr=False)
    #: ids of the codings behind each judgement
    codings: Mapping[str, tuple[str, ...]] = kept(default_factory=dict, repr=False)

    @property
    def key(self) -> str:
        """Town and number, such as ``D · 1``."""
        return f"{self.field.town.key} · {self.number}"

    @property
    def members(self) -> tuple[Actor, ...]:
        """The actors in it."""
        return tuple(self.field.acts.actors[i] for i in self.spell.members)

    @cached_property
    def scope(self) -> str:
        """What it joins: one of `SCOPES`."""
        town = self.field.town.id
        branches = [self.field.acts.parties.branch(one.id, town) for one in self.members]
        kinds = frozenset(branches)
        if "above" in kinds:
            return "above"
        if "business" in kinds and kinds & AUTHORITY:
            return "business"
        if kinds >= AUTHORITY:
            return "branches"
        return "inside" if len(kinds) == 1 else "other"

    @cached_property
    def before(self) -> int | None:
        """The nearest observed window before it."""
        return self.field.neighbour(self.spell.first, -1)

    @cached_property
    def after(self) -> int | None:
        """The nearest observed window after it."""
        return self.field.neighbour(self.spell.last, 1)

    @property
    def start_known(self) -> bool:
        """Was the window just before it observed, without it?"""
        return self.before == self.spell.first - 1

    @cached_property
    def ending(self) -> str:
        """What became of it: one of `ENDINGS`.

        At odds takes as many reporters as an alliance does; one who tells of a quarrel only makes it no longer allied.
        """
        pairs, after = self.spell.pairs, self.after
        if after is None:
            return "alive"
        if after > self.spell.last + 1:
            return "lost"
        if any(frozenset(other.members) < frozenset(self.spell.members) and other.first <= after <= other.last
               for other in self.field.spells):  # fmt: skip
            return "smaller"
        rule = self.field.rule
        said = [one for pair in pairs if (one := self.field.said.get((after, pair))) is not None]
        if any(one.worst <= -rule.theta and one.reporters >= rule.reporters for one in said):
            return "broken"
        return "cooled" if said else "unheard"

    @property
    def ended(self) -> bool:
        """Was its end seen?"""
        return self.ending in ENDED

    @cached_property
    def bounds(self) -> tuple[float, float]:
        """Between what its duration lies, in windows; no upper end where an end or a beginning was not seen.

        Seen in D windows it lasted more than D - 1, and less than from the last window observed before it to the
        first observed after it, unless it was still, or again, there.
        """
        low = float(self.spell.duration - 1)
        if self.before is None or self.after is None or self._there(self.before) or self._there(self.after):
            return low, math.inf
        return low, float(self.after - self.before)

    def _there(self, window: int) -> bool:
        return all(window in self.field.allied.get(pair, ()) for pair in self.spell.pairs)

    @cached_property
    def support(self) -> tuple[int, ...]:
        """Places of the acts it rests on."""
        return self.spell.support

    @cached_property
    def against(self) -> tuple[int, ...]:
        """Places of the acts that speak against it: discord of its pairs while it lasted."""
        held = self.field.speaking(frozenset(self.spell.pairs), self.spell.first, self.spell.last)
        return tuple(a for a in held if self.field.acts.valence[a] < 0 and a not in set(self.support))

    @cached_property
    def discord_after(self) -> tuple[int, ...]:
        """Places of the acts by which its pairs are not allied in the next window observed."""
        if self.after is None:
            return ()
        held = self.field.speaking(frozenset(self.spell.pairs), self.after, self.after)
        return tuple(a for a in held if self.field.acts.valence[a] <= 0)

    @cached_property
    def span(self) -> tuple[float, float]:
        """First and last day of supporting events, within what the windows beside it leave open."""
        acts, periods = self.field.acts, self.field.periods
        low = periods[self.spell.first if self.before is None else self.before + 1].start
        # the end lies in the next window observed; the last event told may fall into it
        high = periods[self.spell.last if self.after is None else self.after].end
        places = np.asarray(self.support, dtype=np.intp)
        first = float(np.clip(acts.start[places].min(), low, periods[self.spell.first].end))
        last = float(np.clip(acts.end[places].max(), periods[self.spell.last].start, high))
        return first, max(first, last)

    @cached_property
    def reporters(self) -> frozenset[str]:
        """Ids of the respondents whose statements it rests on."""
        acts = self.field.acts
        return frozenset(acts.reporters[int(acts.reporter[a])] for a in self.support)

    @cached_property
    def tactics(self) -> Tactics:
        """Tactical or strategic, with the parts."""
        return self.judged([(a, int(self.field.acts.reporter[a])) for a in self.support])

    def judged(self, told: Sequence[tuple[int, int]]) -> Tactics:
        """Judge it by some acts, each of a reporter: one vote of a reporter on an issue, one on a gain."""
        acts, pairs = self.field.acts, self.spell.pairs
        issues: dict[str, set[int]] = {}
        gains: dict[tuple[Pair, int], set[int]] = {}
        for act, who in told:
            if (issue := acts.statements[act].issue) is not None:
                issues.setdefault(issue, set()).add(who)
            if winners := self.winners.get(act):
                spoken = self.field.pairs_of[act] | self.field.joint_of[act]
                for pair in pairs:
                    if pair in spoken:
                        for one in winners & pair:
                            gains.setdefault((pair, one), set()).add(who)
        first, last = self.span
        of = [tuple(float(len(gains.get((pair, one), ()))) for one in sorted(pair)) for pair in pairs]
        return tactics(
            (last - first) / MONTH, [len(held) for _issue, held in sorted(issues.items())],
            [(a, b) for a, b in of], term=self.term,
        )  # fmt: skip

    @cached_property
    def winners(self) -> dict[int, frozenset[int]]:
        """Members who gained, by supporting act; offices stand for their holders."""
        acts, found = self.field.acts, {}
        number = {one.id: i for i, one in enumerate(acts.actors)}
        for act in self.support:
            ids = frozenset[str]().union(
                *(acts.parties.holders(one, float(acts.start[act])) for one in acts.statements[act].benefit)
            )
            found[act] = frozenset(number[one] for one in ids if one in number) & frozenset(self.spell.members)
        return found

    def gaining(self) -> tuple[int, ...]:
        """Places of the supporting acts that name a member who gained."""
        return tuple(a for a in self.support if self.winners[a])

    @property
    def voluntary(self) -> str:
        """Say forced if at least half of its reporters say so, partly if some do; else that nobody does."""
        forced = len(self.judgements.get("forced", ()))
        return "forced" if 2 * forced >= len(self.reporters) and forced else "partly" if forced else "unsaid"


def coalitions(
    evidence: Evidence,
    *,
    rule: Rule | None = None,
    months: int = 12,
    term: float = TERM,
    judgements: Judgements = JUDGEMENTS,
    acts: Relations | None = None,
) -> tuple[Coalition, ...]:
    """Find the coalitions of all towns.

    Parameters
    ----------
    evidence
        Evidence.
    rule
        When a pair is allied; the usual rule by default.
    months
        Width of the windows of event time.
    term
        One electoral term in months, by which a duration is long.
    judgements
        Codes by which speakers judge a coalition.
    acts
        Statements already prepared.

    Returns
    -------
    tuple of Coalition
        By town, then by first window, last window and members.
    """
    held = prepare(evidence) if acts is None else acts
    return of_fields(town_fields(held, calendar_periods(held, months), rule or Rule()), term, judgements)


def of_fields(
    fields: Sequence[Field], term: float = TERM, judgements: Judgements = JUDGEMENTS, said: Answers | None = None
) -> tuple[Coalition, ...]:
    """Give the coalitions of fields of towns; `said` holds the judgements of the evidence, if they are already at hand."""
    if not fields:
        return ()
    if said is None:
        said = Answers(fields[0].acts.evidence, judgements)
    found = []
    for one in fields:
        for number, spell in enumerate(one.spells, start=1):
            plain = Coalition(one, spell, number, term)
            who, codings = said.about(plain)
            found.append(Coalition(one, spell, number, term, who, codings))
    return tuple(found)


class Answers:
    """Codings of judgements by the answer in which they stand."""

    def __init__(self, evidence: Evidence, judgements: Judgements = JUDGEMENTS) -> None:
        self._evidence = evidence
        self._starts: dict[str, Sequence[int]] = {}
        self._found: dict[tuple[str, int], list[tuple[str, Coding, str]]] = {}
        by_code: dict[str, list[str]] = {}
        for name, keys in judgements.items():
            for key in (keys,) if isinstance(keys, str) else keys:
                top = evidence.codebook.by_key.get(key)
                for code in evidence.codebook.below(top) if top else ():
                    by_code.setdefault(code.id, []).append(name)
        for coding, interview in evidence.counted():
            if coding.modality == "asserted":
                for name in by_code.get(coding.code_id, ()):
                    place = (coding.text_id, self._turn(coding.text_id, coding.start))
                    self._found.setdefault(place, []).append((name, coding, interview.respondent_id))

    def _turn(self, text_id: str, start: int) -> int:
        """Number of the answer, or the place itself where the text is not at hand."""
        if text_id not in self._starts:
            text = self._evidence.texts.get(text_id)
            self._starts[text_id] = [turn.start for turn in text.turns] if text else ()
        starts = self._starts[text_id]
        return bisect_right(starts, start) if starts else -1 - start

    def about(self, one: Coalition) -> tuple[dict[str, frozenset[str]], dict[str, tuple[str, ...]]]:
        """Who judges a coalition how, and by which codings, in the answers it rests on."""
        if not self._found:
            return {}, {}
        who: dict[str, set[str]] = {}
        ids: dict[str, dict[str, None]] = {}
        for act in one.support:
            for quote in one.field.acts.statements[act].quotes:
                for name, coding, respondent in self._found.get(
                    (quote.text_id, self._turn(quote.text_id, quote.start)), ()
                ):
                    who.setdefault(name, set()).add(respondent)
                    ids.setdefault(name, {})[coding.id] = None
        return {name: frozenset(held) for name, held in who.items()}, {name: tuple(held) for name, held in ids.items()}


def observed_durations(found: Sequence[Coalition], *, early: str = "truncate", unheard: str = "ended") -> Durations:
    """Give the durations of coalitions in windows, censored where no end was seen.

    Parameters
    ----------
    found
        Coalitions.
    early
        What to do with those whose beginning was not seen: ``truncate`` takes them as under observation from their
        second window on, ``drop`` leaves them out.
    unheard
        Those of whom nobody speaks any more are ``ended`` or ``censored``.
    """
    rows = []
    for one in found:
        known = one.start_known
        if known or (early == "truncate" and one.spell.duration > 1):
            ended = one.ended and not (unheard == "censored" and one.ending == "unheard")
            rows.append((one.spell.duration, ended, 0 if known else 1))
    columns = np.asarray(rows, dtype=float).reshape(-1, 3).T
    return durations(columns[0], columns[1] > 0, columns[2])
