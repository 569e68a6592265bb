"""The guide's pages."""

from guides.for_citizens import service as for_citizens_service
from guides.lifecycle import EndReason, State
from guides.pairings import service as pairings_service
from people.access.model import Role
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient
from tests.support.guide_scenario import GuideScenario
from tests.support.people_factory import PeopleFactory


def test_an_offer_tells_what_it_is_and_not_who(site: AppClient, scenario: GuideScenario) -> None:
    scenario.people.area("midtby")
    guide = scenario.guide(area="midtby", dislikes=("larm",), helps_with=("indkøb",))
    citizen = scenario.citizen(
        "Aisha", area="midtby", wants_help_with=("indkøb",), dislikes=("larm",), experiences=("angst",)
    )
    scenario.make_offer(guide, citizen)
    mine = site.signed_in(guide)
    cards = mine.get("/offers")
    assert "Svar senest den 9. marts 2026" in cards.text
    page = cards.click("Hjælp til: indkøb")
    assert "Midtby" in page.text
    assert "larm" in page.text
    for secret in ("Aisha", "Prøvesen", "angst"):
        assert secret not in cards.text + page.text


def test_from_yes_to_guide(site: AppClient, scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen("Aisha")
    offer = scenario.make_offer(guide, citizen)
    mine = site.signed_in(guide)
    page = mine.get(f"/offers/{offer.id}").submit("Ja, det vil jeg gerne")
    assert "Tak. Nu spørger vi borgeren." in page.all("body")[0]
    with scenario.people.acting_as(citizen) as context:
        for_citizens_service.accept(context, offer.id)
    with scenario.people.acting_as(scenario.coordinator) as context:
        pairings_service.plan_meeting(context, offer.id, scenario.people.clock(), "Biblioteket")
        pairings_service.meeting_held(context, offer.id)
    page = mine.get(f"/offers/{offer.id}")
    assert page.heading == "Du og Aisha"
    assert "Vi venter på borgeren" in page.submit("Ja, jeg vil være guide").text
    with scenario.people.acting_as(citizen) as context:
        for_citizens_service.confirm(context, offer.id)
    assert mine.get("/my-pairings").click("Aisha").heading == "Du og Aisha"
    assert mine.get(f"/offers/{offer.id}").path == f"/my-pairings/{offer.id}"


def test_a_no_is_checked_first_and_needs_no_reason(site: AppClient, scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    check = site.signed_in(guide).get(f"/offers/{offer.id}").click("Nej")
    assert not check.tree.css("textarea, input:not([type=hidden])")
    assert scenario.pairing_of(citizen).state is State.OFFERED
    page = check.submit("Sig nej")
    assert page.path == "/offers"
    assert scenario.pairing_of(citizen).state is State.DECLINED


def test_who_comes_too_late_sees_what_is_true_now(site: AppClient, scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    open_page = site.signed_in(guide).get(f"/offers/{offer.id}")
    with scenario.people.acting_as(scenario.coordinator) as context:
        pairings_service.withdraw(context, offer.id)
    page = open_page.submit("Ja, det vil jeg gerne")
    assert (page.status, page.heading) == (409, "Tilbuddet er lukket")


def test_a_question_reaches_the_coordinator(site: AppClient, scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    form = site.signed_in(guide).get(f"/offers/{offer.id}").click("Spørg koordinatoren")
    empty = form.submit("Send spørgsmålet")
    assert (empty.status, "Skriv, hvad du vil vide." in empty.text) == (422, True)
    page = form.submit("Send spørgsmålet", question="Er der en hund?")
    assert "Er der en hund?" in page.text
    assert scenario.pairing_of(citizen).has_open_question


def test_a_contact_in_one_form_as_a_draft_first(site: AppClient, scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen("Aisha")
    pairing = scenario.advance_to(guide, citizen, State.RUNNING)
    mine = site.signed_in(guide)
    form = mine.get("/my-pairings").click("Notér en kontakt med Aisha")
    assert form.tree.css_first("#field-met_on").attributes["value"] == "2026-03-02"
    page = form.submit("Gem som kladde", minutes="45")
    assert page.path == f"/my-pairings/{pairing.id}"
    form = page.click("Fortsæt med kladden")
    assert form.tree.css_first("#field-minutes").attributes["value"] == "45"
    invalid = form.submit("Gem kontakten")
    assert invalid.status == 422
    assert "Vælg, hvordan I havde kontakt." in invalid.text
    for _ in range(2):
        page = invalid.submit("Gem kontakten", kind="met", all_well="no")
    assert page.text.count("45 minutter") == 1
    assert "Ikke alt godt" in page.text


def test_a_contact_does_not_lie_in_the_future(site: AppClient, scenario: GuideScenario) -> None:
    guide = scenario.guide()
    pairing = scenario.advance_to(guide, scenario.citizen(), State.RUNNING)
    form = site.signed_in(guide).get(f"/my-pairings/{pairing.id}/contact")
    page = form.submit("Gem kontakten", met_on="2026-03-03", minutes="30", kind="phone", all_well="yes")
    assert "Dagen er ikke kommet endnu" in page.text


def test_a_goodbye(site: AppClient, scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    pairing = scenario.advance_to(guide, citizen, State.RUNNING)
    mine = site.signed_in(guide)
    form = mine.get(f"/my-pairings/{pairing.id}").click("Sig farvel, og afslut forløbet")
    assert form.submit("Afslut forløbet").status == 422
    page = form.submit("Afslut forløbet", reason="time")
    assert page.path == "/my-pairings"
    assert scenario.pairing_of(citizen).end_reason is EndReason.TIME
    assert "slut" in mine.get(f"/my-pairings/{pairing.id}").heading


def test_the_number_and_the_break_are_my_own(
    site: AppClient, scenario: GuideScenario, clock: FrozenClock
) -> None:
    mine = site.signed_in(scenario.guide())
    page = mine.get("/capacity")
    invalid = page.submit("Gem mit tal", capacity="to")
    assert invalid.status == 422
    assert invalid.tree.css_first("#field-capacity").attributes["value"] == "to"
    assert mine.get("/capacity").submit("Gem mit tal", capacity="1").status == 200
    assert mine.get("/capacity").tree.css_first("#field-capacity").attributes["value"] == "1"
    assert mine.get("/capacity").submit("Hold pause", until="2026-03-01").status == 422
    page = mine.get("/capacity").submit("Hold pause", until="31-03-2026")
    assert "pause til og med 31. marts 2026" in page.text
    assert "pause" in mine.get("/offers").text
    assert "Du holder pause" not in page.submit("Jeg er tilbage nu").text


def test_a_guide_who_has_only_just_come(site: AppClient, people: PeopleFactory) -> None:
    mine = site.signed_in(people.add(Role.GUIDE))
    assert mine.get("/offers").heading == "Mine tilbud"
    assert mine.get("/capacity").submit("Gem mit tal", capacity="3").status == 200


def test_offers_of_others_are_not_found(site: AppClient, scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    other = site.signed_in(scenario.people.add(Role.GUIDE, "Anden"))
    for address in (f"/offers/{offer.id}", f"/offers/{offer.id}/no", f"/my-pairings/{offer.id}"):
        assert other.get(address).status == 404
