"""The proof that no more requests could be matched, compared with SciPy's maximum flow."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_flow

from guides.matching.solver.priority import is_maximum_matching


def matchable(points: csr_array, capacity: NDArray[np.int64], counted: NDArray[np.bool_]) -> int:
    """The largest number of counted requests that can be matched together, by maximum flow."""
    n, m = points.shape
    pairs = points.tocoo()
    rows = np.concatenate([np.zeros(n, int), 1 + pairs.row, 1 + n + np.arange(m)])
    columns = np.concatenate([1 + np.arange(n), 1 + n + pairs.col, np.full(m, n + m + 1)])
    room = np.concatenate([counted, np.ones(len(pairs.row)), capacity]).astype(np.int32)
    graph = coo_array((room, (rows, columns)), shape=(n + m + 2, n + m + 2)).tocsr()
    return int(maximum_flow(graph, 0, n + m + 1).flow_value)


@st.composite
def problems(draw: st.DrawFn) -> tuple[csr_array, NDArray[np.int64], NDArray[np.int64]]:
    n, m = draw(st.integers(1, 8)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    rows, columns = np.nonzero(rng.random((n, m)) < 0.4)
    points = csr_array((rng.choice([0, 5, 10_000], len(rows)), (rows, columns)), shape=(n, m), dtype=np.int32)
    return points, rng.integers(0, 3, m), rng.integers(0, 3, n)


@given(problems(), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_the_proof_holds_exactly_when_the_flow_can_be_no_larger(problem, rng) -> None:  # type: ignore[no-untyped-def]
    points, capacity, tier = problem
    guide = np.full(len(tier), -1)
    room = capacity.copy()
    for row in range(len(tier)):
        free = [c for c in points.indices[points.indptr[row] : points.indptr[row + 1]] if room[c]]
        if free and rng.random() < 0.8:
            guide[row] = rng.choice(free)
            room[guide[row]] -= 1

    for last in range(3):
        counted = tier <= last
        best = matchable(points, capacity, counted)
        assert is_maximum_matching(points, capacity, guide, counted) == (
            np.count_nonzero(counted & (guide >= 0)) == best
        )
