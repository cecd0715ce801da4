"""Every cell of every table on judgements leads to exactly the sentences that plain loops find in the fictional study."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cache

from tests.analyses import brute, plain
from tests.analyses.fictional import planted
from tests.analyses.plain import PERIODS, Act, ids
from tests.analyses.test_every_cell import Sides, acts_of, apart, check, steps
from veche.analyses.business import business
from veche.analyses.informants import informants
from veche.analyses.managerial import managerial
from veche.analyses.motivation import motivation
from veche.analyses.power import power
from veche.study import Code, Coding, Interview

#: of one interview: what it says for and against, or None if it has no number
Said = Callable[[Interview], Sides | None]


@cache
def code(key: str) -> Code:
    return next(one for one in planted().codes if one.key == key)


def town_of(talk: Interview) -> str:
    return planted().town_by_id[talk.town_id].key


def wave_of(talk: Interview) -> str:
    return planted().wave_by_id[talk.wave_id].key


def talks(town: str = "*", waves: Iterable[str] = ("1", "2", "3")) -> list[Interview]:
    return [one for wave in waves for one in _talks(town, wave)]


@cache
def _talks(town: str, wave: str) -> tuple[Interview, ...]:
    return tuple(one for one in planted().interviews if town in ("*", town_of(one)) and wave_of(one) == wave)


@cache
def by_interview() -> dict[str, list[Coding]]:
    found: dict[str, list[Coding]] = {}
    for coding, talk in brute.counted(planted()):
        found.setdefault(talk.id, []).append(coding)
    return found


def union(some: Iterable[Interview], said: Said) -> Sides:
    """What interviews with a number say for, and against without it."""
    sides = [one for one in map(said, some) if one is not None]
    first = set().union(*(one[0] for one in sides))
    return first, set().union(*(one[1] for one in sides)) - first


def mentions(key: str, taken: Callable[[Coding], bool] = lambda one: True, keys: tuple[str, ...] = ()) -> Said:
    """Assertions for, denials against, where the interview could speak of the code."""
    top = code(key)
    ids = {one.id for name in (keys or (key,)) for one in brute.below(planted(), code(name))}

    @cache
    def of(talk_id: str) -> Sides | None:
        talk = planted().interview_by_id[talk_id]
        if not (
            any(brute.could(planted(), talk, code(name)) for name in keys)
            if keys
            else brute.could(planted(), talk, top)
        ):
            return None
        here = [one for one in by_interview().get(talk.id, ()) if one.code_id in ids and taken(one)]
        return tuple({one.id for one in here if one.modality == way} for way in ("asserted", "denied"))  # type: ignore[return-value]

    return lambda talk: of(talk.id)


def panel(some: Iterable[Interview]) -> set[tuple[str, str]]:
    """Respondents, with the town, who speak in two waves of it, among these interviews."""
    waves: dict[tuple[str, str], set[str]] = {}
    for one in some:
        waves.setdefault((one.respondent_id, one.town_id), set()).add(one.wave_id)
    return {who for who, told in waves.items() if len(told) > 1}


def shares(row: Hashable, column: str | None, said: Said) -> Sides:
    """A row of shares: code, town, wave."""
    _key, town, wave = str(row).rsplit(" · ", 2)
    here = talks(town, [wave])
    if column in ("panel_asked", "panel_share"):
        both = panel(planted().interviews)
        here = [one for one in here if (one.respondent_id, one.town_id) in both]
    return union(here, said)


def change(row: Hashable, column: str | None, said: Said) -> Sides:
    """A row of changes: code, town, waves; all towns are those with a number in both waves."""
    _key, town, step = str(row).rsplit(" · ", 2)
    before, after = steps(step)
    waves = [before, after]
    for name in ("before", "after"):
        if (column or "").endswith(f"_{name}"):
            waves = [before if name == "before" else after]
    towns = {town} if town != "*" else {
        one.key for one in planted().towns
        if all(any(said(talk) is not None for talk in talks(one.key, [wave])) for wave in (before, after))
    }  # fmt: skip
    here = [one for one in talks("*", waves) if town_of(one) in towns]
    if column in ("panel_pairs", "panel_difference"):
        known = [one for one in here if said(one) is not None]
        both = panel(known)
        here = [one for one in known if (one.respondent_id, one.town_id) in both]
    return union(here, said)


@cache
def head_of(talk: Interview) -> str:
    """Name of the head of the town on the day of an interview."""
    office = next((one for one in planted().offices if one.town_id == talk.town_id and one.key.endswith(".head")), None)
    held = plain.meant(planted(), office.id, talk.date) if office else set()
    names = {one.id: one.name for one in planted().actors}
    return names[next(iter(held))] if len(held) == 1 else "?"


@cache
def speaker_of(talk: Interview) -> str:
    own = planted().respondent_by_id[talk.respondent_id].actor_id
    names = {one.id: one.name for one in planted().actors}
    if own is not None and names[plain.stands_for(planted(), own) or ""] == head_of(talk):
        return "self"
    return {"leader": "self", "member": "team", "outsider": "outsider"}.get(talk.standing or "", "unknown")


# managerial problems


def test_managerial() -> None:
    result = managerial(planted(), resamples=50)
    said = cache(mentions)

    def by_head(row: Hashable, column: str | None) -> Sides:
        key, town, wave, head = str(row).split(" · ")
        return union([one for one in talks(town, [wave]) if head_of(one) == head], said(key))

    check(
        result,
        {
            "difficulties": lambda row, column: shares(row, column, said(str(row).split(" · ")[0])),
            "changes": lambda row, column: change(row, column, said(str(row).split(" · ")[0])),
            "by_head": by_head,
        },
    )


# town hall and firm


def test_business() -> None:
    evidence = planted()
    result = business(evidence, resamples=50)
    models = [
        one.key
        for one in brute.below(evidence, code("BIZ"))
        if len(brute.below(evidence, one)) == 1 and one.key != "BIZ"
    ]
    marks = {one.id: one.key for one in evidence.codes if one.key in ("ACT.FIRM", "ACT.OWNER", "ACT.SME")}

    def small(one: Coding, here: list[Coding]) -> bool:
        """Is it about small business alone?"""
        over = {
            marks[mark.code_id] for mark in here
            if mark.code_id in marks and mark.document_id == one.document_id and mark.start < one.end and one.start < mark.end
        }  # fmt: skip
        return over == {"ACT.SME"}

    @cache
    def told(talk_id: str) -> dict[str, Sides]:
        here, found = by_interview().get(talk_id, []), dict[str, Sides]()
        for key in models:
            mine = [one for one in here if one.code_id == code(key).id and not small(one, here)]
            found[key] = tuple({one.id for one in mine if one.modality == way} for way in ("asserted", "denied"))  # type: ignore[assignment]
        return found

    def votes(key: str) -> Said:
        def of(talk: Interview) -> Sides | None:
            held = told(talk.id)
            if not any(asserted for asserted, _denied in held.values()):
                return None
            others = set().union(*(held[one][0] for one in models if one != key))
            return held[key][0], others | held[key][1]

        return of

    sides = {"authority": {"executive", "legislative"}, "business": {"business"}}
    branch = {one.id: one.branch for one in evidence.roles}

    def stage(row: Hashable, column: str | None) -> Sides:
        town, wave = str(row).split(" · ")
        here, name = talks(town, [wave]), column or ""
        if name.startswith("by_"):
            side = name.removeprefix("by_")
            inside = sides.get(side, set(branch.values()) - sides["authority"] - sides["business"])
            here = [one for one in here if branch[one.role_id] in inside]
        model = result.table.loc[str(row), "model"]
        if model in models and not name.startswith("by_"):
            return union(here, votes(model))
        return set().union(*(told(one.id)[key][0] for one in here for key in models)), set()

    check(
        result,
        {
            "stages": stage,
            "models": lambda row, column: shares(row, column, votes(str(row).split(" · ")[0])),
            "changes": lambda row, column: change(row, column, votes(str(row).split(" · ")[0])),
        },
    )


# motivation

#: whom a passage is about, by the codes that stand on it; the first that is there counts
HOLDERS = {"head": ("ACT.HEAD", "ACT.CITYMAN"), "team": ("LEAD.TEAM",), "deputies": ("ACT.SPEAKER", "ACT.DEP"), "firm": ("ACT.FIRM", "ACT.OWNER")}  # fmt: skip
HEIGHTS = {"LOW": 0.0, "MID": 0.5, "HIGH": 1.0}


@cache
def about_head() -> frozenset[str]:
    """Codings that are about the head: a mark of the head is on them, or none of anybody else."""
    keys = {one.id: one.key for one in planted().codes}
    found = set()
    for here in by_interview().values():
        marks = [
            (one, holder) for one in here if one.modality == "asserted" for holder, tops in HOLDERS.items()
            if any(keys[one.code_id] == top or keys[one.code_id].startswith(top + ".") for top in tops)
        ]  # fmt: skip
        for one in here:
            over = {
                holder for mark, holder in marks
                if mark.document_id == one.document_id and mark.start < one.end and one.start < mark.end
            }  # fmt: skip
            if not over or "head" in over:
                found.add(one.id)
    return frozenset(found)


@cache
def heights(talk_id: str, root: str, taken: bool = True) -> dict[str, set[str]]:
    """Steps of a scale that an interview asserts (of the head), with their codings."""
    found: dict[str, set[str]] = {}
    for one in by_interview().get(talk_id, ()):
        for step in HEIGHTS:
            counts = one.modality == "asserted" and (not taken or one.id in about_head())
            if counts and one.code_id == code(f"{root}.{step}").id:
                found.setdefault(step, set()).add(one.id)
    return found


def level(root: str, taken: bool = True) -> Said:
    def of(talk: Interview) -> Sides | None:
        said = heights(talk.id, root, taken)
        if not said:
            return None
        return set().union(*(said.get(one, set()) for one in ("MID", "HIGH"))), said.get("LOW", set())

    return of


def score(talk: Interview, root: str) -> float:
    said = heights(talk.id, root)
    return sum(HEIGHTS[one] for one in said) / len(said)


def test_motivation() -> None:
    evidence = planted()
    result = motivation(evidence, resamples=50)
    roots = {"motivation": "MOT.LEVEL", "efficiency": "EFF"}
    wanted = ("DEM.ELITE", "DEM.POP", "DEM.LEADER", "DEM.EXECUTOR")
    directed = {"town": ("SERVICE", "ACHIEVE"), "self": ("POWER", "CAREER", "GAIN"), "patron": ("CORP", "LOYAL"), "none": ("AVOID", "DEMOT")}  # fmt: skip

    @cache
    def said(measure: str) -> Said:
        return level(roots[measure]) if measure in roots else mentions("DEM", keys=wanted)

    def leveled(measure: str, here: list[Interview], column: str | None) -> Sides:
        of = {"level_high": (2 / 3, 2), "level_mid": (1 / 3, 2 / 3), "level_low": (-1, 1 / 3)}
        if column not in of:
            return union(here, said(measure))
        known = [one for one in here if said(measure)(one) is not None]
        values = {one.id: score(one, roots[measure]) for one in known}
        if column == "level_mid":
            inside = [one for one in known if 1 / 3 <= values[one.id] <= 2 / 3]
        else:
            low, high = of[str(column)]
            inside = [
                one for one in known if (low < values[one.id] if column == "level_high" else values[one.id] < high)
            ]
        rest = [one for one in known if one not in inside]
        first, second = (union(some, said(measure)) for some in (inside, rest))
        return first[0] | first[1], second[0] | second[1]

    def levels(row: Hashable, column: str | None) -> Sides:
        measure, town, wave = str(row).split(" · ")
        return leveled(measure, talks(town, [wave]), column)

    def tenures(row: Hashable, column: str | None) -> Sides:
        measure, town, wave, head = str(row).split(" · ")
        return leveled(measure, [one for one in talks(town, [wave]) if head_of(one) == head], column)

    def speakers(row: Hashable, column: str | None) -> Sides:
        measure, town, wave, speaker = str(row).split(" · ")
        return union([one for one in talks(town, [wave]) if speaker_of(one) == speaker], said(measure))

    @cache
    def profiled(dimension: str, value: str) -> Said:
        def taken(one: Coding) -> bool:
            return one.id in about_head()

        if dimension == "orientation":
            keys = tuple(
                f"MOT.{end}" for end in directed[value] if any(one.key == f"MOT.{end}" for one in evidence.codes)
            )
            # which interviews could speak of it is told by the first of its motives in the codebook
            order = [one.key for one in evidence.codebook.codes]
            first = min(keys, key=order.index)
            ids = {below.id for key in keys for below in brute.below(evidence, code(key))}

            @cache
            def of(talk: Interview) -> Sides | None:
                if not any(brute.could(evidence, talk, code(key)) for key in keys) and not brute.could(
                    evidence, talk, code(first)
                ):
                    return None
                here = [one for one in by_interview().get(talk.id, ()) if one.code_id in ids and taken(one)]
                return tuple({one.id for one in here if one.modality == way} for way in ("asserted", "denied"))  # type: ignore[return-value]

            return of
        return mentions(value, taken)

    def profile(row: Hashable, column: str | None) -> Sides:
        dimension, value, town, wave, speaker = str(row).split(" · ")
        here = [one for one in talks(town, [wave]) if speaker in ("*", speaker_of(one))]
        return union(here, profiled(dimension, value))

    def demand(row: Hashable, column: str | None) -> Sides:
        key, town, wave = str(row).split(" · ")
        return union(talks(town, [wave]), said("demand") if key == "DEM" else mentioned(key))

    mentioned = cache(mentions)

    def split(row: Hashable, column: str | None) -> Sides:
        return change(row, column if column in CHANGED else None, said(str(row).split(" · ")[0]))

    check(
        result,
        {
            "levels": levels,
            "split": split,
            "tenures": tenures,
            "speakers": speakers,
            "profile": profile,
            "demand": demand,
        },
    )


#: columns of a split that rest on one wave, or on the panel
CHANGED = ("interviews_before", "mean_before", "interviews_after", "mean_after", "panel_pairs", "panel_difference")


# informants


def test_informants() -> None:
    result = informants(planted(), draws=100, warmup=100, chains=2, sensitivity=True)
    said = level("MOT.LEVEL", taken=False)

    def every(some: Iterable[Interview]) -> Sides:
        sides = [one for one in map(said, some) if one is not None]
        return set().union(*(one[0] for one in sides)), set().union(*(one[1] for one in sides))

    def cases(row: Hashable, column: str | None) -> Sides:
        town, wave = str(row).split(" · ")
        return every(talks(town, [wave]))

    def groups(row: Hashable, column: str | None) -> Sides:
        return every(one for one in talks() if speaker_of(one) == row)

    def reporters(row: Hashable, column: str | None) -> Sides:
        return every(one for one in talks() if planted().respondent_by_id[one.respondent_id].key == row)

    check(
        result,
        {"cases": cases, "groups": groups, "reporters": reporters, "sensitivity": lambda row, column: (set(), set())},
    )


# power


def turn_of(one: Coding) -> tuple[str, int]:
    return one.text_id, sum(turn.start <= one.start for turn in planted().texts[one.text_id].turns)


def test_power() -> None:
    evidence = planted()
    result = power(evidence)
    table, centre = result.tables["power"], result.tables["centres"]
    words = dict(pair.split("=") for pair in result.params.names)
    actors = {one.key: one.id for one in evidence.actors}
    topics = {below.id for top in result.params.topics for below in brute.below(evidence, code(top))}
    named_by = {
        below.id: word
        for key, word in sorted(words.items(), key=lambda one: one[0].count("."))
        if any(one.key == key for one in evidence.codes)
        for below in brute.below(evidence, code(key))
    }
    worth = {"achieved": 1.0, "partly": 0.0, "failed": -1.0}

    def persons(one: Coding, talk: Interview) -> set[str]:
        """Whom the code of an actor means: who holds the office that day, else the actor of the town, region or anywhere."""
        word = named_by.get(one.code_id)
        if word is None:
            return set()
        for office in evidence.offices:
            if office.town_id == talk.town_id and office.key.split(".")[-1] == word:
                return plain.meant(evidence, office.id, talk.date)
        region = next(one.key for one in evidence.regions if one.id == evidence.town_by_id[talk.town_id].region_id)
        for key in (f"{town_of(talk)}.{word}", f"{region}.{word}", word):
            if key in actors:
                return {plain.stands_for(evidence, actors[key]) or ""}
        return set()

    @cache
    def naming(town: str, wave: str) -> dict[str, set[str]]:
        """Codings in answers that speak of influence, by the actor they name; nobody names himself."""
        found: dict[str, set[str]] = {}
        for talk in talks(town, [wave]):
            here = [one for one in by_interview().get(talk.id, ()) if one.modality == "asserted"]
            speaking = {turn_of(one) for one in here if one.code_id in topics}
            own = plain.stands_for(evidence, evidence.respondent_by_id[talk.respondent_id].actor_id or "")
            for one in here:
                if one.code_id not in topics and turn_of(one) in speaking:
                    for who in persons(one, talk) - {own}:
                        found.setdefault(who, set()).add(one.id)
        return found

    @cache
    def told(town: str, wave: str) -> list[Act]:
        return [one for one in acts_of(town) if one.share(*PERIODS[wave]) > 0]

    @cache
    def decided(town: str, wave: str) -> list[tuple[list[Act], dict[str, float], float]]:
        """Acts of each decision, the stance of everybody in it, and what came of it."""
        groups: dict[object, list[Act]] = {}
        for one in told(town, wave):
            if one.statement.issue is not None and one.statement.outcome in worth:
                groups.setdefault((one.statement.issue, one.sources, one.targets), []).append(one)
        found = []
        for held in groups.values():
            people = {one.talk.respondent_id for one in held}

            def mean(value: Callable[[Act], float], held: list[Act] = held, people: set[str] = people) -> float:
                own = [[value(one) for one in held if one.talk.respondent_id == who] for who in people]
                return sum(sum(each) / len(each) for each in own) / len(own)

            came = mean(lambda one: worth[one.statement.outcome])
            stance = dict.fromkeys(held[0].targets, mean(lambda one: one.valence)) | dict.fromkeys(held[0].sources, 1.0)
            found.append((held, stance, 1.0 if came >= 0.5 else -1.0 if came <= -0.5 else 0.0))
        return found

    def standing(row: Hashable, column: str | None) -> Sides:
        town, wave, key = str(row).split(" · ")
        actor = plain.stands_for(evidence, actors[key]) or ""
        if column in ("position", "offices_held", "is_head"):
            return set(), set()
        if column in ("named", "asked", "named_share", "low", "high"):
            return naming(town, wave).get(actor, set()), set()
        if column in ("betweenness", "constraint"):
            return ids(one for one in told(town, wave) if actor in one.sources | one.targets), set()
        won, lost = set(naming(town, wave).get(actor, ())) if column is None else set(), set()
        for held, stance, came in decided(town, wave):
            if actor in stance and (column != "started" or actor in held[0].sources):
                (lost if stance[actor] * came < 0 else won).update(ids(held))
        return apart(won, lost)

    def judged(town: str, wave: str, key: str) -> Sides:
        return union(talks(town, [wave]), mentions(key))

    def centres(row: Hashable, column: str | None) -> Sides:
        town, wave = str(row).split(" · ")
        rows = table[(table["town"] == town) & (table["wave"] == wave) & (table["branch_name"] != "above the town")]
        if column in ("said_not_first", "asked", "share_not_first", "not_first_low", "not_first_high"):
            return judged(town, wave, "LEAD.HEADNOT1")
        if column in ("head", "first_position"):
            return set(), set()
        if column in ("first_named", "head_is"):
            known = rows[(rows["named"] >= 2) & (rows["named_share"] > 0)]
            first = known[known["named_share"] >= known["named_share"].max() - 1e-12]
            return set().union(*(standing(one, "named")[0] for one in first.index)), set()
        if column == "first_success":
            known = rows[(rows["decided"] >= 3) & (rows["success"] > 0)]
            sides = [
                standing(one, "success") for one in known.index[known["success"] >= known["success"].max() - 1e-12]
            ]
            return apart(set().union(*(one[0] for one in sides)), set().union(*(one[1] for one in sides)))
        one, several = judged(town, wave, "LEAD.MONO"), judged(town, wave, "LEAD.POLY")
        if column == "said_several" or (column == "pattern" and centre.loc[row, "pattern"] == "several centres"):
            one, several = several, one
        return apart(one[0] | several[1], one[1] | several[0])

    def decision(row: Hashable, column: str | None) -> Sides:
        """The decisions of a town and wave stand in the order of issue and actors: each is found by its issue and starters."""
        town, wave, _number = str(row).split(" · ")
        line = result.tables["decisions"].loc[str(row)]
        names = {one.id: one.name for one in evidence.actors}
        found = result.grounds(row, None, "decisions")
        same = [
            held for held, _stance, _came in decided(town, wave)
            if held[0].statement.issue == line["issue"] and {names[a] for a in held[0].sources} == set(line["started_by"].split(", "))
        ]  # fmt: skip
        fitting = [ids(held) for held in same if ids(held) == set(found.supporting)]
        # one statement may tell of two decisions, if the people in office changed meanwhile
        assert fitting, row
        return fitting[0], set()

    check(result, {"power": standing, "centres": centres, "decisions": decision})
    for row in centre.index:
        town, wave = str(row).split(" · ")
        shown = [one for one in result.tables["decisions"].index if str(one).startswith(f"{row} · ")]
        found = sorted(sorted(result.grounds(one, None, "decisions").supporting) for one in shown)
        assert found == sorted(sorted(ids(held)) for held, _stance, _came in decided(town, wave))
