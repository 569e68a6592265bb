"""Smooth the prices that an auction leaves, so that its pairs, mostly the best already, are seen to be so.

The auction's prices are right to within its last rise; taken exactly, most pairs would seem improvable by that
little. Prices begin one rise lower, and each request then raises those of full guides that it would prefer, until
nobody does: the least prices from there that fit the pairs, if any do (longest paths; compare "price refinement" in
Goldberg and Kennedy 1995). Where most pairs are equally good this takes two or three sweeps and saves thousands of
searches; elsewhere it would take many, and the prices stay as they were.
"""

from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Problem
from guides.matching.solver.state import MatchingState

SWEEPS = 4


@compiled
def refine_prices(problem: Problem, pairing: MatchingState, epsilon: int) -> None:
    """Change prices only, and not at all if a few sweeps don't suffice; guides with free seats keep theirs."""
    before = pairing.price.copy()
    for j in range(pairing.price.size):
        if pairing.load[j] == pairing.room[j] and pairing.room[j] > 0:
            pairing.price[j] = max(0, pairing.price[j] - epsilon)
    for _ in range(SWEEPS):
        if not _sweep(problem, pairing):
            return
    pairing.price[:] = before


@compiled
def _sweep(problem: Problem, pairing: MatchingState) -> bool:
    """Let each request raise the prices of the full guides that it would prefer; whether any did."""
    raised = False
    for i in range(problem.value.size):
        own = pairing.guide[i]
        gain = 0
        for pair in range(problem.start[i], problem.start[i + 1]):
            if problem.column[pair] == own:
                gain = max(0, problem.value[i] + problem.points[pair] - pairing.price[own])
                break
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            wanted = problem.value[i] + problem.points[pair] - gain
            if wanted > pairing.price[j] and pairing.load[j] == pairing.room[j]:
                pairing.price[j] = wanted
                raised = True
    return raised
