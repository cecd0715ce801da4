"""From loaded mappings to the records of a design: codes, waves, roles, topics, kinds of statements.

The mappings are what a YAML or JSON file holds once it is loaded. Reading the file is the importer's work; here is what its entries mean and
what is wrong with them. An entry that knows its line (an attribute `line`) is reported with it.

Two spellings are understood. A codebook is a list `codes` of entries with `id`, `parent`, `kind`, `label_ru`, `label_en`, `definition_…`,
`example_…`, `value_set`, `not_before`, `not_after`. A design has `waves` (`start` inclusive, `end` exclusive) or `stages` (`from` and `to`, both
inclusive), `regions`, `towns`, `roles` or `respondent_roles`, `guide_topics`, `statement_kinds` and
`exposure_windows`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from veche.study._fields import choice, day, day_after, flag, key_of, number, text, where
from veche.study.actors import Branch
from veche.study.codebook import Code, CodeKind
from veche.study.errors import N_, InputProblem
from veche.study.ids import new_id
from veche.study.interviews import GuideTopic, Role
from veche.study.places import Region, Town, TownKind, Wave
from veche.study.record import Record
from veche.study.statements import Family, StatementKind

#: gives a record its identifier, from its noun and its key
MakeId = Callable[[str, str], str]

_CODE_FIELDS = (
    "id", "parent", "kind", "label_ru", "label_en", "definition_ru", "definition_en", "example_ru", "example_en",
    "value_set", "not_before", "not_after", "color",
)  # fmt: skip
_SECTIONS = {
    "regions": ("regions",),
    "towns": ("towns", "places"),
    "waves": ("waves", "stages"),
    "roles": ("roles", "respondent_roles"),
    "topics": ("guide_topics", "topics"),
    "kinds": ("statement_kinds", "kinds"),
    "windows": ("exposure_windows",),
}
#: what a design says about itself; no records, nothing worth a notice
_HEADINGS = frozenset({"id", "version", "note", "note_ru", "note_en", "basis"})


@dataclass(frozen=True, slots=True)
class ExposureWindow:
    """A code cannot come up in interviews outside [not_before, not_after)."""

    code: str
    not_before: dt.date | None = None
    not_after: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Design:
    """What a design file holds; `unused` names its sections that describe and hold no records."""

    regions: tuple[Region, ...] = ()
    towns: tuple[Town, ...] = ()
    waves: tuple[Wave, ...] = ()
    roles: tuple[Role, ...] = ()
    topics: tuple[GuideTopic, ...] = ()
    kinds: tuple[StatementKind, ...] = ()
    windows: tuple[ExposureWindow, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def records(self) -> tuple[Record, ...]:
        """All records, in the order in which a study needs them."""
        return (*self.regions, *self.towns, *self.waves, *self.roles, *self.topics, *self.kinds)


def _fresh(noun: str, key: str) -> str:
    return new_id()


def codes_from(data: object, name: str, *, make_id: MakeId = _fresh) -> list[Code]:
    """Read the codes of a loaded codebook.

    A scale without a `value_set` belongs to the set of its siblings: its id without the last part.

    Parameters
    ----------
    data
        The loaded file: a mapping with the list `codes`, or the list itself.
    name
        Name of the file, for messages.
    make_id
        Gives a code its identifier from ``("code", key)``.

    Raises
    ------
    InputProblem
        For an entry that cannot be a code: without id, of unknown kind, under a parent that is missing, in a circle, twice, with a date that is
        none, or with a field that looks like a misspelt one.
    """
    listed = data.get("codes") if isinstance(data, Mapping) else data
    entries = list(_entries(listed, name, "codes"))
    ids = {entry_key: make_id("code", entry_key) for entry_key, _ in entries}
    codes = [_code(entry, entry_key, at, ids, name) for at, (entry_key, entry) in enumerate(entries)]
    _no_circle({c.key: _parent_key(e) for c, (_, e) in zip(codes, entries, strict=True)}, dict(entries), name)
    return codes


def _parent_key(entry: Mapping[str, Any]) -> str | None:
    parent = entry.get("parent")
    return None if parent is None or parent == "" else str(parent)


def _code(entry: Mapping[str, Any], key: str, at: int, ids: Mapping[str, str], name: str) -> Code:
    _no_misspelling(entry, key, name)
    parent = _parent_key(entry)
    if parent is not None and parent not in ids:
        raise InputProblem(
            N_("Code {code} ({where}) stands under {parent}, which the codebook does not have. Add {parent} or correct the parent."),
            code=key, where=where(name, entry), parent=parent,
        )  # fmt: skip
    kind = choice(entry, "kind", typing.get_args(CodeKind), name, default="other")
    not_before, not_after = day(entry, "not_before", name), day(entry, "not_after", name)
    if not_before and not_after and not_before >= not_after:
        raise _empty_span(key, not_before, not_after, name, entry)
    stem = key.rpartition(".")[0] if kind == "scale" else ""
    return Code(
        id=ids[key],
        key=key,
        parent_id=ids[parent] if parent else None,
        kind=typing.cast("CodeKind", kind),
        label_ru=text(entry, "label_ru", name),
        label_en=text(entry, "label_en", name),
        definition_ru=text(entry, "definition_ru", name),
        definition_en=text(entry, "definition_en", name),
        example_ru=text(entry, "example_ru", name),
        example_en=text(entry, "example_en", name),
        value_set=text(entry, "value_set", name) or stem or None,
        not_before=not_before,
        not_after=not_after,
        color=text(entry, "color", name),
        position=at,
    )


def _no_misspelling(entry: Mapping[str, Any], key: str, name: str) -> None:
    """Fields of other programs are passed over; one that is nearly ours is more likely a slip."""
    for field in entry:
        if field in _CODE_FIELDS:
            continue
        if near := difflib.get_close_matches(str(field), _CODE_FIELDS, 1, 0.85):
            raise InputProblem(
                N_("Code {code} ({where}) has a field {field}. If {near} is meant, correct it; else rename the field."),
                code=key, where=where(name, entry), field=field, near=near[0],
            )  # fmt: skip


def _empty_span(key: str, start: object, end: object, name: str, entry: object) -> InputProblem:
    return InputProblem(
        N_("{key} ({where}) ends on {end} and begins on {start}. Give an end that lies after the beginning."),
        key=key, where=where(name, entry), start=start, end=end,
    )  # fmt: skip


def _no_circle(above: Mapping[str, str | None], entries: Mapping[str, Mapping[str, Any]], name: str) -> None:
    done: set[str] = set()
    for key in above:
        path: list[str] = []
        one: str | None = key
        while one is not None and one not in done:
            if one in path:
                circle = [*path[path.index(one) :], one]
                raise InputProblem(
                    N_("{key} ({where}) stands below itself: {circle}. Take one of these steps out."),
                    key=one, where=where(name, entries[one]), circle=" → ".join(circle),
                )  # fmt: skip
            path.append(one)
            one = above.get(one)
        done.update(path)


def _entries(listed: object, name: str, section: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the entries of a list of mappings with their keys, each key once."""
    if not isinstance(listed, Sequence) or isinstance(listed, (str, bytes)):
        raise InputProblem(
            N_("{file} has no list named {section}. Write `{section}:` and below it one entry per line, each beginning with `- id:`."),
            file=name, section=section,
        )  # fmt: skip
    seen: dict[str, Mapping[str, Any]] = {}
    for at, entry in enumerate(listed, start=1):
        if not isinstance(entry, Mapping):
            raise InputProblem(
                N_("Entry {number} of {section} in {file} is not made of fields. Write `- id: …` and the other fields below it."),
                number=at, section=section, file=name,
            )  # fmt: skip
        key = key_of(entry, "code" if section == "exposure_windows" else "id", name, section, at)
        if key in seen:
            raise InputProblem(
                N_("{key} stands twice in {section} ({first} and {where}). Rename one of the two or take it out."),
                key=key, section=section, first=where(name, seen[key]), where=where(name, entry),
            )  # fmt: skip
        seen[key] = entry
        yield key, entry


def design_from(data: object, name: str, *, language: Literal["ru", "en"] = "ru", make_id: MakeId = _fresh) -> Design:
    """Read a loaded design: regions, towns, waves, roles, guide topics, kinds of statements, exposure windows.

    Parameters
    ----------
    data
        The loaded file: a mapping, or a mapping under the key `study_design`.
    name
        Name of the file, for messages.
    language
        Which of two labels regions, towns and waves take (other records keep both).
    make_id
        Gives a record its identifier from its noun and key.

    Raises
    ------
    InputProblem
        For a section that is no list, an entry without id or with an id that another has, a value outside its choices, a date that is none, a wave
        that ends before it begins, a town of no known region, a coarse role that is missing or leads in a circle.
    """
    inner = data.get("study_design", data) if isinstance(data, Mapping) else data
    if not isinstance(inner, Mapping):
        raise InputProblem(
            N_("{file} does not hold a design. Write sections such as `waves:`, `roles:`, `guide_topics:`, each with a list below."),
            file=name,
        )  # fmt: skip
    found: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for part, spellings in _SECTIONS.items():
        section = next((one for one in spellings if inner.get(one) is not None), None)
        found[part] = list(_entries(inner[section], name, section)) if section else []
    known = {spelling for spellings in _SECTIONS.values() for spelling in spellings}
    regions = tuple(
        Region(id=make_id("region", k), key=k, name=_label(e, name, language, "name") or k) for k, e in found["regions"]
    )
    return Design(
        regions=regions,
        towns=tuple(_town(e, k, at, name, language, regions, make_id) for at, (k, e) in enumerate(found["towns"])),
        waves=tuple(_wave(e, k, at, name, language, make_id) for at, (k, e) in enumerate(found["waves"])),
        roles=_roles(found["roles"], name, make_id),
        topics=tuple(_topic(e, k, at, name, make_id) for at, (k, e) in enumerate(found["topics"])),
        kinds=tuple(_kind(e, k, at, name, make_id) for at, (k, e) in enumerate(found["kinds"])),
        windows=tuple(_window(e, k, name) for k, e in found["windows"]),
        unused=tuple(str(one) for one in inner if one not in known and one not in _HEADINGS and not _is_note(one)),
    )


def _is_note(section: object) -> bool:
    return str(section).endswith("_note")


def _wave(entry: Mapping[str, Any], key: str, at: int, name: str, language: str, make_id: MakeId) -> Wave:
    start = day(entry, "start", name) or day(entry, "from", name)
    end = day(entry, "end", name) or day_after(entry, "to", name)
    if start is None or end is None:
        raise InputProblem(
            N_("Wave {key} ({where}) has no beginning or no end. Give `start` and `end` as days, such as 2012-01-01."),
            key=key, where=where(name, entry),
        )  # fmt: skip
    if end <= start:
        raise _empty_span(key, start, end, name, entry)
    label = _label(entry, name, language, "label") or _years(start, end)
    return Wave(id=make_id("wave", key), key=key, label=label, start=start, end=end, position=at)


def _label(entry: Mapping[str, Any], name: str, language: str, field: str) -> str:
    """Return what a record is called: in no language, in that of the study, or in the other one."""
    other = "en" if language == "ru" else "ru"
    return next(filter(None, (text(entry, f, name) for f in (field, f"{field}_{language}", f"{field}_{other}"))), "")


def _town(
    entry: Mapping[str, Any], key: str, at: int, name: str, language: str, regions: Sequence[Region], make_id: MakeId
) -> Town:
    named = text(entry, "region", name)
    region = next((one for one in regions if named in (one.key, one.name)), None)
    if named and region is None:
        raise InputProblem(
            N_("Town {town} ({where}) lies in {region}, which is not among the regions. Add it under `regions:` or correct it."),
            town=key, where=where(name, entry), region=named,
        )  # fmt: skip
    kind = choice(entry, "kind", typing.get_args(TownKind), name, default="town")
    return Town(
        id=make_id("town", key), key=key, name=_label(entry, name, language, "name") or key,
        region_id=region.id if region else None, kind=typing.cast("TownKind", kind),
        monotown=flag(entry, "monotown", name) if entry.get("monotown") is not None else None, position=at,
    )  # fmt: skip


def _years(start: dt.date, end: dt.date) -> str:
    last = (end - dt.timedelta(days=1)).year
    return f"{start.year}–{last}" if last > start.year else str(start.year)


def _roles(found: list[tuple[str, Mapping[str, Any]]], name: str, make_id: MakeId) -> tuple[Role, ...]:
    entries = dict(found)
    roles = []
    for at, (key, entry) in enumerate(found):
        coarse = text(entry, "coarse", name) or None
        if coarse is not None and coarse not in entries:
            raise InputProblem(
                N_("Role {role} ({where}) falls back on {coarse}, which is not among the roles. Add {coarse} or correct `coarse`."),
                role=key, where=where(name, entry), coarse=coarse,
            )  # fmt: skip
        role = Role(
            id=make_id("role", key),
            key=key,
            label_ru=text(entry, "label_ru", name),
            label_en=text(entry, "label_en", name),
            branch=typing.cast("Any", choice(entry, "branch", typing.get_args(Branch), name, default="other")),
            level=typing.cast(
                "Any", choice(entry, "level", ("municipal", "regional", "federal", "none"), name, default="municipal")
            ),
            coarse=coarse,
            position=at,
        )
        roles.append(role)
    _no_circle({role.key: role.coarse for role in roles}, entries, name)
    return tuple(roles)


def _topic(entry: Mapping[str, Any], key: str, at: int, name: str, make_id: MakeId) -> GuideTopic:
    codes = entry.get("codes") or ()
    if not isinstance(codes, Sequence) or isinstance(codes, str) or not all(isinstance(c, str) for c in codes):
        raise InputProblem(
            N_("The codes of topic {topic} ({where}) are not a list of names. Write them as `codes: [PROB, MAN]`."),
            topic=key, where=where(name, entry),
        )  # fmt: skip
    return GuideTopic(
        id=make_id("topic", key), key=key, label_ru=text(entry, "label_ru", name),
        label_en=text(entry, "label_en", name), codes=tuple(codes), position=at,
    )  # fmt: skip


def _kind(entry: Mapping[str, Any], key: str, at: int, name: str, make_id: MakeId) -> StatementKind:
    family = choice(entry, "family", typing.get_args(Family), name)
    return StatementKind(
        id=make_id("kind of statement", key),
        key=key,
        family=typing.cast("Family", family),
        label_ru=text(entry, "label_ru", name),
        label_en=text(entry, "label_en", name),
        symmetric=flag(entry, "symmetric", name),
        valence=number(entry, "valence", name, low=-1, high=1),
        position=at,
    )


def _window(entry: Mapping[str, Any], code: str, name: str) -> ExposureWindow:
    not_before, not_after = day(entry, "not_before", name), day(entry, "not_after", name)
    if not_before and not_after and not_before >= not_after:
        raise _empty_span(code, not_before, not_after, name, entry)
    return ExposureWindow(code, not_before, not_after)


def with_windows(codes: Iterable[Code], windows: Iterable[ExposureWindow], name: str = "design") -> list[Code]:
    """Return the codes with the exposure windows of a design; a window that a code has itself stays where the design is silent.

    Raises
    ------
    InputProblem
        If a window names a code that the codebook does not have.
    """
    by_key = {code.key: code for code in codes}
    for window in windows:
        code = by_key.get(window.code)
        if code is None:
            raise InputProblem(
                N_("The exposure window of {code} ({file}) finds no such code. Add the code to the codebook or take the window out."),
                code=window.code, file=name,
            )  # fmt: skip
        by_key[code.key] = dataclasses.replace(
            code,
            not_before=window.not_before or code.not_before,
            not_after=window.not_after or code.not_after,
        )
    return list(by_key.values())
