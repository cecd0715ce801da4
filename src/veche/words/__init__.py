"""Words of the interface in Russian and English: gettext catalogues and how numbers and dates are written.

The language is a context variable, so that a server can answer two people in two languages at once.
"""

from __future__ import annotations

import contextlib
import gettext as _gettext
import os
from collections.abc import Iterator
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

LANGUAGES = ("ru", "en")
LOCALE = Path(__file__).with_name("locale")

_language: ContextVar[str] = ContextVar("veche_language", default="en")


def N_(message: str) -> str:
    """Mark a message for translation where it is defined; it is translated where it is shown."""
    return message


def language() -> str:
    """Return the language in use: ru or en."""
    return _language.get()


def use(code: str) -> None:
    """Use a language from here on: ru or en (anything else is taken as en)."""
    _language.set(code if code in LANGUAGES else "en")


@contextlib.contextmanager
def using(code: str) -> Iterator[None]:
    """Use a language inside a ``with`` block."""
    token = _language.set(code if code in LANGUAGES else "en")
    try:
        yield
    finally:
        _language.reset(token)


def preferred() -> str:
    """Return the language of this machine's user: VECHE_LANG, else the locale, else English."""
    for name in ("VECHE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "ru" if value.lower().startswith("ru") else "en"
    with contextlib.suppress(Exception):
        import locale

        if (locale.getlocale()[0] or "").lower().startswith("ru"):
            return "ru"
    return "en"


@lru_cache(maxsize=4)
def _catalogue(code: str) -> _gettext.NullTranslations:
    return _gettext.translation("veche", LOCALE, [code], fallback=code == "en")


def _(message: str) -> str:
    """Translate a message into the language in use."""
    return _catalogue(_language.get()).gettext(message) if message else ""


def ngettext(one: str, many: str, number: int) -> str:
    """Translate a message with a number in it, by the plural rules of the language in use."""
    return _catalogue(_language.get()).ngettext(one, many, number)


def say(message: str, **fields: Any) -> str:
    """Translate a template and fill in its fields."""
    return _(message).format(**fields)


def number(value: float | None, digits: int = 2) -> str:
    """Write a number with the decimal sign of the language; a missing one as an en dash."""
    if value is None or value != value:
        return "–"
    text = f"{value:.{digits}f}".replace("-", "−")
    return text.replace(".", ",") if language() == "ru" else text


def percent(share: float | None, digits: int = 0) -> str:
    """Write a share as per cent; a missing one as an en dash."""
    if share is None or share != share:
        return "–"
    return number(100 * share, digits) + (" %" if language() == "ru" else "%")


def bind_click() -> None:
    """Let the command line's own words (Usage, Options, errors) come from our catalogue in the language in use."""
    os.environ["LANGUAGE"] = language()
    _gettext.bindtextdomain("veche", str(LOCALE))
    _gettext.textdomain("veche")
