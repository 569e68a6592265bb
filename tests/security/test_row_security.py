"""The row policies on PostgreSQL: the access matrix checked in SQL, without the app."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from foundation.db import actor as db_actor
from foundation.db import transactions
from foundation.db.app_role import UnusableRole, grant_app_role
from people.access.model import Role
from tests.conftest import FrozenClock
from tests.support.access_matrix import RELATED, matrix_people
from tests.support.people_factory import PeopleFactory
from tests.support.row_security import TABLES, fill_tables, visible_tables
from tests.support.two_citizens import CitizenFixture, make_two_citizens

PAIRINGS = {table for table in TABLES if table.startswith("guides_")}
MONEY = {table for table in TABLES if table.startswith("budgets_")}
# Role → tables in which a related person sees rows. Citizens see all of their own rows; nobody else sees any.
VISIBLE_TABLES = {
    Role.COORDINATOR: {"people_person", "people_consent", "people_letter", "people_letter_wish", *PAIRINGS},
    Role.SUPPORT_WORKER: {"people_person", "plans_goal", *PAIRINGS, *MONEY},
    Role.BUDGET_OFFICER: {"people_person", "plans_goal", *MONEY},
    Role.GUIDE: {"people_person", "people_consent", *PAIRINGS},
}
VISIBLE_IN_EMERGENCY = {
    Role.COORDINATOR: {"people_person", *PAIRINGS},
    Role.SUPPORT_WORKER: {"people_person", "plans_goal", *PAIRINGS, *MONEY},
}


@pytest.fixture
def engine(owner_engine: Engine) -> Engine:
    """The tests' database: PostgreSQL alone, as its owner."""
    return owner_engine


@pytest.fixture
def citizens(people: PeopleFactory) -> dict[str, CitizenFixture]:
    return make_two_citizens(people)


def test_the_access_matrix_in_sql(
    engine: Engine,
    people: PeopleFactory,
    citizens: dict[str, CitizenFixture],
    app_role_engine: Engine,
    clock: FrozenClock,
) -> None:
    cells = 0
    for home in citizens.values():
        fill_tables(engine, home)
    for home, away in ((citizens["nord"], citizens["syd"]), (citizens["syd"], citizens["nord"])):
        matrix = list(matrix_people(people, home, away, clock))
        clock.advance(seconds=1)  # so that the ended relations lie in the past
        for role, relation, person in matrix:
            with transactions.read_transaction(app_role_engine) as db:
                db_actor.set_actor(db, person.id, clock())
                visible = visible_tables(db, home.citizen)
            expected = (
                set(TABLES)
                if relation == "self"
                else VISIBLE_TABLES.get(role, set())
                if relation in RELATED
                else VISIBLE_IN_EMERGENCY[role]
                if relation == "glass"
                else set()
            )
            assert visible == expected, (role, relation)
            cells += len(TABLES)
    assert cells > 600


def test_an_unknown_actor_sees_nothing_and_the_system_sees_all(
    engine: Engine, citizens: dict[str, CitizenFixture], app_role_engine: Engine, clock: FrozenClock
) -> None:
    citizen = citizens["nord"].citizen
    fill_tables(engine, citizens["nord"])
    with transactions.read_transaction(app_role_engine) as db:
        assert visible_tables(db, citizen) == set(TABLES)
        for unknown_id in ("", "somebody"):
            db_actor.set_actor(db, unknown_id, clock())
            assert visible_tables(db, citizen) == set()
        with db_actor.bypass_row_security(db):
            assert visible_tables(db, citizen) == set(TABLES)
        assert visible_tables(db, citizen) == set()
        with pytest.raises(LookupError), db_actor.bypass_row_security(db):
            raise LookupError
        assert visible_tables(db, citizen) == set()
        with pytest.raises(DBAPIError), db_actor.bypass_row_security(db):
            db.execute(text("SELECT 1 / 0"))


def test_another_citizens_rows_cannot_be_written(
    citizens: dict[str, CitizenFixture], app_role_engine: Engine, clock: FrozenClock
) -> None:
    browser, other = citizens["nord"].citizen, citizens["syd"].citizen
    with transactions.write_transaction(app_role_engine) as db:
        db_actor.set_actor(db, browser.id, clock())
        change = text("UPDATE plans_goal SET title = 'mit' WHERE citizen_id = :id")
        assert db.execute(change, {"id": browser.id}).rowcount == 1
        assert db.execute(change, {"id": other.id}).rowcount == 0
    with transactions.read_transaction(app_role_engine) as db:
        db_actor.set_actor(db, browser.id, clock())
        with pytest.raises(DBAPIError, match="row-level security"):
            db.execute(text("UPDATE plans_goal SET citizen_id = :id"), {"id": other.id})


def test_only_the_system_writes_in_the_ledger(
    citizens: dict[str, CitizenFixture], app_role_engine: Engine, clock: FrozenClock
) -> None:
    home = citizens["nord"]
    copy_accounts = text("INSERT INTO budgets_account SELECT * FROM budgets_account WHERE grant_id = :grant")
    for person in (home.citizen, home.officer):
        with transactions.read_transaction(app_role_engine) as db:
            db_actor.set_actor(db, person.id, clock())
            for table in sorted(MONEY - {"budgets_grant"}):
                assert db.execute(text(f"DELETE FROM {table}")).rowcount == 0, table
            with pytest.raises(DBAPIError, match="row-level security"):
                db.execute(copy_accounts, home.records)


@pytest.mark.parametrize("table", ["budgets_entry", "budgets_movement", "budgets_account"])
def test_inserting_a_ledger_row_runs_no_subquery_per_row(app_role_engine: Engine, table: str) -> None:
    with transactions.read_transaction(app_role_engine) as db:
        columns = db.execute(
            text(
                "SELECT string_agg(format('NULL::%s', format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)"
                " FROM pg_attribute WHERE attrelid = CAST(:table AS regclass) AND attnum > 0"
            ),
            {"table": table},
        ).scalar_one()
        plan = db.execute(text(f"EXPLAIN (COSTS OFF) INSERT INTO {table} SELECT {columns}")).scalars().all()
    assert any("InitPlan" in line for line in plan)
    assert not any("SubPlan" in line or "Scan" in line for line in plan)


def test_the_policies_hold_for_the_owner_too(engine: Engine) -> None:
    with transactions.read_transaction(engine) as db:
        forced = text("SELECT relname, relforcerowsecurity FROM pg_class WHERE relrowsecurity")
        assert dict(db.execute(forced).all()) == dict.fromkeys((*TABLES, "people_cpr"), True)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["livsmester_nobody", "postgres"])
def test_a_role_that_is_missing_or_bypasses_the_policies_is_refused(engine: Engine, role: str) -> None:
    with transactions.write_transaction(engine) as db, pytest.raises(UnusableRole, match=role):
        grant_app_role(db, role)
