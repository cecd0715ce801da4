"""What a user chooses for all pages: the language."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse

from veche.web.language import COOKIE

router = APIRouter()

_YEAR = 365 * 24 * 3600


@router.post("/language", include_in_schema=False)
def choose_language(language: Annotated[str, Form()], next: Annotated[str, Form()] = "/") -> RedirectResponse:
    """Keep the chosen language and go back to where the user was."""
    answer = RedirectResponse(inside(next), status_code=303)
    if language in ("ru", "en"):
        answer.set_cookie(COOKIE, language, max_age=_YEAR, samesite="strict", path="/")
    return answer


def inside(address: str) -> str:
    """Return an address of this workbench; of a foreign one, the study."""
    parts = urlsplit(address.replace("\\", "/")) if address.isprintable() else urlsplit("")
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("//"):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")
