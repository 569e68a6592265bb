"""What a guide sees and does in the browser."""

from guides.for_citizens import service as for_citizens_service
from guides.lifecycle import EndReason, State
from guides.pairings import service as pairings_service
from people.access.model import Role
from tests.conftest import StandingClock
from tests.guides.neighbours import Neighbours
from tests.people_factory import People
from tests.site import Site


def test_an_offer_tells_what_it_is_and_not_who(site: Site, neighbours: Neighbours) -> None:
    neighbours.people.area("midtby")
    guide = neighbours.guide(area="midtby", dislikes=("larm",), helps_with=("indkøb",))
    citizen = neighbours.citizen(
        "Aisha", area="midtby", wants_help_with=("indkøb",), dislikes=("larm",), experiences=("angst",)
    )
    neighbours.offered(guide, citizen)
    mine = site.visitor(guide)
    cards = mine.get("/offers")
    assert "Svar senest den 9. marts 2026" in cards.text
    page = cards.follow("Hjælp til: indkøb")
    assert "Midtby" in page.text
    assert "larm" in page.text
    for secret in ("Aisha", "Prøvesen", "angst"):
        assert secret not in cards.text + page.text


def test_from_yes_to_guide(site: Site, neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen("Aisha")
    offer = neighbours.offered(guide, citizen)
    mine = site.visitor(guide)
    page = mine.get(f"/offers/{offer.id}").press("Ja, det vil jeg gerne")
    assert "Tak. Nu spørger vi borgeren." in page.all("body")[0]
    with neighbours.people.acting(citizen) as visit:
        for_citizens_service.accept(visit, offer.id)
    with neighbours.people.acting(neighbours.coordinator) as visit:
        pairings_service.plan_meeting(visit, offer.id, neighbours.people.clock(), "Biblioteket")
        pairings_service.meeting_held(visit, offer.id)
    page = mine.get(f"/offers/{offer.id}")
    assert page.heading == "Du og Aisha"
    assert "Vi venter på borgeren" in page.press("Ja, jeg vil være guide").text
    with neighbours.people.acting(citizen) as visit:
        for_citizens_service.confirm(visit, offer.id)
    assert mine.get("/my-pairings").follow("Aisha").heading == "Du og Aisha"
    assert mine.get(f"/offers/{offer.id}").path == f"/my-pairings/{offer.id}"


def test_a_no_is_checked_first_and_needs_no_reason(site: Site, neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.offered(guide, citizen)
    check = site.visitor(guide).get(f"/offers/{offer.id}").follow("Nej")
    assert not check.tree.css("textarea, input:not([type=hidden])")
    assert neighbours.pairing_of(citizen).state is State.OFFERED
    page = check.press("Sig nej")
    assert page.path == "/offers"
    assert neighbours.pairing_of(citizen).state is State.DECLINED


def test_who_comes_too_late_sees_what_is_true_now(site: Site, neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.offered(guide, citizen)
    open_page = site.visitor(guide).get(f"/offers/{offer.id}")
    with neighbours.people.acting(neighbours.coordinator) as visit:
        pairings_service.withdraw(visit, offer.id)
    page = open_page.press("Ja, det vil jeg gerne")
    assert (page.status, page.heading) == (409, "Tilbuddet er lukket")


def test_a_question_reaches_the_coordinator(site: Site, neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.offered(guide, citizen)
    form = site.visitor(guide).get(f"/offers/{offer.id}").follow("Spørg koordinatoren")
    empty = form.press("Send spørgsmålet")
    assert (empty.status, "Skriv, hvad du vil vide." in empty.text) == (422, True)
    page = form.press("Send spørgsmålet", question="Er der en hund?")
    assert "Er der en hund?" in page.text
    assert neighbours.pairing_of(citizen).asks


def test_a_contact_in_one_form_as_a_draft_first(site: Site, neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen("Aisha")
    pairing = neighbours.walk(guide, citizen, State.RUNNING)
    mine = site.visitor(guide)
    form = mine.get("/my-pairings").follow("Notér en kontakt med Aisha")
    assert form.tree.css_first("#field-met_on").attributes["value"] == "2026-03-02"
    page = form.press("Gem som kladde", minutes="45")
    assert page.path == f"/my-pairings/{pairing.id}"
    form = page.follow("Fortsæt med kladden")
    assert form.tree.css_first("#field-minutes").attributes["value"] == "45"
    faulty = form.press("Gem kontakten")
    assert faulty.status == 422
    assert "Vælg, hvordan I havde kontakt." in faulty.text
    for _ in range(2):
        page = faulty.press("Gem kontakten", kind="met", all_well="no")
    assert page.text.count("45 minutter") == 1
    assert "Ikke alt godt" in page.text


def test_a_contact_does_not_lie_in_the_future(site: Site, neighbours: Neighbours) -> None:
    guide = neighbours.guide()
    pairing = neighbours.walk(guide, neighbours.citizen(), State.RUNNING)
    form = site.visitor(guide).get(f"/my-pairings/{pairing.id}/contact")
    page = form.press("Gem kontakten", met_on="2026-03-03", minutes="30", kind="phone", all_well="yes")
    assert "Dagen er ikke kommet endnu" in page.text


def test_a_goodbye(site: Site, neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    pairing = neighbours.walk(guide, citizen, State.RUNNING)
    mine = site.visitor(guide)
    form = mine.get(f"/my-pairings/{pairing.id}").follow("Sig farvel, og afslut forløbet")
    assert form.press("Afslut forløbet").status == 422
    page = form.press("Afslut forløbet", reason="time")
    assert page.path == "/my-pairings"
    assert neighbours.pairing_of(citizen).end_reason is EndReason.TIME
    assert "slut" in mine.get(f"/my-pairings/{pairing.id}").heading


def test_the_number_and_the_break_are_my_own(
    site: Site, neighbours: Neighbours, clock: StandingClock
) -> None:
    mine = site.visitor(neighbours.guide())
    page = mine.get("/capacity")
    faulty = page.press("Gem mit tal", capacity="to")
    assert faulty.status == 422
    assert faulty.tree.css_first("#field-capacity").attributes["value"] == "to"
    assert mine.get("/capacity").press("Gem mit tal", capacity="1").status == 200
    assert mine.get("/capacity").tree.css_first("#field-capacity").attributes["value"] == "1"
    assert mine.get("/capacity").press("Hold pause", until="2026-03-01").status == 422
    page = mine.get("/capacity").press("Hold pause", until="31-03-2026")
    assert "pause til og med 31. marts 2026" in page.text
    assert "pause" in mine.get("/offers").text
    assert "Du holder pause" not in page.press("Jeg er tilbage nu").text


def test_a_guide_who_has_only_just_come(site: Site, people: People) -> None:
    mine = site.visitor(people.add(Role.GUIDE))
    assert mine.get("/offers").heading == "Mine tilbud"
    assert mine.get("/capacity").press("Gem mit tal", capacity="3").status == 200


def test_offers_of_others_are_not_found(site: Site, neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.offered(guide, citizen)
    other = site.visitor(neighbours.people.add(Role.GUIDE, "Anden"))
    for address in (f"/offers/{offer.id}", f"/offers/{offer.id}/no", f"/my-pairings/{offer.id}"):
        assert other.get(address).status == 404
