"""How people stand to citizens, asked as part of a larger statement of another package."""

import msgspec
from sqlalchemy import ColumnElement, SelectBase, and_, bindparam, or_, select

from foundation.db.json_rows import json_rows, rows_of
from foundation.db.types import Moment, among
from people.access.model import RelationKind, Role, Standing
from people.tables import sign_in as t

_CITIZEN = and_(t.role.c.person_id == t.person.c.id, t.role.c.role == Role.CITIZEN)


def standing_asked(citizens: SelectBase) -> tuple[ColumnElement[str], ColumnElement[str]]:
    """Two values for a larger statement, which `standing_read` reads: `areas` and `relations`.

    `citizens` gives the ids of citizens; the statement's parameters `holders` and `now` say whose relations, and when.
    """
    areas = (
        select(t.person.c.id, t.person.c.area_id).join(t.role, _CITIZEN).where(t.person.c.id.in_(citizens))
    )
    relations = select(t.relation.c.holder_id, t.relation.c.citizen_id, t.relation.c.kind).where(
        among(t.relation.c.holder_id, "holders"),
        t.relation.c.citizen_id.in_(citizens),
        t.relation.c.starts_at <= bindparam("now", type_=Moment()),
        or_(t.relation.c.ends_at.is_(None), t.relation.c.ends_at > bindparam("now", type_=Moment())),
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
