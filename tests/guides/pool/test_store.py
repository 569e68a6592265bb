"""What is stored about guides and requests comes back as it was, and the pool holds exactly those who take part."""

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

WORDS = st.lists(
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
    languages=WORDS,
    gender=st.text("abcæøå ", max_size=20),
    capacity=st.integers(0, 100),
    helps_with=WORDS,
    experiences=WORDS,
    interests=WORDS,
    dislikes=WORDS,
    wants=WORDS,
    times=SLOTS,
    travel_minutes_max=LIMITS,
    trained_until=DAYS,
    checked_until=DAYS,
    paused_until=DAYS,
)
REQUESTS = st.builds(
    lambda **values: values,
    languages=WORDS,
    waiting_since=st.dates(),
    urgent=st.booleans(),
    wants_help_with=WORDS,
    experiences=WORDS,
    interests=WORDS,
    dislikes=WORDS,
    gives=WORDS,
    times=SLOTS,
    travel_minutes_max=LIMITS,
    wanted_gender=st.sampled_from(["", "kvinde", "mand"]),
)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def pool_of(scenario: GuideScenario, *rulings: Override) -> runs_pool_store.Pool:
    with read_transaction(scenario.engine) as db:
        pool, _ = runs_pool_store.read_pool(db, scenario.today, overrides=rulings)
    return pool


@settings(max_examples=25)
@given(guide_values=GUIDES, request_values=REQUESTS)
def test_everything_comes_back_as_it_was(
    scenario: GuideScenario, guide_values: dict[str, object], request_values: dict[str, object]
) -> None:
    person, citizen = scenario.people.citizen("Vejle"), scenario.people.citizen("Borgine")
    guide = Guide(id=person.id, given_name="Vejle", area="", **guide_values)  # type: ignore[arg-type]
    request = Request(id=new_id(), given_name="Borgine", area="", **request_values)  # type: ignore[arg-type]
    with write_transaction(scenario.engine) as db:
        pool_store.add_guides(db, [GuideRecord(guide)])
        pool_store.add_requests(db, [RequestRecord(citizen.id, request)], scenario.people.clock())
    with read_transaction(scenario.engine) as db:
        kept_guide, kept_request = pool_store.guide(db, person.id), pool_store.request(db, request.id)
    assert kept_guide is not None
    assert kept_guide.guide == guide
    assert kept_request is not None
    assert kept_request.request == request


def test_active_is_counted_here_and_elsewhere(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    with write_transaction(scenario.engine) as db:
        kept = pool_store.guide(db, guide.id)
        assert kept is not None
        pool_store.update_guides(db, [msgspec.structs.replace(kept, elsewhere=1)])
    scenario.make_offer(guide, citizen)
    assert [one.active for one in pool_of(scenario).guides] == [2]


def test_who_has_an_offer_or_a_guide_waits_no_more(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    assert len(pool_of(scenario).requests) == 1
    pairing = scenario.advance_to(guide, citizen, State.RUNNING)
    assert pool_of(scenario).requests == ()
    with scenario.people.acting_as(citizen) as context:
        for_citizens_service.request_new_guide(context, pairing.id)
    pool = pool_of(scenario)
    assert [request.id for request in pool.requests] == [pairing.request_id]
    assert pool.forbidden == ((pairing.request_id, guide.id),)


def test_who_reached_the_goal_waits_no_more(scenario: GuideScenario) -> None:
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


def test_rulings_on_who_no_longer_waits_are_moot(scenario: GuideScenario) -> None:
    guide, citizen = scenario.guide(), scenario.citizen()
    offer = scenario.make_offer(guide, citizen)
    assert pool_of(scenario, Override(offer.request_id, guide.id, "pin")).pinned == ()


def test_the_pool_is_read_in_as_many_statements_for_one_as_for_many(scenario: GuideScenario) -> None:
    def statements() -> int:
        with counted(scenario.engine) as sent:
            pool_of(scenario)
        return len(sent)

    scenario.guide()
    scenario.citizen()
    few = statements()
    for _ in range(20):
        scenario.guide()
        scenario.citizen()
    assert statements() == few <= 10


def test_papers_say_who_noted_them_and_when(scenario: GuideScenario) -> None:
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
