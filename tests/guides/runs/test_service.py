"""A run of the matching from its start to the offers, with a coordinator's overrides between."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from foundation.db.transactions import read_transaction, write_transaction
from guides import tables as guides_tables
from guides.errors import PairNotAllowed, PoolChanged, RunNotReady
from guides.lifecycle import RunStatus, State
from guides.matching import PolicyError, Proposal
from guides.pairings import store as pairings_store
from guides.pool import store as pool_store
from guides.pool.model import RequestStatus
from guides.runs import execution, proposals, review
from guides.runs import service as runs_service
from guides.runs import store as runs_store
from guides.runs.model import Run
from guides.runs.review import ProposalPage
from people.access.model import Purpose, Role
from people.access_history import store as access_history_store
from people.errors import NotAllowed
from people.web.context import RequestContext
from tests.support.guide_scenario import GuideScenario


def status(scenario: GuideScenario, run_id: str) -> Run:
    with scenario.people.acting_as(scenario.coordinator) as context:
        return runs_service.run(context, run_id)


def proposal(context: RequestContext, run_id: str) -> Proposal:
    _, stored = runs_service.run_with_proposal(context, run_id)
    assert stored is not None
    return stored


def proposal_page(context: RequestContext, run_id: str, view: str = "pairs") -> ProposalPage:
    page = review.run_page(context, run_id, view, 1).proposal
    assert page is not None
    return page


def test_a_run_becomes_a_draft_with_reasons(scenario: GuideScenario) -> None:
    guide = scenario.guide(helps_with=("indkøb",))
    citizen = scenario.citizen(wants_help_with=("Indkøb",), days=3)
    unmatched_citizen = scenario.citizen("Bodil", wants_help_with=("svømning",))
    run_id = scenario.run_matching()
    run = status(scenario, run_id)
    assert (run.status, run.progress) == (RunStatus.DRAFT, 100)
    assert run.totals is not None
    assert (run.totals.requests, run.totals.matched) == (2, 1)
    with scenario.people.acting_as(scenario.coordinator) as context:
        matched = proposal_page(context, run_id)
        unmatched = proposal_page(context, run_id, "waiting")
    (pair,), (waiting,) = matched.pairs, unmatched.waiting
    assert (pair.citizen.id, pair.guide.id, matched.count) == (citizen.id, guide.id, 1)
    assert pair.pair.reasons_citizen
    assert (waiting.citizen.id, unmatched.count) == (unmatched_citizen.id, 1)


def test_every_citizen_whose_wishes_were_read_can_see_it(scenario: GuideScenario) -> None:
    scenario.guide()
    citizen = scenario.citizen()
    scenario.run_matching()
    with read_transaction(scenario.engine) as db:
        entries, _ = access_history_store.access_entries(db, citizen.id, limit=5, offset=0)
    assert [(entry.actor_id, entry.purposes) for entry in entries] == [
        (scenario.coordinator.id, (Purpose.MATCHING,))
    ]


def test_a_coordinator_of_one_area_matches_that_area(scenario: GuideScenario) -> None:
    scenario.people.area("midtby")
    scenario.people.area("havnen")
    scenario.guide(area="midtby", capacity=5)
    near, far = scenario.citizen(area="midtby"), scenario.citizen("Fjern", area="havnen")
    scenario.coordinator = scenario.people.add(Role.COORDINATOR, "Områdine", role_area="midtby")
    scenario.publish(scenario.run_matching())
    assert scenario.pairing_of(near).state is State.OFFERED
    with read_transaction(scenario.engine) as db:
        assert pairings_store.of_citizen(db, far.id) == ()
        assert access_history_store.access_entries(db, far.id, limit=5, offset=0) == ((), 0)


def test_nothing_reaches_a_guide_before_publishing(scenario: GuideScenario) -> None:
    guide, _ = scenario.guide(), scenario.citizen()
    run_id = scenario.run_matching()
    with read_transaction(scenario.engine) as db:
        assert pairings_store.of_guide(db, guide.id) == ()
    scenario.publish(run_id)
    with read_transaction(scenario.engine) as db:
        (offer,) = pairings_store.of_guide(db, guide.id)
    assert (offer.state, offer.run_id) == (State.OFFERED, run_id)
    with scenario.people.acting_as(scenario.coordinator) as context, pytest.raises(RunNotReady):
        runs_service.publish(context, run_id)


def test_pins_and_bans_hold_in_the_next_run_and_it_says_what_changed(scenario: GuideScenario) -> None:
    good, other = (
        scenario.guide("Passer", interests=("skak",), capacity=1),
        scenario.guide("Anden", capacity=1),
    )
    citizen = scenario.citizen(interests=("skak",), days=9)
    request_id = scenario.request_of(citizen).request.id
    first = scenario.run_matching()
    with scenario.people.acting_as(scenario.coordinator) as context:
        assert proposal(context, first).pairs[0].guide_id == good.id
        proposals.pin(context, first, request_id, other.id)
        second = runs_service.run_again(context, first)
    execution.execute_run(scenario.engine, scenario.people.clock, second)
    with scenario.people.acting_as(scenario.coordinator) as context:
        (change,) = proposal_page(context, second, "changes").changes
        assert (change.before, change.after) == (good.id, other.id)
        assert proposal(context, second).pairs[0].pinned
        proposals.forbid(context, second, request_id, other.id)
        third = runs_service.run_again(context, second)
    execution.execute_run(scenario.engine, scenario.people.clock, third)
    with scenario.people.acting_as(scenario.coordinator) as context:
        assert proposal(context, third).pairs[0].guide_id == good.id
    assert status(scenario, first).status is RunStatus.DISCARDED


def test_two_citizens_swap_guides(scenario: GuideScenario) -> None:
    guides = [scenario.guide(name, interests=(name,), capacity=1) for name in ("Skak", "Sang")]
    citizens = [scenario.citizen(name, interests=(name,)) for name in ("Skak", "Sang")]
    requests = [scenario.request_of(citizen).request.id for citizen in citizens]
    first = scenario.run_matching()
    with scenario.people.acting_as(scenario.coordinator) as context:
        proposals.swap(context, first, *requests)
        second = runs_service.run_again(context, first)
    execution.execute_run(scenario.engine, scenario.people.clock, second)
    scenario.publish(second)
    assert [scenario.pairing_of(citizen).guide_id for citizen in citizens] == [
        guide.id for guide in reversed(guides)
    ]


def test_a_pin_that_breaks_a_rule_is_refused_with_the_rule(scenario: GuideScenario) -> None:
    scenario.guide()
    untrained = scenario.guide("Ny", trained_until=None)
    request_id = scenario.request_of(scenario.citizen()).request.id
    run_id = scenario.run_matching()
    with scenario.people.acting_as(scenario.coordinator) as context:
        with pytest.raises(PairNotAllowed) as error:
            proposals.pin(context, run_id, request_id, untrained.id)
        assert runs_store.overrides(context.db, run_id) == ()
    assert error.value.reason.rule == "training"


@pytest.mark.parametrize("change", ["paused_until", "trained_until", "ruled_out"])
def test_what_has_changed_since_the_run_stops_publishing(scenario: GuideScenario, change: str) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    run_id = scenario.run_matching()
    with write_transaction(scenario.engine) as db:
        if change == "paused_until":
            pool_store.set_pause(db, guide.id, scenario.today + timedelta(days=3))
        elif change == "trained_until":
            until, by, at = scenario.today, scenario.coordinator.id, scenario.people.clock()
            pool_store.set_credentials(db, guide.id, until - timedelta(days=1), until, by, at)
        else:
            pool_store.add_exclusions(db, [(citizen.id, guide.id)], citizen.id, scenario.people.clock())
    with scenario.people.acting_as(scenario.coordinator) as context:
        with pytest.raises(PoolChanged) as error:
            runs_service.publish(context, run_id)
        excluded = [pair.request_id for pair in error.value.invalid_pairs]
        assert runs_service.publish(context, run_id, excluded) == 0


def test_a_run_that_is_discarded_while_it_runs_leaves_nothing(scenario: GuideScenario) -> None:
    scenario.guide(), scenario.citizen()
    with scenario.people.acting_as(scenario.coordinator) as context:
        run_id = runs_service.start_run(context)
        runs_service.discard(context, run_id)
    execution.execute_run(scenario.engine, scenario.people.clock, run_id)
    assert status(scenario, run_id).status is RunStatus.DISCARDED
    with read_transaction(scenario.engine) as db:
        assert runs_store.proposal(db, run_id) is None


def test_a_restart_says_so_on_the_runs_it_stopped(scenario: GuideScenario) -> None:
    with scenario.people.acting_as(scenario.coordinator) as context:
        run_id = runs_service.start_run(context)
    execution.fail_interrupted(scenario.engine, scenario.people.clock)
    run = status(scenario, run_id)
    assert (run.status, run.fault) == (RunStatus.FAILED, execution.INTERRUPTED)


def test_a_policy_with_a_fault_starts_nothing(scenario: GuideScenario) -> None:
    with scenario.people.acting_as(scenario.coordinator) as context:
        with pytest.raises(PolicyError):
            runs_service.start_run(context, "vaegte = 3")
        assert runs_service.runs(context) == ()


def test_only_coordinators_run_the_matching(scenario: GuideScenario) -> None:
    for role in (Role.GUIDE, Role.BUDGET_OFFICER, Role.LEADER, Role.ADMINISTRATOR):
        with scenario.people.acting_as(scenario.people.add(role)) as context, pytest.raises(NotAllowed):
            runs_service.start_run(context)


def test_a_draft_that_a_restart_left_without_a_report_gets_it(scenario: GuideScenario) -> None:
    scenario.guide(capacity=1)
    citizen, gone = scenario.citizen(days=9), scenario.citizen("Bortrejst", days=3)
    run_id = scenario.run_matching()
    with write_transaction(scenario.engine) as db:
        db.execute(update(guides_tables.run).values(insight=None))
        pool_store.close_request(
            db, scenario.request_of(gone).request.id, RequestStatus.CLOSED, scenario.people.clock()
        )
    (draft_id,) = execution.fail_interrupted(scenario.engine, scenario.people.clock)
    execution.build_report(scenario.engine, draft_id)
    with read_transaction(scenario.engine) as db:
        stored = runs_store.run_with_report(db, run_id)
        entries, _ = access_history_store.access_entries(db, citizen.id, limit=5, offset=0)
    assert stored is not None
    _, report = stored
    assert report is not None
    assert report.report.lowest is not None
    assert report.report.lowest[0] == scenario.request_of(citizen).request.id
    assert len(entries) == 2
    assert execution.fail_interrupted(scenario.engine, scenario.people.clock) == ()


def test_a_run_with_citizens_of_other_areas_is_not_one_areas_to_decide(scenario: GuideScenario) -> None:
    scenario.people.area("midtby")
    scenario.people.area("havnen")
    scenario.guide(capacity=5)
    near, _ = scenario.citizen(area="midtby", days=4), scenario.citizen("Fjern", area="havnen")
    run_id = scenario.run_matching()
    local = scenario.people.add(Role.COORDINATOR, "Områdine", role_area="midtby")
    for decide in (runs_service.discard, runs_service.publish, runs_service.run_again):
        with scenario.people.acting_as(local) as context, pytest.raises(NotAllowed):
            decide(context, run_id)
    with scenario.people.acting_as(local) as context:
        page = proposal_page(context, run_id)
        assert [row.citizen.id for row in page.pairs] == [near.id]
        assert (page.can_manage_run, page.matched, page.unmatched) == (False, 1, 0)
        assert [run.totals for run in runs_service.runs(context)] == [None]
        proposals.forbid(context, run_id, page.pairs[0].pair.request_id, page.pairs[0].pair.guide_id)
    assert status(scenario, run_id).status is RunStatus.DRAFT


def test_a_run_of_ones_own_area_is_ones_own_to_discard(scenario: GuideScenario) -> None:
    scenario.people.area("midtby")
    scenario.guide(), scenario.citizen(area="midtby"), scenario.citizen("Fjern")
    scenario.coordinator = scenario.people.add(Role.COORDINATOR, "Områdine", role_area="midtby")
    run_id = scenario.run_matching()
    with scenario.people.acting_as(scenario.coordinator) as context:
        queued = runs_service.start_run(context)
        runs_service.discard(context, run_id)
    other = scenario.people.add(Role.COORDINATOR, "Nabodine", role_area="midtby")
    with scenario.people.acting_as(other) as context, pytest.raises(NotAllowed):
        runs_service.discard(context, queued)
