"""Fixed test data for the ledger: one fund, one citizen with a grant, two goals, and movements between their accounts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import msgspec
from sqlalchemy import Connection, Engine, select

from budgets import tables as t
from budgets.ledger import store as ledger_store
from budgets.ledger.double_entry import Account, AccountKind, Direction, Leg, Movement, MovementKind, transfer
from budgets.model import Fund, Grant, UnspentPolicy
from budgets.records import funds as records_funds
from foundation.db.transactions import write_transaction
from foundation.ids import new_id
from livsmester.demo.receipts import receipt_pdf
from people.access.model import Role
from people.directory import store as directory_store
from people.directory.model import Person
from plans import store as plans_store
from plans.model import Goal, GoalState, Theme
from tests.support.people_factory import PeopleFactory

RECEIPT_PDF = receipt_pdf("Svømmekort", 350_00, date(2026, 3, 1))


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
    unspent=UnspentPolicy.RETURNED,
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
    """An account of the grant or the fund, with an id derived from its kind and goal."""
    of_grant = kind in {AccountKind.UNALLOCATED, AccountKind.ENVELOPE, AccountKind.SPENT}
    name = f"{kind}-{goal_id or ''}"[:20]
    return Account(name, kind, FUND.id, GRANT.id if of_grant else None, goal_id, theme)


SOURCE = account(AccountKind.SOURCE)
FUND_ACCOUNT = account(AccountKind.FUND)
UNALLOCATED = account(AccountKind.UNALLOCATED)
SWIMMING = account(AccountKind.ENVELOPE, SWIM.id)
BAKING = account(AccountKind.ENVELOPE, BAKE.id)
SWIM_SPENT = account(AccountKind.SPENT, SWIM.id, SWIM.theme)
OUTSIDE = tuple(account(kind) for kind in (AccountKind.PAID_OUT, AccountKind.RETURNED, AccountKind.EXPIRED))
ACCOUNTS = (SOURCE, FUND_ACCOUNT, *OUTSIDE, UNALLOCATED, SWIMMING, BAKING, SWIM_SPENT)


def movement(
    kind: MovementKind, *legs: Leg, key: str = "", reverses: str | None = None, why: str = ""
) -> Movement:
    """A movement of the grant or the fund; without `key` its id is the idempotency key."""
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


def create_records(db: Connection) -> None:
    """Store the people, the goals, the fund and the grant with empty accounts."""
    directory_store.add_people(db, [OFFICER, CITIZEN], NOW)
    directory_store.add_roles(db, [CITIZEN], Role.CITIZEN, NOW, None)
    directory_store.add_roles(db, [OFFICER], Role.BUDGET_OFFICER, NOW, None)
    plans_store.add(db, [SWIM, BAKE])
    records_funds.add_fund(db, FUND)
    records_funds.add_grants(db, [GRANT])
    ledger_store.open_accounts(db, ACCOUNTS)


def post_funding(db: Connection) -> None:
    """Post 100,000 kr. to the fund, 5,000 kr. of it to the grant, 1,850 kr. of that to swimming."""
    ledger_store.bulk_post(
        db,
        [
            movement(MovementKind.ENDOW, *transfer(SOURCE.id, FUND_ACCOUNT.id, 100_000_00)),
            movement(MovementKind.GRANT, *transfer(FUND_ACCOUNT.id, UNALLOCATED.id, 5_000_00)),
            movement(MovementKind.ALLOCATE, *transfer(UNALLOCATED.id, SWIMMING.id, 1_850_00)),
        ],
    )


@dataclass(frozen=True)
class LedgerTotals:
    """Balances in øre and versions by account id, read with plain SQL."""

    total_ore: int
    computed_balances_ore: dict[str, int]
    balances_ore: dict[str, int]
    versions: dict[str, int]


def ledger_totals(engine: Engine) -> LedgerTotals:
    """Balances as stored and as computed from the entries."""
    with write_transaction(engine) as db:
        accounts = db.execute(select(t.account)).all()
        entries = db.execute(select(t.entry)).all()
    computed_ore = {row.id: 0 for row in accounts}
    versions = {row.id: 0 for row in accounts}
    for row in entries:
        computed_ore[row.account_id] += row.amount_ore if row.direction == Direction.IN else -row.amount_ore
        versions[row.account_id] += 1
    return LedgerTotals(
        sum(row.balance_ore for row in accounts),
        computed_ore,
        {row.id: row.balance_ore for row in accounts},
        versions,
    )


def balance(engine: Engine, account_read: Account) -> int:
    """The stored balance of an account in øre."""
    return ledger_totals(engine).balances_ore[account_read.id]


def with_balance(account_before: Account, balance_ore: int, version: int = 1) -> Account:
    """A copy of the account with that balance in øre."""
    return msgspec.structs.replace(account_before, balance_ore=balance_ore, version=version)


def add_goal(people: PeopleFactory, citizen: Person, title: str, theme: Theme) -> str:
    with people.acting_as(citizen) as context:
        goal = Goal(new_id(), citizen.id, title, "", theme, GoalState.ACTIVE, context.now)
        plans_store.add(context.db, [goal])
    return goal.id
