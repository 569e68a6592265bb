"""The monthly letter of who has looked: the citizen switches it on, the worker makes it, a coordinator posts it."""

from datetime import date, datetime

import msgspec
from sqlalchemy import Engine

from foundation.db.actor import as_system
from foundation.db.transactions import reading, writing
from people.access.model import NOBODY, DataKind, Helper, Purpose
from people.access.policy import Verb
from people.access_history import letter_store, store
from people.access_history.letters import Letter, LetterToPost, begins, month_after, month_told
from people.access_history.presenter import Looks
from people.access_history.service import told
from people.audit import store as audit_store
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotFound
from people.web.context import Visit, record

LINES_MAX = 500  # of one letter; the page on screen has them all


class OpenLetter(msgspec.Struct, frozen=True):
    """A letter and what stands in it."""

    citizen: Person
    helper: Helper | None
    month: date
    looks: Looks


def is_wanted(visit: Visit) -> bool:
    """Whether the citizen who asks wants the letter each month."""
    return letter_store.wanted_since(visit.db, visit.person_id) is not None


def want(visit: Visit, *, wanted: bool) -> None:
    """Begin or stop the letters of the citizen who asks. Raises NotFound, NotAllowed."""
    visit.touch(visit.person_id, DataKind.LETTER)
    if wanted and letter_store.want(visit.db, visit.person_id, visit.now):
        record(visit, "people:letter:want", visit.person_id, {"wanted": [False, True]})
    if not wanted and letter_store.stop(visit.db, visit.person_id):
        record(visit, "people:letter:stop", visit.person_id, {"wanted": [True, False]})


def my_letters(visit: Visit) -> tuple[Letter, ...]:
    """The letters of the citizen who asks, newest first."""
    visit.look(visit.person_id, DataKind.LETTER, Purpose.OWN)
    return letter_store.letters_of(visit.db, visit.person_id)


def make_due(engine: Engine, now: datetime) -> int:
    """Make the letters of the last month that is over; gives how many. Doing it twice, or twice at once, changes nothing."""
    month = month_told(now)
    with reading(engine) as db:
        due = letter_store.without_letter(db, month, begins(month_after(month)))
    if not due:
        return 0
    with writing(engine) as db:
        visit = Visit(db, NOBODY, now)
        made = [one for one in due if letter_store.make(db, one, month, now)]
        for citizen_id in made:
            record(visit, "people:letter:make", citizen_id, {"month": f"{month:%Y-%m}"})
    return len(made)


def to_post(visit: Visit) -> tuple[LetterToPost, ...]:
    """The letters that whoever asks prints and posts: to citizens of theirs, the oldest first."""
    found = [
        one for one in letter_store.to_post(visit.db) if visit.may(one.citizen.id, Verb.READ, DataKind.LETTER)
    ]
    for one in found:
        visit.look(one.citizen.id, DataKind.IDENTITY, Purpose.LETTER)
    return tuple(found)


def open_letter(
    visit: Visit, citizen_id: str, month: date | None, purpose: Purpose, *, staff_names: bool
) -> OpenLetter:
    """What stands in a citizen's letter: everybody else who looked in that month. Raises NotFound, NotAllowed."""
    visit.look(citizen_id, DataKind.LETTER, purpose)
    citizen = directory_store.person(visit.db, citizen_id)
    if citizen is None or month is None or letter_store.letter(visit.db, citizen_id, month) is None:
        raise NotFound
    with as_system(visit.db):  # whoever posts the letter reads of the log what stands in it, and no more
        seen, count = store.access_lines(
            visit.db,
            citizen_id,
            own=False,
            since=begins(month),
            until=begins(month_after(month)),
            limit=LINES_MAX,
            offset=0,
        )
        helper = (
            directory_store.person(visit.db, citizen.helper_id) if citizen.helper_id is not None else None
        )
    return OpenLetter(
        citizen,
        None if helper is None else Helper(helper.given_name, helper.phone),
        month,
        Looks(told(seen, staff_names=staff_names), count, audit_store.restores(visit.db)),
    )


def note_posted(visit: Visit, citizen_id: str, month: date | None) -> None:
    """Note that a letter is in the post. Raises NotFound, NotAllowed."""
    visit.touch(citizen_id, DataKind.LETTER)
    if month is None or not letter_store.note_posted(visit.db, citizen_id, month, visit.person_id, visit.now):
        raise NotFound
    record(visit, "people:letter:post", citizen_id, {"month": f"{month:%Y-%m}"})
