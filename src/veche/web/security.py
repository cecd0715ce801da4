"""Who may ask: this machine's user alone, from pages of this workbench alone.

The address opened in the browser carries a token that works once; it is exchanged for a cookie that scripts cannot read and other sites cannot
send. Requests under a foreign host name are refused (DNS rebinding), and so is everything that changes something, or listens, on behalf of
another site. Every path has a rule: without one of its own, the session is needed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from veche.study.errors import N_, Refused
from veche.web.errors import NeedsLink, error_response

Rule = Literal["public", "session"]

#: paths that show nothing of the study; all others need the session
PUBLIC = ("/static/",)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def rule_of(path: str) -> Rule:
    """Say what a path asks for."""
    return "public" if path.startswith(PUBLIC) else "session"


@dataclass
class Keys:
    """The one-time token of the opened address, and the session that it is exchanged for.

    The session is derived from `secret`; kept over a restart of the server, it lets an open tab go on where it was.
    """

    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    used: bool = False

    @property
    def session(self) -> str:
        """Value of the cookie."""
        return hmac.new(self.secret, b"veche session", hashlib.sha256).hexdigest()

    @property
    def cookie(self) -> str:
        """Name of the cookie: another one for each study, so that several can be open at once."""
        return "veche_" + hashlib.sha256(b"name" + self.secret).hexdigest()[:8]

    def take(self, token: str) -> bool:
        """Use up the token; a second time it is refused."""
        good = not self.used and hmac.compare_digest(token.encode(), self.token.encode())
        self.used = self.used or good
        return good

    def known(self, headers: Headers) -> bool:
        """Does the request carry the session?"""
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return False
        held = cookies.get(self.cookie)
        return held is not None and hmac.compare_digest(held.value.encode(), self.session.encode())


def host_name(host: str) -> str:
    """Return the name in a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def same_site(headers: Headers) -> bool:
    """Does the request come from a page of this workbench, or from the user directly?

    Browsers say so in ``Sec-Fetch-Site``; where that is absent, ``Origin`` must name this host. An origin that is
    given and foreign is refused in either case.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    matching = origin is not None and urlsplit(origin).netloc == headers.get("host")
    if origin is not None and not matching:
        return False
    if site is not None:
        return site in ("same-origin", "none")
    return matching


class Security:
    """Check every request before anything else sees it, and add the protecting headers to every answer."""

    def __init__(self, app: ASGIApp, *, keys: Keys, hosts: Sequence[str]) -> None:
        self._app, self._keys, self._hosts = app, keys, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, exchange a token, or refuse."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        protected = _with_headers(send, scope["path"])
        answer = self._check(scope)
        if answer is None:
            await self._app(scope, receive, protected)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": ""})
        else:
            await answer(scope, receive, protected)

    def _check(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if host_name(headers.get("host", "")) not in self._hosts:
            return error_response(scope, Refused(N_(
                "The workbench was addressed as {host}, which it does not answer to. Open the address that `veche open` printed."
            ), host=headers.get("host", "–")))  # fmt: skip
        changing = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if changing and not same_site(headers):
            return error_response(scope, Refused(
                N_("The request came from another site ({origin}). Use the pages of the workbench itself."),
                origin=headers.get("origin") or headers.get("sec-fetch-site") or "–",
            ))  # fmt: skip
        if rule_of(scope["path"]) == "public" or self._keys.known(headers):
            return None
        if scope["type"] == "http" and scope["method"] == "GET" and (found := self._exchange(scope)) is not None:
            return found
        return error_response(scope, NeedsLink(N_(
            "This browser has no key to the study. Open the address that `veche open` printed; each such address works once."
        )))  # fmt: skip

    def _exchange(self, scope: Scope) -> Response | None:
        """Exchange the token of the address for the cookie, and lead to the address without it."""
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        token = next((value for name, value in query if name == "token"), None)
        if token is None or not self._keys.take(token):
            return None
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        # one leading slash: two would lead to another host
        path = "/" + scope["path"].lstrip("/")
        answer = RedirectResponse(path + (f"?{rest}" if rest else ""), status_code=303)
        answer.set_cookie(self._keys.cookie, self._keys.session, httponly=True, samesite="strict", path="/")
        return answer


def _with_headers(send: Send, path: str) -> Send:
    async def protected(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            # transcripts are confidential: nothing of them stays in the browser's cache
            headers.setdefault("Cache-Control", "no-cache" if rule_of(path) == "public" else "no-store")
        await send(message)

    return protected
