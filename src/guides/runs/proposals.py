"""What a coordinator reads and decides in a proposal before it is published.

proposal(visit, run_id) -> Proposal; pair_page / waiting_page(visit, run_id, page) with the people of one page
changes(visit, run_id)                    what is different from the run that this one follows
pin / forbid / unrule / swap              a word on pairs; `service_runs.run_again` then shows what it changes
rulings(visit, run_id)
"""

import msgspec

from foundation.clock import local_date
from foundation.i18n import N_
from guides.access import coordinator_filter
from guides.errors import PairNotAllowed, RunNotReady
from guides.matching import Pair, Proposal, Reason, Waiting
from guides.matching.model import Guide
from guides.pool import lists
from guides.pool import store as pool_store
from guides.pool.consent_filter import redact_pair
from guides.pool.model import RequestRecord
from guides.runs import pool_store as runs_pool_store
from guides.runs import store as runs_store
from guides.runs.model import Override
from guides.runs.service import lock_draft, run
from guides.runs.validation import PairChange, invalid_pairs, pair_of, restrict_pool
from guides.runs.validation import diff as compare
from people.access.model import DataKind, Purpose
from people.consent import store as consent_store
from people.consent.model import Use
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotFound
from people.web.context import RequestContext, record_change

PAGE_LENGTH = 10  # a pair with its reasons fills half a screen


class PairRow(msgspec.Struct, frozen=True):
    """A proposed pair with its people; `next_guides` are those of `pair.next_best`, by id."""

    pair: Pair
    record: RequestRecord
    guide: Guide
    citizen: Person
    next_guides: dict[str, Guide]


class UnmatchedRow(msgspec.Struct, frozen=True):
    """A request that gets no guide, with the citizen."""

    waiting: Waiting
    record: RequestRecord
    citizen: Person
    next_guides: dict[str, Guide]


def pair_page(context: RequestContext, run_id: str, page: int) -> tuple[tuple[PairRow, ...], int]:
    """Proposed pairs of citizens whom the coordinator covers, longest waiting first: one page (from 1), count of all.

    Raises RunNotReady, NotFound, NotAllowed.
    """
    pairs = {pair.request_id: pair for pair in proposal(context, run_id).pairs}
    chosen, count = _requests_page(context, list(pairs), page)
    guides = pool_store.guides(context.db, _guide_ids(tuple(pairs[one.request.id] for one in chosen)))
    people = directory_store.people(context.db, [one.citizen_id for one in chosen])
    by_id = {id: kept.guide for id, kept in guides.items()}
    may_use = consent_store.allowed_kinds_by_citizen(
        context.db, [one.citizen_id for one in chosen], Use.MATCHING, local_date(context.now)
    )
    return tuple(
        PairRow(
            redact_pair(pairs[one.request.id], may_use[one.citizen_id]),
            one,
            by_id[pairs[one.request.id].guide_id],
            people[one.citizen_id],
            by_id,
        )
        for one in chosen
    ), count


def waiting_page(context: RequestContext, run_id: str, page: int) -> tuple[tuple[UnmatchedRow, ...], int]:
    """Requests without a guide, longest waiting first, as `pair_page`."""
    waiting = {one.request_id: one for one in proposal(context, run_id).waiting}
    chosen, count = _requests_page(context, list(waiting), page)
    next_ids = sorted({best.guide_id for one in chosen for best in waiting[one.request.id].next_best})
    by_id = {id: kept.guide for id, kept in pool_store.guides(context.db, next_ids).items()}
    people = directory_store.people(context.db, [one.citizen_id for one in chosen])
    return tuple(
        UnmatchedRow(waiting[one.request.id], one, people[one.citizen_id], by_id) for one in chosen
    ), count


def _requests_page(
    context: RequestContext, request_ids: list[str], page: int
) -> tuple[list[RequestRecord], int]:
    """One page of the requests that the coordinator covers, longest waiting first, each logged; and the count of all."""
    ordered = lists.in_queue_order(context.db, request_ids, coordinator_filter(context.actor))
    chosen = ordered[(page - 1) * PAGE_LENGTH : page * PAGE_LENGTH]
    found = pool_store.requests(context.db, chosen)
    for request_id in chosen:
        context.authorize_read(found[request_id].citizen_id, DataKind.WISHES, Purpose.MATCHING)
    return [found[request_id] for request_id in chosen], len(ordered)


def _guide_ids(pairs: tuple[Pair, ...]) -> list[str]:
    return sorted(
        {pair.guide_id for pair in pairs} | {one.guide_id for pair in pairs for one in pair.next_best}
    )


def overrides(context: RequestContext, run_id: str) -> tuple[Override, ...]:
    """What was decided for a run. Raises NotFound, NotAllowed."""
    return runs_store.overrides(context.db, run(context, run_id).id)


def proposal(context: RequestContext, run_id: str) -> Proposal:
    """What a run found. Raises RunNotReady, NotFound, NotAllowed."""
    status = run(context, run_id).status
    found = runs_store.proposal(context.db, run_id)
    if found is None:
        raise RunNotReady(status)
    return found


def changes(context: RequestContext, run_id: str) -> tuple[PairChange, ...]:
    """What is different from the run that this one follows; nothing for a first run. Raises as `proposal`."""
    follows = run(context, run_id).follows
    return () if follows is None else compare(proposal(context, follows), proposal(context, run_id))


def pin(context: RequestContext, run_id: str, request_id: str, guide_id: str) -> None:
    """Decide a pair for the next run. Raises PairNotAllowed, RunNotReady, NotFound, NotAllowed."""
    lock_draft(context, run_id)
    _check_pin(context, request_id, guide_id, run_id)
    _set_override(context, run_id, Override(request_id, guide_id, "pin"))


def forbid(context: RequestContext, run_id: str, request_id: str, guide_id: str) -> None:
    """Keep a pair out of the next run. Raises RunNotReady, NotFound, NotAllowed."""
    lock_draft(context, run_id)
    _set_override(context, run_id, Override(request_id, guide_id, "forbid"))


def clear_override(context: RequestContext, run_id: str, request_id: str, guide_id: str) -> None:
    """Take a ruling back. Raises RunNotReady, NotFound, NotAllowed."""
    lock_draft(context, run_id)
    kept = pool_store.request(context.db, request_id)
    if kept is None:
        raise NotFound
    context.authorize_change(kept.citizen_id, DataKind.PAIRING)
    before = _current_override(context, run_id, request_id, guide_id)
    runs_store.delete_override(context.db, run_id, request_id, guide_id)
    facts: dict[str, object] = {"request": request_id, "guide": guide_id, "kind": [before, None]}
    record_change(context, "guides:ruling:end", run_id, facts)


def swap(context: RequestContext, run_id: str, first_request_id: str, second_request_id: str) -> None:
    """Let two requests of the proposal change guides: pins both crosswise.

    Raises PairNotAllowed, RunNotReady, NotFound, NotAllowed.
    """
    found = proposal(context, run_id)
    first, second = pair_of(found, first_request_id), pair_of(found, second_request_id)
    if first is None or second is None:
        raise NotFound
    pin(context, run_id, first.request_id, second.guide_id)
    pin(context, run_id, second.request_id, first.guide_id)


def _set_override(context: RequestContext, run_id: str, override: Override) -> None:
    kept = pool_store.request(context.db, override.request_id)
    if kept is None or pool_store.guide(context.db, override.guide_id) is None:
        raise NotFound
    context.authorize_change(kept.citizen_id, DataKind.PAIRING)
    before = _current_override(context, run_id, override.request_id, override.guide_id)
    runs_store.save_override(context.db, run_id, override)
    record_change(
        context,
        f"guides:ruling:{override.kind}",
        run_id,
        {"request": override.request_id, "guide": override.guide_id, "kind": [before, override.kind]},
    )


def _current_override(context: RequestContext, run_id: str, request_id: str, guide_id: str) -> str | None:
    """What was said about a pair before: pin, forbid or nothing."""
    said = runs_store.overrides(context.db, run_id)
    return next((one.kind for one in said if (one.request_id, one.guide_id) == (request_id, guide_id)), None)


def _check_pin(context: RequestContext, request_id: str, guide_id: str, run_id: str) -> None:
    pool, _ = runs_pool_store.read_pool(
        context.db,
        local_date(context.now),
        overrides=(Override(request_id, guide_id, "pin"),),
        access_filter=coordinator_filter(context.actor),
    )
    small = restrict_pool(pool, {request_id}, {guide_id})
    for broken in invalid_pairs(small, [(request_id, guide_id)]):
        raise PairNotAllowed(broken.reason)
    others = sum(
        one.guide_id == guide_id and one.kind == "pin" and one.request_id != request_id
        for one in runs_store.overrides(context.db, run_id)
    )
    room = sum(guide.capacity - guide.active for guide in small.guides)
    if others >= room:
        raise PairNotAllowed(
            Reason("room", N_("More citizens have been decided for the guide than the guide has room for."))
        )
