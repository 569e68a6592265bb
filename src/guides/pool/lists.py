"""Queries for the coordinator's lists of guides and of requests, one page at a time."""

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
    """Guides by name, those with room only if `free_only`: one page and the count of all."""
    chosen = _filter_by_name(
        select(t.guide.c.person_id).join(person, person.c.id == t.guide.c.person_id), text
    )
    chosen = chosen.where(not_erased())
    if free_only:
        chosen = chosen.where(t.guide.c.capacity > t.guide.c.elsewhere + store.active_count)
    ordered = chosen.order_by(person.c.given_name, person.c.surname, person.c.id)
    with bypass_row_security(db):  # room is counted over everybody
        ids = db.execute(ordered.limit(limit).offset(offset)).scalars().all()
        found = store.guides(db, ids)
        return tuple(found[id] for id in ids), _count_rows(db, chosen)


def requests_page(
    db: Connection, text: str, area: str | None, waiting_only: bool, *, limit: int, offset: int
) -> tuple[tuple[RequestRecord, ...], int]:
    """Open requests, urgent and longest waiting first; of one area's citizens, or (None) of all."""
    chosen = _filter_by_name(
        select(t.request.c.id)
        .join(person, person.c.id == t.request.c.citizen_id)
        .where(t.request.c.status == "open"),
        text,
    )
    if area is not None:
        chosen = chosen.where(person.c.area_id == area)
    if waiting_only:
        chosen = chosen.where(~store.has_open_pairing)
    ordered = chosen.order_by(t.request.c.urgent.desc(), t.request.c.waiting_since, t.request.c.id)
    ids = db.execute(ordered.limit(limit).offset(offset)).scalars().all()
    found = store.requests(db, ids)
    return tuple(found[id] for id in ids), _count_rows(db, chosen)


def in_queue_order(db: Connection, request_ids: Sequence[str], access_filter: AccessFilter) -> list[str]:
    """Those of the requests that `admits` lets through, urgent and longest waiting first."""
    chosen = select(
        t.request.c.id,
        t.request.c.citizen_id,
        t.request.c.urgent,
        t.request.c.waiting_since,
        person.c.area_id,
    ).join(person, person.c.id == t.request.c.citizen_id)
    rows = store.in_chunks(db, chosen, t.request.c.id, request_ids)
    covered = [row for row in rows if access_filter(row.citizen_id, row.area_id)]
    covered.sort(key=lambda row: (not row.urgent, row.waiting_since, row.id))
    return [row.id for row in covered]


def guide_tags(db: Connection, *, help_tags_max: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What guides help with, the most common first and at most `most`; and the genders among them."""
    helps: Counter[str] = Counter()
    genders: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for row in db.execute(select(t.guide.c.helps_with, t.guide.c.gender)):
        for counted, words in ((helps, row.helps_with), (genders, (row.gender,) if row.gender else ())):
            for word in words:
                spelled.setdefault(fold(word), word)
                counted[fold(word)] += 1

    def common(counted: Counter[str], limit: int) -> tuple[str, ...]:
        ordered = sorted(counted, key=lambda word: (-counted[word], word))
        return tuple(spelled[word] for word in ordered[:limit])

    return common(helps, help_tags_max), common(genders, help_tags_max)


def _filter_by_name(query: Select[Any], text: str) -> Select[Any]:
    for word in text.split():
        pattern = f"%{word.lower().replace('%', '').replace('_', '')}%"
        query = query.where(
            or_(func.lower(person.c.given_name).like(pattern), func.lower(person.c.surname).like(pattern))
        )
    return query


def _count_rows(db: Connection, query: Select[Any]) -> int:
    return db.execute(select(func.count()).select_from(query.subquery())).scalar_one()
