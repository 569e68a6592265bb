"""Use cases of a coordinator with offers and pairings."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from foundation.clock import local_date
from guides.access import coordinator_area
from guides.errors import DeadlineNotPassed, IllegalTransition
from guides.lifecycle import (
    ActorRole,
    EndReason,
    State,
    Transition,
    allowed_transitions,
    answer_deadline,
    is_overdue,
)
from guides.pairings import store, transitions
from guides.pairings.model import Contact, Pairing, PairingEvent
from guides.pool import exclusions
from people.access.model import DataKind, Purpose
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotFound
from people.web.context import RequestContext

PAGE_LENGTH = 25


class History(msgspec.Struct, frozen=True):
    """A pairing with everything that is recorded about it; people by id."""

    pairing: Pairing
    events: tuple[PairingEvent, ...]
    contacts: tuple[Contact, ...]
    people: dict[str, Person]
    is_excluded: bool  # the two are never to be suggested for each other again


def find(
    context: RequestContext, states: Sequence[State], page: int
) -> tuple[tuple[Pairing, ...], int, dict[str, Person]]:
    """Returns one page (from 1) of the pairings in these states, the count of all, and the people by id.

    Only those that the coordinator may see, longest in their state first.
    """
    pairings, count = store.find(
        context.db, states, coordinator_area(context), limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH
    )
    context.authorize_reads((pairing.citizen_id for pairing in pairings), DataKind.PAIRING, Purpose.FOLLOW_UP)
    return pairings, count, _people(context, pairings)


def history(context: RequestContext, pairing_id: str) -> History:
    """Returns one pairing with everything that is recorded about it. Raises NotFound, NotAllowed."""
    pairing = store.pairing(context.db, pairing_id)
    if pairing is None:
        raise NotFound
    context.authorize_read(pairing.citizen_id, DataKind.PAIRING, Purpose.FOLLOW_UP)
    return History(
        pairing,
        store.events(context.db, pairing_id),
        store.contacts(context.db, pairing_id),
        _people(context, [pairing]),
        pairing.guide_id in exclusions.excluded_guide_ids(context, pairing.citizen_id),
    )


def _people(context: RequestContext, pairings: Sequence[Pairing]) -> dict[str, Person]:
    ids = {id for pairing in pairings for id in (pairing.citizen_id, pairing.guide_id)}
    return directory_store.people(context.db, sorted(ids))


def is_repeated_submission(
    context: RequestContext, pairing_id: str, transition: Transition, seen_count: str
) -> bool:
    """Whether this form has been carried out already; `seen_count` is the number of events on its page.

    The transition table refuses a second submission of a transition to another state. One that stays in its
    state (a new deadline, a check-in) would be recorded twice without this check. Raises IllegalTransition
    when somebody else has changed the pairing since the page was shown, NotFound, NotAllowed.
    """
    if not seen_count.isdecimal():  # only the forms of transitions that stay in their state post it
        return False
    pairing = transitions.find_for_update(context, pairing_id, ActorRole.COORDINATOR)
    events = store.events(context.db, pairing_id)
    if seen_count == str(len(events)):
        return False
    last = events[-1] if events else None
    if last is not None and last.move is transition and last.made_by == context.person_id:
        return True
    if transition in allowed_transitions(pairing.state, ActorRole.COORDINATOR):
        raise IllegalTransition(pairing.state, transition, ActorRole.COORDINATOR)
    return False


def answer(context: RequestContext, pairing_id: str, text: str) -> None:
    """Answers a guide's question and renews the deadline. Raises NotFound, NotAllowed, IllegalTransition."""
    _apply(context, pairing_id, Transition.COORDINATOR_ANSWERS, answer=text, answer_by=_new_deadline(context))


def extend(context: RequestContext, pairing_id: str) -> None:
    """Renews the guide's deadline for an answer. Raises NotFound, NotAllowed, IllegalTransition."""
    _apply(context, pairing_id, Transition.COORDINATOR_EXTENDS, answer_by=_new_deadline(context))


def lapse(context: RequestContext, pairing_id: str) -> None:
    """Closes an offer whose deadline has passed.

    Raises DeadlineNotPassed, NotFound, NotAllowed, IllegalTransition.
    """
    pairing = transitions.find_for_update(context, pairing_id, ActorRole.COORDINATOR)
    today = local_date(context.now)
    if pairing.state is State.OFFERED and not is_overdue(pairing.state, pairing.answer_by, today):
        raise DeadlineNotPassed
    transitions.apply_to_locked(context, pairing, Transition.DEADLINE_PASSES, ActorRole.COORDINATOR)


def withdraw(context: RequestContext, pairing_id: str) -> None:
    """Withdraws an offer before it runs. Raises NotFound, NotAllowed, IllegalTransition."""
    _apply(context, pairing_id, Transition.COORDINATOR_WITHDRAWS)


def plan_meeting(context: RequestContext, pairing_id: str, at: datetime, place: str) -> None:
    """Sets when and where the match meeting is; `place` is never a home address.

    Raises NotFound, NotAllowed, IllegalTransition.
    """
    _apply(context, pairing_id, Transition.MEETING_PLANNED, meeting_at=at, meeting_place=place)


def meeting_held(context: RequestContext, pairing_id: str) -> None:
    """Records that the match meeting was held; citizen and guide can now confirm or decline.

    Raises NotFound, NotAllowed, IllegalTransition.
    """
    _apply(context, pairing_id, Transition.MEETING_HELD)


def check_in(context: RequestContext, pairing_id: str) -> None:
    """Records that the coordinator has talked with both. Raises NotFound, NotAllowed, IllegalTransition."""
    _apply(context, pairing_id, Transition.CHECKED_IN)


def end(context: RequestContext, pairing_id: str, reason: EndReason) -> None:
    """Ends a running pairing. Raises NotFound, NotAllowed, IllegalTransition."""
    transitions.end(context, pairing_id, ActorRole.COORDINATOR, reason)


def exclude(context: RequestContext, pairing_id: str) -> None:
    """Keeps these two from being suggested for each other again; ends nothing.

    Raises NotFound, NotAllowed.
    """
    pairing = transitions.find_for_update(context, pairing_id, ActorRole.COORDINATOR)
    exclusions.exclude_pair(context, pairing.citizen_id, pairing.guide_id)


def _apply(context: RequestContext, pairing_id: str, transition: Transition, **values: object) -> None:
    transitions.apply_transition(context, pairing_id, transition, ActorRole.COORDINATOR, **values)


def _new_deadline(context: RequestContext) -> date:
    return answer_deadline(local_date(context.now))
