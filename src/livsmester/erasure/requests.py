"""Answering somebody who asks to be erased (GDPR art. 17): weighing what is held about them, and doing what was decided."""

from collections.abc import Collection, Iterator
from itertools import chain
from pathlib import Path

import msgspec

from budgets import erasure as budgets_erasure
from foundation.clock import local_date
from foundation.db.actor import as_system
from guides import erasure as guides_erasure
from livsmester.erasure.service import take_away
from people.access.model import DataKind, Purpose, Role
from people.directory import store as directory_store
from people.directory.service import whom
from people.emergency_access import store as emergency_access_store
from people.erasure import decision_store
from people.erasure import store as erasure_store
from people.erasure.errors import CantErase, NoReason
from people.erasure.model import Answer, Obstacle, Piece, Weighed, holds_staff_role, records, split, weigh
from people.errors import NotAllowed, NotFound
from people.retention import hold_store
from people.retention.model import Retention
from people.web.context import Visit, record
from plans import erasure as plans_erasure

ANSWERS_SHOWN = 20
_COUNTED = (DataKind.IDENTITY, DataKind.WISHES, DataKind.PAIRING, DataKind.GOALS, DataKind.MONEY)


def asked_by(visit: Visit, called: str) -> str:
    """The id of the person who asks, whom an administrator names. Raises NobodyCalled, NotAllowed."""
    _administers(visit)
    with as_system(visit.db):
        return whom(visit.db, called)


def weighed(visit: Visit, person_id: str, retention: Retention) -> Weighed:
    """What is held about them, as counts, and what stands in the way; the look is logged. Raises NotFound, NotAllowed."""
    _administers(visit)
    with as_system(visit.db):
        found = weigh_now(visit, person_id, retention)
    for kind in _COUNTED:
        visit.note(Role.ADMINISTRATOR, person_id, kind, Purpose.ERASURE)
    return found


def weigh_now(visit: Visit, person_id: str, retention: Retention) -> Weighed:
    """The same for the system itself, such as the command line. Raises NotFound."""
    db, today = visit.db, local_date(visit.now)
    held = hold_store.held(db, today)
    if directory_store.person(db, person_id) is None:
        raise NotFound
    return weigh(
        person_id,
        chain(guides_erasure.matters(db), budgets_erasure.matters(db)),
        {
            Piece.GUIDING: guides_erasure.count_guiding(db, person_id),
            Piece.GOALS: plans_erasure.count_goals(db, person_id)
            + budgets_erasure.count_stories(db, person_id),
            Piece.CONTACT: erasure_store.count_contact(db, person_id),
        },
        erasure_store.erased(db),
        held,
        _obstacles(visit, person_id, held),
        retention,
        today,
    )


def _obstacles(visit: Visit, person_id: str, held: frozenset[str]) -> Iterator[Obstacle]:
    db = visit.db
    if visit.actor.person_id == person_id:
        yield Obstacle.SELF
    if holds_staff_role(directory_store.roles(db, person_id)):
        yield Obstacle.STAFF
    if guides_erasure.share_a_run(db, {person_id}, held):
        yield Obstacle.HOLD
    if guides_erasure.matching_runs(db):
        yield Obstacle.MATCHING
    if any(one.reviewed_at is None for one in emergency_access_store.of_citizen(db, person_id)):
        yield Obstacle.EMERGENCY


def answer(
    visit: Visit,
    answer_id: str,
    person_id: str,
    keep: Collection[Piece],
    why: str,
    retention: Retention,
    erasure_list: Path,
) -> None:
    """Answer as an administrator: what isn't in `keep` goes now. The same answer again changes nothing.

    Raises CantErase, NoReason when something is kept and `why` is empty, NotFound, NotAllowed, BadList.
    """
    _administers(visit)
    with as_system(visit.db):
        if decision_store.answer(visit.db, answer_id) is None:
            answer_now(visit, answer_id, person_id, keep, why, retention, erasure_list)


def answer_now(
    visit: Visit,
    answer_id: str,
    person_id: str,
    keep: Collection[Piece],
    why: str,
    retention: Retention,
    erasure_list: Path,
) -> Answer:
    """The same for the system itself; gives the answer. Raises CantErase, NoReason, NotFound, BadList."""
    erasure_store.lock(visit.db, {person_id})
    found = weigh_now(visit, person_id, retention)
    if found.obstacles:
        raise CantErase(found.obstacles)
    gone, kept = split(found, keep)
    made = Answer(answer_id, person_id, visit.now, visit.actor.person_id, gone, kept, found.money_until, why)
    if made.kept_by_choice and not why:
        raise NoReason
    if not made.kept_by_choice:
        made = msgspec.structs.replace(made, why="")
    decision_store.add(visit.db, made)
    record(visit, "livsmester:erasure:answer", person_id, {"gone": ",".join(gone), "kept": ",".join(kept)})
    take_away(visit, records(found, gone), erasure_list)
    return made


def answers(visit: Visit) -> tuple[Answer, ...]:
    """The newest answers. Raises NotAllowed."""
    _administers(visit)
    with as_system(visit.db):
        return decision_store.newest(visit.db, ANSWERS_SHOWN)


def one_answer(visit: Visit, answer_id: str) -> Answer:
    """One answer. Raises NotFound, NotAllowed."""
    _administers(visit)
    with as_system(visit.db):
        found = decision_store.answer(visit.db, answer_id)
    if found is None:
        raise NotFound
    visit.note(Role.ADMINISTRATOR, found.person_id, DataKind.IDENTITY, Purpose.ERASURE)
    return found


def _administers(visit: Visit) -> None:
    if not visit.actor.has(Role.ADMINISTRATOR):
        raise NotAllowed("administrators only")
