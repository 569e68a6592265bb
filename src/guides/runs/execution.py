"""The background job that executes a queued run, with transactions of its own."""

from datetime import datetime

import structlog
from sqlalchemy import Connection, Engine

from foundation.clock import Clock, local_date
from foundation.db import transactions
from foundation.i18n import N_
from guides.access import coordinator_filter
from guides.lifecycle import RunStatus
from guides.matching import (
    MatchingError,
    Proposal,
    Reason,
    propose,
    read_policy,
    recruiting_advice,
    report_on,
)
from guides.matching.model import Pool
from guides.runs import pool_store as runs_pool_store
from guides.runs import store as runs_store
from guides.runs.model import Run, RunReport
from guides.runs.validation import without_departed
from people.access.model import Actor, DataKind, Purpose
from people.audit import store as audit_store
from people.directory import store as directory_store
from people.web.context import RequestContext

INTERRUPTED = Reason("interrupted", N_("The system was restarted while the matching ran. Run it again."))
INTERNAL_ERROR = Reason("broken", N_("Something went wrong in the matching. Nothing was changed. Try again."))

_log = structlog.get_logger()


class _RunDiscarded(Exception):
    """The run was discarded while it was running."""


def execute_run(engine: Engine, clock: Clock, run_id: str) -> None:
    """Execute a queued run: read the pool, find the best pairs, store them as a draft; a failure is stored too.

    Does nothing for a run that is not queued, and stores nothing for a run that is discarded meanwhile.
    """
    try:
        started = _start_queued_run(engine, clock(), run_id)
        if started is None:
            return
        pool, run = started
        proposal = propose(
            pool, read_policy(run.policy), seed=run.seed, progress=_ProgressReporter(engine, run_id)
        )
    except _RunDiscarded:
        return
    except MatchingError as error:
        _record_failure(engine, clock(), run_id, error.reason)
        return
    except Exception:
        _log.exception("matching failed", run=run_id)
        _record_failure(engine, clock(), run_id, INTERNAL_ERROR)
        return
    with transactions.write_transaction(engine) as db:
        finished = runs_store.finish(db, run_id, proposal, clock())
    if finished:
        # After the draft: the report can take longer than the matching, and the pairs can be read meanwhile.
        _store_report(engine, run_id, pool, proposal)


def build_report(engine: Engine, run_id: str) -> None:
    """Build the report and the advice that a stopped server did not; covers those in the draft who still wait."""
    with transactions.write_transaction(engine) as db:
        run_and_proposal = runs_store.run_with_proposal(db, run_id)
        if run_and_proposal is None:
            return
        run, proposal = run_and_proposal
        if proposal is None or run.status is not RunStatus.DRAFT:
            return
        pool = _read_pool(db, run, run.made_at)
    pool, proposal = without_departed(pool, proposal)
    _store_report(engine, run_id, pool, proposal)


def _store_report(engine: Engine, run_id: str, pool: Pool, proposal: Proposal) -> None:
    report = RunReport(report_on(pool, proposal), recruiting_advice(pool, proposal))
    with transactions.write_transaction(engine) as db:
        runs_store.save_run_report(db, run_id, report)


def _start_queued_run(engine: Engine, now: datetime, run_id: str) -> tuple[Pool, Run] | None:
    with transactions.write_transaction(engine) as db:
        if not runs_store.set_status(db, run_id, RunStatus.RUNNING):
            return None
        run = runs_store.run(db, run_id)
        if run is None:
            return None
        return _read_pool(db, run, now), run


def _read_pool(db: Connection, run: Run, now: datetime) -> Pool:
    """The pool that the coordinator who started the run covers; logs the read of each citizen."""
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
    """Stores the progress of a run when its step changes or it passes another ten percent."""

    def __init__(self, engine: Engine, run_id: str) -> None:
        self._engine = engine
        self._run_id = run_id
        self._last_reported = ("", -1)

    def __call__(self, step: str, fraction: float) -> None:
        percent = min(99, int(fraction * 100))
        reported = (step, percent // 10)
        if reported == self._last_reported:
            return
        self._last_reported = reported
        with transactions.write_transaction(self._engine) as db:
            if not runs_store.set_progress(db, self._run_id, step, percent):
                raise _RunDiscarded


def fail_interrupted(engine: Engine, clock: Clock) -> tuple[str, ...]:
    """Fail the runs that a stopped server left queued or running; returns the ids of drafts without a report.

    Called once at start.
    """
    with transactions.write_transaction(engine) as db:
        for run_id in runs_store.active_run_ids(db):
            runs_store.fail(db, run_id, INTERRUPTED, clock())
        return runs_store.drafts_without_report(db)
