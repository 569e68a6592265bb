"""The app at work under row-level security, as a PostgreSQL role that cannot bypass the policies."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from budgets.commands.group_commit import CommandQueue
from budgets.commands.messages import RequestSpending
from budgets.commands.working_set import SubmittedCommand
from foundation.db import actor as db_actor
from foundation.db import transactions
from foundation.ids import new_id
from guides.for_citizens import service as for_citizens_service
from guides.pairings import store as pairings_store
from guides.pool import store as pool_store
from livsmester.erasure import requests as erasure_requests
from livsmester.erasure.service import erase_due
from livsmester.settings import read_settings
from people.access.model import Actor, Role, RoleAssignment
from people.directory.model import ERASED_NAME
from people.emergency_access import service as emergency_access_service
from people.retention import hold_service
from people.retention.model import Retention
from people.web.context import RequestContext
from tests.conftest import FrozenClock
from tests.support.access_matrix import area_for, body_without_ids, fill_path, matrix_people, session_token_of
from tests.support.app_client import BASE_URL, AppClient, make_app
from tests.support.guide_scenario import GuideScenario
from tests.support.people_factory import PeopleFactory
from tests.support.route_crawler import route_policies
from tests.support.row_security import visible_tables
from tests.support.two_citizens import CitizenFixture, make_two_citizens

PAGES_THAT_GROW = (
    "/who-has-seen",
    "/my-data",
    "/unusual-reads",
)  # with every access, also with those of this test


@pytest.fixture
def engine(owner_engine: Engine) -> Engine:
    """The tests' database: PostgreSQL alone, as its owner."""
    return owner_engine


@pytest.fixture
def citizens(people: PeopleFactory) -> dict[str, CitizenFixture]:
    return make_two_citizens(people)


def test_a_command_is_executed_under_row_security(
    app_role_engine: Engine, citizens: dict[str, CitizenFixture], clock: FrozenClock
) -> None:
    home = citizens["nord"]
    queue = CommandQueue(app_role_engine, clock)
    command = RequestSpending(home.records["grant"], home.records["goal"], "Briller", 20_00, "Signe")
    actor = Actor(home.citizen.id, "", (RoleAssignment(Role.CITIZEN),))
    request_id = queue.submit(SubmittedCommand(actor, command, "under row security")).id
    queue.close()
    with transactions.read_transaction(app_role_engine) as db:
        db_actor.set_actor(db, home.citizen.id, clock())
        purpose = db.execute(text("SELECT what FROM budgets_request WHERE id = :id"), {"id": request_id})
        assert purpose.scalar_one() == "Briller"


def test_capacity_counts_pairings_that_the_actor_cannot_see(
    app_role_engine: Engine, people: PeopleFactory, clock: FrozenClock
) -> None:
    scenario = GuideScenario(people)
    for area in ("nord", "syd"):
        people.area(area)
    guide = scenario.guide(area="nord", capacity=1)
    here, there = (scenario.citizen(area=area) for area in ("nord", "syd"))
    run_id = scenario.run_matching()
    scenario.publish(run_id)
    with transactions.read_transaction(app_role_engine) as db:
        paired = pairings_store.of_guide(db, guide.id)
    unpaired = next(citizen for citizen in (here, there) if citizen.id != paired[0].citizen_id)
    coordinator = people.add(Role.COORDINATOR, "Koordinator", role_area=unpaired.area)
    request = scenario.request_of(unpaired).request
    offer = msgspec.structs.replace(paired[0], id=new_id(), request_id=request.id, citizen_id=unpaired.id)
    with transactions.read_transaction(app_role_engine) as db:
        db_actor.set_actor(db, coordinator.id, clock())
        assert pairings_store.of_guide(db, guide.id) == ()
        record = pool_store.guide(db, guide.id)
        assert record is not None
        assert record.guide.active == 1
        with pytest.raises(DBAPIError, match="no room"):
            pairings_store.add_offers(db, [offer])


def test_every_page_is_the_same_with_and_without_row_security(
    engine: Engine,
    app_role_engine: Engine,
    people: PeopleFactory,
    citizens: dict[str, CitizenFixture],
    clock: FrozenClock,
) -> None:
    settings = read_settings({"LIVSMESTER_MUNICIPALITY": "Prøvekøbing"})
    responses: dict[bool, dict[str, tuple[int, str]]] = {}
    with AppClient(make_app(settings, engine, clock), engine, clock) as site:
        sessions = {
            area: [
                (role, relation, session_token_of(site, person))
                for role, relation, person in matrix_people(people, citizens[area], citizens[other], clock)
                if relation != "ended"
            ]
            for area, other in (("nord", "syd"), ("syd", "nord"))
        }
    for restricted in (False, True):
        responses[restricted] = {}
        database = app_role_engine if restricted else engine
        with AppClient(make_app(settings, database, clock), database, clock) as site:
            for (method, path), rule in route_policies(site.app).items():
                if method != "GET" or rule.public or path.startswith(PAGES_THAT_GROW):
                    continue
                for role, relation, token in sessions[area_for(path)]:
                    if role in rule.roles:
                        url_path = fill_path(path, citizens[area_for(path)])
                        response = site.client.get(
                            BASE_URL + url_path,
                            headers={"cookie": f"livsmester={token}"},
                            follow_redirects=False,
                        )
                        responses[restricted][f"{role} {relation} {path}"] = (
                            response.status_code,
                            body_without_ids(response),
                        )
    assert responses[True].keys() == responses[False].keys()
    assert [key for key, response in responses[False].items() if response != responses[True][key]] == []
    assert len(responses[True]) > 150


def test_a_pairing_runs_and_ends_under_row_security(
    app_role_engine: Engine, engine: Engine, clock: FrozenClock
) -> None:
    homes = make_two_citizens(PeopleFactory(engine, clock))
    home = homes["nord"]
    restricted = PeopleFactory(app_role_engine, clock)
    with restricted.acting_as(home.citizen) as context:
        db_actor.set_actor(context.db, home.citizen.id, clock())
        for_citizens_service.request_new_guide(context, home.records["pairing"])
    with restricted.acting_as(home.guide) as context:
        db_actor.set_actor(context.db, home.guide.id, clock())
        assert {"people_consent", "guides_pairing"} <= visible_tables(context.db, home.citizen)
    clock.advance(seconds=1)
    with restricted.acting_as(home.guide) as context:
        db_actor.set_actor(context.db, home.guide.id, clock())
        assert visible_tables(context.db, home.citizen) == set()
    stranger = restricted.add(Role.SUPPORT_WORKER, "Fremmed")
    full_name = "mærkenordfornavn mærkenordefternavn"
    with restricted.acting_as(stranger) as context:
        db_actor.set_actor(context.db, stranger.id, clock())
        emergency_access_service.break_glass(
            context,
            full_name,
            emergency_access_service.openable_kinds(context),
            "Borgeren er i fare lige nu.",
        )
        assert visible_tables(context.db, home.citizen) == set()
    with restricted.acting_as(stranger) as context:
        db_actor.set_actor(context.db, stranger.id, clock())
        assert "plans_goal" in visible_tables(context.db, home.citizen)


def test_overdue_data_is_erased_under_row_security(
    app_role_engine: Engine, engine: Engine, people: PeopleFactory, tmp_path: Path
) -> None:
    citizen = people.citizen("Asta")
    erase_due(app_role_engine, Retention(), tmp_path / "erased", datetime(2033, 1, 1, tzinfo=UTC))
    with transactions.read_transaction(engine) as db, db_actor.bypass_row_security(db):
        given_name = text("SELECT given_name FROM people_person WHERE id = :id")
        assert db.execute(given_name, {"id": citizen.id}).scalar_one() == ERASED_NAME


def test_a_hold_is_set_and_lifted_under_row_security(
    app_role_engine: Engine, engine: Engine, people: PeopleFactory, clock: FrozenClock
) -> None:
    citizen, administrator = people.citizen("Asta", surname="Aldrigfødt"), people.add(Role.ADMINISTRATOR)
    actor = Actor(administrator.id, roles=(RoleAssignment(Role.ADMINISTRATOR),))
    with transactions.write_transaction(app_role_engine) as db:
        db_actor.set_actor(db, administrator.id, clock())
        context = RequestContext(db, actor, clock())
        today = clock().date()
        hold_service.set_hold(context, "hold-1", "Asta Aldrigfødt", "Klagesag", today, None)
        assert [hold.person_id for hold in hold_service.active_holds(context)] == [citizen.id]
        hold_service.lift(context, "hold-1")
        assert hold_service.active_holds(context) == ()


def test_a_person_is_erased_on_request_under_row_security(
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
        given_name = text("SELECT given_name FROM people_person WHERE id = :id")
        assert db.execute(given_name, {"id": citizen.id}).scalar_one() == ERASED_NAME
