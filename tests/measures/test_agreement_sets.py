"""Several codes on one unit, and codes as questions of yes or no."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veche.measures.agreement import (
    Resampling,
    cohen_kappa,
    given_sets,
    given_units,
    krippendorff_alpha,
    mean_dice,
    percent,
    presence,
    set_distances,
    share_with_common_code,
)
from veche.study.errors import InputProblem

SETS = st.frozensets(st.sampled_from("ABC"))


def test_distances_by_hand() -> None:
    sets = [frozenset("A"), frozenset("AB"), frozenset("BC"), frozenset("C"), frozenset()]
    masi = set_distances(sets, "masi")
    assert masi[0].tolist() == pytest.approx([0, 1 - 1 / 2 * 2 / 3, 1, 1, 1])
    assert masi[1].tolist() == pytest.approx([1 - 1 / 3, 0, 1 - 1 / 3 * 1 / 3, 1, 1])
    dkpro = set_distances(sets, "masi_dkpro")
    assert dkpro[1].tolist() == pytest.approx([1 / 2 * 1 / 3, 0, 2 / 3 * 2 / 3, 1, 1 / 3])
    thirds = set_distances(sets, "set_thirds")
    assert thirds[1].tolist() == pytest.approx([1 / 3, 0, 2 / 3, 1, 1 / 3])
    for distances in (masi, dkpro, thirds):
        assert distances[4, 4] == 0 and (distances == distances.T).all()


def test_alpha_of_sets_by_hand() -> None:
    """Two units: {A} with {A}, {A} with {A,B}; values A three times, AB once; MASI distance of the two 2/3."""
    units = given_sets([[{"A"}, {"A"}], [["A"], ("A", "B")]])
    found = krippendorff_alpha(units, metric="masi")
    assert found.metric == "masi" and found.units == 2
    # D_o = 2 * 2/3 / 4, D_e = 2 * 3 * 2/3 / 12
    assert found.value == pytest.approx(1 - (1 / 3) / (1 / 3))
    assert percent(units).value == 0.5


def test_an_empty_set_is_a_value_and_none_is_missing() -> None:
    units = given_sets([[set(), set()], [{"A"}, {"A"}], [None, {"A"}]])
    assert units.pairable == 2
    assert krippendorff_alpha(units, metric="masi").value == 1.0
    assert share_with_common_code(units).value == 0.5
    assert mean_dice(units).value == 0.5
    masked = given_sets([[set(), set()], [{"A"}, {"A"}], [3, {"A"}]], missing=[[0, 0], [0, 0], [1, 0]])
    assert masked.pairable == 2


def test_shares_of_three_coders() -> None:
    units = given_sets([[{"A"}, {"A", "B"}, {"B"}]], clusters=["x"])
    assert share_with_common_code(units).value == pytest.approx(2 / 3)
    assert mean_dice(units).value == pytest.approx((2 / 3 + 0 + 2 / 3) / 3)
    assert mean_dice(given_sets([[{"A"}, None]])).value is None
    assert share_with_common_code(units, interval=Resampling(seed=1, by="units")).interval is not None


def test_single_codes_as_sets_are_nominal() -> None:
    rows = [["A", "A"], ["B", "A"], ["C", "C"], ["B", "B"]]
    units = given_sets([[{a}, {b}] for a, b in rows])
    for metric in ("masi", "masi_dkpro", "set_thirds", "nominal"):
        assert krippendorff_alpha(units, metric=metric).value == pytest.approx(krippendorff_alpha(rows).value)  # type: ignore[arg-type]


@given(SETS, SETS)
def test_distances_as_by_definition(one: frozenset[str], two: frozenset[str]) -> None:
    def monotonicity() -> float:
        if one == two:
            return 1
        if not one or not two or not one & two:
            return 0
        return 2 / 3 if one < two or two < one else 1 / 3

    jaccard = len(one & two) / len(one | two) if one | two else 1
    m = monotonicity()
    assert set_distances([one, two], "masi")[0, 1] == pytest.approx(1 - jaccard * m)
    dkpro = 1 / 3 if bool(one) != bool(two) else (1 - jaccard) * (1 - m)
    assert set_distances([one, two], "masi_dkpro")[0, 1] == pytest.approx(dkpro)


def test_what_is_no_set_is_refused() -> None:
    with pytest.raises(InputProblem, match="'A' of unit 0, coder 1, is no set"):
        given_sets([[{"A"}, "A"]])
    with pytest.raises(InputProblem, match="no set of codes"):
        given_sets([[{"A"}, [["A"]]]])
    with pytest.raises(InputProblem, match="distance of sets 'cosine'"):
        set_distances([{"A"}], "cosine")
    with pytest.raises(InputProblem, match="no set of codes"):
        share_with_common_code(given_units([["A", "B"]]))


# codes as questions of yes or no


def test_presence_by_hand() -> None:
    """Four turns; the first coder gave tariff to 0 and 1, the second to 1 and 2; road only the first to 3."""
    found = presence(
        [0, 1, 1, 2, 3, 1], [0, 0, 0, 0, 1, 0], [0, 0, 1, 1, 0, 1], units=4, codes=["tariff", "road"], coders=["x", "y"]
    )
    table = [[True, False], [True, True], [False, True], [False, False]]
    assert cohen_kappa(found["tariff"]).value == pytest.approx(cohen_kappa(table).value)
    assert percent(found["tariff"]).value == 0.5
    assert percent(found["road"]).value == 0.75
    assert percent(found["road"]).prevalence == {False: 7 / 8, True: 1 / 8}


def test_a_code_that_nobody_gave_has_a_percentage_and_no_alpha() -> None:
    found = presence([0], [0], [0], units=3, codes=["tariff", "road"], coders=["x", "y"])["road"]
    assert percent(found).value == 1.0
    alpha = krippendorff_alpha(found)
    assert alpha.value is None and alpha.reason is not None and alpha.reason.kind == "no variation"


def test_units_a_coder_did_not_work_on_are_missing() -> None:
    coded = [[True, True, False], [True, True, True], [True, False, True]]
    found = presence([0, 1, 1], [0, 0, 0], [0, 0, 2], units=3, codes=["tariff"], coders="xyz", coded=coded)["tariff"]
    rows = [[True, False, None], [True, False, True], [False, None, False]]
    expected = krippendorff_alpha(rows)
    assert krippendorff_alpha(found).value == pytest.approx(expected.value)
    assert found.share_missing == pytest.approx(2 / 9)
    with pytest.raises(InputProblem, match="Coder z gave a code to unit 0 without having worked on it"):
        presence([0], [0], [2], units=3, codes=["tariff"], coders="xyz", coded=coded)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 2)), max_size=25),
    st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=6, max_size=6),
)
def test_presence_as_tables_made_one_by_one(codings: list[tuple[int, int, int]], coded: list[list[bool]]) -> None:
    codings = [one for one in codings if coded[one[0]][one[2]]]
    columns = [list(column) for column in zip(*codings, strict=True)] or [[], [], []]
    clusters = ["a", "a", "b", "b", "c", "c"]
    found = presence(*columns, units=6, codes="pqr", coders="xyz", coded=coded, clusters=clusters)
    for number, code in enumerate("pqr"):
        rows: list[list[Any]] = [[None] * 3 for _ in range(6)]
        for unit, coder in product(range(6), range(3)):
            if coded[unit][coder]:
                rows[unit][coder] = (unit, number, coder) in codings
        table = given_units(rows, clusters=clusters)
        units = found[code]
        assert units.size == 6 and units.share_missing == pytest.approx(table.share_missing)
        one, two = krippendorff_alpha(units), krippendorff_alpha(table)
        assert (one.value is None) == (two.value is None)
        if one.value is not None:
            how = Resampling(seed=1, resamples=50)
            assert one.value == pytest.approx(two.value)
            mine, other = (percent(given, interval=how).interval for given in (units, table))
            assert mine is not None and other is not None
            assert (mine.low, mine.high) == pytest.approx((other.low, other.high))


def test_presence_of_codes_in_documents() -> None:
    found = presence([0, 0, 1], [0, 0, 0], [0, 1, 1], units=2, codes=["t"], coders="xy", design="documents")["t"]
    assert percent(found).design == "documents"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"unit": [9]}, "Coding 0 has the unit number 9, and the units are numbered from 0 to 2"),
        ({"code": [-1]}, "the code number -1"),
        ({"coder": [0.5]}, "the coder number 0.5"),
        ({"coder": ["x"]}, "no whole numbers"),
        ({"unit": [0, 1]}, "There are 2 units, 1 codes and 1 coders"),
        ({"units": -1}, "number of units is -1"),
        ({"coders": ["x"]}, "1 coders are named"),
        ({"codes": ["t", "t"]}, "offered twice"),
        ({"coded": [[True]]}, "Who coded what has shape"),
        ({"clusters": ["a"]}, "1 clusters are named for 3 units"),
    ],
)
def test_codings_that_do_not_fit_are_refused(change: dict[str, Any], words: str) -> None:
    given_all: dict[str, Any] = {
        "unit": [0], "code": [0], "coder": [0], "units": 3, "codes": ["t", "r"], "coders": ["x", "y"],
    }  # fmt: skip
    given_all |= change
    at = [given_all.pop(name) for name in ("unit", "code", "coder")]
    with pytest.raises(InputProblem, match=words):
        presence(*at, **given_all)


def test_many_codes_at_once_are_the_same_as_one_by_one() -> None:
    rng = np.random.default_rng(3)
    at = rng.integers(0, 50, 300), rng.integers(0, 12, 300), rng.integers(0, 2, 300)
    together = presence(*at, units=50, codes=list(range(12)), coders=["x", "y"])
    for code in range(12):
        mine = at[1] == code
        alone = presence(at[0][mine], np.zeros(mine.sum(), int), at[2][mine], units=50, codes=["c"], coders=["x", "y"])
        assert krippendorff_alpha(together[code]).value == pytest.approx(krippendorff_alpha(alone["c"]).value)
