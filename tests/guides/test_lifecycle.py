"""The transitions of an offer and pairing: one table, in the code and in the database."""

from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from foundation.db.transactions import read_transaction, write_transaction
from guides.labels import (
    END_REASON_LABELS,
    STATE_LABELS_FOR_CITIZEN,
    STATE_LABELS_FOR_COORDINATOR,
    STATE_LABELS_FOR_GUIDE,
    TRANSITION_LABELS,
)
from guides.lifecycle import (
    BEFORE_RUNNING,
    FINAL,
    TRANSITION_RULES,
    ActorRole,
    State,
    Transition,
    allowed_transitions,
    is_already_applied,
    next_state,
)
from guides.pool import store as pool_store
from tests.support.guide_scenario import GuideScenario

ROLES = st.sampled_from(list(ActorRole))

REST = "answer_by, to_citizen, to_guide, question, answer, meeting_place, offered_at, moved_at"
ANOTHER = (
    f"INSERT INTO guides_pairing (id, request_id, guide_id, state, {REST})"
    f" SELECT 'another', :request, guide_id, CAST(:state AS VARCHAR(20)), {REST} FROM guides_pairing"
)
REFUSED = (
    "UPDATE guides_pairing SET state = 'running'",
    "UPDATE guides_pairing SET state = 'deciding'",
    "UPDATE guides_pairing SET state = 'nowhere'",
    "UPDATE guides_pairing SET state = 'ended', end_reason = 'other'",
    "UPDATE guides_pairing SET end_reason = 'other'",
    "DELETE FROM guides_pairing_event",
    "UPDATE guides_pairing_event SET move = 'end'",
    "UPDATE guides_pairing_move SET after = 'running'",
    "DELETE FROM guides_pairing_move",
    "INSERT INTO guides_pairing_move VALUES ('offered', 'end', 'running')",
    "UPDATE guides_request SET status = 'withdrawn', closed_at = made_at",
    "UPDATE guides_guide SET capacity = -1",
)


def test_the_database_holds_the_same_table(engine: Engine) -> None:
    with read_transaction(engine) as db:
        stored = {
            tuple(row) for row in db.execute(text("SELECT before, move, after FROM guides_pairing_move"))
        }
    assert stored == {(entry.from_state, entry.transition, entry.to_state) for entry in TRANSITION_RULES}


@pytest.mark.parametrize("state", FINAL)
@pytest.mark.parametrize("role", ActorRole)
def test_final_states_have_no_transitions(state: State, role: ActorRole) -> None:
    assert allowed_transitions(state, role) == ()


@pytest.mark.parametrize("state", BEFORE_RUNNING)
def test_both_can_say_no_until_it_runs(state: State) -> None:
    assert next_state(state, Transition.GUIDE_DECLINES, ActorRole.GUIDE) is State.DECLINED
    assert next_state(state, Transition.CITIZEN_DECLINES, ActorRole.CITIZEN) is State.DECLINED


@given(state=st.sampled_from(list(State)), transition=st.sampled_from(list(Transition)), role=ROLES)
def test_nobody_speaks_for_another(state: State, transition: Transition, role: ActorRole) -> None:
    if next_state(state, transition, role) is not None and transition is not Transition.END:
        speaker = transition.split("_", maxsplit=1)[0]
        assert speaker not in {"guide", "citizen"} or speaker == role


def test_a_pairing_runs_only_after_two_yeses_from_each() -> None:
    def paths(state: State, applied: tuple[Transition, ...]) -> list[tuple[Transition, ...]]:
        if state is State.RUNNING:
            return [applied]
        return [
            path
            for entry in TRANSITION_RULES
            if entry.from_state is state and entry.to_state is not state
            for path in paths(entry.to_state, (*applied, entry.transition))
        ]

    required = {
        Transition.GUIDE_ACCEPTS,
        Transition.CITIZEN_ACCEPTS,
        Transition.MEETING_HELD,
        Transition.GUIDE_CONFIRMS,
        Transition.CITIZEN_CONFIRMS,
    }
    assert [set(path) for path in paths(State.OFFERED, ())] == [required, required]


@given(transition=st.sampled_from(list(Transition)), state=st.sampled_from(list(State)))
def test_applying_a_transition_twice_is_no_error(transition: Transition, state: State) -> None:
    for role in ActorRole:
        reached = next_state(state, transition, role)
        if reached not in {None, state}:
            assert is_already_applied(reached, transition)


def test_a_label_never_tells_who_declined() -> None:
    for labels in (STATE_LABELS_FOR_GUIDE, STATE_LABELS_FOR_CITIZEN):
        assert len({labels[state] for state in (State.DECLINED, State.LAPSED, State.WITHDRAWN)}) == 1
    assert STATE_LABELS_FOR_CITIZEN[State.DECLINED] == STATE_LABELS_FOR_CITIZEN[State.OFFERED]


def test_every_value_has_a_label() -> None:
    for labels in (STATE_LABELS_FOR_GUIDE, STATE_LABELS_FOR_CITIZEN, STATE_LABELS_FOR_COORDINATOR):
        assert set(labels) == set(State)
    assert set(TRANSITION_LABELS) == set(Transition)
    assert len(END_REASON_LABELS) == 4


class AnyPairing(RuleBasedStateMachine):
    """In any order of transitions, a pairing never runs without the consent of both."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.OFFERED
        self.applied: list[Transition] = []

    @rule(transition=st.sampled_from(list(Transition)), role=ROLES)
    def apply(self, transition: Transition, role: ActorRole) -> None:
        reached = next_state(self.state, transition, role)
        if reached is not None:
            self.applied.append(transition)
            self.state = reached

    @invariant()
    def runs_with_both(self) -> None:
        if self.state is State.RUNNING:
            assert {Transition.GUIDE_ACCEPTS, Transition.CITIZEN_ACCEPTS, Transition.MEETING_HELD} <= set(
                self.applied
            )
            assert {Transition.GUIDE_CONFIRMS, Transition.CITIZEN_CONFIRMS} <= set(self.applied)

    @invariant()
    def a_no_is_a_no(self) -> None:
        if {Transition.GUIDE_DECLINES, Transition.CITIZEN_DECLINES} & set(self.applied):
            assert self.state is State.DECLINED


TestAnyPairing = AnyPairing.TestCase


def test_the_database_refuses_what_the_table_does_not_hold(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.advance_to(guide, citizen, State.GUIDE_WILLING)
    for statement in REFUSED:
        with pytest.raises(DBAPIError), write_transaction(scenario.engine) as db:
            db.execute(text(statement))
    assert scenario.pairing_of(citizen) == offer


def test_the_database_begins_every_pairing_as_an_offer(scenario: GuideScenario) -> None:
    scenario.advance_to(scenario.guide(capacity=5), scenario.citizen(), State.OFFERED)
    other = scenario.request_of(scenario.citizen("Bodil"))
    for state in set(State) - {State.OFFERED}:
        with (
            pytest.raises(DBAPIError, match="begins as an offer"),
            write_transaction(scenario.engine) as db,
        ):
            db.execute(text(ANOTHER), {"request": other.request.id, "state": state})


def test_the_database_knows_the_guides_room(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(capacity=1), scenario.citizen()
    scenario.make_offer(guide, citizen)
    other = scenario.request_of(scenario.citizen("Bodil"))
    with pytest.raises(DBAPIError, match="no room"), write_transaction(scenario.engine) as db:
        db.execute(text(ANOTHER), {"request": other.request.id, "state": "offered"})


def test_the_database_allows_one_open_pairing_for_a_request(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(capacity=5), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    with pytest.raises(DBAPIError, match=r"(?i)unique"), write_transaction(scenario.engine) as db:
        db.execute(text(ANOTHER), {"request": offer.request_id, "state": "offered"})


def test_the_database_refuses_an_offer_that_nobody_asked_for(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(capacity=5), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    with write_transaction(scenario.engine) as db:
        db.execute(text("UPDATE guides_pairing SET state = 'withdrawn'"))
        db.execute(text("UPDATE guides_request SET status = 'closed', closed_at = made_at"))
    with pytest.raises(DBAPIError, match="open request"), write_transaction(scenario.engine) as db:
        db.execute(text(ANOTHER), {"request": offer.request_id, "state": "offered"})


def test_the_database_refuses_a_pair_that_was_ruled_out(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(capacity=5), scenario.citizen()
    scenario.make_offer(guide, citizen)
    other = scenario.citizen("Bodil")
    with write_transaction(scenario.engine) as db:
        pool_store.add_exclusions(db, [(other.id, guide.id)], other.id, scenario.people.clock())
    request_id = scenario.request_of(other).request.id
    with pytest.raises(DBAPIError, match="ruled out"), write_transaction(scenario.engine) as db:
        db.execute(text(ANOTHER), {"request": request_id, "state": "offered"})


def test_the_database_gives_a_last_place_once_even_to_two_at_the_same_moment(
    scenario: GuideScenario,
) -> None:
    guide, citizen = scenario.guide(capacity=2), scenario.citizen()
    scenario.make_offer(guide, citizen)
    requests = [scenario.request_of(scenario.citizen(name)).request.id for name in ("Bo", "Bodil")]
    start, refused = Barrier(2), []

    def insert(request_id: str) -> None:
        start.wait()
        try:
            with write_transaction(scenario.engine) as db:
                db.execute(
                    text(
                        ANOTHER.replace("'another'", f"'{request_id}'") + " WHERE state = 'offered' LIMIT 1"
                    ),
                    {"request": request_id, "state": "offered"},
                )
        except DBAPIError as error:
            refused.append(error)

    threads = [Thread(target=insert, args=(request_id,)) for request_id in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ["no room" in str(error) for error in refused] == [True]
