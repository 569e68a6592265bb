"""Queries on monthly letters and their subscriptions."""

from datetime import date, datetime

from sqlalchemy import Connection, Row, and_, delete, exists, select, update

from foundation.db.bulk import insert_if_absent
from people.access.model import Role
from people.access_history.letters import Letter, LetterToPost
from people.directory.store import person_from_row
from people.tables import directory as directory_tables
from people.tables import rights as rights_tables

_w, _l = rights_tables.letter_wish.c, rights_tables.letter.c


def subscribed_since(db: Connection, citizen_id: str) -> datetime | None:
    """Since when a citizen subscribes; None: they don't."""
    return db.execute(select(_w.since).where(_w.person_id == citizen_id)).scalar_one_or_none()


def subscribe(db: Connection, citizen_id: str, now: datetime) -> bool:
    """Subscribe; False when they did already."""
    return insert_if_absent(db, rights_tables.letter_wish, [{"person_id": citizen_id, "since": now}]) == 1


def unsubscribe(db: Connection, citizen_id: str) -> bool:
    """Unsubscribe; False when they weren't subscribed."""
    return db.execute(delete(rights_tables.letter_wish).where(_w.person_id == citizen_id)).rowcount == 1


def due(db: Connection, month: date, over_at: datetime) -> tuple[str, ...]:
    """The citizens who subscribed before the end of that month and have no letter about it yet."""
    has_letter = exists().where(_l.person_id == _w.person_id, _l.month == month)
    is_citizen = and_(
        directory_tables.role.c.person_id == _w.person_id, directory_tables.role.c.role == Role.CITIZEN
    )
    rows = db.execute(
        select(_w.person_id)
        .join(directory_tables.role, is_citizen)
        .where(_w.since < over_at, ~has_letter)
        .order_by(_w.since, _w.person_id)
    )
    return tuple(rows.scalars())


def create(db: Connection, citizen_id: str, month: date, now: datetime) -> bool:
    """Store a letter; False when it exists."""
    row = {"person_id": citizen_id, "month": month, "made_at": now}
    return insert_if_absent(db, rights_tables.letter, [row]) == 1


def letters_of(db: Connection, citizen_id: str) -> tuple[Letter, ...]:
    """A citizen's letters, newest first."""
    rows = db.execute(
        select(rights_tables.letter).where(_l.person_id == citizen_id).order_by(_l.month.desc())
    )
    return tuple(_letter(row) for row in rows)


def letter(db: Connection, citizen_id: str, month: date) -> Letter | None:
    """A citizen's letter about that month."""
    row = db.execute(
        select(rights_tables.letter).where(_l.person_id == citizen_id, _l.month == month)
    ).one_or_none()
    return None if row is None else _letter(row)


def to_post(db: Connection) -> tuple[LetterToPost, ...]:
    """The letters of subscribers that are not posted: oldest first, then by name."""
    rows = db.execute(
        select(directory_tables.person, _l.month)
        .join(rights_tables.letter, _l.person_id == directory_tables.person.c.id)
        .join(rights_tables.letter_wish, _w.person_id == directory_tables.person.c.id)
        .where(_l.posted_at.is_(None))
        .order_by(
            _l.month,
            directory_tables.person.c.given_name,
            directory_tables.person.c.surname,
            directory_tables.person.c.id,
        )
    )
    return tuple(LetterToPost(person_from_row(row), row.month) for row in rows)


def record_posted(db: Connection, citizen_id: str, month: date, posted_by: str, now: datetime) -> bool:
    """Record that a letter was posted; False when it was already, or doesn't exist."""
    # Two coordinators may post it at once: only the first is recorded as the one who did.
    conditions = (_l.person_id == citizen_id, _l.month == month, _l.posted_at.is_(None))
    updated = db.execute(
        update(rights_tables.letter).where(*conditions).values(posted_at=now, posted_by=posted_by)
    )
    return updated.rowcount == 1


def _letter(row: Row[tuple[object, ...]]) -> Letter:
    return Letter(row.person_id, row.month, row.made_at, row.posted_at)
