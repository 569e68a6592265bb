"""Queries of the reconciliation: purchases, uploads, and confirmed files with their lines and pairs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, and_, case, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from budgets import tables as t
from budgets.errors import AlreadyPaired
from budgets.ledger.double_entry import AccountKind, Direction
from budgets.reconciliation.matching import FinanceLine, MatchKind, Pair, PurchaseLine
from budgets.reconciliation.tables import finance_line, pair, reconciliation, upload
from budgets.records.movements import only_spending
from people.tables.directory import person

_m = t.movement.c


class Reconciliation(msgspec.Struct, frozen=True):
    """A confirmed file: who confirmed it and when, and the first and last day of its lines."""

    id: str
    file_name: str
    sha256: str
    first_on: date
    last_on: date
    kept_at: datetime
    kept_by: str


class ReconciliationSummary(msgspec.Struct, frozen=True):
    """A confirmed file with its number of lines, and how many of them are confirmed here or earlier."""

    reconciliation: Reconciliation
    kept_by_name: str
    line_count: int
    confirmed_count: int


class StoredPair(msgspec.Struct, frozen=True):
    """A pair of a confirmed file; a suggestion until the pair is confirmed."""

    pair: Pair
    confirmed: bool


def add_upload(
    db: Connection, upload_id: str, name: str, content: bytes, uploaded_by: str, uploaded_at: datetime
) -> None:
    """Store an uploaded file."""
    db.execute(
        insert(upload).values(
            id=upload_id, file_name=name, content=content, made_by=uploaded_by, made_at=uploaded_at
        )
    )


def find_upload(db: Connection, upload_id: str, uploaded_by: str) -> tuple[str, bytes] | None:
    """The name and content of a person's own upload, locked until the transaction ends."""
    # Another officer's upload has the same answer as none.
    query = select(upload).where(upload.c.id == upload_id, upload.c.made_by == uploaded_by)
    # Locked, so that of two confirmations at once the second finds no upload any more.
    row = db.execute(query.with_for_update()).one_or_none()
    return None if row is None else (row.file_name, row.content)


def remove_upload(db: Connection, upload_id: str) -> None:
    """Delete an upload."""
    db.execute(delete(upload).where(upload.c.id == upload_id))


def remove_uploads_before(db: Connection, before: datetime) -> None:
    """Delete the uploads made before a time."""
    db.execute(delete(upload).where(upload.c.made_at < before))


def _purchase_lines() -> Select[Any]:
    """A row for each purchase, refund and reversal of either, with its change of what is spent in øre."""
    change = case((t.entry.c.direction == Direction.IN, t.entry.c.amount_ore), else_=-t.entry.c.amount_ore)
    return only_spending(
        select(
            _m.id,
            _m.grant_id,
            t.fund.c.account_string,
            _m.effective_on,
            _m.why,
            func.sum(change).label("amount"),
        )
        .select_from(t.movement)
        .join(t.entry, t.entry.c.movement_id == _m.id)
        .join(
            t.account,
            and_(t.account.c.id == t.entry.c.account_id, t.account.c.kind == AccountKind.SPENT),
        )
        .join(t.fund, t.fund.c.id == _m.fund_id)
        .group_by(_m.id, _m.grant_id, t.fund.c.account_string, _m.effective_on, _m.why)
    )


def unpaired(db: Connection, first_on: date, last_on: date) -> tuple[PurchaseLine, ...]:
    """The purchases from `first_on` to `last_on`, both included, that are in no pair, by day."""
    query = (
        _purchase_lines()
        .outerjoin(pair, pair.c.movement_id == _m.id)
        .where(pair.c.row.is_(None), _m.effective_on.between(first_on, last_on))
        .order_by(_m.effective_on, _m.id)
    )
    return tuple(_decode_purchase(row) for row in db.execute(query))


def confirmed_lines(db: Connection, first_on: date, last_on: date) -> tuple[FinanceLine, ...]:
    """The lines from `first_on` to `last_on`, both included, whose pair is confirmed."""
    query = (
        select(finance_line)
        .join(pair, _is_line_of_pair())
        .where(pair.c.settled_at.is_not(None), finance_line.c.posted_on.between(first_on, last_on))
    )
    return tuple(_decode_line(row) for row in db.execute(query))


def _is_line_of_pair() -> Any:
    return and_(
        pair.c.reconciliation_id == finance_line.c.reconciliation_id, pair.c.row == finance_line.c.row
    )


def add_reconciliation(
    db: Connection, record: Reconciliation, lines: Sequence[FinanceLine], known: Sequence[FinanceLine]
) -> None:
    """Store a confirmed file with its lines; `known` are those that are confirmed in an earlier file."""
    known_rows = {line.row for line in known}
    db.execute(insert(reconciliation).values(**msgspec.structs.asdict(record)))
    db.execute(
        insert(finance_line),
        [
            msgspec.structs.asdict(line) | {"reconciliation_id": record.id, "known": line.row in known_rows}
            for line in lines
        ],
    )


def add_pairs(
    db: Connection,
    reconciliation_id: str,
    pairs: Sequence[tuple[int, str, MatchKind]],
    confirmation: tuple[datetime, str] | None,
) -> None:
    """Store pairs of a row and a movement; `confirmation` is when and by whom, None for suggestions.

    Raises AlreadyPaired when a line or a movement has a pair.
    """
    at, by = confirmation or (None, None)
    if not pairs:
        return
    try:
        db.execute(
            insert(pair),
            [
                {
                    "reconciliation_id": reconciliation_id,
                    "row": row,
                    "movement_id": movement_id,
                    "how": how,
                    "settled_at": at,
                    "settled_by": by,
                }
                for row, movement_id, how in pairs
            ],
        )
    # The lock covers one file; the same purchase may be paired in another file at the same moment.
    except IntegrityError as error:
        raise AlreadyPaired from error


def confirm_pair(
    db: Connection, reconciliation_id: str, row: int, confirmed_at: datetime, confirmed_by: str
) -> bool:
    """Confirm a suggested pair; returns False when there is none."""
    statement = update(pair).where(
        pair.c.reconciliation_id == reconciliation_id, pair.c.row == row, pair.c.settled_at.is_(None)
    )
    return db.execute(statement.values(settled_at=confirmed_at, settled_by=confirmed_by)).rowcount == 1


def remove_pair(db: Connection, reconciliation_id: str, row: int) -> str | None:
    """Delete a line's pair; returns the id of the movement in it, None when there was no pair."""
    where = and_(pair.c.reconciliation_id == reconciliation_id, pair.c.row == row)
    movement_id: str | None = db.execute(select(pair.c.movement_id).where(where)).scalar_one_or_none()
    db.execute(delete(pair).where(where))
    return movement_id


def find_by_hash(db: Connection, sha256: str) -> str | None:
    """The id of the confirmed file whose content has this SHA-256."""
    return db.execute(
        select(reconciliation.c.id).where(reconciliation.c.sha256 == sha256)
    ).scalar_one_or_none()


def find(db: Connection, reconciliation_id: str, *, lock: bool = False) -> Reconciliation | None:
    """A confirmed file;

    `lock` locks it until the transaction ends, so that its pairs are changed one at a time.
    """
    query = select(reconciliation).where(reconciliation.c.id == reconciliation_id)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else Reconciliation(**row._mapping)


def list_newest(db: Connection, limit: int) -> tuple[ReconciliationSummary, ...]:
    """The latest confirmed files, newest first."""
    confirmed = or_(pair.c.settled_at.is_not(None), finance_line.c.known)
    query = (
        select(
            *reconciliation.c,
            person.c.given_name,
            person.c.surname,
            func.count(finance_line.c.row).label("lines"),
            func.sum(case((confirmed, 1), else_=0)).label("settled"),
        )
        .join(finance_line, finance_line.c.reconciliation_id == reconciliation.c.id)
        .join(person, person.c.id == reconciliation.c.kept_by)
        .outerjoin(pair, _is_line_of_pair())
        .group_by(*reconciliation.c, person.c.given_name, person.c.surname)
        .order_by(reconciliation.c.kept_at.desc(), reconciliation.c.id)
        .limit(limit)
    )
    return tuple(
        ReconciliationSummary(
            Reconciliation(**{name: row._mapping[name] for name in Reconciliation.__struct_fields__}),
            f"{row.given_name} {row.surname}".strip(),
            row.lines,
            int(row.settled),
        )
        for row in db.execute(query)
    )


def lines(db: Connection, reconciliation_id: str) -> tuple[tuple[FinanceLine, bool], ...]:
    """The lines of a confirmed file by row, each with whether it was confirmed in an earlier file."""
    query = select(finance_line).where(finance_line.c.reconciliation_id == reconciliation_id)
    return tuple((_decode_line(row), row.known) for row in db.execute(query.order_by(finance_line.c.row)))


def pairs(db: Connection, reconciliation_id: str) -> tuple[StoredPair, ...]:
    """The pairs of a confirmed file, by row."""
    columns = (pair.c.row.label("line_row"), pair.c.how, pair.c.settled_at)
    query = (
        _purchase_lines()
        .add_columns(*columns)
        .join(pair, pair.c.movement_id == _m.id)
        .where(pair.c.reconciliation_id == reconciliation_id)
        .group_by(*columns)
        .order_by(pair.c.row)
    )
    by_row = {line.row: line for line, _ in lines(db, reconciliation_id)}
    return tuple(
        StoredPair(
            Pair(by_row[row.line_row], _decode_purchase(row), MatchKind(row.how)), row.settled_at is not None
        )
        for row in db.execute(query)
    )


def _decode_line(row: Row[Any]) -> FinanceLine:
    return FinanceLine(**{name: row._mapping[name] for name in FinanceLine.__struct_fields__})


def _decode_purchase(row: Row[Any]) -> PurchaseLine:
    return PurchaseLine(row.id, row.grant_id, row.account_string, row.effective_on, int(row.amount), row.why)
