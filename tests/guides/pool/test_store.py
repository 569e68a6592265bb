"""Guides and requests are read as they were stored, and the pool holds exactly those who take part."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from foundation.db.transactions import read_transaction, write_transaction
from foundation.ids import new_id
from guides.for_citizens import service as for_citizens_service
from guides.for_guides import service as for_guides_service
from guides.lifecycle import EndReason, State
from guides.matching.model import Guide, Request, Slot
from guides.pool import store as pool_store
from guides.pool.model import GuideRecord, RequestRecord
from guides.runs import pool_store as runs_pool_store
from guides.runs.model import Override
from people.directory.model import Person
from tests.support.guide_scenario import GuideScenario

TAGS = st.lists(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20), max_size=4
).map(tuple)
SLOTS = st.lists(
    st.builds(lambda day, start, length: Slot(day, start, min(1440, start + length)), *map(st.integers, (0, 0, 1), (6, 1439, 600))),
    max_size=4,
).map(tuple)  # fmt: skip
DAYS = st.none() | st.dates(date(1900, 1, 1), date.max)
LIMITS = st.none() | st.integers(0, 1440)

GUIDES = st.builds(
    lambda **values: values,
    languages=TAGS,
    gender=st.text("abcæøå ", max_size=20),
    capacity=st.integers(0, 100),
    helps_with=TAGS,
    experiences=TAGS,
    interests=TAGS,
    dislikes=TAGS,
    wants=TAGS,
    times=SLOTS,
    travel_minutes_max=LIMITS,
    trained_until=DAYS,
    checked_until=DAYS,
    paused_until=DAYS,
)
REQUESTS = st.builds(
    lambda **values: values,
    languages=TAGS,
    waiting_since=st.dates(),
    urgent=st.booleans(),
    wants_help_with=TAGS,
    experiences=TAGS,
    interests=TAGS,
    dislikes=TAGS,
    gives=TAGS,
    times=SLOTS,
    travel_minutes_max=LIMITS,
    wanted_gender=st.sampled_from(["", "kvinde", "mand"]),
)


@contextmanager
def recorded_statements(engine: Engine) -> Iterator[list[str]]:
    """The statements that the engine sends inside the block."""
    statements: list[str] = []

    def record(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", record)


def pool_of(scenario: GuideScenario, *overrides: Override) -> runs_pool_store.Pool:
    with read_transaction(scenario.engine) as db:
        pool, _ = runs_pool_store.read_pool(db, scenario.today, overrides=overrides)
    return pool


@settings(max_examples=25)
@given(guide_values=GUIDES, request_values=REQUESTS)
def test_guides_and_requests_are_read_as_they_were_stored(
    scenario: GuideScenario, guide_values: dict[str, object], request_values: dict[str, object]
) -> None:
    person, citizen = scenario.people.citizen("Vejle"), scenario.people.citizen("Borgine")
    guide = Guide(id=person.id, given_name="Vejle", area="", **guide_values)  # type: ignore[arg-type]
    request = Request(id=new_id(), given_name="Borgine", area="", **request_values)  # type: ignore[arg-type]
    with write_transaction(scenario.engine) as db:
        pool_store.add_guides(db, [GuideRecord(guide)])
        pool_store.add_requests(db, [RequestRecord(citizen.id, request)], scenario.people.clock())
    with read_transaction(scenario.engine) as db:
        guide_record, request_record = pool_store.guide(db, person.id), pool_store.request(db, request.id)
    assert guide_record is not None
    assert guide_record.guide == guide
    assert request_record is not None
    assert request_record.request == request


def test_active_is_counted_here_and_elsewhere(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    with write_transaction(scenario.engine) as db:
        record = pool_store.guide(db, guide.id)
        assert record is not None
        pool_store.update_guides(db, [msgspec.structs.replace(record, elsewhere=1)])
    scenario.make_offer(guide, citizen)
    assert [guide.active for guide in pool_of(scenario).guides] == [2]


def test_a_citizen_with_an_offer_or_a_guide_does_not_wait(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    assert len(pool_of(scenario).requests) == 1
    pairing = scenario.advance_to(guide, citizen, State.RUNNING)
    assert pool_of(scenario).requests == ()
    with scenario.people.acting_as(citizen) as context:
        for_citizens_service.request_new_guide(context, pairing.id)
    pool = pool_of(scenario)
    assert [request.id for request in pool.requests] == [pairing.request_id]
    assert pool.forbidden == ((pairing.request_id, guide.id),)


def test_a_citizen_who_reached_the_goal_does_not_wait(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    pairing = scenario.advance_to(guide, citizen, State.RUNNING)
    with scenario.people.acting_as(guide) as context:
        for_guides_service.end(context, pairing.id, EndReason.GOAL_REACHED)
    assert pool_of(scenario).requests == ()


def test_a_coordinators_pin_outweighs_an_earlier_no(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    with scenario.people.acting_as(guide) as context:
        for_guides_service.decline(context, offer.id)
    pool = pool_of(scenario, Override(offer.request_id, guide.id, "pin"))
    assert (pool.pinned, pool.forbidden) == (((offer.request_id, guide.id),), ())


def test_a_pin_on_a_request_that_no_longer_waits_is_left_out(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    assert pool_of(scenario, Override(offer.request_id, guide.id, "pin")).pinned == ()


def test_the_pool_is_read_in_as_many_statements_for_one_as_for_many(scenario: GuideScenario) -> None:
    def statement_count() -> int:
        with recorded_statements(scenario.engine) as statements:
            pool_of(scenario)
        return len(statements)

    scenario.guide()
    scenario.citizen()
    count_of_one = statement_count()
    for _ in range(20):
        scenario.guide()
        scenario.citizen()
    assert statement_count() == count_of_one <= 10


def test_credentials_record_who_noted_them_and_when(scenario: GuideScenario) -> None:
    guide: Person = scenario.guide()
    until, at = scenario.today + timedelta(days=700), scenario.people.clock()
    with write_transaction(scenario.engine) as db:
        before = pool_store.guide(db, guide.id)
        assert before is not None
        pool_store.set_credentials(
            db, guide.id, before.guide.trained_until, until, scenario.coordinator.id, at
        )
        after = pool_store.guide(db, guide.id)
    assert after is not None
    assert (after.guide.checked_until, after.checked_noted_by, after.checked_noted_at) == (
        until,
        scenario.coordinator.id,
        at,
    )
    assert (after.trained_noted_by, after.guide.trained_until) == (None, before.guide.trained_until)
