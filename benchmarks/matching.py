"""Benchmark the assignment solver against other exact solvers, on invented pools of different kinds.

    python benchmarks/matching.py                 all pools (about a quarter of an hour on two cores)
    python benchmarks/matching.py --quick         pools up to 5,000 requests
    python benchmarks/matching.py --only crowded  the kinds whose name contains a word

Each solver runs in a separate process on the same stored pool and is stopped after a minute; a solver that
timed out on a smaller pool of the kind is not run again. `mem` is the peak memory above that of the pool
itself. Needs `ortools`; the other solvers come with SciPy. The exit status is 1 if the totals differ.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

SECONDS_MAX = 60
BYTES_MAX = 6 * 2**30
FEASIBLE_PER_REQUEST = 160  # guides per request in the sparse pools
POOLS = [
    ("sparse", 1_000, 300),
    ("sparse", 5_000, 1_500),
    ("sparse", 20_000, 5_000),
    ("sparse", 100_000, 20_000),
    ("dense", 1_000, 300),
    ("dense", 3_000, 1_000),
    ("eleven points", 5_000, 1_500),
    ("eleven points", 20_000, 5_000),
    ("all equal", 5_000, 1_500),
    ("all equal", 20_000, 5_000),
    ("equal, no value", 20_000, 5_000),
    ("surplus of guides", 5_000, 1_500),
    ("surplus of guides", 20_000, 5_000),
    ("one crowded region", 5_000, 1_500),
    ("one crowded region", 20_000, 5_000),
]


def make_pool(kind: str, n: int, m: int) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
    """Points, capacity and value, seeded.

    Requests and guides are on a line of areas; near guides are feasible.
    """
    rng = np.random.default_rng(20_261_122)
    capacity = rng.integers(1, 5, m)
    tier = rng.choice(3, n, p=[0.1, 0.3, 0.6])
    value = (3 - tier) * 10_001 + rng.integers(0, 400, n)
    if kind == "dense":
        return sparse.csr_array(rng.integers(1, 10_001, (n, m))), capacity, value
    if kind == "surplus of guides":
        capacity *= 3
    place = rng.random(n) * m
    if kind == "one crowded region":
        place[: n // 2] /= 10
    width = min(2 * FEASIBLE_PER_REQUEST, m)
    first = np.clip(place - width / 2, 0, m - width).astype(np.int64)
    column = np.concatenate(
        [np.sort(first[i] + rng.permutation(width)[:FEASIBLE_PER_REQUEST]) for i in range(n)]
    )
    row = np.repeat(np.arange(n), FEASIBLE_PER_REQUEST)
    likeness = 1 - np.abs(rng.random(m)[column] - rng.random(n)[row])
    nearness = np.exp(-np.abs(column - place[row]) / width)
    points = (10_000 * (0.5 * rng.random(column.size) + 0.3 * likeness + 0.2 * nearness)).astype(np.int64)
    if kind == "eleven points":
        points = np.minimum(points // 910, 10) * 1_000
    if kind in ("all equal", "equal, no value"):
        points[:] = 7_000
    if kind == "equal, no value":
        value[:] = 0
    return (
        sparse.csr_array((points, column, np.arange(n + 1) * FEASIBLE_PER_REQUEST), shape=(n, m)),
        capacity,
        value,
    )


def solve_livsmester(points: sparse.csr_array, capacity: np.ndarray, value: np.ndarray) -> int:
    """This project's solver, certificate included."""
    from guides.matching.solver.assignment import assign

    return assign(points, capacity, value=value).total


def solve_or_tools(points: sparse.csr_array, capacity: np.ndarray, value: np.ndarray) -> int:
    """OR-Tools' cost-scaling minimum cost flow."""
    from ortools.graph.python import min_cost_flow

    n, m = points.shape
    row = np.repeat(np.arange(n), np.diff(points.indptr))
    sink = n + m
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(
        row, n + points.indices, np.ones(row.size, np.int64), -(points.data + value[row])
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        n + np.arange(m), np.full(m, sink), capacity, np.zeros(m, np.int64)
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        np.arange(n), np.full(n, sink), np.ones(n, np.int64), np.zeros(n, np.int64)
    )
    flow.set_nodes_supplies(np.arange(n), np.ones(n, np.int64))
    flow.set_nodes_supplies(np.array([sink]), np.array([-n]))
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("no optimum")
    return -int(flow.optimal_cost())


def solve_scipy_sparse(points: sparse.csr_array, capacity: np.ndarray, value: np.ndarray) -> int:
    """SciPy's min_weight_full_bipartite_matching on capacity slots, with a waiting column per request."""
    n = points.shape[0]
    seats = _capacity_slots(points, capacity, value)
    waiting = sparse.diags_array(np.ones(n, np.int64), format="csr")
    worth = sparse.csr_array(sparse.hstack([seats, waiting]))
    row, column = sparse.csgraph.min_weight_full_bipartite_matching(worth, maximize=True)
    return int(worth[row, column].sum()) - n


def solve_scipy_dense(points: sparse.csr_array, capacity: np.ndarray, value: np.ndarray) -> int:
    """SciPy's linear_sum_assignment on capacity slots."""
    from scipy.optimize import linear_sum_assignment

    worth = _capacity_slots(points, capacity, value).toarray()
    row, column = linear_sum_assignment(worth, maximize=True)
    return int((worth[row, column] - (worth[row, column] > 0)).sum())


def _capacity_slots(points: sparse.csr_array, capacity: np.ndarray, value: np.ndarray) -> sparse.csr_array:
    """A column per slot; the worth of each pair is one more, so that a worth of 0 is stored too."""
    row = np.repeat(np.arange(points.shape[0]), np.diff(points.indptr))
    worth = sparse.csr_array(
        (points.data + value[row] + 1, points.indices, points.indptr), shape=points.shape
    )
    return sparse.csr_array(sparse.csc_array(worth)[:, np.repeat(np.arange(capacity.size), capacity)])


def solve_highs(points: sparse.csr_array, capacity: np.ndarray, value: np.ndarray) -> int:
    """HiGHS' dual simplex on the linear program, whose vertices are integral."""
    from scipy.optimize import linprog

    n, m = points.shape
    size = points.nnz
    row = np.repeat(np.arange(n), np.diff(points.indptr))
    at_most = sparse.csr_array(
        (np.ones(2 * size), (np.concatenate([row, n + points.indices]), np.tile(np.arange(size), 2))),
        shape=(n + m, size),
    )
    limit = np.concatenate([np.ones(n), capacity])
    result = linprog(-(points.data + value[row]), A_ub=at_most, b_ub=limit, method="highs-ds")
    return -round(result.fun)


# Larger pools take each solver more than a minute.
REQUESTS_MAX = {"ours": 10**6, "OR-Tools": 10**6, "SciPy sparse": 5_000, "SciPy dense": 5_000, "HiGHS": 1_000}
SOLVERS: dict[str, Callable[[sparse.csr_array, np.ndarray, np.ndarray], int]] = {
    "ours": solve_livsmester,
    "OR-Tools": solve_or_tools,
    "SciPy sparse": solve_scipy_sparse,
    "SciPy dense": solve_scipy_dense,
    "HiGHS": solve_highs,
}


def measure(solver: str, path: Path) -> dict[str, Any] | None:
    """Run one solver on a stored pool in a separate process; None if it failed or took over a minute."""
    command = [sys.executable, __file__, "--child", solver, str(path)]
    try:
        run = subprocess.run(command, capture_output=True, timeout=SECONDS_MAX + 15, check=True, text=True)
    except subprocess.TimeoutExpired:
        return None
    except subprocess.CalledProcessError as error:
        print(error.stderr.splitlines()[-1:], file=sys.stderr)
        return None
    measured: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return measured


def run_in_child(solver: str, path: Path) -> None:
    """In the child process: load the pool, warm up, solve, and print total, time and memory as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (BYTES_MAX, BYTES_MAX))
    stored = np.load(path)
    shape = (stored["start"].size - 1, stored["capacity"].size)
    points = sparse.csr_array((stored["points"], stored["column"], stored["start"]), shape=shape)
    SOLVERS[solver](*make_pool("dense", 60, 30))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX + 10, SECONDS_MAX + 10))
    # Reset the peak, which would otherwise include that of the parent process.
    Path("/proc/self/clear_refs").write_text("5")
    before = _memory_mib("VmRSS")
    cpu, wall = time.process_time(), time.perf_counter()
    total = SOLVERS[solver](points, stored["capacity"], stored["value"])
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = _memory_mib("VmHWM")
    print(json.dumps({"total": total, "cpu": cpu, "wall": wall, "mib": max(0, peak - before)}))


def _memory_mib(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


def compare(pools: list[tuple[str, int, int]]) -> bool:
    """Print a row per pool and solver; returns whether all totals agree."""
    print(f"{'pool':<20} {'n x m':>16} {'solver':<13} {'CPU s':>8} {'wall s':>8} {'mem MiB':>8}  total")
    timed_out: set[tuple[str, str]] = set()
    agreed = True
    with tempfile.TemporaryDirectory() as folder:
        for kind, n, m in pools:
            path = Path(folder) / "pool.npz"
            points, capacity, value = make_pool(kind, n, m)
            np.savez(
                path,
                points=points.data,
                column=points.indices,
                start=points.indptr,
                capacity=capacity,
                value=value,
            )
            del points
            totals = set()
            for solver in SOLVERS:
                measured = None
                if (kind, solver) not in timed_out and n <= REQUESTS_MAX[solver]:
                    measured = measure(solver, path)
                if measured is None:
                    timed_out.add((kind, solver))
                    print(f"{kind:<20} {f'{n} x {m}':>16} {solver:<13} {'–':>8} {'–':>8} {'–':>8}")
                    continue
                totals.add(measured["total"])
                print(
                    f"{kind:<20} {f'{n} x {m}':>16} {solver:<13} "
                    f"{measured['cpu']:8.3f} {measured['wall']:8.3f} "
                    f"{measured['mib']:8.0f}  {measured['total']}",
                    flush=True,
                )
            agreed = agreed and len(totals) <= 1
    return agreed


def measure_what_if(kind: str, n: int, m: int) -> None:
    """Print the time of alternatives for all requests and of single changes, relative to a full solve."""
    from guides.matching.solver.alternatives import alternatives
    from guides.matching.solver.assignment import solve
    from guides.matching.solver.problem import read_problem
    from guides.matching.solver.residual import residual_of_problem
    from guides.matching.solver.warm_cache import compile_kernels
    from guides.matching.solver.what_if import what_if

    compile_kernels()
    points, capacity, value = make_pool(kind, n, m)
    problem, full = _timed(lambda: read_problem(points, capacity, value))
    best, solving = _timed(lambda: solve(problem))
    full += solving
    graph, ready = _timed(lambda: residual_of_problem(problem, best))
    _, free = _timed(lambda: alternatives(graph))
    _, few = _timed(lambda: alternatives(graph, others_max=2))
    paired = np.flatnonzero(best.guide >= 0)
    someone = int(paired[0])
    near = points.indices[points.indptr[someone] : points.indptr[someone + 1]]
    other = int(near[near != best.guide[someone]][0])
    guide = (points[:, [other]], [2])
    changes = {
        "all pins of one": lambda: alternatives(graph, k=near.size, requests=[someone]),
        "pin": lambda: what_if(graph, pin=[(someone, other)]),
        "forbid": lambda: what_if(graph, forbid=[(someone, int(best.guide[someone]))]),
        "request leaves": lambda: what_if(graph, remove_requests=[someone]),
        "request joins": lambda: what_if(graph, add_requests=(points[[someone]], value[someone])),
        "guide leaves": lambda: what_if(graph, remove_guides=[other]),
        "guide joins": lambda: what_if(graph, add_guides=guide),
    }
    print(
        f"\n{kind} {n} x {m}, CPU seconds: solve {full:.3f}, residual graph {ready:.3f}, top 3 for everyone"
    )
    print(
        f"  any number moved {free:.3f} ({free / full:.1f} solves), at most 2 moved {few:.3f} ({few / full:.1f} solves)"
    )
    for name, change in changes.items():
        change()
        spent = float(np.median([_timed(change)[1] for _ in range(5)]))
        print(f"  {name:<16} {spent:.4f} (1/{full / spent:.0f} of a solve)")


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    return work(), time.process_time() - start


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--child", nargs=2, metavar=("SOLVER", "POOL"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        run_in_child(options.child[0], Path(options.child[1]))
        return 0
    pools = [pool for pool in POOLS if options.only in pool[0] and (pool[1] <= 5_000 or not options.quick)]
    agreed = compare(pools)
    for kind, n, m in pools:
        if n <= 20_000:
            measure_what_if(kind, n, m)
    print("\nall totals agree" if agreed else "\nTOTALS DIFFER")
    return 0 if agreed else 1


if __name__ == "__main__":
    sys.exit(main())
