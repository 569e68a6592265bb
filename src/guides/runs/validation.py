"""Checks of a proposal before it is published: the hard rules, applied to the people as they are now."""

from collections.abc import Collection, Sequence

import msgspec
import numpy as np

from foundation.i18n import N_
from guides.errors import InvalidPair
from guides.matching.model import Pool
from guides.matching.proposal import Pair, Proposal
from guides.matching.reasons import Reason
from guides.matching.scoring.arrays import encode
from guides.matching.scoring.rules import RULES
from guides.matching.scoring.views import Pairs

NO_LONGER_IN_POOL = Reason("gone", N_("One of the two no longer waits or is no longer a guide."))
NO_ROOM = Reason("room", N_("The guide has no room for one more."))


def invalid_pairs(pool: Pool, pairs: Sequence[tuple[str, str]]) -> tuple[InvalidPair, ...]:
    """The pairs (request id, guide id) that break a hard rule in this pool, each with the first rule it breaks.

    Of the pairs of one guide, those beyond the guide's free capacity are invalid too: the first ones keep their
    place. Pairs in `pool.forbidden` are invalid.
    """
    people = encode(pool)
    rows = {request.id: row for row, request in enumerate(people.requests)}
    columns = {guide.id: column for column, guide in enumerate(people.guides)}
    departed = [
        InvalidPair(request_id, guide_id, NO_LONGER_IN_POOL)
        for request_id, guide_id in pairs
        if request_id not in rows or guide_id not in columns
    ]
    known = [pair for pair in pairs if pair[0] in rows and pair[1] in columns]
    view = Pairs(
        people,
        np.array([rows[request_id] for request_id, _ in known], np.intp),
        np.array([columns[guide_id] for _, guide_id in known], np.intp),
    )
    reasons: dict[int, Reason] = {}
    for rule in RULES:
        allowed = np.broadcast_to(rule.allows(view), (len(known),))
        for index in np.flatnonzero(~allowed).tolist():
            reasons.setdefault(index, Reason(rule.name, rule.broken))
    free_capacity = {guide.id: guide.capacity - guide.active for guide in pool.guides}
    for index, (_, guide_id) in enumerate(known):
        if index in reasons:
            continue
        free_capacity[guide_id] -= 1
        if free_capacity[guide_id] < 0:
            reasons[index] = NO_ROOM
    return (*departed, *(InvalidPair(*known[index], reason) for index, reason in sorted(reasons.items())))


def restrict_pool(pool: Pool, request_ids: Collection[str], guide_ids: Collection[str]) -> Pool:
    """The pool with only these requests and guides, and without pinned pairs."""
    return Pool(
        guides=tuple(guide for guide in pool.guides if guide.id in guide_ids),
        requests=tuple(request for request in pool.requests if request.id in request_ids),
        areas=pool.areas,
        travel_times=pool.travel_times,
        forbidden=pool.forbidden,
        today=pool.today,
    )


def without_departed(pool: Pool, proposal: Proposal) -> tuple[Pool, Proposal]:
    """A proposal and a pool that was read after it, each without the people who are missing in the other."""
    requests, guides = {request.id for request in pool.requests}, {guide.id for guide in pool.guides}
    pairs = tuple(pair for pair in proposal.pairs if pair.request_id in requests and pair.guide_id in guides)
    waiting = tuple(unmatched for unmatched in proposal.waiting if unmatched.request_id in requests)
    remaining = {*(pair.request_id for pair in pairs), *(unmatched.request_id for unmatched in waiting)}
    return msgspec.structs.replace(
        pool,
        requests=tuple(request for request in pool.requests if request.id in remaining),
        pinned=tuple(pair for pair in pool.pinned if pair[0] in remaining),
    ), msgspec.structs.replace(proposal, pairs=pairs, waiting=waiting)


class PairChange(msgspec.Struct, frozen=True):
    """The guide id of one request before and after; "" where the request had or has no guide."""

    request_id: str
    before: str
    after: str


def diff(before: Proposal, after: Proposal) -> tuple[PairChange, ...]:
    """The requests whose guide differs between two proposals, by request id."""
    guide_before = {pair.request_id: pair.guide_id for pair in before.pairs}
    guide_after = {pair.request_id: pair.guide_id for pair in after.pairs}
    return tuple(
        PairChange(request_id, guide_before.get(request_id, ""), guide_after.get(request_id, ""))
        for request_id in sorted(guide_before.keys() | guide_after.keys())
        if guide_before.get(request_id) != guide_after.get(request_id)
    )


def pair_of(proposal: Proposal, request_id: str) -> Pair | None:
    """The pair of a request in a proposal."""
    return next((pair for pair in proposal.pairs if pair.request_id == request_id), None)
