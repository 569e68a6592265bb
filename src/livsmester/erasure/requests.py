"""Requests for erasure (GDPR art. 17): assess a person's data, decide, and execute the decision."""

from collections.abc import Collection, Iterator
from itertools import chain
from pathlib import Path

import msgspec

from budgets import erasure as budgets_erasure
from foundation.clock import local_date
from foundation.db.actor import bypass_row_security
from guides import erasure as guides_erasure
from livsmester.erasure.service import erase
from people.access.model import DataKind, Purpose, Role
from people.directory import store as directory_store
from people.directory.service import identify_person
from people.emergency_access import store as emergency_access_store
from people.erasure import decision_store
from people.erasure import store as erasure_store
from people.erasure.errors import ErasureBlocked, ReasonRequired
from people.erasure.model import (
    Assessment,
    Blocker,
    DataCategory,
    ErasureDecision,
    assess,
    erasure_targets,
    holds_staff_role,
    partition,
)
from people.errors import NotAllowed, NotFound
from people.retention import hold_store
from people.retention.model import Retention
from people.web.context import RequestContext, record_change
from plans import erasure as plans_erasure

DECISIONS_SHOWN = 20
# The assessment counts records of all these kinds, and the citizen reads in the log who has looked.
_LOGGED_KINDS = (DataKind.IDENTITY, DataKind.WISHES, DataKind.PAIRING, DataKind.GOALS, DataKind.MONEY)


def find_requester(context: RequestContext, identifier: str) -> str:
    """The id of the person whom an id, a full name or a CPR number identifies. Raises PersonNotIdentified, NotAllowed."""
    _require_administrator(context)
    with bypass_row_security(context.db):
        return identify_person(context.db, identifier)


def assess_person(context: RequestContext, person_id: str, retention: Retention) -> Assessment:
    """Counts of the person's data by category, and what blocks erasure. Records the read. Raises NotFound, NotAllowed."""
    _require_administrator(context)
    with bypass_row_security(context.db):
        assessment = assess_person_as_system(context, person_id, retention)
    for kind in _LOGGED_KINDS:
        context.record_access(Role.ADMINISTRATOR, person_id, kind, Purpose.ERASURE)
    return assessment


def assess_person_as_system(context: RequestContext, person_id: str, retention: Retention) -> Assessment:
    """The assessment without authorisation or logging, for the command line. Raises NotFound."""
    db, today = context.db, local_date(context.now)
    held_ids = hold_store.held_person_ids(db, today)
    if directory_store.person(db, person_id) is None:
        raise NotFound
    return assess(
        person_id,
        chain(guides_erasure.ended_records(db), budgets_erasure.ended_records(db)),
        {
            DataCategory.GUIDING: guides_erasure.count_guide_data(db, person_id),
            DataCategory.GOALS: plans_erasure.count_goals(db, person_id)
            + budgets_erasure.count_request_details(db, person_id),
            DataCategory.CONTACT: erasure_store.count_contact(db, person_id),
        },
        erasure_store.erased_ids(db),
        held_ids,
        _blockers(context, person_id, held_ids),
        retention,
        today,
    )


def _blockers(context: RequestContext, person_id: str, held_person_ids: frozenset[str]) -> Iterator[Blocker]:
    db = context.db
    # Nobody decides their own request.
    if context.actor.person_id == person_id:
        yield Blocker.SELF
    # The citizens' log must still say who of the staff has looked.
    if holds_staff_role(directory_store.roles(db, person_id)):
        yield Blocker.STAFF
    # A run is deleted whole, so a hold on anybody else in it protects it too.
    if guides_erasure.share_a_run(db, {person_id}, held_person_ids):
        yield Blocker.HOLD
    # A run in progress may have read about anybody, and only finished runs can be deleted.
    if guides_erasure.is_matching_active(db):
        yield Blocker.MATCHING
    if any(emergency.reviewed_at is None for emergency in emergency_access_store.of_citizen(db, person_id)):
        yield Blocker.EMERGENCY


def decide(
    context: RequestContext,
    decision_id: str,
    person_id: str,
    keep_by_choice: Collection[DataCategory],
    why: str,
    retention: Retention,
    erasure_list: Path,
) -> None:
    """Decide as an administrator and erase at once what is not in `keep_by_choice`.

    Idempotent by `decision_id`. Raises ErasureBlocked, ReasonRequired when something is kept by choice and `why` is
    empty, NotFound, NotAllowed, InvalidTombstoneFile.
    """
    _require_administrator(context)
    with bypass_row_security(context.db):
        # A form that is sent twice must not decide, or write to the logs, a second time.
        if decision_store.find_decision(context.db, decision_id) is None:
            decide_as_system(context, decision_id, person_id, keep_by_choice, why, retention, erasure_list)


def decide_as_system(
    context: RequestContext,
    decision_id: str,
    person_id: str,
    keep_by_choice: Collection[DataCategory],
    why: str,
    retention: Retention,
    erasure_list: Path,
) -> ErasureDecision:
    """Decide without authorisation, for the command line; returns the decision.

    Raises ErasureBlocked, ReasonRequired, NotFound, InvalidTombstoneFile.
    """
    # Locked before the assessment: otherwise a new request or grant could be opened between the two.
    erasure_store.lock_people(context.db, {person_id})
    assessment = assess_person_as_system(context, person_id, retention)
    if assessment.blockers:
        raise ErasureBlocked(assessment.blockers)
    erased, kept = partition(assessment, keep_by_choice)
    decision = ErasureDecision(
        decision_id,
        person_id,
        context.now,
        context.actor.person_id,
        erased,
        kept,
        assessment.money_until,
        why,
    )
    # A municipality must tell the person why something is kept beyond what the law requires.
    if decision.kept_by_discretion and not why:
        raise ReasonRequired
    if not decision.kept_by_discretion:
        decision = msgspec.structs.replace(decision, why="")
    # Stored as codes: a municipality must be able to show what it answered (GDPR art. 5(2)).
    decision_store.add(context.db, decision)
    record_change(
        context, "livsmester:erasure:answer", person_id, {"gone": ",".join(erased), "kept": ",".join(kept)}
    )
    erase(context, erasure_targets(assessment, erased), erasure_list)
    return decision


def recent_decisions(context: RequestContext) -> tuple[ErasureDecision, ...]:
    """The newest decisions. Raises NotAllowed."""
    _require_administrator(context)
    with bypass_row_security(context.db):
        return decision_store.newest(context.db, DECISIONS_SHOWN)


def get_decision(context: RequestContext, decision_id: str) -> ErasureDecision:
    """The decision with that id; records the read. Raises NotFound, NotAllowed."""
    _require_administrator(context)
    with bypass_row_security(context.db):
        decision = decision_store.find_decision(context.db, decision_id)
    if decision is None:
        raise NotFound
    context.record_access(Role.ADMINISTRATOR, decision.person_id, DataKind.IDENTITY, Purpose.ERASURE)
    return decision


def _require_administrator(context: RequestContext) -> None:
    if not context.actor.has_role(Role.ADMINISTRATOR):
        raise NotAllowed("administrators only")
