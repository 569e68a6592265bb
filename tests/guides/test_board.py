"""What needs the coordinator today."""

from datetime import timedelta

from guides.board import service as board_service
from guides.board.model import Board
from guides.for_guides import service as for_guides_service
from guides.labels import ContactKind
from guides.lifecycle import EndReason, State
from guides.pairings import service as pairings_service
from people.access.model import Role
from people.directory.model import Person
from tests.conftest import StandingClock
from tests.guides.neighbours import Neighbours

KINDS = Board.__struct_fields__


def counts(neighbours: Neighbours, coordinator: Person | None = None) -> dict[str, int]:
    """The kinds of which there is something to do, with how much."""
    with neighbours.people.acting(coordinator or neighbours.coordinator) as visit:
        board = board_service.board(visit)
    return {kind: getattr(board, kind).count for kind in KINDS if getattr(board, kind).count}


def contact(neighbours: Neighbours, guide: Person, pairing_id: str, *, all_well: bool = True) -> None:
    with neighbours.people.acting(guide) as visit:
        for_guides_service.log_contact(
            visit,
            pairing_id,
            met_on=neighbours.today,
            minutes=30,
            kind=ContactKind.PHONE,
            all_well=all_well,
            draft=False,
            form_key=str(neighbours.today),
        )


def test_a_quiet_day(neighbours: Neighbours) -> None:
    neighbours.guide()
    assert counts(neighbours) == {}


def test_who_waits_stands_there_longest_first(neighbours: Neighbours) -> None:
    neighbours.citizen("Ny", days=1)
    neighbours.citizen("Længe", days=200)
    with neighbours.people.acting(neighbours.coordinator) as visit:
        board = board_service.board(visit)
    assert [line.citizen_name for line in board.waiting.shown] == ["Længe", "Ny"]


def test_an_offer_past_its_deadline_and_a_question(neighbours: Neighbours, clock: StandingClock) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.offered(guide, citizen)
    clock.forward(days=7)
    assert counts(neighbours) == {}
    clock.forward(days=1)
    assert counts(neighbours) == {"overdue": 1}
    with neighbours.people.acting(guide) as visit:
        for_guides_service.ask(visit, offer.id, "Hvornår?")
    assert counts(neighbours) == {"questions": 1}
    with neighbours.people.acting(neighbours.coordinator) as visit:
        pairings_service.answer(visit, offer.id, "Om torsdagen.")
    assert counts(neighbours) == {}


def test_silence_and_the_check_in_at_day_30(neighbours: Neighbours, clock: StandingClock) -> None:
    guide, citizen = (
        neighbours.guide(trained_until=neighbours.today + timedelta(days=900)),
        neighbours.citizen(),
    )
    pairing = neighbours.walk(guide, citizen, State.RUNNING)
    clock.forward(hours=48)
    assert counts(neighbours) == {}
    clock.forward(hours=1)
    assert counts(neighbours) == {"silent": 1}
    contact(neighbours, guide, pairing.id)
    assert counts(neighbours) == {}
    clock.forward(days=28)
    assert counts(neighbours) == {"check_ins": 1}
    with neighbours.people.acting(neighbours.coordinator) as visit:
        pairings_service.check_in(visit, pairing.id)
    assert counts(neighbours) == {}
    clock.forward(days=3)
    assert counts(neighbours) == {"silent": 1}
    contact(neighbours, guide, pairing.id, all_well=False)
    assert counts(neighbours) == {"not_well": 1}


def test_a_meeting_that_nobody_arranges(neighbours: Neighbours, clock: StandingClock) -> None:
    neighbours.walk(neighbours.guide(), neighbours.citizen(), State.MEETING)
    clock.forward(days=15)
    assert counts(neighbours) == {"standing_still": 1}


def test_room_that_has_been_freed(neighbours: Neighbours, clock: StandingClock) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    pairing = neighbours.walk(guide, citizen, State.RUNNING)
    with neighbours.people.acting(guide) as visit:
        for_guides_service.end(visit, pairing.id, EndReason.TIME)
    assert counts(neighbours) == {"freed": 1}
    clock.forward(days=15)
    assert counts(neighbours) == {}


def test_papers_that_run_out(neighbours: Neighbours) -> None:
    neighbours.guide(checked_until=neighbours.today + timedelta(days=60))
    neighbours.guide(checked_until=neighbours.today + timedelta(days=61))
    neighbours.guide(checked_until=neighbours.today - timedelta(days=1))
    neighbours.guide(checked_until=neighbours.today, capacity=0)
    assert counts(neighbours) == {"papers": 2}


def test_a_coordinator_of_one_area_sees_that_areas_citizens(neighbours: Neighbours) -> None:
    neighbours.people.area("midtby")
    neighbours.people.area("havnen")
    neighbours.citizen(area="midtby")
    neighbours.citizen(area="havnen")
    coordinator = neighbours.people.add(Role.COORDINATOR, "Områdine", role_area="midtby")
    assert counts(neighbours, coordinator) == {"waiting": 1}
