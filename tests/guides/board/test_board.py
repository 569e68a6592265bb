"""What the coordinator has to do today."""

from datetime import timedelta

from guides.board import service as board_service
from guides.board.model import Board
from guides.for_guides import service as for_guides_service
from guides.labels import ContactKind
from guides.lifecycle import EndReason, State
from guides.pairings import service as pairings_service
from people.access.model import Role
from people.directory.model import Person
from tests.conftest import FrozenClock
from tests.support.guide_scenario import GuideScenario

KINDS = Board.__struct_fields__


def counts(scenario: GuideScenario, coordinator: Person | None = None) -> dict[str, int]:
    """The number of things to do, by kind; kinds without any are left out."""
    with scenario.people.acting_as(coordinator or scenario.coordinator) as context:
        board = board_service.board(context)
    return {kind: getattr(board, kind).count for kind in KINDS if getattr(board, kind).count}


def contact(scenario: GuideScenario, guide: Person, pairing_id: str, *, all_well: bool = True) -> None:
    with scenario.people.acting_as(guide) as context:
        for_guides_service.log_contact(
            context,
            pairing_id,
            met_on=scenario.today,
            minutes=30,
            kind=ContactKind.PHONE,
            all_well=all_well,
            draft=False,
            form_key=str(scenario.today),
        )


def test_a_quiet_day(scenario: GuideScenario) -> None:
    scenario.guide()
    assert counts(scenario) == {}


def test_the_longest_waiting_citizens_come_first(scenario: GuideScenario) -> None:
    scenario.citizen("Ny", days=1)
    scenario.citizen("Længe", days=200)
    with scenario.people.acting_as(scenario.coordinator) as context:
        board = board_service.board(context)
    assert [item.citizen_name for item in board.waiting.items] == ["Længe", "Ny"]


def test_an_offer_past_its_deadline_and_a_question(scenario: GuideScenario, clock: FrozenClock) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    clock.advance(days=7)
    assert counts(scenario) == {}
    clock.advance(days=1)
    assert counts(scenario) == {"overdue": 1}
    with scenario.people.acting_as(guide) as context:
        for_guides_service.ask(context, offer.id, "Hvornår?")
    assert counts(scenario) == {"questions": 1}
    with scenario.people.acting_as(scenario.coordinator) as context:
        pairings_service.answer(context, offer.id, "Om torsdagen.")
    assert counts(scenario) == {}


def test_silence_and_the_check_in_at_day_30(scenario: GuideScenario, clock: FrozenClock) -> None:
    guide, citizen = (
        scenario.guide(trained_until=scenario.today + timedelta(days=900)),
        scenario.citizen(),
    )
    pairing = scenario.advance_to(guide, citizen, State.RUNNING)
    clock.advance(hours=48)
    assert counts(scenario) == {}
    clock.advance(hours=1)
    assert counts(scenario) == {"silent": 1}
    contact(scenario, guide, pairing.id)
    assert counts(scenario) == {}
    clock.advance(days=28)
    assert counts(scenario) == {"check_ins": 1}
    with scenario.people.acting_as(scenario.coordinator) as context:
        pairings_service.check_in(context, pairing.id)
    assert counts(scenario) == {}
    clock.advance(days=3)
    assert counts(scenario) == {"silent": 1}
    contact(scenario, guide, pairing.id, all_well=False)
    assert counts(scenario) == {"not_well": 1}


def test_a_meeting_that_nobody_arranges(scenario: GuideScenario, clock: FrozenClock) -> None:
    scenario.advance_to(scenario.guide(), scenario.citizen(), State.MEETING)
    clock.advance(days=15)
    assert counts(scenario) == {"stalled": 1}


def test_guides_with_new_capacity(scenario: GuideScenario, clock: FrozenClock) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    pairing = scenario.advance_to(guide, citizen, State.RUNNING)
    with scenario.people.acting_as(guide) as context:
        for_guides_service.end(context, pairing.id, EndReason.TIME)
    assert counts(scenario) == {"guides_with_new_capacity": 1}
    clock.advance(days=15)
    assert counts(scenario) == {}


def test_credentials_that_expire(scenario: GuideScenario) -> None:
    scenario.guide(checked_until=scenario.today + timedelta(days=60))
    scenario.guide(checked_until=scenario.today + timedelta(days=61))
    scenario.guide(checked_until=scenario.today - timedelta(days=1))
    scenario.guide(checked_until=scenario.today, capacity=0)
    assert counts(scenario) == {"expiring_credentials": 2}


def test_a_coordinator_of_one_area_sees_that_areas_citizens(scenario: GuideScenario) -> None:
    scenario.people.area("midtby")
    scenario.people.area("havnen")
    scenario.citizen(area="midtby")
    scenario.citizen(area="havnen")
    coordinator = scenario.people.add(Role.COORDINATOR, "Områdine", role_area="midtby")
    assert counts(scenario, coordinator) == {"waiting": 1}
