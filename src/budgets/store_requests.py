"""Queries on what citizens want to use money for, and on receipts."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, insert, select, update

from budgets import tables as t
from budgets.model import Receipt, RequestState, SpendingRequest
from foundation.ids import new_id


def add_requests(db: Connection, requests: Sequence[SpendingRequest]) -> None:
    """Store new requests."""
    if requests:
        db.execute(insert(t.request), [msgspec.structs.asdict(one) for one in requests])


def request(db: Connection, request_id: str) -> SpendingRequest | None:
    """One request."""
    row = db.execute(select(t.request).where(t.request.c.id == request_id)).one_or_none()
    return None if row is None else _request(row)


def requests(db: Connection, grant_id: str, state: RequestState | None = None) -> tuple[SpendingRequest, ...]:
    """The requests of a grant, newest first; all of them or those in one state."""
    chosen = select(t.request).where(t.request.c.grant_id == grant_id)
    if state is not None:
        chosen = chosen.where(t.request.c.state == state)
    rows = db.execute(chosen.order_by(t.request.c.asked_at.desc(), t.request.c.id.desc()))
    return tuple(_request(row) for row in rows)


def set_state(db: Connection, request_id: str, state: RequestState) -> None:
    """Store where a request stands."""
    db.execute(update(t.request).where(t.request.c.id == request_id).values(state=state))


def asked_ore(db: Connection, fund_id: str, asked_by: str, first: datetime, end: datetime) -> int:
    """What a person has decided alone from a fund from `first` up to `end`, what was given up left out."""
    total = db.execute(
        select(func.coalesce(func.sum(t.request.c.amount_ore), 0))
        .join(t.grant, t.grant.c.id == t.request.c.grant_id)
        .where(
            t.grant.c.fund_id == fund_id,
            t.request.c.asked_by == asked_by,
            t.request.c.asked_at >= first,
            t.request.c.asked_at < end,
            t.request.c.state != RequestState.GIVEN_UP,
        )
    ).scalar_one()
    return int(total)


def _request(row: Row[Any]) -> SpendingRequest:
    values = {name: row._mapping[name] for name in SpendingRequest.__struct_fields__}
    return SpendingRequest(**values | {"state": RequestState(row.state)})


def keep_receipt(
    db: Connection, grant_id: str, media_type: str, content: bytes, now: datetime, made_by: str | None
) -> str:
    """Store a receipt and give its id; the same file for the same grant is kept once."""
    sha256 = hashlib.sha256(content).hexdigest()
    kept = select(t.receipt.c.id).where(t.receipt.c.grant_id == grant_id, t.receipt.c.sha256 == sha256)
    found: str | None = db.execute(kept).scalar_one_or_none()
    if found is not None:
        return found
    receipt_id = new_id()
    db.execute(
        insert(t.receipt).values(
            id=receipt_id,
            grant_id=grant_id,
            sha256=sha256,
            media_type=media_type,
            content=content,
            made_at=now,
            made_by=made_by,
        )
    )
    return receipt_id


def receipt(db: Connection, receipt_id: str) -> Receipt | None:
    """One receipt with its content."""
    row = db.execute(select(t.receipt).where(t.receipt.c.id == receipt_id)).one_or_none()
    return None if row is None else Receipt(row.id, row.grant_id, row.media_type, row.content)


def grant_of_receipt(db: Connection, receipt_id: str) -> str | None:
    """Whose receipt it is, asked before its content is read."""
    return db.execute(select(t.receipt.c.grant_id).where(t.receipt.c.id == receipt_id)).scalar_one_or_none()
