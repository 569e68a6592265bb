"""Queries for the lists of citizens and guides: filtered, sorted, one page at a time or all."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from foundation.db.actor import bypass_row_security
from guides import tables as t
from guides.caseload.model import (
    PAIRING_STATES_BY_CITIZEN_STATE,
    CitizenRow,
    CitizenState,
    GuideRow,
    GuideState,
    ListQuery,
    citizen_state,
    guide_state,
)
from guides.lifecycle import OPEN, State
from guides.pool import store as pool_store
from people.directory.erased import not_erased
from people.tables.directory import area, person

_guide_person = person.alias("guide_person")
_later_request = t.request.alias("later")

# A citizen's newest request: the open one, else the one made last.
_is_newest = ~(
    select(_later_request.c.id)
    .where(
        _later_request.c.citizen_id == t.request.c.citizen_id,
        _later_request.c.id != t.request.c.id,
        or_(
            and_(_later_request.c.status == "open", t.request.c.status != "open"),
            and_(
                t.request.c.status != "open",
                _later_request.c.status != "open",
                or_(
                    _later_request.c.made_at > t.request.c.made_at,
                    and_(
                        _later_request.c.made_at == t.request.c.made_at, _later_request.c.id > t.request.c.id
                    ),
                ),
            ),
        ),
    )
    .correlate(t.request)
    .exists()
)
_SELECT_CITIZENS = (
    select(
        t.request.c.citizen_id,
        t.request.c.id.label("request_id"),
        t.request.c.status,
        t.request.c.waiting_since,
        t.request.c.urgent,
        person.c.given_name,
        person.c.surname,
        func.coalesce(area.c.name, "").label("area_name"),
        t.pairing.c.id.label("pairing_id"),
        t.pairing.c.state,
        t.pairing.c.guide_id,
        _guide_person.c.given_name.label("guide_given_name"),
        _guide_person.c.surname.label("guide_surname"),
    )
    .join(person, person.c.id == t.request.c.citizen_id)
    .outerjoin(area, area.c.id == person.c.area_id)
    .outerjoin(t.pairing, and_(t.pairing.c.request_id == t.request.c.id, t.pairing.c.state.in_(OPEN)))
    .outerjoin(_guide_person, _guide_person.c.id == t.pairing.c.guide_id)
    .where(_is_newest)
)
_SELECT_GUIDES = (
    select(
        t.guide,
        person.c.given_name,
        person.c.surname,
        func.coalesce(area.c.name, "").label("area_name"),
        (t.guide.c.elsewhere + pool_store.active_count).label("active"),
    )
    .join(person, person.c.id == t.guide.c.person_id)
    .outerjoin(area, area.c.id == person.c.area_id)
)
_NAME_ORDER = (person.c.given_name, person.c.surname, person.c.id)


def citizens(
    db: Connection, list_query: ListQuery, *, limit: int | None, offset: int
) -> tuple[tuple[CitizenRow, ...], int]:
    """Returns one page of citizens who have asked for a guide, and the count of all.

    Urgent and longest waiting first, unless the query sorts otherwise. `limit` None returns all.
    """
    query = _filter_by_name(_SELECT_CITIZENS, list_query).where(not_erased())
    if list_query.state == CitizenState.WAITING:
        query = query.where(t.request.c.status == "open", t.pairing.c.id.is_(None))
    elif list_query.state == CitizenState.DONE:
        query = query.where(t.request.c.status != "open")
    elif list_query.state:
        query = query.where(
            t.pairing.c.state.in_(PAIRING_STATES_BY_CITIZEN_STATE[CitizenState(list_query.state)])
        )
    orders: dict[str, tuple[ColumnElement[Any], ...]] = {
        "name": _NAME_ORDER,
        "area": (func.coalesce(area.c.name, ""), *_NAME_ORDER),
        "waiting": (t.request.c.waiting_since, t.request.c.id),
    }
    default_order = (
        case((t.request.c.status == "open", 0), else_=1),
        t.request.c.urgent.desc(),
        t.request.c.waiting_since,
        t.request.c.id,
    )
    rows, count = _page(db, query, list_query, orders, default_order, limit, offset)
    return tuple(
        CitizenRow(
            row.citizen_id,
            f"{row.given_name} {row.surname}".strip(),
            row.area_name,
            row.request_id,
            row.waiting_since,
            row.urgent,
            citizen_state(row.status == "open", State(row.state) if row.state else None),
            row.pairing_id or "",
            row.guide_id or "",
            f"{row.guide_given_name or ''} {row.guide_surname or ''}".strip(),
        )
        for row in rows
    ), count


def guides(
    db: Connection, list_query: ListQuery, today: date, *, limit: int | None, offset: int
) -> tuple[tuple[GuideRow, ...], int]:
    """Returns one page of guides, by name unless the query sorts otherwise, and the count of all.

    `limit` None returns all.
    """
    query = _filter_by_name(_SELECT_GUIDES, list_query).where(not_erased())
    room = t.guide.c.capacity - t.guide.c.elsewhere - pool_store.active_count
    paused = and_(t.guide.c.paused_until.is_not(None), t.guide.c.paused_until >= today)
    credentials_valid = and_(t.guide.c.trained_until >= today, t.guide.c.checked_until >= today)
    match list_query.state:
        case GuideState.FREE:
            query = query.where(~paused, credentials_valid, room > 0)
        case GuideState.FULL:
            query = query.where(~paused, credentials_valid, room <= 0)
        case GuideState.PAUSED:
            query = query.where(paused)
        case GuideState.CREDENTIALS_MISSING:
            missing = or_(
                t.guide.c.trained_until.is_(None),
                t.guide.c.checked_until.is_(None),
                t.guide.c.trained_until < today,
                t.guide.c.checked_until < today,
            )
            query = query.where(~paused, missing)
    orders: dict[str, tuple[ColumnElement[Any], ...]] = {
        "name": _NAME_ORDER,
        "area": (func.coalesce(area.c.name, ""), *_NAME_ORDER),
        "room": (room, *_NAME_ORDER),
    }
    with bypass_row_security(db):  # room depends on pairings with every citizen
        rows, count = _page(db, query, list_query, orders, _NAME_ORDER, limit, offset)
    return tuple(_guide_row(row, today) for row in rows), count


def _guide_row(row: Any, today: date) -> GuideRow:
    dates = (row.trained_until, row.checked_until)
    return GuideRow(
        row.person_id,
        f"{row.given_name} {row.surname}".strip(),
        row.area_name,
        row.capacity,
        row.active,
        guide_state(row.capacity - row.active, *dates, row.paused_until, today),
        row.paused_until,
        None if None in dates else min(dates),
    )


def _page(
    db: Connection,
    query: Select[Any],
    list_query: ListQuery,
    orders: dict[str, tuple[ColumnElement[Any], ...]],
    default_order: tuple[ColumnElement[Any], ...],
    limit: int | None,
    offset: int,
) -> tuple[list[Any], int]:
    order = orders.get(list_query.sort.removeprefix("-"), default_order)
    if list_query.sort.startswith("-") and list_query.sort[1:] in orders:
        order = tuple(column.desc() for column in order)
    ordered = query.order_by(*order)
    rows = list(db.execute(ordered if limit is None else ordered.limit(limit).offset(offset)))
    if limit is None:
        return rows, len(rows)
    count = db.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
    return rows, count


def _filter_by_name(query: Select[Any], list_query: ListQuery) -> Select[Any]:
    """Keeps those in the area whose name contains every word of the text.

    SQLite's `lower` does not know æ, ø and å, so that a capitalised word is searched for as well.
    """
    for word in list_query.text.split():
        literal = word.replace("%", "").replace("_", "")
        names = (person.c.given_name, person.c.surname)
        query = query.where(
            or_(*(func.lower(name).like(f"%{literal.lower()}%") for name in names))
            | or_(*(name.like(f"%{literal.capitalize()}%") for name in names))
        )
    if list_query.area:
        query = query.where(person.c.area_id == list_query.area)
    return query
