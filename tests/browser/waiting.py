"""Waiting for something of a page. (The browser driver's own way evaluates text inside the page, which the policy of the pages forbids.)"""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page


def until(page: Page, expression: str, arg: Any = None, seconds: float = 30.0) -> None:
    """Wait until an expression, or a function of `arg`, is true in the page."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression, arg):
        if time.monotonic() > end:
            raise AssertionError(f"not true within {seconds:g} s: {expression}")
        page.wait_for_timeout(30)
