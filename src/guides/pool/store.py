"""Queries on guides, requests and exclusions. Every store takes an open connection and gives back values."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, and_, bindparam, func, insert, select, update

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
    """The matching's value of a row of `GUIDES`."""
    return Guide(
        id=row.person_id,
        given_name=row.given_name,
        area=row.area_id or "",
        active=row.active,
        **{name: getattr(row, name) for name in _GUIDE_FIELDS},
    )


def request_value(row: Row[Any], excluded_guides: tuple[str, ...] = ()) -> Request:
    """The matching's value of a row of `REQUESTS`."""
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
    with bypass_row_security(
        db
    ):  # how many walk with a guide is counted over everybody, here and in `guides`
        row = db.execute(_SELECT_GUIDE, {"guide": guide_id}).one_or_none()
    return None if row is None else _guide_record(row)


def guides(db: Connection, guide_ids: Sequence[str] | None = None) -> dict[str, GuideRecord]:
    """The guides with those ids, or all, by id."""
    chosen = SELECT_GUIDES.order_by(t.guide.c.person_id)
    with bypass_row_security(db):
        rows = in_chunks(db, chosen, t.guide.c.person_id, guide_ids)
        return {row.person_id: _guide_record(row) for row in rows}


def lock_guides(db: Connection, guide_ids: Iterable[str]) -> None:
    """Keep others from giving these guides a pairing or changing their room, until the transaction ends."""
    ids = sorted(set(guide_ids))
    for start in range(0, len(ids), CHUNK):
        db.execute(
            select(t.guide.c.person_id)
            .where(t.guide.c.person_id.in_(ids[start : start + CHUNK]))
            .order_by(t.guide.c.person_id)
            .with_for_update()
        )


def lock_requests(db: Connection, request_ids: Iterable[str]) -> None:
    """Keep others from pairing or closing these requests, until the transaction ends."""
    ids = sorted(set(request_ids))
    for start in range(0, len(ids), CHUNK):
        db.execute(
            select(t.request.c.id)
            .where(t.request.c.id.in_(ids[start : start + CHUNK]))
            .order_by(t.request.c.id)
            .with_for_update()
        )


def lock_citizen(db: Connection, citizen_id: str) -> None:
    """Keep others from making a request for this citizen, until the transaction ends."""
    db.execute(
        select(directory_tables.person.c.id)
        .where(directory_tables.person.c.id == citizen_id)
        .with_for_update(key_share=True)
    )


def in_chunks(
    db: Connection, query: Select[Any], column: Any, ids: Sequence[str] | None
) -> Iterable[Row[Any]]:
    """The rows of a select with those ids in `column`, asked for in several statements; None: all rows."""
    if ids is None:
        yield from db.execute(query)
        return
    for start in range(0, len(ids), CHUNK):
        yield from db.execute(query.where(column.in_(ids[start : start + CHUNK])))


def add_guides(db: Connection, records: Iterable[GuideRecord]) -> None:
    """Store guides whose persons exist; `guide.active` and `given_name` are not stored here."""
    rows = [_guide_row(one) for one in records]
    if rows:
        db.execute(insert(t.guide), rows)


def update_guides(db: Connection, records: Iterable[GuideRecord]) -> None:
    """Store what is held about guides anew."""
    rows = [_guide_row(one) | {"guide": one.guide.id} for one in records]
    if rows:
        db.execute(update(t.guide).where(t.guide.c.person_id == bindparam("guide")), rows)


def _guide_row(record: GuideRecord) -> dict[str, object]:
    guide = record.guide
    beside = msgspec.structs.asdict(record)
    del beside["guide"]
    return {name: getattr(guide, name) for name in _GUIDE_FIELDS} | beside | {"person_id": guide.id}


def set_capacity(db: Connection, guide_id: str, capacity: int) -> None:
    """How many pairings at a time the guide wants."""
    db.execute(update(t.guide).where(t.guide.c.person_id == guide_id).values(capacity=capacity))


def set_pause(db: Connection, guide_id: str, until: date | None) -> None:
    """The last day of the guide's pause, None for none."""
    db.execute(update(t.guide).where(t.guide.c.person_id == guide_id).values(paused_until=until))


def set_credentials(
    db: Connection,
    guide_id: str,
    trained_until: date | None,
    checked_until: date | None,
    by: str,
    at: datetime,
) -> None:
    """Until when training and record check are valid, and who noted what has changed."""
    for paper, until in (("trained", trained_until), ("checked", checked_until)):
        column = t.guide.c[f"{paper}_until"]
        db.execute(
            update(t.guide)
            .where(t.guide.c.person_id == guide_id, column.is_distinct_from(until))
            .values({f"{paper}_until": until, f"{paper}_noted_by": by, f"{paper}_noted_at": at})
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
    """For each citizen with a request that is no longer open, since when the newest such one had waited."""
    rows = db.execute(
        select(t.request.c.citizen_id, func.max(t.request.c.waiting_since).label("since"))
        .where(t.request.c.status != "open")
        .group_by(t.request.c.citizen_id)
    )
    return {row.citizen_id: row.since for row in rows}


def add_requests(db: Connection, records: Iterable[RequestRecord], at: datetime) -> None:
    """Store requests of citizens who exist; exclusions are added apart."""
    rows = [_request_row(one) | {"made_at": at} for one in records]
    if rows:
        db.execute(insert(t.request), rows)


def update_requests(db: Connection, records: Iterable[RequestRecord]) -> None:
    """Store the wishes of requests anew."""
    rows = [_request_row(one) | {"request": one.request.id} for one in records]
    if rows:
        db.execute(update(t.request).where(t.request.c.id == bindparam("request")), rows)


def _request_row(record: RequestRecord) -> dict[str, object]:
    beside = msgspec.structs.asdict(record)
    del beside["request"]
    wishes = {name: getattr(record.request, name) for name in _REQUEST_FIELDS}
    return wishes | beside | {"id": record.request.id}


def close_request(db: Connection, request_id: str, status: RequestStatus, at: datetime) -> bool:
    """Close or withdraw an open request; False when it was not open."""
    closing = update(t.request).where(t.request.c.id == request_id, t.request.c.status == "open")
    return db.execute(closing.values(status=status, closed_at=at)).rowcount == 1


def exclusions(db: Connection, citizen_ids: Sequence[str] | None) -> dict[str, tuple[str, ...]]:
    """Which guides are ruled out for those citizens, or for all, by citizen."""
    found: dict[str, tuple[str, ...]] = {}
    chosen = select(t.exclusion.c.citizen_id, t.exclusion.c.guide_id).order_by(t.exclusion.c.guide_id)
    for row in in_chunks(db, chosen, t.exclusion.c.citizen_id, citizen_ids):
        found[row.citizen_id] = (*found.get(row.citizen_id, ()), row.guide_id)
    return found


def add_exclusions(db: Connection, pairs: Iterable[tuple[str, str]], by: str | None, at: datetime) -> None:
    """Rule out pairs (citizen id, guide id) for good; those already ruled out stay as they are."""
    wanted = sorted(set(pairs))
    known = exclusions(db, sorted({citizen_id for citizen_id, _ in wanted}))
    rows = [
        {"citizen_id": citizen_id, "guide_id": guide_id, "made_by": by, "made_at": at}
        for citizen_id, guide_id in wanted
        if guide_id not in known.get(citizen_id, ())
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
