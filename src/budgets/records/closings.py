"""Queries on the end of money: notices, closings, closed books, and what is still open."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from budgets import tables as t
from budgets.ledger.double_entry import MovementKind
from budgets.model import OPEN_STATES, Closing, ClosingCause, Notice
from foundation.clock import COPENHAGEN
from foundation.db.types import any_of

_CLOSINGS = select(t.closing).where(any_of(t.closing.c.grant_id, "ids"))
_NOTICES = select(t.notice).where(any_of(t.notice.c.grant_id, "ids")).order_by(t.notice.c.at, t.notice.c.id)
_PURCHASE_KINDS = (MovementKind.SPEND, MovementKind.OUTLAY)
_undo = t.movement.alias("undo")


def closings(db: Connection, grant_ids: Collection[str]) -> dict[str, Closing]:
    """How grants were closed, by grant; those that are open are left out."""
    return {row.grant_id: _closing(row) for row in db.execute(_CLOSINGS, {"ids": grant_ids})}


def _closing(row: Row[Any]) -> Closing:
    values = {name: row._mapping[name] for name in Closing.__struct_fields__}
    return Closing(**values | {"cause": ClosingCause(row.cause)})


def notices(db: Connection, grant_ids: Collection[str]) -> dict[str, Notice]:
    """The newest notice of each of the grants that have one."""
    rows = db.execute(_NOTICES, {"ids": grant_ids})
    return {row.grant_id: Notice(*(row._mapping[name] for name in Notice.__struct_fields__)) for row in rows}


def closed_through(db: Connection, fund_id: str) -> date | None:
    """Up to which day, counted in, a fund's books are closed."""
    chosen = select(func.max(t.shut.c.through)).where(t.shut.c.fund_id == fund_id)
    found: date | None = db.execute(chosen).scalar_one()
    return found


class StillOpen(msgspec.Struct, frozen=True):
    """What is not settled in a fund up to and with a day."""

    request_count: int  # asked or put aside by then, and open now
    receipt_count: int  # purchases without a receipt
    grant_count: int  # over by then, and not closed


def still_open(db: Connection, fund_id: str, through: date) -> StillOpen:
    """What is not settled in a fund up to and with that day."""
    end = datetime.combine(through + timedelta(days=1), time(), COPENHAGEN)
    of_fund = select(t.grant.c.id).where(t.grant.c.fund_id == fund_id)
    requests = select(func.count()).where(
        t.request.c.grant_id.in_(of_fund),
        t.request.c.state.in_(sorted(OPEN_STATES)),
        t.request.c.asked_at < end,
    )
    m = t.movement.c
    late = select(t.late_receipt.c.id).where(
        (t.late_receipt.c.movement_id == m.id) | (t.late_receipt.c.request_id == m.request_id)
    )
    receipts = select(func.count()).where(
        m.fund_id == fund_id,
        m.kind.in_(_PURCHASE_KINDS),
        m.effective_on <= through,
        m.receipt_id.is_(None),
        ~late.exists(),
        ~select(_undo.c.id).where(_undo.c.reverses == m.id).exists(),
    )
    grants = select(func.count()).where(
        t.grant.c.fund_id == fund_id,
        t.grant.c.ends_on <= through,
        ~select(t.closing.c.grant_id).where(t.closing.c.grant_id == t.grant.c.id).exists(),
    )
    return StillOpen(*(db.execute(chosen).scalar_one() for chosen in (requests, receipts, grants)))
