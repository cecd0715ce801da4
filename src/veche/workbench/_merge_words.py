"""Clashes of a merge for people: what each is about, where the two sides differ, and a table to decide them in."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from veche.store import Store
from veche.store.records import BY_TABLE
from veche.store.veil import curtain
from veche.study import Coding, InputProblem, NotFound, Record
from veche.study.errors import N_
from veche.workbench._merge_rows import name_of
from veche.workbench._merge_rules import Clash, Side
from veche.workbench.merge import MergePlan
from veche.workbench.study import Study

#: what each kind of clash means, with what choosing a side does
EXPLAINED: Mapping[str, str] = {
    "changed": N_("Changed in both copies."),
    "removed": N_("Removed in one copy, in use in the other. The side that keeps it keeps all that stands on it."),
    "same": N_("Both copies have it, with different contents. They become one."),
    "exclusive": N_("Values that exclude each other on one passage."),
    "circle": N_("Moved in both copies so that the codes would stand below one another."),
    "frozen": N_("The publication is frozen here: it stays as it is."),
    "incomplete": N_("It rests on something that neither copy has any more: it is left out."),
}
SIDES: Mapping[Side, str] = {"mine": N_("keep mine"), "theirs": N_("take theirs")}
#: fields that say nothing to a person
_SILENT = frozenset({"id", "rev", "made"})
COLUMNS = (N_("clash"), N_("what"), N_("name"), N_("why"), N_("here"), N_("there"), N_("decision"))
_DECISIONS: Mapping[str, Side] = {
    "mine": "mine", "keep mine": "mine", "моё": "mine", "мое": "mine", "оставить моё": "mine",
    "theirs": "theirs", "take theirs": "theirs", "их": "theirs", "взять их": "theirs",
}  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the two sides differ, with its values in words."""

    field: str
    mine: str
    theirs: str


def differences(plan: MergePlan, clash: Clash) -> tuple[Difference, ...]:
    """Return the fields in which the two sides of a clash differ; of a row that one side lacks, what the other says."""
    mine, theirs = clash.mine, clash.theirs
    shown = mine or theirs
    if shown is None or mine == theirs:
        return ()
    found = []
    for field in dataclasses.fields(shown):
        if field.name in _SILENT:
            continue
        here, there = (_said(plan, one, field.name) for one in (mine, theirs))
        if here != there:
            found.append(Difference(field.name, here, there))
    return tuple(found)


def _said(plan: MergePlan, record: Record | None, field: str) -> str:
    value = getattr(record, field, None)
    if record is None or value is None or value == "" or value == ():
        return ""
    if isinstance(value, tuple):
        return ", ".join(_named(plan, one) if isinstance(one, str) else f"{one.start}–{one.end}" for one in value)
    return _named(plan, value) if isinstance(value, str) else str(value)


def _named(plan: MergePlan, value: str) -> str:
    """Return the name of what an id points to; any other text as it is."""
    if len(value) != 36 or value.count("-") != 4:
        return value
    for rows in (plan.copies.mine, plan.copies.theirs):
        for table in BY_TABLE:
            if (found := rows.get((table, value))) is not None:
                return name_of(found) or value
    return value


@dataclasses.dataclass(frozen=True, slots=True)
class ToldClash:
    """A clash as it is shown. One on a row that is hidden from the viewer under blind coding shows nothing of its content."""

    clash: Clash
    noun: str
    name: str
    why: str
    words: str
    differences: tuple[Difference, ...]
    hidden: bool


def told_clashes(study: Study, plan: MergePlan) -> list[ToldClash]:
    """Return the clashes of a plan for the one who looks at them, those that wait for a decision first."""
    told = []
    with study.store.reading() as connection:
        drawn = curtain(connection, study.store.viewer)
        hidden = {
            one.key
            for one in plan.clashes
            if any(row is not None and drawn.hides(row) for row in (one.mine, one.theirs))
        }
    for one in sorted(plan.clashes, key=lambda one: not one.open):
        noun, why = BY_TABLE[one.table].record.noun, EXPLAINED[one.kind]
        if one.key in hidden:
            told.append(ToldClash(one, noun, "", why, "", (), True))
        else:
            told.append(ToldClash(one, noun, one.name, why, _words(study.store, one), differences(plan, one), False))
    return told


def _words(store: Store, clash: Clash) -> str:
    """Return the quotation that a clash about a coding stands on, if this side has its text."""
    one = clash.mine if isinstance(clash.mine, Coding) else clash.theirs
    if not isinstance(one, Coding):
        return ""
    try:
        return store.text(one.text_id).body[one.start : one.end]
    except NotFound:
        return ""


def write_clashes(plan: MergePlan, path: Path, translate: Callable[[str], str] = str) -> None:
    """Write the clashes as CSV with an empty column for decisions (mine, theirs).

    Raises
    ------
    InputProblem
        If the file cannot be written.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(translate(one) for one in COLUMNS)
    for row in _rows(plan, translate):
        writer.writerow("'" + cell if cell.startswith(_FORMULA) else cell for cell in row)
    try:
        path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
    except OSError as error:
        raise InputProblem(
            N_("{name} cannot be written: {reason}. Check the path and the rights."),
            name=path,
            reason=error.strerror or error,
        ) from error


def _rows(plan: MergePlan, translate: Callable[[str], str]) -> Iterator[tuple[str, ...]]:
    for one in plan.clashes:
        found = differences(plan, one)
        here = "; ".join(f"{each.field}: {each.mine or '–'}" for each in found) if one.mine else "–"
        there = "; ".join(f"{each.field}: {each.theirs or '–'}" for each in found) if one.theirs else "–"
        noun = translate(BY_TABLE[one.table].record.noun)
        yield one.key, noun, one.name, translate(EXPLAINED[one.kind]), here, there, one.side or ""


def read_decisions(path: Path) -> dict[str, Side]:
    """Read decisions from a table as `write_clashes` writes it: the first column names the clash, the last says mine or theirs.

    Raises
    ------
    InputProblem
        If the file cannot be read, or a decision is neither.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";" if text.partition("\n")[0].count(";") > 3 else ","))
    except OSError as error:
        raise InputProblem(
            N_("{name} cannot be read: {reason}. Check the path."), name=path, reason=error.strerror or error
        ) from error
    except (ValueError, csv.Error) as error:
        raise InputProblem(
            N_("{name} is no table. Write one with `veche merge --clashes FILE.csv`."), name=path
        ) from error
    found: dict[str, Side] = {}
    for number, row in enumerate(rows[1:], start=2):
        if not row or not row[0].strip() or not row[-1].strip():
            continue
        side = _DECISIONS.get(" ".join(row[-1].casefold().split()))
        if side is None or len(row) < 2:
            raise InputProblem(
                N_("Line {line} of {name} decides {found}. Write mine or theirs in the last column."),
                line=number, name=path, found=row[-1][:40],
            )  # fmt: skip
        found[row[0].strip().lstrip("'")] = side
    return found
