"""What stands in somebody's way on a page: the checker of accessibility, put into the page once and asked about both themes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.waiting import until

SETTLED = "() => document.readyState === 'complete' && !document.querySelector('[data-figure]:not([hidden]):not([data-ready=yes]):not([data-ready=failed])')"
_ASK = "([parts, options]) => axe.run(parts, options).then((found) => found.violations)"


def faults(page: Any, *, rules: Sequence[str] = (), without: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    """Rules that the page breaks as it stands, each with the first places; all rules, or those named, outside some parts."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    parts = {"include": [["html"]], "exclude": [[one] for one in without]}
    found = page.evaluate(_ASK, [parts, options])
    return [(one["id"], [node["html"][:140] for node in one["nodes"][:3]]) for one in found]


def faults_in_both_themes(page: Any) -> list[tuple[str, str, list[str]]]:
    """Rules that the page breaks in either theme; the dark one differs in its colours alone."""
    found = []
    for theme, rules in (("dark", ["color-contrast"]), ("light", [])):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        until(page, SETTLED)
        found += [(theme, *one) for one in faults(page, rules=rules)]
    return found
