import math

import numpy as np
import pytest
from hypothesis import given

from tests.measures._signed_small import matrices
from veche.measures import balance, triads
from veche.measures.signed import signed_ties


def test_triangles_by_hand():
    # of four triangles on four actors with one negative tie, the two that hold it are out of balance
    matrix = 1 - np.eye(4)
    matrix[0, 1] = matrix[1, 0] = -1
    assert triads.balanced_triangles(signed_ties(matrix)).value == 0.5
    none = triads.balanced_triangles(signed_ties([[0, 1], [1, 0]]))
    assert none.missing
    assert none.reason == "no triangles"


def test_walks_of_one_negative_triangle():
    # eigenvalues of the all-negative triangle are -2, 1, 1, of its absolute values 2, -1, -1
    found = triads.walk_balance(signed_ties(np.eye(3) - 1)).value
    e = math.e
    assert found == pytest.approx((e**-2 + 2 * e) / (e**2 + 2 / e))
    assert triads.walk_balance(signed_ties([])).missing


@given(matrices())
def test_walk_balance_is_1_just_without_frustration(matrix):
    ties = signed_ties(matrix)
    value = triads.walk_balance(ties).value
    assert 0 < value <= 1
    assert (value > 1 - 1e-9) == (balance.frustration(ties).cost == 0)
