"""A run of the matching, from the start to the offers. No guide and no citizen hears of it before `publish`."""

import secrets
from collections.abc import Collection

import msgspec

from foundation.clock import local_date
from foundation.ids import new_id
from guides.access import coordinator_area, coordinator_filter
from guides.errors import PoolChanged, RunNotReady
from guides.lifecycle import RunStatus, State, answer_deadline
from guides.matching import Policy, Proposal, read_policy, write_policy
from guides.pairings import store as pairings_store
from guides.pairings.model import Pairing
from guides.pool import store as pool_store
from guides.runs import pool_store as runs_pool_store
from guides.runs import store as runs_store
from guides.runs.access import require_run_access
from guides.runs.model import Override, Run
from guides.runs.validation import invalid_pairs, restrict_pool
from people.access.model import DataKind, RelationKind, Role
from people.access.policy import Action
from people.directory.service import start_relation
from people.errors import NotAllowed, NotFound
from people.web.context import RequestContext, record_change


def start_run(
    context: RequestContext, policy_text: str = "", seed: int | None = None, run_id: str = ""
) -> str:
    """Queue a run over everyone who waits now; returns its id. An empty text means the standard policy.

    `run_id` makes the call idempotent: a second call with the same id starts no second run. Raises PolicyError,
    NotAllowed.
    """
    require_coordinator(context)
    policy = read_policy(policy_text) if policy_text.strip() else Policy()
    return _add_run(
        context, write_policy(policy), secrets.randbits(32) if seed is None else seed, (), None, run_id
    )


def run_again(context: RequestContext, run_id: str) -> str:
    """Discard a draft and queue a run with its policy, seed and overrides; returns the new run's id.

    Raises NotFound, NotAllowed, RunNotReady.
    """
    old = lock_draft(context, run_id)
    require_run_access(context, old)
    runs_store.set_status(context.db, run_id, RunStatus.DISCARDED)
    return _add_run(context, old.policy, old.seed, runs_store.overrides(context.db, run_id), run_id)


def _add_run(
    context: RequestContext,
    policy: str,
    seed: int,
    overrides: Collection[Override],
    follows: str | None,
    run_id: str = "",
) -> str:
    if run_id and runs_store.run(context.db, run_id) is not None:
        return run_id
    run = Run(
        run_id or new_id(), RunStatus.QUEUED, 0, "", seed, policy, None, None, follows, context.person_id, context.now, None, None
    )  # fmt: skip
    runs_store.add(context.db, run, overrides)
    record_change(context, "guides:run:start", run.id, {"seed": seed})
    return run.id


def runs(context: RequestContext) -> tuple[Run, ...]:
    """The newest 25 runs, newest first. Raises NotAllowed.

    Totals of other coordinators' runs are None for a coordinator of some areas only.
    """
    require_coordinator(context)
    covers_all_areas = coordinator_area(context) is None
    return tuple(
        run
        if covers_all_areas or run.made_by == context.person_id
        else msgspec.structs.replace(run, totals=None)
        for run in runs_store.newest(context.db)
    )


def run(context: RequestContext, run_id: str) -> Run:
    """One run without its result. Raises NotFound, NotAllowed."""
    require_coordinator(context)
    stored = runs_store.run(context.db, run_id)
    if stored is None:
        raise NotFound
    return stored


def run_with_proposal(context: RequestContext, run_id: str) -> tuple[Run, Proposal | None]:
    """One run with its result, None while it has none. Raises NotFound, NotAllowed."""
    require_coordinator(context)
    run_and_proposal = runs_store.run_with_proposal(context.db, run_id)
    if run_and_proposal is None:
        raise NotFound
    return run_and_proposal


def publish(context: RequestContext, run_id: str, excluded_request_ids: Collection[str] = ()) -> int:
    """Offer every pair of a draft to its guide, except those of the excluded requests; returns how many.

    Checks the hard rules against everyone as they are now. Raises PoolChanged, with nothing published, when a pair is
    no longer allowed; RunNotReady, NotFound, NotAllowed.
    """
    run, proposal = lock_draft_with_proposal(context, run_id)
    require_run_access(context, run, proposal)
    pairs = [pair for pair in proposal.pairs if pair.request_id not in excluded_request_ids]
    pool_store.lock_guides(context.db, [pair.guide_id for pair in pairs])
    pool_store.lock_requests(context.db, [pair.request_id for pair in pairs])
    today = local_date(context.now)
    pool, citizen_ids = runs_pool_store.read_pool(
        context.db,
        today,
        overrides=runs_store.overrides(context.db, run_id),
        access_filter=coordinator_filter(context.actor, Action.CHANGE, DataKind.PAIRING),
    )
    ids = [(pair.request_id, pair.guide_id) for pair in pairs]
    pairs_pool = restrict_pool(pool, {request_id for request_id, _ in ids}, {guide_id for _, guide_id in ids})
    if invalid := invalid_pairs(pairs_pool, ids):
        raise PoolChanged(invalid)
    citizen_by_request = dict(zip((request.id for request in pool.requests), citizen_ids, strict=True))
    offers = [
        Pairing(
            new_id(), pair.request_id, citizen_by_request[pair.request_id], pair.guide_id, State.OFFERED,
            answer_deadline(today), pair.reasons_citizen, pair.reasons_guide, "", "", None, "", context.now, context.now,
            run_id=run_id,
        )
        for pair in pairs
    ]  # fmt: skip
    pairings_store.add_offers(context.db, offers)
    for offer in offers:
        start_relation(context, RelationKind.OFFERED_GUIDE, offer.guide_id, offer.citizen_id)
    runs_store.set_status(context.db, run_id, RunStatus.PUBLISHED, published_at=context.now)
    status = [RunStatus.DRAFT, RunStatus.PUBLISHED]
    record_change(context, "guides:run:publish", run_id, {"offers": len(offers), "status": status})
    return len(offers)


def discard(context: RequestContext, run_id: str) -> None:
    """Discard a run, also one that is still running. Raises RunNotReady, NotFound, NotAllowed."""
    discarded = run(context, run_id)
    require_run_access(context, discarded)
    if not runs_store.set_status(context.db, run_id, RunStatus.DISCARDED):
        if discarded.status is RunStatus.DISCARDED:
            return
        raise RunNotReady(discarded.status)
    status = [discarded.status, RunStatus.DISCARDED]
    record_change(context, "guides:run:discard", run_id, {"status": status})


def lock_draft(context: RequestContext, run_id: str) -> Run:
    """A draft, locked until the transaction ends. Raises RunNotReady, NotFound, NotAllowed."""
    require_coordinator(context)
    run = runs_store.run(context.db, run_id, lock=True)
    if run is None:
        raise NotFound
    if run.status is not RunStatus.DRAFT:
        raise RunNotReady(run.status)
    return run


def lock_draft_with_proposal(context: RequestContext, run_id: str) -> tuple[Run, Proposal]:
    """`lock_draft` together with the draft's proposal."""
    require_coordinator(context)
    run_and_proposal = runs_store.run_with_proposal(context.db, run_id, lock=True)
    if run_and_proposal is None:
        raise NotFound
    run, proposal = run_and_proposal
    if run.status is not RunStatus.DRAFT or proposal is None:
        raise RunNotReady(run.status)
    return run, proposal


def require_coordinator(context: RequestContext) -> None:
    """Raises NotAllowed for anyone but a coordinator."""
    if not context.actor.has_role(Role.COORDINATOR):
        raise NotAllowed("coordinators only")
