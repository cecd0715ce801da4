"""The language of claims: what a YAML file may say, read and checked, with line and nearest word in every message.

A claim has an `id`, its words, and `checks`; each check has a `kind`, what it looks at, and what it expects. Two kinds of
things are looked at: measures, which give every interview a number, and case values, which give one to every town and
wave (both in `entries`). docs/claims.md describes all of it with examples.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from veche.analyses.claims.entries import (
    SCOPES,
    check_measure,
    check_value,
    is_number,
    known_fields,
    one_of,
    plain_word,
    shortened,
    whereabouts,
)
from veche.study.actors import EventKind
from veche.study.errors import InputProblem
from veche.study.lined_yaml import load_yaml
from veche.words import N_, language

#: kinds of checks: fields each needs, fields it may have, words it may expect
KINDS: Mapping[str, tuple[frozenset[str], frozenset[str], tuple[str, ...]]] = {
    "change": (frozenset({"of", "expect"}), frozenset({"between", "margin"}), ("rises", "falls", "stays")),
    "level": (frozenset({"of", "expect", "than"}), frozenset({"wave"}), ("above", "below", "between")),
    "compare": (frozenset({"of", "with", "expect"}), frozenset(), ("more", "less")),
    "contrast": (frozenset({"of", "with", "expect"}), frozenset(), ("more", "less")),
    "together": (frozenset({"of", "with", "expect"}), frozenset(), ("together", "apart")),
    "new": (frozenset({"of", "expect"}), frozenset({"between"}), ("new",)),
    "present": (frozenset({"of", "expect"}), frozenset({"respondents", "towns"}), ("present",)),
    "ranks": (frozenset({"root", "expect", "than"}), frozenset({"between", "top"}), ("above",)),
    "cases": (
        frozenset({"condition", "outcome", "expect"}), frozenset({"cut"}), ("sufficient", "necessary", "not necessary", "coincide"),
    ),
    "goes_with": (frozenset({"condition", "outcome", "expect"}), frozenset(), ("together", "apart")),
    "hang_together": (frozenset({"values", "expect"}), frozenset(), ("together",)),
    "count": (frozenset({"value", "expect", "than"}), frozenset({"by"}), ("above", "below", "between")),
    "before_after": (frozenset({"of", "event", "expect"}), frozenset({"margin"}), ("rises", "falls", "stays")),
    "coalitions": (frozenset({"form", "expect", "than"}), frozenset({"scope"}), ("above", "below", "between")),
    "order": (frozenset({"of", "with", "expect"}), frozenset(), ("before",)),
    "moves": (frozenset({"of", "when", "not_when", "expect"}), frozenset(), ("more", "less")),
    "untestable": (frozenset({"why"}), frozenset(), ()),
}  # fmt: skip
COMBINE = ("all", "any")
_CLAIM = frozenset({"id", "says", "source", "evidence", "against", "checks", "combine"})


@dataclass(frozen=True)
class Check:
    """One check as written: its kind, its fields, its line in the file."""

    kind: str
    fields: Mapping[str, Any]
    line: int = 0

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field."""
        return self.fields.get(name, default)


@dataclass(frozen=True)
class Claim:
    """A claim: what it says, where it comes from, what evidence it asks for, what would count against it."""

    id: str
    says: Mapping[str, str]
    source: str
    evidence: Mapping[str, str]
    against: Mapping[str, str]
    checks: tuple[Check, ...]
    combine: str = "all"
    line: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def words(self, name: str) -> str:
        """Return `says`, `evidence` or `against` in the language in use, else in the other."""
        told: Mapping[str, str] = getattr(self, name)
        return told.get(language()) or next(iter(told.values()), "")


def read_claims(text: str, name: str) -> tuple[Claim, ...]:
    """Read claims written in YAML.

    Parameters
    ----------
    text
        The file's text: a mapping with the list `claims`.
    name
        The file's name, for messages.

    Raises
    ------
    InputProblem
        If the text is not YAML, or a claim or check cannot be used; the message names the line, the nearest word and what to do.
    """
    loaded = load_yaml(text, name)
    if not isinstance(loaded, Mapping) or not isinstance(loaded.get("claims"), list):
        raise InputProblem(
            N_("{file} has no list of claims. Begin it with the line `claims:` and give one entry for each claim."),
            file=name,
        )
    claims = tuple(read_claim(one, name, at) for at, one in enumerate(loaded["claims"], start=1))
    for problem in named_twice([(one.id, one.line) for one in claims], name):
        raise problem
    return claims


def named_twice(claims: Iterable[tuple[str, int]], name: str) -> list[InputProblem]:
    """Find the claims (their names and lines) whose name stands before in the file."""
    found, seen = [], dict[str, int]()
    for key, line in claims:
        if key in seen:
            found.append(InputProblem(
                N_("Claim {id} stands twice in {file}, in lines {first} and {second}. Give every claim a name of its own."),
                id=key, file=name, first=seen[key], second=line,
            ))  # fmt: skip
        seen.setdefault(key, line)
    return found


def read_claim(entry: Any, name: str, at: int) -> Claim:
    """Read one claim, the `at`-th of the file."""
    where = whereabouts(name, entry)
    if not isinstance(entry, Mapping):
        raise InputProblem(
            N_("Claim {number} of {file} is {found}. Give it fields: id, says, checks."),
            number=at,
            file=name,
            found=shortened(entry),
        )
    key = entry.get("id")
    if not isinstance(key, (str, int)) or isinstance(key, bool) or not str(key).strip():
        raise InputProblem(
            N_("Claim {number} ({where}) has no id. Give it a short name of its own."), number=at, where=where
        )
    id_ = str(key).strip()
    known_fields(entry, _CLAIM, where, id_)
    checks = entry.get("checks")
    if not isinstance(checks, list) or not checks:
        raise InputProblem(
            N_("Claim {id} ({where}) has no checks. Give it a list with at least one."), id=id_, where=where
        )
    combine = entry.get("combine", "all")
    one_of(combine, COMBINE, "combine", where, id_)
    return Claim(
        id_, _words(entry, "says", where, id_), str(entry.get("source", "")), _words(entry, "evidence", where, id_, needed=False),
        _words(entry, "against", where, id_, needed=False), tuple(read_check(one, name, id_) for one in checks), str(combine),
        getattr(entry, "line", 0),
    )  # fmt: skip


def read_check(entry: Any, name: str, claim: str) -> Check:
    """Read one check of a claim."""
    where = whereabouts(name, entry)
    if not isinstance(entry, Mapping):
        raise InputProblem(
            N_("A check of claim {id} ({where}) is {found}. Give it fields, beginning with kind."),
            id=claim,
            where=where,
            found=shortened(entry),
        )
    kind = entry.get("kind")
    one_of(kind, tuple(KINDS), "kind", where, claim)
    needed, more, expected = KINDS[str(kind)]
    known_fields(entry, needed | more | {"kind"}, where, claim)
    for one in sorted(needed):
        if one not in entry:
            raise InputProblem(
                N_("A check of the kind {kind} of claim {id} ({where}) lacks the field {field}. It needs: {needed}."),
                kind=kind, id=claim, where=where, field=one, needed=", ".join(sorted(needed)),
            )  # fmt: skip
    if expected:
        one_of(entry["expect"], expected, "expect", where, claim)
    for one in ("of", "with"):
        if one in entry:
            check_measure(entry[one], _near_line(entry[one], name, where), claim, one)
    for one in ("condition", "outcome", "value", "when", "not_when"):
        if one in entry:
            check_value(entry[one], _near_line(entry[one], name, where), claim, one)
    for one in entry.get("values", ()) if isinstance(entry.get("values"), list) else ():
        check_value(one, name, claim, "values")
    if "values" in entry and (not isinstance(entry["values"], list) or len(entry["values"]) < 2):
        raise InputProblem(
            N_("Field values of claim {id} ({where}) needs a list of at least two."), id=claim, where=where
        )
    for one, allowed in (
        ("event", typing.get_args(EventKind)),
        ("form", ("tactical", "strategic", "mixed")),
        ("by", ("case", "town")),
        ("scope", SCOPES),
    ):
        if one in entry:
            one_of(entry[one], allowed, one, where, claim)
    for one in ("root", "wave"):
        if one in entry and not (isinstance(entry[one], str) or (one == "wave" and plain_word(entry[one]))):
            raise InputProblem(
                N_("Field {field} of claim {id} ({where}) is {found}. Give plain words."),
                field=one, id=claim, where=where, found=shortened(entry[one]),
            )  # fmt: skip
    if "why" in entry:
        _words(entry, "why", where, claim)
    _numbers(entry, where, claim)
    return Check(str(kind), dict(entry), getattr(entry, "line", 0))


@dataclass(frozen=True)
class _Numbers:
    """Which numbers a field may hold, and what is said to another."""

    message: str
    fits: Callable[[float], bool]


_ABOVE = _Numbers(N_("Field {field} of claim {id} ({where}) is {found}. Give a number above 0."), lambda one: one > 0)
_WHOLE = _Numbers(
    N_("Field {field} of claim {id} ({where}) is {found}. Give a whole number from 1 on."),
    lambda one: one >= 1 and float(one).is_integer(),
)
_SHARE = _Numbers(
    N_("Field {field} of claim {id} ({where}) is {found}. Give a number above 0, 1 at the most."),
    lambda one: 0 < one <= 1,
)
_NUMBERS = {"margin": _ABOVE, "cut": _SHARE, "top": _WHOLE, "respondents": _WHOLE, "towns": _WHOLE}


def _numbers(entry: Mapping[str, Any], where: str, claim: str) -> None:
    between = entry.get("expect") == "between"
    than = entry.get("than")
    if "than" in entry:
        pair = isinstance(than, list) and len(than) == 2 and all(map(is_number, than)) and than[0] < than[1]
        if (between and not pair) or (not between and not is_number(than)):
            raise InputProblem(
                N_("Field than of claim {id} ({where}) is {found}. Give a number, or for between two numbers in order."),
                id=claim, where=where, found=shortened(than),
            )  # fmt: skip
    for name, allowed in _NUMBERS.items():
        if name in entry and not (is_number(entry[name]) and allowed.fits(entry[name])):
            raise InputProblem(allowed.message, field=name, id=claim, where=where, found=shortened(entry[name]))
    waves = entry.get("between")
    if "between" in entry and not (
        isinstance(waves, list) and len({str(one) for one in waves if plain_word(one)}) == 2 == len(waves)
    ):
        raise InputProblem(
            N_("Field between of claim {id} ({where}) needs the keys of two different waves in a list, such as [1, 2]."),
            id=claim, where=where,
        )  # fmt: skip


def _words(entry: Mapping[str, Any], name: str, where: str, claim: str, *, needed: bool = True) -> dict[str, str]:
    """Words in one language (a plain text) or in several (ru, en)."""
    told = entry.get(name)
    if isinstance(told, str) and told.strip():
        return {"": " ".join(told.split())}
    if isinstance(told, Mapping) and told and all(isinstance(one, str) for one in told.values()):
        return {str(key): " ".join(one.split()) for key, one in told.items()}
    if told is None and not needed:
        return {}
    raise InputProblem(
        N_(
            "Claim {id} ({where}) has {found} as {field}. Give plain words, or words under ru and en; put words with a comma "
            "or colon into quotes."
        ),
        id=claim, where=where, field=name, found=shortened(told),
    )  # fmt: skip


def _near_line(entry: Any, name: str, where: str) -> str:
    """File name for a field that knows its own line, file and line of the entry around it for one that does not."""
    return name if isinstance(entry, Mapping) else where
