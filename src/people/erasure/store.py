"""Queries on records with a retention period and on erasures, and the erasing of people's identity and
credentials.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from itertools import chain

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, or_, select, update

from foundation.clock import local_date
from foundation.db.types import any_of
from people.access.model import RelationKind, Role
from people.directory.model import ERASED_NAME, ERASED_TEXT, PERSON_KIND
from people.retention.model import EndedRecord, RecordKind
from people.tables import directory as directory_tables
from people.tables import rights as rights_tables
from people.tables import sign_in as sign_in_tables

# Their rows are deleted with a person's contact data; nothing else depends on them.
_CREDENTIAL_TABLES = (
    sign_in_tables.account,
    sign_in_tables.session,
    sign_in_tables.device,
    sign_in_tables.second_factor,
    sign_in_tables.recovery_code,
    sign_in_tables.letter_code,
    sign_in_tables.outside_identity,
    sign_in_tables.invitation,
    sign_in_tables.token,
    rights_tables.letter_wish,
    rights_tables.letter,
)


def erased_ids(db: Connection) -> frozenset[str]:
    """Ids of people, requests and grants that are erased as a whole."""
    whole = rights_tables.erasure.c.kind.in_([PERSON_KIND, RecordKind.WISH, RecordKind.GRANT])
    return frozenset(db.execute(select(rights_tables.erasure.c.record_id).where(whole)).scalars())


def last_erased_on(db: Connection) -> dict[tuple[str, str], date]:
    """The day of the last erasure by kind and id, of whole records and people and of single categories."""
    e = rights_tables.erasure.c
    query = select(e.kind, e.record_id, func.max(e.at).label("at")).group_by(e.kind, e.record_id)
    return {(row.kind, row.record_id): local_date(row.at) for row in db.execute(query)}


def record_erasure(db: Connection, kind: str, record_ids: Collection[str], now: datetime) -> None:
    """Record that these were erased."""
    if record_ids:
        db.execute(
            insert(rights_tables.erasure),
            [{"record_id": record_id, "kind": kind, "at": now} for record_id in record_ids],
        )


def lock_people(db: Connection, person_ids: Collection[str]) -> None:
    """Keep concurrent transactions from adding references to these people until this one ends."""
    db.execute(
        select(directory_tables.person.c.id)
        .where(any_of(directory_tables.person.c.id, "ids"))
        # Every transaction locks in the order of the ids, so that two of them can't deadlock.
        .order_by(directory_tables.person.c.id)
        .with_for_update(),
        {"ids": person_ids},
    ).all()


def existing(db: Connection, person_ids: Collection[str]) -> frozenset[str]:
    """Those of the ids that belong to people."""
    return frozenset(
        db.execute(
            select(directory_tables.person.c.id).where(any_of(directory_tables.person.c.id, "ids")),
            {"ids": person_ids},
        ).scalars()
    )


def ended_records(db: Connection) -> Iterator[EndedRecord]:
    """What gives people a retention period: being known, an account, support relations, and their last
    activity.
    """
    roles: dict[str, set[str]] = {}
    for row in db.execute(select(directory_tables.role.c.person_id, directory_tables.role.c.role)):
        roles.setdefault(row.person_id, set()).add(row.role)
    non_staff = {
        person_id for person_id, held_roles in roles.items() if held_roles <= {Role.CITIZEN, Role.GUIDE}
    }

    def kind(person_id: str) -> RecordKind:
        return RecordKind.PROFILE if person_id in non_staff else RecordKind.STAFF_ACCOUNT

    for person in db.execute(_PEOPLE):
        yield EndedRecord(kind(person.id), person.id, person.id, local_date(person.created_at))
        # A citizen's account prolongs nothing by itself: signing in counts as activity instead.
        if person.account is not None and roles.get(person.id, set()) - {Role.CITIZEN}:
            yield EndedRecord(kind(person.id), person.id, person.id, _optional_local_date(person.disabled_at))
    for relation in db.execute(_SUPPORT_RELATIONS):
        yield EndedRecord(
            RecordKind.PROFILE, relation.id, relation.citizen_id, _optional_local_date(relation.ends_at)
        )
    for activity in chain.from_iterable(
        db.execute(query) for query in (_LAST_CHANGES, _LAST_READS, _LAST_SIGN_INS)
    ):
        yield EndedRecord(kind(activity.id), activity.id, activity.id, local_date(activity.at))


def _optional_local_date(moment: datetime | None) -> date | None:
    return None if moment is None else local_date(moment)


_PEOPLE = select(
    directory_tables.person.c.id,
    directory_tables.person.c.created_at,
    sign_in_tables.account.c.person_id.label("account"),
    sign_in_tables.account.c.disabled_at,
).outerjoin(sign_in_tables.account, sign_in_tables.account.c.person_id == directory_tables.person.c.id)
_SUPPORT_RELATIONS = select(
    directory_tables.relation.c.id,
    directory_tables.relation.c.citizen_id,
    directory_tables.relation.c.ends_at,
).where(directory_tables.relation.c.kind == RelationKind.SUPPORT_WORKER)
_LAST_CHANGES = (
    select(rights_tables.change.c.actor_id.label("id"), func.max(rights_tables.change.c.at).label("at"))
    .where(rights_tables.change.c.actor_id.is_not(None))
    .group_by(rights_tables.change.c.actor_id)
)
_LAST_READS = select(
    rights_tables.access.c.actor_id.label("id"), func.max(rights_tables.access.c.at).label("at")
).group_by(rights_tables.access.c.actor_id)
# From the log, because rows of sessions are deleted soon after they expire.
_LAST_SIGN_INS = (
    select(rights_tables.change.c.subject_id.label("id"), func.max(rights_tables.change.c.at).label("at"))
    .where(rights_tables.change.c.tag == "people:session:begin")
    .group_by(rights_tables.change.c.subject_id)
)


def erase_people(db: Connection, person_ids: Collection[str]) -> None:
    """Erase these people's identity and credentials; ids, areas, codes and dates about them are kept.

    A citizen keeps the bare role, so that access to what remains is still decided by area and relation.
    """
    parameters = {"ids": person_ids}
    erase_contact(db, person_ids)
    db.execute(
        delete(directory_tables.cpr).where(any_of(directory_tables.cpr.c.person_id, "ids")), parameters
    )
    db.execute(
        delete(directory_tables.role).where(
            any_of(directory_tables.role.c.person_id, "ids"), directory_tables.role.c.role != Role.CITIZEN
        ),
        parameters,
    )
    db.execute(
        # The number in the spreadsheets is stored here too, to be unique within a role.
        update(directory_tables.role)
        .where(any_of(directory_tables.role.c.person_id, "ids"))
        .values(file_id=None),
        parameters,
    )
    db.execute(
        update(directory_tables.person)
        # As somebody's helper they would still be named on that citizen's pages.
        .where(any_of(directory_tables.person.c.helper_id, "ids"))
        .values(helper_id=None),
        parameters,
    )
    db.execute(
        update(directory_tables.person)
        .where(any_of(directory_tables.person.c.id, "ids"))
        .values(_ERASED_PERSON),
        parameters,
    )
    db.execute(
        # The codes stay: a municipality must show what it answered (GDPR art. 5(2)).
        update(rights_tables.answer).where(any_of(rights_tables.answer.c.person_id, "ids")).values(why=""),
        parameters,
    )


def end_guide_role(db: Connection, person_ids: Collection[str]) -> None:
    """Remove the guide role from these people."""
    guide_roles = any_of(directory_tables.role.c.person_id, "ids") & (
        directory_tables.role.c.role == Role.GUIDE
    )
    db.execute(delete(directory_tables.role).where(guide_roles), {"ids": person_ids})


def erase_contact(db: Connection, person_ids: Collection[str]) -> None:
    """Erase these people's contact data, credentials, helpers, and the reasons of holds and emergency
    accesses.

    Name, CPR number and area are kept.
    """
    parameters = {"ids": person_ids}
    for table in _CREDENTIAL_TABLES:
        db.execute(delete(table).where(any_of(table.c.person_id, "ids")), parameters)
    db.execute(
        update(directory_tables.person)
        .where(any_of(directory_tables.person.c.id, "ids"))
        .values(_CLEARED_CONTACT),
        parameters,
    )
    db.execute(
        delete(directory_tables.relation).where(any_of(directory_tables.relation.c.citizen_id, "ids")),
        parameters,
    )
    db.execute(
        update(rights_tables.emergency)
        .where(any_of(rights_tables.emergency.c.citizen_id, "ids"))
        # The table requires a reason, so a dash takes its place.
        .values(reason=ERASED_TEXT, review=""),
        parameters,
    )
    db.execute(
        update(rights_tables.hold)
        .where(any_of(rights_tables.hold.c.person_id, "ids"))
        .values(why=ERASED_TEXT),
        parameters,
    )


def count_contact(db: Connection, person_id: str) -> int:
    """How many items `erase_contact` would erase of one person."""
    person = directory_tables.person.c
    contact = select(person.phone, person.email, person.helper_id, person.protected_until)
    values = db.execute(contact.where(person.id == person_id)).one()
    rows = [
        *((table, table.c.person_id == person_id) for table in _CREDENTIAL_TABLES),
        (directory_tables.relation, directory_tables.relation.c.citizen_id == person_id),
        (
            rights_tables.emergency,
            (rights_tables.emergency.c.citizen_id == person_id)
            & (rights_tables.emergency.c.reason != ERASED_TEXT),
        ),
        (
            rights_tables.hold,
            (rights_tables.hold.c.person_id == person_id) & (rights_tables.hold.c.why != ERASED_TEXT),
        ),
    ]
    counts = (
        db.execute(select(func.count()).select_from(table).where(condition)).scalar_one()
        for table, condition in rows
    )
    return sum(map(bool, values)) + sum(counts)


_CLEARED_CONTACT = {"phone": "", "email": "", "helper_id": None, "language": "da", "protected_until": None}
_ERASED_PERSON = {"given_name": ERASED_NAME, "surname": "", "file_id": None}


def _expired(before: datetime) -> tuple[tuple[Table, ColumnElement[bool]], ...]:
    return (
        (sign_in_tables.session, sign_in_tables.session.c.expires_at < before),
        (sign_in_tables.device, sign_in_tables.device.c.expires_at < before),
        (sign_in_tables.invitation, sign_in_tables.invitation.c.expires_at < before),
        (sign_in_tables.letter_code, sign_in_tables.letter_code.c.expires_at < before),
        (sign_in_tables.recovery_code, sign_in_tables.recovery_code.c.used_at < before),
        (
            sign_in_tables.token,
            or_(sign_in_tables.token.c.expires_at < before, sign_in_tables.token.c.revoked_at < before),
        ),
        (sign_in_tables.outside_try, sign_in_tables.outside_try.c.used_at < before),
        (sign_in_tables.guess, sign_in_tables.guess.c.last_at < before),
    )


def count_expired_credentials(db: Connection, before: datetime) -> int:
    """How many sessions, devices, invitations, codes, tokens and failed attempts expired before then."""
    return sum(
        db.execute(select(func.count()).select_from(table).where(condition)).scalar_one()
        for table, condition in _expired(before)
    )


def delete_expired_credentials(db: Connection, before: datetime) -> None:
    """Delete what `count_expired_credentials` counts."""
    for table, condition in _expired(before):
        db.execute(delete(table).where(condition))
