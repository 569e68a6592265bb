"""How long a session lasts, for what it is valid, and what ends it."""

from foundation.db import transactions
from people.access.model import Role
from people.directory import store as directory_store
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient
from tests.support.people_factory import PeopleFactory


def test_every_page_says_until_when_and_how_to_stay(
    site: AppClient, people: PeopleFactory, clock: FrozenClock
) -> None:
    mine = site.signed_in(people.citizen())
    page = mine.get("/goals")
    assert page.all(".stay")[0].startswith("Du er logget ind til kl. 11.00, hvis du ikke gør noget. Bliv ved")
    assert page.tree.css_first("[data-stay]").attributes["data-stay"] == "7200"
    staff = site.signed_in(people.add(Role.ADMINISTRATOR)).get("/users")
    assert staff.tree.css_first("[data-stay]").attributes["data-stay"] == "1800"
    assert "data-stay" not in site.anonymous().get("/was").response.text


def test_the_link_beside_the_page_makes_the_sign_in_last(
    site: AppClient, people: PeopleFactory, clock: FrozenClock
) -> None:
    mine = site.signed_in(people.citizen())
    form = mine.get("/goals/new")
    link = form.tree.css_first(".stay a").attributes
    assert link["target"] == "_blank"
    clock.advance(minutes=119)
    assert mine.get(link["href"] or "").heading == "Du er stadig logget ind"
    clock.advance(minutes=119)
    assert form.submit("Gem målet", title="Lære at svømme", theme="community").path == "/goals"


def test_nothing_lasts_longer_than_twelve_hours(
    site: AppClient, people: PeopleFactory, clock: FrozenClock
) -> None:
    mine = site.signed_in(people.citizen())
    for _ in range(7):
        clock.advance(minutes=100)
        page = mine.get("/stay")
    assert page.tree.css_first("[data-stay]").attributes["data-stay"] == str(20 * 60)
    clock.advance(minutes=21)
    assert mine.get("/stay").status == 401


def test_every_page_leads_to_where_one_is_signed_in_and_out_everywhere(
    site: AppClient, people: PeopleFactory
) -> None:
    person = people.add(Role.BUDGET_OFFICER)
    mine, other = site.signed_in(person), site.signed_in(person)
    page = mine.get("/funds")
    assert page.click("Her er jeg logget ind").heading == "Her er jeg logget ind"
    page.submit("Log mig ud alle steder")
    assert mine.get("/funds").status == 401
    assert other.get("/funds").status == 401


def test_one_sign_in_of_ones_own_is_ended_and_nobody_elses(site: AppClient, people: PeopleFactory) -> None:
    person = people.citizen()
    mine, other = site.signed_in(person), site.signed_in(person)
    page = mine.get("/my-sign-ins")
    session = page.tree.css_first("[name=session]").attributes["value"] or ""
    thief = site.signed_in(people.citizen("Anden"))
    csrf = thief.get("/goals").tree.css_first("[name=csrf_token]").attributes["value"] or ""
    thief.post("/my-sign-ins/end", {"csrf_token": [csrf], "session": [session]})
    assert other.get("/goals").status == 200
    page.submit("Log ud der")
    assert other.get("/goals").status == 401
    assert mine.get("/goals").status == 200


def test_a_sign_in_ends_when_the_roles_change(site: AppClient, people: PeopleFactory) -> None:
    person = people.add(Role.GUIDE)
    mine = site.signed_in(person)
    assert mine.get("/offers").status == 200
    with transactions.write_transaction(people.engine) as db:
        directory_store.add_roles(db, [person], Role.COORDINATOR, people.clock(), None)
    assert mine.get("/offers").status == 401
    again = site.signed_in(person)
    assert again.get("/board").status == 200
    with transactions.write_transaction(people.engine) as db:
        directory_store.remove_role(db, person.id, Role.COORDINATOR)
    assert again.get("/board").status == 401
