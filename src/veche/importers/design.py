"""Codebooks and designs of a study from YAML files.

What the entries mean is in `veche.study.design`; here the file is read, and every entry learns its line so that a message can name it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from veche.study.codebook import Code
from veche.study.design import ExposureWindow, codes_from, design_from, with_windows
from veche.study.errors import N_
from veche.study.lined_yaml import load_yaml
from veche.study.record import Record
from veche.text.transcripts import Notice

__all__ = ["Batch", "ExposureWindow", "read_codebook", "read_design", "with_windows"]


@dataclass(frozen=True, slots=True)
class Batch:
    """What a design file gave: records, notices about what has no place in a study, and windows for the codes of the codebook."""

    records: tuple[Record, ...]
    notices: tuple[Notice, ...] = ()
    windows: tuple[ExposureWindow, ...] = ()


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
    return codes_from(load_yaml(text, name), name)


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
    design = design_from(load_yaml(text, name), name, language=language)
    notices = (
        Notice(
            N_("These sections of {file} only describe and were left out: {sections}. Nothing has to be done."),
            (("file", name), ("sections", ", ".join(design.unused))),
        ),
    )
    return Batch(design.records, notices if design.unused else (), design.windows)
