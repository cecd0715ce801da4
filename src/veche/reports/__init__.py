"""Findings as documents: a page with figures, tables and quotations. Everything here takes a `Release`."""

from veche.reports.page import save_figure, write_page
from veche.reports.tables import cell_text, heading, is_key, table_title

__all__ = ["cell_text", "heading", "is_key", "save_figure", "table_title", "write_page"]
