"""The door to veche: open a study, edit it, take evidence, run analyses. Notebooks and both faces come through here."""

from __future__ import annotations

from pathlib import Path

from veche.store import Store
from veche.study import StudyInfo
from veche.study.errors import N_, InputProblem
from veche.workbench.choosing import WHERE_FIELDS, make_where
from veche.workbench.ingest import Item, Plan, Progress
from veche.workbench.make import new, open_demo, starter
from veche.workbench.study import Added, Study

__all__ = [
    "WHERE_FIELDS", "Added", "Item", "Plan", "Progress", "Study", "StudyInfo", "make_where", "new", "open", "open_demo", "starter",
]  # fmt: skip


def open(target: str | Path, *, who: str | None = None) -> Study:
    """Open a study.

    Parameters
    ----------
    target
        Path of a .veche file, or the address of a PostgreSQL database (``postgresql://...``).
    who
        Key of the person who works, as it will stand in the journal.

    Raises
    ------
    NotFound
        If there is no such file.
    StudyFileProblem
        If it is no study, damaged, in use, or made by a newer veche.
    """
    if not str(target):
        raise InputProblem(N_("Give the path of a study (a .veche file)."))
    return Study(Store.open(target), who=who)
