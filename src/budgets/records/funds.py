"""Queries on funds, grants and budgets: rules and balances."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, and_, bindparam, case, func, insert, or_, select

from budgets import tables as t
from budgets.ledger.double_entry import AccountKind
from budgets.model import (
    Budget,
    Envelope,
    Fund,
    FundBalance,
    Grant,
    GrantSummary,
    UnspentPolicy,
)
from foundation.db.bulk import bulk_insert
from foundation.db.types import any_of
from people.directory import store as directory_store
from people.directory.model import Person
from people.tables.directory import person

_a = t.account.c
_g = t.grant.c
_f = t.fund.c

_BUDGET_COLUMNS = (
    *(column.label(f"grant_{column.name}") for column in (_g[name] for name in Grant.__struct_fields__)),
    *(column.label(f"fund_{column.name}") for column in (_f[name] for name in Fund.__struct_fields__)),
    _a.kind,
    _a.goal_id,
    _a.balance_ore,
)
# Empty accounts are skipped, but an empty envelope shows that the goal has one.
_BUDGETS = (
    select(*_BUDGET_COLUMNS)
    .select_from(t.grant)
    .join(t.fund, _f.id == _g.fund_id)
    .join(
        t.account,
        and_(
            _a.grant_id == _g.id,
            or_(_a.balance_ore > 0, _a.kind == AccountKind.UNALLOCATED, _a.kind == AccountKind.ENVELOPE),
        ),
    )
)
_OF_CITIZEN = _BUDGETS.where(_g.citizen_id == bindparam("citizen")).order_by(_g.ends_on.desc(), _g.id, _a.id)
_FUNDS = select(t.fund).where(any_of(_f.id, "ids"))
_GRANTS = select(t.grant).where(any_of(_g.id, "ids"))
_OF_GRANT = _BUDGETS.where(_g.id == bindparam("grant")).order_by(_a.id)


def budgets(db: Connection, citizen_id: str) -> tuple[Budget, ...]:
    """All budgets of a citizen, the one that ends last first."""
    return _decode_budgets(db.execute(_OF_CITIZEN, {"citizen": citizen_id}))


def budget(db: Connection, grant_id: str) -> Budget | None:
    """The budget of a grant; None when there is no such grant."""
    return next(iter(_decode_budgets(db.execute(_OF_GRANT, {"grant": grant_id}))), None)


def _decode_budgets(rows: Iterable[Row[Any]]) -> tuple[Budget, ...]:
    by_grant: dict[str, list[Row[Any]]] = {}
    for row in rows:
        by_grant.setdefault(row.grant_id, []).append(row)
    return tuple(_decode_budget(of_grant) for of_grant in by_grant.values())


def _decode_budget(rows: Sequence[Row[Any]]) -> Budget:
    first = rows[0]
    unallocated_ore = 0
    by_goal: dict[str, dict[str, int]] = {}
    for row in rows:
        if row.kind == AccountKind.UNALLOCATED:
            unallocated_ore = row.balance_ore
        else:
            amounts = by_goal.setdefault(row.goal_id, {})
            amounts[row.kind] = amounts.get(row.kind, 0) + row.balance_ore
    envelopes = tuple(
        Envelope(
            goal_id,
            amounts.get(AccountKind.ENVELOPE, 0),
            amounts.get(AccountKind.RESERVED, 0),
            amounts.get(AccountKind.SPENT, 0),
        )
        for goal_id, amounts in by_goal.items()
    )
    grant = Grant(
        first.grant_id,
        first.grant_fund_id,
        first.grant_citizen_id,
        first.grant_amount_ore,
        first.grant_starts_on,
        first.grant_ends_on,
        first.grant_legal_basis,
    )
    return Budget(grant, _decode_fund(first, "fund_"), unallocated_ore, envelopes)


def _decode_fund(row: Any, prefix: str = "") -> Fund:
    values = {name: row._mapping[prefix + name] for name in Fund.__struct_fields__}
    return Fund(**values | {"unspent": UnspentPolicy(values["unspent"])})


def add_fund(db: Connection, fund: Fund) -> None:
    """Store a fund. Who set it up and when is recorded in the movement of its first money."""
    db.execute(insert(t.fund).values(**msgspec.structs.asdict(fund)))


def funds(db: Connection, fund_ids: Collection[str]) -> dict[str, Fund]:
    """Funds by id."""
    return {row.id: _decode_fund(row) for row in db.execute(_FUNDS, {"ids": fund_ids})}


def fund_names(db: Connection) -> dict[str, str]:
    """The ids of all funds, by name in lower case."""
    return {row.name.lower(): row.id for row in db.execute(select(_f.id, _f.name))}


def fund(db: Connection, fund_id: str) -> Fund | None:
    """A fund; None when there is none with this id."""
    row = db.execute(select(t.fund).where(_f.id == fund_id)).one_or_none()
    return None if row is None else _decode_fund(row)


def fund_balances(db: Connection, fund_id: str | None = None) -> tuple[FundBalance, ...]:
    """The balances of all funds, or of one; the fund that ends last first."""

    def sum_ore(*kinds: AccountKind) -> Any:
        return func.coalesce(func.sum(case((_a.kind.in_(kinds), _a.balance_ore), else_=0)), 0)

    query = (
        select(
            *t.fund.c,
            sum_ore(AccountKind.FUND).label("free_ore"),
            sum_ore(AccountKind.UNALLOCATED, AccountKind.ENVELOPE).label("left_ore"),
            sum_ore(AccountKind.RESERVED).label("reserved_ore"),
            sum_ore(AccountKind.SPENT, AccountKind.PAID_OUT).label("spent_ore"),
            func.count(_a.id).filter(_a.kind == AccountKind.UNALLOCATED).label("grant_count"),
        )
        .outerjoin(t.account, _a.fund_id == _f.id)
        .group_by(*t.fund.c)
        .order_by(_f.ends_on.desc(), _f.name)
    )
    if fund_id is not None:
        query = query.where(_f.id == fund_id)
    return tuple(
        FundBalance(
            _decode_fund(row),
            int(row.free_ore),
            int(row.left_ore),
            int(row.reserved_ore),
            int(row.spent_ore),
            row.grant_count,
        )
        for row in db.execute(query)
    )


def add_grants(db: Connection, grants: Sequence[Grant]) -> None:
    """Store grants. The movement of their money records who granted it and when."""
    bulk_insert(db, t.grant, [msgspec.structs.asdict(grant) for grant in grants])


def grants(db: Connection, grant_ids: Collection[str]) -> dict[str, Grant]:
    """Grants by id."""
    return {row.id: _decode_grant(row) for row in db.execute(_GRANTS, {"ids": grant_ids})}


def grant(db: Connection, grant_id: str) -> Grant | None:
    """A grant; None when there is none with this id."""
    return grants(db, [grant_id]).get(grant_id)


def _decode_grant(row: Any) -> Grant:
    return Grant(**{name: row._mapping[name] for name in Grant.__struct_fields__})


def citizens_of_grants(db: Connection, grant_ids: Collection[str]) -> dict[str, Person]:
    """The citizens of grants, by grant."""
    citizen_ids = {grant_id: grant.citizen_id for grant_id, grant in grants(db, grant_ids).items()}
    people = directory_store.people(db, sorted(set(citizen_ids.values())))
    return {grant_id: people[citizen_id] for grant_id, citizen_id in citizen_ids.items()}


def grant_page(
    db: Connection, query: Select[Any], limit: int, offset: int
) -> tuple[tuple[GrantSummary, ...], int]:
    """One page of the grants whose ids the query selects, the first to end at the top, and their count."""
    count = db.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    page = query.order_by(_g.ends_on, _g.id).limit(limit).offset(offset).subquery()

    def sum_ore(*kinds: AccountKind) -> Any:
        return func.sum(case((_a.kind.in_(kinds), _a.balance_ore), else_=0))

    rows = db.execute(
        select(
            *t.grant.c,
            _f.name.label("fund_name"),
            person.c.given_name,
            person.c.surname,
            sum_ore(AccountKind.UNALLOCATED, AccountKind.ENVELOPE).label("left_ore"),
            sum_ore(AccountKind.RESERVED).label("reserved_ore"),
            sum_ore(AccountKind.SPENT).label("spent_ore"),
        )
        .join(page, page.c.id == _g.id)
        .join(t.fund, _f.id == _g.fund_id)
        .join(person, person.c.id == _g.citizen_id)
        .join(t.account, _a.grant_id == _g.id)
        .group_by(*t.grant.c, _f.name, person.c.given_name, person.c.surname)
        .order_by(_g.ends_on, _g.id)
    )
    summaries = tuple(
        GrantSummary(
            _decode_grant(row),
            row.fund_name,
            f"{row.given_name} {row.surname}".strip(),
            int(row.left_ore),
            int(row.reserved_ore),
            int(row.spent_ore),
        )
        for row in rows
    )
    return summaries, count


def filter_grants(
    query: Select[Any], text: str, fund_id: str | None, areas: Sequence[str] | None, running_on: date | None
) -> Select[Any]:
    """Restrict a query on grants; an empty text and None restrict nothing.

    `text`: words that all occur in the citizen's name. `running_on`: a day within the grant's period.
    """
    query = query.join(person, person.c.id == _g.citizen_id)
    for word in text.lower().split():
        # Without the wildcards of LIKE, which would match any name.
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        query = query.where(
            or_(func.lower(person.c.given_name).like(pattern), func.lower(person.c.surname).like(pattern))
        )
    if fund_id is not None:
        query = query.where(_g.fund_id == fund_id)
    if areas is not None:
        query = query.where(person.c.area_id.in_(areas))
    if running_on is not None:
        query = query.where(_g.starts_on <= running_on, _g.ends_on >= running_on)
    return query
