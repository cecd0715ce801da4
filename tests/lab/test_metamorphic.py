"""What must not change when the model is told the same in other words, and what must hold where its limits are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from veche.lab import make_scenario, simulate, tell, theory
from veche.lab.batch import _fill
from veche.lab.observables import OBSERVED, SEEN
from veche.lab.parameters import INDEX, make_parameters

#: exponents of policy and of utility in the parameters that have a unit (policy squared is utility)
POLICY = ("theta_sd", "theta_h", "sig_eps", "theta_f")
UTILITY = (
    "lam_free", "lam_sd", "lam_f", "eta", "band", "R", "r_part", "Bcap", "S", "c_p", "iota", "c_m", "rej_cost", "chair_thr", "chi",
)  # fmt: skip
#: links know initial temptations with a unit
PLAIN = {"use_link": 0, "T": 100}


def observe(values: dict[str, float], runs: int, seed: int = 3, **raw: float) -> np.ndarray:
    """Run without the check of ranges, so that what is outside them can be asked too: shape (runs, observables)."""
    table = make_parameters(values).values[None].copy()
    for name, value in raw.items():
        table[0, INDEX[name]] = value
    seen = np.full((1, runs, len(OBSERVED)), np.nan)
    _fill(table, seed, 0, 0, seen, np.zeros((0, 1)))
    return seen[0]


@pytest.mark.parametrize("scale", [2.0, 0.5])
def test_the_unit_of_the_policy_axis_does_not_matter(scale: float) -> None:
    plain = make_parameters(
        {**PLAIN, "eta": 0}
    )  # with noise, the constant under the root of the spread stays as it is: it has no unit
    other = {name: plain[name] * scale for name in POLICY} | {name: plain[name] * scale**2 for name in UTILITY}
    one = observe({**PLAIN, "eta": 0}, 40)
    two = observe({**PLAIN, "eta": 0}, 40, **other)
    for name in (
        "control",
        "adoption",
        "yes_share",
        "tone",
        "temporising",
        "votes_nominee",
        "votes_paid",
        "votes_pressed",
        "opposition",
        "chair_share",
    ):
        assert one[:, SEEN[name]] == pytest.approx(two[:, SEEN[name]], abs=1e-9, nan_ok=True), name
    assert two[:, SEEN["turbulence"]] == pytest.approx(scale * one[:, SEEN["turbulence"]])


def test_the_side_of_the_head_does_not_matter() -> None:
    runs = 700
    right = observe({"T": 80}, runs)
    left = observe({"T": 80}, runs, seed=4, theta_h=-1.0, theta_f=-0.5)
    for name in (
        "control",
        "adoption",
        "yes_share",
        "tone",
        "temporising",
        "coalition_share",
        "turbulence",
        "pressed_decisions",
    ):
        a, b = right[:, SEEN[name]], left[:, SEEN[name]]
        a, b = a[np.isfinite(a)], b[np.isfinite(b)]
        error = math.sqrt(a.var() / a.size + b.var() / b.size)
        assert abs(a.mean() - b.mean()) < 4.5 * error, name


def test_coercion_switched_off_equals_having_no_capacity_for_it() -> None:
    # S = 0 leaves neither pressure nor its shadow: the same as no pressure and phi = 0
    without = observe({"S": 0, "T": 80}, 30)
    assert without.tobytes() == observe({"S": 0, "use_press": 0, "T": 80}, 30).tobytes()
    assert without.tobytes() == observe({"use_press": 0, "phi": 0, "T": 80}, 30).tobytes()
    assert without.tobytes() != observe({"T": 80}, 30).tobytes()


def test_money_switched_off_equals_having_none() -> None:
    poor = {"R": 0, "firm": 0, "use_press": 0}
    assert observe(poor, 30).tobytes() == observe({**poor, "use_pay": 0}, 30).tobytes()


def test_windows_without_effect_change_nothing() -> None:
    idle = observe({"F_t": 20, "F_dur": 10, "init_coop": 0}, 30)
    plain = observe({"init_coop": 0}, 30)
    idle[:, SEEN["partner_back"]] = plain[:, SEEN["partner_back"]]
    assert idle.tobytes() == plain.tobytes()
    assert observe({"pan_t": 20, "pan_dur": 10}, 30).tobytes() == observe({}, 30).tobytes()


def test_a_mechanism_that_cannot_work_changes_no_draw_of_the_others() -> None:
    # partnership has its own draws: what it yields is the same with and without the assembly's business
    one, two = observe({"g_part": 0.01}, 20), observe({"g_part": 0.01, "use_pay": 0, "h_conf": 0}, 20)
    base = observe({"g_part": 0.01, "h_conf": 0}, 20)
    assert (base[:, SEEN["partnership_share"]] == two[:, SEEN["partnership_share"]]).all()
    assert one.shape == two.shape


# -- closed forms inside the engine ---------------------------------------------------------------------------------------------------------


def test_the_head_chooses_the_best_of_his_list() -> None:
    # CF11 and CF12: competence of the selected, mean over seats and runs
    for n_cand in (2, 4):
        seen = observe({"sel": 1, "n_cand": n_cand, "term": 12, "reelect": 0, "T": 120, "alpha": 0}, 200)
        found = seen[:, SEEN["competence"]]
        expected = theory.selected_competence(comp_corr=-0.3, n=n_cand)
        assert found.mean() == pytest.approx(expected, abs=4.5 * found.std() / math.sqrt(found.size))
        assert found.std() / math.sqrt(found.size) < 0.01


def test_partners_meet_at_the_critical_capital() -> None:
    # CF18: certain temptations, no head leaves: partnership exactly where capital is critical
    town = make_scenario(g_sd=0, h0=0, h_conf=0, delta0=0.95, delta_f=0.95, g_tempt=3, init_coop=0.5, T=120)
    star = theory.critical_capital(d=0.95, g=3, r0=-0.05, r1=0.5)
    crossed = 0
    for replicate in range(6):
        months = tell(town, replicate=replicate).months
        before = np.concatenate([[0.0], months.capital.to_numpy()[:-1]])
        assert (months.partnership.to_numpy() == (before >= star)).all()
        crossed += 0 < months.partnership.sum() < 120
    assert crossed > 2


def test_initiatives_alone_bring_capital_to_its_mean() -> None:
    # CF20: temptations too great for partnership
    town = make_scenario(g_tempt=50, init_coop=0.3, h0=0, h_conf=0, T=1200)
    capital = np.mean([tell(town, replicate=k).months.capital[200:].mean() for k in range(6)])
    assert capital == pytest.approx(theory.capital_from_initiative(e=0.3, k_up=0.12, k_dn=0.05), abs=0.012)


def test_the_value_of_waiting_is_that_of_theory() -> None:
    # CF10: the engine's own rule, fed with gains from U[0, 1]
    import numba as nb

    from veche.lab._decision import _learn_waiting, _value_of_waiting
    from veche.lab._state import CHAIR, DELTA_H, NET, TOWN_NUMBERS, WAIT

    par = make_parameters({"surv": 0.9, "alpha": 0.4}).values.copy()

    @nb.njit(error_model="numpy")
    def learn(par, town, nets):  # type: ignore[no-untyped-def]
        worth = bar = 0.0
        for net in nets:
            town[NET] = net
            _learn_waiting(par, town)
            worth += town[WAIT]
            bar += _value_of_waiting(par, town)
        return worth / nets.size, bar / nets.size

    town = np.zeros(TOWN_NUMBERS)
    town[CHAIR], town[DELTA_H] = 1.0, 0.95
    nets = np.random.default_rng(1).uniform(size=300_000)
    learn(par, town, nets[:5000])
    worth, threshold = learn(par, town, nets)
    closed = theory.waiting_renewal(d=0.95, s=0.9, alpha=0.4)
    assert (worth, threshold) == pytest.approx((closed.W, closed.threshold), rel=0.01)


def test_a_member_tolerates_what_his_rent_is_worth() -> None:
    # CF16 inside the choice of members: L = r d / (1 - d) at the deputies' own discount factor
    import numba as nb

    from veche.lab._coalition import _membership
    from veche.lab._state import CHOSEN, COOL, LOYAL, NEW_RENT, NEW_TOL, SEAT_ROWS, THETA, TM, TQ, Z

    par = make_parameters({"delta0": 0.96}).values.copy()
    rng = np.random.default_rng(2)
    seat = np.zeros((SEAT_ROWS, 20))
    seat[THETA], seat[LOYAL], seat[TM], seat[TQ] = rng.normal(0, 0.5, 20), rng.normal(0, 0.3, 20), 0.1, 0.02
    seat[Z] = rng.uniform(0, 0.2, 20)
    seat[COOL, 3] = 5

    @nb.njit(error_model="numpy")
    def choose(par, seat, order):  # type: ignore[no-untyped-def]
        return _membership(par, 0.8, 0.72, seat[THETA], seat, order)

    rents = choose(par, seat, np.zeros(20, dtype=np.int64))
    delta = 0.96 * (1 - 0.5 / 60)
    members = seat[CHOSEN] > 0
    assert rents == pytest.approx(seat[NEW_RENT, members].sum()) and rents > 0
    assert not members[3] and 7 <= members.sum() <= 12
    for i in np.flatnonzero(members):
        assert seat[NEW_TOL, i] == pytest.approx(theory.tolerance(delta=delta, rent=seat[NEW_RENT, i]), abs=1e-12)
    others = ~members & (seat[COOL] == 0)
    assert seat[NEW_RENT, members].max() <= seat[NEW_RENT, others].min()


def test_a_run_of_one_month_and_the_largest_are_run() -> None:
    assert math.isnan(simulate(make_scenario(T=1), runs=2).control[0])
    assert np.isfinite(simulate(make_scenario(N=35, T=1200, term=1), runs=1).control[0])
    assert np.isfinite(simulate(make_scenario(N=3, term=1200), runs=1).control[0])
