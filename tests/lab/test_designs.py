"""Designs: which points they have, how they are checked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veche import lab
from veche.lab.designs import BOX
from veche.lab.parameters import INDEX
from veche.study import InputProblem


def test_a_grid_has_every_value_with_every_other() -> None:
    design = lab.grid({"R": [0, 0.2], "S": [0.5, 1, 1.5]})
    assert design.points.tolist() == [[0, 0.5], [0, 1], [0, 1.5], [0.2, 0.5], [0.2, 1], [0.2, 1.5]]
    assert design.common
    values = design.values(2, 4)
    assert values[:, INDEX["R"]].tolist() == [0, 0.2] and values[:, INDEX["S"]].tolist() == [1.5, 0.5]
    others = [at for name, at in INDEX.items() if name not in ("R", "S")]
    assert (values[:, others] == lab.make_parameters().values[others]).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 60), st.integers(0, 2**31))
def test_a_latin_hypercube_uses_each_stratum_once(points: int, seed: int) -> None:
    design = lab.latin_hypercube(points, seed=seed)
    assert design.varied == tuple(BOX) and len(BOX) == 22
    for at, (low, high) in enumerate(BOX.values()):
        strata = np.floor((design.points[:, at] - low) / (high - low) * points).astype(int)
        assert sorted(np.clip(strata, 0, points - 1)) == list(range(points))
    assert design.digest == lab.latin_hypercube(points, seed=seed).digest


def test_whole_numbers_and_switches_fall_into_equal_parts() -> None:
    design = lab.latin_hypercube(400, seed=3, ranges={"N": (10, 13), "veto": (0, 1)})
    assert {int(k): int((design.points[:, 0] == k).sum()) for k in (10, 11, 12, 13)} == {
        10: 100,
        11: 100,
        12: 100,
        13: 100,
    }
    assert design.points[:, 1].mean() == 0.5


def test_sobol_and_morris_samples_have_their_sizes_and_leave_the_global_generator_alone() -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    sobol = lab.sobol_design(16, seed=1, ranges={"R": (0, 0.6), "S": (0, 1.5), "iota": (0, 1)})
    both = lab.sobol_design(16, seed=1, ranges={"R": (0, 0.6), "S": (0, 1.5), "iota": (0, 1)}, second_order=True)
    morris = lab.morris_design(7, seed=1, ranges={"R": (0, 0.6), "S": (0, 1.5), "iota": (0, 1)})
    assert (len(sobol), len(both), len(morris)) == (16 * 5, 16 * 8, 7 * 4)
    # one parameter moves at each step of a trajectory, by two thirds of its range with four levels
    steps = np.diff(morris.points.reshape(7, 4, 3), axis=1) / np.array([0.6, 1.5, 1])
    assert (np.abs(steps) > 1e-9).sum(axis=2).tolist() == [[1, 1, 1]] * 7
    assert np.abs(steps)[np.abs(steps) > 1e-9] == pytest.approx(2 / 3)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_the_digest_changes_with_everything_that_decides_the_runs() -> None:
    base = lab.grid({"R": [0, 0.2]})
    others = [
        lab.grid({"R": [0, 0.3]}),
        lab.grid({"S": [0, 0.2]}),
        lab.grid({"R": [0, 0.2]}, common=False),
        lab.grid({"R": [0, 0.2]}, base=lab.make_parameters({"S": 1})),
    ]
    assert len({one.digest for one in (base, *others)}) == 5


def test_scenarios_vary_in_what_they_differ_in() -> None:
    design = lab.scenarios([lab.make_scenario("a", S=1, R=0.3), lab.make_scenario("b", S=0.5, R=0.3)])
    assert design.varied == ("S",) and design.points.tolist() == [[1.0], [0.5]]
    assert design.values()[:, INDEX["R"]].tolist() == [0.3, 0.3]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: lab.grid({}), "No parameter is varied"),
        (lambda: lab.grid("S"), "No parameter is varied"),  # type: ignore[arg-type]
        (lambda: lab.grid({"R": []}), "no values for R"),
        (lambda: lab.grid({"Rr": [1]}), "There is no parameter Rr. Nearest: R"),
        (lambda: lab.grid({"S": [0, 9]}), "S is 9. It is the capacity to sanction; give 0 to 5"),
        (lambda: lab.grid({"R": [float("nan")]}), "R is nan"),
        (lambda: lab.grid({"R": np.linspace(0, 1, 3000), "S": np.linspace(0, 1, 3000)}), "9000000 points"),
        (lambda: lab.latin_hypercube(0, seed=1), "points is 0"),
        (lambda: lab.latin_hypercube(5, seed=-1), "seed of a sample is -1"),
        (lambda: lab.latin_hypercube(5, seed=1, ranges={"R": (0.5, 0.5)}), "range of R goes from 0.5 to 0.5"),
        (lambda: lab.sobol_design(100, seed=1), "power of two"),
        (lambda: lab.morris_design(1, seed=1), "2 trajectories"),
        (lambda: lab.morris_design(5, seed=1, levels=3), "even number of levels"),
        (lambda: lab.grid({"S": 1.0}), "The values of S are no list of numbers"),  # type: ignore[dict-item]
        (lambda: lab.grid({"S": ["a"]}), "The values of S are no list of numbers"),  # type: ignore[list-item]
        (lambda: lab.latin_hypercube(5, seed=1.5), "seed of a sample is 1.5"),  # type: ignore[arg-type]
        (lambda: lab.latin_hypercube(5, seed=None), "seed of a sample is None"),  # type: ignore[arg-type]
        (lambda: lab.sobol_design(64, seed=1, ranges={"S": 1}), "The range of S is 1. Give its lowest"),  # type: ignore[dict-item]
        (lambda: lab.sobol_design(64, seed=1, ranges={"S": ("a", 2)}), "The range of S is ('a', 2)"),  # type: ignore[dict-item]
        (lambda: lab.sobol_design(64.5, seed=1), "base_points is 64.5"),  # type: ignore[arg-type]
        (lambda: lab.morris_design("8", seed=1), "trajectories is 8"),  # type: ignore[arg-type]
        (lambda: lab.morris_design(8, seed=1, levels=3.5), "levels is 3.5"),  # type: ignore[arg-type]
        (lambda: lab.axis("R", 0, 1, 2.5), "steps is 2.5"),  # type: ignore[arg-type]
        (lambda: lab.scenarios([]), "no scenario"),
        (lambda: lab.axis("R", 1, 0, 5), "Give the lower value first"),
        (lambda: lab.axis("R", 0, 1, 1), "from 2 to 200"),
    ],
)
def test_bad_designs_get_a_clear_line(make, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputProblem) as problem:
        make()
    assert words in str(problem.value)


def test_axes_of_whole_numbers_have_each_once() -> None:
    assert lab.axis("N", 10, 13, 40) == (10, 11, 12, 13)
    assert lab.axis("R", 0, 0.6, 4) == (0, 0.2, 0.4, 0.6)
