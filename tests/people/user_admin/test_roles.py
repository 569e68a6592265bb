"""An administrator gives and removes roles by hand, each for one area or for the whole municipality."""

import msgspec
import pytest
from sqlalchemy import Engine, select

from foundation.db.transactions import read_transaction, write_transaction
from people.access.model import Role, RoleAssignment
from people.directory import external_identities
from people.directory import store as directory_store
from people.directory.model import Person
from people.tables.rights import change
from people.user_admin.roles import change_roles
from tests.support.app_client import AppClient, Page
from tests.support.people_factory import PeopleFactory


@pytest.fixture
def karen(people: PeopleFactory) -> Person:
    """A coordinator of the north."""
    people.area("nord")
    people.area("syd")
    return people.add(Role.COORDINATOR, "Karen", role_area="nord")


@pytest.fixture
def administrator(people: PeopleFactory) -> Person:
    return people.add(Role.ADMINISTRATOR, "Adam")


def roles_of(engine: Engine, person: Person) -> dict[Role, str | None]:
    with read_transaction(engine) as db:
        return {assignment.role: assignment.area for assignment in directory_store.roles(db, person.id)}


def logged_details(engine: Engine, person: Person) -> list[tuple[str, object]]:
    """The change-log entries about the person's roles."""
    with read_transaction(engine) as db:
        mine = (change.c.subject_id == person.id) & change.c.tag.like("people:role:%")
        rows = db.execute(select(change.c.tag, change.c.details).where(mine).order_by(change.c.sequence))
        return [(row.tag, msgspec.json.decode(row.details)) for row in rows]


def roles_page(site: AppClient, administrator: Person, person: Person) -> Page:
    return site.signed_in(administrator).get(f"/users/{person.id}").click("Ret Roller")


def test_roles_that_stay_as_they_are_sign_nobody_out(
    site: AppClient, administrator: Person, karen: Person
) -> None:
    desk = site.signed_in(karen)
    saved = roles_page(site, administrator, karen).submit("Gem rollerne")
    assert "Rollerne er, som de var." in saved.response.text
    assert desk.get("/board").path == "/board"


def test_a_role_is_limited_to_another_area_and_the_log_has_before_and_after(
    site: AppClient, people: PeopleFactory, engine: Engine, administrator: Person, karen: Person
) -> None:
    here = people.citizen("Her", area="nord")
    there = people.citizen("Der", area="syd")
    page = roles_page(site, administrator, karen)
    assert page.heading == "Roller for Karen Prøvesen"
    saved = page.submit("Gem rollerne", role_coordinator="area:syd", role_leader="all")
    assert "Rollerne er gemt" in saved.response.text
    assert roles_of(engine, karen) == {Role.COORDINATOR: "syd", Role.LEADER: None}
    assert logged_details(engine, karen) == [
        ("people:role:set_area", {"role": "coordinator", "area": ["nord", "syd"]}),
        ("people:role:begin", {"role": [None, "leader"], "area": None}),
    ]
    desk = site.signed_in(karen)
    assert desk.get(f"/citizens/{there.id}").status == 200
    assert desk.get(f"/citizens/{here.id}").status == 404


def test_a_change_of_roles_ends_the_sign_ins_and_none_comes_back_with_the_old_roles(
    site: AppClient, administrator: Person, karen: Person
) -> None:
    desk = site.signed_in(karen)
    assert desk.get("/board").status == 200
    page = roles_page(site, administrator, karen)
    page.submit("Gem rollerne", role_coordinator="area:syd")
    assert desk.get("/board").status == 401
    page.submit("Gem rollerne", role_coordinator="area:nord")
    assert desk.get("/board").status == 401


def test_saving_without_a_change_ends_nothing_and_logs_nothing(
    site: AppClient, engine: Engine, administrator: Person, karen: Person
) -> None:
    desk = site.signed_in(karen)
    roles_page(site, administrator, karen).submit("Gem rollerne")
    assert desk.get("/board").status == 200
    assert logged_details(engine, karen) == []


def test_the_last_role_stays(site: AppClient, engine: Engine, administrator: Person, karen: Person) -> None:
    page = roles_page(site, administrator, karen).submit("Gem rollerne", role_coordinator="")
    assert page.status == 422
    assert "Luk kontoen" in page.text
    assert roles_of(engine, karen) == {Role.COORDINATOR: "nord"}


def test_nobody_takes_the_role_of_administrator_from_themselves(
    site: AppClient, engine: Engine, administrator: Person
) -> None:
    page = roles_page(site, administrator, administrator)
    page = page.submit("Gem rollerne", role_administrator="", role_leader="all")
    assert page.status == 422
    assert roles_of(engine, administrator) == {Role.ADMINISTRATOR: None}


def test_what_a_directory_gives_stays_and_is_limited_to_an_area(
    people: PeopleFactory, engine: Engine, administrator: Person, karen: Person
) -> None:
    with write_transaction(engine) as db:
        external_identities.set_role_provider(db, karen.id, Role.COORDINATOR, "directory")
    with people.acting_as(administrator) as context:
        change_roles(context, karen.id, {Role.LEADER: RoleAssignment(Role.LEADER)})
    assert roles_of(engine, karen) == {Role.COORDINATOR: "nord", Role.LEADER: None}
    with people.acting_as(administrator) as context:
        change_roles(context, karen.id, {Role.COORDINATOR: RoleAssignment(Role.COORDINATOR)})
    assert roles_of(engine, karen) == {Role.COORDINATOR: None}


def test_a_guide_who_becomes_a_coordinator_stays_a_guide(
    people: PeopleFactory, engine: Engine, administrator: Person
) -> None:
    guide = people.add(Role.GUIDE, "Vejle")
    with people.acting_as(administrator) as context:
        change_roles(context, guide.id, {Role.COORDINATOR: RoleAssignment(Role.COORDINATOR)})
    assert roles_of(engine, guide) == {Role.COORDINATOR: None, Role.GUIDE: None}


def test_an_administrator_reaches_no_roles_of_somebody_who_is_only_a_citizen(
    site: AppClient, people: PeopleFactory, administrator: Person
) -> None:
    citizen = people.citizen()
    assert site.signed_in(administrator).get(f"/users/{citizen.id}/roles").status == 404
