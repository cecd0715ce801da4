"""The workbench in the browser: parse, call the workbench, render. Nothing is computed here, and no SQL is written here."""

from __future__ import annotations

from veche.web.app import make_app

__all__ = ["make_app"]
