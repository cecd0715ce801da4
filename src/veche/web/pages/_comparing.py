"""What the pages of comparison share: the runs of the workbench, the passages, and the bundle that draws figures."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection
from starlette.responses import Response

from veche.web.state import State, state_of
from veche.workbench.passages import Passages
from veche.workbench.runs import Runs

MEDIA = {
    "csv": "text/csv; charset=utf-8", "tsv": "text/tab-separated-values; charset=utf-8", "png": "image/png", "svg": "image/svg+xml",
    "pdf": "application/pdf", "zip": "application/zip", "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_lock = threading.Lock()


def runs_of(connection: HTTPConnection) -> Runs:
    """Return the runs of the workbench, made with the first request."""
    app = connection.app
    with _lock:
        if not hasattr(app.state, "runs"):
            app.state.runs = Runs(state_of(connection).study)
    found: Runs = app.state.runs
    return found


TheRuns = Annotated[Runs, Depends(runs_of)]


def passages_of(state: State, runs: Runs) -> Passages:
    """Return the passages of the whole study, made anew only after a change."""
    return state.kept("passages", lambda: Passages(runs.evidence()))


def attachment(name: str, content: bytes) -> Response:
    """Answer with a file to be kept."""
    kind = MEDIA.get(name.rpartition(".")[2], "application/octet-stream")
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def families_of_keys(runs: Runs) -> dict[str, str]:
    """Return the family of every code, by key."""
    from veche.web.api.families import family_of

    book = runs.evidence().codebook
    return {code.key: family_of(code, book) for code in book.codes}


def labels_of_keys(runs: Runs, language: str) -> dict[str, str]:
    """Return what codes and kinds of statements are called, by key."""
    evidence = runs.evidence()
    kinds = {kind.key: (kind.label_ru if language == "ru" else kind.label_en) or kind.key for kind in evidence.kinds}
    return kinds | {code.key: code.label(language) for code in evidence.codebook.codes}


def waves_of_keys(runs: Runs) -> dict[str, str]:
    """Return what waves are called, by key."""
    return {wave.key: wave.label for wave in runs.evidence().waves}


# the bundle


def cache_folder() -> Path:
    """Return the folder in which this program may keep what it can make again."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "veche"


def bundle_version() -> str:
    """Return the version of the package that the bundle comes from."""
    return version("vl-convert-python")


_bundle: bytes | None = None
_making = threading.Lock()


def bundle() -> bytes:
    """Return the script that draws figures: made once by the installed package (3 s), then kept on this machine.

    It is kept with its digest in its name, so that a damaged file is made again.
    """
    global _bundle
    with _making:
        if _bundle is None:
            _bundle = _kept_bundle() or _made_bundle()
        return _bundle


def _kept_bundle() -> bytes | None:
    for path in sorted(cache_folder().glob(f"vega-{bundle_version()}-*.js")) if cache_folder().is_dir() else ():
        try:
            content = path.read_bytes()
        except OSError:
            continue
        if path.stem.rpartition("-")[2] == hashlib.sha256(content).hexdigest()[:16]:
            return content
    return None


def _made_bundle() -> bytes:
    import vl_convert

    content = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;").encode()
    path = cache_folder() / f"vega-{bundle_version()}-{hashlib.sha256(content).hexdigest()[:16]}.js"
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError:
        # where nothing can be kept it is made with every start
        part.unlink(missing_ok=True)
    return content


def warm_up() -> None:
    """Make the bundle in the background, so that it is there when the first figure is."""
    if _bundle is None and not _making.locked():
        threading.Thread(target=bundle, daemon=True).start()
