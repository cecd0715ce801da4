"""What a check of a claim looks at, as a YAML file may say it: measures of interviews and case values, read and checked."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from veche.study.actors import Branch, EventKind
from veche.study.errors import InputProblem
from veche.words import N_

MEASURES = ("codes", "all_codes", "level", "votes", "tone", "readiness", "technique", "success", "direction")
#: fields beside the kind of a measure
MEASURE_MORE = frozenset({"among", "steps", "by", "towns", "monotown", "heads", "from", "to"})
VALUES = (
    "mean", "model", "attribute", "monotown", "event", "head_changed", "form_changed", "coalition", "turbulence",
    "regime", "all", "any",
)  # fmt: skip
VALUE_MORE = frozenset({"is", "scope", "not", "above", "earlier"})
#: techniques, models with the answers of the decision rule, and parts of turbulence, as the analyses name them
TECHNIQUES = ("placement", "manipulation", "exchange", "pressure", "reasons", "opposition", "compliance", "none")
MODELS = (
    "2014.exchange",
    "2014.manipulation",
    "2014.placement",
    "2014.pressure",
    "2015.coercion",
    "2015.covert",
    "2015.exchange",
    "2015.confrontation",
    "2016.coercion",
    "2016.strength",
    "2016.persuasion",
    "2016.confrontation",
    "2016.assembly",
    "2016.parity",
    "2016.alliance",
    "prevails",
    "camp",
    "settled",
    "exchange",
    "manipulation",
    "reasons",
    "pressure",
    "executive_success",
    "assembly_success",
    "threat",
    "one_sided",
    "allied",
)
TURBULENCE = ("membership", "pairs", "hazard", "agenda", "tone", "offices", "actors", "composite")
#: who may be asked: distance to the head, or branch of the role
BY = (
    "self",
    "team",
    "outsider",
    "executive",
    "legislative",
    "business",
    "political",
    "media",
    "civic",
    "expert",
    "other",
)
#: sides of an act; above: governor, region, federal centre
SIDES = (*typing.get_args(Branch), "above")
#: what a coalition joins
SCOPES = ("branches", "business", "above", "inside", "other")
#: words that take nothing but `true`, and what they may be told where `false` is a mistake
FLAGS = ("head_changed", "regime")


def check_measure(entry: Any, name: str, claim: str, place: str) -> None:
    """Check a measure: exactly one word that says what it is, and known fields beside it."""
    _exactly_one(entry, MEASURES, MEASURE_MORE, name, claim, place)
    kind = next(one for one in MEASURES if one in entry)
    where = whereabouts(name, entry)
    lists = {"codes", "all_codes", "votes", "technique", "success"}
    if kind in lists and not strings(entry[kind]):
        raise InputProblem(
            N_("Field {field} of claim {id} ({where}) is {found}. Give a list of names, such as [PROB.FISC]."),
            field=kind, id=claim, where=where, found=shortened(entry[kind]),
        )  # fmt: skip
    if kind == "level" and not isinstance(entry["level"], str):
        raise InputProblem(
            N_("Field level of claim {id} ({where}) needs the name of a scale, such as MOT.LEVEL."),
            id=claim,
            where=where,
        )
    if kind in ("tone", "readiness"):
        one_of(entry[kind], ("told",), kind, where, claim)
    if kind == "votes" and "among" in entry and not strings(entry["among"]):
        raise InputProblem(N_("Field among of claim {id} ({where}) needs a list of codes."), id=claim, where=where)
    if "steps" in entry and not (
        isinstance(entry["steps"], list) and entry["steps"] and set(entry["steps"]) <= {1, 2, 3, 4, 5}
    ):
        raise InputProblem(
            N_("Field steps of claim {id} ({where}) needs a list of steps from 1 to 5."), id=claim, where=where
        )
    if kind == "direction" and not (strings(entry.get("from")) and strings(entry.get("to"))):
        raise InputProblem(
            N_("The measure direction of claim {id} ({where}) needs the fields from and to: lists of branches."),
            id=claim,
            where=where,
        )
    if kind == "direction" and entry["direction"] != "any" and not strings(entry["direction"]):
        raise InputProblem(
            N_("Field direction of claim {id} ({where}) is {found}. Write any, or a list of kinds, such as [pressure]."),
            id=claim, where=where, found=shortened(entry["direction"]),
        )  # fmt: skip
    if "towns" in entry and not (
        isinstance(entry["towns"], list) and entry["towns"] and all(map(plain_word, entry["towns"]))
    ):
        raise InputProblem(
            N_("Field towns of claim {id} ({where}) is {found}. Give the keys of towns in a list, such as [A, B]."),
            id=claim, where=where, found=shortened(entry["towns"]),
        )  # fmt: skip
    if "heads" in entry:
        one_of(entry["heads"], ("stayed", "came"), "heads", where, claim)
    _true_or_false(entry, where, claim)
    for one, allowed in (
        ("by", BY),
        ("technique", TECHNIQUES),
        ("success", TECHNIQUES),
        ("from", SIDES),
        ("to", SIDES),
    ):
        for word in strings(entry.get(one)) or ([entry[one]] if one in entry else []):
            one_of(word, allowed, one, where, claim)


def check_value(entry: Any, name: str, claim: str, place: str) -> None:
    """Check a case value: exactly one word that says what it is, and known fields beside it."""
    _exactly_one(entry, VALUES, VALUE_MORE, name, claim, place)
    where = whereabouts(name, entry)
    if "mean" in entry:
        check_measure(entry["mean"], name, claim, "mean")
    for one in ("all", "any"):
        if one in entry:
            if not isinstance(entry[one], list) or not entry[one]:
                raise InputProblem(
                    N_("Field {field} of claim {id} ({where}) needs a list of values."),
                    field=one,
                    id=claim,
                    where=where,
                )
            for part in entry[one]:
                check_value(part, name, claim, one)
    if "coalition" in entry:
        one_of(entry["coalition"], ("strategic", "tactical", "any"), "coalition", where, claim)
    _true_or_false(entry, where, claim)
    for one in ("attribute", "is", "form_changed"):
        if one in entry:
            _plain(entry[one], one, where, claim)
    for one, allowed in (
        ("model", MODELS),
        ("event", typing.get_args(EventKind)),
        ("turbulence", TURBULENCE),
        ("scope", SCOPES),
    ):
        if one in entry:
            one_of(entry[one], allowed, one, where, claim)
    if "above" in entry and not is_number(entry["above"]):
        raise InputProblem(
            N_("Field above of claim {id} ({where}) is {found}. Give a number."),
            id=claim,
            where=where,
            found=shortened(entry["above"]),
        )
    if "attribute" in entry and "is" not in entry:
        raise InputProblem(
            N_("The value attribute of claim {id} ({where}) needs the field is: a value or a list of values."),
            id=claim,
            where=where,
        )


def _exactly_one(entry: Any, words: Sequence[str], more: frozenset[str], name: str, claim: str, place: str) -> None:
    where = whereabouts(name, entry)
    if not isinstance(entry, Mapping):
        raise InputProblem(
            N_("Field {field} of claim {id} ({where}) is {found}. Give it one of these words: {words}."),
            field=place, id=claim, where=where, found=shortened(entry), words=", ".join(words),
        )  # fmt: skip
    known_fields(entry, frozenset(words) | more, where, claim)
    told = [one for one in words if one in entry]
    if len(told) != 1:
        raise InputProblem(
            N_("Field {field} of claim {id} ({where}) says {found} of the words {words}. Give exactly one."),
            field=place, id=claim, where=where, found=", ".join(told) or "–", words=", ".join(words),
        )  # fmt: skip


def known_fields(entry: Mapping[str, Any], allowed: Iterable[str], where: str, claim: str) -> None:
    """Refuse fields that are not known here."""
    known = sorted(allowed)
    for one in entry:
        if one not in known:
            raise InputProblem(
                N_("Claim {id} ({where}) has the unknown field {field}. Nearest: {near}. Known here: {known}."),
                id=claim, where=where, field=shortened(one), near=_near(str(one), known), known=", ".join(known),
            )  # fmt: skip


def one_of(word: Any, allowed: Sequence[str], name: str, where: str, claim: str) -> None:
    """Refuse a word that is none of those allowed; the nearest ones are named."""
    if not isinstance(word, str) or word not in allowed:
        raise InputProblem(
            N_("Field {field} of claim {id} ({where}) is {found}. Nearest: {near}. Choose one of: {allowed}."),
            field=name, id=claim, where=where, found=shortened(word), near=_near(str(word), allowed), allowed=", ".join(allowed),
        )  # fmt: skip


def _true_or_false(entry: Mapping[str, Any], where: str, claim: str) -> None:
    for one in ("not", "earlier", "monotown", *FLAGS):
        if one not in entry or entry[one] is True or (entry[one] is False and one not in FLAGS):
            continue
        raise InputProblem(
            N_("Field {field} of claim {id} ({where}) is {found}. Write true; for the reverse of a value add not: true.")
            if one in FLAGS
            else N_("Field {field} of claim {id} ({where}) is {found}. Write true or false."),
            field=one, id=claim, where=where, found=shortened(entry[one]),
        )  # fmt: skip


def _plain(word: Any, name: str, where: str, claim: str) -> None:
    """See that a field is a word, a number, true or false, or a list of such."""
    if not (plain_word(word) or (isinstance(word, list) and word and all(map(plain_word, word)))):
        raise InputProblem(
            N_("Field {field} of claim {id} ({where}) is {found}. Give a word, or a list of words."),
            field=name, id=claim, where=where, found=shortened(word),
        )  # fmt: skip


def strings(value: Any) -> list[str]:
    """Give a list of words as such; anything else as an empty one."""
    return list(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else []


def is_number(value: Any) -> bool:
    """Is it a number, not too large to reckon with?"""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value and abs(value) < 1e9


def whereabouts(name: str, entry: Any) -> str:
    """Name a file and the line of an entry."""
    line = getattr(entry, "line", 0)
    return f"{name}:{line}" if line else name


def _near(word: str, known: Sequence[str]) -> str:
    return ", ".join(difflib.get_close_matches(word, list(known), 2, 0.3)) or "–"


def shortened(value: Any) -> str:
    """Write a value as the file has it, or its beginning."""
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def plain_word(value: Any) -> bool:
    """Is it a word, a number, true or false?"""
    return isinstance(value, (str, int, float)) and value == value and bool(str(value).strip())


def word_of(value: Any) -> str:
    """Write such a value as a study records it: what YAML reads as true is the word true."""
    return str(value).lower() if isinstance(value, bool) else str(value)
