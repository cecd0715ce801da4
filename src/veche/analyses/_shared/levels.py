"""Judgements on an ordered scale: which codes are its steps, and how high they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from veche.analyses._shared.codes import CodeRow
from veche.study.codebook import Code
from veche.study.errors import InputProblem
from veche.study.evidence import Evidence
from veche.words import N_

#: last words of the keys of three steps, with their height
STEPS: Mapping[str, float] = {"LOW": 0.0, "MID": 0.5, "HIGH": 1.0}


@dataclass(frozen=True)
class Scale:
    """An ordered scale of codes, from the lowest step up, evenly spaced from 0 to 1."""

    steps: tuple[Code, ...]

    @property
    def heights(self) -> dict[str, float]:
        """Height of each step by the id of its code."""
        last = max(len(self.steps) - 1, 1)
        return {code.id: at / last for at, code in enumerate(self.steps)}


def three_steps(evidence: Evidence, root: str) -> Scale | None:
    """Find the codes ``ROOT.LEVEL.LOW``, ``MID``, ``HIGH``, or ``ROOT.LOW`` and so on; None unless all three are there."""
    by_key = evidence.codebook.by_key
    for stem in (f"{root}.LEVEL", root):
        found = [by_key.get(f"{stem}.{step}") for step in STEPS]
        if all(one is not None for one in found):
            return Scale(tuple(one for one in found if one is not None))
    return None


def scale_named(evidence: Evidence, name: str) -> Scale:
    """Find an ordered scale by its name: a value set, or the key before the last dot of its codes.

    Three codes that end in LOW, MID and HIGH stand in that order; codes that end in numbers in the order of the numbers; others in the
    order of the codebook.

    Raises
    ------
    InputProblem
        If fewer than two codes belong to it; the message names the value sets of the codebook.
    """
    if (three := three_steps(evidence, name.removesuffix(".LEVEL"))) is not None:
        return three
    codes = [code for code in evidence.codebook.codes if code.codable and code.value_set == name]
    if not codes:
        codes = [
            code for code in evidence.codebook.codes if code.codable and code.key.rpartition(".")[0] == name and name
        ]
    if len(codes) < 2:
        known = sorted({code.value_set for code in evidence.codes if code.value_set})
        raise InputProblem(
            N_("The codebook has no ordered scale {name}. Scales (value sets) of the codebook: {known}."),
            name=name,
            known=", ".join(known) or "–",
        )
    ends = [code.key.rpartition(".")[2] for code in codes]
    if all(end.isdigit() for end in ends):
        codes = [code for _number, code in sorted(zip(map(int, ends), codes, strict=True), key=lambda pair: pair[0])]
    return Scale(tuple(codes))


def any_of(code: Code, codes: Mapping[str, Code], keys: tuple[str, ...]) -> CodeRow:
    """Make a row that stands for any of several codes; keys that the codebook lacks are passed over."""
    return CodeRow(code, frozenset(codes[key].id for key in keys if key in codes))
