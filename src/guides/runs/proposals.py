"""The pairs and unmatched requests of a proposal with their people, and a coordinator's overrides of its pairs."""

from collections.abc import Mapping, Sequence

import msgspec

from foundation.clock import local_date
from foundation.i18n import N_
from guides.access import coordinator_filter
from guides.errors import PairNotAllowed
from guides.matching import Pair, Reason, Waiting
from guides.matching.model import Guide, Pool
from guides.pool import store as pool_store
from guides.pool.consent_filter import redact_pair
from guides.pool.model import RequestRecord
from guides.runs import pool_store as runs_pool_store
from guides.runs import store as runs_store
from guides.runs.model import Override
from guides.runs.service import lock_draft, lock_draft_with_proposal
from guides.runs.validation import invalid_pairs, pair_of, restrict_pool
from people.access.model import DataKind, Purpose
from people.consent import store as consent_store
from people.consent.model import Use
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotFound
from people.web.context import RequestContext, record_change

TOO_MANY_PINS = Reason(
    "room", N_("More citizens have been decided for the guide than the guide has room for.")
)


class PairRow(msgspec.Struct, frozen=True):
    """A proposed pair with its people."""

    pair: Pair
    record: RequestRecord
    guide: Guide
    citizen: Person


class UnmatchedRow(msgspec.Struct, frozen=True):
    """A request without a guide, with the citizen."""

    waiting: Waiting
    record: RequestRecord
    citizen: Person


def pair_rows(
    context: RequestContext, pairs: Mapping[str, Pair], request_ids: Sequence[str]
) -> tuple[PairRow, ...]:
    """The pairs of these requests, in this order. Records the reads; raises NotFound, NotAllowed."""
    records, people = _requests_and_citizens(context, request_ids)
    guides = pool_store.guides(context.db, sorted({pairs[request_id].guide_id for request_id in request_ids}))
    consented = consent_store.allowed_kinds_by_citizen(
        context.db, [record.citizen_id for record in records], Use.MATCHING, local_date(context.now)
    )
    rows = []
    for record in records:
        # A citizen may have withdrawn consent since the run: the reasons must not mention that information.
        pair = redact_pair(pairs[record.request.id], consented[record.citizen_id])
        rows.append(PairRow(pair, record, guides[pair.guide_id].guide, people[record.citizen_id]))
    return tuple(rows)


def unmatched_rows(
    context: RequestContext, unmatched: Mapping[str, Waiting], request_ids: Sequence[str]
) -> tuple[UnmatchedRow, ...]:
    """These requests without a guide, in this order. Records the reads; raises NotFound, NotAllowed."""
    records, people = _requests_and_citizens(context, request_ids)
    return tuple(
        UnmatchedRow(unmatched[record.request.id], record, people[record.citizen_id]) for record in records
    )


def _requests_and_citizens(
    context: RequestContext, request_ids: Sequence[str]
) -> tuple[list[RequestRecord], dict[str, Person]]:
    by_id = pool_store.requests(context.db, request_ids)
    records = [by_id[request_id] for request_id in request_ids]
    citizen_ids = [record.citizen_id for record in records]
    context.authorize_reads(citizen_ids, DataKind.WISHES, Purpose.MATCHING)
    return records, directory_store.people(context.db, citizen_ids)


def pin(context: RequestContext, run_id: str, request_id: str, guide_id: str) -> None:
    """Set a pair for the next run. Raises PairNotAllowed, RunNotReady, NotFound, NotAllowed."""
    lock_draft(context, run_id)
    _pin_pairs(context, run_id, [(request_id, guide_id)])


def swap(context: RequestContext, run_id: str, first_request_id: str, second_request_id: str) -> None:
    """Pin two requests of the proposal to each other's guide.

    Raises PairNotAllowed, RunNotReady, NotFound, NotAllowed.
    """
    _, proposal = lock_draft_with_proposal(context, run_id)
    first, second = pair_of(proposal, first_request_id), pair_of(proposal, second_request_id)
    if first is None or second is None:
        raise NotFound
    _pin_pairs(context, run_id, [(first.request_id, second.guide_id), (second.request_id, first.guide_id)])


def forbid(context: RequestContext, run_id: str, request_id: str, guide_id: str) -> None:
    """Keep a pair out of the next run. Raises RunNotReady, NotFound, NotAllowed."""
    lock_draft(context, run_id)
    request = pool_store.request(context.db, request_id)
    if request is None or pool_store.guide(context.db, guide_id) is None:
        raise NotFound
    overrides = runs_store.overrides(context.db, run_id)
    _set_override(context, run_id, request.citizen_id, Override(request_id, guide_id, "forbid"), overrides)


def clear_override(context: RequestContext, run_id: str, request_id: str, guide_id: str) -> None:
    """Delete the override on a pair. Raises RunNotReady, NotFound, NotAllowed."""
    lock_draft(context, run_id)
    request = pool_store.request(context.db, request_id)
    if request is None:
        raise NotFound
    context.authorize_change(request.citizen_id, DataKind.PAIRING)
    before = _kind_on_pair(runs_store.overrides(context.db, run_id), request_id, guide_id)
    runs_store.delete_override(context.db, run_id, request_id, guide_id)
    details: dict[str, object] = {"request": request_id, "guide": guide_id, "kind": [before, None]}
    record_change(context, "guides:ruling:end", run_id, details)


def _pin_pairs(context: RequestContext, run_id: str, pairs: Sequence[tuple[str, str]]) -> None:
    pool, citizen_by_request = runs_pool_store.read_pairs(
        context.db, local_date(context.now), pairs, access_filter=coordinator_filter(context.actor)
    )
    for request_id, guide_id in pairs:
        overrides = runs_store.overrides(context.db, run_id)  # with the pin of the pair before
        _check_pin(pool, request_id, guide_id, overrides)
        citizen_id = citizen_by_request[request_id]
        _set_override(context, run_id, citizen_id, Override(request_id, guide_id, "pin"), overrides)


def _check_pin(pool: Pool, request_id: str, guide_id: str, overrides: Sequence[Override]) -> None:
    """Raises PairNotAllowed for a pair that breaks a rule or for which the guide's pins leave no room."""
    pair_pool = restrict_pool(pool, {request_id}, {guide_id})
    for invalid in invalid_pairs(pair_pool, [(request_id, guide_id)]):
        raise PairNotAllowed(invalid.reason)
    other_pins = sum(
        override.guide_id == guide_id and override.kind == "pin" and override.request_id != request_id
        for override in overrides
    )
    if other_pins >= sum(guide.capacity - guide.active for guide in pair_pool.guides):
        raise PairNotAllowed(TOO_MANY_PINS)


def _set_override(
    context: RequestContext, run_id: str, citizen_id: str, override: Override, overrides: Sequence[Override]
) -> None:
    context.authorize_change(citizen_id, DataKind.PAIRING)
    before = _kind_on_pair(overrides, override.request_id, override.guide_id)
    runs_store.save_override(context.db, run_id, override)
    record_change(
        context,
        f"guides:ruling:{override.kind}",
        run_id,
        {"request": override.request_id, "guide": override.guide_id, "kind": [before, override.kind]},
    )


def _kind_on_pair(overrides: Sequence[Override], request_id: str, guide_id: str) -> str | None:
    """The kind of the override on a pair, None without one."""
    pair = (request_id, guide_id)
    return next(
        (override.kind for override in overrides if (override.request_id, override.guide_id) == pair),
        None,
    )
