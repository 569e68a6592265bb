"""Queries for the lists of citizens and of guides: filtered, sorted, one page at a time or whole."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from foundation.db.actor import as_system
from guides import tables as t
from guides.caseload.model import (
    OF_STATE,
    CitizenLine,
    CitizenState,
    Find,
    GuideLine,
    GuideState,
    citizen_state,
    guide_state,
)
from guides.lifecycle import OPEN, State
from guides.pool import store as pool_store
from people.directory.erased import still_here
from people.tables.directory import area, person

_guide_person = person.alias("guide_person")
_later = t.request.alias("later")

# A citizen's newest wish: the open one, or the one made last.
_is_newest = ~(
    select(_later.c.id)
    .where(
        _later.c.citizen_id == t.request.c.citizen_id,
        _later.c.id != t.request.c.id,
        or_(
            and_(_later.c.status == "open", t.request.c.status != "open"),
            and_(
                t.request.c.status != "open",
                _later.c.status != "open",
                or_(
                    _later.c.made_at > t.request.c.made_at,
                    and_(_later.c.made_at == t.request.c.made_at, _later.c.id > t.request.c.id),
                ),
            ),
        ),
    )
    .correlate(t.request)
    .exists()
)
_CITIZENS = (
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
_GUIDES = (
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
_NAME = (person.c.given_name, person.c.surname, person.c.id)


def citizens(
    db: Connection, find: Find, *, limit: int | None, offset: int
) -> tuple[tuple[CitizenLine, ...], int]:
    """Citizens who have asked for a guide, urgent and longest waiting first unless sorted otherwise; and the count of all."""
    chosen = _named(_CITIZENS, find).where(still_here())
    if find.state == CitizenState.WAITING:
        chosen = chosen.where(t.request.c.status == "open", t.pairing.c.id.is_(None))
    elif find.state == CitizenState.DONE:
        chosen = chosen.where(t.request.c.status != "open")
    elif find.state:
        chosen = chosen.where(t.pairing.c.state.in_(OF_STATE[CitizenState(find.state)]))
    orders: dict[str, tuple[ColumnElement[Any], ...]] = {
        "name": _NAME,
        "area": (func.coalesce(area.c.name, ""), *_NAME),
        "waiting": (t.request.c.waiting_since, t.request.c.id),
    }
    usual = (
        case((t.request.c.status == "open", 0), else_=1),
        t.request.c.urgent.desc(),
        t.request.c.waiting_since,
        t.request.c.id,
    )
    rows, count = _page(db, chosen, find, orders, usual, limit, offset)
    return tuple(
        CitizenLine(
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
    db: Connection, find: Find, today: date, *, limit: int | None, offset: int
) -> tuple[tuple[GuideLine, ...], int]:
    """Guides, by name unless sorted otherwise; and the count of all."""
    chosen = _named(_GUIDES, find).where(still_here())
    room = t.guide.c.capacity - t.guide.c.elsewhere - pool_store.active_count
    paused = and_(t.guide.c.paused_until.is_not(None), t.guide.c.paused_until >= today)
    papers = and_(t.guide.c.trained_until >= today, t.guide.c.checked_until >= today)
    match find.state:
        case GuideState.FREE:
            chosen = chosen.where(~paused, papers, room > 0)
        case GuideState.FULL:
            chosen = chosen.where(~paused, papers, room <= 0)
        case GuideState.PAUSED:
            chosen = chosen.where(paused)
        case GuideState.PAPERS:
            missing = or_(
                t.guide.c.trained_until.is_(None),
                t.guide.c.checked_until.is_(None),
                t.guide.c.trained_until < today,
                t.guide.c.checked_until < today,
            )
            chosen = chosen.where(~paused, missing)
    orders: dict[str, tuple[ColumnElement[Any], ...]] = {
        "name": _NAME,
        "area": (func.coalesce(area.c.name, ""), *_NAME),
        "room": (room, *_NAME),
    }
    with as_system(db):  # room is counted over everybody
        rows, count = _page(db, chosen, find, orders, _NAME, limit, offset)
    return tuple(_guide_line(row, today) for row in rows), count


def _guide_line(row: Any, today: date) -> GuideLine:
    dates = (row.trained_until, row.checked_until)
    return GuideLine(
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
    chosen: Select[Any],
    find: Find,
    orders: dict[str, tuple[ColumnElement[Any], ...]],
    usual: tuple[ColumnElement[Any], ...],
    limit: int | None,
    offset: int,
) -> tuple[list[Any], int]:
    order = orders.get(find.sort.removeprefix("-"), usual)
    if find.sort.startswith("-") and find.sort[1:] in orders:
        order = tuple(column.desc() for column in order)
    ordered = chosen.order_by(*order)
    rows = list(db.execute(ordered if limit is None else ordered.limit(limit).offset(offset)))
    if limit is None:
        return rows, len(rows)
    count = db.execute(select(func.count()).select_from(chosen.order_by(None).subquery())).scalar_one()
    return rows, count


def _named(chosen: Select[Any], find: Find) -> Select[Any]:
    """Those whose name holds every word, in the area. SQLite knows the case of æ, ø and å not, so both are asked for."""
    for word in find.text.split():
        plain = word.replace("%", "").replace("_", "")
        names = (person.c.given_name, person.c.surname)
        chosen = chosen.where(
            or_(*(func.lower(name).like(f"%{plain.lower()}%") for name in names))
            | or_(*(name.like(f"%{plain.capitalize()}%") for name in names))
        )
    if find.area:
        chosen = chosen.where(person.c.area_id == find.area)
    return chosen
