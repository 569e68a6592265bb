"""Queries on people, their roles and relations. Every store takes an open connection and gives back values."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import (
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from foundation.ids import new_id
from people.access.model import Person, RelationKind, Role, RoleHeld, Subject
from people.erasure.store import still_here
from people.tables import sign_in as t


def set_language(db: Connection, person_id: str, language: str) -> None:
    """Remember the language a person reads in."""
    db.execute(update(t.person).where(t.person.c.id == person_id).values(language=language))


def subject(db: Connection, holder_id: str, citizen_id: str, now: datetime) -> Subject | None:
    """The citizen as seen by `holder_id`: area and the relations that hold now; None when there is no such citizen."""
    rows = db.execute(_SUBJECT, {"holder": holder_id, "citizen": citizen_id, "now": now}).all()
    if not rows:
        return None
    return Subject(citizen_id, rows[0].area_id, frozenset(RelationKind(row.kind) for row in rows if row.kind))


_SUBJECT = (
    select(t.person.c.area_id, t.relation.c.kind)
    .join(t.role, and_(t.role.c.person_id == t.person.c.id, t.role.c.role == Role.CITIZEN))
    .outerjoin(
        t.relation,
        and_(
            t.relation.c.citizen_id == t.person.c.id,
            t.relation.c.holder_id == bindparam("holder"),
            t.relation.c.starts_at <= bindparam("now"),
            or_(t.relation.c.ends_at.is_(None), t.relation.c.ends_at > bindparam("now")),
        ),
    )
    .where(t.person.c.id == bindparam("citizen"))
)


def add_relation(
    db: Connection,
    kind: RelationKind,
    holder_id: str,
    citizen_id: str,
    now: datetime,
    made_by: str | None,
    ends_at: datetime | None = None,
) -> None:
    """Begin a relation, which ends by itself when `ends_at` is given."""
    db.execute(
        insert(t.relation).values(
            id=new_id(),
            kind=kind,
            holder_id=holder_id,
            citizen_id=citizen_id,
            starts_at=now,
            ends_at=ends_at,
            made_by=made_by,
        )
    )


def end_relation(db: Connection, kind: RelationKind, holder_id: str, citizen_id: str, now: datetime) -> None:
    """End a relation that runs; nothing happens when there is none."""
    db.execute(
        update(t.relation)
        .where(
            t.relation.c.kind == kind,
            t.relation.c.holder_id == holder_id,
            t.relation.c.citizen_id == citizen_id,
            or_(t.relation.c.ends_at.is_(None), t.relation.c.ends_at > now),
        )
        .values(ends_at=now)
    )


def citizens_of(db: Connection, kind: RelationKind, holder_id: str, now: datetime) -> tuple[Person, ...]:
    """The citizens with whom `holder_id` has that relation now, by name."""
    rows = db.execute(
        select(t.person)
        .join(t.relation, t.relation.c.citizen_id == t.person.c.id)
        .where(
            t.relation.c.kind == kind,
            t.relation.c.holder_id == holder_id,
            t.relation.c.starts_at <= now,
            or_(t.relation.c.ends_at.is_(None), t.relation.c.ends_at > now),
        )
        .order_by(t.person.c.given_name, t.person.c.surname, t.person.c.id)
    )
    return tuple(person_of_row(row) for row in rows)


def relations_of(db: Connection, kind: RelationKind, holder_id: str, now: datetime) -> dict[str, datetime]:
    """The citizens to whom somebody has a relation that ends by itself, and when it does."""
    r = t.relation.c
    rows = db.execute(
        select(r.citizen_id, r.ends_at).where(
            r.kind == kind, r.holder_id == holder_id, r.starts_at <= now, r.ends_at > now
        )
    )
    return {row.citizen_id: row.ends_at for row in rows}


def add_person(db: Connection, person: Person, now: datetime) -> None:
    """Store a person."""
    db.execute(insert(t.person), [_person_values(person) | {"created_at": now}])


def add_people(db: Connection, people: Iterable[Person], now: datetime) -> None:
    """Store many people in one statement."""
    rows = [_person_values(person) | {"created_at": now} for person in people]
    if rows:
        db.execute(insert(t.person), rows)


def change_person(db: Connection, person: Person) -> None:
    """Store what a person is called and where they live, anew."""
    db.execute(update(t.person).where(t.person.c.id == person.id).values(_person_values(person)))


def _person_values(person: Person) -> dict[str, object]:
    values = msgspec.structs.asdict(person)
    values["area_id"] = values.pop("area")
    return values


def person_of_row(row: Row[tuple[object, ...]]) -> Person:
    """The person in a row that holds the columns of `people_person`."""
    return Person(
        id=row.id,
        given_name=row.given_name,
        surname=row.surname,
        area=row.area_id,
        phone=row.phone,
        email=row.email,
        file_id=row.file_id,
        helper_id=row.helper_id,
        language=row.language,
        protected_until=row.protected_until,
    )


def person(db: Connection, person_id: str) -> Person | None:
    """One person."""
    row = db.execute(select(t.person).where(t.person.c.id == person_id)).one_or_none()
    return None if row is None else person_of_row(row)


def people(db: Connection, person_ids: Sequence[str]) -> dict[str, Person]:
    """Those of the people who exist, by id."""
    found: dict[str, Person] = {}
    for start in range(0, len(person_ids), 500):
        rows = db.execute(select(t.person).where(t.person.c.id.in_(person_ids[start : start + 500])))
        found |= {row.id: person_of_row(row) for row in rows}
    return found


def people_by_file_id(db: Connection, role: Role) -> dict[str, Person]:
    """Everyone with that role who came from a file, by the file's id."""
    rows = db.execute(
        select(t.person)
        .join(t.role, t.role.c.person_id == t.person.c.id)
        .where(t.role.c.role == role, t.person.c.file_id.is_not(None))
    )
    return {row.file_id: person_of_row(row) for row in rows}


def find(
    db: Connection, role: Role, text: str, area: str | None, *, limit: int, offset: int
) -> tuple[tuple[Person, ...], int]:
    """People with that role whose name holds `text`, in an area or (None) in all: one page of them and the count."""
    chosen = select(t.person).join(t.role, t.role.c.person_id == t.person.c.id)
    chosen = chosen.where(t.role.c.role == role, still_here())
    for word in text.split():
        pattern = f"%{word.lower().replace('%', '').replace('_', '')}%"
        chosen = chosen.where(
            or_(func.lower(t.person.c.given_name).like(pattern), func.lower(t.person.c.surname).like(pattern))
        )
    if area is not None:
        chosen = chosen.where(t.person.c.area_id == area)
    count = db.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
    page = (
        chosen.order_by(t.person.c.given_name, t.person.c.surname, t.person.c.id).limit(limit).offset(offset)
    )
    return tuple(person_of_row(row) for row in db.execute(page)), count


def citizens_called(db: Connection, words: str) -> tuple[str, ...]:
    """Ids of at most two citizens with exactly that full name or that number in the municipality's files."""
    name = t.person.c.given_name + " " + t.person.c.surname
    rows = db.execute(
        select(t.person.c.id)
        .join(t.role, t.role.c.person_id == t.person.c.id)
        .where(
            t.role.c.role == Role.CITIZEN,
            still_here(),
            or_(name == words, func.lower(name) == words.lower(), t.role.c.file_id == words),
        )
        .limit(2)
    )
    return tuple(rows.scalars())


def add_roles(
    db: Connection,
    people: Iterable[Person],
    role: Role,
    now: datetime,
    made_by: str | None,
    area: str | None = None,
) -> None:
    """Give people a role; two with the same role can't have the same file id."""
    same = {"role": role, "area_id": area, "made_by": made_by, "made_at": now}
    rows = [{"person_id": person.id, "file_id": person.file_id, **same} for person in people]
    if rows:
        db.execute(insert(t.role), rows)


def roles(db: Connection, person_id: str) -> tuple[RoleHeld, ...]:
    """The roles that a person holds."""
    rows = db.execute(select(t.role).where(t.role.c.person_id == person_id).order_by(t.role.c.role))
    return tuple(RoleHeld(Role(row.role), row.area_id) for row in rows)


def remove_role(db: Connection, person_id: str, role: Role) -> None:
    """Take a role from a person."""
    db.execute(delete(t.role).where(t.role.c.person_id == person_id, t.role.c.role == role))


def set_role_area(db: Connection, person_id: str, role: Role, area: str | None) -> None:
    """Limit a role to citizens of another area, or (None) to none."""
    mine = (t.role.c.person_id == person_id, t.role.c.role == role)
    db.execute(update(t.role).where(*mine).values(area_id=area))
