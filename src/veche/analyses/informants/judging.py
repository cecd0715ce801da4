"""Judgements of interviews on an ordered scale as columns of numbers, with what each rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from veche.analyses._shared.heads import SPEAKERS, Heads
from veche.analyses._shared.levels import Scale, scale_named
from veche.analyses._shared.places import BRANCHES
from veche.analyses._shared.sample import Bools, Sample, make_sample
from veche.measures.informants import Ints, Judgements, judgements
from veche.study.errors import InputProblem
from veche.study.evidence import Evidence
from veche.words import N_

#: groups in their order; the first that occurs is the measure of the others
_ORDER = {
    "speaker": ("outsider", "team", "self", "unknown"),
    "branch": ("expert", "media", "civic", "political", "business", "legislative", "executive", "other"),
}


@dataclass(frozen=True)
class Judging:
    """Judgements of a scale; entries of `codings`, `cases` ... stand in the order of the numbers in `data`."""

    sample: Sample
    scale: Scale
    data: Judgements
    #: ids of the codings of each judgement
    codings: tuple[tuple[str, ...], ...]
    #: (town, wave) by place
    cases: tuple[tuple[int, int], ...]
    #: ids of respondents
    reporters: tuple[str, ...]
    groups: tuple[str, ...]
    by: str

    @property
    def heard(self) -> Ints:
        """How many reporters judge each case."""
        return _different(self.data.case, self.data.reporter, self.data.cases)

    @property
    def speaking(self) -> Ints:
        """How many reporters speak as each group."""
        return _different(self.data.group, self.data.reporter, self.data.groups)

    @property
    def compared(self) -> Bools:
        """Which reporters judge a case that somebody else judges too: of the others nothing shows how they judge."""
        beside = self.heard[self.data.case] > 1
        return np.asarray(np.bincount(self.data.reporter[beside], minlength=self.data.reporters) > 0)

    @property
    def mixed(self) -> Bools:
        """Which groups judge a case that another group judges too: the others cannot be told apart from their places."""
        beside = _different(self.data.case, self.data.group, self.data.cases)[self.data.case] > 1
        return np.asarray(np.bincount(self.data.group[beside], minlength=self.data.groups) > 0)

    def group_name(self, at: int) -> str:
        """Name of a group (untranslated)."""
        return (SPEAKERS if self.by == "speaker" else BRANCHES)[self.groups[at]]


def _different(of: Ints, what: Ints, size: int) -> Ints:
    """Count the different values of one column beside each value of another."""
    pairs = np.unique(np.column_stack([of, what]), axis=0)
    return np.bincount(pairs[:, 0], minlength=size)


def make_judging(evidence: Evidence, scale: str, by: str) -> Judging:
    """Collect the judgements: each step of the scale that an interview asserts, once.

    Raises
    ------
    InputProblem
        If the codebook has no such scale, or no interview uses it.
    """
    steps = scale_named(evidence, scale)
    step_of = {code.id: at for at, code in enumerate(steps.steps)}
    sample = make_sample(evidence)
    place = {one.id: i for i, one in enumerate(sample.interviews)}
    said: dict[tuple[int, int], list[str]] = {}
    for coding, interview in evidence.counted():
        step, i = step_of.get(coding.code_id), place.get(interview.id)
        if step is not None and i is not None and coding.modality == "asserted":
            said.setdefault((i, step), []).append(coding.id)
    if not said:
        raise InputProblem(
            N_("No interview of this selection judges on the scale {scale}. Choose another scale or more interviews."),
            scale=scale,
        )
    keys = sorted(said)
    cases = sorted({(int(sample.town_of[i]), int(sample.wave_of[i])) for i, _ in keys})
    reporters = list(dict.fromkeys(sample.interviews[i].respondent_id for i, _ in keys))
    kinds = _groups(sample, by)
    groups = [one for one in _ORDER[by] if one in {kinds[i] for i, _ in keys}]
    at_case = {one: at for at, one in enumerate(cases)}
    at_reporter = {one: at for at, one in enumerate(reporters)}
    data = judgements(
        [step for _, step in keys],
        [at_case[int(sample.town_of[i]), int(sample.wave_of[i])] for i, _ in keys],
        [at_reporter[sample.interviews[i].respondent_id] for i, _ in keys],
        [groups.index(kinds[i]) for i, _ in keys],
        levels=len(steps.steps),
    )
    return Judging(
        sample, steps, data, tuple(tuple(said[key]) for key in keys), tuple(cases), tuple(reporters), tuple(groups), by
    )


def _groups(sample: Sample, by: str) -> list[str]:
    if by == "speaker":
        heads = Heads(sample.evidence)
        return [heads.speaker(one) for one in sample.interviews]
    branch = {role.id: role.branch for role in sample.evidence.roles}
    return [branch.get(one.role_id, "other") for one in sample.interviews]
