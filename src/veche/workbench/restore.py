"""Back to an earlier state of the study: what would change, and the change itself as one act that can be undone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from veche.store import Change, Store
from veche.study import InputProblem
from veche.study.errors import N_
from veche.workbench.study import Study


@dataclass(frozen=True, slots=True)
class Restoration:
    """What going back to the state after entry `seq` would do: one change per row that differs."""

    seq: int
    upto: int
    changes: tuple[Change, ...]

    def counts(self) -> dict[str, tuple[int, int, int]]:
        """Return for each kind of row how many would be removed, brought back, and put back to what they were."""
        gone: Counter[str] = Counter()
        back: Counter[str] = Counter()
        other: Counter[str] = Counter()
        for one in self.changes:
            before, after = _in_force(one.before), _in_force(one.after)
            (gone if not before else back if not after else other)[one.table] += 1
        kinds = dict.fromkeys(one.table for one in self.changes)
        return {kind: (gone[kind], back[kind], other[kind]) for kind in kinds}


def plan_restoration(study: Study, seq: int) -> Restoration:
    """Find what differs between now and the state just after entry `seq`; nothing is changed.

    Raises
    ------
    InputProblem
        If there is no such entry, or it is the newest one.
    """
    store = study.store
    newest = store.last_entry()
    if not 0 < seq < newest:
        raise InputProblem(
            N_("The study cannot go back to entry {seq}: the entries before the newest are 1 to {last}. Choose one of them."),
            seq=seq, last=newest - 1,
        )  # fmt: skip
    return Restoration(seq, newest, _differences(store, seq, newest))


def _differences(store: Store, seq: int, newest: int) -> tuple[Change, ...]:
    first: dict[tuple[str, str], Change] = {}
    last: dict[tuple[str, str], Change] = {}
    for number in range(seq + 1, newest + 1):
        for one in store.changes(number):
            place = (one.table, one.row_id)
            first.setdefault(place, one)
            last[place] = one
    found = []
    for place, one in first.items():
        then, there = one.before, last[place].after
        if _content(then) != _content(there):
            found.append(Change(*place, then, there))
    return tuple(found)


def restore(study: Study, plan: Restoration) -> int:
    """Go back as planned, as one act; returns the number of its entry.

    Raises
    ------
    Conflict
        If somebody changed one of the rows since the plan was made.
    """
    with study.store.edit(study.who, "go back", f"#{plan.seq}") as edit:
        for one in reversed(plan.changes):
            edit.restore(one)
    return study.store.last_entry()


def _in_force(row: object) -> bool:
    return isinstance(row, dict) and not row["gone"]


def _content(row: object) -> object:
    """Return what counts of a row: nothing if it is not there or removed, else all but its revision."""
    if not _in_force(row):
        return None
    assert isinstance(row, dict)
    return {name: value for name, value in row.items() if name != "rev"}
