"""Statements as a list of dated events for R: one row for each source and target, in order of time (relevent, goldfish, amen)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from veche.exporters._claims import Claim, claims
from veche.exporters._left_out import left_out, name_of, where_of
from veche.exporters._writing import replacing
from veche.privacy import Release
from veche.study import Actor, Evidence, Interview, Office, Respondent, Statement, StatementKind, Town, Wave
from veche.study.errors import N_
from veche.study.losses import Loss, Written
from veche.study.registry import project_exporter

COLUMNS = (
    "time", "source", "target", "type", "weight", "day", "end", "dated", "family", "symmetric", "valence", "tone", "readiness", "modality",
    "certainty", "outcome", "issue", "wave", "town", "interview", "reporter", "statement",
)  # fmt: skip
_KEPT = (Statement, StatementKind, Actor, Office, Wave, Town, Interview, Respondent)
_UNDATED = N_("it has neither a day of its event nor an interview with a day")
_EPOCH = 719_163  # days from 1 January of year 1 to 1970, as Python counts them


@project_exporter("events", title=N_("List of events for R (CSV)"), extension=".events.csv")
def events(release: Release, path: Path) -> Written:
    """Write UTF-8 without a byte order mark, missing values as NA, numbers with a point: `read.csv` takes it as it is.

    `time` is the day of the event (ISO), or of the telling where the event has none (`dated` says which); `day` the same as days since 1970-01-01;
    `weight` the confidence of the statement, above 0 and at most 1.
    """
    evidence = release.held_study
    losses: list[Loss] = []
    rows = sorted(_rows(evidence, losses), key=lambda row: (row[0], row[-1], row[1], row[2]))
    losses += left_out(evidence, _KEPT)
    with replacing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(["NA" if cell is None or cell == "" else cell for cell in row] for row in rows)
    return Written((path,), tuple(losses))


def _rows(evidence: Evidence, losses: list[Loss]) -> Iterator[tuple[Any, ...]]:
    told: set[str] = set()
    for claim in claims(evidence):
        if claim.day is not None:
            yield _row(claim)
        elif claim.statement.id not in told:
            told.add(claim.statement.id)
            one = claim.statement
            losses.append(Loss(one.noun, name_of(evidence, one), where_of(evidence, one), _UNDATED))


def _row(claim: Claim) -> tuple[Any, ...]:
    one, day = claim.statement, claim.day
    assert day is not None
    return (
        day.isoformat(), claim.source, claim.target, claim.kind.key, one.confidence, day.toordinal() - _EPOCH,
        one.end.isoformat() if one.end else None, claim.dated, claim.kind.family, int(claim.kind.symmetric), claim.valence, one.tone,
        one.readiness, one.modality, one.certainty, one.outcome, one.issue, claim.wave, claim.town,
        claim.interview.key if claim.interview else None, claim.reporter, one.id,
    )  # fmt: skip
