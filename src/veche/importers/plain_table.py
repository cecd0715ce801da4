"""Any table of a file (csv, tsv, xlsx) as a frame of its cells."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veche.importers._table_rows import tables
from veche.study import InputProblem
from veche.study.errors import N_

if TYPE_CHECKING:
    import pandas as pd

_COMMA = re.compile(r"[+-]?\d+,\d+")


def read_table(path: Path) -> pd.DataFrame:
    """Read the first table of a file: its first row are names, empty rows are left out, a decimal comma is read as a point.

    Raises
    ------
    InputProblem
        If there is no such file, it is no table, has no rows, or names a column twice or not at all.
    """
    import pandas as pd

    if not path.is_file():
        raise InputProblem(N_("There is no file {name}. Check the name and the folder."), name=path.name)
    rows = next(iter(tables(path, None)), [])
    filled = [row for row in rows if any(_cell(one) is not None for one in row)]
    if len(filled) < 2:
        raise InputProblem(
            N_("The table {name} has no rows. Give names in the first row and one row for each case."), name=path.name
        )
    names = [str(one).strip() if _cell(one) is not None else "" for one in filled[0]]
    while names and not names[-1]:
        names.pop()
    for at, name in enumerate(names):
        if not name or name in names[:at]:
            raise InputProblem(
                N_("Column {place} of {name} has the name {column}, which is empty or not its own. Give every column a name of its own."),
                place=at + 1, name=path.name, column=name or "–",
            )  # fmt: skip
    cells = [[_cell(one) for one in (*row, *[None] * len(names))[: len(names)]] for row in filled[1:]]
    return pd.DataFrame(cells, columns=names, dtype=object)


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        text = value.strip()
        return (text.replace(",", ".") if _COMMA.fullmatch(text) else text) or None
    return value
