"""Passages for the wishes: those least used, and such that no two interviews become alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from veche.demo._fit import Entry, could_say, entries, own_names
from veche.demo._ids import chance
from veche.demo._plan import RELATIONS, Planner, Wish, fits_wish
from veche.demo._roster import Sitting
from veche.demo._world import World

#: from this many common passages on, two interviews are kept apart
_ALIKE = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """The passages of an interview, and the wishes that the bank could not fulfil."""

    passages: tuple[Entry, ...]
    unfulfilled: tuple[Wish, ...]


class Chooser:
    """Chooses passages interview by interview and remembers what was used."""

    def __init__(self, planner: Planner, world: World, seed: int, null: bool) -> None:
        self._planner, self._world, self._seed, self._null = planner, world, seed, null
        self._used: Counter[str] = Counter()
        self._told_in: defaultdict[str, list[str]] = defaultdict(list)
        self._by_person: defaultdict[str, set[str]] = defaultdict(set)

    def choose(self, one: Sitting, wishes: Sequence[Wish]) -> Chosen:
        """Choose the passages of one interview."""
        from veche.demo._data import read

        limits = read("truth")["words"]
        names = own_names(one, self._world)
        pool = [e for e in entries() if could_say(e, one, names, self._null)]
        table = _Table(self, one, pool)
        for topic in ("G00", "G99"):
            table.take(Wish((topic,)))
        ordered = sorted(wishes, key=lambda wish: wish.rank)
        for wish in ordered:
            if wish.rank == 0:
                table.take(wish)
        self._relations(one, table, limits["most"])
        aim = self._planner.aim(one)
        for wish in [*(w for w in ordered if w.rank > 0), *self._planner.fillers(one)]:
            if table.words < aim:
                table.take(wish, most=limits["most"])
        self._until(table, one, limits)
        self._remember(one, table.chosen)
        return Chosen(tuple(table.chosen), tuple(table.unfulfilled))

    def _relations(self, one: Sitting, table: _Table, most: int) -> None:
        """Tell of head and assembly: kinds of acts by the planted weights, topics one after another."""
        asked = [topic for topic in RELATIONS if topic not in one.not_asked]
        weights = self._planner.relation_groups(one)
        rng = chance(self._seed, "acts", one.key)
        for turn in range(self._planner.told(one)):
            open_groups = {
                group: weight
                for group, weight in weights.items()
                if weight and table.candidates(Wish(tuple(asked), group=group))
            }
            if not open_groups or (turn > 1 and table.words > most - 190):
                return
            group = rng.choices(list(open_groups), list(open_groups.values()))[0]
            table.take(Wish(tuple(asked), group=group), spread=True)

    def _until(self, table: _Table, one: Sitting, limits: dict[str, int]) -> None:
        """Fill a short interview up with talk that plants nothing."""
        spare = [t for t in ("G03", "G15", "G04", "G13", "G11", "G12", "G19", "G05", "G18") if t not in one.not_asked]
        rng = chance(self._seed, "spare", one.key)
        rng.shuffle(spare)
        while table.words < limits["least"] and spare:
            topic = spare.pop()
            groups = ("none",) if topic in RELATIONS else (None,)
            for group in groups:
                table.take(Wish((topic,), group=group), most=limits["most"])

    def cost(self, entry: Entry, one: Sitting, chosen: Sequence[Entry], luck: float) -> float:
        """Return how little a passage is wanted: used often, told by the same person, or making two interviews alike."""
        key = entry.passage.id
        shared: Counter[str] = Counter()
        for other in chosen:
            shared.update(self._told_in[other.passage.id])
        alike = max((shared[talk] + 1 for talk in self._told_in[key]), default=0)
        return (
            self._used[key]
            + 2.5 * max(0, alike - _ALIKE) ** 2
            + (40 if key in self._by_person[one.person] else 0)
            + 0.9 * luck
        )

    def _remember(self, one: Sitting, chosen: Sequence[Entry]) -> None:
        for entry in chosen:
            key = entry.passage.id
            self._used[key] += 1
            self._told_in[key].append(one.key)
            self._by_person[one.person].add(key)


class _Table:
    """The passages at hand for one interview, and those taken so far."""

    def __init__(self, chooser: Chooser, one: Sitting, pool: Sequence[Entry]) -> None:
        self._chooser, self._one = chooser, one
        self._by_topic: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in pool:
            self._by_topic[entry.passage.topic].append(entry)
        self._rng = chance(chooser._seed, "choice", one.key)
        self.chosen: list[Entry] = []
        self.unfulfilled: list[Wish] = []
        self.words = 0

    def candidates(self, wish: Wish) -> list[Entry]:
        """Return the passages that would fulfil a wish and are not taken yet."""
        return [
            e
            for topic in wish.topics
            for e in self._by_topic[topic]
            if e not in self.chosen and fits_wish(wish, e.asserted, e.denied, e.group)
        ]

    def take(self, wish: Wish, *, most: int | None = None, spread: bool = False) -> None:
        """Take the passage that is wanted most; with `spread`, rather one of a topic that has none yet."""
        if wish.rank == 0 and self._fulfilled(wish):
            return
        found = self.candidates(wish)
        if most is not None:
            found = [e for e in found if self.words + e.words <= most]
        if not found:
            if wish.rank < 3:
                self.unfulfilled.append(wish)
            return
        topics = Counter(e.passage.topic for e in self.chosen)
        cost: Callable[[Entry], float] = lambda e: (  # noqa: E731
            self._chooser.cost(e, self._one, self.chosen, self._rng.random()) + (3.0 * topics[e.passage.topic] if spread else 0.0)
        )
        best = min(found, key=cost)
        self.chosen.append(best)
        self.words += best.words

    def _fulfilled(self, wish: Wish) -> bool:
        """One passage may bring two planted codes at once, such as a level and its change."""
        return wish.group is None and bool(wish.codes or wish.any_of) and any(
            e.passage.topic in wish.topics and fits_wish(wish, e.asserted, e.denied, e.group) for e in self.chosen
        )
