"""Which passages of the bank a speaker could say: town, wave, role, sex, and nothing that lies in the future."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from veche.demo._data import bank, read
from veche.demo._roster import Sitting
from veche.demo._world import World
from veche.demo.bank import Passage

_GROUPS = {
    "placement": "placement", "manipulation": "manipulation", "bargaining": "exchange", "waiting": "exchange",
    "mediation": "exchange", "pressure": "pressure", "removal": "pressure", "partnership": "cooperation",
    "joint_action": "cooperation", "support": "cooperation", "obedience": "obedience", "resistance": "opposition",
    "criticism": "opposition", "interference": "interference",
}  # fmt: skip
_HEADS = frozenset({"head_town", "head_district"})
_YEAR = re.compile(r"\b20[0-2]\d\b")
#: years said in words, without the century
_SAID = {
    "двенадцат": 2012, "тринадцат": 2013, "четырнадцат": 2014, "пятнадцат": 2015, "шестнадцат": 2016,
    "семнадцат": 2017, "восемнадцат": 2018, "девятнадцат": 2019,
}  # fmt: skip
_SAID_YEAR = re.compile(
    rf"\b(?:в|с|со|до|после|к|\w+[аеиыя])\s+({'|'.join(_SAID)})(?:ом|ого|ому)\b(?!\s+(?:округ|школ|кабинет|дом|числ|мест))"
)
_PANDEMIC = re.compile(r"пандеми|ковид|коронавирус|самоизоляц|локдаун", re.IGNORECASE)
_ALWAYS = dt.date(2000, 1, 1)
_PANDEMIC_FROM = dt.date(2020, 3, 1)
#: "я ... сделал", "я ... сделала": a word of the first person that shows who speaks
_SAYS_I = re.compile(
    r"(?<!\w)[Яя](?:\s+(?!не\s+он)[\w-]+){0,3}?\s+(?:бы\s+)?([а-яё]{2,}?(?:ил|ал|ял|ел|ёл|ыл|ул|ол|лся)(а|ась)?)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage of the bank with what the generator must know of it."""

    passage: Passage
    asserted: frozenset[str]
    denied: frozenset[str]
    #: the group of the first asserted act, "none" if there is none
    group: str
    roles: frozenset[str]
    #: m or f if the Russian answer shows who speaks
    sex: str | None
    #: what the speaker says to live by, if he does
    trade: str | None
    #: no earlier than this day
    earliest: dt.date
    #: names no day, month or year, and nobody who came into office later
    timeless: bool
    words: int


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Return the whole bank with what the generator must know of it."""
    return tuple(_entry(passage) for passage in bank())


@lru_cache(maxsize=1)
def _trades() -> dict[str, str]:
    return {key: trade for trade, keys in read("fits")["trade"].items() for key in keys}


def _plain(written: str) -> str:
    """Return a text with its first variants and without tags."""
    return re.sub(r"\{([^{}|]*)(?:\|[^{}]*)?\}", r"\1", re.sub(r"</?[a-f]>", "", written))


def _every_wording(written: str) -> str:
    """Return a text with all its variants side by side and without tags."""
    return re.sub(r"[{}|]", " ", re.sub(r"</?[a-f]>", "", written))


def _entry(passage: Passage) -> Entry:
    codes = [pair for span in passage.spans.values() for pair in span]
    acts = [s["kind"] for s in passage.statements if s.get("modality", "asserted") == "asserted"]
    answer, plain = _every_wording(passage.answer["ru"]), _plain(passage.answer["ru"])
    earliest = _earliest(passage, answer + " " + _every_wording(passage.question["ru"]))
    return Entry(
        passage=passage,
        asserted=frozenset(code for code, denied in codes if not denied),
        denied=frozenset(code for code, denied in codes if denied),
        group=_GROUPS[acts[0]] if acts else "none",
        roles=frozenset(passage.roles),
        sex=_sex(passage.id, plain),
        trade=_trades().get(passage.id),
        earliest=earliest,
        timeless=earliest == _ALWAYS and not any("when" in s for s in passage.statements),
        words=len((plain + " " + _plain(passage.question["ru"])).split()),
    )


def _sex(key: str, plain: str) -> str | None:
    known = read("fits")["sex"]
    for sex in ("m", "f"):
        if key in known[sex]:
            return sex
    if key in known["either"]:
        return None
    found = _SAYS_I.search(plain)
    return None if found is None else "f" if found.group(2) else "m"


def _earliest(passage: Passage, words: str) -> dt.date:
    """Return the first day on which the passage could be said: after every year and event that it names."""
    days = [_ALWAYS]
    days += [dt.date(int(year), 1, 1) for year in _YEAR.findall(words)]
    days += [dt.date(_SAID[stem], 1, 1) for stem in _SAID_YEAR.findall(words)]
    for statement in passage.statements:
        if "when" in statement:
            days += [_month(moment) for moment in statement["when"]]
    if _PANDEMIC.search(words) or any(code == "PROB.PANDEMIC" for span in passage.spans.values() for code, _ in span):
        days.append(_PANDEMIC_FROM)
    return max(days)


def _month(moment: object) -> dt.date:
    year, _, month = str(moment).partition("-")
    return dt.date(int(year), int(month or 1), 1)


def sayable(one: Sitting, world: World, null: bool) -> list[Entry]:
    """Return the passages that a speaker could say."""
    names = own_names(one, world)
    return [entry for entry in entries() if could_say(entry, one, names, null)]


def could_say(entry: Entry, one: Sitting, names: Sequence[re.Pattern[str]], null: bool) -> bool:
    """Could this speaker say this passage?

    Parameters
    ----------
    entry
        The passage.
    one
        Who speaks, where and when.
    names
        Patterns of the speaker's own name, who does not speak of himself in the third person.
    null
        In the study without change the same passages count in every wave: those that would fit in all.
    """
    p = entry.passage
    return (
        (not p.towns or one.town in p.towns)
        and _right_wave(entry, one, null)
        and (not entry.roles or one.role in entry.roles)
        and (entry.sex is None or entry.sex == one.sex)
        and entry.earliest <= one.date
        and not _of_himself(entry, one, names)
        and not _misfit(p.id, one)
    )


def _right_wave(entry: Entry, one: Sitting, null: bool) -> bool:
    waves = entry.passage.waves
    if entry.passage.topic == "G00" and ("-R" in entry.passage.id) != bool(one.earlier_waves):
        # words of greeting to somebody met before, or to a stranger
        return False
    if not waves or (null and entry.passage.topic in {"G00", "G99"}):
        return True
    if null:
        # nothing changes, so what was said in wave 1 may be said again, unless it names its time
        return {1, 2} <= set(waves) or (1 in waves and entry.timeless)
    return one.wave in waves or (entry.passage.topic == "G00" and "-R" in entry.passage.id)


def _of_himself(entry: Entry, one: Sitting, names: Sequence[re.Pattern[str]]) -> bool:
    p = entry.passage
    if one.role in _HEADS and "{head" in p.answer["ru"] + p.question["ru"]:
        return True
    return any(name.search(p.answer["ru"]) for name in names) or (
        not entry.roles <= {one.role, *_HEADS} and any(name.search(p.question["ru"]) for name in names)
    )


def own_names(one: Sitting, world: World) -> tuple[re.Pattern[str], ...]:
    """Return patterns of the speaker's surname, and of first name with patronymic, in any case."""
    if one.known_as is None:
        return ()
    surname, first, patronymic = world.person_name(one.town, one.known_as).split()
    return (
        re.compile(rf"\b{surname.rstrip('аяий')[:-1] if len(surname) > 5 else surname[:-1]}\w*"),
        re.compile(rf"\b{first[:4]}\w*\s+{patronymic[:3]}\w*"),
    )


def _misfit(key: str, one: Sitting) -> bool:
    """Passages found by reading not to suit a speaker: a role, a town or a person."""
    return bool({one.role, one.town, one.person} & set(read("fits")["not_for"].get(key, ())))
