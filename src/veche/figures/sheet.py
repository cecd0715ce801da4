"""A sheet on which marks are placed by pixels, and which becomes one chart of a few layers.

Panels of a figure share one sheet instead of being charts of their own: a figure of eight panels is built and drawn
in a fraction of the time, and everything lines up by construction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from veche.figures.theme import palette
from veche.figures.waves import WaveMark
from veche.figures.wrapping import text_width, wrap

Align = Literal["left", "right", "center"]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """The number of a result that a mark shows: label of the row, column (empty: the whole row), table (empty: the main one).

    It travels in the data of the chart as ``row``, ``column`` and ``table``: where a figure can be clicked, a click on the
    mark leads to the sentences behind that number. Any chart whose data have these fields works so, not only sheets.
    """

    row: str
    column: str = ""
    table: str = ""

    def data(self) -> Row:
        """Return the fields of the chart's data."""
        return {"row": self.row, "column": self.column, "table": self.table}


@dataclass
class Sheet:
    """Marks on a plane of `width` x `height` pixels, x to the right and y downwards.

    What is drawn later lies on top within a kind; the kinds lie in the order rectangle, shape, band, rule, line, point,
    halo, text.
    """

    width: float
    height: float
    #: fields of tooltips with their titles
    tips: Mapping[str, str] = field(default_factory=dict)
    _rows: dict[tuple[Any, ...], list[Row]] = field(default_factory=dict)

    def _add(self, kind: tuple[Any, ...], row: Row) -> None:
        self._rows.setdefault(kind, []).append(row)

    def rect(
        self, x: float, y: float, x2: float, y2: float, color: str, *, opacity: float = 1, tip: Row | None = None,
        cell: Cell | None = None,
    ) -> None:  # fmt: skip
        """Fill a rectangle with slightly rounded corners."""
        row = {"x": x, "y": y, "x2": x2, "y2": y2, "c": color, "o": opacity}
        self._add((0, "rect"), row | (tip or {}) | _data(cell))

    def shape(
        self, points: Sequence[tuple[float, float]], color: str, *, opacity: float = 1, tip: Row | None = None, cell: Cell | None = None
    ) -> None:  # fmt: skip
        """Fill the polygon through points."""
        part = len(self._rows.get((1, "shape"), ()))
        more = (tip or {}) | _data(cell)
        for at, (x, y) in enumerate(points):
            self._add((1, "shape"), {"x": x, "y": y, "c": color, "o": opacity, "part": part, "at": at} | more)

    def band(self, points: Sequence[tuple[float, float, float]], color: str, *, opacity: float = 0.16) -> None:
        """Fill the band through points (x, upper y, lower y)."""
        part = len(self._rows.get((2, "area"), ()))
        for x, y, y2 in points:
            self._add((2, "area"), {"x": x, "y": y, "y2": y2, "c": color, "o": opacity, "part": part})

    def rule(
        self, x: float, y: float, x2: float, y2: float, color: str, *, width: float = 1, opacity: float = 1,
        cell: Cell | None = None,
    ) -> None:  # fmt: skip
        """Draw a straight line."""
        row = {"x": x, "y": y, "x2": x2, "y2": y2, "c": color, "w": width, "o": opacity}
        self._add((3, "rule"), row | _data(cell))

    def line(
        self, points: Sequence[tuple[float, float]], color: str, *, width: float = 2.2, dashed: bool = False
    ) -> None:
        """Draw a line through points."""
        part = len(self._rows.get((4, "line", dashed), ()))
        for at, (x, y) in enumerate(points):
            self._add((4, "line", dashed), {"x": x, "y": y, "c": color, "w": width, "part": part, "at": at})

    def point(
        self, x: float, y: float, mark: WaveMark, *, size: float = 90, opacity: float = 1, tip: Row | None = None,
        cell: Cell | None = None,
    ) -> None:  # fmt: skip
        """Draw a mark."""
        row = {"x": x, "y": y, "fill": mark.fill, "stroke": mark.stroke, "s": size * mark.size, "o": opacity}
        self._add((5, "point", mark.shape), row | (tip or {}) | _data(cell))

    def text(
        self,
        x: float,
        y: float,
        words: str | Sequence[str],
        *,
        size: float = 12,
        color: str = "",
        align: Align = "left",
        bold: bool = False,
        opacity: float = 1,
        halo: str = "",
        cell: Cell | None = None,
    ) -> None:
        """Write a line, or several whose middle stands at y; a halo of the colour of the ground keeps it clear of lines."""
        lines = [words] if isinstance(words, str) else list(words)
        leading = round(size * 1.2)
        row = {"x": x, "y": y - (len(lines) - 1) * leading / 2, "t": "\n".join(lines), "c": color or palette().ink}
        if halo:
            self._add((6, "halo", align, bold, size), row | {"c": halo, "o": opacity})
        self._add((7, "text", align, bold, size), row | {"o": opacity} | _data(cell))

    def chart(self) -> Any:
        """Return the sheet as an Altair chart without title or look."""
        import altair as alt

        layers = [self._layer(kind, rows) for kind, rows in sorted(self._rows.items(), key=lambda one: one[0][0])]
        if not layers:
            layers = [_chart_of([{}]).mark_point(opacity=0)]
        return alt.layer(*layers).properties(width=self.width, height=self.height)

    def _layer(self, kind: tuple[Any, ...], rows: list[Row]) -> Any:
        import altair as alt

        x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, self.width], nice=False, zero=False))
        y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, self.height], reverse=True, nice=False, zero=False))
        base = _chart_of(rows).encode(x=x, y=y)
        color = alt.Color("c:N", scale=None)
        opacity = alt.Opacity("o:Q", scale=None)
        tips = [alt.Tooltip(f"{name}:N", title=title) for name, title in self.tips.items() if name in rows[0]]
        name = kind[1]
        if name == "rect":
            marks = base.mark_rect(cornerRadius=3).encode(x2="x2", y2="y2", color=color, opacity=opacity)
        elif name == "shape":
            marks = base.mark_line(filled=True, strokeWidth=0).encode(
                color=color, opacity=opacity, detail="part:N", order=alt.Order("at:Q")
            )
        elif name == "area":
            return base.mark_area().encode(y2="y2", color=color, opacity=opacity, detail="part:N")
        elif name == "rule":
            return base.mark_rule().encode(
                x2="x2", y2="y2", color=color, opacity=opacity, strokeWidth=alt.StrokeWidth("w:Q", scale=None)
            )
        elif name == "line":
            dash = [3, 3] if kind[2] else [1, 0]
            return base.mark_line(strokeDash=dash).encode(
                color=color, detail="part:N", strokeWidth=alt.StrokeWidth("w:Q", scale=None), order=alt.Order("at:Q")
            )
        elif name == "point":
            marks = base.mark_point(shape=kind[2], strokeWidth=1.6, filled=False).encode(
                fill=alt.Fill("fill:N", scale=None), stroke=alt.Stroke("stroke:N", scale=None), opacity=opacity,
                size=alt.Size("s:Q", scale=None),
            )  # fmt: skip
        else:
            _order, _text, align, bold, size = kind
            words = base.mark_text(
                align=align, baseline="middle", fontSize=size, fontWeight="bold" if bold else "normal",
                lineHeight=round(size * 1.2), lineBreak="\n", **({"strokeWidth": 3} if name == "halo" else {}),
            ).encode(text="t:N", color=color, opacity=opacity)  # fmt: skip
            return words.encode(stroke=alt.Stroke("c:N", scale=None)) if name == "halo" else words
        return marks.encode(tooltip=tips) if tips else marks


def _data(cell: Cell | None) -> Row:
    return cell.data() if cell is not None else {}


def _chart_of(rows: list[Row]) -> Any:
    import altair as alt

    return alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]


def key(sheet: Sheet, entries: Sequence[tuple[WaveMark, str]], x: float, y: float) -> None:
    """Draw a key on one line: each mark with its words."""
    for mark, label in entries:
        sheet.point(x + 6, y, mark, size=95)
        sheet.text(x + 18, y, label, size=12.5, color=palette().ink_2)
        x += 18 + text_width(label, 12.5) + 22


def header(sheet: Sheet, x: float, y: float, name: str, width: float, *, large: bool = False) -> None:
    """Write the heading of a panel above `y`, over its left edge, broken to the width."""
    size = 14 if large else 12 if width > 76 else 11
    lines = wrap(name, width + 10, size, bold=True, lines=2)
    leading = round(size * 1.2)
    sheet.text(x, y - 12 - (len(lines) - 1) * leading / 2, lines, size=size, bold=True)
