"""A CPR number is encrypted, shown masked, and whole only for a purpose; protection ends by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, MetaData, update

from foundation.clock import local_date
from foundation.crypto.encryption import DecryptionError, new_key_line, parse_keys
from foundation.crypto.key_rotation import encrypted_columns, reencrypt_all
from foundation.db import transactions
from people.access.model import ANONYMOUS, DataKind, Purpose, RelationKind, Role
from people.access.policy import Action
from people.access_history import store as access_history_store
from people.directory.model import Person
from people.errors import CprTaken, NotAllowed, NotFound
from people.identity import service as identity_service
from people.tables import directory as directory_tables
from people.web.context import RequestContext
from tests.support.app_client import AppClient
from tests.support.people_factory import KEY_LINE, PeopleFactory

CPR = "0101585000"  # of somebody born in 1858
OTHER = "3112995999"


@pytest.fixture
def coordinator(people: PeopleFactory) -> Person:
    return people.add(Role.COORDINATOR)


@pytest.fixture
def citizen(people: PeopleFactory, coordinator: Person) -> Person:
    """A citizen whose number is stored."""
    citizen = people.citizen()
    with people.acting_as(coordinator) as context:
        identity_service.set_cpr(context, citizen.id, CPR)
    return citizen


def everything(engine: Engine) -> str:
    """All contents of the database, as text."""
    known = MetaData()
    with engine.connect() as db:
        known.reflect(db)
        return "\n".join(str(row) for table in known.tables.values() for row in db.execute(table.select()))


def test_the_database_holds_no_number_only_sealed_ones(engine: Engine, citizen: Person) -> None:
    stored = everything(engine)
    assert citizen.id in stored
    assert CPR not in stored
    assert CPR[:6] not in stored


def test_a_number_is_found_whole_and_by_nobody_else(
    people: PeopleFactory, coordinator: Person, citizen: Person
) -> None:
    people.area("nord"), people.area("syd")
    elsewhere = people.add(Role.COORDINATOR, role_area="syd")
    with people.acting_as(coordinator) as context:
        assert identity_service.find_by_cpr(context, CPR) == citizen.id
        with pytest.raises(NotFound):
            identity_service.find_by_cpr(context, OTHER)
    with people.acting_as(elsewhere) as context, pytest.raises(NotFound):
        identity_service.find_by_cpr(context, CPR)


def test_two_citizens_never_have_one_number_and_the_same_one_twice_is_no_fault(
    people: PeopleFactory, coordinator: Person, citizen: Person
) -> None:
    another = people.citizen("Anden")
    with people.acting_as(coordinator) as context:
        with pytest.raises(CprTaken) as caught:
            identity_service.set_cpr(context, another.id, CPR)
        identity_service.set_cpr(context, citizen.id, CPR)
        identity_service.set_cpr(context, citizen.id, OTHER)
        identity_service.set_cpr(context, another.id, CPR)
    assert CPR not in str(caught.value)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.COORDINATOR, Role.CITIZEN}])
def test_nobody_but_the_coordinator_sees_or_changes_the_number(
    people: PeopleFactory, citizen: Person, role: Role
) -> None:
    holder = people.add(role)
    if role is Role.SUPPORT_WORKER:
        people.start_relation(RelationKind.SUPPORT_WORKER, holder, citizen)
    if role is Role.GUIDE:
        people.start_relation(RelationKind.GUIDE, holder, citizen)
    with people.acting_as(holder) as context:
        with pytest.raises((NotAllowed, NotFound)):
            identity_service.full_cpr(context, citizen.id, Purpose.IDENTIFY)
        with pytest.raises((NotAllowed, NotFound)):
            identity_service.set_cpr(context, citizen.id, OTHER)


def test_the_citizen_reads_who_saw_the_whole_number_and_why(
    site: AppClient, people: PeopleFactory, coordinator: Person, citizen: Person
) -> None:
    desk = site.signed_in(coordinator)
    page = desk.get(f"/citizens/{citizen.id}")
    assert "010158-••••" in page.text
    assert CPR[6:] not in page.response.text
    page = desk.get(f"/citizens/{citizen.id}/identity")
    assert page.submit("Vis nummeret").status == 422
    with people.engine.connect() as db:
        lines, _ = access_history_store.access_entries(db, citizen.id, limit=100, offset=0)
    assert all(DataKind.CPR not in line.kinds for line in lines)
    page_with_number = page.submit("Vis nummeret", purpose="identify")
    assert "010158-5000" in page_with_number.text
    assert "dit CPR-nummer" in site.signed_in(citizen).get("/who-has-seen").text


def test_the_number_is_noted_corrected_removed_and_found_on_pages(
    site: AppClient, people: PeopleFactory, coordinator: Person
) -> None:
    desk, citizen = site.signed_in(coordinator), people.citizen()
    page = desk.get(f"/citizens/{citizen.id}").click("Ret CPR-nummer")
    refused = page.submit("Gem nummeret", cpr="310258-5000")
    assert refused.status == 422
    assert "310258-5000" in refused.response.text, "what was typed is still there"
    page = refused.submit("Gem nummeret", cpr="010158 5000")
    assert "CPR-nummeret er noteret" in page.response.text
    assert "010158-••••" in page.text
    citizen_page = desk.get("/citizens").click("Find på CPR-nummer").submit("Find", cpr="010158-5000")
    assert citizen_page.heading == citizen.full_name
    assert "0158" not in citizen_page.path
    missed = desk.get("/citizens/find").submit("Find", cpr="311299-5999")
    assert (missed.status, "ingen borger" in missed.text) == (422, True)
    page = page.submit("Fjern nummeret")
    assert "ikke noteret" in page.text


def test_a_protection_hides_the_area_and_ends_by_itself(
    site: AppClient, people: PeopleFactory, coordinator: Person, clock
) -> None:
    people.area("nord")
    citizen, officer = people.citizen(area="nord"), site.signed_in(people.add(Role.BUDGET_OFFICER))
    assert "Nord" in officer.get("/grants/new?text=Borgine").text
    page = site.signed_in(coordinator).get(f"/citizens/{citizen.id}/identity")
    today = local_date(clock.now)
    late = page.submit("Gem beskyttelsen", protected_until=f"{today + timedelta(days=400)}")
    assert late.status == 422
    page = page.submit("Gem beskyttelsen", protected_until=f"{today + timedelta(days=300)}")
    assert "beskyttet til og med" in page.text
    assert "Nord" not in officer.get("/grants/new?text=Borgine").text
    with people.acting_as(people.add(Role.BUDGET_OFFICER)) as context:
        assert not context.allowed([citizen.id], Action.CHANGE, DataKind.IDENTITY)
    clock.advance(days=301)
    officer = site.signed_in(people.add(Role.BUDGET_OFFICER))
    assert "Nord" in officer.get("/grants/new?text=Borgine").text


def test_after_a_change_of_keys_everything_is_sealed_with_the_new_one(
    people: PeopleFactory, coordinator: Person, citizen: Person, engine: Engine
) -> None:
    both = parse_keys(f"{new_key_line()} {KEY_LINE}")
    now = people.clock()
    with transactions.write_transaction(engine) as db:
        context = RequestContext(db, ANONYMOUS, now, keys=both)
        assert identity_service.find_holders(context, (CPR,)) == {CPR: citizen.id}, (
            "found before the change reached it"
        )
        assert reencrypt_all(db, both) == 1
        assert reencrypt_all(db, both) == 0
    only_new = parse_keys(f"{both.current_id}:{_encoded(both.by_id[both.current_id])}")
    with transactions.read_transaction(engine) as db:
        context = RequestContext(db, ANONYMOUS, now, keys=only_new)
        assert identity_service.find_holders(context, (CPR,)) == {CPR: citizen.id}
        for table, column in encrypted_columns():
            values = db.execute(table.select().with_only_columns(column)).scalars()
            assert all(value.startswith(f"{both.current_id}:") for value in values)


def test_a_tampered_value_stops_a_change_of_keys(
    citizen: Person, people: PeopleFactory, engine: Engine
) -> None:
    another = people.citizen()
    with people.acting_as(people.add(Role.COORDINATOR)) as context:
        identity_service.set_cpr(context, another.id, OTHER)
    with transactions.write_transaction(engine) as db:
        stolen = (
            db.execute(directory_tables.cpr.select().where(directory_tables.cpr.c.person_id == citizen.id))
            .one()
            .cpr_sealed
        )
        db.execute(
            update(directory_tables.cpr)
            .where(directory_tables.cpr.c.person_id == another.id)
            .values(cpr_sealed=stolen)
        )
    with transactions.read_transaction(engine) as db, pytest.raises(DecryptionError):
        reencrypt_all(db, parse_keys(f"{new_key_line()} {KEY_LINE}"))


def _encoded(key: bytes) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(key).decode()
