"""What an interview speaks of, drawn from the planted truth: wishes that passages of the bank will fulfil."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from veche.demo._data import read
from veche.demo._fit import Entry
from veche.demo._ids import chance
from veche.demo._roster import Sitting

#: the rank of talk that only fills up
FILLER = 3
#: topics in which the head and the assembly are spoken of
RELATIONS = ("G07", "G05", "G08", "G09", "G10", "G18")
_PANDEMIC = dt.date(2020, 3, 1)
_LEVELS = ("HIGH", "MID", "LOW")
#: the codes whose numbers are planted, so that nothing else may bring them in
_MOTIVATION = frozenset(
    f"MOT.{one}" for one in ("LEVEL.HIGH", "LEVEL.MID", "LEVEL.LOW", "CHANGE.UP", "CHANGE.SAME", "CHANGE.DOWN")
)
_EFFICIENCY = frozenset(f"EFF.{one}" for one in ("HIGH", "MID", "LOW", "CHANGE.UP", "CHANGE.DOWN"))
_DEMANDS = frozenset(f"DEM.{one}" for one in ("ELITE", "POP", "LEADER", "EXECUTOR"))
_DEMAND = _DEMANDS | {"DEM.NONE", "DEM.CHANGE.UP", "DEM.CHANGE.DOWN"}


@dataclass(frozen=True, slots=True)
class Wish:
    """One passage that an interview should have.

    `codes`: asserted in it, all of them; `any_of`: at least one of them; `free_of`: none of them (a family's name stands for all its codes);
    `denied`: denied in it; `group`: the kind of act told first (for the relation of head and assembly).
    """

    topics: tuple[str, ...]
    codes: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()
    free_of: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    group: str | None = None
    #: dropped first when there is no room; 0 is never dropped
    rank: int = 0

    def met_by(self, entry: Entry) -> bool:
        """Would a passage fulfil the wish?"""
        if self.group is not None and entry.group != self.group:
            return False
        marked = entry.asserted | entry.denied if self.denied == frozenset() else entry.asserted
        return (
            entry.passage.topic in self.topics
            and self.codes <= entry.asserted
            and (not self.any_of or bool(self.any_of & entry.asserted))
            and self.denied <= entry.denied
            and not any(code in self.free_of or code.partition(".")[0] in self.free_of for code in marked)
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn for an interview, and the chances it was drawn with: for the record of the truth."""

    wishes: tuple[Wish, ...]
    problems: Mapping[str, float] = field(default_factory=dict)
    managerial: Mapping[str, float] = field(default_factory=dict)


class Planner:
    """Draws the content of interviews from the planted truth."""

    def __init__(self, seed: int, null: bool) -> None:
        self._truth = read("truth")
        self._seed, self._null = seed, null

    def draw(self, one: Sitting, pool: Sequence[Entry]) -> Drawn:
        """Draw what an interview speaks of, without what fills it up.

        `pool` holds what the speaker could say: nobody is drawn to say what no passage would let him.
        """
        can = {code for entry in pool for code in entry.asserted}
        problems = {k: v for k, v in self.problem_chances(one).items() if f"PROB.{k}" in can}
        managerial = {k: v for k, v in self.managerial_chances(one).items() if f"MAN.{k}" in can}
        wishes = [
            *self._mentions(one, "G01", "PROB", problems),
            *self._denial(one, problems, {code for entry in pool for code in entry.denied}),
            *self._mentions(one, "G02", "MAN", managerial),
            *self._motivation(one, can),
            *self._efficiency(one, can),
            *self._demand(one, can),
        ]
        asked = tuple(w for w in wishes if w.topics[0] not in one.not_asked)
        return Drawn(
            asked, problems if "G01" not in one.not_asked else {}, managerial if "G02" not in one.not_asked else {}
        )

    def _wave(self, one: Sitting) -> int:
        """Return the wave whose numbers hold."""
        return 1 if self._null else one.wave

    def _luck(self, one: Sitting, *names: str) -> float:
        """Return a number in [0, 1); a person asked again keeps the earlier one for a share of the draws."""
        wave = one.wave
        if (
            one.earlier_waves
            and chance(self._seed, "memory", one.person, wave, *names).random() < self._truth["panel_memory"]
        ):
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
        return {name: pair[later] for name, pair in self._truth["managerial"][one.town].items() if pair[later] > 0}

    def _mentions(self, one: Sitting, topic: str, family: str, chances: Mapping[str, float]) -> Iterator[Wish]:
        for name, share in chances.items():
            if self._luck(one, family, name) < share:
                yield Wish((topic,), codes=frozenset({f"{family}.{name}"}))

    def _denial(self, one: Sitting, chances: Mapping[str, float], deniable: set[str]) -> Iterator[Wish]:
        """A problem that the speaker does not name may be denied outright."""
        if self._luck(one, "denial") < self._truth["denial"]:
            silent = [f"PROB.{name}" for name, share in chances.items() if self._luck(one, "PROB", name) >= share]
            silent = [code for code in silent if code in deniable]
            if silent:
                code = silent[int(self._luck(one, "denial of") * len(silent))]
                yield Wish(("G01",), denied=frozenset({code}), free_of=frozenset({"PROB"}), rank=2)

    def _level(self, one: Sitting, name: str, prefix: str, can: set[str]) -> str | None:
        """Draw high, medium or low; who would never say so of himself says the next best thing."""
        numbers = self._truth[name]
        if self._luck(one, name, "judged") >= numbers["judged"]:
            return None
        shares = numbers["levels"][one.town][self._wave(one)]
        level = self._pick(one, dict(zip(_LEVELS, shares, strict=True)), name, "level")
        for other in {"LOW": ("LOW", "MID", "HIGH"), "HIGH": ("HIGH", "MID"), "MID": ("MID", "HIGH")}.get(
            level or "", ()
        ):
            if prefix + other in can:
                return other
        return None

    def _change(self, one: Sitting, name: str, words: Sequence[str], prefix: str, can: set[str]) -> str | None:
        if self._wave(one) != 2:
            return None
        shares = self._truth[name]["change"][one.town]
        change = self._pick(one, dict(zip(words, shares, strict=True)), name, "change")
        return change if change and prefix + change in can else None

    def _motivation(self, one: Sitting, can: set[str]) -> Iterator[Wish]:
        numbers = self._truth["motivation"]
        level = self._level(one, "motivation", "MOT.LEVEL.", can)
        change = self._change(one, "motivation", ("UP", "SAME", "DOWN"), "MOT.CHANGE.", can)
        drawn = {f"MOT.LEVEL.{level}"} if level else set()
        drawn |= {f"MOT.CHANGE.{change}"} if change else set()
        # a level and a change may come in one passage or in two, but never another level or change
        for code in sorted(drawn):
            yield Wish(("G14",), codes=frozenset({code}), free_of=_MOTIVATION - drawn)
        weights = {name: float(w) for name, w in numbers["motives"][one.town].items() if f"MOT.{name}" in can}
        if weights and self._luck(one, "motivation", "told") < numbers["told"]:
            total = sum(weights.values())
            motive = self._pick(one, {name: w / total for name, w in weights.items()}, "motivation", "motive")
            if motive is not None:
                yield Wish(("G14",), codes=frozenset({f"MOT.{motive}"}), free_of=_MOTIVATION - drawn, rank=1)

    def _efficiency(self, one: Sitting, can: set[str]) -> Iterator[Wish]:
        numbers = self._truth["efficiency"]
        level = self._level(one, "efficiency", "EFF.", can)
        change = self._change(one, "efficiency", ("UP", "DOWN"), "EFF.CHANGE.", can)
        drawn = {f"EFF.{level}"} if level else set()
        drawn |= {f"EFF.CHANGE.{change}"} if change else set()
        for code in sorted(drawn):
            yield Wish(("G06",), codes=frozenset({code}), free_of=_EFFICIENCY - drawn)
        if "EFF.SIGN" in can and self._luck(one, "efficiency", "sign") < numbers["sign"]:
            yield Wish(("G06",), codes=frozenset({"EFF.SIGN"}), free_of=_EFFICIENCY - drawn, rank=1)

    def _demand(self, one: Sitting, can: set[str]) -> Iterator[Wish]:
        numbers, later = self._truth["demand"], self._wave(one) > 1
        share = {name: pair[later] for name, pair in numbers.items()}
        change = self._pick(one, {"UP": share["grown"], "DOWN": share["dropped"]}, "demand", "change")
        drawn = {f"DEM.CHANGE.{change}"} & can if change else set()
        for code in sorted(drawn):
            yield Wish(("G16",), codes=frozenset({code}), free_of=_DEMAND - _DEMANDS - drawn)
        word = self._pick(one, {"some": share["some"], "none": share["none"]}, "demand", "stance")
        if word == "some" and _DEMANDS & can:
            yield Wish(("G16",), any_of=_DEMANDS, free_of=_DEMAND - _DEMANDS - drawn)
        elif word == "none" and "DEM.NONE" in can and not drawn:
            yield Wish(("G16",), codes=frozenset({"DEM.NONE"}), free_of=_DEMAND - {"DEM.NONE"})

    def relation_groups(self, one: Sitting) -> Mapping[str, float]:
        """Return the weights of the kinds of acts told of head and assembly."""
        weights: Mapping[str, float] = self._truth["relations"][one.town][self._wave(one)]
        return weights

    def told(self, one: Sitting) -> int:
        """Return how many passages with acts of head and assembly the interview has, if the bank has as many."""
        extra = chance(self._seed, "relations", one.key).random() < 0.5
        return int(self._truth["relations"]["told"]) + extra

    def fillers(self, one: Sitting) -> list[Wish]:
        """Return further talk in an order of chance, as far as it would come up if there were room."""
        rng = chance(self._seed, "filling", one.key)
        wishes = []
        for topic, share in self._truth["filling"].items():
            chance_here = share.get(one.town, 0.0) if isinstance(share, dict) else share
            if rng.random() < chance_here and topic not in one.not_asked:
                wishes.append(filler(topic))
        rng.shuffle(wishes)
        return wishes

    def aim(self, one: Sitting) -> int:
        """Return how many words the interview aims at."""
        low, high = self._truth["words"]["aim"]
        return chance(self._seed, "length", one.key).randint(low, high)


def filler(topic: str) -> Wish:
    """Return a wish for talk on a topic that brings in nothing whose number is planted."""
    planted = {"G01": frozenset({"PROB"}), "G06": _EFFICIENCY | {"EFF.SIGN"}}.get(topic, frozenset())
    return Wish((topic,), free_of=planted, group="none" if topic in RELATIONS else None, rank=FILLER)


def _shifted(share: float, shift: float) -> float:
    """Add to the log-odds of a share."""
    return 1 / (1 + math.exp(-(math.log(share / (1 - share)) + shift)))
