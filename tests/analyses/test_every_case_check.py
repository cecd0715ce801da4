"""What stands for and against every check on cases is what plain loops find, by the rule of docs/claims.md."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.analyses import brute
from tests.analyses.fictional import planted
from tests.analyses.test_claims import context, result
from tests.analyses.test_every_cell import (
    NONE,
    PERIODS,
    TYPES,
    Sides,
    against,
    answer,
    apart,
    coalition_result,
    coalition_table,
    dealings,
    for_type,
    ids,
    part,
    support,
    year,
)
from tests.analyses.test_every_cell import (
    run as years,
)
from tests.analyses.test_every_cell_of_codes import by_interview, code, heights, talks, union
from tests.analyses.test_every_claim import as_shown, measured
from veche.analyses.claims.compute import load_claims
from veche.analyses.claims.context import Context
from veche.analyses.claims.found import Found
from veche.analyses.claims.language import Check
from veche.analyses.claims.running import run_check
from veche.analyses.claims.values import case_values

#: a town and a wave, by their keys
Case = tuple[str, str]
WAVES = ("1", "2", "3")
#: words of the table of coalitions -> words of a check
SCOPE_OF = {"between the branches": "branches"}


def both(first: Iterable[Sides]) -> Sides:
    sides = list(first)
    return apart(set().union(*(one[0] for one in sides)), set().union(*(one[1] for one in sides)))


@cache
def living(town: str, wave: str, scope: str | None) -> tuple[str, ...]:
    """Coalitions of a town that lived in the event time of a wave."""
    start, end = PERIODS[wave]
    return tuple(
        str(key)
        for key, row in coalition_table().items()
        if str(key).split(" · ")[0] == town
        and (scope is None or SCOPE_OF.get(str(row["scope"]), row["scope"]) == scope)
        and year(years(str(key))[0])[0] < end and year(years(str(key))[-1])[1] > start
    )  # fmt: skip


def of_coalitions(keys: Iterable[str]) -> Sides:
    held = list(dict.fromkeys(keys))
    return apart(set().union(*map(support, held)), set().union(*map(against, held)))


def speaks(entry: Mapping[str, Any], case: Case) -> Sides:
    """What speaks for a high value of a case, and for a low one."""
    town, wave = case
    if entry.get("earlier"):
        wave = WAVES[WAVES.index(wave) - 1] if wave != "1" else ""
    inner = entry.get("all") or entry.get("any")
    sides = NONE
    if not wave:
        pass
    elif inner:
        sides = both(speaks(one, (town, wave)) for one in inner)
    elif "mean" in entry:
        sides = union(talks(town, [wave]), measured(entry["mean"]))
    elif entry.get("model") in TYPES:
        mine = for_type(dealings(town, wave), entry["model"])
        sides = apart(mine, ids(one for one, *_ in dealings(town, wave)))
    elif "model" in entry:
        sides = answer(town, wave, entry["model"])
    elif "coalition" in entry:
        sides = of_coalitions(living(town, wave, entry.get("scope")))
    elif "regime" in entry:
        best = coalition_result().tables["regime"].loc[town, "coalition"]
        sides = of_coalitions([best]) if isinstance(best, str) else NONE
    elif "turbulence" in entry and wave != "1":
        sides = part(town, f"{WAVES[WAVES.index(wave) - 1]}→{wave}", entry["turbulence"])
    return sides[::-1] if entry.get("not") else sides


@cache
def whole() -> Context:
    return context(planted())


@cache
def keys() -> tuple[list[str], list[str]]:
    sample = whole().sample
    return [one.key for one in sample.towns], [one.key for one in sample.waves]


def values(entry: Mapping[str, Any]) -> dict[Case, float]:
    """Values of the cases in which it is known; that means are those of plain loops is tested below."""
    return _values(json.dumps(dict(entry), sort_keys=True))


@cache
def _values(entry: str) -> dict[Case, float]:
    towns, waves = keys()
    table = case_values(whole(), json.loads(entry))
    return {(towns[t], waves[w]): float(table[t, w]) for t, w in zip(*np.nonzero(~np.isnan(table)), strict=True)}


def carried(entry: Mapping[str, Any], cases: Iterable[Case]) -> set[str]:
    """What speaks for values above one half, and against the others."""
    known = values(entry)
    return set().union(*(speaks(entry, case)[0 if known[case] > 0.5 else 1] for case in cases))


def contradicts(expect: str, x: float, y: float) -> bool:
    return {
        "sufficient": x > 0.5 >= y, "necessary": y > 0.5 >= x, "not necessary": y > 0.5 >= x,
        "coincide": (x > 0.5) != (y > 0.5), "together": (x > 0.5) != (y > 0.5), "apart": (x > 0.5) == (y > 0.5),
    }[expect]  # fmt: skip


def expected(check: Check) -> Sides:
    expect = str(check.get("expect"))
    if check.kind in ("cases", "goes_with"):
        x, y = check.get("condition"), check.get("outcome")
        first, second = values(x), values(y)
        sides: list[set[str]] = []
        for wrong in (False, True):
            cases = [one for one in first if one in second and contradicts(expect, first[one], second[one]) is wrong]
            sides.append(carried(x, cases) | carried(y, cases))
        return apart(sides[0], sides[1])
    if check.kind == "hang_together":
        every = [(one, values(one)) for one in check.get("values")]
        used = [(one, known) for one, known in every if len(known) >= 4 and len(set(known.values())) > 1]
        return both(speaks(one, case) for one, known in used for case in known)
    if check.kind == "count":
        known, entry = values(check.get("value")), check.get("value")
        if check.get("by") == "town":
            mean = {t: np.mean([v for (town, _w), v in known.items() if town == t]) for t, _wave in known}
            yes = [case for case in known if mean[case[0]] > 0.5]
        else:
            yes = [case for case, value in known.items() if value > 0.5]
        rest = [case for case in known if case not in yes]
        sides = [set().union(*(speaks(entry, one)[k] for one in some)) for k, some in enumerate((yes, rest))]
        sides = sides[::-1] if expect == "below" else sides
        return apart(sides[0], sides[1])
    if check.kind == "coalitions":
        table, scope = coalition_table(), check.get("scope")
        some = [
            str(key) for key, row in table.items()
            if scope is None or SCOPE_OF.get(str(row["scope"]), row["scope"]) == scope
        ]  # fmt: skip
        known_kind = [key for key in some if table[key]["kind"] != "not known"]
        sides = [
            set().union(*(support(key) for key in known_kind if (table[key]["kind"] == check.get("form")) is yes))
            for yes in (True, False)
        ]
        sides = sides[::-1] if expect == "below" else sides
        return apart(sides[0], sides[1])
    assert check.kind in ("order", "moves")
    return stepped(check)


def mean_of(entry: Mapping[str, Any], town: str, wave: str) -> float:
    """Mean of a measure of codes or of a level over the interviews of a town and wave."""
    said = measured(entry)
    known = [one for one in talks(town, [wave]) if said(one) is not None]
    if "level" in entry:
        root = {"EFF.LEVEL": "EFF"}.get(entry["level"], entry["level"])
        steps = {"LOW": 0.0, "MID": 0.5, "HIGH": 1.0}
        scores = [np.mean([steps[one] for one in heights(talk.id, root, False)]) for talk in known]
    else:
        wanted = {one.id for key in entry["codes"] for one in brute.below(planted(), code(key))}
        scores = [
            float(any(one.code_id in wanted and one.modality == "asserted" for one in by_interview().get(talk.id, ())))
            for talk in known
        ]
    return float(np.mean(scores)) if scores else math.nan


def stepped(check: Check) -> Sides:
    """Order: towns in which the first measure rises before the second; moves: steps with one change and not the other."""
    towns = keys()[0]
    if check.kind == "order":
        sides: list[set[str]] = [set(), set()]
        for town in towns:
            lead = []
            for name in ("with", "of"):
                means = [mean_of(check.get(name), town, wave) for wave in WAVES]
                lead.append(np.diff(means))
            if not np.isnan(lead).any() and (step := int(lead[0].argmax()) - int(lead[1].argmax())):
                for name in ("of", "with"):
                    sides[0 if step > 0 else 1] |= set().union(*union(talks(town), measured(check.get(name))))
        return apart(sides[0], sides[1])
    when, other = values(check.get("when")), values(check.get("not_when"))
    sides = [set(), set()]
    for town, wave in when:
        before = WAVES[WAVES.index(wave) - 1]
        if (town, wave) in other and not math.isnan(
            mean_of(check.get("of"), town, wave) - mean_of(check.get("of"), town, before)
        ):
            here = set().union(*union(talks(town, [before, wave]), measured(check.get("of"))))
            if when[town, wave] > 0.5 >= other[town, wave]:
                sides[0] |= here
            elif when[town, wave] <= 0.5 < other[town, wave]:
                sides[1] |= here
    if check.get("expect") == "less":
        sides.reverse()
    return apart(sides[0], sides[1])


def shown(found: Found) -> Sides:
    return set(found.grounds.supporting), set(found.grounds.opposing)


def test_every_check_on_cases_has_the_grounds_that_plain_loops_find() -> None:
    claims, compared = result(), 0
    table = claims.tables["checks"]
    for claim in load_claims(""):
        for k, check in enumerate(claim.checks, start=1):
            if check.kind not in ("cases", "goes_with", "count", "hang_together", "coalitions", "order", "moves"):
                continue
            row = f"{claim.id} · {k}"
            if table.loc[row, "verdict"] == "cannot":
                assert not len(claims.grounds(row, None, "checks"))
                continue
            sides = as_shown(expected(check))
            for column in (None, *table.columns):
                grounds = claims.grounds(row, column, "checks")
                assert (set(grounds.supporting), set(grounds.opposing)) == sides, row
            compared += 1
    assert compared >= 12


def test_means_of_cases_are_those_of_plain_loops() -> None:
    compared = 0
    for entry in ({"codes": ["LEAD.POLY"]}, {"codes": ["MAN.STAFF", "MAN.WEAKHEAD"]}, {"level": "EFF.LEVEL"}):
        for (town, wave), value in values({"mean": entry}).items():
            assert value == pytest.approx(mean_of(entry, town, wave))
            compared += 1
    assert compared > 30


#: checks that the claims which come with the program do not make, or not in this form
MORE: tuple[dict[str, Any], ...] = (
    {"kind": "goes_with", "condition": {"mean": {"codes": ["LEAD.MONO"]}}, "outcome": {"model": "camp"}, "expect": "apart"},
    {"kind": "goes_with", "condition": {"mean": {"level": "MOT.LEVEL"}, "earlier": True}, "outcome": {"mean": {"level": "EFF.LEVEL"}}, "expect": "together"},
    {"kind": "goes_with", "condition": {"coalition": "any", "scope": "branches"}, "outcome": {"model": "2014.exchange", "not": True}, "expect": "together"},
    {"kind": "goes_with", "condition": {"turbulence": "tone"}, "outcome": {"turbulence": "agenda"}, "expect": "together"},
    {"kind": "cases", "condition": {"any": [{"model": "settled"}, {"mean": {"codes": ["LEAD.MONO"]}}]}, "outcome": {"model": "prevails"}, "expect": "coincide"},
    {"kind": "count", "value": {"model": "2014.exchange"}, "expect": "below", "than": 0.9},
    {"kind": "count", "value": {"mean": {"level": "EFF.LEVEL"}}, "by": "town", "expect": "above", "than": 0.1},
    {"kind": "coalitions", "form": "strategic", "expect": "below", "than": 0.5},
    {"kind": "hang_together", "values": [{"model": "camp"}, {"mean": {"tone": "told"}}, {"coalition": "strategic", "not": True}], "expect": "together"},
    {"kind": "moves", "of": {"level": "EFF.LEVEL"}, "when": {"head_changed": True}, "not_when": {"event": "intervention"}, "expect": "less"},
)  # fmt: skip


@pytest.mark.parametrize("fields", MORE, ids=lambda one: f"{one['kind']}-{one['expect']}")
def test_checks_of_ones_own_have_the_grounds_that_plain_loops_find(fields: dict[str, Any]) -> None:
    check = Check(fields["kind"], fields)
    found = run_check(whole(), check)
    assert found.decided != "cannot", found.note
    assert shown(found) == expected(check)
    assert any(shown(found))
