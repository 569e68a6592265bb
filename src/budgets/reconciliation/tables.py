"""The tables of the reconciliation: uploads, confirmed files, their lines, pairs of lines and movements."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from foundation.db.types import UtcDateTime, metadata

upload = Table(
    "budgets_upload",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("file_name", String(200), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("made_by", ForeignKey("people_person.id"), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)

reconciliation = Table(
    "budgets_reconciliation",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("file_name", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("first_on", Date, nullable=False),  # of the lines
    Column("last_on", Date, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
    Column("kept_by", ForeignKey("people_person.id"), nullable=False),
    UniqueConstraint("sha256"),
    CheckConstraint("last_on >= first_on", name="last_after_first"),
)

finance_line = Table(
    "budgets_finance_line",
    metadata,
    Column("reconciliation_id", ForeignKey("budgets_reconciliation.id"), primary_key=True),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("account_string", String(80), nullable=False),
    Column("posted_on", Date, nullable=False),
    Column("amount_ore", BigInteger, nullable=False),  # negative: returned
    Column("text", Text, nullable=False),
    Column("voucher", String(80), nullable=False),
    Column("known", Boolean, nullable=False),  # confirmed in an earlier file
    CheckConstraint("amount_ore <> 0", name="amount_not_zero"),
    Index("ix_budgets_finance_line_posted_on", "posted_on"),
)

pair = Table(
    "budgets_pair",
    metadata,
    Column("reconciliation_id", String(20), primary_key=True),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("movement_id", ForeignKey("budgets_movement.id"), nullable=False),
    Column("how", String(20), nullable=False),
    Column("settled_at", UtcDateTime),  # when it was confirmed; NULL: a suggestion
    Column("settled_by", ForeignKey("people_person.id")),
    ForeignKeyConstraint(
        ["reconciliation_id", "row"],
        ["budgets_finance_line.reconciliation_id", "budgets_finance_line.row"],
        name="fk_budgets_pair_line",
    ),
    UniqueConstraint("movement_id"),
    CheckConstraint("how IN ('exact', 'near', 'amount', 'account', 'hand')", name="known_how"),
    CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_somebody"),
)
