"""From the database into books and back: what a group of orders names is read under lock, what they did is written.

Everything is read and written once for the whole group, however many orders it has.
"""

from collections import ChainMap
from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, func, or_, select, union

from budgets import deciding, store, store_closing, store_funds, store_requests
from budgets import tables as t
from budgets.books import Books, Done, GoalPlace, Moment, Names, Order, Shut, named_by
from budgets.commands import Ask, CloseGrant
from budgets.model import OPEN_STATES
from foundation.database import among, append, change_all
from people import store as people_store
from people import store_log
from plans import store as plans_store

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
_SHUT = (
    select(t.shut.c.fund_id, func.max(t.shut.c.through).label("through"))
    .where(among(t.shut.c.fund_id, "ids"))
    .group_by(t.shut.c.fund_id)
)
_DONE = select(t.command).where(among(t.command.c.key, "ids"))
_RECEIPTS = select(t.receipt.c.grant_id, t.receipt.c.sha256, t.receipt.c.id).where(
    among(t.receipt.c.grant_id, "ids")
)


def read(db: Connection, orders: list[Order], moment: Moment) -> Books:
    """Everything that the orders name, their funds locked until the transaction ends."""
    names = named_by(orders)
    named = {"grants": names.grants, "requests": names.requests, "movements": names.movements}
    names.funds = set(db.execute(_LOCK_FUNDS, named | {"funds": names.funds}).scalars())
    if names.requests or names.movements:
        names.grants.update(db.execute(_GRANTS_NAMED, named).scalars())
    books = Books()
    _read_funds(db, books, names)
    closing = {one.command.grant_id for one in orders if isinstance(one.command, CloseGrant)}
    _read_requests(db, books, names, closing)
    _read_grants(db, books, names, closing)
    _read_people(db, books, names, {one.actor.person_id for one in orders if one.actor.person_id}, moment)
    if names.requests or closing or any(isinstance(one.command, Ask) for one in orders):
        first, end = deciding.month_of(moment.now)
        books.own_word_ore.update(store_requests.own_word_ore(db, names.funds, names.citizens, first, end))
    books.done.update(
        {
            row.key: Done(row.digest, row.result, row.actor_id)
            for row in db.execute(_DONE, {"ids": names.keys})
        }
    )
    if any(one.receipt is not None for one in orders):
        rows = db.execute(_RECEIPTS, {"ids": names.grants})
        books.receipt_ids.update({(row.grant_id, row.sha256): row.id for row in rows})
    return books


def results(db: Connection, keys: Collection[str]) -> dict[str, str]:
    """What orders with these keys gave, by key; those that were never carried out are left out."""
    return {row.key: row.result for row in db.execute(_DONE, {"ids": keys})}


def _read_funds(db: Connection, books: Books, names: Names) -> None:
    books.funds.update(store_funds.funds(db, names.funds))
    books.heads.update(store.heads(db, names.funds))
    for row in db.execute(_SHUT, {"ids": names.funds}):
        books.shut[row.fund_id] = Shut(row.fund_id, row.through)
    if names.fund_names:
        books.fund_names.update(store_funds.fund_names(db))
    for account in store.accounts_of_funds(db, names.funds):
        books.put_account(account)


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


def _read_grants(db: Connection, books: Books, names: Names, closing: set[str]) -> None:
    if not names.grants:
        return
    books.grants.update(store_funds.grants(db, names.grants))
    names.citizens.update(one.citizen_id for one in books.grants.values())
    books.closings.update(store_closing.closings(db, names.grants))
    if closing:
        books.notices.update(store_closing.notices(db, closing))
    for account in store.accounts_of_grants(db, names.grants):
        books.put_account(account)
        if account.goal_id is not None:
            names.goals.add(account.goal_id)


def _read_people(
    db: Connection, books: Books, names: Names, actor_ids: Collection[str], moment: Moment
) -> None:
    books.standing = people_store.standing(db, actor_ids, names.citizens, moment.now)
    if names.goals:
        goals = plans_store.goals_by_id(db, names.goals)
        books.goals.update({key: GoalPlace(one.citizen_id, one.theme) for key, one in goals.items()})


def write(db: Connection, after: Books, moment: Moment) -> None:
    """Store what stands in the upper layer of books. Accounts and requests may have changed; all else there is new."""
    made = {"made_at": moment.now}
    _append(db, t.fund, _upper(after.funds))
    _append(db, t.grant, _upper(after.grants))
    _write_requests(db, after)
    store.open_accounts(db, [one for one in _upper(after.accounts) if _is_new(after.accounts, one.id)])
    _append(db, t.receipt, after.receipts, made)
    store.write(db, after.postings, after.accounts)
    _append(db, t.late_receipt, after.late_receipts, made)
    for table, layer in ((t.answer, after.answers), (t.notice, after.notices), (t.closing, after.closings)):
        _append(db, table, _upper(layer))
    _append(db, t.shut, _upper(after.shut), made)
    done = after.done.maps[0].items()
    append(db, t.command, [msgspec.structs.asdict(one) | {"key": key, "at": moment.now} for key, one in done])
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
