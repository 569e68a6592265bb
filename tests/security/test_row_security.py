"""The second wall, on PostgreSQL: the matrix straight on SQL, and the app at work behind it as a role that can't pass it by."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import DBAPIError

from budgets.commands.group_commit import CommandQueue
from budgets.commands.messages import RequestSpending
from budgets.commands.working_set import SubmittedCommand
from foundation.db import actor as db_actor
from foundation.db import engine as db_engine
from foundation.db import transactions
from foundation.db.app_role import UnusableRole, grant_app_role
from foundation.ids import new_id
from guides.for_citizens import service as for_citizens_service
from guides.pairings import store as pairings_store
from guides.pool import store as pool_store
from livsmester.erasure import requests as erasure_requests
from livsmester.erasure.service import erase_due
from livsmester.settings import read_settings
from people.access.model import Actor, Role, RoleAssignment
from people.directory.model import ERASED_NAME, Person
from people.emergency_access import service as emergency_access_service
from people.retention import hold_service
from people.retention.model import Retention
from people.web.context import RequestContext
from tests.conftest import FrozenClock
from tests.support.access_matrix import (
    RELATED,
    area_for,
    body_without_ids,
    fill_path,
    matrix_people,
    session_token_of,
)
from tests.support.app_client import BASE_URL, AppClient, make_app
from tests.support.guide_scenario import GuideScenario
from tests.support.people_factory import PeopleFactory
from tests.support.route_crawler import route_policies
from tests.support.two_citizens import CitizenFixture, make_two_citizens

APP_ROLE = "livsmester_app"
PAGES_THAT_GROW = (
    "/who-has-seen",
    "/my-data",
    "/unusual-reads",
)  # with every look, also with those of this test
_OF_REQUEST = "request_id IN (SELECT id FROM guides_request WHERE citizen_id = :id)"
_OF_PAIRING = f"pairing_id IN (SELECT id FROM guides_pairing WHERE {_OF_REQUEST})"
_OF_GRANT = "grant_id IN (SELECT id FROM budgets_grant WHERE citizen_id = :id)"
# Which rows of a table are about a citizen, for somebody who sees everything.
TABLES = {
    "people_person": "id = :id",
    "people_consent": "citizen_id = :id",
    "people_hold": "person_id = :id",
    "people_erasure_answer": "person_id = :id",
    "people_letter": "person_id = :id",
    "people_letter_wish": "person_id = :id",
    "plans_goal": "citizen_id = :id",
    "guides_request": "citizen_id = :id",
    "guides_exclusion": "citizen_id = :id",
    "guides_pairing": _OF_REQUEST,
    "guides_pairing_event": _OF_PAIRING,
    "guides_contact": _OF_PAIRING,
    "guides_ruling": _OF_REQUEST,
    "budgets_grant": "citizen_id = :id",
    "budgets_request": _OF_GRANT,
    "budgets_answer": f"request_id IN (SELECT id FROM budgets_request WHERE {_OF_GRANT})",
    "budgets_receipt": _OF_GRANT,
    "budgets_late_receipt": f"receipt_id IN (SELECT id FROM budgets_receipt WHERE {_OF_GRANT})",
    "budgets_notice": _OF_GRANT,
    "budgets_closing": _OF_GRANT,
    "budgets_account": _OF_GRANT,
    "budgets_movement": _OF_GRANT,
    "budgets_entry": f"movement_id IN (SELECT id FROM budgets_movement WHERE {_OF_GRANT})",
}
PAIRINGS = {table for table in TABLES if table.startswith("guides_")}
MONEY = {table for table in TABLES if table.startswith("budgets_")}
# Who sees rows of which table, by role and relation; the citizen sees all of their own, and nobody else sees any.
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
def engine(postgres_template: str, fresh_database: object) -> Iterator[Engine]:
    """A database as its owner, who may pass the wall."""
    made = db_engine.make_engine(fresh_database(postgres_template))  # type: ignore[operator]
    with transactions.write_transaction(made) as db:
        db.execute(
            text(
                f"DO $$ BEGIN CREATE ROLE {APP_ROLE} NOLOGIN; "
                "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            )
        )
        grant_app_role(db, APP_ROLE)
    yield made
    made.dispose()


@pytest.fixture
def app_role_engine(engine: Engine) -> Iterator[Engine]:
    """The same database as the app's role, which may not."""
    made = db_engine.make_engine(
        make_url(engine.url)
        .update_query_dict({"options": f"-c role={APP_ROLE}"})
        .render_as_string(hide_password=False)
    )
    yield made
    made.dispose()


@pytest.fixture
def citizens(people: PeopleFactory) -> dict[str, CitizenFixture]:
    return make_two_citizens(people)


def visible_tables(db: Connection, citizen: Person) -> set[str]:
    """The tables in which rows of the citizen show; which rows those are is asked of the system."""
    with db_actor.bypass_row_security(db):
        rows = {
            table: db.execute(
                text(f"SELECT array_agg(ctid::text) FROM {table} WHERE {whose}"), {"id": citizen.id}
            ).scalar_one()
            for table, whose in TABLES.items()
        }
    showing = "SELECT count(*) FROM {} WHERE ctid = ANY (CAST(:rows AS tid[]))"
    return {
        table
        for table, found in rows.items()
        if db.execute(text(showing.format(table)), {"rows": found}).scalar_one()
    }


def fill_tables(engine: Engine, citizen: CitizenFixture) -> None:
    """A row in each table in which the household has none, put there past the triggers."""
    told = citizen.records | {f"{name}_end": one[-12:] for name, one in citizen.records.items()}
    told |= {"citizen": citizen.citizen.id, "guide": citizen.guide.id, "officer": citizen.officer.id}
    with transactions.write_transaction(engine) as db:
        db.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in (
            "INSERT INTO people_hold (id, person_id, why, starts_on, made_at, made_by)"
            " VALUES ('hold' || :grant_end, :citizen, 'Klagesag', now(), now(), :officer)",
            "INSERT INTO people_erasure_answer (id, person_id, at, answered_by, gone, kept, why)"
            " VALUES ('answer' || :grant_end, :citizen, now(), :officer, '', 'goals', 'Journal')",
            "INSERT INTO people_letter_wish (person_id, since) VALUES (:citizen, now())",
            "INSERT INTO people_letter (person_id, month, made_at) VALUES (:citizen, now(), now())",
            "INSERT INTO guides_exclusion (citizen_id, guide_id, made_at) VALUES (:citizen, :guide, now())",
            "INSERT INTO guides_contact (id, pairing_id, form_key, draft, made_by, made_at)"
            " VALUES ('contact' || :pairing_end, :pairing, '', true, :guide, now())",
            "INSERT INTO guides_pairing_event (pairing_id, before, move, after, at)"
            " VALUES (:pairing, 'offered', 'guide_asks', 'offered', now())",
            "INSERT INTO guides_ruling (run_id, request_id, guide_id, kind) VALUES (:run, :request, :guide, 'pin')",
            "INSERT INTO budgets_answer (request_id, officer_id, at, yes, reasons, rule, appeal)"
            " VALUES (:wish, :officer, now(), true, '', '', '')",
            "INSERT INTO budgets_late_receipt (id, receipt_id, request_id, made_at)"
            " VALUES ('late' || :wish_end, :receipt, :wish, now())",
            "INSERT INTO budgets_notice (id, grant_id, takes_effect_on, why, at, by)"
            " VALUES ('notice' || :grant_end, :grant, now(), 'Slut', now(), :officer)",
            "INSERT INTO budgets_closing (grant_id, closed_on, cause, why, at)"
            " VALUES (:grant, now(), 'ended', '', now())",
        ):
            asked = text(statement)
            db.execute(asked, {name: told[name] for name in asked.compile().params})


def test_the_matrix_straight_on_sql(
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
        everybody = list(matrix_people(people, home, away, clock))
        clock.advance(seconds=1)  # what ended a moment ago has ended
        for role, relation, person in everybody:
            with transactions.read_transaction(app_role_engine) as db:
                db_actor.set_actor(db, person.id, clock())
                found = visible_tables(db, home.citizen)
            expected = (
                set(TABLES)
                if relation == "self"
                else VISIBLE_TABLES.get(role, set())
                if relation in RELATED
                else VISIBLE_IN_EMERGENCY[role]
                if relation == "glass"
                else set()
            )
            assert found == expected, (role, relation)
            cells += len(TABLES)
    assert cells > 600


def test_who_does_not_say_who_acts_sees_nothing_and_the_system_sees_all(
    engine: Engine, citizens: dict[str, CitizenFixture], app_role_engine: Engine, clock: FrozenClock
) -> None:
    citizen = citizens["nord"].citizen
    fill_tables(engine, citizens["nord"])
    with transactions.read_transaction(app_role_engine) as db:
        assert visible_tables(db, citizen) == set(TABLES)
        for nobody in ("", "somebody"):
            db_actor.set_actor(db, nobody, clock())
            assert visible_tables(db, citizen) == set()
        with db_actor.bypass_row_security(db):
            assert visible_tables(db, citizen) == set(TABLES)
        assert visible_tables(db, citizen) == set()
        with pytest.raises(LookupError), db_actor.bypass_row_security(db):
            raise LookupError
        assert visible_tables(db, citizen) == set()
        with pytest.raises(DBAPIError), db_actor.bypass_row_security(db):
            db.execute(text("SELECT 1 / 0"))


def test_nobody_writes_past_the_wall(
    citizens: dict[str, CitizenFixture], app_role_engine: Engine, clock: FrozenClock
) -> None:
    mine, other = citizens["nord"].citizen, citizens["syd"].citizen
    with transactions.write_transaction(app_role_engine) as db:
        db_actor.set_actor(db, mine.id, clock())
        change = text("UPDATE plans_goal SET title = 'mit' WHERE citizen_id = :id")
        assert db.execute(change, {"id": mine.id}).rowcount == 1
        assert db.execute(change, {"id": other.id}).rowcount == 0
    with transactions.read_transaction(app_role_engine) as db:
        db_actor.set_actor(db, mine.id, clock())
        with pytest.raises(DBAPIError, match="row-level security"):
            db.execute(text("UPDATE plans_goal SET citizen_id = :id"), {"id": other.id})


def test_only_the_system_writes_in_the_ledger(
    citizens: dict[str, CitizenFixture], app_role_engine: Engine, clock: FrozenClock
) -> None:
    home = citizens["nord"]
    copied = text("INSERT INTO budgets_account SELECT * FROM budgets_account WHERE grant_id = :grant")
    for person in (home.citizen, home.officer):
        with transactions.read_transaction(app_role_engine) as db:
            db_actor.set_actor(db, person.id, clock())
            for table in sorted(MONEY - {"budgets_grant"}):
                assert db.execute(text(f"DELETE FROM {table}")).rowcount == 0, table
            with pytest.raises(DBAPIError, match="row-level security"):
                db.execute(copied, home.records)


@pytest.mark.parametrize("table", ["budgets_entry", "budgets_movement", "budgets_account"])
def test_a_row_of_the_ledger_is_let_in_without_a_question_of_its_own(
    app_role_engine: Engine, table: str
) -> None:
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


def test_an_order_is_carried_out_behind_the_wall(
    app_role_engine: Engine, citizens: dict[str, CitizenFixture], clock: FrozenClock
) -> None:
    home = citizens["nord"]
    teller = CommandQueue(app_role_engine, clock)
    asked = RequestSpending(home.records["grant"], home.records["goal"], "Briller", 20_00, "Signe")
    actor = Actor(home.citizen.id, "", (RoleAssignment(Role.CITIZEN),))
    made = teller.submit(SubmittedCommand(actor, asked, "behind the wall")).id
    teller.close()
    with transactions.read_transaction(app_role_engine) as db:
        db_actor.set_actor(db, home.citizen.id, clock())
        found = db.execute(text("SELECT what FROM budgets_request WHERE id = :id"), {"id": made})
        assert found.scalar_one() == "Briller"


def test_room_is_counted_over_everybody_whoever_offers(
    app_role_engine: Engine, people: PeopleFactory, clock: FrozenClock
) -> None:
    neighbours = GuideScenario(people)
    for area in ("nord", "syd"):
        people.area(area)
    guide = neighbours.guide(area="nord", capacity=1)
    here, there = (neighbours.citizen(area=area) for area in ("nord", "syd"))
    run_id = neighbours.run_matching()
    neighbours.publish(run_id)
    with transactions.read_transaction(app_role_engine) as db:
        paired = pairings_store.of_guide(db, guide.id)
    free = next(one for one in (here, there) if one.id != paired[0].citizen_id)
    coordinator = people.add(Role.COORDINATOR, "Koordinator", role_area=free.area)
    request = neighbours.request_of(free).request
    offer = msgspec.structs.replace(paired[0], id=new_id(), request_id=request.id, citizen_id=free.id)
    with transactions.read_transaction(app_role_engine) as db:
        db_actor.set_actor(db, coordinator.id, clock())
        assert pairings_store.of_guide(db, guide.id) == ()
        found = pool_store.guide(db, guide.id)
        assert found is not None
        assert found.guide.active == 1
        with pytest.raises(DBAPIError, match="no room"):
            pairings_store.add_offers(db, [offer])


def test_the_wall_stands_before_the_owner_too(engine: Engine) -> None:
    with transactions.read_transaction(engine) as db:
        walls = text("SELECT relname, relforcerowsecurity FROM pg_class WHERE relrowsecurity")
        assert dict(db.execute(walls).all()) == dict.fromkeys((*TABLES, "people_cpr"), True)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["livsmester_nobody", "postgres"])
def test_a_role_that_is_missing_or_passes_the_wall_is_refused(engine: Engine, role: str) -> None:
    with transactions.write_transaction(engine) as db, pytest.raises(UnusableRole, match=role):
        grant_app_role(db, role)


def test_everybody_reads_behind_the_wall_what_they_read_without_it(
    engine: Engine,
    app_role_engine: Engine,
    people: PeopleFactory,
    citizens: dict[str, CitizenFixture],
    clock: FrozenClock,
) -> None:
    settings = read_settings({"LIVSMESTER_MUNICIPALITY": "Prøvekøbing"})
    answers: dict[bool, dict[str, tuple[int, str]]] = {}
    with AppClient(make_app(settings, engine, clock), engine, clock) as site:
        visitors = {
            area: [
                (role, relation, session_token_of(site, person))
                for role, relation, person in matrix_people(people, citizens[area], citizens[other], clock)
                if relation != "ended"
            ]
            for area, other in (("nord", "syd"), ("syd", "nord"))
        }
    for walled in (False, True):
        answers[walled] = {}
        ground = app_role_engine if walled else engine
        with AppClient(make_app(settings, ground, clock), ground, clock) as site:
            for (method, path), rule in route_policies(site.app).items():
                if method != "GET" or rule.public or path.startswith(PAGES_THAT_GROW):
                    continue
                for role, relation, cookie in visitors[area_for(path)]:
                    if role in rule.roles:
                        where = fill_path(path, citizens[area_for(path)])
                        answer = site.client.get(
                            BASE_URL + where,
                            headers={"cookie": f"livsmester={cookie}"},
                            follow_redirects=False,
                        )
                        answers[walled][f"{role} {relation} {path}"] = (
                            answer.status_code,
                            body_without_ids(answer),
                        )
    assert answers[True].keys() == answers[False].keys()
    assert [key for key, said in answers[False].items() if said != answers[True][key]] == []
    assert len(answers[True]) > 150


def test_a_pairing_lives_and_ends_behind_the_wall(
    app_role_engine: Engine, engine: Engine, clock: FrozenClock
) -> None:
    homes = make_two_citizens(PeopleFactory(engine, clock))
    home = homes["nord"]
    behind = PeopleFactory(app_role_engine, clock)
    with behind.acting_as(home.citizen) as context:
        db_actor.set_actor(context.db, home.citizen.id, clock())
        for_citizens_service.request_new_guide(context, home.records["pairing"])
    with behind.acting_as(home.guide) as context:
        db_actor.set_actor(context.db, home.guide.id, clock())
        assert {"people_consent", "guides_pairing"} <= visible_tables(context.db, home.citizen)
    clock.advance(seconds=1)
    with behind.acting_as(home.guide) as context:
        db_actor.set_actor(context.db, home.guide.id, clock())
        assert visible_tables(context.db, home.citizen) == set()
    stranger = behind.add(Role.SUPPORT_WORKER, "Fremmed")
    named = "mærkenordfornavn mærkenordefternavn"
    with behind.acting_as(stranger) as context:
        db_actor.set_actor(context.db, stranger.id, clock())
        emergency_access_service.break_glass(
            context, named, emergency_access_service.openable_kinds(context), "Borgeren er i fare lige nu."
        )
        assert visible_tables(context.db, home.citizen) == set()
    with behind.acting_as(stranger) as context:
        db_actor.set_actor(context.db, stranger.id, clock())
        assert "plans_goal" in visible_tables(context.db, home.citizen)


def test_what_is_due_is_erased_from_before_the_wall(
    app_role_engine: Engine, engine: Engine, people: PeopleFactory, tmp_path: Path
) -> None:
    citizen = people.citizen("Asta")
    erase_due(app_role_engine, Retention(), tmp_path / "erased", datetime(2033, 1, 1, tzinfo=UTC))
    with transactions.read_transaction(engine) as db, db_actor.bypass_row_security(db):
        found = text("SELECT given_name FROM people_person WHERE id = :id")
        assert db.execute(found, {"id": citizen.id}).scalar_one() == ERASED_NAME


def test_a_hold_is_set_and_lifted_from_before_the_wall(
    app_role_engine: Engine, engine: Engine, people: PeopleFactory, clock: FrozenClock
) -> None:
    citizen, administrator = people.citizen("Asta", surname="Aldrigfødt"), people.add(Role.ADMINISTRATOR)
    actor = Actor(administrator.id, roles=(RoleAssignment(Role.ADMINISTRATOR),))
    with transactions.write_transaction(app_role_engine) as db:
        db_actor.set_actor(db, administrator.id, clock())
        context = RequestContext(db, actor, clock())
        today = clock().date()
        hold_service.set_hold(context, "hold-1", "Asta Aldrigfødt", "Klagesag", today, None)
        assert [one.person_id for one in hold_service.active_holds(context)] == [citizen.id]
        hold_service.lift(context, "hold-1")
        assert hold_service.active_holds(context) == ()


def test_somebody_who_asks_is_erased_from_before_the_wall(
    app_role_engine: Engine, engine: Engine, people: PeopleFactory, clock: FrozenClock, tmp_path: Path
) -> None:
    citizen, administrator = people.citizen("Asta", surname="Aldrigfødt"), people.add(Role.ADMINISTRATOR)
    actor = Actor(administrator.id, roles=(RoleAssignment(Role.ADMINISTRATOR),))
    with transactions.write_transaction(app_role_engine) as db:
        db_actor.set_actor(db, administrator.id, clock())
        context = RequestContext(db, actor, clock())
        person_id = erasure_requests.find_requester(context, "Asta Aldrigfødt")
        assert erasure_requests.assess_person(context, person_id, Retention()).blockers == ()
        erasure_requests.decide(context, "answer-1", person_id, (), "", Retention(), tmp_path / "erased")
        assert erasure_requests.get_decision(context, "answer-1").kept == ()
    with transactions.read_transaction(engine) as db, db_actor.bypass_row_security(db):
        found = text("SELECT given_name FROM people_person WHERE id = :id")
        assert db.execute(found, {"id": citizen.id}).scalar_one() == ERASED_NAME
