"""Parts of the page of the lab: presets, numbers, what carries control, the coded town, files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from veche.study import VecheError
from veche.web.pages._comparing import runs_of
from veche.web.pages._lab_form import GROUPS, SWITCHES, Asked
from veche.web.pages._lab_view import NUMBERS, PLAYER_WORDS, written
from veche.words import N_, _, number, percent, say
from veche.workbench import lab as bench
from veche.workbench.lab import BY_NAME, OBSERVABLES, Attribution, Scenario, Trial
from veche.workbench.lab_files import odd_file, scenario_file
from veche.workbench.lab_runs import Comparison, Lab


@dataclass(frozen=True, slots=True)
class NumberRow:
    """An observable: its mean, and the difference to the counterfactual with its interval where there is one."""

    label: str
    meaning: str
    mean: str
    other: str = ""
    difference: str = ""
    interval: str = ""
    clear: bool = False


@dataclass(frozen=True, slots=True)
class Carrier:
    """A mechanism with its share of control."""

    label: str
    share: str
    #: ends of the bar and of the interval, in per cent of the width
    bar: tuple[float, float]
    interval: tuple[float, float]
    first: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """What carries control, in words and bars."""

    sentence: str
    rows: tuple[Carrier, ...]
    zero: float
    total: str


@dataclass(frozen=True, slots=True)
class CodedRow:
    """An indicator: the coded level with its interval, and that of the model, from 0 to 100."""

    label: str
    level: float
    low: float
    high: float
    model: float | None
    title: str
    apart: bool


@dataclass(frozen=True, slots=True)
class Coded:
    """The coded towns to choose from, and the rows of the chosen one."""

    cases: tuple[tuple[str, str], ...] = ()
    rows: tuple[CodedRow, ...] = ()
    apart: int = 0
    waiting: str = ""
    problem: str = ""


def presets_shown() -> list[tuple[str, str, str]]:
    """Key, name and words of each preset."""
    return [(one.key, _(one.scenario.name), _(one.scenario.about)) for one in bench.presets()]


def number_rows(trial: Trial, pairs: Comparison | None) -> list[NumberRow]:
    """Numbers beside the story, with differences to the counterfactual."""
    meanings = dict(OBSERVABLES)
    found = []
    for name, label, kind in NUMBERS:
        words = _(label), _(meanings[name])
        if pairs is None:
            found.append(NumberRow(*words, written(kind, trial.mean(name))))
            continue
        row: dict[Any, Any] = pairs.table.loc[name].to_dict()
        known = row["error"] == row["error"]
        found.append(
            NumberRow(
                *words, written(kind, float(row["actual"])), written(kind, float(row["counterfactual"])), _signed(kind, float(row["difference"])),
                f"{_signed(kind, float(row['low']))} … {_signed(kind, float(row['high']))}" if known else "–",
                bool(known and (row["low"] > 0 or row["high"] < 0)),
            )
        )  # fmt: skip
    return found


def _signed(kind: str, value: float) -> str:
    """Write a difference with its sign, a digit finer than the means; what rounds to zero has none."""
    text = percent(value, 1) if kind == "share" else number(value, 4 if kind == "small" else 3)
    if not text.strip("−0.,% \u00a0"):
        return text.replace("−", "")
    return f"+{text}" if value > 0 else text


def againsts(scenario: Scenario) -> list[tuple[str, str]]:
    """What the scenario can be compared with: each key with its words."""
    found = [("", _("nothing"))]
    if scenario.parameters["F_t"] >= 0:
        found.append(("intervention", _("the same without the intervention")))
    if scenario.parameters["pan_t"] >= 0:
        found.append(("pandemic", _("the same without the pandemic")))
    names = {
        "use_pay": N_("the same without payment"), "use_press": N_("the same without pressure"), "use_manip": N_("the same without manipulation"),
        "use_link": N_("the same without coalitions"), "use_wait": N_("the same without waiting"), "use_sel": N_("the same without selection"),
        "use_chair": N_("the same without the chair"),
    }  # fmt: skip
    return found + [(name, _(names[name])) for name in SWITCHES if scenario.parameters[name] > 0]


def carried(found: Attribution) -> Carried:
    """Say which mechanism carries control, and draw the shares."""
    low = min(0.0, *(found.shares - 2 * found.errors).tolist())
    high = max(0.1, *(found.shares + 2 * found.errors).tolist())

    def place(value: float) -> float:
        return float(round(100 * (value - low) / (high - low), 1))

    rows = tuple(
        Carrier(
            _(PLAYER_WORDS[at]), number(share), (place(min(share, 0.0)), place(max(share, 0.0))),
            (place(share - 1.96 * error), place(share + 1.96 * error)), at == int(found.shares.argmax()),
        )
        for at, (share, error) in enumerate(zip(found.shares.tolist(), found.errors.tolist(), strict=True))
    )  # fmt: skip
    return Carried(bench.carried_words(found), rows, place(0.0), number(float(found.shares.sum())))


def axes() -> list[tuple[str, str]]:
    """Conditions that a map can lie over."""
    return [(name, _(BY_NAME[name].meaning)) for _title, names in GROUPS for name in names if BY_NAME[name].box]


def observables() -> list[tuple[str, str]]:
    """What a map can show."""
    return [("model", _("the mechanism that carries control")), *((name, _(label)) for name, label, _kind in NUMBERS)]


def coded(request: Request, lab: Lab, trial: Trial, case: str) -> Coded:
    """Compare the runs with a coded town."""
    study = runs_of(request).study
    try:
        found = lab.coded_levels(study, trial)
    except VecheError as error:
        return Coded(problem=error.message(_))
    if found is None:
        return Coded(waiting=_("The coded towns are being read…"))
    names = (f"{town}, {wave}" for town, wave in zip(found["town_name"], found["wave_name"], strict=True))
    keys = [f"{town}·{wave}" for town, wave in zip(found["town"], found["wave"], strict=True)]
    cases = tuple(dict.fromkeys(zip(keys, names, strict=True)))
    if case not in dict(cases):
        return Coded(cases=cases)
    rows = found[[key == case for key in keys]]
    levels = lab.model_levels(trial)
    shown = []
    for row in rows.to_dict("records"):
        model = levels.get(row["indicator"])
        apart = model is not None and not row["low"] - 1e-9 <= model <= row["high"] + 1e-9
        title = say(
            N_("{label}: coded {level} ({low} – {high}), model {model}"), label=row["label"], level=number(row["level"]), low=number(row["low"]),
            high=number(row["high"]), model=number(model),
        )  # fmt: skip
        places = 100 * row["level"], 100 * row["low"], 100 * row["high"], None if model is None else 100 * model
        shown.append(CodedRow(row["label"], *places, title, apart))
    return Coded(cases=cases, rows=tuple(shown), apart=sum(one.apart for one in shown))


def file_content(lab: Lab, asked: Asked, name: str) -> bytes:
    """Give the content of a file of the asked conditions."""
    kind = name.rpartition(".")[2]
    if name == "scenario.yaml":
        return scenario_file(asked.scenario).encode()
    if name == "model.md":
        return odd_file().encode()
    if name.startswith("map."):
        return lab.map_file(
            asked.scenario, asked.x, asked.y, asked.of, steps=asked.steps, runs=asked.runs, seed=asked.seed, kind=kind
        )
    if name.startswith("story."):
        return lab.story_file(asked.scenario, asked.seed, asked.run, kind)
    return lab.tables_file(
        asked.scenario, asked.seed, asked.run, asked.against, months=name.startswith("months"), kind=kind
    )
