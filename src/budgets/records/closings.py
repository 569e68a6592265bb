"""Queries on notices, closed grants, closed books, and what is still open in a fund."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from budgets import tables as t
from budgets.ledger.double_entry import PURCHASE_KINDS
from budgets.model import OPEN_STATES, Closing, ClosingCause, Notice
from budgets.records.movements import is_reversed
from foundation.clock import COPENHAGEN
from foundation.db.types import any_of

_CLOSINGS = select(t.closing).where(any_of(t.closing.c.grant_id, "ids"))
_NOTICES = select(t.notice).where(any_of(t.notice.c.grant_id, "ids")).order_by(t.notice.c.at, t.notice.c.id)


def closings(db: Connection, grant_ids: Collection[str]) -> dict[str, Closing]:
    """The closings of those of the grants that are closed, by grant."""
    return {row.grant_id: _closing(row) for row in db.execute(_CLOSINGS, {"ids": grant_ids})}


def _closing(row: Row[Any]) -> Closing:
    values = {name: row._mapping[name] for name in Closing.__struct_fields__}
    return Closing(**values | {"cause": ClosingCause(row.cause)})


def notices(db: Connection, grant_ids: Collection[str]) -> dict[str, Notice]:
    """The latest notice of each of the grants that have one, by grant."""
    rows = db.execute(_NOTICES, {"ids": grant_ids})
    return {row.grant_id: Notice(*(row._mapping[name] for name in Notice.__struct_fields__)) for row in rows}


def closed_through(db: Connection, fund_id: str) -> date | None:
    """The last day of a fund's closed books; None when they were never closed."""
    query = select(func.max(t.shut.c.through)).where(t.shut.c.fund_id == fund_id)
    through: date | None = db.execute(query).scalar_one()
    return through


class StillOpen(msgspec.Struct, frozen=True):
    """How much is unfinished in a fund through a day."""

    request_count: int  # made by then, and open now
    receipt_count: int  # purchases without a receipt
    grant_count: int  # ended by then, and not closed


def still_open(db: Connection, fund_id: str, through: date) -> StillOpen:
    """How much is unfinished in a fund through a day, that day included."""
    # A day ends at midnight in Copenhagen; stored times are UTC.
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
        m.kind.in_(PURCHASE_KINDS),
        m.effective_on <= through,
        m.receipt_id.is_(None),
        ~late.exists(),
        ~is_reversed(m.id),
    )
    grants = select(func.count()).where(
        t.grant.c.fund_id == fund_id,
        t.grant.c.ends_on <= through,
        ~select(t.closing.c.grant_id).where(t.closing.c.grant_id == t.grant.c.id).exists(),
    )
    return StillOpen(*(db.execute(count).scalar_one() for count in (requests, receipts, grants)))
