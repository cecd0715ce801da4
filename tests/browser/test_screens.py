"""Every screen of the workbench: nothing in anybody's way in either theme, nothing wider than a narrow window, no words left untranslated."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.accessible import SETTLED, faults_in_both_themes
from tests.browser.conftest import Workbench
from tests.browser.waiting import until
from veche.lab.batch import ready
from veche.study import GuideTopic

TOOLS = Path(__file__).parents[2] / "tools"
#: the words of the interface by which one sees that it is not in the other language
LATIN = re.compile(r"(?<![\w.@/`-])[a-z]{4,}(?:\s+[a-z]{2,}){2,}(?![\w.])", re.IGNORECASE)


def tool(name: str) -> Any:
    """Load one of the programs that take the pictures: they know all screens."""
    spec = importlib.util.spec_from_file_location(f"veche_{name}", TOOLS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def screens(workbench: Workbench, language: str) -> dict[str, Any]:
    """All screens, and what is done on some of them, but those of single analyses, which have their own walk; of them one with and one without quotations."""
    ready()  # the page of the lab would come again by itself when the engine is compiled
    with workbench.store.edit("АК", "test") as edit:
        edit.add(GuideTopic(key="money", label_ru="Деньги", label_en="Money", codes=("PROB",)))
    found: dict[str, str] = tool("screens").screens(workbench.store)
    doing = tool("doings")
    kept = {"analysis-cooccurrence", "analysis-fieldwork"}
    plain = {name: path for name, path in found.items() if not name.startswith("analysis-") or name in kept}
    return {name: doing.Doing(path, lambda _page: None) for name, path in plain.items()} | doing.doings(found, language)


def show(page: Page, workbench: Workbench, one: Any) -> None:
    """Open a screen and do there what belongs to it."""
    if "#" in one.path:  # else the place in the page that is there already would only be scrolled to
        page.goto("about:blank")
    page.goto(workbench.url + one.path)
    until(page, SETTLED)
    one.do(page)
    until(page, SETTLED)


def test_every_screen_is_accessible_and_fits_narrow_windows(workbench: Workbench, opened: Page) -> None:
    bad: list[Any] = []
    told: list[str] = []
    opened.on("pageerror", lambda error: told.append(f"{opened.url}: {error}"))
    for name, one in screens(workbench, "en").items():
        opened.set_viewport_size({"width": 1440, "height": 900})
        show(opened, workbench, one)
        bad += [(name, *fault) for fault in faults_in_both_themes(opened)]
        for width in (1024, 700):
            opened.set_viewport_size({"width": width, "height": 900})
            wider = opened.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wider > 0:
                bad.append((name, width, f"{wider} pixels too wide"))
    assert not bad, "\n".join(map(str, bad))
    assert told == []


def test_the_russian_interface_has_no_english_phrases(workbench: Workbench, opened: Page) -> None:
    opened.get_by_role("button", name="Рус").click()
    opened.wait_for_selector("html[lang=ru]")
    bad = []
    for name, one in screens(workbench, "ru").items():
        show(opened, workbench, one)
        # names in the study's own other language stand in fields, and in lists of such names
        text = opened.evaluate("() => document.body.innerText").replace("Discourse Network Analyzer", "")
        # the list of roles shows their names in both languages
        bad += [(name, phrase) for phrase in LATIN.findall(text) if name != "design-role"]
    assert not bad, "\n".join(map(str, bad))


def test_at_700_pixels_the_left_column_is_unfolded_by_its_name(workbench: Workbench, opened: Page) -> None:
    opened.set_viewport_size({"width": 700, "height": 900})
    opened.goto(f"{workbench.url}/design/town")
    unfold = opened.get_by_role("button", name="Lists")
    assert not opened.get_by_role("link", name="Waves 3").is_visible()
    unfold.focus()
    opened.keyboard.press("Enter")
    assert unfold.get_attribute("aria-expanded") == "true"
    opened.get_by_role("link", name="Waves 3").click()
    opened.wait_for_url("**/design/wave")


#: screens with every kind of control
CONTROLS = (
    "/", "/codebook", "/quotations?codes=PROB", "/analysis/cooccurrence", "/framework", "/waves", "/trajectory", "/design/topic/new",
    "/history", "/report",
)  # fmt: skip


def test_everything_is_reached_by_keyboard(workbench: Workbench, opened: Page) -> None:
    missed = {}
    for path in CONTROLS:
        opened.goto(workbench.url + path)
        until(opened, SETTLED)
        if left := not_reached(opened):
            missed[path] = left
    assert missed == {}


def not_reached(page: Page) -> list[str]:
    """Controls in sight that neither Tab nor the arrows of a list lead to."""
    wanted = page.evaluate(
        """() => {
          const seen = (one) => one.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}) && !one.disabled;
          const found = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')].filter(seen);
          found.forEach((one, n) => { one.dataset.reach = n; });
          return found.length;
        }"""
    )
    assert wanted > 10
    reached: set[str] = set()
    page.evaluate("document.activeElement.blur()")
    for _ in range(wanted + 40):
        page.keyboard.press("Tab")
        number = page.evaluate("document.activeElement?.dataset.reach ?? ''")
        if number:
            reached.add(number)
        if len(reached) == wanted:
            break
    left = page.evaluate(
        """(reached) => [...document.querySelectorAll('[data-reach]')].filter((one) => !reached.includes(one.dataset.reach)
          && one.tabIndex < 0).map((one) => one.outerHTML.slice(0, 160))""",
        sorted(reached),
    )
    # what is not in the order of Tab is reached by the arrows of its list, which says so
    unsaid = [one for one in left if 'role="' not in one and "data-roving" not in one]
    return unsaid if len(reached) + len(left) >= wanted else [*unsaid, f"{len(reached)} of {wanted} reached"]
