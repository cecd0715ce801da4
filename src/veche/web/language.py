"""The language of a request: chosen by the user, fixed for the workbench, or asked for by the browser."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from veche import words

COOKIE = "veche_language"


def language_of(headers: Headers, fallback: str | None) -> str:
    """Return ru or en: the choice kept in the cookie, else `fallback`, else the first of the two that the browser asks for."""
    try:
        chosen = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        chosen = None
    if chosen is not None and chosen.value in words.LANGUAGES:
        return chosen.value
    if fallback is not None:
        return fallback
    for part in headers.get("accept-language", "").lower().split(","):
        if (name := part.split(";")[0].strip()[:2]) in words.LANGUAGES:
            return name
    return "en"


class Language:
    """Answer every request in its language."""

    def __init__(self, app: ASGIApp, *, fallback: str | None) -> None:
        self._app, self._fallback = app, fallback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Use the language of the request while it is answered."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        # kept with the request too: a fault of the program is answered further out
        scope[COOKIE] = language_of(Headers(scope=scope), self._fallback)
        with words.using(scope[COOKIE]):
            await self._app(scope, receive, send)
