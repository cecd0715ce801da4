"""The container of a REFI-QDA project: a zip archive opened with limits, or the bare XML; nothing is ever unpacked to disk.

Refused before anything is unpacked: archives that would unpack to far more than a project holds, document types and entities in the XML, depth
without end. A member whose name leads out of the archive is passed over and reported.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from veche.importers._refi_xml import MAX_XML, Node, parse, too_large
from veche.study.errors import N_, InputProblem
from veche.study.losses import Loss, loss

#: one text of a project, all its texts, and members of an archive: at most
MAX_TEXT = 32_000_000
MAX_TEXTS = 200_000_000
MAX_MEMBERS = 20_000
#: what is above this size and was squeezed by more than this is neither text nor picture
_LARGE, _RATIO = 5_000_000, 100
#: what is never unpacked, and may hold long silence
_MEDIA = (
    ".mp3",
    ".m4a",
    ".wav",
    ".ogg",
    ".flac",
    ".wma",
    ".aac",
    ".mp4",
    ".m4v",
    ".mov",
    ".avi",
    ".mkv",
    ".wmv",
    ".webm",
    ".mpg",
    ".mpeg",
)
#: bytes that are read at once
_PIECE = 1 << 16
#: all members together, media among them
_MAX_TOTAL = 64 * 2**30

_LEADS_OUT = N_("its name leads out of the archive: passed over")
_ESCAPES = N_("{path} leads out of the project: not followed")
_EXTERNAL = N_(
    "{path} lies outside the project: not loaded. Put the file into the project where it was made and export again"
)
_MISSING = N_("{path} is named, but is not in the archive")
_HUGE = N_("{path} is larger than any text ({size} bytes): not loaded")


class Container:
    """An open project: its XML, and the files of its folder of sources.

    Parameters
    ----------
    path
        A ``.qdpx`` archive, or a bare ``.qde`` or ``.qdc``.

    Raises
    ------
    InputProblem
        If it is damaged, cut off, protected, holds no project, or would unpack to far too much.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.losses: list[Loss] = []
        self._members: dict[str, zipfile.ZipInfo] = {}
        #: how a path may name a member, in lower case -> the member
        self._short: dict[str, str] = {}
        self._zip: zipfile.ZipFile | None = None
        #: where the XML is: a member of the archive, or the file itself
        self._project: str | Path
        self._read = 0
        with path.open("rb") as stream:
            head = stream.read(4)
        if not head:
            raise InputProblem(N_("{file} is empty (0 bytes). Copy it again."), file=self.name)
        if head.startswith(b"PK"):
            self._open_zip(path)
            self._project = self._inner()
        elif path.suffix.lower() == ".qdpx":
            raise InputProblem(
                N_("{file} is no REFI-QDA project: it is not a zip archive. Export the project anew."), file=self.name
            )
        else:
            if path.stat().st_size > MAX_XML:
                raise too_large(self.name)
            self._project = path

    def close(self) -> None:
        """Close the archive."""
        if self._zip is not None:
            self._zip.close()

    def _open_zip(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(path.read_bytes()) if path.stat().st_size < _LARGE else path)
            infos = self._zip.infolist()
        except Exception as error:  # what zipfile raises for a damaged archive depends on where it is damaged
            raise self._damaged() from error
        weighed = [one for one in infos if not one.filename.lower().endswith(_MEDIA)]
        together = (sum(one.file_size for one in weighed), sum(one.compress_size for one in weighed))
        sizes = [(one.file_size, one.compress_size) for one in weighed]
        squeezed = any(size > _LARGE and size > _RATIO * max(1, packed) for size, packed in (together, *sizes))
        if len(infos) > MAX_MEMBERS or squeezed or sum(one.file_size for one in infos) > _MAX_TOTAL:
            raise self._too_much()
        for one in infos:
            name = one.filename.replace("\\", "/")
            if name.startswith("/") or ":" in name.split("/")[0] or ".." in name.split("/"):
                self.losses.append(loss(N_("file"), one.filename, self.name, _LEADS_OUT))
            elif not one.is_dir():
                self._members[name] = one
        self._strip_top_folder()
        for name in self._members:
            folder, _, file = name.lower().rpartition("/")
            if folder in ("sources", ""):
                self._short.setdefault(file, name)
            self._short.setdefault(name.lower(), name)

    def _strip_top_folder(self) -> None:
        """A project that was unpacked and packed again by hand may stand in one folder."""
        tops = {name.split("/")[0] for name in self._members if not name.startswith("__MACOSX/")}
        if len(tops) == 1 and all("/" in name for name in self._members if not name.startswith("__MACOSX/")):
            top = tops.pop() + "/"
            self._members = {name.removeprefix(top): one for name, one in self._members.items() if name.startswith(top)}

    def root(self) -> Node:
        """Parse the XML.

        Raises
        ------
        InputProblem
            If it cannot be read, or is no XML of a project (`veche.importers._refi_xml.parse`).
        """
        return parse(
            _pieces_of(self._project) if isinstance(self._project, Path) else self._pieces(self._project), self.name
        )

    def _inner(self) -> str:
        inner = [name for name in self._members if "/" not in name and name.lower().endswith(".qde")]
        if not inner:
            raise InputProblem(
                N_("{file} is a zip archive, but holds no project (no project.qde). Export the project anew."),
                file=self.name,
            )
        if len(inner) > 1:
            raise InputProblem(
                N_("{file} holds {count} projects ({names}). Export each by itself."),
                file=self.name, count=len(inner), names=", ".join(sorted(inner)),
            )  # fmt: skip
        if self._members[inner[0]].file_size > MAX_XML:
            raise too_large(self.name)
        return inner[0]

    def _pieces(self, name: str) -> Iterator[bytes]:
        member = self._members[name]
        assert self._zip is not None
        if member.flag_bits & 1:
            raise InputProblem(N_("{file} is protected by a password. Export the project without one."), file=self.name)
        try:
            # the size was checked before; a member that lies about it is cut there
            with self._zip.open(member) as stream:
                while piece := stream.read(_PIECE):
                    yield piece
        except Exception as error:  # as above; the methods of compression have their own kinds
            raise self._damaged() from error

    def find(self, path: str) -> str | Loss:
        """Find the member that a path of the XML means; if there is none that may be read, say why."""
        kind, sign, rest = path.partition("://")
        if sign and kind.lower() in ("absolute", "relative", "file", "http", "https"):
            return loss(N_("file"), path, "", _EXTERNAL, path=path)
        inside = (rest if sign else path).replace("\\", "/")
        parts = PurePosixPath(inside).parts
        if ".." in parts or inside.startswith("/") or ":" in inside:
            return loss(N_("file"), path, "", _ESCAPES, path=path)
        wanted = "/".join(parts).lower()
        found = self._short.get(wanted)
        return found if found is not None else loss(N_("file"), path, "", _MISSING, path=path)

    def read(self, path: str, most: int = MAX_TEXT) -> bytes | Loss:
        """Return the bytes of a file in the folder of sources, or why they cannot be had.

        Raises
        ------
        InputProblem
            If the archive is damaged there, or all texts together are far too much.
        """
        found = self.find(path)
        if isinstance(found, Loss):
            return found
        size = self._members[found].file_size
        if size > most:
            return loss(N_("file"), path, "", _HUGE, path=path, size=size)
        self._read += size
        if self._read > MAX_TEXTS:
            raise self._too_much()
        return b"".join(self._pieces(found))

    def unread(self, used: set[str]) -> list[str]:
        """Return the members of the folder of sources that nothing names."""
        known = {found for path in used if isinstance(found := self.find(path), str)}
        return sorted(n for n in self._members if n not in known and n.lower().startswith("sources/") and "/." not in n)

    def _too_much(self) -> InputProblem:
        return InputProblem(
            N_("{file} would unpack to far more than a project holds. Nothing was unpacked. Export the project anew."),
            file=self.name,
        )

    def _damaged(self) -> InputProblem:
        return InputProblem(
            N_(
                "{file} is damaged or was cut off: its archive cannot be read. Copy it again or export the project anew."
            ),
            file=self.name,
        )


def _pieces_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece
