"""From an offer to a pairing and its end, as guide, citizen and coordinator press their buttons."""

from datetime import timedelta

import pytest

from foundation.clock import local_date
from foundation.db.transactions import reading
from guides.errors import AlreadyAsked, DeadlineAhead, IllegalMove
from guides.for_citizens import service as for_citizens_service
from guides.for_guides import service as for_guides_service
from guides.labels import ContactKind
from guides.lifecycle import OFFER_LENGTH, EndReason, Move, State
from guides.matching.model import Request
from guides.pairings import service as pairings_service
from guides.pairings import store as pairings_store
from guides.requests import service as requests_service
from people.access import store as access_store
from people.access.model import DataKind, Purpose, RelationKind, Role
from people.directory.model import Person
from people.errors import NotAllowed, NotFound
from people.web.context import Visit
from tests.conftest import StandingClock
from tests.guides.neighbours import Neighbours


def relations(neighbours: Neighbours, guide: Person, citizen: Person) -> frozenset[RelationKind]:
    with reading(neighbours.engine) as db:
        subject = access_store.subject(db, guide.id, citizen.id, neighbours.people.clock())
    assert subject is not None
    return subject.relations


def test_the_whole_way_to_a_pairing(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    pairing = neighbours.walk(guide, citizen, State.RUNNING)
    assert relations(neighbours, guide, citizen) == {RelationKind.GUIDE}
    with reading(neighbours.engine) as db:
        made = [event.move for event in pairings_store.events(db, pairing.id)]
    assert made == [
        Move.GUIDE_ACCEPTS,
        Move.CITIZEN_ACCEPTS,
        Move.MEETING_HELD,
        Move.GUIDE_CONFIRMS,
        Move.CITIZEN_CONFIRMS,
    ]


def test_an_offer_lets_the_guide_see_the_wishes_and_no_more(neighbours: Neighbours) -> None:
    neighbours.people.area("midtby")
    guide = neighbours.guide(area="midtby", interests=("skak",))
    citizen = neighbours.citizen(
        area="midtby", wants_help_with=("bustræning",), interests=("Skak",), experiences=("angst",)
    )
    neighbours.offered(guide, citizen)
    with neighbours.people.acting(guide) as visit:
        (card,) = for_guides_service.my_offers(visit)
        with pytest.raises(NotAllowed):
            visit.look(citizen.id, DataKind.IDENTITY, Purpose.OFFER)
        assert [(line.citizen_id, line.kinds) for line in visit.lines] == [
            (citizen.id, (DataKind.PAIRING, DataKind.WISHES))
        ]
    assert (card.help, card.area, card.given_name) == (("bustræning",), "Midtby", "")
    assert "angst" not in str(card)
    assert any("skak" in str(reason.values).casefold() for reason in card.shared)


def test_the_citizen_hears_nothing_before_the_guide_has_said_yes(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.offered(guide, citizen)
    with neighbours.people.acting(citizen) as visit:
        mine = for_citizens_service.my_guide(visit, citizen.id)
        assert (mine.state, mine.guide_name, mine.pairing_id) == (State.OFFERED, "", "")
        with pytest.raises(IllegalMove):
            for_citizens_service.accept(visit, offer.id)
    with neighbours.people.acting(guide) as visit:
        for_guides_service.accept_offer(visit, offer.id)
    with neighbours.people.acting(citizen) as visit:
        mine = for_citizens_service.my_guide(visit, citizen.id)
    assert (mine.state, mine.guide_name) == (State.GUIDE_WILLING, "Vejle")


def test_a_guides_no_is_never_seen(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.walk(guide, citizen, State.MEETING)
    with neighbours.people.acting(citizen) as visit:
        before = for_citizens_service.my_guide(visit, citizen.id)
    with neighbours.people.acting(guide) as visit:
        for_guides_service.decline(visit, offer.id)
    with neighbours.people.acting(citizen) as visit:
        after = for_citizens_service.my_guide(visit, citizen.id)
    assert before.guide_name == "Vejle"
    assert (after.state, after.guide_name, after.reasons) == (State.OFFERED, "", ())
    assert relations(neighbours, guide, citizen) == frozenset()


def test_a_citizens_no_shows_the_guide_that_the_offer_is_closed(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.walk(guide, citizen, State.GUIDE_WILLING)
    with neighbours.people.acting(citizen) as visit:
        for_citizens_service.decline(visit, offer.id)
    with neighbours.people.acting(guide) as visit:
        assert for_guides_service.my_offers(visit) == ()
        card = for_guides_service.card(visit, offer.id)
        with pytest.raises(IllegalMove) as problem:
            for_guides_service.confirm(visit, offer.id)
    assert (card.help, card.shared, card.moves) == ((), (), ())
    assert "closed" in problem.value.text.message


def test_who_said_no_is_not_paired_with_the_same_person_again(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.offered(guide, citizen)
    with neighbours.people.acting(guide) as visit:
        for_guides_service.decline(visit, offer.id)
    neighbours.publish(neighbours.run())
    assert neighbours.pairing_of(citizen).state is State.DECLINED


def test_pressing_twice_does_nothing_twice(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.offered(guide, citizen)
    for _ in range(2):
        with neighbours.people.acting(guide) as visit:
            for_guides_service.accept_offer(visit, offer.id)
    with reading(neighbours.engine) as db:
        assert len(pairings_store.events(db, offer.id)) == 1


def test_asking_the_coordinator_keeps_the_offer_open(neighbours: Neighbours, clock: StandingClock) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.offered(guide, citizen)
    clock.forward(days=5)
    with neighbours.people.acting(guide) as visit:
        for_guides_service.ask(visit, offer.id, "Er der trapper?")
    asked = neighbours.pairing_of(citizen)
    assert asked.asks
    assert asked.answer_by == local_date(clock()) + OFFER_LENGTH
    with neighbours.people.acting(neighbours.coordinator) as visit:
        pairings_service.answer(visit, offer.id, "Nej, der er elevator.")
    with neighbours.people.acting(guide) as visit:
        assert for_guides_service.card(visit, offer.id).answer == "Nej, der er elevator."
        for_guides_service.accept_offer(visit, offer.id)


def test_an_offer_lapses_after_its_deadline_only(neighbours: Neighbours, clock: StandingClock) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.offered(guide, citizen)
    clock.forward(days=7)
    with neighbours.people.acting(neighbours.coordinator) as visit, pytest.raises(DeadlineAhead):
        pairings_service.lapse(visit, offer.id)
    clock.forward(days=1)
    with neighbours.people.acting(neighbours.coordinator) as visit:
        pairings_service.lapse(visit, offer.id)
    assert neighbours.pairing_of(citizen).state is State.LAPSED


def test_asking_for_a_new_guide_keeps_the_place_in_the_queue(
    neighbours: Neighbours, clock: StandingClock
) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen(days=30)
    since = neighbours.request_of(citizen).request.waiting_since
    pairing = neighbours.walk(guide, citizen, State.RUNNING)
    clock.forward(days=40)
    with neighbours.people.acting(citizen) as visit:
        for_citizens_service.new_guide(visit, pairing.id, never_again=True)
    kept = neighbours.request_of(citizen)
    assert kept.request.waiting_since == since
    assert kept.request.excluded_guides == (guide.id,)
    assert neighbours.pairing_of(citizen).end_reason is EndReason.NO_FAULT_REMATCH
    assert relations(neighbours, guide, citizen) == frozenset()


def test_a_goal_reached_closes_the_wish(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    pairing = neighbours.walk(guide, citizen, State.RUNNING)
    with neighbours.people.acting(guide) as visit:
        for_guides_service.end(visit, pairing.id, EndReason.GOAL_REACHED)
    with neighbours.people.acting(citizen) as visit:
        assert for_citizens_service.my_guide(visit, citizen.id).request is None


def test_withdrawing_the_wish_closes_what_is_open_for_it(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.offered(guide, citizen)
    with neighbours.people.acting(citizen) as visit:
        requests_service.withdraw_request(visit, offer.request_id)
        assert requests_service.my_request(visit, citizen.id) is None
    assert neighbours.pairing_of(citizen).state is State.DECLINED


def test_there_is_one_open_wish_at_a_time(neighbours: Neighbours) -> None:
    citizen = neighbours.people.citizen()
    wishes = Request(id="", given_name="", area="", waiting_since=neighbours.today - timedelta(days=900))
    with neighbours.people.acting(citizen) as visit:
        requests_service.request_guide(visit, citizen.id, wishes, "Jeg vil gerne lære at tage bussen.")
        with pytest.raises(AlreadyAsked):
            requests_service.request_guide(visit, citizen.id, wishes)
    kept = neighbours.request_of(citizen)
    assert kept.request.waiting_since == neighbours.today
    assert kept.own_words == "Jeg vil gerne lære at tage bussen."


def test_only_the_two_and_their_coordinator_come_near_a_pairing(neighbours: Neighbours) -> None:
    neighbours.people.area("midtby")
    neighbours.people.area("havnen")
    guide, citizen = neighbours.guide(area="havnen"), neighbours.citizen(area="havnen")
    offer = neighbours.offered(guide, citizen)
    strangers = (
        (neighbours.people.add(Role.GUIDE, "Anden"), for_guides_service.accept_offer),
        (neighbours.people.citizen("Anden"), for_citizens_service.decline),
        (
            neighbours.people.add(Role.COORDINATOR, "Anden", role_area="midtby"),
            pairings_service.withdraw,
        ),
        (neighbours.people.add(Role.SUPPORT_WORKER, "Anden"), pairings_service.withdraw),
    )
    for person, act in strangers:
        with neighbours.people.acting(person) as visit, pytest.raises(NotFound):
            act(visit, offer.id)


def test_a_contact_is_begun_as_a_draft_and_sent_once(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    pairing = neighbours.walk(guide, citizen, State.RUNNING)

    def log(visit: Visit, *, draft: bool, key: str, minutes: int | None) -> None:
        for_guides_service.log_contact(
            visit,
            pairing.id,
            met_on=neighbours.today,
            minutes=minutes,
            kind=ContactKind.MET,
            all_well=True,
            draft=draft,
            form_key=key,
        )

    with neighbours.people.acting(guide) as visit:
        log(visit, draft=True, key="a", minutes=None)
        assert for_guides_service.contacts(visit, pairing.id) == ()
        draft = for_guides_service.contact_draft(visit, pairing.id)
        assert draft is not None
        for _ in range(2):
            log(visit, draft=False, key="b", minutes=45)
        (sent,) = for_guides_service.contacts(visit, pairing.id)
        assert (sent.minutes, sent.draft) == (45, False)
        assert for_guides_service.contact_draft(visit, pairing.id) is None
        assert for_guides_service.my_pairings(visit)[0].last_contact == neighbours.today


def test_capacity_and_pause_are_the_guides_own(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(capacity=1), neighbours.citizen()
    pairing = neighbours.walk(guide, citizen, State.RUNNING)
    with neighbours.people.acting(guide) as visit:
        for_guides_service.set_capacity(visit, 0)
        for_guides_service.set_pause(visit, neighbours.today + timedelta(days=10))
        mine = for_guides_service.my_place(visit).guide
    assert (mine.capacity, mine.active) == (0, 1)
    assert neighbours.pairing_of(citizen) == pairing
