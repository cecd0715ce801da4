"""The interface for programs, under /api: reading texts and codes, edits with revisions, history."""

from __future__ import annotations

from fastapi import APIRouter

from veche.web.api import documents, edits, history, lists, suggestions

router = APIRouter(prefix="/api")
for _part in (documents, lists, edits, history, suggestions):
    router.include_router(_part.router)

__all__ = ["router"]
