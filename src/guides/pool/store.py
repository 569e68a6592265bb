"""Queries on guides, requests and exclusions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Row, Select, and_, bindparam, func, insert, select, update

from foundation.db.actor import bypass_row_security
from guides import tables as t
from guides.lifecycle import OPEN
from guides.matching.model import Guide, Request
from guides.pool.model import GuideRecord, RequestRecord, RequestStatus
from people.tables import directory as directory_tables

CHUNK = 500  # ids in one statement; SQLite's limit is on the number of parameters

_GUIDE_FIELDS = tuple(
    name for name in Guide.__struct_fields__ if name not in {"id", "given_name", "area", "active"}
)
_REQUEST_FIELDS = tuple(
    name for name in Request.__struct_fields__ if name not in {"id", "given_name", "area", "excluded_guides"}
)

active_count = (
    select(func.count())
    .where(t.pairing.c.guide_id == t.guide.c.person_id, t.pairing.c.state.in_(OPEN))
    .correlate(t.guide)
    .scalar_subquery()
)
SELECT_GUIDES = select(
    t.guide,
    directory_tables.person.c.given_name,
    directory_tables.person.c.area_id,
    (t.guide.c.elsewhere + active_count).label("active"),
).join(directory_tables.person, directory_tables.person.c.id == t.guide.c.person_id)
SELECT_REQUESTS = select(
    t.request, directory_tables.person.c.given_name, directory_tables.person.c.area_id
).join(directory_tables.person, directory_tables.person.c.id == t.request.c.citizen_id)
has_open_pairing = (
    select(t.pairing.c.id)
    .where(t.pairing.c.request_id == t.request.c.id, t.pairing.c.state.in_(OPEN))
    .correlate(t.request)
    .exists()
)


def guide_value(row: Row[Any]) -> Guide:
    """The matching's guide from a row of SELECT_GUIDES."""
    return Guide(
        id=row.person_id,
        given_name=row.given_name,
        area=row.area_id or "",
        active=row.active,
        **{name: getattr(row, name) for name in _GUIDE_FIELDS},
    )


def request_value(row: Row[Any], excluded_guides: tuple[str, ...] = ()) -> Request:
    """The matching's request from a row of SELECT_REQUESTS."""
    return Request(
        id=row.id,
        given_name=row.given_name,
        area=row.area_id or "",
        excluded_guides=excluded_guides,
        **{name: getattr(row, name) for name in _REQUEST_FIELDS},
    )


def _guide_record(row: Row[Any]) -> GuideRecord:
    return GuideRecord(
        guide_value(row),
        row.elsewhere,
        row.trained_noted_by,
        row.trained_noted_at,
        row.checked_noted_by,
        row.checked_noted_at,
    )


def _request_record(row: Row[Any], excluded: Mapping[str, tuple[str, ...]]) -> RequestRecord:
    return RequestRecord(
        row.citizen_id,
        request_value(row, excluded.get(row.citizen_id, ())),
        RequestStatus(row.status),
        row.own_words,
        row.made_by,
        row.closed_at,
    )


_SELECT_GUIDE = SELECT_GUIDES.where(t.guide.c.person_id == bindparam("guide"))


def guide(db: Connection, guide_id: str) -> GuideRecord | None:
    """One guide."""
    # A guide's pairings are counted over citizens of all areas, here and in `guides`.
    with bypass_row_security(db):
        row = db.execute(_SELECT_GUIDE, {"guide": guide_id}).one_or_none()
    return None if row is None else _guide_record(row)


def guides(db: Connection, guide_ids: Sequence[str] | None = None) -> dict[str, GuideRecord]:
    """The guides with those ids, or all, by id."""
    query = SELECT_GUIDES.order_by(t.guide.c.person_id)
    with bypass_row_security(db):
        rows = in_chunks(db, query, t.guide.c.person_id, guide_ids)
        return {row.person_id: _guide_record(row) for row in rows}


def lock_guides(db: Connection, guide_ids: Iterable[str]) -> None:
    """Lock guides against new pairings and changes of capacity until the transaction ends."""
    _lock_rows(db, t.guide.c.person_id, guide_ids)


def lock_requests(db: Connection, request_ids: Iterable[str]) -> None:
    """Lock requests against being paired or closed until the transaction ends."""
    _lock_rows(db, t.request.c.id, request_ids)


def _lock_rows(db: Connection, column: Column[str], ids: Iterable[str]) -> None:
    sorted_ids = sorted(set(ids))  # every transaction locks in the same order, so that none waits in a circle
    for start in range(0, len(sorted_ids), CHUNK):
        chunk = sorted_ids[start : start + CHUNK]
        db.execute(select(column).where(column.in_(chunk)).order_by(column).with_for_update())


def lock_citizen(db: Connection, citizen_id: str) -> None:
    """Lock a citizen against new requests until the transaction ends."""
    db.execute(
        select(directory_tables.person.c.id)
        .where(directory_tables.person.c.id == citizen_id)
        .with_for_update(key_share=True)
    )


def in_chunks(
    db: Connection, query: Select[Any], column: Any, ids: Sequence[str] | None
) -> Iterable[Row[Any]]:
    """The rows of a query with these ids in `column`, CHUNK ids per statement; None: all rows."""
    if ids is None:
        yield from db.execute(query)
        return
    for start in range(0, len(ids), CHUNK):
        yield from db.execute(query.where(column.in_(ids[start : start + CHUNK])))


def add_guides(db: Connection, records: Iterable[GuideRecord]) -> None:
    """Store guides whose persons exist; `guide.active` and `guide.given_name` are not stored."""
    rows = [_guide_row(record) for record in records]
    if rows:
        db.execute(insert(t.guide), rows)


def update_guides(db: Connection, records: Iterable[GuideRecord]) -> None:
    """Update guides with all their fields."""
    rows = [_guide_row(record) | {"guide": record.guide.id} for record in records]
    if rows:
        db.execute(update(t.guide).where(t.guide.c.person_id == bindparam("guide")), rows)


def _guide_row(record: GuideRecord) -> dict[str, object]:
    guide = record.guide
    record_fields = msgspec.structs.asdict(record)
    del record_fields["guide"]
    return {name: getattr(guide, name) for name in _GUIDE_FIELDS} | record_fields | {"person_id": guide.id}


def set_capacity(db: Connection, guide_id: str, capacity: int) -> None:
    """Set how many pairings at a time the guide wants."""
    db.execute(update(t.guide).where(t.guide.c.person_id == guide_id).values(capacity=capacity))


def set_pause(db: Connection, guide_id: str, until: date | None) -> None:
    """Set the last day of the guide's pause, None for none."""
    db.execute(update(t.guide).where(t.guide.c.person_id == guide_id).values(paused_until=until))


def set_credentials(
    db: Connection,
    guide_id: str,
    trained_until: date | None,
    checked_until: date | None,
    by: str,
    at: datetime,
) -> None:
    """Set the last valid days of training and record check, and who changed which of them when."""
    for credential, until in (("trained", trained_until), ("checked", checked_until)):
        column = t.guide.c[f"{credential}_until"]
        db.execute(
            update(t.guide)
            .where(t.guide.c.person_id == guide_id, column.is_distinct_from(until))
            .values(
                {f"{credential}_until": until, f"{credential}_noted_by": by, f"{credential}_noted_at": at}
            )
        )


_SELECT_REQUEST = SELECT_REQUESTS.where(t.request.c.id == bindparam("request"))
_SELECT_OPEN_REQUEST = SELECT_REQUESTS.where(
    t.request.c.citizen_id == bindparam("citizen"), t.request.c.status == "open"
)


def request(db: Connection, request_id: str) -> RequestRecord | None:
    """One request."""
    row = db.execute(_SELECT_REQUEST, {"request": request_id}).one_or_none()
    return None if row is None else _request_record(row, exclusions(db, [row.citizen_id]))


def requests(db: Connection, request_ids: Sequence[str]) -> dict[str, RequestRecord]:
    """The requests with those ids, by id."""
    rows = list(in_chunks(db, SELECT_REQUESTS, t.request.c.id, request_ids))
    excluded = exclusions(db, [row.citizen_id for row in rows])
    return {row.id: _request_record(row, excluded) for row in rows}


def open_request(db: Connection, citizen_id: str) -> RequestRecord | None:
    """The citizen's open request; there is at most one."""
    row = db.execute(_SELECT_OPEN_REQUEST, {"citizen": citizen_id}).one_or_none()
    return None if row is None else _request_record(row, exclusions(db, [citizen_id]))


def open_requests(db: Connection) -> dict[str, RequestRecord]:
    """All open requests, waiting or with a guide, by the citizen's id."""
    excluded = exclusions(db, None)
    rows = db.execute(SELECT_REQUESTS.where(t.request.c.status == "open"))
    return {row.citizen_id: _request_record(row, excluded) for row in rows}


def waiting_since_of_latest_closed(db: Connection) -> dict[str, date]:
    """The latest `waiting_since` of the requests that are no longer open, by citizen id."""
    rows = db.execute(
        select(t.request.c.citizen_id, func.max(t.request.c.waiting_since).label("since"))
        .where(t.request.c.status != "open")
        .group_by(t.request.c.citizen_id)
    )
    return {row.citizen_id: row.since for row in rows}


def add_requests(db: Connection, records: Iterable[RequestRecord], at: datetime) -> None:
    """Store requests of citizens who exist, without their exclusions."""
    rows = [_request_row(record) | {"made_at": at} for record in records]
    if rows:
        db.execute(insert(t.request), rows)


def update_requests(db: Connection, records: Iterable[RequestRecord]) -> None:
    """Update requests with all their fields, without their exclusions."""
    rows = [_request_row(record) | {"request": record.request.id} for record in records]
    if rows:
        db.execute(update(t.request).where(t.request.c.id == bindparam("request")), rows)


def _request_row(record: RequestRecord) -> dict[str, object]:
    record_fields = msgspec.structs.asdict(record)
    del record_fields["request"]
    request_fields = {name: getattr(record.request, name) for name in _REQUEST_FIELDS}
    return request_fields | record_fields | {"id": record.request.id}


def close_request(db: Connection, request_id: str, status: RequestStatus, at: datetime) -> bool:
    """Close or withdraw an open request; returns False when it was not open."""
    statement = update(t.request).where(t.request.c.id == request_id, t.request.c.status == "open")
    return db.execute(statement.values(status=status, closed_at=at)).rowcount == 1


def exclusions(db: Connection, citizen_ids: Sequence[str] | None) -> dict[str, tuple[str, ...]]:
    """The excluded guide ids of these citizens, or of all, by citizen id."""
    excluded: dict[str, tuple[str, ...]] = {}
    query = select(t.exclusion.c.citizen_id, t.exclusion.c.guide_id).order_by(t.exclusion.c.guide_id)
    for row in in_chunks(db, query, t.exclusion.c.citizen_id, citizen_ids):
        excluded[row.citizen_id] = (*excluded.get(row.citizen_id, ()), row.guide_id)
    return excluded


def add_exclusions(db: Connection, pairs: Iterable[tuple[str, str]], by: str | None, at: datetime) -> None:
    """Exclude pairs (citizen id, guide id) for good; pairs that are excluded already keep their entry."""
    unique_pairs = sorted(set(pairs))
    existing = exclusions(db, sorted({citizen_id for citizen_id, _ in unique_pairs}))
    rows = [
        {"citizen_id": citizen_id, "guide_id": guide_id, "made_by": by, "made_at": at}
        for citizen_id, guide_id in unique_pairs
        if guide_id not in existing.get(citizen_id, ())
    ]
    if rows:
        db.execute(insert(t.exclusion), rows)


def remove_exclusion(db: Connection, citizen_id: str, guide_id: str) -> None:
    """Allow a pair again."""
    db.execute(
        t.exclusion.delete().where(
            and_(t.exclusion.c.citizen_id == citizen_id, t.exclusion.c.guide_id == guide_id)
        )
    )
