"""What an exchange with another program leaves behind, item by item, in either direction."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from veche.study.errors import N_, VecheError
from veche.study.files import replacing

if TYPE_CHECKING:
    import pandas as pd

#: columns of a loss report
COLUMNS = (N_("kind"), N_("item"), N_("where"), N_("what was lost and why"))
#: what a spreadsheet would take for a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that had no place on the other side, or came over changed.

    Parameters
    ----------
    kind
        What sort of thing: a noun in the singular, marked with `N_` (code, coding, link ...).
    item
        Which one: its name, its words or its identifier.
    where
        Where it stands: the name of a document, a code, a file; empty for the whole project.
    reason
        What of it was lost and why: a template marked with `N_`.
    fields
        Values of the places of the template.
    """

    kind: str
    item: str
    where: str
    reason: str
    fields: tuple[tuple[str, object], ...] = ()

    def said(self, translate: Callable[[str], str] = str) -> tuple[str, str, str, str]:
        """Return kind, item, where and reason in the language of `translate`."""
        reason = VecheError(self.reason, **dict(self.fields)).message(translate)
        return translate(self.kind), self.item, self.where, reason


@dataclass(frozen=True, slots=True)
class Written:
    """What an exporter of whole studies wrote, and what had no place in it."""

    files: tuple[Path, ...]
    losses: tuple[Loss, ...] = ()


def loss(kind: str, item: str, where: str, reason: str, /, **fields: object) -> Loss:
    """Make a loss with the fields of its reason given by name."""
    return Loss(kind, item, where, reason, tuple(fields.items()))


def to_frame(losses: Iterable[Loss], translate: Callable[[str], str] = str) -> pd.DataFrame:
    """Return losses as a table with the columns kind, item, where, reason."""
    import pandas as pd

    rows = [one.said(translate) for one in losses]
    return pd.DataFrame(rows, columns=["kind", "item", "where", "reason"], dtype=object)


def to_csv(losses: Iterable[Loss], translate: Callable[[str], str] = str) -> str:
    """Return losses as CSV with a heading; a cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(translate(column) for column in COLUMNS)
    for one in losses:
        writer.writerow("'" + cell if cell.startswith(_FORMULA) else cell for cell in one.said(translate))
    return out.getvalue()


def to_text(losses: Sequence[Loss], translate: Callable[[str], str] = str) -> str:
    """Return losses as lines of text, one per item."""
    return "".join(
        f"{kind} · {' '.join(item.split())}{f' · {where}' if where else ''}: {reason}\n"
        for kind, item, where, reason in (one.said(translate) for one in losses)
    )


def counted(losses: Iterable[Loss], translate: Callable[[str], str] = str) -> list[tuple[str, str, int]]:
    """Return kinds and reasons (with the first item's fields) with how many items each has, the commonest first.

    Items of one kind and one template are counted together, whatever fills their places.
    """
    number: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], Loss] = {}
    for one in losses:
        number[one.kind, one.reason] += 1
        first.setdefault((one.kind, one.reason), one)
    return [
        (first[key].said(translate)[0], first[key].said(translate)[3], count) for key, count in number.most_common()
    ]


def write_losses(losses: Sequence[Loss], path: Path, translate: Callable[[str], str] = str) -> None:
    """Write a loss report: CSV (UTF-8 with a byte order mark, as spreadsheets expect) for ``.csv``, else lines of text.

    Raises
    ------
    InputProblem
        If the file cannot be written.
    """
    table = path.suffix.lower() == ".csv"
    words = to_csv(losses, translate) if table else to_text(losses, translate)
    with replacing(path) as part:
        part.write_text(words, encoding="utf-8-sig" if table else "utf-8", newline="")
