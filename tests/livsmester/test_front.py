"""The front page sends everyone to where their work begins."""

import pytest

from guides.for_guides import service as for_guides_service
from people.access.model import RelationKind, Role
from tests.conftest import StandingClock
from tests.guides.neighbours import Neighbours
from tests.people_factory import People
from tests.site import Site


def test_a_stranger_reads_what_this_is(site: Site) -> None:
    page = site.stranger().get("/")
    assert page.heading == "Velkommen til Livsmester"
    assert page.follow("Log ind").heading == "Log ind"


def test_a_citizen_finds_four_doors(site: Site, people: People) -> None:
    page = site.visitor(people.citizen("Borgine")).get("/")
    assert page.heading == "Hej Borgine"
    assert {link.attributes["href"] for link in page.tree.css(".big-choice")} == {
        "/guide",
        "/money",
        "/goals",
        "/who-has-seen",
    }


def test_a_citizen_whom_a_guide_would_like_to_meet_reads_it_on_the_front_page(
    site: Site, people: People
) -> None:
    neighbours = Neighbours(people)
    guide, citizen = neighbours.guide("Jens"), neighbours.citizen()
    mine = site.visitor(citizen)
    assert "Se, hvad der sker nu" in mine.get("/").text
    offer = neighbours.offered(guide, citizen)
    assert "Jens" not in mine.get("/").text, "a guide who has not answered yet is nobody's business"
    with people.acting(guide) as visit:
        for_guides_service.accept_offer(visit, offer.id)
    assert "Jens vil gerne møde dig." in mine.get("/").text
    assert "Jens vil gerne møde dig." in mine.get("/").follow("Min guide").text


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
def test_others_land_where_their_work_begins(site: Site, people: People, role: Role, path: str) -> None:
    page = site.visitor(people.add(role)).get("/")
    assert page.path == path
    assert page.status == 200


def test_an_administrator_sees_how_much_is_to_be_erased(
    site: Site, people: People, clock: StandingClock
) -> None:
    people.citizen("Borgine")
    administrator = people.add(Role.ADMINISTRATOR)
    clock.forward(days=3 * 365)
    page = site.visitor(administrator).get("/")
    assert "1 ting skal slettes nu" in page.text
    assert page.follow("1 ting skal slettes nu").heading == "Opbevaring og sletning"


def test_a_support_worker_sees_own_citizens_while_it_lasts(site: Site, people: People) -> None:
    worker, citizen = people.add(Role.SUPPORT_WORKER), people.citizen("Borgine")
    people.citizen("Fremmed")
    visitor = site.visitor(worker)
    assert "Ingen borgere endnu" in visitor.get("/my-citizens").text
    people.relate(RelationKind.SUPPORT_WORKER, worker, citizen)
    page = visitor.get("/my-citizens")
    assert "Borgine" in page.text
    assert "Fremmed" not in page.text
    people.unrelate(RelationKind.SUPPORT_WORKER, worker, citizen)
    assert "Borgine" not in visitor.get("/my-citizens").text


def test_the_statements_and_the_sign_of_life_need_no_sign_in(site: Site) -> None:
    stranger = site.stranger()
    assert stranger.get("/was").heading == "Tilgængelighedserklæring"
    assert stranger.get("/privacy").heading == "Sådan passer vi på dine oplysninger"
    assert stranger.client.get("/health").text == "ok"


def test_an_address_that_leads_nowhere_gets_a_calm_page(site: Site) -> None:
    page = site.stranger().get("/findes-ikke")
    assert page.status == 404
    assert page.heading == "Vi kan ikke finde siden"


def test_every_look_is_written_down_for_the_citizen(site: Site, people: People) -> None:
    citizen, worker = people.citizen("Borgine"), people.add(Role.SUPPORT_WORKER, "Støttine")
    people.relate(RelationKind.SUPPORT_WORKER, worker, citizen)
    site.visitor(worker).get(f"/citizens/{citizen.id}/goals")
    page = site.visitor(citizen).get("/who-has-seen")
    assert "En støtteperson så dine mål og dit navn" in page.text
    assert "For at hjælpe dig" in page.text
    assert "Du så" not in page.text
    own = page.follow("Vis også dine egne besøg")
    assert "Du så listen over, hvem der har kigget" in own.text
    assert "Du så" not in own.follow("Skjul dine egne besøg").text


def test_a_long_menu_folds_and_the_page_one_is_on_stays_in_sight(site: Site, people: People) -> None:
    coordinator = site.visitor(people.add(Role.COORDINATOR, "Karen"))
    page = coordinator.get("/letters")
    in_sight, folded = page.all(".nav > ul > li"), page.all(".nav-more li")
    assert page.all(".nav [aria-current]") == ["Breve"]
    assert in_sight[:3] == ["I dag", "Borgere", "Medborger-guider"]
    assert "Breve" in in_sight
    assert "Matchning" in folded
    assert not set(in_sight) & set(folded)
    assert not site.visitor(people.citizen()).get("/").all(".nav-more")


def test_a_support_workers_pages_name_the_citizen(site: Site, people: People) -> None:
    citizen, worker = people.citizen("Borgine"), people.add(Role.SUPPORT_WORKER, "Støttine")
    people.relate(RelationKind.SUPPORT_WORKER, worker, citizen)
    mine = site.visitor(worker)
    assert mine.get(f"/citizens/{citizen.id}/goals").heading == "Mål for Borgine"
    assert mine.get(f"/citizens/{citizen.id}/guide").heading == "Guide til Borgine"


def test_keys_for_programs_lie_under_where_one_is_signed_in(site: Site, people: People) -> None:
    officer = site.visitor(people.add(Role.BUDGET_OFFICER))
    assert officer.get("/my-sign-ins").follow("Nøgler til programmer").path == "/tokens"
    assert "Nøgler" not in site.visitor(people.citizen()).get("/my-sign-ins").text
