"""Signing in, staying signed in, signing out."""

import threading

from foundation.db import transactions
from people.access.model import ANONYMOUS, Role
from people.directory.model import Person
from people.errors import InvitationInvalid
from people.sign_in import account_service
from people.web.context import RequestContext
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, Browser
from tests.support.people_factory import PASSWORD, PeopleFactory


def sign_in(browser: Browser, name: str = "borgine@example.dk", password: str = PASSWORD):
    return browser.get("/sign-in").submit("Log ind", name=name, password=password)


def test_the_right_name_and_password_open_the_front_page(site: AppClient, people: PeopleFactory) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    page = sign_in(site.anonymous(), name="  Borgine@Example.dk ")
    assert page.heading == "Hej Borgine"


def test_a_wrong_password_and_an_unknown_name_look_the_same(site: AppClient, people: PeopleFactory) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    wrong = sign_in(site.anonymous(), password="noget helt andet")
    unknown = sign_in(site.anonymous(), name="ingen@example.dk")
    assert wrong.status == unknown.status == 422
    assert wrong.text.replace("borgine", "ingen") == unknown.text
    assert "noget helt andet" not in wrong.response.text


def test_every_sign_in_gets_a_new_token_and_ends_the_old_one(site: AppClient, people: PeopleFactory) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    visitor = site.anonymous()
    visitor.client.cookies.set("livsmester", "chosen-by-somebody-else", domain="testserver.local")
    sign_in(visitor)
    first = visitor.client.cookies["livsmester"]
    assert first != "chosen-by-somebody-else"
    visitor.post(
        "/sign-in",
        {"name": ["borgine@example.dk"], "password": [PASSWORD], "csrf_token": [_csrf_token(visitor)]},
    )
    assert visitor.client.cookies["livsmester"] != first
    old = site.anonymous()
    old.client.cookies.set("livsmester", first, domain="testserver.local")
    assert old.get("/my-sign-ins").status == 401


def _csrf_token(browser: Browser) -> str:
    return browser.get("/").tree.css_first("[name=csrf_token]").attributes["value"]


def test_a_closed_account_is_out_on_the_next_request(site: AppClient, people: PeopleFactory) -> None:
    administrator = people.add(Role.ADMINISTRATOR)
    guide = people.add(Role.GUIDE, sign_in_name="guide@example.dk")
    visitor = site.anonymous()
    sign_in(visitor, name="guide@example.dk")
    assert visitor.get("/my-sign-ins").status == 200
    site.signed_in(administrator).get(f"/users/{guide.id}").submit("Luk kontoen")
    assert visitor.get("/my-sign-ins").status == 401
    assert sign_in(visitor, name="guide@example.dk").status == 422


def test_a_sign_in_runs_out_when_it_is_not_used(
    site: AppClient, people: PeopleFactory, clock: FrozenClock
) -> None:
    coordinator = site.signed_in(people.add(Role.ADMINISTRATOR))
    for _ in range(3):
        clock.advance(minutes=29)
        assert coordinator.get("/users").status == 200
    clock.advance(minutes=31)
    assert coordinator.get("/users").status == 401


def test_a_sign_in_lasts_twelve_hours_at_most(
    site: AppClient, people: PeopleFactory, clock: FrozenClock
) -> None:
    administrator = site.signed_in(people.add(Role.ADMINISTRATOR))
    for _ in range(12 * 3):
        clock.advance(minutes=20)
        last = administrator.get("/users").status
    assert last == 401


def test_what_was_typed_survives_an_expired_sign_in(
    site: AppClient, people: PeopleFactory, clock: FrozenClock
) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    visitor = site.anonymous()
    sign_in(visitor)
    form = visitor.get("/goals/new")
    clock.advance(hours=13)
    page = form.submit("Gem målet", title="Lære at svømme", theme="community")
    assert page.status == 401
    assert "det, du skrev, er gemt" in page.text
    again = page.submit("Log ind", name="borgine@example.dk", password=PASSWORD)
    assert again.submit("Send det nu").path == "/goals"
    assert "Lære at svømme" in visitor.get("/goals").text


def test_what_was_typed_is_not_shown_to_the_next_person(
    site: AppClient, people: PeopleFactory, clock: FrozenClock
) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    people.citizen("Anden", sign_in_name="anden@example.dk")
    visitor = site.anonymous()
    sign_in(visitor)
    form = visitor.get("/goals/new")
    clock.advance(hours=13)
    page = form.submit("Gem målet", title="En hemmelighed", theme="community")
    other = page.submit("Log ind", name="anden@example.dk", password=PASSWORD)
    assert "En hemmelighed" not in other.response.text
    assert "Send det nu" not in other.all("button")


def test_a_form_from_an_old_tab_is_offered_again_with_what_was_typed(
    site: AppClient, people: PeopleFactory
) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    visitor = site.anonymous()
    visitor.client.headers["sec-fetch-site"] = "same-origin"
    sign_in(visitor)
    old_tab = visitor.get("/goals/new")
    sign_in(visitor)
    page = old_tab.submit("Gem målet", title="Lære at svømme", theme="community")
    assert page.status == 403
    assert page.heading == "Du er logget ind igen"
    assert "Du er logget ind som Borgine." in page.text
    assert "Lære at svømme" not in visitor.get("/goals").text
    assert page.submit("Send det nu").status == 200
    assert "Lære at svømme" in visitor.get("/goals").text


def test_a_secret_typed_in_an_old_tab_is_not_carried_on(site: AppClient, people: PeopleFactory) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    visitor = site.anonymous()
    visitor.client.headers["origin"] = "http://testserver.local"
    sign_in(visitor)
    old_tab = visitor.get("/sign-in")
    sign_in(visitor)
    page = old_tab.submit("Log ind", name="borgine@example.dk", password=PASSWORD)
    assert page.heading == "Du er logget ind igen"
    assert PASSWORD not in page.response.text
    assert page.submit("Send det nu").status == 422


def test_a_file_chosen_in_an_old_tab_is_asked_for_again(site: AppClient, people: PeopleFactory) -> None:
    coordinator = people.add(Role.COORDINATOR, "Karen")
    visitor = site.signed_in(coordinator)
    visitor.client.headers["sec-fetch-site"] = "same-origin"
    sheet = {"file": ("guider.csv", b"navn")}
    page = visitor.post("/import", {"csrf_token": ["of an earlier sign-in"], "what": ["guides"]}, sheet)
    assert page.status == 403
    assert "Vælg filen guider.csv igen" in page.text
    assert [node.attributes["name"] for node in page.tree.css("[type=file]")] == ["file"]


def test_after_signing_in_one_lands_where_one_wanted_to_go(site: AppClient, people: PeopleFactory) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    page = site.anonymous().get("/who-has-seen")
    assert page.status == 401
    assert page.submit("Log ind", name="borgine@example.dk", password=PASSWORD).path == "/who-has-seen"


def test_nobody_is_sent_to_another_site(site: AppClient, people: PeopleFactory) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    for address in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        visitor = site.anonymous()
        page = visitor.post(
            "/sign-in", {"name": ["borgine@example.dk"], "password": [PASSWORD], "back": [address]}
        )
        assert str(page.response.url).startswith("http://testserver.local/"), address


def test_signing_out_everywhere_ends_every_session(site: AppClient, people: PeopleFactory) -> None:
    person = people.citizen()
    phone, computer = site.signed_in(person), site.signed_in(person)
    computer.get("/my-sign-ins").submit("Log ud alle steder")
    assert phone.get("/my-sign-ins").status == computer.get("/my-sign-ins").status == 401


def test_an_administrator_invites_a_coordinator_who_chooses_a_password(
    site: AppClient, people: PeopleFactory
) -> None:
    administrator = site.signed_in(people.add(Role.ADMINISTRATOR))
    page = administrator.get("/users/new").submit(
        "Lav invitationen",
        given_name="Karen",
        surname="Koordinatorsen",
        role="coordinator",
        email="karen@kommune.example",
    )
    link = page.tree.css_first(".copyable a").attributes["href"]
    invited = site.anonymous()
    form = invited.get(link)
    name = form.tree.css_first("input[name=name]")
    assert name.attributes["value"] == "karen@kommune.example", "known already, and can be changed"
    assert form.submit("Gem og log ind", name="karen", password="kort").status == 422
    assert form.submit("Gem og log ind", name="karen", password="fire gule stole").status == 200
    assert invited.get("/my-sign-ins").status == 200
    assert site.anonymous().get(link).status == 404
    assert sign_in(site.anonymous(), name="karen", password="fire gule stole").status == 200


def test_two_who_use_the_same_invitation_at_once_make_one_account(people: PeopleFactory) -> None:
    guide = people.add(Role.GUIDE)
    with transactions.write_transaction(people.engine) as db:
        token = account_service.invite(RequestContext(db, ANONYMOUS, people.clock()), guide.id)
    start, outcomes = threading.Barrier(2), []

    def accept(name: str) -> None:
        start.wait()
        try:
            with transactions.write_transaction(people.engine) as db:
                account_service.accept_invitation(
                    RequestContext(db, ANONYMOUS, people.clock()), token, name, PASSWORD, "Test"
                )
            outcomes.append(name)
        except InvitationInvalid:
            outcomes.append("spent")

    threads = [threading.Thread(target=accept, args=(name,)) for name in ("first", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes).count("spent") == 1


def test_a_sign_in_name_is_taken_once(site: AppClient, people: PeopleFactory) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    other: Person = people.citizen("Anden")
    with transactions.write_transaction(people.engine) as db:
        token = account_service.invite(RequestContext(db, ANONYMOUS, people.clock()), other.id)
    page = (
        site.anonymous()
        .get(f"/invitations/{token}")
        .submit("Gem og log ind", name="BORGINE@example.dk", password=PASSWORD)
    )
    assert page.status == 422
    assert "En anden bruger det brugernavn" in page.text


def test_the_language_is_one_press_away_and_is_remembered(site: AppClient, people: PeopleFactory) -> None:
    person = people.citizen()
    page = site.signed_in(person).get("/who-has-seen").submit("English")
    assert page.path == "/who-has-seen"
    assert page.heading == "Who has seen my data"
    assert site.signed_in(person).get("/goals").heading == "My goals"
    stranger = site.anonymous()
    assert stranger.get("/").submit("English").heading == "Welcome to Livsmester"
    assert stranger.get("/was").heading == "Accessibility statement"
