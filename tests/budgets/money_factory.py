"""A small municipality with money: one fund, one citizen with a grant, two goals; invented, all of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import msgspec
from sqlalchemy import Connection, Engine, select

from budgets import tables as t
from budgets.ledger import store as ledger_store
from budgets.ledger.double_entry import Account, AccountKind, Direction, Leg, Movement, MovementKind, transfer
from budgets.model import Fund, Grant, Unspent
from budgets.records import funds as records_funds
from foundation.db.transactions import writing
from foundation.ids import new_id
from people.access.model import Role
from people.directory import store as directory_store
from people.directory.model import Person
from plans import store as plans_store
from plans.model import Goal, GoalState, Theme

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)

FUND = Fund(
    id="fund-of-the-tests",
    name="Livsmestermidler 2026",
    starts_on=date(2026, 1, 1),
    ends_on=date(2026, 12, 31),
    legal_basis="Serviceloven § 85",
    appeal="Du kan klage til Opdigtet Kommune inden 4 uger.",
    account_string="5-38-52-4-300",
    grant_max_ore=50_000_00,
    own_purchase_ore=500_00,
    own_month_ore=800_00,
    unspent=Unspent.RETURNED,
)
GRANT = Grant(
    "grant-of-the-tests", FUND.id, "citizen-asta", 5_000_00, FUND.starts_on, FUND.ends_on, "Serviceloven § 85"
)
SWIM = Goal(
    "goal-swim",
    GRANT.citizen_id,
    "Lær at svømme",
    "Jeg vil i vandet.",
    Theme.SELF_CARE,
    GoalState.ACTIVE,
    NOW,
)
BAKE = Goal("goal-bake", GRANT.citizen_id, "Bage med Bo", "", Theme.RELATIONS, GoalState.ACTIVE, NOW)

OFFICER = Person("officer-odin", "Odin", "Opfundet")
CITIZEN = Person(GRANT.citizen_id, "Asta", "Aldrigfødt")


def account(kind: AccountKind, goal_id: str | None = None, theme: str | None = None) -> Account:
    """An account of the grant, or of the fund, with an id that says which it is."""
    of_grant = kind in {AccountKind.UNALLOCATED, AccountKind.ENVELOPE, AccountKind.SPENT}
    name = f"{kind}-{goal_id or ''}"[:20]
    return Account(name, kind, FUND.id, GRANT.id if of_grant else None, goal_id, theme)


SOURCE = account(AccountKind.SOURCE)
FREE = account(AccountKind.FUND)
UNALLOCATED = account(AccountKind.UNALLOCATED)
SWIMMING = account(AccountKind.ENVELOPE, SWIM.id)
BAKING = account(AccountKind.ENVELOPE, BAKE.id)
SWIM_SPENT = account(AccountKind.SPENT, SWIM.id, SWIM.theme)
OUTSIDE = tuple(account(kind) for kind in (AccountKind.PAID_OUT, AccountKind.RETURNED, AccountKind.EXPIRED))
ACCOUNTS = (SOURCE, FREE, *OUTSIDE, UNALLOCATED, SWIMMING, BAKING, SWIM_SPENT)


def movement(
    kind: MovementKind, *legs: Leg, key: str = "", reverses: str | None = None, why: str = ""
) -> Movement:
    """A movement of the grant, or of the fund, with a key of its own unless one is given."""
    movement_id = new_id()
    return Movement(
        movement_id,
        kind,
        FUND.id,
        legs,
        key or movement_id,
        TODAY,
        NOW,
        OFFICER.id,
        why or ("because" if reverses else ""),
        None if kind is MovementKind.ENDOW else GRANT.id,
        reverses=reverses,
    )


def spend(amount_ore: int, key: str = "") -> Movement:
    """A purchase for swimming."""
    return movement(MovementKind.SPEND, *transfer(SWIMMING.id, SWIM_SPENT.id, amount_ore), key=key)


def settle(db: Connection) -> None:
    """The people, the goals, the fund and the grant with its accounts, all empty."""
    directory_store.add_people(db, [OFFICER, CITIZEN], NOW)
    directory_store.add_roles(db, [CITIZEN], Role.CITIZEN, NOW, None)
    directory_store.add_roles(db, [OFFICER], Role.BUDGET_OFFICER, NOW, None)
    plans_store.add(db, [SWIM, BAKE])
    records_funds.add_fund(db, FUND)
    records_funds.add_grants(db, [GRANT])
    ledger_store.open_accounts(db, ACCOUNTS)


def fill(db: Connection) -> None:
    """100,000 kr. in the fund, 5,000 kr. granted, of which 1,850 kr. are for swimming."""
    ledger_store.post_many(
        db,
        [
            movement(MovementKind.ENDOW, *transfer(SOURCE.id, FREE.id, 100_000_00)),
            movement(MovementKind.GRANT, *transfer(FREE.id, UNALLOCATED.id, 5_000_00)),
            movement(MovementKind.ALLOCATE, *transfer(UNALLOCATED.id, SWIMMING.id, 1_850_00)),
        ],
    )


@dataclass(frozen=True)
class Sums:
    """What plain SQL finds in the ledger."""

    of_balances_ore: int
    of_entries_ore: dict[str, int]
    balances_ore: dict[str, int]
    versions: dict[str, int]


def sums(engine: Engine) -> Sums:
    """Balances as stored and as the entries give them."""
    with writing(engine) as db:
        accounts = db.execute(select(t.account)).all()
        entries = db.execute(select(t.entry)).all()
    of_entries = {row.id: 0 for row in accounts}
    versions = {row.id: 0 for row in accounts}
    for row in entries:
        of_entries[row.account_id] += row.amount_ore if row.direction == Direction.IN else -row.amount_ore
        versions[row.account_id] += 1
    return Sums(
        sum(row.balance_ore for row in accounts),
        of_entries,
        {row.id: row.balance_ore for row in accounts},
        versions,
    )


def balance(engine: Engine, one: Account) -> int:
    """The stored balance of an account."""
    return sums(engine).balances_ore[one.id]


def with_balance(one: Account, balance_ore: int, version: int = 1) -> Account:
    """The account as if so much stood on it."""
    return msgspec.structs.replace(one, balance_ore=balance_ore, version=version)
