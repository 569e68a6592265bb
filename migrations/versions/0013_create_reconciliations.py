"""Create the tables of the reconciliation with the finance system."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "budgets_upload",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["people_person.id"], name=op.f("fk_budgets_upload_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets_upload")),
    )
    op.create_table(
        "budgets_reconciliation",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_by", sa.String(length=20), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_budgets_reconciliation_last_after_first")),
        sa.ForeignKeyConstraint(
            ["kept_by"], ["people_person.id"], name=op.f("fk_budgets_reconciliation_kept_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets_reconciliation")),
        sa.UniqueConstraint("sha256", name=op.f("uq_budgets_reconciliation_sha256")),
    )
    op.create_table(
        "budgets_finance_line",
        sa.Column("reconciliation_id", sa.String(length=20), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_string", sa.String(length=80), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("voucher", sa.String(length=80), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.CheckConstraint("amount_ore <> 0", name=op.f("ck_budgets_finance_line_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["reconciliation_id"],
            ["budgets_reconciliation.id"],
            name=op.f("fk_budgets_finance_line_reconciliation_id"),
        ),
        sa.PrimaryKeyConstraint("reconciliation_id", "row", name=op.f("pk_budgets_finance_line")),
    )
    op.create_index("ix_budgets_finance_line_posted_on", "budgets_finance_line", ["posted_on"], unique=False)
    op.create_table(
        "budgets_pair",
        sa.Column("reconciliation_id", sa.String(length=20), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("movement_id", sa.String(length=20), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "how IN ('exact', 'near', 'amount', 'account', 'hand')", name=op.f("ck_budgets_pair_known_how")
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)", name=op.f("ck_budgets_pair_settled_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["movement_id"], ["budgets_movement.id"], name=op.f("fk_budgets_pair_movement_id")
        ),
        sa.ForeignKeyConstraint(
            ["reconciliation_id", "row"],
            ["budgets_finance_line.reconciliation_id", "budgets_finance_line.row"],
            name=op.f("fk_budgets_pair_line"),
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["people_person.id"], name=op.f("fk_budgets_pair_settled_by")
        ),
        sa.PrimaryKeyConstraint("reconciliation_id", "row", name=op.f("pk_budgets_pair")),
        sa.UniqueConstraint("movement_id", name=op.f("uq_budgets_pair_movement_id")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("budgets_pair", "budgets_finance_line", "budgets_reconciliation", "budgets_upload"):
        op.drop_table(table)
