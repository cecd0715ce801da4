"""The rule that turns codes into memberships, written once by the researcher."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from veche.sets.calibration import VERBAL, calibrate
from veche.study.errors import InputProblem
from veche.words import N_


@dataclass(frozen=True, slots=True)
class SetRule:
    """One set: judgement codes with their memberships, or one code with anchors of the share of interviews that mention it."""

    name: str
    codes: tuple[str, ...]
    memberships: tuple[float, ...] = ()
    anchors: tuple[float, ...] = ()


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
        found.append(_share(name, words) if words[0] == "share" else _verbal(name, words))
    if len(found) < 2:
        raise InputProblem(
            N_("The rule has {count} sets. Give the outcome and at least one condition."), count=len(found)
        )
    return tuple(found)


def _share(name: str, words: Sequence[str]) -> SetRule:
    try:
        anchors = tuple(float(one) for one in words[2:])
        calibrate([0.0], *anchors)
        if len(anchors) != 3:
            raise ValueError
    except (ValueError, InputProblem):
        raise InputProblem(
            N_("Set {name} has the anchors {anchors}. Give three shares, rising or falling: out, crossover, in."),
            name=name, anchors=" ".join(words[2:]) or "–",
        ) from None  # fmt: skip
    return SetRule(name, (words[1],), anchors=anchors)


def _verbal(name: str, words: Sequence[str]) -> SetRule:
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
    return SetRule(name, codes, memberships=steps)


#: largest file of a rule, in bytes
MOST = 1_000_000


def read_rule_file(file: str) -> tuple[SetRule, ...]:
    """Read a rule from a YAML file: NAME: a list of codes, a mapping of codes to memberships, or {share: CODE, anchors: [out, cross, in]}.

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
    if isinstance(said, dict) and "share" in said:
        anchors = said.get("anchors")
        return " ".join(map(str, ("share", said["share"], *(anchors if isinstance(anchors, list) else (anchors,)))))
    if isinstance(said, dict):
        return " ".join(f"{code}:{value}" for code, value in said.items())
    return " ".join(map(str, said)) if isinstance(said, list) else str(said)
