"""Claims of one's own that are kept in the study: notes on it whose title is the name of a YAML file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from veche.study.codings import Memo
from veche.study.errors import InputProblem, NotFound
from veche.study.evidence import Evidence
from veche.words import N_

#: how the option `file` names claims of the study: ``study:mine.yaml``, or with the print of their text ``study:mine.yaml@1f0c9a52``
PREFIX = "study:"
ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Kept:
    """A text of claims that the study keeps."""

    name: str
    text: str
    id: str

    @property
    def print(self) -> str:
        """Short digest of the text."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()[:8]

    @property
    def address(self) -> str:
        """What the option `file` takes: the name with the print, so that a kept address never gives other claims unseen."""
        return f"{PREFIX}{self.name}@{self.print}"


def kept_claims(memos: Iterable[Memo], study_id: str) -> tuple[Kept, ...]:
    """List the claims among the notes of a study, by name."""
    found = [
        Kept(one.title, one.text, one.id)
        for one in memos
        if one.target_id == study_id and one.title.lower().endswith(ENDINGS)
    ]
    return tuple(sorted(found, key=lambda one: (one.name, one.id)))


def find_kept(evidence: Evidence, file: str) -> Kept:
    """Find the claims that the option `file` names.

    Raises
    ------
    NotFound
        If the study keeps none of that name.
    InputProblem
        If their text is another one than that whose print is given.
    """
    every = kept_claims(evidence.memos, evidence.study.id)
    wanted, _at, mark = file.removeprefix(PREFIX).partition("@")
    named = [one for one in every if one.name == wanted]
    if not named:
        raise NotFound(
            N_("The study keeps no claims called {key}. It keeps: {known}. Add the file on the page of claims."),
            key=wanted,
            known=", ".join(one.name for one in every) or "–",
        )
    found = next((one for one in named if one.print == mark), named[-1])
    if mark and found.print != mark:
        raise InputProblem(
            N_("The claims {key} were changed since this address was kept. Choose them anew on the page of claims."),
            key=wanted,
        )
    return found
