"""Checks in words: what is looked at, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veche.analyses.claims.entries import word_of
from veche.analyses.claims.language import Check
from veche.words import N_, _, number, say

_KINDS = {
    "change": N_("change of {of}"),
    "level": N_("level of {of}"),
    "compare": N_("{of} against {other}, by the same respondents"),
    "contrast": N_("{of} against {other}"),
    "together": N_("{of} with {other}, within town and wave"),
    "new": N_("first mention of {of}"),
    "present": N_("anybody who says {of}"),
    "ranks": N_("most named of {root} in both waves"),
    "cases": N_("{condition} for {outcome}"),
    "goes_with": N_("{condition} with {outcome}, over towns and waves"),
    "hang_together": N_("{values} together, over towns and waves"),
    "count": N_("share of cases with {value}"),
    "before_after": N_("{of} after the event {event}"),
    "coalitions": N_("share of coalitions that are {form}"),
    "order": N_("{of} before {other}"),
    "moves": N_("change of {of} when {when} and not {not_when}"),
    "untestable": N_("what interviews cannot tell"),
}
_EXPECT = {
    "rises": N_("rises"), "falls": N_("falls"), "stays": N_("stays"), "above": N_("above {than}"), "below": N_("below {than}"),
    "more": N_("more"), "less": N_("less"), "together": N_("together"), "apart": N_("apart"),
    "new": N_("new"), "present": N_("present"), "sufficient": N_("sufficient"), "necessary": N_("necessary"),
    "not necessary": N_("not necessary"), "coincide": N_("coincide"), "before": N_("before"),
}  # fmt: skip


def describe(check: Check) -> str:
    """Say what a check looks at."""
    f = check.fields
    return say(
        _KINDS[check.kind],
        of=measure_words(f.get("of")), other=measure_words(f.get("with")), root=f.get("root", ""),
        condition=value_words(f.get("condition")), outcome=value_words(f.get("outcome")), value=value_words(f.get("value")),
        values=", ".join(value_words(one) for one in f.get("values", ())), event=f.get("event", ""), form=f.get("form", ""),
        when=value_words(f.get("when")), not_when=value_words(f.get("not_when")),
    )  # fmt: skip


def expected(check: Check) -> str:
    """Say what a check expects."""
    expect = check.get("expect")
    if expect is None:
        return ""
    than = check.get("than")
    if isinstance(than, list):
        low, high = (number(float(one)) for one in than)
        return say(N_("between {low} and {high}"), low=low, high=high)
    told = number(float(than)) if than is not None else ""
    if check.kind in ("change", "before_after") and expect == "stays":
        return f"{_(_EXPECT[expect])} (±{number(float(check.get('margin', 0.2)))})"
    return say(_EXPECT[expect], than=told)


def measure_words(entry: Mapping[str, Any] | None) -> str:
    """Name a measure by its words in the file."""
    if not entry:
        return ""
    kind = next(
        iter(one for one in entry if one not in ("by", "towns", "monotown", "heads", "among", "steps", "from", "to"))
    )
    what = entry[kind]
    words = "+".join(map(str, what)) if isinstance(what, list) else str(what)
    if kind == "direction":
        words = f"{'+'.join(entry['from'])} → {'+'.join(entry['to'])}"
    if kind in ("tone", "readiness"):
        words = _("tone") if kind == "tone" else _("readiness")
        if steps := entry.get("steps"):
            words += " " + ", ".join(map(str, steps))
    prefix = {"technique": N_("acts by {words}"), "success": N_("success of {words}")}.get(kind)
    words = say(prefix, words=words) if prefix else words
    by = entry.get("by")
    return f"{words} [{', '.join(by) if isinstance(by, list) else by}]" if by else words


def value_words(entry: Mapping[str, Any] | None) -> str:
    """Name a case value by its words in the file."""
    if not entry:
        return ""
    if parts := entry.get("all") or entry.get("any"):
        words = (" & " if "all" in entry else " | ").join(value_words(one) for one in parts)
    elif "mean" in entry:
        words = measure_words(entry["mean"])
    elif "attribute" in entry:
        wanted = entry["is"]
        words = (
            f"{entry['attribute']} = {', '.join(map(word_of, wanted)) if isinstance(wanted, list) else word_of(wanted)}"
        )
    else:
        kind = next(one for one in entry if one not in ("is", "scope", "not", "above", "earlier"))
        words = str(entry[kind]) if kind in ("model",) else kind if entry[kind] is True else f"{kind} {entry[kind]}"
    return f"¬({words})" if entry.get("not") else words
