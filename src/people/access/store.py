"""What the policy has to know: how an actor is related to citizens, for one request or as part of a larger statement."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, SelectBase, and_, bindparam, or_, select

from foundation.db.json_rows import json_agg, row_decoder
from foundation.db.types import UtcDateTime, any_of
from people.access.model import DataKind, DataSubject, RelationKind, Relationships, Role
from people.tables import directory as directory_tables
from people.tables import rights as rights_tables

_CITIZEN = and_(
    directory_tables.role.c.person_id == directory_tables.person.c.id,
    directory_tables.role.c.role == Role.CITIZEN,
)


def relationship_columns(citizens: SelectBase) -> tuple[ColumnElement[str], ColumnElement[str]]:
    """Two columns for a larger statement, `areas` and `relations`, to be decoded by `decode_relationships`.

    `citizens` selects ids of citizens; the statement's parameters `holders` and `now` say whose relations,
    and when.
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
        any_of(directory_tables.relation.c.holder_id, "holders"),
        directory_tables.relation.c.citizen_id.in_(citizens),
        directory_tables.relation.c.starts_at <= bindparam("now", type_=UtcDateTime()),
        or_(
            directory_tables.relation.c.ends_at.is_(None),
            directory_tables.relation.c.ends_at > bindparam("now", type_=UtcDateTime()),
        ),
    )
    return json_agg(areas).label("areas"), json_agg(relations).label("relations")


def decode_relationships(areas: str, relations: str) -> Relationships:
    """How each of the holders is related to each of the citizens."""
    kinds: dict[tuple[str, str], frozenset[RelationKind]] = {}
    for relation in _RELATION_ROWS.decode(relations):
        pair = (relation.holder_id, relation.citizen_id)
        kinds[pair] = kinds.get(pair, frozenset()) | {relation.kind}
    return Relationships({area.id: area.area_id for area in _AREA_ROWS.decode(areas)}, kinds)


class _Area(msgspec.Struct, frozen=True):
    id: str
    area_id: str | None


class _Relation(msgspec.Struct, frozen=True):
    holder_id: str
    citizen_id: str
    kind: RelationKind


_AREA_ROWS, _RELATION_ROWS = row_decoder(_Area), row_decoder(_Relation)


_SUBJECTS = (
    select(directory_tables.person.c.id, directory_tables.person.c.area_id, directory_tables.relation.c.kind)
    .join(directory_tables.role, _CITIZEN)
    # Time and holder are conditions of the join, not of WHERE: a citizen without a relation has to stay in
    # the result, because an area alone can give access.
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
    # Not IN: its text changes with the number of ids, and each text is compiled and planned again.
    .where(any_of(directory_tables.person.c.id, "citizens"))
)


def subjects(
    db: Connection, holder_id: str, citizen_ids: Collection[str], now: datetime
) -> dict[str, DataSubject]:
    """The citizens as `holder_id` is related to them at that time, by id; ids of nobody are left out."""
    areas: dict[str, str | None] = {}
    relations: dict[str, set[RelationKind]] = {}
    for row in db.execute(_SUBJECTS, {"holder": holder_id, "citizens": citizen_ids, "now": now}):
        areas[row.id] = row.area_id
        if row.kind:
            relations.setdefault(row.id, set()).add(RelationKind(row.kind))
    return {
        citizen_id: DataSubject(citizen_id, area, frozenset(relations.get(citizen_id, ())))
        for citizen_id, area in areas.items()
    }


_OPENED = select(rights_tables.emergency.c.citizen_id, rights_tables.emergency.c.kinds).where(
    rights_tables.emergency.c.holder_id == bindparam("holder"),
    any_of(rights_tables.emergency.c.citizen_id, "citizens"),
    rights_tables.emergency.c.opened_at <= bindparam("now"),
    rights_tables.emergency.c.ends_at > bindparam("now"),
)


def opened_kinds(
    db: Connection, holder_id: str, citizen_ids: Collection[str], now: datetime
) -> dict[str, frozenset[DataKind]]:
    """The kinds of data that `holder_id` has opened in an emergency and that are still open, by citizen."""
    opened: dict[str, frozenset[DataKind]] = {}
    for row in db.execute(_OPENED, {"holder": holder_id, "citizens": citizen_ids, "now": now}):
        kinds = frozenset(DataKind(kind) for kind in row.kinds.split(","))
        opened[row.citizen_id] = opened.get(row.citizen_id, frozenset()) | kinds
    return opened
