"""Loading the working set of a batch of commands, with its funds locked, and saving its changes.

The number of queries does not depend on the number of commands.
"""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, func, or_, select, union, union_all

from budgets import tables as t
from budgets.commands.messages import CloseGrant, RequestSpending
from budgets.commands.working_set import (
    ClosedPeriod,
    CommandTime,
    CompletedCommand,
    GoalRef,
    ReferencedIds,
    SubmittedCommand,
    WorkingSet,
    account_key,
    referenced_ids,
)
from budgets.ledger import store as ledger_store
from budgets.ledger.double_entry import Account
from budgets.model import OPEN_STATES, Closing, Fund, Grant, SpendingRequest
from budgets.records import closings as records_closings
from budgets.records import funds as records_funds
from budgets.records import limits
from budgets.records import requests as records_requests
from foundation.crypto.hash_chain import EMPTY_HEAD, Head
from foundation.db.bulk import bulk_insert, bulk_update
from foundation.db.json_rows import json_agg, row_decoder
from foundation.db.psycopg_fast_path import fetch_all, pipeline
from foundation.db.types import any_of
from people.access import store as access_store
from people.audit import store as audit_store
from people.tables.directory import person
from plans.tables import goal


class _ChainEnd(msgspec.Struct, frozen=True):
    fund_id: str
    number: int
    hash: str


_g, _r, _m = t.grant.c, t.request.c, t.movement.c
# A record never changes its fund, so the funds to lock can be read before they are locked.
_LOCK_FUNDS = (
    select(t.fund.c.id)
    .where(
        or_(
            any_of(t.fund.c.id, "funds"),
            t.fund.c.id.in_(
                union(
                    select(_g.fund_id).where(any_of(_g.id, "grants")),
                    select(_g.fund_id)
                    .select_from(t.grant)
                    .join(t.request, _r.grant_id == _g.id)
                    .where(any_of(_r.id, "requests")),
                    select(_m.fund_id).where(any_of(_m.id, "movements")),
                )
            ),
        )
    )
    # Every process locks in this order, so two batches can't deadlock (ADR 0007).
    .order_by(t.fund.c.id)
    # FOR NO KEY UPDATE: rows that refer to the fund can still be inserted. SQLite has one writer anyway.
    .with_for_update(key_share=True)
)
_REFERENCED_GRANTS = union(
    select(_r.grant_id).where(any_of(_r.id, "requests")),
    select(_m.grant_id).where(any_of(_m.id, "movements"), _m.grant_id.is_not(None)),
)
_COMPLETED = select(*(t.command.c[name] for name in CompletedCommand.__struct_fields__)).where(
    any_of(t.command.c.key, "keys")
)
# Without the content, which can be 10 MB for each receipt.
_RECEIPTS = select(t.receipt.c.grant_id, t.receipt.c.sha256, t.receipt.c.id).where(
    any_of(t.receipt.c.grant_id, "ids")
)

# Short aliases, since psycopg doesn't cache queries of more than 4,096 characters.
_fund, _grant, _account = t.fund.alias("f"), t.grant.alias("g"), t.account.alias("a")
_movement, _last, _shut, _closing = (
    t.movement.alias("m"),
    t.movement.alias("n"),
    t.shut.alias("s"),
    t.closing.alias("c"),
)
# Ordered by both columns of the index on fund and number, so that only its last entry is read.
_last_number = (
    select(_last.c.number)
    .where(_last.c.fund_id == _fund.c.id)
    .order_by(_last.c.fund_id.desc(), _last.c.number.desc())
    .limit(1)
    .scalar_subquery()
)
_account_columns = select(*(_account.c[name] for name in Account.__struct_fields__))
_goal = goal.alias("o")
# All the records in one round trip. Each part finds its rows by an index of its own.
_LOAD = select(
    json_agg(select(_fund).where(any_of(_fund.c.id, "funds"))).label("funds"),
    json_agg(
        select(_movement.c.fund_id, _movement.c.number, _movement.c.hash)
        .select_from(_fund)
        .join(_movement, (_movement.c.fund_id == _fund.c.id) & (_movement.c.number == _last_number))
        .where(any_of(_fund.c.id, "funds"))
    ).label("heads"),
    json_agg(
        select(_shut.c.fund_id, func.max(_shut.c.through).label("through"))
        .where(any_of(_shut.c.fund_id, "funds"))
        .group_by(_shut.c.fund_id)
    ).label("shut"),
    json_agg(select(_grant).where(any_of(_grant.c.id, "grants"))).label("grants"),
    json_agg(select(_closing).where(any_of(_closing.c.grant_id, "grants"))).label("closings"),
    json_agg(
        union_all(
            _account_columns.where(any_of(_account.c.fund_id, "funds"), _account.c.grant_id.is_(None)),
            _account_columns.where(any_of(_account.c.grant_id, "grants")),
        )
    ).label("accounts"),
    json_agg(
        select(_goal.c.id, _goal.c.citizen_id, _goal.c.theme).where(
            _goal.c.id.in_(
                union(
                    select(_goal.c.id).where(any_of(_goal.c.id, "goals")),
                    select(_account.c.goal_id).where(
                        any_of(_account.c.grant_id, "grants"), _account.c.goal_id.is_not(None)
                    ),
                )
            )
        )
    ).label("goals"),
    json_agg(_COMPLETED).label("done"),
    *access_store.relationship_columns(
        union(
            select(_grant.c.citizen_id).where(any_of(_grant.c.id, "grants")),
            select(person.c.id).where(any_of(person.c.id, "citizens")),
        )
    ),
)
_FUND_ROWS, _CHAIN_END_ROWS, _CLOSED_PERIOD_ROWS = (
    row_decoder(Fund),
    row_decoder(_ChainEnd),
    row_decoder(ClosedPeriod),
)
_GRANT_ROWS, _CLOSING_ROWS = row_decoder(Grant), row_decoder(Closing)
_ACCOUNT_ROWS, _GOAL_ROWS, _COMPLETED_ROWS = (
    row_decoder(Account),
    row_decoder(GoalRef),
    row_decoder(CompletedCommand),
)


def load(db: Connection, submissions: list[SubmittedCommand], time: CommandTime) -> WorkingSet:
    """Load the records that the commands refer to; their funds stay locked until the transaction ends."""
    referenced = referenced_ids(submissions)
    ids = {"grants": referenced.grants, "requests": referenced.requests, "movements": referenced.movements}
    # First of all: what is read of the funds after the lock can't change until the commit.
    referenced.funds = {
        fund_id for (fund_id,) in fetch_all(db, _LOCK_FUNDS, ids | {"funds": referenced.funds})
    }
    if referenced.requests or referenced.movements:
        referenced.grants.update(db.execute(_REFERENCED_GRANTS, ids).scalars())
    working_set = WorkingSet()
    commands = [submission.command for submission in submissions]
    closing_ids = {command.grant_id for command in commands if isinstance(command, CloseGrant)}
    # Before the other records, since the requests refer to further goals.
    _load_requests(db, working_set, referenced, closing_ids)
    actor_ids = {submission.actor.person_id for submission in submissions if submission.actor.person_id}
    _load_records(db, working_set, referenced, actor_ids, time)
    if closing_ids:
        working_set.notices.update(records_closings.notices(db, closing_ids))
    if referenced.fund_names:
        working_set.fund_ids_by_name.update(records_funds.fund_names(db))
    if (
        referenced.requests
        or closing_ids
        or any(isinstance(command, RequestSpending) for command in commands)
    ):
        first, end = limits.month_bounds(time.now)
        citizen_ids = {grant.citizen_id for grant in working_set.grants.values()}
        working_set.self_approved_ore.update(
            records_requests.self_approved_ore(db, referenced.funds, citizen_ids, first, end)
        )
    if any(submission.receipt is not None for submission in submissions):
        rows = db.execute(_RECEIPTS, {"ids": referenced.grants})
        working_set.receipt_ids.update({(row.grant_id, row.sha256): row.id for row in rows})
    return working_set


def completed_results(db: Connection, keys: Collection[str]) -> dict[str, str]:
    """The results of the commands that were executed with these keys, by key."""
    return {row.key: row.result for row in db.execute(_COMPLETED, {"keys": keys})}


def _load_requests(
    db: Connection, working_set: WorkingSet, referenced: ReferencedIds, closing_grant_ids: set[str]
) -> None:
    if referenced.movements:
        working_set.movements.update(ledger_store.movements(db, referenced.movements))
        working_set.reversals.update(ledger_store.reversals(db, referenced.movements))
        movements = working_set.movements.values()
        referenced.requests.update(movement.request_id for movement in movements if movement.request_id)
    if referenced.requests or closing_grant_ids:
        requests = records_requests.requests_by_id(db, referenced.requests, closing_grant_ids, OPEN_STATES)
        working_set.requests.update(requests)
        referenced.goals.update(request.goal_id for request in requests.values())
        answers = records_requests.answers(db, referenced.requests)
        working_set.answers.update({(answer.request_id, answer.officer_id): answer for answer in answers})


def _load_records(
    db: Connection,
    working_set: WorkingSet,
    referenced: ReferencedIds,
    actor_ids: Collection[str],
    time: CommandTime,
) -> None:
    parameters = {
        "funds": referenced.funds,
        "grants": referenced.grants,
        "goals": referenced.goals,
        "citizens": referenced.citizens,
        "holders": actor_ids,
        "keys": referenced.keys,
        "now": time.now,
    }
    # Not through SQLAlchemy, which would take longer than PostgreSQL does for this query (ADR 0008).
    ((funds, heads, shut, grants, closings, accounts, goals, done, areas, relations),) = fetch_all(
        db, _LOAD, parameters
    )
    working_set.funds.update({fund.id: fund for fund in _FUND_ROWS.decode(funds)})
    working_set.chain_heads.update(dict.fromkeys(working_set.funds, EMPTY_HEAD))
    working_set.chain_heads.update(
        {end.fund_id: Head(end.number, end.hash) for end in _CHAIN_END_ROWS.decode(heads)}
    )
    working_set.closed_periods.update({period.fund_id: period for period in _CLOSED_PERIOD_ROWS.decode(shut)})
    working_set.grants.update({grant.id: grant for grant in _GRANT_ROWS.decode(grants)})
    working_set.closings.update({closing.grant_id: closing for closing in _CLOSING_ROWS.decode(closings)})
    working_set.accounts.update({account.id: account for account in _ACCOUNT_ROWS.decode(accounts)})
    working_set.account_ids.update(
        {account_key(account): account.id for account in working_set.accounts.values()}
    )
    working_set.goals.update({goal_ref.id: goal_ref for goal_ref in _GOAL_ROWS.decode(goals)})
    working_set.completed.update({command.key: command for command in _COMPLETED_ROWS.decode(done)})
    working_set.relationships = access_store.decode_relationships(areas, relations)


def save(db: Connection, working_set: WorkingSet, time: CommandTime) -> None:
    """Save the accepted changes: new records, and changed accounts and requests, which alone are updated."""
    with pipeline(db):
        made_at = {"made_at": time.now}
        # In the order of the foreign keys.
        _insert(db, t.fund, working_set.funds.added)
        _insert(db, t.grant, working_set.grants.added)
        _insert(db, t.request, working_set.requests.added)
        _update_requests(db, working_set.requests.updated)
        ledger_store.open_accounts(db, working_set.accounts.added)
        _insert(db, t.receipt, working_set.receipts, made_at)
        ledger_store.save_postings(db, working_set.postings, working_set.accounts)
        _insert(db, t.late_receipt, working_set.late_receipts, made_at)
        _insert(db, t.answer, working_set.answers.added)
        _insert(db, t.notice, working_set.new_notices)
        # After the postings: the database refuses to close a grant that holds money, and movements after it.
        _insert(db, t.closing, working_set.closings.added)
        # After the postings: an earlier command of the batch may have used a day that a later one closes.
        _insert(db, t.shut, working_set.new_closed_periods, made_at)
        _insert(db, t.command, working_set.completed.added, {"at": time.now})
    audit_store.add(db, working_set.changes)


def _update_requests(db: Connection, changed: Collection[SpendingRequest]) -> None:
    names = ("id", "state", "put_aside_until", "learnt")
    bulk_update(db, t.request, [{name: getattr(request, name) for name in names} for request in changed])


def _insert(
    db: Connection, table: Table, values: Collection[Any], extra: dict[str, Any] | None = None
) -> None:
    bulk_insert(db, table, [msgspec.structs.asdict(value) | (extra or {}) for value in values])
