"""The panel between waves: who came back in which post, who is new, who was lost; for the study and for each town."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from veche.analyses.fieldwork.panel import post
from veche.study import Interview, Role, Town, Wave

Kind = Literal["same", "other", "lost", "unvisited", "back", "replaced", "new"]
#: those of the earlier wave, then those of the later wave who were not in the earlier
BEFORE: tuple[Kind, ...] = ("same", "other", "lost", "unvisited")
AFTER: tuple[Kind, ...] = ("back", "replaced", "new")


@dataclass(frozen=True, slots=True)
class Move:
    """From one wave to the next that was held, in the whole study or in a town: respondents by what became of them.

    - *same*, *other*: interviewed in both waves, in the same post of the same town, or only in other posts or towns;
    - *lost*: interviewed before, and not now;
    - *unvisited*: the same, but no town in which they were interviewed before was visited now (only in the whole study);
    - *back*: interviewed now and in some earlier wave or other town, but not here in the wave before;
    - *replaced*: interviewed now for the first time, in a post whose other holder was interviewed here before;
    - *new*: interviewed now for the first time, none of these.
    """

    #: none: this town was not visited before
    before: Wave | None
    after: Wave
    #: keys of respondents by kind, in order
    people: Mapping[Kind, tuple[str, ...]]
    #: the interviews behind: of the earlier wave for those lost and unvisited, else of the later
    interviews: Mapping[Kind, frozenset[str]]

    def count(self, kind: Kind) -> int:
        """Count the respondents of a kind."""
        return len(self.people[kind])

    @property
    def asked(self) -> int:
        """Respondents of the earlier wave."""
        return sum(map(self.count, BEFORE))

    @property
    def again(self) -> int:
        """Those of them interviewed in the later wave too."""
        return self.count("same") + self.count("other")

    @property
    def reachable(self) -> int:
        """Those of them in whose towns the later wave was held, or who were interviewed elsewhere."""
        return self.asked - self.count("unvisited")

    @property
    def share(self) -> float | None:
        """Share interviewed again of those reachable, 0 to 1; None if there is nobody."""
        return self.again / self.reachable if self.reachable else None


@dataclass(frozen=True, slots=True)
class TownMoves:
    """A town with its moves, in the order of `Panel.moves`; None where the later wave was not held in the town."""

    town: Town
    moves: tuple[Move | None, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """The moves of the whole study, and of each town with interviews."""

    moves: tuple[Move, ...]
    towns: tuple[TownMoves, ...]

    def move(self, after: str, town: str = "") -> Move | None:
        """Return the move to a wave, by the key of the wave, and of a town, by its key; None if there is none."""
        rows = [self.moves] if not town else [one.moves for one in self.towns if one.town.key == town]
        return next((one for row in rows for one in row if one is not None and one.after.key == after), None)


def take_panel(
    waves: Sequence[Wave], towns: Sequence[Town], interviews: Sequence[Interview], roles: Mapping[str, Role],
    names: Mapping[str, str],
) -> Panel:  # fmt: skip
    """Follow the respondents from wave to wave.

    Parameters
    ----------
    waves, towns
        In their order; those without interviews are passed over.
    names
        Key of each respondent by id.
    """
    held = [wave for wave in waves if any(one.wave_id == wave.id for one in interviews)]
    found = _Interviews(held, interviews, roles, names)
    rows = []
    for town in towns:
        visited = [at for at in range(len(held)) if found.of(at, town.id)]
        if visited:
            moves = tuple(
                found.move(max((n for n in visited if n < at), default=None), at, town.id) if at in visited else None
                for at in range(1, len(held))
            )
            rows.append(TownMoves(town, moves))
    return Panel(tuple(found.move(at - 1, at) for at in range(1, len(held))), tuple(rows))


class _Interviews:
    """Interviews by wave and town, with the posts of each."""

    def __init__(
        self, held: Sequence[Wave], interviews: Sequence[Interview], roles: Mapping[str, Role], names: Mapping[str, str]
    ) -> None:
        self._held, self._names = held, names
        order = {wave.id: at for at, wave in enumerate(held)}
        self._by_wave: dict[int, list[Interview]] = defaultdict(list)
        for one in interviews:
            if one.wave_id in order:
                self._by_wave[order[one.wave_id]].append(one)
        self._post = {one.id: post(roles, one) for one in interviews}

    def of(self, at: int, town: str | None = None) -> list[Interview]:
        """Return the interviews of a wave, in one town or in all."""
        return [one for one in self._by_wave[at] if town in (None, one.town_id)]

    def move(self, before: int | None, after: int, town: str | None = None) -> Move:
        """Compare the respondents of two waves."""
        earlier = self.of(before, town) if before is not None else []
        now = self.of(after, town)
        visited = {one.town_id for one in now}
        ever = {one.respondent_id for at in range(after) for one in self.of(at)}
        posts_of: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for one in earlier:
            posts_of[one.respondent_id].add(self._post[one.id])
        taken = {self._post[one.id] for at in range(after) for one in self.of(at, town)}
        places = {one.respondent_id: set[str]() for one in earlier}
        for one in earlier:
            places[one.respondent_id].add(one.town_id)
        present: dict[str, list[Interview]] = defaultdict(list)
        for one in now:
            present[one.respondent_id].append(one)
        kinds: dict[str, Kind] = {}
        for who, mine in present.items():
            posts = {self._post[one.id] for one in mine}
            if who in posts_of:
                kinds[who] = "same" if posts & posts_of[who] else "other"
            elif who in ever:
                kinds[who] = "back"
            else:
                kinds[who] = "replaced" if posts & taken else "new"
        for who in posts_of.keys() - present.keys():
            kinds[who] = "lost" if places[who] & visited else "unvisited"
        return self._move(before, after, kinds, earlier, now)

    def _move(
        self, before: int | None, after: int, kinds: Mapping[str, Kind], earlier: Sequence[Interview], now: Sequence[Interview]
    ) -> Move:  # fmt: skip
        people = {
            kind: tuple(sorted(self._names.get(who, who) for who, found in kinds.items() if found == kind))
            for kind in (*BEFORE, *AFTER)
        }
        behind = {
            kind: frozenset(
                one.id
                for one in (earlier if kind in ("lost", "unvisited") else now)
                if kinds.get(one.respondent_id) == kind
            )
            for kind in (*BEFORE, *AFTER)
        }
        return Move(self._held[before] if before is not None else None, self._held[after], people, behind)
