"""The framework matrix: cases by themes, in each cell the analyst's own summary and the quotations behind it.

Pure: evidence in, matrix out. A summary keeps the prints of the quotations on which it was written (`study.summaries.ground`), so that the
matrix can tell which of them came, went or changed their words since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from veche.study import Anchor, Code, Coding, Evidence, InputProblem, Interview, Summary, ground
from veche.study.errors import N_

CaseKind = Literal["town", "town_wave", "respondent", "interview"]
CASE_KINDS: tuple[CaseKind, ...] = get_args(CaseKind)
#: a cell: case, wave (empty for all of them), code
CellKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """What a row is about: id and name of a town, respondent or interview; with `wave_id` its part in that wave."""

    id: str
    name: str
    wave_id: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """What a column is about: a code with all those below it; with `wave_id` only what was said in that wave."""

    code: Code
    wave_id: str = ""


@dataclass(frozen=True, slots=True)
class Since:
    """What happened to the quotations of a summary since it was written: ids of codings."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.moved)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its quotations by date and place, its summary if there is one, and what changed since that was written."""

    key: CellKey
    codings: tuple[str, ...] = ()
    summary: Summary | None = None
    since: Since = Since()


@dataclass(frozen=True, slots=True)
class Matrix:
    """Cases by themes: one row of cells for each case."""

    cases: tuple[Case, ...]
    themes: tuple[Theme, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells, row by row."""
        return tuple(cell for row in self.rows for cell in row)


def compare(grounds: Iterable[str], present: Mapping[str, str]) -> Since:
    """Compare the grounds of a summary with the quotations of its cell now.

    Parameters
    ----------
    grounds
        Prints kept with the summary.
    present
        Id of each coding in the cell -> its print now.
    """
    then = {one.partition(":")[0]: one for one in grounds}
    return Since(
        tuple(one for one in present if one not in then), tuple(one for one in then if one not in present),
        tuple(one for one, print_ in present.items() if one in then and then[one] != print_),
    )  # fmt: skip


def cases_of(evidence: Evidence, kind: CaseKind, language: str = "en") -> tuple[Case, ...]:
    """Return the cases of one kind that have interviews: towns and waves in their order, people by key, interviews by date.

    Raises
    ------
    InputProblem
        If there is no such kind.
    """
    held = sorted(evidence.interviews, key=lambda one: (one.date, one.key))
    waves = {one.id: one.label or one.key for one in evidence.waves}
    if kind == "town":
        inside = {one.town_id for one in held}
        return tuple(Case(one.id, one.name) for one in evidence.towns if one.id in inside)
    if kind == "town_wave":
        pairs = {(one.town_id, one.wave_id) for one in held}
        return tuple(
            Case(town.id, town.name, wave.id, waves[wave.id])
            for town in evidence.towns for wave in evidence.waves if (town.id, wave.id) in pairs
        )  # fmt: skip
    if kind == "respondent":
        last = {one.respondent_id: one for one in held}
        people = sorted(evidence.respondents, key=lambda one: one.key)
        return tuple(
            Case(one.id, one.key, detail=_role(evidence, last[one.id], language)) for one in people if one.id in last
        )
    if kind == "interview":
        return tuple(
            Case(one.id, one.key, detail=f"{_role(evidence, one, language)}, {waves[one.wave_id]}") for one in held
        )
    raise InputProblem(
        N_("Option {name} is {value}. Choose one of: {choices}."),
        name="cases",
        value=kind,
        choices=", ".join(CASE_KINDS),
    )


def _role(evidence: Evidence, interview: Interview, language: str) -> str:
    role = evidence.role_by_id[interview.role_id]
    return (role.label_ru if language == "ru" else role.label_en) or role.key


def themes_of(evidence: Evidence, codes: Sequence[str], *, waves: bool = False) -> tuple[Theme, ...]:
    """Return the columns: one for each code, or with `waves` one for each wave of the first code.

    Raises
    ------
    NotFound
        If the codebook has no such code.
    """
    chosen = [evidence.code(key) for key in dict.fromkeys(codes)]
    if waves:
        return tuple(Theme(one, wave.id) for one in chosen[:1] for wave in evidence.waves)
    return tuple(Theme(one) for one in chosen)


def matrix(evidence: Evidence, cases: Sequence[Case], themes: Sequence[Theme]) -> Matrix:
    """Fill the cells of cases by themes with quotations and summaries.

    Only counted codings stand in a cell (no suggestions of the machine, none that wait for a place). Where both case and theme name a wave,
    they must agree: a town in one wave against a column of another has no quotations.
    """
    found = _quotations(evidence, themes)
    written = {_key_of(one): one for one in evidence.summaries}
    bare = [
        [
            (key, tuple(one.id for one in found.get(key, ())) if not (case.wave_id and theme.wave_id) or case.wave_id == theme.wave_id else ())
            for theme in themes for key in [(case.id, case.wave_id or theme.wave_id, theme.code.id)]
        ]
        for case in cases
    ]  # fmt: skip
    needed = [one for row in bare for key, ids in row if key in written for one in ids]
    prints = prints_of(evidence, needed)
    rows = tuple(
        tuple(
            Cell(key, ids, one, compare(one.grounds, {each: prints[each] for each in ids}) if one is not None else Since())
            for key, ids in row for one in [written.get(key)]
        )
        for row in bare
    )  # fmt: skip
    return Matrix(tuple(cases), tuple(themes), rows)


def prints_of(evidence: Evidence, coding_ids: Iterable[str]) -> dict[str, str]:
    """Return the print of each coding's words as they are now, all read together."""
    ids = list(dict.fromkeys(coding_ids))
    codings = [evidence.coding_by_id[one] for one in ids]
    words = evidence.texts.words([Anchor(one.document_id, one.text_id, one.start, one.end) for one in codings])
    return {one: ground(one, said) for one, said in zip(ids, words, strict=True)}


def _key_of(one: Summary) -> CellKey:
    return one.case_id, one.wave_id or "", one.code_id


def _quotations(evidence: Evidence, themes: Sequence[Theme]) -> dict[CellKey, list[Coding]]:
    """Return the codings of every cell that these themes can have, by date and place."""
    above: dict[str, list[str]] = {}
    for top in {theme.code.id: theme.code for theme in themes}.values():
        for one in evidence.codebook.below(top):
            above.setdefault(one.id, []).append(top.id)
    found: dict[CellKey, list[Coding]] = {}
    order = sorted(
        ((coding, interview) for coding, interview in evidence.counted() if coding.code_id in above),
        key=lambda pair: (pair[1].date, pair[1].key, pair[0].start, pair[0].end, pair[0].id),
    )
    for coding, interview in order:
        for code_id in above[coding.code_id]:
            for case_id in (interview.town_id, interview.respondent_id, interview.id):
                for wave_id in ("", interview.wave_id):
                    found.setdefault((case_id, wave_id, code_id), []).append(coding)
    return found
