"""Figures as files: PNG, SVG, PDF, without a browser and without the network."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from veche.study.errors import InputProblem
from veche.study.files import replacing
from veche.words import N_

SCALE = 2.0


def png(chart: Any, *, scale: float = SCALE) -> bytes:
    """Draw a chart as PNG, `scale` pixels to the point."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(specification(chart), scale=scale, allowed_base_urls=[]))


def svg(chart: Any) -> str:
    """Draw a chart as SVG with text as text, its description in ``aria-label`` and ``desc``."""
    import vl_convert

    spec = specification(chart)
    drawn = str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))
    words = spec.get("description", "")
    return _described(drawn, words) if words else drawn


def _described(drawn: str, words: str) -> str:
    """Say what a picture shows to those who hear it; Vega does so in a page but not in a file."""
    head, rest = drawn.split(">", 1)
    label = words.translate({ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"})
    return f'{head} role="img" aria-label="{label}"><desc>{label}</desc>{rest}'


def pdf(chart: Any) -> bytes:
    """Draw a chart as PDF with fonts inside and text that can be selected."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_pdf(specification(chart), allowed_base_urls=[]))


def save(chart: Any, path: str | Path, *, scale: float = SCALE) -> Path:
    """Write a chart to a file; the extension says which format: .png, .svg or .pdf.

    Raises
    ------
    InputProblem
        For another extension, or if the file cannot be written.
    """
    target = Path(path)
    kind = target.suffix.lower()
    if kind not in {".png", ".svg", ".pdf"}:
        raise InputProblem(
            N_("A figure cannot be written as {path}: the format {kind} is not known. Use .png, .svg or .pdf."),
            path=str(target),
            kind=kind or "–",
        )
    content = svg(chart).encode() if kind == ".svg" else pdf(chart) if kind == ".pdf" else png(chart, scale=scale)
    with replacing(target) as part:
        part.write_bytes(content)
    return target


def specification(chart: Any) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart as JSON can hold it: numbers that are none (NaN, infinite) are null."""
    return dict(_finite(chart.to_dict(validate=False)))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
