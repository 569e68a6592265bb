"""What a coordinator has to do today, derived from pairings, guides and requests. No I/O."""

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
ITEMS_SHOWN_MAX = 10  # of each kind


class PairingActivity(msgspec.Struct, frozen=True):
    """An open pairing with the contacts and check-ins that follow-up is decided by."""

    pairing: Pairing
    citizen_name: str
    guide_name: str
    last_contact: date | None = None
    last_not_well: bool = False
    checked_in_at: datetime | None = None


class TodoItem(msgspec.Struct, frozen=True):
    """One thing to do about a pairing, a request or a guide; ids that do not apply are ""."""

    since: date
    citizen_id: str = ""
    citizen_name: str = ""
    guide_id: str = ""
    guide_name: str = ""
    pairing_id: str = ""
    request_id: str = ""
    state: State | None = None


class TodoList(msgspec.Struct, frozen=True):
    """The first items of one kind, and the count of all."""

    items: tuple[TodoItem, ...] = ()
    count: int = 0


class Board(msgspec.Struct, frozen=True):
    """The coordinator's to-do lists, the oldest items first."""

    questions: TodoList  # guides who have asked
    not_well: TodoList  # the last contact was noted as not well
    overdue: TodoList  # offers past their deadline
    silent: TodoList  # no contact for 30 days, or none within 48 hours of beginning
    check_ins: TodoList  # running for 30 days without a check-in
    stalled: TodoList  # before running, and no transition for 14 days
    guides_with_new_capacity: TodoList  # a pairing or offer of theirs ended within 14 days
    waiting: TodoList  # the longest waiting first
    expiring_credentials: TodoList  # training or record check, within 60 days or already


def pairing_todos(activities: Iterable[PairingActivity], now: datetime) -> dict[str, TodoList]:
    """The to-do lists about pairings, by the name of their field in `Board`."""
    today = local_date(now)
    todos: dict[str, list[TodoItem]] = {
        kind: [] for kind in ("questions", "not_well", "overdue", "silent", "check_ins", "stalled")
    }
    for activity in activities:
        pairing = activity.pairing
        moved_on = local_date(pairing.moved_at)
        if pairing.has_open_question:
            todos["questions"].append(_todo_item(activity, moved_on))
        elif is_overdue(pairing.state, pairing.answer_by, today):
            todos["overdue"].append(_todo_item(activity, pairing.answer_by))
        elif pairing.state is State.RUNNING:
            for kind, since in _running_todos(activity, now).items():
                todos[kind].append(_todo_item(activity, since))
        elif pairing.state is not State.OFFERED and now - pairing.moved_at > STALLED_AFTER:
            todos["stalled"].append(_todo_item(activity, moved_on))
    return {kind: todo_list(items) for kind, items in todos.items()}


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
    """Guides with capacity whose training or record check expires within 60 days, or has expired."""
    items = []
    for record in guides:
        guide = record.guide
        dates = [day for day in (guide.trained_until, guide.checked_until) if day is not None]
        if guide.capacity > 0 and dates and min(dates) <= today + CREDENTIALS_EXPIRE_WITHIN:
            items.append(TodoItem(min(dates), guide_id=guide.id, guide_name=guide.given_name))
    return todo_list(items)


def waiting(requests: Iterable[RequestRecord], count: int) -> TodoList:
    """The first of the requests, in the same order, with the count of all."""
    return TodoList(
        tuple(
            TodoItem(
                record.request.waiting_since,
                citizen_id=record.citizen_id,
                citizen_name=record.request.given_name,
                request_id=record.request.id,
            )
            for record in requests
        )[:ITEMS_SHOWN_MAX],
        count,
    )


def todo_list(todos: Iterable[TodoItem]) -> TodoList:
    """The oldest items, at most ITEMS_SHOWN_MAX, with the count of all."""
    ordered = sorted(todos, key=lambda item: (item.since, item.pairing_id, item.guide_id))
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
