"""A run of the matching, from the button to the offers. Nothing reaches a guide before `publish`.

start_run(visit, policy_text, seed) -> run id       a queued row; the page then starts the job
perform_run(engine, clock, run_id)                  the job itself, with transactions of its own; never raises for bad data;
                                                    the report and the advice come a moment after the pairs
runs(visit) / run(visit, run_id)                    with status, progress and step
run_again(visit, run_id) -> run id                  with the rulings that were made on it, see `service_proposal`
publish(visit, run_id, without=...) / discard(visit, run_id)
"""

import secrets
from collections.abc import Collection
from datetime import datetime

import msgspec
import structlog
from sqlalchemy import Connection, Engine

from foundation.clock import Clock, local_date
from foundation.db import transactions
from foundation.i18n import N_
from foundation.ids import new_id
from guides.access import coordinator_area, coordinator_filter
from guides.errors import PoolChanged, RunNotReady
from guides.lifecycle import RunStatus, State, answer_deadline
from guides.matching import (
    MatchingError,
    Policy,
    Proposal,
    Reason,
    propose,
    read_policy,
    recruiting_advice,
    report_on,
    write_policy,
)
from guides.matching.model import Pool
from guides.pairings import store as pairings_store
from guides.pairings.model import Pairing
from guides.pool import store as pool_store
from guides.runs import pool_store as runs_pool_store
from guides.runs import store as runs_store
from guides.runs.access import require_run_access
from guides.runs.model import Override, Run, RunReport
from guides.runs.validation import invalid_pairs, restrict_pool, without_departed
from people.access.model import Actor, DataKind, Purpose, RelationKind, Role
from people.access.policy import Action
from people.audit import store as audit_store
from people.directory import store as directory_store
from people.directory.service import start_relation
from people.errors import NotAllowed, NotFound
from people.web.context import RequestContext, record_change

INTERRUPTED = Reason("interrupted", N_("The system was restarted while the matching ran. Run it again."))
INTERNAL_ERROR = Reason("broken", N_("Something went wrong in the matching. Nothing was changed. Try again."))

_log = structlog.get_logger()


class _RunDiscarded(Exception):
    """Somebody discarded the run while it was running."""


def start_run(
    context: RequestContext, policy_text: str = "", seed: int | None = None, run_id: str = ""
) -> str:
    """Queue a run over everyone who waits now; gives its id. Empty policy text: the standard one.

    `run_id` is a fresh id that the run gets, so that whoever asks twice with the same one starts one run.

    Raises PolicyError for a policy that cannot be read, NotAllowed.
    """
    require_coordinator(context)
    policy = read_policy(policy_text) if policy_text.strip() else Policy()
    return _add_run(
        context, write_policy(policy), secrets.randbits(32) if seed is None else seed, (), None, run_id
    )


def run_again(context: RequestContext, run_id: str) -> str:
    """Queue a run with the same policy and seed and the rulings that were made since; gives the new run's id.

    The old draft is discarded and stays readable. Raises NotFound, NotAllowed, RunNotReady.
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


def execute_run(engine: Engine, clock: Clock, run_id: str) -> None:
    """Do a queued run: read the people, find the best pairs, store them as a draft. Notes its own failure.

    Ends quietly when the run was discarded meanwhile or is not queued.
    """
    try:
        begun = _start_queued_run(engine, clock(), run_id)
        if begun is None:
            return
        pool, run = begun
        found = propose(
            pool, read_policy(run.policy), seed=run.seed, progress=_ProgressReporter(engine, run_id)
        )
    except _RunDiscarded:
        return
    except MatchingError as fault:
        _record_failure(engine, clock(), run_id, fault.reason)
        return
    except Exception:
        _log.exception("matching failed", run=run_id)
        _record_failure(engine, clock(), run_id, INTERNAL_ERROR)
        return
    with transactions.write_transaction(engine) as db:
        drafted = runs_store.finish(db, run_id, found, clock())
    if drafted:
        # Only now, because it can take longer than the matching itself, and the pairs can be read meanwhile.
        _store_report(engine, run_id, pool, found)


def build_report(engine: Engine, run_id: str) -> None:
    """Make the report and the advice of a draft that a stopped server left without: about those in it who still wait."""
    with transactions.write_transaction(engine) as db:
        run, found = runs_store.run(db, run_id), runs_store.proposal(db, run_id)
        if run is None or found is None or run.status is not RunStatus.DRAFT:
            return
        pool = _read_pool(db, run, run.made_at)
    pool, found = without_departed(pool, found)
    _store_report(engine, run_id, pool, found)


def _store_report(engine: Engine, run_id: str, pool: Pool, proposal: Proposal) -> None:
    insight = RunReport(report_on(pool, proposal), recruiting_advice(pool, proposal))
    with transactions.write_transaction(engine) as db:
        runs_store.save_run_report(db, run_id, insight)


def _start_queued_run(engine: Engine, now: datetime, run_id: str) -> tuple[Pool, Run] | None:
    with transactions.write_transaction(engine) as db:
        if not runs_store.set_status(db, run_id, RunStatus.RUNNING):
            return None
        run = runs_store.run(db, run_id)
        if run is None:
            return None
        return _read_pool(db, run, now), run


def _read_pool(db: Connection, run: Run, now: datetime) -> Pool:
    """Everyone whom the one who made the run covers, with a log line for each citizen."""
    context = RequestContext(db, Actor(run.made_by, roles=directory_store.roles(db, run.made_by)), now)
    pool, citizen_ids = runs_pool_store.read_pool(
        db,
        local_date(now),
        overrides=runs_store.overrides(db, run.id),
        access_filter=coordinator_filter(context.actor),
    )
    context.authorize_reads(citizen_ids, DataKind.WISHES, Purpose.MATCHING)
    audit_store.add(db, context.access_entries)
    return pool


def _record_failure(engine: Engine, now: datetime, run_id: str, reason: Reason) -> None:
    with transactions.write_transaction(engine) as db:
        runs_store.fail(db, run_id, reason, now)


class _ProgressReporter:
    """Stores how far the run is, whenever the whole percent has changed."""

    def __init__(self, engine: Engine, run_id: str) -> None:
        self._engine = engine
        self._run_id = run_id
        self._told = ("", -1)

    def __call__(self, step: str, fraction: float) -> None:
        percent = min(99, int(fraction * 100))
        if (step, percent) == self._told:
            return
        self._told = (step, percent)
        with transactions.write_transaction(self._engine) as db:
            if not runs_store.set_progress(db, self._run_id, step, percent):
                raise _RunDiscarded


def fail_interrupted(engine: Engine, clock: Clock) -> tuple[str, ...]:
    """Note that runs under way have ended with the process that did them; gives the drafts that it left without a report.

    Called once at start.
    """
    with transactions.write_transaction(engine) as db:
        for run_id in runs_store.active_run_ids(db):
            runs_store.fail(db, run_id, INTERRUPTED, clock())
        return runs_store.drafts_without_report(db)


def runs(context: RequestContext) -> tuple[Run, ...]:
    """The newest 25 runs, newest first. Counts of others' runs are left to coordinators of all areas. Raises NotAllowed."""
    require_coordinator(context)
    everywhere = coordinator_area(context) is None
    return tuple(
        one if everywhere or one.made_by == context.person_id else msgspec.structs.replace(one, totals=None)
        for one in runs_store.newest(context.db)
    )


def run(context: RequestContext, run_id: str) -> Run:
    """One run. Raises NotFound, NotAllowed."""
    require_coordinator(context)
    found = runs_store.run(context.db, run_id)
    if found is None:
        raise NotFound
    return found


def publish(context: RequestContext, run_id: str, excluded_request_ids: Collection[str] = ()) -> int:
    """Make an offer of every pair of a draft but those of the requests in `without`; gives how many.

    The hard rules are asked again of everyone as they are now: raises PoolChanged, and nothing is published, when a
    pair is no longer allowed. Raises RunNotReady, NotFound, NotAllowed.
    """
    require_run_access(context, lock_draft(context, run_id))
    pairs = [pair for pair in _proposal(context, run_id).pairs if pair.request_id not in excluded_request_ids]
    pool_store.lock_guides(context.db, [pair.guide_id for pair in pairs])
    pool_store.lock_requests(context.db, [pair.request_id for pair in pairs])
    today = local_date(context.now)
    pool, _ = runs_pool_store.read_pool(
        context.db,
        today,
        overrides=runs_store.overrides(context.db, run_id),
        access_filter=coordinator_filter(context.actor, Action.CHANGE, DataKind.PAIRING),
    )
    ids = [(pair.request_id, pair.guide_id) for pair in pairs]
    if broken := invalid_pairs(restrict_pool(pool, {id for id, _ in ids}, {id for _, id in ids}), ids):
        raise PoolChanged(broken)
    kept = pool_store.requests(context.db, [request_id for request_id, _ in ids])
    offers = [
        Pairing(
            new_id(), pair.request_id, kept[pair.request_id].citizen_id, pair.guide_id, State.OFFERED,
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


def _proposal(context: RequestContext, run_id: str) -> Proposal:
    found = runs_store.proposal(context.db, run_id)
    if found is None:
        raise RunNotReady(RunStatus.QUEUED)
    return found


def discard(context: RequestContext, run_id: str) -> None:
    """Throw a run away, also one that is still running. Raises RunNotReady, NotFound, NotAllowed."""
    found = run(context, run_id)
    require_run_access(context, found)
    if not runs_store.set_status(context.db, run_id, RunStatus.DISCARDED):
        if found.status is RunStatus.DISCARDED:
            return
        raise RunNotReady(found.status)
    record_change(context, "guides:run:discard", run_id, {"status": [found.status, RunStatus.DISCARDED]})


def lock_draft(context: RequestContext, run_id: str) -> Run:
    """The run, which must be a draft, kept from others until the transaction ends."""
    require_coordinator(context)
    found = runs_store.run(context.db, run_id, lock=True)
    if found is None:
        raise NotFound
    if found.status is not RunStatus.DRAFT:
        raise RunNotReady(found.status)
    return found


def require_coordinator(context: RequestContext) -> None:
    """Raises NotAllowed for anyone but a coordinator."""
    if not context.actor.has_role(Role.COORDINATOR):
        raise NotAllowed("coordinators only")
