"""Apply a change to a pool, match it again, and compare the two proposals."""

from collections.abc import Sequence

import msgspec

from foundation.i18n import N_
from guides.matching.engine import propose
from guides.matching.model import Guide, Pool, Request
from guides.matching.proposal import Proposal
from guides.matching.reasons import PinError, Reason

PairIds = tuple[str, str]  # request id, guide id
SWAP_NEEDS_GUIDES = Reason(
    "swap", N_("Only two citizens who both have a guide in the proposal can change guides.")
)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change that a coordinator considers.

    Pairs are (request id, guide id); unknown ids have no effect, except in pins.
    """

    pin: tuple[PairIds, ...] = ()
    swap: tuple[PairIds, ...] = ()  # two request ids each, which exchange guides
    unpin: tuple[PairIds, ...] = ()
    forbid: tuple[PairIds, ...] = ()
    allow: tuple[PairIds, ...] = ()  # undoes `forbid`
    add_guides: tuple[Guide, ...] = ()
    remove_guides: tuple[str, ...] = ()
    join: tuple[Request, ...] = ()
    leave: tuple[str, ...] = ()  # request ids


class Moved(msgspec.Struct, frozen=True):
    """A request whose guide changes; "" means waiting, or not in the pool."""

    request_id: str
    before: str
    after: str


class Outcome(msgspec.Struct, frozen=True):
    """The proposal after a change and its differences from the proposal before."""

    proposal: Proposal
    moved: tuple[Moved, ...]  # sorted by request id
    matched: int  # change in the number of requests with a guide
    points: int  # change
    value: int  # change of points and waiting points


def consider(pool: Pool, before: Proposal, change: Change) -> Outcome:
    """The outcome of a new run with the change, compared with `before`, the proposal of `pool`.

    Raises PinError if a pin breaks a rule, or if a request in a swap has no guide.
    """
    after = propose(apply_change(pool, swaps_as_pins(before, change)), before.policy, seed=before.seed)
    return Outcome(
        proposal=after,
        moved=diff_proposals(before, after),
        matched=after.totals.matched - before.totals.matched,
        points=after.totals.points - before.totals.points,
        value=after.totals.value - before.totals.value,
    )


def swaps_as_pins(before: Proposal, change: Change) -> Change:
    """The change with its swaps as pins. Raises PinError for a swap with a request that waits in `before`."""
    pair_of = {pair.request_id: pair for pair in before.pairs}
    pins, unpins = list(change.pin), list(change.unpin)
    for swap in change.swap:
        for request_id, other_id in (swap, swap[::-1]):
            if request_id not in pair_of:
                raise PinError(request_id, "", SWAP_NEEDS_GUIDES)
            pair = pair_of[request_id]
            pins.append((other_id, pair.guide_id))
            if pair.pinned:
                unpins.append((request_id, pair.guide_id))
    return msgspec.structs.replace(change, pin=tuple(pins), unpin=tuple(unpins), swap=())


def apply_change(pool: Pool, change: Change) -> Pool:
    """The pool with the change. Pins of people who leave are removed."""
    joined, added = {r.id for r in change.join}, {g.id for g in change.add_guides}
    gone_requests, gone_guides = set(change.leave), set(change.remove_guides)
    pinned = [pin for pin in (*pool.pinned, *change.pin) if pin not in change.unpin]
    return msgspec.structs.replace(
        pool,
        guides=(*(g for g in pool.guides if g.id not in gone_guides | added), *change.add_guides),
        requests=(*(r for r in pool.requests if r.id not in gone_requests | joined), *change.join),
        pinned=tuple(pin for pin in pinned if pin[0] not in gone_requests and pin[1] not in gone_guides),
        forbidden=tuple(pair for pair in (*pool.forbidden, *change.forbid) if pair not in change.allow),
    )


def diff_proposals(before: Proposal, after: Proposal) -> tuple[Moved, ...]:
    """The requests whose guide differs between the proposals, sorted by id."""
    return diff_guides(guide_by_request(before), guide_by_request(after))


def diff_guides(old: dict[str, str], new: dict[str, str]) -> tuple[Moved, ...]:
    """As `diff_proposals`, from guides by request."""
    ids: Sequence[str] = sorted(old.keys() | new.keys())
    return tuple(
        Moved(id, old.get(id, ""), new.get(id, "")) for id in ids if old.get(id, "") != new.get(id, "")
    )


def guide_by_request(proposal: Proposal) -> dict[str, str]:
    """Request id -> guide id of the pairs."""
    return {pair.request_id: pair.guide_id for pair in proposal.pairs}
