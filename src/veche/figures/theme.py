"""One look for all figures: warm paper, serif titles, a quiet sans, one accent; light and dark.

The variant in use is a context variable, so that a server can draw for two people at once:

>>> with using("dark"):
...     palette().paper
'#17181b'
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

Variant = Literal["light", "dark"]

SANS = 'Inter, system-ui, "Segoe UI", "Noto Sans", "Liberation Sans", Arial, sans-serif'
SERIF = '"PT Serif", Charter, "Noto Serif", Cambria, Georgia, "Liberation Serif", serif'


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one variant. Text colours keep a contrast of at least 4.5 to the paper."""

    paper: str
    panel: str
    ink: str
    ink_2: str
    ink_3: str
    line: str
    line_2: str
    accent: str
    wash: str
    #: families of equal lightness, only the hue differs
    hues: tuple[str, ...]


LIGHT = Palette(
    paper="#fdfcf9", panel="#f6f4ee", ink="#23211d", ink_2="#5f5a51", ink_3="#736d62", line="#e6e2d8", line_2="#d6d0c3",
    accent="#a5381f", wash="#f8e9e3",
    hues=("#865eb1", "#1e8691", "#ad7c1d", "#418954", "#3275b4", "#c3523b"),
)  # fmt: skip
DARK = Palette(
    paper="#17181b", panel="#1d1f23", ink="#e8e4db", ink_2="#aba69b", ink_3="#969186", line="#2f3238", line_2="#40444c",
    accent="#ef8a6b", wash="#3a2620",
    hues=("#bc97e8", "#61bfc9", "#deaf56", "#76c28b", "#73b0ee", "#f18b70"),
)  # fmt: skip

_variant: ContextVar[str] = ContextVar("veche_figure_variant", default="light")


def palette() -> Palette:
    """Return the colours in use."""
    return DARK if _variant.get() == "dark" else LIGHT


@contextlib.contextmanager
def using(variant: Variant) -> Iterator[None]:
    """Draw in a variant inside a ``with`` block: light or dark (anything else is taken as light)."""
    token = _variant.set(variant)
    try:
        yield
    finally:
        _variant.reset(token)


def blend(first: str, second: str, share: float) -> str:
    """Mix two colours of the form #rrggbb: 0 gives the first, 1 the second.

    >>> blend("#000000", "#ff8000", 0.5)
    '#804000'
    """
    weight = min(max(share, 0.0), 1.0)
    parts = (
        round(int(first[at : at + 2], 16) * (1 - weight) + int(second[at : at + 2], 16) * weight) for at in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def config(*, paper: bool = True) -> dict[str, Any]:
    """Make the configuration of a Vega-Lite chart in the colours in use.

    Parameters
    ----------
    paper
        Paint the warm paper; without it the background is transparent, for pages that have their own.
    """
    p = palette()
    words = {"labelFont": SANS, "titleFont": SANS, "labelColor": p.ink_2, "titleColor": p.ink_2}
    return {
        "background": p.paper if paper else None,
        "font": SANS,
        "padding": 20,
        "view": {"stroke": None},
        "title": {
            "font": SERIF, "fontSize": 22, "fontWeight": "bold", "color": p.ink, "anchor": "start", "lineHeight": 28,
            "subtitleFont": SANS, "subtitleFontSize": 13, "subtitleColor": p.ink_2, "subtitleLineHeight": 19,
            "subtitlePadding": 8, "offset": 16, "frame": "group",
        },
        "axis": {
            **words, "labelFontSize": 11.5, "titleFontSize": 11.5, "titleFontWeight": "normal", "grid": False,
            "gridColor": p.line, "domainColor": p.line_2, "tickColor": p.line_2, "labelLimit": 0, "tickSize": 4,
        },
        "legend": {
            **words, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 0,
            "orient": "top", "symbolSize": 90, "symbolStrokeWidth": 1.6, "columnPadding": 18,
        },
        "header": {**words, "labelFontSize": 12.5, "labelFontWeight": "bold", "labelColor": p.ink, "title": None},
        "text": {"font": SANS, "fontSize": 11.5, "color": p.ink},
        "rule": {"color": p.line_2},
        "line": {"color": p.ink_3},
        "point": {"color": p.ink_3, "size": 70},
        "rect": {"color": p.hues[0]},
        "range": {
            "category": list(p.hues),
            "ramp": [p.panel, p.accent],
            "heatmap": [p.panel, p.accent],
        },
    }  # fmt: skip


def enable(variant: Variant = "light", *, paper: bool = True) -> None:
    """Make the look of the figures that of every Altair chart of this session."""
    import altair as alt

    @alt.theme.register("veche", enable=True)
    def veche() -> alt.theme.ThemeConfig:
        with using(variant):
            return alt.theme.ThemeConfig(config=config(paper=paper))  # type: ignore[typeddict-item]
