"""Concurrent changes: one actor wins, the other is told the current state."""

from collections.abc import Callable
from threading import Barrier, Thread

from foundation.db.transactions import read_transaction
from guides.errors import GuidesError, IllegalTransition, PoolChanged
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
from people.web.context import RequestContext
from tests.support.guide_scenario import GuideScenario

Action = Callable[[RequestContext], object]


def run_concurrently(scenario: GuideScenario, *actions: tuple[Person, Action]) -> list[GuidesError | None]:
    """The outcome of each action in its order: the error that it raised, or None."""
    start = Barrier(len(actions))
    outcomes: list[GuidesError | None] = [None] * len(actions)
    unexpected: list[BaseException] = []

    def run(index: int, person: Person, action: Action) -> None:
        start.wait()
        try:
            with scenario.people.acting_as(person) as context:
                action(context)
        except GuidesError as problem:
            outcomes[index] = problem
        except BaseException as problem:
            unexpected.append(problem)

    threads = [
        Thread(target=run, args=(index, person, action)) for index, (person, action) in enumerate(actions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not unexpected, unexpected
    return outcomes


def test_a_yes_and_a_withdrawal(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    accept_error, withdraw_error = run_concurrently(
        scenario,
        (guide, lambda context: for_guides_service.accept_offer(context, offer.id)),
        (scenario.coordinator, lambda context: pairings_service.withdraw(context, offer.id)),
    )
    # A withdrawal is possible after the yes, a yes is not possible after the withdrawal.
    assert withdraw_error is None
    assert scenario.pairing_of(citizen).state is State.WITHDRAWN
    if accept_error is not None:
        assert isinstance(accept_error, IllegalTransition)
        assert accept_error.state is State.WITHDRAWN


def test_a_lapse_and_a_yes(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    scenario.people.clock.advance(days=8)  # type: ignore[attr-defined]
    outcomes = run_concurrently(
        scenario,
        (guide, lambda context: for_guides_service.accept_offer(context, offer.id)),
        (scenario.coordinator, lambda context: pairings_service.lapse(context, offer.id)),
    )
    state = scenario.pairing_of(citizen).state
    assert [outcome is None for outcome in outcomes] == [
        state is State.GUIDE_WILLING,
        state is State.LAPSED,
    ]
    with read_transaction(scenario.engine) as db:
        assert len(pairings_store.events(db, offer.id)) == 1


def test_both_confirm_and_both_are_heard(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.advance_to(guide, citizen, State.DECIDING)
    outcomes = run_concurrently(
        scenario,
        (guide, lambda context: for_guides_service.confirm(context, offer.id)),
        (citizen, lambda context: for_citizens_service.confirm(context, offer.id)),
    )
    assert outcomes == [None, None]
    assert scenario.pairing_of(citizen).state is State.RUNNING


def test_the_citizens_no_and_the_coordinators_meeting(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.advance_to(guide, citizen, State.MEETING)
    decline_error, meeting_error = run_concurrently(
        scenario,
        (citizen, lambda context: for_citizens_service.request_new_guide(context, offer.id)),
        (scenario.coordinator, lambda context: pairings_service.meeting_held(context, offer.id)),
    )
    assert decline_error is None
    assert scenario.pairing_of(citizen).state is State.DECLINED
    if meeting_error is not None:
        assert isinstance(meeting_error, IllegalTransition)
        assert meeting_error.state is State.DECLINED


def test_two_proposals_with_the_same_people(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    first, second = scenario.run_matching(), scenario.run_matching()
    outcomes = run_concurrently(
        scenario,
        (scenario.coordinator, lambda context: runs_service.publish(context, first)),
        (scenario.coordinator, lambda context: runs_service.publish(context, second)),
    )
    assert sorted(type(outcome) for outcome in outcomes if outcome) == [PoolChanged]
    with read_transaction(scenario.engine) as db:
        assert [pairing.state for pairing in pairings_store.of_guide(db, guide.id)] == [State.OFFERED]
        assert [pairing.state for pairing in pairings_store.of_citizen(db, citizen.id)] == [State.OFFERED]


def test_a_guides_last_place_is_given_once(scenario: GuideScenario) -> None:
    guide = scenario.guide(capacity=1)
    first_citizen = scenario.citizen("Første")
    first = scenario.run_matching()
    second_citizen = scenario.citizen("Anden", urgent=True)
    second = scenario.run_matching()
    run_concurrently(
        scenario,
        (scenario.coordinator, lambda context: runs_service.publish(context, first)),
        (scenario.coordinator, lambda context: runs_service.publish(context, second)),
    )
    with read_transaction(scenario.engine) as db:
        guides_pairings = pairings_store.of_guide(db, guide.id)
    open_pairings = [pairing for pairing in guides_pairings if pairing.state in OPEN]
    assert len(open_pairings) == 1
    assert open_pairings[0].citizen_id in {first_citizen.id, second_citizen.id}


def test_one_wish_however_often_it_is_sent(scenario: GuideScenario) -> None:
    citizen = scenario.people.citizen()
    wishes = Request(id="", given_name="", area="", waiting_since=scenario.today)
    outcomes = run_concurrently(
        scenario,
        *((citizen, lambda context: requests_service.request_guide(context, citizen.id, wishes)),) * 4,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType"] + ["OpenRequestExists"] * 3


def test_a_contact_sent_twice_at_once_is_one(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    pairing = scenario.advance_to(guide, citizen, State.RUNNING)

    def log(context: RequestContext) -> None:
        for_guides_service.log_contact(
            context,
            pairing.id,
            met_on=scenario.today,
            minutes=20,
            kind=ContactKind.PHONE,
            all_well=True,
            draft=False,
            form_key="the same",
        )

    assert run_concurrently(scenario, *((guide, log),) * 4) == [None] * 4
    with read_transaction(scenario.engine) as db:
        assert len(pairings_store.contacts(db, pairing.id)) == 1


def test_pausing_and_publishing(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    run_id = scenario.run_matching()
    _, publish_error = run_concurrently(
        scenario,
        (guide, lambda context: for_guides_service.set_capacity(context, 0)),
        (scenario.coordinator, lambda context: runs_service.publish(context, run_id)),
    )
    with read_transaction(scenario.engine) as db:
        offers = pairings_store.of_citizen(db, citizen.id)
    assert (len(offers) == 1) == (publish_error is None)
