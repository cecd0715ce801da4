"""Reading transcripts: one importer per file format, and the choice of the right one by what the file holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from veche.importers._archive import refuse_unreadable
from veche.importers._blocks import note
from veche.study.errors import N_, InputProblem, VecheError
from veche.study.registry import Importer
from veche.text.transcripts import Draft

#: importers that come with veche: each is the object of that name in the module of that name
BUILT_IN = ("docx", "html", "odt", "pdf", "plain", "rtf", "subtitles", "timecoded")

__all__ = ["BUILT_IN", "built_in", "read_transcript"]


def built_in() -> tuple[Importer, ...]:
    """Load the importers that come with veche."""
    from importlib import import_module

    return tuple(getattr(import_module(f"veche.importers.{name}"), name) for name in BUILT_IN)


def read_transcript(content: bytes, name: str, importers: Sequence[Importer]) -> Draft:
    """Read a transcript with the importer that fits it: by what the file holds, else by its extension.

    Parameters
    ----------
    content, name
        Bytes and name of the file.
    importers
        The importers to choose from; their order does not matter, except among several that recognise the same file.

    Returns
    -------
    Draft
        If the extension promises another format than the content has, a notice says so.

    Raises
    ------
    InputProblem
        If no importer reads such files, or the one that does finds the file unusable (empty, damaged, protected, without text ...).
    """
    refuse_unreadable(content, name)
    extension = PurePath(name).suffix.lower()
    named = [one for one in importers if extension in one.extensions]
    seen = [one for one in importers if one.recognises is not None and one.recognises(content, name)]
    chosen = next((one for one in seen if one in named), None) or next(iter(seen or named), None)
    if chosen is None:
        known = ", ".join(sorted({e for one in importers for e in one.extensions}))
        raise InputProblem(
            N_("{file} is of a kind that cannot be read. Save it as one of: {known}."), file=name, known=known
        )
    draft = _read(chosen, content, name)
    if extension in chosen.extensions or not isinstance(draft, Draft):
        return draft
    text = N_("{file} holds {format} although its name ends in {extension}; it was read as what it is. Rename it.")
    notice = note(text, file=name, format=chosen.extensions[0], extension=extension or "–")
    return Draft(draft.blocks, (*draft.notices, notice), draft.encoding)


def _read(chosen: Importer, content: bytes, name: str) -> Draft:
    try:
        draft: Draft = chosen.read(content, name)
    except VecheError:
        raise
    except RecursionError as error:
        raise InputProblem(
            N_("{file} is nested more deeply than any transcript. Save its text anew in the word processor."), file=name
        ) from error
    except Exception as error:  # an importer of others may fail in any way
        raise InputProblem(
            N_("{file} could not be read as {format}: {reason}. Save its text as plain text and give that."),
            file=name,
            format=chosen.name,
            reason=f"{type(error).__name__} {error}"[:120],
        ) from error
    return draft
