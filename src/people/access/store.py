"""How people stand to citizens, asked as part of a larger statement of another package."""

from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, SelectBase, and_, bindparam, or_, select

from foundation.db.json_rows import json_rows, rows_of
from foundation.db.types import Moment, among
from people.access.model import DataKind, RelationKind, Role, Standing, Subject
from people.tables import directory as directory_tables
from people.tables import rights as rights_tables

_SUBJECT = (
    select(directory_tables.person.c.area_id, directory_tables.relation.c.kind)
    .join(
        directory_tables.role,
        and_(
            directory_tables.role.c.person_id == directory_tables.person.c.id,
            directory_tables.role.c.role == Role.CITIZEN,
        ),
    )
    .outerjoin(
        directory_tables.relation,
        and_(
            directory_tables.relation.c.citizen_id == directory_tables.person.c.id,
            directory_tables.relation.c.holder_id == bindparam("holder"),
            directory_tables.relation.c.starts_at <= bindparam("now"),
            or_(
                directory_tables.relation.c.ends_at.is_(None),
                directory_tables.relation.c.ends_at > bindparam("now"),
            ),
        ),
    )
    .where(directory_tables.person.c.id == bindparam("citizen"))
)


_CITIZEN = and_(
    directory_tables.role.c.person_id == directory_tables.person.c.id,
    directory_tables.role.c.role == Role.CITIZEN,
)


def standing_asked(citizens: SelectBase) -> tuple[ColumnElement[str], ColumnElement[str]]:
    """Two values for a larger statement, which `standing_read` reads: `areas` and `relations`.

    `citizens` gives the ids of citizens; the statement's parameters `holders` and `now` say whose relations, and when.
    """
    areas = (
        select(directory_tables.person.c.id, directory_tables.person.c.area_id)
        .join(directory_tables.role, _CITIZEN)
        .where(directory_tables.person.c.id.in_(citizens))
    )
    relations = select(
        directory_tables.relation.c.holder_id,
        directory_tables.relation.c.citizen_id,
        directory_tables.relation.c.kind,
    ).where(
        among(directory_tables.relation.c.holder_id, "holders"),
        directory_tables.relation.c.citizen_id.in_(citizens),
        directory_tables.relation.c.starts_at <= bindparam("now", type_=Moment()),
        or_(
            directory_tables.relation.c.ends_at.is_(None),
            directory_tables.relation.c.ends_at > bindparam("now", type_=Moment()),
        ),
    )
    return json_rows(areas).label("areas"), json_rows(relations).label("relations")


def standing_read(areas: str, relations: str) -> Standing:
    """How each of the holders stands to each of the citizens."""
    held: dict[tuple[str, str], frozenset[RelationKind]] = {}
    for one in _RELATION_ROWS.decode(relations):
        pair = (one.holder_id, one.citizen_id)
        held[pair] = held.get(pair, frozenset()) | {one.kind}
    return Standing({one.id: one.area_id for one in _AREA_ROWS.decode(areas)}, held)


class _Area(msgspec.Struct, frozen=True):
    id: str
    area_id: str | None


class _Relation(msgspec.Struct, frozen=True):
    holder_id: str
    citizen_id: str
    kind: RelationKind


_AREA_ROWS, _RELATION_ROWS = rows_of(_Area), rows_of(_Relation)


def subject(db: Connection, holder_id: str, citizen_id: str, now: datetime) -> Subject | None:
    """The citizen as seen by `holder_id`: area and the relations that hold now; None when there is no such citizen."""
    rows = db.execute(_SUBJECT, {"holder": holder_id, "citizen": citizen_id, "now": now}).all()
    if not rows:
        return None
    return Subject(citizen_id, rows[0].area_id, frozenset(RelationKind(row.kind) for row in rows if row.kind))


def opened(db: Connection, holder_id: str, citizen_id: str, now: datetime) -> frozenset[DataKind]:
    """The kinds of a citizen's data that somebody has opened in an emergency and that are open now."""
    e = rights_tables.emergency.c
    rows = db.execute(
        select(e.kinds).where(
            e.holder_id == holder_id, e.citizen_id == citizen_id, e.opened_at <= now, e.ends_at > now
        )
    )
    return frozenset(DataKind(kind) for row in rows for kind in row.kinds.split(","))
