"""Queries on areas and the travel times between them."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, and_, insert, select, update

from people.access.model import Area, TravelTime
from people.tables import sign_in as t


def areas(db: Connection) -> tuple[Area, ...]:
    """All areas by name."""
    rows = db.execute(select(t.area).order_by(t.area.c.name))
    return tuple(Area(row.id, row.name, row.latitude, row.longitude) for row in rows)


def travel_times(db: Connection) -> tuple[TravelTime, ...]:
    """The travel times that were measured."""
    rows = db.execute(select(t.travel_time).order_by(t.travel_time.c.start_area, t.travel_time.c.end_area))
    return tuple(TravelTime(row.start_area, row.end_area, row.minutes) for row in rows)


def put_areas(db: Connection, areas: Iterable[Area]) -> None:
    """Store areas, or the new names and places of those that are stored."""
    for area in areas:
        values = msgspec.structs.asdict(area)
        if db.execute(update(t.area).where(t.area.c.id == area.id).values(values)).rowcount == 0:
            db.execute(insert(t.area).values(values))


def put_travel_times(db: Connection, times: Iterable[TravelTime]) -> None:
    """Store travel times, or their new lengths."""
    for time in times:
        where = and_(t.travel_time.c.start_area == time.start, t.travel_time.c.end_area == time.end)
        if db.execute(update(t.travel_time).where(where).values(minutes=time.minutes)).rowcount == 0:
            db.execute(
                insert(t.travel_time).values(start_area=time.start, end_area=time.end, minutes=time.minutes)
            )
