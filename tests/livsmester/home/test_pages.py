"""The start page of each role, the public statements and the navigation."""

import pytest

from guides.for_guides import service as for_guides_service
from people.access.model import RelationKind, Role
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient
from tests.support.guide_scenario import GuideScenario
from tests.support.people_factory import PeopleFactory


def test_a_stranger_reads_what_this_is(site: AppClient) -> None:
    page = site.anonymous().get("/")
    assert page.heading == "Velkommen til Livsmester"
    assert page.click("Log ind").heading == "Log ind"


def test_a_citizens_home_page_has_four_links(site: AppClient, people: PeopleFactory) -> None:
    page = site.signed_in(people.citizen("Borgine")).get("/")
    assert page.heading == "Hej Borgine"
    assert {link.attributes["href"] for link in page.tree.css(".big-choice")} == {
        "/guide",
        "/money",
        "/goals",
        "/who-has-seen",
    }


def test_a_citizen_whom_a_guide_would_like_to_meet_reads_it_on_the_front_page(
    site: AppClient, people: PeopleFactory
) -> None:
    scenario = GuideScenario(people)
    guide, citizen = scenario.guide("Jens"), scenario.citizen()
    browser = site.signed_in(citizen)
    assert "Se, hvad der sker nu" in browser.get("/").text
    offer = scenario.make_offer(guide, citizen)
    assert "Jens" not in browser.get("/").text, "a guide who has not answered yet is nobody's business"
    with people.acting_as(guide) as context:
        for_guides_service.accept_offer(context, offer.id)
    assert "Jens vil gerne møde dig." in browser.get("/").text
    assert "Jens vil gerne møde dig." in browser.get("/").click("Min guide").text


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.COORDINATOR, "/board"),
        (Role.BUDGET_OFFICER, "/requests"),
        (Role.ADMINISTRATOR, "/administration"),
        (Role.SUPPORT_WORKER, "/my-citizens"),
        (Role.GUIDE, "/offers"),
    ],
)
def test_others_land_where_their_work_begins(
    site: AppClient, people: PeopleFactory, role: Role, path: str
) -> None:
    page = site.signed_in(people.add(role)).get("/")
    assert page.path == path
    assert page.status == 200


def test_an_administrator_sees_how_much_is_to_be_erased(
    site: AppClient, people: PeopleFactory, clock: FrozenClock
) -> None:
    people.citizen("Borgine")
    administrator = people.add(Role.ADMINISTRATOR)
    clock.advance(days=3 * 365)
    page = site.signed_in(administrator).get("/")
    assert "1 ting skal slettes nu" in page.text
    assert page.click("1 ting skal slettes nu").heading == "Opbevaring og sletning"


def test_a_support_worker_sees_own_citizens_while_it_lasts(site: AppClient, people: PeopleFactory) -> None:
    worker, citizen = people.add(Role.SUPPORT_WORKER), people.citizen("Borgine")
    people.citizen("Fremmed")
    browser = site.signed_in(worker)
    assert "Ingen borgere endnu" in browser.get("/my-citizens").text
    people.start_relation(RelationKind.SUPPORT_WORKER, worker, citizen)
    page = browser.get("/my-citizens")
    assert "Borgine" in page.text
    assert "Fremmed" not in page.text
    people.end_relation(RelationKind.SUPPORT_WORKER, worker, citizen)
    assert "Borgine" not in browser.get("/my-citizens").text


def test_the_statements_and_the_health_check_need_no_sign_in(site: AppClient) -> None:
    browser = site.anonymous()
    assert browser.get("/was").heading == "Tilgængelighedserklæring"
    assert browser.get("/privacy").heading == "Sådan passer vi på dine oplysninger"
    assert browser.client.get("/health").text == "ok"


def test_an_address_that_leads_nowhere_gets_a_calm_page(site: AppClient) -> None:
    page = site.anonymous().get("/findes-ikke")
    assert page.status == 404
    assert page.heading == "Vi kan ikke finde siden"


def test_every_read_is_in_the_citizens_access_log(site: AppClient, people: PeopleFactory) -> None:
    citizen, worker = people.citizen("Borgine"), people.add(Role.SUPPORT_WORKER, "Støttine")
    people.start_relation(RelationKind.SUPPORT_WORKER, worker, citizen)
    site.signed_in(worker).get(f"/citizens/{citizen.id}/goals")
    page = site.signed_in(citizen).get("/who-has-seen")
    assert "En støtteperson så dine mål og dit navn" in page.text
    assert "For at hjælpe dig" in page.text
    assert "Du så" not in page.text
    own = page.click("Vis også dine egne besøg")
    assert "Du så listen over, hvem der har kigget" in own.text
    assert "Du så" not in own.click("Skjul dine egne besøg").text


def test_a_long_menu_folds_and_the_page_one_is_on_stays_in_sight(
    site: AppClient, people: PeopleFactory
) -> None:
    coordinator = site.signed_in(people.add(Role.COORDINATOR, "Karen"))
    page = coordinator.get("/letters")
    in_sight, folded = page.all(".nav > ul > li"), page.all(".nav-more li")
    assert page.all(".nav [aria-current]") == ["Breve"]
    assert in_sight[:3] == ["I dag", "Borgere", "Medborger-guider"]
    assert "Breve" in in_sight
    assert "Matchning" in folded
    assert not set(in_sight) & set(folded)
    assert not site.signed_in(people.citizen()).get("/").all(".nav-more")


def test_a_support_workers_pages_name_the_citizen(site: AppClient, people: PeopleFactory) -> None:
    citizen, worker = people.citizen("Borgine"), people.add(Role.SUPPORT_WORKER, "Støttine")
    people.start_relation(RelationKind.SUPPORT_WORKER, worker, citizen)
    browser = site.signed_in(worker)
    assert browser.get(f"/citizens/{citizen.id}/goals").heading == "Mål for Borgine"
    assert browser.get(f"/citizens/{citizen.id}/guide").heading == "Guide til Borgine"


def test_api_tokens_are_linked_from_my_sign_ins(site: AppClient, people: PeopleFactory) -> None:
    officer = site.signed_in(people.add(Role.BUDGET_OFFICER))
    assert officer.get("/my-sign-ins").click("Nøgler til programmer").path == "/tokens"
    assert "Nøgler" not in site.signed_in(people.citizen()).get("/my-sign-ins").text
