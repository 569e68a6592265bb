"""Prepare a pool for the solver: allowed pairs with points, pinned pairs, tiers and tie-breaking keys."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from foundation.i18n import N_
from guides.matching.capacity_slots import TieredProblem, filter_pairs
from guides.matching.model import Pool
from guides.matching.reasons import PinError, Reason
from guides.matching.scoring.arrays import Int32s, PoolArrays, encode, lot
from guides.matching.scoring.policy import Policy
from guides.matching.scoring.rules import RULES
from guides.matching.scoring.scoring import open_guides, score_pairs
from guides.matching.scoring.views import Pairs

Progress = Callable[[str, float], None]
DAYS_MAX = 365_000


def no_progress(_step: str, _part: float) -> None:
    """A progress callback that does nothing."""


class PreparedPool(NamedTuple):
    """A pool as arrays; pinned requests are in `pins` and have no pairs in `problem.points`."""

    people: PoolArrays  # all guides
    open_people: PoolArrays  # the columns of `problem.points`
    open_columns: NDArray[np.intp]  # their columns in `people`
    problem: TieredProblem  # allowed pairs; capacities are reduced by the pins
    pins: dict[int, int]  # request row -> column in `people`
    allowed: Int32s  # (n,), number of open guides that the rules allow; 0 for pinned requests
    complete: bool  # whether every allowed pair is in `problem.points`


def prepare(pool: Pool, policy: Policy, seed: int, progress: Progress) -> PreparedPool:
    """The pool as input for the solver. Raises PinError and PoolError as `propose` does."""
    progress(N_("Reading the people"), 0.0)
    people = encode(pool, seed)
    pins = check_pins(pool, people)
    columns = open_guides(people)
    open_people = people.select_guides(columns)
    scored = score_pairs(
        open_people, policy, lambda part: progress(N_("Comparing everyone"), 0.1 + 0.5 * part)
    )
    pinned = np.bincount(np.array(list(pins.values()), np.intp), minlength=len(people.guides))[columns]
    days = days_waited(pool, people)
    tiers = [
        policy.tier(request.urgent, waited) for request, waited in zip(people.requests, days, strict=True)
    ]
    problem = TieredProblem(
        # Pinned requests leave the problem and take up capacity instead: a pin is kept at any cost in points.
        points=without_rows(scored.points, list(pins)),
        capacity=open_people.room - pinned,
        tier=np.array(tiers, np.int64),
        bonus=np.array([policy.waiting_points(waited) for waited in days], np.int64),
        days=np.array(days, np.int64),
        request_key=lot_keys(seed, [request.id for request in people.requests]),
        guide_key=lot_keys(seed, [guide.id for guide in open_people.guides]),
        load=pinned + np.array([guide.active for guide in open_people.guides], np.int64),
    )
    allowed = scored.allowed.copy()
    allowed[list(pins)] = 0
    return PreparedPool(people, open_people, columns, problem, pins, allowed, scored.complete)


def check_pins(pool: Pool, people: PoolArrays) -> dict[int, int]:
    """The pinned pairs as request row -> guide column.

    Raises PinError for the first pin that is not possible.
    """
    request_row = {request.id: row for row, request in enumerate(people.requests)}
    guide_column = {guide.id: column for column, guide in enumerate(people.guides)}
    pins: dict[int, int] = {}
    used: Counter[int] = Counter()
    for request_id, guide_id in sorted(set(pool.pinned)):
        if request_id not in request_row or guide_id not in guide_column:
            reason = Reason("unknown", N_("The decided pair names someone who does not take part."))
            raise PinError(request_id, guide_id, reason)
        row, column = request_row[request_id], guide_column[guide_id]
        if row in pins:
            reason = Reason("one_guide", N_("The citizen has been decided for two guides. Keep one of them."))
            raise PinError(request_id, guide_id, reason)
        pair = Pairs(people, np.array([row]), np.array([column]))
        for rule in RULES:
            # A coordinator's decision may cost points, but never breaks a rule.
            if not rule.allows(pair)[0]:
                raise PinError(request_id, guide_id, Reason(rule.name, rule.broken))
        used[column] += 1
        if used[column] > people.room[column]:
            reason = Reason(
                "room", N_("More citizens have been decided for the guide than the guide has room for.")
            )
            raise PinError(request_id, guide_id, reason)
        pins[row] = column
    return pins


def without_rows(points: csr_array, rows: list[int]) -> csr_array:
    """The pairs without those of `rows`; explicit zeros stay stored."""
    if not rows:
        return points
    keep = np.ones(points.shape[0], np.bool_)
    keep[rows] = False
    return filter_pairs(points, np.repeat(keep, np.diff(points.indptr)))


def days_waited(pool: Pool, people: PoolArrays) -> list[int]:
    """The days that each request has waited, 0 to DAYS_MAX (1000 years)."""
    return [min(max(0, (pool.today - request.waiting_since).days), DAYS_MAX) for request in people.requests]


def lot_keys(seed: int, ids: list[str]) -> NDArray[np.uint64]:
    """The leading 64 bits of each id's lot, (len(ids),)."""
    return np.array([int.from_bytes(lot(seed, id)[:8]) for id in ids], np.uint64)
