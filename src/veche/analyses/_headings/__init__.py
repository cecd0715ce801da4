"""Headings of the columns, words of the values and titles of the analyses' tables, for people."""

from veche.analyses._headings.columns import HEADINGS
from veche.analyses._headings.tables import TABLES
from veche.analyses._headings.values import VALUES

__all__ = ["HEADINGS", "TABLES", "VALUES"]
