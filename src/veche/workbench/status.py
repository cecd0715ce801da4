"""What a study holds, and what is to be done next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from veche.study import Evidence
from veche.study.errors import N_
from veche.text.transcripts import Notice
from veche.workbench.study import Study


@dataclass(frozen=True, slots=True)
class Grid:
    """Interviews by town (rows) and wave (columns)."""

    waves: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Status:
    """Name, evidence, counts by town and wave, next steps."""

    name: str
    evidence: Evidence
    grid: Grid
    next_steps: tuple[Notice, ...]


def take_status(study: Study) -> Status:
    """Take the state of a study."""
    evidence = study.evidence()
    return Status(evidence.study.name, evidence, _grid(evidence), tuple(_next(study, evidence)))


def _grid(evidence: Evidence) -> Grid:
    counts = Counter((one.town_id, one.wave_id) for one in evidence.interviews)
    waves = [wave for wave in evidence.waves if any(w == wave.id for _, w in counts)]
    rows = tuple(
        (town.name, tuple(counts.get((town.id, wave.id), 0) for wave in waves))
        for town in evidence.towns
        if any(t == town.id for t, _ in counts)
    )
    return Grid(tuple(wave.label for wave in waves), rows)


def _next(study: Study, evidence: Evidence) -> list[Notice]:
    """Say what is to be done, the first thing first."""
    steps: list[Notice] = []
    if not evidence.documents:
        steps.append(
            Notice(
                N_(
                    "No transcripts yet. Fill in a table (`veche template interviews`), then `veche add FOLDER --table ...`."
                )
            )
        )
        return steps
    loose = [one.name for one in evidence.documents if one.interview_id not in evidence.interview_by_id]
    if loose:
        steps.append(
            Notice(
                N_("{count} documents belong to no interview and are not counted: {names}."),
                (("count", len(loose)), ("names", _few(loose))),
            )
        )
    if waiting := len(study.unplaced()):
        steps.append(
            Notice(
                N_("{count} codings wait for a place in a corrected transcript (`veche codebook --unplaced`)."),
                (("count", waiting),),
            )
        )
    coded = {interview.id for _, interview in evidence.counted()}
    uncoded = [one.key for one in evidence.interviews if one.id not in coded]
    if uncoded:
        steps.append(
            Notice(
                N_("{count} interviews have no coding yet: {names}."),
                (("count", len(uncoded)), ("names", _few(uncoded))),
            )
        )
    elif evidence.interviews:
        steps.append(Notice(N_("Every interview is coded. `veche run problem-field` compares towns and waves.")))
    return steps


def _few(names: list[str]) -> str:
    return ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
