"""The figures of the last runs as one page: ``out/figures.html``, from ``out/figures.json``; it needs nothing but itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

_STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#23211d, #e8e6e1); --quiet: light-dark(#6b6760, #a3a09a);
  --line: light-dark(#dedad2, #34373d); --paper: light-dark(#fdfcf9, #17181b);
  --good: light-dark(#2f6b4f, #7fc4a0); --bad: light-dark(#a5321a, #f0907a); }
body { margin: 0 auto; max-width: 980px; padding: 32px 24px 80px; background: var(--paper); color: var(--ink); font: 14px/1.5 system-ui, sans-serif; }
h1 { font: 700 26px/1.25 Georgia, serif; margin: 0 0 4px; } h2 { font: 700 18px/1.3 Georgia, serif; margin: 34px 0 6px; }
p { color: var(--quiet); margin: 0 0 10px; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 7px 12px 7px 0; text-align: left; border-top: 1px solid var(--line); vertical-align: baseline; }
th { color: var(--quiet); font-weight: 500; font-size: 12px; border: 0; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.bar { width: 150px; } td.bar i { display: block; height: 6px; border-radius: 3px; background: var(--good); }
.over i { background: var(--bad) !important; } .over .value { color: var(--bad); font-weight: 700; }
"""


def kept(row: Mapping[str, Any]) -> bool:
    """Is the figure within its target? Without a target, yes."""
    return bool(row.get("kept", row.get("target") is None or row["value"] <= row["target"]))


def figure(value: float | None, unit: str) -> str:
    """Write a figure with three significant digits and its unit."""
    if value is None:
        return "–"
    digits = f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}".replace(",", " ")
    return f"{digits} {unit}".strip()


def write_page(report: Mapping[str, Any], path: Path) -> None:
    """Write the page of a report {python, machine, made, parts: {title: rows}}; a row has what or name, value, unit, target, peer."""
    parts = "".join(_table(title, rows) for title, rows in report["parts"].items())
    made = f"Python {report['python']}, {report['machine']}, {report['made']}"
    path.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Times of veche</title><style>{_STYLE}</style>'
        f"<h1>Times of veche</h1><p>{escape(made)}. A bar shows how much of its target a figure takes.</p>{parts}</html>",
        encoding="utf-8",
    )


def _table(title: str, rows: Sequence[Mapping[str, Any]]) -> str:
    peers = any(row.get("peer") for row in rows)
    head = "<th>What</th><th class=n>Measured</th><th class=n>Target</th><th></th>"
    head += "<th class=n>Best other program</th>" if peers else ""
    return f"<h2>{escape(title)}</h2><table><tr>{head}</tr>{''.join(_row(row, peers) for row in rows)}</table>"


def _row(row: Mapping[str, Any], peers: bool) -> str:
    target, unit = row.get("target"), str(row.get("unit", ""))
    share = min(1.0, row["value"] / target) if target else 0.0
    cells = [
        f"<td>{escape(str(row.get('what') or row['name']))}</td>",
        f'<td class="n value">{figure(row["value"], unit)}</td>',
        f"<td class=n>{figure(target, unit)}</td>",
        f'<td class=bar><i style="width:{100 * share:.0f}%"></i></td>' if target else "<td></td>",
    ]
    if peers:
        cells.append(f"<td class=n>{figure(row.get('peer'), unit)}</td>")
    return f"<tr{'' if kept(row) else ' class=over'}>{''.join(cells)}</tr>"
