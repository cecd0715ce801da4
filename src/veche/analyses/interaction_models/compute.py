"""From evidence to the tables of the models, and from every cell back to its statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from veche.analyses._shared.options import checked
from veche.analyses._shared.places import known_interviews
from veche.analyses._shared.relations import left_out_notes
from veche.analyses._shared.remarks import left_out
from veche.analyses.interaction_models import change, finding, tables, techniques, tone
from veche.analyses.interaction_models.cases import Cases, make_cases
from veche.analyses.interaction_models.grounds import support
from veche.study.evidence import Evidence
from veche.study.result import Result
from veche.words import N_, say

if TYPE_CHECKING:
    from veche.analyses.interaction_models import Params


def compute(evidence: Evidence, params: Params) -> Result:
    """Compute the tables ``memberships``, ``labels``, ``questions``, ``techniques``, ``tone``, ``consensus``, ``change``.

    Raises
    ------
    InputProblem
        If an option does not fit.
    """
    chosen = checked(params)
    cases = make_cases(evidence, chosen)
    found = tables.tables(cases) | {
        "techniques": techniques.table(cases),
        "tone": tone.tone_table(cases),
        "consensus": tone.consensus_table(cases),
        "change": change.table(cases),
    }
    labels = {str(label): str(kind) for label, kind in found["labels"]["type"].items()}
    return Result(
        tables=found,
        sentence=finding.sentence(cases, found),
        evidence=evidence,
        support=support(cases, labels),
        highlights=finding.highlights(cases, found),
        notes=tuple(_notes(cases, evidence)),
        seed=chosen.seed,
    )


def _notes(cases: Cases, evidence: Evidence) -> list[str]:
    relations = cases.held.relations
    notes = [*left_out(evidence, known_interviews(evidence)), *left_out_notes(relations)]
    outside = relations.count(~(cases.held.share > 0).any(axis=1))
    if outside:
        notes.append(
            say(
                N_("Statements on events outside the time of their wave or before the first visit, not counted: {n}."),
                n=outside,
            )
        )
    split = relations.count(
        np.bincount(_numbers(relations.statements), minlength=1)[_numbers(relations.statements)] > 1
    )
    if split:
        notes.append(say(N_("Statements divided over two holders of an office: {n}."), n=split))
    return notes


def _numbers(statements: tuple[object, ...]) -> NDArray[np.intp]:
    """Number the statements of acts: equal ones alike."""
    seen: dict[int, int] = {}
    return np.array([seen.setdefault(id(one), len(seen)) for one in statements], dtype=np.intp)
