"""Rich Text Format: what a reader sees after accepting all changes.

Kept: bold beginnings, tables (rows of two cells as speaker and words), text boxes, results of fields, footnotes and endnotes (marked [1] in
place, their text as an aside after the turn). Left out: tracked deletions, comments and hidden text, each with a notice; headers and
footers; numbers and bullets of lists, except dashes, which begin turns of talk.
"""

from __future__ import annotations

from veche.importers._archive import refuse_unreadable
from veche.importers._blocks import finish, left_out, note, tracked_changes
from veche.importers._rtf_reader import Reader
from veche.study.errors import N_, InputProblem
from veche.study.registry import importer
from veche.text.transcripts import Draft


def _is_rtf(content: bytes, name: str) -> bool:
    return content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{\\rtf")


@importer("rtf", title=N_("Rich Text Format (rtf)"), extensions=(".rtf",), recognises=_is_rtf)
def rtf(content: bytes, name: str) -> Draft:
    """Read a Rich Text file.

    Raises
    ------
    InputProblem
        If it is not Rich Text or holds no text.
    """
    refuse_unreadable(content, name)
    if not _is_rtf(content, name):
        raise InputProblem(
            N_("{file} is not Rich Text: it does not begin with {sign}. Save the text as rtf or docx."),
            file=name,
            sign="{\\rtf",
        )
    reader = Reader()
    reader.read(content)
    notices = tracked_changes(name, reader.insertions, reader.deletions)
    notices += left_out(name, reader.comments, reader.hidden)
    if not reader.complete:
        text = N_("{file} seems to be cut off: it ends in the middle of a group. Compare its end with the original.")
        notices.append(note(text, file=name))
    return finish(name, reader.blocks, notices)
