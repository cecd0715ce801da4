"""Files that are archives (docx, odt), opened with care; and XML without entities, networks and abysses."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from veche.study.errors import N_, InputProblem

if TYPE_CHECKING:
    from lxml.etree import _Element

#: limits of what an archive may unpack to: all together, number of parts, and how far a large part may have been squeezed
MAX_TOTAL = 200_000_000
MAX_MEMBERS = 10_000
MAX_RATIO = 200
_LARGE = 10_000_000

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"


def refuse_unreadable(content: bytes, name: str) -> None:
    """Refuse what no importer can read: nothing, and the old binary container of Office.

    Raises
    ------
    InputProblem
        Saying which of these it is.
    """
    if not content:
        raise InputProblem(N_("{file} is empty: 0 bytes. Check that it was copied completely."), file=name)
    if not content.startswith(OLE):
        return
    if _utf16("EncryptedPackage") in content:
        raise InputProblem(
            N_("{file} is protected by a password. Open it in the word processor and save it without one."), file=name
        )
    if _utf16("WordDocument") in content:
        raise InputProblem(
            N_("{file} is a Word document of the old kind (.doc). Open it in Word or LibreOffice and save it as docx."),
            file=name,
        )
    raise InputProblem(
        N_("{file} is an old binary Office file and not a transcript. Save the text as docx and give that."), file=name
    )


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


class Archive:
    """A zip archive whose parts are read one by one, within limits.

    Raises
    ------
    InputProblem
        If it is damaged, cut off, protected by a password, or would unpack to far more than a transcript can be.
    """

    def __init__(self, content: bytes, name: str) -> None:
        refuse_unreadable(content, name)
        self._name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            members = self._zip.infolist()
        except Exception as error:  # what zipfile raises for a damaged archive depends on where it is damaged
            raise self._damaged() from error
        squeezed = any(m.file_size > _LARGE and m.file_size > MAX_RATIO * max(1, m.compress_size) for m in members)
        if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_TOTAL or squeezed:
            raise InputProblem(
                N_(
                    "{file} would unpack to far more than a transcript holds. Save the text anew in the word processor."
                ),
                file=name,
            )
        self._members = {m.filename: m for m in members}

    def __contains__(self, part: str) -> bool:
        return part in self._members

    def read(self, part: str) -> bytes:
        """Return the bytes of a part; empty if it is not there."""
        member = self._members.get(part)
        if member is None:
            return b""
        if member.flag_bits & 1:
            raise InputProblem(
                N_("{file} is protected by a password. Open it in the word processor and save it without one."),
                file=self._name,
            )
        try:
            with self._zip.open(member) as stream:
                # the size was checked above; a part that lies about it is cut there
                return stream.read(member.file_size)
        except Exception as error:  # as above; the methods of compression have their own kinds
            raise self._damaged() from error

    def xml(self, part: str) -> _Element | None:
        """Return the root of an XML part, or None if it is not there."""
        data = self.read(part)
        return parse_xml(data, self._name, part) if data else None

    def _damaged(self) -> InputProblem:
        return InputProblem(
            N_("{file} is damaged or was cut off: its archive cannot be read. Copy it again or save it anew."),
            file=self._name,
        )


def parse_xml(data: bytes, name: str, part: str) -> _Element:
    """Parse XML without entities, document types, network or excessive depth.

    Raises
    ------
    InputProblem
        If it is not well-formed, nested too deeply, or declares a document type.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    # looked for before parsing, so that no declaration is ever acted upon
    refused = b"<!DOCTYPE" in data or b"<!ENTITY" in data
    root = None
    try:
        root = None if refused else etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise InputProblem(
            N_(
                "{file} is damaged: its part {part} cannot be read ({reason}). Open it in the word processor and save it anew."
            ),
            file=name,
            part=part,
            reason=str(error).replace("\n", " ")[:120],
        ) from error
    if root is None or str(getattr(root.getroottree().docinfo, "doctype", "")):
        raise InputProblem(
            N_(
                "{file} declares a document type or entities in its part {part}, which no transcript needs. Save it anew."
            ),
            file=name,
            part=part,
        )
    return root
