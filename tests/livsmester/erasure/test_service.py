"""Erasure of overdue data leaves amounts, dates, counts and intact chains, and no text of the erased people."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError

from budgets.reconciliation import store as reconciliation_store
from foundation.db import transactions
from foundation.db.types import metadata
from guides.imports import store as imports_store
from guides.imports.diff import ImportKind
from livsmester.erasure.service import ErasurePlan, erase_due, plan_erasure, replay_after_restore
from livsmester.erasure.tombstones import read_tombstones
from livsmester.settings import read_settings
from people.access.model import Role
from people.directory.model import ERASED_NAME, Person
from people.erasure.store import record_erasure
from people.retention.model import Retention
from people.sign_in import account_service
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, make_app
from tests.support.backups import make_backup
from tests.support.erasure_probe import assert_chains_intact, end_everything, ledger_rows, occurrences
from tests.support.people_factory import PeopleFactory
from tests.support.two_citizens import CitizenFixture

TIMES = Retention()
REQUEST_OVERDUE = datetime(2028, 2, 1, 9, 0, tzinfo=UTC)
LAST_DAY_KEPT = datetime(2032, 12, 31, 9, 0, tzinfo=UTC)  # of accounting records of 2027
RUNS = {"guides_run.result", "guides_run.insight"}  # have a retention of their own
EVERYTHING_OVERDUE = datetime(2033, 1, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def ended_citizen(
    citizens: dict[str, CitizenFixture], people: PeopleFactory, clock: FrozenClock
) -> CitizenFixture:
    return end_everything(citizens, people, clock)


def counts(db: Connection) -> dict[str, int]:
    """Row counts of the tables from which statistics are made."""
    table_names = (
        "people_person",
        "guides_request",
        "guides_pairing",
        "guides_pairing_event",
        "guides_contact",
    )
    table_names += ("plans_goal", "people_consent", "people_access", "people_emergency")
    return {
        table.name: db.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
        if table.name in table_names or table.name.startswith("budgets_")
    }


def run_erasure(engine: Engine, folder: Path, now: datetime) -> ErasurePlan:
    return erase_due(engine, TIMES, folder / "erased", now)


def test_no_text_of_an_erased_citizen_remains_and_ledger_and_chains_are_intact(
    ended_citizen: CitizenFixture, citizens: dict[str, CitizenFixture], engine: Engine, tmp_path: Path
) -> None:
    with transactions.read_transaction(engine) as db:
        assert len(occurrences(db, ended_citizen.marker)) > 20
        neighbour = occurrences(db, citizens["syd"].marker)
        before, ledger = counts(db), ledger_rows(db)
    plan = run_erasure(engine, tmp_path, EVERYTHING_OVERDUE)
    assert {ended_citizen.citizen.id, ended_citizen.guide.id} <= plan.due.people.keys()
    with transactions.read_transaction(engine) as db:
        assert occurrences(db, ended_citizen.marker) == {}
        others = {name: n for name, n in occurrences(db, citizens["syd"].marker).items() if "run" not in name}
        assert others == {name: n for name, n in neighbour.items() if "run" not in name}
        assert counts(db) == before
        assert ledger_rows(db) == ledger
        assert_chains_intact(db)
        cleared = db.execute(text("SELECT content FROM budgets_receipt WHERE length(content) = 1")).all()
        assert len(cleared) == 1
        assert plan_erasure(db, TIMES, EVERYTHING_OVERDUE).is_empty


def test_an_older_backup_is_erased_by_the_tombstones_as_the_database_was(
    ended_citizen: CitizenFixture, engine: Engine, tmp_path: Path, fresh_database: Callable[..., str]
) -> None:
    backup = make_backup(engine, tmp_path, fresh_database)
    run_erasure(engine, tmp_path, EVERYTHING_OVERDUE)
    tombstones = read_tombstones(tmp_path / "erased")
    with transactions.read_transaction(backup) as db:
        assert len(occurrences(db, ended_citizen.marker)) > 20
        ledger = ledger_rows(db)
    replay = replay_after_restore(backup, tombstones, tmp_path / "erased", EVERYTHING_OVERDUE)
    assert set(replay.to_erase) == set(tombstones)
    with transactions.read_transaction(backup) as db:
        assert set(occurrences(db, ended_citizen.marker)) <= RUNS
        assert ledger_rows(db) == ledger
        assert_chains_intact(db)
    erase_due(backup, TIMES, tmp_path / "erased", EVERYTHING_OVERDUE)
    with transactions.read_transaction(backup) as db:
        assert occurrences(db, ended_citizen.marker) == {}
    backup.dispose()


def test_each_kind_of_record_has_its_own_retention(
    ended_citizen: CitizenFixture, engine: Engine, tmp_path: Path
) -> None:
    first = run_erasure(engine, tmp_path, REQUEST_OVERDUE)
    assert [record.id for record in first.due.records] == [ended_citizen.records["request"]]
    assert ended_citizen.citizen.id not in first.due.people
    with transactions.read_transaction(engine) as db:
        columns = occurrences(db, ended_citizen.marker)
        assert not [name for name in columns if name.startswith("guides_request")]
        assert {"people_person.given_name", "budgets_receipt.content", "plans_goal.title"} <= columns.keys()
    assert ended_citizen.records["grant"] not in [
        record.id for record in run_erasure(engine, tmp_path, LAST_DAY_KEPT).due.records
    ]
    assert [record.id for record in run_erasure(engine, tmp_path, EVERYTHING_OVERDUE).due.records] == [
        ended_citizen.records["grant"]
    ]


def test_the_tombstone_file_holds_ids_and_no_identity(
    ended_citizen: CitizenFixture, engine: Engine, tmp_path: Path
) -> None:
    plan = run_erasure(engine, tmp_path, EVERYTHING_OVERDUE)
    tombstones = read_tombstones(tmp_path / "erased")
    assert {tombstone.id for tombstone in tombstones} == {
        record.id for record in plan.due.records
    } | plan.due.people.keys()
    assert ended_citizen.marker not in (tmp_path / "erased").read_text()
    assert (tmp_path / "erased").stat().st_mode & 0o077 == 0


def test_an_unwritable_tombstone_file_prevents_erasure(
    ended_citizen: CitizenFixture, engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "erased").mkdir()
    with pytest.raises(Exception, match="can't be written"):
        run_erasure(engine, tmp_path, EVERYTHING_OVERDUE)
    with transactions.read_transaction(engine) as db:
        assert occurrences(db, ended_citizen.marker)


def test_erased_text_can_be_cleared_but_not_replaced(ended_citizen: CitizenFixture, engine: Engine) -> None:
    with transactions.write_transaction(engine) as db:
        record_erasure(db, "wish", [ended_citizen.records["request"]], EVERYTHING_OVERDUE)
    for statement in (
        "UPDATE budgets_receipt SET content = '12'",
        "UPDATE budgets_receipt SET sha256 = 'x'",
        "UPDATE budgets_closing SET why = 'noget andet'",
        "UPDATE budgets_closing SET closed_on = '2027-01-01'",
        "DELETE FROM budgets_receipt",
        "DELETE FROM people_erasure",
    ):
        with pytest.raises(DBAPIError), transactions.write_transaction(engine) as db:
            db.execute(text(statement))


def test_an_erased_citizen_is_in_no_list_but_their_budget_still_opens(
    ended_citizen: CitizenFixture,
    people: PeopleFactory,
    engine: Engine,
    site: AppClient,
    clock: FrozenClock,
    tmp_path: Path,
) -> None:
    clock.now = EVERYTHING_OVERDUE
    run_erasure(engine, tmp_path, EVERYTHING_OVERDUE)
    coordinator = site.signed_in(people.add(Role.COORDINATOR, "Nyansat"))
    for address in ("/citizens", "/guides", "/citizens.csv"):
        page = coordinator.client.get(address)
        assert page.status_code == 200
        assert "fornavn" in page.text or address == "/guides"
        assert ERASED_NAME not in page.text
        assert ended_citizen.marker not in page.text
    officer = site.signed_in(people.add(Role.BUDGET_OFFICER, "Nyansat"))
    assert ERASED_NAME in officer.get(f"/grants/{ended_citizen.records['grant']}").text
    assert officer.client.get(f"/receipts/{ended_citizen.records['receipt']}").status_code == 404


def test_staff_whose_account_closed_long_ago_lose_their_name(
    people: PeopleFactory, engine: Engine, clock: FrozenClock, tmp_path: Path
) -> None:
    clock.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    gone, stays = (people.add(Role.LEADER, name, sign_in_name=name) for name in ("Gerda", "Staale"))
    with people.acting_as(stays) as context:
        account_service.set_enabled(context, gone.id, enabled=False)
    assert _names(engine, gone, stays) == ["Gerda", "Staale"]
    run_erasure(engine, tmp_path, datetime(2031, 3, 2, 8, 0, tzinfo=UTC))
    assert _names(engine, gone, stays) == ["Gerda", "Staale"]
    run_erasure(engine, tmp_path, datetime(2031, 3, 3, 8, 0, tzinfo=UTC))
    assert _names(engine, gone, stays) == [ERASED_NAME, "Staale"]


def _names(engine: Engine, *people: Person) -> list[str]:
    with transactions.read_transaction(engine) as db:
        name = text("SELECT given_name FROM people_person WHERE id = :id")
        return [db.execute(name, {"id": person.id}).scalar_one() for person in people]


class TaskClock:
    """A clock that signals when one of the server's periodic tasks reads it."""

    def __init__(self, now: datetime, task: str) -> None:
        self.now = now
        self.task = task
        self.was_read = threading.Event()

    def __call__(self) -> datetime:
        if threading.current_thread().name == self.task:
            self.was_read.set()
        return self.now


@pytest.mark.parametrize("mode", ["daily", "by_hand"])
def test_the_server_erases_by_itself_where_a_setting_says_so_and_nowhere_else(
    mode: str, people: PeopleFactory, engine: Engine, tmp_path: Path
) -> None:
    citizen = people.citizen("Asta")
    clock = TaskClock(EVERYTHING_OVERDUE, "erasing")
    environment = {"LIVSMESTER_ERASE": mode, "LIVSMESTER_ERASURE_LIST": str(tmp_path / "erased")}
    with AppClient(make_app(read_settings(environment), engine, clock), engine, clock):
        assert clock.was_read.wait(60 if mode == "daily" else 0) is (mode == "daily")
    assert _names(engine, citizen) == [ERASED_NAME if mode == "daily" else "Asta"]


def test_unconfirmed_uploads_are_deleted_after_a_day(
    people: PeopleFactory, engine: Engine, clock: FrozenClock
) -> None:
    coordinator = people.add(Role.COORDINATOR)
    with transactions.write_transaction(engine) as db:
        for name, hours in (("gammelt", 25), ("nyt", 23)):
            at = clock() - timedelta(hours=hours)
            imports_store.add_upload(
                db, f"guides-{name}", ImportKind.GUIDES, f"{name}.csv", b"mange navne", coordinator.id, at
            )
            reconciliation_store.add_upload(db, f"budgets-{name}", name, b"mange navne", coordinator.id, at)
    task_clock = TaskClock(clock(), "due")
    with AppClient(make_app(read_settings({}), engine, task_clock), engine, task_clock):
        assert task_clock.was_read.wait(60)
    with transactions.read_transaction(engine) as db:
        uploads = text("SELECT id FROM guides_upload UNION SELECT id FROM budgets_upload")
        assert set(db.execute(uploads).scalars()) == {"guides-nyt", "budgets-nyt"}
