"""Queries on areas and the travel times between them."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, and_, insert, select, update

from people.directory.model import Area, TravelTime
from people.tables import directory as directory_tables


def areas(db: Connection) -> tuple[Area, ...]:
    """All areas by name."""
    rows = db.execute(select(directory_tables.area).order_by(directory_tables.area.c.name))
    return tuple(Area(row.id, row.name, row.latitude, row.longitude) for row in rows)


def travel_times(db: Connection) -> tuple[TravelTime, ...]:
    """All measured travel times."""
    rows = db.execute(
        select(directory_tables.travel_time).order_by(
            directory_tables.travel_time.c.start_area, directory_tables.travel_time.c.end_area
        )
    )
    return tuple(TravelTime(row.start_area, row.end_area, row.minutes) for row in rows)


def upsert_areas(db: Connection, areas: Iterable[Area]) -> None:
    """Insert areas, or update those that are stored."""
    for area in areas:
        values = msgspec.structs.asdict(area)
        if (
            db.execute(
                update(directory_tables.area).where(directory_tables.area.c.id == area.id).values(values)
            ).rowcount
            == 0
        ):
            db.execute(insert(directory_tables.area).values(values))


def upsert_travel_times(db: Connection, times: Iterable[TravelTime]) -> None:
    """Insert travel times, or update those that are stored."""
    for time in times:
        where = and_(
            directory_tables.travel_time.c.start_area == time.start,
            directory_tables.travel_time.c.end_area == time.end,
        )
        if (
            db.execute(
                update(directory_tables.travel_time).where(where).values(minutes=time.minutes)
            ).rowcount
            == 0
        ):
            db.execute(
                insert(directory_tables.travel_time).values(
                    start_area=time.start, end_area=time.end, minutes=time.minutes
                )
            )
