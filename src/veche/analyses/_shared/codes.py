"""Rows of a table as codes, each with the codes that count as it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from veche.study.codebook import Code, Codebook
from veche.study.errors import InputProblem
from veche.study.evidence import Evidence
from veche.study.interviews import Interview
from veche.words import N_, language


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One row: a code and the ids of the codes whose codings count as it."""

    code: Code
    ids: frozenset[str]

    @property
    def key(self) -> str:
        """The code's key."""
        return self.code.key

    @property
    def label(self) -> str:
        """The code's label in the language in use."""
        return self.code.label(language())


def row(codebook: Codebook, code: Code, *, below: bool = True) -> CodeRow:
    """Make the row of a code, alone or with everything below it."""
    return CodeRow(code, frozenset(one.id for one in codebook.below(code)) if below else frozenset((code.id,)))


def rows_under(evidence: Evidence, root: str, level: str) -> tuple[CodeRow, ...]:
    """List the rows under a root code: its ``leaves``, or its ``children`` with everything below them.

    A root without codes below it is its own only row.

    Raises
    ------
    NotFound
        If the codebook has no such code.
    InputProblem
        If the root is a heading with nothing below it: it can never be applied to text.
    """
    codebook = evidence.codebook
    top = evidence.code(root)
    if level == "children":
        found = [child for child in codebook.children(top) if child.id != top.id]
    else:
        found = [code for code in codebook.below(top) if code.id != top.id and not codebook.children(code)]
    if not found and not top.codable:
        raise InputProblem(
            N_("Code {key} is a heading with no code below it, so nothing can be counted. Choose another root."),
            key=root,
        )
    return tuple(row(codebook, code) for code in found or [top])


def rows_named(evidence: Evidence, keys: Iterable[str], *, below: bool) -> tuple[CodeRow, ...]:
    """Make rows of codes named by key, in that order, each once.

    Raises
    ------
    NotFound
        If a key is not in the codebook.
    """
    return tuple(row(evidence.codebook, evidence.code(key), below=below) for key in dict.fromkeys(keys))


def rows_used(evidence: Evidence, *, below: bool) -> tuple[CodeRow, ...]:
    """Make rows of all codes with at least one coding that counts, in the order of the codebook."""
    used = {coding.code_id for coding, _interview in evidence.counted()}
    rows = (row(evidence.codebook, code, below=below) for _depth, code in evidence.codebook.tree())
    return tuple(one for one in rows if one.ids & used)


def exposed(evidence: Evidence, interview: Interview, one: CodeRow) -> bool:
    """Does the day of the interview lie in the exposure window of the row's code?

    A heading is never applied to text: it can come up only if one of the codes below it can.
    """
    if not one.code.exposed(interview.date):
        return False
    if one.code.codable or len(one.ids) == 1:
        return True
    return any(code.exposed(interview.date) for code in _codable(evidence, one))


def could_mention(evidence: Evidence, interview: Interview, one: CodeRow) -> bool:
    """Does the interview stand in the denominator of the row: inside the exposure window and asked?

    As `Evidence.could_mention`; a heading moreover needs one code below it that could be mentioned.
    """
    if not evidence.could_mention(interview, one.code):
        return False
    if one.code.codable or len(one.ids) == 1:
        return True
    return any(evidence.could_mention(interview, code) for code in _codable(evidence, one))


def _codable(evidence: Evidence, one: CodeRow) -> Iterable[Code]:
    return (code for code in evidence.codes if code.id in one.ids and code.codable)
