"""The coordinator's pages of citizens, guides and pairings, and who may see them."""

from datetime import timedelta

import pytest

from guides.for_citizens import service as for_citizens_service
from guides.for_guides import service as for_guides_service
from guides.lifecycle import State
from people.access.model import Role
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient
from tests.support.guide_scenario import GuideScenario
from tests.support.people_factory import PeopleFactory

PAGES = ("/board", "/citizens", "/citizens.csv", "/guides", "/guides.csv", "/runs", "/pairings", "/import")


def test_only_coordinators_come_to_these_pages(site: AppClient, people: PeopleFactory) -> None:
    for role in (Role.GUIDE, Role.CITIZEN, Role.BUDGET_OFFICER, Role.LEADER, Role.ADMINISTRATOR):
        browser = site.signed_in(people.add(role))
        for path in PAGES:
            assert browser.get(path).status == 403, (role, path)


def test_a_coordinator_of_one_area_neither_sees_nor_finds_the_others(
    site: AppClient, people: PeopleFactory, scenario: GuideScenario
) -> None:
    people.area("nord")
    people.area("syd")
    guide = scenario.guide("Vejle", area="nord", capacity=5)
    mine = scenario.citizen("Nora", area="nord")
    other = scenario.citizen("Sonja", area="syd")
    run_id = scenario.run_matching()
    scenario.publish(run_id)
    pairing = scenario.pairing_of(other)
    coordinator = site.signed_in(people.add(Role.COORDINATOR, "Nordine", role_area="nord"))
    for path in (
        "/board",
        "/citizens",
        "/citizens.csv",
        "/citizens?area=syd",
        "/pairings",
        f"/guides/{guide.id}",
    ):
        page = coordinator.get(path)
        assert "Sonja" not in page.response.text, path
    for path in ("/citizens", "/citizens.csv", "/pairings"):
        assert "Nora" in coordinator.get(path).response.text, path
    assert "Nora" in coordinator.get(f"/runs/{run_id}").text
    assert "Sonja" not in coordinator.get(f"/runs/{run_id}").text
    for path in (f"/citizens/{other.id}", f"/citizens/{other.id}/wishes", f"/pairings/{pairing.id}"):
        assert coordinator.get(path).status == 404, path
    assert coordinator.get(f"/citizens/{mine.id}").status == 200
    assert coordinator.get("/import").status == 403


def test_a_proposal_with_citizens_of_another_area_is_published_by_who_covers_them(
    site: AppClient, people: PeopleFactory, scenario: GuideScenario
) -> None:
    people.area("nord")
    people.area("syd")
    scenario.guide("Vejle", area="nord", capacity=5)
    scenario.citizen("Nora", area="nord")
    scenario.citizen("Sonja", area="syd")
    run_id = scenario.run_matching()
    coordinator = site.signed_in(people.add(Role.COORDINATOR, "Nordine", role_area="nord"))
    page = coordinator.get(f"/runs/{run_id}/publish")
    assert "borgere fra andre områder" in page.text
    assert "Publicér og send" not in page.text


def test_lists_are_searched_sorted_and_filtered_through_the_address(
    site: AppClient, people: PeopleFactory, scenario: GuideScenario
) -> None:
    people.area("nord")
    scenario.guide("Ærø")
    scenario.guide("Bodil", capacity=0)
    scenario.citizen("Østen", days=5, area="nord")
    scenario.citizen("Anne", days=50)
    coordinator = site.signed_in(scenario.coordinator)
    names = "tbody th"
    assert coordinator.get("/citizens").all(names) == ["Anne Prøvesen", "Østen Prøvesen"]
    assert coordinator.get("/citizens?sort=-waiting").all(names) == ["Østen Prøvesen", "Anne Prøvesen"]
    assert coordinator.get("/citizens?text=østen").all(names) == ["Østen Prøvesen"]
    assert coordinator.get("/citizens?area=nord").all(names) == ["Østen Prøvesen"]
    assert coordinator.get("/citizens?status=running").all(names) == []
    assert coordinator.get("/citizens?status=nonsense&sort=nonsense").status == 200
    assert coordinator.get("/guides?status=free").all(names) == ["Ærø Prøvesen"]
    assert coordinator.get("/guides?status=full").all(names) == ["Bodil Prøvesen"]


def test_who_looked_at_a_citizen_is_logged(
    site: AppClient, people: PeopleFactory, scenario: GuideScenario
) -> None:
    citizen = scenario.citizen("Nora")
    site.signed_in(scenario.coordinator).get(f"/citizens/{citizen.id}")
    seen = site.signed_in(citizen).get("/who-has-seen").text
    assert "En koordinator" in seen


def test_a_wish_is_put_right_and_keeps_its_place(site: AppClient, scenario: GuideScenario) -> None:
    citizen = scenario.citizen("Nora", days=30)
    coordinator = site.signed_in(scenario.coordinator)
    page = coordinator.get(f"/citizens/{citizen.id}").click("Ret ønsket")
    page = page.submit(
        "Gem ønsket", wants_help_with="bisidder, indkøb", times="man formiddag", own_words="Ro."
    )
    assert "bisidder, indkøb" in page.text
    record = scenario.request_of(citizen)
    assert record.request.waiting_since == scenario.today - timedelta(30)
    page = (
        coordinator.get(f"/citizens/{citizen.id}")
        .click("Ret ønsket")
        .submit("Gem ønsket", times="når det passer")
    )
    assert page.status == 422
    assert page.tree.css_first("#field-times").attributes["value"] == "når det passer"
    assert coordinator.get(f"/citizens/{citizen.id}").submit("Markér som haster").status == 200
    assert scenario.request_of(citizen).request.urgent


def test_a_withdrawn_wish_can_be_asked_anew_once(site: AppClient, scenario: GuideScenario) -> None:
    citizen = scenario.citizen("Nora", days=30)
    coordinator = site.signed_in(scenario.coordinator)
    page = coordinator.get(f"/citizens/{citizen.id}").submit("Træk ønsket tilbage")
    form = page.click("Skriv et nyt ønske")
    form.submit("Gem ønsket", wants_help_with="indkøb")
    form.submit("Gem ønsket", wants_help_with="indkøb")
    assert scenario.request_of(citizen).request.wants_help_with == ("indkøb",)


def test_papers_are_noted_with_name_and_day(site: AppClient, scenario: GuideScenario) -> None:
    guide = scenario.guide("Vejle", trained_until=None)
    coordinator = site.signed_in(scenario.coordinator)
    assert "mangler" in coordinator.get(f"/guides/{guide.id}").text
    page = coordinator.get(f"/guides/{guide.id}").submit(
        "Gem datoerne", trained_until="2027-06-30", checked_until="31-12-2027"
    )
    assert "gyldig til og med 30. juni 2027 , noteret af Koordine Prøvesen" in page.text.replace(
        "2027,", "2027 ,"
    )
    assert coordinator.get(f"/guides/{guide.id}").submit("Gem datoerne", trained_until="snart").status == 422


def test_an_offer_is_followed_from_question_to_running(
    site: AppClient, scenario: GuideScenario, clock: FrozenClock
) -> None:
    guide, citizen = scenario.guide("Vejle"), scenario.citizen("Nora")
    offer = scenario.make_offer(guide, citizen)
    theirs, mine = site.signed_in(guide), site.signed_in(citizen)
    coordinator = site.signed_in(scenario.coordinator)

    with scenario.people.acting_as(guide) as context:
        for_guides_service.ask(context, offer.id, "Er der trapper?")
    page = coordinator.get("/board").click("Svar")
    assert "Er der trapper?" in page.text
    page = page.submit("Send svaret", answer="Nej, der er elevator.")
    assert "Nej, der er elevator." in page.text
    with scenario.people.acting_as(guide) as context:
        for_guides_service.accept_offer(context, offer.id)
    with scenario.people.acting_as(citizen) as context:
        for_citizens_service.accept(context, offer.id)
    page = coordinator.get("/board").click("Aftal mødet")
    page = page.submit("Aftal mødet", day="2026-03-04", time="14.30", place="Biblioteket")
    assert "4. marts 2026 kl. 14.30, Biblioteket" in page.text
    page = page.submit("Matchmødet blev holdt")
    assert scenario.pairing_of(citizen).state is State.DECIDING
    assert theirs.get("/offers").status == mine.get("/guide").status == 200


def test_a_meeting_that_cannot_be_read_comes_back_with_what_was_typed(
    site: AppClient, scenario: GuideScenario
) -> None:
    guide, citizen = scenario.guide("Vejle"), scenario.citizen("Nora")
    pairing = scenario.advance_to(guide, citizen, State.MEETING)
    page = site.signed_in(scenario.coordinator).get(f"/pairings/{pairing.id}")
    page = page.submit("Aftal mødet", day="i morgen", time="halv tre", place="")
    assert page.status == 422
    assert page.tree.css_first("#field-time").attributes["value"] == "halv tre"
    assert len(page.tree.css(".error-summary li")) == 3


def test_a_check_in_pressed_twice_is_noted_once(
    site: AppClient, scenario: GuideScenario, clock: FrozenClock
) -> None:
    guide, citizen = scenario.guide("Vejle"), scenario.citizen("Nora")
    pairing = scenario.advance_to(guide, citizen, State.RUNNING)
    clock.advance(days=31)
    coordinator = site.signed_in(scenario.coordinator)
    page = coordinator.get("/board").click("Følg op med begge")
    page.submit("Jeg har talt med begge")
    after = page.submit("Jeg har talt med begge")
    assert after.text.count("Koordinatoren fulgte op") == 1
    assert "Opfølgning efter 30 dage" not in coordinator.get("/board").text
    page = coordinator.get(f"/pairings/{pairing.id}").submit("Afslut forløbet", reason="goal_reached")
    assert "Målet er nået" in page.text


def test_who_comes_too_late_hears_what_is_true_now(site: AppClient, scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide("Vejle"), scenario.citizen("Nora")
    offer = scenario.make_offer(guide, citizen)
    page = site.signed_in(scenario.coordinator).get(f"/pairings/{offer.id}")

    with scenario.people.acting_as(guide) as context:
        for_guides_service.accept_offer(context, offer.id)
    late = page.submit("Giv 7 dage mere")
    assert late.status == 409
    assert "Sådan er det nu" in late.text


def test_never_these_two_again_can_be_taken_back(site: AppClient, scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide("Vejle"), scenario.citizen("Nora")
    offer = scenario.make_offer(guide, citizen)
    coordinator = site.signed_in(scenario.coordinator)
    coordinator.get(f"/pairings/{offer.id}").submit("Aldrig disse to igen")
    assert "Guider, der er valgt fra" in coordinator.get(f"/citizens/{citizen.id}").text
    page = coordinator.get(f"/citizens/{citizen.id}").submit("Tillad igen")
    assert "Guider, der er valgt fra" not in page.text


@pytest.mark.parametrize("role", [Role.GUIDE, Role.CITIZEN])
def test_nobody_else_moves_a_pairing(
    site: AppClient, scenario: GuideScenario, people: PeopleFactory, role: Role
) -> None:
    guide, citizen = scenario.guide("Vejle"), scenario.citizen("Nora")
    offer = scenario.make_offer(guide, citizen)
    browser = site.signed_in(guide if role is Role.GUIDE else citizen)
    token = browser.get("/who-has-seen" if role is Role.CITIZEN else "/offers")
    hidden = token.tree.css_first("[name=csrf_token]").attributes["value"] or ""
    answer = browser.post(f"/pairings/{offer.id}/withdraw", {"csrf_token": [hidden]})
    assert answer.status == 403


def test_a_new_citizen_is_written_down_once_and_the_wish_follows(
    site: AppClient, people: PeopleFactory, scenario: GuideScenario
) -> None:
    people.area("nord")
    people.area("syd")
    coordinator = site.signed_in(people.add(Role.COORDINATOR, "Nordine", role_area="nord"))
    form = coordinator.get("/citizens").click("Skriv et ønske for en ny borger")
    assert [node.attributes["value"] for node in form.tree.css("#field-area option")] == ["", "nord"]
    assert form.submit("Videre til ønsket", area="nord").status == 422
    assert form.submit("Videre til ønsket", given_name="Nora", area="syd").status == 422
    for _ in range(2):
        page = form.submit("Videre til ønsket", given_name="Nora", area="nord")
    page = page.submit("Gem ønsket", wants_help_with="indkøb")
    assert "indkøb" in page.text
    assert coordinator.get("/citizens").all("tbody th") == ["Nora"]
