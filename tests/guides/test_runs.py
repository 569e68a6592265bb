"""A run of the matching from the button to the offers, with a coordinator's rulings between."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from foundation.db.transactions import reading, writing
from guides import tables
from guides.errors import PairNotAllowed, PoolChanged, RunNotReady
from guides.lifecycle import RunStatus, State
from guides.matching import PolicyFault
from guides.pairings import store as pairings_store
from guides.pool import store as pool_store
from guides.pool.model import RequestStatus
from guides.runs import proposals, review
from guides.runs import service as runs_service
from guides.runs import store as runs_store
from guides.runs.model import Run
from people.access.model import Purpose, Role
from people.access_history import store as access_history_store
from people.errors import NotAllowed
from tests.guides.neighbours import Neighbours


def status(neighbours: Neighbours, run_id: str) -> Run:
    with neighbours.people.acting(neighbours.coordinator) as visit:
        return runs_service.run(visit, run_id)


def test_a_run_becomes_a_draft_with_reasons(neighbours: Neighbours) -> None:
    guide = neighbours.guide(helps_with=("indkøb",))
    citizen = neighbours.citizen(wants_help_with=("Indkøb",), days=3)
    left = neighbours.citizen("Bodil", wants_help_with=("svømning",))
    run_id = neighbours.run()
    found = status(neighbours, run_id)
    assert (found.status, found.progress) == (RunStatus.DRAFT, 100)
    assert found.totals is not None
    assert (found.totals.requests, found.totals.matched) == (2, 1)
    with neighbours.people.acting(neighbours.coordinator) as visit:
        (shown,), count = proposals.pair_page(visit, run_id, 1)
        (waiting,), _ = proposals.waiting_page(visit, run_id, 1)
    assert (shown.citizen.id, shown.guide.id, count) == (citizen.id, guide.id, 1)
    assert shown.pair.reasons_citizen
    assert waiting.citizen.id == left.id


def test_every_citizen_whose_wishes_were_read_can_see_it(neighbours: Neighbours) -> None:
    neighbours.guide()
    citizen = neighbours.citizen()
    neighbours.run()
    with reading(neighbours.engine) as db:
        lines, _ = access_history_store.access_lines(db, citizen.id, limit=5, offset=0)
    assert [(line.actor_id, line.purposes) for line in lines] == [
        (neighbours.coordinator.id, (Purpose.MATCHING,))
    ]


def test_a_coordinator_of_one_area_matches_that_area(neighbours: Neighbours) -> None:
    neighbours.people.area("midtby")
    neighbours.people.area("havnen")
    neighbours.guide(area="midtby", capacity=5)
    near, far = neighbours.citizen(area="midtby"), neighbours.citizen("Fjern", area="havnen")
    neighbours.coordinator = neighbours.people.add(Role.COORDINATOR, "Områdine", role_area="midtby")
    neighbours.publish(neighbours.run())
    assert neighbours.pairing_of(near).state is State.OFFERED
    with reading(neighbours.engine) as db:
        assert pairings_store.of_citizen(db, far.id) == ()
        assert access_history_store.access_lines(db, far.id, limit=5, offset=0) == ((), 0)


def test_nothing_reaches_a_guide_before_publishing(neighbours: Neighbours) -> None:
    guide, _ = neighbours.guide(), neighbours.citizen()
    run_id = neighbours.run()
    with reading(neighbours.engine) as db:
        assert pairings_store.of_guide(db, guide.id) == ()
    neighbours.publish(run_id)
    with reading(neighbours.engine) as db:
        (offer,) = pairings_store.of_guide(db, guide.id)
    assert (offer.state, offer.run_id) == (State.OFFERED, run_id)
    with neighbours.people.acting(neighbours.coordinator) as visit, pytest.raises(RunNotReady):
        runs_service.publish(visit, run_id)


def test_pins_and_bans_hold_in_the_next_run_and_it_says_what_changed(neighbours: Neighbours) -> None:
    good, other = (
        neighbours.guide("Passer", interests=("skak",), capacity=1),
        neighbours.guide("Anden", capacity=1),
    )
    citizen = neighbours.citizen(interests=("skak",), days=9)
    request_id = neighbours.request_of(citizen).request.id
    first = neighbours.run()
    with neighbours.people.acting(neighbours.coordinator) as visit:
        assert proposals.proposal(visit, first).pairs[0].guide_id == good.id
        proposals.pin(visit, first, request_id, other.id)
        second = runs_service.run_again(visit, first)
    runs_service.perform_run(neighbours.engine, neighbours.people.clock, second)
    with neighbours.people.acting(neighbours.coordinator) as visit:
        (change,) = proposals.changes(visit, second)
        assert (change.before, change.after) == (good.id, other.id)
        assert proposals.proposal(visit, second).pairs[0].pinned
        proposals.forbid(visit, second, request_id, other.id)
        third = runs_service.run_again(visit, second)
    runs_service.perform_run(neighbours.engine, neighbours.people.clock, third)
    with neighbours.people.acting(neighbours.coordinator) as visit:
        assert proposals.proposal(visit, third).pairs[0].guide_id == good.id
    assert status(neighbours, first).status is RunStatus.DISCARDED


def test_two_citizens_swap_guides(neighbours: Neighbours) -> None:
    guides = [neighbours.guide(name, interests=(name,), capacity=1) for name in ("Skak", "Sang")]
    citizens = [neighbours.citizen(name, interests=(name,)) for name in ("Skak", "Sang")]
    requests = [neighbours.request_of(citizen).request.id for citizen in citizens]
    first = neighbours.run()
    with neighbours.people.acting(neighbours.coordinator) as visit:
        proposals.swap(visit, first, *requests)
        second = runs_service.run_again(visit, first)
    runs_service.perform_run(neighbours.engine, neighbours.people.clock, second)
    neighbours.publish(second)
    assert [neighbours.pairing_of(citizen).guide_id for citizen in citizens] == [
        guide.id for guide in reversed(guides)
    ]


def test_a_pin_that_breaks_a_rule_is_refused_with_the_rule(neighbours: Neighbours) -> None:
    neighbours.guide()
    untrained = neighbours.guide("Ny", trained_until=None)
    request_id = neighbours.request_of(neighbours.citizen()).request.id
    run_id = neighbours.run()
    with neighbours.people.acting(neighbours.coordinator) as visit:
        with pytest.raises(PairNotAllowed) as problem:
            proposals.pin(visit, run_id, request_id, untrained.id)
        assert proposals.rulings(visit, run_id) == ()
    assert problem.value.reason.rule == "training"


@pytest.mark.parametrize("change", ["paused_until", "trained_until", "ruled_out"])
def test_what_has_changed_since_the_run_stops_publishing(neighbours: Neighbours, change: str) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    run_id = neighbours.run()
    with writing(neighbours.engine) as db:
        if change == "paused_until":
            pool_store.set_pause(db, guide.id, neighbours.today + timedelta(days=3))
        elif change == "trained_until":
            until, by, at = neighbours.today, neighbours.coordinator.id, neighbours.people.clock()
            pool_store.set_papers(db, guide.id, until - timedelta(days=1), until, by, at)
        else:
            pool_store.add_exclusions(db, [(citizen.id, guide.id)], citizen.id, neighbours.people.clock())
    with neighbours.people.acting(neighbours.coordinator) as visit:
        with pytest.raises(PoolChanged) as problem:
            runs_service.publish(visit, run_id)
        without = [broken.request_id for broken in problem.value.broken]
        assert runs_service.publish(visit, run_id, without) == 0


def test_a_run_that_is_discarded_while_it_runs_leaves_nothing(neighbours: Neighbours) -> None:
    neighbours.guide(), neighbours.citizen()
    with neighbours.people.acting(neighbours.coordinator) as visit:
        run_id = runs_service.start_run(visit)
        runs_service.discard(visit, run_id)
    runs_service.perform_run(neighbours.engine, neighbours.people.clock, run_id)
    assert status(neighbours, run_id).status is RunStatus.DISCARDED
    with reading(neighbours.engine) as db:
        assert runs_store.proposal(db, run_id) is None


def test_a_restart_says_so_on_the_runs_it_stopped(neighbours: Neighbours) -> None:
    with neighbours.people.acting(neighbours.coordinator) as visit:
        run_id = runs_service.start_run(visit)
    runs_service.fail_interrupted(neighbours.engine, neighbours.people.clock)
    found = status(neighbours, run_id)
    assert (found.status, found.fault) == (RunStatus.FAILED, runs_service.INTERRUPTED)


def test_a_policy_with_a_fault_starts_nothing(neighbours: Neighbours) -> None:
    with neighbours.people.acting(neighbours.coordinator) as visit:
        with pytest.raises(PolicyFault):
            runs_service.start_run(visit, "vaegte = 3")
        assert runs_service.runs(visit) == ()


def test_only_coordinators_run_the_matching(neighbours: Neighbours) -> None:
    for role in (Role.GUIDE, Role.BUDGET_OFFICER, Role.LEADER, Role.ADMINISTRATOR):
        with neighbours.people.acting(neighbours.people.add(role)) as visit, pytest.raises(NotAllowed):
            runs_service.start_run(visit)


def test_a_draft_that_a_restart_left_without_a_report_gets_it(neighbours: Neighbours) -> None:
    neighbours.guide(capacity=1)
    citizen, gone = neighbours.citizen(days=9), neighbours.citizen("Bortrejst", days=3)
    run_id = neighbours.run()
    with writing(neighbours.engine) as db:
        db.execute(update(tables.run).values(insight=None))
        pool_store.close_request(
            db, neighbours.request_of(gone).request.id, RequestStatus.CLOSED, neighbours.people.clock()
        )
    (left,) = runs_service.fail_interrupted(neighbours.engine, neighbours.people.clock)
    runs_service.perform_insight(neighbours.engine, left)
    with reading(neighbours.engine) as db:
        insight = runs_store.insight(db, run_id)
        lines, _ = access_history_store.access_lines(db, citizen.id, limit=5, offset=0)
    assert insight is not None
    assert insight.report.lowest is not None
    assert insight.report.lowest[0] == neighbours.request_of(citizen).request.id
    assert len(lines) == 2
    assert runs_service.fail_interrupted(neighbours.engine, neighbours.people.clock) == ()


def test_a_run_with_citizens_of_other_areas_is_not_one_areas_to_decide(neighbours: Neighbours) -> None:
    neighbours.people.area("midtby")
    neighbours.people.area("havnen")
    neighbours.guide(capacity=5)
    near, _ = neighbours.citizen(area="midtby", days=4), neighbours.citizen("Fjern", area="havnen")
    run_id = neighbours.run()
    local = neighbours.people.add(Role.COORDINATOR, "Områdine", role_area="midtby")
    for decide in (runs_service.discard, runs_service.publish, runs_service.run_again):
        with neighbours.people.acting(local) as visit, pytest.raises(NotAllowed):
            decide(visit, run_id)
    with neighbours.people.acting(local) as visit:
        run = runs_service.run(visit, run_id)
        view = review.read_view(visit, run, "pairs", 1)
        assert [shown.citizen.id for shown in view.pairs] == [near.id]
        assert (view.whole, view.matched, view.unmatched) == (False, 1, 0)
        assert [one.totals for one in runs_service.runs(visit)] == [None]
        proposals.forbid(visit, run_id, view.pairs[0].pair.request_id, view.pairs[0].pair.guide_id)
    assert status(neighbours, run_id).status is RunStatus.DRAFT


def test_a_run_of_ones_own_area_is_ones_own_to_discard(neighbours: Neighbours) -> None:
    neighbours.people.area("midtby")
    neighbours.guide(), neighbours.citizen(area="midtby"), neighbours.citizen("Fjern")
    neighbours.coordinator = neighbours.people.add(Role.COORDINATOR, "Områdine", role_area="midtby")
    run_id = neighbours.run()
    with neighbours.people.acting(neighbours.coordinator) as visit:
        queued = runs_service.start_run(visit)
        runs_service.discard(visit, run_id)
    other = neighbours.people.add(Role.COORDINATOR, "Nabodine", role_area="midtby")
    with neighbours.people.acting(other) as visit, pytest.raises(NotAllowed):
        runs_service.discard(visit, queued)
