"""Who stands with whom in each wave, and who stays, comes, goes or changes sides from wave to wave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from veche.analyses._shared.alliances import Field
from veche.analyses._shared.coalitions import Coalition
from veche.analyses._shared.periods import Period
from veche.analyses._shared.places import row_label
from veche.words import N_

if TYPE_CHECKING:
    import pandas as pd

MOVES = {
    "stays": N_("stays with some of them"), "changes": N_("stands with others"), "joins": N_("comes in"),
    "leaves": N_("goes out"), "lost": N_("not seen any more"),
}  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """The coalition an actor stands in during a wave: of several the one told of most; None: in none."""

    town: str
    actor: int
    coalitions: tuple[Coalition | None, ...]

    @property
    def moves(self) -> tuple[str, ...]:
        """What happens from each wave to the next: one of `MOVES`, or nothing if in none both times."""
        return tuple(_move(a, b, self.actor) for a, b in pairwise(self.coalitions))


def _move(before: Coalition | None, after: Coalition | None, actor: int) -> str:
    if before is None or after is None:
        if before is None:
            return "" if after is None else "joins"
        return "leaves" if before.ended else "lost"
    common = set(before.spell.members) & set(after.spell.members) - {actor}
    return "stays" if common else "changes"


def standings(field: Field, found: Sequence[Coalition], waves: Sequence[Period]) -> tuple[Standing, ...]:
    """Give where every member of a coalition of a town stands in every wave, over event time."""
    here = [one for one in found if one.field.town.id == field.town.id]
    actors = sorted({actor for one in here for actor in one.spell.members})
    return tuple(
        Standing(field.town.key, actor, tuple(_principal(here, actor, wave) for wave in waves)) for actor in actors
    )


def _principal(here: Sequence[Coalition], actor: int, wave: Period) -> Coalition | None:
    alive = [one for one in here if actor in one.spell.members and _overlaps(one, wave)]
    return max(alive, key=lambda one: (len(one.support), -one.number), default=None)


def _overlaps(one: Coalition, wave: Period) -> bool:
    start, end = one.field.periods[one.spell.first].start, one.field.periods[one.spell.last].end
    # inside the run as far as its supporting events reach
    return max(start, one.span[0]) < wave.end and wave.start < min(end, max(one.span[1], start + 1))


def visited_waves(field: Field, waves: Sequence[Period]) -> tuple[Period, ...]:
    """Keep the waves with an interview in the town that makes a statement."""
    seen = {field.acts.waves[int(w)].key for w in field.acts.wave}
    return tuple(one for one in waves if one.key in seen)


def table(fields: Sequence[Field], found: Sequence[Coalition], waves: Sequence[Period]) -> pd.DataFrame:
    """Make the table of members: one row for a town, an actor and a step between waves."""
    import pandas as pd

    rows, index = [], []
    for field in fields:
        kept = visited_waves(field, waves)
        for standing in standings(field, found, kept):
            actor = field.acts.actors[standing.actor]
            for k, move in enumerate(standing.moves):
                if move:
                    step = kept[k].key, kept[k + 1].key
                    sides = [one.key if one else None for one in standing.coalitions[k : k + 2]]
                    index.append(row_label(field.town.key, actor.key, "→".join(step)))
                    rows.append((field.town.key, field.town.name, actor.name, *step, *sides, MOVES[move]))
    columns = ["town", "place", "actor", "before", "after", "coalition_before", "coalition_after", "move"]
    return pd.DataFrame(rows, index=index, columns=columns)
