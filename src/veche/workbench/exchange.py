"""Exchange with other programs: a foreign project comes in as one act, a whole study goes out through its release.

read_project(path)  ->  ForeignStudy                       nothing is changed
plan_project(study, path)  ->  Coming                      what would come, what is known, what is lost
add_project(study, coming)  ->  entry of the journal       all of it, or nothing; undone as one act
write_project(study, path)  ->  Written                    through the release: consent first
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from veche.importers.fitting import fit
from veche.importers.foreign import Asked, ForeignFile, ForeignStudy, Reading, by_kind
from veche.privacy import Release, release_study
from veche.store import Store
from veche.store.database import remove
from veche.study import Consent, Document, Evidence, InputProblem, NotFound, Record, StudyInfo, Text, VecheError
from veche.study.errors import N_
from veche.study.losses import Loss, Written, loss
from veche.study.registry import ProjectExporter, ProjectImporter
from veche.study.whole import records_of
from veche.workbench import registry
from veche.workbench.ingest import Planner, Progress
from veche.workbench.study import TOGETHER, Study

__all__ = [
    "Came", "Coming", "ForeignStudy", "Reading", "add_project", "by_kind", "closed", "fit_project", "new_from_project", "plan_project",
    "read_project", "release_whole", "with_table", "write_project",
]  # fmt: skip

_NO_ROW = N_("no row of the table names it: it comes, but belongs to no interview yet")


@dataclass(frozen=True)
class Coming:
    """The plan of an import: what a foreign project brings into a study.

    Parameters
    ----------
    path, importer, program
        The project, what read it, and which program says that it wrote it.
    records, texts, files
        What would be added.
    known
        How many records the study has already.
    losses
        What has no place, item by item.
    readings
        How positions in texts were read, and how sure that is.
    """

    path: Path
    importer: ProjectImporter
    program: str
    records: tuple[Record, ...]
    texts: tuple[Text, ...]
    files: tuple[ForeignFile, ...]
    known: int
    losses: tuple[Loss, ...]
    readings: tuple[Reading, ...]

    @property
    def asks(self) -> bool:
        """Should a person choose a reading of positions before this is added?"""
        return any(one.asks for one in self.readings)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many records of each kind would be added: noun -> number."""
        return by_kind(self.records)


@dataclass(frozen=True, slots=True)
class Came:
    """What an import of a project did."""

    records: int
    documents: int
    entry: int


def read_project(
    path: str | Path,
    *,
    reading: str | None = None,
    encoding: str | None = None,
    language: Literal["ru", "en"] = "ru",
    evidence: Evidence | None = None,
) -> tuple[ProjectImporter, ForeignStudy]:
    """Read a project of another program; nothing is written anywhere.

    Parameters
    ----------
    path
        File or folder.
    reading
        Name of the reading of positions to take; by default it is found out.
    encoding
        Encoding of texts that are not UTF-8; by default such are refused.
    language
        Language of labels and texts whose language the project does not say.
    evidence
        The study into which the project goes, for formats that hold quotations without their texts.

    Raises
    ------
    InputProblem
        If the project cannot be used; the message says what, where, and what to do.
    NotFound
        If there is no such file.
    """
    given = Path(path)
    try:
        there = given.exists()
    except (OSError, ValueError):
        there = False
    if not there:
        raise NotFound(N_("There is no file or folder {name}. Check the path."), name=path)
    chosen = registry.project_importer(given)
    asked = Asked(reading=reading, encoding=encoding, language=language, evidence=evidence)
    try:
        found: ForeignStudy = chosen.read(given, asked)
    except VecheError:
        raise
    except OSError as error:
        raise InputProblem(
            N_("{name} cannot be read: {reason}. Check the rights."), name=given.name, reason=error.strerror or error
        ) from error
    except RecursionError as error:
        raise InputProblem(
            N_("{file} is nested more deeply than any project. Export it anew."), file=given.name
        ) from error
    except Exception as error:  # a reader of others may fail in any way
        raise InputProblem(
            N_("{file} could not be read as {format}: {reason}. Export it anew from the program that made it."),
            file=given.name,
            format=chosen.name,
            reason=f"{type(error).__name__} {error}"[:120],
        ) from error
    return chosen, found


def plan_project(study: Study, path: str | Path, *, reading: str | None = None, encoding: str | None = None) -> Coming:
    """Read a project and say what adding it to the study would do; nothing is changed."""
    evidence = study.evidence()
    chosen, found = read_project(
        path, reading=reading, encoding=encoding, language=evidence.study.language, evidence=evidence
    )
    return fit_project(study, Path(path), chosen, found, evidence)


def fit_project(
    study: Study, path: Path, importer: ProjectImporter, found: ForeignStudy, evidence: Evidence | None = None
) -> Coming:
    """Say what adding a project that was read already would do to the study."""
    ids, texts = study.store.occupied()
    fitted = fit(found, evidence if evidence is not None else study.evidence(), ids, texts)
    return Coming(
        path, importer, found.program, fitted.records, fitted.texts, found.files, fitted.known,
        (*found.losses, *fitted.losses), found.readings,
    )  # fmt: skip


def with_table(study: Study, coming: Coming, table: Path) -> Coming:
    """Put the documents of a plan to interviews, by a table of interviews that names them.

    Raises
    ------
    InputProblem
        If a row of the table cannot be used; nothing is changed then.
    """
    from veche.importers.interview_table import read_interview_table

    planner = Planner(study.store, (), read_interview_table(table))
    records: list[Record] = []
    losses = list(coming.losses)
    for one in coming.records:
        if isinstance(one, Document) and one.interview_id is None:
            interview = planner.interview_of(one.name)
            if interview is None:
                losses.append(loss(one.noun, one.name, table.name, _NO_ROW))
            else:
                one = dataclasses.replace(one, interview_id=interview.id)
        records.append(one)
    plan = planner.finish()
    brought: list[Record] = [*plan.regions, *plan.towns, *plan.respondents, *plan.interviews]
    losses.extend(loss(N_("table"), table.name, "", one.template, **dict(one.fields)) for one in plan.notices)
    return dataclasses.replace(coming, records=(*brought, *records), losses=tuple(losses))


def add_project(study: Study, coming: Coming, *, progress: Progress | None = None) -> Came:
    """Carry out a plan as one act: all of it, or nothing if it is interrupted. `undo` takes it back whole."""
    if not coming.records and not coming.texts:
        return Came(0, 0, study.store.last_entry())
    study.store.reindex()
    with study.store.edit(study.who, "import project", coming.path.name) as edit:
        for start in range(0, len(coming.texts), TOGETHER):
            if progress is not None:
                progress(start, len(coming.texts), "")
            edit.add_texts(coming.texts[start : start + TOGETHER])
        for file in coming.files:
            edit.add_file(file.sha256, file.name, file.content)
        edit.add(*coming.records)
        if progress is not None:
            progress(len(coming.texts), len(coming.texts), "")
    documents = sum(isinstance(one, Document) for one in coming.records)
    return Came(len(coming.records), documents, study.store.last_entry())


def new_from_project(
    target: str | Path,
    path: str | Path,
    *,
    name: str | None = None,
    language: Literal["ru", "en"] = "ru",
    reading: str | None = None,
    encoding: str | None = None,
    who: str | None = None,
    progress: Progress | None = None,
) -> tuple[Study, Coming]:
    """Make a new study of a foreign project: nothing else is in it.

    Raises
    ------
    InputProblem
        If the project cannot be used; no file is made then.
    StudyFileProblem
        If the target exists or cannot be written.
    """
    chosen, found = read_project(path, reading=reading, encoding=encoding, language=language)
    info = found.info or StudyInfo(name=Path(path).stem, language=language)
    if name:
        info = dataclasses.replace(info, name=name)
    store = Store.create(target, info, who=who or "veche")
    study = Study(store, who=who)
    try:
        coming = fit_project(study, Path(path), chosen, found)
        add_project(study, coming, progress=progress)
    except BaseException:
        study.close()
        remove(target)
        raise
    return study, coming


def release_whole(
    study: Study, *, levels: Collection[Consent] | None = None, originals: bool = False, **where: Any
) -> Release:
    """Release the whole study, or the part that the options select, after consent.

    Parameters
    ----------
    levels
        Consents whose words may leave as they are; by default *quote* alone.
    originals
        May the files leave from which the documents came?
    """
    given: dict[str, Any] = {} if levels is None else {"levels": tuple(levels)}
    evidence = study.evidence(**where)
    return release_study(
        closed(evidence) if any(where.values()) else evidence,
        originals=study.store.file if originals else None,
        **given,
    )


def closed(evidence: Evidence) -> Evidence:
    """Leave out of a part of a study what hangs on things that are not in the part."""
    there = {one.id for one in records_of(evidence)}
    return dataclasses.replace(
        evidence,
        memos=tuple(one for one in evidence.memos if one.target_id in there),
        attributes=tuple(one for one in evidence.attributes if one.target_id in there),
        summaries=tuple(one for one in evidence.summaries if one.case_id in there),
        publications=tuple(
            dataclasses.replace(one, interviews=tuple(each for each in one.interviews if each in there))
            for one in evidence.publications
        ),
    )


def write_project(
    study: Study,
    path: str | Path,
    *,
    format: str | None = None,
    levels: Collection[Consent] | None = None,
    originals: bool = False,
    **where: Any,
) -> Written:
    """Write the whole study, or the part that the options select, for another program.

    Returns
    -------
    Written
        The files, and what stays or has no place: by consent first, then by format.

    Raises
    ------
    Refused
        If the consents let nothing out.
    InputProblem
        If there is no such format, or the file cannot be written.
    """
    target = Path(path)
    chosen: ProjectExporter = registry.project_exporter(target, format)
    if not target.parent.exists():
        raise InputProblem(N_("There is no folder {name}. Make it first."), name=target.parent)
    release = release_whole(study, levels=levels, originals=originals, **where)
    written = chosen.write(release, target)
    return Written(written.files, (*release.losses, *written.losses))
