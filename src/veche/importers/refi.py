"""REFI-QDA projects (.qdpx, .qde) and codebooks (.qdc), as NVivo, ATLAS.ti, MAXQDA, QualCoder, Transana, Dedoose, qc and others write them.

How each element of the standard becomes a record, and what has no place, is told in docs/exchange.md.
"""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from veche.importers._refi_bodies import read_body, settle, text_elements
from veche.importers._refi_book import read_codes, read_users, read_variables
from veche.importers._refi_carried import Carried
from veche.importers._refi_container import Container
from veche.importers._refi_rest import name_cases, read_cases, read_graphs, read_links, read_notes, read_sets
from veche.importers._refi_sources import Sources
from veche.importers._refi_state import State, clean
from veche.importers._refi_tree import child, children, own, target, text_of
from veche.importers._refi_xml import KNOWN, Node
from veche.importers.foreign import Asked, ForeignFile, ForeignStudy
from veche.study import InputProblem, StudyInfo, new_id
from veche.study.errors import N_
from veche.study.losses import Loss
from veche.study.registry import project_importer

PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"

_OLD = N_("it is written in a draft of the standard ({namespace}): what could be understood was read")
_UNKNOWN = N_("the standard has no such element here")
_UNNAMED = N_("nothing in the project names it")
_MODIFIED = N_("who changed {count} of its elements last, and when, is not kept")
_OTHER_FILE = N_("it is not the file that veche put into the project: left out")
_BASE = N_("the folder of its media on the computer where it was made is not kept")
_ELEMENTS = {
    "Users", "CodeBook", "Variables", "Cases", "Sources", "Notes", "Links", "Sets", "Graphs", "Description", "NoteRef", "Codes",
}  # fmt: skip


def _recognises(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            head = stream.read(1000)
        if b"QDA-XML" in head:
            return True
        if not head.startswith(b"PK"):
            return False
        with zipfile.ZipFile(path) as archive:
            return any(name.lower().endswith(".qde") for name in archive.namelist())
    except Exception:  # whatever it is, it is no project of this kind
        return False


@project_importer(
    "refi", title=N_("REFI-QDA project or codebook"), extensions=(".qdpx", ".qde", ".qdc"), recognises=_recognises
)
def refi(path: Path, asked: Asked) -> ForeignStudy:
    """Read a project or a codebook.

    Raises
    ------
    InputProblem
        If it is damaged, cut off, hostile, no project, or holds texts that are not UTF-8 (and no encoding is named).
    """
    container = Container(path)
    try:
        return _read(container, container.root(), asked)
    finally:
        container.close()


def _read(container: Container, root: Node, asked: Asked) -> ForeignStudy:
    match root.name:
        case "Project":
            return _project(container, root, asked)
        case "CodeBook":
            return _codebook(container, root, asked)
        case other:
            raise InputProblem(
                N_("{file} is XML, but no REFI-QDA project or codebook (it begins with {found}). Export it anew."),
                file=container.name, found=other or "?",
            )  # fmt: skip


def _state(container: Container, root: Node, asked: Asked, carried: Carried, expected: str) -> State:
    state = State(container, asked, carried, losses=container.losses)
    state.program = clean(root.get("origin")) or "REFI-QDA"
    state.language = carried.language or asked.language
    if root.namespace != expected:
        state.lose(N_("project"), container.name, "", _OLD, namespace=root.namespace or "–")
    strange = [one for one in root.iter() if one.name not in KNOWN]
    for one in (*strange, *(one for one in root if one.name in KNOWN - _ELEMENTS)):
        state.lose(N_("element"), one.name, container.name, _UNKNOWN)
    return state


def _codebook(container: Container, root: Node, asked: Asked) -> ForeignStudy:
    state = _state(container, root, asked, Carried(), CODEBOOK)
    read_codes(state, root, set())
    read_sets(state, root)
    return ForeignStudy(state.program, tuple(state.records), losses=tuple(state.losses))


def _project(container: Container, root: Node, asked: Asked) -> ForeignStudy:
    carried = Carried(root)
    state = _state(container, root, asked, carried, PROJECT)
    study = _study(state, root)
    read_users(state, root)
    read_codes(state, child(root, "CodeBook"), _coded(root))
    read_variables(state, root)
    name_cases(state, root)
    _name_notes(state, root)
    bodies = [body for element, owner in text_elements(root) if (body := read_body(state, element, owner)) is not None]
    readings = settle(state, bodies)
    sources = Sources(state)
    for body in bodies:
        sources.add(body)
    for one in children(child(root, "Sources")):
        sources.lose_media(one)
        if own(one) not in state.documents:
            state.names.setdefault(own(one), clean(one.get("name")))
    read_cases(state, root)
    read_sets(state, root)
    read_links(state, root)
    read_graphs(state, root)
    state.attach(root, study.id)
    read_notes(state, root, study.id)
    _lose_rest(state, root)
    texts = [*sources.texts, *carried.older_texts()]
    records = carried.joined([study, *state.records], texts)
    _own_files(state, sources)
    used = {one.text_id for one in records if hasattr(one, "text_id")}
    used |= {quote.text_id for one in records for quote in getattr(one, "quotes", ())}
    return ForeignStudy(
        state.program, tuple(records), tuple({one.id: one for one in texts if one.id in used}.values()),
        (*state.losses, *carried.losses), tuple(readings), tuple(sources.files.values()),
    )  # fmt: skip


def _own_files(state: State, sources: Sources) -> None:
    """Take the files that veche put into the archive beside the texts."""
    for sha256, (name, member) in state.carried.files.items():
        found = state.container.read(member)
        if isinstance(found, Loss):
            state.losses.append(found)
        elif hashlib.sha256(found).hexdigest() != sha256:
            state.lose(N_("file"), name, "", _OTHER_FILE)
        else:
            sources.files[sha256] = ForeignFile(sha256, name, found)


def _study(state: State, root: Node) -> StudyInfo:
    """Make what the project says about itself; one of ours keeps its identity."""
    ours = next((one for one in state.carried.records.values() if isinstance(one, StudyInfo)), None)
    name = clean(root.get("name")).strip() or Path(state.container.name).stem
    note = clean(text_of(root, "Description"))
    study = StudyInfo(
        id=ours.id if ours else new_id(), name=name, language="ru" if state.language == "ru" else "en", note=note
    )
    state.given[study.id] = "Project"
    return study


def _coded(root: Node) -> set[str]:
    """Return the codes that stand on words, pictures or recordings."""
    found: set[str] = set()
    for one in root.iter():
        if one.name == "Coding":
            found.update(target(each) for each in children(one, "CodeRef"))
    return found


def _name_notes(state: State, root: Node) -> None:
    for one in children(child(root, "Notes"), "Note"):
        state.names.setdefault(own(one), clean(one.get("name")) or own(one))


def _lose_rest(state: State, root: Node) -> None:
    """Tell what stands at the project as a whole and has no place."""
    if state.modified and not state.carried:
        state.lose(N_("project"), state.container.name, "", _MODIFIED, count=state.modified)
    if root.get("basePath"):
        state.lose(N_("project"), state.container.name, "", _BASE)
    used = {
        one.get(name) for one in root.iter() for name in ("plainTextPath", "richTextPath", "path") if one.get(name)
    }  # fmt: skip
    used |= {member for _, member in state.carried.files.values()}
    for name in state.container.unread(used):
        state.lose(N_("file"), name, "", _UNNAMED)
