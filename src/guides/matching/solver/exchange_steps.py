"""The parts of short exchanges that are the same for every request, computed once per residual graph."""

from typing import NamedTuple

import numpy as np

from guides.matching.solver.alternating_paths import INFINITE_COST
from guides.matching.solver.compiled import compiled
from guides.matching.solver.problem import Ints, Problem
from guides.matching.solver.state import MatchingState


class SharedSteps(NamedTuple):
    """For each guide the cost of losing a member by one or two moves, and of filling a slot by one move."""

    out_cost: Ints  # (m,), a member moves to a free slot or begins to wait; 0 with a free slot
    out_request: Ints  # -1: no member needs to leave
    out_guide: Ints
    far_cost: Ints  # (m,), a member moves to a guide that gives up one in turn; at most out_cost
    far_request: Ints  # -1: as out_request
    far_guide: Ints
    fill_cost: Ints  # (m,), a waiting request joins, or a member of another guide, whose slot stays free
    fill_request: Ints


@compiled
def shared_steps(problem: Problem, state: MatchingState) -> SharedSteps:
    """The parts of an exchange that do not depend on the request to be moved."""
    m = state.price.size
    steps = SharedSteps(
        np.full(m, INFINITE_COST),
        np.full(m, -1, np.int64),
        np.full(m, -1, np.int64),
        np.full(m, INFINITE_COST),
        np.full(m, -1, np.int64),
        np.full(m, -1, np.int64),
        np.full(m, INFINITE_COST),
        np.full(m, -1, np.int64),
    )
    for j in range(m):
        if state.load[j] < state.room[j]:
            steps.out_cost[j] = 0
    for i in range(problem.value.size):
        own = state.guide[i]
        if own >= 0 and state.profit[i] < steps.out_cost[own]:
            steps.out_cost[own] = state.profit[i]
            steps.out_request[own] = i
            steps.out_guide[own] = -1
        give_up = state.price[own] if own >= 0 else 0
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            if j == own or state.room[j] == 0:
                continue
            slack = state.profit[i] + state.price[j] - problem.value[i] - problem.points[pair]
            if slack + give_up < steps.fill_cost[j]:
                steps.fill_cost[j] = slack + give_up
                steps.fill_request[j] = i
            if own >= 0 and state.load[j] < state.room[j] and slack < steps.out_cost[own]:
                steps.out_cost[own] = slack
                steps.out_request[own] = i
                steps.out_guide[own] = j
    steps.far_cost[:] = steps.out_cost
    for i in range(problem.value.size):
        own = state.guide[i]
        if own < 0:
            continue
        for pair in range(problem.start[i], problem.start[i + 1]):
            j = problem.column[pair]
            if j == own or state.room[j] == 0:
                continue
            slack = state.profit[i] + state.price[j] - problem.value[i] - problem.points[pair]
            if slack + steps.out_cost[j] < steps.far_cost[own]:
                steps.far_cost[own] = slack + steps.out_cost[j]
                steps.far_request[own] = i
                steps.far_guide[own] = j
    return steps
