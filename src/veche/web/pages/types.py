"""Ideal types of interaction: towns by waves in the space of answers, with change in kind and in degree."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from veche.study import VecheError
from veche.study.quotations import strongest
from veche.web.pages import _analysis_view as view
from veche.web.pages import _types_view as shown
from veche.web.pages._comparing import TheRuns, families_of_keys, labels_of_keys, waves_of_keys
from veche.web.rendering import NavItem, render
from veche.words import N_, _, language
from veche.workbench import combinations
from veche.workbench.runs import Runs

router = APIRouter()
NAVIGATION = (NavItem("comparison", N_("Ideal types"), "/types", 34),)

PATIENCE = 6.0
FEW = 5
Text = Annotated[str, Query(max_length=4000)]
Months = Annotated[float, Query(ge=0, le=120)]


@router.get("/types", response_class=HTMLResponse, include_in_schema=False)
def show(
    request: Request, runs: TheRuns, i: Annotated[list[str] | None, Query(max_length=40)] = None, types: Text = "",
    lasting: Months = 12, reach: Months = 12, time: Literal["present", "event", "telling"] = "present", first_hand: bool = False,
    at: Annotated[str, Query(max_length=600)] = "", of: Annotated[str, Query(max_length=100)] = "placed",
) -> HTMLResponse:  # fmt: skip
    """Show where towns stand, and the grounds of the chosen number (row `at` of table `of`)."""
    plain = combinations.TYPES
    asked: dict[str, Any] = {
        "indicators": " ".join(i) if i else plain.indicators, "types": types or plain.types, "lasting": lasting, "reach": reach, "time": time,
        "first_hand": first_hand,
    }  # fmt: skip
    parts: dict[str, Any] = {"screen": None, "problem": "", "question": None, "job": None, "grounds": None, "label": ""}
    try:
        parts |= _computed(runs, asked, of, at)
    except VecheError as error:
        parts["problem"] = error.message(_)

    def here(**changed: Any) -> str:
        values = {
            "types": types,
            "lasting": lasting,
            "reach": reach,
            "time": time,
            "first_hand": first_hand,
            "at": at,
            "of": of,
        } | changed
        usual = {
            "types": "",
            "lasting": 12.0,
            "reach": 12.0,
            "time": "present",
            "first_hand": False,
            "at": "",
            "of": "placed",
        }
        kept = [(name, value) for name, value in values.items() if value != usual[name]]
        return "/types" + (f"?{urlencode([*(('i', one) for one in i or ()), *kept])}" if kept or i else "")

    return render(
        request, "types.html", phase="comparison", asked=asked, here_at=here, known=combinations.INDICATORS, of=of, at=at,
        status=422 if parts["problem"] else 200, labels=labels_of_keys(runs, language()), families=families_of_keys(runs),
        waves=waves_of_keys(runs), **parts,
    )  # fmt: skip


def _computed(runs: Runs, asked: dict[str, Any], name: str, label: str) -> dict[str, Any]:
    question = runs.ask("ideal_types", asked, {})
    result = runs.known(question)
    if result is None:
        job = runs.start(question)
        if not job.wait(PATIENCE):
            return {"question": question, "job": job}
        result = job.result()
    parts: dict[str, Any] = {"question": question, "screen": shown.Screen(result)}
    if name in result.tables and label in result.tables[name].index:
        found = view.grounds(result, name, view.row_of(result, name, label), "")
        return parts | {"grounds": found, "label": label, "quotes": strongest(found.supporting, FEW)}
    found = view.strongest_grounds(result)
    return parts | {"grounds": found, "quotes": found.supporting}
