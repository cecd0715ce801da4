"""Vectors of relations and networks are known by what they hold, and every wrong figure in them is noticed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.networks import check, kind_of

OWN = Path(__file__).parents[1] / "vectors"

#: what worked examples put in beside what they expect
_GIVEN = {
    "window", "kappa", "duration_months", "term_months", "issue_counts", "benefit_ij", "benefit_ji", "agenda_before",
    "agenda_after", "tone_pairs", "hazard_at_risk", "hazard_ended", "offices_changed", "offices", "first", "second",
    "alpha", "df",
}  # fmt: skip


def read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return None


def recognised(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*.json")) if kind_of(read(path)) is not None]


def test_our_own_vectors_are_recognised() -> None:
    kinds = {path.stem: kind_of(read(path)) for path in recognised(OWN / "networks")}
    assert kinds == {
        "council": "relations: signed network",
        "spells_of_two_regions": "relations: survival",
        "town_network": "relations: network",
        "worked_town": "relations: worked examples",
    }


def test_a_file_under_another_name_is_picked_up(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text((OWN / "networks" / "council.json").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "y.json").write_text('{"expected": [1]', encoding="utf-8")
    (tmp_path / "z.json").write_text('["expected"]', encoding="utf-8")
    assert [path.name for path in recognised(tmp_path)] == ["x.json"]


def numbers(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Places of all expected numbers."""
    if isinstance(value, dict):
        for key, part in value.items():
            # in lists of spells first and last are expected, in stances they are given
            if key not in _GIVEN or (key == "first" and isinstance(part, int)):
                yield from numbers(part, (*place, key))
    elif isinstance(value, list):
        for key, part in enumerate(value):
            yield from numbers(part, (*place, key))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield place


@pytest.mark.parametrize("name", ["council", "spells_of_two_regions", "town_network", "worked_town"])
def test_every_wrong_figure_is_noticed(name: str) -> None:
    vector = read(OWN / "networks" / f"{name}.json")
    for place in numbers(vector["expected"]):
        wrong = copy.deepcopy(vector)
        holder = wrong["expected"]
        for key in place[:-1]:
            holder = holder[key]
        holder[place[-1]] += 1 if isinstance(holder[place[-1]], int) else 0.02
        with pytest.raises((AssertionError, ValueError, IndexError)):
            check(wrong, OWN / "networks")
