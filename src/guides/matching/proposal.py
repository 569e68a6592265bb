"""The result of a matching run: pairs with reasons, waiting requests with reasons, totals. Stored as JSON."""

import msgspec

from guides.matching.reasons import Reason
from guides.matching.scoring.policy import Policy


class NextBest(msgspec.Struct, frozen=True):
    """Another guide for a request: the change in value if chosen, and the requests that would move."""

    guide_id: str
    change: int  # of `Totals.value`; above 0 only where a request of an earlier tier would have to wait
    others_moved: int
    moves: tuple[tuple[str, str], ...] = ()  # other requests: request id, new guide id or "" for waiting


class Pair(msgspec.Struct, frozen=True):
    """A proposed pair; `points` (0 to 10,000) is the sum of `points_by_reason`."""

    request_id: str
    guide_id: str
    points: int
    points_by_reason: dict[str, int]
    reasons_citizen: tuple[Reason, ...]  # for the citizen, about the guide; strongest first, at most 3
    reasons_guide: tuple[Reason, ...]  # for the guide, about the citizen; likewise
    unmet: tuple[Reason, ...]  # for the coordinator
    pinned: bool = False
    next_best: tuple[NextBest, ...] = ()


class Waiting(msgspec.Struct, frozen=True):
    """A request without a guide; `reason` is the first rule that leaves none, or that all are taken."""

    request_id: str
    reason: Reason
    would_change: tuple[Reason, ...]  # what would help, the change that admits most guides first
    next_best: tuple[NextBest, ...] = ()


class Tier(msgspec.Struct, frozen=True):
    """A priority tier: no more of its requests can be matched without losing one of it or an earlier tier."""

    name: Reason
    requests: int
    matched: int


class Totals(msgspec.Struct, frozen=True):
    """The totals of a run. `gap` bounds how far the total can be below the optimum; 0 proves optimality."""

    requests: int
    guides: int
    open_guides: int  # guides with room, valid training and record check, and no pause
    places: int  # free places of the open guides
    allowed_pairs: int
    matched: int
    points: int
    value: int  # points plus waiting points, over the matched requests
    gap: int
    tiers: tuple[Tier, ...]


class Proposal(msgspec.Struct, frozen=True):
    """Pairs and waiting requests, each sorted by request id."""

    pairs: tuple[Pair, ...]
    waiting: tuple[Waiting, ...]
    totals: Totals
    seed: int
    policy: Policy
