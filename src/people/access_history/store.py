"""Queries on the access log for its readers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.sql.elements import ColumnElement

from people.access.model import DataKind, Purpose, Role
from people.access_history.anomalies import LoggedRead
from people.access_history.model import AccessEntryView
from people.audit.store import ROWS_PER_FETCH
from people.tables import directory as directory_tables
from people.tables import rights as rights_tables


def access_entries(
    db: Connection,
    citizen_id: str,
    *,
    include_own: bool = True,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int,
    offset: int,
) -> tuple[tuple[AccessEntryView, ...], int]:
    """Who has read that citizen's data, newest first: one page and the count of all.

    `include_own`: also the citizen's own reads; `since` is inclusive, `until` exclusive.
    """
    condition: ColumnElement[bool] = rights_tables.access.c.citizen_id == citizen_id
    if not include_own:
        condition &= rights_tables.access.c.actor_id != citizen_id
    if since is not None:
        condition &= rights_tables.access.c.at >= since
    if until is not None:
        condition &= rights_tables.access.c.at < until
    count = db.execute(select(func.count()).where(condition)).scalar_one()
    rows = db.execute(
        select(
            rights_tables.access,
            directory_tables.person.c.given_name,
            directory_tables.person.c.surname,
            directory_tables.area.c.name.label("unit"),
        )
        .join(directory_tables.person, directory_tables.person.c.id == rights_tables.access.c.actor_id)
        # Outer, because the log outlives the areas.
        .outerjoin(directory_tables.area, directory_tables.area.c.id == rights_tables.access.c.actor_unit)
        .where(condition)
        .order_by(rights_tables.access.c.sequence.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(_entry_view(row) for row in rows), count


def _entry_view(row: Row[Any]) -> AccessEntryView:
    purposes = tuple(Purpose(purpose) for purpose in row.purposes.split(","))
    kinds = tuple(DataKind(kind) for kind in row.kinds.split(","))
    return AccessEntryView(
        row.at, row.actor_id, _disclosed_name(row, purposes), row.actor_role, row.unit or "", kinds, purposes
    )


def _disclosed_name(row: Row[Any], purposes: Sequence[Purpose]) -> str:
    """Staff by full name, a guide by given name, a guide with an offer without name: declining is anonymous."""
    if Purpose.OFFER in purposes:
        return ""
    if row.actor_role == Role.GUIDE:
        return str(row.given_name)
    return f"{row.given_name} {row.surname}".strip()


def reads_since(db: Connection, since: datetime) -> tuple[LoggedRead, ...]:
    """Reads by staff since then, newest first. Scans from the end of the log and stops there."""
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
    reads = []
    with db.execute(newest_first, execution_options={"yield_per": ROWS_PER_FETCH}) as rows:
        for row in rows:
            if row.at < since:
                break
            purposes = tuple(Purpose(purpose) for purpose in row.purposes.split(","))
            reads.append(
                LoggedRead(row.at, row.actor_id, row.citizen_id, purposes, row.surname, row.citizen_surname)
            )
    return tuple(reads)
