"""What leaves the lab: tables, figures, scenarios, the description of the model. Each says what the model cannot show."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veche import __version__
from veche.lab.honesty import STATEMENTS
from veche.lab.model import Scenario
from veche.study import InputProblem
from veche.study.errors import N_
from veche.words import _, say

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FIGURES", "STATEMENTS", "TABLES", "check_figure_name", "check_table_name", "check_text_name", "figure_bytes", "notes", "odd_file",
    "scenario_file", "seed_words", "table_bytes", "write_out", "write_text",
]  # fmt: skip
TABLES = (".csv", ".tsv", ".xlsx", ".parquet")
FIGURES = (".svg", ".png", ".pdf")
TEXTS = (".md", ".txt")


def notes(scenario: Scenario | None = None, *, runs: int = 0, seed: int = 0) -> list[str]:
    """Give what stands beside every table and figure that leaves the lab: what it rests on, and what it cannot show."""
    said = []
    if scenario is not None:
        given = ", ".join(f"{name} = {value:g}" for name, value in scenario.parameters.given)
        said.append(
            say(
                N_("Conditions: {name}; {given}. All others at their defaults."),
                name=scenario.name or "–",
                given=given or "–",
            )
        )
    if runs:
        said.append(say(N_("{runs} runs, seed {seed}, veche {version}."), runs=runs, seed=seed, version=__version__))
    return said + [_(one) for one in STATEMENTS]


def seed_words(seed: int) -> str:
    """Say from which seed and by which version something was made."""
    return say(N_("Seed {seed}, veche {version}."), seed=seed, version=__version__)


def check_table_name(path: Path) -> None:
    """See that a table can have this name.

    Raises
    ------
    InputProblem
        For another ending.
    """
    if path.suffix.lower() not in TABLES:
        raise InputProblem(
            N_("{name} is neither csv nor tsv nor xlsx nor parquet. Give a name with one of these endings."),
            name=path.name,
        )


def check_figure_name(path: Path) -> None:
    """See that a figure can have this name.

    Raises
    ------
    InputProblem
        For another ending.
    """
    if path.suffix.lower() not in FIGURES:
        raise InputProblem(
            N_("{name} is neither svg nor png nor pdf. Give a name with one of these endings."), name=path.name
        )


def check_text_name(path: Path) -> None:
    """See that words can have this name.

    Raises
    ------
    InputProblem
        For another ending.
    """
    if path.suffix.lower() not in TEXTS:
        raise InputProblem(N_("{name} is neither md nor txt. Give a name with one of these endings."), name=path.name)


def write_out(tables: Mapping[str, pd.DataFrame], path: Path, said: Iterable[str]) -> tuple[Path, ...]:
    """Write tables with what must be said beside them: a sheet of a workbook, a file beside csv, the metadata of Parquet.

    Raises
    ------
    InputProblem
        For another ending, or if it cannot be written.
    """
    import pandas as pd

    from veche.workbench.sets import write_tables

    lines = list(said)
    check_table_name(path)
    kind = path.suffix.lower()
    if kind == ".parquet":
        return _write_parquet(tables, path, lines)
    written = write_tables({**tables, "notes": pd.DataFrame({_("note"): lines})} if kind == ".xlsx" else tables, path)
    if kind == ".xlsx":
        return written
    from veche.exporters._writing import replacing

    beside = path.with_name(f"{path.stem}.notes.txt")
    with replacing(beside) as part:
        part.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return (*written, beside)


def _write_parquet(tables: Mapping[str, pd.DataFrame], path: Path, lines: list[str]) -> tuple[Path, ...]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from veche.exporters._writing import replacing

    written = []
    for at, (name, table) in enumerate(tables.items()):
        target = path if at == 0 else path.with_name(f"{path.stem}.{name}{path.suffix}")
        made = pa.Table.from_pandas(table)
        metadata = {**(made.schema.metadata or {}), b"veche.notes": "\n".join(lines).encode()}
        with replacing(target) as part:
            pq.write_table(made.replace_schema_metadata(metadata), part, compression="zstd")
        written.append(target)
    return tuple(written)


def table_bytes(tables: Mapping[str, pd.DataFrame], kind: str, said: Iterable[str]) -> bytes:
    """Give tables as the content of one file: xlsx, or csv with the notes after the table."""
    lines = list(said)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"lab.{kind}"
        written = write_out(tables, path, lines)
        content = path.read_bytes()
        if kind == "xlsx" or len(written) == 1:
            return content
        quoted = "\n".join('"# {}"'.format(one.replace('"', '""')) for one in lines)
        return content + f"\n{quoted}\n".encode()


def scenario_file(scenario: Scenario) -> str:
    """Give a scenario as YAML."""
    from veche.lab.scenario_files import scenario_text

    return scenario_text(scenario)


def odd_file() -> str:
    """Give the description of the model (ODD), made from its own tables."""
    from veche.lab.odd import odd_text

    return odd_text()


def figure_bytes(chart: Any, kind: str) -> bytes:
    """Give a figure as the content of a file: svg, png or pdf."""
    from veche import figures

    return {
        "svg": lambda: figures.svg(chart).encode(),
        "png": lambda: figures.png(chart),
        "pdf": lambda: figures.pdf(chart),
    }[kind]()


def write_text(text: str, path: Path) -> Path:
    """Write words to a file.

    Raises
    ------
    InputProblem
        If it cannot be written.
    """
    from veche.exporters._writing import replacing

    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")
    return path
