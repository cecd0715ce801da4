"""The framework matrix: cases by themes, in each cell the analyst's own summary beside its quotations."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from veche.study import Coder, Evidence, InputProblem, Quotation, quotations
from veche.study.errors import N_
from veche.web.api.families import family_of
from veche.web.pages._comparing import TheRuns, attachment, families_of_keys, labels_of_keys, waves_of_keys
from veche.web.pages._waves_view import wave_title
from veche.web.pages.choices import inside
from veche.web.rendering import NavItem, render
from veche.web.state import TheState
from veche.words import language
from veche.workbench import framework as work
from veche.workbench.alignment import topics_by_code
from veche.workbench.runs import file_of
from veche.workbench.summaries import release_matrix, write_summary

router = APIRouter()
NAVIGATION = (NavItem("comparison", N_("Framework matrix"), "/framework", 24),)

KINDS: tuple[tuple[work.CaseKind, str], ...] = (
    ("town", N_("Towns")), ("town_wave", N_("Towns by wave")), ("respondent", N_("Respondents")), ("interview", N_("Interviews")),
)  # fmt: skip
#: columns chosen when nothing is asked, and the most that are shown
FIRST, MOST = 4, 24
#: quotations shown beside one summary
SHOWN = 60

Key = Annotated[str, Query(max_length=200)]
Keys = Annotated[list[Key] | None, Query(max_length=200)]
Columns = Literal["codes", "waves"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks: cases, themes, the town that they are narrowed to."""

    cases: work.CaseKind
    columns: Columns
    codes: tuple[str, ...]
    town: str

    def address(self, path: str = "/framework", **more: object) -> str:
        """Return the address of this matrix, with something changed or added."""
        values: dict[str, object] = {
            "cases": self.cases,
            "columns": self.columns,
            "code": self.codes,
            "town": self.town,
        }
        return f"{path}?" + urlencode({name: value for name, value in (values | more).items() if value}, doseq=True)


def _asked(evidence: Evidence, cases: work.CaseKind, columns: Columns, codes: Sequence[str] | None, town: str) -> Asked:
    chosen = tuple(dict.fromkeys(codes or ())) or _first_codes(evidence)
    # a town by wave has its wave in the row already
    return Asked(cases, columns if cases in ("town", "respondent") else "codes", chosen[:MOST], town)


def _first_codes(evidence: Evidence) -> tuple[str, ...]:
    """Return the most used of the topics, in order of the codebook."""
    used = Counter(coding.code_id for coding, _interview in evidence.counted())
    topics = [(sum(used[one.id] for one in topic.codes), topic) for topic in topics_by_code(evidence)]
    best = {topic.key for _count, topic in sorted(topics, key=lambda one: -one[0])[:FIRST]}
    return tuple(topic.key for _count, topic in topics if topic.key in best)


def _matrix(evidence: Evidence, asked: Asked) -> work.Matrix:
    narrowed = evidence
    if asked.town:
        towns = {one.id for one in evidence.towns if one.key == asked.town}
        narrowed = dataclasses.replace(
            evidence, interviews=tuple(one for one in evidence.interviews if one.town_id in towns)
        )
    cases = work.cases_of(narrowed, asked.cases, language())
    themes = work.themes_of(evidence, asked.codes, waves=asked.columns == "waves")
    # quotations of a respondent stay his or hers, in whatever town they were said
    return work.matrix(evidence, cases, themes)


@router.get("/framework", response_class=HTMLResponse, include_in_schema=False)
def framework(
    request: Request, state: TheState, runs: TheRuns, cases: work.CaseKind = "town", columns: Columns = "codes",
    code: Keys = None, town: Key = "", cell: Key = "",
) -> HTMLResponse:  # fmt: skip
    """Show the matrix, and of the chosen cell its summary and quotations."""
    evidence = runs.evidence()
    asked = _asked(evidence, cases, columns, code, town)
    made = _matrix(evidence, asked)
    chosen = next((one for one in made.cells if "~".join(one.key) == cell), None)
    tongue = language()
    found = tuple(quotations(evidence, chosen.codings[:SHOWN])) if chosen else ()
    me = next((one.id for one in state.study.store.all(Coder) if one.key == state.who), "")
    return render(
        request, "framework.html", phase="comparison", asked=asked, made=made, chosen=chosen, kinds=KINDS, me=me, towns=evidence.towns,
        case=next((one for one in made.cases if chosen and (one.id, one.wave_id or chosen.key[1]) == chosen.key[:2]), None),
        theme=evidence.codebook.by_id[chosen.key[2]] if chosen else None, quotes=_quotes(found, chosen),
        gone=_gone(evidence, chosen), grounds=list(work.prints_of(evidence, chosen.codings).values()) if chosen else [],
        families=families_of_keys(runs), labels=labels_of_keys(runs, tongue), waves=waves_of_keys(runs),
        wave_names={one.id: wave_title(one.label or one.key) for one in evidence.waves}, groups=_groups(evidence, asked, tongue),
        written=sum(one.summary is not None for one in made.cells), stale=sum(bool(one.since) for one in made.cells),
        names={one.id: one.name or one.key for one in evidence.coders},
    )  # fmt: skip


def _quotes(found: Sequence[Quotation], cell: work.Cell | None) -> list[tuple[Quotation, str]]:
    """Return quotations with what happened to each since the summary: new, moved, or nothing."""
    if cell is None or cell.summary is None:
        return [(one, "") for one in found]
    news = dict.fromkeys(cell.since.added, "new") | dict.fromkeys(cell.since.moved, "moved")
    return [(one, news.get(one.source_id, "")) for one in found]


def _gone(evidence: Evidence, cell: work.Cell | None) -> list[tuple[str, str]]:
    """Return the words of the quotations that left the cell, as far as they are still in the study, and where they are now."""
    if cell is None:
        return []
    return [
        (one.words, f"/read/{one.anchor.document_id}#c-{one.source_id}")
        for one in quotations(evidence, cell.since.removed)
    ]


def _groups(evidence: Evidence, asked: Asked, tongue: str) -> list[tuple[str, list[tuple[str, str, str, bool]]]]:
    """Return the codes to choose from, under the tops of the codebook: key, label, family, whether it is chosen."""
    book = evidence.codebook
    return [
        (
            top.label(tongue),
            [(one.key, one.label(tongue), family_of(one, book), one.key in asked.codes) for one in book.below(top)],
        )
        for top in book.children(None)
    ]


@router.post("/framework/summary", include_in_schema=False)
def keep_summary(
    state: TheState, runs: TheRuns, case: Annotated[str, Form(max_length=64)], code: Annotated[str, Form(max_length=64)],
    wave: Annotated[str, Form(max_length=64)] = "", text: Annotated[str, Form(max_length=20_000)] = "",
    rev: Annotated[int, Form(ge=0, le=2**31 - 1)] = 0, grounds: Annotated[str, Form(max_length=2_000_000)] = "",
    next: Annotated[str, Form(max_length=8000)] = "/framework",
) -> Response:  # fmt: skip
    """Keep a summary from the plain form; a page with scripts saves it as it is typed."""
    if len(grounds.split()) > 20_000:
        raise InputProblem(
            N_("The summary names {count} quotations. Choose a narrower theme."), count=len(grounds.split())
        )
    write_summary(state.study, (case, wave, code), text.replace("\r\n", "\n"), rev=rev, grounds=tuple(grounds.split()))
    state.hub.wake()
    return RedirectResponse(inside(next), status_code=303)


@router.get("/framework/file.{kind}", include_in_schema=False)
def download(
    runs: TheRuns,
    kind: str,
    cases: work.CaseKind = "town",
    columns: Columns = "codes",
    code: Keys = None,
    town: Key = "",
) -> Response:
    """Return the matrix as a file, after consent."""
    evidence = runs.evidence()
    made = _matrix(evidence, _asked(evidence, cases, columns, code, town))
    if not any(one.summary for one in made.cells):
        raise InputProblem(
            N_("No cell of this matrix has a summary yet, so there is nothing to take out. Write one first.")
        )
    release = release_matrix(evidence, made, language())
    name, content = file_of(runs.study, release, kind, f"framework-{cases}")
    return attachment(name, content)
