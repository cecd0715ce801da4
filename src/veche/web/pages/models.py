"""Head and assembly: towns compared by tone, models of interaction and attempts at pressure, with the grounds beside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from veche.study import Quotation, Result
from veche.study.quotations import strongest
from veche.web.pages import _analysis_view as view
from veche.web.pages import _models_view as models
from veche.web.pages._comparing import TheRuns, families_of_keys, labels_of_keys, waves_of_keys
from veche.web.rendering import NavItem, render
from veche.words import N_, _, language, ngettext
from veche.workbench.runs import Runs

router = APIRouter()
NAVIGATION = (NavItem("comparison", N_("Head and assembly"), "/models", 30),)

#: how long the page waits for the numbers before it says that they are being computed
PATIENCE = 4.0
#: quotations shown at once on either side, unless all are wanted
FEW = (3, 2)
Key = Annotated[str, Query(max_length=300)]


@router.get("/models", response_class=HTMLResponse, include_in_schema=False)
def show(
    request: Request, runs: TheRuns, typology: Literal["2014", "2015", "2016"] = "2014", wave: Key = "",
    at: Key = "", col: Key = "", of: Key = "memberships", table: bool = False, every: bool = False,
) -> HTMLResponse:  # fmt: skip
    """Show the towns, and the grounds of the chosen number (row `at`, column `col` of table `of`)."""
    question = runs.ask("interaction_models", {}, {})
    result = runs.known(question)
    if result is None:
        job = runs.start(question)
        if not job.wait(PATIENCE):
            return render(request, "models.html", phase="comparison", screen=None, question=question, job=job)
        result = job.result()
    screen = _screen(result, typology, wave)
    asked = {"typology": typology, "wave": wave, "at": at, "col": col, "of": of, "table": table, "every": every}
    here = _address(asked)
    parts = _parts(runs, result, screen, asked) if screen.rows else {}
    return render(
        request, "models.html", phase="comparison", screen=screen, question=question, job=None, result=result, here_at=here,
        wave=wave, typology=typology, table=table, every=every, chosen_table=of, chosen_col=col or "membership",
        counted=_counted(result), step_name=lambda step: _(models.STEP_NAMES[step]), **({"case": ("", ""), "label": ""} | parts),
    )  # fmt: skip


def _screen(result: Result, typology: str, wave: str) -> models.Screen:
    everything = tuple(one.key for one in result.evidence.waves)
    return models.Screen(result, typology, (wave,) if wave in everything else everything)


def _address(asked: dict[str, Any]) -> Callable[..., str]:
    plain = {"typology": "2014", "wave": "", "at": "", "col": "", "of": "memberships", "table": False, "every": False}

    def at(**changed: Any) -> str:
        values = {name: value for name, value in (asked | changed).items() if value != plain[name]}
        return "/models" + (f"?{urlencode(values)}" if values else "")

    return at


def _parts(runs: Runs, result: Result, screen: models.Screen, asked: dict[str, Any]) -> dict[str, Any]:
    """Return what stands in the column of grounds."""
    name, label = str(asked["of"]), str(asked["at"])
    if name not in result.tables or label not in result.tables[name].index:
        name, label = "memberships", _first(result, screen)
    row = view.row_of(result, name, label)
    column = str(asked["col"])
    if column not in result.tables[name].columns:
        column = "membership" if name == "memberships" else ""
    grounds = view.grounds(result, name, row, column)
    parts = label.split(" · ")
    known = f"{parts[0]} · {parts[1]}" in result.tables["consensus"].index
    kind = parts[2] if name == "memberships" else _given(result, screen, parts[0], parts[1]) if known else ""
    inspected = models.inspected(screen, parts[0], parts[1], kind) if known else None
    return {
        "label": label, "grounds": grounds, "quotes": _quotes(grounds, every=bool(asked["every"])),
        "inspected": inspected, "lead": models.lead(result), "case": (parts[0], parts[1]),
        "type_name": dict(screen.types).get(kind, grounds.of), "families": families_of_keys(runs),
        "labels": labels_of_keys(runs, language()), "waves": waves_of_keys(runs), "kind": kind,
    }  # fmt: skip


def _quotes(grounds: view.GroundsShown, *, every: bool) -> tuple[tuple[Quotation, ...], tuple[Quotation, ...]]:
    """Return the quotations for and against: a few telling ones of different people, or all."""
    if every:
        return grounds.supporting, grounds.opposing
    return strongest(grounds.supporting, FEW[0]), strongest(grounds.opposing, FEW[1])


def _first(result: Result, screen: models.Screen) -> str:
    """Return the row that is chosen when the page is opened: that of the highest membership on the screen."""
    frame = result.tables["memberships"]
    here = frame[(frame["typology"] == screen.typology) & frame["wave"].isin(list(screen.shown))]
    known = here[here["membership"].notna()]
    best = known.sort_values("membership", ascending=False, kind="stable") if len(known) else here
    return str(best.index[0])


def _given(result: Result, screen: models.Screen, town: str, wave: str) -> str:
    """Return the type a case is given to, or the one with the highest membership."""
    frame = result.tables["memberships"]
    here = frame[(frame["town"] == town) & (frame["wave"] == wave) & (frame["typology"] == screen.typology)]
    known = here[here["membership"].notna()]
    return str((known.sort_values("membership", ascending=False) if len(known) else here)["type"].iloc[0])


def _counted(result: Result) -> str:
    """Say on how many statements of how many interviews the screen rests."""
    frame = result.tables["labels"]
    rows = frame.index[frame["typology"] == "2014"]
    ids = {one for row in rows for one in result.grounds(row, "statements", "labels").supporting}
    talks = {result.evidence.statement_by_id[one].interview_id for one in ids}
    interviews = ngettext("{n} interview", "{n} interviews", len(talks)).format(n=len(talks))
    return f"{models.statements_words(len(ids))} · {interviews}"
