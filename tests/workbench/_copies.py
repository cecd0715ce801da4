"""Two copies of a small study, and random acts on them."""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import functools
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.store._small import BODY, Small, make_small
from veche.store import Store
from veche.study import (
    Attribute,
    Code,
    Coder,
    Coding,
    Document,
    Memo,
    Record,
    Statement,
    StudyInfo,
    Summary,
    Text,
    Turn,
    VecheError,
    new_id,
)  # fmt: skip
from veche.study.documents import Anchor
from veche.workbench.correct import correct


@functools.cache
def _template() -> tuple[Small, Path]:
    """Make the small study and its copy once; every test gets them as files."""
    folder = Path(tempfile.mkdtemp(prefix="veche-copies-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    small = make_small(str(folder / "mine.veche"))
    with small.store.edit("АК", "code") as edit:
        edit.add(*(coding(small, 29 + n, 36 + n, n % 3 + 1) for n in range(3)))
    small.store.backup(folder / "theirs.veche")
    small.store.close()
    return small, folder


def two_copies(folder: Path) -> tuple[Small, Store, Store]:
    """Return the small study and a copy of it; both open."""
    small, made = _template()
    folder.mkdir(parents=True, exist_ok=True)
    mine, theirs = (Store.open(shutil.copy(made / name, folder / name)) for name in ("mine.veche", "theirs.veche"))
    return dataclasses.replace(small, store=mine), mine, theirs


def copied(store: Store, target: Path) -> Store:
    """Copy a study as a person does."""
    store.backup(target)
    return Store.open(target)


def coding(small: Small, start: int, end: int, code: int = 1, coder: int = 0) -> Coding:
    """Make a coding on the text that the small study began with."""
    return Coding(
        document_id=small.document.id, text_id=small.text.id, start=start, end=end, code_id=small.codes[code].id,
        coder_id=small.coders[coder].id,
    )  # fmt: skip


#: an act: which kind, and three numbers to choose rows and values by
Act = tuple[str, int, int, int]
ACTS = ("code", "recode", "uncode", "define", "new code", "drop code", "move", "memo", "correct", "state", "rename",
        "summary", "value", "undo", "describe")  # fmt: skip


def acts(*kinds: str) -> st.SearchStrategy[list[Act]]:
    """Draw a few acts of the given kinds, or of all."""
    one = st.tuples(st.sampled_from(kinds or ACTS), st.integers(0, 11), st.integers(0, 11), st.integers(0, 11))
    return st.lists(one, max_size=7)


def act(store: Store, who: str, one: Act) -> None:
    """Do one act; one that the rules of a study forbid is left undone, as it would be for a person."""
    kind, a, b, c = one
    with contextlib.suppress(VecheError):
        _DO[kind](store, who, a, b, c)


def _pick(store: Store, kind: type[Any], number: int) -> Any:
    found = store.all(kind)
    return found[number % len(found)] if found else None


def _anchor(store: Store, a: int, b: int) -> Anchor:
    document = store.all(Document)[0]
    length = len(store.text(document.text_id).body)
    start = a * 5 % (length - 12)
    return Anchor(document.id, document.text_id, start, start + 3 + b)


def _put(store: Store, who: str, record: Record | None, change: bool = False, **values: Any) -> None:
    if record is not None:
        with store.edit(who, "edit") as edit:
            edit.replace(dataclasses.replace(record, **values)) if change else edit.add(record)


def _code(store: Store, who: str, a: int, b: int, c: int) -> None:
    codes = [one for one in store.all(Code) if one.codable]
    at = _anchor(store, a, b)
    coder = next((one for one in store.all(Coder) if one.key == who), None)
    if coder is None:
        coder = Coder(key=who, name=who)
        _put(store, who, coder)
    _put(store, who, Coding(
        document_id=at.document_id, text_id=at.text_id, start=at.start, end=at.end, code_id=codes[c % len(codes)].id,
        coder_id=coder.id,
    ))  # fmt: skip


def _recode(store: Store, who: str, a: int, b: int, c: int) -> None:
    _put(store, who, _pick(store, Coding, a), True, modality=("asserted", "denied", "hypothetical")[b % 3])


def _uncode(store: Store, who: str, a: int, b: int, c: int) -> None:
    found = _pick(store, (Coding, Statement, Memo)[b % 3], a)
    if found is not None:
        with store.edit(who, "remove") as edit:
            edit.remove(type(found), found.id)


def _define(store: Store, who: str, a: int, b: int, c: int) -> None:
    _put(store, who, _pick(store, Code, a), True, definition_ru=f"Определение {b}")


def _new_code(store: Store, who: str, a: int, b: int, c: int) -> None:
    parent = _pick(store, Code, a)
    _put(store, who, Code(key=f"NEW.{b % 4}", parent_id=parent.id, kind="problem", label_ru=f"{c % 2}"))


def _drop_code(store: Store, who: str, a: int, b: int, c: int) -> None:
    found = _pick(store, Code, a)
    with store.edit(who, "remove") as edit:
        edit.remove(Code, found.id)


def _move(store: Store, who: str, a: int, b: int, c: int) -> None:
    _put(store, who, _pick(store, Code, a), True, parent_id=_pick(store, Code, b).id)


def _memo(store: Store, who: str, a: int, b: int, c: int) -> None:
    _put(store, who, Memo(target_id=_pick(store, Code, a).id, text=f"Заметка {b} {who}"))


def _correct(store: Store, who: str, a: int, b: int, c: int) -> None:
    document = store.all(Document)[0]
    body = store.text(document.text_id).body
    at = body.find(" ", (a * 7) % (len(body) - 5))
    body = (body[:at] + f", {('да', 'ну вот', 'как бы')[b % 3]}," + body[at:]) if at > 0 else BODY + " Вот."
    text = Text(new_id(), body, (Turn(1, 0, len(body), "answer", "Р."),))
    with store.edit(who, "correct") as edit:
        edit.add_texts([text])
        correct(store, edit, document, text, file_name="a.txt", sha256="")


def _state(store: Store, who: str, a: int, b: int, c: int) -> None:
    from veche.study import Actor, Interview, StatementKind

    actors = store.all(Actor)
    _put(store, who, Statement(
        interview_id=store.all(Interview)[0].id, quotes=(_anchor(store, a, b),), kind_id=store.all(StatementKind)[0].id,
        sources=(actors[c % 2].id,), targets=(actors[1 - c % 2].id,),
    ))  # fmt: skip


def _rename(store: Store, who: str, a: int, b: int, c: int) -> None:
    _put(store, who, _pick(store, Code, a), True, key=f"NEW.{b % 4}")


def _summary(store: Store, who: str, a: int, b: int, c: int) -> None:
    from veche.study import Town

    town, code = store.all(Town)[0], _pick(store, Code, a % 3)
    held = [one for one in store.all(Summary) if one.code_id == code.id]
    if held:
        _put(store, who, held[0], True, text=f"Сводка {b}")
    else:
        _put(store, who, Summary(case_id=town.id, code_id=code.id, text=f"Сводка {b}"))


def _value(store: Store, who: str, a: int, b: int, c: int) -> None:
    tones = [one for one in store.all(Code) if one.value_set == "TONE"]
    coder = store.all(Coder)[0]
    document = store.all(Document)[0]
    if tones:
        _put(store, who, Coding(
            document_id=document.id, text_id=document.text_id, start=30, end=35 + a % 2, code_id=tones[b % len(tones)].id,
            coder_id=coder.id,
        ))  # fmt: skip


def _undo(store: Store, who: str, a: int, b: int, c: int) -> None:
    if len(store.history(limit=6)) > 4:  # the study itself stays
        store.undo(who)


def _describe(store: Store, who: str, a: int, b: int, c: int) -> None:
    if a % 2:
        _put(store, who, store.all(StudyInfo)[0], True, note=f"Описание {b % 2}")
    else:
        _put(store, who, Attribute(target_id=store.all(StudyInfo)[0].id, name="размер", value=str(b % 2)))


_DO: dict[str, Callable[[Store, str, int, int, int], None]] = {
    "code": _code, "recode": _recode, "uncode": _uncode, "define": _define, "new code": _new_code, "drop code": _drop_code,
    "move": _move, "memo": _memo, "correct": _correct, "state": _state, "rename": _rename, "summary": _summary,
    "value": _value, "undo": _undo, "describe": _describe,
}  # fmt: skip


def fresh(folder: Path) -> Path:
    """Empty a folder for one example of a property."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
