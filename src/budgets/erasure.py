"""Erasing what `budgets` holds about people. Amounts, days, accounts and the chain of the ledger stay as they are."""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from budgets import tables as t
from budgets.reconciliation.tables import finance_line
from budgets.records.receipt_files import ERASED_FILE
from foundation.db.types import any_of
from people.directory.model import ERASED_TEXT
from people.retention.model import EndedRecord, RecordKind

_ERASED_DETAILS = {"together_with": "", "wanted_when": "", "learnt": ""}


def ended_records(db: Connection) -> Iterator[EndedRecord]:
    """Each grant. One that isn't closed runs, however long ago its last day was: there may be money in it."""
    grants = t.grant.outerjoin(t.closing, t.closing.c.grant_id == t.grant.c.id)
    chosen = select(t.grant.c.id, t.grant.c.citizen_id, t.grant.c.ends_on, t.closing.c.closed_on)
    for row in db.execute(chosen.select_from(grants)):
        last = None if row.closed_on is None else max(row.ends_on, row.closed_on)
        yield EndedRecord(RecordKind.GRANT, row.id, row.citizen_id, last)


def erase_grants(db: Connection, grant_ids: Collection[str]) -> None:
    """Take away what was written about these grants' purchases, and the receipts' files."""
    asked = {"ids": grant_ids}
    requests = select(t.request.c.id).where(any_of(t.request.c.grant_id, "ids"))
    db.execute(
        update(t.answer).where(t.answer.c.request_id.in_(requests)).values(reasons=ERASED_TEXT),
        asked,
    )
    no_words = {"what": ERASED_TEXT, **_ERASED_DETAILS}
    db.execute(update(t.request).where(any_of(t.request.c.grant_id, "ids")).values(no_words), asked)
    db.execute(
        update(t.movement).where(any_of(t.movement.c.grant_id, "ids"), t.movement.c.why != "").values(why=""),
        asked,
    )
    db.execute(update(t.grant).where(any_of(t.grant.c.id, "ids")).values(legal_basis=ERASED_TEXT), asked)
    for table in (t.notice, t.closing):
        db.execute(update(table).where(any_of(table.c.grant_id, "ids")).values(why=ERASED_TEXT), asked)
    db.execute(
        update(t.receipt).where(any_of(t.receipt.c.grant_id, "ids")).values(content=ERASED_FILE), asked
    )


def erase_request_details(db: Connection, person_ids: Collection[str]) -> None:
    """Take away what the accounts don't need of these people's requests: with whom, when, and what was learnt."""
    grants = select(t.grant.c.id).where(any_of(t.grant.c.citizen_id, "ids"))
    theirs = t.request.c.grant_id.in_(grants)
    db.execute(update(t.request).where(theirs).values(_ERASED_DETAILS), {"ids": person_ids})


def count_request_details(db: Connection, person_id: str) -> int:
    """In how many requests of one person `erase_stories` would take something away."""
    told = or_(*(t.request.c[name] != nothing for name, nothing in _ERASED_DETAILS.items()))
    requests = t.request.join(t.grant, t.grant.c.id == t.request.c.grant_id)
    theirs = (t.grant.c.citizen_id == person_id) & told
    return db.execute(select(func.count()).select_from(requests).where(theirs)).scalar_one()


def _is_old(last_year: int) -> ColumnElement[bool]:
    return and_(finance_line.c.posted_on <= date(last_year, 12, 31), finance_line.c.text != "")


def count_old_line_texts(db: Connection, last_year: int) -> int:
    """How many lines of the finance system from that year or earlier still have their text."""
    return db.execute(select(func.count()).select_from(finance_line).where(_is_old(last_year))).scalar_one()


def clear_old_line_texts(db: Connection, last_year: int) -> None:
    """Take their texts away, in which a name may stand; voucher, day and amount stay."""
    db.execute(update(finance_line).where(_is_old(last_year)).values(text=""))
