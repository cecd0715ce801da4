"""The rule that turns codes into memberships, written once by the researcher."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np

from veche.sets.calibration import VERBAL, Floats, calibrate, crisp
from veche.study.errors import InputProblem
from veche.words import N_

Kind = Literal["verbal", "share", "indirect", "values", "before"]


@dataclass(frozen=True, slots=True)
class SetRule:
    """One set, by its kind.

    verbal
        Judgement codes with their memberships.
    share
        One code with anchors of the share of interviews that mention it: one threshold (crisp), three (out, crossover, in) or six (a bell);
        `linear` between them instead of logistic.
    indirect
        One code whose share of interviews is calibrated by the judgement codes behind it, with their memberships (indirect method).
    values
        One code with two thresholds or more of that share, rising: a condition of several values, 0 below the first.
    before
        Two names (codes, kinds of events or of statements): what came first in a town.
    """

    name: str
    kind: Kind
    codes: tuple[str, ...]
    memberships: tuple[float, ...] = ()
    anchors: tuple[float, ...] = ()
    linear: bool = False

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers a researcher may move: memberships of the codes, or anchors."""
        return self.anchors or self.memberships

    @property
    def fuzzy(self) -> bool:
        """Whether it gives memberships: values and what came first are none."""
        return self.kind not in ("values", "before")

    @property
    def judgements(self) -> tuple[str, ...]:
        """Codes that judge, from out to in; none of a share or of what came first."""
        return self.codes[len(self.codes) - len(self.memberships) :]

    def with_numbers(self, numbers: Sequence[float]) -> SetRule:
        """Give the rule with other numbers.

        Raises
        ------
        InputProblem
            If they do not rise.
        """
        return read_set(self.name, _words(self, numbers))

    def memberships_of(self, shares: Sequence[float]) -> Floats:
        """Calibrate shares of interviews by the anchors."""
        if self.kind == "values" or len(self.anchors) == 1:
            return crisp(shares, *self.anchors).astype(float)
        return calibrate(shares, *self.anchors, shape="linear" if self.linear else "logistic")

    def __str__(self) -> str:
        """Write it as it is read."""
        return f"{self.name} = {' '.join(_words(self, self.numbers))}"


def _words(rule: SetRule, numbers: Sequence[float]) -> list[str]:
    said = [f"{one:.6g}" for one in numbers]
    if rule.kind == "before":
        return ["before", *rule.codes]
    if rule.kind == "share":
        return ["share", rule.codes[0], *said, *(["linear"] if rule.linear else [])]
    if rule.kind == "values":
        return ["values", rule.codes[0], *said]
    judged = [f"{code}:{value}" for code, value in zip(rule.judgements, said, strict=True)]
    return ["indirect", rule.codes[0], *judged] if rule.kind == "indirect" else judged


def write_rule(rules: Sequence[SetRule]) -> str:
    """Write a rule as `read_rule` reads it."""
    return "; ".join(map(str, rules))


def read_rule(text: str) -> tuple[SetRule, ...]:
    """Read a rule: sets separated by ``;`` or line ends, each ``NAME = ...``.

    Raises
    ------
    InputProblem
        For what cannot be read; the message names the set and says how it is written.
    """
    found: list[SetRule] = []
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        name, sign, said = (one.strip() for one in part.partition("="))
        words = said.split()
        if not sign or not re.fullmatch(r"[^\W\d]\w*", name) or len(words) < 2:
            raise InputProblem(
                N_("The rule has {part}. Write each set as NAME = CODE CODE ... from out to in, or NAME = share CODE 0.2 0.5 0.8."),
                part=part.strip(),
            )  # fmt: skip
        if any(one.name == name for one in found):
            raise InputProblem(N_("The rule names the set {name} twice. Give each set a name of its own."), name=name)
        found.append(read_set(name, words))
    if len(found) < 2:
        raise InputProblem(
            N_("The rule has {count} sets. Give the outcome and at least one condition."), count=len(found)
        )
    return tuple(found)


def read_set(name: str, words: Sequence[str]) -> SetRule:
    """Read what stands right of the sign of equality.

    Raises
    ------
    InputProblem
        For what cannot be read.
    """
    readers = {"share": _share, "indirect": _indirect, "values": _values, "before": _before}
    return readers.get(words[0], _verbal)(name, words)


def _share(name: str, words: Sequence[str]) -> SetRule:
    try:
        anchors = tuple(float(one) for one in words[2:] if one != "linear")
        made = SetRule(name, "share", (words[1],), anchors=anchors, linear="linear" in words[2:])
        if not anchors or not np.isfinite(anchors).all():
            raise ValueError
        if len(anchors) == 1 and not 0 < anchors[0] <= 1:
            raise ValueError
        made.memberships_of([0.0])
    except (ValueError, IndexError, InputProblem):
        raise InputProblem(
            N_("Set {name} has the anchors {anchors}. Give three shares, rising or falling: out, crossover, in; or one threshold "
               "for a crisp set; or six for a bell."),
            name=name, anchors=" ".join(words[2:]) or "–",
        ) from None  # fmt: skip
    return made


def _verbal(name: str, words: Sequence[str]) -> SetRule:
    codes, steps = _judged(name, words)
    return SetRule(name, "verbal", codes, memberships=steps)


def _indirect(name: str, words: Sequence[str]) -> SetRule:
    if len(words) < 4 or words[1] in {one.partition(":")[0] for one in words[2:]}:
        raise InputProblem(
            N_("Set {name} is written {words}. Give the code whose share is calibrated, and two or more other codes that judge it, from out to in: "
               "indirect CODE LOW HIGH."),
            name=name, words=" ".join(words),
        )  # fmt: skip
    codes, steps = _judged(name, words[2:])
    return SetRule(name, "indirect", (words[1], *codes), memberships=steps)


def _values(name: str, words: Sequence[str]) -> SetRule:
    try:
        cuts = tuple(float(one) for one in words[2:])
    except ValueError:
        cuts = ()
    if len(cuts) < 2 or not all(b > a for a, b in pairwise((0.0, *cuts))) or cuts[-1] > 1:
        raise InputProblem(
            N_("Set {name} is written {words}. Give the code and two or more thresholds of its share, rising, over 0 up to 1: values CODE 0.3 0.6."),
            name=name, words=" ".join(words),
        )  # fmt: skip
    return SetRule(name, "values", (words[1],), anchors=cuts)


def _before(name: str, words: Sequence[str]) -> SetRule:
    if len(words) != 3 or words[1] == words[2]:
        raise InputProblem(
            N_("Set {name} is written {words}. Name two things, the one that is asked to come first in front: before FIRST SECOND."),
            name=name, words=" ".join(words),
        )  # fmt: skip
    return SetRule(name, "before", tuple(words[1:]))


def _judged(name: str, words: Sequence[str]) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Read codes that judge, each with its membership or none of them."""
    codes = tuple(one.partition(":")[0] for one in words)
    given = [one.partition(":")[2] for one in words if ":" in one]
    try:
        steps = (
            tuple(float(one) for one in given)
            if given
            else VERBAL.get(len(codes), tuple(np.linspace(0, 1, len(codes)).tolist()))
        )
    except ValueError:
        steps = ()
    rising = all(b > a for a, b in pairwise(steps))
    if len(steps) != len(codes) or not rising or not 0 <= steps[0] <= steps[-1] <= 1 or len(set(codes)) < len(codes):
        raise InputProblem(
            N_("Set {name} is written {words}. Give each code once, from out to in, with memberships rising from 0 to 1 or with none."),
            name=name, words=" ".join(words),
        )  # fmt: skip
    return codes, steps


#: largest file of a rule, in bytes
MOST = 1_000_000


def read_rule_file(file: str) -> tuple[SetRule, ...]:
    """Read a rule from a YAML file, with one entry for each set.

    NAME: a list of codes, a mapping of codes to memberships, {share: CODE, anchors: [out, cross, in]} (if wished with ``shape: linear``),
    {share: CODE, judged: a list or mapping of codes} (indirect method), {share: CODE, values: [0.3, 0.6]} (several values), or
    {before: [FIRST, SECOND]}.

    Raises
    ------
    InputProblem
        If the file cannot be read, or for what stands in it.
    """
    import yaml

    path = Path(file)
    try:
        if path.suffix.lower() not in (".yaml", ".yml") or path.stat().st_size > MOST:
            raise ValueError
        found = yaml.safe_load(path.read_text("utf-8"))
        if not isinstance(found, dict):
            raise ValueError
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        raise InputProblem(
            N_("The rule cannot be read from {file}. Give a YAML file in UTF-8 with one line for each set, as NAME: [CODE, CODE]."),
            file=path.name,
        ) from None  # fmt: skip
    return read_rule(";".join(f"{name} = {_said(said)}" for name, said in found.items()))


def _said(said: object) -> str:
    if isinstance(said, dict) and "before" in said:
        return f"before {_said(said['before'])}"
    if isinstance(said, dict) and "judged" in said:
        return f"indirect {said.get('share', '')} {_said(said['judged'])}"
    if isinstance(said, dict) and "values" in said:
        return f"values {said.get('share', '')} {_said(said['values'])}"
    if isinstance(said, dict) and "share" in said:
        anchors = said.get("anchors")
        shape = ("linear",) if said.get("shape") == "linear" else ()
        return " ".join(
            map(str, ("share", said["share"], *(anchors if isinstance(anchors, list) else (anchors,)), *shape))
        )
    if isinstance(said, dict):
        return " ".join(f"{code}:{value}" for code, value in said.items())
    return " ".join(map(str, said)) if isinstance(said, list) else str(said)
