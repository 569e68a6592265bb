"""Lists, persons and pairings in the coordinator's browser, and who may see them."""

from datetime import timedelta

import pytest

from guides.lifecycle import State
from people.access.model import Role
from tests.conftest import StandingClock
from tests.guides.neighbours import Neighbours
from tests.people_factory import People
from tests.site import Site

PAGES = ("/board", "/citizens", "/citizens.csv", "/guides", "/guides.csv", "/runs", "/pairings", "/import")


def test_only_coordinators_come_to_these_pages(site: Site, people: People) -> None:
    for role in (Role.GUIDE, Role.CITIZEN, Role.BUDGET_OFFICER, Role.LEADER, Role.ADMINISTRATOR):
        visitor = site.visitor(people.add(role))
        for path in PAGES:
            assert visitor.get(path).status == 403, (role, path)


def test_a_coordinator_of_one_area_neither_sees_nor_finds_the_others(
    site: Site, people: People, neighbours: Neighbours
) -> None:
    people.area("nord")
    people.area("syd")
    guide = neighbours.guide("Vejle", area="nord", capacity=5)
    mine = neighbours.citizen("Nora", area="nord")
    other = neighbours.citizen("Sonja", area="syd")
    run_id = neighbours.run()
    neighbours.publish(run_id)
    pairing = neighbours.pairing_of(other)
    desk = site.visitor(people.add(Role.COORDINATOR, "Nordine", role_area="nord"))
    for path in (
        "/board",
        "/citizens",
        "/citizens.csv",
        "/citizens?area=syd",
        "/pairings",
        f"/guides/{guide.id}",
    ):
        page = desk.get(path)
        assert "Sonja" not in page.answer.text, path
    for path in ("/citizens", "/citizens.csv", "/pairings"):
        assert "Nora" in desk.get(path).answer.text, path
    assert "Nora" in desk.get(f"/runs/{run_id}").text
    assert "Sonja" not in desk.get(f"/runs/{run_id}").text
    for path in (f"/citizens/{other.id}", f"/citizens/{other.id}/wishes", f"/pairings/{pairing.id}"):
        assert desk.get(path).status == 404, path
    assert desk.get(f"/citizens/{mine.id}").status == 200
    assert desk.get("/import").status == 403


def test_a_proposal_with_citizens_of_another_area_is_published_by_who_covers_them(
    site: Site, people: People, neighbours: Neighbours
) -> None:
    people.area("nord")
    people.area("syd")
    neighbours.guide("Vejle", area="nord", capacity=5)
    neighbours.citizen("Nora", area="nord")
    neighbours.citizen("Sonja", area="syd")
    run_id = neighbours.run()
    desk = site.visitor(people.add(Role.COORDINATOR, "Nordine", role_area="nord"))
    page = desk.get(f"/runs/{run_id}/publish")
    assert "borgere fra andre områder" in page.text
    assert "Publicér og send" not in page.text


def test_lists_are_searched_sorted_and_filtered_through_the_address(
    site: Site, people: People, neighbours: Neighbours
) -> None:
    people.area("nord")
    neighbours.guide("Ærø")
    neighbours.guide("Bodil", capacity=0)
    neighbours.citizen("Østen", days=5, area="nord")
    neighbours.citizen("Anne", days=50)
    desk = site.visitor(neighbours.coordinator)
    names = "tbody th"
    assert desk.get("/citizens").all(names) == ["Anne Prøvesen", "Østen Prøvesen"]
    assert desk.get("/citizens?sort=-waiting").all(names) == ["Østen Prøvesen", "Anne Prøvesen"]
    assert desk.get("/citizens?text=østen").all(names) == ["Østen Prøvesen"]
    assert desk.get("/citizens?area=nord").all(names) == ["Østen Prøvesen"]
    assert desk.get("/citizens?status=running").all(names) == []
    assert desk.get("/citizens?status=nonsense&sort=nonsense").status == 200
    assert desk.get("/guides?status=free").all(names) == ["Ærø Prøvesen"]
    assert desk.get("/guides?status=full").all(names) == ["Bodil Prøvesen"]


def test_who_looked_at_a_citizen_is_logged(site: Site, people: People, neighbours: Neighbours) -> None:
    citizen = neighbours.citizen("Nora")
    site.visitor(neighbours.coordinator).get(f"/citizens/{citizen.id}")
    seen = site.visitor(citizen).get("/who-has-seen").text
    assert "En koordinator" in seen


def test_a_wish_is_put_right_and_keeps_its_place(site: Site, neighbours: Neighbours) -> None:
    citizen = neighbours.citizen("Nora", days=30)
    desk = site.visitor(neighbours.coordinator)
    page = desk.get(f"/citizens/{citizen.id}").follow("Ret ønsket")
    page = page.press(
        "Gem ønsket", wants_help_with="bisidder, indkøb", times="man formiddag", own_words="Ro."
    )
    assert "bisidder, indkøb" in page.text
    kept = neighbours.request_of(citizen)
    assert kept.request.waiting_since == neighbours.today - timedelta(30)
    page = (
        desk.get(f"/citizens/{citizen.id}").follow("Ret ønsket").press("Gem ønsket", times="når det passer")
    )
    assert page.status == 422
    assert page.tree.css_first("#field-times").attributes["value"] == "når det passer"
    assert desk.get(f"/citizens/{citizen.id}").press("Markér som haster").status == 200
    assert neighbours.request_of(citizen).request.urgent


def test_a_withdrawn_wish_can_be_asked_anew_once(site: Site, neighbours: Neighbours) -> None:
    citizen = neighbours.citizen("Nora", days=30)
    desk = site.visitor(neighbours.coordinator)
    page = desk.get(f"/citizens/{citizen.id}").press("Træk ønsket tilbage")
    form = page.follow("Skriv et nyt ønske")
    form.press("Gem ønsket", wants_help_with="indkøb")
    form.press("Gem ønsket", wants_help_with="indkøb")
    assert neighbours.request_of(citizen).request.wants_help_with == ("indkøb",)


def test_papers_are_noted_with_name_and_day(site: Site, neighbours: Neighbours) -> None:
    guide = neighbours.guide("Vejle", trained_until=None)
    desk = site.visitor(neighbours.coordinator)
    assert "mangler" in desk.get(f"/guides/{guide.id}").text
    page = desk.get(f"/guides/{guide.id}").press(
        "Gem datoerne", trained_until="2027-06-30", checked_until="31-12-2027"
    )
    assert "gyldig til og med 30. juni 2027 , noteret af Koordine Prøvesen" in page.text.replace(
        "2027,", "2027 ,"
    )
    assert desk.get(f"/guides/{guide.id}").press("Gem datoerne", trained_until="snart").status == 422


def test_an_offer_is_followed_from_question_to_running(
    site: Site, neighbours: Neighbours, clock: StandingClock
) -> None:
    guide, citizen = neighbours.guide("Vejle"), neighbours.citizen("Nora")
    offer = neighbours.offered(guide, citizen)
    theirs, mine = site.visitor(guide), site.visitor(citizen)
    desk = site.visitor(neighbours.coordinator)
    from guides.for_citizens import service as for_citizens_service
    from guides.for_guides import service as for_guides_service

    with neighbours.people.acting(guide) as visit:
        for_guides_service.ask(visit, offer.id, "Er der trapper?")
    page = desk.get("/board").follow("Svar")
    assert "Er der trapper?" in page.text
    page = page.press("Send svaret", answer="Nej, der er elevator.")
    assert "Nej, der er elevator." in page.text
    with neighbours.people.acting(guide) as visit:
        for_guides_service.accept_offer(visit, offer.id)
    with neighbours.people.acting(citizen) as visit:
        for_citizens_service.accept(visit, offer.id)
    page = desk.get("/board").follow("Aftal mødet")
    page = page.press("Aftal mødet", day="2026-03-04", time="14.30", place="Biblioteket")
    assert "4. marts 2026 kl. 14.30, Biblioteket" in page.text
    page = page.press("Matchmødet blev holdt")
    assert neighbours.pairing_of(citizen).state is State.DECIDING
    assert theirs.get("/offers").status == mine.get("/guide").status == 200


def test_a_meeting_that_cannot_be_read_comes_back_with_what_was_typed(
    site: Site, neighbours: Neighbours
) -> None:
    guide, citizen = neighbours.guide("Vejle"), neighbours.citizen("Nora")
    pairing = neighbours.walk(guide, citizen, State.MEETING)
    page = site.visitor(neighbours.coordinator).get(f"/pairings/{pairing.id}")
    page = page.press("Aftal mødet", day="i morgen", time="halv tre", place="")
    assert page.status == 422
    assert page.tree.css_first("#field-time").attributes["value"] == "halv tre"
    assert len(page.tree.css(".error-summary li")) == 3


def test_a_check_in_pressed_twice_is_noted_once(
    site: Site, neighbours: Neighbours, clock: StandingClock
) -> None:
    guide, citizen = neighbours.guide("Vejle"), neighbours.citizen("Nora")
    pairing = neighbours.walk(guide, citizen, State.RUNNING)
    clock.forward(days=31)
    desk = site.visitor(neighbours.coordinator)
    page = desk.get("/board").follow("Følg op med begge")
    page.press("Jeg har talt med begge")
    after = page.press("Jeg har talt med begge")
    assert after.text.count("Koordinatoren fulgte op") == 1
    assert "Opfølgning efter 30 dage" not in desk.get("/board").text
    page = desk.get(f"/pairings/{pairing.id}").press("Afslut forløbet", reason="goal_reached")
    assert "Målet er nået" in page.text


def test_who_comes_too_late_hears_what_is_true_now(site: Site, neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide("Vejle"), neighbours.citizen("Nora")
    offer = neighbours.offered(guide, citizen)
    page = site.visitor(neighbours.coordinator).get(f"/pairings/{offer.id}")
    from guides.for_guides import service as for_guides_service

    with neighbours.people.acting(guide) as visit:
        for_guides_service.accept_offer(visit, offer.id)
    late = page.press("Giv 7 dage mere")
    assert late.status == 409
    assert "Sådan er det nu" in late.text


def test_never_these_two_again_can_be_taken_back(site: Site, neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide("Vejle"), neighbours.citizen("Nora")
    offer = neighbours.offered(guide, citizen)
    desk = site.visitor(neighbours.coordinator)
    desk.get(f"/pairings/{offer.id}").press("Aldrig disse to igen")
    assert "Guider, der er valgt fra" in desk.get(f"/citizens/{citizen.id}").text
    page = desk.get(f"/citizens/{citizen.id}").press("Tillad igen")
    assert "Guider, der er valgt fra" not in page.text


@pytest.mark.parametrize("role", [Role.GUIDE, Role.CITIZEN])
def test_nobody_else_moves_a_pairing(site: Site, neighbours: Neighbours, people: People, role: Role) -> None:
    guide, citizen = neighbours.guide("Vejle"), neighbours.citizen("Nora")
    offer = neighbours.offered(guide, citizen)
    visitor = site.visitor(guide if role is Role.GUIDE else citizen)
    token = visitor.get("/who-has-seen" if role is Role.CITIZEN else "/offers")
    hidden = token.tree.css_first("[name=csrf_token]").attributes["value"] or ""
    answer = visitor.post(f"/pairings/{offer.id}/withdraw", {"csrf_token": [hidden]})
    assert answer.status == 403


def test_a_new_citizen_is_written_down_once_and_the_wish_follows(
    site: Site, people: People, neighbours: Neighbours
) -> None:
    people.area("nord")
    people.area("syd")
    desk = site.visitor(people.add(Role.COORDINATOR, "Nordine", role_area="nord"))
    form = desk.get("/citizens").follow("Skriv et ønske for en ny borger")
    assert [node.attributes["value"] for node in form.tree.css("#field-area option")] == ["", "nord"]
    assert form.press("Videre til ønsket", area="nord").status == 422
    assert form.press("Videre til ønsket", given_name="Nora", area="syd").status == 422
    for _ in range(2):
        page = form.press("Videre til ønsket", given_name="Nora", area="nord")
    page = page.press("Gem ønsket", wants_help_with="indkøb")
    assert "indkøb" in page.text
    assert desk.get("/citizens").all("tbody th") == ["Nora"]
