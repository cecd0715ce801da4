"""From a template to a page: words, navigation, and what every page shows."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from veche import words
from veche.study.registry import Phase
from veche.web.days import in_day
from veche.web.labels import label
from veche.web.script_words import script_words
from veche.web.state import state_of
from veche.words import N_, _

HERE = Path(__file__).parent
TEMPLATES, STATIC = HERE / "templates", HERE / "static"

#: the five phases of work, in their order
PHASES: tuple[tuple[Phase, str], ...] = (
    ("material", N_("Material")), ("coding", N_("Coding")), ("comparison", N_("Comparison")),
    ("mechanism", N_("Mechanism")), ("report", N_("Report")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place in the menu: phase, title (marked for translation), address; small `order` comes first.

    Those of `many` are folded into one menu where a phase has more than a line of pages.
    """

    phase: Phase
    title: str
    path: str
    order: int = 50
    many: bool = False


_navigation: tuple[NavItem, ...] = ()


def set_navigation(items: Iterable[NavItem]) -> None:
    """Set the menu, as the pages declare it."""
    global _navigation
    _navigation = tuple(sorted(items, key=lambda one: (one.order, one.path)))


def navigation(phase: str | None = None) -> tuple[NavItem, ...]:
    """Return the menu, or the part of it under one phase."""
    return tuple(one for one in _navigation if phase is None or one.phase == phase)


#: most pages of a phase that stand side by side
TABS = 7


def tabs(phase: str) -> tuple[tuple[NavItem, ...], tuple[NavItem, ...]]:
    """Return the pages of a phase: those that stand side by side, and those in the menu behind them."""
    items = navigation(phase)
    if len(items) <= TABS or sum(one.many for one in items) < 2:
        return items, ()
    return tuple(one for one in items if not one.many), tuple(one for one in items if one.many)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Make the environment of all templates."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    made.install_gettext_callables(words._, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        language=words.language, phases=PHASES, navigation=navigation, static=static_address,
        script_words=_script_words, number=words.number, percent=words.percent, initials=initials, hue=hue,
    )  # fmt: skip
    made.filters.update(day=day, in_day=in_day, moment=moment, say=_say)
    made.globals.update(label=label, years=years, tabs=tabs, wave_name=wave_name)
    return made


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a page.

    Every page gets `study` (its name and language), `who`, `coders` (those who code), `seq` (newest entry of the
    journal), and `here` (the path of the request).
    """
    state = state_of(request)
    people = state.kept("coders", lambda: _coders(request))
    shown: dict[str, Any] = {
        "info": state.kept("info", lambda: state.study.info), "who": state.who, "coders": people,
        "seq": state.study.store.last_entry(), "here": request.url.path,
        "here_full": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "phase": None,
    }  # fmt: skip
    page = environment().get_template(template).render(shown | values)
    return HTMLResponse(page, status_code=status)


def _coders(request: Request) -> list[tuple[str, str]]:
    from veche.study import Coder

    state = state_of(request)
    found = [(one.key, one.name or one.key) for one in state.study.store.all(Coder) if one.kind == "human"]
    if state.who not in {key for key, _name in found}:
        found.insert(0, (state.who, state.who))
    return sorted(found, key=lambda one: (one[0] != state.who, one[0]))


@lru_cache(maxsize=512)
def _digest(path: str, changed: float) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def static_address(name: str) -> str:
    """Return the address of a static file; it changes with the content, so that no browser keeps an old one."""
    path = STATIC / name
    return f"/static/{name}?v={_digest(str(path), path.stat().st_mtime)}" if path.exists() else f"/static/{name}"


def _script_words() -> Markup:
    """Return the words of the scripts in the language in use, as JSON that cannot end its element."""
    text = json.dumps(script_words(STATIC, words.language()), ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def initials(name: str) -> str:
    """Return two letters for a person: of two words their first letters, else the first two letters."""
    parts = name.replace("-", " ").replace("_", " ").replace(".", " ").split()
    return (parts[0][0] + parts[1][0] if len(parts) > 1 else name[:2]).upper()


def hue(name: str) -> int:
    """Return the number, 0 to 5, of the colour of a person; the same for the same key."""
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()[0] % 6


# the machine's own locale is not asked: the page may be in another language
_MONTHS_EN = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip
_MONTHS_RU = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря")  # fmt: skip


def day(value: dt.date | None) -> str:
    """Write a day in words: 21 мая 2013, 21 May 2013; none as a dash."""
    if value is None:
        return "–"
    month = (_MONTHS_RU if words.language() == "ru" else _MONTHS_EN)[value.month - 1]
    return f"{value.day}\u00a0{month} {value.year}"


def years(start: dt.date, end: dt.date) -> str:
    """Write the years of a span of days, `end` exclusive: 2012–2015, or 2023 alone."""
    last = end - dt.timedelta(days=1) if end > start else start
    return str(start.year) if last.year == start.year else f"{start.year}–{last.year}"


def wave_name(label: str, *, heading: bool = False) -> str:
    """Say which wave: a name of several words as it is, a bare number or letter with the word before it."""
    if " " in label:
        return label
    return (_("Wave %(label)s") if heading else _("wave %(label)s")) % {"label": label}


def moment(value: dt.datetime) -> Markup:
    """Write a moment of the journal (UTC) as a time element; the browser shows it in local time."""
    return Markup('<time datetime="{iso}Z">{day} {clock} UTC</time>').format(
        iso=value.isoformat(timespec="seconds"), day=day(value.date()), clock=f"{value:%H:%M}"
    )


def _say(message: str) -> str:
    return _(message)
