"""What an interview speaks of, drawn from the planted truth: wishes that passages of the bank will fulfil."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import math

from veche.demo._data import read
from veche.demo._ids import chance
from veche.demo._roster import Sitting

#: topics in which the head and the assembly are spoken of
RELATIONS = ("G07", "G05", "G08", "G09", "G10", "G18")
_PANDEMIC = dt.date(2020, 3, 1)
_LEVELS = ("HIGH", "MID", "LOW")
_MOTIVATION = frozenset(f"MOT.{one}" for one in ("LEVEL.HIGH", "LEVEL.MID", "LEVEL.LOW", "CHANGE.UP", "CHANGE.SAME", "CHANGE.DOWN"))
_EFFICIENCY = frozenset(f"EFF.{one}" for one in ("HIGH", "MID", "LOW", "CHANGE.UP", "CHANGE.DOWN"))
_DEMANDS = frozenset(f"DEM.{one}" for one in ("ELITE", "POP", "LEADER", "EXECUTOR"))
_DEMAND = _DEMANDS | {"DEM.NONE", "DEM.CHANGE.UP", "DEM.CHANGE.DOWN"}


@dataclass(frozen=True, slots=True)
class Wish:
    """One passage that an interview should have.

    `codes`: asserted in it, all of them; `any_of`: at least one of them; `free_of`: none of them; `denied`: denied in it; `group`: the kind of act
    told first (for the relation of head and assembly).
    """

    topics: tuple[str, ...]
    codes: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()
    free_of: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    group: str | None = None
    #: dropped first when there is no room; 0 is never dropped
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """The chances an interview was drawn with, and what was drawn: for the record of the truth."""

    wishes: tuple[Wish, ...]
    problems: Mapping[str, float] = field(default_factory=dict)
    managerial: Mapping[str, float] = field(default_factory=dict)


class Planner:
    """Draws the content of interviews from the planted truth."""

    def __init__(self, seed: int, null: bool) -> None:
        self._truth = read("truth")
        self._seed, self._null = seed, null

    def draw(self, one: Sitting) -> Drawn:
        """Draw what an interview speaks of, without what fills it up."""
        problems, managerial = self.problem_chances(one), self.managerial_chances(one)
        wishes = [
            *self._mentions(one, "G01", "PROB", problems),
            *self._denial(one, problems),
            *self._mentions(one, "G02", "MAN", managerial),
            *self._motivation(one),
            *self._efficiency(one),
            *self._demand(one),
        ]
        asked = tuple(w for w in wishes if w.topics[0] not in one.not_asked)
        return Drawn(asked, problems if "G01" not in one.not_asked else {}, managerial if "G02" not in one.not_asked else {})

    def _wave(self, one: Sitting) -> int:
        """Return the wave whose numbers hold."""
        return 1 if self._null else one.wave

    def _luck(self, one: Sitting, *names: str) -> float:
        """Return a number in [0, 1); a person asked again keeps the earlier one for a share of the draws."""
        wave = one.wave
        if one.earlier_waves and chance(self._seed, "memory", one.person, wave, *names).random() < self._truth["panel_memory"]:
            wave = one.earlier_waves[-1]
        return chance(self._seed, "luck", one.person, wave, *names).random()

    def _pick(self, one: Sitting, weights: Mapping[str, float], *names: str) -> str | None:
        """Pick a word by weights; a rest up to 1 picks nothing."""
        at = self._luck(one, *names) * max(1.0, sum(weights.values()))
        for word, weight in weights.items():
            if at < weight:
                return word
            at -= weight
        return None

    def problem_chances(self, one: Sitting) -> dict[str, float]:
        """Return the chance of each problem in an interview, role and exposure taken into account."""
        base = dict(self._truth["problems"][one.town])
        if not self._null:
            for name, waves in self._truth["new_problems"].items():
                share = waves.get(one.wave, {}).get(one.town)
                if share is not None and (name != "PANDEMIC" or one.date >= _PANDEMIC):
                    base[name] = share
        shifts = self._truth["role_effects"][one.group]
        return {name: _shifted(share, shifts.get(name, 0.0)) for name, share in base.items()}

    def managerial_chances(self, one: Sitting) -> dict[str, float]:
        """Return the chance of each difficulty of governing in an interview."""
        later = self._wave(one) > 1
        return {name: pair[later] for name, pair in self._truth["managerial"][one.town].items()}

    def _mentions(self, one: Sitting, topic: str, family: str, chances: Mapping[str, float]) -> Iterator[Wish]:
        for name, share in chances.items():
            if self._luck(one, family, name) < share:
                yield Wish((topic,), codes=frozenset({f"{family}.{name}"}))

    def _denial(self, one: Sitting, chances: Mapping[str, float]) -> Iterator[Wish]:
        """A problem that the speaker does not name may be denied outright."""
        if self._luck(one, "denial") < self._truth["denial"]:
            silent = [name for name, share in chances.items() if self._luck(one, "PROB", name) >= share]
            silent = [name for name in silent if name in {"PERS", "FISC.SPLIT", "ECON.JOBS", "DEMOG", "ECON.INFRA"}]
            if silent:
                name = silent[int(self._luck(one, "denial of") * len(silent))]
                yield Wish(("G01",), denied=frozenset({f"PROB.{name}"}), rank=2)

    def _levels(self, one: Sitting, name: str) -> str | None:
        numbers = self._truth[name]
        if self._luck(one, name, "judged") >= numbers["judged"]:
            return None
        shares = numbers["levels"][one.town][self._wave(one)]
        return self._pick(one, dict(zip(_LEVELS, shares, strict=True)), name, "level")

    def _motivation(self, one: Sitting) -> Iterator[Wish]:
        numbers = self._truth["motivation"]
        level = self._levels(one, "motivation")
        change = None
        if self._wave(one) == 2:
            change = self._pick(one, dict(zip(("UP", "SAME", "DOWN"), numbers["change"][one.town], strict=True)), "motivation", "change")
        drawn = {f"MOT.LEVEL.{level}"} if level else set()
        drawn |= {f"MOT.CHANGE.{change}"} if change else set()
        # a level and a change may come in one passage or in two, but never another level or change
        for code in sorted(drawn, reverse=True):
            yield Wish(("G14",), codes=frozenset({code}), free_of=_MOTIVATION - drawn)
        if self._luck(one, "motivation", "told") < numbers["told"]:
            weights = numbers["motives"][one.town]
            total = sum(weights.values())
            motive = self._pick(one, {name: weight / total for name, weight in weights.items()}, "motivation", "motive")
            yield Wish(("G14",), codes=frozenset({f"MOT.{motive}"}), free_of=_MOTIVATION - drawn, rank=1)

    def _efficiency(self, one: Sitting) -> Iterator[Wish]:
        numbers = self._truth["efficiency"]
        level = self._levels(one, "efficiency")
        change = None
        if self._wave(one) == 2:
            change = self._pick(one, dict(zip(("UP", "DOWN"), numbers["change"][one.town], strict=True)), "efficiency", "change")
        drawn = {f"EFF.{level}"} if level else set()
        drawn |= {f"EFF.CHANGE.{change}"} if change else set()
        for code in sorted(drawn, reverse=True):
            yield Wish(("G06",), codes=frozenset({code}), free_of=_EFFICIENCY - drawn)
        if self._luck(one, "efficiency", "sign") < numbers["sign"]:
            yield Wish(("G06",), codes=frozenset({"EFF.SIGN"}), free_of=_EFFICIENCY - drawn, rank=1)

    def _demand(self, one: Sitting) -> Iterator[Wish]:
        numbers, later = self._truth["demand"], self._wave(one) > 1
        share = {name: pair[later] for name, pair in numbers.items()}
        change = self._pick(one, {"UP": share["grown"], "DOWN": share["dropped"]}, "demand", "change")
        drawn = {f"DEM.CHANGE.{change}"} if change else set()
        for code in sorted(drawn):
            yield Wish(("G16",), codes=frozenset({code}), free_of=_DEMAND - _DEMANDS - drawn)
        word = self._pick(one, {"some": share["some"], "none": share["none"]}, "demand", "stance")
        if word == "some":
            yield Wish(("G16",), any_of=_DEMANDS, free_of=_DEMAND - _DEMANDS - drawn)
        elif word == "none" and not drawn:
            yield Wish(("G16",), codes=frozenset({"DEM.NONE"}), free_of=_DEMAND - {"DEM.NONE"})

    def relation_groups(self, one: Sitting) -> Mapping[str, float]:
        """Return the weights of the kinds of acts told of head and assembly."""
        weights: Mapping[str, float] = self._truth["relations"][one.town][self._wave(one)]
        return weights

    def fillers(self, one: Sitting) -> list[Wish]:
        """Return further talk in an order of chance, as far as it would come up if there were room."""
        rng = chance(self._seed, "filling", one.key)
        wishes = []
        for topic, share in self._truth["filling"].items():
            chance_here = share.get(one.town, 0.0) if isinstance(share, dict) else share
            if rng.random() < chance_here and topic not in one.not_asked:
                wishes.append(Wish((topic,), rank=3, free_of=_planted(topic)))
        rng.shuffle(wishes)
        return wishes

    def aim(self, one: Sitting) -> int:
        """Return how many words the interview aims at."""
        low, high = self._truth["words"]["aim"]
        return chance(self._seed, "length", one.key).randint(low, high)

    def told(self, one: Sitting) -> int:
        """Return how many passages on head and assembly the interview has at least."""
        extra = chance(self._seed, "relations", one.key).random() < 0.5
        return int(self._truth["relations"]["told"]) + extra


def _shifted(share: float, shift: float) -> float:
    """Add to the log-odds of a share."""
    return 1 / (1 + math.exp(-(math.log(share / (1 - share)) + shift)))


def _planted(topic: str) -> frozenset[str]:
    """Codes that no filler may bring in, because their number is planted."""
    if topic == "G06":
        return _EFFICIENCY | {"EFF.SIGN"}
    if topic == "G01":
        return frozenset({"PROB"})
    return frozenset()


def fits_wish(wish: Wish, asserted: frozenset[str], denied: frozenset[str], group: str) -> bool:
    """Does a passage with these codes and this kind of act fulfil a wish?"""
    if wish.group is not None and group != wish.group:
        return False
    if "PROB" in wish.free_of and any(code.startswith("PROB.") for code in asserted | denied):
        return False
    return (
        wish.codes <= asserted
        and (not wish.any_of or bool(wish.any_of & asserted))
        and not wish.free_of & asserted
        and wish.denied <= denied
        and (not wish.denied or not any(code.startswith("PROB.") for code in asserted))
    )


def topics_of(wishes: Sequence[Wish]) -> set[str]:
    """Return the topics that wishes would bring up."""
    return {topic for wish in wishes for topic in wish.topics}


