"""What is left of somebody whose time is over: amounts, days, counts and chains, and no word of theirs."""

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
from livsmester.erasure.service import Plan, erase_again, erase_due, plan
from livsmester.erasure.tombstones import read_list
from livsmester.settings import read_settings
from people.access.model import Role
from people.directory.model import ERASED_NAME, Person
from people.erasure.store import note_erased
from people.retention.model import Retention
from people.sign_in import account_service
from tests.backups import copy_of
from tests.conftest import StandingClock
from tests.households import Household, make_households
from tests.leftovers import all_holds_together, end, money, words_left
from tests.people_factory import People
from tests.site import Site, app_on

TIMES = Retention()
WISH_OVER = datetime(2028, 2, 1, 9, 0, tzinfo=UTC)
LAST_DAY = datetime(2032, 12, 31, 9, 0, tzinfo=UTC)  # on which accounting material of 2027 is kept
RUNS = {"guides_run.result", "guides_run.insight"}  # go by their own time, whoever stands in them
ALL_OVER = datetime(2033, 1, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def households(people: People) -> dict[str, Household]:
    return make_households(people)


@pytest.fixture
def ended(households: dict[str, Household], people: People, clock: StandingClock) -> Household:
    return end(households, people, clock)


def counts(db: Connection) -> dict[str, int]:
    """How many rows the tables have in which people are counted."""
    counted = ("people_person", "guides_request", "guides_pairing", "guides_pairing_event", "guides_contact")
    counted += ("plans_goal", "people_consent", "people_access", "people_emergency")
    return {
        table.name: db.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
        if table.name in counted or table.name.startswith("budgets_")
    }


def erase(engine: Engine, folder: Path, now: datetime) -> Plan:
    return erase_due(engine, TIMES, folder / "erased", now)


def test_no_word_of_an_erased_citizen_is_left_and_the_ledger_and_the_chains_stand(
    ended: Household, households: dict[str, Household], engine: Engine, tmp_path: Path
) -> None:
    with transactions.reading(engine) as db:
        assert len(words_left(db, ended.mark)) > 20
        neighbour = words_left(db, households["syd"].mark)
        before, ledger = counts(db), money(db)
    found = erase(engine, tmp_path, ALL_OVER)
    assert {ended.citizen.id, ended.guide.id} <= found.due.people.keys()
    with transactions.reading(engine) as db:
        assert words_left(db, ended.mark) == {}
        others = {name: n for name, n in words_left(db, households["syd"].mark).items() if "run" not in name}
        assert others == {name: n for name, n in neighbour.items() if "run" not in name}
        assert counts(db) == before
        assert money(db) == ledger
        all_holds_together(db)
        gone = db.execute(text("SELECT content FROM budgets_receipt WHERE length(content) = 1")).all()
        assert len(gone) == 1
        assert plan(db, TIMES, ALL_OVER).is_empty


def test_a_backup_from_before_is_erased_by_the_list_as_the_database_was(
    ended: Household, engine: Engine, tmp_path: Path, fresh_database: Callable[..., str]
) -> None:
    backup = copy_of(engine, tmp_path, fresh_database)
    erase(engine, tmp_path, ALL_OVER)
    listed = read_list(tmp_path / "erased")
    with transactions.reading(backup) as db:
        assert len(words_left(db, ended.mark)) > 20
        ledger = money(db)
    found = erase_again(backup, listed, tmp_path / "erased", ALL_OVER)
    assert set(found.to_erase) == set(listed)
    with transactions.reading(backup) as db:
        assert set(words_left(db, ended.mark)) <= RUNS
        assert money(db) == ledger
        all_holds_together(db)
    erase_due(backup, TIMES, tmp_path / "erased", ALL_OVER)
    with transactions.reading(backup) as db:
        assert words_left(db, ended.mark) == {}
    backup.dispose()


def test_each_kind_goes_at_its_own_time(ended: Household, engine: Engine, tmp_path: Path) -> None:
    first = erase(engine, tmp_path, WISH_OVER)
    assert [one.id for one in first.due.matters] == [ended.records["request"]]
    assert ended.citizen.id not in first.due.people
    with transactions.reading(engine) as db:
        left = words_left(db, ended.mark)
        assert not [name for name in left if name.startswith("guides_request")]
        assert {"people_person.given_name", "budgets_receipt.content", "plans_goal.title"} <= left.keys()
    assert ended.records["grant"] not in [one.id for one in erase(engine, tmp_path, LAST_DAY).due.matters]
    assert [one.id for one in erase(engine, tmp_path, ALL_OVER).due.matters] == [ended.records["grant"]]


def test_the_list_names_what_went_and_nobody(ended: Household, engine: Engine, tmp_path: Path) -> None:
    found = erase(engine, tmp_path, ALL_OVER)
    listed = read_list(tmp_path / "erased")
    assert {one.id for one in listed} == {one.id for one in found.due.matters} | found.due.people.keys()
    assert ended.mark not in (tmp_path / "erased").read_text()
    assert (tmp_path / "erased").stat().st_mode & 0o077 == 0


def test_a_list_that_cannot_be_written_stops_the_erasing(
    ended: Household, engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "erased").mkdir()
    with pytest.raises(Exception, match="can't be written"):
        erase(engine, tmp_path, ALL_OVER)
    with transactions.reading(engine) as db:
        assert words_left(db, ended.mark)


def test_words_can_be_taken_away_and_never_put_in_another_place(ended: Household, engine: Engine) -> None:
    with transactions.writing(engine) as db:
        note_erased(db, "wish", [ended.records["request"]], ALL_OVER)
    for statement in (
        "UPDATE budgets_receipt SET content = '12'",
        "UPDATE budgets_receipt SET sha256 = 'x'",
        "UPDATE budgets_closing SET why = 'noget andet'",
        "UPDATE budgets_closing SET closed_on = '2027-01-01'",
        "DELETE FROM budgets_receipt",
        "DELETE FROM people_erasure",
    ):
        with pytest.raises(DBAPIError), transactions.writing(engine) as db:
            db.execute(text(statement))


def test_an_erased_citizen_stands_in_no_list_and_their_money_still_opens(
    ended: Household, people: People, engine: Engine, site: Site, clock: StandingClock, tmp_path: Path
) -> None:
    clock.now = ALL_OVER
    erase(engine, tmp_path, ALL_OVER)
    coordinator = site.visitor(people.add(Role.COORDINATOR, "Nyansat"))
    for address in ("/citizens", "/guides", "/citizens.csv"):
        page = coordinator.client.get(address)
        assert page.status_code == 200
        assert "fornavn" in page.text or address == "/guides"
        assert ERASED_NAME not in page.text
        assert ended.mark not in page.text
    officer = site.visitor(people.add(Role.BUDGET_OFFICER, "Nyansat"))
    assert ERASED_NAME in officer.get(f"/grants/{ended.records['grant']}").text
    assert officer.client.get(f"/receipts/{ended.records['receipt']}").status_code == 404


def test_staff_whose_account_closed_long_ago_lose_their_name(
    people: People, engine: Engine, clock: StandingClock, tmp_path: Path
) -> None:
    clock.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    gone, stays = (people.add(Role.LEADER, name, sign_in_name=name) for name in ("Gerda", "Staale"))
    with people.acting(stays) as visit:
        account_service.set_enabled(visit, gone.id, enabled=False)
    assert _names(engine, gone, stays) == ["Gerda", "Staale"]
    erase(engine, tmp_path, datetime(2031, 3, 2, 8, 0, tzinfo=UTC))
    assert _names(engine, gone, stays) == ["Gerda", "Staale"]
    erase(engine, tmp_path, datetime(2031, 3, 3, 8, 0, tzinfo=UTC))
    assert _names(engine, gone, stays) == [ERASED_NAME, "Staale"]


def _names(engine: Engine, *people: Person) -> list[str]:
    with transactions.reading(engine) as db:
        name = text("SELECT given_name FROM people_person WHERE id = :id")
        return [db.execute(name, {"id": one.id}).scalar_one() for one in people]


class Heard:
    """A clock that says when one of the server's own tasks has asked it."""

    def __init__(self, now: datetime, task: str) -> None:
        self.now = now
        self.task = task
        self.asked = threading.Event()

    def __call__(self) -> datetime:
        if threading.current_thread().name == self.task:
            self.asked.set()
        return self.now


@pytest.mark.parametrize("how", ["daily", "by_hand"])
def test_the_server_erases_by_itself_where_a_setting_says_so_and_nowhere_else(
    how: str, people: People, engine: Engine, tmp_path: Path
) -> None:
    citizen = people.citizen("Asta")
    clock = Heard(ALL_OVER, "erasing")
    environment = {"LIVSMESTER_ERASE": how, "LIVSMESTER_ERASURE_LIST": str(tmp_path / "erased")}
    with Site(app_on(read_settings(environment), engine, clock), engine, clock):
        assert clock.asked.wait(60 if how == "daily" else 0) is (how == "daily")
    assert _names(engine, citizen) == [ERASED_NAME if how == "daily" else "Asta"]


def test_sheets_that_nobody_said_yes_to_are_gone_a_day_later_without_another_one(
    people: People, engine: Engine, clock: StandingClock
) -> None:
    keeper = people.add(Role.COORDINATOR)
    with transactions.writing(engine) as db:
        for name, hours in (("gammelt", 25), ("nyt", 23)):
            at = clock() - timedelta(hours=hours)
            imports_store.add(
                db, f"guides-{name}", ImportKind.GUIDES, f"{name}.csv", b"mange navne", keeper.id, at
            )
            reconciliation_store.add_upload(db, f"budgets-{name}", name, b"mange navne", keeper.id, at)
    heard = Heard(clock(), "due")
    with Site(app_on(read_settings({}), engine, heard), engine, heard):
        assert heard.asked.wait(60)
    with transactions.reading(engine) as db:
        left = text("SELECT id FROM guides_upload UNION SELECT id FROM budgets_upload")
        assert set(db.execute(left).scalars()) == {"guides-nyt", "budgets-nyt"}
