"""Results: what an analysis returns. Every number of it leads back to the sentences behind it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from veche.study.errors import N_, InputProblem
from veche.study.evidence import Evidence
from veche.study.quotations import Quotation, quotations

if TYPE_CHECKING:
    import pandas as pd

    from veche.study.registry import Analysis


@dataclass(frozen=True, slots=True)
class Grounds:
    """Ids of the codings and statements behind one number: for it, and against it."""

    supporting: tuple[str, ...] = ()
    opposing: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Count both sides."""
        return len(self.supporting) + len(self.opposing)


def no_grounds(table: str, row: Hashable, column: str | None) -> Grounds:
    """Give no grounds: for results that rest on interviews as such, not on sentences."""
    return Grounds()


@dataclass(frozen=True)
class Result:
    """Tables, the sentence that says what they say, and the way back to the words.

    An analysis fills `tables` (the first is the main one, its index names the rows), `sentence`, `support`,
    `highlights`, `notes`, `evidence` and `seed`; the registry adds what ran
    on what. A missing value is NaN in the tables and its reason stands in a column ``reason`` or in `notes`.
    """

    tables: Mapping[str, pd.DataFrame]
    sentence: str
    evidence: Evidence = field(repr=False)
    #: (table, row label, column or None) -> grounds
    support: Callable[[str, Hashable, str | None], Grounds] = field(default=no_grounds, repr=False)
    #: rows of the main table on which the sentence rests: their quotations are shown first
    highlights: tuple[Hashable, ...] = ()
    notes: tuple[str, ...] = ()
    seed: int | None = None
    analysis: Analysis[Any] | None = field(default=None, repr=False)
    params: Any = None
    version: str = ""
    digest: str = ""

    @property
    def table(self) -> pd.DataFrame:
        """The main table."""
        return next(iter(self.tables.values()))

    @property
    def figure(self) -> Any:
        """The figure as an Altair chart, which displays itself in a notebook.

        Raises
        ------
        InputProblem
            If the analysis has no figure.
        """
        if self.analysis is None or self.analysis.draw is None:
            raise InputProblem(N_("The analysis {name} has no figure. Use its tables."), name=self.name)
        return self.analysis.draw(self)

    @property
    def name(self) -> str:
        """Name of the analysis."""
        return self.analysis.name if self.analysis else ""

    @property
    def method(self) -> str:
        """How the numbers were made, in two or three sentences (untranslated template)."""
        return self.analysis.method if self.analysis else ""

    def grounds(self, row: Hashable, column: str | None = None, table: str | None = None) -> Grounds:
        """Return the ids behind a row, or behind one cell of it.

        Raises
        ------
        InputProblem
            If the table has no such row or column.
        """
        name = table or next(iter(self.tables))
        if name not in self.tables:
            raise InputProblem(
                N_("The result has no table {name}. Its tables: {known}."), name=name, known=", ".join(self.tables)
            )
        frame = self.tables[name]
        if row not in frame.index:
            raise InputProblem(
                N_("Table {name} has no row {row}. Rows look like {sample}."),
                name=name,
                row=row,
                sample=frame.index[0] if len(frame) else "–",
            )
        if column is not None and column not in frame.columns:
            raise InputProblem(
                N_("Table {name} has no column {column}. Its columns: {known}."),
                name=name,
                column=column,
                known=", ".join(map(str, frame.columns)),
            )
        return self.support(name, row, column)

    def quotations(
        self, row: Hashable, column: str | None = None, table: str | None = None, *, opposing: bool = False
    ) -> tuple[Quotation, ...]:
        """Return the sentences behind a row or cell: those for it, or with `opposing` those against it."""
        grounds = self.grounds(row, column, table)
        return tuple(quotations(self.evidence, grounds.opposing if opposing else grounds.supporting))

    def provenance(self) -> dict[str, Any]:
        """Return what ran on what: enough to run it again and get the same."""
        from importlib.metadata import version

        return {
            "analysis": self.name,
            "analysis_version": self.version,
            "veche": version("veche"),
            "study": self.evidence.study.name,
            "evidence": self.digest,
            "where": _plain(self.evidence.where),
            "params": _plain(self.params),
            "seed": self.seed,
        }

    def _repr_html_(self) -> str:
        from html import escape

        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return f"<p><b>{escape(self.sentence)}</b></p>{self.table.to_html()}<ul>{notes}</ul>"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value
