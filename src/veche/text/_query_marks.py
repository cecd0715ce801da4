"""Cutting a query into its marks: operators, parentheses, and ready items."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from veche.study.errors import N_, InputProblem
from veche.text._query_tree import Exact, Node, Pattern, Phrase, Prefix, Term, Word
from veche.text.lemmas import form_of
from veche.text.tokens import tokenise

#: how far apart NEAR may reach; how many code points a regular expression may have (compiling a long one takes seconds);
#: how deep parentheses may be nested, in the query and in a regular expression (both are read by recursion)
FARTHEST, LONGEST_PATTERN, DEEPEST = 100, 500, 50
#: what nests in a regular expression: an escaped sign and a set of characters are taken whole
_BRACKETS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]?|[()]", re.DOTALL)
_OPERATORS = {
    "AND": "AND",
    "И": "AND",
    "OR": "OR",
    "ИЛИ": "OR",
    "NOT": "NOT",
    "НЕ": "NOT",
    "NEAR": "NEAR",
    "РЯДОМ": "NEAR",
}
_NEAR = re.compile(r"(?:NEAR|РЯДОМ)(?:/(\d*))?")
_CLOSERS = {'"': '"', "«": "»", "“": "”“", "”": "”", "„": "“”"}
_CHUNK = re.compile(r"[^\s()\"«»“”„]+")
_PATTERN = re.compile(r"/((?:[^/\\]|\\.)*+)(/?)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of the query: an operator, a parenthesis, or a ready item; `at` counts from 0."""

    kind: str
    at: int
    node: Node | None = None
    number: int = 0
    typed: str = ""


def problem(template: str, at: int, **fields: Any) -> InputProblem:
    """Make the error for a mistake at a place of the query (`at` counts from 0, the message from 1)."""
    return InputProblem(template, position=at + 1, **fields)


def marks(text: str) -> Iterator[Mark]:
    """Go through the marks of a query in order.

    Raises
    ------
    InputProblem
        For quotes or regular expressions not closed, stars and numbers where none can be, items without a word.
    """
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text[at] in "()":
            yield Mark(text[at], at)
            at += 1
        elif text[at] == "/":
            mark, at = _read_pattern(text, at)
            yield mark
        elif text[at] in _CLOSERS or (text[at] == "=" and text[at + 1 : at + 2] in _CLOSERS):
            mark, at = _read_phrase(text, at)
            yield mark
        else:
            mark, at = _read_chunk(text, at)
            yield mark


def _read_chunk(text: str, at: int) -> tuple[Mark, int]:
    found = _CHUNK.match(text, at)
    if found is None:
        raise problem(
            N_(
                "There is a closing quote {quote} at character {position} of the query, but no opening one. Add it, "
                "or remove this."
            ),
            at,
            quote=text[at],
        )
    chunk = found[0]
    if near := _NEAR.fullmatch(chunk):
        return Mark("NEAR", at, number=_distance(near[1], at), typed=chunk), found.end()
    if chunk in _OPERATORS:
        return Mark(_OPERATORS[chunk], at, typed=chunk), found.end()
    if chunk[0] in "-−–" and tokenise(chunk):
        raise problem(
            N_("There is a dash before {part} at character {position} of the query. To leave out a word, write NOT."),
            at,
            part=chunk[1:],
        )
    terms = tuple(_terms(chunk, at, exact=False))
    return Mark("item", at, terms[0] if len(terms) == 1 else Phrase(terms)), found.end()


def _distance(digits: str | None, at: int) -> int:
    number = int(digits) if digits and len(digits) < 9 else -1 if not digits else FARTHEST + 1
    if not 0 <= number <= FARTHEST:
        raise problem(
            N_(
                "NEAR at character {position} of the query needs a number of words from 0 to {most}. Write it as "
                "NEAR/5; the word itself goes in quotes."
            ),
            at,
            most=FARTHEST,
        )
    return number


def _read_phrase(text: str, at: int) -> tuple[Mark, int]:
    begin = at + (text[at] == "=")
    closers = _CLOSERS[text[begin]]
    end = next((i for i in range(begin + 1, len(text)) if text[i] in closers), None)
    if end is None:
        raise problem(
            N_("The quote {quote} opened at character {position} of the query is not closed. Close it with {closing}."),
            begin,
            quote=text[begin],
            closing=closers[0],
        )
    terms: list[Term] = []
    for chunk in re.finditer(r"\S+", text[begin + 1 : end]):
        terms.extend(_terms(chunk[0], begin + 1 + chunk.start(), exact=begin > at, strict=False))
    if not terms:
        raise problem(
            N_(
                "There is no word in the quotes at character {position} of the query. Put words in them, or remove "
                "them."
            ),
            begin,
        )
    return Mark("item", at, terms[0] if len(terms) == 1 else Phrase(tuple(terms))), end + 1


def _terms(chunk: str, at: int, *, exact: bool, strict: bool = True) -> Iterator[Term]:
    """Read what stands between two spaces: mostly one word."""
    word = chunk.removeprefix("=")
    exact = exact or word != chunk
    star = word.find("*")
    if star >= 0:
        yield _prefix(word, star, at + len(chunk) - len(word))
        return
    forms = [form_of(w) for w in tokenise(word).words(word)]
    if not forms and strict:
        raise problem(
            N_("There is no word in {part} at character {position} of the query. Search for letters or digits."),
            at,
            part=chunk,
        )
    yield from (Exact(f) if exact else Word(f) for f in forms)


def _prefix(word: str, star: int, at: int) -> Prefix:
    stem = word[:star]
    # one more letter behind it, so that a hyphen or apostrophe at its end counts as inside the word
    whole = tokenise(stem + "0")
    if star < len(word) - 1 or not stem or len(whole) != 1 or whole.starts[0] != 0:
        raise problem(
            N_(
                "The star in {part} at character {position} of the query does not end a word. Write it once, after "
                "letters: бюджет*."
            ),
            at + star,
            part=word,
        )
    return Prefix(form_of(stem))


def _read_pattern(text: str, at: int) -> tuple[Mark, int]:
    found = _PATTERN.match(text, at)
    if found is None or not found[2]:
        raise problem(
            N_(
                "The regular expression opened at character {position} of the query is not closed. Close it with a "
                "slash."
            ),
            at,
        )
    source = found[1].replace("\\/", "/")
    if not source:
        raise problem(
            N_("The regular expression at character {position} of the query is empty. Write it between the slashes."),
            at,
        )
    if len(source) > LONGEST_PATTERN:
        raise problem(
            N_(
                "The regular expression at character {position} of the query is {length} characters long, more than "
                "{most}. Shorten it."
            ),
            at,
            length=len(source),
            most=LONGEST_PATTERN,
        )
    compile_pattern(source, at)
    return Mark("item", at, Pattern(source)), found.end()


def compile_pattern(source: str, at: int = 0) -> Any:
    """Compile a regular expression of a query: case disregarded.

    Raises
    ------
    InputProblem
        If it is none, or is nested too deep; `at` is its place in the query, counted from 0.
    """
    import regex

    if _depth(source) > DEEPEST:
        raise too_deep(at)
    try:
        return regex.compile(source, regex.IGNORECASE)
    except Exception as error:  # its compiler raises errors of many kinds for wrong patterns
        raise problem(
            N_(
                "The regular expression {pattern} at character {position} of the query cannot be read: {reason}. "
                "Correct it there."
            ),
            at,
            pattern=source,
            reason=str(error) or type(error).__name__,
        ) from error


def too_deep(at: int) -> InputProblem:
    """Return what to say of parentheses nested more than `DEEPEST` deep."""
    return problem(
        N_(
            "The parentheses at character {position} of the query are nested more than {most} deep. Simplify the query."
        ),
        at,
        most=DEEPEST,
    )


def _depth(source: str) -> int:
    """Return how deep the brackets of a regular expression are nested: at least as deep as its compiler sees them."""
    depth = deepest = 0
    for mark in _BRACKETS.findall(source):
        if mark == ")":
            depth -= 1
        elif mark[0] in "([":
            deepest = max(deepest, depth + mark.count("[") + mark.count("("))
            depth += mark == "("
    return deepest
