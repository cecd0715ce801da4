"""Headings of the columns and words of the values of the analyses' tables, for people."""

from __future__ import annotations
