"""Passages for the wishes: those least used, and such that no two interviews become alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from veche.demo._data import read
from veche.demo._fit import Entry
from veche.demo._ids import chance
from veche.demo._plan import FILLER, RELATIONS, Planner, Wish, filler
from veche.demo._roster import Sitting

#: so many words in, short passages are preferred
_MUCH = 900
#: topics that may fill a short interview up
_SPARE = ("G03", "G15", "G04", "G13", "G11", "G12", "G19", "G05", "G10", "G07", "G09", "G18")
#: judgements that exclude one another in one mouth
_OPPOSITES = tuple(
    frozenset(pair.split())
    for pair in (
        "LEAD.TEAM.STRONG LEAD.TEAM.WEAK",
        "LEAD.MONO LEAD.POLY",
        "LEAD.STYLE.AUTH LEAD.STYLE.CO",
        "EXT.REG.EPISODE EXT.REG.PERMANENT",
        "BIZ.PARTNER BIZ.BENEFACTOR BIZ.DEBTOR BIZ.DOMINATE",
    )
)
#: from this many common passages on, two interviews are kept apart
_ALIKE = 3
#: talk that only fills up is left out where it would give two interviews this many passages in common
_TOO_ALIKE = 5


@dataclass(frozen=True, slots=True)
class Chosen:
    """The passages of an interview, the wish that each fulfils, and the wishes that the bank could not fulfil."""

    passages: tuple[Entry, ...]
    wishes: tuple[Wish, ...]
    unfulfilled: tuple[Wish, ...]

    @property
    def words(self) -> int:
        """How much is said, in words of the Russian text."""
        return sum(entry.words for entry in self.passages)


def _contradicts(entry: Entry, chosen: Sequence[Entry]) -> bool:
    """Would the speaker say two things that nobody says in one breath?"""
    return any(
        entry.asserted & pair and other.asserted & pair and entry.asserted & pair != other.asserted & pair
        for pair in _OPPOSITES
        for other in chosen
    )


class Chooser:
    """Chooses passages interview by interview and remembers what was used."""

    def __init__(self, planner: Planner, seed: int) -> None:
        self._planner, self._seed = planner, seed
        self._used: Counter[str] = Counter()
        self._told_in: defaultdict[str, list[str]] = defaultdict(list)
        self._by_person: defaultdict[str, set[str]] = defaultdict(set)

    def choose(self, one: Sitting, pool: Sequence[Entry], wishes: Sequence[Wish]) -> Chosen:
        """Choose the passages of one interview from those the speaker could say."""
        limits = read("truth")["words"]
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
        return Chosen(tuple(table.chosen), tuple(table.wishes), tuple(table.unfulfilled))

    def _relations(self, one: Sitting, table: _Table, most: int) -> None:
        """Tell of head and assembly: kinds of acts by the planted weights, topics one after another.

        Whoever has nothing more to tell of a kind leaves it at that, so that the other kinds keep their shares; one act at least is told.
        """
        asked = tuple(topic for topic in RELATIONS if topic not in one.not_asked)
        weights = self._planner.relation_groups(one)
        rng = chance(self._seed, "acts", one.key)
        told = 0
        for turn in range(self._planner.told(one)):
            group = rng.choices(list(weights), list(weights.values()))[0]
            if asked and (turn < 1 or table.words < most - 190) and table.candidates(Wish(asked, group=group)):
                # the third act of a kind and those after it must not make two interviews alike
                told += table.take(Wish(asked, group=group), spread=True, apart=told > 1)
        for group in sorted(weights, key=lambda g: -weights[g]):
            if asked and not told and table.candidates(Wish(asked, group=group)):
                told += table.take(Wish(asked, group=group))

    def _until(self, table: _Table, one: Sitting, limits: dict[str, int]) -> None:
        """Fill a short interview up with talk that plants nothing."""
        rng = chance(self._seed, "spare", one.key)
        for _ in range(3):
            spare = [topic for topic in _SPARE if topic not in one.not_asked]
            rng.shuffle(spare)
            while table.words < limits["least"] and spare:
                table.take(filler(spare.pop()), most=limits["most"])

    def alike(self, entry: Entry, chosen: Sequence[Entry]) -> int:
        """Return how many passages the interview would share with the one it is most alike, were this one taken."""
        shared: Counter[str] = Counter()
        for other in chosen:
            shared.update(self._told_in[other.passage.id])
        return max((shared[talk] + 1 for talk in self._told_in[entry.passage.id]), default=0)

    def cost(self, entry: Entry, one: Sitting, chosen: Sequence[Entry], luck: float) -> float:
        """Return how little a passage is wanted.

        Little if it is used often, was told by the same person before, contradicts what is said, is of another trade, or makes two interviews alike.
        """
        key = entry.passage.id
        return (
            self._used[key]
            + 6.0 * max(0, self.alike(entry, chosen) - _ALIKE) ** 2
            + (40 if key in self._by_person[one.person] else 0)
            + (30 if _contradicts(entry, chosen) else 0)
            + (12 if entry.trade and any(other.trade not in (None, entry.trade) for other in chosen) else 0)
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
        self.wishes: list[Wish] = []
        self.unfulfilled: list[Wish] = []
        self.words = 0

    def candidates(self, wish: Wish) -> list[Entry]:
        """Return the passages that would fulfil a wish and are not taken yet."""
        return [e for topic in wish.topics for e in self._by_topic[topic] if e not in self.chosen and wish.met_by(e)]

    def take(self, wish: Wish, *, most: int | None = None, spread: bool = False, apart: bool = False) -> bool:
        """Take the passage that is wanted most, if there is one.

        With `spread`, rather one of a topic that has none yet; with `apart`, none that would make two interviews too alike.
        """
        if wish.rank == 0 and self._fulfilled(wish):
            return False
        found = self.candidates(wish)
        if most is not None:
            found = [e for e in found if self.words + e.words <= most]
        if apart or wish.rank == FILLER:
            found = [
                e
                for e in found
                if self._chooser.alike(e, self.chosen) < _TOO_ALIKE and not _contradicts(e, self.chosen)
            ]
        if not found:
            if not apart and wish.rank < FILLER:
                self.unfulfilled.append(wish)
            return False
        topics = Counter(e.passage.topic for e in self.chosen)

        def cost(entry: Entry) -> float:
            crowded = 3.0 * topics[entry.passage.topic] if spread else 0.0
            # who has much to tell tells it shorter
            long = entry.words / 4 if self.words > _MUCH else 0.0
            return self._chooser.cost(entry, self._one, self.chosen, self._rng.random()) + crowded + long

        best = min(found, key=cost)
        self.chosen.append(best)
        self.wishes.append(wish)
        self.words += best.words
        return True

    def _fulfilled(self, wish: Wish) -> bool:
        """One passage may bring two planted codes at once, such as a level and its change."""
        planted = wish.group is None and bool(wish.codes or wish.any_of)
        return planted and any(wish.met_by(e) for e in self.chosen)
