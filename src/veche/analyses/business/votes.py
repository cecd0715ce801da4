"""Votes of interviews for models of town hall and firm, and the model that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from veche.analyses._shared.codes import CodeRow, rows_under
from veche.analyses._shared.sample import Bools, Floats, Sample, make_sample
from veche.analyses._shared.scores import Scores
from veche.analyses._shared.share_tables import NamedScores
from veche.study.evidence import Evidence
from veche.words import N_

MIXED, FEW = "mixed", "few"
#: codes that say whom a passage is about
_FIRM, _SMALL = ("ACT.FIRM", "ACT.OWNER"), ("ACT.SME",)
#: who speaks, by the branch of the role
SIDES = {
    "authority": (N_("the authority"), frozenset({"executive", "legislative"})),
    "business": (N_("business"), frozenset({"business"})),
    "others": (N_("others"), frozenset({"political", "media", "civic", "expert", "other"})),
}


@dataclass(frozen=True)
class Votes:
    """Votes of interviews (first axis) for models (second); an interview that tells of none has NaN."""

    sample: Sample
    models: tuple[NamedScores, ...]
    #: codings left out because they are about small business alone
    aside: int

    @property
    def table(self) -> Floats:
        """Shape (interviews, models)."""
        if not self.models:
            return np.zeros((self.sample.size, 0))
        return np.stack([one.scores.values for one in self.models], axis=1)

    @property
    def sides(self) -> tuple[str, ...]:
        """Side of the speaker of each interview."""
        branch = {role.id: role.branch for role in self.sample.evidence.roles}
        of = {one: key for key, (_name, branches) in SIDES.items() for one in branches}
        return tuple(of[branch.get(one.role_id, "other")] for one in self.sample.interviews)

    def label(self, inside: Bools, least_share: float, least_reporters: int) -> str:
        """Key of the model of some interviews; `MIXED`; `FEW` respondents; empty if none of them tells of any."""
        found = self.table[inside]
        told = ~np.isnan(found).any(axis=1)
        if not told.any():
            return ""
        shares = found[told].mean(axis=0)
        best = int(shares.argmax())
        people = np.array([one.respondent_id for one in self.sample.interviews])[inside][told]
        if len(set(people)) < least_reporters:
            return FEW
        reporters = len(set(people[found[told][:, best] > 0]))
        alone = int((shares >= shares[best] - 1e-12).sum()) == 1
        clear = alone and shares[best] >= least_share - 1e-12 and reporters >= least_reporters
        return self.models[best].key if clear else MIXED

    def labels_without_one(self, inside: Bools, least_share: float, least_reporters: int) -> list[str]:
        """Labels of some interviews, each respondent who tells of a model left out in turn."""
        told = inside & ~np.isnan(self.table).any(axis=1)
        people = [one.respondent_id for one in self.sample.interviews]
        every = dict.fromkeys(people[i] for i in np.flatnonzero(told))
        without = [np.array([who != one for who in people]) & told for one in every]
        return [self.label(one, least_share, least_reporters) for one in without]


def make_votes(evidence: Evidence, root: str) -> Votes:
    """Count the votes for the models below a root code.

    Raises
    ------
    NotFound, InputProblem
        If the code is not in the codebook or has nothing below it.
    """
    sample = make_sample(evidence)
    rows = rows_under(evidence, root, "leaves")
    said, denied, aside = _said(sample, rows)
    counts = np.array([[bool(cell) for cell in one] for one in said], dtype=float).reshape(sample.size, len(rows))
    total = counts.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        values = np.where(total > 0, counts / total, np.nan)
    models = tuple(
        NamedScores(
            row.key,
            row.label,
            Scores(
                sample,
                values[:, k],
                tuple(tuple(said[i][k]) for i in range(sample.size)),
                tuple(
                    (*(one for other in range(len(rows)) if other != k for one in said[i][other]), *denied[i][k])
                    for i in range(sample.size)
                ),
            ),
        )
        for k, row in enumerate(rows)
    )
    return Votes(sample, models, aside)


Cells = list[list[list[str]]]


def _said(sample: Sample, rows: Sequence[CodeRow]) -> tuple[Cells, Cells, int]:
    """Ids of the codings that assert and that deny each model in each interview, and how many were left out."""
    evidence = sample.evidence
    place = {one.id: i for i, one in enumerate(sample.interviews)}
    column = {code: k for k, row in enumerate(rows) for code in row.ids}
    small = _small_only(evidence, frozenset(column))
    said: Cells = [[[] for _ in rows] for _ in sample.interviews]
    denied: Cells = [[[] for _ in rows] for _ in sample.interviews]
    aside = 0
    for coding, interview in evidence.counted():
        i, k = place.get(interview.id), column.get(coding.code_id)
        if i is None or k is None or coding.modality == "hypothetical":
            continue
        if coding.id in small:
            aside += 1
        elif coding.modality == "asserted":
            said[i][k].append(coding.id)
        else:
            denied[i][k].append(coding.id)
    return said, denied, aside


def _small_only(evidence: Evidence, wanted: frozenset[str]) -> frozenset[str]:
    """Codings of models that overlap a mark of small business and none of the firm."""
    kinds = {
        code.id: ("firm" if code.key in _FIRM else "small") for code in evidence.codes if code.key in _FIRM + _SMALL
    }
    marks: dict[str, list[tuple[int, int, str]]] = {}
    models = []
    for coding, _interview in evidence.counted():
        if coding.code_id in kinds:
            marks.setdefault(coding.document_id, []).append((coding.start, coding.end, kinds[coding.code_id]))
        elif coding.code_id in wanted:
            models.append(coding)
    found = set()
    for one in models:
        here = {kind for start, end, kind in marks.get(one.document_id, ()) if start < one.end and one.start < end}
        if here == {"small"}:
            found.add(one.id)
    return frozenset(found)
