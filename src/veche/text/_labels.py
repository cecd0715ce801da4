"""Labels of speakers at the beginning of lines: which are there, and which of them are really speakers.

A candidate is what stands before a colon, before a dash, inside brackets, or in bold. It is taken as a speaker when it is a word or letter
for a role, a surname with initials, a numbered voice, or a name that comes at least twice and is not an everyday word of the same text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from veche.text._roles import NOT_NAMES, PAIRS, base_key, numbered, role_of, speaker_key

Form = Literal["colon", "dash", "bracket", "head"]
Shape = Literal["role word", "role letter", "numbered", "initials", "name", "phrase"]

_COLON = re.compile(r"\s*[#@]?\s*(?P<label>[^\s:\[\](){}#@][^:\n\[\](){}]{0,59}?)\s*(?:\([^()\n]{1,40}\)\s*)?:(?!//)")
_DASH = re.compile(r"\s*(?P<label>[^\s:\[\](){}—–-][^:\n\[\](){}—–]{0,59}?)(?:\s*[—–]|\s-)(?:\s+|$)")
_BRACKET = re.compile(r"\s*[\[({](?P<label>[^\[\](){}:\n]{1,40})[\])}]\s*:?")
_PATTERNS: tuple[tuple[Form, re.Pattern[str]], ...] = (("colon", _COLON), ("bracket", _BRACKET), ("dash", _DASH))
_ROLE_LETTER = re.compile(r"[^\W\d_]\.?[0-9]{0,2}\.?")
_UPPER = "A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐЎ"
_INITIALS = re.compile(
    rf"[{_UPPER}][\w’'-]+,?\s+(?:[{_UPPER}]\.?\s*){{1,2}}|(?:[{_UPPER}]\.\s*){{1,2}}[{_UPPER}][\w’'-]+"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A candidate label in one line: where the words after it begin, and what it looks like."""

    line: int
    label: str
    key: str
    end: int
    form: Form
    shape: Shape


def candidate(number: int, text: str, head: int, given: Collection[str]) -> Hit | None:
    """Find the label that a line may begin with.

    Parameters
    ----------
    number, text
        The line.
    head
        Length of its beginning that the file sets apart (bold, or a name before a time); 0 if none.
    given
        Folded labels that the user named: these count whatever they look like.
    """
    for form, pattern in _PATTERNS:
        if (match := pattern.match(text)) is None or _clock_time(text, match.end()):
            continue
        if hit := _hit(number, match["label"], match.end(), form, given):
            return hit
    if head and len(head_text := text[:head].strip(" \t\u00a0:.—–-")) <= 60 and "\n" not in head_text:
        return _head_hit(number, text, head, head_text, given)
    return None


def _clock_time(text: str, end: int) -> bool:
    """«В 10:30 начали»: is the colon inside a time?"""
    return text[end - 1] == ":" and text[end - 2].isdigit() and text[end : end + 1].isdigit()


def _hit(number: int, label: str, end: int, form: Form, given: Collection[str]) -> Hit | None:
    label = label.strip()
    key = speaker_key(label)
    shape = _shape(label, key)
    if key in given:
        shape = shape or "phrase"
    elif form != "colon" and shape not in ("role word", "role letter", "numbered", "initials"):
        return None
    return Hit(number, label, key, end, form, shape) if key and shape else None


def _head_hit(number: int, text: str, head: int, label: str, given: Collection[str]) -> Hit | None:
    key = speaker_key(label)
    words = label.split()
    named = 1 <= len(words) <= 5 and _capital(words[0]) and label[-1] not in "?!…,;" and key not in NOT_NAMES
    if not key or not (named or key in given):
        return None
    end = head
    while end < len(text) and text[end] in " \t\u00a0:.—–-":
        end += 1
    return Hit(number, label, key, end, "head", _shape(label, key) or "phrase")


def _shape(label: str, key: str) -> Shape | None:
    role = role_of(key)
    if role and _ROLE_LETTER.fullmatch(label) and _capital(label):
        return "role letter"
    if role and sum(c.isalpha() for c in label) > 1 and (len(key) >= 4 or _capital(label)):
        return "role word"
    if numbered(key):
        return "numbered"
    if _INITIALS.fullmatch(label):
        return "initials"
    words = label.split()
    if 1 <= len(words) <= 4 and len(label) <= 40 and _capital(words[0]) and all(_name_word(w) for w in words[1:]):
        return None if key in NOT_NAMES else "name"
    return None


def _capital(word: str) -> bool:
    return word[0].isalpha() and not word[0].islower()


def _name_word(word: str) -> bool:
    return word.isdigit() or _capital(word)


def speakers_among(hits: Sequence[Hit], texts: Iterable[str], given: Collection[str]) -> tuple[Hit, ...]:
    """Keep the candidates that are speakers, in order.

    Parameters
    ----------
    hits
        Candidates in the order of their lines.
    texts
        All lines, against which names are tested: an everyday word is written small elsewhere in the same text.
    given
        Folded labels that the user named.
    """
    by_key: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_key[hit.key].append(hit)
    forms = {key: _forms(found) for key, found in by_key.items()}
    kept = {key: [h for h in found if h.form in forms[key]] for key, found in by_key.items()}
    small: Counter[str] | None = None
    accepted: dict[str, list[Hit]] = {}
    for key, found in kept.items():
        if key not in given:
            if not _often_enough(found, kept):
                continue
            if found[0].shape in ("name", "phrase") and " " not in key:
                small = small if small is not None else _small_words(texts)
                if small[key] >= len(found):
                    continue
        accepted[key] = found
    accepted = _without_header(accepted, given)
    if len(accepted) == 1 and not accepted.keys() & set(given) and _alone(*accepted.values()):
        return ()
    return tuple(sorted((h for found in accepted.values() for h in found), key=lambda h: h.line))


def _forms(found: Sequence[Hit]) -> frozenset[str]:
    forms = {h.form for h in found}
    for form in ("colon", "bracket", "dash"):
        if form in forms:
            return frozenset({form, "head"})
    return frozenset({"head"})


def _often_enough(found: Sequence[Hit], all_found: dict[str, list[Hit]]) -> bool:
    first = found[0]
    partner = PAIRS.get(base_key(first.key))
    if partner and not any(base_key(key) == partner for key in all_found):
        return False
    # before a dash even a role needs company: «И — главное — ...»
    clear = any(h.form != "dash" for h in found) and first.shape not in ("name", "phrase")
    return len(found) >= (1 if clear else 2)


def _alone(found: Sequence[Hit]) -> bool:
    """Is the only label of a text one person named once, as in a list?"""
    return len(found) == 1 and found[0].shape in ("initials", "numbered")


def _small_words(texts: Iterable[str]) -> Counter[str]:
    return Counter(w.replace("ё", "е") for text in texts for w in re.findall(r"[^\W\d_]+", text) if w[0].islower())


def _without_header(accepted: dict[str, list[Hit]], given: Collection[str]) -> dict[str, list[Hit]]:
    """Leave out «Интервьюер: Сомова» of a header where the talk itself goes by other labels."""
    repeated = {key: found for key, found in accepted.items() if len(found) > 1}
    if len(repeated) < 2:
        return accepted
    start = min(found[0].line for found in repeated.values())
    return {
        key: found
        for key, found in accepted.items()
        if key in repeated or key in given or found[0].line > start or found[0].shape not in ("role word", "initials")
    }
