"""Exchange with other programs: a foreign project comes in after a look at it, the whole study goes out, each with what is lost item by item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.datastructures import UploadFile as Sent
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from veche.study import CONSENTS, InputProblem, VecheError
from veche.study.errors import N_
from veche.study.losses import Loss
from veche.web.pages._one_file import keep_one
from veche.web.rendering import NavItem, render
from veche.web.state import State, TheState
from veche.web.uploads import Upload
from veche.words import _, number

if TYPE_CHECKING:
    from veche.workbench.exchange import Coming, Reading

router = APIRouter()
NAVIGATION = (NavItem("material", N_("Exchange"), "/exchange", 80),)

#: items of one kind of loss that are shown; all are in the table to download
SHOWN = 50
#: ways of counting that are offered, each with so many quotations as it reads them
WAYS, SAMPLES = 6, 2
#: encodings offered where a text is not UTF-8
ENCODINGS = ("", "cp1251", "koi8-r", "cp866", "cp1252", "utf-16")
#: formats in the order in which they are offered; others follow
ORDER = ("refi", "refi_codebook", "xlsx", "csv", "parquet", "webannotation", "dna", "graphml", "gexf", "events")
_CHOSEN = "exchange"
_NAME = "name"


@dataclass(frozen=True, slots=True)
class Way:
    """A way in which positions could be read, with what it makes of the first quotations."""

    name: str
    title: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LossGroup:
    """Losses of one kind for one reason: the first of them, and how many there are."""

    kind: str
    reason: str
    count: int
    items: tuple[tuple[str, str, str], ...]
    #: does the reason read alike for all of them?
    same: bool


@dataclass(frozen=True, slots=True)
class Format:
    """A format that a study can be written in."""

    name: str
    title: str
    extension: str


def grouped(losses: Iterable[Loss]) -> list[LossGroup]:
    """Group losses by kind and reason, the commonest first."""
    groups: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for one in losses:
        kind, item, where, reason = one.said(_)
        groups.setdefault((kind, one.reason), []).append((item, where, reason))
    ranked = sorted(groups.items(), key=lambda pair: -len(pair[1]))
    return [
        LossGroup(kind, items[0][2], len(items), tuple(items[:SHOWN]), len({reason for _i, _w, reason in items}) == 1)
        for (kind, _template), items in ranked
    ]


def formats() -> list[Format]:
    """Return the formats of whole studies in the order in which they are offered."""
    from veche.workbench import registry

    found = [Format(one.name, _(one.title), one.extension) for one in registry.project_exporters()]
    rank = {name: place for place, name in enumerate(ORDER)}
    return sorted(found, key=lambda one: (rank.get(one.name, len(rank)), one.name))


def _page(request: Request, *, problems: Sequence[str] = (), status: int = 200, came: int = 0) -> HTMLResponse:
    from veche.workbench import registry

    kinds = [(_(one.title), ", ".join(one.extensions)) for one in registry.project_importers()]
    accept = ",".join(sorted({end for one in registry.project_importers() for end in one.extensions}))
    return render(
        request, "exchange.html", phase="material", formats=formats(), kinds=kinds, accept=accept, problems=list(problems),
        came=came, levels=CONSENTS, status=status,
    )  # fmt: skip


@router.get("/exchange", response_class=HTMLResponse, include_in_schema=False)
def exchange_page(request: Request, came: int = 0) -> HTMLResponse:
    """Show where to bring in a project, and how to take the study out."""
    return _page(request, came=max(0, min(came, 10_000_000)))


# in


@router.post("/exchange/in", response_class=HTMLResponse, include_in_schema=False)
async def receive(request: Request, state: TheState) -> Response:
    """Take a project and show what is in it."""
    upload = state.uploads.start()
    try:
        async with request.form(max_files=2, max_fields=20) as form:
            kept = keep_one(upload, form, "project")
    except InputProblem as problem:
        state.uploads.drop(upload.id)
        return _page(request, problems=[problem.message(_)], status=422)
    if not kept:
        state.uploads.drop(upload.id)
        return _page(
            request, problems=[_("No file was chosen. Drop a project here, or choose it from a folder.")], status=422
        )
    return RedirectResponse(f"/exchange/in/{upload.id}", status_code=303)


@router.get("/exchange/in/{upload_id}", response_class=HTMLResponse, include_in_schema=False)
def preview(request: Request, state: TheState, upload_id: str) -> HTMLResponse:
    """Show what the project would bring."""
    return _show(request, state, state.uploads.get(upload_id))


def _how(upload: Upload) -> dict[str, str | None]:
    chosen = upload.given.get(_CHOSEN, {})
    return {"reading": chosen.get("reading") or None, "encoding": chosen.get("encoding") or None}


def _plan(state: State, upload: Upload) -> Coming:
    from veche.workbench import exchange

    coming = exchange.plan_project(state.study, upload.files[0], **_how(upload))
    if upload.table is not None:
        coming = exchange.with_table(state.study, coming, upload.table)
    return coming


def _show(request: Request, state: State, upload: Upload, *, status: int = 200, problem: str = "") -> HTMLResponse:
    coming: Coming | None = None
    problems = [problem] if problem else []
    if not upload.files:
        return _page(request, problems=[_("These files are not waiting any more. Drop them again.")], status=404)
    try:
        coming = _plan(state, upload)
    except VecheError as error:
        problems.append(error.message(_))
        status = 422
    readings = coming.readings if coming is not None else ()
    return render(
        request, "exchange_in.html", phase="material", upload=upload, name=upload.files[0].name, coming=coming, problems=problems,
        counts=_counts(coming), readings=[(one, one.taken.said(_), one.said(_)) for one in readings],
        ways=_ways(state, upload, readings), chosen=_how(upload), encodings=ENCODINGS, groups=grouped(coming.losses if coming else ()),
        loose=_without_interview(coming), status=status,
    )  # fmt: skip


def _counts(coming: Coming | None) -> list[tuple[str, int]]:
    return [(_(noun), count) for noun, count in coming.counts.items()] if coming is not None else []


def _without_interview(coming: Coming | None) -> int:
    from veche.study import Document

    return (
        sum(isinstance(one, Document) and one.interview_id is None for one in coming.records)
        if coming is not None
        else 0
    )


def _ways(state: State, upload: Upload, readings: Sequence[Reading]) -> list[Way]:
    """Return the ways of counting to choose from, each with the first quotations as it reads them."""
    from veche.workbench import exchange

    unsure = next((one for one in readings if one.choices), None)
    if unsure is None:
        return []
    found = []
    evidence = state.study.evidence()
    for one in unsure.choices[:WAYS]:
        _importer, read = exchange.read_project(
            upload.files[0], reading=one.name, encoding=_how(upload)["encoding"], evidence=evidence
        )
        samples = tuple(" ".join(words.split())[:90] for words in read.samples(SAMPLES))
        found.append(Way(one.name, one.said(_), samples))
    return found


@router.get("/exchange/in/{upload_id}/losses.csv", include_in_schema=False)
def losses_in(state: TheState, upload_id: str) -> Response:
    """Give everything that a project brings without a place for it, item by item."""
    return _csv(_plan(state, state.uploads.get(upload_id)).losses)


def _csv(losses: Sequence[Loss]) -> Response:
    from veche.study.losses import to_csv

    return Response(
        to_csv(losses, _).encode("utf-8-sig"), media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="losses.csv"'},
    )  # fmt: skip


@router.post("/exchange/in/{upload_id}", response_class=HTMLResponse, include_in_schema=False)
async def decide(request: Request, state: TheState, upload_id: str) -> Response:
    """Look again with what was chosen, add the project, or give it up."""
    from starlette.concurrency import run_in_threadpool

    upload = state.uploads.get(upload_id)
    async with request.form(max_files=1, max_fields=20) as form:
        try:
            _take(upload, form)
        except InputProblem as problem:
            return _show(request, state, upload, status=422, problem=problem.message(_))
        return await run_in_threadpool(_decide, request, state, upload, str(form.get("step") or "look"))


def _take(upload: Upload, form: FormData) -> None:
    """Keep what was chosen: the way of counting, the encoding, the table of interviews."""
    upload.given[_CHOSEN] = {name: str(form.get(name) or "")[:80].replace("\0", "") for name in ("reading", "encoding")}
    before = list(upload.files)
    sent = form.get("table")
    another = isinstance(sent, Sent) and bool(sent.filename)
    if upload.table is not None and (form.get("no_table") is not None or another):
        upload.table.unlink(missing_ok=True)
        upload.table = None
    if keep_one(upload, form, "table"):
        upload.table = upload.files.pop()
    upload.files[:] = before


def _decide(request: Request, state: State, upload: Upload, step: str) -> Response:
    from veche.workbench import exchange

    if step == "drop":
        state.uploads.drop(upload.id)
        return RedirectResponse("/exchange", status_code=303)
    if step != "add":
        return _show(request, state, upload)
    try:
        coming = _plan(state, upload)
        if coming.asks and _how(upload)["reading"] is None:
            return _show(request, state, upload, status=422, problem=_("Choose first how positions are read."))
        came = exchange.add_project(state.study, coming)
    except VecheError as error:
        return _show(request, state, upload, status=422, problem=error.message(_))
    state.uploads.drop(upload.id)
    state.hub.wake()
    return RedirectResponse(f"/exchange?came={came.records}", status_code=303)


# out


@router.post("/exchange/out", response_class=HTMLResponse, include_in_schema=False)
async def write(request: Request, state: TheState) -> Response:
    """Write the study in the chosen format, and show what stays and what is lost."""
    from starlette.concurrency import run_in_threadpool

    async with request.form(max_files=0, max_fields=20) as form:
        given = {
            "format": str(form.get("format") or ""),
            "originals": "yes" if form.get("originals") is not None else "",
        }
        levels = tuple(level for level in CONSENTS if level in form.getlist("level"))
    return await run_in_threadpool(_write, request, state, given, levels)


def _write(request: Request, state: State, given: Mapping[str, str], levels: tuple[Any, ...]) -> Response:
    from veche.workbench import exchange

    chosen = next((one for one in formats() if one.name == given["format"]), None)
    if chosen is None:
        return _page(request, problems=[_("Choose a format first.")], status=422)
    upload = state.uploads.start()
    try:
        path = upload.folder / f"{_plain(state.study.info.name)}{chosen.extension}"
        written = exchange.write_project(
            state.study, path, format=chosen.name, levels=levels, originals=bool(given["originals"])
        )
        upload.files.extend(written.files)
        (upload.folder / "losses.csv.part").write_bytes(bytes(_csv(written.losses).body))
    except VecheError as error:
        state.uploads.drop(upload.id)
        return _page(request, problems=[error.message(_)], status=422)
    upload.given[_CHOSEN] = {_NAME: chosen.title}
    return render(
        request, "exchange_out.html", phase="material", upload=upload, format=chosen, name=path.name, size=_size(path),
        groups=grouped(written.losses),
    )  # fmt: skip


def _plain(name: str) -> str:
    """Return a name for a file: letters and digits stay, whatever else becomes a dash."""
    kept = "".join(letter if letter.isalnum() or letter in " -_" else "-" for letter in name).strip(" -")
    return " ".join(kept.split())[:60] or "veche"


def _size(path: Path) -> str:
    size = path.stat().st_size
    large = size >= 2**20
    text = number(size / 2**20, 1) if large else number(max(1, round(size / 1024)), 0)
    return (_("{size} MB") if large else _("{size} KB")).format(size=text)


@router.get("/exchange/out/{upload_id}/file", include_in_schema=False)
def download(state: TheState, upload_id: str) -> Response:
    """Give the file that was written."""
    path = state.uploads.get(upload_id).files[0]
    return FileResponse(path, filename=path.name, media_type="application/octet-stream")


@router.get("/exchange/out/{upload_id}/losses.csv", include_in_schema=False)
def losses_out(state: TheState, upload_id: str) -> Response:
    """Give everything that stays or has no place in the file, item by item."""
    path = state.uploads.get(upload_id).folder / "losses.csv.part"
    return FileResponse(path, filename="losses.csv", media_type="text/csv; charset=utf-8")
