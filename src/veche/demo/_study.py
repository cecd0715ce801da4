"""The fictional study as a whole: from the bank, the planted truth and a seed to records and texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from veche.demo._apart import keep_apart
from veche.demo._choose import Chooser
from veche.demo._coding import coding_records, marks_of, second_reading
from veche.demo._data import read
from veche.demo._fit import sayable
from veche.demo._ids import Ids, chance
from veche.demo._plan import Planner
from veche.demo._roster import Sitting, fieldwork_records, sittings
from veche.demo._telling import statement_records
from veche.demo._transcript import Transcript, conversation, write
from veche.demo._truth import truth_of
from veche.demo._world import World
from veche.study.codebook import Code
from veche.study.codings import Coder, Coding, Memo
from veche.study.design import codes_from, design_from, with_windows
from veche.study.documents import ConsentMark, Document, Text
from veche.study.errors import N_, InputProblem
from veche.study.places import StudyInfo
from veche.study.publications import Alias, Publication
from veche.study.record import Language, Record
from veche.study.statements import Statement

_NAMES = {"ru": "Город, которого нет", "en": "A town that is not there"}
_NOTES = {
    "ru": "Вымышленное исследование: ни один город, человек или ответ не существует.",
    "en": "A fictional study: no town, person or answer in it exists.",
}
_CODERS = {"ru": {"AK": ("АК", "А. К."), "MS": ("МС", "М. С.")}, "en": {"AK": ("AK", "A. K."), "MS": ("MS", "M. S.")}}
#: notes are written one a week from the spring after the last wave
_FIRST_NOTE = dt.datetime(2024, 2, 5, 17, tzinfo=dt.timezone.utc)
#: analysis sets: towns with their letters in the publication
_PUBLICATIONS: Mapping[str, Mapping[str, Any]] = {
    "models-2016": {
        "ru": "Три способа ладить с депутатами",
        "en": "Three ways of getting on with deputies",
        "frozen": dt.datetime(2016, 11, 15, 12, tzinfo=dt.timezone.utc),
        "aliases": {"A": ("N", "N"), "B": ("K", "K"), "L": ("район", "district")},
    },
    "return-2024": {
        "ru": "Возвращение: те же люди спустя годы",
        "en": "The return: the same people years on",
        "frozen": dt.datetime(2024, 3, 4, 12, tzinfo=dt.timezone.utc),
        "aliases": {
            "A": ("П", "P"), "B": ("Р", "R"), "C": ("С", "S"), "D": ("Т", "T"), "E": ("У", "U"), "F": ("Х", "V"),
        },
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoStudy:
    """The fictional study: all its records, the bodies of its texts, and what was planted in it."""

    records: tuple[Record, ...]
    texts: tuple[Text, ...]
    truth: Mapping[str, Any]


def make_demo(language: Literal["ru", "en"] = "ru", seed: int = 2024, null: bool = False) -> DemoStudy:
    """Make the fictional study.

    153 interviews: 81 of wave 1 in six towns and a district, 64 of wave 2, 8 of wave 3. The same seed gives the same records to the last
    identifier, on every machine; both languages have the same interviews, passages, codings and identifiers.

    Parameters
    ----------
    language
        In which language it is told: ru or en.
    seed
        Another number gives another study with the same planted truth.
    null
        Make the study without change: everything drawn with the numbers of wave 1, from passages that fit in both waves; heads, directors and
        owners stay.

    Returns
    -------
    DemoStudy
        Records, texts, and the truth: the planted numbers and the content of every interview, as plain values for JSON.

    Raises
    ------
    InputProblem
        For another language, or a seed that is no whole number.
    """
    if language not in ("ru", "en"):
        raise InputProblem(
            N_("The fictional study is not told in {language}. Choose ru or en."), language=repr(language)
        )
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise InputProblem(N_("The seed of the fictional study is {seed}. Give a whole number."), seed=repr(seed))
    ids = Ids(seed, null)
    world = World(language, ids, null)
    found = sittings(seed, null)
    planner = Planner(seed, null)
    chooser = Chooser(planner, seed)
    pools = {one.key: sayable(one, world, null) for one in found}
    drawn = {one.key: planner.draw(one, pools[one.key]) for one in found}
    first = {one.key: chooser.choose(one, pools[one.key], drawn[one.key].wishes) for one in found}
    chosen = keep_apart(first, pools, read("truth")["words"]["least"])
    transcripts = {
        one.key: write(
            one,
            conversation(one, chosen[one.key].passages, world.slots(one.town, one.date), language, seed),
            ids("text", one.key), language, seed,
        )
        for one in found
    }  # fmt: skip
    records = _records(language, seed, ids, world, found, transcripts)
    truth = truth_of(found, drawn, chosen, seed=seed, language=language, null=null)
    return DemoStudy(tuple(records), tuple(t.text for t in transcripts.values()), truth)


def _records(
    language: Language,
    seed: int,
    ids: Ids,
    world: World,
    found: Sequence[Sitting],
    transcripts: Mapping[str, Transcript],
) -> list[Record]:
    design = design_from(read("design"), "design.yaml", language=language, make_id=ids)
    codes = with_windows(codes_from(read("codebook"), "codebook.yaml", make_id=ids), design.windows)
    waves = {int(wave.key): wave.id for wave in design.waves}
    roles = {role.key: role.id for role in design.roles}
    respondents, interviews = fieldwork_records(found, world, ids, language, waves, roles)
    info = StudyInfo(
        id=ids("study", "study"), name=_NAMES[language], language=language, note=_NOTES[language], smallest_group=3
    )
    return [
        info,
        *design.records,
        *codes,
        *world.records(waves),
        *respondents,
        *interviews,
        *_documents(found, transcripts, ids),
        *(Coder(id=ids("coder", key), key=name, name=full) for key, (name, full) in _CODERS[language].items()),
        *_codings(found, transcripts, {code.key: code for code in codes}, ids, seed),
        *_statements(found, transcripts, world, ids),
        *_marks(found, transcripts, ids, language),
        *_memos(ids, info, language),
        *_publications(found, ids, language),
    ]


def _documents(found: Sequence[Sitting], transcripts: Mapping[str, Transcript], ids: Ids) -> list[Document]:
    return [
        Document(
            id=ids("document", one.key), name=one.key, text_id=transcripts[one.key].text.id,
            interview_id=ids("interview", one.key), format="txt", file_name=f"{one.key}.txt",
            file_sha256=transcripts[one.key].text.sha256,
        )
        for one in found
    ]  # fmt: skip


def twice_coded(found: Sequence[Sitting], seed: int) -> frozenset[str]:
    """Return the keys of the interviews that the second coder codes too: a third of each wave."""
    share = read("truth")["coding"]["second_coder"]
    keys: list[str] = []
    for wave in sorted({one.wave for one in found}):
        of_wave = sorted(one.key for one in found if one.wave == wave)
        keys += chance(seed, "second coder", wave).sample(of_wave, round(share * len(of_wave)))
    return frozenset(keys)


def _codings(
    found: Sequence[Sitting], transcripts: Mapping[str, Transcript], codes: Mapping[str, Code], ids: Ids, seed: int
) -> list[Coding]:
    marks = {one.key: marks_of(transcripts[one.key]) for one in found}
    used = {wave: frozenset(m.code for one in found if one.wave == wave for m in marks[one.key]) for wave in (1, 2, 3)}
    second = twice_coded(found, seed)
    out: list[Coding] = []
    for nth, one in enumerate(found):
        transcript = transcripts[one.key]
        out += coding_records(one, transcript, marks[one.key], "AK", codes, ids, nth)
        if one.key in second:
            known = frozenset(code for code in used[one.wave] if codes[code].exposed(one.date))
            again = second_reading(one, transcript, codes, known, seed)
            out += coding_records(one, transcript, again, "MS", codes, ids, nth)
    return out


def _statements(
    found: Sequence[Sitting], transcripts: Mapping[str, Transcript], world: World, ids: Ids
) -> list[Statement]:
    return [
        statement
        for nth, one in enumerate(found)
        for statement in statement_records(one, transcripts[one.key], world, ids, nth)
    ]


def _marks(
    found: Sequence[Sitting], transcripts: Mapping[str, Transcript], ids: Ids, language: Language
) -> list[ConsentMark]:
    """What a speaker asked not to repeat is background, whatever the consent of the interview."""
    note = {"ru": "Просьба собеседника.", "en": "At the speaker's request."}[language]
    return [
        ConsentMark(
            id=ids("consent mark", f"{one.key}/{told.entry.passage.id}"), document_id=ids("document", one.key),
            text_id=transcripts[one.key].text.id, start=told.start, end=told.end, consent="background", note=note,
        )
        for one in found
        for told in transcripts[one.key].told
        if told.entry.passage.topic == "G20"
    ]  # fmt: skip


def _memos(ids: Ids, info: StudyInfo, language: Language) -> list[Memo]:
    out = []
    for at, memo in enumerate(read("memos")):
        noun, _, key = memo["target"].partition(":")
        out.append(
            Memo(
                id=ids("memo", str(at)), target_id=ids(noun, key) if key else info.id, title=memo["title"][language],
                text=" ".join(memo[language].split()), coder_id=ids("coder", "AK"),
                made=_FIRST_NOTE + dt.timedelta(weeks=at),
            )
        )  # fmt: skip
    return out


def _publications(found: Sequence[Sitting], ids: Ids, language: Language) -> list[Record]:
    sets = {
        "models-2016": [one.key for one in found if one.wave == 1 and one.town in "ABL"],
        "return-2024": [one.key for one in found if sum(other.respondent == one.respondent for other in found) > 1],
    }
    out: list[Record] = []
    for key, entry in _PUBLICATIONS.items():
        out.append(
            Publication(
                id=ids("publication", key), key=key, title=entry[language], language=language,
                interviews=tuple(ids("interview", talk) for talk in sets[key]), frozen=entry["frozen"],
            )
        )  # fmt: skip
        out += [
            Alias(
                id=ids("alias", f"{key}/{town}"), publication_id=ids("publication", key), town_id=ids("town", town),
                alias=aliases[language == "en"],
            )
            for town, aliases in entry["aliases"].items()
        ]  # fmt: skip
    return out
