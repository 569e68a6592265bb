"""Queries for the coordinator's lists of guides and of requests."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from foundation.db.actor import bypass_row_security
from guides import tables as t
from guides.access import AccessFilter
from guides.matching.model import fold
from guides.pool import store
from guides.pool.model import GuideRecord, RequestRecord
from people.directory.erased import not_erased
from people.tables.directory import person


def guides_page(
    db: Connection, text: str, free_only: bool, *, limit: int, offset: int
) -> tuple[tuple[GuideRecord, ...], int]:
    """One page of guides by name, only those with free capacity if `free_only`, and the count of all."""
    query = _filter_by_name(
        select(t.guide.c.person_id).join(person, person.c.id == t.guide.c.person_id), text
    )
    query = query.where(not_erased())
    if free_only:
        query = query.where(t.guide.c.capacity > t.guide.c.elsewhere + store.active_count)
    ordered = query.order_by(person.c.given_name, person.c.surname, person.c.id)
    with bypass_row_security(db):  # capacity is used by citizens of all areas
        ids = db.execute(ordered.limit(limit).offset(offset)).scalars().all()
        records = store.guides(db, ids)
        return tuple(records[guide_id] for guide_id in ids), _count_rows(db, query)


def waiting_requests(
    db: Connection, area: str | None, *, limit: int
) -> tuple[tuple[RequestRecord, ...], int]:
    """The first waiting requests, urgent and longest waiting first, of one area or (None) of all; the count of all."""
    query = (
        select(t.request.c.id)
        .join(person, person.c.id == t.request.c.citizen_id)
        .where(t.request.c.status == "open", ~store.has_open_pairing)
    )
    if area is not None:
        query = query.where(person.c.area_id == area)
    ordered = query.order_by(t.request.c.urgent.desc(), t.request.c.waiting_since, t.request.c.id)
    ids = db.execute(ordered.limit(limit)).scalars().all()
    records = store.requests(db, ids)
    return tuple(records[request_id] for request_id in ids), _count_rows(db, query)


def in_queue_order(db: Connection, request_ids: Sequence[str], access_filter: AccessFilter) -> list[str]:
    """The ids of the requests that the filter accepts, urgent and longest waiting first."""
    query = select(
        t.request.c.id,
        t.request.c.citizen_id,
        t.request.c.urgent,
        t.request.c.waiting_since,
        person.c.area_id,
    ).join(person, person.c.id == t.request.c.citizen_id)
    rows = store.in_chunks(db, query, t.request.c.id, request_ids)
    covered = [row for row in rows if access_filter(row.citizen_id, row.area_id)]
    covered.sort(key=lambda row: (not row.urgent, row.waiting_since, row.id))
    return [row.id for row in covered]


def guide_tags(db: Connection, *, help_tags_max: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds of help that guides offer and their genders: the most common first, at most `help_tags_max` each."""
    helps: Counter[str] = Counter()
    genders: Counter[str] = Counter()
    spelling: dict[str, str] = {}  # as first written, by the folded tag
    for row in db.execute(select(t.guide.c.helps_with, t.guide.c.gender)):
        for counter, tags in ((helps, row.helps_with), (genders, (row.gender,) if row.gender else ())):
            for tag in tags:
                spelling.setdefault(fold(tag), tag)
                counter[fold(tag)] += 1

    def most_common(counter: Counter[str]) -> tuple[str, ...]:
        ordered = sorted(counter, key=lambda tag: (-counter[tag], tag))
        return tuple(spelling[tag] for tag in ordered[:help_tags_max])

    return most_common(helps), most_common(genders)


def _filter_by_name(query: Select[Any], text: str) -> Select[Any]:
    for word in text.split():
        pattern = f"%{word.lower().replace('%', '').replace('_', '')}%"
        query = query.where(
            or_(func.lower(person.c.given_name).like(pattern), func.lower(person.c.surname).like(pattern))
        )
    return query


def _count_rows(db: Connection, query: Select[Any]) -> int:
    return db.execute(select(func.count()).select_from(query.subquery())).scalar_one()
