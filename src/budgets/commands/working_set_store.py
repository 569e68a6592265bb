"""From the database into books and back: what a group of orders names is read under lock, what they did is written.

Everything is read and written once for the whole group, however many orders it has.
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
# Of which funds the named records are; none of them ever changes its fund.
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
    .order_by(t.fund.c.id)
    .with_for_update(key_share=True)
)
_REFERENCED_GRANTS = union(
    select(_r.grant_id).where(any_of(_r.id, "requests")),
    select(_m.grant_id).where(any_of(_m.id, "movements"), _m.grant_id.is_not(None)),
)
_COMPLETED = select(*(t.command.c[name] for name in CompletedCommand.__struct_fields__)).where(
    any_of(t.command.c.key, "keys")
)
_RECEIPTS = select(t.receipt.c.grant_id, t.receipt.c.sha256, t.receipt.c.id).where(
    any_of(t.receipt.c.grant_id, "ids")
)

# Short names, since psycopg reads a text of more than 4,096 signs anew each time.
_fund, _grant, _account = t.fund.alias("f"), t.grant.alias("g"), t.account.alias("a")
_movement, _last, _shut, _closing = (
    t.movement.alias("m"),
    t.movement.alias("n"),
    t.shut.alias("s"),
    t.closing.alias("c"),
)
_end = (
    select(_last.c.number)
    .where(_last.c.fund_id == _fund.c.id)
    .order_by(_last.c.fund_id.desc(), _last.c.number.desc())
    .limit(1)
    .scalar_subquery()
)
_account_columns = select(*(_account.c[name] for name in Account.__struct_fields__))
_goal = goal.alias("o")
# All that stands around the named records, in one journey. Each part finds its rows by an index of its own.
_LOAD = select(
    json_agg(select(_fund).where(any_of(_fund.c.id, "funds"))).label("funds"),
    json_agg(
        select(_movement.c.fund_id, _movement.c.number, _movement.c.hash)
        .select_from(_fund)
        .join(_movement, (_movement.c.fund_id == _fund.c.id) & (_movement.c.number == _end))
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
    """Everything that the orders name, their funds locked until the transaction ends."""
    names = referenced_ids(submissions)
    named = {"grants": names.grants, "requests": names.requests, "movements": names.movements}
    names.funds = {fund_id for (fund_id,) in fetch_all(db, _LOCK_FUNDS, named | {"funds": names.funds})}
    if names.requests or names.movements:
        names.grants.update(db.execute(_REFERENCED_GRANTS, named).scalars())
    books = WorkingSet()
    closing = {one.command.grant_id for one in submissions if isinstance(one.command, CloseGrant)}
    _load_requests(db, books, names, closing)
    holders = {one.actor.person_id for one in submissions if one.actor.person_id}
    _load_records(db, books, names, holders, time)
    if closing:
        books.notices.update(records_closings.notices(db, closing))
    if names.fund_names:
        books.fund_ids_by_name.update(records_funds.fund_names(db))
    if names.requests or closing or any(isinstance(one.command, RequestSpending) for one in submissions):
        first, end = limits.month_bounds(time.now)
        citizens = {one.citizen_id for one in books.grants.values()}
        books.self_approved_ore.update(
            records_requests.self_approved_ore(db, names.funds, citizens, first, end)
        )
    if any(one.receipt is not None for one in submissions):
        rows = db.execute(_RECEIPTS, {"ids": names.grants})
        books.receipt_ids.update({(row.grant_id, row.sha256): row.id for row in rows})
    return books


def completed_results(db: Connection, keys: Collection[str]) -> dict[str, str]:
    """What orders with these keys gave, by key; those that were never carried out are left out."""
    return {row.key: row.result for row in db.execute(_COMPLETED, {"keys": keys})}


def _load_requests(
    db: Connection, working_set: WorkingSet, referenced: ReferencedIds, closing_grant_ids: set[str]
) -> None:
    if referenced.movements:
        working_set.movements.update(ledger_store.movements(db, referenced.movements))
        working_set.reversals.update(ledger_store.reversals(db, referenced.movements))
        referenced.requests.update(one.request_id for one in working_set.movements.values() if one.request_id)
    if referenced.requests or closing_grant_ids:
        found = records_requests.requests_by_id(db, referenced.requests, closing_grant_ids, OPEN_STATES)
        working_set.requests.update(found)
        referenced.goals.update(one.goal_id for one in found.values())
        answers = records_requests.answers(db, referenced.requests)
        working_set.answers.update({(one.request_id, one.officer_id): one for one in answers})


def _load_records(
    db: Connection,
    working_set: WorkingSet,
    referenced: ReferencedIds,
    actor_ids: Collection[str],
    time: CommandTime,
) -> None:
    asked = {
        "funds": referenced.funds,
        "grants": referenced.grants,
        "goals": referenced.goals,
        "citizens": referenced.citizens,
        "holders": actor_ids,
        "keys": referenced.keys,
        "now": time.now,
    }
    (found,) = fetch_all(db, _LOAD, asked)
    funds, heads, shut, grants, closings, accounts, goals, done, areas, relations = found
    working_set.funds.update({one.id: one for one in _FUND_ROWS.decode(funds)})
    working_set.chain_heads.update(dict.fromkeys(working_set.funds, EMPTY_HEAD))
    working_set.chain_heads.update(
        {one.fund_id: Head(one.number, one.hash) for one in _CHAIN_END_ROWS.decode(heads)}
    )
    working_set.closed_periods.update({one.fund_id: one for one in _CLOSED_PERIOD_ROWS.decode(shut)})
    working_set.grants.update({one.id: one for one in _GRANT_ROWS.decode(grants)})
    working_set.closings.update({one.grant_id: one for one in _CLOSING_ROWS.decode(closings)})
    working_set.accounts.update({one.id: one for one in _ACCOUNT_ROWS.decode(accounts)})
    working_set.account_ids.update({account_key(one): one.id for one in working_set.accounts.values()})
    working_set.goals.update({one.id: one for one in _GOAL_ROWS.decode(goals)})
    working_set.completed.update({one.key: one for one in _COMPLETED_ROWS.decode(done)})
    working_set.relationships = access_store.decode_relationships(areas, relations)


def save(db: Connection, working_set: WorkingSet, time: CommandTime) -> None:
    """Store what orders have set in the books. Accounts and requests may have changed; all else is new."""
    with pipeline(db):
        made = {"made_at": time.now}
        _insert(db, t.fund, working_set.funds.added)
        _insert(db, t.grant, working_set.grants.added)
        _insert(db, t.request, working_set.requests.added)
        _update_requests(db, working_set.requests.updated)
        ledger_store.open_accounts(db, working_set.accounts.added)
        _insert(db, t.receipt, working_set.receipts, made)
        ledger_store.save_postings(db, working_set.postings, working_set.accounts)
        _insert(db, t.late_receipt, working_set.late_receipts, made)
        _insert(db, t.answer, working_set.answers.added)
        _insert(db, t.notice, working_set.new_notices)
        _insert(db, t.closing, working_set.closings.added)
        _insert(db, t.shut, working_set.new_closed_periods, made)
        _insert(db, t.command, working_set.completed.added, {"at": time.now})
    audit_store.add(db, working_set.changes)


def _update_requests(db: Connection, changed: Collection[SpendingRequest]) -> None:
    names = ("id", "state", "put_aside_until", "learnt")
    bulk_update(db, t.request, [{name: getattr(one, name) for name in names} for one in changed])


def _insert(
    db: Connection, table: Table, values: Collection[Any], extra: dict[str, Any] | None = None
) -> None:
    bulk_insert(db, table, [msgspec.structs.asdict(one) | (extra or {}) for one in values])
