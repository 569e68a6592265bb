"""A citizen's CPR number is kept sealed, shown masked, and whole only for a purpose; protection ends by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, MetaData, update

from foundation.clock import local_date
from foundation.crypto.encryption import Unsealable, new_key_line, parse_keys
from foundation.crypto.key_rotation import reseal, sealed_columns
from foundation.db import transactions
from people.access.model import NOBODY, DataKind, Purpose, RelationKind, Role
from people.access_history import store as access_history_store
from people.directory.model import Person
from people.errors import CprTaken, NotAllowed, NotFound
from people.identity import service as identity_service
from people.tables import directory as directory_tables
from people.web.context import Visit
from tests.people_factory import KEY_LINE, People
from tests.site import Site

CPR = "0101585000"  # of somebody born in 1858
OTHER = "3112995999"


@pytest.fixture
def coordinator(people: People) -> Person:
    return people.add(Role.COORDINATOR)


@pytest.fixture
def citizen(people: People, coordinator: Person) -> Person:
    """A citizen whose number is noted."""
    found = people.citizen()
    with people.acting(coordinator) as visit:
        identity_service.note_cpr(visit, found.id, CPR)
    return found


def everything(engine: Engine) -> str:
    """All that the database holds, as text."""
    known = MetaData()
    with engine.connect() as db:
        known.reflect(db)
        return "\n".join(str(row) for table in known.tables.values() for row in db.execute(table.select()))


def test_the_database_holds_no_number_only_sealed_ones(engine: Engine, citizen: Person) -> None:
    held = everything(engine)
    assert citizen.id in held
    assert CPR not in held
    assert CPR[:6] not in held


def test_a_number_is_found_whole_and_by_nobody_else(
    people: People, coordinator: Person, citizen: Person
) -> None:
    people.area("nord"), people.area("syd")
    elsewhere = people.add(Role.COORDINATOR, role_area="syd")
    with people.acting(coordinator) as visit:
        assert identity_service.find_by_cpr(visit, CPR) == citizen.id
        with pytest.raises(NotFound):
            identity_service.find_by_cpr(visit, OTHER)
    with people.acting(elsewhere) as visit, pytest.raises(NotFound):
        identity_service.find_by_cpr(visit, CPR)


def test_two_citizens_never_have_one_number_and_the_same_one_twice_is_no_fault(
    people: People, coordinator: Person, citizen: Person
) -> None:
    another = people.citizen("Anden")
    with people.acting(coordinator) as visit:
        with pytest.raises(CprTaken) as caught:
            identity_service.note_cpr(visit, another.id, CPR)
        identity_service.note_cpr(visit, citizen.id, CPR)
        identity_service.note_cpr(visit, citizen.id, OTHER)
        identity_service.note_cpr(visit, another.id, CPR)
    assert CPR not in str(caught.value)


@pytest.mark.parametrize("role", [one for one in Role if one not in {Role.COORDINATOR, Role.CITIZEN}])
def test_nobody_but_the_coordinator_sees_or_changes_the_number(
    people: People, citizen: Person, role: Role
) -> None:
    holder = people.add(role)
    if role is Role.SUPPORT_WORKER:
        people.relate(RelationKind.SUPPORT_WORKER, holder, citizen)
    if role is Role.GUIDE:
        people.relate(RelationKind.GUIDE, holder, citizen)
    with people.acting(holder) as visit:
        with pytest.raises((NotAllowed, NotFound)):
            identity_service.whole_cpr(visit, citizen.id, Purpose.IDENTIFY)
        with pytest.raises((NotAllowed, NotFound)):
            identity_service.note_cpr(visit, citizen.id, OTHER)


def test_the_citizen_reads_who_saw_the_whole_number_and_why(
    site: Site, people: People, coordinator: Person, citizen: Person
) -> None:
    desk = site.visitor(coordinator)
    page = desk.get(f"/citizens/{citizen.id}")
    assert "010158-••••" in page.text
    assert CPR[6:] not in page.answer.text
    page = desk.get(f"/citizens/{citizen.id}/identity")
    assert page.press("Vis nummeret").status == 422
    with people.engine.connect() as db:
        lines, _ = access_history_store.access_lines(db, citizen.id, limit=100, offset=0)
    assert all(DataKind.CPR not in line.kinds for line in lines)
    shown = page.press("Vis nummeret", purpose="identify")
    assert "010158-5000" in shown.text
    assert "dit CPR-nummer" in site.visitor(citizen).get("/who-has-seen").text


def test_the_number_is_noted_corrected_removed_and_found_on_pages(
    site: Site, people: People, coordinator: Person
) -> None:
    desk, citizen = site.visitor(coordinator), people.citizen()
    page = desk.get(f"/citizens/{citizen.id}").follow("Ret CPR-nummer")
    refused = page.press("Gem nummeret", cpr="310258-5000")
    assert refused.status == 422
    assert "310258-5000" in refused.answer.text, "what was typed is still there"
    page = refused.press("Gem nummeret", cpr="010158 5000")
    assert "CPR-nummeret er noteret" in page.answer.text
    assert "010158-••••" in page.text
    found = desk.get("/citizens").follow("Find på CPR-nummer").press("Find", cpr="010158-5000")
    assert found.heading == citizen.full_name
    assert "0158" not in found.path
    missed = desk.get("/citizens/find").press("Find", cpr="311299-5999")
    assert (missed.status, "ingen borger" in missed.text) == (422, True)
    page = page.press("Fjern nummeret")
    assert "ikke noteret" in page.text


def test_a_protection_hides_the_area_and_ends_by_itself(
    site: Site, people: People, coordinator: Person, clock
) -> None:
    people.area("nord")
    citizen, officer = people.citizen(area="nord"), site.visitor(people.add(Role.BUDGET_OFFICER))
    assert "Nord" in officer.get("/grants/new?text=Borgine").text
    page = site.visitor(coordinator).get(f"/citizens/{citizen.id}/identity")
    today = local_date(clock.now)
    late = page.press("Gem beskyttelsen", protected_until=f"{today + timedelta(days=400)}")
    assert late.status == 422
    page = page.press("Gem beskyttelsen", protected_until=f"{today + timedelta(days=300)}")
    assert "beskyttet til og med" in page.text
    assert "Nord" not in officer.get("/grants/new?text=Borgine").text
    with people.acting(people.add(Role.BUDGET_OFFICER)) as visit:
        assert not visit.may(citizen.id, "change", DataKind.IDENTITY)
    clock.forward(days=301)
    officer = site.visitor(people.add(Role.BUDGET_OFFICER))
    assert "Nord" in officer.get("/grants/new?text=Borgine").text


def test_after_a_change_of_keys_everything_is_sealed_with_the_new_one(
    people: People, coordinator: Person, citizen: Person, engine: Engine
) -> None:
    both = parse_keys(f"{new_key_line()} {KEY_LINE}")
    now = people.clock()
    with transactions.writing(engine) as db:
        visit = Visit(db, NOBODY, now, keys=both)
        assert identity_service.holders(visit, (CPR,)) == {CPR: citizen.id}, (
            "found before the change reached it"
        )
        assert reseal(db, both) == 1
        assert reseal(db, both) == 0
    only_new = parse_keys(f"{both.current}:{_encoded(both.by_id[both.current])}")
    with transactions.reading(engine) as db:
        visit = Visit(db, NOBODY, now, keys=only_new)
        assert identity_service.holders(visit, (CPR,)) == {CPR: citizen.id}
        for table, column in sealed_columns():
            values = db.execute(table.select().with_only_columns(column)).scalars()
            assert all(value.startswith(f"{both.current}:") for value in values)


def test_a_tampered_value_stops_a_change_of_keys(citizen: Person, people: People, engine: Engine) -> None:
    another = people.citizen()
    with people.acting(people.add(Role.COORDINATOR)) as visit:
        identity_service.note_cpr(visit, another.id, OTHER)
    with transactions.writing(engine) as db:
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
    with transactions.reading(engine) as db, pytest.raises(Unsealable):
        reseal(db, parse_keys(f"{new_key_line()} {KEY_LINE}"))


def _encoded(key: bytes) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(key).decode()
