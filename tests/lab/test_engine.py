"""The engine: its random numbers, its limits, its checks of parameters."""

from __future__ import annotations

import math
from pathlib import Path

import numba as nb
import numpy as np
import pytest

from veche.lab import _draws, theory
from veche.lab._draws import mix, normals, philox, uniforms
from veche.lab._programme import free_point
from veche.lab._state import SEAT_ROWS, SPOT, width
from veche.lab.model import make_scenario, read_scenario, simulate, tell
from veche.lab.parameters import INDEX, TABLE, make_parameters
from veche.study import InputProblem

WORD = np.uint64(0xFFFFFFFF)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (0, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        (0xFFFFFFFF, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    ],
)
def test_the_generator_gives_its_published_answers(word: int, expected: tuple[int, ...]) -> None:
    # known answers of Philox4x32-10, Random123 1.14 (Salmon and others 2011)
    assert tuple(int(one) for one in philox(*[np.uint64(word)] * 6)) == expected


def test_draws_are_spread_as_they_should_be_and_depend_on_the_key_only() -> None:
    key = mix(1, 2, 3)
    u = np.array([uniforms(key, 3, month, index) for month in range(60) for index in range(60)]).ravel()
    z = np.array([normals(key, 0, month, index) for month in range(60) for index in range(60)]).ravel()
    assert u.min() > 0 and u.max() < 1
    assert abs(u.mean() - 0.5) < 0.01 and abs(u.std() - math.sqrt(1 / 12)) < 0.01
    assert abs(z.mean()) < 0.03 and abs(z.std() - 1) < 0.03
    assert uniforms(key, 3, 5, 7) == uniforms(mix(1, 2, 3), 3, 5, 7)
    assert len({mix(a, b, c) for a in range(6) for b in range(6) for c in range(6)}) == 216


def test_the_table_of_a_month_holds_the_draws_of_its_processes() -> None:
    @nb.njit
    def month(key, t, found):  # type: ignore[no-untyped-def]
        _draws.draw_month(key, t, found)

    key, t = mix(4, 5, 6), 17
    found = np.zeros(_draws.DRAWN)
    month(key, t, found)
    for at, process, index in (
        *((column, _draws.SHOCKS, 4 * column) for column in range(9)),  # of four deputies each
        (_draws.LEADERS, _draws.SHOCKS, 1000), (_draws.TEMPTED, _draws.PARTNERSHIP, 0), (_draws.DEVELOPED, _draws.DEVELOPMENT, 0),
    ):  # fmt: skip
        assert found[_draws.NORMAL :, at] == pytest.approx(normals(key, process, t, index), abs=1e-15)
    for at, process, index in (
        (_draws.REMOVAL, _draws.TURNOVER, 0), (_draws.INITIATIVE, _draws.PARTNERSHIP, 1), (_draws.ARRIVAL, _draws.ISSUES, 0),
        (_draws.RECOGNISED, _draws.RECOGNITION, 0),
    ):  # fmt: skip
        assert tuple(found[: _draws.NORMAL, at]) == uniforms(key, process, t, index)


def test_the_order_of_parameters_in_the_kernel_is_that_of_the_table() -> None:
    from veche.lab import _state

    constants = {
        "I_N": "N", "I_SIG": "sig_eps", "I_V": "v_head", "I_S": "S", "I_IOTA": "iota", "I_SEL": "sel", "I_NCAND": "n_cand", "I_DELTA0": "delta0",
        "I_EROSION": "erosion", "I_CHAIR": "chair_thr", "I_LINKK": "link_k", "I_FIRM": "firm", "I_K0": "K0", "I_GSDV": "g_sdv", "I_FT": "F_t",
        "I_FS": "F_S", "I_PANEPS": "pan_eps", "U_PAY": "use_pay", "U_CHAIR": "use_chair",
    }  # fmt: skip
    assert {constant: getattr(_state, constant) for constant in constants} == {
        one: INDEX[name] for one, name in constants.items()
    }
    assert len(TABLE) == _state.U_CHAIR + 1


def test_without_issues_policy_only_erodes() -> None:
    months = tell(make_scenario(T=90, alpha=0)).months
    assert months.policy.to_numpy() == pytest.approx(0.4 * 0.97 ** (np.arange(90) + 1), abs=1e-12)


def test_where_all_votes_are_free_policy_follows_the_head() -> None:
    free = make_scenario(
        lam_free=20, lam_sd=0, chair_thr=-99, firm=0, h0=0, h_conf=0, alpha=1, erosion=0, band=0, use_pay=0, use_press=0, use_manip=0,
        use_link=0, use_wait=0, T=240,
    )  # fmt: skip
    seen = simulate(free, runs=150)
    assert seen.control.mean() == pytest.approx(1, abs=0.02)
    expected = math.sqrt(2 * (1 - 0.6)) * 0.35
    assert math.sqrt((seen.turbulence**2).mean()) == pytest.approx(expected, rel=0.02)


def test_the_free_point_is_that_of_the_agenda_setter() -> None:
    for q in (-0.5, -0.2, -0.05):
        found = free_point(q, 1.0, 11, 0.0, SPOT, np.zeros((SEAT_ROWS, width(11))))
        assert found == pytest.approx(theory.agenda_setter(pivot=0, q=q, theta_h=1))


def test_between_pivot_and_head_nothing_moves_up_without_instruments() -> None:
    still = make_scenario(
        sig_eps=0, rho_eps=0, theta_sd=0, lam_free=0, lam_sd=0, phi=0, eta=0, firm=0, erosion=0.02, band=0, use_pay=0, use_press=0, use_manip=0,
        use_link=0, use_wait=0, use_sel=0, use_chair=0, pi_h=1, chi=0,
    )  # fmt: skip
    policy = tell(still).months.policy.to_numpy()
    assert (np.diff(policy) <= 1e-12).all()
    assert policy[0] == pytest.approx(0.4 * 0.98)


def test_partnership_returns_after_an_intervention_as_long_as_the_critical_length_says() -> None:
    quiet = {
        "g_sd": 0,
        "init_coop": 0,
        "h0": 0,
        "h_conf": 0,
        "g_tempt": 3,
        "delta0": 0.95,
        "delta_f": 0.95,
        "K0": 0.9,
        "T": 240,
        "F_t": 96,
        "F_delta": 1,
    }
    before = tell(make_scenario(**{**quiet, "F_t": -1})).months
    start = float(before.capital[95])
    star = theory.critical_capital(d=0.95, g=3, r0=-0.05, r1=0.5)
    last = theory.critical_length(K_star=star, K_0=start, k_dn=0.05).last_returning
    for length in range(last - 3, last + 4):
        end = tell(make_scenario(**quiet, F_dur=length)).months
        assert bool(end.partnership.iloc[-1]) == (length <= last), length


@pytest.mark.parametrize(("switch", "capacity"), [("use_sel", "sel"), ("use_manip", "iota")])
def test_switching_a_mechanism_off_equals_having_no_capacity_for_it(switch: str, capacity: str) -> None:
    off, none = simulate(make_scenario(**{switch: 0}), runs=20), simulate(make_scenario(**{capacity: 0}), runs=20)
    assert off.equals(none)


def test_an_intervention_changes_nothing_before_it() -> None:
    plain, moved = tell(make_scenario(T=60)), tell(make_scenario(T=60, F_t=40, F_dur=6, F_R=0.5, F_S=0.5, F_delta=0.3))
    assert plain.months.iloc[:40].equals(moved.months.iloc[:40])
    assert not plain.months.equals(moved.months)
    assert moved.months.intervention.tolist() == [40 <= t < 46 for t in range(60)]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"theta_hh": 1}, "no parameter theta_hh. Nearest: theta_h"),
        ({"loyality": 1}, "no parameter loyality. Nearest: lam_free, lam_sd"),
        ({"eta": float("nan")}, "eta is nan. It is the noise of votes"),
        ({"sel": 1.5}, "give 0 to 1"),
        ({"N": 20.5}, "N is 20.5. It is the number of deputies; give a whole number from 3 to 35"),
        ({"F_t": 10}, "F_dur is 0: the window is empty"),
        ({"pan_dur": 6}, "pan_t is -1"),
        ({"T": 24, "F_t": 24, "F_dur": 3}, "a run has 24 months: the window begins after its end"),
    ],
)
def test_parameters_that_make_no_sense_are_named(values: dict[str, float], message: str) -> None:
    with pytest.raises(InputProblem, match=message):
        make_parameters(values)


def test_scenarios_are_read_from_yaml(tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    path.write_text("name: Городок\nparameters:\n  sel: 0.6\n  R: 0.3\n", encoding="utf-8")
    found = read_scenario(path)
    assert (found.name, found.parameters["sel"], found.parameters["R"], found.parameters["N"]) == (
        "Городок",
        0.6,
        0.3,
        20,
    )
    path.write_text("- 1\n")
    with pytest.raises(InputProblem, match="is no scenario"):
        read_scenario(path)
