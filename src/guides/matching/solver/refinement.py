"""Price refinement: look for prices at which an auction's pairs satisfy complementary slackness.

The auction's prices are optimal to within its last epsilon, so most of its pairs, though optimal, violate
exact complementary slackness by up to epsilon. Starting epsilon lower, each request raises the prices of full
guides that it would prefer, until no request does: the least such prices that fit the pairs, if any exist
(longest paths; compare "price refinement" in Goldberg and Kennedy 1995). Where many pairs are equally good,
two or three sweeps suffice and save thousands of augmentations; elsewhere it would take many, and the prices
are restored.
"""

from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Problem
from guides.matching.solver.state import MatchingState

SWEEPS = 4


@compiled
def refine_prices(problem: Problem, state: MatchingState, epsilon: int) -> None:
    """Change prices only, and not at all if SWEEPS sweeps do not suffice.

    Guides with free slots keep theirs.
    """
    before = state.price.copy()
    for j in range(state.price.size):
        if state.load[j] == state.room[j] and state.room[j] > 0:
            state.price[j] = max(0, state.price[j] - epsilon)
    for _ in range(SWEEPS):
        if not _sweep(problem, state):
            return
    state.price[:] = before


@compiled
def _sweep(problem: Problem, state: MatchingState) -> bool:
    """Raise, for each request, the prices of full guides that it would prefer to its own.

    Whether any was raised.
    """
    raised = False
    for i in range(problem.value.size):
        own = state.guide[i]
        gain = 0
        for pair in range(problem.start[i], problem.start[i + 1]):
            if problem.column[pair] == own:
                gain = max(0, problem.value[i] + problem.points[pair] - state.price[own])
                break
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            wanted = problem.value[i] + problem.points[pair] - gain
            if wanted > state.price[j] and state.load[j] == state.room[j]:
                state.price[j] = wanted
                raised = True
    return raised
