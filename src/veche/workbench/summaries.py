"""Writing the summaries of a framework matrix, moving them with their codes, and letting them out."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

from veche.privacy import Release, ReleasedSummary, release_summaries
from veche.store.journal import Edit
from veche.study import Conflict, Evidence, Summary
from veche.study.errors import N_
from veche.workbench.framework import CellKey, Matrix
from veche.workbench.study import Study


def summary_at(study: Study, key: CellKey) -> Summary | None:
    """Return the summary of a cell, if there is one."""
    case_id, wave_id, code_id = key
    found = study.store.having(Summary, "case_id", [case_id])
    return next((one for one in found if one.code_id == code_id and (one.wave_id or "") == wave_id), None)


def write_summary(study: Study, key: CellKey, text: str, *, rev: int, grounds: Sequence[str]) -> Summary | None:
    """Write, change or (with an empty text) remove the summary of a cell; returns it as it is then.

    Parameters
    ----------
    study
        The open study.
    key
        Case, wave (empty for all), code.
    text
        The analyst's words.
    rev
        Revision of the summary on which the change is based; 0 if there was none.
    grounds
        Prints of the quotations that were shown beside it.

    Raises
    ------
    Conflict
        If somebody wrote or removed it meanwhile.
    InputProblem
        If the case or the code is not in the study.
    """
    held = summary_at(study, key)
    if (held.rev if held else 0) != rev:
        raise Conflict(
            N_("This summary was changed meanwhile. It now reads: “{text}”. Load the page again and go on from it."),
            text=held.text if held else "–",
        )
    if not text.strip():
        if held is not None:
            with study.store.edit(study.who, "remove summary") as edit:
                edit.remove(Summary, held.id, rev=rev)
        return None
    case_id, wave_id, code_id = key
    with study.store.edit(study.who, "write summary") as edit:
        written = Summary(
            case_id=case_id, wave_id=wave_id or None, code_id=code_id, text=text.strip(), coder_id=study.coder(None, edit).id,
            made=dt.datetime.now(dt.timezone.utc).replace(tzinfo=None, microsecond=0), grounds=tuple(grounds),
        )  # fmt: skip
        if held is not None:
            return edit.replace(dataclasses.replace(written, id=held.id), rev=rev)
        edit.add(written)
    return dataclasses.replace(written, rev=1)


def move_summaries(study: Study, edit: Edit, source_ids: Iterable[str], target_id: str) -> None:
    """Give the summaries of some codes to another one; where two meet in a cell, their texts stand in one, a blank line between."""
    homes = {_cell(one): one for one in study.store.having(Summary, "code_id", [target_id])}
    for one in study.store.having(Summary, "code_id", source_ids):
        held = homes.get(_cell(one))
        if held is None:
            homes[_cell(one)] = edit.replace(dataclasses.replace(one, code_id=target_id))
            continue
        grounds = tuple(dict.fromkeys((*held.grounds, *one.grounds)))
        edit.remove(Summary, one.id)
        homes[_cell(one)] = edit.replace(dataclasses.replace(held, text=f"{held.text}\n\n{one.text}", grounds=grounds))


def _cell(one: Summary) -> tuple[str, str | None]:
    return one.case_id, one.wave_id


def release_matrix(evidence: Evidence, made: Matrix, language: str) -> Release:
    """Release the summaries of a matrix, row by row, after consent."""
    waves = {one.id: one.label or one.key for one in evidence.waves}
    found = []
    for case, row in zip(made.cases, made.rows, strict=True):
        for theme, cell in zip(made.themes, row, strict=True):
            if cell.summary is not None:
                changed = len(cell.since.added) + len(cell.since.removed) + len(cell.since.moved)
                text = cell.summary.text
                one = ReleasedSummary(
                    case.name,
                    waves.get(cell.key[1], ""),
                    f"{theme.code.key} {theme.code.label(language)}",
                    text,
                    len(cell.codings),
                    changed,
                )
                found.append((one, [*cell.codings, *(each.partition(":")[0] for each in cell.summary.grounds)]))
    return release_summaries(evidence, found)
