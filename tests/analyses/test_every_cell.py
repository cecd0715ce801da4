"""Every cell of every table on relations leads to exactly the sentences that plain loops find in the fictional study."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import cache

import pytest

from tests.analyses import brute, plain
from tests.analyses.fictional import planted
from tests.analyses.plain import PERIODS, Act, Pair, ids
from veche.analyses._shared.alliances import Rule
from veche.analyses._shared.coalitions import coalitions as find
from veche.analyses._shared.relations import prepare
from veche.analyses.coalitions import coalitions
from veche.analyses.interaction_models import interaction_models
from veche.analyses.intervention import intervention
from veche.analyses.ties import ties
from veche.analyses.turbulence import turbulence
from veche.study import Coding, Interview, Result

Sides = tuple[set[str], set[str]]
NONE: Sides = (set(), set())


@cache
def acts(modality: str = "asserted") -> tuple[Act, ...]:
    return tuple(plain.acts(planted(), modality))


@cache
def acts_of(town: str, modality: str = "asserted") -> list[Act]:
    keys = {one.id: one.key for one in planted().towns}
    return [one for one in acts(modality) if keys[one.talk.town_id] == town]


def check(result: Result, expected: dict[str, Callable[[Hashable, str | None], Sides]]) -> None:
    """Compare both sides of every cell, and of every row as a whole."""
    assert set(expected) == set(result.tables)
    for name, table in result.tables.items():
        assert len(table), name
        for row in table.index:
            for column in (None, *table.columns):
                found = result.grounds(row, column, name)
                assert len(found.supporting) == len(set(found.supporting)), (name, row, column)
                assert (set(found.supporting), set(found.opposing)) == expected[name](row, column), (name, row, column)


def apart(first: set[str], second: set[str]) -> Sides:
    return first, second - first


def actor_ids() -> dict[str, str]:
    return {one.key: one.id for one in planted().actors}


def steps(label: str) -> tuple[str, str]:
    before, after = label.split("→")
    return before, after


# ties


def test_ties() -> None:
    result = ties(planted(), resamples=50)
    number = actor_ids()

    @cache
    def of(town: str, wave: str, source: str, target: str, modality: str = "asserted") -> list[Act]:
        start, end = PERIODS[wave]
        return [one for one in acts_of(town, modality) if one.share(start, end) > 0 and one.goes(source, target)]

    @cache
    def tone(town: str, wave: str, source: str, target: str) -> float | None:
        return plain.tone(of(town, wave, source, target), source, target, *PERIODS[wave])

    def tied(row: Hashable, column: str | None) -> Sides:
        town, wave, *pair = str(row).split(" · ")
        source, target = (number[one] for one in pair)
        found = of(town, wave, source, target)
        if column in ("votes", "mass", "reporters", "statements", "dispersion"):
            return ids(found), set()
        both = [*found, *of(town, wave, target, source)] if column == "mutual" else found
        value = tone(town, wave, source, target)
        assert value is not None
        other = {one.statement.id for one in both if one.valence * value < 0}
        mine = {one.statement.id for one in both if not one.valence * value < 0}
        denied = ids(of(town, wave, source, target, "denied"))
        return apart(mine, other | denied)

    def changed(row: Hashable, column: str | None) -> Sides:
        town, step, *pair = str(row).split(" · ")
        before, after = steps(step)
        waves = {
            "tone_before": [before],
            "reporters_before": [before],
            "tone_after": [after],
            "reporters_after": [after],
        }
        source, target = (number[one] for one in pair)
        return {
            i for wave in waves.get(column or "", [before, after]) for i in ids(of(town, wave, source, target))
        }, set()

    def window(row: Hashable, column: str | None) -> Sides:
        town, wave = str(row).split(" · ")
        return ids(one for one in acts_of(town) if one.share(*PERIODS[wave]) > 0), set()

    check(result, {"ties": tied, "windows": window, "tie_change": changed})
    assert sum(map(len, result.tables.values())) > 200


# interaction models

TECHNIQUES = {
    "placement": ["placement"], "manipulation": ["manipulation"], "exchange": ["bargaining", "waiting", "mediation"],
    "pressure": ["pressure", "removal"], "reasons": ["partnership", "joint_action", "support"],
    "opposition": ["resistance", "criticism"], "compliance": ["obedience"],
}  # fmt: skip
#: type -> ways of the executive, ways of the assembly that speak for it
TYPES = {
    "2014.exchange": ("exchange", ""), "2014.manipulation": ("manipulation", ""), "2014.placement": ("placement", ""),
    "2014.pressure": ("pressure", ""), "2015.coercion": ("pressure", "compliance"), "2015.covert": ("manipulation", ""),
    "2015.exchange": ("exchange", ""), "2015.confrontation": ("", "opposition pressure"),
    "2016.coercion": ("pressure", "compliance"), "2016.strength": ("exchange", ""), "2016.persuasion": ("reasons", ""),
    "2016.confrontation": ("", "opposition pressure"), "2016.assembly": ("", "opposition pressure"),
    "2016.parity": ("", "opposition pressure"), "2016.alliance": ("reasons", "reasons"),
}  # fmt: skip
WORTH = {"achieved": 1.0, "partly": 0.5, "failed": 0.0}
SIDES = ("executive", "legislative", "outside")


def side(talk: Interview) -> str:
    role = planted().role_by_id[talk.role_id]
    return role.branch if role.level == "municipal" and role.branch in SIDES[:2] else "outside"


@cache
def branches(statement_id: str, town: str) -> tuple[set[str], set[str]]:
    """What the parties of a statement are in a town; those of other places and levels are above."""
    evidence = planted()
    one = evidence.statement_by_id[statement_id]
    parties = {p.id: p for p in (*evidence.actors, *evidence.offices)}

    def of(party_id: str) -> str:
        party = parties[party_id]
        level = getattr(party, "kind", "") == "level"
        return "above" if party.town_id != town or level else party.branch

    return {of(p) for p in one.sources}, {of(p) for p in one.targets}


@cache
def dealings(town: str, wave: str, modality: str = "asserted") -> list[tuple[Act, bool, bool, bool]]:
    """What is told in a wave of its own time on the two branches: act, recorded as down, counts down, counts up."""
    waves, found = {one.id: one.key for one in planted().waves}, []
    for one in acts_of(town, modality):
        sources, targets = branches(one.statement.id, one.talk.town_id)
        there = "executive" in sources and "legislative" in targets
        back = "legislative" in sources and "executive" in targets
        told_then = waves[one.talk.wave_id] == wave and one.share(*PERIODS[wave]) > 0
        if told_then and (there or back):
            both = one.kind.symmetric
            found.append((one, there, there or (back and both), back or (there and both)))
    return found


def way(one: Act) -> str:
    return next((name for name, kinds in TECHNIQUES.items() if one.kind.key in kinds), "none")


def for_type(rows: list[tuple[Act, bool, bool, bool]], name: str) -> set[str]:
    down, up = TYPES[name]
    return ids(one for one, _own, d, u in rows if (d and way(one) in down.split()) or (u and way(one) in up.split()))


def answer(town: str, wave: str, name: str) -> Sides:
    """Statements of a town and wave for and against an answer of the decision rule."""
    good, bad = set(), set()
    for one, own, down, up in dealings(town, wave):
        kind, worth, own_up = way(one), WORTH.get(one.statement.outcome), not own
        both = branches(one.statement.id, one.talk.town_id)
        own_up = "legislative" in both[0] and "executive" in both[1]
        ruling = kind in ("placement", "manipulation", "exchange", "pressure")
        ours = (own and (ruling or kind == "opposition")) or (own_up and kind == "compliance")
        theirs = own_up and kind in ("opposition", "pressure") and not ours
        verdict: bool | None = None
        if name in ("prevails", "executive_success"):
            if worth is not None and ours:
                verdict = worth >= 0.5
            elif worth is not None and theirs and name == "prevails":
                verdict = worth < 0.5
        elif name == "assembly_success":
            if own_up and ruling and worth is not None:
                verdict = worth >= 0.5
            elif own_up and kind == "opposition":
                verdict = False
        elif name == "camp":
            verdict = own_up and kind in ("opposition", "pressure")
        elif name == "allied":
            third = both[1] - {"executive", "legislative"}
            hostile = one.kind.family in ("coercion", "opposition")
            verdict = bool(hostile and {"executive", "legislative"} <= both[0] and third)
        elif name == "one_sided":
            gained = {p.branch for p in (*planted().actors, *planted().offices) if p.id in one.statement.benefit
                      and p.town_id == one.talk.town_id and getattr(p, "kind", "") != "level"}  # fmt: skip
            if kind == "exchange" and gained & {"executive", "legislative"}:
                verdict = "legislative" not in gained
        elif name == "settled":
            early = (down and kind == "placement") or (up and kind == "compliance")
            verdict = True if early else False if down else None
        elif name == "threat":
            forced = (down and kind == "pressure") or (up and kind == "compliance")
            verdict = True if forced else False if down and kind == "placement" else None
        elif down and kind in ("exchange", "manipulation", "reasons", "pressure"):
            verdict = kind == name
        if verdict is not None:
            (good if verdict else bad).add(one.statement.id)
    return apart(good, bad)


def test_interaction_models() -> None:
    result = interaction_models(planted(), resamples=50)
    labels = result.tables["labels"]["type"].to_dict()
    towns = [one.key for one in planted().towns]
    waves = [one.key for one in planted().waves]

    def told(town: str, wave: str, speaker: str = "", modality: str = "asserted") -> list[tuple[Act, bool, bool, bool]]:
        return [row for row in dealings(town, wave, modality) if speaker in ("", "all", side(row[0].talk))]

    def model(town: str, wave: str, name: str, column: str | None) -> Sides:
        speaker = (column or "").removeprefix("by_")
        speaker = speaker if speaker in SIDES else ""
        rows = told(town, wave, speaker)
        if column in ("reporters", "statements"):
            return ids(one for one, *_ in rows), set()
        mine = for_type(rows, name)
        against = set() if column == "supporting" else ids(one for one, *_ in rows) - mine
        return apart(mine, against | for_type(told(town, wave, speaker, "denied"), name))

    def memberships(row: Hashable, column: str | None) -> Sides:
        return model(*str(row).split(" · "), column)  # type: ignore[arg-type]

    def label(row: Hashable, column: str | None) -> Sides:
        town, wave, _typology = str(row).split(" · ")
        given = labels[row]
        if given in TYPES and column not in ("reporters", "statements"):
            return model(town, wave, given, None)
        speaker = (column or "").removeprefix("says_")
        return ids(one for one, *_ in told(town, wave, speaker if speaker in SIDES else "")), set()

    def question(row: Hashable, column: str | None) -> Sides:
        return answer(*str(row).split(" · "))

    def technique(row: Hashable, column: str | None) -> Sides:
        town, wave, name = str(row).split(" · ")
        rows = [
            r
            for t in ([town] if town != "*" else towns)
            for w in ([wave] if wave != "*" else waves)
            for r in told(t, w)
        ]
        # an outcome is that of the one who acts
        mine = [one for one, own, *_ in rows if own and way(one) == name]
        if column in (*WORTH, "unknown"):
            return ids(one for one in mine if one.statement.outcome == column), set()
        if column in ("tried", "reporters"):
            return ids(mine), set()
        worth = {one.statement.id: WORTH.get(one.statement.outcome, -1) for one in mine}
        return {i for i, w in worth.items() if w >= 0.5}, {i for i, w in worth.items() if w == 0}

    def stepped(town: str, wave: str, speaker: str, field: str, column: str | None) -> Sides:
        given = {one.statement.id: getattr(one.statement, field) for one, *_ in told(town, wave, speaker)}
        given = {i: step for i, step in given.items() if step is not None}
        name = column or ""
        if name[:1] == "n" and name[1:].isdigit():
            return {i for i, step in given.items() if step == int(name[1:])}, set()
        wanted = {int(name[4:])} if name[:4] == "step" and name[4:].isdigit() else {2, 3, 4}
        if name in ("between", "low", "high") or name[:4] == "step":
            return {i for i, s in given.items() if s in wanted}, {i for i, s in given.items() if s not in wanted}
        return set(given), set()

    def tone(row: Hashable, column: str | None) -> Sides:
        town, wave, speaker, field = str(row).split(" · ")
        return stepped(town, wave, speaker, field, column)

    def ready(town: str, wave: str, speaker: str) -> Sides:
        good, bad = set(), set()
        for one, *_ in told(town, wave, speaker):
            if (step := one.statement.readiness) is not None:
                (good if step <= 3 else bad).add(one.statement.id)
        for coding, talk in codings("TONE.READY", town, wave):
            if side(talk) == speaker:
                (good if coding.modality == "asserted" else bad).add(coding.id)
        return good, bad

    def consensus(row: Hashable, column: str | None) -> Sides:
        town, wave = str(row).split(" · ")
        name = column or "now"
        if name.startswith("now"):
            return stepped(town, wave, "all", "tone", "step3")
        last = name.rpartition("_")[2] if "_" in name else ""
        sides = [last] if last in SIDES else list(SIDES[:2]) if last == "both" else list(SIDES)
        good, bad = (set().union(*parts) for parts in zip(*(ready(town, wave, one) for one in sides), strict=True))
        return (good | bad, set()) if name.startswith("reporters") else (good, bad)

    def change(row: Hashable, column: str | None) -> Sides:
        town, step, measure = str(row).split(" · ")
        before, after = steps(step)
        wanted = {"was": [before], "reporters_before": [before], "became": [after], "reporters_after": [after]}
        found: set[str] = set()
        for wave in wanted.get(column or "", [before, after]):
            if measure == "tone":
                found |= ids(one for one, *_ in told(town, wave) if one.statement.tone is not None)
            else:
                found |= ids(one for one, _own, down, _up in told(town, wave) if down)
        return found, set()

    check(
        result,
        {"memberships": memberships, "labels": label, "questions": question, "techniques": technique, "tone": tone,
         "consensus": consensus, "change": change},
    )  # fmt: skip


def codings(key: str, town: str, wave: str | None = None) -> list[tuple[Coding, Interview]]:
    """Codings of a code and those below it in a town (and wave), without hypothetical ones."""
    evidence = planted()
    code = next((one for one in evidence.codes if one.key == key), None)
    if code is None:
        return []
    under = {one.id for one in brute.below(evidence, code)}
    return [
        (coding, talk)
        for coding, talk in brute.counted(evidence)
        if coding.code_id in under and coding.modality != "hypothetical"
        and evidence.town_by_id[talk.town_id].key == town
        and wave in (None, evidence.wave_by_id[talk.wave_id].key)
    ]  # fmt: skip


# intervention


def test_intervention() -> None:
    evidence = planted()
    result = intervention(evidence, resamples=50)
    days = {one.key: one.start for one in evidence.events}
    others = {"assembly": "legislative", "business": "business", "above": "above"}
    first = {one.key: PERIODS["1"][0] for one in evidence.towns}

    def main(row: Hashable, column: str | None) -> Sides:
        event, town, relation = str(row).split(" · ")
        found: list[list[Act]] = [[], []]
        for one in acts_of(town):
            sources, targets = branches(one.statement.id, one.talk.town_id)
            other = others[relation]
            if ("executive" in sources and other in targets) or (other in sources and "executive" in targets):
                for at, (start, end) in enumerate(((first[town], days[event]), (days[event], dt.date.max))):
                    if one.share(start, end) > 0:
                        found[at].append(one)
        if column in ("panel_difference", "panel_reporters"):
            told = [{one.talk.respondent_id for one in rows} for rows in found]
            both = told[0] & told[1]
            return ids(one for rows in found for one in rows if one.talk.respondent_id in both), set()
        sides = {"value": "", "reporters": "", "statements": ""}
        name, _sep, when = (column or "").rpartition("_")
        wanted = [when == "after"] if name in sides and when in ("before", "after") else [0, 1]
        return {i for at in wanted for i in ids(found[int(at)])}, set()

    def account(row: Hashable, column: str | None) -> Sides:
        event, town, key = str(row).split(" · ")
        said: list[tuple[str, Interview]] = []
        denied: set[str] = set()
        if key == "interference":
            for one in acts_of(town):
                above = "above" in branches(one.statement.id, one.talk.town_id)[0] and one.kind.family == "coercion"
                if one.kind.key == "interference" or above:
                    said.append((one.statement.id, one.talk))
        else:
            for coding, talk in codings(key, town):
                if coding.modality == "denied":
                    denied.add(coding.id)
                else:
                    said.append((coding.id, talk))
        name = column or ""
        if name == "denied":
            return denied, {i for i, _talk in said}
        speaker = name.removeprefix("after_")
        late = [(i, talk) for i, talk in said if talk.date >= days[event]]
        if speaker in SIDES:
            return {i for i, talk in late if side(talk) == speaker}, denied
        if name.endswith("_after"):
            return {i for i, _talk in late}, denied
        return {i for i, talk in said if not name.endswith("_before") or talk.date < days[event]}, denied

    check(result, {"intervention": main, "accounts": account})


# coalitions


def year(number: int) -> tuple[dt.date, dt.date]:
    return dt.date(number, 1, 1), dt.date(number + 1, 1, 1)


def turn_of(text_id: str, place: int) -> int:
    return sum(one.start <= place for one in planted().texts[text_id].turns)


@cache
def coalition_result() -> Result:
    return coalitions(planted(), resamples=50)


@cache
def coalition_table() -> dict[Hashable, dict[Hashable, object]]:
    return coalition_result().table.to_dict("index")


@cache
def members(key: str) -> frozenset[str]:
    names = {one.name: one.id for one in planted().actors if plain.stands_for(planted(), one.id) == one.id}
    return frozenset(names[one] for one in coalition_table()[key]["members"].split(", "))


@cache
def pairs(key: str) -> frozenset[Pair]:
    return frozenset(frozenset(two) for two in itertools.combinations(sorted(members(key)), 2))


def run(key: str) -> list[int]:
    return list(range(int(coalition_table()[key]["seen_from"]), int(coalition_table()[key]["seen_to"]) + 1))


@cache
def support(key: str) -> set[str]:
    return plain.supporting(acts_of(key.split(" · ")[0]), set(pairs(key)), [year(one) for one in run(key)])


@cache
def against(key: str) -> set[str]:
    told = plain.speaking(acts_of(key.split(" · ")[0]), set(pairs(key)), [year(one) for one in run(key)])
    return ids(one for one in told if one.valence < 0) - support(key)


def test_coalitions() -> None:
    evidence = planted()
    result, table = coalition_result(), coalition_table()
    judged = {
        "said_tactical": "COAL.TACT", "said_strategic": "COAL.STRAT", "entry": "COAL.ENTRY", "voluntary": "COAL.FORCED",
        "gains": "COAL.BENEFIT", "breaks": "COAL.BREAK",
    }  # fmt: skip

    motives = {
        "motive_public": ["MOT.SERVICE", "MOT.ACHIEVE"], "motive_corporate": ["MOT.CORP"],
        "motive_own": ["MOT.GAIN", "MOT.POWER", "MOT.CAREER"],
    }  # fmt: skip

    def union(keys: list[str]) -> Sides:
        found = [set().union(*(part(key) for key in keys)) for part in (support, against)]
        return apart(found[0], found[1])

    def next_year(key: str) -> int | None:
        """The next year in which at least two reporters speak of the town."""
        told = acts_of(key.split(" · ")[0])
        for number in range(run(key)[-1] + 1, 2024):
            if len({one.talk.respondent_id for one in told if one.share(*year(number)) > 0}) > 1:
                return number
        return None

    @cache
    def judging(key: str, code: str) -> set[str]:
        """Codings in the answers in which the supporting statements stand."""
        places = {
            (quote.text_id, turn_of(quote.text_id, quote.start))
            for one in support(key) for quote in evidence.statement_by_id[one].quotes
        }  # fmt: skip
        return {
            coding.id for coding, _talk in codings(code, key.split(" · ")[0])
            if coding.modality == "asserted" and (coding.text_id, turn_of(coding.text_id, coding.start)) in places
        }  # fmt: skip

    def winners(key: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for one in acts_of(key.split(" · ")[0]):
            if one.statement.id in support(key):
                for party in one.statement.benefit:
                    won = plain.meant(evidence, party, one.start) & members(key)
                    if won:
                        found.setdefault(one.statement.id, set()).update(won)
        return found

    def whole(row: Hashable, column: str | None) -> Sides:
        key = str(row)
        if column in judged:
            other = {"said_tactical": "COAL.STRAT", "said_strategic": "COAL.TACT"}.get(str(column))
            return judging(key, judged[str(column)]), judging(key, other) if other else set()
        if column in motives or column == "motive_said":
            said = {name: set().union(*(judging(key, code) for code in codes)) for name, codes in motives.items()}
            if column in motives:
                return said[str(column)], set()
            words = {
                "the public good": "motive_public",
                "a firm or body": "motive_corporate",
                "one's own": "motive_own",
            }
            mine = said.get(words.get(table[key]["motive_said"], ""), set())
            return apart(mine, set().union(*said.values()))
        if column == "kind_said":
            sides = judging(key, "COAL.STRAT"), judging(key, "COAL.TACT")
            who = [{talk_of[i] for i in part} for part in sides]
            return sides[::-1] if len(who[1]) > len(who[0]) else sides
        if column in ("issues", "breadth"):
            return {i for i in support(key) if evidence.statement_by_id[i].issue is not None}, set()
        if column == "reciprocity":
            return set(winners(key)), set()
        if column in ("ending", "seen_to", "events_at_end", "longest"):
            told = acts_of(key.split(" · ")[0])
            last = ids(one for one in told if one.share(*year(run(key)[-1])) > 0) & support(key)
            after = next_year(key)
            rest = plain.speaking(told, set(pairs(key)), [year(after)]) if after else []
            return apart(last, ids(one for one in rest if one.valence <= 0))
        return support(key), against(key)

    talk_of = {coding.id: talk.respondent_id for coding, talk in brute.counted(evidence)}

    def regime(row: Hashable, column: str | None) -> Sides:
        town, key = str(row), result.tables["regime"].loc[str(row), "coalition"]
        if column == "said_regime":
            code = next(one for one in evidence.codes if one.key == "REG.FULL")
            talks = [one for one in evidence.interviews if evidence.town_by_id[one.town_id].key == town]
            return apart(*(brute.codings_of(evidence, code, talks, modality) for modality in ("asserted", "denied")))
        if not isinstance(key, str):
            return NONE
        if column == "capacity":
            known = {i: evidence.statement_by_id[i].outcome for i in support(key)}
            good = {i for i, outcome in known.items() if outcome in ("achieved", "partly")}
            return good, {i for i, outcome in known.items() if outcome == "failed"}
        return whole(key, "issues" if column == "themes" else None)

    def gains(row: Hashable, column: str | None) -> Sides:
        town, number, actor = str(row).split(" · ")
        won = winners(f"{town} · {number}")
        mine = {i for i, who in won.items() if actor_ids()[actor] in who}
        return apart(mine, set(won))

    def at_risk(group: str) -> list[str]:
        names = dict(result.tables["intervals"][["group", "group_name"]].itertuples(index=False))
        return [str(key) for key, line in table.items() if group == "*" or line["scope"] == names[group]]

    def survival(row: Hashable, column: str | None) -> Sides:
        group, duration = str(row).split(" · ")
        held = [k for k in at_risk(group) if len(run(k)) >= int(duration)]
        held = [k for k in held if table[k]["beginning"] != "not seen" or len(run(k)) > 1]
        if column == "ended":
            ended = ("no longer spoken of", "no longer allied", "at odds", "goes on without some")
            held = [k for k in held if len(run(k)) == int(duration) and table[k]["ending"] in ended]
        return union(held)

    def intervals(row: Hashable, column: str | None) -> Sides:
        return union(at_risk(str(row).split(" · ")[0]))

    def hazard(row: Hashable, column: str | None) -> Sides:
        town, step = str(row).split(" · ")
        before = int(steps(step)[0])
        held = [str(k) for k, line in table.items() if line["town"] == town and before in run(str(k))]
        return union([k for k in held if run(k)[-1] == before] if column == "ended" else held)

    def moved(row: Hashable, column: str | None) -> Sides:
        line = result.tables["moves"].loc[str(row)]
        names = (
            [column] if column in ("coalition_before", "coalition_after") else ["coalition_before", "coalition_after"]
        )
        return union([line[name] for name in names if isinstance(line[name], str)])

    usual = Rule()
    changed = {
        "chosen": usual, "theta_low": replace(usual, theta=0.15), "theta_high": replace(usual, theta=0.35),
        "reporters_low": replace(usual, reporters=1), "reporters_high": replace(usual, reporters=3), "gap": replace(usual, gap=1),
        "wide": replace(usual, least=1),
    }  # fmt: skip

    @cache
    def under(name: str) -> Sides:
        """Members and years as the rule finds them (its own tests try all groups), the sentences by plain loops."""
        width, found = 2 if name == "wide" else 1, [set[str](), set[str]()]
        kept = {"dated": lambda one: one.statement.start is not None or one.statement.end is not None,
                "first_hand": lambda one: one.statement.certainty == "first_hand"}.get(name, lambda one: True)  # fmt: skip
        how = {"dated": {"undated": "leave"}, "first_hand": {"first_hand": True}}.get(name, {})
        held = find(evidence, rule=changed.get(name, usual), months=12 * width, acts=prepare(evidence, **how))  # type: ignore[arg-type]
        for one in held:
            told = [act for act in acts_of(one.field.town.key) if kept(act)]
            spans = [one.field.periods[w] for w in range(one.spell.first, one.spell.last + 1)]
            windows = [(dt.date.fromordinal(int(p.start)), dt.date.fromordinal(int(p.end))) for p in spans]
            two = {frozenset(pair) for pair in itertools.combinations(sorted(a.id for a in one.members), 2)}
            mine = plain.supporting(told, two, windows)
            found[0] |= mine
            found[1] |= ids(act for act in plain.speaking(told, two, windows) if act.valence < 0) - mine
        return apart(found[0], found[1])

    def setting(row: Hashable, column: str | None) -> Sides:
        return under(str(row))

    check(
        result,
        {"coalitions": whole, "regime": regime, "gains": gains, "survival": survival, "intervals": intervals, "hazards": hazard,
         "moves": moved, "settings": setting},
    )  # fmt: skip


# turbulence


def cliques(pairs: set[Pair]) -> list[frozenset[str]]:
    """Largest groups all of whose pairs are there, by trying all groups."""
    people = sorted(frozenset[str]().union(*pairs)) if pairs else []
    found: list[frozenset[str]] = []
    for size in range(len(people), 1, -1):
        for group in itertools.combinations(people, size):
            if all(frozenset(two) in pairs for two in itertools.combinations(group, 2)):
                found += [frozenset(group)] if not any(set(group) < other for other in found) else []
    return found


@cache
def part(town: str, step: str, name: str) -> Sides:
    """Statements that show change in a part of turbulence, and those that show that something stayed."""
    windows = [PERIODS[wave] for wave in steps(step)]
    told = [[one for one in acts_of(town) if one.share(*window) > 0] for window in windows]
    held = [one for one in acts_of(town) if any(one.share(*window) > 0 for window in windows)]
    if name == "composite":
        sides = [part(town, step, one) for one in ("membership", "hazard", "agenda", "tone")]
        return apart(set().union(*(one[0] for one in sides)), set().union(*(one[1] for one in sides)))
    if name == "offices":
        return NONE
    if name == "agenda":
        issues = [{one.statement.issue for one in rows} - {None} for rows in told]
        both = issues[0] & issues[1]
        spoken = [one for one in held if one.statement.issue is not None]
        return apart(
            ids(o for o in spoken if o.statement.issue not in both),
            ids(o for o in spoken if o.statement.issue in both),
        )
    if name == "actors":
        present = [frozenset().union(*(one.sources | one.targets for one in rows)) for rows in told]
        moved = [one for one in held if not one.sources | one.targets <= present[0] & present[1]]
        return apart(ids(moved), ids(one for one in held if one not in moved))
    if name == "tone":
        return toned(held, windows)
    pairs = [plain.allied(acts_of(town), *window) for window in windows]
    if name == "hazard":
        return ended(acts_of(town), windows, pairs)
    once, always = pairs[0] ^ pairs[1], pairs[0] & pairs[1]
    speaks = [one for one in held if any(one.speaks_of(p) or one.joins(p) for p in once)]
    rest = [one for one in held if one not in speaks and any(one.speaks_of(p) or one.joins(p) for p in always)]
    return apart(ids(speaks), ids(rest))


def toned(held: list[Act], windows: list[tuple[dt.date, dt.date]]) -> Sides:
    people = sorted(frozenset[str]().union(*(one.sources | one.targets for one in held)))
    moved, stayed = set(), set()
    for pair in itertools.permutations(people, 2):
        found = [plain.tone(held, *pair, *window) for window in windows]
        if found[0] is not None and found[1] is not None:
            (moved if abs(found[0] - found[1]) > 1e-12 else stayed).add(pair)
    first = [one for one in held if any(one.goes(*pair) for pair in moved)]
    rest = [one for one in held if one not in first and any(one.goes(*pair) for pair in stayed)]
    return apart(ids(first), ids(rest))


def ended(told: list[Act], windows: list[tuple[dt.date, dt.date]], pairs: list[set[Pair]]) -> Sides:
    def of(group: frozenset[str]) -> set[Pair]:
        return {frozenset(two) for two in itertools.combinations(sorted(group), 2)}

    gone = [of(group) for group in cliques(pairs[0]) if not of(group) <= pairs[1]]
    going = [of(group) for group in cliques(pairs[0] & pairs[1])]
    first = set().union(*(plain.supporting(told, group, windows[:1]) for group in gone))
    return apart(first, set().union(*(plain.supporting(told, group, windows) for group in going)))


def test_turbulence() -> None:
    result = turbulence(planted(), draws=50, resamples=50)
    columns = {
        "camps": "membership", "allied_pairs": "pairs", "coalitions_ended": "hazard", "agenda_change": "agenda",
        "tone_change": "tone", "posts_changed": "offices", "actors_changed": "actors",
    }  # fmt: skip

    def main(row: Hashable, column: str | None) -> Sides:
        town, step = str(row).split(" · ")
        if column in ("reporters_before", "statements_before", "reporters_after", "statements_after"):
            window = PERIODS[steps(step)[column.endswith("after")]]
            return ids(one for one in acts_of(town) if one.share(*window) > 0), set()
        return part(town, step, columns.get(str(column), "composite"))

    def parts(row: Hashable, column: str | None) -> Sides:
        return part(*str(row).split(" · "))

    def inertia(row: Hashable, column: str | None) -> Sides:
        town, step = str(row).split(" · ")
        key = {"turbulence": "TURB.HIGH", "inertia": "TURB.INERTIA"}.get(str(column).split("_")[-1] if column else "")
        if column and column.endswith(("_low", "_high")):
            key = {"turbulence": "TURB.HIGH", "inertia": "TURB.INERTIA"}[column.split("_")[0]]
        if key is None:
            return NONE
        evidence = planted()
        code = next(one for one in evidence.codes if one.key == key)
        talks = [
            one for one in evidence.interviews
            if evidence.town_by_id[one.town_id].key == town and evidence.wave_by_id[one.wave_id].key == steps(step)[1]
        ]  # fmt: skip
        return apart(*(brute.codings_of(evidence, code, talks, modality) for modality in ("asserted", "denied")))

    check(result, {"turbulence": main, "parts": parts, "inertia": inertia})


def test_a_wrong_expectation_would_be_seen() -> None:
    """The comparison itself: a table with one sentence too few on a side fails."""
    result = intervention(planted(), resamples=50)
    with pytest.raises(AssertionError):
        check(result, {"intervention": lambda row, column: NONE, "accounts": lambda row, column: NONE})
