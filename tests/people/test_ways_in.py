"""Citizens who can't use MitID come in with a letter, and then by a way of their own."""

import threading

import pytest
from sqlalchemy import Engine, select

from foundation.db import transactions
from people.access.model import NOBODY, Role
from people.directory.model import Person
from people.errors import NotAllowed, WrongCode
from people.sign_in import account_service
from people.sign_in.letter_codes import service as letter_codes_service
from people.sign_in.letter_codes.codes import SIGNS, TRIES_MAX, new_code, read_code
from people.tables import sign_in as sign_in_tables
from people.web.context import Visit
from tests.conftest import StandingClock
from tests.people.test_guessing import refusals
from tests.people_factory import PASSWORD, People
from tests.site import Page, Site, Visitor


@pytest.fixture
def coordinator(people: People) -> Person:
    return people.add(Role.COORDINATOR, "Karen")


def letter(site: Site, coordinator: Person, citizen: Person) -> str:
    """The code in a fresh letter."""
    page = site.visitor(coordinator).get(f"/citizens/{citizen.id}").follow("Hjælp til at logge ind")
    return page.press("Lav en kode til print").all(".letter-code")[0]


def test_the_letter_says_whom_to_call(site: Site, people: People) -> None:
    people.area("nord")
    coordinator = people.add(Role.COORDINATOR, "Karen", role_area="nord")
    page = site.visitor(coordinator).get(f"/citizens/{people.citizen(area='nord').id}/sign-in")
    letter = page.press("Lav en kode til print")
    assert "Ring til Karen Prøvesen. Nummeret er 00 00 00 01." in letter.text
    assert "Koordinator i Nord" in letter.text


def give(visitor: Visitor, code: str) -> Page:
    return visitor.get("/sign-in").follow("Jeg har en kode i et brev").press("Log ind", code=code)


def test_a_citizen_comes_in_with_the_letter_and_chooses_a_remembered_device(
    site: Site, people: People, coordinator: Person
) -> None:
    citizen = people.citizen("Maja")
    mine = site.stranger()
    page = give(mine, letter(site, coordinator, citizen).lower().replace("-", " "))
    assert page.heading == "Hvordan vil du logge ind næste gang?"
    home = page.press("Husk denne enhed")
    assert "Denne enhed husker dig" in home.text
    home.press("Log ud")
    page = mine.get("/goals")
    assert page.status == 401
    assert page.press("Log ind som Maja").path == "/goals"


def test_a_citizen_chooses_a_password_after_the_letter(
    site: Site, people: People, coordinator: Person
) -> None:
    citizen = people.citizen("Maja")
    page = give(site.stranger(), letter(site, coordinator, citizen))
    weak = page.press("Gem adgangskoden", name="maja", password="adgangskode123")
    assert weak.status == 422
    assert "for let at gætte" in weak.text
    assert weak.press("Gem adgangskoden", name="maja", password=PASSWORD).heading == "Hej Maja"
    again = site.stranger().get("/sign-in").press("Log ind", name="maja", password=PASSWORD)
    assert again.heading == "Hej Maja"


def test_another_password_needs_the_one_before_and_ends_other_sign_ins(site: Site, people: People) -> None:
    person = people.citizen(sign_in_name="borgine@example.dk")
    mine, other = site.visitor(person), site.visitor(person)
    page = mine.get("/my-way-in")
    wrong = page.press("Gem adgangskoden", old_password="noget andet her", password="syv blå cykelhjelme")
    assert "Det er ikke den adgangskode, du har nu" in wrong.text
    assert refusals(people.engine) == [(person.id, person.id, "old_password")]
    done = page.press("Gem adgangskoden", old_password=PASSWORD, password="syv blå cykelhjelme")
    assert done.heading == "Hej Borgine"
    assert other.get("/goals").status == 401
    before = site.stranger().get("/sign-in").press("Log ind", name="borgine@example.dk", password=PASSWORD)
    assert before.status == 422


def test_a_code_works_once_and_the_newest_one_only(site: Site, people: People, coordinator: Person) -> None:
    citizen = people.citizen()
    first, second = letter(site, coordinator, citizen), letter(site, coordinator, citizen)
    assert give(site.stranger(), first).status == 422
    assert give(site.stranger(), second).path == "/my-way-in"
    assert give(site.stranger(), second).status == 422


def test_a_wrong_code_leaves_a_line_about_whom_it_was_tried_as(
    site: Site, people: People, coordinator: Person
) -> None:
    citizen = people.citizen()
    code = letter(site, coordinator, citizen)
    give(site.stranger(), code[:-1] + next(sign for sign in SIGNS if sign != code[-1]))
    give(site.stranger(), new_code().printed)
    assert refusals(people.engine) == [(citizen.id, None, "letter"), ("unknown", None, "letter")]


def test_a_code_runs_out_after_two_weeks(
    site: Site, people: People, coordinator: Person, clock: StandingClock
) -> None:
    citizen = people.citizen()
    code = letter(site, coordinator, citizen)
    clock.forward(days=14, minutes=1)
    page = give(site.stranger(), code)
    assert page.status == 422
    assert "eller den er for gammel" in page.text


def test_after_five_tries_at_a_code_the_right_one_opens_nothing(
    site: Site, people: People, coordinator: Person, clock: StandingClock
) -> None:
    code = letter(site, coordinator, people.citizen())
    wrong = code[:-1] + next(sign for sign in SIGNS if sign != code[-1])
    for _ in range(TRIES_MAX):
        assert give(site.stranger(), wrong).status == 422
        clock.forward(days=1, hours=1)
    assert give(site.stranger(), code).status == 422


def test_whoever_guesses_at_codes_waits(site: Site) -> None:
    for _ in range(5):
        assert give(site.stranger(), new_code().printed).status == 422
    page = give(site.stranger(), new_code().printed)
    assert page.status == 429
    assert "Prøv igen om 1 minut" in page.text


def test_the_same_code_twice_at_once_lets_one_in(engine: Engine, people: People, coordinator: Person) -> None:
    citizen = people.citizen()
    with people.acting(coordinator) as visit:
        code = letter_codes_service.make_code(visit, citizen.id)
    with transactions.writing(engine) as db:
        kept = letter_codes_service.take_try(Visit(db, NOBODY, people.clock()), code)
    assert kept is not None
    outcomes: list[str] = []

    def use() -> None:
        try:
            with transactions.writing(engine) as db:
                letter_codes_service.use_code(Visit(db, NOBODY, people.clock()), code, kept)
        except WrongCode:
            outcomes.append("refused")
        else:
            outcomes.append("in")

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "refused"]


def test_only_the_hash_of_a_code_is_kept(engine: Engine, people: People, coordinator: Person) -> None:
    citizen = people.citizen()
    with people.acting(coordinator) as visit:
        code = letter_codes_service.make_code(visit, citizen.id)
    with transactions.reading(engine) as db:
        row = db.execute(select(sign_in_tables.letter_code)).one()
    assert code.proof not in str(row)
    assert row.proof_hash.startswith("$argon2id$")
    assert read_code(code.printed.lower()) == code


def test_a_letter_opens_no_role_that_sees_others(people: People, coordinator: Person) -> None:
    from people.directory import store as directory_store

    both = people.citizen()
    with transactions.writing(people.engine) as db:
        directory_store.add_roles(db, [both], Role.GUIDE, people.clock(), None)
    with pytest.raises(NotAllowed), people.acting(coordinator) as visit:
        letter_codes_service.make_code(visit, both.id)


def test_a_coordinator_of_another_area_makes_no_code(site: Site, people: People) -> None:
    here, there = people.area("her"), people.area("der")
    citizen = people.citizen(area=here)
    stranger = site.visitor(people.add(Role.COORDINATOR, role_area=there))
    assert stranger.get(f"/citizens/{citizen.id}/sign-in").status == 404


def test_a_guides_browser_is_never_remembered(site: Site, people: People) -> None:
    mine = site.visitor(people.add(Role.GUIDE))
    page = mine.get("/my-way-in")
    assert "Husk denne enhed" not in page.all("button")
    token = page.tree.css_first("[name=csrf_token]").attributes["value"] or ""
    assert mine.post("/my-way-in/remember", {"csrf_token": [token]}).status == 403


class TestRememberedDevices:
    """A browser that signs in by itself, until its owner ends it."""

    def remembered(self, site: Site, person: Person) -> Visitor:
        visitor = site.visitor(person)
        visitor.get("/my-way-in").press("Husk denne enhed").press("Log ud")
        return visitor

    def test_what_was_typed_comes_back_to_its_owner_alone(
        self, site: Site, people: People, clock: StandingClock
    ) -> None:
        maja, other = people.citizen("Maja"), people.citizen("Anden")
        for owner, comes_back in ((maja, True), (other, False)):
            device = self.remembered(site, maja)
            device.client.cookies.set("livsmester", site.session(owner), domain="testserver.local")
            form = device.get("/goals/new")
            clock.forward(hours=3)
            page = form.press("Gem målet", title="En hemmelighed", theme="community")
            assert page.status == 401
            again = page.press("Log ind som Maja")
            assert ("En hemmelighed" in again.answer.text) is comes_back

    def test_the_citizen_sees_it_and_ends_it(self, site: Site, people: People) -> None:
        person = people.citizen("Maja")
        device = self.remembered(site, person)
        page = site.visitor(person).get("/my-sign-ins")
        assert "Her bliver jeg husket" in page.all("h2")
        page.press("Glem den")
        assert "Log ind som Maja" not in device.get("/sign-in").all("button")

    def test_a_planted_token_signs_nobody_in(self, site: Site) -> None:
        visitor = site.stranger()
        visitor.client.cookies.set("livsmester-known", "guessed", domain="testserver.local")
        assert visitor.post("/sign-in/device").path == "/sign-in?back=/"
        assert visitor.get("/goals").status == 401

    def test_a_known_browser_that_nobody_asked_to_remember_signs_nobody_in(
        self, site: Site, people: People
    ) -> None:
        people.citizen(sign_in_name="borgine@example.dk")
        visitor = site.stranger()
        visitor.get("/sign-in").press("Log ind", name="borgine@example.dk", password=PASSWORD).press("Log ud")
        visitor.post("/sign-in/device")
        assert visitor.get("/goals").status == 401

    def test_nobody_ends_somebody_elses(self, site: Site, people: People, engine: Engine) -> None:
        person = people.citizen("Maja")
        device = self.remembered(site, person)
        with transactions.reading(engine) as db:
            token_hash = db.execute(select(sign_in_tables.device.c.token_hash)).scalar_one()
        thief = site.visitor(people.citizen("Anden"))
        csrf = thief.get("/my-sign-ins").tree.css_first("[name=csrf_token]").attributes["value"] or ""
        thief.post("/my-sign-ins/forget", {"csrf_token": [csrf], "device": [token_hash]})
        assert "Log ind som Maja" in device.get("/sign-in").all("button")

    def test_it_ends_with_a_closed_account_and_after_half_a_year(
        self, site: Site, people: People, clock: StandingClock
    ) -> None:
        person = people.citizen("Maja", sign_in_name="maja")
        device = self.remembered(site, person)
        clock.forward(days=181)
        assert "Log ind som Maja" not in device.get("/sign-in").all("button")
        other = self.remembered(site, person)
        with people.acting(person) as visit:
            account_service.set_enabled(visit, person.id, enabled=False)
        other.post("/sign-in/device")
        assert other.get("/goals").status == 401
