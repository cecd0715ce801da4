"""Processor time of the heavier analyses on a study that is already in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from veche.analyses.cooccurrence import cooccurrence
from veche.analyses.problem_field import problem_field
from veche.study import Evidence

#: each is done so many times, the quickest counts: what else the machine does only makes it slower
TIMES = 3


def _seconds(work: Callable[[], Any]) -> float:
    work()  # the first call also imports
    found = []
    for _again in range(TIMES):
        begin = time.process_time()
        work()
        found.append(time.process_time() - begin)
    return min(found)


def _root(evidence: Evidence) -> str:
    """The problem field if the study has one, else the top code with most codes below it."""
    codebook = evidence.codebook
    if "PROB" in codebook.by_key:
        return "PROB"
    return max(codebook.children(None), key=lambda code: len(codebook.below(code))).key


def run(evidence: Evidence) -> list[dict[str, Any]]:
    """Measure co-occurrence by passages and by turns, and the problem field with 1,000 resamples.

    Returns
    -------
    list of dict
        ``name``, ``value`` (seconds of processor time, one thread), ``unit`` and ``target``.
    """
    size = f"{len(evidence.interviews)} interviews, {len(evidence.codings)} codings, {len(evidence.codes)} codes"
    root = _root(evidence)
    parts: list[tuple[str, Callable[[], Any], float]] = [
        ("co-occurrence, overlapping passages", lambda: cooccurrence(evidence, modality="any"), 0.5),
        ("co-occurrence, same turn", lambda: cooccurrence(evidence, unit="turn", modality="any"), 0.5),
        ("problem field, 1,000 resamples", lambda: problem_field(evidence, root=root, resamples=1000), 2.0),
    ]
    return [
        {"name": f"{name} ({size})", "value": round(_seconds(work), 3), "unit": "s CPU", "target": target}
        for name, work, target in parts
    ]
