"""Citizens who can't use MitID sign in with a letter, and then choose their own way to sign in."""

import threading

import pytest
from sqlalchemy import Engine, select

from foundation.db import transactions
from people.access.model import ANONYMOUS, Role
from people.credentials.letter_codes import ALPHABET, ATTEMPTS_MAX, new_code, parse_code
from people.directory.model import Person
from people.errors import InvalidCode, NotAllowed
from people.sign_in import account_service, letter_code_service
from people.tables import sign_in as sign_in_tables
from people.web.context import RequestContext
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, Browser, Page
from tests.support.change_log import sign_in_refusals
from tests.support.people_factory import PASSWORD, PeopleFactory


@pytest.fixture
def coordinator(people: PeopleFactory) -> Person:
    return people.add(Role.COORDINATOR, "Karen")


def letter_code(site: AppClient, coordinator: Person, citizen: Person) -> str:
    """The code in a new letter."""
    page = site.signed_in(coordinator).get(f"/citizens/{citizen.id}").click("Hjælp til at logge ind")
    return page.submit("Lav en kode til print").all(".letter-code")[0]


def test_the_letter_says_whom_to_call(site: AppClient, people: PeopleFactory) -> None:
    people.area("nord")
    coordinator = people.add(Role.COORDINATOR, "Karen", role_area="nord")
    page = site.signed_in(coordinator).get(f"/citizens/{people.citizen(area='nord').id}/sign-in")
    letter = page.submit("Lav en kode til print")
    assert "Ring til Karen Prøvesen. Nummeret er 00 00 00 01." in letter.text
    assert "Koordinator i Nord" in letter.text


def submit_code(browser: Browser, code: str) -> Page:
    return browser.get("/sign-in").click("Jeg har en kode i et brev").submit("Log ind", code=code)


def test_a_citizen_comes_in_with_the_letter_and_chooses_a_remembered_device(
    site: AppClient, people: PeopleFactory, coordinator: Person
) -> None:
    citizen = people.citizen("Maja")
    mine = site.anonymous()
    page = submit_code(mine, letter_code(site, coordinator, citizen).lower().replace("-", " "))
    assert page.heading == "Hvordan vil du logge ind næste gang?"
    home = page.submit("Husk denne enhed")
    assert "Denne enhed husker dig" in home.text
    home.submit("Log ud")
    page = mine.get("/goals")
    assert page.status == 401
    assert page.submit("Log ind som Maja").path == "/goals"


def test_a_citizen_chooses_a_password_after_the_letter(
    site: AppClient, people: PeopleFactory, coordinator: Person
) -> None:
    citizen = people.citizen("Maja")
    page = submit_code(site.anonymous(), letter_code(site, coordinator, citizen))
    weak = page.submit("Gem adgangskoden", name="maja", password="adgangskode123")
    assert weak.status == 422
    assert "for let at gætte" in weak.text
    assert weak.submit("Gem adgangskoden", name="maja", password=PASSWORD).heading == "Hej Maja"
    again = site.anonymous().get("/sign-in").submit("Log ind", name="maja", password=PASSWORD)
    assert again.heading == "Hej Maja"


def test_another_password_needs_the_one_before_and_ends_other_sign_ins(
    site: AppClient, people: PeopleFactory
) -> None:
    person = people.citizen(sign_in_name="borgine@example.dk")
    mine, other = site.signed_in(person), site.signed_in(person)
    page = mine.get("/my-way-in")
    wrong = page.submit("Gem adgangskoden", old_password="noget andet her", password="syv blå cykelhjelme")
    assert "Det er ikke den adgangskode, du har nu" in wrong.text
    assert sign_in_refusals(people.engine) == [(person.id, person.id, "old_password")]
    done = page.submit("Gem adgangskoden", old_password=PASSWORD, password="syv blå cykelhjelme")
    assert done.heading == "Hej Borgine"
    assert other.get("/goals").status == 401
    before = site.anonymous().get("/sign-in").submit("Log ind", name="borgine@example.dk", password=PASSWORD)
    assert before.status == 422


def test_a_code_works_once_and_the_newest_one_only(
    site: AppClient, people: PeopleFactory, coordinator: Person
) -> None:
    citizen = people.citizen()
    first, second = letter_code(site, coordinator, citizen), letter_code(site, coordinator, citizen)
    assert submit_code(site.anonymous(), first).status == 422
    assert submit_code(site.anonymous(), second).path == "/my-way-in"
    assert submit_code(site.anonymous(), second).status == 422


def test_a_wrong_code_leaves_a_line_about_whom_it_was_tried_as(
    site: AppClient, people: PeopleFactory, coordinator: Person
) -> None:
    citizen = people.citizen()
    code = letter_code(site, coordinator, citizen)
    submit_code(site.anonymous(), code[:-1] + next(sign for sign in ALPHABET if sign != code[-1]))
    submit_code(site.anonymous(), new_code().formatted)
    assert sign_in_refusals(people.engine) == [(citizen.id, None, "letter"), ("unknown", None, "letter")]


def test_a_code_runs_out_after_two_weeks(
    site: AppClient, people: PeopleFactory, coordinator: Person, clock: FrozenClock
) -> None:
    citizen = people.citizen()
    code = letter_code(site, coordinator, citizen)
    clock.advance(days=14, minutes=1)
    page = submit_code(site.anonymous(), code)
    assert page.status == 422
    assert "eller den er for gammel" in page.text


def test_after_five_tries_at_a_code_the_right_one_opens_nothing(
    site: AppClient, people: PeopleFactory, coordinator: Person, clock: FrozenClock
) -> None:
    code = letter_code(site, coordinator, people.citizen())
    wrong = code[:-1] + next(sign for sign in ALPHABET if sign != code[-1])
    for _ in range(ATTEMPTS_MAX):
        assert submit_code(site.anonymous(), wrong).status == 422
        clock.advance(days=1, hours=1)
    assert submit_code(site.anonymous(), code).status == 422


def test_whoever_guesses_at_codes_waits(site: AppClient) -> None:
    for _ in range(5):
        assert submit_code(site.anonymous(), new_code().formatted).status == 422
    page = submit_code(site.anonymous(), new_code().formatted)
    assert page.status == 429
    assert "Prøv igen om 1 minut" in page.text


def test_the_same_code_twice_at_once_lets_one_in(
    engine: Engine, people: PeopleFactory, coordinator: Person
) -> None:
    citizen = people.citizen()
    with people.acting_as(coordinator) as context:
        code = letter_code_service.make_code(context, citizen.id)
    with transactions.write_transaction(engine) as db:
        stored = letter_code_service.consume_attempt(RequestContext(db, ANONYMOUS, people.clock()), code)
    assert stored is not None
    outcomes: list[str] = []

    def use() -> None:
        try:
            with transactions.write_transaction(engine) as db:
                letter_code_service.redeem(RequestContext(db, ANONYMOUS, people.clock()), code, stored)
        except InvalidCode:
            outcomes.append("refused")
        else:
            outcomes.append("in")

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "refused"]


def test_only_the_hash_of_a_code_is_kept(engine: Engine, people: PeopleFactory, coordinator: Person) -> None:
    citizen = people.citizen()
    with people.acting_as(coordinator) as context:
        code = letter_code_service.make_code(context, citizen.id)
    with transactions.read_transaction(engine) as db:
        row = db.execute(select(sign_in_tables.letter_code)).one()
    assert code.secret not in str(row)
    assert row.proof_hash.startswith("$argon2id$")
    assert parse_code(code.formatted.lower()) == code


def test_a_letter_opens_no_role_that_sees_others(people: PeopleFactory, coordinator: Person) -> None:
    from people.directory import store as directory_store

    both = people.citizen()
    with transactions.write_transaction(people.engine) as db:
        directory_store.add_roles(db, [both], Role.GUIDE, people.clock(), None)
    with pytest.raises(NotAllowed), people.acting_as(coordinator) as context:
        letter_code_service.make_code(context, both.id)


def test_a_coordinator_of_another_area_makes_no_code(site: AppClient, people: PeopleFactory) -> None:
    here, there = people.area("her"), people.area("der")
    citizen = people.citizen(area=here)
    stranger = site.signed_in(people.add(Role.COORDINATOR, role_area=there))
    assert stranger.get(f"/citizens/{citizen.id}/sign-in").status == 404


def test_a_guides_browser_is_never_remembered(site: AppClient, people: PeopleFactory) -> None:
    mine = site.signed_in(people.add(Role.GUIDE))
    page = mine.get("/my-way-in")
    assert "Husk denne enhed" not in page.all("button")
    token = page.tree.css_first("[name=csrf_token]").attributes["value"] or ""
    assert mine.post("/my-way-in/remember", {"csrf_token": [token]}).status == 403


class TestRememberedDevices:
    """A browser that signs in by itself, until its owner ends it."""

    def remembered(self, site: AppClient, person: Person) -> Browser:
        visitor = site.signed_in(person)
        visitor.get("/my-way-in").submit("Husk denne enhed").submit("Log ud")
        return visitor

    def test_what_was_typed_comes_back_to_its_owner_alone(
        self, site: AppClient, people: PeopleFactory, clock: FrozenClock
    ) -> None:
        maja, other = people.citizen("Maja"), people.citizen("Anden")
        for owner, comes_back in ((maja, True), (other, False)):
            device = self.remembered(site, maja)
            device.client.cookies.set("livsmester", site.session_token(owner), domain="testserver.local")
            form = device.get("/goals/new")
            clock.advance(hours=3)
            page = form.submit("Gem målet", title="En hemmelighed", theme="community")
            assert page.status == 401
            again = page.submit("Log ind som Maja")
            assert ("En hemmelighed" in again.response.text) is comes_back

    def test_the_citizen_sees_it_and_ends_it(self, site: AppClient, people: PeopleFactory) -> None:
        person = people.citizen("Maja")
        device = self.remembered(site, person)
        page = site.signed_in(person).get("/my-sign-ins")
        assert "Her bliver jeg husket" in page.all("h2")
        page.submit("Glem den")
        assert "Log ind som Maja" not in device.get("/sign-in").all("button")

    def test_a_planted_token_signs_nobody_in(self, site: AppClient) -> None:
        visitor = site.anonymous()
        visitor.client.cookies.set("livsmester-known", "guessed", domain="testserver.local")
        assert visitor.post("/sign-in/device").path == "/sign-in?back=/"
        assert visitor.get("/goals").status == 401

    def test_a_known_browser_that_nobody_asked_to_remember_signs_nobody_in(
        self, site: AppClient, people: PeopleFactory
    ) -> None:
        people.citizen(sign_in_name="borgine@example.dk")
        visitor = site.anonymous()
        visitor.get("/sign-in").submit("Log ind", name="borgine@example.dk", password=PASSWORD).submit(
            "Log ud"
        )
        visitor.post("/sign-in/device")
        assert visitor.get("/goals").status == 401

    def test_nobody_ends_somebody_elses(self, site: AppClient, people: PeopleFactory, engine: Engine) -> None:
        person = people.citizen("Maja")
        device = self.remembered(site, person)
        with transactions.read_transaction(engine) as db:
            token_hash = db.execute(select(sign_in_tables.device.c.token_hash)).scalar_one()
        thief = site.signed_in(people.citizen("Anden"))
        csrf = thief.get("/my-sign-ins").tree.css_first("[name=csrf_token]").attributes["value"] or ""
        thief.post("/my-sign-ins/forget", {"csrf_token": [csrf], "device": [token_hash]})
        assert "Log ind som Maja" in device.get("/sign-in").all("button")

    def test_it_ends_with_a_closed_account_and_after_half_a_year(
        self, site: AppClient, people: PeopleFactory, clock: FrozenClock
    ) -> None:
        person = people.citizen("Maja", sign_in_name="maja")
        device = self.remembered(site, person)
        clock.advance(days=181)
        assert "Log ind som Maja" not in device.get("/sign-in").all("button")
        other = self.remembered(site, person)
        with people.acting_as(person) as context:
            account_service.set_enabled(context, person.id, enabled=False)
        other.post("/sign-in/device")
        assert other.get("/goals").status == 401
