"""Breaking the glass: a reason, 60 minutes, the citizen is told, a leader looks into it."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from foundation.db import transactions
from people.access.model import DataKind, Purpose, RelationKind, Role
from people.directory.model import Person
from people.emergency_access import service as emergency_access_service
from people.errors import NotAllowed, NotFound, NotOpened, ReviewedAlready
from tests.conftest import StandingClock
from tests.people_factory import People
from tests.site import Site

REASON = "Borgeren er fundet hjælpeløs, og vi skal kende støtten."
KINDS = frozenset({DataKind.IDENTITY, DataKind.GOALS})


@pytest.fixture
def stranger(people: People) -> Person:
    """A support worker who has no tie to anybody."""
    return people.add(Role.SUPPORT_WORKER, "Fremmed")


@pytest.fixture
def citizen(people: People) -> Person:
    return people.citizen("Borgine", surname="Unik")


def broken(people: People, holder: Person, citizen: Person) -> str:
    with people.acting(holder) as visit:
        return emergency_access_service.break_glass(visit, citizen.full_name, KINDS, REASON)


def sees_goals(people: People, holder: Person, citizen: Person) -> bool:
    with people.acting(holder) as visit:
        try:
            visit.look(citizen.id, DataKind.GOALS, Purpose.SUPPORT)
        except NotFound:
            return False
        assert visit.lines[0].purposes == (Purpose.EMERGENCY,)
        return True


def test_it_opens_for_sixty_minutes_and_not_a_minute_longer(
    people: People, stranger: Person, citizen: Person, clock: StandingClock
) -> None:
    assert not sees_goals(people, stranger, citizen)
    broken(people, stranger, citizen)
    assert sees_goals(people, stranger, citizen)
    clock.forward(minutes=59, seconds=59)
    assert sees_goals(people, stranger, citizen)
    clock.forward(seconds=1)
    assert not sees_goals(people, stranger, citizen)


def test_it_opens_the_kinds_that_were_named_for_reading_and_for_nobody_else(
    people: People, stranger: Person, citizen: Person
) -> None:
    broken(people, stranger, citizen)
    with people.acting(stranger) as visit:
        with pytest.raises(NotAllowed):
            visit.look(citizen.id, DataKind.MONEY, Purpose.SUPPORT)
        with pytest.raises(NotAllowed):
            visit.touch(citizen.id, DataKind.GOALS)
    assert not sees_goals(people, people.add(Role.SUPPORT_WORKER, "Kollega"), citizen)


@pytest.mark.parametrize(
    "role", [Role.CITIZEN, Role.GUIDE, Role.ADMINISTRATOR, Role.LEADER, Role.BUDGET_OFFICER]
)
def test_others_can_not(people: People, citizen: Person, role: Role) -> None:
    with people.acting(people.add(role)) as visit, pytest.raises(NotAllowed):
        emergency_access_service.break_glass(visit, citizen.full_name, KINDS, REASON)


def test_a_part_of_a_name_finds_nobody_and_two_of_a_name_are_not_told_apart(
    people: People, stranger: Person, citizen: Person
) -> None:
    twins = [people.citizen("Ens", surname="Navn", file_id=number) for number in ("B-1", "B-2")]
    with people.acting(stranger) as visit:
        for called in ("Borgine", "Unik", "%", "Ens Navn"):
            with pytest.raises(NotOpened):
                emergency_access_service.break_glass(visit, called, KINDS, REASON)
        assert emergency_access_service.break_glass(visit, "B-2", KINDS, REASON)
        assert emergency_access_service.mine(visit)[0].emergency.citizen_id == twins[1].id


def test_whoever_may_see_it_anyway_need_not_open_it(
    people: People, stranger: Person, citizen: Person
) -> None:
    people.relate(RelationKind.SUPPORT_WORKER, stranger, citizen)
    with people.acting(stranger) as visit, pytest.raises(NotOpened):
        emergency_access_service.break_glass(visit, citizen.full_name, KINDS, REASON)


def test_a_leader_says_no_and_it_is_shut_at_once(people: People, stranger: Person, citizen: Person) -> None:
    emergency = broken(people, stranger, citizen)
    leader = people.add(Role.LEADER)
    with people.acting(leader) as visit:
        emergency_access_service.review(visit, emergency, in_order=False, words="Vi taler om det i morgen.")
    assert not sees_goals(people, stranger, citizen)
    with people.acting(leader) as visit:
        with pytest.raises(ReviewedAlready):
            emergency_access_service.review(visit, emergency, in_order=True, words="")
        assert emergency_access_service.to_review(visit)[0] == ()


def test_an_unreviewed_one_stays_on_the_board_and_is_late_after_two_working_days(
    people: People, stranger: Person, citizen: Person, clock: StandingClock
) -> None:
    broken(people, stranger, citizen)  # on a Monday
    leader = people.add(Role.LEADER)
    lateness = []
    for _ in range(4):
        with people.acting(leader) as visit:
            lateness += [one.late for one in emergency_access_service.to_review(visit)[0]]
        clock.forward(days=1)
    assert lateness == [False, False, False, True]


def test_nobody_reviews_what_they_opened_and_the_database_says_so_too(
    people: People, engine: Engine, citizen: Person
) -> None:
    both = people.add(Role.SUPPORT_WORKER)
    with people.acting(both) as visit:
        people_roles = visit.actor.roles
    emergency = broken(people, both, citizen)
    with transactions.writing(engine) as db:
        db.execute(
            text("INSERT INTO people_role (person_id, role, made_at) VALUES (:id, 'leader', :at)"),
            {"id": both.id, "at": people.clock()},
        )
    with people.acting(both) as visit:
        assert len(visit.actor.roles) == len(people_roles) + 1
        with pytest.raises(NotAllowed):
            emergency_access_service.review(visit, emergency, in_order=True, words="")
    with pytest.raises(DatabaseError), transactions.writing(engine) as db:
        db.execute(
            text(
                "UPDATE people_emergency SET reviewed_by = holder_id, reviewed_at = opened_at, in_order = TRUE"
            )
        )
    with pytest.raises(DatabaseError, match="never deleted"), transactions.writing(engine) as db:
        db.execute(text("DELETE FROM people_emergency"))


class TestOnScreen:
    """The same, as the people in it see it."""

    @pytest.fixture
    def engine(self, sqlite_engine: Engine) -> Engine:
        return sqlite_engine

    def test_from_the_reason_to_the_leaders_answer(
        self, site: Site, people: People, stranger: Person, citizen: Person
    ) -> None:
        staff, borger, leader = (
            site.visitor(one) for one in (stranger, citizen, people.add(Role.LEADER, "Leder"))
        )
        assert staff.get(f"/citizens/{citizen.id}/goals").status == 404
        form = staff.get("/emergency")
        faulty = form.press("Åbn i 60 minutter", called="Borgine Unik", kinds=["goals"], reason="haster")
        assert faulty.status == 422
        assert "Skriv en hel sætning" in faulty.text
        opened = faulty.press("Åbn i 60 minutter", reason=REASON)
        assert opened.heading == "Borgine Unik"
        assert opened.follow("Mål").status == 200
        assert staff.get(f"/citizens/{citizen.id}/money").status == 403

        assert "Nogen har set dine oplysninger" in borger.get("/").text
        told = borger.get("/").follow("Læs, hvem det var, og hvorfor")
        assert REASON in told.text
        assert "En leder ser på det senest" in told.text
        assert "I en nødsituation" in borger.get("/who-has-seen").text
        assert "Nogen har set" not in told.press("Jeg har læst det").text

        board = leader.get("/emergencies")
        assert "Borgine" not in board.text
        page = board.follow("Fremmed Prøvesen")
        assert page.press("Gem svaret", in_order="no").status == 422
        page.press("Gem svaret", in_order="no", review="Vi taler om det.")
        assert staff.get(f"/citizens/{citizen.id}/goals").status == 404
        assert "Det var ikke i orden." in borger.get("/who-has-seen/emergencies").text

    def test_a_miss_tells_nothing_and_is_recorded(self, site: Site, people: People, stranger: Person) -> None:
        page = site.visitor(stranger).get("/emergency")
        page.press("Åbn i 60 minutter", called="Ingen Findes", reason=REASON)
        with transactions.reading(people.engine) as db:
            tags = db.execute(text("SELECT count(*) FROM people_change WHERE tag = 'people:emergency:miss'"))
            assert tags.scalar_one() == 1
