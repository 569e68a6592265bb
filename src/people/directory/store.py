"""Queries on people, their roles and relations."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import (
    Connection,
    Row,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from foundation.ids import new_id
from people.access.model import RelationKind, Role, RoleAssignment
from people.directory.erased import not_erased
from people.directory.model import Person
from people.tables import directory as directory_tables


def set_language(db: Connection, person_id: str, language: str) -> None:
    """Store the language that a person reads in."""
    db.execute(
        update(directory_tables.person)
        .where(directory_tables.person.c.id == person_id)
        .values(language=language)
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
    """Start a relation, which ends by itself at `ends_at`."""
    db.execute(
        insert(directory_tables.relation).values(
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
    """End an active relation; nothing happens when there is none."""
    db.execute(
        update(directory_tables.relation)
        .where(
            directory_tables.relation.c.kind == kind,
            directory_tables.relation.c.holder_id == holder_id,
            directory_tables.relation.c.citizen_id == citizen_id,
            or_(directory_tables.relation.c.ends_at.is_(None), directory_tables.relation.c.ends_at > now),
        )
        .values(ends_at=now)
    )


def citizens_of(db: Connection, kind: RelationKind, holder_id: str, now: datetime) -> tuple[Person, ...]:
    """The citizens to whom `holder_id` has that relation now, by name."""
    rows = db.execute(
        select(directory_tables.person)
        .join(
            directory_tables.relation, directory_tables.relation.c.citizen_id == directory_tables.person.c.id
        )
        .where(
            directory_tables.relation.c.kind == kind,
            directory_tables.relation.c.holder_id == holder_id,
            directory_tables.relation.c.starts_at <= now,
            or_(directory_tables.relation.c.ends_at.is_(None), directory_tables.relation.c.ends_at > now),
        )
        .order_by(
            directory_tables.person.c.given_name,
            directory_tables.person.c.surname,
            directory_tables.person.c.id,
        )
    )
    return tuple(person_from_row(row) for row in rows)


def relations_of(db: Connection, kind: RelationKind, holder_id: str, now: datetime) -> dict[str, datetime]:
    """The citizens to whom a person has a relation with an end, and when it ends."""
    r = directory_tables.relation.c
    rows = db.execute(
        select(r.citizen_id, r.ends_at).where(
            r.kind == kind, r.holder_id == holder_id, r.starts_at <= now, r.ends_at > now
        )
    )
    return {row.citizen_id: row.ends_at for row in rows}


def add_person(db: Connection, person: Person, now: datetime) -> None:
    """Store a person."""
    db.execute(insert(directory_tables.person), [_person_values(person) | {"created_at": now}])


def add_people(db: Connection, people: Iterable[Person], now: datetime) -> None:
    """Store many people in one statement."""
    rows = [_person_values(person) | {"created_at": now} for person in people]
    if rows:
        db.execute(insert(directory_tables.person), rows)


def change_person(db: Connection, person: Person) -> None:
    """Update all fields of a person."""
    db.execute(
        update(directory_tables.person)
        .where(directory_tables.person.c.id == person.id)
        .values(_person_values(person))
    )


def _person_values(person: Person) -> dict[str, object]:
    values = msgspec.structs.asdict(person)
    values["area_id"] = values.pop("area")
    return values


def person_from_row(row: Row[tuple[object, ...]]) -> Person:
    """The person in a row that has the columns of `people_person`."""
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
    row = db.execute(
        select(directory_tables.person).where(directory_tables.person.c.id == person_id)
    ).one_or_none()
    return None if row is None else person_from_row(row)


def people(db: Connection, person_ids: Sequence[str]) -> dict[str, Person]:
    """Those of the people who exist, by id."""
    people_by_id: dict[str, Person] = {}
    for start in range(0, len(person_ids), 500):
        rows = db.execute(
            select(directory_tables.person).where(
                directory_tables.person.c.id.in_(person_ids[start : start + 500])
            )
        )
        people_by_id |= {row.id: person_from_row(row) for row in rows}
    return people_by_id


def people_by_file_id(db: Connection, role: Role) -> dict[str, Person]:
    """Everyone with that role who has an id in the municipality's files, by that id."""
    rows = db.execute(
        select(directory_tables.person)
        .join(directory_tables.role, directory_tables.role.c.person_id == directory_tables.person.c.id)
        .where(directory_tables.role.c.role == role, directory_tables.person.c.file_id.is_not(None))
    )
    return {row.file_id: person_from_row(row) for row in rows}


def search(
    db: Connection, role: Role, text: str, area: str | None, *, limit: int, offset: int
) -> tuple[tuple[Person, ...], int]:
    """People with that role whose name contains `text`, in an area or (None) in all: one page and the count
    of all.
    """
    matching = select(directory_tables.person).join(
        directory_tables.role, directory_tables.role.c.person_id == directory_tables.person.c.id
    )
    matching = matching.where(directory_tables.role.c.role == role, not_erased())
    for word in text.split():
        # A typed % or _ would be a wildcard of LIKE.
        pattern = f"%{word.lower().replace('%', '').replace('_', '')}%"
        matching = matching.where(
            or_(
                func.lower(directory_tables.person.c.given_name).like(pattern),
                func.lower(directory_tables.person.c.surname).like(pattern),
            )
        )
    if area is not None:
        matching = matching.where(directory_tables.person.c.area_id == area)
    count = db.execute(select(func.count()).select_from(matching.subquery())).scalar_one()
    page = (
        matching.order_by(
            directory_tables.person.c.given_name,
            directory_tables.person.c.surname,
            directory_tables.person.c.id,
        )
        .limit(limit)
        .offset(offset)
    )
    return tuple(person_from_row(row) for row in db.execute(page)), count


def citizens_by_name_or_number(db: Connection, name_or_number: str) -> tuple[str, ...]:
    """Ids of at most two citizens with exactly that full name or that number in the municipality's files."""
    name = directory_tables.person.c.given_name + " " + directory_tables.person.c.surname
    rows = db.execute(
        select(directory_tables.person.c.id)
        .join(directory_tables.role, directory_tables.role.c.person_id == directory_tables.person.c.id)
        .where(
            directory_tables.role.c.role == Role.CITIZEN,
            not_erased(),
            or_(
                # Compared twice, because SQLite's lower() leaves Æ, Ø and Å as they are.
                name == name_or_number,
                func.lower(name) == name_or_number.lower(),
                directory_tables.role.c.file_id == name_or_number,
            ),
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
    """Give people a role; a file id is unique within a role."""
    shared_values = {"role": role, "area_id": area, "made_by": made_by, "made_at": now}
    rows = [{"person_id": person.id, "file_id": person.file_id, **shared_values} for person in people]
    if rows:
        db.execute(insert(directory_tables.role), rows)


def roles(db: Connection, person_id: str) -> tuple[RoleAssignment, ...]:
    """The roles that a person holds."""
    rows = db.execute(
        select(directory_tables.role)
        .where(directory_tables.role.c.person_id == person_id)
        .order_by(directory_tables.role.c.role)
    )
    return tuple(RoleAssignment(Role(row.role), row.area_id) for row in rows)


def remove_role(db: Connection, person_id: str, role: Role) -> None:
    """Remove a role from a person."""
    db.execute(
        delete(directory_tables.role).where(
            directory_tables.role.c.person_id == person_id, directory_tables.role.c.role == role
        )
    )


def set_role_area(db: Connection, person_id: str, role: Role, area: str | None) -> None:
    """Limit a role to citizens of another area, or (None) to no area."""
    conditions = (directory_tables.role.c.person_id == person_id, directory_tables.role.c.role == role)
    db.execute(update(directory_tables.role).where(*conditions).values(area_id=area))
