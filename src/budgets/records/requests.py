"""Queries on spending requests, the decisions on them, and receipts."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, func, select, union

from budgets import tables as t
from budgets.model import Receipt, RequestDecision, RequestState, SpendingRequest
from budgets.records.receipt_files import ERASED_FILE
from foundation.db.bulk import bulk_insert
from foundation.db.types import any_of

_BY_ID = select(t.request).where(any_of(t.request.c.id, "ids"))
_OPEN_OF_GRANTS = select(t.request).where(
    any_of(t.request.c.grant_id, "grants"), any_of(t.request.c.state, "states")
)
_SELF_APPROVED = (
    select(t.grant.c.fund_id, t.grant.c.citizen_id, func.sum(t.request.c.amount_ore).label("approved_ore"))
    .join(t.grant, t.grant.c.id == t.request.c.grant_id)
    .where(
        any_of(t.grant.c.fund_id, "funds"),
        any_of(t.grant.c.citizen_id, "citizens"),
        t.request.c.own_word,
        t.request.c.asked_at >= bindparam("first"),
        t.request.c.asked_at < bindparam("end"),
        t.request.c.state.not_in((RequestState.WITHDRAWN, RequestState.EXPIRED)),
    )
    .group_by(t.grant.c.fund_id, t.grant.c.citizen_id)
)

_OF_CITIZEN = (
    select(t.request)
    .join(t.grant, t.grant.c.id == t.request.c.grant_id)
    .where(t.grant.c.citizen_id == bindparam("citizen"))
    .order_by(t.request.c.asked_at.desc(), t.request.c.id.desc())
)
# UNION, not UNION ALL: a receipt attached to both the request and its purchase counts once.
_REQUEST_RECEIPTS = union(
    select(t.movement.c.request_id, t.movement.c.receipt_id).where(
        any_of(t.movement.c.request_id, "ids"), t.movement.c.receipt_id.is_not(None)
    ),
    select(t.late_receipt.c.request_id, t.late_receipt.c.receipt_id).where(
        any_of(t.late_receipt.c.request_id, "ids")
    ),
    select(t.movement.c.request_id, t.late_receipt.c.receipt_id)
    .join(t.movement, t.movement.c.id == t.late_receipt.c.movement_id)
    .where(any_of(t.movement.c.request_id, "ids")),
).subquery()
_RECEIPT_COUNTS = select(_REQUEST_RECEIPTS.c.request_id, func.count().label("receipts")).group_by(
    _REQUEST_RECEIPTS.c.request_id
)
_ANSWERS = (
    select(t.answer)
    .where(any_of(t.answer.c.request_id, "ids"))
    .order_by(t.answer.c.at, t.answer.c.officer_id)
)


def add_requests(db: Connection, requests: Sequence[SpendingRequest]) -> None:
    """Store new requests."""
    bulk_insert(db, t.request, [msgspec.structs.asdict(request) for request in requests])


def requests_by_id(
    db: Connection, request_ids: Collection[str], grant_ids: Collection[str], states: Collection[RequestState]
) -> dict[str, SpendingRequest]:
    """These requests, and those of these grants that are in one of the states, by id."""
    rows = [*db.execute(_BY_ID, {"ids": request_ids})]
    if grant_ids:
        rows += db.execute(_OPEN_OF_GRANTS, {"grants": grant_ids, "states": states})
    return {row.id: _decode_request(row) for row in rows}


def self_approved_ore(
    db: Connection, fund_ids: Collection[str], citizen_ids: Collection[str], first: datetime, end: datetime
) -> dict[tuple[str, str], int]:
    """The sums of self-approved requests made from `first` up to `end` (excluded), by fund and citizen.

    Withdrawn and expired requests don't count.
    """
    parameters = {"funds": fund_ids, "citizens": citizen_ids, "first": first, "end": end}
    rows = db.execute(_SELF_APPROVED, parameters)
    return {(row.fund_id, row.citizen_id): int(row.approved_ore) for row in rows}


def requests(db: Connection, grant_id: str, state: RequestState | None = None) -> tuple[SpendingRequest, ...]:
    """The requests of a grant, all or those in one state, newest first."""
    query = select(t.request).where(t.request.c.grant_id == grant_id)
    if state is not None:
        query = query.where(t.request.c.state == state)
    rows = db.execute(query.order_by(t.request.c.asked_at.desc(), t.request.c.id.desc()))
    return tuple(_decode_request(row) for row in rows)


def overdue_reservations(db: Connection, today: date) -> tuple[str, ...]:
    """The ids of requests whose money was reserved until a day before today."""
    overdue = (t.request.c.state == RequestState.RESERVED, t.request.c.put_aside_until < today)
    return tuple(db.execute(select(t.request.c.id).where(*overdue).order_by(t.request.c.id)).scalars())


def of_citizen(db: Connection, citizen_id: str) -> tuple[SpendingRequest, ...]:
    """A citizen's requests in all their budgets, newest first."""
    rows = db.execute(_OF_CITIZEN, {"citizen": citizen_id})
    return tuple(_decode_request(row) for row in rows)


def receipt_counts(db: Connection, request_ids: Collection[str]) -> dict[str, int]:
    """The number of receipts of each request and its purchases; requests without any are left out."""
    return {row.request_id: row.receipts for row in db.execute(_RECEIPT_COUNTS, {"ids": request_ids})}


def answers(db: Connection, request_ids: Collection[str]) -> tuple[RequestDecision, ...]:
    """The officers' decisions on these requests, oldest first."""
    rows = db.execute(_ANSWERS, {"ids": request_ids})
    return tuple(
        RequestDecision(*(row._mapping[name] for name in RequestDecision.__struct_fields__)) for row in rows
    )


def _decode_request(row: Row[Any]) -> SpendingRequest:
    values = {name: row._mapping[name] for name in SpendingRequest.__struct_fields__}
    return SpendingRequest(**values | {"state": RequestState(row.state)})


def receipt(db: Connection, receipt_id: str) -> Receipt | None:
    """A receipt with its content;

    None when there is none, or its file was erased at the end of its retention period.
    """
    query = select(t.receipt).where(t.receipt.c.id == receipt_id, t.receipt.c.content != ERASED_FILE)
    row = db.execute(query).one_or_none()
    return None if row is None else Receipt(row.id, row.grant_id, row.media_type, row.content)


def grant_of_receipt(db: Connection, receipt_id: str) -> str | None:
    """The id of a receipt's grant, for authorising before the content is read."""
    return db.execute(select(t.receipt.c.grant_id).where(t.receipt.c.id == receipt_id)).scalar_one_or_none()
