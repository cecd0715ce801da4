"""One self-contained HTML page with findings: sentence, figure, table, grounds for and against, how it was made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veche import figures
from veche.privacy import Finding, Release
from veche.reports.tables import cell_text, heading, table_title
from veche.study.files import replacing
from veche.words import _, language, number

if TYPE_CHECKING:
    import pandas as pd

#: rows of a table on the page; the rest is in the files that `--out` writes
ROWS = 40


def save_figure(release: Release, path: Path, number_of: int = 0) -> Path:
    """Draw the figure of one finding of a release into a png, svg or pdf file.

    Raises
    ------
    InputProblem
        If the finding has no figure, or the file's kind is another.
    """
    figures.save(release.findings[number_of].result.figure, path)
    return path


def write_page(
    release: Release, path: Path, *, progress: Callable[[int, int, str], None] | None = None, dark: bool | None = None
) -> Path:
    """Write the findings of a release as one HTML file that loads nothing from elsewhere.

    Raises
    ------
    InputProblem
        If the file cannot be written.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    pages = Environment(
        loader=PackageLoader("veche.reports"), autoescape=select_autoescape(["html"]), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    sections = []
    total = len(release.findings)
    for place, finding in enumerate(release.findings):
        if progress is not None:
            progress(place, total, finding.result.name)
        sections.append(_section(finding, place))
    if progress is not None:
        progress(total, total, "")
    html = pages.get_template("findings.html").render(
        _=_, language=language(), release=release, sections=sections, made=f"{release.made:%Y-%m-%d %H:%M}"
    )
    with replacing(path) as part:
        part.write_text(html, encoding="utf-8")
    return path


def _section(finding: Finding, place: int) -> dict[str, Any]:
    result = finding.result
    assert result.analysis is not None
    return {
        "id": f"finding-{place + 1}",
        "name": result.name,
        "title": _(result.analysis.title),
        "question": _(result.analysis.question),
        "sentence": result.sentence,
        "method": _(result.analysis.method),
        "figure": figures.svg(result.figure) if result.analysis.draw is not None else "",
        "tables": [_table(name, frame) for name, frame in result.tables.items()],
        "supporting": finding.supporting,
        "opposing": finding.opposing,
        "notes": result.notes,
        "provenance": ", ".join(
            f"{key} {value}" for key, value in result.provenance().items() if not isinstance(value, dict)
        ),
        "params": result.provenance()["params"] or {},
    }


def _table(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    flat = frame.reset_index() if any(frame.index.names) else frame
    keep = [c for c in flat.columns if not flat[c].isna().all() and not (flat[c] == "").all()]
    head = flat[keep].head(ROWS)
    return {
        "name": table_title(name),
        "columns": [{"name": heading(c), "number": head[c].dtype.kind in "if"} for c in keep],
        "rows": [[cell_text(v) for v in row] for row in head.itertuples(index=False, name=None)],
        "more": max(0, len(flat) - ROWS),
        "size": number(float(len(flat)), 0),
    }
