"""Queries for the coordinator's lists of guides and of requests, one page at a time."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from foundation.db.actor import as_system
from guides import tables as t
from guides.access import Admits
from guides.matching.model import fold
from guides.pool import store
from guides.pool.model import KeptGuide, KeptRequest
from people.directory.erased import still_here
from people.tables.directory import person


def guides_page(
    db: Connection, text: str, free_only: bool, *, limit: int, offset: int
) -> tuple[tuple[KeptGuide, ...], int]:
    """Guides by name, those with room only if `free_only`: one page and the count of all."""
    chosen = _named(select(t.guide.c.person_id).join(person, person.c.id == t.guide.c.person_id), text)
    chosen = chosen.where(still_here())
    if free_only:
        chosen = chosen.where(t.guide.c.capacity > t.guide.c.elsewhere + store.active_count)
    ordered = chosen.order_by(person.c.given_name, person.c.surname, person.c.id)
    with as_system(db):  # room is counted over everybody
        ids = db.execute(ordered.limit(limit).offset(offset)).scalars().all()
        found = store.guides(db, ids)
        return tuple(found[id] for id in ids), _count(db, chosen)


def requests_page(
    db: Connection, text: str, area: str | None, waiting_only: bool, *, limit: int, offset: int
) -> tuple[tuple[KeptRequest, ...], int]:
    """Open requests, urgent and longest waiting first; of one area's citizens, or (None) of all."""
    chosen = _named(
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
    return tuple(found[id] for id in ids), _count(db, chosen)


def in_queue_order(db: Connection, request_ids: Sequence[str], admits: Admits) -> list[str]:
    """Those of the requests that `admits` lets through, urgent and longest waiting first."""
    chosen = select(
        t.request.c.id,
        t.request.c.citizen_id,
        t.request.c.urgent,
        t.request.c.waiting_since,
        person.c.area_id,
    ).join(person, person.c.id == t.request.c.citizen_id)
    rows = store.in_chunks(db, chosen, t.request.c.id, request_ids)
    covered = [row for row in rows if admits(row.citizen_id, row.area_id)]
    covered.sort(key=lambda row: (not row.urgent, row.waiting_since, row.id))
    return [row.id for row in covered]


def words_of_guides(db: Connection, *, most: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
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

    return common(helps, most), common(genders, most)


def _named(chosen: Select[Any], text: str) -> Select[Any]:
    for word in text.split():
        pattern = f"%{word.lower().replace('%', '').replace('_', '')}%"
        chosen = chosen.where(
            or_(func.lower(person.c.given_name).like(pattern), func.lower(person.c.surname).like(pattern))
        )
    return chosen


def _count(db: Connection, chosen: Select[Any]) -> int:
    return db.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
