"""Entries of the journal in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from veche.store import Entry
from veche.words import N_, _


@dataclass(frozen=True, slots=True)
class ToldEntry:
    """An entry with what was done in words, and its sign."""

    entry: Entry
    text: str
    sign: str


#: acts as the journal names them, below and in the scripts; others are shown as they are
ACTS = (
    N_("new study"), N_("design and codebook"), N_("fictional study"), N_("add transcripts"), N_("code"), N_("edit"),
    N_("remove"), N_("go back"), N_("add town"), N_("add wave"), N_("add respondent"), N_("add role"), N_("add region"),
    N_("add interview"), N_("edit town"), N_("edit wave"), N_("edit respondent"), N_("edit role"), N_("edit region"),
    N_("edit interview"), N_("edit study"), N_("remove town"), N_("remove wave"), N_("remove respondent"),
    N_("remove role"), N_("remove region"), N_("remove interview"), N_("add topic"), N_("edit topic"), N_("remove topic"),
    N_("write summary"), N_("remove summary"), N_("edit document"), N_("add coder"), N_("edit coder"), N_("remove coder"),
    N_("keep claims"), N_("remove claims"),
    N_("merge"),
    N_("assign interviews"), N_("finish coding"), N_("code again"), N_("withdraw assignment"), N_("take over agreement"),
    N_("decide disagreement"),
)  # fmt: skip
_KINDS = {"undo": N_("undone: {what}"), "redo": N_("done again: {what}")}
_SIGNS = {"undo": "↶", "redo": "↷"}


def in_words(entry: Entry) -> str:
    """Say what an entry did."""
    action = _(entry.action)
    what = f"{action} · {entry.note}" if entry.note else action
    return _(_KINDS[entry.kind]).format(what=what) if entry.kind in _KINDS else what


def told(entries: Iterable[Entry]) -> list[ToldEntry]:
    """Say what entries did."""
    return [ToldEntry(one, in_words(one), _SIGNS.get(one.kind, "")) for one in entries]
