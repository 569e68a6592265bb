"""What a run of the matching hands back: pairs with reasons, who waits and why, totals. Plain values, also as JSON."""

import msgspec

from guides.matching.reasons import Reason
from guides.matching.scoring.policy import Policy


class NextBest(msgspec.Struct, frozen=True):
    """Another guide for a request, what that would change for everyone together, and which others would move."""

    guide_id: str
    change: int  # in the run's `value`; above 0 only where someone who comes first would have to wait
    others_moved: int
    moves: tuple[tuple[str, str], ...] = ()  # the others: request id, new guide id or "" for waiting


class Pair(msgspec.Struct, frozen=True):
    """A proposed pair; `points` (0 to 10,000) is the sum of `points_by_reason`."""

    request_id: str
    guide_id: str
    points: int
    points_by_reason: dict[str, int]
    reasons_citizen: tuple[Reason, ...]  # to the citizen, about the guide; strongest first, at most 3
    reasons_guide: tuple[Reason, ...]  # to the guide, about the citizen
    unmet: tuple[Reason, ...]  # to the coordinator
    pinned: bool = False
    next_best: tuple[NextBest, ...] = ()


class Waiting(msgspec.Struct, frozen=True):
    """A request without a guide: the first rule that leaves nobody, or that all suitable guides are taken."""

    request_id: str
    reason: Reason
    would_change: tuple[Reason, ...]  # what would help, the most promising first
    next_best: tuple[NextBest, ...] = ()


class Tier(msgspec.Struct, frozen=True):
    """One step of the order of priority: nobody in it could be added without taking a guide from it or a step before."""

    name: Reason
    requests: int
    matched: int


class Totals(msgspec.Struct, frozen=True):
    """The run in numbers. `gap` bounds how far `value` can be below the best possible; 0 proves it the best."""

    requests: int
    guides: int
    open_guides: int  # guides with room, valid papers and no pause
    places: int  # that open guides have
    allowed_pairs: int
    matched: int
    points: int
    value: int  # points plus what the days of waiting count, over the matched requests
    gap: int
    tiers: tuple[Tier, ...]


class Proposal(msgspec.Struct, frozen=True):
    """Pairs and waiting requests, each sorted by request id."""

    pairs: tuple[Pair, ...]
    waiting: tuple[Waiting, ...]
    totals: Totals
    seed: int
    policy: Policy
