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
from guides.access import area_of
from guides.errors import DeadlineAhead
from guides.lifecycle import EndReason, Move, Party, State, answer_by, is_overdue
from guides.pairings import store, transitions
from guides.pairings.model import Contact, Event, Pairing
from people.access.model import DataKind, Purpose
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotFound
from people.web.context import Visit

PAGE_LENGTH = 25


class History(msgspec.Struct, frozen=True):
    """A pairing with all that is known of it; people by id."""

    pairing: Pairing
    events: tuple[Event, ...]
    contacts: tuple[Contact, ...]
    people: dict[str, Person]


def find(
    visit: Visit, states: Sequence[State], page: int
) -> tuple[tuple[Pairing, ...], int, dict[str, Person]]:
    """Offers and pairings in those states that the coordinator may see, those that stand longest first.

    One page (from 1), the count of all, and the people in it by id.
    """
    found, count = store.find(
        visit.db, states, area_of(visit), limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH
    )
    for pairing in found:
        visit.look(pairing.citizen_id, DataKind.PAIRING, Purpose.FOLLOW_UP)
    return found, count, _people(visit, found)


def history(visit: Visit, pairing_id: str) -> History:
    """One pairing with everything that happened. Raises NotFound, NotAllowed."""
    pairing = store.pairing(visit.db, pairing_id)
    if pairing is None:
        raise NotFound
    visit.look(pairing.citizen_id, DataKind.PAIRING, Purpose.FOLLOW_UP)
    return History(
        pairing,
        store.events(visit.db, pairing_id),
        store.contacts(visit.db, pairing_id),
        _people(visit, [pairing]),
    )


def _people(visit: Visit, pairings: Sequence[Pairing]) -> dict[str, Person]:
    return directory_store.people(
        visit.db, sorted({id for one in pairings for id in (one.citizen_id, one.guide_id)})
    )


def answer(visit: Visit, pairing_id: str, text: str) -> None:
    """Answer a guide's question; the deadline starts anew. Raises NotFound, NotAllowed, IllegalMove."""
    _move(visit, pairing_id, Move.COORDINATOR_ANSWERS, answer=text, answer_by=_new_deadline(visit))


def extend(visit: Visit, pairing_id: str) -> None:
    """Give the guide as long again to answer. Raises NotFound, NotAllowed, IllegalMove."""
    _move(visit, pairing_id, Move.COORDINATOR_EXTENDS, answer_by=_new_deadline(visit))


def lapse(visit: Visit, pairing_id: str) -> None:
    """Close an offer whose deadline has passed. Raises DeadlineAhead, NotFound, NotAllowed, IllegalMove."""
    found = transitions.find(visit, pairing_id, Party.COORDINATOR)
    if found.state is State.OFFERED and not is_overdue(found.state, found.answer_by, local_date(visit.now)):
        raise DeadlineAhead
    _move(visit, pairing_id, Move.DEADLINE_PASSES)


def withdraw(visit: Visit, pairing_id: str) -> None:
    """Take an offer back before it runs. Raises NotFound, NotAllowed, IllegalMove."""
    _move(visit, pairing_id, Move.COORDINATOR_WITHDRAWS)


def plan_meeting(visit: Visit, pairing_id: str, at: datetime, place: str) -> None:
    """Set when and where the two meet; `place` is never a home address. Raises NotFound, NotAllowed, IllegalMove."""
    _move(visit, pairing_id, Move.MEETING_PLANNED, meeting_at=at, meeting_place=place)


def meeting_held(visit: Visit, pairing_id: str) -> None:
    """Note that the match meeting was held; now each says yes or no. Raises NotFound, NotAllowed, IllegalMove."""
    _move(visit, pairing_id, Move.MEETING_HELD)


def check_in(visit: Visit, pairing_id: str) -> None:
    """Note that the coordinator has talked with both. Raises NotFound, NotAllowed, IllegalMove."""
    _move(visit, pairing_id, Move.CHECKED_IN)


def end(visit: Visit, pairing_id: str, reason: EndReason) -> None:
    """End a pairing that runs. Raises NotFound, NotAllowed, IllegalMove."""
    transitions.end(visit, pairing_id, Party.COORDINATOR, reason)


def _move(visit: Visit, pairing_id: str, move: Move, **values: object) -> None:
    transitions.make_move(visit, pairing_id, move, Party.COORDINATOR, **values)


def _new_deadline(visit: Visit) -> date:
    return answer_by(local_date(visit.now))
