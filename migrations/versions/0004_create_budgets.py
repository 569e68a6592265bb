"""Create the tables of budgets: funds, grants, requests, receipts and the ledger."""

import sqlalchemy as sa
from alembic import op

from migration_sql.triggers import (
    Rule,
    append_only,
    create_guard,
    create_statement_guard,
    drop_append_only,
    drop_guard,
    drop_statement_guard,
    forbid_insert_or_replace,
)

revision = "0004"
down_revision = "0003"

# What plain SQL could still do wrong: by table, when it refuses new rows and what it says. The entries of a
# movement come first and the movement itself last, so that its arrival can be the check of all of them.
ARRIVALS = {
    "budgets_entry": (
        Rule(
            "budgets_entry_sealed",
            "EXISTS (SELECT 1 FROM budgets_movement WHERE id = NEW.movement_id)",
            "a movement that is written takes no more entries",
        ),
        Rule(
            "budgets_entry_chain",
            "NEW.before_ore <> COALESCE((SELECT previous.after_ore FROM budgets_entry AS previous"
            " WHERE previous.account_id = NEW.account_id AND previous.account_version = NEW.account_version - 1),"
            " CASE NEW.account_version WHEN 1 THEN 0 END, NEW.before_ore - 1)",
            "an entry goes on where the account is: next version, same balance",
        ),
    ),
    "budgets_movement": (
        Rule(
            "budgets_movement_balanced",
            "(SELECT COUNT(*) < 2 OR SUM(CASE direction WHEN 'in' THEN amount_ore ELSE -amount_ore END) <> 0"
            " FROM budgets_entry WHERE movement_id = NEW.id)",
            "a movement has two entries or more that sum to zero",
        ),
        Rule(
            "budgets_movement_accounts",
            "EXISTS (SELECT 1 FROM budgets_entry AS entry"
            " JOIN budgets_account AS account ON account.id = entry.account_id"
            " WHERE entry.movement_id = NEW.id AND (account.version < entry.account_version"
            " OR (NEW.kind NOT IN ('carry_over', 'reverse') AND (account.fund_id <> NEW.fund_id"
            " OR (account.grant_id IS NOT NULL AND account.grant_id <> COALESCE(NEW.grant_id, ''))))))",
            "the accounts follow the entries of a movement and belong to its grant and fund",
        ),
        Rule(
            "budgets_movement_mirror",
            "NEW.reverses IS NOT NULL AND (EXISTS (SELECT 1 FROM budgets_movement"
            " WHERE id = NEW.reverses AND kind = 'reverse')"
            " OR (SELECT COUNT(*) FROM budgets_entry WHERE movement_id = NEW.reverses)"
            " <> (SELECT COUNT(*) FROM budgets_entry AS entry JOIN budgets_entry AS undone"
            " ON undone.movement_id = NEW.reverses AND undone.account_id = entry.account_id"
            " AND undone.direction <> entry.direction AND undone.amount_ore = entry.amount_ore"
            " WHERE entry.movement_id = NEW.id)"
            " OR (SELECT COUNT(*) FROM budgets_entry WHERE movement_id = NEW.id)"
            " <> (SELECT COUNT(*) FROM budgets_entry WHERE movement_id = NEW.reverses))",
            "a reversal undoes every entry of a movement that is no reversal",
        ),
        Rule(
            "budgets_movement_chain",
            # By order and limit, so that the index on a fund's numbers is the best way whatever the planner knows.
            "NEW.previous <> COALESCE((SELECT CASE last.number WHEN NEW.number - 1 THEN last.hash END"
            " FROM budgets_movement AS last WHERE last.fund_id = NEW.fund_id AND last.number < NEW.number"
            " ORDER BY last.fund_id DESC, last.number DESC LIMIT 1),"
            " CASE NEW.number WHEN 1 THEN '0000000000000000000000000000000000000000000000000000000000000000' END, '')",
            "a movement is the next link of its fund''s chain",
        ),
        Rule(
            "budgets_movement_shut",
            "EXISTS (SELECT 1 FROM budgets_shut WHERE fund_id = NEW.fund_id AND through >= NEW.effective_on)",
            "the books are closed up to that day",
        ),
        Rule(
            "budgets_movement_closed",
            "EXISTS (SELECT 1 FROM budgets_entry AS entry"
            " JOIN budgets_account AS account ON account.id = entry.account_id"
            " JOIN budgets_closing AS closing ON closing.grant_id = account.grant_id"
            " WHERE entry.movement_id = NEW.id)",
            "nothing moves in a grant that is closed",
        ),
        Rule(
            "budgets_movement_why",
            "NEW.kind = 'reverse' AND NEW.why = ''",
            "a reversal says why",
        ),
    ),
    "budgets_closing": (
        Rule(
            "budgets_closing_empty",
            "EXISTS (SELECT 1 FROM budgets_account WHERE grant_id = NEW.grant_id AND balance_ore <> 0)",
            "a grant is closed when its accounts are empty",
        ),
    ),
    "budgets_shut": (
        Rule(
            "budgets_shut_later",
            "EXISTS (SELECT 1 FROM budgets_shut WHERE fund_id = NEW.fund_id AND through > NEW.through)",
            "books that are closed stay closed",
        ),
    ),
    "budgets_answer": (
        Rule(
            "budgets_answer_others",
            "EXISTS (SELECT 1 FROM budgets_request AS request JOIN budgets_grant ON budgets_grant.id = request.grant_id"
            " WHERE request.id = NEW.request_id"
            " AND (request.asked_by = NEW.officer_id OR budgets_grant.citizen_id = NEW.officer_id))",
            "whoever asks does not answer",
        ),
    ),
    "budgets_account": (
        Rule(
            "budgets_account_new",
            "NEW.version <> 0 OR NEW.balance_ore <> 0",
            "an account is empty at first",
        ),
    ),
}
# INSERT OR REPLACE would get around these unique keys on SQLite.
ONCE = (
    (
        "budgets_movement",
        "budgets_movement_twice",
        # One question per index: asked together, SQLite reads the whole table once ANALYZE has told it of many NULLs.
        "EXISTS (SELECT 1 FROM budgets_movement WHERE id = NEW.id)"
        " OR EXISTS (SELECT 1 FROM budgets_movement WHERE key = NEW.key)"
        " OR (NEW.reverses IS NOT NULL AND EXISTS (SELECT 1 FROM budgets_movement WHERE reverses = NEW.reverses))"
        " OR EXISTS (SELECT 1 FROM budgets_movement WHERE fund_id = NEW.fund_id AND number = NEW.number)",
        "a movement, its key and its reversal come once",
    ),
    (
        "budgets_account",
        "budgets_account_twice",
        "EXISTS (SELECT 1 FROM budgets_account WHERE id = NEW.id)",
        "an account comes once",
    ),
    (
        "budgets_command",
        "budgets_command_twice",
        "EXISTS (SELECT 1 FROM budgets_command WHERE key = NEW.key)",
        "a key comes once",
    ),
    (
        "budgets_closing",
        "budgets_closing_twice",
        "EXISTS (SELECT 1 FROM budgets_closing WHERE grant_id = NEW.grant_id)",
        "a grant is closed once",
    ),
    (
        "budgets_answer",
        "budgets_answer_twice",
        "EXISTS (SELECT 1 FROM budgets_answer WHERE request_id = NEW.request_id AND officer_id = NEW.officer_id)",
        "an officer answers once",
    ),
)
FOLLOWS = (
    Rule(
        "budgets_account_follows",
        "NOT EXISTS (SELECT 1 FROM budgets_entry"
        " WHERE account_id = NEW.id AND account_version = NEW.version AND after_ore = NEW.balance_ore)",
        "a balance moves with an entry only",
    ),
)
CHANGES = (
    (
        "budgets_account",
        "UPDATE OF balance_ore, version",
        "budgets_account_forward",
        "NEW.version <= OLD.version",
        "a balance moves with an entry only",
    ),
    (
        "budgets_account",
        "UPDATE OF id, kind, fund_id, grant_id, goal_id, theme, request_id, may_go_negative",
        "budgets_account_fixed",
        "1 = 1",
        "an account stays what it is",
    ),
    ("budgets_account", "DELETE", "budgets_account_kept", "1 = 1", "accounts are never deleted"),
    (
        "budgets_movement",
        "UPDATE OF id, kind, fund_id, grant_id, request_id, receipt_id, reverses, effective_on, at, actor_id,"
        " why_hash, key, number, previous, hash",
        "budgets_movement_fixed",
        "1 = 1",
        "a movement stays what it is",
    ),
    (
        "budgets_movement",
        "UPDATE OF why",
        "budgets_movement_words",
        "NEW.why <> ''",
        "the words of a movement can be taken away only",
    ),
    ("budgets_movement", "DELETE", "budgets_movement_kept", "1 = 1", "movements are never deleted"),
)
APPEND_ONLY = (
    "budgets_entry",
    "budgets_receipt",
    "budgets_late_receipt",
    "budgets_command",
    "budgets_closing",
    "budgets_notice",
    "budgets_shut",
    "budgets_answer",
)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "budgets_fund",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("account_string", sa.String(length=80), nullable=False),
        sa.Column("grant_max_ore", sa.BigInteger(), nullable=False),
        sa.Column("own_purchase_ore", sa.BigInteger(), nullable=False),
        sa.Column("own_month_ore", sa.BigInteger(), nullable=False),
        sa.Column("unspent", sa.String(length=20), nullable=False),
        sa.Column("carry_over_max_ore", sa.BigInteger(), nullable=True),
        sa.Column("two_officers_ore", sa.BigInteger(), nullable=True),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("reserve_days", sa.Integer(), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "unspent IN ('returned', 'carried_over', 'expired')", name=op.f("ck_budgets_fund_known_unspent")
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_budgets_fund_ends_after_start")),
        sa.CheckConstraint("grant_max_ore > 0", name=op.f("ck_budgets_fund_grant_max_above_zero")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_budgets_fund_name_said")),
        sa.CheckConstraint(
            "own_purchase_ore >= 0 AND own_month_ore >= own_purchase_ore",
            name=op.f("ck_budgets_fund_own_limits"),
        ),
        sa.CheckConstraint(
            "carry_over_max_ore >= 0 AND two_officers_ore >= 0", name=op.f("ck_budgets_fund_limits_from_zero")
        ),
        sa.CheckConstraint(
            "answer_days BETWEEN 1 AND 366 AND reserve_days BETWEEN 1 AND 366 AND notice_days BETWEEN 1 AND 366",
            name=op.f("ck_budgets_fund_days_in_a_year"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets_fund")),
        sa.UniqueConstraint("name", name=op.f("uq_budgets_fund_name")),
    )
    op.create_table(
        "budgets_shut",
        sa.Column("fund_id", sa.String(length=20), nullable=False),
        sa.Column("through", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["fund_id"], ["budgets_fund.id"], name=op.f("fk_budgets_shut_fund_id")),
        sa.ForeignKeyConstraint(["made_by"], ["people_person.id"], name=op.f("fk_budgets_shut_made_by")),
        sa.PrimaryKeyConstraint("fund_id", "through", name=op.f("pk_budgets_shut")),
    )
    op.create_table(
        "budgets_grant",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("fund_id", sa.String(length=20), nullable=False),
        sa.Column("citizen_id", sa.String(length=20), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_ore > 0", name=op.f("ck_budgets_grant_amount_above_zero")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_budgets_grant_ends_after_start")),
        sa.CheckConstraint("length(legal_basis) > 0", name=op.f("ck_budgets_grant_legal_basis_said")),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["people_person.id"], name=op.f("fk_budgets_grant_citizen_id")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["budgets_fund.id"], name=op.f("fk_budgets_grant_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets_grant")),
    )
    op.create_index(
        "ix_budgets_grant_citizen_id_ends_on", "budgets_grant", ["citizen_id", "ends_on"], unique=False
    )
    op.create_index("ix_budgets_grant_fund_id", "budgets_grant", ["fund_id"], unique=False)
    op.create_table(
        "budgets_receipt",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("grant_id", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "media_type IN ('application/pdf', 'image/jpeg', 'image/png', 'image/webp')",
            name=op.f("ck_budgets_receipt_known_media_type"),
        ),
        sa.CheckConstraint(
            "length(content) BETWEEN 1 AND 10485760", name=op.f("ck_budgets_receipt_ten_megabytes")
        ),
        sa.ForeignKeyConstraint(["grant_id"], ["budgets_grant.id"], name=op.f("fk_budgets_receipt_grant_id")),
        sa.ForeignKeyConstraint(["made_by"], ["people_person.id"], name=op.f("fk_budgets_receipt_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets_receipt")),
        sa.UniqueConstraint("grant_id", "sha256", name=op.f("uq_budgets_receipt_grant_id_sha256")),
    )
    op.create_table(
        "budgets_request",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("grant_id", sa.String(length=20), nullable=False),
        sa.Column("goal_id", sa.String(length=20), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("together_with", sa.String(length=120), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=20), nullable=False),
        sa.Column("wanted_when", sa.String(length=120), nullable=False),
        sa.Column("own_word", sa.Boolean(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("put_aside_until", sa.Date(), nullable=True),
        sa.Column("learnt", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'reserved', 'bought', 'refused', 'given_up', 'lapsed')",
            name=op.f("ck_budgets_request_known_state"),
        ),
        sa.CheckConstraint(
            "own_word OR answer_by IS NOT NULL", name=op.f("ck_budgets_request_an_answer_has_a_day")
        ),
        sa.CheckConstraint("amount_ore > 0", name=op.f("ck_budgets_request_amount_above_zero")),
        sa.CheckConstraint("length(what) > 0", name=op.f("ck_budgets_request_what_said")),
        sa.ForeignKeyConstraint(["asked_by"], ["people_person.id"], name=op.f("fk_budgets_request_asked_by")),
        sa.ForeignKeyConstraint(["goal_id"], ["plans_goal.id"], name=op.f("fk_budgets_request_goal_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["budgets_grant.id"], name=op.f("fk_budgets_request_grant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets_request")),
    )
    op.create_index("ix_budgets_request_grant_id", "budgets_request", ["grant_id"], unique=False)
    op.create_index(
        "ix_budgets_request_state_answer_by", "budgets_request", ["state", "answer_by"], unique=False
    )
    _create_what_surrounds_requests_and_grants()
    op.create_table(
        "budgets_account",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("fund_id", sa.String(length=20), nullable=False),
        sa.Column("grant_id", sa.String(length=20), nullable=True),
        sa.Column("goal_id", sa.String(length=20), nullable=True),
        sa.Column("theme", sa.String(length=20), nullable=True),
        sa.Column("request_id", sa.String(length=20), nullable=True),
        sa.Column("may_go_negative", sa.Boolean(), nullable=False),
        sa.Column("balance_ore", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('fund', 'source', 'paid_out', 'returned', 'expired') AND grant_id IS NULL AND goal_id IS NULL AND theme IS NULL AND request_id IS NULL) OR (kind = 'unallocated' AND grant_id IS NOT NULL AND goal_id IS NULL AND theme IS NULL AND request_id IS NULL) OR (kind = 'envelope' AND grant_id IS NOT NULL AND goal_id IS NOT NULL AND theme IS NULL AND request_id IS NULL) OR (kind = 'reserved' AND grant_id IS NOT NULL AND goal_id IS NOT NULL AND theme IS NULL AND request_id IS NOT NULL) OR (kind = 'spent' AND grant_id IS NOT NULL AND goal_id IS NOT NULL AND theme IS NOT NULL AND request_id IS NULL)",
            name=op.f("ck_budgets_account_kind_and_place"),
        ),
        sa.CheckConstraint(
            "NOT may_go_negative OR kind = 'source'",
            name=op.f("ck_budgets_account_only_the_source_may_go_negative"),
        ),
        sa.CheckConstraint(
            "may_go_negative OR balance_ore >= 0", name=op.f("ck_budgets_account_never_below_zero")
        ),
        sa.CheckConstraint(
            "version > 0 OR (version = 0 AND balance_ore = 0)", name=op.f("ck_budgets_account_starts_empty")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["budgets_fund.id"], name=op.f("fk_budgets_account_fund_id")),
        sa.ForeignKeyConstraint(["goal_id"], ["plans_goal.id"], name=op.f("fk_budgets_account_goal_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["budgets_grant.id"], name=op.f("fk_budgets_account_grant_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["budgets_request.id"], name=op.f("fk_budgets_account_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets_account")),
    )
    op.create_index(
        "ix_budgets_account_envelope",
        "budgets_account",
        ["grant_id", "goal_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'envelope'"),
        postgresql_where=sa.text("kind = 'envelope'"),
    )
    op.create_index("ix_budgets_account_grant_id", "budgets_account", ["grant_id"], unique=False)
    op.create_index(
        "ix_budgets_account_of_fund",
        "budgets_account",
        ["fund_id", "kind"],
        unique=True,
        sqlite_where=sa.text("grant_id IS NULL"),
        postgresql_where=sa.text("grant_id IS NULL"),
    )
    op.create_index(
        "ix_budgets_account_reserved",
        "budgets_account",
        ["request_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'reserved'"),
        postgresql_where=sa.text("kind = 'reserved'"),
    )
    op.create_index(
        "ix_budgets_account_spent",
        "budgets_account",
        ["grant_id", "goal_id", "theme"],
        unique=True,
        sqlite_where=sa.text("kind = 'spent'"),
        postgresql_where=sa.text("kind = 'spent'"),
    )
    op.create_index(
        "ix_budgets_account_unallocated",
        "budgets_account",
        ["grant_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'unallocated'"),
        postgresql_where=sa.text("kind = 'unallocated'"),
    )
    op.create_table(
        "budgets_movement",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("fund_id", sa.String(length=20), nullable=False),
        sa.Column("grant_id", sa.String(length=20), nullable=True),
        sa.Column("request_id", sa.String(length=20), nullable=True),
        sa.Column("receipt_id", sa.String(length=20), nullable=True),
        sa.Column("reverses", sa.String(length=20), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=20), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("why_hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=90), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(kind = 'reverse') = (reverses IS NOT NULL)",
            name=op.f("ck_budgets_movement_a_reversal_names_what"),
        ),
        sa.CheckConstraint(
            "kind IN ('endow', 'grant', 'allocate', 'move', 'reserve', 'release', 'spend', 'outlay', 'refund', 'return', 'carry_over', 'expire', 'close', 'reverse')",
            name=op.f("ck_budgets_movement_known_kind"),
        ),
        sa.CheckConstraint("length(key) > 0", name=op.f("ck_budgets_movement_key_given")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people_person.id"], name=op.f("fk_budgets_movement_actor_id")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["budgets_fund.id"], name=op.f("fk_budgets_movement_fund_id")),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["budgets_grant.id"], name=op.f("fk_budgets_movement_grant_id")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["budgets_receipt.id"], name=op.f("fk_budgets_movement_receipt_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["budgets_request.id"], name=op.f("fk_budgets_movement_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses"], ["budgets_movement.id"], name=op.f("fk_budgets_movement_reverses")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets_movement")),
        sa.UniqueConstraint("key", name=op.f("uq_budgets_movement_key")),
        sa.UniqueConstraint("fund_id", "number", name=op.f("uq_budgets_movement_fund_id_number")),
    )
    op.create_index(
        "ix_budgets_movement_reverses",
        "budgets_movement",
        ["reverses"],
        unique=True,
        sqlite_where=sa.text("reverses IS NOT NULL"),
        postgresql_where=sa.text("reverses IS NOT NULL"),
    )
    op.create_index("ix_budgets_movement_fund_id_at", "budgets_movement", ["fund_id", "at"], unique=False)
    op.create_index("ix_budgets_movement_grant_id_at", "budgets_movement", ["grant_id", "at"], unique=False)
    op.create_table(
        "budgets_entry",
        sa.Column("movement_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("before_ore", sa.BigInteger(), nullable=False),
        sa.Column("after_ore", sa.BigInteger(), nullable=False),
        sa.Column("account_version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "after_ore = before_ore + CASE direction WHEN 'in' THEN amount_ore ELSE -amount_ore END",
            name=op.f("ck_budgets_entry_before_and_after"),
        ),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_budgets_entry_known_direction")),
        sa.CheckConstraint("account_version > 0", name=op.f("ck_budgets_entry_version_above_zero")),
        sa.CheckConstraint(
            "amount_ore > 0 AND amount_ore = CAST(amount_ore AS BIGINT)",
            name=op.f("ck_budgets_entry_whole_amount_above_zero"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["budgets_account.id"], name=op.f("fk_budgets_entry_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["movement_id"],
            ["budgets_movement.id"],
            name=op.f("fk_budgets_entry_movement_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("movement_id", "account_id", name=op.f("pk_budgets_entry")),
        sa.UniqueConstraint(
            "account_id", "account_version", name=op.f("uq_budgets_entry_account_id_account_version")
        ),
    )
    _create_late_receipts()
    for table in APPEND_ONLY:
        append_only(op, table)
    for table, rules in ARRIVALS.items():
        create_statement_guard(op, table, "INSERT", rules)
    create_statement_guard(op, "budgets_account", "UPDATE", FOLLOWS)
    for table, name, when, message in ONCE:
        forbid_insert_or_replace(op, table, name=name, when=when, message=message)
    for table, event, name, when, message in CHANGES:
        create_guard(op, table, event, name=name, when=when, message=message)


def _create_what_surrounds_requests_and_grants() -> None:
    op.create_table(
        "budgets_answer",
        sa.Column("request_id", sa.String(length=20), nullable=False),
        sa.Column("officer_id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("yes", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "yes OR (length(reasons) > 0 AND length(rule) > 0)", name=op.f("ck_budgets_answer_a_no_says_why")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["budgets_request.id"], name=op.f("fk_budgets_answer_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["people_person.id"], name=op.f("fk_budgets_answer_officer_id")
        ),
        sa.PrimaryKeyConstraint("request_id", "officer_id", name=op.f("pk_budgets_answer")),
    )
    op.create_table(
        "budgets_notice",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("grant_id", sa.String(length=20), nullable=False),
        sa.Column("takes_effect_on", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=20), nullable=False),
        sa.CheckConstraint("length(why) > 0", name=op.f("ck_budgets_notice_why_said")),
        sa.ForeignKeyConstraint(["grant_id"], ["budgets_grant.id"], name=op.f("fk_budgets_notice_grant_id")),
        sa.ForeignKeyConstraint(["by"], ["people_person.id"], name=op.f("fk_budgets_notice_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets_notice")),
    )
    op.create_index("ix_budgets_notice_grant_id", "budgets_notice", ["grant_id"], unique=False)
    op.create_table(
        "budgets_closing",
        sa.Column("grant_id", sa.String(length=20), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "cause IN ('ended', 'moved', 'died', 'withdrawn')", name=op.f("ck_budgets_closing_known_cause")
        ),
        sa.ForeignKeyConstraint(["grant_id"], ["budgets_grant.id"], name=op.f("fk_budgets_closing_grant_id")),
        sa.ForeignKeyConstraint(["by"], ["people_person.id"], name=op.f("fk_budgets_closing_by")),
        sa.PrimaryKeyConstraint("grant_id", name=op.f("pk_budgets_closing")),
    )
    op.create_table(
        "budgets_command",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_budgets_command")),
    )


def _create_late_receipts() -> None:
    op.create_table(
        "budgets_late_receipt",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("receipt_id", sa.String(length=20), nullable=False),
        sa.Column("movement_id", sa.String(length=20), nullable=True),
        sa.Column("request_id", sa.String(length=20), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "(movement_id IS NULL) <> (request_id IS NULL)",
            name=op.f("ck_budgets_late_receipt_for_one_thing"),
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["budgets_receipt.id"], name=op.f("fk_budgets_late_receipt_receipt_id")
        ),
        sa.ForeignKeyConstraint(
            ["movement_id"], ["budgets_movement.id"], name=op.f("fk_budgets_late_receipt_movement_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["budgets_request.id"], name=op.f("fk_budgets_late_receipt_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["people_person.id"], name=op.f("fk_budgets_late_receipt_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets_late_receipt")),
    )
    op.create_index(
        "ix_budgets_late_receipt_movement_id", "budgets_late_receipt", ["movement_id"], unique=False
    )
    op.create_index(
        "ix_budgets_late_receipt_request_id", "budgets_late_receipt", ["request_id"], unique=False
    )


def downgrade() -> None:
    """Drop the tables."""
    for table, rules in ARRIVALS.items():
        drop_statement_guard(op, table, "INSERT", rules)
    drop_statement_guard(op, "budgets_account", "UPDATE", FOLLOWS)
    for table, name, _, _ in ONCE:
        drop_guard(op, table, name=name)
    for table, _, name, _, _ in CHANGES:
        drop_guard(op, table, name=name)
    for table in APPEND_ONLY:
        drop_append_only(op, table)
    op.drop_table("budgets_late_receipt")
    op.drop_table("budgets_entry")
    op.drop_index("ix_budgets_movement_grant_id_at", table_name="budgets_movement")
    op.drop_index(
        "ix_budgets_movement_reverses",
        table_name="budgets_movement",
        sqlite_where=sa.text("reverses IS NOT NULL"),
        postgresql_where=sa.text("reverses IS NOT NULL"),
    )
    op.drop_index("ix_budgets_movement_fund_id_at", table_name="budgets_movement")
    op.drop_table("budgets_movement")
    op.drop_index(
        "ix_budgets_account_unallocated",
        table_name="budgets_account",
        sqlite_where=sa.text("kind = 'unallocated'"),
        postgresql_where=sa.text("kind = 'unallocated'"),
    )
    op.drop_index(
        "ix_budgets_account_spent",
        table_name="budgets_account",
        sqlite_where=sa.text("kind = 'spent'"),
        postgresql_where=sa.text("kind = 'spent'"),
    )
    op.drop_index(
        "ix_budgets_account_reserved",
        table_name="budgets_account",
        sqlite_where=sa.text("kind = 'reserved'"),
        postgresql_where=sa.text("kind = 'reserved'"),
    )
    op.drop_index(
        "ix_budgets_account_of_fund",
        table_name="budgets_account",
        sqlite_where=sa.text("grant_id IS NULL"),
        postgresql_where=sa.text("grant_id IS NULL"),
    )
    op.drop_index("ix_budgets_account_grant_id", table_name="budgets_account")
    op.drop_index(
        "ix_budgets_account_envelope",
        table_name="budgets_account",
        sqlite_where=sa.text("kind = 'envelope'"),
        postgresql_where=sa.text("kind = 'envelope'"),
    )
    op.drop_table("budgets_account")
    for table in ("budgets_command", "budgets_closing", "budgets_notice", "budgets_answer"):
        op.drop_table(table)
    op.drop_index("ix_budgets_request_state_answer_by", table_name="budgets_request")
    op.drop_index("ix_budgets_request_grant_id", table_name="budgets_request")
    op.drop_table("budgets_request")
    op.drop_table("budgets_receipt")
    op.drop_index("ix_budgets_grant_fund_id", table_name="budgets_grant")
    op.drop_index("ix_budgets_grant_citizen_id_ends_on", table_name="budgets_grant")
    op.drop_table("budgets_grant")
    op.drop_table("budgets_shut")
    op.drop_table("budgets_fund")
