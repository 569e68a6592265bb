"""Erasure of personal data in `budgets`.

Amounts, dates, accounts and the ledger's hash chains stay unchanged.
"""

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
    """Each grant with its end.

    A grant that isn't closed has none even after its last day, as it may hold money.
    """
    grants = t.grant.outerjoin(t.closing, t.closing.c.grant_id == t.grant.c.id)
    query = select(t.grant.c.id, t.grant.c.citizen_id, t.grant.c.ends_on, t.closing.c.closed_on)
    for row in db.execute(query.select_from(grants)):
        # Retention begins only when a grant is closed, since an open one may hold money (ADR 0011).
        ended_on = None if row.closed_on is None else max(row.ends_on, row.closed_on)
        yield EndedRecord(RecordKind.GRANT, row.id, row.citizen_id, ended_on)


def erase_grants(db: Connection, grant_ids: Collection[str]) -> None:
    """Erase the free text of these grants, their requests and movements, and the files of their receipts."""
    parameters = {"ids": grant_ids}
    requests = select(t.request.c.id).where(any_of(t.request.c.grant_id, "ids"))
    # The database accepts this fixed text in place of the reasons, and no other change (ADR 0011).
    db.execute(
        update(t.answer).where(t.answer.c.request_id.in_(requests)).values(reasons=ERASED_TEXT),
        parameters,
    )
    erased = {"what": ERASED_TEXT, **_ERASED_DETAILS}
    db.execute(update(t.request).where(any_of(t.request.c.grant_id, "ids")).values(erased), parameters)
    db.execute(
        # The chain holds a hash of the text instead of the text, so it stays valid without it.
        update(t.movement).where(any_of(t.movement.c.grant_id, "ids"), t.movement.c.why != "").values(why=""),
        parameters,
    )
    db.execute(update(t.grant).where(any_of(t.grant.c.id, "ids")).values(legal_basis=ERASED_TEXT), parameters)
    # Here too the database accepts this one value only.
    for table in (t.notice, t.closing):
        db.execute(update(table).where(any_of(table.c.grant_id, "ids")).values(why=ERASED_TEXT), parameters)
    # The row stays, because movements refer to it; only its file is replaced, by a fixed one.
    db.execute(
        update(t.receipt).where(any_of(t.receipt.c.grant_id, "ids")).values(content=ERASED_FILE), parameters
    )


def erase_request_details(db: Connection, person_ids: Collection[str]) -> None:
    """Erase what the accounts don't need of these citizens' requests: with whom, when, what was learnt."""
    grants = select(t.grant.c.id).where(any_of(t.grant.c.citizen_id, "ids"))
    of_citizens = t.request.c.grant_id.in_(grants)
    db.execute(update(t.request).where(of_citizens).values(_ERASED_DETAILS), {"ids": person_ids})


def count_request_details(db: Connection, person_id: str) -> int:
    """The number of a citizen's requests in which `erase_request_details` would erase something."""
    has_details = or_(*(t.request.c[name] != empty for name, empty in _ERASED_DETAILS.items()))
    requests = t.request.join(t.grant, t.grant.c.id == t.request.c.grant_id)
    count = select(func.count()).select_from(requests).where(t.grant.c.citizen_id == person_id, has_details)
    return db.execute(count).scalar_one()


def _is_old(last_year: int) -> ColumnElement[bool]:
    return and_(finance_line.c.posted_on <= date(last_year, 12, 31), finance_line.c.text != "")


def count_old_line_texts(db: Connection, last_year: int) -> int:
    """The number of lines of the finance system from `last_year` or earlier that still have their text."""
    return db.execute(select(func.count()).select_from(finance_line).where(_is_old(last_year))).scalar_one()


def clear_old_line_texts(db: Connection, last_year: int) -> None:
    """Erase the texts of those lines, which may contain names; voucher, date and amount stay."""
    db.execute(update(finance_line).where(_is_old(last_year)).values(text=""))
