"""The drawing kit: theme, marks of waves, wrapped labels, sheets with title and caption, files."""

from veche.figures.frame import Frame, finish
from veche.figures.save import pdf, png, save, specification, svg
from veche.figures.sheet import Cell, Sheet, header, key
from veche.figures.theme import DARK, LIGHT, SANS, SERIF, Palette, blend, config, enable, palette, using
from veche.figures.waves import WaveMark, wave_marks
from veche.figures.wrapping import fitted, text_width, wrap

__all__ = [
    "DARK", "LIGHT", "SANS", "SERIF", "Cell", "Frame", "Palette", "Sheet", "WaveMark", "blend", "config", "enable", "finish", "fitted", "header",
    "key", "palette", "pdf", "png", "save", "specification", "svg", "text_width", "using", "wave_marks", "wrap",
]  # fmt: skip
