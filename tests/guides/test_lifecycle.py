"""The moves of an offer and a pairing: one table, in the code and in the database."""

from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from foundation.db.transactions import reading, writing
from guides.labels import END_REASONS, MOVES, TO_CITIZEN, TO_COORDINATOR, TO_GUIDE
from guides.lifecycle import (
    BEFORE_RUNNING,
    FINAL,
    STEPS,
    Move,
    Party,
    State,
    after,
    is_done,
    moves,
)
from guides.pool import store as pool_store
from tests.guides.neighbours import Neighbours

PARTIES = st.sampled_from(list(Party))

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
    with reading(engine) as db:
        stored = {
            tuple(row) for row in db.execute(text("SELECT before, move, after FROM guides_pairing_move"))
        }
    assert stored == {(step.before, step.move, step.after) for step in STEPS}


@pytest.mark.parametrize("state", FINAL)
@pytest.mark.parametrize("party", Party)
def test_what_is_over_stays_over(state: State, party: Party) -> None:
    assert moves(state, party) == ()


@pytest.mark.parametrize("state", BEFORE_RUNNING)
def test_both_can_say_no_until_it_runs(state: State) -> None:
    assert after(state, Move.GUIDE_DECLINES, Party.GUIDE) is State.DECLINED
    assert after(state, Move.CITIZEN_DECLINES, Party.CITIZEN) is State.DECLINED


@given(state=st.sampled_from(list(State)), move=st.sampled_from(list(Move)), party=PARTIES)
def test_nobody_speaks_for_another(state: State, move: Move, party: Party) -> None:
    if after(state, move, party) is not None and move is not Move.END:
        speaker = move.split("_", maxsplit=1)[0]
        assert speaker not in {"guide", "citizen"} or speaker == party


def test_a_pairing_runs_only_after_two_yeses_from_each() -> None:
    def ways(state: State, made: tuple[Move, ...]) -> list[tuple[Move, ...]]:
        if state is State.RUNNING:
            return [made]
        return [
            way
            for step in STEPS
            if step.before is state and step.after is not state
            for way in ways(step.after, (*made, step.move))
        ]

    needed = {
        Move.GUIDE_ACCEPTS,
        Move.CITIZEN_ACCEPTS,
        Move.MEETING_HELD,
        Move.GUIDE_CONFIRMS,
        Move.CITIZEN_CONFIRMS,
    }
    assert [set(way) for way in ways(State.OFFERED, ())] == [needed, needed]


@given(move=st.sampled_from(list(Move)), state=st.sampled_from(list(State)))
def test_pressing_twice_is_no_fault(move: Move, state: State) -> None:
    for party in Party:
        reached = after(state, move, party)
        if reached not in {None, state}:
            assert is_done(reached, move)


def test_a_no_sounds_the_same_whoever_said_it() -> None:
    for words in (TO_GUIDE, TO_CITIZEN):
        assert len({words[state] for state in (State.DECLINED, State.LAPSED, State.WITHDRAWN)}) == 1
    assert TO_CITIZEN[State.DECLINED] == TO_CITIZEN[State.OFFERED]


def test_everything_has_a_name() -> None:
    for words in (TO_GUIDE, TO_CITIZEN, TO_COORDINATOR):
        assert set(words) == set(State)
    assert set(MOVES) == set(Move)
    assert len(END_REASONS) == 4


class AnyPairing(RuleBasedStateMachine):
    """Whatever three people press in whatever order, a pairing goes only forwards and never without both."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.OFFERED
        self.made: list[Move] = []

    @rule(move=st.sampled_from(list(Move)), party=PARTIES)
    def press(self, move: Move, party: Party) -> None:
        leads_to = after(self.state, move, party)
        if leads_to is not None:
            self.made.append(move)
            self.state = leads_to

    @invariant()
    def runs_with_both(self) -> None:
        if self.state is State.RUNNING:
            assert {Move.GUIDE_ACCEPTS, Move.CITIZEN_ACCEPTS, Move.MEETING_HELD} <= set(self.made)
            assert {Move.GUIDE_CONFIRMS, Move.CITIZEN_CONFIRMS} <= set(self.made)

    @invariant()
    def a_no_is_a_no(self) -> None:
        if {Move.GUIDE_DECLINES, Move.CITIZEN_DECLINES} & set(self.made):
            assert self.state is State.DECLINED


TestAnyPairing = AnyPairing.TestCase


def test_the_database_refuses_what_the_table_does_not_hold(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(), neighbours.citizen()
    offer = neighbours.walk(guide, citizen, State.GUIDE_WILLING)
    for statement in REFUSED:
        with pytest.raises(DBAPIError), writing(neighbours.engine) as db:
            db.execute(text(statement))
    assert neighbours.pairing_of(citizen) == offer


def test_the_database_begins_every_pairing_as_an_offer(neighbours: Neighbours) -> None:
    neighbours.walk(neighbours.guide(capacity=5), neighbours.citizen(), State.OFFERED)
    other = neighbours.request_of(neighbours.citizen("Bodil"))
    for state in set(State) - {State.OFFERED}:
        with pytest.raises(DBAPIError, match="begins as an offer"), writing(neighbours.engine) as db:
            db.execute(text(ANOTHER), {"request": other.request.id, "state": state})


def test_the_database_knows_the_guides_room(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(capacity=1), neighbours.citizen()
    neighbours.offered(guide, citizen)
    other = neighbours.request_of(neighbours.citizen("Bodil"))
    with pytest.raises(DBAPIError, match="no room"), writing(neighbours.engine) as db:
        db.execute(text(ANOTHER), {"request": other.request.id, "state": "offered"})


def test_the_database_allows_one_open_pairing_for_a_request(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(capacity=5), neighbours.citizen()
    offer = neighbours.offered(guide, citizen)
    with pytest.raises(DBAPIError, match=r"(?i)unique"), writing(neighbours.engine) as db:
        db.execute(text(ANOTHER), {"request": offer.request_id, "state": "offered"})


def test_the_database_refuses_an_offer_that_nobody_asked_for(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(capacity=5), neighbours.citizen()
    offer = neighbours.offered(guide, citizen)
    with writing(neighbours.engine) as db:
        db.execute(text("UPDATE guides_pairing SET state = 'withdrawn'"))
        db.execute(text("UPDATE guides_request SET status = 'closed', closed_at = made_at"))
    with pytest.raises(DBAPIError, match="open request"), writing(neighbours.engine) as db:
        db.execute(text(ANOTHER), {"request": offer.request_id, "state": "offered"})


def test_the_database_refuses_a_pair_that_was_ruled_out(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(capacity=5), neighbours.citizen()
    neighbours.offered(guide, citizen)
    other = neighbours.citizen("Bodil")
    with writing(neighbours.engine) as db:
        pool_store.add_exclusions(db, [(other.id, guide.id)], other.id, neighbours.people.clock())
    request_id = neighbours.request_of(other).request.id
    with pytest.raises(DBAPIError, match="ruled out"), writing(neighbours.engine) as db:
        db.execute(text(ANOTHER), {"request": request_id, "state": "offered"})


def test_the_database_gives_a_last_place_once_even_to_two_at_the_same_moment(neighbours: Neighbours) -> None:
    guide, citizen = neighbours.guide(capacity=2), neighbours.citizen()
    neighbours.offered(guide, citizen)
    requests = [neighbours.request_of(neighbours.citizen(name)).request.id for name in ("Bo", "Bodil")]
    start, refused = Barrier(2), []

    def insert(request_id: str) -> None:
        start.wait()
        try:
            with writing(neighbours.engine) as db:
                db.execute(
                    text(
                        ANOTHER.replace("'another'", f"'{request_id}'") + " WHERE state = 'offered' LIMIT 1"
                    ),
                    {"request": request_id, "state": "offered"},
                )
        except DBAPIError as problem:
            refused.append(problem)

    threads = [Thread(target=insert, args=(request_id,)) for request_id in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ["no room" in str(problem) for problem in refused] == [True]
