"""People who try to see or change what isn't theirs: by other ids, hidden fields, other areas, and what pages let slip."""

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from foundation.db import transactions
from guides.for_citizens import service as for_citizens_service
from guides.lifecycle import State
from guides.requests import service as requests_service
from guides.runs import proposals
from livsmester.settings import read_settings
from people.access.model import NOBODY, Role
from people.access_history import store as access_history_store
from people.authentication.rules import Way
from people.directory import store as directory_store
from people.errors import NotFound
from people.sign_in import account_service
from people.sign_in import service as sign_in_service
from people.web.context import Visit
from people.web.csrf import token_for
from tests.guides.neighbours import Neighbours
from tests.people_factory import PASSWORD, People
from tests.site import Site, app_on


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """What is asked here is decided before the database is."""
    return sqlite_engine


@pytest.fixture
def neighbours(people: People) -> Neighbours:
    return Neighbours(people)


class TestBeforeBothSaidYes:
    """What two people may know of each other while one of them can still say no."""

    def test_a_guide_learns_no_experience_of_a_citizen_who_has_not_said_yes(
        self, site: Site, neighbours: Neighbours
    ) -> None:
        guide = neighbours.guide(experiences=("angst",), interests=("skak",))
        citizen = neighbours.citizen("Aisha", experiences=("angst",), interests=("skak",))
        offer = neighbours.walk(guide, citizen, State.GUIDE_WILLING)
        mine = site.visitor(guide)
        for path in ("/offers", f"/offers/{offer.id}", f"/offers/{offer.id}/no"):
            assert "angst" not in mine.get(path).answer.text, path
        assert "skak" in mine.get(f"/offers/{offer.id}").text
        with neighbours.people.acting(citizen) as visit:
            for_citizens_service.accept(visit, offer.id)
        assert "angst" in mine.get(f"/offers/{offer.id}").text

    def test_a_guides_look_does_not_tell_the_citizen_who_was_asked_and_said_no(
        self, site: Site, neighbours: Neighbours
    ) -> None:
        guide, citizen = neighbours.guide("Torben"), neighbours.citizen()
        offer = neighbours.offered(guide, citizen)
        site.visitor(guide).get(f"/offers/{offer.id}").follow("Nej").press("Sig nej")
        seen = site.visitor(citizen).get("/who-has-seen")
        assert "medborger-guide" in seen.text
        assert "Torben" not in seen.answer.text
        assert guide.id not in seen.answer.text

    def test_the_citizen_never_learns_the_guides_surname(self, site: Site, neighbours: Neighbours) -> None:
        guide, citizen = neighbours.guide("Torben"), neighbours.citizen()
        pairing = neighbours.walk(guide, citizen, State.RUNNING)
        site.visitor(guide).get(f"/my-pairings/{pairing.id}")
        mine = site.visitor(citizen)
        assert "Torben (medborger-guide)" in mine.get("/who-has-seen").text
        for path in ("/who-has-seen", "/guide", f"/guide/{pairing.id}/no", f"/guide/{pairing.id}/end"):
            assert "Torben Prøvesen" not in mine.get(path).text, path


class TestOtherAreas:
    """A coordinator of one area reaches nobody of another one."""

    def test_no_decision_about_a_citizen_of_another_area_is_taken_back(self, neighbours: Neighbours) -> None:
        people = neighbours.people
        here, there = people.area("her"), people.area("der")
        guide, citizen = neighbours.guide(), neighbours.citizen(area=here)
        run_id, request_id = neighbours.run(), neighbours.request_of(citizen).request.id
        with people.acting(neighbours.coordinator) as visit:
            proposals.forbid(visit, run_id, request_id, guide.id)
        stranger = people.add(Role.COORDINATOR, "Fremmede", role_area=there)
        with pytest.raises(NotFound), people.acting(stranger) as visit:
            proposals.unrule(visit, run_id, request_id, guide.id)
        with people.acting(neighbours.coordinator) as visit:
            assert len(proposals.rulings(visit, run_id)) == 1


def test_a_coordinator_who_asks_for_a_guide_too_still_coordinates(neighbours: Neighbours) -> None:
    people = neighbours.people
    guide, citizen = neighbours.guide(), neighbours.citizen()
    neighbours.offered(guide, citizen)
    both = people.add(Role.COORDINATOR, "Karen")
    with transactions.writing(people.engine) as db:
        directory_store.add_roles(db, [both], Role.CITIZEN, people.clock(), None)
    with people.acting(both) as visit:
        requests_service.withdraw_request(visit, neighbours.request_of(citizen).request.id)
    assert neighbours.pairing_of(citizen).state is State.WITHDRAWN


def test_what_is_logged_of_a_failed_statement_holds_nobodys_data(engine: Engine, people: People) -> None:
    again = msgspec.structs.replace(people.citizen(), email="hemmelig@example.dk")
    with transactions.writing(engine) as db, pytest.raises(IntegrityError) as caught:
        directory_store.add_person(db, again, people.clock())
    assert "hemmelig" not in str(caught.value)


def test_passwords_are_checked_while_others_can_write(engine: Engine, people: People) -> None:
    person = people.citizen(sign_in_name="borgine@example.dk")
    with transactions.reading(engine) as db, transactions.writing(engine):
        visit = Visit(db, NOBODY, people.clock())
        assert sign_in_service.who_signs_in(visit, "borgine@example.dk", PASSWORD) == person.id


def test_signing_out_takes_the_cookie_that_is_bound_to_the_host(engine: Engine, people: People) -> None:
    person = people.citizen()
    settings = read_settings({"LIVSMESTER_PUBLIC_URL": "https://livsmester.example"})
    with transactions.writing(engine) as db:
        token = sign_in_service.open_session(
            Visit(db, NOBODY, people.clock()), person.id, "Test", way=Way.PASSWORD
        )
    with TestClient(app_on(settings, engine, people.clock), base_url="https://livsmester.example") as client:
        client.cookies.set("__Host-livsmester", token)
        answer = client.post("/sign-out", data={"csrf_token": token_for(token)}, follow_redirects=False)
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-"))
    assert all(part in cookie for part in ("Max-Age=0", "Secure", "Path=/"))


def test_the_board_logs_whom_it_shows_and_nobody_else(site: Site, neighbours: Neighbours) -> None:
    waiting = [neighbours.citizen(f"Borger {number}", days=99 - number) for number in range(12)]
    page = site.visitor(neighbours.coordinator).get("/board")
    with transactions.reading(neighbours.engine) as db:
        read = [access_history_store.access_lines(db, one.id, limit=1, offset=0)[1] > 0 for one in waiting]
    assert read == [one.full_name in page.text for one in waiting]
    assert sum(read) == 10


class TestAccounts:
    """Who was shut out stays out, and a new password ends what the old one opened."""

    def test_closing_somebody_who_was_invited_takes_the_invitation_back(
        self, site: Site, people: People
    ) -> None:
        administrator = site.visitor(people.add(Role.ADMINISTRATOR))
        guide = people.add(Role.GUIDE)
        with transactions.writing(people.engine) as db:
            token = account_service.invite(Visit(db, NOBODY, people.clock()), guide.id)
        page = administrator.get(f"/users/{guide.id}").press("Træk invitationen tilbage")
        assert "Linket virker ikke mere" in page.all("body")[0]
        assert site.stranger().get(f"/invitations/{token}").status == 404

    def test_a_new_invitation_takes_the_place_of_the_one_before(self, site: Site, people: People) -> None:
        guide = people.add(Role.GUIDE)
        with transactions.writing(people.engine) as db:
            first, second = (
                account_service.invite(Visit(db, NOBODY, people.clock()), guide.id) for _ in range(2)
            )
        assert site.stranger().get(f"/invitations/{first}").status == 404
        assert site.stranger().get(f"/invitations/{second}").status == 200

    def test_a_new_password_ends_the_sign_ins_of_the_old_one(self, site: Site, people: People) -> None:
        guide = people.add(Role.GUIDE, sign_in_name="guide@example.dk")
        thief = site.visitor(guide)
        assert thief.get("/my-sign-ins").status == 200
        with transactions.writing(people.engine) as db:
            token = account_service.invite(Visit(db, NOBODY, people.clock()), guide.id)
        mine = site.stranger()
        mine.get(f"/invitations/{token}").press("Gem og log ind", name="guide", password="fire gule stole")
        assert mine.get("/my-sign-ins").status == 200
        assert thief.get("/my-sign-ins").status == 401

    def test_using_an_invitation_ends_the_sign_in_that_the_browser_had(
        self, site: Site, people: People
    ) -> None:
        administrator = site.visitor(people.add(Role.ADMINISTRATOR))
        token = administrator.client.cookies["livsmester"]
        guide = people.add(Role.GUIDE)
        with transactions.writing(people.engine) as db:
            invitation = account_service.invite(Visit(db, NOBODY, people.clock()), guide.id)
        administrator.get(f"/invitations/{invitation}").press(
            "Gem og log ind", name="guide", password="fire gule stole"
        )
        old = site.stranger()
        old.client.cookies.set("livsmester", token, domain="testserver.local")
        assert old.get("/users").status == 401
