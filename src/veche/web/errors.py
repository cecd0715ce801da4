"""Errors as the browser sees them: JSON for programs, a page for people, both in the user's language, never a traceback."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from veche import words
from veche.study import Cancelled, Conflict, InputProblem, NotFound, Refused, StudyFileProblem, VecheError
from veche.study.errors import N_
from veche.web.language import COOKIE
from veche.words import _

log = logging.getLogger("veche.web")


class NeedsLink(Refused):
    """The browser has no session."""


class NeedsRev(InputProblem):
    """A change does not say on which revision it is based."""


class FieldProblem(InputProblem):
    """A field of what was sent cannot be used; `field` is its name."""

    @property
    def field(self) -> str:
        """Name of the field."""
        return str(self.fields.get("field", ""))


#: kind of error -> status and name, the most particular first
STATUS: tuple[tuple[type[VecheError], int, str], ...] = (
    (NeedsLink, 401, "no_session"),
    (NeedsRev, 428, "no_rev"),
    (InputProblem, 422, "input"),
    (NotFound, 404, "not_found"),
    (Conflict, 409, "conflict"),
    (Refused, 403, "refused"),
    (StudyFileProblem, 503, "study_file"),
    (Cancelled, 409, "cancelled"),
)

#: said of a fault of the program itself
FAULT = N_(
    "The workbench failed at this ({kind}). The study is as it was. Load the page again; if it fails again, restart the workbench."
)
#: what the server itself refuses, by status
_PLAIN = {
    404: N_("There is no page {path}. Go to the study, or use the menu."),
    405: N_("The page {path} cannot be asked in this way ({method}). Go to the study, or use the menu."),
    413: N_("What was sent to {path} is too large. Send fewer files at once."),
}  # fmt: skip
_OTHER = N_("The request to {path} could not be read. Go back and try again.")


def status_of(error: VecheError) -> tuple[int, str]:
    """Return the HTTP status and the name of an error."""
    for kind, status, name in STATUS:
        if isinstance(error, kind):
            return status, name
    return 500, "fault"


def describe(error: VecheError, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return an error as programs read it: name, message, field if one is meant, and what belongs to it."""
    details: dict[str, Any] = {"error": status_of(error)[1], "message": error.message(_)}
    if isinstance(error, FieldProblem):
        details["field"] = error.field
    return details | dict(extra or {})


def wants_page(scope: Scope) -> bool:
    """Is a person to read the answer?"""
    return not str(scope["path"]).startswith("/api")


def error_response(scope: Scope, error: VecheError, extra: Mapping[str, Any] | None = None) -> Response:
    """Make the answer to a request that failed."""
    status, name = status_of(error)
    return _answer(scope, status, name, describe(error, extra))


def _answer(scope: Scope, status: int, name: str, details: dict[str, Any]) -> Response:
    if not wants_page(scope):
        return JSONResponse(details, status_code=status)
    from veche.web.rendering import environment

    page = environment().get_template("error.html").render(status=status, name=name, message=details["message"])
    return HTMLResponse(page, status_code=status)


def install(app: FastAPI) -> None:
    """Let the workbench answer with our errors."""
    app.add_exception_handler(VecheError, _on_ours)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_fault)


async def _on_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, VecheError)
    return error_response(request.scope, error, getattr(error, "extra", None))


async def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0] if error.errors() else {"loc": (), "type": ""}
    place = ".".join(str(part) for part in first["loc"][1:]) or "–"
    problem = FieldProblem(
        N_("The field {field} of the request is missing or cannot be used ({reason}). Correct it and send it again."),
        field=place, reason=str(first["type"]).replace("_", " "),
    )  # fmt: skip
    return error_response(request.scope, problem)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    message = _(_PLAIN.get(error.status_code, _OTHER)).format(path=request.url.path, method=request.method)
    return _answer(request.scope, error.status_code, "http", {"error": "http", "message": message})


async def _on_fault(request: Request, error: Exception) -> Response:
    # the words of an error may hold words of a transcript, so only its kind is shown
    log.error("fault at %s", request.url.path, exc_info=(type(error), error, sys.exc_info()[2]))
    with words.using(request.scope.get(COOKIE, "en")):
        message = _(FAULT).format(kind=type(error).__name__)
        return _answer(request.scope, 500, "fault", {"error": "fault", "message": message})
