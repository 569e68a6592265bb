"""From an offer to a pairing and its end, through the use cases of guide, citizen and coordinator."""

from datetime import timedelta

import pytest

from foundation.clock import local_date
from foundation.db.transactions import read_transaction
from guides.errors import DeadlineNotPassed, IllegalTransition, OpenRequestExists
from guides.for_citizens import service as for_citizens_service
from guides.for_guides import service as for_guides_service
from guides.labels import ContactKind
from guides.lifecycle import OFFER_DURATION, EndReason, State, Transition
from guides.matching.model import Request
from guides.pairings import service as pairings_service
from guides.pairings import store as pairings_store
from guides.requests import service as requests_service
from people.access import store as access_store
from people.access.model import DataKind, Purpose, RelationKind, Role
from people.directory.model import Person
from people.errors import NotAllowed, NotFound
from people.web.context import RequestContext
from tests.conftest import FrozenClock
from tests.support.guide_scenario import GuideScenario


def relations(scenario: GuideScenario, guide: Person, citizen: Person) -> frozenset[RelationKind]:
    with read_transaction(scenario.engine) as db:
        subject = access_store.subjects(db, guide.id, [citizen.id], scenario.people.clock())[citizen.id]
    assert subject is not None
    return subject.relations


def test_the_whole_way_to_a_pairing(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    pairing = scenario.advance_to(guide, citizen, State.RUNNING)
    assert relations(scenario, guide, citizen) == {RelationKind.GUIDE}
    with read_transaction(scenario.engine) as db:
        transitions = [event.move for event in pairings_store.events(db, pairing.id)]
    assert transitions == [
        Transition.GUIDE_ACCEPTS,
        Transition.CITIZEN_ACCEPTS,
        Transition.MEETING_HELD,
        Transition.GUIDE_CONFIRMS,
        Transition.CITIZEN_CONFIRMS,
    ]


def test_an_offer_lets_the_guide_see_the_wishes_and_no_more(scenario: GuideScenario) -> None:
    scenario.people.area("midtby")
    guide = scenario.guide(area="midtby", interests=("skak",))
    citizen = scenario.citizen(
        area="midtby", wants_help_with=("bustræning",), interests=("Skak",), experiences=("angst",)
    )
    scenario.make_offer(guide, citizen)
    with scenario.people.acting_as(guide) as context:
        (card,) = for_guides_service.my_offers(context).offers
        with pytest.raises(NotAllowed):
            context.authorize_read(citizen.id, DataKind.IDENTITY, Purpose.OFFER)
        assert [(entry.citizen_id, entry.kinds) for entry in context.access_entries] == [
            (citizen.id, (DataKind.PAIRING, DataKind.WISHES))
        ]
    assert (card.help, card.area, card.given_name) == (("bustræning",), "Midtby", "")
    assert "angst" not in str(card)
    assert any("skak" in str(reason.values).casefold() for reason in card.reasons)


def test_the_citizen_hears_nothing_before_the_guide_has_said_yes(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    with scenario.people.acting_as(citizen) as context:
        mine = for_citizens_service.my_guide(context, citizen.id)
        assert (mine.state, mine.guide_name, mine.pairing_id) == (State.OFFERED, "", "")
        with pytest.raises(IllegalTransition):
            for_citizens_service.accept(context, offer.id)
    with scenario.people.acting_as(guide) as context:
        for_guides_service.accept_offer(context, offer.id)
    with scenario.people.acting_as(citizen) as context:
        mine = for_citizens_service.my_guide(context, citizen.id)
    assert (mine.state, mine.guide_name) == (State.GUIDE_WILLING, "Vejle")


def test_a_guides_no_is_never_seen(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.advance_to(guide, citizen, State.MEETING)
    with scenario.people.acting_as(citizen) as context:
        before = for_citizens_service.my_guide(context, citizen.id)
    with scenario.people.acting_as(guide) as context:
        for_guides_service.decline(context, offer.id)
    with scenario.people.acting_as(citizen) as context:
        after = for_citizens_service.my_guide(context, citizen.id)
    assert before.guide_name == "Vejle"
    assert (after.state, after.guide_name, after.reasons) == (State.OFFERED, "", ())
    assert relations(scenario, guide, citizen) == frozenset()


def test_a_citizens_no_shows_the_guide_that_the_offer_is_closed(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.advance_to(guide, citizen, State.GUIDE_WILLING)
    with scenario.people.acting_as(citizen) as context:
        for_citizens_service.request_new_guide(context, offer.id)
    with scenario.people.acting_as(guide) as context:
        assert for_guides_service.my_offers(context).offers == ()
        card = for_guides_service.offer_card(context, offer.id)
        with pytest.raises(IllegalTransition) as problem:
            for_guides_service.confirm(context, offer.id)
    assert (card.help, card.reasons, card.transitions) == ((), (), ())
    assert "closed" in problem.value.text.message


def test_who_said_no_is_not_paired_with_the_same_person_again(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    with scenario.people.acting_as(guide) as context:
        for_guides_service.decline(context, offer.id)
    scenario.publish(scenario.run_matching())
    assert scenario.pairing_of(citizen).state is State.DECLINED


def test_pressing_twice_does_nothing_twice(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    for _ in range(2):
        with scenario.people.acting_as(guide) as context:
            for_guides_service.accept_offer(context, offer.id)
    with read_transaction(scenario.engine) as db:
        assert len(pairings_store.events(db, offer.id)) == 1


def test_asking_the_coordinator_keeps_the_offer_open(scenario: GuideScenario, clock: FrozenClock) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    clock.advance(days=5)
    with scenario.people.acting_as(guide) as context:
        for_guides_service.ask(context, offer.id, "Er der trapper?")
    pairing = scenario.pairing_of(citizen)
    assert pairing.has_open_question
    assert pairing.answer_by == local_date(clock()) + OFFER_DURATION
    with scenario.people.acting_as(scenario.coordinator) as context:
        pairings_service.answer(context, offer.id, "Nej, der er elevator.")
    with scenario.people.acting_as(guide) as context:
        assert for_guides_service.offer_card(context, offer.id).answer == "Nej, der er elevator."
        for_guides_service.accept_offer(context, offer.id)


def test_an_offer_lapses_after_its_deadline_only(scenario: GuideScenario, clock: FrozenClock) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    clock.advance(days=7)
    with scenario.people.acting_as(scenario.coordinator) as context, pytest.raises(DeadlineNotPassed):
        pairings_service.lapse(context, offer.id)
    clock.advance(days=1)
    with scenario.people.acting_as(scenario.coordinator) as context:
        pairings_service.lapse(context, offer.id)
    assert scenario.pairing_of(citizen).state is State.LAPSED


def test_asking_for_a_new_guide_keeps_the_place_in_the_queue(
    scenario: GuideScenario, clock: FrozenClock
) -> None:
    guide, citizen = scenario.guide(), scenario.citizen(days=30)
    since = scenario.request_of(citizen).request.waiting_since
    pairing = scenario.advance_to(guide, citizen, State.RUNNING)
    clock.advance(days=40)
    with scenario.people.acting_as(citizen) as context:
        for_citizens_service.request_new_guide(context, pairing.id, never_again=True)
    record = scenario.request_of(citizen)
    assert record.request.waiting_since == since
    assert record.request.excluded_guides == (guide.id,)
    assert scenario.pairing_of(citizen).end_reason is EndReason.NO_FAULT_REMATCH
    assert relations(scenario, guide, citizen) == frozenset()


def test_a_goal_reached_closes_the_wish(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    pairing = scenario.advance_to(guide, citizen, State.RUNNING)
    with scenario.people.acting_as(guide) as context:
        for_guides_service.end(context, pairing.id, EndReason.GOAL_REACHED)
    with scenario.people.acting_as(citizen) as context:
        assert for_citizens_service.my_guide(context, citizen.id).request is None


def test_withdrawing_the_wish_closes_what_is_open_for_it(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    with scenario.people.acting_as(citizen) as context:
        requests_service.withdraw_request(context, offer.request_id)
        assert requests_service.my_request(context, citizen.id) is None
    assert scenario.pairing_of(citizen).state is State.DECLINED


def test_there_is_one_open_wish_at_a_time(scenario: GuideScenario) -> None:
    citizen = scenario.people.citizen()
    wishes = Request(id="", given_name="", area="", waiting_since=scenario.today - timedelta(days=900))
    with scenario.people.acting_as(citizen) as context:
        requests_service.request_guide(context, citizen.id, wishes, "Jeg vil gerne lære at tage bussen.")
        with pytest.raises(OpenRequestExists):
            requests_service.request_guide(context, citizen.id, wishes)
    record = scenario.request_of(citizen)
    assert record.request.waiting_since == scenario.today
    assert record.own_words == "Jeg vil gerne lære at tage bussen."


def test_only_the_two_and_their_coordinator_come_near_a_pairing(scenario: GuideScenario) -> None:
    scenario.people.area("midtby")
    scenario.people.area("havnen")
    guide, citizen = scenario.guide(area="havnen"), scenario.citizen(area="havnen")
    offer = scenario.make_offer(guide, citizen)
    strangers = (
        (scenario.people.add(Role.GUIDE, "Anden"), for_guides_service.accept_offer),
        (scenario.people.citizen("Anden"), for_citizens_service.request_new_guide),
        (
            scenario.people.add(Role.COORDINATOR, "Anden", role_area="midtby"),
            pairings_service.withdraw,
        ),
        (scenario.people.add(Role.SUPPORT_WORKER, "Anden"), pairings_service.withdraw),
    )
    for person, change in strangers:
        with scenario.people.acting_as(person) as context, pytest.raises(NotFound):
            change(context, offer.id)


def test_a_contact_is_begun_as_a_draft_and_sent_once(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    pairing = scenario.advance_to(guide, citizen, State.RUNNING)

    def log(context: RequestContext, *, draft: bool, key: str, minutes: int | None) -> None:
        for_guides_service.log_contact(
            context,
            pairing.id,
            met_on=scenario.today,
            minutes=minutes,
            kind=ContactKind.IN_PERSON,
            all_well=True,
            draft=draft,
            form_key=key,
        )

    with scenario.people.acting_as(guide) as context:
        log(context, draft=True, key="a", minutes=None)
        mine = for_guides_service.my_pairing(context, pairing.id)
        assert mine.contacts == ()
        assert mine.draft is not None
        for _ in range(2):
            log(context, draft=False, key="b", minutes=45)
        mine = for_guides_service.my_pairing(context, pairing.id)
        (sent,) = mine.contacts
        assert (sent.minutes, sent.draft) == (45, False)
        assert mine.draft is None
        assert for_guides_service.my_pairings(context)[0].last_contact == scenario.today


def test_capacity_and_pause_are_the_guides_own(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(capacity=1), scenario.citizen()
    pairing = scenario.advance_to(guide, citizen, State.RUNNING)
    with scenario.people.acting_as(guide) as context:
        for_guides_service.set_capacity(context, 0)
        for_guides_service.set_pause(context, scenario.today + timedelta(days=10))
        mine = for_guides_service.my_guide_profile(context).guide
    assert (mine.capacity, mine.active) == (0, 1)
    assert scenario.pairing_of(citizen) == pairing
