"""Compile every kernel once after an installation, so that no coordinator waits for the compiler."""

import numpy as np

from guides.matching.solver.alternatives import alternatives
from guides.matching.solver.assignment import solve
from guides.matching.solver.bottleneck import assign_maximizing_minimum
from guides.matching.solver.problem import read_problem
from guides.matching.solver.residual import residual_of_problem
from guides.matching.solver.tie_breaking import break_ties
from guides.matching.solver.what_if import what_if


def compile_kernels() -> None:
    """Run every kernel on a small invented problem.

    Takes under a minute the first time, a second from then on.
    """
    n, m = 60, 20
    points = np.arange(n * m).reshape(n, m) * 7919 % 101
    room = np.arange(m) % 4
    problem = read_problem(points, room, np.arange(n))
    best = solve(problem)
    graph = residual_of_problem(problem, best)
    alternatives(graph)
    alternatives(graph, others_max=2)
    paired = int(np.argmax(best.guide >= 0))
    what_if(graph, forbid=[(paired, int(best.guide[paired]))], pin=[(paired + 1, 3)])
    what_if(graph, add_requests=(points[:2], 5), remove_guides=[3])
    what_if(graph, add_guides=(points[:, :2], [1, 2]))
    break_ties(points, room, best, value=np.arange(n), request_key=np.arange(n), guide_key=np.arange(m))
    assign_maximizing_minimum(points, room, np.arange(n) % 2)
