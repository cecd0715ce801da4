"""Claims of one's own, kept in the study: added, changed, taken out, each as one act that can be undone."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import PurePosixPath

from veche.analyses.claims.compute import LARGEST, shipped
from veche.analyses.claims.mistakes import Mistake, mistakes
from veche.analyses.claims.own import ENDINGS, Kept, kept_claims
from veche.study import InputProblem, Memo, NotFound
from veche.study.errors import N_
from veche.workbench.study import Study

__all__ = ["Kept", "Mistake", "drop_claims", "example", "keep_claims", "kept", "text_of", "wrong_in"]

#: longest name of a file of claims
LONGEST = 80


def kept(study: Study) -> tuple[Kept, ...]:
    """List the claims that the study keeps, by name."""
    return kept_claims(study.store.having(Memo, "target_id", [study.info.id]), study.info.id)


def example() -> str:
    """Return the claims that come with the program, to begin from."""
    return shipped()


def text_of(name: str, content: bytes) -> str:
    """Return the text of a file of claims.

    Raises
    ------
    InputProblem
        If it is too large, or no text in UTF-8.
    """
    if len(content) > LARGEST:
        raise InputProblem(
            N_("{file} is larger than a file of claims can be (1 MB). Give the file with claims."), file=name
        )
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise InputProblem(
            N_("{file} is not text in UTF-8 (byte {place}). Save it as UTF-8 and give it again."),
            file=name,
            place=error.start,
        ) from None


def wrong_in(name: str, text: str) -> tuple[Mistake, ...]:
    """List what is wrong in a text of claims, by line."""
    return mistakes(text, name)


def keep_claims(study: Study, name: str, text: str) -> Kept:
    """Keep claims in the study under the name of a file; those of the same name are replaced.

    Raises
    ------
    InputProblem
        If the name is not that of a YAML file, or the text cannot be used; the message names the first mistake.
    """
    plain = PurePosixPath(name.strip().replace("\\", "/")).name
    if not plain.lower().endswith(ENDINGS) or plain.lower() in ENDINGS or "@" in plain or len(plain) > LONGEST:
        raise InputProblem(
            N_("Claims cannot be kept as {file}. Give the name of a YAML file without @, such as mine.yaml."),
            file=plain[:LONGEST] or "–",
        )
    body = text_of(plain, text.encode("utf-8", "replace"))
    for one in wrong_in(plain, body)[:1]:
        raise InputProblem(N_("{file} cannot be kept. {reason}"), file=plain, reason=one.message)
    info = study.info
    held = next((one for one in kept(study) if one.name == plain), None)
    with study.store.edit(study.who, "keep claims", plain) as edit:
        made = dt.datetime.now(dt.timezone.utc).replace(tzinfo=None, microsecond=0)
        memo = Memo(target_id=info.id, title=plain, text=body, coder_id=study.coder(None, edit).id, made=made)
        if held is not None:
            memo = dataclasses.replace(memo, id=held.id)
            edit.replace(memo)
        else:
            edit.add(memo)
    return Kept(plain, body, memo.id)


def drop_claims(study: Study, name: str) -> None:
    """Take claims out of the study.

    Raises
    ------
    NotFound
        If the study keeps none of that name.
    """
    every = kept(study)
    found = next((one for one in every if one.name == name), None)
    if found is None:
        raise NotFound(
            N_("The study keeps no claims called {key}. It keeps: {known}. Add the file on the page of claims."),
            key=name,
            known=", ".join(one.name for one in every) or "–",
        )
    with study.store.edit(study.who, "remove claims", name) as edit:
        edit.remove(Memo, found.id)
