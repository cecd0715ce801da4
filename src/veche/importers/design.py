"""Codebooks and designs of a study from YAML files.

What the entries mean is in `veche.study.design`; here the file is read, and every entry learns its line so that a message can name it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from veche.study.codebook import Code
from veche.study.design import ExposureWindow, codes_from, design_from, with_windows
from veche.study.errors import N_, InputProblem
from veche.study.record import Record
from veche.text.transcripts import Notice

__all__ = ["Batch", "ExposureWindow", "read_codebook", "read_design", "with_windows"]


@dataclass(frozen=True, slots=True)
class Batch:
    """What a design file gave: records, notices about what has no place in a study, and windows for the codes of the codebook."""

    records: tuple[Record, ...]
    notices: tuple[Notice, ...] = ()
    windows: tuple[ExposureWindow, ...] = ()


class Entry(dict[Any, Any]):
    """A mapping of the file that knows its line."""

    line: int = 0


def read_codebook(text: str, name: str) -> list[Code]:
    """Read a codebook written in YAML, in the order of the file.

    Parameters
    ----------
    text
        The file's text: a list `codes` of entries with `id`, `parent`, `kind`, labels, definitions, examples, `value_set`, `not_before`, `not_after`.
    name
        The file's name, for messages.

    Raises
    ------
    InputProblem
        If the text is not YAML, or an entry cannot be a code; the message names the line, what is wrong and what to do.
    """
    return codes_from(_load(text, name), name)


def read_design(text: str, name: str, *, language: Literal["ru", "en"] = "ru") -> Batch:
    """Read a design written in YAML: waves, roles, guide topics, kinds of statements, exposure windows.

    Apply the windows to the codes with `with_windows`. Sections that hold no records (descriptions of attributes, of a protocol) are left out and
    named in a notice.

    Parameters
    ----------
    text
        The file's text.
    name
        The file's name, for messages.
    language
        Which of two labels a wave takes.

    Raises
    ------
    InputProblem
        If the text is not YAML, or an entry cannot be used; the message names the line, what is wrong and what to do.
    """
    design = design_from(_load(text, name), name, language=language)
    notices = (
        Notice(
            N_("These sections of {file} only describe and were left out: {sections}. Nothing has to be done."),
            (("file", name), ("sections", ", ".join(design.unused))),
        ),
    )
    return Batch(design.records, notices if design.unused else (), design.windows)


def _load(text: str, name: str) -> object:
    """Load YAML with the line of every mapping."""
    import yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc, valid-type]
        pass

    def mapping(loader: Any, node: Any) -> Any:
        entry = Entry()
        yield entry
        entry.line = node.start_mark.line + 1
        entry.update(loader.construct_mapping(node))

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    try:
        return yaml.load(text, Loader=Loader)  # a safe loader: plain values only
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise InputProblem(
            N_("{where} is not YAML: {problem}. Look at that line: indentation, colons, quotes."),
            where=f"{name}:{mark.line + 1}" if mark else name,
            problem=getattr(error, "problem", None) or getattr(error, "reason", None) or type(error).__name__,
        ) from None
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        # a value that looks like a date or number and is none, or lists nested without end
        raise InputProblem(
            N_("{file} holds a value that cannot be read: {problem}. Put such a value in quotes or correct it."),
            file=name, problem=str(error) or type(error).__name__,
        ) from None  # fmt: skip
