"""What a coordinator does with offers and pairings.

find(visit, states, page) -> (pairings, count); history(visit, pairing_id) -> History
answer / extend / lapse / withdraw                  an offer
plan_meeting(at, place) / meeting_held              the match meeting
check_in / end(reason)                              a pairing that runs
find_guides / find_requests / guide / request / set_papers   the people behind them
"""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from foundation.clock import local_date
from guides.access import coordinator_area
from guides.errors import DeadlineNotPassed
from guides.lifecycle import ActorRole, EndReason, State, Transition, answer_deadline, is_overdue
from guides.pairings import store, transitions
from guides.pairings.model import Contact, Pairing, PairingEvent
from people.access.model import DataKind, Purpose
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotFound
from people.web.context import RequestContext

PAGE_LENGTH = 25


class History(msgspec.Struct, frozen=True):
    """A pairing with all that is known of it; people by id."""

    pairing: Pairing
    events: tuple[PairingEvent, ...]
    contacts: tuple[Contact, ...]
    people: dict[str, Person]


def find(
    context: RequestContext, states: Sequence[State], page: int
) -> tuple[tuple[Pairing, ...], int, dict[str, Person]]:
    """Offers and pairings in those states that the coordinator may see, those that stand longest first.

    One page (from 1), the count of all, and the people in it by id.
    """
    found, count = store.find(
        context.db, states, coordinator_area(context), limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH
    )
    context.authorize_reads((pairing.citizen_id for pairing in found), DataKind.PAIRING, Purpose.FOLLOW_UP)
    return found, count, _people(context, found)


def history(context: RequestContext, pairing_id: str) -> History:
    """One pairing with everything that happened. Raises NotFound, NotAllowed."""
    pairing = store.pairing(context.db, pairing_id)
    if pairing is None:
        raise NotFound
    context.authorize_read(pairing.citizen_id, DataKind.PAIRING, Purpose.FOLLOW_UP)
    return History(
        pairing,
        store.events(context.db, pairing_id),
        store.contacts(context.db, pairing_id),
        _people(context, [pairing]),
    )


def _people(context: RequestContext, pairings: Sequence[Pairing]) -> dict[str, Person]:
    return directory_store.people(
        context.db, sorted({id for one in pairings for id in (one.citizen_id, one.guide_id)})
    )


def answer(context: RequestContext, pairing_id: str, text: str) -> None:
    """Answer a guide's question; the deadline starts anew. Raises NotFound, NotAllowed, IllegalTransition."""
    _apply(context, pairing_id, Transition.COORDINATOR_ANSWERS, answer=text, answer_by=_new_deadline(context))


def extend(context: RequestContext, pairing_id: str) -> None:
    """Give the guide as long again to answer. Raises NotFound, NotAllowed, IllegalTransition."""
    _apply(context, pairing_id, Transition.COORDINATOR_EXTENDS, answer_by=_new_deadline(context))


def lapse(context: RequestContext, pairing_id: str) -> None:
    """Close an offer whose deadline has passed. Raises DeadlineNotPassed, NotFound, NotAllowed, IllegalTransition."""
    found = transitions.find_for_update(context, pairing_id, ActorRole.COORDINATOR)
    if found.state is State.OFFERED and not is_overdue(found.state, found.answer_by, local_date(context.now)):
        raise DeadlineNotPassed
    _apply(context, pairing_id, Transition.DEADLINE_PASSES)


def withdraw(context: RequestContext, pairing_id: str) -> None:
    """Take an offer back before it runs. Raises NotFound, NotAllowed, IllegalTransition."""
    _apply(context, pairing_id, Transition.COORDINATOR_WITHDRAWS)


def plan_meeting(context: RequestContext, pairing_id: str, at: datetime, place: str) -> None:
    """Set when and where the two meet; `place` is never a home address. Raises NotFound, NotAllowed, IllegalTransition."""
    _apply(context, pairing_id, Transition.MEETING_PLANNED, meeting_at=at, meeting_place=place)


def meeting_held(context: RequestContext, pairing_id: str) -> None:
    """Note that the match meeting was held; now each says yes or no. Raises NotFound, NotAllowed, IllegalTransition."""
    _apply(context, pairing_id, Transition.MEETING_HELD)


def check_in(context: RequestContext, pairing_id: str) -> None:
    """Note that the coordinator has talked with both. Raises NotFound, NotAllowed, IllegalTransition."""
    _apply(context, pairing_id, Transition.CHECKED_IN)


def end(context: RequestContext, pairing_id: str, reason: EndReason) -> None:
    """End a pairing that runs. Raises NotFound, NotAllowed, IllegalTransition."""
    transitions.end(context, pairing_id, ActorRole.COORDINATOR, reason)


def _apply(context: RequestContext, pairing_id: str, transition: Transition, **values: object) -> None:
    transitions.apply_transition(context, pairing_id, transition, ActorRole.COORDINATOR, **values)


def _new_deadline(context: RequestContext) -> date:
    return answer_deadline(local_date(context.now))
