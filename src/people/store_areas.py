"""Queries on areas and the travel times between them."""

from sqlalchemy import Connection, and_, insert, select, update

from people import tables as t


def areas(db: Connection) -> tuple[tuple[str, str, float, float], ...]:
    """All areas by name: id, name, latitude, longitude."""
    rows = db.execute(select(t.area).order_by(t.area.c.name))
    return tuple((row.id, row.name, row.latitude, row.longitude) for row in rows)


def travel_times(db: Connection) -> tuple[tuple[str, str, int], ...]:
    """Measured travel times: from area, to area, minutes."""
    rows = db.execute(select(t.travel_time).order_by(t.travel_time.c.start_area, t.travel_time.c.end_area))
    return tuple((row.start_area, row.end_area, row.minutes) for row in rows)


def put_area(db: Connection, area_id: str, name: str, latitude: float, longitude: float) -> None:
    """Store an area, or its new name and place."""
    values = {"name": name, "latitude": latitude, "longitude": longitude}
    if db.execute(update(t.area).where(t.area.c.id == area_id).values(values)).rowcount == 0:
        db.execute(insert(t.area).values(id=area_id, **values))


def put_travel_time(db: Connection, start: str, end: str, minutes: int) -> None:
    """Store the travel time between two areas, or its new length."""
    where = and_(t.travel_time.c.start_area == start, t.travel_time.c.end_area == end)
    if db.execute(update(t.travel_time).where(where).values(minutes=minutes)).rowcount == 0:
        db.execute(insert(t.travel_time).values(start_area=start, end_area=end, minutes=minutes))
