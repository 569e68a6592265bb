"""The tables of `budgets`.

A migration adds triggers that enforce the ledger's invariants whatever client writes.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from foundation.db.types import UtcDateTime, metadata


def _unique_where(name: str, condition: str, *columns: str) -> Index:
    """Unique among the rows where the condition holds."""
    return Index(
        f"ix_budgets_{name}",
        *columns,
        unique=True,
        sqlite_where=text(condition),
        postgresql_where=text(condition),
    )


fund = Table(
    "budgets_fund",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("appeal", Text, nullable=False),  # how to appeal, or why one can't
    Column("account_string", String(80), nullable=False),  # kontostreng
    Column("grant_max_ore", BigInteger, nullable=False),
    Column("own_purchase_ore", BigInteger, nullable=False),  # self-approval limit: one purchase
    Column("own_month_ore", BigInteger, nullable=False),  # self-approval limit: a calendar month
    Column("unspent", String(20), nullable=False),
    Column("carry_over_max_ore", BigInteger),  # NULL: all of it
    Column("two_officers_ore", BigInteger),  # above this two officers must approve; NULL: never
    Column("answer_days", Integer, nullable=False),
    Column("reserve_days", Integer, nullable=False),
    Column("notice_days", Integer, nullable=False),
    UniqueConstraint("name"),
    CheckConstraint("length(name) > 0", name="name_said"),
    CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    CheckConstraint("grant_max_ore > 0", name="grant_max_above_zero"),
    CheckConstraint("own_purchase_ore >= 0 AND own_month_ore >= own_purchase_ore", name="own_limits"),
    CheckConstraint("unspent IN ('returned', 'carried_over', 'expired')", name="known_unspent"),
    CheckConstraint("carry_over_max_ore >= 0 AND two_officers_ore >= 0", name="limits_from_zero"),
    CheckConstraint(
        "answer_days BETWEEN 1 AND 366 AND reserve_days BETWEEN 1 AND 366 AND notice_days BETWEEN 1 AND 366",
        name="days_in_a_year",
    ),
)

# Closings of a fund's books: a row for each, with the last closed day; the latest day counts.
shut = Table(
    "budgets_shut",
    metadata,
    Column("fund_id", ForeignKey("budgets_fund.id"), primary_key=True),
    Column("through", Date, primary_key=True),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", ForeignKey("people_person.id")),
)

grant = Table(
    "budgets_grant",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("fund_id", ForeignKey("budgets_fund.id"), nullable=False),
    Column("citizen_id", ForeignKey("people_person.id"), nullable=False),
    Column("amount_ore", BigInteger, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("legal_basis", Text, nullable=False),
    CheckConstraint("amount_ore > 0", name="amount_above_zero"),
    CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    CheckConstraint("length(legal_basis) > 0", name="legal_basis_said"),
    Index("ix_budgets_grant_citizen_id_ends_on", "citizen_id", "ends_on"),
    Index("ix_budgets_grant_fund_id", "fund_id"),
)

request = Table(
    "budgets_request",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("grant_id", ForeignKey("budgets_grant.id"), nullable=False),
    Column("goal_id", ForeignKey("plans_goal.id"), nullable=False),
    Column("what", Text, nullable=False),  # the citizen's own words
    Column("together_with", String(120), nullable=False),
    Column("amount_ore", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("asked_by", ForeignKey("people_person.id"), nullable=False),
    Column("wanted_when", String(120), nullable=False),
    Column("own_word", Boolean, nullable=False),  # self-approved
    Column("answer_by", Date),
    Column("put_aside_until", Date),
    Column("learnt", Text, nullable=False),  # after the purchase, in the citizen's own words
    CheckConstraint("amount_ore > 0", name="amount_above_zero"),
    CheckConstraint("length(what) > 0", name="what_said"),
    CheckConstraint(
        "state IN ('asked', 'reserved', 'bought', 'refused', 'given_up', 'lapsed')", name="known_state"
    ),
    CheckConstraint("own_word OR answer_by IS NOT NULL", name="an_answer_has_a_day"),
    Index("ix_budgets_request_grant_id", "grant_id"),
    Index("ix_budgets_request_state_answer_by", "state", "answer_by"),
)

answer = Table(
    "budgets_answer",
    metadata,
    Column("request_id", ForeignKey("budgets_request.id"), primary_key=True),
    Column("officer_id", ForeignKey("people_person.id"), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("yes", Boolean, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("appeal", Text, nullable=False),
    CheckConstraint("yes OR (length(reasons) > 0 AND length(rule) > 0)", name="a_no_says_why"),
)

receipt = Table(
    "budgets_receipt",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("grant_id", ForeignKey("budgets_grant.id"), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("media_type", String(20), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", ForeignKey("people_person.id")),
    UniqueConstraint("grant_id", "sha256"),
    CheckConstraint(
        "media_type IN ('application/pdf', 'image/jpeg', 'image/png', 'image/webp')", name="known_media_type"
    ),
    CheckConstraint("length(content) BETWEEN 1 AND 10485760", name="ten_megabytes"),
)

# Receipts attached to a purchase after it was recorded, or to a request before its purchase.
late_receipt = Table(
    "budgets_late_receipt",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("receipt_id", ForeignKey("budgets_receipt.id"), nullable=False),
    Column("movement_id", ForeignKey("budgets_movement.id")),
    Column("request_id", ForeignKey("budgets_request.id")),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", ForeignKey("people_person.id")),
    CheckConstraint("(movement_id IS NULL) <> (request_id IS NULL)", name="for_one_thing"),
    Index("ix_budgets_late_receipt_movement_id", "movement_id"),
    Index("ix_budgets_late_receipt_request_id", "request_id"),
)

notice = Table(
    "budgets_notice",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("grant_id", ForeignKey("budgets_grant.id"), nullable=False),
    Column("takes_effect_on", Date, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", ForeignKey("people_person.id"), nullable=False),
    CheckConstraint("length(why) > 0", name="why_said"),
    Index("ix_budgets_notice_grant_id", "grant_id"),
)

closing = Table(
    "budgets_closing",
    metadata,
    Column("grant_id", ForeignKey("budgets_grant.id"), primary_key=True),
    Column("closed_on", Date, nullable=False),
    Column("cause", String(20), nullable=False),
    Column("why", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", ForeignKey("people_person.id")),
    CheckConstraint("cause IN ('ended', 'moved', 'died', 'withdrawn')", name="known_cause"),
)

# Executed commands by idempotency key: a repeated command has the stored result, and another one is rejected.
command = Table(
    "budgets_command",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("result", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

account = Table(
    "budgets_account",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("fund_id", ForeignKey("budgets_fund.id"), nullable=False),
    Column("grant_id", ForeignKey("budgets_grant.id")),
    Column("goal_id", ForeignKey("plans_goal.id")),
    Column("theme", String(20)),
    Column("request_id", ForeignKey("budgets_request.id")),
    Column("may_go_negative", Boolean, nullable=False),
    Column("balance_ore", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    CheckConstraint("may_go_negative OR balance_ore >= 0", name="never_below_zero"),
    CheckConstraint("NOT may_go_negative OR kind = 'source'", name="only_the_source_may_go_negative"),
    CheckConstraint("version > 0 OR (version = 0 AND balance_ore = 0)", name="starts_empty"),
    CheckConstraint(
        "(kind IN ('fund', 'source', 'paid_out', 'returned', 'expired')"
        " AND grant_id IS NULL AND goal_id IS NULL AND theme IS NULL AND request_id IS NULL)"
        " OR (kind = 'unallocated'"
        " AND grant_id IS NOT NULL AND goal_id IS NULL AND theme IS NULL AND request_id IS NULL)"
        " OR (kind = 'envelope'"
        " AND grant_id IS NOT NULL AND goal_id IS NOT NULL AND theme IS NULL AND request_id IS NULL)"
        " OR (kind = 'reserved'"
        " AND grant_id IS NOT NULL AND goal_id IS NOT NULL AND theme IS NULL AND request_id IS NOT NULL)"
        " OR (kind = 'spent'"
        " AND grant_id IS NOT NULL AND goal_id IS NOT NULL AND theme IS NOT NULL AND request_id IS NULL)",
        name="kind_and_place",
    ),
    _unique_where("account_of_fund", "grant_id IS NULL", "fund_id", "kind"),
    _unique_where("account_unallocated", "kind = 'unallocated'", "grant_id"),
    _unique_where("account_envelope", "kind = 'envelope'", "grant_id", "goal_id"),
    _unique_where("account_reserved", "kind = 'reserved'", "request_id"),
    _unique_where("account_spent", "kind = 'spent'", "grant_id", "goal_id", "theme"),
    Index("ix_budgets_account_grant_id", "grant_id"),
)

movement = Table(
    "budgets_movement",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("fund_id", ForeignKey("budgets_fund.id"), nullable=False),
    Column("grant_id", ForeignKey("budgets_grant.id")),
    Column("request_id", ForeignKey("budgets_request.id")),
    Column("receipt_id", ForeignKey("budgets_receipt.id")),
    Column("reverses", ForeignKey("budgets_movement.id")),
    Column("effective_on", Date, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", ForeignKey("people_person.id")),  # NULL: the system
    Column("why", Text, nullable=False),
    Column("why_hash", String(64), nullable=False),  # stays when the description is erased
    Column("key", String(90), nullable=False),
    Column("number", BigInteger, nullable=False),  # in the fund's chain, from 1
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("key"),
    UniqueConstraint("fund_id", "number"),
    CheckConstraint(
        "kind IN ('endow', 'grant', 'allocate', 'move', 'reserve', 'release', 'spend', 'outlay', 'refund',"
        " 'return', 'carry_over', 'expire', 'close', 'reverse')",
        name="known_kind",
    ),
    CheckConstraint("(kind = 'reverse') = (reverses IS NOT NULL)", name="a_reversal_names_what"),
    CheckConstraint("length(key) > 0", name="key_given"),
    _unique_where("movement_reverses", "reverses IS NOT NULL", "reverses"),
    Index("ix_budgets_movement_grant_id_at", "grant_id", "at"),
    Index("ix_budgets_movement_fund_id_at", "fund_id", "at"),
)

entry = Table(
    "budgets_entry",
    metadata,
    Column(
        "movement_id",
        ForeignKey("budgets_movement.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
    ),
    Column("account_id", ForeignKey("budgets_account.id"), primary_key=True),
    Column("direction", String(3), nullable=False),
    Column("amount_ore", BigInteger, nullable=False),
    Column("before_ore", BigInteger, nullable=False),
    Column("after_ore", BigInteger, nullable=False),
    Column("account_version", BigInteger, nullable=False),
    UniqueConstraint("account_id", "account_version"),
    # SQLite would accept 1.5 or text in an integer column.
    CheckConstraint(
        "amount_ore > 0 AND amount_ore = CAST(amount_ore AS BIGINT)", name="whole_amount_above_zero"
    ),
    CheckConstraint("direction IN ('in', 'out')", name="known_direction"),
    CheckConstraint(
        "after_ore = before_ore + CASE direction WHEN 'in' THEN amount_ore ELSE -amount_ore END",
        name="before_and_after",
    ),
    CheckConstraint("account_version > 0", name="version_above_zero"),
)
