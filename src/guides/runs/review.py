"""What the pages about one proposal show beside its pairs: who is who, which decisions wait to be worked in, what changed.

read_view(visit, run, view, page) -> View     one page of pairs, of those who wait, or of changes
all_pairs(visit, run_id)                      every pair of citizens whom the coordinator covers, for the check before publishing
one_pair(visit, run_id, request_id)           one request with its guide and the other guides to choose between
names(visit, request_ids, guide_ids)          full names by id; citizens of other areas are left out
"""

from collections.abc import Iterable

import msgspec

from guides.access import coordinator_filter
from guides.errors import RunNotReady
from guides.lifecycle import RunStatus
from guides.matching import NextBest, Pair, Proposal
from guides.pool import lists
from guides.pool import store as pool_store
from guides.pool.model import RequestRecord
from guides.runs import proposals
from guides.runs import store as runs_store
from guides.runs.access import can_manage_run
from guides.runs.model import Override, Run
from guides.runs.proposals import PairRow, UnmatchedRow
from guides.runs.validation import PairChange, pair_of
from people.access.model import DataKind, Purpose
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotFound
from people.web.context import RequestContext

REVIEWABLE_STATUSES = (RunStatus.DRAFT, RunStatus.PUBLISHED)


class ProposalPage(msgspec.Struct, frozen=True):
    """One page of a proposal. `pending`: there are decisions that the proposal was made without."""

    view: str
    pairs: tuple[PairRow, ...]
    waiting: tuple[UnmatchedRow, ...]
    changes: tuple[PairChange, ...]
    count: int  # of what this view lists
    change_count: int
    overrides: tuple[Override, ...]
    pinned: dict[str, str]  # request id -> guide id, as decided
    forbidden: frozenset[tuple[str, str]]
    has_pending_overrides: bool
    can_manage_run: bool  # whether everyone in the run is of the coordinator's areas
    matched: int  # of those who are
    unmatched: int
    names: dict[str, str]  # of everyone named on the page, by request id and guide id


class PairSummary(msgspec.Struct, frozen=True):
    """A pair in one line."""

    request_id: str
    citizen: str
    guide: str
    pinned: bool


class PairOptions(msgspec.Struct, frozen=True):
    """A request of a proposal with the guides that could be chosen instead, and those it could change guides with."""

    record: RequestRecord
    citizen: Person
    guide_id: str  # "" waits
    next_best: tuple[NextBest, ...]
    guides: tuple[tuple[str, str], ...]  # id and name with area, by name
    swap_options: tuple[tuple[str, str], ...]  # request id and "citizen – guide"
    names: dict[str, str]


def proposal_page(context: RequestContext, run: Run, view: str, page: int) -> ProposalPage:
    """A page of a draft or published run; an unknown `view` is that of the pairs. Raises RunNotReady, NotAllowed."""
    found = proposals.proposal(context, run.id)
    rulings = runs_store.overrides(context.db, run.id)
    changes = proposals.changes(context, run.id)
    pairs: tuple[PairRow, ...] = ()
    waiting: tuple[UnmatchedRow, ...] = ()
    shown: tuple[PairChange, ...] = ()
    if view == "waiting":
        waiting, count = proposals.waiting_page(context, run.id, page)
    elif view == "changes":
        start = (page - 1) * proposals.PAGE_LENGTH
        shown, count = changes[start : start + proposals.PAGE_LENGTH], len(changes)
    else:
        view = "pairs"
        pairs, count = proposals.pair_page(context, run.id, page)
    best = [one for shown_pair in pairs for one in shown_pair.pair.next_best]
    best += [one for shown_one in waiting for one in shown_one.waiting.next_best]
    known = names_by_id(
        context,
        [
            *(move[0] for one in best for move in one.moves),
            *(one.request_id for one in rulings),
            *(one.request_id for one in shown),
        ],
        [
            *(shown_pair.pair.guide_id for shown_pair in pairs),
            *(one.guide_id for one in best),
            *(one.guide_id for one in rulings),
            *(move[1] for one in best for move in one.moves),
            *(id for one in shown for id in (one.before, one.after)),
        ],
    )
    return ProposalPage(
        view,
        pairs,
        waiting,
        shown,
        count,
        len(changes),
        rulings,
        {one.request_id: one.guide_id for one in rulings if one.kind == "pin"},
        frozenset((one.request_id, one.guide_id) for one in rulings if one.kind == "forbid"),
        has_pending_overrides(found, rulings),
        can_manage_run(context, run),
        len(
            lists.in_queue_order(
                context.db, [one.request_id for one in found.pairs], coordinator_filter(context.actor)
            )
        ),
        len(
            lists.in_queue_order(
                context.db, [one.request_id for one in found.waiting], coordinator_filter(context.actor)
            )
        ),
        known,
    )


def has_pending_overrides(proposal: Proposal, overrides: Iterable[Override]) -> bool:
    """Whether the proposal says something else than what has been decided about its pairs."""
    guide_of = {pair.request_id: pair.guide_id for pair in proposal.pairs}
    pins = {one.request_id: one.guide_id for one in overrides if one.kind == "pin"}
    bans = {(one.request_id, one.guide_id) for one in overrides if one.kind == "forbid"}
    return (
        any(guide_of.get(request_id) != guide_id for request_id, guide_id in pins.items())
        or any(pair in bans for pair in guide_of.items())
        or any(pair.pinned and pins.get(pair.request_id) != pair.guide_id for pair in proposal.pairs)
    )


def all_pairs(context: RequestContext, run_id: str) -> tuple[tuple[PairSummary, ...], int, bool]:
    """The pairs that the coordinator may see, by the citizen's name; the count of all; whether decisions wait."""
    found = proposals.proposal(context, run_id)
    known = names_by_id(
        context, [one.request_id for one in found.pairs], [one.guide_id for one in found.pairs]
    )
    lines = [
        PairSummary(one.request_id, known[one.request_id], known[one.guide_id], one.pinned)
        for one in found.pairs
        if one.request_id in known and one.guide_id in known
    ]
    pending = has_pending_overrides(found, runs_store.overrides(context.db, run_id))
    return tuple(sorted(lines, key=lambda line: (line.citizen, line.request_id))), len(found.pairs), pending


def pair_options(context: RequestContext, run: Run, request_id: str) -> PairOptions:
    """One request of a draft. Raises RunNotReady, NotFound, NotAllowed."""
    if run.status is not RunStatus.DRAFT:
        raise RunNotReady(run.status)
    found = proposals.proposal(context, run.id)
    pair = pair_of(found, request_id)
    best = next((one for one in found.waiting if one.request_id == request_id), None)
    kept = pool_store.request(context.db, request_id)
    if kept is None or (pair is None and best is None):
        raise NotFound
    context.authorize_read(kept.citizen_id, DataKind.WISHES, Purpose.MATCHING)
    person = directory_store.person(context.db, kept.citizen_id)
    if person is None:
        raise NotFound
    next_best = pair.next_best if pair is not None else best.next_best if best is not None else ()
    guides = pool_store.guides(context.db)
    # Any other pair may change guides with this one; only a citizen who has a guide here can.
    others: list[Pair] = [] if pair is None else [one for one in found.pairs if one.request_id != request_id]
    known = names_by_id(
        context,
        [*(one.request_id for one in others), *(move[0] for one in next_best for move in one.moves)],
        list(guides),
    )
    return PairOptions(
        kept,
        person,
        pair.guide_id if pair is not None else "",
        next_best,
        tuple(sorted(((id, known[id]) for id in guides), key=lambda one: one[1])),
        tuple(
            sorted(
                (
                    (one.request_id, f"{known[one.request_id]} – {known.get(one.guide_id, '')}")
                    for one in others
                    if one.request_id in known
                ),
                key=lambda one: one[1],
            )
        ),
        known,
    )


def names_by_id(
    context: RequestContext, request_ids: Iterable[str], guide_ids: Iterable[str]
) -> dict[str, str]:
    """Full names by request id and guide id. Citizens whom the coordinator does not cover are left out, the others logged."""
    admits = coordinator_filter(context.actor)
    kept = {
        id: one
        for id, one in pool_store.requests(context.db, sorted({*request_ids} - {""})).items()
        if admits(one.citizen_id, one.request.area or None)
    }
    people = directory_store.people(
        context.db, sorted(({one.citizen_id for one in kept.values()} | {*guide_ids}) - {""})
    )
    context.authorize_reads(
        dict.fromkeys(one.citizen_id for one in kept.values()),
        DataKind.IDENTITY,
        Purpose.MATCHING,
    )
    found = {id: people[id].full_name for id in {*guide_ids} if id in people}
    return found | {
        id: people[one.citizen_id].full_name for id, one in kept.items() if one.citizen_id in people
    }
