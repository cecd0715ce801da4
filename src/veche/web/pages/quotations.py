"""Quotations under any filter: grouped, paged, exported after consent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import QueryParams
from starlette.responses import HTMLResponse, Response

from veche.study import InputProblem, NotFound, VecheError
from veche.study.errors import N_
from veche.web.days import read_day
from veche.web.pages._comparing import TheRuns, attachment, families_of_keys, labels_of_keys, passages_of, waves_of_keys
from veche.web.rendering import NavItem, render
from veche.web.state import State, TheState
from veche.words import _, language
from veche.workbench.passages import GROUPS, MODALITY_WORDS, Found, GroupBy, PassageFilter, Passages, codes_of
from veche.workbench.runs import TABLE_FILES, Runs, file_of

router = APIRouter()
NAVIGATION = (NavItem("comparison", N_("Quotations"), "/quotations", 20),)

PAGE = 50
_LISTS = ("towns", "waves", "roles", "respondents", "coders", "modalities")
GROUP_WORDS: dict[GroupBy, str] = {
    "": N_("not at all"), "code": N_("by code"), "town": N_("by town"), "wave": N_("by wave"), "town_wave": N_("by town and wave"),
    "respondent": N_("by respondent"), "role": N_("by role"), "coder": N_("by coder"), "modality": N_("by modality"),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What an address asks, and what is wrong with single fields."""

    filter: PassageFilter
    group: GroupBy
    page: int
    wrong: dict[str, str]
    #: what was typed into fields of days and is no day
    typed: dict[str, str]

    def address(self, **changes: Any) -> str:
        """Write the address with some parts changed."""
        f = self.filter
        values: dict[str, Any] = {
            "codes": f.codes, **{name: getattr(f, name) for name in _LISTS}, "memo": f.memo, "since": f.since, "until": f.until,
            "group": self.group, "page": self.page if self.page > 1 else "",
        } | changes  # fmt: skip
        pairs: list[tuple[str, str]] = []
        for name, value in values.items():
            pairs += [
                (name, str(one)) for one in (value if isinstance(value, tuple) else (value,)) if one not in ("", None)
            ]
        return urlencode(pairs)


def read(query: QueryParams) -> Asked:
    """Read what an address asks."""
    wrong: dict[str, str] = {}
    typed: dict[str, str] = {}
    lists = {
        name: tuple(
            dict.fromkeys(part for text in query.getlist(name) for one in text.split(",") if (part := one.strip()))
        )
        for name in _LISTS
    }
    days: dict[str, dt.date | None] = {}
    for name in ("since", "until"):
        try:
            days[name] = read_day(query.get(name, ""))
        except InputProblem as problem:
            days[name], wrong[name], typed[name] = None, problem.message(_), query.get(name, "")[:40]
    group = query.get("group", "")
    page = query.get("page", "1")
    return Asked(
        PassageFilter(codes=query.get("codes", "")[:2000], memo=query.get("memo", "")[:200], since=days["since"], until=days["until"], **lists),
        group if group in GROUPS else "",
        int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 8 else 1, wrong, typed,
    )  # fmt: skip


@router.get("/quotations", response_class=HTMLResponse, include_in_schema=False)
def show(request: Request, state: TheState, runs: TheRuns) -> HTMLResponse:
    """Show the quotations that the filter takes; what is wrong with the filter stands beside its field."""
    asked = read(request.query_params)
    passages = passages_of(state, runs)
    found: Found | None = None
    if not asked.wrong:
        try:
            found = _select(state, passages, asked)
        except (InputProblem, NotFound) as error:
            _beside(error, asked)
    evidence = passages.evidence
    return render(
        request, "quotations.html", phase="comparison", asked=asked, f=asked.filter, found=found,
        wrong=asked.wrong, group_words=GROUP_WORDS, modalities=MODALITY_WORDS, files=TABLE_FILES, evidence=evidence,
        people=[one for one in evidence.coders if one.kind != "suggestion"],
        codes=[(depth, one) for depth, one in evidence.codebook.tree()], named=codes_of(asked.filter.codes, evidence),
        families=families_of_keys(runs), labels=labels_of_keys(runs, language()), waves=waves_of_keys(runs), memos=passages.memos,
        status=422 if asked.wrong else 200, **(_page(passages, found, asked) if found is not None else {}),
    )  # fmt: skip


def _select(state: State, passages: Passages, asked: Asked) -> Found:
    """Select anew, or return what the page before this one selected: the newest filter is kept until the study changes."""
    wanted = (language(), asked.group, asked.filter)
    kept: dict[tuple[str, str, PassageFilter], Found] = state.kept("found", dict)
    found = kept.get(wanted)
    if found is None:
        found = passages.select(asked.filter, asked.group, language=language())
        kept.clear()
        kept[wanted] = found
    return found


def _beside(error: VecheError, asked: Asked) -> None:
    """Put an error beside its field: that of the codes, unless it tells of another one."""
    noun = error.fields.get("noun")
    field = {"town": "towns", "wave": "waves", "role": "roles", "respondent": "respondents", "coder": "coders"}.get(
        str(noun)
    )
    asked.wrong[field or "codes"] = error.message(_)


def _page(passages: Passages, found: Found, asked: Asked) -> dict[str, Any]:
    """Return one page: its quotations in blocks of one group, each block with its place among the groups."""
    pages = max(1, -(-len(found.rows) // PAGE))
    page = min(asked.page, pages)
    start = (page - 1) * PAGE
    shown = passages.quotations(found.rows[start : start + PAGE])
    blocks: list[tuple[int, list[Any]]] = []
    for n, one in enumerate(shown, start):
        if not blocks or blocks[-1][0] != found.group_of[n]:
            blocks.append((found.group_of[n], []))
        blocks[-1][1].append(one)
    first: dict[int, int] = {}
    for n, group in enumerate(found.group_of):
        first.setdefault(group, n // PAGE + 1)
    return {"blocks": blocks, "page": page, "pages": pages, "first": first}


@router.get("/quotations/file.{kind}", include_in_schema=False)
def export(request: Request, state: TheState, runs: TheRuns, kind: str) -> Response:
    """Return all quotations that the filter takes as a file, after consent.

    Raises
    ------
    InputProblem, NotFound
        If the filter cannot be used, or there is no such kind of file.
    """
    asked = read(request.query_params)
    if asked.wrong:
        field, reason = next(iter(asked.wrong.items()))
        raise InputProblem(
            N_("Field {name} cannot be used: {reason} Go back to the quotations."), name=field, reason=reason
        )
    return attachment(*_file(state, runs, asked, kind))


def _file(state: State, runs: Runs, asked: Asked, kind: str) -> tuple[str, bytes]:
    passages = passages_of(state, runs)
    release = passages.release(passages.select(asked.filter, asked.group, language=language()).rows)
    return file_of(runs.study, release, kind, f"quotations-{release.evidence_digest[:8]}")
