"""Adding transcripts: drop files, see what was recognised in each, say what each interview is, add them all as one act."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.datastructures import UploadFile as Sent
from starlette.responses import HTMLResponse, RedirectResponse, Response

from veche import words
from veche.study import InputProblem, Respondent, Role, Town, VecheError, Wave
from veche.study.errors import N_
from veche.text.transcripts import SpeakerKind
from veche.web.pages._import_view import KINDS, file_of, not_kept
from veche.web.rendering import NavItem, render
from veche.web.state import State, TheState
from veche.web.uploads import LARGEST, Upload
from veche.words import _
from veche.workbench import Plan

router = APIRouter()
NAVIGATION = (NavItem("material", N_("Add transcripts"), "/import", 30),)

#: what is asked about each interview
FIELDS = ("interview", "town", "date", "wave", "respondent", "role", "consent")


@router.get("/import", response_class=HTMLResponse, include_in_schema=False)
def drop_page(request: Request, added: Annotated[int, Query(ge=0, le=1_000_000)] = 0) -> HTMLResponse:
    """Show where to drop transcripts."""
    return render(request, "import.html", phase="material", added=added, problems=[])


@router.post("/import", response_class=HTMLResponse, include_in_schema=False)
async def receive(request: Request, state: TheState) -> Response:
    """Take the dropped files and show what is in them; what cannot be kept is said beside its name."""
    upload = state.uploads.start()
    async with request.form(max_files=2000, max_fields=50) as form:
        await _keep(upload, form)
        upload.update = form.get("update") is not None
    if not upload.files:
        state.uploads.drop(upload.id)
        problems = [reason for _name, reason in upload.refused]
        problems = problems or [_("No file was chosen. Drop transcripts here, or choose them from a folder.")]
        return render(request, "import.html", phase="material", added=0, problems=problems, status=422)
    return RedirectResponse(f"/import/{upload.id}", status_code=303)


async def _keep(upload: Upload, form: FormData) -> None:
    for field, value in form.multi_items():
        if not isinstance(value, Sent) or not value.filename or field not in ("files", "table"):
            continue
        try:
            if (value.size or 0) > LARGEST:
                raise InputProblem(
                    N_("{name} is larger than {limit} MB. Save its text alone."),
                    name=value.filename,
                    limit=LARGEST >> 20,
                )
            content = await value.read()
            if field == "files":
                upload.files.append(upload.keep(value.filename, content))
            else:
                upload.table = upload.keep(value.filename, content)
        except InputProblem as problem:
            upload.refused.append((value.filename, problem.message(_)))


@router.get("/import/{upload_id}", response_class=HTMLResponse, include_in_schema=False)
def preview(request: Request, state: TheState, upload_id: str) -> HTMLResponse:
    """Show what adding the files would do."""
    return _show(request, state, state.uploads.get(upload_id))


def _show(request: Request, state: State, upload: Upload, *, status: int = 200) -> HTMLResponse:
    problems = list(upload.problems)
    plan = Plan()
    try:
        plan = make_plan(state, upload)
    except VecheError as error:
        # the table itself: the files are shown without it
        problems.append(error.message(_))
        upload.table = None
        plan = make_plan(state, upload)
        status = 422
    files = [file_of(number, one, upload, plan) for number, one in enumerate(plan.items)]
    files += [not_kept(len(files) + number, *one) for number, one in enumerate(upload.refused)]
    notices = [words.say(one.template, **dict(one.fields)) for one in plan.notices] if upload.table else []
    return render(
        request, "import_preview.html", phase="material", upload=upload, files=files, usable=len(plan.usable),
        problems=problems, kinds=[(one, _(title)) for one, title in KINDS.items()], notices=notices,
        new_towns=[one.name for one in plan.towns], status=status, **_choices(state),
    )  # fmt: skip


def make_plan(state: State, upload: Upload) -> Plan:
    """Plan the import of an upload, with its table and with what was typed in beside the files.

    Raises
    ------
    InputProblem
        If the table cannot be used.
    """
    return state.study.plan(
        upload.files, table=_table(upload), speakers_in=upload.speakers, update=upload.update
    )  # fmt: skip


def _table(upload: Upload) -> Path | None:
    """Return the table of the plan: the one that was sent, with a row for every file that was typed in."""
    from veche.workbench.interview_table import read_interview_table

    typed = {name: cells for name, cells in upload.given.items() if any(cells.values())}
    if not typed:
        return upload.table
    rows: list[Mapping[str, Any]] = []
    if upload.table is not None:
        rows = [one.cells for one in read_interview_table(upload.table) if one.text("file") not in typed]
    rows += [{"file": name} | dict(cells) for name, cells in typed.items()]
    return _write_table(upload.folder / ".typed.csv", rows)


def _write_table(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    from veche.workbench.interview_table import COLUMNS

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([heading for _ru, heading, *_rest in COLUMNS.values()])
        writer.writerows([[row.get(column, "") for column in COLUMNS] for row in rows])
    return path


def _choices(state: State) -> dict[str, Any]:
    store = state.study.store
    return {
        "towns": sorted(store.all(Town), key=lambda one: (one.position, one.key)),
        "waves": sorted(store.all(Wave), key=lambda one: (one.position, one.key)),
        "roles": sorted(store.all(Role), key=lambda one: (one.position, one.key)),
        "respondents": sorted(one.key for one in store.all(Respondent)),
    }


@router.post("/import/{upload_id}", response_class=HTMLResponse, include_in_schema=False)
async def decide(request: Request, state: TheState, upload_id: str) -> Response:
    """Look again with what was typed in, add the files, or give them up."""
    from starlette.concurrency import run_in_threadpool

    upload = state.uploads.get(upload_id)
    async with request.form(max_files=1, max_fields=20_000) as form:
        return await run_in_threadpool(_decide, request, state, upload, form)


def _decide(request: Request, state: State, upload: Upload, form: FormData) -> Response:
    if form.get("step") == "drop":
        state.uploads.drop(upload.id)
        return RedirectResponse("/import", status_code=303)
    _take_typed(upload, form)
    upload.problems.clear()
    if form.get("step") != "add":
        return _show(request, state, upload)
    try:
        plan = make_plan(state, upload)
        # a file whose interview was described wrongly is not left out unseen
        wrong = [one for one in plan.items if one.state == "refused"]
        if not plan.usable or (wrong and form.get("anyway") is None):
            return _show(request, state, upload, status=422)
        added = state.study.add(plan)
    except VecheError as error:
        upload.problems.append(error.message(_))
        return _show(request, state, upload, status=422)
    state.uploads.drop(upload.id)
    state.hub.wake()
    return RedirectResponse(f"/import?added={added.documents}", status_code=303)


def _take_typed(upload: Upload, form: FormData) -> None:
    for number, path in enumerate(upload.files):
        cells = {field: _words(form, f"{number}.{field}") for field in FIELDS}
        # the consent alone says nothing: it is chosen beforehand
        if any(value for field, value in cells.items() if field != "consent"):
            upload.given[path.name] = cells
        elif f"{number}.town" in form:
            upload.given.pop(path.name, None)
        _take_speakers(upload.speakers.setdefault(path.name, {}), form, number)


def _take_speakers(known: dict[str, SpeakerKind], form: FormData, number: int) -> None:
    """Take the kinds that differ from what was shown, and a label that was not recognised as a speaker."""
    for key in form:
        start, _dot, nth = key.partition(".label.")
        if start != str(number) or not nth:
            continue
        label, given = _words(form, key), _words(form, f"{number}.kind.{nth}")
        kind = next((one for one in KINDS if one == given), None)
        if label and kind is not None and kind != _words(form, f"{number}.was.{nth}"):
            # of two ways to write one label, the one said last holds
            known.pop(label, None)
            known[label] = kind


def _words(form: FormData, name: str) -> str:
    """Return what was typed into a field, without NUL."""
    return str(form.get(name) or "").strip()[:500].replace("\x00", "")
