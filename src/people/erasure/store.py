"""Queries on what binds people to the municipality, on what was erased, and the erasing of who they are."""

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
from people.tables import rights as tables_rights
from people.tables import sign_in as sign_in_tables

# Rows of these go when somebody can no longer be reached here; nothing else rests on them.
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
    """Ids of all that was erased whole: of people, and of wishes and grants."""
    whole = rights_tables.erasure.c.kind.in_([PERSON_KIND, RecordKind.WISH, RecordKind.GRANT])
    return frozenset(db.execute(select(rights_tables.erasure.c.record_id).where(whole)).scalars())


def last_erased_on(db: Connection) -> dict[tuple[str, str], date]:
    """The day on which each was erased, the last one, by kind and id: of whole records and people, and of pieces."""
    note = rights_tables.erasure.c
    chosen = select(note.kind, note.record_id, func.max(note.at).label("at")).group_by(
        note.kind, note.record_id
    )
    return {(row.kind, row.record_id): local_date(row.at) for row in db.execute(chosen)}


def record_erasure(db: Connection, kind: str, record_ids: Collection[str], now: datetime) -> None:
    """Note that these were erased."""
    if record_ids:
        db.execute(
            insert(rights_tables.erasure), [{"record_id": one, "kind": kind, "at": now} for one in record_ids]
        )


def lock_people(db: Connection, person_ids: Collection[str]) -> None:
    """Keep others from tying anything new to these people until the transaction ends."""
    db.execute(
        select(directory_tables.person.c.id)
        .where(any_of(directory_tables.person.c.id, "ids"))
        .order_by(directory_tables.person.c.id)
        .with_for_update(),
        {"ids": person_ids},
    ).all()


def existing(db: Connection, person_ids: Collection[str]) -> frozenset[str]:
    """Those of the ids that are people's."""
    return frozenset(
        db.execute(
            select(directory_tables.person.c.id).where(any_of(directory_tables.person.c.id, "ids")),
            {"ids": person_ids},
        ).scalars()
    )


def ended_records(db: Connection) -> Iterator[EndedRecord]:
    """What binds people to the municipality by itself: being known, a role, an account, help, and coming back."""
    roles: dict[str, set[str]] = {}
    for row in db.execute(select(directory_tables.role.c.person_id, directory_tables.role.c.role)):
        roles.setdefault(row.person_id, set()).add(row.role)
    helped = {who for who, held in roles.items() if held <= {Role.CITIZEN, Role.GUIDE}}

    def kind(person_id: str) -> RecordKind:
        return RecordKind.PROFILE if person_id in helped else RecordKind.STAFF_ACCOUNT

    for one in db.execute(_PEOPLE):
        yield EndedRecord(kind(one.id), one.id, one.id, local_date(one.created_at))
        if one.account is not None and roles.get(one.id, set()) - {Role.CITIZEN}:
            yield EndedRecord(kind(one.id), one.id, one.id, _optional_local_date(one.disabled_at))
    for helping in db.execute(_SUPPORT_RELATIONS):
        yield EndedRecord(
            RecordKind.PROFILE, helping.id, helping.citizen_id, _optional_local_date(helping.ends_at)
        )
    for last in chain.from_iterable(
        db.execute(active) for active in (_LAST_CHANGES, _LAST_READS, _LAST_SIGN_INS)
    ):
        yield EndedRecord(kind(last.id), last.id, last.id, local_date(last.at))


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
_LAST_SIGN_INS = (
    select(rights_tables.change.c.subject_id.label("id"), func.max(rights_tables.change.c.at).label("at"))
    .where(rights_tables.change.c.tag == "people:session:begin")
    .group_by(rights_tables.change.c.subject_id)
)


def erase_people(db: Connection, person_ids: Collection[str]) -> None:
    """Take away who these people are and every way in; ids, the area, and codes and days about them stay.

    A citizen keeps the bare role, so that what remains of them is still decided for by area and relation.
    """
    asked = {"ids": person_ids}
    erase_contact(db, person_ids)
    db.execute(delete(directory_tables.cpr).where(any_of(directory_tables.cpr.c.person_id, "ids")), asked)
    db.execute(
        delete(directory_tables.role).where(
            any_of(directory_tables.role.c.person_id, "ids"), directory_tables.role.c.role != Role.CITIZEN
        ),
        asked,
    )
    db.execute(
        update(directory_tables.role)
        .where(any_of(directory_tables.role.c.person_id, "ids"))
        .values(file_id=None),
        asked,
    )
    db.execute(
        update(directory_tables.person)
        .where(any_of(directory_tables.person.c.helper_id, "ids"))
        .values(helper_id=None),
        asked,
    )
    db.execute(
        update(directory_tables.person)
        .where(any_of(directory_tables.person.c.id, "ids"))
        .values(_ERASED_PERSON),
        asked,
    )
    db.execute(
        update(rights_tables.answer).where(any_of(rights_tables.answer.c.person_id, "ids")).values(why=""),
        asked,
    )


def end_guide_role(db: Connection, person_ids: Collection[str]) -> None:
    """Take the role of a guide from these people."""
    theirs = any_of(directory_tables.role.c.person_id, "ids") & (directory_tables.role.c.role == Role.GUIDE)
    db.execute(delete(directory_tables.role).where(theirs), {"ids": person_ids})


def erase_contact(db: Connection, person_ids: Collection[str]) -> None:
    """Take away every way to reach these people and every way in for them, who helped them, and why somebody looked or
    held back; name, number and area stay."""
    asked = {"ids": person_ids}
    for table in _CREDENTIAL_TABLES:
        db.execute(delete(table).where(any_of(table.c.person_id, "ids")), asked)
    db.execute(
        update(directory_tables.person)
        .where(any_of(directory_tables.person.c.id, "ids"))
        .values(_CLEARED_CONTACT),
        asked,
    )
    db.execute(
        delete(directory_tables.relation).where(any_of(directory_tables.relation.c.citizen_id, "ids")), asked
    )
    db.execute(
        update(tables_rights.emergency)
        .where(any_of(tables_rights.emergency.c.citizen_id, "ids"))
        .values(reason=ERASED_TEXT, review=""),
        asked,
    )
    db.execute(
        update(rights_tables.hold)
        .where(any_of(rights_tables.hold.c.person_id, "ids"))
        .values(why=ERASED_TEXT),
        asked,
    )


def count_contact(db: Connection, person_id: str) -> int:
    """How many things `erase_contact` would take away of one person."""
    person = directory_tables.person.c
    reach = select(person.phone, person.email, person.helper_id, person.protected_until)
    known = db.execute(reach.where(person.id == person_id)).one()
    rows = [
        *((table, table.c.person_id == person_id) for table in _CREDENTIAL_TABLES),
        (directory_tables.relation, directory_tables.relation.c.citizen_id == person_id),
        (
            tables_rights.emergency,
            (tables_rights.emergency.c.citizen_id == person_id)
            & (tables_rights.emergency.c.reason != ERASED_TEXT),
        ),
        (
            rights_tables.hold,
            (rights_tables.hold.c.person_id == person_id) & (rights_tables.hold.c.why != ERASED_TEXT),
        ),
    ]
    counts = (
        db.execute(select(func.count()).select_from(table).where(theirs)).scalar_one()
        for table, theirs in rows
    )
    return sum(map(bool, known)) + sum(counts)


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
    """How many sign-ins, invitations, codes and keys ran out before then."""
    return sum(
        db.execute(select(func.count()).select_from(table).where(over)).scalar_one()
        for table, over in _expired(before)
    )


def delete_expired_credentials(db: Connection, before: datetime) -> None:
    """Delete them."""
    for table, over in _expired(before):
        db.execute(delete(table).where(over))
