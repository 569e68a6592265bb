"""Queries on the access log for readers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.sql.elements import ColumnElement

from people.access.model import DataKind, Purpose, Role
from people.access_history.anomalies import Read
from people.access_history.model import SeenBy
from people.audit.store import READ_AT_ONCE
from people.tables import directory as directory_tables
from people.tables import rights as rights_tables


def access_lines(
    db: Connection,
    citizen_id: str,
    *,
    own: bool = True,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int,
    offset: int,
) -> tuple[tuple[SeenBy, ...], int]:
    """Who has looked at that citizen's data, newest first: one page and the count of all.

    `own`: also what the citizen looked at; `since`, `until`: from then on, and before then.
    """
    mine: ColumnElement[bool] = rights_tables.access.c.citizen_id == citizen_id
    if not own:
        mine &= rights_tables.access.c.actor_id != citizen_id
    if since is not None:
        mine &= rights_tables.access.c.at >= since
    if until is not None:
        mine &= rights_tables.access.c.at < until
    count = db.execute(select(func.count()).where(mine)).scalar_one()
    rows = db.execute(
        select(
            rights_tables.access,
            directory_tables.person.c.given_name,
            directory_tables.person.c.surname,
            directory_tables.area.c.name.label("unit"),
        )
        .join(directory_tables.person, directory_tables.person.c.id == rights_tables.access.c.actor_id)
        .outerjoin(directory_tables.area, directory_tables.area.c.id == rights_tables.access.c.actor_unit)
        .where(mine)
        .order_by(rights_tables.access.c.sequence.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(_seen_by(row) for row in rows), count


def _seen_by(row: Row[Any]) -> SeenBy:
    purposes = tuple(Purpose(one) for one in row.purposes.split(","))
    kinds = tuple(DataKind(one) for one in row.kinds.split(","))
    return SeenBy(
        row.at, row.actor_id, _name_told(row, purposes), row.actor_role, row.unit or "", kinds, purposes
    )


def _name_told(row: Row[Any], purposes: Sequence[Purpose]) -> str:
    """Staff by their full name, a guide by the given name, and a guide who was asked by none: a no has no name."""
    if Purpose.OFFER in purposes:
        return ""
    if row.actor_role == Role.GUIDE:
        return str(row.given_name)
    return f"{row.given_name} {row.surname}".strip()


def reads_since(db: Connection, since: datetime) -> tuple[Read, ...]:
    """What staff have read since then, newest first. Reads from the end of the log and stops there."""
    citizen = directory_tables.person.alias("citizen")
    newest_first = (
        select(
            rights_tables.access,
            directory_tables.person.c.surname,
            citizen.c.surname.label("citizen_surname"),
        )
        .join(directory_tables.person, directory_tables.person.c.id == rights_tables.access.c.actor_id)
        .join(citizen, citizen.c.id == rights_tables.access.c.citizen_id)
        .where(rights_tables.access.c.actor_role.not_in([Role.CITIZEN, Role.GUIDE]))
        .order_by(rights_tables.access.c.sequence.desc())
    )
    found = []
    with db.execute(newest_first, execution_options={"yield_per": READ_AT_ONCE}) as rows:
        for row in rows:
            if row.at < since:
                break
            purposes = tuple(Purpose(one) for one in row.purposes.split(","))
            found.append(
                Read(row.at, row.actor_id, row.citizen_id, purposes, row.surname, row.citizen_surname)
            )
    return tuple(found)
