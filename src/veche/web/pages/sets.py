"""Combinations of conditions: thresholds are moved, and one sees at once what survives; every number leads to its sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from veche.study import Result, VecheError
from veche.study.quotations import strongest
from veche.web.pages import _analysis_view as view
from veche.web.pages import _sets_view as shown
from veche.web.pages._comparing import TheRuns, families_of_keys, labels_of_keys, waves_of_keys
from veche.web.rendering import NavItem, render
from veche.words import N_, _, language
from veche.workbench import combinations
from veche.workbench.jobs import Job
from veche.workbench.runs import Question, Runs

router = APIRouter()
NAVIGATION = (NavItem("comparison", N_("Combinations"), "/sets", 32),)

#: how long the page waits for the numbers, and for the tests that shuffle and draw
PATIENCE, LONGER = 6.0, 4.0
#: draws of the tests
DRAWS = 200
#: quotations shown at once on either side
FEW = (4, 3)
Text = Annotated[str, Query(max_length=4000)]
Share = Annotated[float, Query(ge=0, le=1)]
#: what of an address can be wrong
OPTIONS = frozenset({"outcome", "incl0", "expect", "necessary", "untenable", "theory"})
MOVED = re.compile(r"m\.([^\W\d]\w*)\.(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of the comparison."""

    rule: str
    outcome: str
    incl: float
    incl0: float
    pri: float
    n: int
    expect: str
    necessary: str
    untenable: str
    theory: str

    def params(self, draws: int) -> dict[str, Any]:
        """Return the options of the analysis."""
        return {
            "rule": self.rule, "outcome": self.outcome, "incl": self.incl, "incl0": self.incl0, "pri": self.pri, "n": self.n, "expect": self.expect,
            "necessary": self.necessary, "untenable": self.untenable, "theory": self.theory, "draws": draws,
        }  # fmt: skip


@router.get("/sets", response_class=HTMLResponse, include_in_schema=False)
def show(
    request: Request, runs: TheRuns, rule: Text = "", outcome: Annotated[str, Query(max_length=100)] = "", incl: Share = 0.8,
    incl0: Share = 0.0, pri: Share = 0.5, n: Annotated[int, Query(ge=1, le=1000)] = 1, expect: Text = "", necessary: Text = "", untenable: Text = "",
    theory: Text = "", was: Text = "", at: Annotated[str, Query(max_length=600)] = "", col: Annotated[str, Query(max_length=100)] = "",
    of: Annotated[str, Query(max_length=100)] = "solutions", tests: bool = False, side: Literal["0", "1"] = "0",
) -> HTMLResponse:  # fmt: skip
    """Show what survives these thresholds, and the grounds of the chosen number (row `at`, column `col` of table `of`)."""
    parts: dict[str, Any] = {
        "screen": None,
        "problem": "",
        "sets": (),
        "question": None,
        "job": None,
        "tested": None,
        "grounds": None,
    }
    # a codebook without the codes of the rule that is there by itself is no mistake of the address
    text, asks = rule, bool(rule or _moves(request.query_params) or set(request.query_params) & OPTIONS)
    asked = Asked(rule, outcome, incl, incl0, pri, n, expect, necessary, untenable, theory)
    try:
        # sliders belong to the rule they were shown with: a rule that was rewritten goes before them
        moved = _moves(request.query_params) if was in ("", rule) else {}
        text = combinations.rule_with(rule, moved)
        known = combinations.sets_of(text)
        parts["sets"] = known
        asked = Asked(text, outcome or known[0].name, incl, incl0, pri, n, expect, necessary, untenable, theory)
        parts |= _computed(runs, asked, tests)
    except VecheError as error:
        parts["problem"] = error.message(_)
        if not parts["sets"]:
            parts["sets"] = _sets_at_least(rule)
    screen: shown.Screen | None = parts["screen"]
    own = "" if text == combinations.rule_with("", {}) else text
    here = _address(asked, {"at": at, "col": col, "of": of, "tests": tests, "side": side}, own)
    if screen is not None and screen.found:
        parts |= _grounds(runs, screen, of, at, col)
    return render(
        request, "sets.html", phase="comparison", asked=asked, here_at=here, side=int(side), tests=tests, chosen_table=of,
        rule_text=text, fields=_fields(asked, at, of, col), status=422 if parts["problem"] and asks else 200, asks=asks,
        labels=labels_of_keys(runs, language()), families=families_of_keys(runs), waves=waves_of_keys(runs),
        kind_name=lambda kind: _(shown.KINDS[kind]), **parts,
    )  # fmt: skip


def _moves(query: Mapping[str, str]) -> dict[tuple[str, int], float]:
    """Read the numbers that were moved: ``m.SET.PLACE=0.4``; what is no number is passed over."""
    found = {}
    for name, value in query.items():
        named = MOVED.fullmatch(name)
        if named is None:
            continue
        try:
            found[(named[1], int(named[2]))] = float(value)
        except ValueError:
            continue
    return found


def _sets_at_least(rule: str) -> tuple[combinations.Calibrated, ...]:
    try:
        return combinations.sets_of(rule)
    except VecheError:
        return combinations.sets_of("")


def _computed(runs: Runs, asked: Asked, tests: bool) -> dict[str, Any]:
    """Compute what is quick at once, and the tests in the background where they are wanted or known."""
    question = runs.ask("qca", asked.params(0), {})
    result, _job = _result(runs, question, PATIENCE)
    if result is None:
        return {"question": question, "job": _job}
    tested, job = _tests(runs, runs.ask("qca", asked.params(DRAWS), {}), start=tests)
    return {
        "question": question,
        "screen": shown.Screen(result, asked.incl, asked.pri),
        "tested": tested,
        "job": job,
        "result": result,
    }


def _result(runs: Runs, question: Question, patience: float) -> tuple[Result | None, Job | None]:
    if (known := runs.known(question)) is not None:
        return known, None
    job = runs.start(question)
    return (job.result(), None) if job.wait(patience) else (None, job)


def _tests(runs: Runs, question: Question, *, start: bool) -> tuple[Any, Job | None]:
    known = runs.known(question)
    if known is None and start:
        known, job = _result(runs, question, LONGER)
        if known is None:
            return None, job
    return ((shown.survival(known), shown.ranges(known)) if known is not None else None), None


def _address(asked: Asked, look: Mapping[str, Any], rule: str) -> Callable[..., str]:
    plain = {"incl": 0.8, "incl0": 0.0, "pri": 0.5, "n": 1, "expect": "", "necessary": "", "untenable": "", "theory": "", "at": "", "col": "",
             "of": "solutions", "tests": False, "side": "0", "rule": "", "outcome": ""}  # fmt: skip
    held = {
        "rule": rule, "outcome": asked.outcome, "incl": asked.incl, "incl0": asked.incl0, "pri": asked.pri, "n": asked.n, "expect": asked.expect,
        "necessary": asked.necessary, "untenable": asked.untenable, "theory": asked.theory,
    } | dict(look)  # fmt: skip

    def at(**changed: Any) -> str:
        values = {name: value for name, value in (held | changed).items() if value != plain[name]}
        return "/sets" + (f"?{urlencode(values)}" if values else "")

    return at


def _fields(asked: Asked, at: str, of: str, col: str) -> tuple[tuple[str, str], ...]:
    """Return what the form sends besides what is moved: the number that is looked at."""
    return tuple(
        (name, value) for name, value in (("at", at), ("of", of), ("col", col)) if value and value != "solutions"
    )


def _grounds(runs: Runs, screen: shown.Screen, name: str, label: str, column: str) -> dict[str, Any]:
    """Return what stands in the column of grounds: of the chosen number if it is there still, else of the finding."""
    result = screen.result
    if name not in result.tables or label not in result.tables[name].index:
        label = ""
    if not label:
        found = view.strongest_grounds(result)
        return {"grounds": found, "label": "", "quotes": (found.supporting, found.opposing)}
    frame = result.tables[name]
    row = view.row_of(result, name, label)
    found = view.grounds(result, name, row, column if column in frame.columns else "")
    found = replace(found, title=screen.named(found.title))
    quotes = (strongest(found.supporting, FEW[0]), strongest(found.opposing, FEW[1]))
    return {"grounds": found, "label": label, "quotes": quotes}
