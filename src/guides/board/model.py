"""What needs a coordinator today, told from pairings, guides and requests as they stand. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from foundation.clock import local_date
from guides.lifecycle import State, is_overdue
from guides.pairings.model import Pairing
from guides.pool.model import GuideRecord, RequestRecord

FIRST_CONTACT_WITHIN = timedelta(hours=48)
SILENCE_AFTER = timedelta(days=30)
CHECK_IN_AFTER = timedelta(days=30)
STALLED_AFTER = timedelta(days=14)
CREDENTIALS_EXPIRE_WITHIN = timedelta(days=60)
NEW_CAPACITY_WITHIN = timedelta(days=14)
ITEMS_SHOWN_MAX = 10  # of each kind; `count` tells of the rest


class PairingActivity(msgspec.Struct, frozen=True):
    """A pairing with what following up on it needs."""

    pairing: Pairing
    citizen_name: str
    guide_name: str
    last_contact: date | None = None
    last_not_well: bool = False
    checked_in_at: datetime | None = None


class TodoItem(msgspec.Struct, frozen=True):
    """Something to do: about a pairing, a request or a guide; ids that do not apply are ""."""

    since: date
    citizen_id: str = ""
    citizen_name: str = ""
    guide_id: str = ""
    guide_name: str = ""
    pairing_id: str = ""
    request_id: str = ""
    state: State | None = None


class TodoList(msgspec.Struct, frozen=True):
    """The first lines of one kind, and how many there are in all."""

    items: tuple[TodoItem, ...] = ()
    count: int = 0


class Board(msgspec.Struct, frozen=True):
    """What needs the coordinator, in the order in which it is shown; within a kind the oldest first."""

    questions: TodoList  # guides who have asked
    not_well: TodoList  # the last contact was noted as not well
    overdue: TodoList  # offers past their deadline
    silent: TodoList  # no contact for 30 days, or none within 48 hours of beginning
    check_ins: TodoList  # running for 30 days without a check-in
    stalled: TodoList  # nobody has moved for 14 days
    guides_with_new_capacity: TodoList  # guides whose room has been freed lately
    waiting: TodoList  # who has waited longest
    expiring_credentials: TodoList  # training or record check runs out within 60 days, or has


def pairing_todos(activities: Iterable[PairingActivity], now: datetime) -> dict[str, TodoList]:
    """The lines about pairings: everything of `Board` that follows from how they stand."""
    today = local_date(now)
    kinds: dict[str, list[TodoItem]] = {
        kind: [] for kind in ("questions", "not_well", "overdue", "silent", "check_ins", "stalled")
    }
    for one in activities:
        pairing = one.pairing
        moved = local_date(pairing.moved_at)
        if pairing.has_open_question:
            kinds["questions"].append(_todo_item(one, moved))
        elif is_overdue(pairing.state, pairing.answer_by, today):
            kinds["overdue"].append(_todo_item(one, pairing.answer_by))
        elif pairing.state is State.RUNNING:
            for kind, since in _running_todos(one, now).items():
                kinds[kind].append(_todo_item(one, since))
        elif pairing.state is not State.OFFERED and now - pairing.moved_at > STALLED_AFTER:
            kinds["stalled"].append(_todo_item(one, moved))
    return {kind: todo_list(found) for kind, found in kinds.items()}


def _running_todos(activity: PairingActivity, now: datetime) -> dict[str, date]:
    today = local_date(now)
    began = activity.pairing.running_since or activity.pairing.moved_at
    due: dict[str, date] = {}
    if activity.last_not_well and activity.last_contact is not None:
        due["not_well"] = activity.last_contact
    if activity.last_contact is None:
        if now - began > FIRST_CONTACT_WITHIN:
            due["silent"] = local_date(began)
    elif today - activity.last_contact > SILENCE_AFTER:
        due["silent"] = activity.last_contact
    if activity.checked_in_at is None and now - began >= CHECK_IN_AFTER:
        due["check_ins"] = local_date(began)
    return due


def expiring_credentials(guides: Iterable[GuideRecord], today: date) -> TodoList:
    """Guides who want pairings and whose training or record check has run out or does so within 60 days."""
    found = []
    for kept in guides:
        dates = [day for day in (kept.guide.trained_until, kept.guide.checked_until) if day is not None]
        if kept.guide.capacity > 0 and dates and min(dates) <= today + CREDENTIALS_EXPIRE_WITHIN:
            found.append(TodoItem(min(dates), guide_id=kept.guide.id, guide_name=kept.guide.given_name))
    return todo_list(found)


def waiting(requests: Iterable[RequestRecord], count: int) -> TodoList:
    """Who waits, in the order given."""
    return TodoList(
        tuple(
            TodoItem(
                kept.request.waiting_since,
                citizen_id=kept.citizen_id,
                citizen_name=kept.request.given_name,
                request_id=kept.request.id,
            )
            for kept in requests
        )[:ITEMS_SHOWN_MAX],
        count,
    )


def todo_list(todos: Iterable[TodoItem]) -> TodoList:
    """The oldest first, as many as are shown."""
    ordered = sorted(todos, key=lambda line: (line.since, line.pairing_id, line.guide_id))
    return TodoList(tuple(ordered[:ITEMS_SHOWN_MAX]), len(ordered))


def _todo_item(activity: PairingActivity, since: date) -> TodoItem:
    pairing = activity.pairing
    return TodoItem(
        since,
        pairing.citizen_id,
        activity.citizen_name,
        pairing.guide_id,
        activity.guide_name,
        pairing.id,
        pairing.request_id,
        pairing.state,
    )
