"""`assign` finds the best assignment, proves it, and refuses what is not an assignment problem."""

import numpy as np
import pytest
from scipy import sparse

from guides.matching.assignment import assign


def test_three_requests_and_two_guides_by_hand() -> None:
    points = np.array([[90, 80], [85, 20], [70, 60]])
    best = assign(points, [1, 1])
    assert best.guide.tolist() == [1, 0, -1]
    assert best.total == 80 + 85
    assert best.request_price.sum() + best.guide_price.sum() == best.total


def test_a_stored_zero_is_a_feasible_pair_and_a_missing_entry_is_not() -> None:
    points = sparse.csr_array((np.array([0]), np.array([1]), np.array([0, 1, 1])), shape=(2, 2))
    assert assign(points, [1, 1], value=5).guide.tolist() == [1, -1]


@pytest.mark.parametrize("points", [[[0.5]], [[np.nan]], [[-1]], [[2**62]], [1, 2], [["a"]]])
def test_points_that_are_not_whole_numbers_of_pairs_are_refused(points: object) -> None:
    with pytest.raises(ValueError, match="points"):
        assign(points, [1])
