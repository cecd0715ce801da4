"""What was planted and what came out: enough to check every analysis of the fictional study against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from veche.demo._apart import share_of
from veche.demo._choose import Chosen
from veche.demo._data import read
from veche.demo._plan import Drawn
from veche.demo._roster import Sitting


def truth_of(
    found: Sequence[Sitting],
    drawn: Mapping[str, Drawn],
    chosen: Mapping[str, Chosen],
    *,
    seed: int,
    language: str,
    null: bool,
) -> dict[str, Any]:
    """Return the planted numbers and the content of every interview as plain values that JSON can hold."""
    return {
        "seed": seed,
        "language": language,
        "null": null,
        "planted": _plain(read("truth")),
        "interviews": {one.key: _of_interview(one, drawn[one.key], chosen[one.key]) for one in found},
        "panel": _panel(found),
        "bank": {
            "passages": len({e.passage.id for c in chosen.values() for e in c.passages}),
            "most_alike": most_alike(chosen),
        },
    }


def _of_interview(one: Sitting, drawn: Drawn, chosen: Chosen) -> dict[str, Any]:
    return {
        "town": one.town,
        "wave": one.wave,
        "date": one.date.isoformat(),
        "role": one.role,
        "respondent": one.respondent,
        "not_asked": list(one.not_asked),
        # the chance with which each problem and difficulty was drawn; empty if the topic was not asked
        "problems": {f"PROB.{name}": round(share, 4) for name, share in drawn.problems.items()},
        "managerial": {f"MAN.{name}": share for name, share in drawn.managerial.items()},
        "passages": [entry.passage.id for entry in chosen.passages],
        "mentions": sorted({code for entry in chosen.passages for code in entry.asserted}),
        "denials": sorted({code for entry in chosen.passages for code in entry.denied}),
        "acts": [entry.group for entry in chosen.passages if entry.passage.topic in _RELATION_TOPICS],
        # drawn, but the bank has nothing of the kind for such a speaker
        "unfulfilled": [
            {"topics": list(wish.topics), "codes": sorted(wish.codes | wish.any_of), "denied": sorted(wish.denied), "acts": wish.group}
            for wish in chosen.unfulfilled
        ],
    }  # fmt: skip


_RELATION_TOPICS = frozenset({"G05", "G07", "G08", "G09", "G10", "G18"})


def _panel(found: Sequence[Sitting]) -> dict[str, list[str]]:
    talks: dict[str, list[str]] = {}
    for one in found:
        talks.setdefault(one.respondent, []).append(one.key)
    return {respondent: keys for respondent, keys in sorted(talks.items()) if len(keys) > 1}


def most_alike(chosen: Mapping[str, Chosen]) -> float:
    """Return the largest share of passages that two interviews have in common, of the shorter one's passages."""
    sets = [{entry.passage.id for entry in one.passages} for one in chosen.values()]
    return max((share_of(a, b) for at, a in enumerate(sets) for b in sets[:at]), default=0.0)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value
