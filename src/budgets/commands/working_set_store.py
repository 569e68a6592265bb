"""From the database into books and back: what a group of orders names is read under lock, what they did is written.

Everything is read and written once for the whole group, however many orders it has.
"""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, func, or_, select, union, union_all

from budgets import tables as t
from budgets.commands.messages import Ask, CloseGrant
from budgets.commands.working_set import (
    Books,
    Done,
    GoalPlace,
    Moment,
    Names,
    Order,
    Shut,
    named_by,
    place_of,
)
from budgets.ledger import store as ledger_store
from budgets.ledger.double_entry import Account
from budgets.model import OPEN_STATES, Closing, Fund, Grant, SpendingRequest
from budgets.records import closings as records_closings
from budgets.records import funds as records_funds
from budgets.records import limits
from budgets.records import requests as records_requests
from foundation.crypto.hash_chain import EMPTY, Head
from foundation.db.bulk import append, change_all
from foundation.db.json_rows import json_rows, rows_of
from foundation.db.psycopg_fast_path import ask, sent_together
from foundation.db.types import among
from people.access import store as access_store
from people.audit import store as audit_store
from people.tables.directory import person
from plans.tables import goal


class _End(msgspec.Struct, frozen=True):
    fund_id: str
    number: int
    hash: str


_g, _r, _m = t.grant.c, t.request.c, t.movement.c
# Of which funds the named records are; none of them ever changes its fund.
_LOCK_FUNDS = (
    select(t.fund.c.id)
    .where(
        or_(
            among(t.fund.c.id, "funds"),
            t.fund.c.id.in_(
                union(
                    select(_g.fund_id).where(among(_g.id, "grants")),
                    select(_g.fund_id)
                    .select_from(t.grant)
                    .join(t.request, _r.grant_id == _g.id)
                    .where(among(_r.id, "requests")),
                    select(_m.fund_id).where(among(_m.id, "movements")),
                )
            ),
        )
    )
    .order_by(t.fund.c.id)
    .with_for_update(key_share=True)
)
_GRANTS_NAMED = union(
    select(_r.grant_id).where(among(_r.id, "requests")),
    select(_m.grant_id).where(among(_m.id, "movements"), _m.grant_id.is_not(None)),
)
_DONE = select(*(t.command.c[name] for name in Done.__struct_fields__)).where(among(t.command.c.key, "keys"))
_RECEIPTS = select(t.receipt.c.grant_id, t.receipt.c.sha256, t.receipt.c.id).where(
    among(t.receipt.c.grant_id, "ids")
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
_held = select(*(_account.c[name] for name in Account.__struct_fields__))
_goal = goal.alias("o")
# All that stands around the named records, in one journey. Each part finds its rows by an index of its own.
_STANDS = select(
    json_rows(select(_fund).where(among(_fund.c.id, "funds"))).label("funds"),
    json_rows(
        select(_movement.c.fund_id, _movement.c.number, _movement.c.hash)
        .select_from(_fund)
        .join(_movement, (_movement.c.fund_id == _fund.c.id) & (_movement.c.number == _end))
        .where(among(_fund.c.id, "funds"))
    ).label("heads"),
    json_rows(
        select(_shut.c.fund_id, func.max(_shut.c.through).label("through"))
        .where(among(_shut.c.fund_id, "funds"))
        .group_by(_shut.c.fund_id)
    ).label("shut"),
    json_rows(select(_grant).where(among(_grant.c.id, "grants"))).label("grants"),
    json_rows(select(_closing).where(among(_closing.c.grant_id, "grants"))).label("closings"),
    json_rows(
        union_all(
            _held.where(among(_account.c.fund_id, "funds"), _account.c.grant_id.is_(None)),
            _held.where(among(_account.c.grant_id, "grants")),
        )
    ).label("accounts"),
    json_rows(
        select(_goal.c.id, _goal.c.citizen_id, _goal.c.theme).where(
            _goal.c.id.in_(
                union(
                    select(_goal.c.id).where(among(_goal.c.id, "goals")),
                    select(_account.c.goal_id).where(
                        among(_account.c.grant_id, "grants"), _account.c.goal_id.is_not(None)
                    ),
                )
            )
        )
    ).label("goals"),
    json_rows(_DONE).label("done"),
    *access_store.standing_asked(
        union(
            select(_grant.c.citizen_id).where(among(_grant.c.id, "grants")),
            select(person.c.id).where(among(person.c.id, "citizens")),
        )
    ),
)
_FUND_ROWS, _END_ROWS, _SHUT_ROWS = rows_of(Fund), rows_of(_End), rows_of(Shut)
_GRANT_ROWS, _CLOSING_ROWS = rows_of(Grant), rows_of(Closing)
_ACCOUNT_ROWS, _GOAL_ROWS, _DONE_ROWS = rows_of(Account), rows_of(GoalPlace), rows_of(Done)


def read(db: Connection, orders: list[Order], moment: Moment) -> Books:
    """Everything that the orders name, their funds locked until the transaction ends."""
    names = named_by(orders)
    named = {"grants": names.grants, "requests": names.requests, "movements": names.movements}
    names.funds = {fund_id for (fund_id,) in ask(db, _LOCK_FUNDS, named | {"funds": names.funds})}
    if names.requests or names.movements:
        names.grants.update(db.execute(_GRANTS_NAMED, named).scalars())
    books = Books()
    closing = {one.command.grant_id for one in orders if isinstance(one.command, CloseGrant)}
    _read_requests(db, books, names, closing)
    holders = {one.actor.person_id for one in orders if one.actor.person_id}
    _read_what_stands(db, books, names, holders, moment)
    if closing:
        books.notices.update(records_closings.notices(db, closing))
    if names.fund_names:
        books.fund_names.update(records_funds.fund_names(db))
    if names.requests or closing or any(isinstance(one.command, Ask) for one in orders):
        first, end = limits.month_of(moment.now)
        citizens = {one.citizen_id for one in books.grants.values()}
        books.own_word_ore.update(records_requests.own_word_ore(db, names.funds, citizens, first, end))
    if any(one.receipt is not None for one in orders):
        rows = db.execute(_RECEIPTS, {"ids": names.grants})
        books.receipt_ids.update({(row.grant_id, row.sha256): row.id for row in rows})
    return books


def results(db: Connection, keys: Collection[str]) -> dict[str, str]:
    """What orders with these keys gave, by key; those that were never carried out are left out."""
    return {row.key: row.result for row in db.execute(_DONE, {"keys": keys})}


def _read_requests(db: Connection, books: Books, names: Names, closing: set[str]) -> None:
    if names.movements:
        books.movements.update(ledger_store.movements(db, names.movements))
        books.undone.update(ledger_store.reversals(db, names.movements))
        names.requests.update(one.request_id for one in books.movements.values() if one.request_id)
    if names.requests or closing:
        found = records_requests.requests_of(db, names.requests, closing, OPEN_STATES)
        books.requests.update(found)
        names.goals.update(one.goal_id for one in found.values())
        answers = records_requests.answers(db, names.requests)
        books.answers.update({(one.request_id, one.officer_id): one for one in answers})


def _read_what_stands(
    db: Connection, books: Books, names: Names, holders: Collection[str], moment: Moment
) -> None:
    asked = {
        "funds": names.funds,
        "grants": names.grants,
        "goals": names.goals,
        "citizens": names.citizens,
        "holders": holders,
        "keys": names.keys,
        "now": moment.now,
    }
    (found,) = ask(db, _STANDS, asked)
    funds, heads, shut, grants, closings, accounts, goals, done, areas, relations = found
    books.funds.update({one.id: one for one in _FUND_ROWS.decode(funds)})
    books.heads.update(dict.fromkeys(books.funds, EMPTY))
    books.heads.update({one.fund_id: Head(one.number, one.hash) for one in _END_ROWS.decode(heads)})
    books.shut.update({one.fund_id: one for one in _SHUT_ROWS.decode(shut)})
    books.grants.update({one.id: one for one in _GRANT_ROWS.decode(grants)})
    books.closings.update({one.grant_id: one for one in _CLOSING_ROWS.decode(closings)})
    books.accounts.update({one.id: one for one in _ACCOUNT_ROWS.decode(accounts)})
    books.places.update({place_of(one): one.id for one in books.accounts.values()})
    books.goals.update({one.id: one for one in _GOAL_ROWS.decode(goals)})
    books.done.update({one.key: one for one in _DONE_ROWS.decode(done)})
    books.standing = access_store.standing_read(areas, relations)


def write(db: Connection, after: Books, moment: Moment) -> None:
    """Store what orders have set in the books. Accounts and requests may have changed; all else is new."""
    with sent_together(db):
        made = {"made_at": moment.now}
        _append(db, t.fund, after.funds.new)
        _append(db, t.grant, after.grants.new)
        _append(db, t.request, after.requests.new)
        _change_requests(db, after.requests.changed)
        ledger_store.open_accounts(db, after.accounts.new)
        _append(db, t.receipt, after.receipts, made)
        ledger_store.write(db, after.postings, after.accounts)
        _append(db, t.late_receipt, after.late_receipts, made)
        _append(db, t.answer, after.answers.new)
        _append(db, t.notice, after.notices_given)
        _append(db, t.closing, after.closings.new)
        _append(db, t.shut, after.shut_now, made)
        _append(db, t.command, after.done.new, {"at": moment.now})
    audit_store.add(db, after.changes)


def _change_requests(db: Connection, changed: Collection[SpendingRequest]) -> None:
    names = ("id", "state", "put_aside_until", "learnt")
    change_all(db, t.request, [{name: getattr(one, name) for name in names} for one in changed])


def _append(
    db: Connection, table: Table, values: Collection[Any], more: dict[str, Any] | None = None
) -> None:
    append(db, table, [msgspec.structs.asdict(one) | (more or {}) for one in values])
