"""The citizen's pages, from the request for a guide to the end of the pairing."""

import re

from selectolax.lexbor import LexborHTMLParser

from guides.for_guides import service as for_guides_service
from guides.lifecycle import EndReason, State
from guides.matching.model import Slot
from guides.pairings import service as pairings_service
from people.access.model import RelationKind, Role
from tests.support.app_client import AppClient, Page
from tests.support.guide_scenario import GuideScenario
from tests.support.people_factory import PeopleFactory

LIX_MAX = 30
WORDS_IN_A_SENTENCE_MAX = 15


def sentences(page: Page) -> list[list[str]]:
    """The words of every sentence in the main part; a heading, a label or a button counts as a sentence."""
    tree = LexborHTMLParser(page.tree.css_first("main").html or "")
    for node in tree.css(".sr-only, svg, .own-words"):
        node.decompose()
    texts = [
        node.text(separator=" ")
        for node in tree.css("h1, h2, h3, p, label, legend, li, dt, .button, .form-hint")
    ]
    parts = [part for text in texts for part in re.split(r"(?<=[.!?:])\s+", text.strip())]
    return [words for part in parts if (words := re.findall(r"\w+", part))]


def lix(page: Page) -> float:
    """Words per sentence and long words in a hundred (Björnsson 1968)."""
    page_sentences = sentences(page)
    words = [word for sentence in page_sentences for word in sentence]
    return len(words) / len(page_sentences) + 100 * sum(len(word) > 6 for word in words) / len(words)


def is_plain(page: Page) -> None:
    assert lix(page) <= LIX_MAX, f"{page.path}: LIX {lix(page):.0f}: {page.text}"
    long = [sentence for sentence in sentences(page) if len(sentence) > WORDS_IN_A_SENTENCE_MAX]
    assert not long, f"{page.path}: {long}"


def test_asking_for_a_guide_step_by_step(site: AppClient, scenario: GuideScenario) -> None:
    scenario.guide(helps_with=("indkøb", "it"), gender="kvinde")
    citizen = scenario.people.citizen()
    mine = site.signed_in(citizen)
    page = mine.get("/guide")
    is_plain(page)
    page = page.click("Bed om en guide")
    is_plain(page)
    assert page.heading == "Hvad vil du have hjælp til?"
    invalid = page.submit("Næste")
    assert invalid.status == 422
    page = invalid.submit(
        "Næste", help=["indkøb"], other_help="gå ture, bus", own_words="Jeg er bange for bussen."
    )
    is_plain(page)
    page = page.submit("Næste", interests="hunde", dislikes="larm")
    is_plain(page)
    page = page.submit("Næste", times=["weekday_mornings"], gender="kvinde")
    is_plain(page)
    assert page.heading == "Er det rigtigt?"
    for text in (
        "indkøb, gå ture, bus",
        "bange for bussen",
        "hunde",
        "larm",
        "Formiddag, mandag til fredag",
        "Kvinde",
    ):
        assert text in page.text
    page = page.submit("Ret det om dig")
    assert page.tree.css_first("#field-interests").attributes["value"] == "hunde"
    page = page.submit("Næste", interests="katte").submit("Næste")
    for _ in range(2):
        after = page.submit("Send mit ønske")
        assert after.path == "/guide"
    is_plain(after)
    record = scenario.request_of(citizen)
    assert record.request.wants_help_with == ("indkøb", "gå ture", "bus")
    assert (record.request.interests, record.request.wanted_gender, len(record.request.times)) == (
        ("katte",),
        "kvinde",
        5,
    )
    assert record.own_words == "Jeg er bange for bussen."


def test_changing_the_wish_keeps_what_the_form_does_not_ask(site: AppClient, scenario: GuideScenario) -> None:
    scenario.guide(helps_with=("indkøb",))
    times = (Slot(0, 540, 720),)
    citizen = scenario.citizen(
        days=20,
        experiences=("uro",),
        travel_minutes_max=15,
        times=times,
        urgent=True,
        wants_help_with=("it",),
    )
    before = scenario.request_of(citizen).request
    page = site.signed_in(citizen).get("/guide").click("Ret mit ønske")
    page = page.submit("Næste").submit("Næste", gives="skak")
    assert "Mandag 9–12" in page.text
    page = page.submit("Næste")
    assert "Mandag 9–12" in page.text
    page = page.submit("Send mine ændringer")
    assert page.path == "/guide"
    after = scenario.request_of(citizen).request
    assert after.gives == ("skak",)
    for field in ("experiences", "travel_minutes_max", "times", "urgent", "waiting_since", "wants_help_with"):
        assert getattr(after, field) == getattr(before, field)


def test_from_the_proposal_to_a_guide(site: AppClient, scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide("Jens"), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    mine = site.signed_in(citizen)
    page = mine.get("/guide")
    is_plain(page)
    assert "Jens" not in page.text
    with scenario.people.acting_as(guide) as context:
        for_guides_service.accept_offer(context, offer.id)
    page = mine.get("/guide")
    is_plain(page)
    assert "Jens vil gerne møde dig." in page.text
    page = page.submit("Ja, jeg vil møde Jens")
    is_plain(page)
    with scenario.people.acting_as(scenario.coordinator) as context:
        pairings_service.plan_meeting(context, offer.id, scenario.people.clock(), "Biblioteket")
    page = mine.get("/guide")
    assert "2. marts 2026 kl. 09.00, Biblioteket" in page.text
    with scenario.people.acting_as(scenario.coordinator) as context:
        pairings_service.meeting_held(context, offer.id)
    page = mine.get("/guide")
    is_plain(page)
    page = page.submit("Ja, jeg vil have Jens som guide")
    is_plain(page)
    with scenario.people.acting_as(guide) as context:
        for_guides_service.confirm(context, offer.id)
    page = mine.get("/guide")
    is_plain(page)
    assert "Jens er din guide." in page.text


def test_a_no_needs_no_reason_and_keeps_the_place(site: AppClient, scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide("Jens"), scenario.citizen(days=40)
    scenario.advance_to(guide, citizen, State.GUIDE_WILLING)
    page = site.signed_in(citizen).get("/guide").click("Nej")
    is_plain(page)
    page = page.submit("Ja, find en ny guide", never_again="yes")
    assert page.path == "/guide"
    assert "Vi leder efter en guide til dig." in page.text
    assert "Jens" not in page.text
    assert scenario.request_of(citizen).request.excluded_guides == (guide.id,)


def test_another_guide_at_any_time(site: AppClient, scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide("Jens"), scenario.citizen()
    scenario.advance_to(guide, citizen, State.RUNNING)
    page = site.signed_in(citizen).get("/guide").click("Jeg vil have en ny guide")
    is_plain(page)
    assert "Vi leder efter en guide til dig." in page.submit("Ja, find en ny guide").text


def test_a_goodbye(site: AppClient, scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide("Jens"), scenario.citizen()
    scenario.advance_to(guide, citizen, State.RUNNING)
    page = site.signed_in(citizen).get("/guide").click("Jeg vil stoppe")
    is_plain(page)
    assert "Jens er ikke din guide mere" in page.submit("Stop", reason="goal_reached").text


def test_a_goodbye_needs_no_reason(site: AppClient, scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide("Jens"), scenario.citizen()
    scenario.advance_to(guide, citizen, State.RUNNING)
    page = site.signed_in(citizen).get("/guide").click("Jeg vil stoppe").submit("Stop")
    assert page.path == "/guide"
    assert "Jens er ikke din guide mere" in page.text


def test_who_had_a_guide_reads_that_it_is_over_whoever_ended_it(
    site: AppClient, scenario: GuideScenario
) -> None:
    guide, citizen = scenario.guide("Jens"), scenario.citizen()
    offer = scenario.advance_to(guide, citizen, State.RUNNING)
    with scenario.people.acting_as(scenario.coordinator) as context:
        pairings_service.end(context, offer.id, EndReason.TIME)
    page = site.signed_in(citizen).get("/guide")
    is_plain(page)
    assert "Jens er ikke din guide mere" in page.text
    assert "Du har ikke bedt om en guide" not in page.text


def test_taking_the_wish_back(site: AppClient, scenario: GuideScenario) -> None:
    citizen = scenario.citizen()
    page = site.signed_in(citizen).get("/guide").click("Jeg vil ikke have en guide mere")
    is_plain(page)
    assert "Du har ikke bedt om en guide" in page.submit("Jeg vil ikke have en guide mere").text


def test_a_proposal_that_has_gone_meanwhile(site: AppClient, scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide("Jens"), scenario.citizen()
    offer = scenario.advance_to(guide, citizen, State.GUIDE_WILLING)
    page = site.signed_in(citizen).get("/guide")
    with scenario.people.acting_as(guide) as context:
        for_guides_service.decline(context, offer.id)
    after = page.submit("Ja, jeg vil møde Jens")
    assert after.status == 409
    assert "Vi leder efter en guide til dig." in after.text
    assert "Jens" not in after.text
    assert site.signed_in(citizen).get(f"/guide/{offer.id}/no").status == 409


def test_a_support_worker_asks_together_with_the_citizen(
    site: AppClient, people: PeopleFactory, scenario: GuideScenario
) -> None:
    citizen, worker = people.citizen(), people.add(Role.SUPPORT_WORKER)
    theirs = site.signed_in(worker)
    address = f"/citizens/{citizen.id}/guide"
    assert theirs.get(address).status == 404
    people.start_relation(RelationKind.SUPPORT_WORKER, worker, citizen)
    page = theirs.get(address).click("Bed om en guide").submit("Næste", own_words="Vi vil gerne ud at gå.")
    page = page.submit("Næste").submit("Næste").submit("Send mit ønske")
    assert page.path == address
    assert "Vi vil gerne ud at gå." in page.text
    assert scenario.request_of(citizen).made_by == worker.id
    guide = scenario.guide()
    offer = scenario.advance_to(guide, citizen, State.GUIDE_WILLING)
    page = theirs.get(address)
    assert "Vejle vil gerne møde dig" in page.text
    assert not [words for words in page.all("button, a") if words.startswith(("Ja", "Nej"))]
    assert theirs.get(f"/guide/{offer.id}/no").status == 403
