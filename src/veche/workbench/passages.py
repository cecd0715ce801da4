"""Quotations of a study under any filter, grouped as wished, page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from veche.measures.code_query import CodeQuery, answer, keys, parse
from veche.measures.passages import Span
from veche.privacy import Release, release_quotations
from veche.study import Code, Coding, Evidence, InputProblem, Interview, Quotation, quotations
from veche.study.codings import Modality
from veche.study.errors import N_, no_such

GroupBy = Literal["", "code", "town", "wave", "town_wave", "respondent", "role", "coder", "modality"]
GROUPS: tuple[GroupBy, ...] = get_args(GroupBy)
MODALITY_WORDS: dict[str, str] = {
    "asserted": N_("asserted"), "denied": N_("denied"), "hypothetical": N_("hypothetical"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageFilter:
    """Which quotations are taken; an empty field takes all. Names are keys; `codes` is a query of `measures.code_query`.

    `memo`: "with" takes passages with a memo, "without" those without; other words must stand in one of their memos.
    `until` is the last day taken.
    """

    codes: str = ""
    towns: tuple[str, ...] = ()
    waves: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    respondents: tuple[str, ...] = ()
    coders: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    memo: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A passage that was found, before its words are read."""

    coding: Coding
    interview: Interview


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbours in a grouped list: what they share, in words, and how many they are in all."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a filter found: rows in order, each with the place of its group in `groups`."""

    rows: tuple[Row, ...]
    groups: tuple[Group, ...]
    group_of: tuple[int, ...]
    interviews: int
    respondents: int


@dataclass(frozen=True)
class Passages:
    """The counted passages of evidence, ready to be asked often."""

    evidence: Evidence
    rows: dict[str, Row] = field(init=False)
    by_code: dict[str, list[Coding]] = field(init=False)
    memos: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        rows = {coding.id: Row(coding, interview) for coding, interview in self.evidence.counted()}
        by_code: dict[str, list[Coding]] = {}
        for row in rows.values():
            by_code.setdefault(row.coding.code_id, []).append(row.coding)
        memos: dict[str, str] = {}
        for memo in self.evidence.memos:
            if memo.target_id in rows:
                before = memos.get(memo.target_id, "")
                memos[memo.target_id] = f"{before}\n{memo.title} {memo.text}".strip()
        for name, value in (("rows", rows), ("by_code", by_code), ("memos", memos)):
            object.__setattr__(self, name, value)

    def spans(self, key: str) -> Collection[Span]:
        """Return the passages of a code and of those below it; of ``*`` all.

        Raises
        ------
        NotFound
            If there is no such code; the message names the nearest.
        """
        if key == "*":
            taken: Iterable[str] = self.by_code
        else:
            taken = [one.id for one in self.evidence.codebook.below(self.evidence.code(key))]
        return [Span(c.id, c.text_id, c.start, c.end) for code in taken for c in self.by_code.get(code, ())]

    def select(self, wanted: PassageFilter, group: GroupBy = "", *, language: str = "en") -> Found:
        """Return the rows that a filter takes, by group, date of interview and place in the text.

        Raises
        ------
        InputProblem, NotFound
            If the query of codes cannot be read, or it names no code of the study.
        """
        query = parse(wanted.codes) if wanted.codes.strip() else None
        ids = answer(query, self.spans) if query is not None else self.rows.keys()
        takes = _takes(self.evidence, wanted, self.memos)
        rows = [row for one in ids if takes(row := self.rows[one])]
        named = _namer(self.evidence, group, language)
        placed = sorted(
            (
                (
                    named(row),
                    (row.interview.date, row.interview.key, row.coding.start, row.coding.end, row.coding.id),
                    row,
                )
                for row in rows
            ),
            key=lambda one: one[:2],
        )
        return _found(placed)

    def quotations(self, rows: Sequence[Row]) -> tuple[Quotation, ...]:
        """Read the words of some rows."""
        return tuple(quotations(self.evidence, (row.coding.id for row in rows)))

    def release(self, rows: Sequence[Row]) -> Release:
        """Release the quotations of some rows, after consent."""
        return release_quotations(self.evidence, self.quotations(rows))


def codes_of(text: str, evidence: Evidence) -> tuple[Code, ...]:
    """Return the codes that a query names, as far as the study has them; none of a query that cannot be read."""
    try:
        query: CodeQuery = parse(text)
    except InputProblem:
        return ()
    known = evidence.codebook.by_key
    return tuple(known[key] for key in keys(query) if key in known)


def _takes(evidence: Evidence, wanted: PassageFilter, memos: dict[str, str]) -> Callable[[Row], bool]:
    """Make the test that a row must pass.

    Raises
    ------
    NotFound
        If a name is not in the study.
    """
    towns = _ids(evidence.towns, wanted.towns, N_("town"))
    waves = _ids(evidence.waves, wanted.waves, N_("wave"))
    roles = _ids(evidence.roles, wanted.roles, N_("role"))
    people = _ids(evidence.respondents, wanted.respondents, N_("respondent"))
    coders = _ids(evidence.coders, wanted.coders, N_("coder"))
    modalities: frozenset[Modality | str] = frozenset(wanted.modalities)
    memo = wanted.memo.strip()
    parts = memo.casefold().split() if memo not in ("with", "without") else []

    def takes(row: Row) -> bool:
        coding, interview = row.coding, row.interview
        return (
            (not towns or interview.town_id in towns)
            and (not waves or interview.wave_id in waves)
            and (not roles or interview.role_id in roles)
            and (not people or interview.respondent_id in people)
            and (not coders or coding.coder_id in coders)
            and (not modalities or coding.modality in modalities)
            and (wanted.since is None or interview.date >= wanted.since)
            and (wanted.until is None or interview.date <= wanted.until)
            and (not memo or (coding.id not in memos if memo == "without" else coding.id in memos))
            and (not parts or all(part in memos[coding.id].casefold() for part in parts))
        )

    return takes


def _ids(records: Sequence[object], wanted: tuple[str, ...], noun: str) -> set[str]:
    by_key = {str(getattr(one, "key", "")): str(getattr(one, "id", "")) for one in records}
    for key in wanted:
        if key not in by_key:
            raise no_such(noun, key, by_key)
    return {by_key[key] for key in wanted}


Placed = tuple[tuple[int, str], tuple[dt.date, str, int, int, str], Row]


def _namer(evidence: Evidence, group: GroupBy, language: str) -> Callable[[Row], tuple[int, str]]:
    """Make the function from a row to the place and the name of its group."""
    towns = {one.id: (n, one.name) for n, one in enumerate(evidence.towns)}
    waves = {one.id: (n, one.label) for n, one in enumerate(evidence.waves)}
    roles = {one.id: (n, one.label_ru if language == "ru" else one.label_en) for n, one in enumerate(evidence.roles)}
    codes = {one.id: (n, one.label(language)) for n, (_depth, one) in enumerate(evidence.codebook.tree())}
    people = {one.id: (0, one.key) for one in evidence.respondents}
    coders = {one.id: (0, one.name or one.key) for one in evidence.coders}
    of: dict[str, Callable[[Row], tuple[int, str]]] = {
        "": lambda row: (0, ""),
        "code": lambda row: codes[row.coding.code_id],
        "town": lambda row: towns[row.interview.town_id],
        "wave": lambda row: waves[row.interview.wave_id],
        "role": lambda row: roles[row.interview.role_id],
        "respondent": lambda row: people[row.interview.respondent_id],
        "coder": lambda row: coders[row.coding.coder_id],
        "modality": lambda row: (tuple(MODALITY_WORDS).index(row.coding.modality), row.coding.modality),
        "town_wave": lambda row: (
            towns[row.interview.town_id][0] * len(waves) + waves[row.interview.wave_id][0],
            f"{towns[row.interview.town_id][1]} · {waves[row.interview.wave_id][1]}",
        ),
    }
    return of[group]


def _found(placed: Sequence[Placed]) -> Found:
    sizes: dict[tuple[int, str], int] = {}
    for name, _order, _row in placed:
        sizes[name] = sizes.get(name, 0) + 1
    places = {name: n for n, name in enumerate(sizes)}
    rows = tuple(row for _name, _order, row in placed)
    return Found(
        rows, tuple(Group(name[1], size) for name, size in sizes.items()), tuple(places[name] for name, _order, _row in placed),
        len({row.interview.id for row in rows}), len({row.interview.respondent_id for row in rows}),
    )  # fmt: skip
