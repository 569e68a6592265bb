"""People in, the best pairs with reasons out."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from foundation.language import N_
from guides.matching.arrays import PoolArrays, draw, encode
from guides.matching.policy import Policy
from guides.matching.proposal import Proposal, Tier, Totals
from guides.matching.reasons import PinFault, Reason
from guides.matching.rules import RULES
from guides.matching.scoring import open_guides, score
from guides.matching.seats import Answer, Problem, answer, keep_pairs
from guides.matching.sentences import describe_pairs, describe_waiting
from guides.matching.views import Pairs
from guides.model import Pool

Progress = Callable[[str, float], None]
STANDARD = Policy()
DAYS_MAX = 365_000


class Solved(NamedTuple):
    """A pool as arrays with its best assignment; pinned requests have left `problem.points` and stand in `pins`."""

    people: PoolArrays  # all guides
    open_people: PoolArrays  # the columns of `problem.points`
    open_columns: NDArray[np.intp]  # where these stand in `people`
    problem: Problem  # allowed pairs; the room is less the pins
    pins: dict[int, int]  # request row -> column in `people`
    answer: Answer


def propose(
    pool: Pool, policy: Policy = STANDARD, *, seed: int = 0, progress: Progress | None = None
) -> Proposal:
    """The pairs that are best for everyone together, with reasons, and who waits and why.

    The same people, policy and seed give the same proposal, in whatever order they stand in the pool. `progress` hears
    a step's name (an English msgid) and the part of all work that is done, 0 to 1. Raises PinFault if a pinned pair
    breaks a hard rule, PoolFault if an id occurs twice.
    """
    tell = progress or (lambda _step, _part: None)
    solved = solve(pool, policy, seed, tell)
    tell(N_("Writing the reasons"), 0.8)
    proposal = tell_people(solved, policy, seed)
    tell(N_("Done"), 1.0)
    return proposal


def solve(pool: Pool, policy: Policy, seed: int, tell: Progress) -> Solved:
    """The best assignment of the pool, as arrays."""
    tell(N_("Reading the people"), 0.0)
    people = encode(pool, seed)
    pins = check_pins(pool, people)
    columns = open_guides(people)
    open_people = people.columns(columns)
    points = score(open_people, policy, lambda part: tell(N_("Comparing everyone"), 0.1 + 0.5 * part))
    position = {int(column): index for index, column in enumerate(columns)}
    capacity = open_people.room.astype(np.int64)
    for column in pins.values():
        capacity[position[column]] -= 1
    points = without_rows(points, list(pins))
    tell(N_("Finding the best for everyone"), 0.6)
    load = np.array([guide.active for guide in open_people.guides], np.int64) + open_people.room - capacity
    days = days_waited(pool, people)
    problem = Problem(
        points=points,
        capacity=capacity,
        tier=np.array(
            [policy.tier(r.urgent, d) for r, d in zip(people.requests, days, strict=True)], np.int64
        ),
        bonus=np.array([policy.waiting_points(d) for d in days], np.int64),
        days=np.array(days, np.int64),
        request_key=keys(seed, [request.id for request in people.requests]),
        guide_key=keys(seed, [guide.id for guide in open_people.guides]),
        load=load,
    )
    return Solved(people, open_people, columns, problem, pins, answer(problem, policy))


def check_pins(pool: Pool, people: PoolArrays) -> dict[int, int]:
    """The pinned pairs as request row -> guide column. Raises PinFault at the first pin that cannot stand."""
    request_row = {request.id: row for row, request in enumerate(people.requests)}
    guide_column = {guide.id: column for column, guide in enumerate(people.guides)}
    pins: dict[int, int] = {}
    used: Counter[int] = Counter()
    for request_id, guide_id in sorted(set(pool.pinned)):
        if request_id not in request_row or guide_id not in guide_column:
            reason = Reason("unknown", N_("The decided pair names someone who does not take part."))
            raise PinFault(request_id, guide_id, reason)
        row, column = request_row[request_id], guide_column[guide_id]
        if row in pins:
            reason = Reason("one_guide", N_("The citizen has been decided for two guides. Keep one of them."))
            raise PinFault(request_id, guide_id, reason)
        pair = Pairs(people, np.array([row]), np.array([column]))
        for rule in RULES:
            if not rule.allows(pair)[0]:
                raise PinFault(request_id, guide_id, Reason(rule.name, rule.broken))
        used[column] += 1
        if used[column] > people.room[column]:
            reason = Reason(
                "room", N_("More citizens have been decided for the guide than the guide has room for.")
            )
            raise PinFault(request_id, guide_id, reason)
        pins[row] = column
    return pins


def without_rows(points: csr_array, rows: list[int]) -> csr_array:
    """The same pairs without those of the given rows; stored zeros stay stored."""
    if not rows:
        return points
    keep = np.ones(points.shape[0], np.bool_)
    keep[rows] = False
    return keep_pairs(points, np.repeat(keep, np.diff(points.indptr)))


def days_waited(pool: Pool, people: PoolArrays) -> list[int]:
    """How many days each request has waited, at most 1000 years."""
    return [min(max(0, (pool.today - request.waiting_since).days), DAYS_MAX) for request in people.requests]


def keys(seed: int, ids: list[str]) -> NDArray[np.uint64]:
    """The lots of the ids as numbers."""
    return np.array([int.from_bytes(draw(seed, id)[:8]) for id in ids], np.uint64)


def tell_people(solved: Solved, policy: Policy, seed: int) -> Proposal:
    """The assignment in people's terms."""
    guide = chosen_columns(solved)
    rows = np.flatnonzero(guide >= 0)
    pairs = describe_pairs(solved.people, rows, guide[rows], set(solved.pins), policy)
    suitable = np.diff(solved.problem.points.indptr)
    waiting = describe_waiting(
        solved.people, {int(row): int(suitable[row]) for row in np.flatnonzero(guide < 0)}
    )
    return Proposal(
        pairs=tuple(sorted(pairs, key=lambda pair: pair.request_id)),
        waiting=tuple(sorted(waiting, key=lambda one: one.request_id)),
        totals=count_totals(solved, guide, sum(pair.points for pair in pairs), policy),
        seed=seed,
        policy=policy,
    )


def chosen_columns(solved: Solved) -> NDArray[np.int64]:
    """Each request's guide as a column of `solved.people`, pins included; -1 waits."""
    chosen = solved.answer.guide
    guide = np.full(len(chosen), -1, np.int64)
    matched = chosen >= 0
    guide[matched] = solved.open_columns[chosen[matched]]
    for row, column in solved.pins.items():
        guide[row] = column
    return guide


def count_totals(solved: Solved, guide: NDArray[np.int64], points: int, policy: Policy) -> Totals:
    """The run in numbers."""
    problem = solved.problem
    return Totals(
        requests=len(guide),
        guides=len(solved.people.guides),
        open_guides=len(solved.open_columns),
        places=int(solved.open_people.room.sum()),
        allowed_pairs=problem.points.nnz,
        matched=int((guide >= 0).sum()),
        points=points,
        value=points + int(problem.bonus[guide >= 0].sum()),
        gap=solved.answer.gap,
        tiers=tuple(
            Tier(
                tier_name(policy, tier),
                int((problem.tier == tier).sum()),
                int(((problem.tier == tier) & (guide >= 0)).sum()),
            )
            for tier in range(policy.tier_count)
        ),
    )


def tier_name(policy: Policy, tier: int) -> Reason:
    """What a tier is called."""
    if tier == 0 and policy.urgent_first:
        return Reason("urgent", N_("urgent"))
    step = tier - int(policy.urgent_first)
    if step < len(policy.tier_days):
        return Reason("waited", N_("waited %(days)s days or more"), {"days": policy.tier_days[step]})
    return Reason("rest", N_("the others"))
