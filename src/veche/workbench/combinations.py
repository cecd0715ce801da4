"""What a researcher moves in the set-theoretic comparison of a study: the numbers of its rule, and the settings of `qca`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from veche.analyses.ideal_types import Params as TypeParams
from veche.analyses.qca import RULE
from veche.analyses.qca.rule import SetRule, read_rule, write_rule
from veche.study.errors import N_, InputProblem

#: answers that may span the space of ideal types, with their words
INDICATORS: Mapping[str, str] = {
    "PREVAILS": N_("the head prevails"), "SETTLED": N_("settled for good"), "CAMP": N_("a lasting rival camp"), "EXCHANGE": N_("by exchange"),
    "MANIPULATION": N_("by manipulation"), "REASONS": N_("by reasons"), "PRESSURE": N_("by pressure"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Knob:
    """One number of a set that can be moved: its place, its value, the code it belongs to (none for anchors), and its bounds."""

    at: int
    value: float
    code: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A set of the rule: how it is calibrated (verbal, crisp, three, six, indirect, values, before), from which codes, and what can be moved."""

    name: str
    kind: str
    codes: tuple[str, ...]
    knobs: tuple[Knob, ...]


def sets_of(rule: str) -> tuple[Calibrated, ...]:
    """Read a rule into its sets; an empty one is the rule that is there by itself.

    Raises
    ------
    InputProblem
        For what cannot be read.
    """
    return tuple(map(_calibrated, read_rule(rule or RULE)))


def _calibrated(rule: SetRule) -> Calibrated:
    kind = {1: "crisp", 3: "three", 6: "six"}[len(rule.anchors)] if rule.kind == "share" else rule.kind
    codes = rule.judgements or ("",) * len(rule.numbers)
    knobs = tuple(
        Knob(at, round(value, 6), code, 0.0, 1.0)
        for at, (value, code) in enumerate(zip(rule.numbers, codes, strict=True))
    )
    return Calibrated(rule.name, kind, rule.codes, knobs)


def rule_with(rule: str, moves: Mapping[tuple[str, int], float]) -> str:
    """Give the rule with some numbers moved, written in full: (set, place) -> value.

    Raises
    ------
    InputProblem
        If a set or place is not there, or the numbers then do not rise.
    """
    rules = {one.name: one for one in read_rule(rule or RULE)}
    numbers = {name: list(one.numbers) for name, one in rules.items()}
    for (name, at), value in moves.items():
        if name not in rules or not 0 <= at < len(numbers[name]):
            raise InputProblem(
                N_("The rule has no number {at} of a set {name}. Its sets: {known}."),
                name=name,
                at=at + 1,
                known=", ".join(rules),
            )
        numbers[name][at] = value
    return write_rule([one.with_numbers(numbers[name]) for name, one in rules.items()])


#: the options of the analysis of ideal types as they are declared
TYPES = TypeParams()
