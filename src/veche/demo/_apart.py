"""Keeping interviews apart: where two share too many passages, one of them says the same in other words, or less."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence

from veche.demo._choose import Chosen
from veche.demo._fit import Entry
from veche.demo._plan import FILLER, Wish

#: no two interviews share more of the shorter one's passages than this, as far as the bank allows
LIMIT = 0.36
_STEPS = 200


def keep_apart(chosen: Mapping[str, Chosen], pools: Mapping[str, Sequence[Entry]], least: int) -> dict[str, Chosen]:
    """Return the choice with the most similar interviews made less similar.

    A shared passage is exchanged for another that fulfils the same wish, or left out if it only filled up or told one more act. What is planted
    stays.

    Parameters
    ----------
    chosen
        Passages by interview.
    pools
        What each speaker could say.
    least
        Words that an interview keeps at least when something is left out.
    """
    out = dict(chosen)
    sets = {key: {entry.passage.id for entry in one.passages} for key, one in out.items()}
    stuck: set[frozenset[str]] = set()
    for _ in range(_STEPS):
        share, first, second = _most_alike(sets, stuck)
        if share <= LIMIT:
            break
        for key in (second, first):
            better = _changed(key, out[key], pools[key], sets, sets[first] & sets[second], share, least)
            if better is not None:
                out[key] = better
                sets[key] = {entry.passage.id for entry in better.passages}
                break
        else:
            stuck.add(frozenset({first, second}))
    return out


def share_of(one: set[str], other: set[str]) -> float:
    """Return the common passages of two interviews as a share of the shorter one's."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def _most_alike(sets: Mapping[str, set[str]], stuck: set[frozenset[str]]) -> tuple[float, str, str]:
    keys = list(sets)
    pairs = (
        (share_of(sets[key], sets[other]), other, key)
        for at, key in enumerate(keys)
        for other in keys[:at]
        if not stuck or frozenset({key, other}) not in stuck
    )
    return max(pairs, default=(0.0, "", ""))


def _changed(
    key: str,
    one: Chosen,
    pool: Sequence[Entry],
    sets: Mapping[str, set[str]],
    common: set[str],
    share: float,
    least: int,
) -> Chosen | None:
    """Return the interview without one of the common passages, least alike to any other; None if that cannot be."""
    best: tuple[float, Chosen] | None = None
    for at, entry in enumerate(one.passages):
        if entry.passage.id not in common:
            continue
        for other in [*_others(one, at, pool), None]:
            if other is None and not _spare(one, at, least):
                continue
            tried = _with(one, at, other)
            ids = {e.passage.id for e in tried.passages}
            worst = max(share_of(ids, sets[k]) for k in sets if k != key)
            if worst < share and (best is None or worst < best[0]):
                best = (worst, tried)
    return best[1] if best else None


def _others(one: Chosen, at: int, pool: Sequence[Entry]) -> list[Entry]:
    """Return passages that would do as well in that place: the same wish, and no other planted code brought in or lost."""
    entry, wish = one.passages[at], one.wishes[at]
    return [e for e in pool if e not in one.passages and wish.met_by(e) and _same_gain(entry, e, wish)]


def _same_gain(entry: Entry, other: Entry, wish: Wish) -> bool:
    # one passage may have met two wishes, such as a level and its change
    return {c for c in entry.asserted if c.startswith(("MOT.LEVEL", "MOT.CHANGE", "EFF.", "DEM."))} == {
        c for c in other.asserted if c.startswith(("MOT.LEVEL", "MOT.CHANGE", "EFF.", "DEM."))
    } and (wish.group is None or entry.group == other.group)


def _spare(one: Chosen, at: int, least: int) -> bool:
    wish = one.wishes[at]
    acts = Counter(w.group for w in one.wishes if w.group not in (None, "none"))
    dispensable = wish.rank == FILLER or (wish.group is not None and sum(acts.values()) > 1)
    return dispensable and one.words - one.passages[at].words >= least


def _with(one: Chosen, at: int, other: Entry | None) -> Chosen:
    """Return the choice with another passage in a place, or without it."""
    if other is None:
        return dataclasses.replace(
            one,
            passages=(*one.passages[:at], *one.passages[at + 1 :]),
            wishes=(*one.wishes[:at], *one.wishes[at + 1 :]),
        )
    return dataclasses.replace(one, passages=(*one.passages[:at], other, *one.passages[at + 1 :]))
