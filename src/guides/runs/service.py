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
from guides.access import area_of, covers, log_many
from guides.errors import PoolChanged, RunNotReady
from guides.lifecycle import RunStatus, State, answer_by
from guides.matching import (
    MatchingFault,
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
from guides.runs.access import must_cover_run
from guides.runs.model import Insight, Ruling, Run
from guides.runs.validation import broken_pairs, only, still_there
from people.access.model import Actor, DataKind, Purpose, RelationKind, Role
from people.access.policy import Verb
from people.audit import store as audit_store
from people.directory import store as directory_store
from people.directory.service import relate
from people.errors import NotAllowed, NotFound
from people.web.context import Visit, record

INTERRUPTED = Reason("interrupted", N_("The system was restarted while the matching ran. Run it again."))
BROKEN = Reason("broken", N_("Something went wrong in the matching. Nothing was changed. Try again."))

_log = structlog.get_logger()


class _Stopped(Exception):
    """Somebody discarded the run while it was running."""


def start_run(visit: Visit, policy_text: str = "", seed: int | None = None, run_id: str = "") -> str:
    """Queue a run over everyone who waits now; gives its id. Empty policy text: the standard one.

    `run_id` is a fresh id that the run gets, so that whoever asks twice with the same one starts one run.

    Raises PolicyFault for a policy that cannot be read, NotAllowed.
    """
    coordinates(visit)
    policy = read_policy(policy_text) if policy_text.strip() else Policy()
    return _add(visit, write_policy(policy), secrets.randbits(32) if seed is None else seed, (), None, run_id)


def run_again(visit: Visit, run_id: str) -> str:
    """Queue a run with the same policy and seed and the rulings that were made since; gives the new run's id.

    The old draft is discarded and stays readable. Raises NotFound, NotAllowed, RunNotReady.
    """
    old = draft(visit, run_id)
    must_cover_run(visit, old)
    runs_store.set_status(visit.db, run_id, RunStatus.DISCARDED)
    return _add(visit, old.policy, old.seed, runs_store.rulings(visit.db, run_id), run_id)


def _add(
    visit: Visit, policy: str, seed: int, rulings: Collection[Ruling], follows: str | None, run_id: str = ""
) -> str:
    if run_id and runs_store.run(visit.db, run_id) is not None:
        return run_id
    run = Run(
        run_id or new_id(), RunStatus.QUEUED, 0, "", seed, policy, None, None, follows, visit.person_id, visit.now, None, None
    )  # fmt: skip
    runs_store.add(visit.db, run, rulings)
    record(visit, "guides:run:start", run.id, {"seed": seed})
    return run.id


def perform_run(engine: Engine, clock: Clock, run_id: str) -> None:
    """Do a queued run: read the people, find the best pairs, store them as a draft. Notes its own failure.

    Ends quietly when the run was discarded meanwhile or is not queued.
    """
    try:
        begun = _begin(engine, clock(), run_id)
        if begun is None:
            return
        pool, run = begun
        found = propose(pool, read_policy(run.policy), seed=run.seed, progress=_Teller(engine, run_id))
    except _Stopped:
        return
    except MatchingFault as fault:
        _fail(engine, clock(), run_id, fault.reason)
        return
    except Exception:
        _log.exception("matching failed", run=run_id)
        _fail(engine, clock(), run_id, BROKEN)
        return
    with transactions.writing(engine) as db:
        drafted = runs_store.finish(db, run_id, found, clock())
    if drafted:
        # Only now, because it can take longer than the matching itself, and the pairs can be read meanwhile.
        _add_insight(engine, run_id, pool, found)


def perform_insight(engine: Engine, run_id: str) -> None:
    """Make the report and the advice of a draft that a stopped server left without: about those in it who still wait."""
    with transactions.writing(engine) as db:
        run, found = runs_store.run(db, run_id), runs_store.proposal(db, run_id)
        if run is None or found is None or run.status is not RunStatus.DRAFT:
            return
        pool = _read_pool(db, run, run.made_at)
    pool, found = still_there(pool, found)
    _add_insight(engine, run_id, pool, found)


def _add_insight(engine: Engine, run_id: str, pool: Pool, found: Proposal) -> None:
    insight = Insight(report_on(pool, found), recruiting_advice(pool, found))
    with transactions.writing(engine) as db:
        runs_store.put_insight(db, run_id, insight)


def _begin(engine: Engine, now: datetime, run_id: str) -> tuple[Pool, Run] | None:
    with transactions.writing(engine) as db:
        if not runs_store.set_status(db, run_id, RunStatus.RUNNING):
            return None
        run = runs_store.run(db, run_id)
        if run is None:
            return None
        return _read_pool(db, run, now), run


def _read_pool(db: Connection, run: Run, now: datetime) -> Pool:
    """Everyone whom the one who made the run covers, with a log line for each citizen."""
    visit = Visit(db, Actor(run.made_by, roles=directory_store.roles(db, run.made_by)), now)
    pool, citizen_ids = runs_pool_store.read_pool(
        db, local_date(now), rulings=runs_store.rulings(db, run.id), admits=covers(visit.actor)
    )
    log_many(visit, citizen_ids, DataKind.WISHES, Purpose.MATCHING)
    audit_store.add(db, visit.lines)
    return pool


def _fail(engine: Engine, now: datetime, run_id: str, reason: Reason) -> None:
    with transactions.writing(engine) as db:
        runs_store.fail(db, run_id, reason, now)


class _Teller:
    """Stores how far the run is, whenever the whole percent has changed."""

    def __init__(self, engine: Engine, run_id: str) -> None:
        self._engine = engine
        self._run_id = run_id
        self._told = ("", -1)

    def __call__(self, step: str, part: float) -> None:
        percent = min(99, int(part * 100))
        if (step, percent) == self._told:
            return
        self._told = (step, percent)
        with transactions.writing(self._engine) as db:
            if not runs_store.set_progress(db, self._run_id, step, percent):
                raise _Stopped


def fail_interrupted(engine: Engine, clock: Clock) -> tuple[str, ...]:
    """Note that runs under way have ended with the process that did them; gives the drafts that it left without a report.

    Called once at start.
    """
    with transactions.writing(engine) as db:
        for run_id in runs_store.under_way(db):
            runs_store.fail(db, run_id, INTERRUPTED, clock())
        return runs_store.without_insight(db)


def runs(visit: Visit) -> tuple[Run, ...]:
    """The newest 25 runs, newest first. Counts of others' runs are left to coordinators of all areas. Raises NotAllowed."""
    coordinates(visit)
    everywhere = area_of(visit) is None
    return tuple(
        one if everywhere or one.made_by == visit.person_id else msgspec.structs.replace(one, totals=None)
        for one in runs_store.newest(visit.db)
    )


def run(visit: Visit, run_id: str) -> Run:
    """One run. Raises NotFound, NotAllowed."""
    coordinates(visit)
    found = runs_store.run(visit.db, run_id)
    if found is None:
        raise NotFound
    return found


def publish(visit: Visit, run_id: str, without: Collection[str] = ()) -> int:
    """Make an offer of every pair of a draft but those of the requests in `without`; gives how many.

    The hard rules are asked again of everyone as they are now: raises PoolChanged, and nothing is published, when a
    pair is no longer allowed. Raises RunNotReady, NotFound, NotAllowed.
    """
    must_cover_run(visit, draft(visit, run_id))
    pairs = [pair for pair in _found(visit, run_id).pairs if pair.request_id not in without]
    pool_store.lock_guides(visit.db, [pair.guide_id for pair in pairs])
    pool_store.lock_requests(visit.db, [pair.request_id for pair in pairs])
    today = local_date(visit.now)
    pool, _ = runs_pool_store.read_pool(
        visit.db,
        today,
        rulings=runs_store.rulings(visit.db, run_id),
        admits=covers(visit.actor, Verb.CHANGE, DataKind.PAIRING),
    )
    ids = [(pair.request_id, pair.guide_id) for pair in pairs]
    if broken := broken_pairs(only(pool, {id for id, _ in ids}, {id for _, id in ids}), ids):
        raise PoolChanged(broken)
    kept = pool_store.requests(visit.db, [request_id for request_id, _ in ids])
    offers = [
        Pairing(
            new_id(), pair.request_id, kept[pair.request_id].citizen_id, pair.guide_id, State.OFFERED,
            answer_by(today), pair.reasons_citizen, pair.reasons_guide, "", "", None, "", visit.now, visit.now,
            run_id=run_id,
        )
        for pair in pairs
    ]  # fmt: skip
    pairings_store.add_offers(visit.db, offers)
    for offer in offers:
        relate(visit, RelationKind.OFFERED_GUIDE, offer.guide_id, offer.citizen_id)
    runs_store.set_status(visit.db, run_id, RunStatus.PUBLISHED, published_at=visit.now)
    status = [RunStatus.DRAFT, RunStatus.PUBLISHED]
    record(visit, "guides:run:publish", run_id, {"offers": len(offers), "status": status})
    return len(offers)


def _found(visit: Visit, run_id: str) -> Proposal:
    found = runs_store.proposal(visit.db, run_id)
    if found is None:
        raise RunNotReady(RunStatus.QUEUED)
    return found


def discard(visit: Visit, run_id: str) -> None:
    """Throw a run away, also one that is still running. Raises RunNotReady, NotFound, NotAllowed."""
    found = run(visit, run_id)
    must_cover_run(visit, found)
    if not runs_store.set_status(visit.db, run_id, RunStatus.DISCARDED):
        if found.status is RunStatus.DISCARDED:
            return
        raise RunNotReady(found.status)
    record(visit, "guides:run:discard", run_id, {"status": [found.status, RunStatus.DISCARDED]})


def draft(visit: Visit, run_id: str) -> Run:
    """The run, which must be a draft, kept from others until the transaction ends."""
    coordinates(visit)
    found = runs_store.run(visit.db, run_id, lock=True)
    if found is None:
        raise NotFound
    if found.status is not RunStatus.DRAFT:
        raise RunNotReady(found.status)
    return found


def coordinates(visit: Visit) -> None:
    """Raises NotAllowed for anyone but a coordinator."""
    if not visit.actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinators only")
