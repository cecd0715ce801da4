"""What speaks for and against every check on interviews is what plain loops find; of checks on cases it is nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from tests.analyses import brute
from tests.analyses.fictional import planted
from tests.analyses.test_claims import result
from tests.analyses.test_every_cell import Sides, acts, branches, dealings, way
from tests.analyses.test_every_cell_of_codes import (
    Said,
    by_interview,
    code,
    head_of,
    level,
    mentions,
    speaker_of,
    talks,
    town_of,
    union,
    wave_of,
)
from veche.analyses.claims.compute import load_claims
from veche.analyses.claims.language import Check
from veche.study import Interview

WORTH = {"achieved": 1.0, "partly": 0.5, "failed": 0.0}
#: checks on towns and waves as cases
CASES = ("cases", "goes_with", "count", "hang_together", "coalitions", "order", "moves", "untestable")


def several(keys: list[str], how: Callable[[list[bool]], bool]) -> Said:
    """Assertions of the codes that could be spoken of for, their denials against; known if any, or all, could be."""

    def of(talk: Interview) -> Sides | None:
        sides = [mentioned(key)(talk) for key in keys]
        if not how([one is not None for one in sides]):
            return None
        known = [one for one in sides if one is not None]
        first = set().union(*(one[0] for one in known))
        return first, set().union(*(one[1] for one in known)) - first

    return of


mentioned = cache(mentions)


def single(key: str, talk: Interview) -> set[str]:
    """Assertions of one code alone, where it could be spoken of."""
    if not brute.could(planted(), talk, code(key)):
        return set()
    here = by_interview().get(talk.id, ())
    return {one.id for one in here if one.code_id == code(key).id and one.modality == "asserted"}


def votes(ours: list[str], among: list[str]) -> Said:
    evidence = planted()
    leaves = [
        one.key for key in among for one in brute.below(evidence, code(key)) if one.kind != "group" or one.key == key
    ]
    own = {one.key for key in ours for one in brute.below(evidence, code(key))}

    def of(talk: Interview) -> Sides | None:
        said = {key: single(key, talk) for key in leaves}
        if not any(said.values()):
            return None
        mine = set().union(*(ids for key, ids in said.items() if key in own))
        return mine, set().union(*(ids for key, ids in said.items() if key not in own))

    return of


def told(value: Callable[[Any], float | None], middle: float) -> Said:
    """Statements on the two branches, told of the wave of the interview: at least the middle for, below it against."""

    def of(talk: Interview) -> Sides | None:
        sides: Sides = (set(), set())
        for row in dealings(town_of(talk), wave_of(talk)):
            if row[0].talk.id == talk.id and (found := value(row)) is not None:
                sides[found < middle].add(row[0].statement.id)
        return (sides[0], sides[1] - sides[0]) if sides[0] or sides[1] else None

    return of


def direction(measure: Mapping[str, Any]) -> Said:
    first, second = set(measure["from"]), set(measure["to"])

    def of(talk: Interview) -> Sides | None:
        sides: Sides = (set(), set())
        for one in acts():
            if one.talk.id == talk.id and not one.kind.symmetric:
                a, b = branches(one.statement.id, talk.town_id)
                there, back = bool(a & first and b & second), bool(a & second and b & first)
                if there != back:
                    sides[back].add(one.statement.id)
        return (sides[0], sides[1] - sides[0]) if sides[0] or sides[1] else None

    return of


def stepped(name: str, steps: list[int] | None) -> Said:
    """Steps of tone or readiness: those wanted against the others, or the upper half of the scale against the lower."""
    if steps is None:
        return told(lambda row: getattr(row[0].statement, name), 3)

    def wanted(row: Any) -> float | None:
        step = getattr(row[0].statement, name)
        return None if step is None else float(step in steps)

    return told(wanted, 0.5)


def plain_measure(measure: Mapping[str, Any]) -> Said:
    if "codes" in measure:
        return several(measure["codes"], any)
    if "all_codes" in measure:
        return several(measure["all_codes"], all)
    if "level" in measure:
        return level({"EFF.LEVEL": "EFF"}.get(measure["level"], measure["level"]), taken=False)
    if "votes" in measure:
        return votes(measure["votes"], measure.get("among") or measure["votes"])
    for name in ("tone", "readiness"):
        if name in measure:
            return stepped(name, measure.get("steps"))
    if "technique" in measure:
        return told(lambda row: float(way(row[0]) in measure["technique"]) if row[2] else None, 0.5)
    if "success" in measure:
        return told(
            lambda row: WORTH.get(row[0].statement.outcome) if row[1] and way(row[0]) in measure["success"] else None,
            0.5,
        )
    return direction(measure)


def stayed(talk: Interview) -> bool:
    """Is the head of the day the head in every wave in which the town was visited?"""
    waves = {wave_of(one) for one in talks(town_of(talk))}
    judged = {wave_of(one) for one in talks(town_of(talk)) if head_of(one) == head_of(talk)}
    return head_of(talk) != "?" and len(waves) > 1 and judged == waves


def measured(measure: Mapping[str, Any]) -> Said:
    said = plain_measure(measure)
    towns = {one.key: one for one in planted().towns}

    @cache
    def of(talk_id: str) -> Sides | None:
        talk = planted().interview_by_id[talk_id]
        by = measure.get("by", [])
        if by and speaker_of(talk) not in by and planted().role_by_id[talk.role_id].branch not in by:
            return None
        if "monotown" in measure and towns[town_of(talk)].monotown is not measure["monotown"]:
            return None
        if "heads" in measure and stayed(talk) is not (measure["heads"] == "stayed"):
            return None
        return said(talk)

    return lambda talk: of(talk.id)


def known(said: Said, some: list[Interview]) -> list[Interview]:
    return [one for one in some if said(one) is not None]


def step(early: list[Interview], late: list[Interview], said: Said, check: Check) -> Sides:
    before, after = union(early, said), union(late, said)
    if check.get("expect") != "stays":
        sides = after[0] | before[1], after[1] | before[0]
        return sides[::-1] if check.get("expect") == "falls" else sides
    kept, moved = set[str](), set[str]()
    for town in {town_of(one) for one in (*early, *late)}:
        there = [[one for one in known(said, side) if town_of(one) == town] for side in (early, late)]
        size = abs(mean_share(there[1], said) - mean_share(there[0], said))
        (kept if size < float(check.get("margin", 0.2)) else moved).update(*union([*there[0], *there[1]], said))
    return kept, moved


def mean_share(some: list[Interview], said: Said) -> float:
    """Mean over interviews of the share of what speaks for the measure: 1 or 0 of a code, of acts the acts of one side."""
    shares = []
    for one in some:
        sides = said(one)
        assert sides is not None
        acts_told = sides[0] | sides[1]
        coded = not acts_told or next(iter(acts_told)) in planted().coding_by_id
        shares.append(float(bool(sides[0])) if coded else len(sides[0]) / len(acts_told))
    return sum(shares) / len(shares)


def value_of(talk: Interview, measure: Mapping[str, Any]) -> bool:
    """Is the share of what it asserts of the first codes above one half?"""
    sides = measured(measure)(talk)
    assert sides is not None
    if "codes" in measure:
        return bool(sides[0])
    own = {one.key for key in measure["votes"] for one in brute.below(planted(), code(key))}
    leaves = [
        one.key
        for key in measure["among"]
        for one in brute.below(planted(), code(key))
        if one.kind != "group" or one.key == key
    ]
    said = [key for key in leaves if single(key, talk)]
    return sum(key in own for key in said) > len(said) / 2


def expected(check: Check) -> Sides:
    of, expect = check.get("of"), str(check.get("expect"))
    every = talks()
    if check.kind == "ranks":
        keys = [
            one.key for one in brute.below(planted(), code(check.get("root"))) if len(brute.below(planted(), one)) == 1
        ]
        keys = [key for key in keys if all(len(known(mentioned(key), talks("*", [wave]))) >= 3 for wave in ("1", "2"))]
        sides = [union(talks("*", ["1", "2"]), mentioned(key)) for key in keys]
        return set().union(*(one[0] for one in sides)), set().union(*(one[1] for one in sides))
    said = measured(of)
    if check.kind == "change":
        both = [t.key for t in planted().towns if all(known(said, talks(t.key, [wave])) for wave in ("1", "2"))]
        early, late = ([one for one in talks("*", [wave]) if town_of(one) in both] for wave in ("1", "2"))
        return step(early, late, said, check)
    if check.kind == "before_after":
        days = {
            e.town_id: e.start
            for e in sorted(planted().events, key=lambda e: e.start, reverse=True)
            if e.kind == check.get("event")
        }
        inside = [one for one in known(said, every) if one.town_id in days]
        split = [[one for one in inside if (one.date >= days[one.town_id]) is late] for late in (False, True)]
        common = {one.town_id for one in split[0]} & {one.town_id for one in split[1]}
        early, late = ([one for one in side if one.town_id in common] for side in split)
        return step(early, late, said, check)
    if check.kind == "level":
        sides = union(every, said)
        return sides[::-1] if expect == "below" else sides
    if check.kind == "contrast":
        first, second = union(every, said), union(every, measured(check.get("with")))
        sides = first[0] | second[1], first[1] | second[0]
        return sides[::-1] if expect == "less" else sides
    if check.kind == "together":
        other = measured(check.get("with"))
        told_both = [one for one in every if said(one) is not None and other(one) is not None]
        says = [one for one in told_both if value_of(one, of)]
        rest = [one for one in told_both if one not in says]
        sides = union(says, other)[0], union(rest, other)[0] | union(says, other)[1]
        return sides[::-1] if expect == "apart" else sides
    first_wave, later = talks("*", ["1"]), talks("*", ["2", "3"])
    if check.kind == "new":
        return union(later, said)[0], union(first_wave, said)[0] | union(later, said)[1]
    assert check.kind == "present"
    return union(every, said)


def as_shown(sides: Sides) -> Sides:
    """A passage that stands on the side of the claim is not shown against it as well."""
    evidence = planted()

    def places(source_id: str) -> set[tuple[str, int, int]]:
        if source_id in evidence.coding_by_id:
            one = evidence.coding_by_id[source_id]
            return {(one.document_id, one.start, one.end)}
        return {(q.document_id, q.start, q.end) for q in evidence.statement_by_id[source_id].quotes}

    taken = set().union(*map(places, sides[0]))
    return sides[0], {one for one in sides[1] - sides[0] if not places(one) <= taken}


def test_every_check_on_interviews_has_the_grounds_that_plain_loops_find() -> None:
    found, compared = result(), 0
    table = found.tables["checks"]
    for claim in load_claims(""):
        parts: list[Sides] = []
        for k, check in enumerate(claim.checks, start=1):
            row = f"{claim.id} · {k}"
            shown = found.grounds(row, None, "checks")
            if table.loc[row, "verdict"] == "cannot":
                assert not len(shown), row
            elif check.kind not in CASES:
                sides = expected(check)
                assert (set(shown.supporting), set(shown.opposing)) == as_shown(sides), row
                parts.append(sides)
                compared += 1
            for column in table.columns:
                assert found.grounds(row, column, "checks") == shown
        if len(parts) == len([one for one in claim.checks if one.kind != "untestable"]):
            whole = found.grounds(claim.id)
            every = set().union(*(one[0] for one in parts)), set().union(*(one[1] for one in parts))
            assert (set(whole.supporting), set(whole.opposing)) == as_shown(every), claim.id
            for column in found.table.columns:
                assert found.grounds(claim.id, column) == whole
    assert compared >= 35


def test_grounds_of_checks_on_cases_are_told_in_interviews_of_the_study() -> None:
    """Each is an assertion or denial of a code that the check names, or a statement; no side holds one of the other."""
    found, evidence = result(), planted()
    for claim in load_claims(""):
        for k, check in enumerate(claim.checks, start=1):
            if check.kind not in CASES:
                continue
            named = repr(dict(check.fields))
            keys = {one.id for one in evidence.codes if f"'{one.key}'" in named}
            under = {
                one.id for top in keys for one in brute.below(evidence, next(c for c in evidence.codes if c.id == top))
            }
            under |= {
                one.id for one in evidence.codes if one.key.startswith(("MOT.LEVEL", "EFF.")) and ".LEVEL'" in named
            }
            shown = found.grounds(f"{claim.id} · {k}", None, "checks")
            assert not set(shown.supporting) & set(shown.opposing)
            for one in (*shown.supporting, *shown.opposing):
                coding = evidence.coding_by_id.get(one)
                assert one in evidence.statement_by_id if coding is None else coding.code_id in under, (
                    claim.id,
                    k,
                    one,
                )
