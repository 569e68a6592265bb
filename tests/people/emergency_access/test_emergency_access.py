"""Emergency access: a reason, 60 minutes, a notice to the citizen, a leader's review."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from foundation.db import transactions
from people.access.model import DataKind, Purpose, RelationKind, Role
from people.directory.model import Person
from people.emergency_access import service as emergency_access_service
from people.errors import AlreadyReviewed, EmergencyAccessRefused, NotAllowed, NotFound
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient
from tests.support.people_factory import PeopleFactory

REASON = "Borgeren er fundet hjælpeløs, og vi skal kende støtten."
KINDS = frozenset({DataKind.IDENTITY, DataKind.GOALS})


@pytest.fixture
def unrelated_worker(people: PeopleFactory) -> Person:
    """A support worker without any relation to a citizen."""
    return people.add(Role.SUPPORT_WORKER, "Fremmed")


@pytest.fixture
def citizen(people: PeopleFactory) -> Person:
    return people.citizen("Borgine", surname="Unik")


def open_emergency_access(people: PeopleFactory, holder: Person, citizen: Person) -> str:
    with people.acting_as(holder) as context:
        return emergency_access_service.break_glass(context, citizen.full_name, KINDS, REASON)


def sees_goals(people: PeopleFactory, holder: Person, citizen: Person) -> bool:
    with people.acting_as(holder) as context:
        try:
            context.authorize_read(citizen.id, DataKind.GOALS, Purpose.SUPPORT)
        except NotFound:
            return False
        assert context.access_entries[0].purposes == (Purpose.EMERGENCY,)
        return True


def test_it_opens_for_sixty_minutes_and_not_a_minute_longer(
    people: PeopleFactory, unrelated_worker: Person, citizen: Person, clock: FrozenClock
) -> None:
    assert not sees_goals(people, unrelated_worker, citizen)
    open_emergency_access(people, unrelated_worker, citizen)
    assert sees_goals(people, unrelated_worker, citizen)
    clock.advance(minutes=59, seconds=59)
    assert sees_goals(people, unrelated_worker, citizen)
    clock.advance(seconds=1)
    assert not sees_goals(people, unrelated_worker, citizen)


def test_it_opens_the_kinds_that_were_named_for_reading_and_for_nobody_else(
    people: PeopleFactory, unrelated_worker: Person, citizen: Person
) -> None:
    open_emergency_access(people, unrelated_worker, citizen)
    with people.acting_as(unrelated_worker) as context:
        with pytest.raises(NotAllowed):
            context.authorize_read(citizen.id, DataKind.MONEY, Purpose.SUPPORT)
        with pytest.raises(NotAllowed):
            context.authorize_change(citizen.id, DataKind.GOALS)
    assert not sees_goals(people, people.add(Role.SUPPORT_WORKER, "Kollega"), citizen)


@pytest.mark.parametrize(
    "role", [Role.CITIZEN, Role.GUIDE, Role.ADMINISTRATOR, Role.LEADER, Role.BUDGET_OFFICER]
)
def test_others_can_not(people: PeopleFactory, citizen: Person, role: Role) -> None:
    with people.acting_as(people.add(role)) as context, pytest.raises(NotAllowed):
        emergency_access_service.break_glass(context, citizen.full_name, KINDS, REASON)


def test_a_part_of_a_name_finds_nobody_and_two_of_a_name_are_not_told_apart(
    people: PeopleFactory, unrelated_worker: Person, citizen: Person
) -> None:
    twins = [people.citizen("Ens", surname="Navn", file_id=number) for number in ("B-1", "B-2")]
    with people.acting_as(unrelated_worker) as context:
        for called in ("Borgine", "Unik", "%", "Ens Navn"):
            with pytest.raises(EmergencyAccessRefused):
                emergency_access_service.break_glass(context, called, KINDS, REASON)
        assert emergency_access_service.break_glass(context, "B-2", KINDS, REASON)
        assert emergency_access_service.list_open(context)[0].emergency.citizen_id == twins[1].id


def test_whoever_may_see_it_anyway_need_not_open_it(
    people: PeopleFactory, unrelated_worker: Person, citizen: Person
) -> None:
    people.start_relation(RelationKind.SUPPORT_WORKER, unrelated_worker, citizen)
    with people.acting_as(unrelated_worker) as context, pytest.raises(EmergencyAccessRefused):
        emergency_access_service.break_glass(context, citizen.full_name, KINDS, REASON)


def test_a_leader_says_no_and_it_is_shut_at_once(
    people: PeopleFactory, unrelated_worker: Person, citizen: Person
) -> None:
    emergency = open_emergency_access(people, unrelated_worker, citizen)
    leader = people.add(Role.LEADER)
    with people.acting_as(leader) as context:
        emergency_access_service.review(
            context, emergency, in_order=False, comment="Vi taler om det i morgen."
        )
    assert not sees_goals(people, unrelated_worker, citizen)
    with people.acting_as(leader) as context:
        with pytest.raises(AlreadyReviewed):
            emergency_access_service.review(context, emergency, in_order=True, comment="")
        assert emergency_access_service.to_review(context)[0] == ()


def test_an_unreviewed_one_stays_on_the_board_and_is_late_after_two_working_days(
    people: PeopleFactory, unrelated_worker: Person, citizen: Person, clock: FrozenClock
) -> None:
    open_emergency_access(people, unrelated_worker, citizen)  # on a Monday
    leader = people.add(Role.LEADER)
    lateness = []
    for _ in range(4):
        with people.acting_as(leader) as context:
            lateness += [notice.late for notice in emergency_access_service.to_review(context)[0]]
        clock.advance(days=1)
    assert lateness == [False, False, False, True]


def test_nobody_reviews_what_they_opened_and_the_database_says_so_too(
    people: PeopleFactory, engine: Engine, citizen: Person
) -> None:
    both = people.add(Role.SUPPORT_WORKER)
    with people.acting_as(both) as context:
        people_roles = context.actor.roles
    emergency = open_emergency_access(people, both, citizen)
    with transactions.write_transaction(engine) as db:
        db.execute(
            text("INSERT INTO people_role (person_id, role, made_at) VALUES (:id, 'leader', :at)"),
            {"id": both.id, "at": people.clock()},
        )
    with people.acting_as(both) as context:
        assert len(context.actor.roles) == len(people_roles) + 1
        with pytest.raises(NotAllowed):
            emergency_access_service.review(context, emergency, in_order=True, comment="")
    with pytest.raises(DatabaseError), transactions.write_transaction(engine) as db:
        db.execute(
            text(
                "UPDATE people_emergency SET reviewed_by = holder_id, reviewed_at = opened_at, in_order = TRUE"
            )
        )
    with pytest.raises(DatabaseError, match="never deleted"), transactions.write_transaction(engine) as db:
        db.execute(text("DELETE FROM people_emergency"))


class TestOnScreen:
    """The pages of everyone involved."""

    @pytest.fixture
    def engine(self, sqlite_engine: Engine) -> Engine:
        return sqlite_engine

    def test_from_the_reason_to_the_leaders_answer(
        self, site: AppClient, people: PeopleFactory, unrelated_worker: Person, citizen: Person
    ) -> None:
        staff, borger, leader = (
            site.signed_in(user) for user in (unrelated_worker, citizen, people.add(Role.LEADER, "Leder"))
        )
        assert staff.get(f"/citizens/{citizen.id}/goals").status == 404
        form = staff.get("/emergency")
        faulty = form.submit("Åbn i 60 minutter", called="Borgine Unik", kinds=["goals"], reason="haster")
        assert faulty.status == 422
        assert "Skriv en hel sætning" in faulty.text
        opened = faulty.submit("Åbn i 60 minutter", reason=REASON)
        assert opened.heading == "Borgine Unik"
        assert opened.click("Mål").status == 200
        assert staff.get(f"/citizens/{citizen.id}/money").status == 403

        assert "Nogen har set dine oplysninger" in borger.get("/").text
        notices = borger.get("/").click("Læs, hvem det var, og hvorfor")
        assert REASON in notices.text
        assert "En leder ser på det senest" in notices.text
        assert "I en nødsituation" in borger.get("/who-has-seen").text
        assert "Nogen har set" not in notices.submit("Jeg har læst det").text

        board = leader.get("/emergencies")
        assert "Borgine" not in board.text
        page = board.click("Fremmed Prøvesen")
        assert page.submit("Gem svaret", in_order="no").status == 422
        page.submit("Gem svaret", in_order="no", review="Vi taler om det.")
        assert staff.get(f"/citizens/{citizen.id}/goals").status == 404
        assert "Det var ikke i orden." in borger.get("/who-has-seen/emergencies").text

    def test_a_miss_tells_nothing_and_is_recorded(
        self, site: AppClient, people: PeopleFactory, unrelated_worker: Person
    ) -> None:
        page = site.signed_in(unrelated_worker).get("/emergency")
        page.submit("Åbn i 60 minutter", called="Ingen Findes", reason=REASON)
        with transactions.read_transaction(people.engine) as db:
            tags = db.execute(text("SELECT count(*) FROM people_change WHERE tag = 'people:emergency:miss'"))
            assert tags.scalar_one() == 1
