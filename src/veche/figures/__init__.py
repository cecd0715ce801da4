"""The drawing kit: theme, marks of waves, wrapped labels, frames with title and caption, files."""

from veche.figures.frame import Frame, chart_of, empty, finish, header
from veche.figures.save import pdf, png, save, svg
from veche.figures.theme import DARK, LIGHT, SANS, SERIF, Palette, config, enable, palette, using
from veche.figures.waves import WaveMark, key, wave_key, wave_marks
from veche.figures.wrapping import text_width, wrap

__all__ = [
    "DARK", "LIGHT", "SANS", "SERIF", "Frame", "Palette", "WaveMark", "chart_of", "config", "empty", "enable", "finish",
    "header", "key", "palette", "pdf", "png", "save", "svg", "text_width", "using", "wave_key", "wave_marks", "wrap",
]  # fmt: skip
