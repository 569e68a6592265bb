"""Regression tests of access: other people's ids, hidden fields, other areas, and data that pages leaked."""

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
from guides.runs import store as runs_store
from livsmester.settings import read_settings
from people.access.model import ANONYMOUS, Role
from people.access_history import store as access_history_store
from people.authentication.rules import SignInMethod
from people.directory import store as directory_store
from people.errors import NotFound
from people.sign_in import account_service
from people.sign_in import service as sign_in_service
from people.web.context import RequestContext
from people.web.csrf import csrf_token_for
from tests.support.app_client import AppClient, make_app
from tests.support.guide_scenario import GuideScenario
from tests.support.people_factory import PASSWORD, PeopleFactory


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """SQLite alone: access is decided in Python."""
    return sqlite_engine


@pytest.fixture
def scenario(people: PeopleFactory) -> GuideScenario:
    return GuideScenario(people)


class TestBeforeBothSaidYes:
    """What a guide and a citizen may know of each other before both have accepted."""

    def test_a_guide_learns_no_experience_of_a_citizen_who_has_not_said_yes(
        self, site: AppClient, scenario: GuideScenario
    ) -> None:
        guide = scenario.guide(experiences=("angst",), interests=("skak",))
        citizen = scenario.citizen("Aisha", experiences=("angst",), interests=("skak",))
        offer = scenario.advance_to(guide, citizen, State.GUIDE_WILLING)
        browser = site.signed_in(guide)
        for path in ("/offers", f"/offers/{offer.id}", f"/offers/{offer.id}/no"):
            assert "angst" not in browser.get(path).response.text, path
        assert "skak" in browser.get(f"/offers/{offer.id}").text
        with scenario.people.acting_as(citizen) as context:
            for_citizens_service.accept(context, offer.id)
        assert "angst" in browser.get(f"/offers/{offer.id}").text

    def test_the_access_log_does_not_reveal_a_guide_who_declined(
        self, site: AppClient, scenario: GuideScenario
    ) -> None:
        guide, citizen = scenario.guide("Torben"), scenario.citizen()
        offer = scenario.make_offer(guide, citizen)
        site.signed_in(guide).get(f"/offers/{offer.id}").click("Nej").submit("Sig nej")
        seen = site.signed_in(citizen).get("/who-has-seen")
        assert "medborger-guide" in seen.text
        assert "Torben" not in seen.response.text
        assert guide.id not in seen.response.text

    def test_the_citizen_never_learns_the_guides_surname(
        self, site: AppClient, scenario: GuideScenario
    ) -> None:
        guide, citizen = scenario.guide("Torben"), scenario.citizen()
        pairing = scenario.advance_to(guide, citizen, State.RUNNING)
        site.signed_in(guide).get(f"/my-pairings/{pairing.id}")
        browser = site.signed_in(citizen)
        assert "Torben (medborger-guide)" in browser.get("/who-has-seen").text
        for path in ("/who-has-seen", "/guide", f"/guide/{pairing.id}/no", f"/guide/{pairing.id}/end"):
            assert "Torben Prøvesen" not in browser.get(path).text, path


class TestOtherAreas:
    """A coordinator of one area has no access to people of another."""

    def test_no_decision_about_a_citizen_of_another_area_is_taken_back(self, scenario: GuideScenario) -> None:
        people = scenario.people
        here, there = people.area("her"), people.area("der")
        guide, citizen = scenario.guide(), scenario.citizen(area=here)
        run_id, request_id = scenario.run_matching(), scenario.request_of(citizen).request.id
        with people.acting_as(scenario.coordinator) as context:
            proposals.forbid(context, run_id, request_id, guide.id)
        stranger = people.add(Role.COORDINATOR, "Fremmede", role_area=there)
        with pytest.raises(NotFound), people.acting_as(stranger) as context:
            proposals.clear_override(context, run_id, request_id, guide.id)
        with people.acting_as(scenario.coordinator) as context:
            assert len(runs_store.overrides(context.db, run_id)) == 1


def test_a_coordinator_who_asks_for_a_guide_too_still_coordinates(scenario: GuideScenario) -> None:
    people = scenario.people
    guide, citizen = scenario.guide(), scenario.citizen()
    scenario.make_offer(guide, citizen)
    both = people.add(Role.COORDINATOR, "Karen")
    with transactions.write_transaction(people.engine) as db:
        directory_store.add_roles(db, [both], Role.CITIZEN, people.clock(), None)
    with people.acting_as(both) as context:
        requests_service.withdraw_request(context, scenario.request_of(citizen).request.id)
    assert scenario.pairing_of(citizen).state is State.WITHDRAWN


def test_a_failed_statement_logs_no_personal_data(engine: Engine, people: PeopleFactory) -> None:
    again = msgspec.structs.replace(people.citizen(), email="hemmelig@example.dk")
    with transactions.write_transaction(engine) as db, pytest.raises(IntegrityError) as caught:
        directory_store.add_person(db, again, people.clock())
    assert "hemmelig" not in str(caught.value)


def test_passwords_are_checked_while_others_can_write(engine: Engine, people: PeopleFactory) -> None:
    person = people.citizen(sign_in_name="borgine@example.dk")
    with transactions.read_transaction(engine) as db, transactions.write_transaction(engine):
        context = RequestContext(db, ANONYMOUS, people.clock())
        assert sign_in_service.authenticate(context, "borgine@example.dk", PASSWORD) == person.id


def test_signing_out_takes_the_cookie_that_is_bound_to_the_host(
    engine: Engine, people: PeopleFactory
) -> None:
    person = people.citizen()
    settings = read_settings({"LIVSMESTER_PUBLIC_URL": "https://livsmester.example"})
    with transactions.write_transaction(engine) as db:
        token = sign_in_service.open_session(
            RequestContext(db, ANONYMOUS, people.clock()), person.id, "Test", method=SignInMethod.PASSWORD
        )
    with TestClient(
        make_app(settings, engine, people.clock), base_url="https://livsmester.example"
    ) as client:
        client.cookies.set("__Host-livsmester", token)
        response = client.post(
            "/sign-out", data={"csrf_token": csrf_token_for(token)}, follow_redirects=False
        )
    cookie = next(
        header for header in response.headers.get_list("set-cookie") if header.startswith("__Host-")
    )
    assert all(part in cookie for part in ("Max-Age=0", "Secure", "Path=/"))


def test_the_board_logs_whom_it_shows_and_nobody_else(site: AppClient, scenario: GuideScenario) -> None:
    waiting = [scenario.citizen(f"Borger {number}", days=99 - number) for number in range(12)]
    page = site.signed_in(scenario.coordinator).get("/board")
    with transactions.read_transaction(scenario.engine) as db:
        read = [
            access_history_store.access_entries(db, citizen.id, limit=1, offset=0)[1] > 0
            for citizen in waiting
        ]
    assert read == [citizen.full_name in page.text for citizen in waiting]
    assert sum(read) == 10


class TestAccounts:
    """Closed accounts stay closed, and a new password ends the sessions of the old one."""

    def test_closing_somebody_who_was_invited_takes_the_invitation_back(
        self, site: AppClient, people: PeopleFactory
    ) -> None:
        administrator = site.signed_in(people.add(Role.ADMINISTRATOR))
        guide = people.add(Role.GUIDE)
        with transactions.write_transaction(people.engine) as db:
            token = account_service.invite(RequestContext(db, ANONYMOUS, people.clock()), guide.id)
        page = administrator.get(f"/users/{guide.id}").submit("Træk invitationen tilbage")
        assert "Linket virker ikke mere" in page.all("body")[0]
        assert site.anonymous().get(f"/invitations/{token}").status == 404

    def test_a_new_invitation_takes_the_place_of_the_one_before(
        self, site: AppClient, people: PeopleFactory
    ) -> None:
        guide = people.add(Role.GUIDE)
        with transactions.write_transaction(people.engine) as db:
            first, second = (
                account_service.invite(RequestContext(db, ANONYMOUS, people.clock()), guide.id)
                for _ in range(2)
            )
        assert site.anonymous().get(f"/invitations/{first}").status == 404
        assert site.anonymous().get(f"/invitations/{second}").status == 200

    def test_a_new_password_ends_the_sign_ins_of_the_old_one(
        self, site: AppClient, people: PeopleFactory
    ) -> None:
        guide = people.add(Role.GUIDE, sign_in_name="guide@example.dk")
        thief = site.signed_in(guide)
        assert thief.get("/my-sign-ins").status == 200
        with transactions.write_transaction(people.engine) as db:
            token = account_service.invite(RequestContext(db, ANONYMOUS, people.clock()), guide.id)
        browser = site.anonymous()
        browser.get(f"/invitations/{token}").submit(
            "Gem og log ind", name="guide", password="fire gule stole"
        )
        assert browser.get("/my-sign-ins").status == 200
        assert thief.get("/my-sign-ins").status == 401

    def test_using_an_invitation_ends_the_sign_in_that_the_browser_had(
        self, site: AppClient, people: PeopleFactory
    ) -> None:
        administrator = site.signed_in(people.add(Role.ADMINISTRATOR))
        token = administrator.client.cookies["livsmester"]
        guide = people.add(Role.GUIDE)
        with transactions.write_transaction(people.engine) as db:
            invitation = account_service.invite(RequestContext(db, ANONYMOUS, people.clock()), guide.id)
        administrator.get(f"/invitations/{invitation}").submit(
            "Gem og log ind", name="guide", password="fire gule stole"
        )
        old = site.anonymous()
        old.client.cookies.set("livsmester", token, domain="testserver.local")
        assert old.get("/users").status == 401
