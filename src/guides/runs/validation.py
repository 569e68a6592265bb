"""What a proposal must still fulfil on the day it is published: the hard rules, asked again of the people as they are."""

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
    """Those of the pairs (request id, guide id) that the pool as it is now does not allow, each with its first reason.

    Pairs of one guide beyond the guide's room are broken too, the last ones first. `pool.forbidden` counts.
    """
    people = encode(pool)
    rows = {request.id: row for row, request in enumerate(people.requests)}
    columns = {guide.id: column for column, guide in enumerate(people.guides)}
    broken = [
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
    found: dict[int, Reason] = {}
    for rule in RULES:
        allowed = np.broadcast_to(rule.allows(view), (len(known),))
        for index in np.flatnonzero(~allowed).tolist():
            found.setdefault(index, Reason(rule.name, rule.broken))
    room = {guide.id: guide.capacity - guide.active for guide in pool.guides}
    for index, (_, guide_id) in enumerate(known):
        if index in found:
            continue
        room[guide_id] -= 1
        if room[guide_id] < 0:
            found[index] = NO_ROOM
    return (*broken, *(InvalidPair(*known[index], reason) for index, reason in sorted(found.items())))


def restrict_pool(pool: Pool, request_ids: Collection[str], guide_ids: Collection[str]) -> Pool:
    """The pool with only those people in it; `pinned` is left out."""
    return Pool(
        guides=tuple(guide for guide in pool.guides if guide.id in guide_ids),
        requests=tuple(request for request in pool.requests if request.id in request_ids),
        areas=pool.areas,
        travel_times=pool.travel_times,
        forbidden=pool.forbidden,
        today=pool.today,
    )


def without_departed(pool: Pool, proposal: Proposal) -> tuple[Pool, Proposal]:
    """A pool read later and a proposal of it, both without those who are not in the other."""
    requests, guides = {one.id for one in pool.requests}, {one.id for one in pool.guides}
    pairs = tuple(one for one in proposal.pairs if one.request_id in requests and one.guide_id in guides)
    waiting = tuple(one for one in proposal.waiting if one.request_id in requests)
    left = {*(one.request_id for one in pairs), *(one.request_id for one in waiting)}
    return msgspec.structs.replace(
        pool,
        requests=tuple(one for one in pool.requests if one.id in left),
        pinned=tuple(pair for pair in pool.pinned if pair[0] in left),
    ), msgspec.structs.replace(proposal, pairs=pairs, waiting=waiting)


class PairChange(msgspec.Struct, frozen=True):
    """What a run changed for one request: another guide, a guide at last ("" before) or none any more ("" after)."""

    request_id: str
    before: str
    after: str


def diff(before: Proposal, after: Proposal) -> tuple[PairChange, ...]:
    """What is different for whom from one proposal to the next, by request id."""
    old = {pair.request_id: pair.guide_id for pair in before.pairs}
    new = {pair.request_id: pair.guide_id for pair in after.pairs}
    return tuple(
        PairChange(request_id, old.get(request_id, ""), new.get(request_id, ""))
        for request_id in sorted(old.keys() | new.keys())
        if old.get(request_id) != new.get(request_id)
    )


def pair_of(proposal: Proposal, request_id: str) -> Pair | None:
    """The pair of a request in a proposal."""
    return next((pair for pair in proposal.pairs if pair.request_id == request_id), None)
