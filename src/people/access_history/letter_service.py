"""The monthly letter about who has read: citizens subscribe, a periodic task creates it, a coordinator posts
it.
"""

from datetime import date, datetime

import msgspec
from sqlalchemy import Engine

from foundation.db.actor import bypass_row_security
from foundation.db.transactions import read_transaction, write_transaction
from people.access.model import ANONYMOUS, DataKind, Helper, Purpose
from people.access.policy import Action
from people.access_history import letter_store, store
from people.access_history.letters import Letter, LetterToPost, month_after, month_start, reporting_month
from people.access_history.presenter import AccessHistory
from people.access_history.service import redact_staff_names
from people.audit import store as audit_store
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotFound
from people.web.context import RequestContext, record_change

ENTRIES_MAX = 500  # in one letter; the page has all of them


class LetterContent(msgspec.Struct, frozen=True):
    """A letter and its content."""

    citizen: Person
    helper: Helper | None
    month: date
    history: AccessHistory


def is_subscribed(context: RequestContext) -> bool:
    """Whether the actor subscribes to the monthly letter."""
    return letter_store.subscribed_since(context.db, context.person_id) is not None


def set_subscription(context: RequestContext, *, wanted: bool) -> None:
    """Start or stop the actor's monthly letter. Raises NotFound, NotAllowed."""
    context.authorize_change(context.person_id, DataKind.LETTER)
    if wanted and letter_store.subscribe(context.db, context.person_id, context.now):
        record_change(context, "people:letter:want", context.person_id, {"wanted": [False, True]})
    if not wanted and letter_store.unsubscribe(context.db, context.person_id):
        record_change(context, "people:letter:stop", context.person_id, {"wanted": [True, False]})


def my_letters(context: RequestContext) -> tuple[Letter, ...]:
    """The actor's letters, newest first."""
    context.authorize_read(context.person_id, DataKind.LETTER, Purpose.OWN)
    return letter_store.letters_of(context.db, context.person_id)


def create_due(engine: Engine, now: datetime) -> int:
    """Create the letters of the last completed month and return how many. Idempotent, also when run
    concurrently.
    """
    month = reporting_month(now)
    with read_transaction(engine) as db:
        due = letter_store.due(db, month, month_start(month_after(month)))
    if not due:
        return 0
    with write_transaction(engine) as db:
        context = RequestContext(db, ANONYMOUS, now)
        created = [citizen_id for citizen_id in due if letter_store.create(db, citizen_id, month, now)]
        for citizen_id in created:
            record_change(context, "people:letter:make", citizen_id, {"month": f"{month:%Y-%m}"})
    return len(created)


def to_post(context: RequestContext) -> tuple[LetterToPost, ...]:
    """The letters that the actor has to print and post, oldest first."""
    letters = letter_store.to_post(context.db)
    citizen_ids = [letter.citizen.id for letter in letters]
    allowed = context.allowed(citizen_ids, Action.READ, DataKind.LETTER)
    context.authorize_reads(
        (citizen_id for citizen_id in citizen_ids if citizen_id in allowed), DataKind.IDENTITY, Purpose.LETTER
    )
    return tuple(letter for letter in letters if letter.citizen.id in allowed)


def read_letter(
    context: RequestContext, citizen_id: str, month: date | None, purpose: Purpose, *, staff_names: bool
) -> LetterContent:
    """The content of a citizen's letter: everybody else who read in that month. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.LETTER, purpose)
    citizen = directory_store.person(context.db, citizen_id)
    if citizen is None or month is None or letter_store.letter(context.db, citizen_id, month) is None:
        raise NotFound
    with bypass_row_security(context.db):  # the coordinator who posts it reads these entries of the log only
        entries, count = store.access_entries(
            context.db,
            citizen_id,
            include_own=False,
            since=month_start(month),
            until=month_start(month_after(month)),
            limit=ENTRIES_MAX,
            offset=0,
        )
        helper = (
            directory_store.person(context.db, citizen.helper_id) if citizen.helper_id is not None else None
        )
    return LetterContent(
        citizen,
        None if helper is None else Helper(helper.given_name, helper.phone),
        month,
        AccessHistory(
            redact_staff_names(entries, staff_names=staff_names), count, audit_store.restores(context.db)
        ),
    )


def record_posted(context: RequestContext, citizen_id: str, month: date | None) -> None:
    """Record that a letter was posted. Raises NotFound, NotAllowed."""
    context.authorize_change(citizen_id, DataKind.LETTER)
    if month is None or not letter_store.record_posted(
        context.db, citizen_id, month, context.person_id, context.now
    ):
        raise NotFound
    record_change(context, "people:letter:post", citizen_id, {"month": f"{month:%Y-%m}"})
