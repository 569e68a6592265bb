"""Getting in, staying in, getting out."""

import threading

from foundation.db import transactions
from people.access.model import NOBODY, Role
from people.directory.model import Person
from people.errors import InvitationSpent
from people.sign_in import account_service
from people.web.context import Visit
from tests.conftest import StandingClock
from tests.people_factory import PASSWORD, People
from tests.site import Site, Visitor


def sign_in(visitor: Visitor, name: str = "borgine@example.dk", password: str = PASSWORD):
    return visitor.get("/sign-in").press("Log ind", name=name, password=password)


def test_the_right_name_and_password_open_the_front_page(site: Site, people: People) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    page = sign_in(site.stranger(), name="  Borgine@Example.dk ")
    assert page.heading == "Hej Borgine"


def test_a_wrong_password_and_an_unknown_name_look_the_same(site: Site, people: People) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    wrong = sign_in(site.stranger(), password="noget helt andet")
    unknown = sign_in(site.stranger(), name="ingen@example.dk")
    assert wrong.status == unknown.status == 422
    assert wrong.text.replace("borgine", "ingen") == unknown.text
    assert "noget helt andet" not in wrong.answer.text


def test_every_sign_in_gets_a_new_token_and_ends_the_old_one(site: Site, people: People) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    visitor = site.stranger()
    visitor.client.cookies.set("livsmester", "chosen-by-somebody-else", domain="testserver.local")
    sign_in(visitor)
    first = visitor.client.cookies["livsmester"]
    assert first != "chosen-by-somebody-else"
    visitor.post(
        "/sign-in", {"name": ["borgine@example.dk"], "password": [PASSWORD], "csrf_token": [_token(visitor)]}
    )
    assert visitor.client.cookies["livsmester"] != first
    old = site.stranger()
    old.client.cookies.set("livsmester", first, domain="testserver.local")
    assert old.get("/my-sign-ins").status == 401


def _token(visitor: Visitor) -> str:
    return visitor.get("/").tree.css_first("[name=csrf_token]").attributes["value"]


def test_a_closed_account_is_out_on_the_next_request(site: Site, people: People) -> None:
    administrator = people.add(Role.ADMINISTRATOR)
    guide = people.add(Role.GUIDE, sign_in_name="guide@example.dk")
    visitor = site.stranger()
    sign_in(visitor, name="guide@example.dk")
    assert visitor.get("/my-sign-ins").status == 200
    site.visitor(administrator).get(f"/users/{guide.id}").press("Luk kontoen")
    assert visitor.get("/my-sign-ins").status == 401
    assert sign_in(visitor, name="guide@example.dk").status == 422


def test_a_sign_in_runs_out_when_it_is_not_used(site: Site, people: People, clock: StandingClock) -> None:
    coordinator = site.visitor(people.add(Role.ADMINISTRATOR))
    for _ in range(3):
        clock.forward(minutes=29)
        assert coordinator.get("/users").status == 200
    clock.forward(minutes=31)
    assert coordinator.get("/users").status == 401


def test_a_sign_in_lasts_twelve_hours_at_most(site: Site, people: People, clock: StandingClock) -> None:
    administrator = site.visitor(people.add(Role.ADMINISTRATOR))
    for _ in range(12 * 3):
        clock.forward(minutes=20)
        last = administrator.get("/users").status
    assert last == 401


def test_what_was_typed_survives_an_expired_sign_in(site: Site, people: People, clock: StandingClock) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    visitor = site.stranger()
    sign_in(visitor)
    form = visitor.get("/goals/new")
    clock.forward(hours=13)
    page = form.press("Gem målet", title="Lære at svømme", theme="community")
    assert page.status == 401
    assert "det, du skrev, er gemt" in page.text
    again = page.press("Log ind", name="borgine@example.dk", password=PASSWORD)
    assert again.press("Send det nu").path == "/goals"
    assert "Lære at svømme" in visitor.get("/goals").text


def test_what_was_typed_is_not_shown_to_the_next_person(
    site: Site, people: People, clock: StandingClock
) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    people.citizen("Anden", sign_in_name="anden@example.dk")
    visitor = site.stranger()
    sign_in(visitor)
    form = visitor.get("/goals/new")
    clock.forward(hours=13)
    page = form.press("Gem målet", title="En hemmelighed", theme="community")
    other = page.press("Log ind", name="anden@example.dk", password=PASSWORD)
    assert "En hemmelighed" not in other.answer.text
    assert "Send det nu" not in other.all("button")


def test_a_form_from_an_old_tab_is_offered_again_with_what_was_typed(site: Site, people: People) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    visitor = site.stranger()
    visitor.client.headers["sec-fetch-site"] = "same-origin"
    sign_in(visitor)
    old_tab = visitor.get("/goals/new")
    sign_in(visitor)
    page = old_tab.press("Gem målet", title="Lære at svømme", theme="community")
    assert page.status == 403
    assert page.heading == "Du er logget ind igen"
    assert "Du er logget ind som Borgine." in page.text
    assert "Lære at svømme" not in visitor.get("/goals").text
    assert page.press("Send det nu").status == 200
    assert "Lære at svømme" in visitor.get("/goals").text


def test_a_secret_typed_in_an_old_tab_is_not_carried_on(site: Site, people: People) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    visitor = site.stranger()
    visitor.client.headers["origin"] = "http://testserver.local"
    sign_in(visitor)
    old_tab = visitor.get("/sign-in")
    sign_in(visitor)
    page = old_tab.press("Log ind", name="borgine@example.dk", password=PASSWORD)
    assert page.heading == "Du er logget ind igen"
    assert PASSWORD not in page.answer.text
    assert page.press("Send det nu").status == 422


def test_a_file_chosen_in_an_old_tab_is_asked_for_again(site: Site, people: People) -> None:
    coordinator = people.add(Role.COORDINATOR, "Karen")
    visitor = site.visitor(coordinator)
    visitor.client.headers["sec-fetch-site"] = "same-origin"
    sheet = {"file": ("guider.csv", b"navn")}
    page = visitor.post("/import", {"csrf_token": ["of an earlier sign-in"], "what": ["guides"]}, sheet)
    assert page.status == 403
    assert "Vælg filen guider.csv igen" in page.text
    assert [node.attributes["name"] for node in page.tree.css("[type=file]")] == ["file"]


def test_after_signing_in_one_lands_where_one_wanted_to_go(site: Site, people: People) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    page = site.stranger().get("/who-has-seen")
    assert page.status == 401
    assert page.press("Log ind", name="borgine@example.dk", password=PASSWORD).path == "/who-has-seen"


def test_nobody_is_sent_to_another_site(site: Site, people: People) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    for address in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        visitor = site.stranger()
        page = visitor.post(
            "/sign-in", {"name": ["borgine@example.dk"], "password": [PASSWORD], "back": [address]}
        )
        assert str(page.answer.url).startswith("http://testserver.local/"), address


def test_signing_out_everywhere_ends_every_session(site: Site, people: People) -> None:
    person = people.citizen()
    phone, computer = site.visitor(person), site.visitor(person)
    computer.get("/my-sign-ins").press("Log ud alle steder")
    assert phone.get("/my-sign-ins").status == computer.get("/my-sign-ins").status == 401


def test_an_administrator_invites_a_coordinator_who_chooses_a_password(site: Site, people: People) -> None:
    administrator = site.visitor(people.add(Role.ADMINISTRATOR))
    page = administrator.get("/users/new").press(
        "Lav invitationen",
        given_name="Karen",
        surname="Koordinatorsen",
        role="coordinator",
        email="karen@kommune.example",
    )
    link = page.tree.css_first(".copyable a").attributes["href"]
    invited = site.stranger()
    form = invited.get(link)
    name = form.tree.css_first("input[name=name]")
    assert name.attributes["value"] == "karen@kommune.example", "known already, and can be changed"
    assert form.press("Gem og log ind", name="karen", password="kort").status == 422
    assert form.press("Gem og log ind", name="karen", password="fire gule stole").status == 200
    assert invited.get("/my-sign-ins").status == 200
    assert site.stranger().get(link).status == 404
    assert sign_in(site.stranger(), name="karen", password="fire gule stole").status == 200


def test_two_who_use_the_same_invitation_at_once_make_one_account(people: People) -> None:
    guide = people.add(Role.GUIDE)
    with transactions.writing(people.engine) as db:
        token = account_service.invite(Visit(db, NOBODY, people.clock()), guide.id)
    start, outcomes = threading.Barrier(2), []

    def accept(name: str) -> None:
        start.wait()
        try:
            with transactions.writing(people.engine) as db:
                account_service.accept_invitation(
                    Visit(db, NOBODY, people.clock()), token, name, PASSWORD, "Test"
                )
            outcomes.append(name)
        except InvitationSpent:
            outcomes.append("spent")

    threads = [threading.Thread(target=accept, args=(name,)) for name in ("first", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes).count("spent") == 1


def test_a_sign_in_name_is_taken_once(site: Site, people: People) -> None:
    people.citizen(sign_in_name="borgine@example.dk")
    other: Person = people.citizen("Anden")
    with transactions.writing(people.engine) as db:
        token = account_service.invite(Visit(db, NOBODY, people.clock()), other.id)
    page = (
        site.stranger()
        .get(f"/invitations/{token}")
        .press("Gem og log ind", name="BORGINE@example.dk", password=PASSWORD)
    )
    assert page.status == 422
    assert "En anden bruger det brugernavn" in page.text


def test_the_language_is_one_press_away_and_is_remembered(site: Site, people: People) -> None:
    person = people.citizen()
    page = site.visitor(person).get("/who-has-seen").press("English")
    assert page.path == "/who-has-seen"
    assert page.heading == "Who has seen my data"
    assert site.visitor(person).get("/goals").heading == "My goals"
    stranger = site.stranger()
    assert stranger.get("/").press("English").heading == "Welcome to Livsmester"
    assert stranger.get("/was").heading == "Accessibility statement"
