"""Two people press at the same moment: one of them wins, the other hears what is true now."""

from collections.abc import Callable
from threading import Barrier, Thread

from foundation.db.transactions import reading
from guides.errors import GuidesError, IllegalMove, PoolChanged
from guides.for_citizens import service as for_citizens_service
from guides.for_guides import service as for_guides_service
from guides.labels import ContactKind
from guides.lifecycle import OPEN, State
from guides.matching.model import Request
from guides.pairings import service as pairings_service
from guides.pairings import store as pairings_store
from guides.requests import service as requests_service
from guides.runs import service as runs_service
from people.directory.model import Person
from people.web.context import Visit
from tests.guides.neighbours import Neighbours

Press = Callable[[Visit], object]


def press_together(neighbours: Neighbours, *presses: tuple[Person, Press]) -> list[GuidesError | None]:
    """Everyone's outcome, in the order given: None for done."""
    start = Barrier(len(presses))
    outcomes: list[GuidesError | None] = [None] * len(presses)
    broken: list[BaseException] = []

    def press(index: int, person: Person, act: Press) -> None:
        start.wait()
        try:
            with neighbours.people.acting(person) as visit:
                act(visit)
        except GuidesError as problem:
            outcomes[index] = problem
        except BaseException as problem:
            broken.append(problem)

    threads = [Thread(target=press, args=(index, *one)) for index, one in enumerate(presses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not broken, broken
    return outcomes


def test_a_yes_and_a_withdrawal(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.offered(guide, citizen)
    yes, withdrawn = press_together(
        neighbours,
        (guide, lambda visit: for_guides_service.accept_offer(visit, offer.id)),
        (neighbours.coordinator, lambda visit: pairings_service.withdraw(visit, offer.id)),
    )
    # A withdrawal is possible after the yes, a yes is not possible after the withdrawal.
    assert withdrawn is None
    assert neighbours.pairing_of(citizen).state is State.WITHDRAWN
    if yes is not None:
        assert isinstance(yes, IllegalMove)
        assert yes.state is State.WITHDRAWN


def test_a_lapse_and_a_yes(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.offered(guide, citizen)
    neighbours.people.clock.forward(days=8)  # type: ignore[attr-defined]
    outcomes = press_together(
        neighbours,
        (guide, lambda visit: for_guides_service.accept_offer(visit, offer.id)),
        (neighbours.coordinator, lambda visit: pairings_service.lapse(visit, offer.id)),
    )
    state = neighbours.pairing_of(citizen).state
    assert [outcome is None for outcome in outcomes] == [
        state is State.GUIDE_WILLING,
        state is State.LAPSED,
    ]
    with reading(neighbours.engine) as db:
        assert len(pairings_store.events(db, offer.id)) == 1


def test_both_confirm_and_both_are_heard(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.walk(guide, citizen, State.DECIDING)
    outcomes = press_together(
        neighbours,
        (guide, lambda visit: for_guides_service.confirm(visit, offer.id)),
        (citizen, lambda visit: for_citizens_service.confirm(visit, offer.id)),
    )
    assert outcomes == [None, None]
    assert neighbours.pairing_of(citizen).state is State.RUNNING


def test_the_citizens_no_and_the_coordinators_meeting(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.walk(guide, citizen, State.MEETING)
    said_no, held = press_together(
        neighbours,
        (citizen, lambda visit: for_citizens_service.decline(visit, offer.id)),
        (neighbours.coordinator, lambda visit: pairings_service.meeting_held(visit, offer.id)),
    )
    assert said_no is None
    assert neighbours.pairing_of(citizen).state is State.DECLINED
    if held is not None:
        assert isinstance(held, IllegalMove)
        assert held.state is State.DECLINED


def test_two_proposals_with_the_same_people(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    first, second = neighbours.run(), neighbours.run()
    outcomes = press_together(
        neighbours,
        (neighbours.coordinator, lambda visit: runs_service.publish(visit, first)),
        (neighbours.coordinator, lambda visit: runs_service.publish(visit, second)),
    )
    assert sorted(type(outcome) for outcome in outcomes if outcome) == [PoolChanged]
    with reading(neighbours.engine) as db:
        assert [one.state for one in pairings_store.of_guide(db, guide.id)] == [State.OFFERED]
        assert [one.state for one in pairings_store.of_citizen(db, citizen.id)] == [State.OFFERED]


def test_a_guides_last_place_is_given_once(neighbours: Neighbours) -> None:
    guide = neighbours.guide(capacity=1)
    first_citizen = neighbours.citizen("Første")
    first = neighbours.run()
    second_citizen = neighbours.citizen("Anden", urgent=True)
    second = neighbours.run()
    press_together(
        neighbours,
        (neighbours.coordinator, lambda visit: runs_service.publish(visit, first)),
        (neighbours.coordinator, lambda visit: runs_service.publish(visit, second)),
    )
    with reading(neighbours.engine) as db:
        open_ones = [one for one in pairings_store.of_guide(db, guide.id) if one.state in OPEN]
    assert len(open_ones) == 1
    assert open_ones[0].citizen_id in {first_citizen.id, second_citizen.id}


def test_one_wish_however_often_it_is_sent(neighbours: Neighbours) -> None:
    citizen = neighbours.people.citizen()
    wishes = Request(id="", given_name="", area="", waiting_since=neighbours.today)
    outcomes = press_together(
        neighbours,
        *((citizen, lambda visit: requests_service.request_guide(visit, citizen.id, wishes)),) * 4,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyAsked"] * 3 + ["NoneType"]


def test_a_contact_sent_twice_at_once_is_one(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    pairing = neighbours.walk(guide, citizen, State.RUNNING)

    def log(visit: Visit) -> None:
        for_guides_service.log_contact(
            visit,
            pairing.id,
            met_on=neighbours.today,
            minutes=20,
            kind=ContactKind.PHONE,
            all_well=True,
            draft=False,
            form_key="the same",
        )

    assert press_together(neighbours, *((guide, log),) * 4) == [None] * 4
    with reading(neighbours.engine) as db:
        assert len(pairings_store.contacts(db, pairing.id)) == 1


def test_pausing_and_publishing(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    run_id = neighbours.run()
    _, published = press_together(
        neighbours,
        (guide, lambda visit: for_guides_service.set_capacity(visit, 0)),
        (neighbours.coordinator, lambda visit: runs_service.publish(visit, run_id)),
    )
    with reading(neighbours.engine) as db:
        offers = pairings_store.of_citizen(db, citizen.id)
    assert (len(offers) == 1) == (published is None)
