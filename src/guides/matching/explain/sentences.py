"""Reasons in sentences: why a pair was chosen, which criteria it does not meet, and why a request waits."""

import numpy as np

from foundation.i18n import N_
from guides.matching.proposal import Pair, Waiting
from guides.matching.reasons import Reason
from guides.matching.scoring.arrays import Participant, PoolArrays, word_set
from guides.matching.scoring.points import POINT_BY_NAME, PairFacts, point_parts
from guides.matching.scoring.policy import Policy
from guides.matching.scoring.rules import ALL_TAKEN, RULE_BY_NAME, RULES
from guides.matching.scoring.scoring import blocks
from guides.matching.scoring.views import Block, Pairs, Rows

REASONS_SHOWN_MAX = 3
CHANGES_SHOWN_MAX = 2


def describe_pairs(
    people: PoolArrays, rows: Rows, columns: Rows, pinned: set[int], policy: Policy
) -> list[Pair]:
    """The Pair of each request row with its guide column; `pinned` are the pinned request rows."""
    view = Pairs(people, rows, columns)
    parts = {
        name: part.tolist()
        for name, part in _broadcast(point_parts(view, policy.weights, policy.enough), rows).items()
    }
    apart, together = view.minutes_apart.tolist(), view.minutes_together.tolist()
    pairs = []
    for k, (row, column) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        facts = PairFacts(people.requests[row], people.guides[column], apart[k], int(together[k]))
        by_reason = {name: part[k] for name, part in parts.items()}
        pairs.append(_describe_pair(facts, by_reason, row in pinned))
    return pairs


def _broadcast(parts: dict[str, np.ndarray], rows: Rows) -> dict[str, np.ndarray]:
    return {name: np.broadcast_to(part, rows.shape) for name, part in parts.items()}


def _describe_pair(facts: PairFacts, by_reason: dict[str, int], pinned: bool) -> Pair:
    explanations = {name: POINT_BY_NAME[name].explain(facts) for name in by_reason}
    strongest_first = sorted(by_reason, key=lambda name: -by_reason[name])
    counting = [name for name in strongest_first if by_reason[name] > 0]
    citizen = [reason for name in counting if (reason := explanations[name].citizen)]
    guide = [reason for name in counting if (reason := explanations[name].guide)]
    # Each side is told at least two reasons; a shared language is one that every allowed pair has.
    if len(citizen) < 2:
        citizen.append(_shared_language(facts.request, facts.guide))
        guide.append(_shared_language(facts.guide, facts.request))
    return Pair(
        request_id=facts.request.id,
        guide_id=facts.guide.id,
        points=sum(by_reason.values()),
        points_by_reason=by_reason,
        reasons_citizen=tuple(citizen[:REASONS_SHOWN_MAX]),
        reasons_guide=tuple(guide[:REASONS_SHOWN_MAX]),
        unmet=tuple(reason for name in by_reason if (reason := explanations[name].unmet)),
        pinned=pinned,
    )


def _shared_language(reader: Participant, about: Participant) -> Reason:
    """The shared languages in the spelling of `reader`; every pair has one."""
    known = word_set(about, "languages")
    shared = tuple(typed for word, typed in word_set(reader, "languages").items() if word in known)
    return Reason("language", N_("You both speak %(words)s."), {"words": shared})


def describe_waiting(people: PoolArrays, suitable: dict[int, int]) -> list[Waiting]:
    """The Waiting of each request row in `suitable` (row -> number of guides that the rules allow).

    `people` has all guides, not only the open ones.
    """
    without_guide = [row for row, count in suitable.items() if count == 0]
    impossible = _explain_impossible(people, np.array(without_guide, np.intp))
    taken = {
        row: Waiting(
            people.requests[row].id,
            ALL_TAKEN,
            more_room_suggestion(count),
        )
        for row, count in suitable.items()
        if count > 0
    }
    return [impossible[row] if row in impossible else taken[row] for row in suitable]


def more_room_suggestion(guide_count: int) -> tuple[Reason, ...]:
    """The suggestion for a request for which `guide_count` guides fit, all of them taken."""
    reason = RULE_BY_NAME["room"].would_change(guide_count)
    return (reason,) if reason else ()


def _explain_impossible(people: PoolArrays, rows: Rows) -> dict[int, Waiting]:
    """For requests without an allowed guide: the first rule that leaves none, and which rules to relax."""
    impossible = {}
    m = len(people.guides)
    for part in blocks(len(rows), m):
        chosen = rows[part]
        block = Block(people, chosen)
        remaining = np.ones((len(chosen), m), np.bool_)
        first = np.full(len(chosen), -1)
        broken_count = np.zeros((len(chosen), m), np.uint8)
        only_broken = np.zeros((len(chosen), m), np.uint8)
        for index, rule in enumerate(RULES):
            allowed = np.broadcast_to(rule.allows(block), remaining.shape)
            remaining &= allowed
            first[(first < 0) & ~remaining.any(axis=1)] = index
            broken_count += ~allowed
            only_broken[~allowed] = index
        # Relaxing one rule helps only with guides who break no other.
        only_broken[broken_count != 1] = len(RULES)
        for k, row in enumerate(chosen.tolist()):
            counts = np.bincount(only_broken[k], minlength=len(RULES) + 1)[: len(RULES)].tolist()
            request = people.requests[row]
            impossible[row] = Waiting(
                request.id, RULES[int(first[k])].nobody_left(request), _suggested_changes(counts)
            )
    return impossible


def _suggested_changes(counts: list[int]) -> tuple[Reason, ...]:
    most_first = sorted(range(len(RULES)), key=lambda index: -counts[index])
    changes = (RULES[index].would_change(counts[index]) for index in most_first if counts[index] > 0)
    return tuple(change for change in changes if change)[:CHANGES_SHOWN_MAX]
