"""The form of an analysis: its options as fields, the filter of interviews, and the address that asks for both."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from veche.study import Evidence, InputProblem, VecheError
from veche.study.errors import N_
from veche.study.registry import Analysis, Option, options
from veche.web.days import read_day
from veche.web.pages._option_words import option_word
from veche.words import _, language

Kind = Literal["choice", "yes_no", "number", "text", "many", "list"]
#: the filter's names stand in the address with this before them, so that an option may be called the same
INSIDE = "in_"
_LISTS = ("towns", "waves", "roles", "coders", "respondents", "codes", "regions", "interviews")


@dataclass(frozen=True, slots=True)
class Field:
    """One option as it stands on the page."""

    name: str
    help: str
    kind: Kind
    value: str
    chosen: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    #: of a number: 1 where it is whole
    step: str = "1"
    wrong: str = ""
    changed: bool = False


@dataclass
class Asked:
    """What an address asks: options and filter, with what is wrong with single fields."""

    params: dict[str, Any] = field(default_factory=dict)
    where: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def narrowed(self) -> bool:
        """Does the filter leave anything out?"""
        return bool(self.where)

    def address(self, analysis: Analysis[Any], **more: Any) -> str:
        """Write the address of the page: options that differ from the default, the filter, and what the view adds."""
        pairs: list[tuple[str, str]] = []
        for one in options(analysis.params):
            if one.name in self.params and self.params[one.name] != one.default:
                pairs += _pairs(one.name, self.params[one.name])
        for name, value in self.where.items():
            pairs += _pairs(INSIDE + name, value)
        pairs += [(name, str(value)) for name, value in more.items() if value not in (None, "")]
        return urlencode(pairs)


def _pairs(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, (tuple, list)):
        return [(name, str(one)) for one in value]
    if isinstance(value, bool):
        return [(name, "true" if value else "false")]
    return [(name, str(value))]


def read(analysis: Analysis[Any], query: QueryParams) -> Asked:
    """Read what an address asks; a value that is no number or day is said beside its field."""
    asked = Asked()
    for one in options(analysis.params):
        texts = [text.strip() for text in query.getlist(one.name) if text.strip()]
        if texts:
            try:
                asked.params[one.name] = _value(one, texts)
            except InputProblem as problem:
                asked.wrong[one.name] = problem.message(_)
    for name in _LISTS:
        if found := tuple(dict.fromkeys(part for text in query.getlist(INSIDE + name) for part in _parts(text))):
            asked.where[name] = found
    for name in ("since", "until"):
        try:
            if (found_day := read_day(query.get(INSIDE + name, ""))) is not None:
                asked.where[name] = found_day
        except InputProblem as problem:
            asked.wrong[INSIDE + name] = problem.message(_)
    if query.get(INSIDE + "panel") in ("true", "1", "on"):
        asked.where["panel"] = True
    if text := query.get(INSIDE + "analysis_set", "").strip():
        asked.where["analysis_set"] = text
    return asked


def _parts(text: str) -> list[str]:
    return [part for one in text.split(",") if (part := one.strip())]


def _base(one: Option) -> tuple[Any, bool]:
    """Return the type of a single value, and whether the option takes several."""
    if typing.get_origin(one.type) is tuple:
        return typing.get_args(one.type)[0], True
    inner = [part for part in typing.get_args(one.type) if part is not type(None)]
    if inner and typing.get_origin(one.type) is not typing.Literal:
        return inner[0], False
    return one.type, False


def _value(one: Option, texts: Sequence[str]) -> Any:
    base, many = _base(one)
    if many:
        return tuple(dict.fromkeys(part for text in texts for part in _parts(text)))
    text = texts[-1]
    if base is bool:
        return text in ("true", "1", "on", "yes")
    if base in (int, float):
        try:
            return base(text.replace(",", ".").replace("−", "-"))
        except (ValueError, OverflowError):
            low, high = ("−∞" if one.low is None else one.low), ("∞" if one.high is None else one.high)
            raise InputProblem(
                N_("Option {name} is {value}. Give a number from {low} to {high}."),
                name=one.name, value=text[:40], low=low, high=high,
            ) from None  # fmt: skip
    return text


def fields(analysis: Analysis[Any], asked: Asked, query: QueryParams, evidence: Evidence) -> list[Field]:
    """Return the options as fields, with what is asked in them."""
    return [_field(one, asked, query, evidence) for one in options(analysis.params)]


def _field(one: Option, asked: Asked, query: QueryParams, evidence: Evidence) -> Field:
    base, many = _base(one)
    value = asked.params.get(one.name, one.default)
    wrong = asked.wrong.get(one.name, "")
    choices = _choices(one, evidence)
    shown = query.get(one.name, "") if wrong else _shown(value)
    common = {"wrong": wrong, "changed": value != one.default}
    if base is bool:
        words = (("true", _("yes")), ("false", _("no")))
        return Field(one.name, one.help, "yes_no", "true" if value else "false", choices=words, **common)
    if many and choices and one.kind != "code":
        return Field(one.name, one.help, "many", "", tuple(value), choices, **common)
    if many:
        return Field(one.name, one.help, "list", shown, choices=choices, **common)
    if choices:
        if value not in {key for key, _label in choices}:
            choices = ((shown, shown or "–"), *choices)
        return Field(one.name, one.help, "choice", shown, choices=choices, **common)
    if base in (int, float):
        # a field of the browser's own for numbers would write them in the browser's language, not in that of the page
        written = shown.replace(".", ",") if language() == "ru" and not wrong else shown
        return Field(one.name, one.help, "number", written, step="1" if base is int else "any", **common)
    return Field(one.name, one.help, "text", shown, **common)


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else "" if value is None else str(value)


def _choices(one: Option, evidence: Evidence) -> tuple[tuple[str, str], ...]:
    if one.choices:
        return tuple((value, option_word(one.name, value)) for value in one.choices)
    if typing.get_origin(one.type) is typing.Literal:
        return tuple((str(value), option_word(one.name, str(value))) for value in typing.get_args(one.type))
    found: dict[str, tuple[tuple[str, str], ...]] = {
        "code": tuple((c.key, "\u2003" * depth + c.label(language())) for depth, c in evidence.codebook.tree()),
        "town": tuple((town.key, town.name) for town in evidence.towns),
        "wave": tuple((wave.key, wave.label) for wave in evidence.waves),
        "role": tuple((r.key, r.label_ru if language() == "ru" else r.label_en) for r in evidence.roles),
    }
    return found.get(one.kind or "", ())


def beside(error: VecheError, analysis: Analysis[Any], asked: Asked) -> bool:
    """Put an error beside the field that it is about, if that can be told; returns whether it could."""
    known = {one.name for one in options(analysis.params)}
    name = error.fields.get("name")
    if isinstance(name, str) and name in known:
        asked.wrong[name] = error.message(_)
        return True
    key = error.fields.get("key", error.fields.get("code"))
    for one in options(analysis.params):
        value: Any = asked.params.get(one.name, one.default)
        if key is not None and one.kind and key in (value if isinstance(value, tuple) else (value,)):
            asked.wrong[one.name] = error.message(_)
            return True
    for place, given in asked.where.items():
        if key is not None and isinstance(given, tuple) and key in given:
            asked.wrong[INSIDE + place] = error.message(_)
            return True
    return False


def where_fields(evidence: Evidence, where: Mapping[str, Any]) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """Return the filter's lists: name, title, and key, label and whether it is chosen for each entry."""
    roles = [(one.key, one.label_ru if language() == "ru" else one.label_en) for one in evidence.roles]
    lists = (
        ("towns", _("Towns"), [(one.key, one.name) for one in evidence.towns]),
        ("waves", _("Waves"), [(one.key, one.label) for one in evidence.waves]),
        ("roles", _("Roles"), roles),
        (
            "coders",
            _("Coders"),
            [(one.key, one.name or one.key) for one in evidence.coders if one.kind != "suggestion"],
        ),
    )
    return [
        (name, title, [(key, label, key in where.get(name, ())) for key, label in entries])
        for name, title, entries in lists
    ]
