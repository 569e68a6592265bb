"""From the database into books and back: what a group of orders names is read under lock, what they did is written.

Everything is read and written once for the whole group, however many orders it has.
"""

from collections import ChainMap
from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, func, or_, select, union, union_all

from budgets import deciding, store, store_closing, store_funds, store_requests
from budgets import tables as t
from budgets.books import Books, Done, GoalPlace, Moment, Names, Order, Shut, named_by
from budgets.commands import Ask, CloseGrant
from budgets.ledger import Account
from budgets.model import OPEN_STATES, Closing, Fund, Grant
from foundation.chain import EMPTY, Head
from foundation.database import among, sent_together
from foundation.json_rows import json_rows, rows_of
from foundation.many import append, change_all
from people import store_log, store_standing
from people.tables import person
from plans.tables import goal


class _End(msgspec.Struct, frozen=True):
    fund_id: str
    number: int
    hash: str


_a, _g, _r, _m = t.account.c, t.grant.c, t.request.c, t.movement.c
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

_ACCOUNT = select(*(_a[name] for name in Account.__struct_fields__))
_last = t.movement.alias("last")
_end = (
    select(_last.c.number)
    .where(_last.c.fund_id == t.fund.c.id)
    .order_by(_last.c.fund_id.desc(), _last.c.number.desc())
    .limit(1)
    .scalar_subquery()
)
# All that stands around the named records, in one journey. Each part finds its rows by an index of its own.
_STANDS = select(
    json_rows(select(t.fund).where(among(t.fund.c.id, "funds"))).label("funds"),
    json_rows(
        select(_m.fund_id, _m.number, _m.hash)
        .select_from(t.fund)
        .join(t.movement, (_m.fund_id == t.fund.c.id) & (_m.number == _end))
        .where(among(t.fund.c.id, "funds"))
    ).label("heads"),
    json_rows(
        select(t.shut.c.fund_id, func.max(t.shut.c.through).label("through"))
        .where(among(t.shut.c.fund_id, "funds"))
        .group_by(t.shut.c.fund_id)
    ).label("shut"),
    json_rows(select(t.grant).where(among(_g.id, "grants"))).label("grants"),
    json_rows(select(t.closing).where(among(t.closing.c.grant_id, "grants"))).label("closings"),
    json_rows(
        union_all(
            _ACCOUNT.where(among(_a.fund_id, "funds"), _a.grant_id.is_(None)),
            _ACCOUNT.where(among(_a.grant_id, "grants")),
        )
    ).label("accounts"),
    json_rows(
        select(goal.c.id, goal.c.citizen_id, goal.c.theme).where(
            goal.c.id.in_(
                union(
                    select(goal.c.id).where(among(goal.c.id, "goals")),
                    select(_a.goal_id).where(among(_a.grant_id, "grants"), _a.goal_id.is_not(None)),
                )
            )
        )
    ).label("goals"),
    json_rows(_DONE).label("done"),
    *store_standing.standing_asked(
        union(
            select(_g.citizen_id).where(among(_g.id, "grants")),
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
    names.funds = set(db.execute(_LOCK_FUNDS, named | {"funds": names.funds}).scalars())
    if names.requests or names.movements:
        names.grants.update(db.execute(_GRANTS_NAMED, named).scalars())
    books = Books()
    closing = {one.command.grant_id for one in orders if isinstance(one.command, CloseGrant)}
    _read_requests(db, books, names, closing)
    holders = {one.actor.person_id for one in orders if one.actor.person_id}
    _read_what_stands(db, books, names, holders, moment)
    if closing:
        books.notices.update(store_closing.notices(db, closing))
    if names.fund_names:
        books.fund_names.update(store_funds.fund_names(db))
    if names.requests or closing or any(isinstance(one.command, Ask) for one in orders):
        first, end = deciding.month_of(moment.now)
        citizens = {one.citizen_id for one in books.grants.values()}
        books.own_word_ore.update(store_requests.own_word_ore(db, names.funds, citizens, first, end))
    if any(one.receipt is not None for one in orders):
        rows = db.execute(_RECEIPTS, {"ids": names.grants})
        books.receipt_ids.update({(row.grant_id, row.sha256): row.id for row in rows})
    return books


def results(db: Connection, keys: Collection[str]) -> dict[str, str]:
    """What orders with these keys gave, by key; those that were never carried out are left out."""
    return {row.key: row.result for row in db.execute(_DONE, {"keys": keys})}


def _read_requests(db: Connection, books: Books, names: Names, closing: set[str]) -> None:
    if names.movements:
        books.movements.update(store.movements(db, names.movements))
        books.undone.update(store.reversals(db, names.movements))
        names.requests.update(one.request_id for one in books.movements.values() if one.request_id)
    if names.requests or closing:
        found = store_requests.requests_of(db, names.requests, closing, OPEN_STATES)
        books.requests.update(found)
        names.goals.update(one.goal_id for one in found.values())
        for answer in store_requests.answers(db, names.requests):
            books.answers[answer.request_id, answer.officer_id] = answer


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
    found = db.execute(_STANDS, asked).one()
    books.funds.update({one.id: one for one in _FUND_ROWS.decode(found.funds)})
    books.heads.update(dict.fromkeys(books.funds, EMPTY))
    books.heads.update({one.fund_id: Head(one.number, one.hash) for one in _END_ROWS.decode(found.heads)})
    books.shut.update({one.fund_id: one for one in _SHUT_ROWS.decode(found.shut)})
    books.grants.update({one.id: one for one in _GRANT_ROWS.decode(found.grants)})
    books.closings.update({one.grant_id: one for one in _CLOSING_ROWS.decode(found.closings)})
    for account in _ACCOUNT_ROWS.decode(found.accounts):
        books.put_account(account)
    books.goals.update({one.id: one for one in _GOAL_ROWS.decode(found.goals)})
    books.done.update({one.key: one for one in _DONE_ROWS.decode(found.done)})
    books.standing = store_standing.standing_read(found.areas, found.relations)


def write(db: Connection, after: Books, moment: Moment) -> None:
    """Store what stands in the upper layer of books. Accounts and requests may have changed; all else there is new."""
    with sent_together(db):
        made = {"made_at": moment.now}
        _append(db, t.fund, _upper(after.funds))
        _append(db, t.grant, _upper(after.grants))
        _write_requests(db, after)
        store.open_accounts(db, [one for one in _upper(after.accounts) if _is_new(after.accounts, one.id)])
        _append(db, t.receipt, after.receipts, made)
        store.write(db, after.postings, after.accounts)
        _append(db, t.late_receipt, after.late_receipts, made)
        for table, layer in (
            (t.answer, after.answers),
            (t.notice, after.notices),
            (t.closing, after.closings),
        ):
            _append(db, table, _upper(layer))
        _append(db, t.shut, _upper(after.shut), made)
        _append(db, t.command, _upper(after.done), {"at": moment.now})
    store_log.add(db, after.changes)


def _write_requests(db: Connection, after: Books) -> None:
    _append(db, t.request, [one for one in _upper(after.requests) if _is_new(after.requests, one.id)])
    changed = [one for one in _upper(after.requests) if not _is_new(after.requests, one.id)]
    names = ("id", "state", "put_aside_until", "learnt")
    change_all(db, t.request, [{name: getattr(one, name) for name in names} for one in changed])


def _upper(layered: ChainMap[Any, Any]) -> Collection[Any]:
    return layered.maps[0].values()


def _is_new(layered: ChainMap[Any, Any], key: str) -> bool:
    return key not in layered.parents


def _append(
    db: Connection, table: Table, values: Collection[Any], more: dict[str, Any] | None = None
) -> None:
    append(db, table, [msgspec.structs.asdict(one) | (more or {}) for one in values])
