"""Parameters of the model: name, default, range, meaning; checked before any run."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from veche.study.errors import N_, InputProblem
from veche.words import _

Kind = Literal["number", "whole", "switch"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its default, the range in which the model has meaning, the range of the condition box (if it is varied there), what it says."""

    name: str
    default: float
    low: float
    high: float
    meaning: str
    box: tuple[float, float] | None = None
    kind: Kind = "number"


def _p(
    name: str, default: float, low: float, high: float, meaning: str, box: tuple[float, float] | None = None, kind: Kind = "number"
) -> Parameter:  # fmt: skip
    return Parameter(name, default, low, high, meaning, box, kind)


TABLE: tuple[Parameter, ...] = (
    _p("N", 20, 3, 35, N_("number of deputies"), kind="whole"),
    _p("T", 120, 1, 1200, N_("months"), kind="whole"),
    _p("term", 60, 1, 1200, N_("months between elections"), kind="whole"),
    _p("theta_sd", 0.5, 0, 3, N_("spread of the deputies' ideals"), (0.3, 0.8)),
    _p("theta_h", 1.0, 0.05, 5, N_("distance of the head's ideal from the deputies' mean"), (0.8, 1.6)),
    _p("pol", 0.0, 0, 2, N_("cleavage between two blocs"), (0.0, 0.6)),
    _p("lam_free", 0.0, -20, 20, N_("mean loyalty of deputies who came by themselves"), (-0.6, 0.1)),
    _p("lam_sd", 0.3, 0, 2, N_("spread of loyalty"), (0.1, 0.5)),
    _p("sig_eps", 0.35, 0, 2, N_("size of momentary interests"), (0.1, 0.6)),
    _p("rho_eps", 0.6, 0, 0.999, N_("how long momentary interests last")),
    _p("eta", 0.05, 0, 0.5, N_("noise of votes")),
    _p("omega", 0.5, 0, 1, N_("mean independence of deputies"), (0.1, 0.9)),
    _p("kappa", 0.5, 0, 1, N_("mean sophistication of deputies"), (0.2, 0.8)),
    _p("chi", 0.5, 0, 5, N_("weight of resentment")),
    _p("d_z", 0.05, 0, 1, N_("monthly decay of resentment")),
    _p("band", 0.3, 0, 2, N_("pull of a sure majority"), (0.0, 0.6)),
    _p("v_head", 8.0, 0, 50, N_("stake of the head in policy"), (3.0, 12.0)),
    _p("R", 0.15, 0, 5, N_("means of the head per month"), (0.0, 0.6)),
    _p("Bcap", 2.0, 0, 50, N_("greatest reserve of means")),
    _p("S", 0.6, 0, 5, N_("capacity to sanction"), (0.0, 1.5)),
    _p("phi", 0.3, 0, 1, N_("how far sanctions work by their shadow alone"), (0.0, 0.6)),
    _p("c_p", 0.1, 0, 5, N_("cost of pressing one deputy")),
    _p("rho_p", 0.3, 0, 5, N_("resentment left by pressure")),
    _p("iota", 0.4, 0, 5, N_("information advantage of the head"), (0.0, 1.0)),
    _p("c_m", 0.2, 0, 5, N_("cost of one manipulation")),
    _p("pi_e", 0.15, 0, 1, N_("chance that a manipulation is exposed")),
    _p("loss_T", 0.4, 0, 1, N_("credulity lost by exposure")),
    _p("rec_T", 0.03, 0, 1, N_("monthly recovery of credulity")),
    _p("sel", 0.3, 0, 1, N_("share of open seats filled from the head's list"), (0.0, 0.8)),
    _p("c_sel", 0.0, 0, 50, N_("cost of selection (0: effort is given)")),
    _p("n_cand", 4, 1, 100, N_("candidates per seat of the head's list"), kind="whole"),
    _p("comp_corr", -0.3, -1, 1, N_("correlation of competence with loyalty"), (-0.6, 0.3)),
    _p("delta0", 0.93, 0, 0.9999, N_("monthly discount factor of a secure head"), (0.85, 0.99)),
    _p("h0", 0.005, 0, 1, N_("monthly chance to be removed")),
    _p("h_conf", 0.02, 0, 1, N_("added chance in confrontation")),
    _p("foresight", 1.0, 0, 1, N_("how far the head counts later costs")),
    _p("alpha", 0.4, 0, 1, N_("monthly chance of a new issue")),
    _p("surv", 0.9, 0, 1, N_("chance that an undecided issue stays")),
    _p("erosion", 0.03, 0, 1, N_("monthly erosion of policy"), (0.01, 0.06)),
    _p("pi_h", 0.5, 0, 1, N_("chance of the head to propose without the chair"), (0.3, 0.9)),
    _p("veto", 1, 0, 1, N_("the head may veto what harms him"), kind="switch"),
    _p("rej_cost", 0.3, 0, 5, N_("cost of a rejected proposal")),
    _p("chair_thr", 0.15, -100, 100, N_("loyalty needed for the chair")),
    _p("psi", 0.3, 0, 10, N_("weight of members in the platform")),
    _p("link_k", 1.0, 0, 10, N_("margin of safety of links")),
    _p("platform", 1, 0, 1, N_("the platform rests on long-run ideals"), kind="switch"),
    _p("reelect", 0.5, 0, 1, N_("chance that a deputy keeps the seat")),
    _p("firm", 1, 0, 1, N_("there is a large firm"), kind="switch"),
    _p("phi_f", 0.2, 0, 1, N_("share of other open seats filled by the firm"), (0.0, 0.5)),
    _p("theta_f", 0.5, -5, 5, N_("ideal of the firm")),
    _p("lam_f", 0.4, -5, 5, N_("loyalty of the firm's deputies in partnership")),
    _p("r_part", 0.1, 0, 5, N_("means that partnership adds")),
    _p("g_tempt", 4.0, 0, 50, N_("temptation to leave the partnership"), (1.0, 8.0)),
    _p("g_sd", 0.3, 0, 3, N_("spread of temptation")),
    _p("r0", -0.05, -5, 5, N_("flow of a partnership without capital")),
    _p("r1", 0.5, 0, 5, N_("flow added by capital")),
    _p("k_up", 0.12, 0, 1, N_("growth of relational capital")),
    _p("k_dn", 0.05, 0, 1, N_("decay of relational capital")),
    _p("init_coop", 0.1, 0, 1, N_("monthly chance of a successful initiative"), (0.0, 0.5)),
    _p("K0", 0.0, 0, 1, N_("relational capital at the beginning")),
    _p("delta_f", 0.95, 0, 0.9999, N_("monthly discount factor of the firm")),
    _p("drift", -0.002, -1, 0, N_("development without partnership, per month")),
    _p("g_part", 0.005, 0, 1, N_("development that partnership adds")),
    _p("g_stab", 0.004, 0, 1, N_("development lost by changes of policy")),
    _p("g_comp", 0.0005, 0, 1, N_("development that competence adds")),
    _p("g_sdv", 0.003, 0, 1, N_("noise of development")),
    _p("F_t", -1, -1, 1200, N_("month in which an intervention begins (-1: none)"), kind="whole"),
    _p("F_dur", 0, 0, 1200, N_("length of the intervention in months"), kind="whole"),
    _p("F_delta", 0.0, 0, 1, N_("share of the firm's horizon that an intervention takes")),
    _p("F_h", 0.0, 0, 1, N_("chance of removal that an intervention adds")),
    _p("F_g", 0.0, 0, 50, N_("temptation of the firm that an intervention adds")),
    _p("F_R", 0.0, -1, 10, N_("share of means that an intervention adds (mobilisation) or takes (under 0)")),
    _p("F_S", 0.0, -1, 10, N_("share of sanction capacity that an intervention adds or takes (under 0)")),
    _p("pan_t", -1, -1, 1200, N_("month in which a pandemic begins (-1: none)"), kind="whole"),
    _p("pan_dur", 0, 0, 1200, N_("length of the pandemic in months"), kind="whole"),
    _p("pan_R", 0.0, -1, 1, N_("share of means that the pandemic takes")),
    _p("pan_eps", 0.0, 0, 10, N_("how much the pandemic adds to momentary interests")),
    *(
        _p(f"use_{name}", 1, 0, 1, meaning, kind="switch")
        for name, meaning in (
            ("pay", N_("payment works")), ("press", N_("pressure works")), ("manip", N_("manipulation works")),
            ("link", N_("strategic coalitions work")), ("wait", N_("waiting works")), ("sel", N_("entrance selection works")),
            ("chair", N_("the chair can be held")),
        )
    ),
)  # fmt: skip

BY_NAME: Mapping[str, Parameter] = {one.name: one for one in TABLE}
INDEX: Mapping[str, int] = {one.name: at for at, one in enumerate(TABLE)}


@dataclass(frozen=True)
class Parameters:
    """Checked values of all parameters; those not given stand at their defaults."""

    given: tuple[tuple[str, float], ...] = ()

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """All values in the order of `TABLE`."""
        found = np.array([one.default for one in TABLE], dtype=float)
        for name, value in self.given:
            found[INDEX[name]] = value
        found.setflags(write=False)
        return found

    def __getitem__(self, name: str) -> float:
        return float(self.values[_known(name)])

    def replace(self, **values: float) -> Parameters:
        """Give the same parameters with some changed.

        Raises
        ------
        InputProblem
            As `make_parameters`.
        """
        return make_parameters({**dict(self.given), **values})


def _known(name: str) -> int:
    if name not in INDEX:
        near = _near(name)
        if not near:
            raise InputProblem(
                N_("There is no parameter {name}. `veche lab odd` lists them with meaning and range."), name=name
            )
        raise InputProblem(N_("There is no parameter {name}. Nearest: {near}."), name=name, near=", ".join(near))
    return INDEX[name]


def _near(name: str) -> list[str]:
    """Give names that may be meant: another case, what the word (or one spelled alike) says in a meaning, then names that are spelled alike."""
    word = name.strip().lower()
    same = [one for one in INDEX if one.lower() == word]
    meanings = {one.name: f"{one.meaning} {_(one.meaning)}".lower() for one in TABLE}
    known = {part for meaning in meanings.values() for part in meaning.split()}
    meant = [word, *difflib.get_close_matches(word, sorted(known), 1, 0.8)] if len(word) >= 4 else []
    said = [one for one, meaning in meanings.items() if any(part in meaning for part in meant)]
    alike = difflib.get_close_matches(name, list(INDEX), 3, 0.4)
    return list(dict.fromkeys([*same, *said, *alike]))[:3]


def _number(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputProblem(N_("{name} is {value}, which is no number. Give one."), name=name, value=value) from error


def make_parameters(given: Mapping[str, float] | None = None) -> Parameters:
    """Check values and make parameters of them.

    Raises
    ------
    InputProblem
        For an unknown name (with the nearest), NaN, a value out of range, a fraction where whole numbers belong, or windows that contradict.
    """
    checked: dict[str, float] = {}
    for name, value in (given or {}).items():
        one = TABLE[_known(name)]
        number = _number(name, value)
        if one.kind == "switch" and number not in (0, 1):
            raise InputProblem(
                N_("{name} is {value}. It is a switch ({meaning}); give 0 or 1."), name=name, value=f"{number:g}", meaning=one.meaning
            )  # fmt: skip
        if math.isnan(number) or not one.low <= number <= one.high:
            raise InputProblem(
                N_("{name} is {value}. It is the {meaning}; give {low} to {high}."),
                name=name, value=f"{number:g}", meaning=one.meaning, low=f"{one.low:g}", high=f"{one.high:g}",
            )  # fmt: skip
        if one.kind != "number" and number != round(number):
            raise InputProblem(
                N_("{name} is {value}. It is the {meaning}; give a whole number from {low} to {high}."),
                name=name, value=f"{number:g}", meaning=one.meaning, low=f"{one.low:g}", high=f"{one.high:g}",
            )  # fmt: skip
        checked[name] = number
    found = Parameters(tuple((one.name, checked[one.name]) for one in TABLE if one.name in checked))
    _windows(found)
    return found


def _windows(found: Parameters) -> None:
    """See that windows have a beginning, a length, and a place within the run."""
    for start, length in (("F_t", "F_dur"), ("pan_t", "pan_dur")):
        if found[start] >= 0 and found[length] == 0:
            raise InputProblem(
                N_("{start} is {month}, but {length} is 0: the window is empty. Give its months, or {start} = -1."),
                start=start, month=int(found[start]), length=length,
            )  # fmt: skip
        if found[start] < 0 and found[length] > 0:
            raise InputProblem(
                N_("{length} is {months}, but {start} is -1: the window has no beginning. Give the month, or {length} = 0."),
                start=start, months=int(found[length]), length=length,
            )  # fmt: skip
        if found[start] >= found["T"]:
            raise InputProblem(
                N_(
                    "{start} is {month}, but a run has {months} months: the window begins after its end. "
                    "Give an earlier month, a greater T, or {start} = -1."
                ),
                start=start, month=int(found[start]), months=int(found["T"]),
            )  # fmt: skip
