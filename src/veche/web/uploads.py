"""Files on their way into the study: kept in a folder of their own until the plan is carried out or given up."""

from __future__ import annotations

import shutil
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from veche.study import NotFound, new_id
from veche.study.errors import N_, InputProblem
from veche.text.transcripts import SpeakerKind

#: how many uploads are kept at once; the oldest goes first
KEPT = 8
#: the largest file taken, in bytes
LARGEST = 100 * 1024 * 1024


@dataclass
class Upload:
    """One upload: its files, and what the user said about them."""

    id: str
    folder: Path
    files: list[Path] = field(default_factory=list)
    table: Path | None = None
    #: fields typed in beside each file, by file name
    given: dict[str, dict[str, str]] = field(default_factory=dict)
    #: kinds of turns of speakers where the recognised ones are wrong: by file name, by label
    speakers: dict[str, dict[str, SpeakerKind]] = field(default_factory=dict)
    #: files that could not be kept, with the reason in words
    refused: list[tuple[str, str]] = field(default_factory=list)
    update: bool = False
    #: what is wrong with the whole, in words
    problems: list[str] = field(default_factory=list)

    def keep(self, name: str, content: bytes) -> Path:
        """Write one file under its own name, without any folder in it.

        Raises
        ------
        InputProblem
            If two files have one name, or the name cannot be that of a file.
        """
        plain = PurePosixPath(name.replace("\\", "/")).name
        if not plain or plain in (".", "..") or "\x00" in plain:
            raise InputProblem(N_("A file has no name ({name}). Give it one and drop it again."), name=repr(name))
        path = self.folder / plain
        if path.exists():
            raise InputProblem(N_("Two files are called {name}. Rename one of them."), name=plain)
        try:
            path.write_bytes(content)
        except (OSError, ValueError) as error:
            raise InputProblem(
                N_("{name} cannot be kept: {reason}. Give the file a shorter, plain name."),
                name=plain[:80], reason=getattr(error, "strerror", None) or "–",
            ) from error  # fmt: skip
        return path


class Uploads:
    """The uploads of one running workbench."""

    def __init__(self) -> None:
        self._held: dict[str, Upload] = {}
        self._lock = threading.Lock()

    def start(self) -> Upload:
        """Begin an upload in a fresh folder."""
        made = Upload(new_id(), Path(tempfile.mkdtemp(prefix="veche-")))
        with self._lock:
            self._held[made.id] = made
            old = [self._held.pop(key) for key in list(self._held)[:-KEPT]]
        for one in old:
            shutil.rmtree(one.folder, ignore_errors=True)
        return made

    def get(self, upload_id: str) -> Upload:
        """Return an upload.

        Raises
        ------
        NotFound
            If it was carried out or given up.
        """
        with self._lock:
            found = self._held.get(upload_id)
        if found is None:
            raise NotFound(N_("These files are not waiting any more. Drop them again."))
        return found

    def drop(self, upload_id: str) -> None:
        """Forget an upload and its files."""
        with self._lock:
            found = self._held.pop(upload_id, None)
        if found is not None:
            shutil.rmtree(found.folder, ignore_errors=True)

    def close(self) -> None:
        """Forget all uploads."""
        for upload_id in list(self._held):
            self.drop(upload_id)
