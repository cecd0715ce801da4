"""The language of claims: what a YAML file may say, read and checked, with line and nearest word in every message.

A claim has an `id`, its words, and `checks`; each check has a `kind`, what it looks at, and what it expects. Two kinds of
things are looked at: measures, which give every interview a number, and case values, which give one to every town and
wave. docs/claims.md describes all of it with examples.
"""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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
MEASURES = ("codes", "all_codes", "level", "votes", "tone", "readiness", "technique", "success", "direction")
#: fields beside the kind of a measure
MEASURE_MORE = frozenset({"among", "steps", "by", "towns", "monotown", "heads", "from", "to"})
VALUES = (
    "mean", "model", "attribute", "monotown", "event", "head_changed", "form_changed", "coalition", "turbulence",
    "regime", "all", "any",
)  # fmt: skip
VALUE_MORE = frozenset({"is", "scope", "not", "above", "earlier"})
COMBINE = ("all", "any")
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
    seen: dict[str, Claim] = {}
    for one in claims:
        if one.id in seen:
            raise InputProblem(
                N_("Claim {id} stands twice in {file}, in lines {first} and {second}. Give every claim a name of its own."),
                id=one.id, file=name, first=seen[one.id].line, second=one.line,
            )  # fmt: skip
        seen[one.id] = one
    return claims


def read_claim(entry: Any, name: str, at: int) -> Claim:
    """Read one claim, the `at`-th of the file."""
    where = _where(name, entry)
    if not isinstance(entry, Mapping):
        raise InputProblem(
            N_("Claim {number} of {file} is {found}. Give it fields: id, says, checks."),
            number=at,
            file=name,
            found=_short(entry),
        )
    key = entry.get("id")
    if not isinstance(key, (str, int)) or isinstance(key, bool) or not str(key).strip():
        raise InputProblem(
            N_("Claim {number} ({where}) has no id. Give it a short name of its own."), number=at, where=where
        )
    id_ = str(key).strip()
    _known(entry, _CLAIM, where, id_)
    checks = entry.get("checks")
    if not isinstance(checks, list) or not checks:
        raise InputProblem(
            N_("Claim {id} ({where}) has no checks. Give it a list with at least one."), id=id_, where=where
        )
    combine = entry.get("combine", "all")
    _one_of(combine, COMBINE, "combine", where, id_)
    return Claim(
        id_, _words(entry, "says", where, id_), str(entry.get("source", "")), _words(entry, "evidence", where, id_, needed=False),
        _words(entry, "against", where, id_, needed=False), tuple(read_check(one, name, id_) for one in checks), str(combine),
        getattr(entry, "line", 0),
    )  # fmt: skip


def read_check(entry: Any, name: str, claim: str) -> Check:
    """Read one check of a claim."""
    where = _where(name, entry)
    if not isinstance(entry, Mapping):
        raise InputProblem(
            N_("A check of claim {id} ({where}) is {found}. Give it fields, beginning with kind."),
            id=claim,
            where=where,
            found=_short(entry),
        )
    kind = entry.get("kind")
    _one_of(kind, tuple(KINDS), "kind", where, claim)
    needed, more, expected = KINDS[str(kind)]
    _known(entry, needed | more | {"kind"}, where, claim)
    for one in sorted(needed):
        if one not in entry:
            raise InputProblem(
                N_("A check of the kind {kind} of claim {id} ({where}) lacks the field {field}. It needs: {needed}."),
                kind=kind, id=claim, where=where, field=one, needed=", ".join(sorted(needed)),
            )  # fmt: skip
    if expected:
        _one_of(entry["expect"], expected, "expect", where, claim)
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
    ):
        if one in entry:
            _one_of(entry[one], allowed, one, where, claim)
    _numbers(entry, where, claim)
    return Check(str(kind), dict(entry), getattr(entry, "line", 0))


def check_measure(entry: Any, name: str, claim: str, place: str) -> None:
    """Check a measure: exactly one word that says what it is, and known fields beside it."""
    _exactly_one(entry, MEASURES, MEASURE_MORE, name, claim, place)
    kind = next(one for one in MEASURES if one in entry)
    where = _where(name, entry)
    lists = {"codes", "all_codes", "votes", "technique", "success"}
    if kind in lists and not _strings(entry[kind]):
        raise InputProblem(
            N_("Field {field} of claim {id} ({where}) is {found}. Give a list of names, such as [PROB.FISC]."),
            field=kind, id=claim, where=where, found=_short(entry[kind]),
        )  # fmt: skip
    if kind == "level" and not isinstance(entry["level"], str):
        raise InputProblem(
            N_("Field level of claim {id} ({where}) needs the name of a scale, such as MOT.LEVEL."),
            id=claim,
            where=where,
        )
    if kind == "votes" and "among" in entry and not _strings(entry["among"]):
        raise InputProblem(N_("Field among of claim {id} ({where}) needs a list of codes."), id=claim, where=where)
    if "steps" in entry and not (
        isinstance(entry["steps"], list) and entry["steps"] and set(entry["steps"]) <= {1, 2, 3, 4, 5}
    ):
        raise InputProblem(
            N_("Field steps of claim {id} ({where}) needs a list of steps from 1 to 5."), id=claim, where=where
        )
    if kind == "direction" and not (_strings(entry.get("from")) and _strings(entry.get("to"))):
        raise InputProblem(
            N_("The measure direction of claim {id} ({where}) needs the fields from and to: lists of branches."),
            id=claim,
            where=where,
        )
    for one, allowed in (("by", BY), ("heads", ("stayed", "came")), ("technique", TECHNIQUES), ("success", TECHNIQUES)):
        for word in _strings(entry.get(one)) or ([entry[one]] if one in entry else []):
            _one_of(word, allowed, one, where, claim)


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


def check_value(entry: Any, name: str, claim: str, place: str) -> None:
    """Check a case value: exactly one word that says what it is, and known fields beside it."""
    _exactly_one(entry, VALUES, VALUE_MORE, name, claim, place)
    where = _where(name, entry)
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
        _one_of(entry["coalition"], ("strategic", "tactical", "any"), "coalition", where, claim)
    for one, allowed in (("model", MODELS), ("event", typing.get_args(EventKind)), ("turbulence", TURBULENCE)):
        if one in entry:
            _one_of(entry[one], allowed, one, where, claim)
    if "above" in entry and not _is_number(entry["above"]):
        raise InputProblem(
            N_("Field above of claim {id} ({where}) is {found}. Give a number."),
            id=claim,
            where=where,
            found=_short(entry["above"]),
        )
    if "attribute" in entry and "is" not in entry:
        raise InputProblem(
            N_("The value attribute of claim {id} ({where}) needs the field is: a value or a list of values."),
            id=claim,
            where=where,
        )


def _numbers(entry: Mapping[str, Any], where: str, claim: str) -> None:
    between = entry.get("expect") == "between"
    than = entry.get("than")
    if "than" in entry:
        pair = isinstance(than, list) and len(than) == 2 and all(map(_is_number, than)) and than[0] < than[1]
        if (between and not pair) or (not between and not _is_number(than)):
            raise InputProblem(
                N_("Field than of claim {id} ({where}) is {found}. Give a number, or for between two numbers in order."),
                id=claim, where=where, found=_short(than),
            )  # fmt: skip
    for name in ("margin", "cut", "top", "respondents", "towns"):
        value = entry.get(name)
        if name in entry and not (_is_number(value) and float(value or 0) > 0):
            raise InputProblem(
                N_("Field {field} of claim {id} ({where}) is {found}. Give a number above 0."),
                field=name,
                id=claim,
                where=where,
                found=_short(value),
            )
    if "between" in entry and not (isinstance(entry["between"], list) and len(entry["between"]) == 2):
        raise InputProblem(
            N_("Field between of claim {id} ({where}) needs the keys of two waves in a list."), id=claim, where=where
        )


def _exactly_one(entry: Any, words: Sequence[str], more: frozenset[str], name: str, claim: str, place: str) -> None:
    where = _where(name, entry)
    if not isinstance(entry, Mapping):
        raise InputProblem(
            N_("Field {field} of claim {id} ({where}) is {found}. Give it one of these words: {words}."),
            field=place, id=claim, where=where, found=_short(entry), words=", ".join(words),
        )  # fmt: skip
    _known(entry, frozenset(words) | more, where, claim)
    told = [one for one in words if one in entry]
    if len(told) != 1:
        raise InputProblem(
            N_("Field {field} of claim {id} ({where}) says {found} of the words {words}. Give exactly one."),
            field=place, id=claim, where=where, found=", ".join(told) or "–", words=", ".join(words),
        )  # fmt: skip


def _known(entry: Mapping[str, Any], allowed: Iterable[str], where: str, claim: str) -> None:
    known = sorted(allowed)
    for one in entry:
        if one not in known:
            raise InputProblem(
                N_("Claim {id} ({where}) has the unknown field {field}. Nearest: {near}. Known here: {known}."),
                id=claim, where=where, field=_short(one), near=_near(str(one), known), known=", ".join(known),
            )  # fmt: skip


def _one_of(word: Any, allowed: Sequence[str], name: str, where: str, claim: str) -> None:
    if not isinstance(word, str) or word not in allowed:
        raise InputProblem(
            N_("Field {field} of claim {id} ({where}) is {found}. Nearest: {near}. Choose one of: {allowed}."),
            field=name, id=claim, where=where, found=_short(word), near=_near(str(word), allowed), allowed=", ".join(allowed),
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
        id=claim, where=where, field=name, found=_short(told),
    )  # fmt: skip


def _strings(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else []


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value and abs(value) < 1e9


def _where(name: str, entry: Any) -> str:
    line = getattr(entry, "line", 0)
    return f"{name}:{line}" if line else name


def _near_line(entry: Any, name: str, where: str) -> str:
    """File name for a field that knows its own line, file and line of the entry around it for one that does not."""
    return name if isinstance(entry, Mapping) else where


def _near(word: str, known: Sequence[str]) -> str:
    return ", ".join(difflib.get_close_matches(word, list(known), 2, 0.3)) or "–"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
